"""Improvements as histories leave them, and the few words in which their rules are told."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from functools import reduce

import attrs

from servicecore.domain.case import Step
from servicecore.domain.improvement import Measure, acting, decisions, evolve
from servicecore.standards import load_standard

HOUR, SECOND, A_DAY = timedelta(hours=1), timedelta(seconds=1), timedelta(days=1)
NINE = datetime(2025, 3, 3, 1, tzinfo=timezone.utc)  # Monday, nine in Shanghai.
TEN, ELEVEN = NINE + HOUR, NINE + 2 * HOUR
WEDNESDAY_SIX, THURSDAY_SIX = (datetime(2025, 3, day, 10, tzinfo=timezone.utc) for day in (5, 6))

MANUAL = load_standard("operations_manual_2025")
TERMS = MANUAL.terms(of="feedback")
TRACKED = ("monthly", "quarterly", "yearly")

COLLECTED = {
    "improvement_id": "I-1",
    "source": "survey",
    "about": "nobody calls back",
    "origin": "survey/S-1",
    "customer_id": "Acme",
}
A_LIST = Measure(what="a list a team", department="service", person="Wu", due=NINE + 7 * A_DAY)
A_TALK = Measure(what="a talk", department="service", person="Sun", due=NINE + 9 * A_DAY)


def given(history):
    """Return the improvement that this history leaves."""
    return reduce(evolve, history, None)


def going_on(history, decide, /, *, at=TEN, terms=TERMS, **facts):
    """Return *history* with what this decision adds to it."""
    return [*history, *decide(given(history), at=at, terms=terms, **facts)]


def collected(at=NINE, terms=TERMS, **facts):
    return decisions.collect(None, **{**COLLECTED, **facts}, at=at, terms=terms)


def answered(history=None, at=TEN):
    return going_on(history or collected(), decisions.answer, by="Li", answer="we look", at=at)


def analysed(history=None, at=TEN):
    return going_on(
        history or collected(),
        decisions.find_cause,
        by="Gao",
        level="supervisor",
        cause="one list for two teams",
        at=at,
    )


def planned(*measures, history=None, at=TEN):
    return going_on(
        history or analysed(),
        decisions.set_measures,
        by="He",
        level="manager",
        measures=measures or (A_LIST,),
        at=at,
    )


def carried_out(history=None, at=ELEVEN, tracked=TRACKED):
    return going_on(
        history or planned(),
        decisions.carry_out,
        measure=1,
        by="Wu",
        result="done",
        tracked=tracked,
        at=at,
    )


def checked(history=None, at=ELEVEN, check="", *, has_effect=True):
    return going_on(
        history or carried_out(),
        decisions.check_effect,
        check=check,
        by="Gao",
        has_effect=has_effect,
        finding="calls are made",
        at=at,
    )


def adopted(history=None, at=ELEVEN):
    return going_on(
        history or checked(), acting.adopt, by="He", standard_practice="a list a team", at=at
    )


def taken_up_again(history=None, at=ELEVEN):
    return going_on(
        history or checked(has_effect=False), acting.take_up_again, by="Gao", reason="?", at=at
    )


def tracked_to_the_end():
    """Return a history in which the standard way of working was looked at three times."""
    history = answered(adopted(), at=ELEVEN)
    for name in TRACKED:
        history = checked(history, check=name)
    return history


def closed():
    return going_on(tracked_to_the_end(), acting.close, by="He", at=ELEVEN)


def dropped(history=None, at=ELEVEN):
    return going_on(history or planned(), acting.drop, by="He", reason="sold", at=at)


def reminded(history, at, terms=TERMS):
    return going_on(history, decisions.remind_if_due, at=at, terms=terms)


def told(events):
    """Return *events* without what their clocks say."""
    return [
        attrs.evolve(each, promises=(), readings=()) if isinstance(each, Step) else each
        for each in events
    ]
