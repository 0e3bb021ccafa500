"""The certificate of a clock: each stretch that counted and each that did not, with its reason.

What is counted up to the moment of judgement is what was spent; what is counted
up to the deadline is the target.  Credit by the wall gives back more of a hold
than its working time, so a hold is then told apart by hours: what lay out of hours
is taken from what was spent, and the whole of it moves the deadline.  Anybody can
add it up without this library: ``docs/verify_certificate.py`` does, on a page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, time, timedelta
from itertools import chain, pairwise
from typing import Any
from zoneinfo import ZoneInfo

import attrs

from ..calendar import WorkingCalendar
from ..moments import has_passed, in_utc, instant
from .clock import Clock, State
from .course import CLOSED, Pause
from .promise import WALL, told

FORMAT = "servicecore.certificate/1"

DAY_AND_NIGHT = "day and night"
OPEN_HOURS = "open hours"
MAKE_UP_DAY = "make-up day"
CLOSED_HOURS = "closed hours"
HOLIDAY = "holiday"
BREAK = "break"

_ONE_DAY = timedelta(days=1)


@attrs.frozen(kw_only=True)
class Interval:
    """A stretch of time that counted or did not, and why."""

    start: datetime = instant()
    end: datetime = instant()
    counted: bool
    why: str

    @property
    def length(self) -> timedelta:
        """How long it was on the wall."""
        return self.end - self.start


@attrs.frozen(kw_only=True)
class Certificate:
    """Why a clock shows what it shows, in stretches without gap or overlap.

    *until* is the end of the clock, or the moment asked about; *judged_at* is
    the last moment up to then at which it ran.  *breaches* are the deadlines
    missed under promises that this one replaced.
    """

    clock: str
    round: int
    clause: str
    standard: str
    calendar: str
    promised: str
    target: timedelta
    due_rule: str
    started_at: datetime = instant()
    until: datetime = instant()
    judged_at: datetime = instant()
    due: datetime = instant()
    spent: timedelta
    late: bool
    state: State
    breaches: tuple[datetime, ...]
    intervals: tuple[Interval, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain JSON values: lengths in seconds, instants in ISO-8601."""
        return {
            "format": FORMAT,
            "clock": self.clock,
            "round": self.round,
            "clause": self.clause,
            "standard": self.standard,
            "calendar": self.calendar,
            "promised": self.promised,
            "target_seconds": _seconds(self.target),
            "due_rule": self.due_rule,
            "started_at": self.started_at.isoformat(),
            "until": self.until.isoformat(),
            "judged_at": self.judged_at.isoformat(),
            "due": self.due.isoformat(),
            "spent_seconds": _seconds(self.spent),
            "late": self.late,
            "state": self.state.value,
            "breaches": [each.isoformat() for each in self.breaches],
            "intervals": [
                {
                    "from": each.start.isoformat(),
                    "to": each.end.isoformat(),
                    "seconds": _seconds(each.length),
                    "counted": each.counted,
                    "why": each.why,
                }
                for each in self.intervals
            ],
        }

    def as_text(self, zone: str = "UTC", *, tell: Callable[[timedelta], str] = told) -> str:
        """Say it to a person, with the wall time of *zone* and lengths as *tell* tells them.

        A plus stands before what counted, a minus before what did not.
        """
        place = ZoneInfo(zone)

        def shown(moment: datetime) -> str:
            return moment.astimezone(place).strftime("%Y-%m-%d %H:%M:%S")

        verdict = "late" if self.late else "in time"
        return "\n".join(
            [
                f"{self.clock}, round {self.round}: {self.state.value}, {verdict}",
                f"promised {self.promised} ({self.clause}, {self.standard}, {self.calendar})",
                f"started {shown(self.started_at)}, due {shown(self.due)}, told in {zone}",
                f"spent {tell(self.spent)} of {tell(self.target)} until {shown(self.until)}",
                *(
                    f"{shown(each.start)}  {shown(each.end)}  "
                    f"{'+' if each.counted else '-'}{tell(each.length)}  {each.why}"
                    for each in self.intervals
                ),
            ]
        )


def certificate(clock: Clock, now: datetime) -> Certificate:
    """Return why *clock* shows what it shows at *now*."""
    counting, course = clock.counting, clock.course
    target = counting.target
    until = max(now if course.ended_at is None else course.ended_at, course.started_at)
    due = counting.due(course, until)
    return Certificate(
        clock=clock.name,
        round=clock.round,
        clause=target.clause,
        standard=clock.standard,
        calendar=counting.calendar.reference,
        promised=str(target),
        target=counting.length(course.started_at),
        due_rule=target.day_mode if target.within is None else target.at_closing,
        started_at=course.started_at,
        until=until,
        judged_at=max(counting.last_ran(course, until), course.started_at),
        due=due,
        spent=counting.spent(course, until),
        late=counting.is_late(course, until),
        state=clock.state(until),
        breaches=clock.breaches,
        intervals=tuple(_joined(_stretches(clock, until=until, end=max(until, due)))),
    )


def _stretches(clock: Clock, *, until: datetime, end: datetime) -> Iterator[Interval]:
    counting, moment = clock.counting, clock.course.started_at
    calendar = None if counting.target.calendar == WALL else counting.calendar
    by_the_wall = counting.target.credit == "wall"
    for pause in counting.pauses(clock.course):
        began, over = max(pause.started_at, moment), pause.ended_at or until
        if has_passed(began, over):
            yield from _hours(calendar, moment, began)
            yield from _stood_still(pause, calendar, began, over, told_apart=by_the_wall)
            moment = over
    yield from _hours(calendar, moment, end)


def _stood_still(
    pause: Pause,
    calendar: WorkingCalendar | None,
    start: datetime,
    end: datetime,
    *,
    told_apart: bool,
) -> Iterator[Interval]:
    kind, reason = (CLOSED, "") if pause.reason == CLOSED else ("hold", f": {pause.reason}")
    if not told_apart:
        yield Interval(start=start, end=end, counted=False, why=f"{kind}{reason}")
        return
    for each in _hours(calendar, start, end):
        where = "in hours" if each.counted else "out of hours"
        yield attrs.evolve(each, counted=False, why=f"{kind} {where}{reason}")


def _hours(calendar: WorkingCalendar | None, start: datetime, end: datetime) -> Iterator[Interval]:
    """Tell the hours from *start* to *end* apart by what the calendar says of them."""
    if calendar is None:
        if has_passed(start, end):
            yield Interval(start=start, end=end, counted=True, why=DAY_AND_NIGHT)
        return
    edges = chain(
        _turns(calendar, start, end), _midnights(calendar, start, end), _edges_of_breaks(calendar)
    )
    # Told in UTC, as the zone's own times do not tell the two passes of a repeated hour apart.
    within = sorted({at for each in edges if start < (at := in_utc(each)) < end})
    for began, over in pairwise([start, *within, end]):
        if has_passed(began, over):
            counted = calendar.is_open(began)
            why = _why_open(calendar, began) if counted else _why_closed(calendar, began)
            yield Interval(start=began, end=over, counted=counted, why=why)


def _turns(calendar: WorkingCalendar, start: datetime, end: datetime) -> Iterator[datetime]:
    """Return every opening and closing, up to *end*; one that never closes is asked no further."""
    moment = calendar.next_open(start)
    while moment < end and calendar.elapsed(moment, end) < end - moment:
        yield moment
        moment = calendar.next_close(moment)
        yield moment
        moment = calendar.next_open(moment)
    yield moment


def _midnights(calendar: WorkingCalendar, start: datetime, end: datetime) -> Iterator[datetime]:
    zone = ZoneInfo(calendar.timezone)
    day = start.astimezone(zone).date()
    while day <= end.astimezone(zone).date():
        yield datetime.combine(day, time(), zone)
        day += _ONE_DAY


def _edges_of_breaks(calendar: WorkingCalendar) -> Iterator[datetime]:
    zone = ZoneInfo(calendar.timezone)
    for day, breaks in calendar.breaks:
        for edge in (edge for both in breaks for edge in both if edge != "24:00"):
            yield datetime.combine(day, time.fromisoformat(edge), zone)


def _why_open(calendar: WorkingCalendar, at: datetime) -> str:
    day = at.astimezone(ZoneInfo(calendar.timezone)).date()
    return MAKE_UP_DAY if day in dict(calendar.special) else OPEN_HOURS


def _why_closed(calendar: WorkingCalendar, at: datetime) -> str:
    if calendar.on_holiday(at):
        return HOLIDAY
    return BREAK if calendar.on_break(at) else CLOSED_HOURS


def _joined(intervals: Iterable[Interval]) -> list[Interval]:
    """Join neighbours that say the same."""
    joined: list[Interval] = []
    for each in intervals:
        last = joined[-1] if joined else None
        if last is not None and (last.counted, last.why) == (each.counted, each.why):
            joined[-1] = attrs.evolve(last, end=each.end)
        else:
            joined.append(each)
    return joined


def _seconds(length: timedelta) -> float:
    seconds = length.total_seconds()
    return int(seconds) if seconds.is_integer() else seconds
