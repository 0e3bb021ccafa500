"""Rules about promises: kept or broken, in the period in which that was decided."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from random import Random

import pytest

from servicecore import WorkingCalendar
from servicecore.audit.compliance import promises
from servicecore.domain.standard import Rulebook
from servicecore.standards import parse_standard, shipped_standards
from tests.regulations import complaints
from tests.regulations import office as manual

from .conftest import FAIL, MONDAY, NOT_APPLICABLE, PASS, after

A_SECOND = timedelta(seconds=1)
#: Every deadline that the documents set for a complaint.
OF_COMPLAINTS = {
    ("complaint.registration", "psp:3.4a"),
    ("complaint.proposed_solution", "psp:3.4b"),
    ("complaint.preliminary_answer", "tender:2.1d"),
    ("complaint.closing", "tender:2.1e"),
    ("complaint.handling_start", "om2025:5.3b"),
}

ONE_CLAUSE = """
id = "ours"
title = "Ours"
extends = "post_delivery_regulation"

[[clock]]
name = "first_response"
when = { priority = "A" }
within = "2 h"
stops = ["answered"]
clause = "ours:1"

[[clock]]
name = "first_response"
when = { priority = "B" }
within = "24 h"
stops = ["answered"]
clause = "ours:1"
"""


def test_every_deadline_of_a_complaint_in_any_regulation_has_a_rule():
    book = Rulebook(shipped_standards().values(), [WorkingCalendar.always()])
    found = {(each.id, each.clause) for each in promises.rules_of(book)}
    assert {each for each in found if each[0].startswith("complaint.")} == OF_COMPLAINTS


class TestWhenItIsDecided:
    """The very moment of a deadline is in time; one later it is late, seen or not."""

    def registered(self, office_of, at):
        office = office_of(standard="project_service_plan")
        complaints.received(office.desk)
        if at is not None:
            office.desk.complaints.register("C-1", **complaints.REGISTERED, at=at)
        return office

    @pytest.mark.parametrize(
        ("at", "verdict"), [(after(hours=24), PASS), (after(hours=24) + A_SECOND, FAIL)]
    )
    def test_the_last_moment_is_in_time(self, office_of, at, verdict):
        office = self.registered(office_of, at)
        office.now = after(days=9)
        assert office.check("complaint.registration").verdict is verdict

    @pytest.mark.parametrize(
        ("now", "found"),
        [
            (after(hours=24), (NOT_APPLICABLE, 0, ())),
            (after(hours=24) + A_SECOND, (FAIL, 1, ("complaint/C-1",))),
        ],
    )
    def test_what_nobody_did_is_late_from_then_on(self, office_of, now, found):
        office = self.registered(office_of, None)
        office.now = now
        assert office.found("complaint.registration") == found

    def test_it_belongs_to_the_period_of_the_deadline_if_that_is_missed(self, office_of):
        office = office_of(standard="project_service_plan")
        evening = datetime(2025, 3, 31, 8, tzinfo=timezone.utc)
        office.desk.complaints.receive("C-1", **complaints.COMPLAINT, at=evening)
        office.now = after(days=90)
        assert office.found("complaint.registration") == (NOT_APPLICABLE, 0, ())
        assert office.found("complaint.registration", period="2025-Q2")[1] == 1

    def test_the_midnight_between_two_quarters_belongs_to_the_second(self, office_of):
        office = office_of(standard="project_service_plan")
        midnight = datetime(2025, 3, 31, 16, tzinfo=timezone.utc)  # In Shanghai.
        told = complaints.COMPLAINT
        office.desk.complaints.receive("C-1", **told, at=midnight - timedelta(hours=1))
        office.desk.complaints.register("C-1", **complaints.REGISTERED, at=midnight)
        office.now = after(days=60)
        found = [
            office.found("complaint.registration", period=each)[1]
            for each in ("2025-Q1", "2025-Q2")
        ]
        assert found == [0, 1]

    def test_what_is_still_to_come_is_not_decided(self, office_of):
        office = self.registered(office_of, after(hours=2))
        office.now = after(hours=1)
        assert office.found("complaint.registration") == (NOT_APPLICABLE, 0, ())

    def test_while_it_waits_for_others_it_is_not_late(self, office):
        manual.opened(office.desk)
        office.desk.tickets.pause("T-1", reason="customer", at=manual.after(hours=1))
        office.now = after(days=20)
        found = office.found("ticket.handling_limit", "om2025:4.2b")
        assert found == (NOT_APPLICABLE, 0, ())

    def test_the_evidence_is_the_promise_and_the_measurement(self, office_of):
        office = self.registered(office_of, after(hours=25))
        office.now = after(days=9)
        (found,) = office.check("complaint.registration").findings
        history = office.desk.log.history("complaint/C-1")
        kept = {type(each.event).__name__: each.position for each in history}
        assert found.evidence == (kept["ComplaintReceived"], kept["ComplaintRegistered"])
        assert found.what == "it was due at 2025-03-04T01:00:00+00:00"


class TestByPriority:
    """Promises on tickets are told for each priority, under its own clause."""

    def test_each_has_a_check_of_its_own(self, office):
        office.now = after(days=9)
        for priority, clause in (("A", "om2025:2.2b"), ("B", "om2025:2.2c"), ("C", "om2025:2.2d")):
            told = {**manual.REQUEST, "priority": priority}
            office.desk.tickets.open(f"T-{priority}", **told, at=MONDAY)
            office.desk.tickets.answer(f"T-{priority}", by="Wu", at=after(hours=3))
            verdict = FAIL if priority == "A" else PASS
            assert office.check(f"ticket.first_response/{priority}", clause).verdict is verdict

    def test_a_promise_stays_that_of_the_priority_it_was_made_for(self, office):
        office.now = after(days=9)
        office.desk.tickets.open("T-1", **manual.REQUEST, priority="B", at=MONDAY)
        office.desk.tickets.answer("T-1", by="Wu", at=after(hours=1))
        told = {"reason": "it is dangerous", "at": after(hours=2)}
        office.desk.tickets.change_priority("T-1", "A", **told)
        found = {each.id for each in office.checks() if each.population}
        assert "ticket.first_response/B" in found
        assert "ticket.acknowledgement/A" in found

    def test_one_clause_for_several_priorities_is_told_by_that_of_the_ticket(self, office_of):
        office = office_of(standard=parse_standard(ONE_CLAUSE, source="ours.toml"))
        office.now = after(days=9)
        for priority in "AB":
            told = {**manual.REQUEST, "priority": priority}
            office.desk.tickets.open(f"T-{priority}", **told, at=MONDAY)
        told = {each.id: each.failing for each in office.checks() if each.clause == "ours:1"}
        assert told == {
            "ticket.first_response/A": ("ticket/T-A",),
            "ticket.first_response/B": ("ticket/T-B",),
        }

    def test_they_agree_with_what_reports_tell(self, office):
        lot = Random(7)  # noqa: S311  # drawn by lot, not in secret
        for number in range(60):
            at, told = after(hours=lot.randint(0, 900)), {**manual.REQUEST}
            ticket = f"T-{number}"
            office.desk.tickets.open(ticket, **told, priority=lot.choice("ABC"), at=at)
            office.desk.tickets.answer(ticket, by="Wu", at=at + timedelta(hours=lot.randint(0, 60)))
            if lot.random() < 0.7:
                solved = at + timedelta(hours=lot.randint(61, 150))
                office.desk.tickets.resolve(ticket, by="Wu", solution="a seal", at=solved)
        office.now = after(days=60)
        told = office.desk.reports.response_times(period="2025-Q1", by="priority")
        for clock in ("first_response", "resolution", "handling_limit"):
            for figure in told[f"{clock}_attainment"]:
                (priority,) = dict(figure.group).values()
                checks = [
                    each
                    for each in office.checks()
                    if each.id == f"ticket.{clock}/{priority}" and each.population
                ]
                decided = sum(each.population for each in checks)
                broken = sum(len(each.findings) for each in checks)
                assert (decided, decided - broken) == (figure.n, figure.k), (clock, priority)
