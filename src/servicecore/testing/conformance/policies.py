"""What policies promise: all that follows from an event, exactly once."""
# ruff: noqa: S101, D102 - these are tests; their names are the sentences

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from ...domain.events import Recorded
from ...storage import Change, Decision, EventLog, Patience, PolicyFollower
from .events import CATALOGUE, FOLD, LIN, Case, Noted, Opened, noted, opened

Open = Callable[..., EventLog]
QUICK = Patience(tries=3, first=timedelta())


def welcome(recorded: Recorded) -> Sequence[Decision]:
    """Whenever a case is opened, note it there and in the book."""
    if not isinstance(recorded.event, Opened) or recorded.subject == "case/book":
        return []
    return [
        Decision(recorded.subject, lambda _: [noted("welcome")], fold=FOLD),
        Decision("case/book", lambda _: [noted(recorded.subject)], fold=FOLD),
    ]


class PolicyConformance:
    """Policies that follow the log, on any storage."""

    @pytest.fixture
    def governed(self, open_it: Open) -> Iterator[EventLog]:
        """Return a log with two cases."""
        with open_it(catalogue=CATALOGUE) as governed:
            governed.append(opened("case/1"), provenance=LIN)
            governed.append(opened("case/2"), provenance=LIN)
            yield governed

    def book(self, governed: EventLog) -> tuple[str, ...]:
        """Return what was noted in the book."""
        case, _ = governed.load("case/book", FOLD)
        return case.notes if case else ()

    def test_what_follows_is_recorded_once(self, governed: EventLog) -> None:
        first = PolicyFollower(governed, "welcome", welcome)
        assert governed.head() <= first.catch_up() + 4
        first.catch_up()
        PolicyFollower(governed, "welcome", welcome).catch_up()  # After a restart.

        notes = [each.event.text for each in governed.since(0) if isinstance(each.event, Noted)]
        assert sorted(["welcome", "case/1", "welcome", "case/2"]) == sorted(notes)
        assert first.status().events_behind == 0

    def test_it_says_what_it_followed_from(self, governed: EventLog) -> None:
        PolicyFollower(governed, "welcome", welcome).catch_up()

        [_, after] = governed.history("case/1")
        said = after.provenance
        assert (
            said.actor,
            said.causation_id,
            said.correlation_id,
        ) == ("policy/welcome", "case/1#1", "case/1#1")

    def test_several_workers_are_as_good_as_one(self, governed: EventLog) -> None:
        for n in range(3, 15):
            governed.append(opened(f"case/{n}"), provenance=LIN)

        with ThreadPoolExecutor(4) as pool:
            workers = [PolicyFollower(governed, "welcome", welcome) for _ in range(4)]
            list(pool.map(lambda worker: worker.catch_up(), workers))

        assert sorted(f"case/{n}" for n in range(1, 15)) == sorted(self.book(governed))
        for n in range(1, 15):
            assert len(governed.history(f"case/{n}")) == 2  # noqa: PLR2004

    def test_decisions_about_one_subject_see_each_other(self, governed: EventLog) -> None:
        seen: list[Case | None] = []

        def count(case: Case | None) -> list[Noted]:
            seen.append(case)
            return [noted("x")]

        def twice(recorded: Recorded) -> Sequence[Decision]:
            if recorded.id != "case/1#1":
                return []
            return 2 * [Decision("case/1", count, fold=FOLD)]

        PolicyFollower(governed, "twice", twice).catch_up()

        assert [Case(), Case(("x",))] == seen

    def test_a_conflict_makes_it_decide_again(self, governed: EventLog) -> None:
        def late(case: Case | None) -> list[Noted]:
            if case == Case():  # Somebody else is faster.
                governed.append(Change("case/1", [noted("theirs")], after=1), provenance=LIN)
            return [noted("ours")]

        def once(recorded: Recorded) -> Sequence[Decision]:
            return [Decision("case/1", late, fold=FOLD)] if recorded.id == "case/1#1" else []

        PolicyFollower(governed, "late", once, patience=QUICK).catch_up()

        assert (Case(("theirs", "ours")), 3) == governed.load("case/1", FOLD)

    def test_an_event_it_cannot_bear_is_set_aside_and_the_rest_goes_on(
        self, governed: EventLog
    ) -> None:
        governed.append(Change("case/1", [noted("more")], after=1), provenance=LIN)
        mended: list[bool] = []

        def choke(recorded: Recorded) -> Sequence[Decision]:
            if recorded.id == "case/1#1" and not mended:
                raise LookupError(recorded.id)
            return welcome(recorded)

        follower = PolicyFollower(governed, "choke", choke, patience=QUICK)
        follower.catch_up()

        assert self.book(governed)[:1] == ("case/2",)
        status = follower.status()
        assert (status.parked, status.events_behind) == (("case/1",), 0)
        assert follower.retry_dead_letters() == 0

        mended.append(True)
        assert follower.retry_dead_letters() >= 2  # noqa: PLR2004 - the event, and those behind
        assert follower.retry_dead_letters() == 0
        assert self.book(governed) == ("case/2", "case/1")
        assert follower.status().parked == ()

    def test_of_two_who_try_again_at_once_neither_acts_twice(self, governed: EventLog) -> None:
        broken, first = [True], [True]

        def choke(recorded: Recorded) -> Sequence[Decision]:
            if recorded.id == "case/1#1":
                if broken:
                    raise LookupError(recorded.id)
                if first.pop():
                    first.append(False)
                    other.retry_dead_letters()
            return welcome(recorded)

        one, other = (PolicyFollower(governed, "choke", choke, patience=QUICK) for _ in range(2))
        one.catch_up()
        broken.clear()
        one.retry_dead_letters()

        assert sorted(self.book(governed)) == ["case/1", "case/2"]
        assert (one.status().parked, other.retry_dead_letters()) == ((), 0)

    def test_it_notes_how_far_it_came_though_nothing_followed(self, governed: EventLog) -> None:
        idle = PolicyFollower(governed, "idle", lambda _: [])

        assert governed.head() == idle.catch_up() == idle.position
