"""How long customers waited, and which promises were kept; checked against SQL."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from contextlib import closing
from datetime import datetime, timedelta, timezone
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicecore.domain.sla import State
from servicecore.domain.ticket import decisions
from servicecore.projections.period import Period
from servicecore.projections.response_times import (
    GROUPINGS,
    UnknownGroupingError,
    response_times,
)
from servicecore.projections.ticket_facts import ClockFact, TicketFact
from tests.moments import ELEVEN, HOUR, MINUTE, NINE, SECOND, going_on, opened, opened_as
from tests.projections.facts import fact_of

LATER = NINE + 1000 * HOUR
MARCH, APRIL = Period.parse("2025-03"), Period.parse("2025-04")
END_OF_MARCH = APRIL.start


def answered(after, *, opened_at=NINE, priority="A", number="T-1"):
    history = opened_as(priority, number, at=opened_at)
    return fact_of(going_on(history, decisions.answer, by="Lin", at=opened_at + after))


def one(report, measure):
    [measured] = report[measure]
    return measured


class TestFirstResponse:
    """A distribution of the tickets opened in the period: their cohort."""

    def test_waits_are_counted_from_the_opening(self):
        facts = [answered(hours * HOUR) for hours in (1, 3, 2, 30)]
        told = one(response_times(facts, as_of=LATER), "first_response")

        assert (told.n, told.value) == (4, 9 * 3600)
        assert (told.p50, told.p90, told.p95) == (2 * 3600, 30 * 3600, 30 * 3600)

    def test_percentiles_are_waits_of_real_customers(self):
        facts = [answered(minutes * MINUTE) for minutes in range(1, 21)]
        told = one(response_times(facts, as_of=LATER), "first_response")

        assert (told.p50, told.p90, told.p95) == (10 * 60, 18 * 60, 19 * 60)

    def test_a_ticket_belongs_to_the_period_in_which_it_was_opened(self):
        fact = answered(2 * HOUR, opened_at=END_OF_MARCH - HOUR)

        for measure in ("first_response", "first_response_wall"):
            told = one(response_times([fact], period=MARCH, as_of=LATER), measure)
            assert (told.n, told.value) == (1, 2 * 3600)
            later = response_times([fact], period=APRIL, as_of=LATER)
            assert measure not in later.measures()

    def test_nothing_answered_is_no_distribution(self):
        report = response_times([fact_of(opened_as("A"))], as_of=NINE)

        assert "first_response" not in report.measures()
        with pytest.raises(KeyError, match="nothing was measured as 'first_response'; there is"):
            report["first_response"]

    def test_service_time_and_wall_time_are_never_mixed(self):
        """Resolved at 2, reopened at 5, answered at 6: the clock stood still for three hours."""
        history = going_on(
            opened_as("A"), decisions.resolve, by="Lin", solution="?", at=NINE + 2 * HOUR
        )
        history = going_on(history, decisions.reopen, reason="?", at=NINE + 5 * HOUR)
        history = going_on(history, decisions.answer, by="Lin", at=NINE + 6 * HOUR)
        report = response_times([fact_of(history)], as_of=LATER)

        assert one(report, "first_response").value == 3 * 3600
        assert one(report, "first_response_wall").value == 6 * 3600


class TestAttainment:
    """Met of decided, in the period of the decision; open ones are counted apart."""

    def test_exactly_on_target_is_met(self):
        facts = [answered(2 * HOUR), answered(2 * HOUR + SECOND)]
        told = one(response_times(facts, as_of=LATER), "first_response_attainment")

        assert (told.k, told.n, told.value, told.open) == (1, 2, 0.5, 0)
        assert told.low < 0.5 < told.high

    def test_nothing_decided_is_no_share(self):
        told = one(
            response_times([fact_of(opened_as("A"))], as_of=NINE), "first_response_attainment"
        )

        assert (told.k, told.n, told.value, told.open) == (0, 0, None, 1)
        assert (told.low, told.high) == (None, None)

    def test_a_missed_promise_belongs_to_the_period_in_which_it_was_broken(self):
        """Due in March, answered in April."""
        fact = answered(5 * HOUR, opened_at=END_OF_MARCH - 3 * HOUR)
        in_march = response_times([fact], period=MARCH, as_of=LATER)
        in_april = response_times([fact], period=APRIL, as_of=LATER)

        assert one(in_march, "first_response_attainment").n == 1
        assert one(in_march, "first_response_attainment").k == 0
        assert one(in_april, "first_response_attainment").n == 0

    def test_a_kept_one_to_the_period_in_which_it_was_kept(self):
        fact = answered(2 * HOUR, opened_at=END_OF_MARCH - HOUR)
        in_april = response_times([fact], period=APRIL, as_of=LATER)

        assert one(in_april, "first_response_attainment").k == 1

    def test_the_end_of_a_period_belongs_to_the_next(self):
        fact = answered(HOUR, opened_at=END_OF_MARCH - HOUR)

        assert (
            one(response_times([fact], period=MARCH, as_of=LATER), "first_response_attainment").n
            == 0
        )
        assert (
            one(response_times([fact], period=APRIL, as_of=LATER), "first_response_attainment").n
            == 1
        )

    @pytest.mark.parametrize(("off_by", "n", "open_"), [(0, 0, 1), (1, 1, 0)])
    def test_what_nobody_answers_is_broken_once_its_deadline_has_passed(self, off_by, n, open_):
        told = one(
            response_times([fact_of(opened_as("A"))], as_of=ELEVEN + off_by * SECOND),
            "first_response_attainment",
        )

        assert (told.k, told.n, told.open) == (0, n, open_)

    def test_what_began_only_after_the_period_is_not_open_in_it(self):
        late = fact_of(opened_as("A", at=END_OF_MARCH))
        assert list(response_times([late], as_of=END_OF_MARCH + HOUR, period=MARCH)) == []

    def test_a_cancelled_one_is_neither_open_nor_decided(self):
        gone = fact_of(going_on(opened_as("A"), decisions.cancel, reason="?", at=NINE + HOUR))
        told = one(response_times([gone], as_of=LATER), "first_response_attainment")

        assert (told.n, told.open) == (0, 0)

    def test_the_rounds_of_a_clock_are_one_measure(self):
        fact = answered(HOUR)
        fact.clocks["first_response#2"] = fact.clocks["first_response"]
        report = response_times([fact], as_of=LATER)

        assert one(report, "first_response_attainment").n == 2
        assert one(report, "first_response").n == 2


class TestResolution:
    """To the first and to the last standing resolution, and how many came back."""

    def history(self, *, back_after=None, again_after=None):
        history = going_on(
            opened_as("A"), decisions.resolve, by="Lin", solution="?", at=NINE + HOUR
        )
        if back_after is not None:
            back = NINE + HOUR + back_after
            history = going_on(history, decisions.reopen, reason="?", at=back)
            if again_after is not None:
                history = going_on(
                    history, decisions.resolve, by="Lin", solution="?", at=back + again_after
                )
        return fact_of(history)

    def test_first_and_last(self):
        fact = self.history(back_after=2 * HOUR, again_after=4 * HOUR)
        report = response_times([fact], as_of=LATER)

        assert one(report, "first_resolution_wall").value == 3600
        assert one(report, "last_resolution_wall").value == 7 * 3600
        assert one(report, "resolution").value == 5 * 3600

    def test_one_that_is_open_again_has_no_last(self):
        report = response_times([self.history(back_after=HOUR)], as_of=LATER)

        assert "last_resolution_wall" not in report.measures()
        assert one(report, "first_resolution_wall").n == 1

    def test_each_belongs_to_the_period_in_which_it_happened(self):
        fact = self.history(back_after=timedelta(days=20), again_after=timedelta(days=20))
        in_march = response_times([fact], period=MARCH, as_of=LATER)
        in_april = response_times([fact], period=APRIL, as_of=LATER)

        assert one(in_march, "first_resolution_wall").n == 1
        assert "last_resolution_wall" not in in_march.measures()
        assert one(in_april, "last_resolution_wall").n == 1
        assert "first_resolution_wall" not in in_april.measures()


class TestGroups:
    """By whatever a ticket has, one thing or several."""

    @pytest.mark.parametrize(
        ("by", "value"),
        [
            ("priority", "A"),
            ("kind", "general"),
            ("product", "pump"),
            ("customer", "Acme"),
            ("channel", "telephone"),
            ("team", "pumps"),
            ("person", "Lin"),
        ],
    )
    def test_by_one(self, by, value):
        history = going_on(opened_as("A"), decisions.assign, to="Lin", team="pumps", at=NINE)
        fact = fact_of(going_on(history, decisions.answer, by="Wu", at=NINE + HOUR))

        assert one(response_times([fact], by=[by], as_of=LATER), "first_response").group == (
            (by, value),
        )
        assert by in GROUPINGS

    def test_by_several(self):
        report = response_times(
            [answered(HOUR), answered(HOUR, priority="B")], by=["product", "priority"], as_of=LATER
        )

        assert [each.group for each in report["first_response"]] == [
            (("product", "pump"), ("priority", "A")),
            (("product", "pump"), ("priority", "B")),
        ]

    def test_by_nothing_all_are_one_group(self):
        report = response_times([answered(HOUR), answered(HOUR, priority="C")], by=[], as_of=LATER)

        assert (one(report, "first_response").group, one(report, "first_response").n) == ((), 2)

    def test_by_what_tickets_do_not_have(self):
        with pytest.raises(
            UnknownGroupingError, match="'colour'; expected priority, kind, product"
        ):
            response_times([], by=["priority", "colour"], as_of=LATER)


class TestAnswers:
    """Figures that print and travel well."""

    def test_as_plain_values_with_seconds(self):
        report = response_times([answered(HOUR), fact_of(opened())], as_of=NINE).as_dict()

        assert report["first_response"] == [
            {"priority": "A", "n": 1, "value": 3600.0, "p50": 3600.0, "p90": 3600.0, "p95": 3600.0}
        ]
        assert report["first_assessment_attainment"] == [
            {"priority": "", "n": 0, "k": 0, "open": 1, "value": None},
            {"priority": "A", "n": 0, "k": 0, "open": 1, "value": None},
        ]

    def test_equal_tickets_in_any_order_give_equal_reports(self):
        facts = [answered(n * HOUR, priority=each) for n in (1, 2, 30) for each in "CAB"]
        one_way = response_times(facts, as_of=LATER)
        the_other = response_times(reversed(facts), as_of=LATER)

        assert one_way == the_other
        assert list(one_way) == list(the_other)
        assert repr(one_way.as_dict()) == repr(the_other.as_dict())


# --- The same in SQL ------------------------------------------------------------

MINUTES = st.integers(0, 90 * 24 * 60)


@st.composite
def clocks(draw):
    opened_at = draw(MINUTES)
    due = opened_at + draw(st.integers(1, 5000))
    told = opened_at + draw(st.integers(0, 9000))
    state = draw(st.sampled_from(["running", "paused", "cancelled", "decided"]))
    if state == "decided":
        state = "met" if told <= due else "missed"
    return {
        "priority": draw(st.sampled_from(["A", "B", ""])),
        "opened": opened_at,
        "due": due,
        "told": told,
        "spent": draw(st.integers(0, 300)),
        "state": state,
        "clock": draw(st.sampled_from(["first_response", "resolution"])),
    }


def moment(minutes):
    return datetime(2025, 2, 20, tzinfo=timezone.utc) + minutes * MINUTE


def as_facts(rows):
    for n, row in enumerate(rows):
        fact = TicketFact(
            ticket_id=f"T-{n}",
            customer_id="Acme",
            product="pump",
            channel="mail",
            opened_at=moment(row["opened"]),
            priority=row["priority"],
        )
        fact.clocks[row["clock"]] = ClockFact(
            clause="",
            started_at=moment(row["opened"]),
            due=moment(row["due"]),
            spent=row["spent"] * MINUTE,
            state=State(row["state"]),
            told_at=moment(row["told"]),
            decided=decided_by(row),
        )
        yield fact


def decided_by(row):
    """When it was kept or broken, as the event of that moment would tell it."""
    if row["state"] == "met":
        return moment(row["told"])
    broken = row["state"] == "missed" or (row["state"] != "running" and row["due"] < row["told"])
    return moment(row["due"]) if broken else None


DECIDED = """
    SELECT priority, clock, state = 'met' AS kept, CASE
        WHEN state = 'met' AND told > :as_of THEN NULL
        WHEN state = 'met' THEN told
        WHEN due > :as_of THEN NULL
        WHEN state = 'missed' THEN due
        WHEN state = 'running' AND due < :as_of THEN due
        WHEN state IN ('paused', 'cancelled') AND due < told THEN due
    END AS decided, state, opened FROM clock
"""
SHARES = f"""
    SELECT clock || '_attainment', priority,
           coalesce(sum(kept AND decided >= :start AND decided < :end), 0),
           coalesce(sum(decided >= :start AND decided < :end), 0),
           sum(decided IS NULL AND state <> 'cancelled')
    FROM ({DECIDED}) WHERE opened < :end GROUP BY 1, 2 ORDER BY 1, 2
"""
LENGTHS = """
    SELECT clock, priority, spent FROM clock
    WHERE state IN ('met', 'missed')
      AND iif(clock = 'first_response', opened, told) >= :start
      AND iif(clock = 'first_response', opened, told) < :end
    ORDER BY spent
"""


class TestAgainstSQL:
    """Written by somebody who never saw the other way."""

    @given(st.lists(clocks(), max_size=25), MINUTES)
    def test_every_figure_of_a_period_is_the_same(self, rows, as_of):
        base = moment(0)
        asked = {
            "start": (MARCH.start - base) // MINUTE,
            "end": (MARCH.end - base) // MINUTE,
            "as_of": as_of,
        }
        with closing(sqlite3.connect(":memory:")) as sql:
            sql.execute("CREATE TABLE clock (priority, opened, due, told, spent, state, clock)")
            sql.executemany(
                "INSERT INTO clock "
                "VALUES (:priority, :opened, :due, :told, :spent, :state, :clock)",
                rows,
            )
            shares = sql.execute(SHARES, asked).fetchall()
            lengths = sql.execute(LENGTHS, asked).fetchall()

        report = response_times(as_facts(rows), period=MARCH, as_of=moment(as_of))

        told = [each for each in report if each.measure.endswith("_attainment")]
        assert [(e.measure, dict(e.group)["priority"], e.k, e.n, e.open) for e in told] == shares
        waits = defaultdict(list)
        for clock, priority, spent in lengths:
            waits[clock, priority].append(spent * 60)
        told = {
            (each.measure, dict(each.group)["priority"]): each
            for each in report
            if each.p50 is not None
        }
        assert told.keys() == waits.keys()
        for key, observed in waits.items():
            assert told[key].n == len(observed)
            assert told[key].value == pytest.approx(sum(observed) / len(observed), abs=1e-6)
            assert told[key].p90 == observed[ceil(0.9 * len(observed)) - 1]
