"""The counters for surveys, campaigns and ratings, and what follows from them by itself."""

from __future__ import annotations

from datetime import date, timedelta

import attrs
import pytest

from servicecore import ServiceDesk
from servicecore.desk import RecordExistsError, UnknownRecordError
from servicecore.desk.surveys import NeverSentError
from servicecore.domain.campaign import CampaignStatus, Coverage
from servicecore.domain.figures import MissingTimesError
from servicecore.domain.refusals import RefusedError
from servicecore.domain.sla import State
from servicecore.domain.standard import Rulebook
from servicecore.domain.survey import SurveyExpired, SurveyReminded, SurveyStatus
from servicecore.policies import AskAfterEachDelivery
from servicecore.standards import shipped_standards
from tests.domain.rating.test_rating import OURS
from tests.moments import HOUR, MANUAL, NINE, REQUEST

DAY = timedelta(days=1)
ASKED = {"customer_id": "Acme", "about": "ticket/T-9", "contact": "Ms Lin"}
CUSTOMERS = {"Acme": "Ms Lin", "Borg": "Mr Wu", "Cole": ""}
SPRING = {"title": "spring", "first_on": date(2024, 9, 1), "last_on": date(2025, 2, 28)}


FILE = {"name": "Acme Ltd", "kind": "factory", "responsible": "Gao"}


@pytest.fixture
def desk():
    with ServiceDesk.open("memory:", clock=lambda: NINE + 60 * DAY) as desk:
        yield desk


@pytest.fixture
def desk_under():
    desks = []

    def open_desk(standard):
        desks.append(ServiceDesk.open("memory:", standard=standard))
        return desks[-1]

    yield open_desk
    for each in desks:
        each.close()


def served(desk, number="T-1", *, at=NINE):
    """Let a customer be served from the request to their confirmation."""
    desk.tickets.open(number, **REQUEST, priority="B", at=at)
    desk.tickets.assign(number, to="Wu", team="pumps", at=at)
    desk.tickets.resolve(number, by="Wu", solution="a seal", at=at + HOUR)
    desk.tickets.confirm(number, at=at + 2 * HOUR)


def told(desk, survey, kind):
    return [each for each in desk.surveys.history(survey) if isinstance(each.event, kind)]


class TestASurvey:
    """It is sent once, answered as often as somebody likes in time, and known by its number."""

    def test_is_sent_and_answered(self, desk):
        desk.surveys.send("S-1", **ASKED, product="pump", at=NINE)
        desk.surveys.answer("S-1", scores={"attitude": 4, "solution": 0}, overall=5, at=NINE + DAY)
        survey = desk.surveys.get("S-1")
        assert survey.status is SurveyStatus.ANSWERED
        assert (survey.answer.scores, survey.answer.overall) == ({"attitude": 4}, 5)
        assert survey.asks == ("response_speed", "attitude", "solution")

    def test_is_sent_once(self, desk):
        desk.surveys.send("S-1", **ASKED, at=NINE)
        with pytest.raises(RecordExistsError, match="S-1"):
            desk.surveys.send("S-1", **ASKED, at=NINE)

    def test_that_was_never_sent_cannot_be_answered(self, desk):
        with pytest.raises(NeverSentError, match=r"'S-9' was never sent.*psp:3\.3b") as refused:
            desk.surveys.answer("S-9", overall=5)
        assert isinstance(refused.value, RefusedError)
        assert isinstance(refused.value, UnknownRecordError)

    def test_asks_dimensions_of_ones_own(self, desk):
        desk.surveys.send("S-1", **ASKED, asks=["price"], at=NINE)
        desk.surveys.answer("S-1", scores={"price": 2}, at=NINE)
        assert desk.surveys.get("S-1").answer.dissatisfied

    def test_asks_them_where_the_standard_asks_nothing(self, desk_under):
        silent = [each for each in MANUAL.settings if each.name != "survey_asks"]
        desk = desk_under(attrs.evolve(MANUAL, id="silent", settings=tuple(silent)))
        desk.surveys.send("S-1", **ASKED, asks=["price"], at=NINE)
        desk.surveys.answer("S-1", scores={"price": 4}, at=NINE)
        assert desk.surveys.get("S-1").answer.scores == {"price": 4}

    def test_is_declined(self, desk):
        desk.surveys.send("S-1", **ASKED, at=NINE)
        desk.surveys.decline("S-1", reason="no time", at=NINE + DAY)
        assert desk.surveys.get("S-1").status is SurveyStatus.DECLINED
        assert desk.next_wake_up() is None

    def test_that_nobody_answers_reminds_twice_and_expires(self, desk):
        desk.surveys.send("S-1", **ASKED, at=NINE)
        for day in range(60):
            desk.run_due(NINE + day * DAY)
        assert len(told(desk, "S-1", SurveyReminded)) == 2
        assert len(told(desk, "S-1", SurveyExpired)) == 1
        assert desk.next_wake_up() is None

    def test_that_is_answered_leaves_nothing_to_do(self, desk):
        desk.surveys.send("S-1", **ASKED, at=NINE)
        desk.surveys.answer("S-1", overall=5, at=NINE + DAY)
        assert desk.next_wake_up() is None

    def test_is_answered_once_by_one_command(self, desk):
        desk.surveys.send("S-1", **ASKED, at=NINE)
        for overall in (5, 5, 1):
            desk.surveys.answer("S-1", overall=overall, at=NINE + DAY, command_id="form 7")
        assert len(desk.surveys.get("S-1").answers) == 1


class TestAfterEachService:
    """A ticket that is closed asks its customer, once (om2025:4.2c, 5.2e)."""

    def test_its_customer_is_asked(self, desk):
        served(desk)
        survey = desk.surveys.get("T-1-survey")
        assert (survey.about, survey.customer_id, survey.contact) == (
            "ticket/T-1",
            "Acme",
            REQUEST["contact"],
        )
        assert (survey.product, survey.team, survey.person) == ("pump", "pumps", "Wu")

    def test_never_more_than_once(self, desk):
        served(desk)
        desk.tickets.reopen("T-1", reason="it leaks again", at=NINE + 3 * HOUR)
        desk.tickets.resolve("T-1", by="Wu", solution="another", at=NINE + 4 * HOUR)
        desk.tickets.confirm("T-1", at=NINE + 5 * HOUR)
        asked = [each for each in desk.log.since(0) if each.subject.startswith("survey/")]
        assert len(asked) == 1

    def test_nor_where_somebody_asked_under_that_number(self, desk):
        desk.surveys.send("T-1-survey", **ASKED, at=NINE)
        served(desk)
        assert desk.surveys.get("T-1-survey").about == "ticket/T-9"

    def test_not_for_a_ticket_that_was_dropped(self, desk):
        desk.tickets.open("T-1", **REQUEST, at=NINE)
        desk.tickets.cancel("T-1", reason="sold it", at=NINE + HOUR)
        with pytest.raises(UnknownRecordError):
            desk.surveys.get("T-1-survey")


class TestAfterTheProject:
    """A delivery asks its customer, once; the contact stays in the file (psp:3.3b)."""

    def delivered(self, desk, *, contact="Ms Lin", consents=True):
        desk.relationships.open("Acme", **FILE, contact=contact, at=NINE)
        if not consents:
            desk.relationships.withdraw_consent("Acme", at=NINE)
        for number in ("D-1", "D-2"):
            desk.relationships.deliver(
                "Acme", number, product="pump", delivered_on=NINE.date(), at=NINE
            )
        asked = (each.subject for each in desk.log.since(0))
        return sorted({each for each in asked if each.startswith("survey/")})

    def test_its_customer_is_asked(self, desk_under):
        desk = desk_under("project_service_plan")
        assert self.delivered(desk) == ["survey/Acme-D-1-survey", "survey/Acme-D-2-survey"]
        survey = desk.surveys.get("Acme-D-1-survey")
        assert (survey.about, survey.contact) == ("delivery/D-1", "relationship/Acme")
        assert (survey.clause, survey.product, survey.person) == ("psp:3.3b", "pump", "Gao")

    def test_not_where_the_standard_does_not_ask(self, desk_under):
        assert self.delivered(desk_under("tender_standard")) == []

    def test_not_those_who_want_no_more_contact(self, desk_under):
        assert self.delivered(desk_under("project_service_plan"), consents=False) == []

    def test_not_those_without_a_contact(self, desk_under):
        desk = desk_under("project_service_plan")
        self.delivered(desk)
        [seen] = [e for e in desk.log.since(0) if getattr(e.event, "delivery_id", "") == "D-1"][:1]
        [look] = AskAfterEachDelivery(Rulebook(shipped_standards().values())).react(seen)
        file = desk.relationships.get("Acme")
        assert look.then(attrs.evolve(file, contact=" ")) == []
        assert len(look.then(file)) == 1


class TestACampaign:
    """It asks its customers, is closed with its coverage, and leads to something."""

    def test_asks_its_customers_and_counts_them_at_the_end(self, desk):
        desk.campaigns.announce("K-1", **SPRING, customers=CUSTOMERS, at=NINE)
        desk.surveys.answer("K-1-Acme", overall=4, at=NINE + DAY)
        desk.surveys.answer("K-1-Borg", overall=4, at=NINE + 9 * DAY)
        desk.campaigns.close("K-1", by="Gao", at=NINE + 5 * DAY)
        assert desk.campaigns.get("K-1").coverage == Coverage(customers=3, asked=2, answered=1)

    def test_leads_to_measures_whose_effect_is_tracked(self, desk):
        desk.campaigns.announce("K-1", **SPRING, customers=CUSTOMERS, at=NINE)
        desk.campaigns.close("K-1", by="Gao", at=NINE + DAY)
        desk.campaigns.summarise("K-1", what="slow parts", mentions=2, by="Gao", at=NINE + DAY)
        ready = {"ready_on": date(2025, 3, 31), "at": NINE + DAY}
        desk.campaigns.set_measure("K-1", problem=1, what="stock", responsible="Wu", **ready)
        desk.run_due(NINE + 150 * DAY)
        assert desk.campaigns.history("K-1")[-1].event.to == "Wu"
        looked = {"finding": "faster", "is_lasting": True, "by": "Gao", "at": NINE + 150 * DAY}
        desk.campaigns.track_effect("K-1", measure=1, **looked)
        assert desk.campaigns.get("K-1").measures[1].is_lasting

    def test_is_followed_by_the_next_one_under_the_plan(self, desk_under):
        desk = desk_under("project_service_plan")
        desk.campaigns.plan("first", due_on=date(2025, 3, 31), at=NINE)
        desk.campaigns.announce("first", **SPRING, customers=CUSTOMERS, at=NINE)
        planned = desk.campaigns.get("campaign-2025-09-03")
        assert (planned.status, planned.due_on) == (CampaignStatus.PLANNED, date(2025, 9, 3))
        desk.run_due(NINE + 365 * DAY)
        assert desk.campaigns.get("campaign-2025-09-03").is_overdue

    def test_can_be_withdrawn_before_it_begins(self, desk):
        desk.campaigns.plan("K-2", due_on=date(2025, 3, 31), at=NINE)
        desk.campaigns.withdraw("K-2", reason="asked in spring", at=NINE)
        assert desk.campaigns.get("K-2").status is CampaignStatus.WITHDRAWN


class TestARating:
    """Asked for by itself where the organisation has set its time, else named as missing."""

    def test_follows_a_repair(self, desk_under):
        desk = desk_under(OURS)
        served(desk)
        desk.ratings.give("T-1", by="Gao", score=4, at=NINE + 30 * HOUR)
        rating = desk.ratings.get("T-1")
        assert (rating.person, rating.score) == ("Wu", 4)
        assert rating.readings["rating", 1].state is State.MET
        assert len(desk.ratings.history("T-1")) == 2

    def test_that_is_late_goes_up(self, desk_under):
        desk = desk_under(OURS)
        served(desk)
        desk.run_due(NINE + 90 * DAY)
        assert desk.ratings.get("T-1").level.value == "manager"

    def test_has_no_time_of_its_own(self, desk_under):
        desk = desk_under("post_delivery_regulation")
        served(desk)
        with pytest.raises(MissingTimesError, match=r"rating \(pdr:3\.2c\)"):
            desk.ratings.request("T-1", person="Wu", at=NINE)
        with pytest.raises(UnknownRecordError):
            desk.ratings.get("T-1")

    def test_is_asked_for_by_hand(self, desk_under):
        desk = desk_under(OURS)
        desk.ratings.request("V-1", person="Wu", team="pumps", at=NINE)
        with pytest.raises(RecordExistsError):
            desk.ratings.request("V-1", person="Wu", at=NINE)


class TestTheReport:
    """What customers say, beside everything else that is measured."""

    @pytest.fixture
    def asked(self, desk):
        for n, overall in enumerate((5, 4, 2, None), start=1):
            served(desk, f"T-{n}")
            if overall:
                desk.surveys.answer(f"T-{n}-survey", overall=overall, nps=9, at=NINE + n * DAY)
        return desk

    def test_tells_satisfaction_and_coverage(self, asked):
        told = asked.reports.satisfaction(period="2025-03", by="team")
        [csat], [coverage] = told["csat"], told["survey_coverage"]
        assert (csat.k, csat.n, csat.group) == (2, 3, (("team", "pumps"),))
        assert (coverage.k, coverage.n) == (4, 4)

    def test_tells_it_of_what_was_asked_about_alone(self, asked):
        told = asked.reports.satisfaction(where={"about": "campaign"})
        assert told.measures() == []

    def test_tells_it_as_it_was(self, asked):
        told = asked.reports.satisfaction(as_of=NINE + DAY)
        assert told["csat"][0].n == 1
        first = next(e.position for e in asked.log.since(0) if e.subject == "survey/T-1-survey")
        assert asked.reports.satisfaction(known_at=first)["survey_coverage"][0].n == 1

    def test_counts_the_last_answer(self, asked):
        asked.surveys.answer("T-1-survey", overall=1, at=NINE + 5 * DAY)
        assert asked.reports.satisfaction()["csat"][0].k == 1
        assert asked.reports.satisfaction(as_of=NINE + 4 * DAY)["csat"][0].k == 2

    def test_compares_two_periods(self, asked):
        asked.surveys.answer("T-4-survey", overall=1, at=NINE + 29 * DAY)
        told = asked.reports.satisfaction_change(before="2025-03", after="2025-04")
        [difference] = told["csat_difference"]
        assert difference.value == pytest.approx(0 - 2 / 3)
        assert difference.low < difference.value < difference.high

    def test_is_part_of_the_whole(self, asked):
        measures = asked.reports.json(by="team")["measures"]
        assert measures["csat"][0]["n"] == 3
        assert measures["survey_coverage"][0]["value"] == 1.0
        assert measures["nps"][0]["value"] == 100.0

    def test_tells_campaigns_and_ratings(self, desk_under):
        desk = desk_under(OURS)
        served(desk)
        desk.ratings.give("T-1", by="Gao", score=4, at=NINE + 2 * HOUR)
        desk.campaigns.announce("K-1", **SPRING, customers=CUSTOMERS, at=NINE)
        desk.campaigns.close("K-1", by="Gao", at=NINE + DAY)
        ratings = desk.reports.ratings(by="person")
        assert (ratings["rating_score"][0].value, ratings["rating_attainment"][0].k) == (4.0, 1)
        campaigns = desk.reports.campaigns(period="2025")
        assert campaigns["campaigns"][0].value == 1
        assert (campaigns["campaign_coverage"][0].k, campaigns["campaign_coverage"][0].n) == (2, 3)
        assert campaigns["campaign_response_rate"][0].n == 2
