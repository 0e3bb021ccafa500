"""Points, benefits, contracts; customers who stay, leave, and are made up to."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import attrs
import pytest

from servicecore.domain.refusals import IncompleteError
from servicecore.domain.relationship import (
    AlreadyAtRiskError,
    AlreadySignedError,
    BadPointsError,
    ContractEnding,
    ContractLapsed,
    ContractTermError,
    CustomerIsLostError,
    CustomerNotLostError,
    NoRecoveryError,
    NotAtRiskError,
    RecoveryOpenError,
    RevisitStatus,
    TooFewPointsError,
    UnknownContractError,
    loyalty,
    remind_if_due,
    standing,
)

from .given import (
    CALENDAR,
    DAY,
    MICROSECOND,
    MONDAY,
    NINE,
    PLAN,
    TERMS,
    given,
    going_on,
    opened,
    planned,
)

END = date(2025, 12, 31)
NOTICE = datetime(2025, 11, 30, 16, tzinfo=timezone.utc)  # Midnight, thirty days before the end.
LAPSE = datetime(2025, 12, 31, 16, tzinfo=timezone.utc)


class TestPoints:
    """A loyalty plan: points are earned, and spent as far as there are any (om2025:5.2d)."""

    def test_add_up(self):
        earned = going_on(opened(), loyalty.earn_points, points=70, reason="order")
        earned = going_on(earned, loyalty.earn_points, points=30, reason="order")
        assert (
            given(*going_on(earned, loyalty.spend_points, points=100, spent_on="seal")).points == 0
        )

    def test_are_not_overspent(self):
        earned = going_on(opened(), loyalty.earn_points, points=99, reason="order")
        with pytest.raises(TooFewPointsError, match=r"has 99 points.*100 \(om2025:5\.2d\)"):
            going_on(earned, loyalty.spend_points, points=100, spent_on="seal")

    @pytest.mark.parametrize("points", [0, -1, 1.5, True, "7"])
    def test_are_whole_and_more_than_none(self, points):
        with pytest.raises(BadPointsError, match="at least 1"):
            loyalty.earn_points(given(*opened()), points, reason="order", at=NINE)
        with pytest.raises(BadPointsError, match="at least 1"):
            loyalty.spend_points(given(*opened()), points, spent_on="seal", at=NINE)

    def test_buy_benefits_that_are_granted_once(self):
        granted = going_on(opened(), loyalty.grant_benefit, benefit="priority", reason="loyal")
        assert given(*granted).benefits == ("priority",)
        again = going_on(granted, loyalty.grant_benefit, benefit="priority", reason="loyal")
        assert again == granted


def signed(history=None, *, until=END, contract_id="K-1", **facts):
    told = {"contract_id": contract_id, "until": until, "standard": PLAN, **facts}
    return going_on(history or opened(), loyalty.sign_contract, **told, calendar=CALENDAR)


def renewed(history, *, until, at=NINE):
    facts = {"contract_id": "K-1", "until": until, "standard": PLAN, "calendar": CALENDAR}
    return going_on(history, loyalty.renew_contract, **facts, at=at)


def reminded(history, at):
    return remind_if_due(given(*history), at=at, terms=TERMS)


class TestAContract:
    """Somebody is told in time to renew it."""

    @pytest.mark.parametrize(
        ("at", "told"),
        [
            (NOTICE, []),
            (NOTICE + MICROSECOND, [ContractEnding]),
            (LAPSE, [ContractEnding]),
            (LAPSE + MICROSECOND, [ContractEnding, ContractLapsed]),
        ],
    )
    def test_is_told_of_thirty_days_ahead_and_when_it_ends(self, at, told):
        assert [type(each) for each in reminded(signed(), at)] == told

    def test_is_told_to_who_looks_after_the_customer(self):
        ending, lapsed = reminded(signed(), LAPSE + DAY)
        assert (ending.to, ending.until, ending.contract_id) == ("Li", END, "K-1")
        assert given(*signed(), ending, lapsed).contracts["K-1"].has_lapsed

    def test_ends_without_notice_where_no_standard_says_how_long_ahead(self):
        silent = attrs.evolve(PLAN, durations=())
        assert [type(e) for e in reminded(signed(standard=silent), LAPSE + DAY)] == [ContractLapsed]

    def test_renewed_is_told_of_anew(self):
        history = renewed(signed(), until=date(2026, 12, 31))
        assert reminded(history, LAPSE + DAY) == []
        assert given(*history).contracts["K-1"].renewals == 1
        year = timedelta(days=365)
        assert len(reminded(history, LAPSE + year + MICROSECOND)) == 2

    def test_that_lapsed_may_be_taken_up_again_and_the_gap_stays_on_record(self):
        history = renewed(signed(), until=date(2026, 12, 31), at=LAPSE + DAY)
        assert [type(each) for each in history[-2:-1]] == [ContractLapsed]
        assert not given(*history).contracts["K-1"].has_lapsed

    def test_renewed_on_its_last_day_has_not_lapsed(self):
        history = renewed(signed(), until=date(2026, 12, 31), at=LAPSE)
        assert len(history) == len(signed()) + 1

    def test_is_signed_once_and_each_on_its_own(self):
        with pytest.raises(AlreadySignedError, match="until 2025-12-31; renew it"):
            signed(signed())
        two = signed(signed(), contract_id="K-2", until=date(2025, 6, 30))
        [ending, lapsed] = reminded(two, datetime(2025, 8, 1, tzinfo=timezone.utc))
        assert {ending.contract_id, lapsed.contract_id} == {"K-2"}

    def test_ends_on_a_day_to_come(self):
        assert given(*signed(until=MONDAY)).contracts["K-1"].until == MONDAY
        with pytest.raises(ContractTermError, match="today is 2025-03-03"):
            signed(until=MONDAY - DAY)

    @pytest.mark.parametrize(("until", "at"), [(END, NINE), (date(2026, 1, 1), LAPSE + 9 * DAY)])
    def test_is_renewed_for_longer(self, until, at):
        with pytest.raises(ContractTermError, match="holds until 2025-12-31"):
            renewed(signed(), until=until, at=at)

    def test_that_nobody_signed_is_not_renewed(self):
        with pytest.raises(UnknownContractError, match="no contract 'K-1'; on record are none"):
            renewed(opened(), until=END)


class TestLeaving:
    """Who may leave, who has left, and who came back (om2025:7.2a, psp:6.2a)."""

    def test_a_risk_is_marked_and_cleared(self):
        at_risk = going_on(opened(), standing.mark_at_risk, reason="silent for months")
        assert given(*at_risk).at_risk_because == "silent for months"
        with pytest.raises(AlreadyAtRiskError):
            going_on(at_risk, standing.mark_at_risk, reason="again")
        cleared = going_on(at_risk, standing.clear_risk, reason="ordered")
        assert given(*cleared).at_risk_because == ""
        with pytest.raises(NotAtRiskError):
            going_on(cleared, standing.clear_risk, reason="ordered")

    def test_nobody_revisits_who_has_left(self):
        lost = going_on(planned(), standing.lose, reason="too dear")
        file = given(*lost)
        assert file.is_lost
        assert file.revisits[1].status is RevisitStatus.UNWANTED
        assert file.reminders == ()
        with pytest.raises(CustomerIsLostError, match="too dear"):
            going_on(lost, standing.lose, reason="again")

    def test_leaving_ends_the_risk_and_the_recovery(self):
        let_down = going_on(recovering(), standing.mark_at_risk, reason="angry")
        file = given(*going_on(let_down, standing.lose, reason="too late"))
        assert (file.recovery, file.at_risk_because) == (None, "")

    def test_who_has_left_may_be_won_back(self):
        lost = going_on(opened(), standing.lose, reason="too dear")
        assert not given(*going_on(lost, standing.win_back, reason="a discount")).is_lost
        with pytest.raises(CustomerNotLostError):
            going_on(opened(), standing.win_back, reason="a discount")

    def test_nobody_is_won_back_before_they_left(self):
        lost = going_on(opened(), standing.lose, reason="too dear", at=NINE + DAY)
        with pytest.raises(CustomerNotLostError, match="had not left us by 2025-03-03"):
            going_on(lost, standing.win_back, reason="a discount", at=NINE)

    def test_nobody_leaves_again_before_they_were_won_back(self):
        lost = going_on(opened(), standing.lose, reason="too dear")
        back = going_on(lost, standing.win_back, reason="a discount", at=NINE + DAY)
        with pytest.raises(CustomerIsLostError, match="was won back at 2025-03-04"):
            going_on(back, standing.lose, reason="too dear again", at=NINE)


def recovering(history=None):
    facts = {"reason": "answered late", "because_of": "ticket/T-1#4"}
    return going_on(history or opened(), standing.begin_recovery, **facts)


def recover(history, because_of):
    return going_on(history, standing.recover, reason="late", because_of=because_of)


class TestARecovery:
    """One at a time, however often we let a customer down (house choice)."""

    def test_says_what_it_is_because_of(self):
        recovery = given(*recovering()).recovery
        assert (recovery.number, recovery.because_of) == (1, "ticket/T-1#4")
        assert (recovery.reason, recovery.begun_at) == ("answered late", NINE)

    def test_is_one_at_a_time(self):
        with pytest.raises(RecoveryOpenError, match=r"recovery 1 .* because of ticket/T-1#4"):
            recovering(recovering())
        assert recover(recovering(), "ticket/T-2#4") == recovering()

    def test_ends_with_an_outcome_and_then_there_may_be_another(self):
        ended = self.ended(recovering())
        assert given(*ended).recovery is None
        assert given(*recover(ended, "ticket/T-2#4")).recovery.number == 2
        with pytest.raises(NoRecoveryError):
            self.ended(ended)

    def test_does_not_end_before_it_began(self):
        begun = recovering(opened(at=NINE - DAY))
        facts = {"by": "Li", "outcome": "a visit", "at": NINE - MICROSECOND}
        with pytest.raises(NoRecoveryError, match="had no open recovery at 2025-03-03T00:59:59"):
            standing.end_recovery(given(*begun), **facts)

    def test_is_not_begun_twice_for_the_same(self):
        ended = self.ended(recovering())
        assert recover(ended, "ticket/T-1#4") == ended

    def test_is_not_for_who_has_left(self):
        lost = going_on(opened(), standing.lose, reason="too dear")
        assert recover(lost, "ticket/T-1#4") == lost
        with pytest.raises(CustomerIsLostError):
            recovering(lost)

    def test_is_never_older_than_the_file(self):
        facts = {"reason": "late", "because_of": "ticket/T-1#4", "at": NINE - DAY}
        [begun] = standing.recover(given(*opened()), **facts)
        assert begun.at == NINE

    def ended(self, history):
        return going_on(history, standing.end_recovery, by="Li", outcome="a visit and a gift")


@pytest.mark.parametrize(
    ("decide", "facts"),
    [
        (loyalty.earn_points, {"points": 1, "reason": ""}),
        (loyalty.grant_benefit, {"benefit": "", "reason": "r"}),
        (standing.mark_at_risk, {"reason": " "}),
        (standing.lose, {"reason": ""}),
        (standing.begin_recovery, {"reason": "", "because_of": "x"}),
        (standing.begin_recovery, {"reason": "x", "because_of": ""}),
    ],
)
def test_nothing_is_left_out(decide, facts):
    with pytest.raises(IncompleteError):
        decide(given(*opened()), **facts, at=NINE)
