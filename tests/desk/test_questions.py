"""Questions at the counter about everything but tickets, and what every question takes."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime, timedelta, timezone

import pytest

from servicecore import ServiceDesk
from servicecore.desk.asked import UnknownPositionError
from servicecore.projections.asking import UnknownGroupingError
from tests.moments import HOUR, NINE, REQUEST, SECOND
from tests.regulations.complaints import CALL, COMPLAINT, REGISTERED

DAY = timedelta(days=1)
COMPLETION = "maintenance_completion"
LATER = NINE + 300 * DAY


@pytest.fixture
def desk():
    with ServiceDesk.open("memory:", clock=lambda: LATER, react="worker") as desk:
        yield desk


def one(answer, measure):
    [told] = answer[measure]
    return told


def shares(answer):
    return {each.measure: (each.k, each.n) for each in answer if each.k is not None}


# --- Complaints ----------------------------------------------------------------------


def received(desk, number="C-1", *, at=NINE, **facts):
    desk.complaints.receive(number, at=at, **{**COMPLAINT, **facts})


def closed(desk, number="C-1", *, grievances=0, is_exhausted=False, at=NINE):
    received(desk, number, at=at)
    does = desk.complaints
    does.register(number, **REGISTERED, at=at + HOUR)
    does.classify(number, "service_attitude", by="Wu", at=at + HOUR)
    does.investigate(number, by="Wu", facts="?", at=at + HOUR)
    does.find_cause(number, by="Wu", cause="a list was lost", at=at + 2 * HOUR)
    does.answer(number, by="Wu", answer="we look into it", at=at + 3 * HOUR)
    for turn in range(grievances + 1):
        then = at + (turn + 1) * DAY
        if turn:
            does.find_cause(number, by="Wu", cause="another list was lost", at=then)
        does.propose_solution(number, by="Wu", solution="a call", at=then)
        does.plan(number, measures=[CALL], by="Wu", at=then)
        does.carry_out(number, number=1, by="Wu", result="called", at=then)
        does.feed_back(number, by="Wu", result="we called", at=then)
        if turn < grievances:
            does.dissatisfy(number, asked_by="Li", reason="nobody called", at=then)
            desk._office.catch_up()
    if is_exhausted:
        does.dissatisfy(number, asked_by="Li", reason="still nobody called", at=then)
        does.exhaust(number, by="Li", reason="?", alternatives=["the ombudsman"], at=then)
    else:
        does.satisfy(number, asked_by="Li", at=then)
    does.close(number, by="Li", at=then)


class TestComplaints:
    """In time, to the end, to the customer's satisfaction."""

    def test_the_time_to_each_step_belongs_to_the_period_in_which_it_was_taken(self, desk):
        closed(desk)
        answer = desk.reports.complaints()

        hours = {
            step: one(answer, f"complaint_{step}").value / 3600
            for step in ("registered", "analysed", "answered", "closed")
        }
        assert hours == {"registered": 1, "analysed": 2, "answered": 3, "closed": 24}
        assert "complaint_closed" not in desk.reports.complaints(period="2025-02").measures()

    def test_each_promised_step_is_met_or_missed(self, desk):
        closed(desk)
        received(desk, "C-2")

        told = one(desk.reports.complaints(), "complaint_handling_start_attainment")
        assert (told.k, told.n) == (1, 2)

    def test_handled_satisfied_and_handled_again(self, desk):
        closed(desk)
        closed(desk, "C-2", grievances=1)
        received(desk, "C-3")

        told = shares(desk.reports.complaints())
        assert told["complaint_handling_rate"] == (2, 3)
        assert told["complaint_handling_satisfaction"] == (2, 2)
        assert told["complaints_rehandled"] == (1, 2)

    def test_whoever_was_left_dissatisfied_counts_as_asked(self, desk):
        closed(desk, grievances=1, is_exhausted=True)

        assert shares(desk.reports.complaints())["complaint_handling_satisfaction"] == (0, 1)

    def test_what_is_open_waits_for_its_next_step(self, desk):
        received(desk)
        desk.complaints.register("C-1", **REGISTERED, at=NINE + HOUR)

        answer = desk.reports.complaints(as_of=NINE + 3 * HOUR)
        assert one(answer, "complaints_open").value == 3 * 3600
        assert one(answer, "complaints_open_by_step").group == (("step", "to analyse"),)
        before = desk.reports.complaints(as_of=NINE + HOUR - SECOND)
        assert one(before, "complaints_open_by_step").group == (("step", "to register"),)

    def test_at_the_end_of_a_period_it_waited_for_what_it_waited_for_then(self, desk):
        received(desk)
        desk.complaints.register("C-1", **REGISTERED, at=NINE + DAY)

        answer = desk.reports.complaints(period="2025-03-03..2025-03-04")
        assert one(answer, "complaints_open_by_step").group == (("step", "to register"),)

    def test_who_brings_the_outcome_has_answered_too(self, desk):
        received(desk)
        does = desk.complaints
        does.register("C-1", **REGISTERED, at=NINE)
        does.investigate("C-1", by="Wu", facts="?", at=NINE)
        does.find_cause("C-1", by="Wu", cause="?", at=NINE)
        does.propose_solution("C-1", by="Wu", solution="?", at=NINE)
        does.plan("C-1", measures=[CALL], by="Wu", at=NINE)
        does.carry_out("C-1", number=1, by="Wu", result="?", at=NINE)
        does.feed_back("C-1", by="Wu", result="?", at=NINE + 5 * HOUR)

        assert one(desk.reports.complaints(), "complaint_answered").value == 5 * 3600

    def test_weak_points_are_what_they_are_about_and_why(self, desk):
        closed(desk)
        closed(desk, "C-2", at=NINE + DAY)
        received(desk, "C-3", product="valve")

        told = {each.group: each.value for each in desk.reports.complaints(by=())["weak_points"]}
        assert told[("of", "product"), ("what", "pump")] == 2
        assert told[("of", "product"), ("what", "valve")] == 1
        assert told[("of", "cause"), ("what", "a list was lost")] == 2
        assert told[("of", "category"), ("what", "not told")] == 1

    def test_by_category_and_product(self, desk):
        closed(desk)
        received(desk, "C-2", product="valve")

        told = desk.reports.complaints(by=["category", "product"])["complaints_received"]
        assert [each.group for each in told] == [
            (("category", ""), ("product", "valve")),
            (("category", "service_attitude"), ("product", "pump")),
        ]


# --- Parts, maintenance, upgrades ----------------------------------------------------


class TestParts:
    """What is there now, and what was used when."""

    @pytest.fixture
    def desk(self, desk):
        parts = desk.spare_parts
        for number, level in (("P-1", 2), ("P-2", 0)):
            parts.register(number, name="seal", reorder_level=level, at=NINE)
            parts.purchase(number, batch="B-1", quantity=5, source="genuine", at=NINE)
        parts.receive("P-1", batch="B-1", quantity=5, at=NINE)
        parts.issue("P-1", batch="B-1", quantity=3, ticket_id="T-1", by="Wu", at=NINE + DAY)
        parts.use("P-1", batch="B-1", quantity=2, ticket_id="T-1", by="Wu", at=NINE + 40 * DAY)
        return desk

    def test_the_stock_is_of_a_moment(self, desk):
        answer = desk.reports.parts()
        assert {each.measure: each.value for each in answer if each.k is None} == {
            "parts_on_hand": 2,
            "parts_free": 2,
            "parts_to_come": 5,
            "parts_used": 2,
        }
        assert one(desk.reports.parts(as_of=NINE), "parts_on_hand").value == 5

    def test_what_has_no_free_piece_is_short(self, desk):
        assert shares(desk.reports.parts()) == {
            "parts_short": (1, 2),
            "parts_at_reorder_level": (2, 2),
        }

    def test_what_is_set_aside_is_not_free(self, desk):
        desk.spare_parts.reserve("P-1", ticket_id="T-2", quantity=2, at=NINE + 50 * DAY)

        answer = desk.reports.parts()
        assert one(answer, "parts_on_hand").value == 2
        assert one(answer, "parts_free").value == 0
        assert shares(answer)["parts_short"] == (2, 2)

    def test_what_was_used_belongs_to_its_month(self, desk):
        told = one(desk.reports.parts(by=["part", "month"]), "parts_used")
        assert (told.group, told.value) == ((("part", "P-1"), ("month", "2025-04")), 2)


class TestMaintenance:
    """Visits carried out, and on their day."""

    FRIDAY = date(2025, 2, 28)

    @pytest.fixture
    def desk(self):
        with ServiceDesk.open("memory:", standard="post_delivery_regulation") as desk:
            desk.maintenance.plan(
                "M-1",
                product="press",
                customer_id="Acme",
                kind="hardware",
                every="3 months",
                first_on=self.FRIDAY,
                content="oil",
                manner="on site",
                person="Wu",
                at=datetime(2025, 1, 2, 1, tzinfo=timezone.utc),
            )
            yield desk

    def moment(self, hour):
        """Return an hour in Shanghai on the day of the first visit."""
        return datetime(2025, 2, 28, hour, tzinfo=timezone.utc) - 8 * HOUR

    def test_one_whose_day_is_not_over_is_open(self, desk):
        told = one(desk.reports.maintenance(as_of=self.moment(17)), "maintenance_completion")
        assert (told.n, told.open) == (0, 1)

    def test_at_midnight_its_day_is_over(self, desk):
        told = one(desk.reports.maintenance(as_of=self.moment(17) + 7 * HOUR), COMPLETION)
        assert (told.k, told.n, told.open) == (0, 1, 0)

    def test_of_a_plan_that_has_ended_nothing_is_asked(self, desk):
        desk.maintenance.end("M-1", reason="sold", at=self.moment(9))
        told = one(desk.reports.maintenance(as_of=self.moment(17) + DAY), COMPLETION)
        assert (told.n, told.open) == (0, 0)

    @pytest.mark.parametrize(("late", "k"), [(0 * HOUR, 1), (7 * HOUR, 0), (DAY, 0)])
    def test_one_made_up_for_is_complete_but_not_in_time(self, desk, late, k):
        at = self.moment(17) + late
        desk.maintenance.carry_out("M-1", visit=1, by="Wu", content="oil", result="runs", at=at)
        told = shares(desk.reports.maintenance(period="2025-02", as_of=at + DAY))
        assert told == {"maintenance_completion": (1, 1), "maintenance_in_time": (k, 1)}

    def test_one_that_nobody_made_is_not_complete(self, desk):
        told = shares(desk.reports.maintenance(period="2025-02", as_of=self.moment(17) + DAY))
        assert told["maintenance_completion"] == (0, 1)


class TestUpgrades:
    """Released, of those that were taken on."""

    def test_what_was_declined_does_not_count(self, desk):
        for number, priority in (("U-1", "high"), ("U-2", None)):
            desk.upgrades.wish(
                number, product="press", origin="customer", aspect="function", wish="?", at=NINE
            )
            desk.upgrades.assess(
                number,
                by="R&D",
                strategy="fits",
                feasibility="yes",
                cost_benefit="1 : 3",
                priority=priority,
                at=NINE,
            )

        told = one(desk.reports.upgrades(by=["priority", "quarter"]), "upgrade_completion")
        assert (told.k, told.n) == (0, 1)
        assert told.group == (("priority", "high"), ("quarter", "2025-Q1"))


# --- What every question takes -------------------------------------------------------


@pytest.fixture
def two_tickets(desk):
    """T-1 of A, answered after an hour; T-2 of B, assigned anew and never answered."""
    desk.tickets.open("T-1", **REQUEST, channel="app", priority="A", at=NINE)
    desk.tickets.answer("T-1", by="Lin", at=NINE + HOUR)
    desk.tickets.open("T-2", **{**REQUEST, "product": "valve"}, priority="B", at=NINE)
    desk.tickets.assign("T-2", to="Wu", team="east", at=NINE + HOUR)
    desk.tickets.assign("T-2", to="Gao", team="west", at=NINE + 3 * DAY)
    return desk


class TestWhere:
    """Only the cases that were chosen."""

    def test_by_one_value_or_several(self, two_tickets):
        def n(**where):
            answer = two_tickets.reports.backlog(by=(), where=where)
            return sum(each.n for each in answer if each.measure == "tickets_opened")

        assert n() == 2
        assert n(product="pump") == 1
        assert n(product=["pump", "valve"], priority="B") == 1
        assert n(product="pump", priority="B") == 0

    def test_what_cannot_be_chosen_by(self, two_tickets):
        with pytest.raises(UnknownGroupingError, match="chosen by 'month'; expected priority"):
            two_tickets.reports.backlog(where={"month": "2025-03"})
        with pytest.raises(UnknownGroupingError, match="told by 'colour'; expected priority"):
            two_tickets.reports.json(where={"colour": "red"})

    def test_whatever_cannot_be_chosen_so_is_left_out_of_the_whole(self, two_tickets):
        received(two_tickets)
        measures = two_tickets.reports.json(where={"priority": "A"})["measures"]
        assert "complaints_received" not in measures
        assert "complaints_received" in two_tickets.reports.json()["measures"]


class TestAsOf:
    """As it was then, known now; and as it was known then."""

    def test_what_happened_later_has_not_happened_yet(self, two_tickets):
        def teams(**as_of):
            answer = two_tickets.reports.backlog(by="team", **as_of)
            return [dict(each.group)["team"] for each in answer["tickets_opened"]]

        assert teams() == ["", "west"]
        assert teams(as_of=NINE + 3 * DAY) == ["", "west"]
        assert teams(as_of=NINE + 3 * DAY - SECOND) == ["", "east"]
        assert teams(as_of=NINE) == [""]

    def test_what_had_not_begun_is_not_there(self, two_tickets):
        assert two_tickets.reports.json(as_of=NINE - SECOND)["measures"] == {}

    def test_what_was_told_late_was_not_known(self, two_tickets):
        before = two_tickets.log.head()
        two_tickets.tickets.open("T-3", **REQUEST, priority="A", at=NINE)

        def n(**known):
            answer = two_tickets.reports.backlog(by=(), as_of=NINE + HOUR, **known)
            return one(answer, "tickets_opened").n

        assert n() == 3
        assert n(known_at=before) == 2
        assert n(known_at=before + 1) == 3

    def test_known_then_is_told_as_of_when_it_was_recorded(self, two_tickets):
        report = two_tickets.reports.json(known_at=1)
        assert report["log_head"] == 1
        assert report["as_of"] == LATER.isoformat()

    def test_everything_known_now_is_what_the_rows_tell(self, two_tickets):
        received(two_tickets)
        now, head = two_tickets.reports.json(), two_tickets.log.head()
        two_tickets.tickets.open("T-9", **REQUEST, at=NINE)
        assert two_tickets.reports.json(known_at=head)["measures"] == now["measures"]

    @pytest.mark.parametrize("hours", [-1, 0, 1, 2, 72, 100])
    def test_both_senses_can_be_asked_at_once(self, two_tickets, hours):
        then, head = NINE + hours * HOUR, two_tickets.log.head()
        seen = two_tickets.reports.json(as_of=then)["measures"]
        two_tickets.tickets.open("T-9", **REQUEST, at=NINE - DAY)
        assert two_tickets.reports.json(as_of=then, known_at=head)["measures"] == seen

    def test_known_by_a_moment_is_known_up_to_what_was_recorded_then(self):
        clock = iter(NINE + n * HOUR for n in range(1000))
        with ServiceDesk.open("memory:", clock=lambda: next(clock)) as desk:
            for n in range(5):
                desk.tickets.open(f"T-{n}", **REQUEST, at=NINE)
            for each in desk.log.since(0):
                for off, known in ((-SECOND, each.position - 1), (timedelta(), each.position)):
                    at = each.recorded_at + off
                    if known:
                        told = desk.reports.json(known_at=at)
                        assert (told["log_head"], told["as_of"]) == (known, at.isoformat())
            with pytest.raises(UnknownPositionError, match="nothing was on record by 2025-03-0"):
                desk.reports.backlog(known_at=NINE - DAY)
            with pytest.raises(UnknownPositionError, match=r"is a moment, or one of .* got 'May'"):
                desk.reports.backlog(known_at="May")

    @pytest.mark.parametrize("position", [0, -1, 10_000])
    def test_a_position_that_the_log_never_had(self, two_tickets, position):
        with pytest.raises(UnknownPositionError, match=f"positions 1 to .*; got {position}"):
            two_tickets.reports.backlog(known_at=position)


class TestTimes:
    """By year, quarter, month, week or day, each in the zone of the question."""

    @pytest.mark.parametrize(
        ("by", "value"),
        [
            ("year", "2025"),
            ("quarter", "2025-Q1"),
            ("month", "2025-03"),
            ("week", "2025-W10"),
            ("day", "2025-03-03"),
        ],
    )
    def test_by_each(self, two_tickets, by, value):
        told = one(two_tickets.reports.backlog(by=by), "tickets_opened")
        assert (told.group, told.n) == (((by, value),), 2)

    def test_a_day_is_one_of_the_zone(self, desk):
        desk.tickets.open("T-1", **REQUEST, at=NINE + 8 * HOUR)  # One in the morning there.
        told = one(desk.reports.backlog(by="day"), "tickets_opened")
        assert told.group == (("day", "2025-03-04"),)

    def test_what_is_open_belongs_to_no_month(self, two_tickets):
        answer = two_tickets.reports.response_times(by="month", as_of=NINE + 2 * HOUR)
        assert {each.open for each in answer["first_response_attainment"]} == {0}


class TestHandingOver:
    """To notebooks, data frames, spreadsheets and other programs."""

    @pytest.fixture
    def answer(self, two_tickets):
        nasty = {**REQUEST, "product": "<script>alert(1)</script>"}
        two_tickets.tickets.open("T-3", **nasty, priority="C", at=NINE)
        two_tickets.tickets.open("T-4", **{**REQUEST, "product": "=1+1"}, at=NINE)
        return two_tickets.reports.response_times(by=["product", "month"], period="2025")

    def test_as_an_arrow_table(self, answer):
        pa = pytest.importorskip("pyarrow")
        table = pa.table(answer)
        assert table.column_names[:3] == ["measure", "product", "month"]
        assert table.num_rows == len(answer.measured)
        assert table.to_pylist() == answer.rows()

    def test_an_empty_one_has_its_columns_too(self, desk):
        pa = pytest.importorskip("pyarrow")
        assert pa.table(desk.reports.backlog()).column_names[:2] == ["measure", "n"]

    def test_as_json(self, answer):
        told = json.loads(answer.to_json())
        assert (told["period"], told["zone"], told["as_of"]) == (
            "2025",
            "Asia/Shanghai",
            LATER.isoformat(),
        )
        assert told["measures"] == answer.as_dict()

    def test_as_csv_that_no_spreadsheet_carries_out(self, answer):
        rows = list(csv.DictReader(io.StringIO(answer.to_csv())))
        assert [row["measure"] for row in rows] == [each.measure for each in answer]
        assert "'=1+1" in {row["product"] for row in rows}

    def test_as_html_in_which_nothing_is_markup_but_the_table(self, answer):
        html = answer._repr_html_()
        assert "<script>" not in html
        assert "&lt;script&gt;" in html
        assert "2025, Asia/Shanghai, as of" in html
