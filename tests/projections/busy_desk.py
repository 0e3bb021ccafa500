"""A desk at which much happens, drawn by lot, and the same events as plain rows."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

from servicecore import RefusedError, ServiceDesk
from servicecore.domain.events import Recorded
from tests.moments import NINE, REQUEST

CUSTOMERS, PRODUCTS, FAULTS = ("Acme", "Müller", "北方机械"), ("pump", "valve"), ("leak", "noise")
VERBS: list[tuple[str, dict[str, Any]]] = [
    ("answer", {"by": "Lin"}),
    ("answer", {"by": "Wu"}),
    ("receive_message", {}),
    ("diagnose", {"by": "Wu", "finding": "a seal"}),
    ("record_work", {"by": "Wu", "work": "a seal", "on_site": True}),
    ("assign", {"to": "Lin", "team": "pumps"}),
    ("pause", {"reason": "customer"}),
    ("pause", {"reason": "parts"}),
    ("resume", {}),
    ("resolve", {"by": "Lin", "solution": "a seal"}),
    ("resolve", {"by": "Wu", "solution": "a seal"}),
    ("reopen", {"reason": "it leaks again"}),
    ("change_priority", {"priority": "A", "reason": "seen"}),
    ("confirm", {}),
    ("cancel", {"reason": "sold it"}),
]


def busy_desk(*, seed: int, tickets: int) -> ServiceDesk:
    """Return a desk in memory after so many tickets; the same seed is the same desk."""
    lot = Random(seed)  # noqa: S311  # drawn by lot, not in secret
    desk = ServiceDesk.open("memory:", clock=lambda: NINE + timedelta(days=400))
    for n in range(tickets):
        live(desk, f"T-{n}", lot)
    desk.run_due(NINE + timedelta(days=200))
    return desk


def live(desk: ServiceDesk, number: str, lot: Random) -> None:
    """Let a ticket live, as it is drawn by lot."""
    now = NINE + timedelta(minutes=lot.randrange(150 * 24 * 60))
    request = {**REQUEST, "customer_id": lot.choice(CUSTOMERS), "product": lot.choice(PRODUCTS)}
    request |= {"fault": lot.choice(FAULTS), "channel": lot.choice(["app", "mail"])}
    desk.tickets.open(number, **request, at=now)
    if lot.random() < 0.9:
        desk.tickets.classify(number, priority=lot.choice("ABC"), at=now)
    for _ in range(lot.randrange(12)):
        now += timedelta(minutes=lot.choice([1, 30, 300, 3000, 30000]))
        verb, facts = lot.choice(VERBS)
        try:
            getattr(desk.tickets, verb)(number, **facts, at=now)
        except RefusedError:
            continue


def told(desk: ServiceDesk) -> list[Recorded]:
    """Return every event on record."""
    return list(desk.log.since(0))
