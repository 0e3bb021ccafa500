"""A complaint is what its history tells, and a history that cannot be is an alarm."""

from __future__ import annotations

import attrs
import pytest

from servicecore.domain.complaint import (
    Category,
    Severity,
    Status,
    decisions,
    ending,
    events,
    evolve,
)
from servicecore.domain.events import ImpossibleHistoryError
from servicecore.domain.people import Level

from .given import (
    CALL,
    NINE,
    REPORT,
    TEAM,
    TEN,
    closed,
    dissatisfied,
    fed_back,
    given,
    going_on,
    planned,
    received,
    refused_twice,
    registered,
    satisfied,
    solved,
    taken_up_again,
    understood,
)


class TestWhatAHistoryLeaves:
    @pytest.mark.parametrize(
        ("history", "status"),
        [
            (received, Status.RECEIVED),
            (registered, Status.IN_HAND),
            (planned, Status.IN_HAND),
            (fed_back, Status.FED_BACK),
            (dissatisfied, Status.DISSATISFIED),
            (taken_up_again, Status.IN_HAND),
            (satisfied, Status.SATISFIED),
            (closed, Status.CLOSED),
        ],
    )
    def test_is_where_it_stands(self, history, status):
        assert given(history()).status is status

    @pytest.mark.parametrize("status", Status)
    def test_is_settled_when_nothing_stands_between_it_and_its_closing(self, status):
        settled = {Status.SATISFIED, Status.EXHAUSTED, Status.CLOSED}
        assert status.is_settled is (status in settled)

    def test_is_what_was_received(self):
        complaint = given(received())
        assert (complaint.id, complaint.customer_id, complaint.opened_at) == ("C-1", "Acme", NINE)
        assert (complaint.channel, complaint.what) == ("telephone", "nobody ever calls back")
        assert (complaint.about.product, complaint.about.person) == ("pump", "Zhao")
        assert (complaint.standard, complaint.calendar) == (
            "project_service_plan@1",
            "china_office@1",
        )

    def test_is_who_looks_into_it(self):
        history = going_on(registered(), decisions.assign, to="Wu", department="quality")
        complaint = given(going_on(history, decisions.set_team, TEAM))
        assert (complaint.handler, complaint.team) == ("Wu", tuple(TEAM))

    def test_is_what_kind_it_is(self):
        history = going_on(registered(), decisions.classify, Category.DELIVERY_DELAY, by="Li")
        history = going_on(history, decisions.assess, Severity.COMPLEX, by="Li", reason="two")
        assert given(history).category is Category.DELIVERY_DELAY
        assert given(history).severity is Severity.COMPLEX

    def test_is_what_was_found_and_planned(self):
        complaint = given(planned())
        assert (complaint.cause, complaint.solution) == ("one list for two teams", "a list")
        assert (complaint.investigated_at, complaint.measures) == (TEN, (CALL,))

    def test_is_when_it_was_first_answered(self):
        history = registered()
        for hours in (3, 2, 5):
            at = NINE.replace(hour=NINE.hour + hours)
            history = going_on(history, decisions.answer, by="Wu", answer="soon", at=at)
        assert given(history).answered_at == NINE.replace(hour=NINE.hour + 2)

    def test_is_how_often_the_customer_was_not_satisfied(self):
        complaint = given(refused_twice())
        assert (complaint.times_dissatisfied, complaint.rounds) == (2, 3)
        assert (complaint.solution, complaint.measures, complaint.carried_out) == (None, (), set())

    def test_is_when_it_ended_and_was_reported_on(self):
        history = [*closed(), *ending.report(given(closed()), **REPORT, at=TEN)]
        complaint = given(history)
        assert (complaint.closed_at, complaint.reported_at) == (TEN, TEN)

    def test_remembers_levels(self):
        told = {"complaint_id": "C-1", "clock": "registration", "clause": "psp:3.4a"}
        warned = events.ComplaintWarned(**told, to="assignee", rung="warning", due=TEN, at=TEN)
        escalated = events.ComplaintEscalated(
            **told, to=Level.SUPERVISOR, rung="supervisor", due=TEN, at=TEN
        )
        complaint = given([*received(), warned, escalated])
        assert complaint.level is Level.SUPERVISOR
        assert complaint.levels_reached == {
            ("registration", 1, "warning"),
            ("registration", 1, "supervisor"),
        }


class TestAnImpossibleHistory:
    """Somebody tampered with it, or it is damaged."""

    @pytest.mark.parametrize("event", registered()[1:] + understood()[2:] + solved()[4:])
    def test_begins_without_a_receipt(self, event):
        with pytest.raises(ImpossibleHistoryError, match="before the complaint was received"):
            evolve(None, event)

    def test_receives_twice(self):
        with pytest.raises(ImpossibleHistoryError, match="twice"):
            given(received() * 2)

    def test_tells_of_another_complaint(self):
        stray = attrs.evolve(registered()[-1], complaint_id="C-2")
        with pytest.raises(ImpossibleHistoryError, match="C-1"):
            given([*received(), stray])

    def test_holds_what_is_no_event_of_a_complaint(self):
        @attrs.frozen
        class Stray:
            complaint_id: str = "C-1"

        with pytest.raises(ImpossibleHistoryError, match="cannot happen"):
            evolve(given(received()), Stray())

    def test_a_step_that_today_would_be_refused_is_a_fact(self):
        early = attrs.evolve(closed()[-1])
        assert given([*received(), early]).status is Status.CLOSED
