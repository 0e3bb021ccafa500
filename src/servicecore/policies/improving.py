"""How policies that find something to do better open an improvement."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from ..domain.improvement import Improvement, Source, decisions
from ..domain.standard import Rulebook
from .wanted import Wanted


def improvement(
    improvement_id: str,
    *,
    source: Source,
    about: str,
    origin: str,
    customer_id: str | None = None,
    at: datetime,
    rulebook: Rulebook,
    standard: str,
    calendar: str,
) -> Wanted:
    """Return the wish to collect feedback under a number, which is done only once."""

    def collect(known: Improvement | None) -> Iterable[Any]:
        return decisions.collect(
            known,
            improvement_id=improvement_id,
            source=source,
            about=about,
            origin=origin,
            customer_id=customer_id,
            at=at,
            terms=rulebook.terms(standard, calendar, of="feedback"),
        )

    return Wanted(f"improvement/{improvement_id}", collect)
