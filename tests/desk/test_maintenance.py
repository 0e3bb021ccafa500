"""The counter for maintenance: plans, visits to make, visits that were missed."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest

from servicecore import Level, ServiceDesk
from servicecore.desk import RecordExistsError, UnknownRecordError
from servicecore.domain.maintenance import (
    BadCycleError,
    MaintenanceVisitDue,
    MaintenanceVisitMissed,
    NotTestedError,
    VisitStatus,
)
from servicecore.domain.spans import Span

NEW_YEAR = datetime(2025, 1, 2, 1, tzinfo=timezone.utc)
OPENING = datetime(2025, 2, 28, 1, tzinfo=timezone.utc)  # A Friday, nine in the morning.
CLOSING = datetime(2025, 2, 28, 10, tzinfo=timezone.utc)
MICROSECOND = timedelta(microseconds=1)
PLAN = {
    "product": "press",
    "customer_id": "Acme",
    "kind": "software",
    "every": "3 months",
    "first_on": date(2025, 2, 28),
    "content": "patches",
    "manner": "remote",
    "person": "Wu",
}


@pytest.fixture
def desk():
    with ServiceDesk.open("memory:", standard="post_delivery_regulation") as desk:
        desk.maintenance.plan("M-1", **PLAN, at=NEW_YEAR)
        yield desk


def told(desk, kind):
    events = (each.event for each in desk.maintenance.history("M-1"))
    return [each for each in events if isinstance(each, kind)]


class TestPlanning:
    """A plan is made once, in a cycle that everybody can read."""

    def test_takes_a_cycle_in_words_or_as_a_span(self, desk):
        assert desk.maintenance.get("M-1").every == Span(months=3)
        desk.maintenance.plan("M-2", **{**PLAN, "every": Span(days=10)}, at=NEW_YEAR)
        assert desk.maintenance.get("M-2").every == Span(days=10)

    @pytest.mark.parametrize("every", ["monthly", "0 days", 3, ""])
    def test_refuses_a_cycle_that_says_nothing(self, desk, every):
        with pytest.raises(BadCycleError, match="cycle"):
            desk.maintenance.plan("M-2", **{**PLAN, "every": every}, at=NEW_YEAR)
        with pytest.raises(UnknownRecordError, match="no maintenance 'M-2'"):
            desk.maintenance.get("M-2")

    def test_is_done_once_a_number(self, desk):
        with pytest.raises(RecordExistsError):
            desk.maintenance.plan("M-1", **PLAN, at=NEW_YEAR)

    def test_follows_feedback(self, desk):
        desk.maintenance.revise("M-1", every="1 month", person="Sun", reason="asked", at=NEW_YEAR)
        plan = desk.maintenance.get("M-1")
        assert (plan.every, plan.person, plan.content) == (Span(months=1), "Sun", "patches")

    def test_ends_with_a_reason(self, desk):
        desk.maintenance.end("M-1", reason="sold", at=NEW_YEAR)
        assert desk.maintenance.get("M-1").has_ended
        assert desk.next_wake_up() is None


class TestVisits:
    """Each is there to do on its day, and raised when the day went by."""

    def test_one_that_is_due_is_told_of(self, desk):
        assert desk.next_wake_up() == OPENING + MICROSECOND
        desk.run_due(OPENING + MICROSECOND)
        assert [each.to for each in told(desk, MaintenanceVisitDue)] == ["Wu"]

    def test_one_that_was_missed_is_raised_once(self, desk):
        for _ in range(2):
            desk.run_due(CLOSING + MICROSECOND)
        [missed] = told(desk, MaintenanceVisitMissed)
        assert (missed.to, missed.due) == (Level.SUPERVISOR, CLOSING)
        visits = desk.maintenance.get("M-1").visits
        assert [(each.nominal_on, each.status) for each in visits.values()] == [
            (date(2025, 2, 28), VisitStatus.MISSED),
            (date(2025, 5, 28), VisitStatus.PLANNED),
        ]

    def test_one_that_was_made_is_not(self, desk):
        with pytest.raises(NotTestedError):
            self.made(desk)
        desk.maintenance.test("M-1", visit=1, by="Gao", has_passed=True, result="fine", at=OPENING)
        self.made(desk)
        desk.run_due(CLOSING + MICROSECOND)
        assert told(desk, MaintenanceVisitDue) + told(desk, MaintenanceVisitMissed) == []
        assert desk.maintenance.get("M-1").newest == 2

    def test_all_that_were_missed_while_nobody_looked_are_found(self, desk):
        desk.run_due(datetime(2026, 1, 1, tzinfo=timezone.utc))
        assert [each.visit for each in told(desk, MaintenanceVisitMissed)] == [1, 2, 3, 4]
        assert desk.maintenance.get("M-1").newest == 5

    def made(self, desk):
        facts = {"visit": 1, "by": "Wu", "content": "patched", "result": "runs"}
        desk.maintenance.carry_out("M-1", **facts, at=OPENING)
