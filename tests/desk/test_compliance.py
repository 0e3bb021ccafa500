"""Compliance checks at the front door: on record, due again every quarter, and told to levels."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest

from servicecore import ServiceDesk
from servicecore.desk.drawer import RecordExistsError, UnknownRecordError
from servicecore.domain.compliance import (
    BeforeLastCheckError,
    ComplianceChecked,
    ComplianceDue,
    ComplianceScheduled,
    Verdict,
    decisions,
    evolve,
)
from servicecore.domain.events import ImpossibleHistoryError
from servicecore.domain.people import Level
from servicecore.domain.quarters import NotAQuarterError
from servicecore.domain.refusals import IncompleteError
from servicecore.projections.period import UnknownPeriodError

SHANGHAI = timezone(timedelta(hours=8))
MARCH = datetime(2025, 3, 3, 9, tzinfo=SHANGHAI)
OVER = datetime(2025, 4, 1, tzinfo=SHANGHAI)
LAST = datetime(2025, 4, 16, tzinfo=SHANGHAI)  # Fifteen days after it, with the whole of the last.
A_SECOND = timedelta(seconds=1)


class Office:
    def __init__(self):
        self.now = MARCH
        self.desk = ServiceDesk.open("memory:", clock=lambda: self.now)

    def told(self, quarter):
        return [each.event for each in self.desk.compliance.history(quarter)]


@pytest.fixture
def office():
    office = Office()
    with office.desk:
        yield office


class TestACheck:
    """What was found goes on record, with what it was read from."""

    def test_is_an_event(self, office):
        head = office.desk.log.head()
        receipt = office.desk.compliance.check("2025-03", by="Qi", actor="Qi")
        (checked,) = receipt.events
        assert isinstance(checked, ComplianceChecked)
        assert (checked.first, checked.until) == (date(2025, 3, 1), date(2025, 4, 1))
        assert (checked.by, checked.read_at, checked.number) == ("Qi", head, 1)
        assert (checked.zone, checked.standard) == ("Asia/Shanghai", "operations_manual_2025@1")
        assert office.desk.compliance.history("2025-03")[0].provenance.actor == "Qi"

    def test_looking_is_none(self, office):
        found = office.desk.compliance.look("2025-03")
        assert {each.verdict for each in found} == {Verdict.NOT_APPLICABLE}
        assert office.desk.log.head() == 0

    def test_it_tells_what_was_found_the_last_time(self, office):
        office.desk.compliance.check("2025-03", by="Qi")
        request = {"product": "pump", "model": "P", "fault": "it leaks", "contact": "Lin"}
        office.desk.tickets.open("T-1", customer_id="Acme", **request, at=MARCH)
        office.now = MARCH + timedelta(days=9)
        office.desk.compliance.check("2025-03", by="Gao")
        state = office.desk.compliance.get("2025-03")
        assert (state.times_checked, state.checked_by) == (2, "Gao")
        assert "ticket.handling_limit" in {each.id for each in state.failed}

    def test_any_days_can_be_checked(self, office):
        office.desk.compliance.check("2025-02-01..2025-02-08", by="Qi")
        assert office.desk.compliance.get("2025-02-01..2025-02-08").until == date(2025, 2, 8)

    def test_what_is_no_period_is_refused(self, office):
        with pytest.raises(UnknownPeriodError, match="someday"):
            office.desk.compliance.check("someday", by="Qi")

    def test_somebody_must_have_checked(self, office):
        with pytest.raises(IncompleteError, match="by"):
            office.desk.compliance.check("2025-03", by=" ")

    def test_checks_are_on_record_in_their_order(self, office):
        office.desk.compliance.check("2025-03", by="Qi")
        office.now = MARCH - A_SECOND
        with pytest.raises(BeforeLastCheckError, match="2025-03 was carried out at"):
            office.desk.compliance.check("2025-03", by="Qi")

    def test_who_was_never_checked_is_unknown(self, office):
        with pytest.raises(UnknownRecordError):
            office.desk.compliance.get("2025-Q1")


class TestEveryQuarter:
    """om2025:4.3f: regular checks, as nobody has to think of them."""

    def test_it_is_due_when_the_quarter_is_over_and_then_overdue(self, office):
        office.desk.compliance.schedule("2025-Q1")
        assert office.desk.compliance.get("2025-Q1").due_on == date(2025, 4, 15)
        for now, levels in (
            (OVER, []),
            (OVER + A_SECOND, [Level.SUPERVISOR]),
            (LAST, [Level.SUPERVISOR]),
            (LAST + A_SECOND, [Level.SUPERVISOR, Level.MANAGER]),
            (LAST + 90 * A_SECOND, [Level.SUPERVISOR, Level.MANAGER]),
        ):
            office.desk.run_due(now)
            found = [each.to for each in office.told("2025-Q1") if isinstance(each, ComplianceDue)]
            assert found == levels

    def test_a_check_after_its_end_settles_it_and_makes_the_next_one_due(self, office):
        office.desk.compliance.schedule("2025-Q1")
        office.now = OVER
        office.desk.compliance.check("2025-Q1", by="Qi")
        office.desk.run_due(LAST + A_SECOND)
        assert not any(isinstance(each, ComplianceDue) for each in office.told("2025-Q1"))
        assert office.desk.compliance.get("2025-Q2").due_on == date(2025, 7, 15)

    def test_a_look_before_its_end_settles_nothing(self, office):
        office.desk.compliance.schedule("2025-Q1")
        office.now = OVER - A_SECOND
        office.desk.compliance.check("2025-Q1", by="Qi")
        office.desk.run_due(OVER + A_SECOND)
        assert isinstance(office.told("2025-Q1")[-1], ComplianceDue)
        with pytest.raises(UnknownRecordError):
            office.desk.compliance.get("2025-Q2")

    def test_checking_once_more_schedules_nothing_twice(self, office):
        office.now = OVER
        for _ in range(2):
            office.desk.compliance.check("2025-Q1", by="Qi")
        assert len(office.told("2025-Q2")) == 1

    @pytest.mark.parametrize("period", ["2025-03", "2024", "2025-03-01..2025-04-01"])
    def test_from_any_other_period_nothing_follows(self, office, period):
        office.now = OVER
        office.desk.compliance.check(period, by="Qi")
        assert list(office.desk.log.subjects("compliance")) == [f"compliance/{period}"]
        assert not [each for each in office.desk.projects.status() if each.dead_letters]

    def test_a_month_is_no_regular_check(self, office):
        with pytest.raises(NotAQuarterError, match="2025-03"):
            office.desk.compliance.schedule("2025-03")

    def test_none_is_scheduled_twice(self, office):
        office.desk.compliance.schedule("2025-Q1")
        with pytest.raises(RecordExistsError):
            office.desk.compliance.schedule("2025-Q1")


class TestImpossibleHistories:
    def test_a_reminder_comes_after_the_schedule(self, office):
        office.desk.compliance.schedule("2025-Q1")
        office.desk.run_due(OVER + A_SECOND)
        (_, due) = office.told("2025-Q1")
        with pytest.raises(ImpossibleHistoryError, match="before the check was scheduled"):
            evolve(None, due)

    def test_no_check_is_missing(self, office):
        (first,) = office.desk.compliance.check("2025-Q1", by="Qi").events
        with pytest.raises(ImpossibleHistoryError, match="out of turn"):
            evolve(evolve(None, first), first)

    def test_none_is_of_another_period(self, office):
        office.desk.compliance.schedule("2025-Q1")
        (scheduled,) = office.told("2025-Q1")
        (checked,) = office.desk.compliance.check("2025-Q2", by="Qi").events
        with pytest.raises(ImpossibleHistoryError, match="does not belong"):
            evolve(evolve(None, scheduled), checked)

    def test_a_standard_that_says_nothing_leaves_it_without_a_reminder(self, office):
        told = {"standard": "x@1", "calendar": office.desk.standard.calendar, "at": MARCH}
        (scheduled,) = decisions.schedule("2025-Q1", within=None, **told)
        assert isinstance(scheduled, ComplianceScheduled)
        assert (scheduled.due_on, scheduled.readings) == (None, ())
