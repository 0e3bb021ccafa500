"""How fast working time is told, beside the libraries that tell it too.

Run with ``python benchmarks/calendar.py``.  Ours and theirs take turns in one
run, and each figure is a median of the turns: only the ratios mean anything.
A peer that answers a simpler question than ours has the difference in brackets.
Peers that are not installed are left out (``pip install businesstimedelta
business-duration pandas workalendar``); zendesk/biz is a Ruby gem that Debian has
no package of.

A call is compared with a call: two moments in their zone go in, a length of time comes
out, or a moment and a length, and a moment comes out.  Ours takes about a microsecond
whatever the range.  A third of that is Python's own, in C: each zone is asked for its
offset, and one moment is taken from another.  A third are the two bisections, with what
is read there.  The rest are the five calls of Python functions in between.  So there is
a limit that no calendar can pass: with no hours to look at at all, half a microsecond
would be left.  Within an hour or three days a peer looks at a day or two and is done in
20 to 50 of them, so a single call cannot leave it 50 times behind; from thirty days on
it does.  workalendar is told two dates and counts them on its fingers: for the next day
it has nothing to do.

Who has many instants asks for all at once.  These rows give the time for each of a
million, beside the same peers, which know no other way than one by one: there every
range is a thousand times as fast and more.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from importlib.util import find_spec
from statistics import median
from timeit import Timer
from zoneinfo import ZoneInfo

# This file is called calendar too: keep it from being taken for the standard library's.
sys.path[:] = [each for each in sys.path if not each.endswith("benchmarks")]

from servicecore.domain.calendar import WorkingCalendar  # noqa: E402

Row = tuple[str, float, str, float, float]  #: What, our µs, the peer, its µs, how many times.
Question = Callable[[], object]

NEW_YORK = ZoneInfo("America/New_York")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
OFFICE = (("09:00", "12:00"), ("13:00", "17:30"))
HOLIDAYS = [
    date(year, month, day)
    for year in range(2010, 2025)
    for month, day in ((1, 1), (7, 4), (12, 25))
]
START = datetime(2019, 3, 4, 10, 15, tzinfo=NEW_YORK)
RANGES = {
    "1 h": timedelta(hours=1),
    "3 d": timedelta(days=3),
    "30 d": timedelta(days=30),
    "60 d": timedelta(days=60),
    "5 y": timedelta(days=1826),
}
WORKED_SHARE = 7.5 * 5 / (7 * 24)  #: Of the wall time, so that a deadline is as far as the range.
TURNS = 15
TURN_SECONDS = 0.01
MANY = 1_000_000
FIRST = datetime(2010, 1, 1, tzinfo=NEW_YORK)


def measure() -> list[Row]:
    """Return every comparison."""
    return [*_scalars(), *_range_against_range(), *_arrays()]


def _scalars() -> Iterator[Row]:
    ours = _our_calendar()
    of_many = _many_at_once(ours)
    for label, length in RANGES.items():
        end, work = (
            START + length,
            timedelta(hours=max(1, round(length / timedelta(hours=1) * WORKED_SHARE))),
        )
        questions: dict[str, tuple[Question, dict[str, Question]]] = {
            f"elapsed {label}": (
                lambda end=end: ours.elapsed(START, end),
                dict(_elapsed_peers(end)),
            ),
            f"due {label}": (lambda work=work: ours.add(START, work), dict(_due_peers(work))),
            f"working days {label}": (
                lambda end=end: ours.working_days_between(START.date(), end.date()),
                dict(_day_peers(end)),
            ),
        }
        for name, (ask, peers) in questions.items():
            for peer, ask_peer in peers.items():
                mine, theirs = _in_turns(ask, ask_peer)
                yield name, mine, peer, theirs, theirs / mine
                if of_many and not name.startswith("working days"):
                    each = of_many(name.split()[0], length, work)
                    yield f"{name}, of many", each, peer, theirs, theirs / each


def _many_at_once(ours: WorkingCalendar) -> Callable[[str, timedelta, timedelta], float] | None:
    """Return what tells how long one of a million instants takes, if there is numpy."""
    if find_spec("numpy") is None:
        return None
    starts = _random_starts()

    def each(question: str, length: timedelta, work: timedelta) -> float:
        if question == "due":
            needed = work // timedelta(microseconds=1)
            return _microseconds(lambda: ours.add_many(starts, needed)) / MANY
        ends = starts + length // timedelta(microseconds=1)
        return _microseconds(lambda: ours.elapsed_many(starts, ends)) / MANY

    each("due", RANGES["5 y"], RANGES["5 y"])  # Tables are made when first asked.
    return each


def _random_starts():
    import numpy as np  # noqa: PLC0415

    years = 14 * 365 * 86_400
    begun = int(FIRST.timestamp())
    return np.random.default_rng(2019).integers(begun, begun + years, MANY) * 1_000_000


def _range_against_range() -> Iterator[Row]:
    ours = _our_calendar()
    hour, years = (START + RANGES[label] for label in ("1 h", "5 y"))
    short, long = _in_turns(lambda: ours.elapsed(START, hour), lambda: ours.elapsed(START, years))
    yield "elapsed 1 h", short, "elapsed 5 y", long, long / short


def _arrays() -> Iterator[Row]:
    if find_spec("numpy") is None:
        return
    import numpy as np  # noqa: PLC0415

    ours = _our_calendar()
    random, starts = np.random.default_rng(2020), _random_starts()
    ends = starts + random.integers(0, 60 * 86_400, MANY) * 1_000_000
    needed = random.integers(0, 200 * 3600, MANY) * 1_000_000
    openings = np.array(
        [opening.timestamp() * 1_000_000 for opening, _ in ours.periods(FIRST, 7_300)],
        np.int64,
    )

    def search() -> object:
        return np.searchsorted(openings, starts)

    for name, ask in (
        ("elapsed, an array", lambda: ours.elapsed_many(starts, ends)),
        ("due, an array", lambda: ours.add_many(starts, needed)),
    ):
        mine, theirs = (each / MANY for each in _in_turns(ask, search))
        yield name, mine, "numpy.searchsorted", theirs, theirs / mine


def _our_calendar() -> WorkingCalendar:
    return WorkingCalendar(
        timezone="America/New_York", week=dict.fromkeys(WEEKDAYS, OFFICE), holidays=HOLIDAYS
    )


# --- Peers -----------------------------------------------------------------------


def _elapsed_peers(end: datetime) -> Iterator[tuple[str, Question]]:
    if find_spec("businesstimedelta"):
        rules = _businesstimedelta_rules()
        yield "businesstimedelta", lambda: rules.difference(START, end)
    if find_spec("business_duration"):
        from business_duration import businessDuration  # noqa: PLC0415

        naive = START.replace(tzinfo=None), end.replace(tzinfo=None)
        hours = {"starttime": time(9), "endtime": time(17, 30)}
        yield (
            "business-duration (no zone, no lunch break)",
            lambda: businessDuration(*naive, **hours, holidaylist=HOLIDAYS, unit="min"),
        )


def _due_peers(work: timedelta) -> Iterator[tuple[str, Question]]:
    if find_spec("businesstimedelta"):
        from businesstimedelta import BusinessTimeDelta  # noqa: PLC0415

        delta = BusinessTimeDelta(_businesstimedelta_rules(), timedelta=work)
        yield "businesstimedelta", lambda: START + delta
    if find_spec("pandas"):
        import pandas as pd  # noqa: PLC0415

        hours = pd.offsets.CustomBusinessHour(
            n=int(work / timedelta(hours=1)),
            start=[opening for opening, _ in OFFICE],
            end=[closing for _, closing in OFFICE],
            holidays=HOLIDAYS,
        )
        stamp = pd.Timestamp(START)
        yield "pandas CustomBusinessHour (whole hours)", lambda: stamp + hours


def _day_peers(end: datetime) -> Iterator[tuple[str, Question]]:
    if find_spec("workalendar"):
        from workalendar.usa import NewYork  # noqa: PLC0415

        calendar = NewYork()
        ask = calendar.get_working_days_delta
        yield "workalendar (weekdays and holidays, no hours)", lambda: ask(START.date(), end.date())


def _businesstimedelta_rules():
    import pytz  # noqa: PLC0415  # It takes no other zones.
    from businesstimedelta import HolidayRule, Rules, WorkDayRule  # noqa: PLC0415

    zone = pytz.timezone(NEW_YORK.key)

    hours = [
        (time.fromisoformat(opening), time.fromisoformat(closing)) for opening, closing in OFFICE
    ]
    days = [
        WorkDayRule(start_time=opening, end_time=closing, working_days=[0, 1, 2, 3, 4], tz=zone)
        for opening, closing in hours
    ]
    return Rules([*days, HolidayRule(dict.fromkeys(HOLIDAYS, "holiday"), tz=zone)])


# --- Measuring ---------------------------------------------------------------------


def _in_turns(mine: Question, theirs: Question) -> tuple[float, float]:
    mine(), theirs()  # Tables are made when first asked.
    turns = [(_microseconds(mine), _microseconds(theirs)) for _ in range(TURNS)]
    return median(each[0] for each in turns), median(each[1] for each in turns)


def _microseconds(ask: Question) -> float:
    timer = Timer(ask)
    calls = max(1, int(TURN_SECONDS / timer.timeit(1)))
    return timer.timeit(calls) / calls * 1e6


def main() -> None:
    """Print the table."""
    print(f"{'':24} {'ours, µs':>10} {'theirs, µs':>12} {'times':>10}  peer")
    for name, mine, peer, theirs, ratio in measure():
        print(f"{name:24} {mine:10.3f} {theirs:12.3f} {ratio:10.1f}  {peer}")


if __name__ == "__main__":
    main()
