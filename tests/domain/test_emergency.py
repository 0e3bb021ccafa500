"""An emergency: monitored, responded to, recovered from, evaluated (om2025:7.1b)."""

from __future__ import annotations

import pytest

from servicecore.domain.emergency import (
    AlreadyRespondingError,
    EmergencyLevelChanged,
    EmergencyMonitored,
    EmergencyOverError,
    EmergencyRecovered,
    EmergencyStatus,
    NoLessonError,
    NotRecoveredError,
    NotRespondingError,
    NotResponsibleError,
    OutOfTurnError,
    SameLevelError,
    decisions,
    evolve,
)
from servicecore.domain.events import ImpossibleHistoryError
from servicecore.domain.preparedness import ResponseLevel, Scenario, UnknownScenarioError
from servicecore.domain.refusals import IncompleteError

from .people import GRAVE, LIGHT, MICROSECOND, NEW_YEAR, declared, given, going_on

LATER = NEW_YEAR + MICROSECOND
LOOKED_BACK = {
    "by": "Gao",
    "cause": "a digger",
    "assessment": "met in an hour",
    "lessons": ["a second line", "numbers on paper"],
}


def then(history, decide, *, at=LATER, **facts):
    return going_on(evolve, history, decide, at=at, **facts)


def responded(history=None, *, by="Wu"):
    return then(history or declared(), decisions.start_response, by=by)


def recovered(history=None, *, by="Wu", **facts):
    return then(history or responded(), decisions.recover, **{"by": by, "result": "up", **facts})


def evaluated(history=None, **facts):
    return then(history or recovered(), decisions.evaluate, **{**LOOKED_BACK, **facts})


def raised(history, level=GRAVE):
    facts = {"level": level, "by": "Lin", "reason": "it spreads"}
    return then(history, decisions.change_level, **facts)


def status(history):
    return given(evolve, history).status


class TestTheDeclaration:
    """It says what happened, and which level answers for it (om2025:7.1d)."""

    @pytest.mark.parametrize(
        "word", ["complaint", "equipment_fault", "system_down", "natural_disaster"]
    )
    def test_is_of_one_of_four_kinds(self, word):
        assert given(evolve, declared(scenario=word)).scenario is Scenario(word)

    def test_is_of_no_other(self):
        with pytest.raises(UnknownScenarioError, match=r"E-1: scenario must be one of .*'strike'"):
            declared(scenario="strike")

    @pytest.mark.parametrize("empty", ["emergency_plan_id", "what", "by"])
    def test_leaves_nothing_out(self, empty):
        with pytest.raises(IncompleteError, match=empty):
            declared(**{empty: " "})

    def test_names_a_whole_level(self):
        with pytest.raises(IncompleteError, match="process"):
            declared(level=ResponseLevel(name="I", process="", responsible="Wu"))

    def test_keeps_what_the_level_meant_then(self):
        emergency = given(evolve, declared())
        assert (emergency.level, emergency.status) == (LIGHT, EmergencyStatus.DECLARED)
        assert (emergency.declared_at, emergency.emergency_plan_id) == (NEW_YEAR, "EP-25")


class TestTheResponse:
    """The person responsible for the level starts it, by the process of the level."""

    def test_is_started_by_whoever_answers_for_the_level(self):
        [*_, started] = responded()
        assert (started.by, started.level, started.process) == ("Wu", "III", "call the shift")
        assert status(responded()) is EmergencyStatus.RESPONDING

    def test_is_started_under_any_spelling_of_their_name(self):
        assert status(responded(by=" wu ")) is EmergencyStatus.RESPONDING

    def test_is_started_by_nobody_else(self):
        with pytest.raises(NotResponsibleError, match="'Wu' answers, not 'Lin'"):
            responded(by="Lin")

    def test_is_started_once(self):
        with pytest.raises(AlreadyRespondingError, match="E-1: Wu responds to it already"):
            responded(responded())

    def test_may_be_acted_in_before_anybody_has_taken_it_over(self):
        history = then(declared(), decisions.take_measure, by="Lin", measure="rang the shift")
        assert given(evolve, history).measures == ("rang the shift",)

    def test_is_watched_all_along(self):
        for before in (declared(), responded()):
            history = then(before, decisions.monitor, by="Lin", finding="half is up")
            assert given(evolve, history).findings == ("half is up",)
            assert status(history) is status(before)


class TestAnotherLevel:
    """When it is graver, or less grave, somebody else answers for it."""

    def test_is_taken_over_by_whoever_answers_for_it(self):
        history = raised(responded())
        assert given(evolve, history).level == GRAVE
        assert status(history) is EmergencyStatus.DECLARED
        with pytest.raises(NotResponsibleError, match="'Ms He' answers, not 'Wu'"):
            responded(history)
        assert status(responded(history, by="Ms He")) is EmergencyStatus.RESPONDING

    def test_is_met_on_by_the_same_person_without_a_break(self):
        same = ResponseLevel(name="II", process="meet", responsible="Wu")
        assert status(raised(responded(), same)) is EmergencyStatus.RESPONDING
        assert status(raised(declared(), same)) is EmergencyStatus.DECLARED

    def test_is_another_one(self):
        with pytest.raises(SameLevelError, match="on level 'III' already"):
            raised(declared(), LIGHT)

    def test_has_a_reason(self):
        with pytest.raises(IncompleteError, match="reason"):
            then(declared(), decisions.change_level, level=GRAVE, by="Lin", reason="")


class TestTheRecovery:
    """It is over when the person responsible says so, and not before anybody met it."""

    def test_is_told_with_its_result(self):
        emergency = given(evolve, recovered())
        assert (emergency.status, emergency.result) == (EmergencyStatus.RECOVERED, "up")

    def test_needs_a_response(self):
        with pytest.raises(NotRespondingError, match="Wu has not started the response"):
            recovered(declared())
        with pytest.raises(NotRespondingError, match="Ms He has not started"):
            recovered(raised(responded()), by="Ms He")

    def test_is_told_by_nobody_else(self):
        with pytest.raises(NotResponsibleError, match="'Wu' answers, not 'Lin'"):
            recovered(by="Lin")

    @pytest.mark.parametrize(
        ("decide", "facts"),
        [
            (decisions.monitor, {"by": "Lin", "finding": "x"}),
            (decisions.start_response, {"by": "Wu"}),
            (decisions.change_level, {"level": GRAVE, "by": "Lin", "reason": "x"}),
            (decisions.take_measure, {"by": "Lin", "measure": "x"}),
            (decisions.recover, {"by": "Wu", "result": "x"}),
        ],
    )
    def test_is_the_end_of_it(self, decide, facts):
        for history in (recovered(), evaluated()):
            with pytest.raises(EmergencyOverError, match=r"E-1 is (recovered|evaluated)"):
                then(history, decide, **facts)


class TestTheEvaluation:
    """It is looked back on: why it happened, how it was met, what is learnt."""

    def test_names_cause_and_lessons(self):
        emergency = given(evolve, evaluated())
        assert (emergency.status, emergency.cause) == (EmergencyStatus.EVALUATED, "a digger")
        assert emergency.lessons == ("a second line", "numbers on paper")

    @pytest.mark.parametrize("history", [declared(), responded()], ids=["declared", "responding"])
    def test_comes_after_the_recovery(self, history):
        with pytest.raises(NotRecoveredError, match="expected recovered"):
            evaluated(history)

    def test_comes_once(self):
        with pytest.raises(NotRecoveredError, match="E-1 is evaluated"):
            evaluated(evaluated())

    def test_has_a_lesson(self):
        with pytest.raises(NoLessonError, match="E-1"):
            evaluated(lessons=[])

    @pytest.mark.parametrize(
        "facts", [{"cause": ""}, {"assessment": " "}, {"by": ""}, {"lessons": ["look", ""]}]
    )
    def test_leaves_nothing_out(self, facts):
        with pytest.raises(IncompleteError):
            evaluated(**facts)


class TestTheOrder:
    """An emergency goes on from where it stands."""

    @pytest.mark.parametrize(
        ("decide", "facts"),
        [
            (decisions.monitor, {"by": "Lin", "finding": "x"}),
            (decisions.evaluate, LOOKED_BACK),
        ],
    )
    def test_nothing_happens_before_the_last_step(self, decide, facts):
        with pytest.raises(OutOfTurnError, match="has stood as it does since"):
            then(recovered(), decide, **facts, at=NEW_YEAR)


class TestImpossibleHistories:
    """The auditor's alarm."""

    def test_nothing_comes_before_the_declaration(self):
        seen = EmergencyMonitored(emergency_id="E-1", by="Lin", finding="x", at=NEW_YEAR)
        with pytest.raises(ImpossibleHistoryError, match="before the emergency was declared"):
            given(evolve, [seen])

    def test_an_event_of_another_one_does_not_belong_here(self):
        seen = EmergencyMonitored(emergency_id="E-2", by="Lin", finding="x", at=NEW_YEAR)
        with pytest.raises(ImpossibleHistoryError, match=r"not belong .* emergency E-1"):
            given(evolve, [*declared(), seen])

    def test_what_is_over_is_not_watched_or_raised(self):
        facts = {"emergency_id": "E-1", "by": "Lin", "at": LATER}
        for event in (
            EmergencyMonitored(finding="x", **facts),
            EmergencyLevelChanged(level=GRAVE, reason="x", **facts),
            *declared(),
        ):
            with pytest.raises(ImpossibleHistoryError, match="E-1, which is recovered"):
                given(evolve, [*recovered(), event])

    def test_what_nobody_met_is_not_over(self):
        over = EmergencyRecovered(emergency_id="E-1", by="Wu", result="x", at=LATER)
        with pytest.raises(ImpossibleHistoryError, match="E-1, which is declared"):
            given(evolve, [*declared(), over])
