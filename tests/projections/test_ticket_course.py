"""What is to do, what comes back, who waits, who steps in: at the edges of each definition."""

from __future__ import annotations

from datetime import timedelta

import pytest

from servicecore import ServiceDesk
from servicecore.projections.ages import age_of
from tests.moments import HOUR, MICROSECOND, MINUTE, NINE, REQUEST, SECOND

DAY = timedelta(days=1)
LATER = NINE + 300 * DAY


@pytest.fixture
def desk():
    with ServiceDesk.open("memory:", clock=lambda: LATER, react="worker") as desk:
        yield desk


def opened(desk, number="T-1", *, at=NINE, priority="B", **facts):
    desk.tickets.open(number, **{**REQUEST, **facts}, priority=priority, at=at)


def resolved(desk, number="T-1", *, at, by="Lin"):
    desk.tickets.resolve(number, by=by, solution="a seal", at=at)


def one(answer, measure):
    [told] = answer[measure]
    return told


class TestAges:
    """0-1, 1-3, 3-7, 7-30 and more than 30 days; the longest of a class is still in it."""

    @pytest.mark.parametrize(
        ("days", "name"),
        [(0, "0-1"), (1, "0-1"), (3, "1-3"), (7, "3-7"), (30, "7-30")],
    )
    def test_at_the_edge(self, days, name):
        assert age_of(days * DAY) == f"{name} days"
        assert age_of(days * DAY + MICROSECOND) != f"{name} days" or days == 0

    def test_the_oldest(self):
        assert age_of(30 * DAY + MICROSECOND) == "> 30 days"


class TestBacklog:
    """A stock at an instant."""

    def test_a_ticket_is_in_it_from_its_opening_until_it_is_resolved(self, desk):
        opened(desk)
        resolved(desk, at=NINE + 2 * DAY)

        for at, n in ((NINE - SECOND, 0), (NINE, 1), (NINE + 2 * DAY - SECOND, 1)):
            answer = desk.reports.backlog(as_of=at)
            assert [each.n for each in answer if each.measure == "backlog"] == [1] * n
        assert "backlog" not in desk.reports.backlog(as_of=NINE + 2 * DAY).measures()

    def test_and_again_after_a_reopening_with_its_whole_age(self, desk):
        opened(desk)
        resolved(desk, at=NINE + DAY)
        desk.tickets.reopen("T-1", reason="?", at=NINE + 2 * DAY)

        answer = desk.reports.backlog(as_of=NINE + 5 * DAY)
        assert one(answer, "backlog").value == 5 * 86400
        assert one(answer, "backlog_by_age").group == (("priority", "B"), ("age", "3-7 days"))

    @pytest.mark.parametrize("verb", ["cancel", "merge"])
    def test_not_once_it_is_cancelled_or_merged(self, desk, verb):
        opened(desk)
        opened(desk, "T-2")
        facts = {"reason": "sold it"} if verb == "cancel" else {"into": "T-2"}
        getattr(desk.tickets, verb)("T-1", **facts, at=NINE + DAY)

        assert one(desk.reports.backlog(as_of=NINE + DAY), "backlog").n == 1

    def test_of_a_period_that_is_over_it_is_the_stock_at_its_end(self, desk):
        opened(desk)
        resolved(desk, at=NINE + 40 * DAY)

        told = one(desk.reports.backlog(period="2025-03", zone="UTC"), "backlog")
        assert told.value == (28 * DAY + 15 * HOUR).total_seconds()
        assert "backlog" not in desk.reports.backlog(period="2025-05").measures()
        assert "backlog" not in desk.reports.backlog(period="2025-02").measures()

    def test_by_month_it_is_the_stock_at_the_end_of_each(self, desk):
        opened(desk)
        resolved(desk, at=NINE + 70 * DAY)

        answer = desk.reports.backlog(by="month", zone="UTC")
        assert {dict(each.group)["month"]: each.n for each in answer["backlog"]} == {
            "2025-03": 1,
            "2025-04": 1,
        }

    def test_what_came_in_and_what_was_resolved_is_counted_where_it_happened(self, desk):
        opened(desk)
        resolved(desk, at=NINE + 40 * DAY)

        answer = desk.reports.backlog(by="month")
        assert one(answer, "tickets_opened").group == (("month", "2025-03"),)
        assert one(answer, "tickets_resolved").group == (("month", "2025-04"),)


class TestReturning:
    """Thirty days after a resolution, ninety before a request; the very end is inside."""

    @pytest.mark.parametrize(
        ("back", "k"), [(30 * DAY, 1), (30 * DAY + SECOND, 0), (SECOND, 1), (None, 0)]
    )
    def test_reopened(self, desk, back, k):
        opened(desk)
        resolved(desk, at=NINE + HOUR)
        if back:
            desk.tickets.reopen("T-1", reason="?", at=NINE + HOUR + back)

        told = one(desk.reports.reopenings(), "reopen_rate")
        assert (told.k, told.n, told.open) == (k, 1, 0)
        if back:
            lasted = one(desk.reports.reopenings(), "time_to_reopening").value
            assert lasted == back.total_seconds()

    def test_what_may_still_be_reopened_is_told_apart(self, desk):
        opened(desk)
        resolved(desk, at=NINE + HOUR)

        for at, open_ in ((NINE + HOUR + 30 * DAY, 1), (NINE + HOUR + 30 * DAY + SECOND, 0)):
            assert one(desk.reports.reopenings(as_of=at), "reopen_rate").open == open_
            assert one(desk.reports.repairs(as_of=at), "repair_success").open == open_

    def test_what_was_reopened_is_settled(self, desk):
        opened(desk)
        resolved(desk, at=NINE + HOUR)
        desk.tickets.reopen("T-1", reason="?", at=NINE + 2 * HOUR)

        told = one(desk.reports.reopenings(as_of=NINE + 3 * HOUR), "reopen_rate")
        assert (told.k, told.n, told.open) == (1, 1, 0)

    @pytest.mark.parametrize(("answers", "k"), [(0, 0), (1, 1), (2, 0)])
    def test_resolved_with_exactly_one_answer(self, desk, answers, k):
        opened(desk)
        for n in range(answers):
            desk.tickets.answer("T-1", by="Lin", at=NINE + n * MINUTE)
        resolved(desk, at=NINE + HOUR)
        desk.tickets.answer("T-1", by="Lin", at=NINE + 2 * HOUR)  # Goodbye.

        assert one(desk.reports.first_contact(), "first_contact_resolution").k == k

    @pytest.mark.parametrize(
        ("facts", "after", "k"),
        [
            ({}, 30 * DAY, 0),
            ({}, 30 * DAY + SECOND, 1),
            ({"fault": "noise"}, DAY, 1),
            ({"product": "valve"}, DAY, 1),
            ({"customer_id": "Müller"}, DAY, 1),
        ],
    )
    def test_a_repair_lasts_if_the_same_fault_does_not_return(self, desk, facts, after, k):
        opened(desk)
        resolved(desk, at=NINE + HOUR)
        opened(desk, "T-2", at=NINE + HOUR + after, **facts)

        assert one(desk.reports.repairs(), "repair_success").k == k

    def test_a_repair_is_in_time_if_its_promise_was_kept(self, desk):
        opened(desk, priority="A")
        resolved(desk, at=NINE + 48 * HOUR)
        opened(desk, "T-2", priority="A")
        resolved(desk, "T-2", at=NINE + 48 * HOUR + SECOND)

        told = one(desk.reports.repairs(), "repair_timeliness")
        assert (told.k, told.n) == (1, 2)

    @pytest.mark.parametrize(
        ("after", "facts", "k"),
        [
            (90 * DAY, {}, 1),
            (90 * DAY + SECOND, {}, 0),
            (timedelta(), {}, 1),
            (DAY, {"fault": "noise"}, 0),
        ],
    )
    def test_a_problem_repeats_if_it_was_there_before(self, desk, after, facts, k):
        opened(desk)
        opened(desk, "T-2", at=NINE + after, **facts)

        told = one(desk.reports.repeat_problems(), "repeat_problems")
        assert (told.k, told.n) == (k, 2)

    @pytest.mark.parametrize(("merged", "into"), [("T-2", "T-1"), ("T-1", "T-2")])
    def test_a_merged_ticket_is_no_other_case(self, desk, merged, into):
        opened(desk)
        opened(desk, "T-2", at=NINE + HOUR)
        desk.tickets.merge(merged, into=into, at=NINE + HOUR)

        told = one(desk.reports.repeat_problems(), "repeat_problems")
        assert (told.k, told.n) == (0, 1)


class TestWaits:
    """Who waited for whom, until the resolution that stands."""

    def test_they_are_parts_of_one_life(self, desk):
        tickets = desk.tickets
        opened(desk)
        tickets.pause("T-1", reason="customer", at=NINE + 1 * HOUR)
        tickets.resume("T-1", at=NINE + 4 * HOUR)
        tickets.pause("T-1", reason="parts", at=NINE + 5 * HOUR)
        resolved(desk, at=NINE + 7 * HOUR)
        tickets.reopen("T-1", reason="?", at=NINE + 27 * HOUR)
        resolved(desk, at=NINE + 28 * HOUR)

        answer = desk.reports.waits()
        hours = {each.measure: each.value / 3600 for each in answer}
        assert hours == {"agent_wait": 3, "on_hold": 2, "requester_wait": 5}

    def test_what_is_on_hold_is_a_part_of_the_wait_for_us(self, desk):
        opened(desk)
        desk.tickets.pause("T-1", reason="parts", at=NINE + 1 * HOUR)
        resolved(desk, at=NINE + 4 * HOUR)

        hours = {each.measure: each.value / 3600 for each in desk.reports.waits()}
        assert hours == {"agent_wait": 0, "on_hold": 3, "requester_wait": 4}

    def test_the_next_reply_is_waited_for_from_the_first_message_without_one(self, desk):
        tickets = desk.tickets
        opened(desk)
        for hours in (1, 2):
            tickets.receive_message("T-1", at=NINE + hours * HOUR)
        for hours in (5, 6):
            tickets.answer("T-1", by="Lin", at=NINE + hours * HOUR)

        told = one(desk.reports.waits(), "next_reply_wall")
        assert (told.n, told.value) == (1, 4 * 3600)


class TestEscalations:
    """Of the tickets that were resolved or went up, whichever came first."""

    def test_by_the_level_they_went_to(self, desk):
        opened(desk, priority="A")
        opened(desk, "T-2", priority="A")
        desk.tickets.answer("T-2", by="Lin", at=NINE)
        resolved(desk, "T-2", at=NINE + HOUR)
        opened(desk, "T-3", priority="C")
        desk.run_due(NINE + 2 * HOUR + SECOND)

        answer = desk.reports.escalations(by=())
        told = {each.measure: (each.k, each.n) for each in answer}
        assert told == {
            "escalation_rate": (1, 2),
            "escalated_to_supervisor": (1, 2),
            "escalated_to_manager": (0, 2),
        }

    def test_once_however_often_it_went_up(self, desk):
        opened(desk, priority="A")
        desk.run_due(NINE + 3 * DAY)  # Two promises are broken, on two days.

        answer = desk.reports.escalations(by="day")
        assert one(answer, "escalated_to_supervisor").group == (("day", "2025-03-03"),)

    def test_in_the_period_in_which_that_was(self, desk):
        opened(desk, priority="A", at=NINE + 28 * DAY + 14 * HOUR)  # 23:00 on the last of March.
        desk.run_due(NINE + 40 * DAY)

        answer = desk.reports.escalations(by="month", zone="UTC")
        assert {dict(each.group)["month"] for each in answer} == {"2025-04"}


class TestIndicators:
    """How many tickets were answered and taken up within what the standard measures."""

    @pytest.mark.parametrize(("hours", "k"), [(4.5, 1), (4.51, 0), (None, 0)])
    def test_a_timely_response(self, desk, hours, k):
        """om2025:6.2a: an answer later than 4.5 hours is untimely; none at all is, too."""
        opened(desk, priority="C")
        if hours:
            desk.tickets.answer("T-1", by="Lin", at=NINE + hours * HOUR)

        told = one(desk.reports.outlets(), "within_timely_response")
        assert (told.k, told.n, told.group) == (k, 1, (("team", ""),))

    def test_what_may_still_be_in_time_is_open(self, desk):
        opened(desk)

        told = one(desk.reports.outlets(as_of=NINE + 4 * HOUR), "within_timely_response")
        assert (told.n, told.open, told.value) == (0, 1, None)

    @pytest.mark.parametrize("verb", ["diagnose", "resolve"])
    def test_the_first_handling_of_an_outlet(self, desk, verb):
        opened(desk)
        desk.tickets.assign("T-1", to="Wu", team="Pudong", at=NINE)
        facts = {"finding": "a seal"} if verb == "diagnose" else {"solution": "a seal"}
        getattr(desk.tickets, verb)("T-1", by="Wu", **facts, at=NINE + 48 * HOUR)

        told = one(desk.reports.outlets(), "within_outlet_first_handling")
        assert (told.k, told.n, told.group) == (1, 1, (("team", "Pudong"),))

    def test_every_classified_ticket_is_promised_a_response(self, desk):
        opened(desk)
        desk.tickets.open("T-2", **REQUEST, at=NINE)

        told = one(desk.reports.response_times(by=()), "response_promised")
        assert (told.k, told.n) == (1, 2)


class TestScorecards:
    """A card for each person within one priority; of few cases nothing can be said."""

    def test_belong_to_whoever_did_the_service(self, desk):
        opened(desk)
        desk.tickets.assign("T-1", to="Gao", team="pumps", at=NINE)
        resolved(desk, at=NINE + HOUR, by="Lin")
        opened(desk, "T-2")
        desk.tickets.assign("T-2", to="Gao", team="pumps", at=NINE)

        told = {dict(each.group)["served_by"] for each in desk.reports.scorecards()}
        assert told == {"Gao", "Lin"}

    @pytest.mark.parametrize(("n", "few"), [(9, True), (10, False)])
    def test_say_so_when_cases_are_few(self, desk, n, few):
        for number in range(n):
            opened(desk, f"T-{number}")
            resolved(desk, f"T-{number}", at=NINE + HOUR)

        told = one(desk.reports.scorecards(), "first_contact_resolution")
        assert (told.few, told.n) == (few, n)
        assert told.as_dict()["few"] is few
