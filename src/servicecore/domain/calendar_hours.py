"""Which hours each local date has, and when these are on the world's clock.

A *span* counts from midnight on the wall, a *period* from 1970 in UTC.  Here
alone local time meets the zone and its changing clocks.

Instants are told apart from moments: an instant is the time since 1970, a plain
``timedelta``.  Python compares and subtracts these as fast as whole numbers, and
turns no moment into a number and back, which was half the cost of an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import attrs

from .calendar_errors import CalendarRangeError
from .moments import in_utc

Instant = timedelta  #: Since 1970 in UTC.
Span = tuple[timedelta, timedelta]  #: Since the local midnight.
Period = tuple[Instant, Instant]

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
NOTHING = timedelta()
MICROSECOND = timedelta(microseconds=1)
DAY = timedelta(days=1)

_ALL_DAY = ((NOTHING, DAY),)


def instant_of(moment: datetime, name: str) -> Instant:
    """Return how long after 1970 *moment* is, exactly.

    Raises:
        NaiveMomentError: If it has no UTC offset.
    """
    try:
        since = moment - EPOCH
    except TypeError:
        in_utc(moment, name)
        raise
    return since if type(since) is timedelta else plain(since)


def plain(length: timedelta) -> timedelta:
    """Return a length of time to the microsecond; that of pandas goes on to nanoseconds."""
    if type(length) is timedelta:
        return length
    return timedelta(length.days, length.seconds, length.microseconds)


def moment_of(instant: Instant) -> datetime:
    """Return the moment that long after 1970, in UTC."""
    return EPOCH + instant


@attrs.frozen
class WallClock:
    """The clock of one zone: which instant its moments are, and how it tells an instant."""

    zone: ZoneInfo
    _in_1970: datetime = attrs.field(
        init=False,
        default=attrs.Factory(lambda self: EPOCH.replace(tzinfo=self.zone), takes_self=True),
    )

    def read(self, moment: datetime, name: str) -> Instant:
        """Return how long after 1970 *moment* is, in whatever zone it is told.

        Raises:
            NaiveMomentError: If it has no UTC offset.
        """
        if type(moment) is datetime and moment.tzinfo is self.zone:
            # Asks one zone, where a difference between two zones asks both and
            # compares: 0.17 instead of 0.25 microseconds.
            return moment - self._in_1970 - moment.utcoffset()  # type: ignore[operator]
        return instant_of(moment, name)

    def tell(self, instant: Instant) -> datetime:
        """Return the moment at which this clock shows *instant*.

        Raises:
            CalendarRangeError: If it shows no year for it.
        """
        try:
            # What astimezone() does in the end, in a third of the time.
            return self.zone.fromutc(self._in_1970 + instant)
        except OverflowError:
            msg = f"{instant} since 1970 is outside the years 1 to 9999 in {self.zone}"
            raise CalendarRangeError(msg) from None


def dates(first: date, last: date) -> Iterator[date]:
    """Return every date from *first* to *last*, both included."""
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        yield date.fromordinal(ordinal)


@attrs.frozen(kw_only=True)
class LocalHours:
    """The hours of each local date, and the periods they are in UTC."""

    zone: ZoneInfo
    week: tuple[tuple[Span, ...], ...]
    holidays: frozenset[date]
    special: Mapping[date, tuple[Span, ...]]
    breaks: Mapping[date, tuple[Span, ...]]
    special_wins: bool
    by_the_instant: bool

    def of(self, day: date) -> tuple[Span, ...]:
        """Return what is open on *day* by the wall clock."""
        spans = self._before_breaks(day)
        breaks = self.breaks.get(day)
        return tuple(without(spans, breaks)) if breaks else spans

    def never_open(self) -> bool:
        """Tell whether these hours never open."""
        return not any(self.week) and not any(self.of(day) for day in self.special)

    def periods(self, first: date, last: date) -> list[Period]:
        """Return what is open from *first* to *last*, in order; periods that touch are one."""
        if first < last and self._round_the_clock():
            return [(self.midnight(first), self.midnight(last + DAY))]
        return merged(self.located(first, last, self.of))

    def located(
        self, first: date, last: date, spans_on: Callable[[date], Iterable[Span]]
    ) -> Iterator[Period]:
        """Yield the wall-clock spans of each date as periods in UTC.

        A date that the zone skips has none.
        """
        locate = self._by_the_instant(first, last) if self.by_the_instant else self._by_endpoint
        for day in dates(first, last):
            if spans := spans_on(day):
                yield from locate(day, spans)

    def midnight(self, day: date) -> Instant:
        """Return when *day* begins; a missing midnight is when the clock goes on."""
        return self._resolved(day, NOTHING)

    def _before_breaks(self, day: date) -> tuple[Span, ...]:
        special = self.special.get(day)
        if special is not None and (self.special_wins or day not in self.holidays):
            return special
        return () if day in self.holidays else self.week[day.weekday()]

    def _round_the_clock(self) -> bool:
        exceptions = self.holidays or self.special or self.breaks
        return not exceptions and all(spans == _ALL_DAY for spans in self.week)

    def _resolved(self, day: date, since: timedelta) -> Instant:
        # Wall arithmetic first, then the zone speaks: with fold=0 a missing
        # time moves forward and a repeated one is its first pass (PEP 495).
        midnight = datetime(day.year, day.month, day.day, tzinfo=self.zone)
        return instant_of(midnight + since, "day")

    def _by_endpoint(self, day: date, spans: Iterable[Span]) -> Iterable[Period]:
        midnight, next_midnight = self.midnight(day), self.midnight(day + DAY)
        if next_midnight == midnight:  # The zone skips this date.
            return ()
        if next_midnight - midnight == DAY:  # No zone changes its clock twice in a day.
            return ((midnight + opening, midnight + closing) for opening, closing in spans)
        return ((self._resolved(day, each[0]), self._resolved(day, each[1])) for each in spans)

    def _by_the_instant(
        self, first: date, last: date
    ) -> Callable[[date, Iterable[Span]], Iterable[Period]]:
        stretches = steady_stretches(
            self.zone, self.midnight(first - DAY), self.midnight(last + 2 * DAY)
        )

        def locate(day: date, spans: Iterable[Span]) -> Iterable[Period]:
            midnight = day - EPOCH.date()
            return (
                (max(start, midnight + opening - offset), min(end, midnight + closing - offset))
                for start, end, offset in stretches
                for opening, closing in spans
            )

        return locate


def steady_stretches(
    zone: ZoneInfo, start: Instant, end: Instant
) -> list[tuple[Instant, Instant, timedelta]]:
    """Return the stretches of time in which *zone* keeps one offset: start, end, offset.

    A look once a day finds every change: in the whole time-zone database no two
    changes since 1900 are less than three days apart.
    """

    def offset_at(instant: Instant) -> timedelta:
        return moment_of(instant).astimezone(zone).utcoffset() or NOTHING

    stretches, begun, offset, look = [], start, offset_at(start), start
    while look < end:
        look += DAY
        if offset_at(look) == offset:
            continue
        before, after = look - DAY, look
        while after - before > MICROSECOND:
            middle = (before + after) // 2
            before, after = (middle, after) if offset_at(middle) == offset else (before, middle)
        stretches.append((begun, after, offset))
        begun, offset = after, offset_at(look)
    return [*stretches, (begun, end + DAY, offset)]


# --- Periods -------------------------------------------------------------------


def merged(periods: Iterable[Period]) -> list[Period]:
    """Return the periods in order, none empty; those that touch or overlap are one."""
    result: list[Period] = []
    for opening, closing in sorted(periods):
        if closing <= opening:
            continue
        if result and opening <= result[-1][1]:
            result[-1] = (result[-1][0], max(closing, result[-1][1]))
        else:
            result.append((opening, closing))
    return result


def common(left: Iterable[Period], right: Sequence[Period]) -> list[Period]:
    """Return when both are open; each side is in order and does not overlap itself."""
    result, candidates = [], iter(right)
    theirs = next(candidates, None)
    for ours in left:
        while theirs and theirs[1] <= ours[0]:
            theirs = next(candidates, None)
        while theirs and theirs[0] < ours[1]:
            result.append((max(ours[0], theirs[0]), min(ours[1], theirs[1])))
            if theirs[1] > ours[1]:
                break
            theirs = next(candidates, None)
    return result


def without(spans: Iterable[Span], breaks: Iterable[Span]) -> list[Span]:
    """Return what is left of *spans* when *breaks* are taken out."""
    gaps = [NOTHING, *(edge for each in breaks for edge in each), DAY]
    return common(spans, list(zip(gaps[::2], gaps[1::2], strict=True)))
