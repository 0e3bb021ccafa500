"""The rules of a loaner, on plain events: given, when, then."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from functools import partial

import pytest

from loaners import EXTENSION, AlreadyBackError
from loaners.asking_back import AskItBack
from loaners.decisions import ask_back, bring_back, lend, remind_if_due
from loaners.events import LoanerAskedBack, LoanerBroughtBack, LoanerLent, LoanerOverdue
from loaners.loans import LOANS, Loan
from servicecore import testing
from servicecore.domain.ticket import TicketClosed
from servicecore.extending import ImpossibleHistoryError, IncompleteError, reminder, settled

given = partial(testing.given, extensions=[EXTENSION])

MONDAY = datetime(2025, 3, 3, 9, tzinfo=timezone.utc)
SECOND = timedelta(seconds=1)
BACK_BY = datetime(2025, 3, 10, 16, tzinfo=timezone.utc)  # Midnight in China, seven days later.

KEPT_UNDER = {"standard": "loaner_house@1", "calendar": "china_office@1"}
LENT = LoanerLent(loaner_id="T-1", device="pump 7", customer_id="Acme", **KEPT_UNDER, at=MONDAY)
DUE = reminder("return", due=BACK_BY, rungs={"overdue": BACK_BY})
ASKED = LoanerAskedBack(loaner_id="T-1", by=BACK_BY, readings=(DUE,), at=MONDAY)
BACK = LoanerBroughtBack(loaner_id="T-1", readings=settled([DUE]), at=MONDAY)
OVERDUE = LoanerOverdue(
    loaner_id="T-1",
    clock="return",
    rung="overdue",
    clause="ours:2.1",
    due=BACK_BY,
    at=BACK_BY + SECOND,
)
CLOSED = TicketClosed(ticket_id="T-1", is_confirmed=True, at=MONDAY)


class TestLending:
    """A customer gets a device to work with while theirs is repaired."""

    def test_puts_on_record_what_was_lent_and_under_which_standard(self):
        given().when(
            lend, "T-1", device="pump 7", customer_id="Acme", **KEPT_UNDER, at=MONDAY
        ).then(LENT)

    def test_needs_a_device(self):
        given().when(lend, "T-1", device=" ", customer_id="Acme", **KEPT_UNDER, at=MONDAY).refused(
            IncompleteError, match="device must not be empty"
        )


class TestReturning:
    """A device is asked for once, and brought back once."""

    def test_a_device_is_asked_for_once(self):
        asked = given(LENT).when(ask_back, by=BACK_BY, at=MONDAY).then(ASKED)
        asked.when(ask_back, by=BACK_BY, at=MONDAY).then()

    def test_nobody_asks_for_what_is_here(self):
        given(LENT, BACK).when(ask_back, by=BACK_BY, at=MONDAY).then()

    def test_what_is_brought_back_is_not_waited_for_any_more(self):
        given(LENT, ASKED).when(bring_back, at=MONDAY).then(BACK)

    def test_a_device_is_brought_back_once(self):
        given(LENT, BACK).when(bring_back, at=MONDAY).refused(AlreadyBackError, match="'pump 7'")

    def test_nothing_is_brought_back_that_was_not_lent(self):
        with pytest.raises(ImpossibleHistoryError, match="LoanerBroughtBack"):
            given(BACK).state("loaner/T-1")


class TestBeingLate:
    """The very moment is still in time; a second later it is overdue, once."""

    def test_at_the_moment_it_is_in_time(self):
        given(LENT, ASKED).when(remind_if_due, at=BACK_BY, terms=None).then()

    def test_a_second_later_it_is_overdue(self):
        late = given(LENT, ASKED).when(remind_if_due, at=BACK_BY + SECOND, terms=None).then(OVERDUE)
        late.when(remind_if_due, at=BACK_BY + SECOND, terms=None).then()


class TestAskItBack:
    """Whenever a ticket is closed for which a device was lent, the customer is asked for it."""

    def test_within_the_days_that_the_standard_gives(self):
        given(LENT).whenever(CLOSED, policy=AskItBack).then(ASKED)

    def test_there_is_nothing_to_ask_for_without_a_loaner(self):
        given().whenever(CLOSED, policy=AskItBack).then()

    def test_it_hears_of_nothing_but_closed_tickets(self):
        given(LENT).whenever(BACK, policy=AskItBack).then()


class TestLoans:
    """A fact for each loan: who has what, since when, and was it late."""

    def test_begins_when_a_device_is_lent(self):
        begun = Loan(ticket_id="T-1", device="pump 7", customer_id="Acme", lent_at=MONDAY)
        assert LOANS.of([LENT]) == begun

    def test_remembers_that_it_was_late_when_it_is_over(self):
        loan = LOANS.of([LENT, ASKED, OVERDUE, BACK])
        assert (loan.back_by, loan.was_late, loan.back_at) == (BACK_BY, True, MONDAY)
