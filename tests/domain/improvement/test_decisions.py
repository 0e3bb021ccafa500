"""What can be decided about an improvement, and what is refused: given a history, when, then."""

from __future__ import annotations

from datetime import date

import attrs
import pytest

from servicecore.domain.improvement import (
    BeforeFeedbackError,
    Check,
    ChecksLeftError,
    CustomerNotAnsweredError,
    HasEffectError,
    ImprovementAlreadyAnalysedError,
    ImprovementEndedError,
    ImprovementOutOfOrderError,
    ImprovementStatus,
    MeasureCarriedOutError,
    MeasuresDoneError,
    NobodyToAnswerError,
    NoEffectError,
    NotAdoptedError,
    NotAnalysedError,
    NothingToCheckError,
    Source,
    TooLowLevelError,
    UnknownCheckError,
    UnknownImprovementMeasureError,
    UnknownSourceError,
    acting,
    decisions,
    events,
)
from servicecore.domain.people import Level
from servicecore.domain.refusals import IncompleteError

from .given import (
    A_LIST,
    A_TALK,
    COLLECTED,
    ELEVEN,
    MANUAL,
    NINE,
    SECOND,
    TEN,
    TERMS,
    TRACKED,
    adopted,
    analysed,
    answered,
    carried_out,
    checked,
    closed,
    collected,
    dropped,
    given,
    going_on,
    planned,
    taken_up_again,
    told,
    tracked_to_the_end,
)

#: Every verb, with what it needs to be told.
VERBS = {
    "answer": (decisions.answer, {"by": "Li", "answer": "we look"}),
    "find_cause": (decisions.find_cause, {"by": "Gao", "level": "supervisor", "cause": "a list"}),
    "set_measures": (
        decisions.set_measures,
        {"by": "He", "level": "manager", "measures": [A_LIST]},
    ),
    "carry_out": (decisions.carry_out, {"measure": 1, "by": "Wu", "result": "done"}),
    "check_effect": (
        decisions.check_effect,
        {"by": "Gao", "has_effect": True, "finding": "calls are made"},
    ),
    "adopt": (acting.adopt, {"by": "He", "standard_practice": "a list a team"}),
    "take_up_again": (acting.take_up_again, {"by": "Gao", "reason": "no effect"}),
    "close": (acting.close, {"by": "He"}),
    "drop": (acting.drop, {"by": "He", "reason": "sold"}),
}
#: The history on which each verb may be used.
READY = {
    "answer": collected,
    "find_cause": collected,
    "set_measures": analysed,
    "carry_out": planned,
    "check_effect": carried_out,
    "adopt": checked,
    "take_up_again": lambda: checked(has_effect=False),
    "close": tracked_to_the_end,
    "drop": planned,
}


def does(history, verb, at=ELEVEN, **facts):
    decide, usual = VERBS[verb]
    return decide(given(history), **{**usual, **facts}, at=at, terms=TERMS)


class TestFeedback:
    """om2025:2.3b: staff record feedback."""

    def test_goes_on_record_with_where_it_comes_from(self):
        assert told(collected()) == [
            events.ImprovementCollected(
                improvement_id="I-1",
                source=Source.SURVEY,
                about="nobody calls back",
                origin="survey/S-1",
                customer_id="Acme",
                standard="operations_manual_2025@1",
                calendar=MANUAL.calendar.reference,
                at=NINE,
            )
        ]

    def test_is_collected_once(self):
        again = decisions.collect(given(collected()), **COLLECTED, at=TEN, terms=TERMS)
        assert again == []

    @pytest.mark.parametrize("source", list(Source))
    def test_comes_from_any_source_told_by_name_or_value(self, source):
        assert given(collected(source=source)) == given(collected(source=source.value))

    def test_from_nowhere_is_refused(self):
        with pytest.raises(UnknownSourceError, match=r"I-1: source must be one of .*'gossip'"):
            collected(source="gossip")

    @pytest.mark.parametrize("left_out", ["improvement_id", "about", "customer_id"])
    def test_that_says_nothing_is_refused(self, left_out):
        with pytest.raises(IncompleteError, match=left_out):
            collected(**{left_out: " "})

    def test_may_come_from_no_customer(self):
        assert given(collected(customer_id=None, origin="")).customer_id is None


class TestAnAnswer:
    """om2025:5.1d: the customer hears what becomes of it."""

    @pytest.mark.parametrize(("first", "second"), [(TEN, ELEVEN), (ELEVEN, TEN)])
    def test_is_on_record_with_its_first_moment(self, first, second):
        improvement = given(answered(answered(at=first), at=second))
        assert improvement.answered_at == TEN

    def test_is_owed_to_customers_alone(self):
        with pytest.raises(NobodyToAnswerError, match="I-1 comes from no customer"):
            does(collected(customer_id=None), "answer")


class TestTheRootCause:
    """om2025:2.3b: the supervisor finds the root cause."""

    @pytest.mark.parametrize("level", ["supervisor", "manager", Level.SUPERVISOR, Level.MANAGER])
    def test_is_found_by_a_supervisor_or_above(self, level):
        [*_, found] = does(collected(), "find_cause", level=level)
        assert found.level is Level(level)
        assert given([*collected(), found]).cause == "a list"

    @pytest.mark.parametrize("level", ["staff", Level.STAFF, "director"])
    def test_is_not_found_by_anybody_else(self, level):
        with pytest.raises(TooLowLevelError, match=r"analysed by a supervisor or above.*got"):
            does(collected(), "find_cause", level=level)

    def test_is_found_once(self):
        with pytest.raises(ImprovementAlreadyAnalysedError, match="one list for two teams"):
            does(analysed(), "find_cause")


class TestMeasures:
    """om2025:2.3b: management sets measures: what, which department, who, until when."""

    def test_go_on_record_as_they_were_set(self):
        improvement = given(planned(A_LIST, A_TALK))
        assert improvement.measures == (A_LIST, A_TALK)
        assert improvement.status is ImprovementStatus.PLANNED

    def test_may_be_added_while_one_is_left(self):
        history = planned(A_TALK, history=planned(A_LIST))
        assert given(history).measures_left == (1, 2)

    @pytest.mark.parametrize("level", ["staff", "supervisor"])
    def test_are_set_by_management_alone(self, level):
        with pytest.raises(TooLowLevelError, match=r"planned for by a manager or above.*got"):
            does(analysed(), "set_measures", level=level)

    def test_need_the_root_cause(self):
        with pytest.raises(NotAnalysedError, match="I-1 has no root cause yet"):
            does(collected(), "set_measures")

    @pytest.mark.parametrize("history", [carried_out, adopted])
    def test_wait_for_the_effect_when_all_are_carried_out(self, history):
        with pytest.raises(MeasuresDoneError, match="check their effect"):
            does(history(), "set_measures")

    def test_cannot_be_none(self):
        with pytest.raises(IncompleteError, match="needs a measure, got none"):
            does(analysed(), "set_measures", measures=[])

    @pytest.mark.parametrize("left_out", ["what", "department", "person"])
    def test_are_whole(self, left_out):
        with pytest.raises(IncompleteError, match=left_out):
            does(analysed(), "set_measures", measures=[attrs.evolve(A_LIST, **{left_out: ""})])

    def test_are_not_due_before_they_are_set(self):
        late = attrs.evolve(A_LIST, due=ELEVEN - SECOND)
        with pytest.raises(ImprovementOutOfOrderError, match="'a list a team' cannot be due at"):
            does(analysed(), "set_measures", measures=[late])

    def test_may_be_due_at_once(self):
        at_once = attrs.evolve(A_LIST, due=ELEVEN)
        assert does(analysed(), "set_measures", measures=[at_once])[-1].measures == (at_once,)


class TestCarryingOut:
    """om2025:2.3e: measures are carried out."""

    def test_leaves_the_others(self):
        done = {"measure": 2, "by": "Sun", "result": "held", "tracked": TRACKED}
        history = going_on(planned(A_LIST, A_TALK), decisions.carry_out, **done)
        improvement = given(history)
        assert improvement.measures_left == (1,)
        assert improvement.status is ImprovementStatus.PLANNED
        assert history[-1].checks == ()

    def test_of_the_last_one_plans_the_checks_of_the_effect(self):
        [*_, done] = does(planned(), "carry_out", tracked=TRACKED)
        assert done.checks == (
            Check(name="monthly", due_on=date(2025, 4, 3)),
            Check(name="quarterly", due_on=date(2025, 6, 3)),
            Check(name="yearly", due_on=date(2026, 3, 3)),
        )

    def test_plans_no_check_that_nobody_knows(self):
        [*_, done] = does(planned(), "carry_out", tracked=["monthly", "now and then"])
        assert [each.name for each in done.checks] == ["monthly"]

    @pytest.mark.parametrize("measure", [0, 2])
    def test_of_what_was_not_set_is_refused(self, measure):
        with pytest.raises(UnknownImprovementMeasureError, match=f"has 1 measures.*{measure}"):
            does(planned(), "carry_out", measure=measure)

    def test_happens_once_a_measure(self):
        with pytest.raises(MeasureCarriedOutError, match="measure 1 of improvement I-1"):
            does(carried_out(), "carry_out")


class TestChecking:
    """om2025:6.3b: the effect is tracked."""

    def test_takes_the_check_off_the_list(self):
        improvement = given(checked(check="monthly"))
        assert list(improvement.checks_left) == ["quarterly", "yearly"]
        assert improvement.has_effect is True

    def test_out_of_turn_leaves_the_checks_that_are_planned(self):
        assert list(given(checked()).checks_left) == list(TRACKED)

    def test_the_last_look_counts(self):
        assert given(checked(checked(), has_effect=False)).has_effect is False

    @pytest.mark.parametrize("history", [collected, analysed, planned])
    def test_needs_the_measures_to_be_carried_out(self, history):
        with pytest.raises(NothingToCheckError, match="no effect can be judged before"):
            does(history(), "check_effect")

    @pytest.mark.parametrize("check", ["monthly", "weekly"])
    def test_of_what_is_not_planned_is_refused(self, check):
        with pytest.raises(UnknownCheckError, match=f"no check '{check}' to come"):
            does(checked(check="monthly"), "check_effect", check=check)

    def test_goes_on_when_it_was_adopted(self):
        improvement = given(checked(adopted(), check="yearly"))
        assert improvement.status is ImprovementStatus.ADOPTED
        assert list(improvement.checks_left) == ["monthly", "quarterly"]


class TestActing:
    """om2025:2.3e, 6.1e: what has an effect becomes the standard, what has none begins anew."""

    def test_adopts_what_has_an_effect(self):
        improvement = given(adopted())
        assert improvement.status is ImprovementStatus.ADOPTED
        assert improvement.standard_practice == "a list a team"

    def test_adopts_the_same_way_once_and_a_better_one_after_it(self):
        history = adopted()
        assert does(history, "adopt") == []
        better = does(history, "adopt", standard_practice="a list a day")
        assert given([*history, *better]).standard_practice == "a list a day"

    @pytest.mark.parametrize(
        ("history", "found"),
        [(carried_out, "nobody looked"), (lambda: checked(has_effect=False), "no effect")],
    )
    def test_adopts_nothing_else(self, history, found):
        with pytest.raises(NoEffectError, match=found):
            does(history(), "adopt")

    def test_takes_up_again_what_has_none(self):
        improvement = given(taken_up_again())
        assert improvement.rounds == 2
        assert improvement.status is ImprovementStatus.COLLECTED
        assert (improvement.cause, improvement.has_effect) == (None, None)
        assert improvement.checks_left == {}

    def test_takes_up_again_what_has_no_effect_any_more(self):
        faded = checked(adopted(), check="quarterly", has_effect=False)
        improvement = given(taken_up_again(faded))
        assert (improvement.rounds, improvement.standard_practice) == (2, "")

    @pytest.mark.parametrize(("history", "found"), [(carried_out, "nobody"), (checked, "an eff")])
    def test_takes_up_again_nothing_else(self, history, found):
        with pytest.raises(HasEffectError, match=found):
            does(history(), "take_up_again")

    def test_counts_the_measures_of_the_second_round_on(self):
        again = planned(A_TALK, history=analysed(taken_up_again(), at=ELEVEN), at=ELEVEN)
        assert given(again).measures_left == (2,)


class TestClosing:
    """An improvement ends as the standard way of working, or is dropped for a reason."""

    def test_ends_it(self):
        improvement = given(closed())
        assert improvement.status is ImprovementStatus.CLOSED
        assert improvement.ended_at == ELEVEN

    @pytest.mark.parametrize("history", [collected, analysed, planned, carried_out, checked])
    def test_needs_it_to_be_adopted(self, history):
        with pytest.raises(NotAdoptedError, match=r"I-1 is \w+, not adopted"):
            does(history(), "close")

    def test_waits_for_the_checks_that_are_left(self):
        history = checked(answered(adopted(), at=ELEVEN), check="monthly")
        with pytest.raises(ChecksLeftError, match="quarterly on 2025-06-03, yearly on 2026-03-03"):
            does(history, "close")

    def test_waits_for_the_customer_to_be_answered(self):
        history = adopted(checked(carried_out(tracked=())))
        with pytest.raises(CustomerNotAnsweredError, match="Acme was not answered"):
            does(history, "close")

    def test_does_not_wait_where_there_is_no_customer(self):
        analysis = analysed(collected(customer_id=None))
        history = adopted(checked(carried_out(planned(history=analysis), tracked=())))
        assert does(history, "close")

    def test_refuses_what_has_no_effect_any_more(self):
        with pytest.raises(NoEffectError, match="no effect any more"):
            does(checked(adopted(), has_effect=False), "close")

    @pytest.mark.parametrize("history", [collected, analysed, planned, carried_out, adopted])
    def test_dropping_is_possible_at_any_time(self, history):
        improvement = given(dropped(history()))
        assert improvement.status is ImprovementStatus.DROPPED
        assert (improvement.dropped_because, improvement.ended_at) == ("sold", ELEVEN)
        assert improvement.checks_left == {}


class TestAnyStep:
    """Guards that hold for every verb."""

    @pytest.mark.parametrize("verb", VERBS)
    @pytest.mark.parametrize("ended", [closed, dropped])
    def test_is_refused_when_it_is_over(self, verb, ended):
        with pytest.raises(ImprovementEndedError, match=r"I-1 is (closed|dropped)"):
            does(ended(), verb)

    @pytest.mark.parametrize("verb", VERBS)
    def test_is_refused_before_the_feedback(self, verb):
        with pytest.raises(BeforeFeedbackError, match="I-1 was collected at 2025-03-03T01:00"):
            does(READY[verb](), verb, at=NINE - SECOND)

    @pytest.mark.parametrize("verb", [each for each in VERBS if each != "answer"])
    def test_is_refused_before_what_it_rests_on(self, verb):
        early = {"find_cause": taken_up_again}.get(verb, READY[verb])
        since = max(each.at for each in given(early()).timeline)
        with pytest.raises(ImprovementOutOfOrderError, match="since 2025-03-03T0"):
            does(early(), verb, at=since - SECOND)

    @pytest.mark.parametrize(
        ("verb", "left_out"),
        [
            (verb, name)
            for verb, (_, facts) in VERBS.items()
            for name, value in facts.items()
            if isinstance(value, str) and name != "level"
        ],
    )
    def test_is_told_in_full(self, verb, left_out):
        with pytest.raises(IncompleteError, match=left_out):
            does(READY[verb](), verb, **{left_out: ""})

    @pytest.mark.parametrize("verb", VERBS)
    def test_is_taken_when_all_is_as_it_should_be(self, verb):
        [*_, step] = does(READY[verb](), verb)
        assert (step.improvement_id, step.at) == ("I-1", ELEVEN)

    def test_measures_are_kept_as_they_are(self):
        [*_, planned_] = does(analysed(), "set_measures", measures=iter([A_LIST]))
        assert planned_.measures == (A_LIST,)
