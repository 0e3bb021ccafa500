"""2025年售后服务操作手册, chapter 4: how fast and how well."""

from __future__ import annotations

from datetime import date, datetime, timezone

import pytest

from servicecore import RefusedError

from . import surveys
from .figures import figure
from .office import A_SECOND, MONDAY, after, opened, promised, resolved, shown
from .quality import A_DAY


class TestTheFirstReaction:
    """om2025:4.2a: The customer hears from us within 15 minutes.

    Open: whether that reaction holds a first proposal; the response within 2 hours after it is a
    figure over many tickets.
    """

    def test_comes_by_itself_at_once(self, desk):
        opened(desk)
        assert promised(desk, "acknowledgement") == (after(minutes=15), "om2025:4.2a")
        assert desk.tickets.get("T-1").acknowledged_at == MONDAY
        assert shown(desk, "acknowledgement") == "met"

    def test_by_hand_it_is_in_time_until_the_last_moment(self, unattended_desk):
        opened(unattended_desk)
        unattended_desk.tickets.acknowledge("T-1", at=after(minutes=15))
        assert shown(unattended_desk, "acknowledgement") == "met"

    def test_a_second_later_it_is_not(self, unattended_desk):
        opened(unattended_desk)
        unattended_desk.tickets.acknowledge("T-1", at=after(minutes=15) + A_SECOND)
        assert shown(unattended_desk, "acknowledgement") == "missed"

    def test_it_is_no_answer(self, desk):
        opened(desk, priority="A")
        assert desk.tickets.get("T-1").answered_at is None
        assert shown(desk, "first_response") == "running"


class TestTheLimitOfHandling:
    """om2025:4.2b: A request is assigned and handled within 48 hours, and never longer than 72.

    Open: the 48 hours are a figure over many tickets, only the 72 are promised to each; whom a kind
    of problem is assigned to, people decide.
    """

    def test_is_promised_to_every_request(self, desk):
        opened(desk)
        assert promised(desk, "handling_limit") == (after(hours=72), "om2025:4.2b")

    def test_the_last_moment_is_in_time(self, desk):
        opened(desk)
        assert resolved(desk, after(hours=72), "handling_limit") == "met"

    def test_a_second_later_it_is_not(self, desk):
        opened(desk)
        assert resolved(desk, after(hours=72) + A_SECOND, "handling_limit") == "missed"

    @pytest.mark.parametrize("reason", ["customer", "parts", "third_party"])
    def test_waiting_for_others_does_not_count(self, desk, reason):
        opened(desk)
        desk.tickets.pause("T-1", reason=reason, at=after(hours=10))
        desk.tickets.resume("T-1", at=after(hours=34))
        assert resolved(desk, after(hours=96), "handling_limit") == "met"


class TestHowServicesAreFiled:
    """om2025:4.3c: Services are filed by kind, grade of customer, and time.

    Open: the grade of a customer does not stand on a ticket.
    """

    def test_figures_come_by_kind_and_month(self, desk):
        opened(desk, priority="B", kind="complex")
        answer = desk.reports.backlog(by=["kind", "month"])
        group = {"kind": "complex", "month": "2025-03"}
        assert figure(answer, "tickets_opened", **group).value == 1


class TestTheServiceStandardItself:
    """om2025:4.1b: The service standard is reviewed and revised regularly."""

    ON, MANUAL = date(2025, 4, 1), "operations_manual_2025"
    AT = datetime(2025, 4, 1, 1, tzinfo=timezone.utc)

    def test_a_review_falls_due_every_year(self, desk):
        desk.standard_reviews.plan(self.MANUAL, due_on=self.ON, at=MONDAY)
        for years in range(2):
            at = self.AT + 365 * years * A_DAY + A_SECOND
            desk.run_due(at - A_SECOND)
            assert "Due" not in self.told(desk)[-1]
            desk.run_due(at)
            assert self.told(desk)[-1] == "StandardReviewDue"
            desk.standard_reviews.hold(self.MANUAL, by="He", finding="it holds", at=at)

    def test_says_which_version_it_was_revised_to(self, desk):
        reviews = desk.standard_reviews
        reviews.plan(self.MANUAL, due_on=self.ON, at=MONDAY)
        told = {"by": "He", "finding": "two hours are not kept"}
        reviews.hold(self.MANUAL, **told, revised_to="operations_manual_2025@2", at=self.AT)
        assert reviews.get(self.MANUAL).in_force == "operations_manual_2025@2"
        with pytest.raises(RefusedError, match="already"):
            reviews.hold(self.MANUAL, **told, revised_to="operations_manual_2025@2", at=self.AT)

    def told(self, desk):
        history = desk.standard_reviews.history(self.MANUAL)
        return [type(each.event).__name__ for each in history]


class TestTheEndOfAService:
    """om2025:4.2c: The customer confirms the completion, and is asked how satisfied they are."""

    def test_is_confirmed_and_then_asked_about(self, desk):
        surveys.served(desk)
        assert desk.tickets.history("T-1")[-1].event.is_confirmed
        survey = desk.surveys.get("T-1-survey")
        assert (survey.about, survey.customer_id) == ("ticket/T-1", "Acme")

    def test_is_asked_about_once(self, desk):
        surveys.served(desk)
        desk.tickets.reopen("T-1", reason="again", at=surveys.MONDAY + surveys.A_DAY)
        desk.tickets.resolve("T-1", by="Wu", solution="seal", at=surveys.MONDAY + 2 * surveys.A_DAY)
        desk.tickets.confirm("T-1", at=surveys.MONDAY + 3 * surveys.A_DAY)
        sent = [each for each in desk.log.since(0) if each.subject.startswith("survey/")]
        assert [each.subject for each in sent] == ["survey/T-1-survey"]


class TestTheCoverageOfSurveys:
    """om2025:4.2d: At least 90 of 100 services are asked about.

    Open: which scenarios of service there are, the manual does not say; each ticket counts.
    """

    @pytest.mark.parametrize(("asked", "is_met"), [(9, True), (8, False)])
    def test_is_measured_and_exactly_that_is_enough(self, unattended_desk, asked, is_met):
        desk = unattended_desk
        for n in range(10):
            surveys.served(desk, f"T-{n}")
            if n < asked:
                surveys.asked(desk, f"S-{n}", about=f"ticket/T-{n}")
        found = surveys.judged(desk, "survey_coverage")
        assert (found.k, found.n, found.is_met) == (asked, 10, is_met)
        assert found.clause == "om2025:4.2d"

    def test_is_whole_where_nobody_interferes(self, desk):
        for n in range(3):
            surveys.served(desk, f"T-{n}")
        assert surveys.judged(desk, "survey_coverage").value == 1.0
