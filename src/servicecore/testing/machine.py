"""An office at work, for Hypothesis: customers call, staff work or wait, time passes.

Extend it by what your own rules let happen, and by what must hold::

    class OurOffice(OfficeMachine):
        options = {"extensions": [EXTENSION], "standard": "loaner_house"}

        @rule(ticket=OfficeMachine.tickets)
        def a_device_is_lent(self, ticket):
            self.does(self.desk.counter(Loaners).lend, ticket, device="pump 7", customer_id="Acme")

        @invariant()
        def nobody_is_asked_twice(self): …

    TestOurOffice = OurOffice.TestCase

After every run, the log must be sound, and every read model built anew must be
what it had become step by step.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, ClassVar

from ..audit.checking import fsck
from ..domain.calendar_errors import MissingExtraError
from ..domain.refusals import RefusedError
from .desks import DeskOnTrial, DeskOptions, open_desk

try:
    from hypothesis import strategies as st
    from hypothesis.stateful import (
        Bundle,
        RuleBasedStateMachine,
        initialize,
        invariant,
        precondition,
        rule,
    )
except ImportError as error:
    raise MissingExtraError("hypothesis", "testing") from error  # noqa: EM101

_SECOND = timedelta(seconds=1)


class OfficeMachine(RuleBasedStateMachine):
    """A desk in memory, and whatever may happen at it; most of it is refused at most moments.

    *options* are those of the desk, and *most_tickets* says how many there are: few,
    so that much happens to each.
    """

    options: ClassVar[DeskOptions] = {}
    most_tickets: ClassVar[int] = 3
    tickets: ClassVar[Bundle[str]] = Bundle("tickets")

    desk: DeskOnTrial

    @initialize()
    def the_office_opens(self) -> None:
        """Begin with an empty desk."""
        self.desk = open_desk(**self.options)
        self.opened = 0

    def does(self, command: Callable[..., object], *args: Any, **facts: Any) -> bool:
        """Carry out a command now, and tell whether the rules allowed it."""
        try:
            command(*args, at=self.desk.clock.now, **facts)
        except RefusedError:
            return False
        return True

    # --- What may happen ----------------------------------------------------------------

    @precondition(lambda self: self.opened < self.most_tickets)
    @rule(target=tickets, priority=st.sampled_from(["A", "B", "C", None]))
    def a_customer_calls(self, priority: str | None) -> str:
        """Open a ticket, with a class or without."""
        self.opened += 1
        number = f"T-{self.opened}"
        self.desk.tickets.open(
            number,
            customer_id="Acme",
            product="pump",
            model="P-200",
            fault="it leaks",
            contact="Ms Lin",
            priority=priority,
            at=self.desk.clock.now,
        )
        return number

    @rule(ticket=tickets)
    def somebody_answers(self, ticket: str) -> None:
        """Answer the customer."""
        self.does(self.desk.tickets.answer, ticket, by="Lin")

    @rule(ticket=tickets)
    def the_customer_writes(self, ticket: str) -> None:
        """Hear from the customer."""
        self.does(self.desk.tickets.receive_message, ticket)

    @rule(ticket=tickets)
    def work_waits(self, ticket: str) -> None:
        """Wait for the customer."""
        reasons = self.desk.standard.pause_reasons
        self.does(self.desk.tickets.pause, ticket, reason=reasons[0] if reasons else "customer")

    @rule(ticket=tickets)
    def work_goes_on(self, ticket: str) -> None:
        """Wait no longer."""
        self.does(self.desk.tickets.resume, ticket)

    @rule(ticket=tickets)
    def the_fault_is_gone(self, ticket: str) -> None:
        """Resolve it."""
        self.does(self.desk.tickets.resolve, ticket, by="Lin", solution="a new seal")

    @rule(ticket=tickets)
    def the_customer_agrees(self, ticket: str) -> None:
        """Close it with the customer's word."""
        self.does(self.desk.tickets.confirm, ticket)

    @rule(ticket=tickets)
    def the_fault_is_back(self, ticket: str) -> None:
        """Take it up again."""
        self.does(self.desk.tickets.reopen, ticket, reason="it leaks again")

    @rule(hours=st.integers(1, 100))
    def time_passes(self, hours: int) -> None:
        """Let time pass, and what falls due in it."""
        self.desk.clock.advance(hours=hours)

    @precondition(lambda self: self.desk.next_wake_up() is not None)
    @rule(off_by=st.sampled_from([-_SECOND, timedelta(), _SECOND]))
    def a_deadline_comes_close(self, off_by: timedelta) -> None:
        """Stand at the next deadline, a second before it, or a second after."""
        due = self.desk.next_wake_up() or self.desk.clock.now
        self.desk.clock.move_to(max(self.desk.clock.now, due + off_by))

    # --- What must hold -----------------------------------------------------------------

    @invariant()
    def nothing_that_is_due_is_left_lying(self) -> None:
        """Look what is due: it goes on record, or is off the list."""
        self.desk.run_due()
        due, now = self.desk.next_wake_up(), self.desk.clock.now
        _must_hold(due is None or due > now, f"what was due at {due} is still to do", self.desk)

    def teardown(self) -> None:
        """See to it that the log is sound, and that every read model can be built anew."""
        if not hasattr(self, "desk"):
            return
        with self.desk as desk:
            flaws = list(fsck(desk.log))
            _must_hold(not flaws, f"the log is not sound: {flaws}", desk)
            desk.projects.catch_up()
            for name in desk.projects.names():
                before = list(desk.log.tables.read(name).scan())
                desk.projects.rebuild(name)
                same = before == list(desk.log.tables.read(name).scan())
                _must_hold(same, f"{name}, built anew, is not what it had become", desk)


def _must_hold(holds: bool, what: str, desk: DeskOnTrial) -> None:  # noqa: FBT001  # said by its name
    if not holds:
        msg = f"{what}\n{desk.timeline()}"
        raise AssertionError(msg)
