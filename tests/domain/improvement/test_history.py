"""What a history can be, and what it cannot."""

from __future__ import annotations

import attrs
import pytest

from servicecore.domain.events import ImpossibleHistoryError
from servicecore.domain.improvement import decisions, events, evolve

from .given import ELEVEN, NINE, TERMS, carried_out, closed, collected, dropped, given, planned


class TestAnImpossibleHistory:
    """The auditor's alarm: no decision of ours can lead there."""

    def test_does_not_begin_with_a_step(self):
        [*_, answered] = decisions.answer(
            given(collected()), by="Li", answer="we look", at=NINE, terms=TERMS
        )
        with pytest.raises(ImpossibleHistoryError, match="before the feedback was collected"):
            evolve(None, answered)

    def test_does_not_begin_twice(self):
        with pytest.raises(ImpossibleHistoryError, match="cannot be collected twice"):
            given([*collected(), *collected()])

    def test_does_not_hold_the_steps_of_another(self):
        other = [attrs.evolve(each, improvement_id="I-2") for each in planned()[1:]]
        with pytest.raises(ImpossibleHistoryError, match="does not belong in the history of"):
            given([*collected(), *other])

    def test_does_not_carry_out_what_nobody_set(self):
        done = events.ImprovementMeasureCarriedOut(
            improvement_id="I-1", number=2, by="Wu", result="done", at=ELEVEN
        )
        with pytest.raises(ImpossibleHistoryError, match="a measure that nobody set"):
            given([*planned(), done])

    def test_does_not_carry_out_a_measure_twice(self):
        history = carried_out()
        with pytest.raises(ImpossibleHistoryError, match="carried out before"):
            given([*history, history[-1]])

    @pytest.mark.parametrize("ended", [closed, dropped])
    def test_does_not_go_on_after_its_end(self, ended):
        history = ended()
        with pytest.raises(ImpossibleHistoryError, match="it is over"):
            given([*history, history[-1]])

    def test_does_not_hold_what_is_no_step(self):
        @attrs.frozen
        class Stranger:
            improvement_id: str = "I-1"

        with pytest.raises(ImpossibleHistoryError, match="cannot happen to improvement I-1"):
            evolve(given(collected()), Stranger())
