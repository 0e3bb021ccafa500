"""Which ticket is taken up first (om2025:6.2a)."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from servicecore import ServiceDesk
from servicecore.projections.asking import UnknownGroupingError

MONDAY = datetime(2025, 3, 3, 1, tzinfo=timezone.utc)  # Nine in Shanghai.
NOON = MONDAY + timedelta(hours=3)


@pytest.fixture
def desk():
    with ServiceDesk.open("memory:", standard="operations_manual_2025") as desk:
        yield desk


def takes_in(desk, ticket, priority, *, hours=0, customer="Acme", product="pump"):
    desk.tickets.open(
        ticket,
        priority=priority,
        customer_id=customer,
        product=product,
        model="P-200",
        fault="it leaks",
        contact="Ms Lin",
        at=MONDAY + timedelta(hours=hours),
    )


def listed(desk, as_of=NOON, **where):
    return [each.ticket_id for each in desk.reports.worklist(where=where, as_of=as_of)]


class TestWhatGoesFirst:
    """High priority, then what falls due first, then what was opened first."""

    def test_is_the_priority_whatever_falls_due(self, desk):
        takes_in(desk, "late-C", "C", hours=-200)
        takes_in(desk, "new-A", "A")
        takes_in(desk, "late-B", "B", hours=-100)
        assert listed(desk) == ["new-A", "late-B", "late-C"]

    def test_within_a_priority_is_what_falls_due_first(self, desk):
        takes_in(desk, "answered", "A", hours=-1)
        takes_in(desk, "new", "A")
        desk.tickets.answer("answered", by="Wu", at=MONDAY)
        assert listed(desk) == ["new", "answered"]
        [new, answered] = desk.reports.worklist(as_of=NOON)
        assert (new.clock, new.due, new.is_late) == (
            "first_response",
            MONDAY + timedelta(hours=2),
            True,
        )
        assert (answered.clock, answered.is_late) == ("first_assessment", False)

    def test_at_the_very_moment_it_is_not_late(self, desk):
        takes_in(desk, "T-1", "A")
        due = MONDAY + timedelta(hours=2)
        at = [due, due + timedelta(microseconds=1)]
        told = [desk.reports.worklist(as_of=each)[0].is_late for each in at]
        assert told == [False, True]

    def test_where_both_are_alike_is_what_was_opened_first_then_the_number(self, desk):
        for ticket, hours in (("T-3", 0), ("T-2", 0), ("T-1", 1)):
            takes_in(desk, ticket, "C", hours=hours)
            desk.tickets.answer(ticket, by="Wu", at=MONDAY + timedelta(hours=1))
        assert listed(desk) == ["T-2", "T-3", "T-1"]

    def test_of_what_nobody_classified_is_not_before_an_a(self, desk):
        for ticket, priority in (("B", "B"), ("new", None), ("C", "C"), ("A", "A")):
            takes_in(desk, ticket, priority)
        assert listed(desk) == ["A", "new", "B", "C"]

    def test_on_hold_a_ticket_waits_for_others(self, desk):
        takes_in(desk, "held-A", "A")
        takes_in(desk, "C", "C")
        desk.tickets.pause("held-A", reason="customer", at=MONDAY)
        assert listed(desk) == ["C", "held-A"]
        held = desk.reports.worklist(as_of=NOON)[-1]
        assert (held.status, held.pause_reason) == ("paused", "customer")

    def test_follows_a_new_priority(self, desk):
        takes_in(desk, "T-1", "C")
        takes_in(desk, "T-2", "B")
        desk.tickets.change_priority("T-1", "A", reason="it floods", at=MONDAY)
        assert listed(desk) == ["T-1", "T-2"]


class TestWhatIsToDo:
    """Open and on hold; whatever is solved, cancelled or merged is not."""

    def test_is_not_what_is_resolved_and_again_when_it_is_reopened(self, desk):
        takes_in(desk, "T-1", "A")
        desk.tickets.resolve("T-1", by="Wu", solution="a seal", at=MONDAY)
        assert listed(desk) == []
        desk.tickets.reopen("T-1", reason="it leaks", at=NOON)
        assert listed(desk) == ["T-1"]

    def test_is_told_as_of_a_moment(self, desk):
        takes_in(desk, "T-1", "A")
        desk.tickets.resolve("T-1", by="Wu", solution="a seal", at=NOON)
        assert listed(desk, as_of=NOON - timedelta(hours=1)) == ["T-1"]

    def test_is_chosen_by_whose_it_is(self, desk):
        takes_in(desk, "T-1", "A", customer="Acme", product="pump")
        takes_in(desk, "T-2", "B", customer="Bolt", product="valve")
        takes_in(desk, "T-3", "C", customer="Bolt", product="pump")
        desk.tickets.assign("T-2", to="Wu", team="repair", at=NOON)
        assert listed(desk, person="Wu") == listed(desk, team="repair") == ["T-2"]
        assert listed(desk, customer="Bolt") == ["T-2", "T-3"]
        assert listed(desk, product="pump", priority=["C", "B"]) == ["T-3"]

    def test_cannot_be_chosen_by_what_tickets_do_not_have(self, desk):
        with pytest.raises(UnknownGroupingError, match="colour"):
            listed(desk, colour="red")

    def test_is_for_agents_to_look_at(self, desk):
        takes_in(desk, "T-1", "A")
        wu = desk.acting_as("Wu", role="agent")
        assert [each.ticket_id for each in wu.reports.worklist(as_of=NOON)] == ["T-1"]
