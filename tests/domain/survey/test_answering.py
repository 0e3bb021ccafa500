"""What customers answer: scores on their scales, once or again, in time."""

from __future__ import annotations

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from servicecore.domain.refusals import RefusedError
from servicecore.domain.survey import (
    AnsweredAlreadyError,
    BeforeSendingError,
    NothingAnsweredError,
    OutsideScaleError,
    SurveyAnswered,
    SurveyOverError,
    SurveyStatus,
    UnknownDimensionError,
    decisions,
)

from .given import (
    ASKED,
    DAY,
    GOOD,
    HOUR,
    NINE,
    OPEN_UNTIL,
    SECOND,
    answered,
    given,
    going_on,
    sent,
)

NOTES = {  # What may be said on which scale, in the test's own numbers.
    "overall": (1, 5),
    "nps": (0, 10),
    "ces": (1, 7),
}


class TestAnAnswer:
    """It holds what applies, and whether the customer is dissatisfied."""

    def test_is_on_record(self):
        [event] = answered(overall=5, nps=9, ces=6, comment="quick")[1:]
        assert isinstance(event, SurveyAnswered)
        assert (event.customer_id, event.about) == ("Acme", "ticket/T-1")
        assert (event.scores, event.overall) == (GOOD, 5)
        assert (event.nps, event.ces, event.comment) == (9, 6, "quick")
        assert event.is_first
        assert given([*sent(), event]).status is SurveyStatus.ANSWERED

    @pytest.mark.parametrize("blank", [0, None])
    def test_leaves_out_what_does_not_apply(self, blank):
        survey = given(answered(scores={**GOOD, "attitude": blank}, overall=blank))
        assert survey.answer.scores == {"response_time": 5, "ability_to_solve": 5}
        assert survey.answer.overall is None

    def test_need_not_score_everything(self):
        assert given(answered(scores={"attitude": 3})).answer.scores == {"attitude": 3}

    def test_tells_an_nps_of_nought(self):
        """Nought is the worst recommendation, not a blank."""
        assert given(answered(scores={}, nps=0)).answer.nps == 0

    def test_tells_something(self):
        with pytest.raises(NothingAnsweredError, match="S-1"):
            answered(scores={"attitude": 0})

    def test_may_be_a_comment_alone(self):
        assert given(answered(scores={}, comment="fine")).answer.comment == "fine"

    def test_scores_what_was_asked(self):
        with pytest.raises(UnknownDimensionError, match=r"'price'.*psp:3\.3b"):
            answered(scores={"price": 3})

    @pytest.mark.parametrize("score", [-1, 6, 3.5, "5", True])
    def test_lies_on_the_scale(self, score):
        with pytest.raises(OutsideScaleError, match="attitude"):
            answered(scores={"attitude": score})

    @pytest.mark.parametrize("name", NOTES)
    @drawn(note=st.integers(-3, 14))
    def test_lies_on_the_scale_of_each_note(self, name, note):
        lowest, highest = NOTES[name]
        if lowest <= note <= highest:
            told = answered(**{name: note})[-1]
            assert getattr(told, name) == note
        elif note != 0:  # A nought of these is a blank, unless it is on the scale.
            with pytest.raises(OutsideScaleError, match=name):
                answered(**{name: note})


class TestTheLine:
    """Below a line that the standard draws, a customer is dissatisfied (house choice)."""

    @pytest.mark.parametrize(("overall", "verdict"), [(1, True), (2, True), (3, False), (5, False)])
    def test_is_drawn_by_the_overall_score(self, overall, verdict):
        assert answered(scores={"attitude": 1}, overall=overall)[-1].dissatisfied is verdict

    @pytest.mark.parametrize(("worst", "verdict"), [(2, True), (3, False)])
    def test_or_else_by_the_worst_score(self, worst, verdict):
        assert answered(scores={**GOOD, "attitude": worst})[-1].dissatisfied is verdict

    def test_says_nothing_of_an_answer_without_scores(self):
        assert answered(scores={}, nps=0)[-1].dissatisfied is False

    def test_is_on_record_with_its_clause(self):
        assert answered()[-1].clause == "house choice"


class TestAnsweringAgain:
    """The last answer in time counts; those before stay in the history."""

    def test_counts(self):
        history = answered(answered(), scores={"attitude": 1}, at=NINE + 2 * DAY)
        survey = given(history)
        assert survey.answer.scores == {"attitude": 1}
        assert [each.scores for each in survey.answers] == [GOOD, {"attitude": 1}]
        assert [each.is_first for each in history[1:]] == [True, False]

    def test_the_same_changes_nothing(self):
        assert answered(answered(), at=NINE + 2 * DAY) == answered()

    def test_at_the_last_moment_counts(self):
        history = answered(answered(), scores={"attitude": 2}, at=OPEN_UNTIL)
        assert given(history).answer.scores == {"attitude": 2}

    def test_a_second_later_is_too_late(self):
        with pytest.raises(SurveyOverError, match="S-1"):
            answered(answered(), scores={"attitude": 2}, at=OPEN_UNTIL + SECOND)

    def test_does_not_come_before_the_first(self):
        with pytest.raises(AnsweredAlreadyError):
            answered(answered(), scores={"attitude": 2}, at=NINE + HOUR)


class TestWhatIsRefused:
    """An answer comes after the question, in time, and not from those who declined."""

    def test_before_it_was_sent(self):
        with pytest.raises(BeforeSendingError, match=r"psp:3\.3b"):
            answered(at=NINE - SECOND)

    def test_in_the_moment_it_was_sent_is_fine(self):
        assert given(answered(at=NINE)).answer is not None

    def test_after_declining(self):
        declined = going_on(sent(), decisions.decline, reason="no time", at=NINE + HOUR)
        assert given(declined).status is SurveyStatus.DECLINED
        with pytest.raises(SurveyOverError, match="declined"):
            answered(declined)

    def test_declining_after_an_answer(self):
        with pytest.raises(AnsweredAlreadyError):
            going_on(answered(), decisions.decline, reason="no time", at=NINE + 2 * DAY)

    def test_declining_without_a_reason(self):
        with pytest.raises(RefusedError, match="reason"):
            going_on(sent(), decisions.decline, reason=" ", at=NINE + DAY)


@drawn(
    st.lists(
        st.tuples(
            st.integers(0, 31),
            st.dictionaries(st.sampled_from(ASKED.asks), st.integers(1, 5), min_size=1),
        ),
        max_size=6,
    )
)
def test_the_last_answer_in_time_counts_whatever_came_before(answers):
    """The promise restated: of the answers in thirty days, taken in turn, the last one."""
    history, counting, last = sent(), None, 0
    for day, scores in answers:
        try:
            history = answered(history, scores=scores, at=NINE + day * DAY)
        except (SurveyOverError, AnsweredAlreadyError):
            assert day > 30 or day < last
        else:
            assert day <= 30
            last = max(last, day) if scores != counting else last
            counting = scores
    survey = given(history)
    assert (survey.answer and survey.answer.scores) == counting
