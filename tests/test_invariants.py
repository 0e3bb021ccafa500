"""What must hold whatever people do, and whenever they do it.

The promises below are restated from the operations manual, in numbers of their
own, and kept by a clerk with stopwatches: a test that asked the code for the
deadline would believe whatever it said.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from attrs import Factory, define
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from servicecore import Level, Priority, ServiceDesk, Status
from servicecore.domain.ticket import (
    AlreadyClassifiedError,
    AlreadyPausedError,
    AlreadyResolvedError,
    NotClassifiedError,
    NotPausedError,
    NotResolvedError,
    TicketEndedError,
    TicketEscalated,
    TicketWarned,
)
from tests.moments import HOUR, MICROSECOND, NINE, NOTHING, REQUEST, SECOND

HOURS_TO_ANSWER = {"A": 2, "B": 24, "C": 48}
HOURS_TO_RESOLVE = {"A": 48, "B": 72, "C": 120}
HOURS_TO_ASSESS, HOURS_TO_HANDLE, HOURS_OF_A_GENERAL_CASE = 48, 72, 48
#: In percent of the promise, with the level that takes over; a warning changes nothing.
LADDER = {
    "warning": (80, Level.STAFF),
    "supervisor": (100, Level.SUPERVISOR),
    "manager": (150, Level.MANAGER),
}
REASONS = ["customer", "parts", "third_party"]
PRIORITIES = ["A", "B", "C"]
#: What ends each promise; the work stands still while it waits, answers do not.
ENDED_BY = {
    "first_assessment": {"diagnosed", "resolved"},
    "first_response": {"answered"},
    "resolution": {"resolved"},
    "general_handling": {"resolved"},
    "handling_limit": {"resolved"},
}
WAITS = {"resolution", "general_handling", "handling_limit"}
ONCE = {"first_assessment"}  # A reopening does not make it a first time again.
OVER = {Status.CLOSED, Status.CANCELLED}


def hours_promised(clock: str, priority: str | None) -> timedelta | None:
    """Return what the manual promises, or None before the ticket has a class."""
    if clock == "first_assessment":
        return HOURS_TO_ASSESS * HOUR
    if clock == "handling_limit":
        return HOURS_TO_HANDLE * HOUR
    if priority is None:
        return None
    if clock == "general_handling":
        return HOURS_OF_A_GENERAL_CASE * HOUR
    return {"first_response": HOURS_TO_ANSWER, "resolution": HOURS_TO_RESOLVE}[clock][
        priority
    ] * HOUR


@define
class Stopwatch:
    """One promise: since when it ran, in which stretches, and which steps were told."""

    clock: str
    stretches: list[tuple[datetime, datetime | None]]
    promised: list[tuple[datetime, timedelta]] = Factory(list)
    told: dict[str, datetime] = Factory(dict)
    stopped_by: str = ""
    stopped_at: datetime | None = None
    broken: list[tuple[datetime, datetime]] = Factory(list)  # Noticed when; the deadline.

    @property
    def length(self) -> timedelta | None:
        return self.promised[-1][1] if self.promised else None

    @property
    def is_running(self) -> bool:
        return self.stretches[-1][1] is None

    @property
    def is_live(self) -> bool:
        return bool(self.promised) and not self.stopped_by

    def used_up(self, now: datetime) -> timedelta:
        stretches = ((began, ended or now) for began, ended in self.stretches)
        return sum((max(NOTHING, min(e, now) - b) for b, e in stretches), NOTHING)

    def moment_of(self, length: timedelta, now: datetime) -> datetime:
        """Return when *length* is used up; while it stands still, as if it went on now."""
        left = length
        for began, ended in self.stretches:
            if ended is None or ended - began > left:
                return began + left
            left -= ended - began
        return (self.stopped_at or now) + left

    def steps(self, now: datetime) -> Iterator[tuple[str, datetime]]:
        for name, (percent, _) in LADDER.items():
            if name not in self.told:
                yield name, self.moment_of(self.length * percent / 100, now)

    def tell_steps(self, now: datetime) -> None:
        """Put on the wall what was reached by *now*, while it was running."""
        for name, moment in list(self.steps(now)) if self.is_live else []:
            if self.used_up(now) > self.length * LADDER[name][0] / 100:
                self.told[name] = moment

    def runs(self, *, goes: bool, now: datetime) -> None:
        if goes and not self.is_running:
            self.stretches.append((now, None))
        if not goes and self.is_running:
            self.stretches[-1] = (self.stretches[-1][0], now)

    def stops(self, by: str, now: datetime) -> None:
        if not self.stopped_by or (by == self.stopped_by and now < self.stopped_at):
            self.stopped_by, self.stopped_at = by, now
            kept = [(began, ended) for began, ended in self.stretches if began <= now]
            self.stretches = [(b, now if e is None else min(e, now)) for b, e in kept]
            held = [each for each in self.promised if each[0] <= now] or self.promised[:1]
            self.promised = held
            self.broken = [each for each in self.broken if each[0] <= now]

    def is_promised(self, length: timedelta, now: datetime) -> None:
        if self.length == length or (self.promised and self.stopped_by) or length is None:
            return
        if self.is_late(now):
            self.broken.append((now, self.moment_of(self.length, now)))
        self.promised.append((now, length))

    def is_late(self, now: datetime) -> bool:
        return self.length is not None and self.used_up(now) > self.length

    def outcome(self, now: datetime) -> str:
        if self.is_late(now) or self.broken:
            return "missed"
        if self.stopped_by in {"", "cancelled"}:
            return self.stopped_by or "open"
        return "met"


@define
class Note:
    """What a careful clerk would write on the wall about one ticket."""

    id: str
    opened_at: datetime
    priority: str | None
    watches: dict[str, Stopwatch]
    status: Status = Status.OPEN
    answered_at: datetime | None = None

    @property
    def live(self) -> list[Stopwatch]:
        return [each for each in self.watches.values() if each.is_live]

    @property
    def level(self) -> Level:
        told = [LADDER[step][1] for each in self.watches.values() for step in each.told]
        return max(told, key=list(Level).index, default=Level.STAFF)

    def tell_steps(self, now: datetime) -> None:
        for watch in self.live:
            watch.tell_steps(now)

    def gets_class(self, priority: str, now: datetime) -> None:
        self.priority = priority
        for clock, watch in self.watches.items():
            watch.is_promised(hours_promised(clock, priority), now)

    def happens(self, what: str, now: datetime) -> None:
        for clock, watch in self.watches.items():
            if what in ENDED_BY[clock] or what == "cancelled":
                watch.stops(what, now)

    def stands(self, status: Status, now: datetime) -> None:
        """From now on the ticket stands like this, and its watches run or stand still."""
        self.status = status
        for clock, watch in self.watches.items():
            if clock in ONCE and watch.stopped_by:
                continue
            if status is Status.OPEN and watch.stopped_by == "resolved":
                watch.stopped_by, watch.stopped_at = "", None
                watch.is_promised(hours_promised(clock, self.priority), now)
            if not watch.stopped_by:
                waits = status is Status.PAUSED and clock in WAITS
                watch.runs(goes=not waits and status in {Status.OPEN, Status.PAUSED}, now=now)


class AnOfficeAtWork(RuleBasedStateMachine):
    """Customers call, staff work or wait, time passes, deadlines are checked."""

    tickets = Bundle("tickets")
    url = "memory:"

    @initialize()
    def the_office_opens(self):
        self.now = NINE
        self.wall: dict[str, Note] = {}
        self.desk = self.opens_the_desk()

    def opens_the_desk(self):
        return ServiceDesk.open(self.url, standard="operations_manual_2025", clock=lambda: self.now)

    def does(self, note, verb, *, unless=(), **facts):
        """Ask the desk for *verb*, and tell whether the wall says that it must do it."""
        command = getattr(self.desk.tickets, verb)
        for reason, refusal in unless:
            if reason:
                with pytest.raises(refusal, match=note.id):
                    command(note.id, at=self.now, **facts)
                return False
        command(note.id, at=self.now, **facts)
        note.tell_steps(self.now)
        return True

    # --- What may happen -----------------------------------------------------

    # Few tickets, so that much happens to each.
    @precondition(lambda self: len(self.wall) < 3)
    @rule(target=tickets, priority=st.sampled_from([*PRIORITIES, None]))
    def a_customer_calls(self, priority):
        ticket_id = f"T-{len(self.wall) + 1}"
        self.desk.tickets.open(ticket_id, **REQUEST, priority=priority, at=self.now)
        watches = {clock: Stopwatch(clock, [(self.now, None)]) for clock in ENDED_BY}
        for clock, watch in watches.items():
            if (length := hours_promised(clock, priority)) is not None:
                watch.is_promised(length, self.now)
        self.wall[ticket_id] = Note(ticket_id, self.now, priority, watches)
        return ticket_id

    @rule(ticket=tickets)
    def somebody_answers(self, ticket):
        note = self.wall[ticket]
        if self.does(note, "answer", by="Lin", unless=[(note.status in OVER, TicketEndedError)]):
            note.happens("answered", self.now)
            note.answered_at = note.answered_at or self.now

    @rule(ticket=tickets, percent=st.integers(0, 100))
    def an_answer_is_registered_late(self, ticket, percent):
        note = self.wall[ticket]
        answered_at = note.opened_at + (self.now - note.opened_at) * percent / 100
        if note.status in OVER:
            return
        note.tell_steps(answered_at)
        self.desk.tickets.answer(ticket, by="Lin", at=answered_at)
        note.happens("answered", answered_at)
        note.answered_at = min(note.answered_at or answered_at, answered_at)

    @rule(ticket=tickets)
    def the_customer_writes(self, ticket):
        note = self.wall[ticket]
        self.does(note, "receive_message", unless=[(note.status in OVER, TicketEndedError)])

    @rule(ticket=tickets)
    def the_cause_is_found(self, ticket):
        note = self.wall[ticket]
        over = note.status in OVER
        if self.does(
            note, "diagnose", by="Lin", finding="a seal", unless=[(over, TicketEndedError)]
        ):
            note.happens("diagnosed", self.now)

    @rule(ticket=tickets, priority=st.sampled_from(PRIORITIES))
    def it_gets_a_class(self, ticket, priority):
        note = self.wall[ticket]
        unless = [
            (note.status in OVER, TicketEndedError),
            (note.priority is not None, AlreadyClassifiedError),
        ]
        if self.does(note, "classify", priority=priority, unless=unless):
            note.gets_class(priority, self.now)

    @rule(ticket=tickets, priority=st.sampled_from(PRIORITIES))
    def it_turns_out_more_or_less_urgent(self, ticket, priority):
        note = self.wall[ticket]
        unless = [
            (note.status in OVER, TicketEndedError),
            (note.priority is None, NotClassifiedError),
        ]
        if priority == note.priority and note.status not in OVER:
            self.desk.tickets.change_priority(ticket, priority, reason="seen", at=self.now)
        elif self.does(note, "change_priority", priority=priority, reason="seen", unless=unless):
            note.gets_class(priority, self.now)

    @rule(ticket=tickets, reason=st.sampled_from(REASONS))
    def work_waits(self, ticket, reason):
        note = self.wall[ticket]
        unless = [
            (note.status in OVER, TicketEndedError),
            (note.status is not Status.OPEN, AlreadyPausedError),
        ]
        if self.does(note, "pause", reason=reason, unless=unless):
            note.stands(Status.PAUSED, self.now)

    @rule(ticket=tickets)
    def work_goes_on(self, ticket):
        note = self.wall[ticket]
        unless = [
            (note.status in OVER, TicketEndedError),
            (note.status is not Status.PAUSED, NotPausedError),
        ]
        if self.does(note, "resume", unless=unless):
            note.stands(Status.OPEN, self.now)

    @rule(ticket=tickets)
    def the_fault_is_gone(self, ticket):
        note = self.wall[ticket]
        unless = [
            (note.status in OVER, TicketEndedError),
            (note.status is Status.RESOLVED, AlreadyResolvedError),
        ]
        if self.does(note, "resolve", by="Lin", solution="a new seal", unless=unless):
            note.happens("resolved", self.now)
            note.stands(Status.RESOLVED, self.now)

    @rule(ticket=tickets)
    def the_customer_agrees(self, ticket):
        note = self.wall[ticket]
        unless = [
            (note.status in OVER, TicketEndedError),
            (note.status is not Status.RESOLVED, NotResolvedError),
        ]
        if self.does(note, "confirm", unless=unless):
            note.stands(Status.CLOSED, self.now)

    @rule(ticket=tickets)
    def the_fault_is_back(self, ticket):
        note = self.wall[ticket]
        open_again = note.status in {Status.RESOLVED, Status.CLOSED}
        unless = [(not open_again, NotResolvedError)]
        if self.does(note, "reopen", reason="it leaks again", unless=unless):
            note.stands(Status.OPEN, self.now)

    @rule(ticket=tickets)
    def the_customer_needs_no_help_any_more(self, ticket):
        note = self.wall[ticket]
        over = note.status in OVER
        if self.does(note, "cancel", reason="sold it", unless=[(over, TicketEndedError)]):
            note.happens("cancelled", self.now)
            note.stands(Status.CANCELLED, self.now)

    @rule(wait=st.timedeltas(SECOND, timedelta(days=3)))
    def time_passes(self, wait):
        self.now += wait

    @rule(ticket=tickets, data=st.data(), off_by=st.sampled_from([-SECOND, NOTHING, SECOND]))
    def a_deadline_comes_close(self, ticket, data, off_by):
        ahead = [each for each in self.wall[ticket].live if each.is_running]
        moments = sorted({moment for each in ahead for _, moment in each.steps(self.now)})
        if moments:
            self.now = max(self.now, data.draw(st.sampled_from(moments)) + off_by)

    @rule(times=st.integers(1, 2))
    def deadlines_are_checked(self, times):
        for _ in range(times):  # A scheduler may fire twice.
            done = self.desk.run_due(self.now)
        assert times == 1 or done == []
        for note in self.wall.values():
            note.tell_steps(self.now)

    # --- What must hold ------------------------------------------------------

    @invariant()
    def every_ticket_stands_where_the_wall_says(self):
        for note in self.wall.values():
            ticket = self.desk.tickets.get(note.id)
            assert ticket.status is note.status
            assert ticket.level is note.level
            assert ticket.priority is (note.priority and Priority(note.priority))
            assert ticket.answered_at == note.answered_at

    @invariant()
    def every_step_up_was_told_once_with_the_moment_it_was_due(self):
        for note in self.wall.values():
            history = (each.event for each in self.desk.tickets.history(note.id))
            told = Counter(
                (event.clock, event.rung, event.due)
                for event in history
                if isinstance(event, TicketWarned | TicketEscalated)
            )
            watches = note.watches.values()
            assert told == Counter(
                (each.clock, step, due) for each in watches for step, due in each.told.items()
            )

    @invariant()
    def every_promise_is_due_and_kept_as_the_wall_says(self):
        for note in self.wall.values():
            readings = self.desk.tickets.get(note.id).readings
            for clock, watch in note.watches.items():
                if not watch.promised:
                    assert (clock, 1) not in readings
                    continue
                reading = readings[clock, 1]
                if watch.is_running or watch.stopped_by:
                    assert reading.due == watch.moment_of(watch.length, self.now)
                if watch.stopped_by:
                    assert reading.spent == watch.used_up(self.now)
                    now = (
                        "cancelled" if watch.stopped_by == "cancelled" else watch.outcome(self.now)
                    )
                    assert reading.state.value == now
                else:
                    assert reading.state.value == ("running" if watch.is_running else "paused")

    @invariant()
    def the_desk_wakes_when_the_next_step_is_reached(self):
        wake_ups = []
        for note in self.wall.values():
            moments = [
                moment + MICROSECOND
                for watch in note.live
                for step, moment in watch.steps(self.now)
                if watch.is_running
                or watch.used_up(self.now) > watch.length * LADDER[step][0] / 100
            ]
            assert self.desk.sla.next_wake_up(note.id) == min(moments, default=None)
            wake_ups += moments
        if not any(self.desk.log.subjects("survey")):  # Its reminders wake the desk, too.
            assert self.desk.next_wake_up() == min(wake_ups, default=None)

    @invariant()
    def the_report_adds_up(self):
        report = self.desk.reports.response_times(as_of=self.now)
        told = {(each.measure, dict(each.group)["priority"]): each for each in report}
        for clock in ENDED_BY:
            outcomes: dict[str, Counter[str]] = {}
            for note in self.wall.values():
                if note.watches[clock].promised:
                    outcome = note.watches[clock].outcome(self.now)
                    outcomes.setdefault(note.priority or "", Counter())[outcome] += 1
            for priority, counted in outcomes.items():
                share = told[f"{clock}_attainment", priority]
                assert share.k == counted["met"]
                assert share.n == counted["met"] + counted["missed"]
                assert share.open == counted["open"]

    def teardown(self):
        if not hasattr(self, "desk"):
            return
        self.whatever_is_computed_once_more_agrees()
        self.rebuilding_gives_what_running_gave()
        self.desk.close()

    def whatever_is_computed_once_more_agrees(self):
        assert list(self.desk.projects.check()) == []

    def rebuilding_gives_what_running_gave(self):
        for name in self.desk.projects.names():
            live = list(self.desk._office.rows(name).scan())
            self.desk.projects.rebuild(name)
            assert list(self.desk._office.rows(name).scan()) == live


class AnOfficeWithAFile(AnOfficeAtWork):
    """The same, kept in a file; now and then the machine is switched off and on."""

    @initialize()
    def the_office_opens(self):
        self.folder = tempfile.TemporaryDirectory()
        self.url = f"sqlite:///{Path(self.folder.name) / 'service.db'}"
        super().the_office_opens()

    @precondition(lambda self: self.wall)
    @rule()
    def the_desk_restarts(self):
        self.desk.close()
        self.desk = self.opens_the_desk()

    def teardown(self):
        super().teardown()
        if hasattr(self, "folder"):
            self.folder.cleanup()


# A file is slow beside memory; a third of the stories will do.
AnOfficeWithAFile.TestCase.settings = settings(
    AnOfficeWithAFile.TestCase.settings, max_examples=settings().max_examples // 3
)
TestAnOfficeAtWork = AnOfficeAtWork.TestCase
TestAnOfficeWithAFile = AnOfficeWithAFile.TestCase
