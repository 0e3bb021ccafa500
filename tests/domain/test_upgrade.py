"""An upgrade: wished for, assessed, planned, approved, carried out by its plan, released."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from functools import reduce

import pytest

from servicecore.domain.events import ImpossibleHistoryError
from servicecore.domain.refusals import IncompleteError
from servicecore.domain.upgrade import (
    AlreadyReleasedError,
    IncompletePlanError,
    NotAcceptedError,
    NotApprovedError,
    NotBackedUpError,
    NotCarriedOutError,
    NothingToRollBackError,
    NotInPlanError,
    NotPlannedError,
    NotTestedError,
    NotWatchedError,
    OutOfTurnError,
    Risk,
    UnknownWishError,
    UpgradeApproved,
    UpgradePriority,
    UpgradeStatus,
    decisions,
    evolve,
)

NINE = datetime(2025, 3, 3, 9, tzinfo=timezone.utc)
SECOND = timedelta(seconds=1)
STEPS, TESTS = ("stop the line", "load 2.0"), ("it starts", "it stops")
RISK = Risk(risk="power cut", answer="use the generator")


def given(*history):
    return reduce(evolve, history, None)


def going_on(history, decide, *, at=NINE, **facts):
    """Return *history* with what this decision adds to it."""
    return [*history, *decide(given(*history), at=at, **facts)]


def wished(**facts):
    told = {"product": "press", "origin": "customer", "aspect": "function", "wish": "faster"}
    return decisions.wish_for("U-1", **{**told, **facts}, at=NINE)


def assessed(history, priority="high", **facts):
    told = {"by": "R&D", "strategy": "fits", "feasibility": "yes", "cost_benefit": "1 : 3"}
    return going_on(history, decisions.assess, **{**told, **facts}, priority=priority)


def planned(history, **facts):
    told = {"by": "Gao", "goal": "twice as fast", "content": "firmware 2.0"}
    told |= {"steps": STEPS, "tests": TESTS, "risks": (RISK,)}
    return going_on(history, decisions.plan, **{**told, **facts})


def approved(history):
    return going_on(history, decisions.approve, by="Ms He")


def backed_up(history):
    return going_on(history, decisions.back_up, by="Wu", kept_at="vault 3")


def stepped(history, *steps):
    for step in steps:
        history = going_on(history, decisions.do_step, step=step, by="Wu")
    return history


def tried(history, *tests, has_passed=True):
    for test in tests:
        facts = {"test": test, "by": "Gao", "has_passed": has_passed, "result": "seen"}
        history = going_on(history, decisions.test, **facts)
    return history


def watched(history, risk="power cut"):
    facts = {"risk": risk, "by": "Wu", "has_occurred": False, "finding": "none"}
    return going_on(history, decisions.watch_risk, **facts)


def released(history):
    return going_on(history, decisions.release_to_customers, release="2.0", by="Ms He")


def rolled_back(history):
    return going_on(history, decisions.roll_back, by="Wu", reason="it stalls")


PLANNED = planned(assessed(wished()))
APPROVED = approved(PLANNED)
UNDER_WAY = backed_up(APPROVED)
DONE = stepped(UNDER_WAY, *STEPS)
READY = watched(tried(DONE, *TESTS))


class TestAWish:
    """It comes from marketing, after-sales or a customer, for one of three things (pdr:4.3a)."""

    @pytest.mark.parametrize("origin", ["marketing", "after_sales", "customer"])
    @pytest.mark.parametrize("aspect", ["function", "performance", "security"])
    def test_has_an_origin_and_an_aspect(self, origin, aspect):
        upgrade = given(*wished(origin=origin, aspect=aspect))
        assert (upgrade.origin.value, upgrade.aspect.value) == (origin, aspect)
        assert upgrade.status is UpgradeStatus.WISHED

    @pytest.mark.parametrize("unknown", [{"origin": "the boss"}, {"aspect": "colour"}], ids=str)
    def test_of_another_kind_is_refused(self, unknown):
        with pytest.raises(UnknownWishError, match=rf"one of .*'{next(iter(unknown.values()))}'"):
            wished(**unknown)

    @pytest.mark.parametrize("empty", ["product", "wish"])
    def test_says_what_for(self, empty):
        with pytest.raises(IncompleteError, match=empty):
            wished(**{empty: ""})


class TestTheAssessment:
    """R&D decides whether it is done, and with which priority (pdr:4.3b)."""

    @pytest.mark.parametrize("priority", ["high", "medium", "low"])
    def test_grants_it_with_a_priority(self, priority):
        upgrade = given(*assessed(wished(), priority))
        assert upgrade.status is UpgradeStatus.ACCEPTED
        assert upgrade.priority is UpgradePriority(priority)

    def test_or_declines_it(self):
        history = assessed(wished(), None)
        assert given(*history).status is UpgradeStatus.DECLINED
        with pytest.raises(NotAcceptedError, match="U-1 is declined"):
            planned(history)
        assert given(*assessed(history)).status is UpgradeStatus.ACCEPTED

    @pytest.mark.parametrize("empty", ["by", "strategy", "feasibility", "cost_benefit"])
    def test_weighs_strategy_feasibility_and_costs(self, empty):
        with pytest.raises(IncompleteError, match=empty):
            assessed(wished(), **{empty: ""})

    def test_knows_three_priorities(self):
        with pytest.raises(UnknownWishError, match=r"priority must be one of high, .*'urgent'"):
            assessed(wished(), "urgent")

    def test_is_made_once_it_is_accepted(self):
        with pytest.raises(OutOfTurnError, match="U-1 is accepted"):
            assessed(assessed(wished()))


class TestThePlan:
    """It says goal, content, steps, tests, and risks with their answers (pdr:4.4a)."""

    def test_comes_after_the_assessment(self):
        with pytest.raises(NotAcceptedError, match="U-1 is wished"):
            planned(wished())

    @pytest.mark.parametrize("empty", ["by", "goal", "content"])
    def test_says_what_for(self, empty):
        with pytest.raises(IncompleteError, match=empty):
            planned(assessed(wished()), **{empty: ""})

    @pytest.mark.parametrize("missing", ["steps", "tests", "risks"])
    def test_says_how(self, missing):
        with pytest.raises(IncompletePlanError, match=rf"has no {missing[:-1]} \(pdr:4\.4a\)"):
            planned(assessed(wished()), **{missing: ()})

    @pytest.mark.parametrize("kind", ["steps", "tests"])
    def test_says_each_thing_once_and_in_words(self, kind):
        with pytest.raises(IncompletePlanError, match="'x' twice"):
            planned(assessed(wished()), **{kind: ("x", "y", "x")})
        with pytest.raises(IncompleteError, match=kind[:-1]):
            planned(assessed(wished()), **{kind: ("x", " ")})
        with pytest.raises(IncompleteError, match=f"{kind[:-1]} must be a list of texts"):
            planned(assessed(wished()), **{kind: "xyz"})

    def test_has_an_answer_to_each_risk(self):
        with pytest.raises(IncompleteError, match="answer to fire"):
            planned(assessed(wished()), risks=(RISK, Risk(risk="fire", answer="")))

    def test_may_be_made_anew_and_then_needs_a_new_approval(self):
        history = planned(tried(APPROVED, *TESTS))
        upgrade = given(*history)
        assert (upgrade.status, upgrade.approved_by) == (UpgradeStatus.PLANNED, "")
        assert upgrade.passed == frozenset()
        with pytest.raises(NotApprovedError):
            backed_up(history)

    def test_is_not_changed_while_it_is_carried_out(self):
        with pytest.raises(NotAcceptedError, match="U-1 is under_way"):
            planned(UNDER_WAY)


class TestTheApproval:
    """A plan is approved before it is carried out (pdr:4.4b)."""

    def test_is_of_a_plan_and_given_once(self):
        for history in (wished(), assessed(wished()), APPROVED):
            with pytest.raises(NotPlannedError, match="no plan to be approved"):
                approved(history)

    def test_may_be_refused_with_a_reason(self):
        history = going_on(PLANNED, decisions.send_back, by="Ms He", reason="too risky")
        upgrade = given(*history)
        assert (upgrade.status, upgrade.plan) == (UpgradeStatus.ACCEPTED, None)
        assert given(*planned(history)).status is UpgradeStatus.PLANNED
        with pytest.raises(IncompleteError, match="reason"):
            going_on(PLANNED, decisions.send_back, by="Ms He", reason="")
        with pytest.raises(NotPlannedError):
            going_on(APPROVED, decisions.send_back, by="Ms He", reason="late doubts")

    @pytest.mark.parametrize("decide", [backed_up, watched, released])
    def test_comes_before_everything_else(self, decide):
        with pytest.raises(NotApprovedError, match=r"U-1 is not approved.*\(pdr:4\.4b\)"):
            decide(PLANNED)
        with pytest.raises(NotApprovedError):
            stepped(PLANNED, STEPS[0])

    def test_names_who_gave_it(self):
        assert given(*APPROVED).approved_by == "Ms He"
        with pytest.raises(IncompleteError, match="by"):
            going_on(PLANNED, decisions.approve, by="")


class TestCarryingItOut:
    """It is carried out by the plan, on saved data, with an eye on the risks (pdr:4.4b, 4.4c)."""

    def test_needs_a_backup(self):
        with pytest.raises(NotBackedUpError, match=r"not saved.*carried out \(pdr:4\.4c\)"):
            stepped(APPROVED, STEPS[0])
        assert given(*UNDER_WAY).backup == "vault 3"

    def test_goes_step_by_step(self):
        with pytest.raises(NotInPlanError, match=r"next comes 'stop the line', got 'load 2.0'"):
            stepped(UNDER_WAY, STEPS[1])
        assert given(*DONE).done == STEPS
        with pytest.raises(NotInPlanError, match="next comes none, all are done"):
            stepped(DONE, STEPS[1])

    def test_makes_the_tests_of_the_plan(self):
        with pytest.raises(NotInPlanError, match="'it flies' is not a test of its plan: it st"):
            tried(UNDER_WAY, "it flies")
        with pytest.raises(NotPlannedError, match="U-1 has no plan"):
            tried(assessed(wished()), TESTS[0])

    def test_watches_the_risks_of_the_plan(self):
        with pytest.raises(NotInPlanError, match="'flood' is not a risk"):
            watched(UNDER_WAY, "flood")

    def test_goes_forward_in_time(self):
        with pytest.raises(OutOfTurnError, match=r"has been under_way since .* not carried out at"):
            going_on(UNDER_WAY, decisions.do_step, step=STEPS[0], by="Wu", at=NINE - SECOND)


class TestTheRelease:
    """Without approval, backup or test nothing is released (pdr:4.2b, 4.4b, 4.4c)."""

    def test_comes_when_all_is_done(self):
        upgrade = given(*released(READY))
        assert (upgrade.status, upgrade.release) == (UpgradeStatus.RELEASED, "2.0")

    def test_without_an_approval_is_refused(self):
        with pytest.raises(NotApprovedError):
            released(tried(PLANNED, *TESTS))

    def test_without_a_backup_is_refused(self):
        with pytest.raises(NotBackedUpError, match="cannot be released"):
            released(watched(tried(APPROVED, *TESTS)))

    def test_before_the_last_step_is_refused(self):
        with pytest.raises(NotCarriedOutError, match=r"'load 2.0' is not done"):
            released(watched(tried(stepped(UNDER_WAY, STEPS[0]), *TESTS)))

    def test_without_each_test_is_refused(self):
        with pytest.raises(NotTestedError, match=r"'it stops' has not passed \(pdr:4\.2b\)"):
            released(watched(tried(DONE, TESTS[0])))

    def test_after_a_test_that_failed_last_is_refused(self):
        history = tried(READY, TESTS[0], has_passed=False)
        with pytest.raises(NotTestedError, match="'it starts'"):
            released(history)
        assert released(tried(history, TESTS[0]))

    def test_with_a_risk_that_nobody_watched_is_refused(self):
        with pytest.raises(NotWatchedError, match="'power cut' was not watched"):
            released(tried(DONE, *TESTS))

    def test_happens_once(self):
        for decide in (released, backed_up, watched, tried):
            arguments = TESTS[:1] if decide is tried else ()
            with pytest.raises(AlreadyReleasedError, match=r"released as 2\.0"):
                decide(released(READY), *arguments)


class TestRollingBack:
    """What was begun can be undone from the backup; what comes next is another plan."""

    @pytest.mark.parametrize("history", [UNDER_WAY, DONE, released(READY)], ids=len)
    def test_is_possible_from_the_backup_on(self, history):
        upgrade = given(*rolled_back(history))
        assert (upgrade.status, upgrade.roll_backs) == (UpgradeStatus.ROLLED_BACK, 1)
        assert (upgrade.release, upgrade.backup, upgrade.done) == ("", "", ())

    @pytest.mark.parametrize("history", [wished(), PLANNED, APPROVED], ids=len)
    def test_is_not_possible_before(self, history):
        with pytest.raises(NothingToRollBackError, match="nothing to roll back"):
            rolled_back(history)

    def test_happens_once_and_needs_a_reason(self):
        with pytest.raises(NothingToRollBackError):
            rolled_back(rolled_back(UNDER_WAY))
        with pytest.raises(IncompleteError, match="reason"):
            going_on(UNDER_WAY, decisions.roll_back, by="Wu", reason="")

    def test_leads_to_another_plan_and_another_approval(self):
        history = planned(rolled_back(released(READY)))
        with pytest.raises(NotApprovedError):
            released(history)
        again = watched(tried(stepped(backed_up(approved(history)), *STEPS), *TESTS))
        assert given(*released(again)).status is UpgradeStatus.RELEASED


class TestImpossibleHistories:
    """The auditor's alarm."""

    def test_nothing_comes_before_the_wish(self):
        with pytest.raises(ImpossibleHistoryError, match="before anybody wished"):
            given(UpgradeApproved(upgrade_id="U-1", by="x", at=NINE))

    def test_nobody_wishes_twice(self):
        with pytest.raises(ImpossibleHistoryError, match="not a step in the life of upgrade U-1"):
            given(*wished(), *wished())

    def test_an_event_of_another_one_does_not_belong_here(self):
        with pytest.raises(ImpossibleHistoryError, match=r"not belong .* upgrade U-1"):
            given(*wished(), UpgradeApproved(upgrade_id="U-2", by="x", at=NINE))
