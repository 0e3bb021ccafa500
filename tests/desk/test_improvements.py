"""The counter for improvements: the circle, at the front door."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from servicecore import Level, ServiceDesk
from servicecore.desk.drawer import RecordExistsError, UnknownRecordError
from servicecore.domain.improvement import ImprovementStatus, Measure, UnknownSourceError

MONDAY = datetime(2025, 3, 3, 1, tzinfo=timezone.utc)  # Nine in Shanghai.
A_DAY = timedelta(days=1)
FEEDBACK = {"source": "conversation", "about": "nobody calls back", "customer_id": "Acme"}
A_LIST = Measure(what="a list", department="service", person="Wu", due=MONDAY + 7 * A_DAY)


@pytest.fixture
def desk():
    with ServiceDesk.open("memory:") as desk:
        desk.improvements.collect("I-1", **FEEDBACK, at=MONDAY)
        yield desk


def carried_out(desk):
    improvements = desk.improvements
    improvements.find_cause("I-1", by="Gao", level="supervisor", cause="one list", at=MONDAY)
    improvements.set_measures("I-1", [A_LIST], by="He", level=Level.MANAGER, at=MONDAY)
    improvements.carry_out("I-1", measure=1, by="Wu", result="done", at=MONDAY)


class TestTheCircle:
    def test_leads_from_feedback_to_the_standard_way_of_working(self, desk):
        carried_out(desk)
        improvements = desk.improvements
        improvements.answer("I-1", by="Li", answer="there is a list now", at=MONDAY)
        for n, check in enumerate(["monthly", "quarterly", "yearly"], start=1):
            at = MONDAY + n * 370 * A_DAY
            improvements.check_effect(
                "I-1", check=check, by="Gao", has_effect=True, finding="calls are made", at=at
            )
        improvements.adopt("I-1", by="He", standard_practice="a list a team", at=at)
        improvements.close("I-1", by="He", at=at)
        assert improvements.get("I-1").status is ImprovementStatus.CLOSED
        assert desk.next_wake_up() is None

    def test_goes_round_again_where_there_is_no_effect(self, desk):
        carried_out(desk)
        found = {"by": "Gao", "has_effect": False, "finding": "no calls"}
        desk.improvements.check_effect("I-1", **found, at=MONDAY)
        desk.improvements.take_up_again("I-1", by="Gao", reason="no calls", at=MONDAY)
        assert desk.improvements.get("I-1").rounds == 2

    def test_ends_where_it_is_dropped(self, desk):
        desk.improvements.drop("I-1", by="He", reason="the team is gone", at=MONDAY)
        assert desk.improvements.get("I-1").dropped_because == "the team is gone"
        assert desk.next_wake_up() is None


class TestWhatFallsDue:
    def test_goes_up_when_the_desk_looks(self, desk):
        desk.run_due(MONDAY + 2 * A_DAY)
        assert desk.improvements.get("I-1").level is Level.MANAGER
        told = [type(each.event).__name__ for each in desk.improvements.history("I-1")]
        assert told == [
            "ImprovementCollected",
            "ImprovementWarned",
            "ImprovementEscalated",
            "ImprovementEscalated",
        ]

    def test_follows_the_checks_that_the_standard_asks_for(self, desk):
        carried_out(desk)
        assert list(desk.improvements.get("I-1").checks_left) == ["monthly", "quarterly", "yearly"]

    def test_is_not_checked_under_a_standard_that_does_not_ask(self):
        with ServiceDesk.open("memory:", standard="tender_standard") as desk:
            desk.improvements.collect("I-1", **FEEDBACK, at=MONDAY)
            carried_out(desk)
            assert desk.improvements.get("I-1").checks_left == {}

    def test_is_promised_under_the_standard_it_was_collected_under(self, tmp_path):
        url = f"sqlite:///{tmp_path / 'service.db'}"
        with ServiceDesk.open(url) as desk:
            desk.improvements.collect("I-1", **FEEDBACK, at=MONDAY)
        with ServiceDesk.open(url, standard="tender_standard") as desk:
            desk.improvements.find_cause(
                "I-1", by="Gao", level="supervisor", cause="one list", at=MONDAY
            )
            improvement = desk.improvements.get("I-1")
            assert improvement.readings["analysis", 1].state.value == "met"
            assert improvement.standard == "operations_manual_2025@1"


class TestNumbers:
    def test_are_taken_once(self, desk):
        with pytest.raises(RecordExistsError, match="improvement 'I-1' is on record already"):
            desk.improvements.collect("I-1", **FEEDBACK)

    @pytest.mark.parametrize("question", ["get", "history"])
    def test_that_nobody_took_lead_nowhere(self, desk, question):
        with pytest.raises(UnknownRecordError, match="there is no improvement 'I-2'"):
            getattr(desk.improvements, question)("I-2")

    def test_of_a_refused_feedback_stay_free(self, desk):
        before = desk.log.head()
        with pytest.raises(UnknownSourceError):
            desk.improvements.collect("I-2", **{**FEEDBACK, "source": "gossip"}, at=MONDAY)
        assert desk.log.head() == before
        desk.improvements.collect("I-2", **FEEDBACK, at=MONDAY)

    def test_of_a_command_keep_it_from_happening_twice(self, desk):
        for _ in range(2):
            desk.improvements.answer("I-1", by="Li", answer="soon", at=MONDAY, command_id="c-1")
        assert len(desk.improvements.history("I-1")) == 2
