"""Duties: what must be done in every month, quarter or year, and is noticed if it was not.

A duty is a quota of the standard as it went on record: the standard may change,
what was owed then does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import attrs

from .calendar import WorkingCalendar
from .calendar_periods import CalendarPeriod
from .days import beginning_of
from .figures import Cycle
from .reminders import reminder
from .sla import Reading
from .spans import Span
from .standard import ServiceStandard

#: The two reminders of a duty: there is still time, and there is none left.
DUE, OVER = "due", "over"
NO_TIME = Span()
Amount = int | timedelta  #: So many times, or so long.


@attrs.frozen(kw_only=True)
class Duty:
    """At least so many times, or so long, in every period; nothing shorter than *each* counts.

    People are reminded *notice* before a period ends; until *grace* after it, they are in time.
    """

    name: str
    clause: str
    per: Cycle
    at_least: int | timedelta
    each: timedelta | None = None
    notice: Span | None = None
    grace: Span = NO_TIME

    def counts(self, lasted: timedelta) -> bool:
        """Tell whether something that *lasted* so long was long enough to count."""
        return self.each is None or lasted >= self.each

    def missing(self, done: Amount) -> Amount:
        """Return how much is missing if so much is done; nothing, if it is enough."""
        if isinstance(self.at_least, timedelta) and isinstance(done, timedelta):
            return max(self.at_least - done, timedelta())
        if isinstance(self.at_least, int) and isinstance(done, int):
            return max(self.at_least - done, 0)
        msg = f"{self.name} asks for {self.at_least!r}, which {done!r} cannot be compared with"
        raise TypeError(msg)

    def first_period(self, *, since: date, known_on: date) -> CalendarPeriod:
        """Return the first period in which it is owed to somebody who joined on the day *since*.

        It is owed in whole periods that were not over when their joining became known.
        """
        first = CalendarPeriod.holding(since, per=self.per)
        whole = first if first.first == since else first.following
        return max(whole, CalendarPeriod.holding(known_on, per=self.per))

    def reminder_of(self, period: CalendarPeriod, calendar: WorkingCalendar) -> Reading:
        """Return the reminder of what must be done in *period*."""
        over = beginning_of(self.grace.after(period.until), calendar)
        rungs = {OVER: over}
        if self.notice is not None:
            rungs[DUE] = beginning_of(self.notice.before(period.until), calendar)
        return reminder(self.name, round_=period.number, due=over, rungs=rungs)


@attrs.frozen(kw_only=True)
class Figures:
    """Which durations of a standard are the notice and the grace of a duty."""

    told_before: str = ""
    in_time_until: str = ""

    def notice(self, standard: ServiceStandard) -> Span | None:
        """Return how long before the end people are reminded; at the end, if there is a grace."""
        found = standard.duration(self.told_before)
        if found is not None:
            return found.at_least
        return None if self.grace(standard) == NO_TIME else NO_TIME

    def grace(self, standard: ServiceStandard) -> Span:
        """Return how long after the end it can still be done in time."""
        found = standard.duration(self.in_time_until)
        return found.at_most or NO_TIME if found is not None else NO_TIME


def duties_of(standard: ServiceStandard, figures: Mapping[str, Figures]) -> tuple[Duty, ...]:
    """Return the duties under those names that *standard* knows, with their notice and grace."""
    return tuple(
        Duty(
            name=each.name,
            clause=each.clause,
            per=each.per,
            at_least=each.at_least,
            each=each.each,
            notice=figures[each.name].notice(standard),
            grace=figures[each.name].grace(standard),
        )
        for each in standard.quotas
        if each.name in figures
    )


def period_of(reading: Reading, duty: Duty) -> CalendarPeriod:
    """Return the period that a reminder is about."""
    return CalendarPeriod(duty.per, reading.round)
