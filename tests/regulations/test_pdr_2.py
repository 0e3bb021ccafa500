"""交付后活动管理制度, chapter 2: revisits of customers."""

from __future__ import annotations

from datetime import date, datetime, timezone

import pytest

from servicecore import RefusedError, ServiceDesk
from servicecore.domain.figures import MissingTimesError

from .customers import (
    A_DAY,
    A_MOMENT,
    ANSWERS,
    DELIVERED,
    MONDAY,
    OUR_CYCLE,
    customer,
    days,
    delivered,
    file,
    held,
    planned,
    told,
)

NEW_YEAR = datetime(2026, 1, 5, tzinfo=timezone.utc)


@pytest.fixture
def desk(desk_under):
    return desk_under("post_delivery_regulation")


class TestTheAnnualPlan:
    """pdr:2.1a: A plan for the year: whom, when, in what manner, what about.

    Open: a rule tells customers apart by their grade alone; for a product or a kind of customer,
    revisits are planned by hand, besides those that plan themselves.
    """

    def test_is_made_when_the_year_begins(self, desk):
        delivered(desk)
        desk.run_due(NEW_YEAR)
        assert days(desk) == [date(2026, 3, 2), date(2026, 9, 1)]

    def test_says_whom_when_how_and_what_about(self, desk):
        delivered(desk)
        desk.run_due(NEW_YEAR)
        for each in desk.revisits.of_customer("Acme"):
            assert (each.manner.value, each.person) == ("telephone", "Li")
            assert each.content == "products and service in 2026, and new needs"

    def test_is_made_once_a_year(self, desk):
        delivered(desk)
        for _ in range(2):
            desk.run_due(NEW_YEAR)
        assert len(days(desk)) == 2
        desk.run_due(NEW_YEAR + 365 * A_DAY)
        assert len(days(desk)) == 4

    def test_may_be_added_to_by_hand(self, desk):
        delivered(desk)
        planned(desk, manner="mail", occasion="spring round")
        assert days(desk) == [date(2025, 3, 4)]
        with pytest.raises(RefusedError, match=r"pdr:2\.1a"):
            planned(desk, occasion="spring round")


class TestKeyCustomers:
    """pdr:2.1b: Key customers and projects are revisited more often.

    Open: a project is known by its deliveries and has no grade of its own: its customer's counts.
    """

    def test_how_often_is_the_organisations_to_say(self, desk):
        with pytest.raises(MissingTimesError, match=r"key_customers \(pdr:2\.1b\)"):
            customer(desk, grade="key")

    @pytest.mark.parametrize(
        ("grade", "expected"),
        [("key", [date(2025, 3, 17), date(2025, 3, 31)]), ("frequent", []), ("ordinary", [])],
    )
    def test_they_alone_are_revisited_as_it_says(self, grade, expected):
        with ServiceDesk.open("memory:", standard=OUR_CYCLE) as desk:
            delivered(desk, grade=grade)
            assert days(desk) == expected


class TestTheManner:
    """pdr:2.2a: By telephone in general, by mail, on site for important customers and problems."""

    def test_is_one_of_three(self, desk):
        assert desk.standard.setting("revisit_manners").values == ("telephone", "mail", "on_site")
        delivered(desk)
        for manner in ("telephone", "mail", "on_site"):
            planned(desk, manner=manner)
        with pytest.raises(RefusedError, match="must be one of telephone, mail, on_site"):
            planned(desk, manner="chat")

    @pytest.mark.parametrize(("grade", "manner"), [("ordinary", "telephone"), ("key", "on_site")])
    def test_is_on_site_for_important_customers(self, grade, manner):
        with ServiceDesk.open("memory:", standard=OUR_CYCLE) as desk:
            delivered(desk, grade=grade)
            desk.run_due(NEW_YEAR)
            manners = {each.manner.value for each in desk.revisits.of_customer("Acme")}
            assert manners == {manner}


class TestWhatIsAsked:
    """pdr:2.3a: Function, performance, quality; problems, suggestions; ratings; new needs."""

    @pytest.mark.parametrize("left_out", ["function", "performance", "quality"])
    def test_leaves_nothing_out(self, desk, left_out):
        delivered(desk)
        planned(desk)
        with pytest.raises(RefusedError, match=left_out):
            held(desk, **{left_out: ""})

    @pytest.mark.parametrize("rating", ["speed", "ability"])
    def test_rates_the_service_from_one_to_five(self, desk, rating):
        delivered(desk)
        planned(desk)
        with pytest.raises(RefusedError, match=r"pdr:2\.3a"):
            held(desk, **{rating: 6})

    def test_hears_of_problems_suggestions_and_chances(self, desk):
        delivered(desk)
        planned(desk)
        held(desk, problems=("leaks",), suggestions=("blue",), new_needs=("a second pump",))
        assert [each.what for each in desk.revisits.findings("Acme")] == ["leaks", "blue"]
        [revisit] = desk.revisits.of_customer("Acme")
        assert revisit.answers.new_needs == ("a second pump",)


class TestTheRecordOfARevisit:
    """pdr:2.4a: Customer, time, manner, content and opinions are on record, and analysed."""

    def test_is_analysed_for_common_problems_and_their_trend(self, desk):
        delivered(desk)
        for n, told_ in enumerate([("It leaks", "hums"), ("it leaks",)], start=1):
            planned(desk)
            held(desk, revisit=n, at=MONDAY + 35 * (n - 1) * A_DAY, problems=told_)
        common = desk.reports.findings(as_of=NEW_YEAR)["findings"]
        problems = [each for each in common if ("of", "problem") in each.group]
        assert {dict(e.group)["what"]: e.value for e in problems} == {"it leaks": 2, "hums": 1}
        trend = desk.reports.findings(by="month", as_of=NEW_YEAR)["findings"]
        leaks = [dict(e.group)["month"] for e in trend if ("what", "it leaks") in e.group]
        assert leaks == ["2025-03", "2025-04"]

    def test_begins_an_improvement_with_whatever_was_told(self, desk):
        delivered(desk)
        planned(desk)
        held(desk, problems=("leaks",), suggestions=("blue",))
        begun = [desk.improvements.get(f"Acme-finding-{n}").about for n in (1, 2)]
        assert begun == ["leaks", "blue"]

    def test_tells_them_all(self, desk):
        delivered(desk)
        planned(desk, manner="mail")
        held(desk)
        event = desk.relationships.history("Acme")[-1].event
        assert (event.customer_id, event.at, event.manner.value) == ("Acme", MONDAY, "mail")
        assert {name: getattr(event.answers, name) for name in ANSWERS} == ANSWERS
        assert desk.revisits.of_customer("Acme")[0].content == "how it runs"

    def test_is_made_once(self, desk):
        delivered(desk)
        planned(desk)
        held(desk)
        with pytest.raises(RefusedError, match=r"pdr:2\.4a"):
            held(desk)

    def test_tells_of_one_that_was_not_held_on_its_day(self, desk):
        delivered(desk)
        planned(desk)
        closing = datetime(2025, 3, 4, 10, tzinfo=timezone.utc)
        desk.run_due(closing)
        assert told(desk)[-1] == "RevisitDue"
        desk.run_due(closing + A_MOMENT)
        assert told(desk)[-1] == "RevisitMissed"


class TestWhatCustomersTold:
    """pdr:2.5a: Handled by the department, answered, and satisfaction with it followed up."""

    def test_goes_to_its_department(self, desk):
        self.hears(desk)
        assert [each.department for each in desk.revisits.findings("Acme")] == [
            "after_sales",
            "research",
        ]

    def test_is_answered_until_the_answer_satisfies(self, desk):
        self.hears(desk)
        for is_satisfied in (False, True):
            desk.revisits.answer_finding("Acme", 1, by="Wu", answer="a new seal", at=MONDAY)
            desk.revisits.rate_answer(
                "Acme", 1, by="Li", is_satisfied=is_satisfied, at=MONDAY + A_DAY
            )
        finding = desk.revisits.findings("Acme")[0]
        assert (finding.is_settled, finding.times_dissatisfied) == (True, 1)

    def test_is_not_followed_up_before_it_was_answered(self, desk):
        self.hears(desk)
        with pytest.raises(RefusedError, match=r"pdr:2\.5a"):
            desk.revisits.rate_answer("Acme", 1, by="Li", is_satisfied=True, at=MONDAY)

    def hears(self, desk):
        delivered(desk)
        planned(desk)
        held(desk, problems=("leaks",), suggestions=("blue",))


class TestFindingsAboutQuality:
    """pdr:2.5b: Investigated by the quality department; measures and their effect are tracked."""

    @pytest.fixture
    def rusty(self, desk):
        delivered(desk)
        planned(desk)
        held(desk, quality_findings=("rust",))
        return desk.revisits

    def test_go_to_the_quality_department(self, rusty):
        assert [each.department for each in rusty.findings("Acme")] == ["quality"]

    def test_are_answered_when_they_were_investigated(self, rusty):
        with pytest.raises(RefusedError, match=r"pdr:2\.5b"):
            rusty.answer_finding("Acme", 1, by="Gao", answer="sorry", at=MONDAY)
        self.investigated(rusty)
        rusty.answer_finding("Acme", 1, by="Gao", answer="two coats now", at=MONDAY)

    def test_are_settled_when_the_measures_have_helped(self, rusty):
        self.investigated(rusty)
        rusty.answer_finding("Acme", 1, by="Gao", answer="two coats now", at=MONDAY)
        rusty.rate_answer("Acme", 1, by="Li", is_satisfied=True, at=MONDAY)
        assert not rusty.findings("Acme")[0].is_settled
        self.tracked(rusty, has_helped=True)
        assert rusty.findings("Acme")[0].is_settled

    def test_are_investigated_again_when_they_have_not(self, rusty):
        self.investigated(rusty)
        self.tracked(rusty, has_helped=False)
        with pytest.raises(RefusedError, match=r"pdr:2\.5b"):
            rusty.answer_finding("Acme", 1, by="Gao", answer="two coats now", at=MONDAY)

    def investigated(self, revisits):
        facts = {"by": "Gao", "cause": "thin paint", "measures": ["two coats"]}
        revisits.investigate_finding("Acme", 1, **facts, at=MONDAY)

    def tracked(self, revisits, *, has_helped):
        facts = {"by": "Gao", "has_helped": has_helped, "effect": "seen"}
        revisits.track_effect("Acme", 1, **facts, at=MONDAY + 30 * A_DAY)


def test_the_day_of_the_delivery_is_where_it_all_begins(desk):
    """A revisit before the delivery is refused, and nothing goes on record."""
    delivered(desk)
    before = told(desk)
    with pytest.raises(RefusedError, match=r"psp:3\.3a"):
        planned(desk, on=DELIVERED - A_DAY)
    assert told(desk) == before
    assert file(desk).revisits == {}
