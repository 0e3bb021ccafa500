"""What a rule is, and what it looks into: so that a new one is a few lines.

A rule about records names the kind of record it is *of*, and yields a case for
each that it applies to in the period; a case without anything *amiss* is fine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import attrs

from ...domain.events import Recorded
from ...domain.people import same_person
from ...domain.standard import Rulebook

_INSTANT = timedelta(microseconds=1)


@attrs.frozen(kw_only=True)
class Scope:
    """Which time is looked at, knowing what, at which moment, under which standards.

    *surveyed* are the services whose customers were asked how they were, such as
    ``ticket/T-1``; *trained* is who on the staff was ever trained, and first when.
    """

    start: datetime
    end: datetime
    zone: ZoneInfo
    as_of: datetime
    read_at: int
    rulebook: Rulebook
    surveyed: frozenset[str] = frozenset()
    trained: Mapping[str, datetime] = attrs.field(factory=dict)

    def __contains__(self, moment: datetime | None) -> bool:
        return moment is not None and self.start <= moment < self.end

    def midnight(self, day: date) -> datetime:
        """Return the moment with which *day* begins."""
        return datetime.combine(day, time(), tzinfo=self.zone).astimezone(timezone.utc)

    def local_day(self, moment: datetime) -> date:
        """Return the date of *moment*."""
        return moment.astimezone(self.zone).date()

    def ends_here(self, until: date) -> bool:
        """Tell whether a quarter or year that ends with the day before *until* belongs here."""
        return self.midnight(until) - _INSTANT in self


@attrs.frozen(kw_only=True)
class Record:
    """One record: everything that happened to it, and what that leaves."""

    subject: str
    history: tuple[Recorded, ...]
    state: Any

    def of(self, *kinds: type) -> list[Recorded]:
        """Return what happened of these *kinds*."""
        return [each for each in self.history if isinstance(each.event, kinds)]

    def within(self, scope: Scope, *kinds: type) -> list[Recorded]:
        """Return what happened of these *kinds* in the time that is looked at."""
        return [each for each in self.of(*kinds) if each.occurred_at in scope]

    def case(self, *evidence: Recorded, amiss: str = "") -> Case:
        """Return this record as a case of a rule."""
        return Case(id=self.subject, amiss=amiss, evidence=positions(evidence))


@attrs.frozen(kw_only=True)
class Case:
    """One that a rule applies to, what is *amiss* with it, and the positions that show it.

    What belongs to a *group*, such as a priority, is told of that group alone.
    """

    id: str
    amiss: str = ""
    evidence: tuple[int, ...] = ()
    group: str = ""


Look = Callable[[Record, Scope], Iterable[Case]]


@attrs.frozen(kw_only=True)
class Rule:
    """What is demanded of records of a kind, where that stands, and how it is looked at.

    A changed rule gets a new *version*: what was checked under the old one stays
    comparable.
    """

    id: str
    of: str
    clause: str
    says: str
    look: Look
    version: str = "1"


def positions(recorded: Iterable[Recorded]) -> tuple[int, ...]:
    """Return where in the log that stands."""
    return tuple(sorted({each.position for each in recorded}))


# --- What many rules are made of -------------------------------------------------------


def ended_by(*ends: type, needs: tuple[type, ...], lacks: str) -> Look:
    """Look at records that came to an end in the period: had any of *needs* happened before?"""

    def look(record: Record, scope: Scope) -> Iterator[Case]:
        for end in record.within(scope, *ends)[-1:]:
            before = [each for each in record.of(*needs) if each.version < end.version]
            yield record.case(end, *before, amiss="" if before else lacks)

    return look


def by_two(first: type, then: type, *, who: str = "by", said: str) -> Look:
    """Look at what somebody did: the one who did what came *first* must be another.

    *who* names the field that tells who did it.
    """

    def look(record: Record, scope: Scope) -> Iterator[Case]:
        for done in record.within(scope, then):
            before = [each for each in record.of(first) if each.version < done.version]
            if before:
                was, now = getattr(before[-1].event, who), done.event.by
                amiss = f"{now} {said}" if same_person(was, now) else ""
                yield record.case(before[-1], done, amiss=amiss)

    return look
