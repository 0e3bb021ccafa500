"""What followers promise: exactly once, in order, and the rest goes on."""
# ruff: noqa: ARG001, S101, PLR2004, D102 - these are tests; their names are the sentences

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from threading import Event, Thread

import attrs
import pytest

from ...domain.events import Recorded
from ...storage import Batch, BusyError, Change, EventLog, Follower, Patience
from ...storage.protocol import Writing
from .events import CATALOGUE, HOUR, LIN, NINE, Noted, Watch, noted, opened

Open = Callable[..., EventLog]


class PoisonError(Exception):
    """The read model cannot bear this event."""


@attrs.define
class Count:
    """A read model that counts the events of each subject and chokes on poison."""

    poison: str | None = None
    batches: list[int] = attrs.field(factory=list)

    def __call__(self, rows: Batch, events: Sequence[Recorded]) -> None:
        """Count *events*."""
        self.batches.append(len(events))
        for each in events:
            if isinstance(each.event, Noted) and each.event.text == self.poison:
                raise PoisonError(each.id)
            counted = int(rows.get_many([each.subject]).get(each.subject, b"0"))
            rows.put_many([(each.subject, counted + 1, str(counted + 1).encode())])


def counted(log: EventLog, name: str = "count") -> dict[str, int]:
    """Return what was counted."""
    return {row.key: int(row.value) for row in log.tables.read(name, 1).scan()}


class FollowerConformance:
    """Followers of the log, on any storage."""

    @pytest.fixture
    def watch(self) -> Watch:
        """Return the clock of the log."""
        return Watch()

    @pytest.fixture
    def followed(self, open_it: Open, watch: Watch) -> Iterator[EventLog]:
        """Return a log with three cases of two events each."""
        with open_it(catalogue=CATALOGUE, clock=watch) as followed:
            for n in (1, 2, 3):
                followed.append(opened(f"case/{n}", f"note {n}"), provenance=LIN)
            yield followed

    @pytest.fixture
    def waits(self) -> list[float]:
        """Return how long the follower waited, in seconds."""
        return []

    @pytest.fixture
    def patience(self, waits: list[float]) -> Patience:
        """Return patience that waits no real time."""
        return Patience(tries=3, first=timedelta(seconds=1), sleep=waits.append)

    def test_it_takes_everything_in_once_and_in_batches(self, followed: EventLog) -> None:
        count = Count()
        follower = Follower(followed, "count", count, batch_size=4)

        assert followed.head() == follower.catch_up() == follower.catch_up()
        assert counted(followed) == {"case/1": 2, "case/2": 2, "case/3": 2}
        assert count.batches == [4, 2]

    def test_another_follower_of_the_same_name_goes_on_behind_it(self, followed: EventLog) -> None:
        Follower(followed, "count", Count()).catch_up()
        followed.append(Change("case/1", [noted("x")], after=2), provenance=LIN)

        Follower(followed, "count", Count()).catch_up()

        assert counted(followed) == {"case/1": 3, "case/2": 2, "case/3": 2}

    def test_it_can_stop_at_a_position(self, followed: EventLog) -> None:
        third = next(iter(followed.since(0, limit=3))).position + 2

        assert third == Follower(followed, "count", Count()).catch_up(upto=third)
        assert counted(followed) == {"case/1": 2, "case/2": 1}

    def test_two_at_once_count_nothing_twice(self, followed: EventLog) -> None:
        workers = [
            Thread(target=Follower(followed, "count", Count(), batch_size=1).catch_up)
            for _ in range(4)
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

        Follower(followed, "count", Count()).catch_up()
        assert counted(followed) == {"case/1": 2, "case/2": 2, "case/3": 2}

    def test_a_poison_event_is_set_aside_and_the_rest_goes_on(
        self, followed: EventLog, patience: Patience, waits: list[float]
    ) -> None:
        followed.append(Change("case/2", [noted("more")], after=2), provenance=LIN)
        follower = Follower(followed, "count", Count("note 2"), patience=patience)

        assert followed.head() == follower.catch_up()

        assert counted(followed) == {"case/1": 2, "case/2": 1, "case/3": 2}
        assert waits == [1.0, 2.0]
        poison, behind = followed.tables.dead_letters("count", 1)
        assert (poison.subject, poison.attempts) == ("case/2", 3)
        assert poison.error == "PoisonError('case/2#2')"
        assert (behind.subject, behind.attempts) == ("case/2", 0)
        assert (follower.status().parked, follower.status().dead_letters) == (("case/2",), 2)

    def test_a_parked_stream_stays_parked(self, followed: EventLog, patience: Patience) -> None:
        follower = Follower(followed, "count", Count("note 2"), patience=patience)
        follower.catch_up()
        followed.append(Change("case/2", [noted("later")], after=2), provenance=LIN)
        followed.append(Change("case/1", [noted("later")], after=2), provenance=LIN)

        follower.catch_up()

        assert counted(followed) == {"case/1": 3, "case/2": 1, "case/3": 2}
        assert follower.status().dead_letters == 2

    def test_what_was_set_aside_is_taken_in_once_it_can_be(
        self, followed: EventLog, patience: Patience
    ) -> None:
        followed.append(Change("case/2", [noted("more")], after=2), provenance=LIN)
        follower = Follower(followed, "count", Count("note 2"), patience=patience)
        follower.catch_up()

        assert follower.retry_dead_letters() == 0
        assert followed.tables.dead_letters("count", 1)[0].attempts == 4

        mended = Follower(followed, "count", Count())
        assert mended.retry_dead_letters() == 2
        assert mended.retry_dead_letters() == 0
        assert counted(followed) == {"case/1": 2, "case/2": 3, "case/3": 2}
        assert mended.status().parked == ()

    def test_an_event_that_cannot_be_read_is_set_aside(self, followed: EventLog) -> None:
        def forge(writing: Writing) -> None:
            row = writing.newest()
            assert row is not None
            writing.insert([(row.stream, row.version + 1, "case.unheard_of", None, row.state)])

        followed.storage.write(forge)
        followed.append(opened("case/4"), provenance=LIN)
        follower = Follower(followed, "count", Count())

        follower.catch_up()

        assert counted(followed) == {"case/1": 2, "case/2": 2, "case/3": 2, "case/4": 1}
        [letter] = followed.tables.dead_letters("count", 1)
        assert "case.unheard_of" in letter.error
        assert letter.subject == "case/3"

    def test_trouble_with_the_storage_is_not_blamed_on_an_event(self, followed: EventLog) -> None:
        def handler(rows: Batch, events: Sequence[Recorded]) -> None:
            raise BusyError

        follower = Follower(followed, "count", handler)
        with pytest.raises(BusyError):
            follower.catch_up()
        assert (follower.position, follower.status().dead_letters) == (0, 0)

    def test_after_trouble_it_goes_on_by_itself(self, followed: EventLog) -> None:
        stop, trouble = Event(), [BusyError(), BusyError()]

        def handler(rows: Batch, events: Sequence[Recorded]) -> None:
            if trouble:
                raise trouble.pop()
            rows.put_many([("seen", None, str(len(events)).encode())])
            stop.set()

        follower = Follower(followed, "count", handler)
        running = Thread(target=follower.run, args=(stop,), kwargs={"pause": 0.01})
        running.start()
        running.join(timeout=60)
        stop.set()

        assert counted(followed) == {"seen": 6}

    def test_it_says_how_far_behind_it_is(self, followed: EventLog, watch: Watch) -> None:
        follower = Follower(followed, "count", Count())
        watch.now = NINE + HOUR

        status = follower.status()
        assert (status.position, status.events_behind, status.lag) == (0, 6, HOUR)

        follower.catch_up()
        status = follower.status()
        assert (0, timedelta()) == (status.events_behind, status.lag)

    def test_it_keeps_up_until_it_is_stopped(self, followed: EventLog) -> None:
        stop, follower = Event(), Follower(followed, "count", Count())
        running = Thread(target=follower.run, args=(stop,))
        running.start()
        head = followed.append(opened("case/9"), provenance=LIN).position
        for _ in range(6000):
            if follower.position >= head:
                break
            stop.wait(0.01)
        stop.set()
        running.join(timeout=60)

        assert not running.is_alive()
        assert counted(followed) == {"case/1": 2, "case/2": 2, "case/3": 2, "case/9": 1}
