"""What follows by itself: surveys after services and projects, campaigns, ratings."""

from __future__ import annotations

from datetime import date, timedelta

import attrs
import pytest

from servicecore.domain.campaign import CampaignPlanned
from servicecore.domain.rating import RatingRequested
from servicecore.domain.standard import Rulebook
from servicecore.domain.survey import SurveySent
from servicecore.domain.ticket import (
    TicketClosed,
    TicketResolved,
    decisions,
)
from servicecore.policies import (
    AskAfterEachService,
    AskTheCustomersOfACampaign,
    PlanTheNextCampaign,
    RateAfterTheRepair,
)
from servicecore.standards import shipped_standards
from tests.domain.campaign.test_campaign import announced
from tests.domain.rating.test_rating import OURS, requested
from tests.domain.survey.given import given as survey_given
from tests.domain.survey.given import sent
from tests.moments import HOUR, NINE, given, going_on, on_record, opened, opened_as

BOOK = Rulebook(standards=(*shipped_standards().values(), OURS))


def closed(**facts):
    """Return a ticket that was solved and closed, under the manual unless told otherwise."""
    history = opened_as("B", **facts)
    history = going_on(history, decisions.assign, to="Wu", team="pumps", at=NINE + HOUR)
    solved = {"by": "Wu", "solution": "a seal"}
    history = going_on(history, decisions.resolve, **solved, at=NINE + 2 * HOUR)
    return going_on(history, decisions.confirm, at=NINE + 3 * HOUR)


def wanted(policy, history, event):
    """Return what *policy* wants when it sees *event*, and has looked at the ticket."""
    [seen] = [each for each in on_record(*history) if isinstance(each.event, event)]
    [look] = policy(BOOK).react(seen)
    assert look.subject == "ticket/T-1"
    return list(look.then(given(*history)))


class TestASurveyAfterEachService:
    """A closed ticket asks for a survey, once, and the survey is sent (om2025:4.2c, 5.2e)."""

    policy = AskAfterEachService

    def test_is_sent_with_who_did_the_service(self):
        [only] = wanted(self.policy, closed(), TicketClosed)
        assert only.subject == "survey/T-1-survey"
        [survey] = only.decide(None)
        assert isinstance(survey, SurveySent)
        assert (survey.about, survey.customer_id) == ("ticket/T-1", "Acme")
        assert (survey.contact, survey.product) == ("Lin, 555-0101", "pump")
        assert (survey.team, survey.person) == ("pumps", "Wu")
        assert survey.at == NINE + 3 * HOUR

    def test_is_sent_once(self):
        [only] = wanted(self.policy, closed(), TicketClosed)
        assert only.decide(survey_given(sent())) == []

    def test_is_not_sent_about_a_ticket_that_was_reopened_meanwhile(self):
        history = going_on(closed(), decisions.reopen, reason="it leaks", at=NINE + 4 * HOUR)
        assert wanted(self.policy, history, TicketClosed) == []

    @pytest.mark.parametrize("contact", ["", "  "])
    def test_is_not_sent_to_who_cannot_be_asked(self, contact):
        first, *others = closed()
        history = [attrs.evolve(first, contact=contact), *others]
        assert wanted(self.policy, history, TicketClosed) == []

    @pytest.mark.parametrize("standard", ["tender_standard@1", "project_service_plan@1"])
    def test_is_not_sent_where_the_standard_does_not_ask(self, standard):
        assert wanted(self.policy, closed(standard=standard), TicketClosed) == []

    def test_looks_at_nothing_else(self):
        [recorded] = on_record(opened()[0])
        assert self.policy(BOOK).react(recorded) == []


class TestACampaign:
    """Each of its customers with a contact gets a survey, and the next one is planned."""

    def wanted(self, policy, history=None):
        [recorded] = on_record(*(history or announced()), subject="campaign/K-1")
        return policy(BOOK).react(recorded)

    def test_asks_each_customer_who_has_a_contact(self):
        told = [each.decide(None)[0] for each in self.wanted(AskTheCustomersOfACampaign)]
        assert [(each.customer_id, each.contact) for each in told] == [
            ("Acme", "Ms Lin"),
            ("Borg", "Mr Wu"),
        ]
        assert {each.about for each in told} == {"campaign/K-1"}
        assert {each.clause for each in told} == {"psp:3.3b"}

    def test_asks_each_once(self):
        first, *_ = self.wanted(AskTheCustomersOfACampaign)
        assert first.subject == "survey/K-1-Acme"
        assert first.decide(survey_given(sent())) == []

    def test_plans_the_one_after_it(self):
        [only] = self.wanted(PlanTheNextCampaign)
        [planned] = only.decide(None)
        assert only.subject == "campaign/campaign-2025-09-03"
        assert isinstance(planned, CampaignPlanned)
        assert (planned.due_on, planned.clause) == (date(2025, 9, 3), "psp:5.1a")
        assert only.decide(planned) == []

    def test_plans_nothing_where_the_standard_wants_none(self):
        tender = announced(standard="tender_standard@1")
        assert self.wanted(PlanTheNextCampaign, tender) == []


class TestARatingAfterTheRepair:
    """Where the organisation has set the time, a resolved ticket is rated (pdr:3.2c)."""

    policy = RateAfterTheRepair

    def resolved(self, standard=OURS.reference):
        history = opened(standard=standard)
        history = going_on(history, decisions.assign, to="Lin", team="pumps", at=NINE + HOUR)
        return going_on(history, decisions.resolve, by="Wu", solution="seal", at=NINE + 2 * HOUR)

    def test_is_requested_of_whoever_did_it(self):
        [only] = wanted(self.policy, self.resolved(), TicketResolved)
        [rating] = only.decide(None)
        assert only.subject == "rating/T-1"
        assert isinstance(rating, RatingRequested)
        assert (rating.person, rating.team) == ("Wu", "pumps")

    def test_is_requested_once(self):
        [only] = wanted(self.policy, self.resolved(), TicketResolved)
        assert only.decide(requested()) == []

    @pytest.mark.parametrize("standard", ["post_delivery_regulation@1", "tender_standard@1"])
    def test_is_not_requested_where_nobody_set_the_time(self, standard):
        assert wanted(self.policy, self.resolved(standard), TicketResolved) == []

    def test_has_its_clock_from_the_repair(self):
        [only] = wanted(self.policy, self.resolved(), TicketResolved)
        [asked] = only.decide(None)
        [promise] = asked.promises
        assert promise.due == NINE + 2 * HOUR + timedelta(hours=48)
