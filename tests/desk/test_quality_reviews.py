"""Quarterly reviews at the front door: what is frozen, what follows, and what is restated."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest

from servicecore import ServiceDesk
from servicecore.desk.drawer import UnknownRecordError
from servicecore.domain.figures import MissingTimesError
from servicecore.domain.quality_review import NoProductAssessedError, NotPublishedError
from servicecore.standards import parse_standard

MONDAY = datetime(2025, 3, 3, 1, tzinfo=timezone.utc)  # Nine in Shanghai.
HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)
APRIL = datetime(2025, 4, 2, 1, tzinfo=timezone.utc)
THERE = {
    "head_of_service": "He",
    "head_of_operations": "Ou",
    "head_of_technology": "Tan",
    "head_of_quality": "Qi",
}
REQUEST = {
    "customer_id": "Acme",
    "product": "pump",
    "model": "P-200",
    "fault": "it leaks",
    "contact": "Lin",
    "priority": "A",
}


class Office:
    """A desk whose clock stands in April, and tickets that were answered in March."""

    def __init__(self, **options):
        self.now = APRIL
        self.desk = ServiceDesk.open("memory:", clock=lambda: self.now, **options)
        self.reviews = self.desk.quality_reviews

    def answers(self, ticket_id, *, after, at=MONDAY):
        self.desk.tickets.open(ticket_id, **REQUEST, at=at)
        self.desk.tickets.answer(ticket_id, by="Wu", at=at + after)

    def publishes(self, *, assessed=True):
        self.reviews.schedule("2025-Q1")
        if assessed:
            told = {"product": "pump", "assessment": "it holds", "is_acceptable": True}
            self.reviews.assess_product("2025-Q1", by="Qi", **told)
        self.reviews.hold("2025-Q1", participants=THERE, minutes="we met")
        self.reviews.publish("2025-Q1", by="He")


@pytest.fixture
def office():
    office = Office()
    with office.desk:
        yield office


def figure(figures, name):
    [found] = [each for each in figures if each.name == name]
    return found


class TestPublication:
    """psp:4.2a: the figures of a quarter are published, and frozen."""

    def test_holds_what_was_measured_and_where_it_was_read(self, office):
        office.answers("T-1", after=HOUR)
        office.answers("T-2", after=3 * HOUR)
        head = office.desk.log.head()
        office.publishes()
        review = office.reviews.get("2025-Q1")
        response = figure(review.figures, "response")
        assert (response.value, response.n, response.is_met) == (2 * 3600, 2, True)
        assert figure(review.figures, "first_response_attainment").k == 1
        assert figure(review.figures, "service_quality_timeliness").n > 0
        assert review.read_at == head + 3  # Scheduled, assessed, held.

    def test_counts_the_days_of_the_quarter_where_the_office_is(self, office):
        new_years_eve = datetime(2024, 12, 31, 16, tzinfo=timezone.utc)  # Midnight in Shanghai.
        office.answers("T-1", after=HOUR, at=new_years_eve)
        office.answers("T-2", after=HOUR, at=new_years_eve - HOUR)
        office.publishes()
        assert figure(office.reviews.get("2025-Q1").figures, "tickets_opened").value == 1

    def test_opens_an_improvement_for_each_indicator_that_was_missed(self, office):
        office.answers("T-1", after=3 * HOUR)
        office.desk.tickets.resolve("T-1", by="Wu", solution="a seal", at=MONDAY + 4 * HOUR)
        office.publishes()
        missed = [each.name for each in office.reviews.get("2025-Q1").missed]
        assert missed == ["response", "response_after_reaction"]
        for name in missed:
            improvement = office.desk.improvements.get(f"2025-Q1-{name}")
            assert improvement.origin == "quality_review/2025-Q1"
        with pytest.raises(UnknownRecordError):
            office.desk.improvements.get("2025-Q1-timely_response")

    def test_schedules_the_next_quarter(self, office):
        office.publishes()
        assert office.reviews.get("2025-Q2").due_on == date(2025, 7, 15)

    def test_needs_products_to_be_assessed_where_the_regulation_asks_for_it(self):
        office = Office(standard="post_delivery_regulation")
        with office.desk:
            with pytest.raises(NoProductAssessedError):
                office.publishes(assessed=False)
            assert office.reviews.get("2025-Q1").published_at is None
        with Office().desk as desk:
            assert desk.standard.setting("quality_reviewed") is None

    def test_says_by_whom_a_bad_product_is_improved(self, office):
        office.reviews.schedule("2025-Q1")
        told = {"product": "pump", "assessment": "it leaks", "is_acceptable": False}
        office.reviews.assess_product("2025-Q1", by="Qi", **told)
        improvement = office.desk.improvements.get("2025-Q1-product-pump")
        assert improvement.about == "pump: it leaks"


class TestRestating:
    """Closed quarters are frozen; later data show as restated."""

    def test_shows_nothing_as_long_as_nothing_was_learnt(self, office):
        office.answers("T-1", after=HOUR)
        surveys, asked = office.desk.surveys, MONDAY + 20 * A_DAY
        surveys.send("S-1", customer_id="Acme", about="ticket/T-1", contact="Lin", at=asked)
        office.publishes()
        office.now += A_DAY  # What happens now is no part of what was published.
        surveys.answer("S-1", overall=5)
        office.desk.tickets.resolve("T-1", by="Wu", solution="a seal")
        assert office.reviews.restated("2025-Q1") == []

    def test_shows_both_figures_when_something_was_told_late(self, office):
        office.answers("T-1", after=HOUR)
        office.publishes()
        office.now += A_DAY
        office.answers("T-2", after=9 * HOUR)
        restated = {each.name: each for each in office.reviews.restated("2025-Q1")}
        response = restated["response"]
        assert (response.published.value, response.today.value) == (3600, 5 * 3600)
        assert (response.published.is_met, response.today.is_met) == (True, False)
        assert figure(office.reviews.get("2025-Q1").figures, "response").value == 3600

    def test_shows_figures_that_were_not_there(self, office):
        office.publishes()
        office.answers("T-1", after=HOUR)
        restated = {each.name: each for each in office.reviews.restated("2025-Q1")}
        assert restated["first_response_attainment"].published is None
        assert restated["first_response_attainment"].today.value == 1

    def test_needs_figures(self, office):
        office.reviews.schedule("2025-Q1")
        with pytest.raises(NotPublishedError, match="2025-Q1 has published no figures"):
            office.reviews.restated("2025-Q1")


class TestTheCourse:
    def test_is_on_record(self, office):
        office.publishes()
        office.reviews.adjust_strategy("2025-Q1", by="He", actions=["one more clerk"])
        told = [type(each.event).__name__ for each in office.reviews.history("2025-Q1")]
        assert told == [
            "QualityReviewScheduled",
            "ProductQualityAssessed",
            "QualityReviewHeld",
            "QualityReviewPublished",
            "StrategyAdjusted",
        ]

    def test_is_reminded_of(self, office):
        office.reviews.schedule("2025-Q2")
        office.desk.run_due(datetime(2025, 7, 16, tzinfo=timezone.utc))
        told = [type(each.event).__name__ for each in office.reviews.history("2025-Q2")]
        assert told == ["QualityReviewScheduled", "QualityReviewDue", "QualityReviewDue"]

    def test_is_known_by_its_quarter(self, office):
        with pytest.raises(UnknownRecordError, match="there is no quality review '2025-Q4'"):
            office.reviews.history("2025-Q4")


class TestStandardReviews:
    """om2025:4.1b: the service standard is looked at regularly."""

    def test_come_back_every_year(self, office):
        reviews = office.desk.standard_reviews
        reviews.plan("operations_manual_2025", due_on=date(2025, 6, 1))
        assert reviews.get("operations_manual_2025").in_force == "operations_manual_2025@1"
        reviews.hold("operations_manual_2025", by="He", finding="fine", revised_to="ours@1")
        review = reviews.get("operations_manual_2025")
        assert (review.in_force, review.due_on) == ("ours@1", date(2026, 4, 2))
        office.desk.run_due(APRIL + 400 * A_DAY)
        assert len(reviews.history("operations_manual_2025")) == 5

    def test_need_a_standard_that_says_how_often(self):
        bare = parse_standard(
            'id = "bare"\ntitle = "Bare"\n[calendar]\nname = "china_office"\nchina = [2025]\n',
            source="bare.toml",
        )
        with Office(standard=bare).desk as desk:
            desk.standard_reviews.plan("bare", due_on=date(2025, 6, 1))
            with pytest.raises(MissingTimesError, match="bare@1 does not say how often"):
                desk.standard_reviews.hold("bare", by="He", finding="fine")


class TestKnowledge:
    """om2025:3.2b: what was learnt on one ticket is of use on others."""

    def test_is_counted_by_its_use(self, office):
        knowledge = office.desk.knowledge
        words = {"product": "pump", "problem": "it leaks", "solution": "a seal"}
        knowledge.draft("K-1", by="Wu", **words, ticket_id="T-1")
        knowledge.review("K-1", by="Gao", is_right=True)
        knowledge.publish("K-1", by="Gao")
        knowledge.use("K-1", ticket_id="T-2", by="Li")
        knowledge.use("K-1", ticket_id="T-3", by="Li", has_helped=False)
        article = knowledge.get("K-1")
        assert (article.times_used, article.times_helped) == (2, 1)

    def test_is_looked_at_again_after_a_year(self, office):
        knowledge = office.desk.knowledge
        words = {"product": "pump", "problem": "it leaks", "solution": "a seal"}
        knowledge.draft("K-1", by="Wu", **words)
        knowledge.review("K-1", by="Gao", is_right=True)
        knowledge.publish("K-1", by="Gao")
        office.desk.run_due(APRIL + 364 * A_DAY)
        assert len(knowledge.history("K-1")) == 3
        office.desk.run_due(APRIL + 366 * A_DAY)
        assert type(knowledge.history("K-1")[-1].event).__name__ == "KnowledgeArticleReviewDue"
        office.now += 366 * A_DAY
        knowledge.revise("K-1", by="Li", reason="another seal", solution="a blue seal")
        knowledge.retire("K-1", by="Gao", reason="no such pump any more")
        assert knowledge.get("K-1").retired_because == "no such pump any more"


class TestTheServiceQualityIndex:
    """om2025:6.1d: one figure, with its four parts and its grade."""

    def test_is_told_with_its_parts(self, office):
        desk = office.desk
        for n, (after, overall) in enumerate([(HOUR, 5), (HOUR, 4), (3 * HOUR, 5), (HOUR, 2)]):
            at = MONDAY - 28 * A_DAY * (n % 2)
            office.answers(f"T-{n}", after=after, at=at)
            desk.tickets.resolve(f"T-{n}", by="Wu", solution="a seal", at=at + 4 * HOUR)
            desk.surveys.send(
                f"S-{n}", customer_id="Acme", about=f"ticket/T-{n}", contact="Lin", at=at + 5 * HOUR
            )
            desk.surveys.answer(f"S-{n}", overall=overall, at=at + 6 * HOUR)
        index = desk.reports.service_quality_index(period="2025")
        assert {each.name: each.weight for each in index.parts} == dict.fromkeys(
            ("satisfaction", "timeliness", "professionalism", "consistency"), 0.25
        )
        assert (index["satisfaction"].value, index["satisfaction"].n) == (0.75, 4)
        assert index["professionalism"].value == 1.0
        attained = [
            each
            for each in desk.reports.response_times(period="2025", by=())
            if each.measure.endswith("_attainment")
        ]
        met, decided = sum(each.k for each in attained), sum(each.n for each in attained)
        assert (index["timeliness"].value, index["timeliness"].n) == (met / decided, decided)
        assert index.value == pytest.approx(25 * sum(each.value for each in index.parts))
        assert (index.grade, index.weights_of) == ("four_star", "operations_manual_2025@1")
        assert index.period.name == "2025"

    def test_of_an_empty_desk_is_not_told(self, office):
        index = office.desk.reports.service_quality_index()
        assert (index.value, index.grade) == (None, "")

    def test_goes_without_grades_under_a_standard_that_has_none(self):
        bare = parse_standard(
            'id = "bare"\ntitle = "Bare"\n[calendar]\nname = "china_office"\nchina = [2025]\n',
            source="bare.toml",
        )
        with Office(standard=bare).desk as desk:
            index = desk.reports.service_quality_index()
            assert [each.weight for each in index.parts] == [0.25] * 4
            assert index.grade == ""
