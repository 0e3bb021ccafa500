"""Findings: routed, investigated, answered, followed up until the customer is satisfied."""

from __future__ import annotations

import pytest

from servicecore.domain.refusals import IncompleteError
from servicecore.domain.relationship import (
    FindingKind,
    FindingSettledError,
    NoConsentError,
    NotAnsweredError,
    NotInvestigatedError,
    NotRoutedError,
    UnknownChoiceError,
    UnknownFindingError,
    decisions,
    findings,
)

from .given import NINE, consenting, given, going_on, opened


def found(kind="problem", history=None):
    return going_on(history or consenting(), findings.record_finding, kind=kind, what="leaks")


def routed(history=None, to="repair"):
    return going_on(history or found(), findings.route, finding=1, department=to, clause="pdr:2.5a")


def investigated(history=None):
    facts = {"finding": 1, "by": "Gao", "cause": "thin paint", "measures": ["two coats"]}
    return going_on(history or routed(found("quality")), findings.investigate, **facts)


def answered(history=None):
    return going_on(history or routed(), findings.answer, finding=1, by="Wu", answer="a new seal")


def tracked(history, *, has_helped=True):
    facts = {"finding": 1, "by": "Gao", "has_helped": has_helped, "effect": "seen"}
    return going_on(history, findings.track_effect, **facts)


def rated(history=None, *, is_satisfied=True):
    facts = {"finding": 1, "by": "Li", "is_satisfied": is_satisfied}
    return going_on(history or answered(), findings.rate_answer, **facts)


def finding(history):
    return given(*history).findings[1]


class TestAFinding:
    """Problems and suggestions are handled by the department, and answered (pdr:2.5a)."""

    def test_may_be_told_outside_a_revisit(self):
        told = finding(found("suggestion"))
        assert (told.kind, told.what, told.revisit) == (FindingKind.SUGGESTION, "leaks", 0)

    def test_is_of_one_of_three_kinds(self):
        with pytest.raises(UnknownChoiceError, match=r"must be one of problem, .*'praise'"):
            found("praise")

    def test_is_numbered_one_after_the_other(self):
        assert list(given(*found(history=found())).findings) == [1, 2]

    def test_belongs_to_a_department_once(self):
        assert finding(routed()).department == "repair"
        assert routed(routed()) == routed()
        assert finding(routed(routed(), to="sales")).department == "sales"

    def test_must_be_on_record(self):
        with pytest.raises(UnknownFindingError, match="no finding 1; 0 are on record"):
            routed(consenting())

    @pytest.mark.parametrize("step", [answered, investigated])
    def test_is_dealt_with_by_its_department(self, step):
        with pytest.raises(NotRoutedError, match=r"no department.*pdr:2\.5a"):
            step(found())

    def test_of_quality_is_investigated_before_it_is_answered(self):
        with pytest.raises(NotInvestigatedError, match=r"pdr:2\.5b"):
            answered(routed(found("quality")))
        assert finding(answered(investigated())).answer == "a new seal"

    def test_is_investigated_with_measures(self):
        assert finding(investigated()).measures == ("two coats",)
        facts = {"finding": 1, "by": "Gao", "cause": "thin paint", "at": NINE}
        for measures in ([], [""], "paint"):
            with pytest.raises(IncompleteError, match="measure"):
                findings.investigate(given(*routed()), measures=measures, **facts)


class TestTheAnswer:
    """The customer is asked about it, and gets another one if it does not satisfy (pdr:2.5a)."""

    def test_settles_a_finding_when_it_satisfies(self):
        assert not finding(answered()).is_settled
        assert finding(rated()).is_settled
        for step in (answered, rated, routed):
            with pytest.raises(FindingSettledError, match="settled"):
                step(rated())

    def test_is_given_anew_when_it_does_not(self):
        again = rated(is_satisfied=False)
        assert (finding(again).is_settled, finding(again).times_dissatisfied) == (False, 1)
        with pytest.raises(NotAnsweredError):
            rated(again)
        assert finding(rated(answered(again))).is_settled

    def test_must_have_been_given(self):
        with pytest.raises(NotAnsweredError, match=r"pdr:2\.5a"):
            rated(routed())

    def test_is_asked_about_once(self):
        quality = rated(answered(investigated()))
        with pytest.raises(NotAnsweredError):
            rated(quality)

    def test_is_asked_about_with_consent(self):
        with pytest.raises(NoConsentError):
            rated(answered(routed(found(history=opened()))))
        with pytest.raises(NoConsentError):
            rated(going_on(answered(), decisions.withdraw_consent))


class TestTheEffect:
    """Measures against bad quality are tracked until they help (pdr:2.5b)."""

    def test_settles_a_finding_about_quality_together_with_the_answer(self):
        assert not finding(rated(answered(investigated()))).is_settled
        assert not finding(tracked(answered(investigated()))).is_settled
        assert finding(tracked(rated(answered(investigated())))).is_settled
        assert finding(rated(tracked(answered(investigated())))).is_settled

    def test_that_is_none_has_it_investigated_again(self):
        failed = tracked(investigated(), has_helped=False)
        assert (finding(failed).has_helped, finding(failed).measures) == (False, ())
        for step in (answered, tracked):
            with pytest.raises(NotInvestigatedError, match="since its measures failed"):
                step(failed)
        assert finding(investigated(failed)).has_helped is None

    def test_is_that_of_measures(self):
        with pytest.raises(NotInvestigatedError):
            tracked(routed())


@pytest.mark.parametrize(
    ("step", "facts"),
    [
        (findings.route, {"department": "", "clause": "c"}),
        (findings.route, {"department": "repair", "clause": ""}),
        (findings.answer, {"by": "", "answer": "a"}),
        (findings.answer, {"by": "Wu", "answer": ""}),
        (findings.track_effect, {"by": "Wu", "has_helped": True, "effect": ""}),
        (findings.rate_answer, {"by": "", "is_satisfied": True}),
    ],
)
def test_nothing_is_left_out(step, facts):
    with pytest.raises(IncompleteError):
        step(given(*answered(investigated())), finding=1, **facts, at=NINE)
