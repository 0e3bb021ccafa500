"""A worker keeps things going while nobody asks: policies, deadlines, read models.

Any number may run.  One works, the others stand by and take over when it stops
or dies; and if two should work at once, nothing happens twice all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from enum import Enum
from threading import Event
from time import monotonic

import attrs

from .journal import Journal
from .storage import EventLog, FollowerStatus, Lease, NotYetRecordedError, StorageError

_journal = Journal(__name__)

Job = Callable[[], object]


class State(Enum):
    """What a worker is doing."""

    STARTING = "starting"
    WORKING = "working"
    STANDING_BY = "standing by"
    STOPPED = "stopped"


@attrs.frozen(kw_only=True)
class Health:
    """How a worker is, and how far everything that follows the log has come.

    *leader* is the one who works, *seen_at* when this one was last seen to be
    alive, *trouble* what went wrong in its last round.
    """

    worker: str
    state: State
    leader: str | None
    seen_at: datetime | None
    rounds: int
    failures: int
    trouble: str | None
    head: int
    next_wake_up: datetime | None
    followers: tuple[FollowerStatus, ...]

    @property
    def is_well(self) -> bool:
        """Tell whether it does what it should."""
        return self.trouble is None and self.state in {State.WORKING, State.STANDING_BY}


@attrs.define
class Worker:
    """Does its *jobs* whenever the log has grown or something has fallen due.

    Each job brings something up to date and may be done again at any time.  With a
    *lease*, it stands by while another worker has it.  What it does to *settle*, it
    does when there is nothing else to do.
    """

    log: EventLog
    jobs: Sequence[Job]
    name: str = attrs.field(kw_only=True)
    next_wake_up: Callable[[], datetime | None] = attrs.field(kw_only=True)
    followers: Callable[[], Sequence[FollowerStatus]] = attrs.field(kw_only=True)
    lease: Lease | None = attrs.field(default=None, kw_only=True)
    settle: Sequence[Job] = attrs.field(default=(), kw_only=True)
    pause: timedelta = attrs.field(default=timedelta(seconds=1), kw_only=True)
    _state: State = attrs.field(default=State.STARTING, init=False)
    _seen_at: datetime | None = attrs.field(default=None, init=False)
    _rounds: int = attrs.field(default=0, init=False)
    _failures: int = attrs.field(default=0, init=False)
    _trouble: str | None = attrs.field(default=None, init=False)
    _settled: bool = attrs.field(default=True, init=False)
    _done: int | None = attrs.field(default=None, init=False)
    _wake_up: datetime | None = attrs.field(default=None, init=False)

    def run(self, stop: Event) -> None:
        """Work, or stand by, until *stop* is set; whatever was begun is finished first."""
        _journal.info("worker_starts", "%(worker)s starts", worker=self.name)
        try:
            while not stop.is_set():
                self._take_turn(stop)
        finally:
            self._become(State.STOPPED)
            self._give_up_lease()

    def run_once(self) -> None:
        """Do every job until nothing new is recorded, whoever else is at work.

        Raises:
            StorageError: If the storage does not let it.
        """
        self._become(State.WORKING)
        self._work(Event())
        while self._done != self.log.head():
            self._work(Event())
        self._settle()

    def health(self) -> Health:
        """Tell how it is."""
        return Health(
            worker=self.name,
            state=self._state,
            leader=self.lease.held_by() if self.lease else self.name,
            seen_at=self._seen_at,
            rounds=self._rounds,
            failures=self._failures,
            trouble=self._trouble,
            head=self.log.head(),
            next_wake_up=self._wake_up,
            followers=tuple(self.followers()),
        )

    # --- One turn ------------------------------------------------------------------

    def _take_turn(self, stop: Event) -> None:
        try:
            self._seen_at = self.log.now()
            if self.lease and not self.lease.take():
                self._become(State.STANDING_BY)
                stop.wait(self.pause.total_seconds())
                return
            self._become(State.WORKING)
            if self._has_something_to_do():
                self._work(stop)
                self._settled = False
            elif not self._settled:
                self._settle()
            self._trouble = None
            self._wait()
        except Exception as error:  # noqa: BLE001 - a worker that is gone helps nobody
            self._fail(error)
            stop.wait(self.pause.total_seconds())

    def _has_something_to_do(self) -> bool:
        due = self._wake_up is not None and self._wake_up <= self.log.now()
        return due or self._done != self.log.head()

    def _work(self, stop: Event) -> None:
        head, begun = self.log.head(), monotonic()  # What comes in meanwhile is for the next round.
        for job in self.jobs:
            if stop.is_set():
                return
            job()
        self._done, self._wake_up = head, self.next_wake_up()
        self._rounds += 1
        self._tell_of_the_round(head, seconds=monotonic() - begun)

    def _tell_of_the_round(self, head: int, *, seconds: float) -> None:
        if not _journal.is_verbose:
            return  # Asking every follower how far it has come takes a while.
        sentence = "%(worker)s has dealt with all until position %(position)d in %(seconds).3f s"
        told = {"worker": self.name, "position": head, "seconds": round(seconds, 3)}
        _journal.debug("worker_round", sentence, **told)
        for each in self.followers():
            _journal.debug(
                "follower_position",
                "%(follower)s is at position %(position)d, %(behind)d events behind",
                follower=each.name,
                position=each.position,
                behind=each.events_behind,
                lag=each.lag.total_seconds(),
            )

    def _settle(self) -> None:
        for job in self.settle:
            job()
        self._settled = True

    def _wait(self) -> None:
        """Wait until the log grows or something falls due, but not for long: we may be stopped."""
        wait, now = self.pause, self.log.now()
        if self._wake_up is not None and self._wake_up > now:  # Else it cannot be helped just now.
            wait = min(wait, self._wake_up - now)
        if self._done is not None:
            with suppress(NotYetRecordedError):
                self.log.wait(self._done + 1, timeout=wait.total_seconds())

    def _fail(self, error: Exception) -> None:
        self._failures += 1
        self._done = None
        self._trouble = f"{type(error).__name__}: {error}"
        if isinstance(error, StorageError):
            sentence = "%(worker)s waits %(seconds)s s: %(error)s"
            told = {"worker": self.name, "seconds": self.pause.total_seconds(), "error": error}
            _journal.warning("worker_waits", sentence, **told)
        else:
            sentence = "%(worker)s failed and goes on: %(error)s"
            _journal.failure("worker_failed", sentence, error, worker=self.name)

    def _become(self, state: State) -> None:
        if state is not self._state:
            sentence = "%(worker)s is %(state)s"
            _journal.info("worker_changed", sentence, worker=self.name, state=state.value)
            self._state = state

    def _give_up_lease(self) -> None:
        try:
            if self.lease:
                self.lease.give_up()
        except StorageError as error:
            sentence = "%(worker)s could not give up its lease, which runs out: %(error)s"
            _journal.warning("lease_not_given_up", sentence, worker=self.name, error=error)


# --- For those who watch many programs ----------------------------------------------


def open_metrics(health: Health) -> str:
    """Return *health* in the text format of OpenMetrics 1.0."""
    return "\n".join([*_lines(health), "# EOF", ""])


def _lines(health: Health) -> Iterator[str]:
    works = int(health.state is State.WORKING)
    yield from _family("worker_working", "gauge", "1 if this worker works", {"": works})
    rounds, failures = {"": health.rounds}, {"": health.failures}
    yield from _family("worker_rounds", "counter", "Rounds in which every job was done", rounds)
    yield from _family("worker_failures", "counter", "Rounds that failed", failures)
    yield from _family("log_head", "gauge", "Position of the newest event", {"": health.head})
    if health.next_wake_up:
        due = {"": health.next_wake_up.timestamp()}
        yield from _family("next_wake_up_seconds", "gauge", "When something falls due", due)
    behind, lag, aside = {}, {}, {}
    for each in health.followers:
        label = f'{{follower="{_escaped(each.name)}"}}'
        behind[label] = each.events_behind
        lag[label] = each.lag.total_seconds()
        aside[label] = each.dead_letters
    yield from _family("follower_events_behind", "gauge", "Events not yet dealt with", behind)
    yield from _family("follower_lag_seconds", "gauge", "How long the oldest has waited", lag)
    yield from _family("follower_dead_letters", "gauge", "Events that were set aside", aside)


def _family(name: str, kind: str, text: str, samples: Mapping[str, float]) -> Iterator[str]:
    yield f"# TYPE servicecore_{name} {kind}"
    if name.endswith("_seconds"):
        yield f"# UNIT servicecore_{name} seconds"
    yield f"# HELP servicecore_{name} {text}."
    suffix = "_total" if kind == "counter" else ""
    for label, value in samples.items():
        yield f"servicecore_{name}{suffix}{label} {value}"


def _escaped(label: str) -> str:
    return label.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
