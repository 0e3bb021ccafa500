"""Workers keep things going, take over from each other, and do nothing twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event, Thread
from time import monotonic, sleep

import pytest

from servicecore import ServiceDesk
from servicecore.cli.worker import told, worker_of
from servicecore.storage import Lease, UnreachableStorageError, open_log
from servicecore.testing.conformance.events import NINE, Watch
from servicecore.worker import State, Worker, open_metrics
from tests.moments import NINE as MONDAY
from tests.moments import REQUEST
from tests.waiting import PATIENCE, until

PAUSE = timedelta(milliseconds=20)


@pytest.fixture
def log():
    with open_log("memory:", clock=Watch()) as log:
        yield log


@pytest.fixture
def stop():
    stop = Event()
    yield stop
    stop.set()


def a_worker(log, *jobs, **more):
    more = {"next_wake_up": lambda: None, "followers": tuple, "pause": PAUSE} | more
    return Worker(log, jobs, name=more.pop("name", "Lin"), **more)


def running(worker, stop):
    thread = Thread(target=worker.run, args=(stop,))
    thread.start()
    return thread


class TestAWorker:
    """It does its jobs when there is something to do, and goes on whatever happens."""

    def test_it_works_once_and_then_waits_for_something_to_happen(self, log, stop):
        done = []
        thread = running(a_worker(log, lambda: done.append(1)), stop)
        until(lambda: done)
        sleep(5 * PAUSE.total_seconds())
        assert done == [1]

        log.storage.write(lambda writing: writing.insert([("0" * 32, 1, "x", None, b"{}")]))
        until(lambda: len(done) == 2)
        stop.set()
        thread.join(PATIENCE)
        assert not thread.is_alive()

    def test_it_works_when_something_falls_due(self, log, stop):
        watch, done = log._clock, []
        due = iter([NINE + timedelta(hours=1)])
        worker = a_worker(log, lambda: done.append(1), next_wake_up=lambda: next(due, None))
        thread = running(worker, stop)
        until(lambda: done)
        watch.now = NINE + timedelta(minutes=59)
        sleep(5 * PAUSE.total_seconds())
        assert done == [1]

        watch.now = NINE + timedelta(hours=1)
        until(lambda: len(done) == 2)
        stop.set()
        thread.join(PATIENCE)

    def test_what_cannot_be_helped_does_not_keep_it_spinning(self, log, stop):
        done, began = [], monotonic()
        overdue = {"next_wake_up": lambda: NINE - timedelta(days=1)}
        thread = running(a_worker(log, lambda: done.append(1), **overdue), stop)
        sleep(10 * PAUSE.total_seconds())
        until(lambda: len(done) >= 2)
        stop.set()
        thread.join(PATIENCE)
        pauses = (monotonic() - began) / PAUSE.total_seconds()

        assert 2 <= len(done) <= pauses + 2

    def test_once_is_until_nothing_new_is_recorded(self, log):
        seen = []

        def job():
            seen.append(log.head())
            if len(seen) < 3:
                row = ("0" * 32, len(seen), "x", None, b"{}")
                log.storage.write(lambda writing: writing.insert([row]))

        a_worker(log, job).run_once()

        assert seen == [0, 1, 2]

    @pytest.mark.parametrize("trouble", [UnreachableStorageError("gone"), ZeroDivisionError("x")])
    def test_after_a_failure_it_goes_on_and_says_so(self, log, stop, trouble):
        failing, done = [trouble], []

        def job():
            if failing:
                raise failing[0]
            done.append(1)

        worker = a_worker(log, job)
        thread = running(worker, stop)
        until(lambda: worker.health().failures > 1)
        ill = worker.health()
        assert (ill.trouble, ill.is_well) == (f"{type(trouble).__name__}: {trouble}", False)

        failing.clear()
        until(lambda: done)
        until(lambda: worker.health().is_well)
        stop.set()
        thread.join(PATIENCE)

    def test_it_finishes_the_job_it_is_at_and_begins_no_other(self, log, stop):
        began, go, done = Event(), Event(), []

        def long():
            began.set()
            go.wait(PATIENCE)
            done.append("long")

        worker = a_worker(log, long, lambda: done.append("next"))
        thread = running(worker, stop)
        assert began.wait(PATIENCE)
        stop.set()
        go.set()
        thread.join(PATIENCE)

        assert (done, worker.health().state) == (["long"], State.STOPPED)

    def test_when_nothing_is_left_to_do_it_settles_once(self, log, stop):
        done, settled = [], []
        worker = a_worker(log, lambda: done.append(1), settle=[lambda: settled.append(len(done))])
        thread = running(worker, stop)
        until(lambda: settled)
        sleep(5 * PAUSE.total_seconds())
        log.storage.write(lambda writing: writing.insert([("0" * 32, 1, "x", None, b"{}")]))
        until(lambda: len(settled) == 2)
        stop.set()
        thread.join(PATIENCE)

        assert settled == [1, 2]

    def test_then_others_see_that_nothing_is_behind(self):
        with ServiceDesk.open("memory:", react="worker") as desk:
            desk.notices.register("mail", lambda _: None)
            desk.tickets.open("T-1", **REQUEST, at=MONDAY)
            worker_of(desk, name="Lin", lease=None).run_once()
            head = desk.log.head()

            assert {head} == {each.position for each in desk.log.storage.trackings()}

    def test_once_is_once(self, log):
        done = []
        worker = a_worker(log, lambda: done.append(1))
        worker.run_once()

        assert (done, worker.health().rounds, worker.health().is_well) == ([1], 1, True)


class TestStandingBy:
    """One works, the others wait for their turn."""

    def test_the_second_takes_over_when_the_first_stops(self, log, stop):
        one, other = (
            a_worker(log, lambda: None, name=name, lease=Lease(log, name="lease", holder=name))
            for name in ("one", "other")
        )
        leave = Event()
        first = running(one, leave)
        until(lambda: one.health().state is State.WORKING)
        second = running(other, stop)
        until(lambda: other.health().state is State.STANDING_BY)
        assert (other.health().rounds, other.health().leader) == (0, "one")
        assert other.health().is_well

        leave.set()
        first.join(PATIENCE)
        until(lambda: other.health().state is State.WORKING)
        assert other.health().leader == "other"
        stop.set()
        second.join(PATIENCE)


class TestMetrics:
    """What a watcher reads."""

    def test_are_in_the_text_format_of_openmetrics(self):
        with ServiceDesk.open("memory:", react="worker") as desk:
            desk.tickets.open("T-1", **REQUEST, at=MONDAY)
            worker = worker_of(desk, name="Lin")
            lines = open_metrics(worker.health()).splitlines()

        assert lines[-1] == "# EOF"
        assert "servicecore_worker_working 0" in lines
        assert "servicecore_worker_rounds_total 0" in lines
        assert "servicecore_log_head 1" in lines
        assert 'servicecore_follower_events_behind{follower="acknowledgement"} 1' in lines
        families = [line.split()[2] for line in lines if line.startswith("# TYPE")]
        assert len(set(families)) == len(families) >= 7
        samples = [line for line in lines if not line.startswith("#")]
        assert all(any(each.startswith(name) for name in families) for each in samples)

    def test_are_told_as_plain_values_too(self):
        with ServiceDesk.open("memory:", react="worker") as desk:
            worker = worker_of(desk, name="Lin", lease=None)
            worker.run_once()
            health = told(worker.health())

        assert (health["well"], health["state"], health["leader"]) == (True, "working", "Lin")
        assert {"deadlines", "acknowledgement"} <= {each["name"] for each in health["followers"]}


class TestARound:
    """Others may record faster than policies act: all the same, everybody has his turn."""

    LATER = MONDAY + timedelta(days=10)

    @pytest.fixture
    def desk(self):
        with ServiceDesk.open("memory:", react="worker", clock=lambda: self.LATER) as desk:
            yield desk

    def happened(self, desk, number):
        return [type(each.event).__name__ for each in desk.tickets.history(number)]

    def test_what_comes_in_meanwhile_is_for_the_next(self, desk):
        first = desk.tickets.open("T-1", **REQUEST, at=self.LATER)
        desk.tickets.open("T-2", **REQUEST, at=self.LATER)

        desk.run_due(upto=first.position)
        assert "TicketAcknowledged" in self.happened(desk, "T-1")
        assert "TicketAcknowledged" not in self.happened(desk, "T-2")

        desk.run_due()
        assert "TicketAcknowledged" in self.happened(desk, "T-2")

    def test_what_is_late_when_it_comes_in_is_for_policies_first(self, desk):
        first = desk.tickets.open("T-1", **REQUEST, at=MONDAY)
        desk.tickets.open("T-2", **REQUEST, at=MONDAY)

        desk.run_due(upto=first.position)

        assert self.happened(desk, "T-2") == self.happened(desk, "T-1")
        assert self.happened(desk, "T-2")[1] == "TicketAcknowledged"


class TestSeveralWorkersOnPostgreSQL:
    """However many work at once, what comes of it is what one desk alone would have done."""

    TICKETS = 12
    LATER = MONDAY + timedelta(days=10)

    def alone(self):
        with ServiceDesk.open("memory:", clock=lambda: self.LATER) as desk:
            for n in range(self.TICKETS):
                desk.tickets.open(f"T-{n}", **REQUEST, at=MONDAY)
            desk.run_due(self.LATER)
            return self.outcome(desk)

    def outcome(self, desk):
        """Return of each subject what happened, and to which level it went."""
        return {
            subject: sorted(
                (type(each.event).__name__, str(getattr(each.event, "rung", "")))
                for each in desk.log.history(subject)
            )
            for subject in desk.log.subjects()
        }

    def test_no_deadline_fires_twice_and_nothing_is_lost(self, postgresql):
        url, stop, expected = postgresql.fresh(), Event(), self.alone()

        def work(n):
            with ServiceDesk.open(url, react="worker", clock=lambda: self.LATER) as desk:
                worker = worker_of(desk, name=f"{n}", lease=None)
                worker.run(stop)
                return worker.health()

        with (
            ThreadPoolExecutor(4) as pool,
            ServiceDesk.open(url, react="worker", clock=lambda: self.LATER) as desk,
        ):
            workers = [pool.submit(work, n) for n in range(4)]
            for n in range(self.TICKETS):
                desk.tickets.open(f"T-{n}", **REQUEST, at=MONDAY)
            try:
                until(lambda: self.outcome(desk) == expected, patience=180)
                sleep(0.5)  # Long enough for a second round to do too much.
            finally:
                stop.set()
            health = [each.result() for each in workers]

            assert self.outcome(desk) == expected
            assert [each for each in health if each.failures] == []
            assert all(each.dead_letters == 0 for each in desk.projects.status())
            assert ("TicketEscalated", "manager") in expected["ticket/T-0"]
