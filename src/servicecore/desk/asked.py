"""How a question at the counter becomes one that read models can answer."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import partial
from itertools import takewhile
from typing import Any, TypedDict, TypeVar

from ..domain.moments import in_utc
from ..projections.asking import Question, choices, names
from ..projections.facts import Facts
from ..projections.period import Period, zone_named
from .office import Office

F = TypeVar("F")


class Ask(TypedDict, total=False):
    """What every question takes.

    Args:
        period: What to look at: ``2026``, ``2026-Q3``, ``2026-09`` or
            ``2026-09-01..2026-10-01``, half open; everything, by default.
        by: What to group by, one name or several.
        where: Which cases to look at: ``{"product": "pump", "priority": ["A", "B"]}``.
        zone: The zone of the period's days; the standard's, by default.
        as_of: The moment to tell of, knowing what is known now; now, by default.
        known_at: The position in the log up to which anything is known, or the moment; all,
            by default.
    """

    period: str | None
    by: str | Iterable[str]
    where: Mapping[str, str | Iterable[str]] | None
    zone: str | None
    as_of: datetime | None
    known_at: int | datetime | None


class AskTwice(TypedDict, total=False):
    """What a question about two periods takes, besides them."""

    where: Mapping[str, str | Iterable[str]] | None
    zone: str | None
    as_of: datetime | None
    known_at: int | datetime | None


class UnknownPositionError(ValueError):
    """A position is none that the log has reached, or nothing was on record by a moment."""


def question_of(office: Office, ask: Ask, *, by: str | Iterable[str] = ()) -> Question:
    """Return what is asked, grouped *by* these names unless it says otherwise.

    Raises:
        UnknownPeriodError: If the period is not one, or reversed.
        UnknownZoneError: If the zone does not exist.
        UnknownPositionError: If the log never came to that position.
        TypeError: If it says something else; most likely that is misspelt.
    """
    if unknown := ask.keys() - Ask.__annotations__.keys():
        msg = f"a question takes no {min(unknown)!r}; expected {', '.join(Ask.__annotations__)}"
        raise TypeError(msg)
    zone = zone_named(ask.get("zone") or str(office.calendar.zone))
    period, known_at = ask.get("period"), position_of(office, ask.get("known_at"))
    return Question(
        as_of=_as_of(office, ask, known_at),
        period=None if period is None else Period.parse(period, zone=zone.key),
        by=names(ask.get("by", by)),
        where=choices(ask.get("where")),
        zone=zone,
        known_at=known_at,
    )


def facts_for(
    office: Office, facts: Facts[F], question: Question, *, part: type[Any] | None = None
) -> Iterator[F]:
    """Yield every fact, or a *part* of each, as it was at the moment asked of."""
    log, known_at = office.log, question.known_at
    kept = office.rows(facts.name)
    as_it_is = facts.scan(kept, as_of=question.as_of, history=log.history, part=part)
    if known_at is None:
        return as_it_is
    if known_at == office.position(facts.name):
        found = list(as_it_is)
        if known_at == office.position(facts.name):  # Nothing was recorded while we looked.
            return iter(found)
    # What a read model knows is never forgotten, so the log is read up to there.
    rows = takewhile(lambda row: row.position <= known_at, log.rows_since(0))
    ours = (row for row in rows if row.topic in facts.topics)
    return facts.known(map(log.codec.recorded, ours), as_of=question.as_of)


def position_of(office: Office, told: int | datetime | None) -> int | None:
    """Return up to which position anything was known, whether that or a moment was told."""
    head = office.log.head()
    if isinstance(told, datetime):
        moment = in_utc(told, "known_at")
        position = bisect_right(range(1, head + 1), moment, key=partial(_recorded_at, office))
        if not position:
            msg = f"nothing was on record by {moment.isoformat()}"
            raise UnknownPositionError(msg)
        return position
    if told is not None and not (isinstance(told, int) and 1 <= told <= head):
        msg = f"known_at is a moment, or one of the log's positions 1 to {head}; got {told!r}"
        raise UnknownPositionError(msg)
    return told


def _as_of(office: Office, ask: Ask, known_at: int | None) -> datetime:
    """Return the moment to tell of: when what is known was known, unless another is told."""
    as_of, told = ask.get("as_of"), ask.get("known_at")
    if as_of is not None or known_at is None:
        return office.moment(as_of)
    return in_utc(told) if isinstance(told, datetime) else _recorded_at(office, known_at)


def _recorded_at(office: Office, position: int) -> datetime:
    [recorded] = office.log.since(position - 1, limit=1)
    return recorded.recorded_at
