"""A service standard: what an organisation promises, as a value with a version.

Every figure cites its clause.  A **target** is a promise on one case, with a
deadline and a ladder of escalation; an **indicator** is measured over many
cases and checked, never escalated.  `figures` holds what else it says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import partial

import attrs

from .calendar import WorkingCalendar
from .figures import (
    Cost,
    Duration,
    Goal,
    MissingTimesError,
    OpenTime,
    Quota,
    RevisitRule,
    Scale,
    Setting,
)
from .people import Level
from .sla import Target, Terms, under
from .sla.promise import told
from .spans import Span

WORKING = "working"  #: What targets call the calendar of their standard.


class UnknownStandardError(LookupError):
    """A promise names a standard that this desk does not know."""


class UnknownCalendarError(LookupError):
    """A promise names a calendar that this desk does not know."""


@attrs.frozen(kw_only=True)
class Indicator:
    """A figure measured over many cases: at most so long, or at least such a share."""

    name: str
    clause: str
    at_most: timedelta | None = None
    at_least: float | None = None

    def __str__(self) -> str:
        """Tell the bound: ``at most 24 h``, ``at least 95%``."""
        if self.at_most is not None:
            return f"at most {told(self.at_most)}"
        return f"at least {self.at_least:.0%}"


@attrs.frozen(kw_only=True)
class StartingLevel:
    """Cases that begin above the staff, such as complex ones (om2025:2.1d)."""

    level: Level
    clause: str
    when: Mapping[str, tuple[str, ...]] = attrs.field(hash=False)

    def applies_to(self, facts: Mapping[str, str]) -> bool:
        """Tell whether a case with these *facts* begins at this level."""
        return all(facts.get(name) in wanted for name, wanted in self.when.items())


@attrs.frozen(kw_only=True, slots=False)
class ServiceStandard:
    """What a desk promises its customers, with the calendar it counts working days on."""

    id: str
    version: int = 1
    title: str
    calendar: WorkingCalendar
    targets: tuple[Target, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    starting_levels: tuple[StartingLevel, ...] = ()
    revisits: tuple[RevisitRule, ...] = ()
    quotas: tuple[Quota, ...] = ()
    durations: tuple[Duration, ...] = ()
    goals: tuple[Goal, ...] = ()
    costs: tuple[Cost, ...] = ()
    settings: tuple[Setting, ...] = ()
    scales: tuple[Scale, ...] = ()
    open_times: tuple[OpenTime, ...] = ()
    pause_reasons: tuple[str, ...] = ()
    allowed_delay: timedelta | None = None
    channels: tuple[str, ...] = ()

    @property
    def reference(self) -> str:
        """The name it has on record: ``operations_manual_2025@1``."""
        return f"{self.id}@{self.version}"

    def terms(self, *, of: str = "ticket", calendar: WorkingCalendar | None = None) -> Terms:
        """Return what a case of this kind is promised, counted on *calendar* if one is given."""
        targets = tuple(each for each in self.targets if each.of == of)
        return Terms(
            standard=self.reference,
            targets=targets,
            pause_reasons=self.pause_reasons,
            allowed_delay=self.allowed_delay,
            calendars={WORKING: calendar or self.calendar},
        )

    def starting_level(self, facts: Mapping[str, str]) -> StartingLevel | None:
        """Return the level at which a case with these *facts* begins, if above the staff."""
        applying = [each for each in self.starting_levels if each.applies_to(facts)]
        return max(applying, key=lambda each: each.level.rank, default=None)

    def setting(self, name: str) -> Setting | None:
        """Return the words that the standard gives under this *name*, if it gives any."""
        return next((each for each in self.settings if each.name == name), None)

    def scale(self, name: str) -> Scale | None:
        """Return the numbers that the standard gives under this *name*, if it gives any."""
        return next((each for each in self.scales if each.name == name), None)

    def quota(self, name: str) -> Quota | None:
        """Return how often, or for how long, something is to be done, if the standard says."""
        return next((each for each in self.quotas if each.name == name), None)

    def duration(self, name: str) -> Duration | None:
        """Return how long something lasts by the standard, if it says."""
        return next((each for each in self.durations if each.name == name), None)

    def at_most(self, name: str) -> Span:
        """Return how long something lasts, or after how long it is done again, at most.

        Raises:
            MissingTimesError: If the standard does not say.
        """
        told = self.duration(name)
        if told is None or told.at_most is None:
            msg = f"{self.reference} does not say how often, or how long: {name}"
            raise MissingTimesError(msg)
        return told.at_most

    def missing(self, *, of: str | None = None) -> tuple[OpenTime, ...]:
        """Return the times it leaves to the organisation, of one kind of case or of all."""
        return tuple(each for each in self.open_times if of in {None, each.of})

    def must_be_whole(self, *, of: str) -> None:
        """Refuse to begin a case that needs a time nobody has set.

        Raises:
            MissingTimesError: Naming what the organisation's own standard must say.
        """
        if missing := self.missing(of=of):
            times = ", ".join(map(str, missing))
            msg = (
                f"{self.reference} leaves times of a {of} to the organisation: {times}; "
                "set them in a standard that extends it"
            )
            raise MissingTimesError(msg)


class Rulebook:
    """Every standard and calendar that a desk knows, in every version it may have promised under.

    Promises on record are kept under the version they were made in, so a desk
    refuses to go on with a case whose standard or calendar is not in its book.
    """

    def __init__(
        self,
        standards: Iterable[ServiceStandard] = (),
        calendars: Iterable[WorkingCalendar] = (),
    ) -> None:
        self._standards = {each.reference: each for each in standards}
        own = (each.calendar for each in self._standards.values())
        self._calendars = {each.reference: each for each in (*own, *calendars)}
        self._terms: dict[tuple[str, str], Terms] = {}

    @property
    def standards(self) -> tuple[ServiceStandard, ...]:
        """Every standard in the book."""
        return tuple(self._standards.values())

    def learn(self, calendar: WorkingCalendar) -> None:
        """Take in a calendar that was published."""
        self._calendars[calendar.reference] = calendar

    def terms(self, standard: str, calendar: str, *, of: str = "ticket") -> Terms:
        """Return what was promised under *standard* on *calendar*, both as they stand on record.

        Raises:
            UnknownStandardError: If the standard is not in the book.
            UnknownCalendarError: If the calendar is not.
        """
        return self._terms_told(under(standard, calendar), of=of)

    def standard(self, reference: str) -> ServiceStandard:
        """Return the standard that stands on record as *reference*."""
        if reference not in self._standards:
            msg = f"standard {reference!r} is not known here; known are {_listed(self._standards)}"
            raise UnknownStandardError(msg)
        return self._standards[reference]

    def calendar(self, reference: str) -> WorkingCalendar:
        """Return the calendar that stands on record as *reference*."""
        if reference not in self._calendars:
            msg = f"calendar {reference!r} is not known here; known are {_listed(self._calendars)}"
            raise UnknownCalendarError(msg)
        return self._calendars[reference]

    def newest_version(self, calendar: str) -> int:
        """Return the newest version known of the calendar of that name, or 0."""
        versions = (each.version for each in self._calendars.values() if each.name == calendar)
        return max(versions, default=0)

    def _terms_told(self, told: str, *, of: str) -> Terms:
        if (told, of) not in self._terms:
            standard, _, calendar = told.rpartition(" on ")
            terms = self.standard(standard).terms(of=of, calendar=self.calendar(calendar))
            later = partial(self._terms_told, of=of)
            self._terms[told, of] = attrs.evolve(terms, book=later)
        return self._terms[told, of]


def _listed(references: Iterable[str]) -> str:
    return ", ".join(sorted(references)) or "none"
