"""Loaners at a desk: what follows by itself, and when."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from loaners import EXTENSION, Loaners
from loaners.events import LoanerAskedBack
from servicecore.testing import OfficeMachine

REQUEST = {"product": "pump", "model": "P-200", "fault": "it leaks", "contact": "Ms Lin"}


def a_device_is_lent(desk):
    desk.tickets.open("T-1", customer_id="Acme", priority="A", **REQUEST)
    loaners = desk.counter(Loaners)
    loaners.lend("T-1", device="pump 7", customer_id="Acme")
    return loaners


class TestTheWeekAfterTheRepair:
    """The customer has seven days from the closing of the ticket; then somebody is told."""

    def test_passes_with_the_device_away(self, service_desk):
        loaners = a_device_is_lent(service_desk)
        service_desk.clock.advance(hours=8)
        service_desk.tickets.resolve("T-1", by="Lin", solution="a new seal")
        service_desk.tickets.confirm("T-1")

        service_desk.clock.move_to(loaners.get("T-1").back_by)
        assert not loaners.get("T-1").is_overdue
        service_desk.clock.advance(seconds=1)
        assert loaners.get("T-1").is_overdue
        assert [each.was_late for each in loaners.out()] == [True]

    def test_ends_when_it_is_brought_back(self, service_desk):
        loaners = a_device_is_lent(service_desk)
        service_desk.clock.advance(hours=8)
        loaners.bring_back("T-1")
        service_desk.clock.advance(days=30)
        assert loaners.out() == []
        assert not loaners.get("T-1").is_overdue


class OurOffice(OfficeMachine):
    """Whatever customers and staff do, no device is forgotten."""

    options = {"extensions": [EXTENSION], "standard": "loaner_house"}  # noqa: RUF012

    @rule(ticket=OfficeMachine.tickets, device=st.sampled_from(["pump 7", "pump 8"]))
    def a_device_is_lent(self, ticket, device):
        self.does(self.desk.counter(Loaners).lend, ticket, device=device, customer_id="Acme")

    @rule(ticket=OfficeMachine.tickets)
    def it_is_brought_back(self, ticket):
        if any(each.ticket_id == ticket for each in self.desk.counter(Loaners).out()):
            self.does(self.desk.counter(Loaners).bring_back, ticket)

    @invariant()
    def nobody_is_asked_twice(self):
        for number in range(1, self.opened + 1):
            history = self.desk.log.history(f"loaner/T-{number}")
            assert sum(isinstance(each.event, LoanerAskedBack) for each in history) <= 1

    @invariant()
    def what_is_late_was_asked_for(self):
        loans = self.desk.counter(Loaners).out()
        assert all(each.back_by is not None for each in loans if each.was_late)


TestOurOffice = OurOffice.TestCase
