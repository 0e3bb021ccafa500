"""The counter for clocks: when a ticket has to be looked at next, and why a clock shows that."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from servicecore import ServiceDesk, UnknownTicketError
from servicecore.audit.certifying import UnknownClockError
from servicecore.desk import sla
from servicecore.storage.sharing import UnsharedLogError
from tests.laws.recorded_logs import BUSIEST, a_desk_with
from tests.moments import HOUR, MICROSECOND, MINUTE, NINE, REQUEST

STRICTER = {"standard": "tender_standard", "as_of": NINE + 900 * HOUR}

WARNED_AFTER = 0.8  # Of the target, by the ladder of the operations manual.
TO_ACKNOWLEDGE, TO_ANSWER_A, TO_ANSWER_B = 15 * MINUTE, 2 * HOUR, 24 * HOUR


@pytest.fixture
def desk():
    with ServiceDesk.open("memory:", clock=lambda: NINE) as desk:
        desk.tickets.open("T-1", **REQUEST, priority="A", at=NINE)
        desk.tickets.open("T-2", **REQUEST, priority="B", at=NINE)
        yield desk


class TestTheNextWakeUp:
    """A level is noticed just after its moment, which is still in time."""

    def test_of_one_ticket_is_its_own(self, desk):
        assert NINE + WARNED_AFTER * TO_ANSWER_A + MICROSECOND == desk.sla.next_wake_up("T-1")
        assert NINE + WARNED_AFTER * TO_ANSWER_B + MICROSECOND == desk.sla.next_wake_up("T-2")

    def test_of_the_desk_is_the_first_of_all(self, desk):
        assert desk.sla.next_wake_up("T-1") == desk.sla.next_wake_up() == desk.next_wake_up()
        desk.tickets.cancel("T-1", reason="sold it", at=NINE)
        assert desk.sla.next_wake_up("T-2") == desk.sla.next_wake_up() == desk.next_wake_up()

    def test_a_level_on_record_is_passed_by(self, desk):
        desk.run_due(NINE + TO_ANSWER_A - MINUTE)

        assert NINE + TO_ANSWER_A + MICROSECOND == desk.sla.next_wake_up("T-1")

    def test_what_was_passed_unnoticed_is_told_as_it_was(self, desk):
        """Whoever looks late is told that he does."""
        desk.tickets.answer("T-2", by="Lin", at=NINE + 5 * HOUR)

        assert NINE + WARNED_AFTER * TO_ANSWER_A + MICROSECOND == desk.sla.next_wake_up("T-1")

    def test_of_a_ticket_that_is_over_there_is_none(self, desk):
        desk.tickets.cancel("T-1", reason="sold it", at=NINE)

        assert desk.sla.next_wake_up("T-1") is None

    def test_of_no_ticket_at_all_it_is_refused(self, desk):
        with pytest.raises(UnknownTicketError, match="T-9"):
            desk.sla.next_wake_up("T-9")


class TestCertifying:
    """What a clock shows, in stretches that add up."""

    def test_of_a_clock_by_its_name(self, desk):
        desk.tickets.pause("T-2", reason="customer", at=NINE + HOUR)
        desk.tickets.resume("T-2", at=NINE + 3 * HOUR)
        paper = desk.sla.certify("T-2", "resolution", at=NINE + 5 * HOUR)

        assert ("resolution", "om2025:2.2c", 3 * HOUR) == (paper.clock, paper.clause, paper.spent)
        assert [HOUR, 2 * HOUR] == [each.length for each in paper.intervals[:2]]
        assert NINE + 74 * HOUR == paper.due

    def test_as_it_stood_at_a_moment(self, desk):
        desk.tickets.answer("T-1", by="Lin", at=NINE + HOUR)
        before = desk.sla.certify("T-1", "first_response", at=NINE + HOUR / 2)

        assert ("running", HOUR / 2) == (before.state.value, before.spent)
        assert "met" == desk.sla.certify("T-1", "first_response", at=NINE + HOUR).state.value

    def test_of_a_round(self, desk):
        assert 1 == desk.sla.certify("T-1", "first_response", round=1).round
        with pytest.raises(UnknownClockError, match="ticket/T-1 has no clock first_response #2"):
            desk.sla.certify("T-1", "first_response", round=2)

    def test_of_a_clock_that_it_does_not_have_it_is_refused(self, desk):
        with pytest.raises(UnknownClockError, match=r"no clock on_site; it has acknowledgement #1"):
            desk.sla.certify("T-1", "on_site")
        with pytest.raises(UnknownClockError, match="nothing had happened"):
            desk.sla.certify("T-1", "resolution", at=NINE - HOUR)


class TestExplaining:
    """Which event did what to each clock, and what comes next."""

    def test_a_promise_made_late_says_from_when_it_counts(self, desk):
        desk.tickets.open("T-3", **REQUEST, at=NINE)
        desk.tickets.classify("T-3", "A", at=NINE + HOUR)
        steps = {
            each.clock: (each.happening, each.at, each.counted_from)
            for each in desk.sla.explain("T-3", at=NINE + HOUR).steps
            if each.did.startswith("started")
        }

        assert ("opened", NINE, None) == steps["first_assessment"]
        assert ("classified", NINE + HOUR, NINE) == steps["first_response"]

    def test_what_comes_next_is_what_the_desk_wakes_up_for(self, desk):
        told = desk.sla.explain("T-1", at=NINE + timedelta(minutes=1)).next

        assert ("first_response", "warning", "assignee") == (told.clock, told.rung, told.to)
        assert told.at + MICROSECOND == desk.sla.next_wake_up("T-1")


class TestWhatIfByMany:
    """Whoever looks at the tickets again, and however many do: they are told the same."""

    @pytest.fixture(autouse=True)
    def _small_portions(self, monkeypatch):
        monkeypatch.setattr(sla, "_PORTION", 2)

    def test_processes_tell_what_one_tells_in_the_same_order(self, tmp_path):
        with a_desk_with(BUSIEST, f"sqlite:///{tmp_path / 'log.db'}") as desk:
            alone = list(desk.sla.what_if(**STRICTER))
            together = list(desk.sla.what_if(**STRICTER, jobs=2))

        assert len({each.subject for each in alone}) > 4
        assert together == alone

    def test_threads_share_a_log_in_memory_and_processes_cannot(self):
        with a_desk_with(BUSIEST, "memory:") as desk, ThreadPoolExecutor(3) as pool:
            alone = list(desk.sla.what_if(**STRICTER))
            assert list(desk.sla.what_if(**STRICTER, executor=pool, jobs=3)) == alone
            with pytest.raises(UnsharedLogError, match="no other program can read this log"):
                list(desk.sla.what_if(**STRICTER, jobs=2))

    def test_it_is_told_as_it_is_found_and_how_far_it_is(self):
        told = []
        with a_desk_with(BUSIEST, "memory:") as desk:
            every = [each.split("/")[1] for each in desk.log.subjects("ticket")]
            looked = desk.sla.what_if(
                **STRICTER, tickets=every[:5], progress=lambda *far: told.append(far)
            )
            first = next(looked)
            assert (first.subject, told) == (f"ticket/{every[0]}", [])
            rest = list(looked)

        assert [each.subject for each in rest][-1] == f"ticket/{every[4]}"
        assert told == [(2, 5), (4, 5), (5, 5)]

    def test_one_that_nobody_opened_is_refused_by_many_as_by_one(self):
        with a_desk_with(BUSIEST, "memory:") as desk, ThreadPoolExecutor(2) as pool:
            for executor in (None, pool):
                with pytest.raises(UnknownTicketError, match="there is no ticket 'T-404'"):
                    list(desk.sla.what_if(**STRICTER, tickets=["T-404"], executor=executor))
