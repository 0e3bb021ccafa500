"""Rules about tickets: promised, and recorded completely and authentically."""

from __future__ import annotations

from datetime import timedelta

import pytest

from servicecore.domain.sla import State
from servicecore.domain.staff import events as staff
from servicecore.domain.ticket import events
from tests.regulations import office as manual
from tests.regulations import surveys

from .conftest import FAIL, MONDAY, NOT_APPLICABLE, PASS, after

NO_FEEDBACK = "not on record: customer feedback"


def solved(**facts):
    told = {"ticket_id": "T-1", "by": "Wu", "solution": "a new seal", "at": after(hours=1)}
    return events.TicketResolved(**{**told, **facts})


def closed(*, is_confirmed=True):
    return events.TicketClosed(ticket_id="T-1", is_confirmed=is_confirmed, at=after(hours=2))


class TestTheResponse:
    """psp:4.1b: every service has an explicit response time."""

    def test_the_manual_promises_one_to_everybody(self, office):
        manual.opened(office.desk)
        assert office.found("ticket.response_promised") == (PASS, 1, ())

    def test_a_standard_that_promises_none_is_found(self, office_of):
        office = office_of(standard="post_delivery_regulation")
        manual.opened(office.desk)
        assert office.found("ticket.response_promised") == (FAIL, 1, ("ticket/T-1",))


class TestWhoWorksOnAFault:
    """tender:2.2c: trained before."""

    def worked(self, office, *, trained):
        manual.opened(office.desk)
        office.desk.tickets.record_work("T-1", by="Wu", work="a seal", on_site=True,
                                        at=after(hours=9))  # fmt: skip
        if trained is not None:
            told = {"training_id": "L-1", "topic": "repair", "held_on": trained.date()}
            attended = staff.StaffTrained(
                staff_id=" WU", attended=timedelta(hours=2), at=trained, **told
            )
            office.puts("staff/WU", attended)
        return office.found("ticket.done_by_trained_staff")

    @pytest.mark.parametrize(
        ("trained", "verdict"),
        [(MONDAY, PASS), (after(hours=9), PASS), (after(hours=10), FAIL), (None, FAIL)],
    )
    def test_is_trained_by_then(self, office_of, trained, verdict):
        office = office_of(standard="tender_standard")
        failing = ("ticket/T-1",) if verdict is FAIL else ()
        assert self.worked(office, trained=trained) == (verdict, 1, failing)

    def test_only_the_tender_asks_for_it(self, office):
        assert self.worked(office, trained=None) == (NOT_APPLICABLE, 0, ())


class TestTheRecord:
    """om2025:4.3a: service time, person, problem, handling result, customer feedback."""

    def test_whoever_confirmed_gave_feedback(self, office):
        surveys.served(office.desk)
        assert office.found("ticket.record_complete") == (PASS, 1, ())

    @pytest.mark.parametrize(
        ("resolved", "missing"),
        [
            (solved(by=" "), "not on record: person"),
            (solved(solution=""), "not on record: handling result"),
        ],
    )
    def test_what_is_missing_is_named(self, office_of, resolved, missing):
        office = office_of(react="worker")
        manual.opened(office.desk)
        office.puts("ticket/T-1", resolved, closed())
        (found,) = office.check("ticket.record_complete").findings
        assert (found.id, found.what) == ("ticket/T-1", missing)

    def test_a_fault_that_nobody_told_is_missing(self, office_of):
        office = office_of(react="worker")
        told = {**manual.REQUEST, "ticket_id": "T-1", "fault": "", "channel": "mail"}
        terms = {"standard": "operations_manual_2025@1", "calendar": "china_office@1"}
        opened = events.TicketOpened(**told, **terms, at=MONDAY)
        office.puts("ticket/T-1", opened, solved(), closed())
        assert office.check("ticket.record_complete").findings[0].what.endswith("problem")

    def test_what_was_closed_unsolved_has_no_time_person_or_result(self, office_of):
        office = office_of(react="worker")
        manual.opened(office.desk)
        office.puts("ticket/T-1", closed())
        (found,) = office.check("ticket.record_complete").findings
        assert found.what == "not on record: service time, person, handling result"

    def test_who_kept_silent_must_have_been_asked(self, office_of):
        office = office_of(react="worker")
        manual.opened(office.desk)
        office.puts("ticket/T-1", solved(), closed(is_confirmed=False))
        assert [each.what for each in office.check("ticket.record_complete").findings] == [
            NO_FEEDBACK
        ]
        surveys.asked(office.desk, about="ticket/T-1")
        assert office.found("ticket.record_complete") == (PASS, 1, ())

    def test_an_open_ticket_is_no_case_yet(self, office):
        manual.opened(office.desk)
        assert office.found("ticket.record_complete") == (NOT_APPLICABLE, 0, ())


class TestAuthenticity:
    """om2025:4.3a: promises and measurements on record are what the standard makes of it."""

    def test_what_the_desk_recorded_agrees(self, office):
        surveys.served(office.desk)
        assert office.found("ticket.record_authentic") == (PASS, 1, ())

    def test_a_time_that_was_made_up_is_found(self, office_of):
        office = office_of(react="worker")
        manual.opened(office.desk)
        (reading, *_) = office.desk.log.history("ticket/T-1")[0].event.readings
        met = {"clock": reading.clock, "state": State.MET, "spent": timedelta(), "due": reading.due}
        office.puts("ticket/T-1", solved(readings=(type(reading)(**met),)), closed())
        (found,) = office.check("ticket.record_authentic").findings
        assert found.what.startswith("recomputed otherwise: ticket/T-1#")
