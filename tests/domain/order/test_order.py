"""An order: placed, confirmed within three hours, followed up if not, cancelled."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from functools import reduce

import pytest

from servicecore.domain.events import ImpossibleHistoryError
from servicecore.domain.order import (
    BeforeOrderError,
    OrderConfirmed,
    OrderEscalated,
    OrderOverError,
    OrderStatus,
    OrderWarned,
    decisions,
    evolve,
)
from servicecore.domain.people import Level
from servicecore.domain.refusals import IncompleteError
from servicecore.domain.sla import State
from servicecore.standards import load_standard

MANUAL = load_standard("operations_manual_2025")
TERMS = MANUAL.terms(of="order")
NINE = datetime(2025, 3, 3, 1, tzinfo=timezone.utc)
MINUTE, MICROSECOND = timedelta(minutes=1), timedelta(microseconds=1)
DUE = NINE + 180 * MINUTE


def placed(terms=TERMS, **facts):
    told = {"customer_id": "Acme", "what": "ten seals", **facts}
    told |= {"standard": MANUAL.reference, "calendar": MANUAL.calendar.reference}
    return decisions.place("O-1", **told, at=NINE, terms=terms)


def given(*history):
    return reduce(evolve, history, None)


def going_on(history, decide, *, at=NINE, **facts):
    return [*history, *decide(given(*history), **facts, at=at, terms=TERMS)]


def confirmed(history=None, *, at=NINE):
    return going_on(history or placed(), decisions.confirm, by="Chen", at=at)


def cancelled(history=None):
    return going_on(history or placed(), decisions.cancel, reason="found cheaper")


class TestConfirmation:
    """An order not confirmed within three hours is followed up (om2025:5.1c)."""

    def test_is_promised_in_three_hours(self):
        [event] = placed()
        [promise] = event.promises
        assert (promise.clock, promise.due, promise.clause) == ("confirmation", DUE, "om2025:5.1c")

    @pytest.mark.parametrize(("at", "state"), [(DUE, State.MET), (DUE + MICROSECOND, State.MISSED)])
    def test_is_in_time_until_the_last_moment(self, at, state):
        order = given(*confirmed(at=at))
        assert order.status is OrderStatus.CONFIRMED
        assert order.readings["confirmation", 1].state is state

    @pytest.mark.parametrize(
        ("minutes", "told"),
        [
            (144, []),
            (145, [OrderWarned]),
            (180, [OrderWarned]),
            (181, [OrderWarned, OrderEscalated]),
            (271, [OrderWarned, OrderEscalated, OrderEscalated]),
        ],
    )
    def test_that_is_late_goes_up_the_levels(self, minutes, told):
        at = NINE + minutes * MINUTE
        events = decisions.escalate_if_due(given(*placed()), at=at, terms=TERMS)
        assert [type(each) for each in events] == told
        if len(told) == 3:
            assert given(*placed(), *events).level is Level.MANAGER
            once = given(*placed(), *events)
            assert decisions.escalate_if_due(once, at=at, terms=TERMS) == []

    def test_that_is_late_has_the_levels_on_record_before_it(self):
        history = confirmed(at=DUE + MINUTE)
        assert [type(each) for each in history[1:]] == [OrderWarned, OrderEscalated, OrderConfirmed]

    def test_tells_whose_purchase_it_is(self):
        assert confirmed()[-1].customer_id == "Acme"

    def test_is_promised_by_nobody_whose_standard_does_not(self):
        [event] = placed(terms=load_standard("tender_standard").terms(of="order"))
        assert event.promises == ()


class TestFollowingUp:
    def test_is_on_record_with_what_came_of_it_and_the_levels_reached(self):
        history = going_on(
            placed(), decisions.follow_up, by="Sun", result="stock asked", at=DUE + MINUTE
        )
        assert given(*history).followed_up_at == (DUE + MINUTE,)
        assert given(*history).level is Level.SUPERVISOR
        assert given(*confirmed(history, at=DUE + 2 * MINUTE)).status is OrderStatus.CONFIRMED

    @pytest.mark.parametrize("over", [confirmed(), cancelled()])
    def test_ends_with_the_order(self, over):
        with pytest.raises(OrderOverError, match="om2025:5"):
            going_on(over, decisions.follow_up, by="Sun", result="?")


class TestItsEnd:
    def test_a_confirmed_order_is_confirmed_once(self):
        with pytest.raises(OrderOverError, match="O-1 is confirmed"):
            confirmed(confirmed())

    def test_a_cancelled_one_promises_nothing_any_more(self):
        order = given(*cancelled())
        assert order.status is OrderStatus.CANCELLED
        assert decisions.escalate_if_due(order, at=DUE + MINUTE, terms=TERMS) == []
        with pytest.raises(OrderOverError, match="is cancelled"):
            confirmed(cancelled())

    def test_a_confirmed_one_may_be_cancelled_once(self):
        assert given(*cancelled(confirmed())).status is OrderStatus.CANCELLED
        with pytest.raises(OrderOverError, match="cancelled once"):
            cancelled(cancelled())

    def test_a_confirmed_one_is_not_cancelled_before_that(self):
        history = confirmed(at=NINE + MINUTE)
        with pytest.raises(OrderOverError, match="was confirmed at 2025-"):
            going_on(history, decisions.cancel, reason="why", at=NINE)

    def test_nothing_comes_before_the_order(self):
        with pytest.raises(BeforeOrderError, match="placed at"):
            confirmed(at=NINE - MINUTE)
        with pytest.raises(BeforeOrderError):
            going_on(placed(), decisions.cancel, reason="why", at=NINE - MINUTE)


@pytest.mark.parametrize("empty", ["customer_id", "what"])
def test_an_order_says_whose_it_is_and_of_what(empty):
    with pytest.raises(IncompleteError, match=empty):
        placed(**{empty: ""})


@pytest.mark.parametrize(
    "history",
    [
        confirmed()[1:],
        [*placed(), *placed()],
        [*confirmed(), confirmed()[-1]],
        [*cancelled(), confirmed()[-1]],
    ],
)
def test_what_cannot_have_happened_is_noticed(history):
    with pytest.raises(ImpossibleHistoryError, match="order"):
        given(*history)
