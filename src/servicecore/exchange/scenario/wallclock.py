"""Figures that ignore the calendar: how long it took on the wall."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from ...domain.sla import CLOSED, Timeline, standing_pause

ZERO = timedelta()
Stretch = tuple[datetime, datetime]


def _exchanges(timeline: Timeline) -> list[Stretch]:
    """Return from when until when the customer waited for an answer and got one."""
    return _turns(timeline, "customer_message", "agent_message")


def _waits_for_the_customer(timeline: Timeline) -> list[Stretch]:
    """Return from when until when we waited for the customer and heard back."""
    return _turns(timeline, "agent_message", "customer_message")


def _turns(timeline: Timeline, question: str, answer: str) -> list[Stretch]:
    found: list[Stretch] = []
    since: datetime | None = None
    for happening in timeline:
        if happening.what == question and since is None:
            since = happening.at
        elif happening.what == answer and since is not None:
            found.append((since, happening.at))
            since = None
    return found


def _average_response(timeline: Timeline) -> timedelta | None:
    waits = [until - since for since, until in _exchanges(timeline)]
    return sum(waits, ZERO) / len(waits) if waits else None


def _first_response(timeline: Timeline) -> timedelta | None:
    answers = {"agent_message", "first_response_recorded"}
    answered = (each.at for each in timeline if each.what in answers)
    return next((at - timeline[0].at for at in answered), None)


def _resolution(timeline: Timeline) -> timedelta | None:
    since = _closed_since(timeline)
    return None if since is None else since - timeline[0].at


def _resolution_net_of_customer(timeline: Timeline) -> timedelta | None:
    since, length = _closed_since(timeline), _resolution(timeline)
    if since is None or length is None:
        return None
    waits = _waits_for_the_customer(timeline)
    return length - sum((min(b, since) - min(a, since) for a, b in waits), ZERO)


def _closed_since(timeline: Timeline) -> datetime | None:
    """Return when it was resolved; closing it later changes nothing."""
    since: datetime | None = None
    for n, happening in enumerate(timeline, start=1):
        pause = standing_pause(timeline[:n])
        is_closed = pause is not None and pause.reason == CLOSED
        since = (since or happening.at) if is_closed else None
    return since


WALLCLOCK: dict[str, Callable[[Timeline], timedelta | None]] = {
    "average_response_wallclock": _average_response,
    "first_response_wallclock": _first_response,
    "resolution_wallclock": _resolution,
    "resolution_net_of_customer_wallclock": _resolution_net_of_customer,
}
