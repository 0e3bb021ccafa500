"""A customer with a pump, and the few words that files are told in."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from functools import reduce

from servicecore.domain.relationship import (
    Answers,
    decisions,
    evolve,
    revisiting,
)
from servicecore.standards import load_standard

PLAN = load_standard("project_service_plan")
CALENDAR = PLAN.calendar
TERMS = PLAN.terms(of="relationship")
NINE = datetime(2025, 3, 3, 1, tzinfo=timezone.utc)  # A Monday, nine in Shanghai.
DAY, MICROSECOND = timedelta(days=1), timedelta(microseconds=1)
MONDAY = date(2025, 3, 3)
FILE = {"name": "Acme Ltd", "contact": "Ms Lin", "kind": "factory", "responsible": "Li"}
ANSWERS = Answers(
    function="does what it should", performance="fast enough", quality="solid", speed=4, ability=5
)


def opened(*, at=NINE, standard=PLAN, **facts):
    told = {**FILE, **facts}
    return decisions.open_file("Acme", **told, standard=standard, calendar=standard.calendar, at=at)


def given(*history):
    return reduce(evolve, history, None)


def going_on(history, decide, *, at=NINE, **facts):
    return [*history, *decide(given(*history), at=at, **facts)]


def consenting(history=None):
    return going_on(history or opened(), decisions.give_consent, evidence="form 7")


def delivered(history=None, delivery_id="D-1", *, on=MONDAY, at=NINE):
    return going_on(
        consenting() if history is None else history,
        decisions.deliver,
        delivery_id=delivery_id,
        product="pump",
        delivered_on=on,
        calendar=CALENDAR,
        at=at,
    )


def planned(history=None, *, on=MONDAY + DAY, at=NINE, **facts):
    told = {"manner": "telephone", "content": "how it runs", "clause": "pdr:2.1a", **facts}
    return going_on(
        delivered() if history is None else history,
        revisiting.plan_revisit,
        on=on,
        **told,
        calendar=CALENDAR,
        at=at,
    )


def held(history=None, *, revisit=1, at=NINE, answers=ANSWERS, **facts):
    told = {"revisit": revisit, "by": "Li", "answers": answers, **facts}
    return going_on(
        planned() if history is None else history,
        revisiting.hold,
        **told,
        calendar=CALENDAR,
        at=at,
    )
