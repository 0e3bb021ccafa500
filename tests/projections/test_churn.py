"""Who is a customer from when until when, and how many are gone of those there at the start."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from fractions import Fraction
from zoneinfo import ZoneInfo

import attrs
import pytest

from servicecore import ServiceDesk
from servicecore.domain.figures import Duration, MissingTimesError
from servicecore.domain.spans import Span
from servicecore.projections.asking import Question
from servicecore.projections.churn_goal import UnknownUnitError
from servicecore.projections.cost_benefit import NoGoalError
from servicecore.projections.customer_facts import FACTS
from servicecore.projections.spells import GRACE, SILENCE, Patience, spells
from servicecore.projections.tally import Tally
from servicecore.standards import load_standard

from .customers import (
    DAY,
    MOMENT,
    bought,
    delivered,
    midnight,
    nine,
    opened,
    shares,
    signed,
    values,
)

NEW_YEAR = midnight(2025, 1, 1)
LATER = nine(2026, 6, 1)
PATIENCE = Patience(grace=30 * DAY, silence=365 * DAY)


@pytest.fixture
def desk():
    with ServiceDesk.open("memory:", standard="project_service_plan") as desk:
        yield desk


def told(desk, as_of, patience=PATIENCE):
    """Return the spells of customer A as far as is known: from when until when, and why."""
    [fact] = FACTS.known(desk.log.since(0), as_of=as_of)
    tally = Tally(Question(as_of=as_of, zone=ZoneInfo("Asia/Shanghai")), {})
    return [
        (each.since, each.until, each.why) if each.is_over(as_of) else (each.since, None, "")
        for each in spells(fact, tally, patience)
        if each.after is None or each.after < as_of
    ]


class TestACustomerWithAContract:
    """Not renewed by its end and some grace, it ended with its last moment."""

    SIGNED, END = nine(2024, 1, 8), midnight(2025, 1, 1) - MOMENT

    @pytest.fixture(autouse=True)
    def _signed(self, desk):
        signed(desk, "A", self.SIGNED, date(2024, 12, 31))

    def test_is_one_until_the_grace_is_over(self, desk):
        assert told(desk, self.END + 30 * DAY) == [(self.SIGNED, None, "")]

    def test_was_one_until_the_end_of_the_contract(self, desk):
        as_of = self.END + 30 * DAY + MOMENT
        assert told(desk, as_of) == [(self.SIGNED, self.END, "contract_ended")]

    def test_that_is_renewed_in_the_grace_stays(self, desk):
        desk.relationships.renew_contract(
            "A", "K-1", until=date(2025, 12, 31), at=self.END + 30 * DAY
        )
        assert told(desk, nine(2025, 7, 1)) == [(self.SIGNED, None, "")]

    def test_that_is_renewed_after_it_is_back(self, desk):
        again = self.END + 30 * DAY + MOMENT
        desk.relationships.renew_contract("A", "K-1", until=date(2025, 12, 31), at=again)
        assert told(desk, nine(2025, 7, 1)) == [
            (self.SIGNED, self.END, "contract_ended"),
            (again, None, ""),
        ]

    def test_is_not_kept_by_an_order_in_the_grace(self, desk):
        bought(desk, "A", "O-1", at := nine(2025, 1, 8))
        assert told(desk, nine(2025, 7, 1)) == [
            (self.SIGNED, self.END, "contract_ended"),
            (at, None, ""),
        ]

    def test_may_be_silent_as_long_as_it_holds(self, desk):
        desk.relationships.renew_contract("A", "K-1", until=date(2029, 12, 31), at=nine(2024, 2, 1))
        assert told(desk, nine(2029, 12, 1)) == [(self.SIGNED, None, "")]

    def test_is_kept_by_the_contract_that_holds_longest(self, desk):
        desk.relationships.sign_contract("A", "K-2", until=date(2024, 6, 30), at=nine(2024, 2, 1))
        assert told(desk, nine(2025, 7, 1)) == [(self.SIGNED, self.END, "contract_ended")]

    def test_does_not_leave_later_than_the_contract_ended(self, desk):
        desk.relationships.lose("A", reason="moved", at=nine(2025, 1, 8))
        assert told(desk, nine(2025, 1, 9)) == [(self.SIGNED, self.END, "left")]


class TestACustomerWithoutOne:
    """Silent for a year, it is lapsed, which is assumed."""

    SEEN = nine(2024, 1, 8)

    @pytest.fixture(autouse=True)
    def _opened(self, desk):
        opened(desk, "A", self.SEEN)

    def test_is_one_for_a_year_of_silence(self, desk):
        assert told(desk, self.SEEN + 365 * DAY) == [(self.SEEN, None, "")]
        over = self.SEEN + 365 * DAY
        assert told(desk, over + MOMENT) == [(self.SEEN, over, "lapsed_assumed")]

    def test_is_one_as_long_as_it_is_heard_of(self, desk):
        desk.relationships.give_consent("A", evidence="form 7", at=self.SEEN + 300 * DAY)
        assert told(desk, self.SEEN + 600 * DAY) == [(self.SEEN, None, "")]

    def test_is_not_heard_of_when_we_think_of_it(self, desk):
        desk.relationships.mark_at_risk("A", reason="quiet", at=self.SEEN + 300 * DAY)
        assert told(desk, self.SEEN + 600 * DAY)[0][2] == "lapsed_assumed"

    def test_is_back_with_any_sign_of_life(self, desk):
        desk.relationships.give_consent("A", evidence="form 7", at=self.SEEN + 400 * DAY)
        over = self.SEEN + 365 * DAY
        assert told(desk, self.SEEN + 500 * DAY) == [
            (self.SEEN, over, "lapsed_assumed"),
            (self.SEEN + 400 * DAY, None, ""),
        ]

    def test_is_waited_for_as_long_as_is_said(self, desk):
        patience = attrs.evolve(PATIENCE, silence=timedelta(days=10))
        assert told(desk, self.SEEN + 11 * DAY, patience)[0][1] == self.SEEN + 10 * DAY


class TestACustomerWhoLeaves:
    """Gone is gone, until won back: that is another spell."""

    def test_is_one_until_then(self, desk):
        opened(desk, "A", at := nine(2025, 3, 3))
        desk.relationships.lose("A", reason="moved", at=(left := nine(2025, 4, 3)))
        assert told(desk, left) == [(at, left, "left")]

    def test_begins_a_new_spell_when_won_back(self, desk):
        opened(desk, "A", at := nine(2025, 3, 3))
        desk.relationships.lose("A", reason="moved", at=(left := nine(2025, 4, 3)))
        desk.relationships.win_back("A", reason="a call", at=(back := nine(2025, 5, 6)))
        assert told(desk, back) == [(at, left, "left"), (back, None, "")]

    def test_is_not_back_with_an_order(self, desk):
        opened(desk, "A", at := nine(2025, 3, 3))
        desk.relationships.lose("A", reason="moved", at=(left := nine(2025, 4, 3)))
        bought(desk, "A", "O-1", nine(2025, 4, 8))
        assert told(desk, nine(2025, 5, 6)) == [(at, left, "left")]


def test_a_delivery_before_the_file_was_opened_begins_it(desk):
    opened(desk, "A", nine(2025, 3, 3))
    on = {"product": "pump", "delivered_on": date(2025, 1, 8)}
    desk.relationships.deliver("A", "D-1", **on, at=nine(2025, 3, 3))
    assert told(desk, nine(2025, 3, 4)) == [(midnight(2025, 1, 8), None, "")]


class TestChurn:
    """Gone in the period / customers at its start."""

    @pytest.fixture(autouse=True)
    def _five(self, desk):
        signed(desk, "A", nine(2024, 1, 8), date(2024, 12, 31))  # Ends just before the year.
        signed(desk, "B", nine(2024, 1, 8), date(2025, 3, 31))
        for name in "CDE":
            opened(desk, name, nine(2024, 12, 2))
        desk.relationships.lose("C", reason="moved", at=NEW_YEAR)
        desk.relationships.lose("D", reason="closed", at=midnight(2025, 4, 1))
        opened(desk, "F", nine(2025, 2, 3))
        desk.relationships.lose("F", reason="moved", at=nine(2025, 2, 4))

    def test_is_of_those_at_the_start(self, desk):
        told = desk.reports.churn(period="2025-Q1", as_of=LATER)
        assert shares(told, "churn") == {(): (2, 4, 0)}
        assert shares(told, "churn_left") == {(): (1, 4, 0)}
        assert shares(told, "churn_contract_ended") == {(): (1, 4, 0)}
        assert shares(told, "churn_lapsed_assumed") == {(): (0, 4, 0)}

    def test_the_last_moment_of_a_contract_belongs_to_its_last_day(self, desk):
        [december] = desk.reports.churn(period="2024-12", as_of=LATER)["churn"]
        assert (december.k, december.n) == (1, 2)

    def test_is_told_of_each_month_by_month(self, desk):
        told = desk.reports.churn(period="2025-Q1", by="month", as_of=LATER)
        assert shares(told, "churn") == {
            ("2025-01",): (1, 4, 0),
            ("2025-02",): (0, 3, 0),
            ("2025-03",): (1, 3, 0),
        }

    def test_adds_up_to_all_who_were_gained_less_those_who_are_there(self, desk):
        told = desk.reports.churn(as_of=LATER)
        assert shares(told, "churn") == {(): (6, 6, 0)}
        assert values(told, "customers_gained") == {(): 6}
        assert values(told, "customers_lost") == {
            ("left",): 3,
            ("contract_ended",): 2,
            ("lapsed_assumed",): 1,
        }

    def test_is_open_while_the_period_is_not_over(self, desk):
        told = desk.reports.churn(period="2025-Q1", as_of=nine(2025, 1, 2))
        # Of A nobody knows yet that the contract, whose grace is not over, has ended.
        assert shares(told, "churn") == {(): (1, 5, 4)}

    @pytest.mark.parametrize("by", [(), ("month",)])
    def test_is_of_nobody_before_the_period_begins(self, desk, by):
        told = desk.reports.churn(period="2025-Q2", by=by, as_of=midnight(2025, 4, 1) - MOMENT)
        assert "churn" not in told.measures()
        told = desk.reports.churn(period="2025-Q2", by=by, as_of=midnight(2025, 4, 1))
        assert [(each.n, each.open) for each in told["churn"]] == [(3, 2)]

    def test_is_of_nobody_where_nobody_was(self, desk):
        told = desk.reports.churn(period="2023", as_of=LATER)
        assert {each.measure: (each.n, each.k, each.value) for each in told} == dict.fromkeys(
            ("churn", "churn_contract_ended", "churn_lapsed_assumed", "churn_left"), (0, 0, None)
        )

    def test_waits_as_long_as_it_is_told(self, desk):
        asked = {"period": "2024", "as_of": nine(2025, 1, 8)}
        assert values(desk.reports.churn(**asked), "customers_gained") == {(): 5}
        assert "customers_lost" not in desk.reports.churn(**asked).measures()
        told = desk.reports.churn(**asked, grace=timedelta(days=1))
        assert values(told, "customers_lost") == {("contract_ended",): 1}
        told = desk.reports.churn(**asked, silence=timedelta(days=3))
        assert values(told, "customers_lost") == {("lapsed_assumed",): 3}

    def test_waits_as_long_as_the_organisation_says(self):
        manual = load_standard("project_service_plan")
        three = {"clause": "ours, 4", "at_most": Span(days=3)}
        ours = attrs.evolve(
            manual,
            id="ours",
            durations=(Duration(name=GRACE, **three), Duration(name=SILENCE, **three)),
        )
        with ServiceDesk.open("memory:", standard=ours) as own_desk:
            opened(own_desk, "A", nine(2024, 12, 2))
            asked = {"period": "2024", "as_of": nine(2025, 1, 8)}
            told = own_desk.reports.churn(**asked)
            assert values(told, "customers_lost") == {("lapsed_assumed",): 1}

    def test_a_silence_shorter_than_the_grace_takes_nobody_for_lost_before_it_is_over(self, desk):
        opened(desk, "Z", nine(2025, 2, 3))
        desk.relationships.sign_contract("Z", "K-9", until=date(2025, 3, 2), at=nine(2025, 2, 3))
        bought(desk, "Z", "O-9", nine(2025, 3, 5))
        asked = {"period": "2025-03", "where": {"customer": "Z"}, "silence": DAY}
        over = midnight(2025, 3, 3) - MOMENT + 30 * DAY
        assert "customers_lost" not in desk.reports.churn(**asked, as_of=over).measures()
        told = values(desk.reports.churn(**asked, as_of=over + MOMENT), "customers_lost")
        assert told == {("contract_ended",): 1, ("lapsed_assumed",): 1}

    def test_whoever_is_back_at_once_is_one_customer(self, desk):
        opened(desk, "Z", nine(2024, 2, 3))
        desk.relationships.lose("Z", reason="moved", at=NEW_YEAR)
        desk.relationships.win_back("Z", reason="a visit", at=NEW_YEAR)
        told = desk.reports.churn(period="2025", where={"customer": "Z"}, as_of=nine(2025, 1, 8))
        assert shares(told, "churn") == {(): (1, 1, 0)}

    @pytest.mark.parametrize("question", ["churn", "retention", "renewal"])
    def test_is_not_assumed_where_the_standard_says_nothing(self, question):
        silent = attrs.evolve(load_standard("project_service_plan"), id="silent", durations=())
        with ServiceDesk.open("memory:", standard=silent) as desk:
            opened(desk, "A", nine(2024, 12, 2))
            bought(desk, "A", "O-1", nine(2024, 12, 3))
            with pytest.raises(MissingTimesError, match=r"silent@1 does not say .* churn_grace"):
                getattr(desk.reports, question)()
            told = desk.reports.everything(as_of=LATER)
            assert "customers_gained" not in told.measures()
            assert values(told, "first_purchases") == {(): 1}
            days = {"grace": timedelta(days=1), "silence": timedelta(days=1)}
            assert desk.reports.churn(**days, as_of=LATER).measures()

    def test_those_who_came_back_had_left_all_the_same(self, desk):
        desk.relationships.win_back("D", reason="a call", at=nine(2025, 5, 6))
        told = desk.reports.churn(period="2025-Q2", as_of=nine(2025, 7, 1))
        assert shares(told, "churn") == {(): (1, 2, 0)}
        assert values(told, "customers_won_back") == {(): 1}


class TestTheGoal:
    """psp:5.2a wants churn lowered by 5 %: of itself, or in points of all customers."""

    def churned(self, desk, before, after, of=100):
        """Let so many be gone in 2024, and in 2025."""
        for n in range(of):
            signed(desk, f"A-{n}", nine(2023, 12, 1), date(2027, 12, 31))
        for n in range(before):
            desk.relationships.lose(f"A-{n}", reason="moved", at=nine(2024, 3, 1))
        for n in range(before):
            opened(desk, f"B-{n}", nine(2024, 12, 2))
            desk.relationships.sign_contract(
                f"B-{n}", "K-1", until=date(2027, 12, 31), at=nine(2024, 12, 2)
            )
        for n in range(after):
            desk.relationships.lose(f"A-{of - 1 - n}", reason="moved", at=nine(2025, 3, 3))

    def change(self, desk, counted_in):
        asked = {"before": "2024", "after": "2025", "as_of": LATER}
        return desk.reports.churn_change(**asked, counted_in=counted_in)

    def test_of_itself_19_of_20_are_enough(self, desk):
        self.churned(desk, 20, 19)
        told = self.change(desk, "relative")
        assert (told.change, told.is_met) == (Fraction(-1, 20), True)
        assert (told.before.k, told.before.n, told.after.k, told.after.n) == (20, 100, 19, 100)
        assert (told.goal, told.clause) == (-0.05, "psp:5.2a")

    def test_in_points_they_are_not(self, desk):
        self.churned(desk, 20, 19)
        told = self.change(desk, "points")
        assert (told.change, told.is_met) == (Fraction(-1, 100), False)

    def test_in_points_15_of_100_are(self, desk):
        self.churned(desk, 20, 15)
        assert self.change(desk, "points").is_met is True

    def test_of_no_churn_there_is_no_change(self, desk):
        self.churned(desk, 0, 5, of=10)
        assert self.change(desk, "relative").is_met is None
        assert self.change(desk, "points").change == Fraction(1, 2)

    def test_of_nobody_there_is_none_either(self, desk):
        told = self.change(desk, "points")
        assert (told.before.n, told.change, told.is_met) == (0, None, None)

    def test_is_counted_in_one_of_the_two(self, desk):
        with pytest.raises(UnknownUnitError, match="got 'percent'"):
            self.change(desk, "percent")

    def test_is_not_every_standards(self):
        with (
            ServiceDesk.open("memory:", standard="tender_standard") as desk,
            pytest.raises(NoGoalError),
        ):
            desk.reports.churn_change(before="2024", after="2025")


class TestRepeatBusiness:
    """om2025:1.3c: who orders again, and who renews."""

    def test_repurchase_is_of_those_who_ordered_first_in_the_period(self, desk):
        for name in "ABC":
            opened(desk, name, nine(2025, 1, 6))
        for n, (name, at) in enumerate(
            [
                ("A", nine(2025, 1, 8)),
                ("A", nine(2025, 5, 8)),
                ("A", nine(2025, 5, 9)),
                ("B", nine(2025, 1, 8)),
                ("C", nine(2025, 4, 8)),
            ]
        ):
            bought(desk, name, f"O-{n}", at)
        told = desk.reports.repurchase(period="2025-Q1", as_of=LATER)
        assert shares(told, "repurchase_rate") == {(): (1, 2, 1)}
        assert values(told, "first_purchases") == {(): 2}
        told = desk.reports.repurchase(period="2025-Q2", as_of=LATER)
        assert values(told, "repurchases") == {(): 2}

    def test_renewal_is_of_contracts_that_ended_in_the_period(self, desk):
        for name in "ABC":
            signed(desk, name, nine(2024, 1, 8), date(2024, 12, 31))
        renew, until = desk.relationships.renew_contract, date(2025, 12, 31)
        renew("A", "K-1", until=until, at=nine(2024, 6, 3))  # Long before its end.
        renew("B", "K-1", until=until, at=midnight(2025, 1, 1) - MOMENT + 30 * DAY)

        def rate(as_of, period="2024"):
            told = desk.reports.renewal(period=period, as_of=as_of)
            return shares(told, "renewal_rate") if told.measures() else {}

        end = midnight(2025, 1, 1) - MOMENT
        assert rate(end - MOMENT) == {}
        assert rate(end) == {(): (1, 3, 2)}
        assert rate(end + 30 * DAY) == {(): (2, 3, 1)}
        assert rate(end + 30 * DAY + MOMENT) == {(): (2, 3, 0)}
        assert rate(LATER, "2025") == {(): (0, 2, 0)}

    def test_renewal_after_the_grace_is_none(self, desk):
        signed(desk, "A", nine(2024, 1, 8), date(2024, 12, 31))
        late = midnight(2025, 1, 1) + 30 * DAY
        desk.relationships.renew_contract("A", "K-1", until=date(2025, 12, 31), at=late)
        told = desk.reports.renewal(period="2024", as_of=LATER)
        assert shares(told, "renewal_rate") == {(): (0, 1, 0)}


def test_customers_are_grouped_by_what_their_files_say(desk):
    delivered(desk, "A", nine(2025, 3, 3))
    opened(desk, "B", nine(2025, 3, 3), kind="dealer", grade="frequent", responsible="Wu")
    told = desk.reports.churn(by=["kind", "grade", "product", "person"], as_of=nine(2025, 3, 4))
    assert shares(told, "churn") == {
        ("factory", "ordinary", "pump", "Li"): (0, 1, 1),
        ("dealer", "frequent", "", "Wu"): (0, 1, 1),
    }


def test_who_they_are_is_not_copied(desk):
    opened(desk, "A", nine(2025, 3, 3))
    desk.reports.churn()
    rows = list(desk.log.tables.read("relationship_facts").scan())
    assert rows
    assert not any(b"A Ltd" in row.value or b"Ms Lin" in row.value for row in rows)


def test_a_moment_is_one_in_every_zone(desk):
    """Midnight in Shanghai is four in the afternoon in London: another day, another month."""
    opened(desk, "A", datetime(2024, 12, 31, 17, tzinfo=timezone.utc))
    told = desk.reports.churn(by="month", as_of=LATER)
    assert values(told, "customers_gained") == {("2025-01",): 1}
    told = desk.reports.churn(by="month", zone="UTC", as_of=LATER)
    assert values(told, "customers_gained") == {("2024-12",): 1}
