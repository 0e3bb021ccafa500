"""What must hold of every clock, whatever happens and whenever."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from servicecore.domain.sla import Happening, keep_time, tick

from .given import HOUR, LADDER, MINUTE, MONDAY, SECOND, clock, next_reply, on, resolution, terms

HOURS_BY_PRIORITY = {"high": 2, "middle": 8, "low": 24}
OFFICE_OPENS, OFFICE_CLOSES = 9, 17

MINUTES = st.integers(0, 9 * 24 * 60)
STARTS = st.integers(0, 2 * 24 * 60).map(lambda minute: MONDAY + minute * MINUTE)
TARGETS = st.integers(0, 20 * 60).map(lambda minutes: minutes * MINUTE)
CREDITS = st.sampled_from(["working", "wall", "none"])
PAIRS = st.lists(MINUTES, min_size=2, max_size=8, unique=True).map(
    lambda minutes: list(zip(sorted(minutes)[::2], sorted(minutes)[1::2], strict=False))
)
PROMISES = tuple(
    resolution(hours * HOUR, when={"priority": (priority,)}, ladder=LADDER)
    for priority, hours in HOURS_BY_PRIORITY.items()
)
STEPS = st.lists(
    st.tuples(
        MINUTES,
        st.sampled_from(
            ["paused", "resumed", "resolved", "reopened", "wrote", "answered", "closed"]
        ),
    ),
    max_size=8,
).map(lambda steps: sorted(steps, key=lambda step: step[0]))


def holds_after(start, pairs):
    """Return pauses and resumptions, all of them after *start*."""
    return [
        Happening(what, start + minutes * MINUTE, reason="customer" if what == "paused" else "")
        for pair in pairs
        for what, minutes in zip(("paused", "resumed"), pair, strict=True)
    ]


def opened(start, **facts):
    return Happening("opened", start, facts=facts)


def after(start, steps):
    return [
        Happening(what, start + minutes * MINUTE, reason="customer" if what == "paused" else "")
        for minutes, what in steps
    ]


class TestPauses:
    @given(start=STARTS, within=TARGETS, pairs=PAIRS, credit=CREDITS)
    def test_a_pause_never_brings_a_deadline_forward(self, start, within, pairs, credit):
        target = resolution(within, credit=credit)
        told = holds_after(start, pairs)

        dues = [
            clock(opened(start), *told[:n], of=target).due(told[-1].at) for n in range(len(told))
        ]
        assert dues[0] <= min(dues)

    @given(start=STARTS, within=TARGETS, pairs=PAIRS, credit=CREDITS, data=st.data())
    def test_splitting_a_pause_in_two_changes_nothing(self, start, within, pairs, credit, data):
        target = resolution(within, credit=credit)
        whole = holds_after(start, pairs)
        begin, end = pairs[0]
        between = start + data.draw(st.integers(begin, end)) * MINUTE
        split = [
            whole[0],
            Happening("resumed", between),
            Happening("paused", between, reason="parts"),
            *whole[1:],
        ]
        one = clock(opened(start), *whole, of=target)
        two = clock(opened(start), *split, of=target)
        for now in (whole[1].at, whole[-1].at + SECOND, whole[-1].at + 7 * HOUR):
            assert one.due(now) == two.due(now)
            assert one.is_late(now) == two.is_late(now)
            assert one.counting.spent(one.course, now) == two.counting.spent(two.course, now)

    @given(
        start=STARTS,
        within=TARGETS,
        day=st.integers(0, 6),
        minutes=st.lists(st.integers(0, 16 * 60), min_size=2, max_size=2, unique=True).map(sorted),
        wait=MINUTES,
    )
    def test_a_pause_outside_hours_changes_nothing(self, start, within, day, minutes, wait):
        """Between closing at five and opening at nine the next day."""
        evening = MONDAY + timedelta(days=day, hours=OFFICE_CLOSES)
        begin, end = (max(start, evening + each * MINUTE) for each in minutes)
        held = [Happening("paused", begin, reason="customer"), Happening("resumed", end)]
        one = clock(opened(start), of=resolution(within))
        two = clock(opened(start), *held, of=resolution(within))
        now = end + wait * MINUTE + SECOND

        assert one.due(now) == two.due(now)
        assert one.is_late(now) == two.is_late(now)
        assert one.counting.spent(one.course, now) == two.counting.spent(two.course, now)


class TestBreaches:
    @given(start=STARTS, within=TARGETS, steps=STEPS, credit=CREDITS)
    def test_breached_never_unbreaches(self, start, within, steps, credit):
        """Asked after each event, and a second before and after each deadline."""
        target = resolution(within, credit=credit)
        told = after(start, steps)
        was_late = False
        for n in range(len(told) + 1):
            known = clock(opened(start), *told[:n], of=target)
            since = told[n - 1].at if n else start
            until = told[n].at if n < len(told) else since + timedelta(days=9)
            due = known.due(since)
            # At the instant of an event it may still be undone by the next of that instant.
            moments = {since + SECOND, due - SECOND, due, due + SECOND, until}
            for now in sorted(each for each in moments if since < each <= until):
                is_late = known.is_late(now)
                assert is_late or not was_late
                was_late = is_late

    @given(start=STARTS, hours=st.integers(0, 30))
    def test_one_second_before_at_and_one_second_after_the_deadline(self, start, hours):
        running = clock(opened(start), of=resolution(hours * HOUR))
        due = running.due(start)

        assert [False, False, True] == [
            running.is_late(due + off_by) for off_by in (-SECOND, 0 * SECOND, SECOND)
        ]

    @given(start=STARTS, steps=STEPS)
    def test_no_time_is_spent_twice(self, start, steps):
        """Never below nothing, never more than the wall shows, never less than before."""
        told = after(start, steps)
        running = clock(opened(start), *told, of=resolution(4 * HOUR))
        last = told[-1].at if told else start
        spent = [
            running.counting.spent(running.course, last + timedelta(hours=each))
            for each in range(30)
        ]

        assert 0 * HOUR <= spent[0] <= last - start
        assert spent == sorted(spent)


class TestPriorities:
    @given(start=STARTS, pairs=PAIRS)
    def test_a_higher_priority_is_never_due_later(self, start, pairs):
        told = holds_after(start, pairs)
        dues = [
            clock(opened(start, priority=priority), *told, of=PROMISES).due(told[-1].at)
            for priority in ("high", "middle", "low")
        ]

        assert dues == sorted(dues)

    @given(start=STARTS, wait=MINUTES)
    def test_raising_it_never_makes_it_later(self, start, wait):
        at = start + wait * MINUTE
        raised = [
            opened(start, priority="low"),
            Happening("raised", at, facts={"priority": "high"}),
        ]

        assert clock(*raised, of=PROMISES).due(at) <= clock(raised[0], of=PROMISES).due(at)


class TestLevels:
    @given(start=STARTS, pairs=PAIRS, wait=MINUTES)
    def test_warnings_precede_the_breach(self, start, pairs, wait):
        told = holds_after(start, pairs)
        now = told[-1].at + wait * MINUTE
        running = clock(opened(start, priority="middle"), *told, of=PROMISES)
        moments = [each.due for each in running.reading(now).rungs]
        reached = [each.name for each in running.rungs_reached(now)]

        assert moments == sorted(moments)
        assert ["warning", "deadline", "too much"][: len(reached)] == reached
        assert ("deadline" in reached) == running.is_late(now)

    @given(start=STARTS, steps=STEPS, wait=MINUTES)
    def test_a_level_reached_stays_reached_until_the_end(self, start, steps, wait):
        told = [
            (minutes, what) for minutes, what in steps if what in {"paused", "resumed", "wrote"}
        ]
        happened = after(start, told)
        before: set[str] = set()
        for n in range(len(happened) + 1):
            known = clock(opened(start, priority="high"), *happened[:n], of=PROMISES)
            is_last = n == len(happened)
            now = start + (wait + 9 * 24 * 60) * MINUTE if is_last else happened[n].at
            reached = {each.name for each in known.rungs_reached(now)}
            assert before <= reached
            before = reached


class TestOrder:
    @given(
        start=STARTS,
        whats=st.lists(
            st.sampled_from(["paused", "resumed", "resolved", "reopened", "wrote", "answered"]),
            min_size=2,
            max_size=3,
        ),
        wait=MINUTES,
    )
    def test_any_order_at_one_instant_gives_one_defined_result(self, start, whats, wait):
        """Every order is told the same way twice, and all agree on what was before."""
        at = start + wait * MINUTE
        promised = terms(resolution(), next_reply())
        for order in permutations(whats):
            told = [opened(start), *(Happening(what, at, reason="customer") for what in order)]
            clocks = keep_time(told, promised)
            assert clocks == keep_time(iter(told), promised)
            [resolved] = [each for each in clocks if each.name == "resolution"]
            assert resolved.counting.spent(resolved.course, at) == clock(told[0]).counting.spent(
                clock(told[0]).course, at
            )

    @given(start=STARTS, steps=STEPS, cut=st.integers(0, 8))
    def test_going_on_from_a_snapshot_is_going_through_it_all(self, start, steps, cut):
        told = (opened(start, priority="low"), *after(start, steps))
        promised = terms(*PROMISES, next_reply())
        clocks = keep_time(told[:cut], promised)
        for n in range(min(cut, len(told)), len(told)):
            clocks = tick(clocks, told[n], past=told[:n], terms=terms(*PROMISES, next_reply()))

        assert keep_time(told, promised) == clocks


def test_the_office_of_these_tests_opens_at_nine_and_closes_at_five():
    """So the pauses above lie outside hours indeed."""
    running = clock(("opened", "mon 10:00"))
    spent = running.counting.spent(running.course, on("tue 09:30"))

    assert (OFFICE_CLOSES - 10) * HOUR + 30 * MINUTE == spent
    assert OFFICE_OPENS == 9
