"""Complaints as histories leave them, and the few words in which their rules are told."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from functools import reduce

from servicecore.domain.complaint import (
    About,
    Measure,
    TeamMember,
    decisions,
    ending,
    evolve,
)
from servicecore.standards import load_standard

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
NINE = datetime(2025, 3, 3, 1, tzinfo=timezone.utc)  # Monday, nine in Shanghai.
TEN, ELEVEN, NOON = (NINE + n * HOUR for n in (1, 2, 3))

PLAN = load_standard("project_service_plan")
TERMS = PLAN.terms(of="complaint")
SUBJECT = "Zhao"  #: The one complained of.

RECEIVED = {
    "customer_id": "Acme",
    "channel": "telephone",
    "what": "nobody ever calls back",
    "about": About(product="pump", model="P-200", person=SUBJECT),
    "standard": PLAN.reference,
    "calendar": PLAN.calendar.reference,
}
REGISTERED = {"by": "Li", "contact": "Ms Lin", "demand": "a call"}
TEAM = [TeamMember(person="Wu", department="quality"), TeamMember(person="Li", department="sales")]
CALL = Measure(what="call back", department="service", person="Wu", due=NOON)
TRAIN = Measure(what="train the staff", department="service", person="Sun", due=NOON)
EXHAUSTED = {"by": "Wu", "reason": "nothing is left", "alternatives": ["the arbitration board"]}
REPORT = {
    "by": "Wu",
    "facts": "nobody called",
    "course": "the list was lost",
    "result": "called, and apologised",
    "cause": "one list for two teams",
    "improvement": "a list for each team",
    "prevention": "lists are checked every evening",
}


def given(history):
    """Return the complaint that this history leaves."""
    return reduce(evolve, history, None)


def going_on(history, decide, /, *args, at=TEN, terms=TERMS, **facts):
    """Return *history* with what this decision adds to it."""
    return [*history, *decide(given(history), *args, at=at, terms=terms, **facts)]


def received(at=NINE, terms=TERMS, **facts):
    return decisions.receive("C-1", **{**RECEIVED, **facts}, at=at, terms=terms)


def registered(at=TEN, **facts):
    return going_on(received(**facts), decisions.register, **REGISTERED, at=at)


def understood(history=None):
    """Return a history in which the root cause is known."""
    told = history or registered()
    told = going_on(told, decisions.investigate, by="Wu", facts="the list was lost")
    return going_on(told, decisions.find_cause, by="Wu", cause="one list for two teams")


def solved(history=None):
    """Return a history in which a solution was proposed."""
    return going_on(history or understood(), decisions.propose_solution, by="Wu", solution="a list")


def planned(*measures, history=None):
    return going_on(history or solved(), decisions.plan, measures or (CALL,), by="Wu")


def fed_back(history=None, at=TEN):
    """Return a history in which the customer knows the outcome of a round."""
    told = planned(history=solved(history) if history else None)
    told = going_on(told, decisions.carry_out, 1, by="Wu", result="called", at=at)
    return going_on(told, decisions.feed_back, by="Wu", result="we called", at=at)


def satisfied(history=None, at=TEN):
    return going_on(history or fed_back(), ending.satisfy, asked_by="Li", at=at)


def dissatisfied(history=None, at=TEN):
    return going_on(history or fed_back(), ending.dissatisfy, asked_by="Li", reason="rude", at=at)


def taken_up_again(history=None, at=TEN):
    return going_on(history or dissatisfied(), ending.take_up_again, at=at)


def refused_twice():
    """Return a history in which the customer refused the outcome of two handlings."""
    return taken_up_again(dissatisfied(fed_back(taken_up_again())))


def closed():
    return going_on(satisfied(), ending.close, by="Wu")
