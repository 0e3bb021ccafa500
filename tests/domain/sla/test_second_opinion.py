"""The engine and a clerk who counts minutes come to the same result, whatever happens."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicecore.domain.calendar import WorkingCalendar
from servicecore.domain.sla import Happening, Target, Terms, keep_time

from .given import DAYS, MINUTE, MONDAY
from .second_opinion import DAY, Opinion

MINUTES = {"A": 30, "B": 240, "C": 900}
OFFICE = WorkingCalendar(
    timezone="UTC",
    week={day: [("09:00", "12:00"), ("13:00", "17:00")] for day in DAYS[:5]},
)
#: Openings, closings, and moments inside and outside hours meet often.
MOMENTS = st.one_of(
    st.integers(0, 12 * DAY),
    st.builds(
        lambda day, edge, off: day * DAY + edge + off,
        st.integers(0, 11),
        st.sampled_from([0, 540, 570, 720, 780, 1020]),
        st.integers(-1, 1),
    ).filter(lambda minute: minute >= 0),
)
STEPS = st.lists(
    st.tuples(
        MOMENTS,
        st.sampled_from(
            ["paused", "resumed", "paused", "resumed", "resolved", "reopened", "classified"]
        ),
        st.sampled_from("ABC"),
    ),
    max_size=9,
)


def promised(credit):
    targets = tuple(
        Target(
            clock="resolution",
            clause="ours",
            within=timedelta(minutes=minutes),
            calendar="office",
            stops=("resolved",),
            when={"class": (klass,)},
            credit=credit,
        )
        for klass, minutes in MINUTES.items()
    )
    return Terms(standard="house@1", targets=targets, calendars={"office": OFFICE})


def both(credit, opened, klass, steps):
    """Return the clock and the clerk after the same things happened."""
    steps = sorted((step for step in steps if step[0] >= opened), key=lambda step: step[0])
    told = [(opened, "opened", klass), *steps]
    clerk = Opinion(credit=credit, minutes_by_class=MINUTES)
    timeline = []
    for minute, what, of in told:
        clerk.note(what, minute, of)
        facts = {"class": of} if what in {"opened", "classified"} else {}
        at = MONDAY + minute * MINUTE
        timeline.append(Happening(what, at, reason="customer" * (what == "paused"), facts=facts))
    [clock] = keep_time(timeline, promised(credit))
    return clock, clerk, told[-1][0]


@pytest.mark.parametrize("credit", ["working", "wall", "none"])
class TestTwoOpinions:
    """Holds, reopenings, other classes, and a pause that counts in three ways."""

    @given(opened=MOMENTS, klass=st.sampled_from("ABC"), steps=STEPS, wait=st.integers(0, 3 * DAY))
    def test_agree_at_any_moment(self, credit, opened, klass, steps, wait):
        clock, clerk, last = both(credit, opened, klass, steps)

        self.must_agree(clock, clerk, last + wait)

    @given(opened=MOMENTS, klass=st.sampled_from("ABC"), steps=STEPS, off_by=st.integers(-1, 1))
    def test_agree_on_the_deadline_and_a_minute_before_and_after(
        self, credit, opened, klass, steps, off_by
    ):
        clock, clerk, last = both(credit, opened, klass, steps)

        self.must_agree(clock, clerk, max(last, clerk.due(last) + off_by))

    def must_agree(self, clock, clerk, minute):
        now = MONDAY + minute * MINUTE
        assert MONDAY + clerk.due(minute) * MINUTE == clock.due(now)
        assert clerk.spent(minute) * MINUTE == clock.counting.spent(clock.course, now)
        assert clerk.is_late(minute) == clock.is_late(now)
