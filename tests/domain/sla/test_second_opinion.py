"""The engine and a clerk who counts minutes come to the same result, whatever happens."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicecore.domain.calendar import WorkingCalendar
from servicecore.domain.sla import Happening, Target, Terms, courses_of, keep_time

from .given import DAYS, MINUTE, MONDAY
from .second_opinion import DAY, Opinion, Paper

MINUTES = {"A": 30, "B": 240, "C": 900}
CREDITS = ("working", "wall", "none")
ON_CHANGE = ("from_start", "from_start_without_pauses", "from_now")
NINE_TO_FIVE, EARLY = ((540, 720), (780, 1020)), ((360, 660),)
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
CLASSES = st.sampled_from("ABC")


def steps_of(*more, about=CLASSES):
    """Return what may happen to a case, with what it is about."""
    often = ["paused", "resumed", "paused", "resumed", "resolved", "reopened", "classified"]
    return st.lists(st.tuples(MOMENTS, st.sampled_from([*often, *more]), about), max_size=9)


def paper(name, credit, *, hours=NINE_TO_FIVE, minutes=MINUTES, **choices):
    return Paper(name=name, minutes=minutes, hours=hours, credit=credit, **choices)


def calendar(hours):
    told = [tuple(f"{edge // 60:02}:{edge % 60:02}" for edge in each) for each in hours]
    return WorkingCalendar(timezone="UTC", week=dict.fromkeys(DAYS[:5], told))


CALENDARS = {each: calendar(each) for each in (NINE_TO_FIVE, EARLY)}


def promised(paper, book=None):
    """Return what the engine makes of a paper."""
    targets = tuple(
        Target(
            clock="resolution",
            clause="ours",
            within=timedelta(minutes=minutes),
            calendar="office",
            stops=("resolved",),
            when={"class": (klass,)},
            credit=paper.credit,
            on_change=paper.on_change,
            on_merging=paper.on_merging,
        )
        for klass, minutes in paper.minutes.items()
    )
    calendars = {"office": CALENDARS[paper.hours]}
    return Terms(standard=paper.name, targets=targets, calendars=calendars, book=book)


def told_from(opened, klass, steps):
    """Return an opening and what happens after it, in order of time."""
    later = sorted((step for step in steps if step[0] >= opened), key=lambda step: step[0])
    return [(opened, "opened", klass), *later]


def happening(minute, what, about):
    """Return what the engine is told of a step."""
    at = MONDAY + minute * MINUTE
    match what:
        case "opened" | "classified":
            return Happening(what, at, facts={"class": about})
        case "served under":
            return Happening(what, at, terms=about.name)
        case _:
            return Happening(what, at, reason="customer" * (what == "paused"))


def both(first, told, *, papers=()):
    """Return the clock and the clerk after the same things happened."""
    known = {each.name: each for each in papers}

    def book(name):
        return promised(known[name], book)

    clerk = Opinion(first)
    for minute, what, about in told:
        clerk.note(what, minute, about)
    [clock] = keep_time([happening(*each) for each in told], promised(first, book))
    return clock, clerk, told[-1][0]


def must_agree(clock, clerk, minute):
    now = MONDAY + minute * MINUTE
    assert MONDAY + clerk.due(minute) * MINUTE == clock.due(now)
    assert clerk.spent(minute) * MINUTE == clock.counting.spent(clock.course, now)
    assert clerk.is_late(minute) == clock.is_late(now)


@pytest.mark.parametrize("credit", CREDITS)
class TestTwoOpinions:
    """Holds, reopenings, other classes, and a pause that counts in three ways."""

    @given(opened=MOMENTS, klass=CLASSES, steps=steps_of(), wait=st.integers(0, 3 * DAY))
    def test_agree_at_any_moment(self, credit, opened, klass, steps, wait):
        told = told_from(opened, klass, steps)
        clock, clerk, last = both(paper("house@1", credit), told)

        must_agree(clock, clerk, last + wait)

    @given(opened=MOMENTS, klass=CLASSES, steps=steps_of(), off_by=st.integers(-1, 1))
    def test_agree_on_the_deadline_and_a_minute_before_and_after(
        self, credit, opened, klass, steps, off_by
    ):
        clock, clerk, last = both(paper("house@1", credit), told_from(opened, klass, steps))

        must_agree(clock, clerk, max(last, clerk.due(last) + off_by))


SHORTER = {"A": 20, "B": 240, "C": 600}


@pytest.mark.parametrize("on_change", ON_CHANGE)
class TestOfOtherTerms:
    """Another standard, with its own hours, targets and credit, at any moment and back again."""

    @given(
        opened=MOMENTS,
        klass=CLASSES,
        credits_=st.tuples(*[st.sampled_from(CREDITS)] * 2),
        steps=steps_of("served under", "served under", about=st.integers(0, 2)),
        wait=st.integers(0, 3 * DAY),
    )
    def test_agree(self, on_change, opened, klass, credits_, steps, wait):
        ours, theirs = credits_
        papers = (
            paper("house@1", ours, on_change=on_change),
            paper("other@1", theirs, on_change=on_change, hours=EARLY, minutes=SHORTER),
            paper("house@2", ours, on_change=on_change),
        )
        told = [
            (minute, what, papers[n] if what == "served under" else "ABC"[n])
            for minute, what, n in steps
        ]
        clock, clerk, last = both(papers[0], told_from(opened, klass, told), papers=papers)

        must_agree(clock, clerk, last + wait)


@pytest.mark.parametrize("on_merging", ["earliest_start", "own_clock"])
class TestOfTwoThatBecomeOne:
    """Both have a life before, and what is left goes on having one."""

    @given(
        openings=st.tuples(MOMENTS, MOMENTS),
        klass=CLASSES,
        credit=st.sampled_from(CREDITS),
        steps=steps_of(),
        theirs=steps_of(),
        merged=MOMENTS,
        wait=st.integers(0, 3 * DAY),
    )
    def test_agree(self, on_merging, openings, klass, credit, steps, theirs, merged, wait):
        opened, other_opened = openings
        merged = max(merged, *openings)
        ours = paper("house@1", credit, on_merging=on_merging)
        other_told = [each for each in told_from(other_opened, "B", theirs) if each[0] <= merged]
        other_clock, other_clerk, _ = both(ours, other_told)
        told = told_from(opened, klass, steps)
        before = [each for each in told if each[0] <= merged]
        after = told[len(before) :]
        clerk = Opinion(ours)
        for minute, what, about in [*before, (merged, "absorbed", other_clerk), *after]:
            clerk.note(what, minute, about)
        absorbed = Happening(
            "absorbed", MONDAY + merged * MINUTE, carried=courses_of([other_clock])
        )
        timeline = [
            *(happening(*each) for each in before),
            absorbed,
            *(happening(*each) for each in after),
        ]
        [clock] = keep_time(timeline, promised(ours))

        must_agree(clock, clerk, max(merged, told[-1][0]) + wait)
