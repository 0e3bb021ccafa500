"""The headline figures, straight from the columns of an export: no log, no JSON, no fold.

They are the desk's own to the last digit: how long customers waited, which promises
were kept, how satisfied they are, and who left.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from .....domain.moments import in_utc
from .....projections.answer import Answer
from .....projections.asking import Question, choices, names
from .....projections.period import Period, zone_named
from .....projections.spells import Patience
from .counting import answered
from .histories import Export

__all__ = ["headline"]


def headline(
    folder: str | Path,
    *,
    as_of: datetime,
    period: str | None = None,
    by: str | Iterable[str] = (),
    where: Mapping[str, str | Iterable[str]] | None = None,
    zone: str = "UTC",
    grace: timedelta | None = None,
    silence: timedelta | None = None,
) -> Answer:
    """Tell of an export how long customers waited, what was kept, how satisfied they are, who left.

    It is what ``desk.reports`` tells as response times, satisfaction and churn, but
    for the coverage of surveys.

    Args:
        folder: An export.
        as_of: The moment to tell of; what happened later has not happened yet.
        period: What to look at: ``2026``, ``2026-Q3`` …; everything, by default.
        by: What to group by; each kind of case by those of the names that it has.
        where: Which cases to look at: ``{"product": "pump", "priority": ["A", "B"]}``.
        zone: The zone of the period's days.
        grace: How long after its end a contract may still be renewed.
        silence: Not heard of for how long somebody counts as gone; unless both are told,
            nobody is taken for gone, and nothing is told of churn.

    Raises:
        NotAnExportError: If there is no export, or an older one.
        UnknownGroupingError: If no kind of case has anything of a name; what a log
            seals, such as the fault of a ticket, has no column.
        UnknownChoiceError: If no case is ever called what should be chosen.
        UnknownPeriodError: If the period is not one, or reversed.
        UnknownZoneError: If the zone does not exist.
        PrunedError: If what it takes was archived before it was exported.
    """
    its_zone = zone_named(zone)
    question = Question(
        as_of=in_utc(as_of, "as_of"),
        period=None if period is None else Period.parse(period, zone=its_zone.key),
        by=names(by),
        where=choices(where),
        zone=its_zone,
    )
    patience = None if grace is None or silence is None else Patience(grace=grace, silence=silence)
    return answered(Export.at(Path(folder)), question, patience)
