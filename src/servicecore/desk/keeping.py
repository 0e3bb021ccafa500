"""How long each record has to be kept: from its closing, by its standard, never below the law."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from ..domain.figures import Duration
from ..domain.personal_data import KeptRecord
from ..domain.refusals import RefusedError
from ..domain.spans import Span
from ..domain.standard import ServiceStandard
from ..standards import shipped_standards
from .office import Office

CASES = ("ticket", "complaint")  #: They are closed, and kept for a while after that.
_KEPT = "records_kept"
_ANY_DAY = date(2000, 1, 1)


class TooShortError(RefusedError):
    """A standard would let records go sooner than a regulation allows."""


def kept_record(office: Office, subject: str) -> KeptRecord:
    """Return when a record was closed, and how long it has to be kept after that.

    Raises:
        TooShortError: If its standard would let it go too soon.
    """
    kind = subject.partition("/")[0]
    if kind not in CASES:
        return KeptRecord(subject=subject)
    loaded: tuple[Any, int] = office.log.load(subject, office.known.fold_of(subject))
    case, _ = loaded
    own = office.rulebook.standard(case.standard)
    kept = _told(own, kind) or _told(office.standard, kind) or _least()
    _must_not_be_shorter(own, kind, kept)
    return KeptRecord(subject=subject, closed_at=case.closed_at, kept=kept.at_least)


def _told(standard: ServiceStandard, kind: str) -> Duration | None:
    """Return what a standard says of records of that kind, or else of all."""
    told = (standard.duration(f"{_KEPT}_{kind}"), standard.duration(_KEPT))
    return next((each for each in told if each and each.at_least), None)


def _least() -> Duration:
    """Return what the regulations demand of every record."""
    demanded: Iterable[Duration | None] = (
        each.duration(_KEPT) for each in shipped_standards().values()
    )
    return max((each for each in demanded if each and each.at_least), key=_length)


def _must_not_be_shorter(standard: ServiceStandard, kind: str, kept: Duration) -> None:
    least = _least()
    if _length(kept) < _length(least):
        msg = (
            f"{standard.reference} would keep a {kind} for {kept.at_least} after its closing; "
            f"{least.clause} demands {least.at_least}"
        )
        raise TooShortError(msg)


def _length(duration: Duration) -> date:
    return (duration.at_least or Span()).after(_ANY_DAY)
