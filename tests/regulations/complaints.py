"""A complaint and its usual course, in which the clauses about complaints are told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

from servicecore import ServiceDesk
from servicecore.domain.complaint import Measure
from servicecore.standards import parse_standard

MONDAY = datetime(2025, 3, 3, 1, tzinfo=timezone.utc)  # Nine in Shanghai.
A_SECOND = timedelta(seconds=1)
COMPLAINT = {"customer_id": "Acme", "what": "nobody ever calls back", "product": "pump"}
REGISTERED = {"by": "Li", "contact": "Ms Lin", "demand": "a call"}
TEAM = {"Wu": "quality", "Li": "sales"}
CALL = Measure(what="call back", department="service", person="Wu", due=MONDAY + timedelta(days=2))
REPORT = {
    "by": "Wu",
    "facts": "nobody called",
    "course": "the list was lost",
    "result": "called, and apologised",
    "cause": "one list for two teams",
    "improvement": "a list for each team",
    "prevention": "lists are checked every evening",
}
#: The regulation leaves its times to the organisation; these are ours.
_OUR_TIMES = """
id = "our_regulation"
title = "Ours"
extends = "post_delivery_regulation"

[[clock]]
name = "verification"
of = "complaint"
within = "3 working days"
clause = "ours:1"

[[clock]]
name = "satisfactory_answer"
of = "complaint"
within = "10 working days"
clause = "ours:2"
"""
OUR_REGULATION = parse_standard(_OUR_TIMES, source="ours.toml")


def after(**time: float) -> datetime:
    """Return the moment so long after the complaint was received."""
    return MONDAY + timedelta(**time)


def received(desk: ServiceDesk, **facts: str) -> ServiceDesk:
    desk.complaints.receive("C-1", at=MONDAY, **{**COMPLAINT, **facts})
    return desk


def registered(desk: ServiceDesk, **facts: str) -> ServiceDesk:
    received(desk, **facts).complaints.register("C-1", **REGISTERED, at=MONDAY)
    return desk


def handled(desk: ServiceDesk, *, at: datetime = MONDAY) -> ServiceDesk:
    """Take a registered complaint through a round of handling, until the outcome is told."""
    does = doing(desk, at)
    does("investigate", by="Wu", facts="the list was lost")
    does("find_cause", by="Wu", cause="one list for two teams")
    does("propose_solution", by="Wu", solution="a list for each")
    does("plan", measures=[CALL], by="Wu")
    does("carry_out", number=1, by="Wu", result="called")
    does("feed_back", by="Wu", result="we called")
    return desk


def doing(desk: ServiceDesk, at: datetime = MONDAY) -> Callable[..., Any]:
    """Return what does a step of the complaint at that moment."""

    def does(verb: str, *args: Any, **facts: Any) -> Any:
        return getattr(desk.complaints, verb)("C-1", *args, at=at, **facts)

    return does


def shown(desk: ServiceDesk, clock: str) -> str:
    return desk.complaints.get("C-1").readings[clock, 1].state.value


def told(desk: ServiceDesk) -> list[str]:
    """Return what is on record of the complaint, by the names of the events."""
    return [type(each.event).__name__ for each in desk.complaints.history("C-1")]
