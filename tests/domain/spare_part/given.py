"""A seal kept for repairs, ten of it in batch B-1, and the few words its ledger is told in."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from functools import reduce

from servicecore.domain.spare_part import (
    SparePart,
    decisions,
    evolve,
    issuing,
    purchasing,
)
from servicecore.standards import load_standard

MANUAL = load_standard("operations_manual_2025")
CALENDAR = MANUAL.calendar  # Kept in Shanghai, eight hours ahead.
TERMS = MANUAL.terms(of="spare_part")

NINE = datetime(2025, 3, 3, 1, tzinfo=timezone.utc)  # Nine in the morning in Shanghai.
LAST_DAY = date(2025, 3, 31)
MIDNIGHT = datetime(2025, 3, 31, 16, tzinfo=timezone.utc)  # The end of that day, there.
DAY, MICROSECOND = timedelta(days=1), timedelta(microseconds=1)


def given(*history) -> SparePart:
    return reduce(evolve, history, None)


def going_on(history, decide, *, at=NINE, **facts):
    """Return *history* with what this decision adds to it."""
    return [*history, *decide(given(*history), at=at, **facts)]


def registered(**facts):
    told = {"name": "seal", "reorder_level": 2, "standard": MANUAL.reference}
    return decisions.register("P-7", **{**told, **facts}, calendar=CALENDAR, at=NINE)


def bought(history, quantity=10, *, batch="B-1", source="genuine", **facts):
    return going_on(
        history, purchasing.purchase, batch=batch, quantity=quantity, source=source, **facts
    )


def received(history, quantity=10, *, batch="B-1", expires_on=None, at=NINE):
    facts = {"batch": batch, "quantity": quantity, "expires_on": expires_on}
    return going_on(history, purchasing.receive, **facts, calendar=CALENDAR, at=at)


def in_stock(quantity=10, **facts):
    """Return the ledger of a part of which one batch is there."""
    return received(bought(registered(), quantity), quantity, **facts)


def reserved(history, quantity, *, ticket_id="T-1", batch="B-1", at=NINE):
    facts = {"ticket_id": ticket_id, "quantity": quantity, "batch": batch}
    return going_on(history, issuing.reserve, **facts, calendar=CALENDAR, at=at)


def issued(history, quantity, *, ticket_id="T-1", batch="B-1", at=NINE):
    facts = {"ticket_id": ticket_id, "quantity": quantity, "batch": batch, "by": "Wu"}
    return going_on(history, issuing.issue, **facts, calendar=CALENDAR, at=at)


def moved(history, decide, quantity, *, ticket_id="T-1", batch="B-1", **facts):
    """Return *history* with pieces released, used or brought back."""
    told = {"ticket_id": ticket_id, "quantity": quantity, "batch": batch, **facts}
    return going_on(history, decide, **told)


def books(history, batch="B-1"):
    """Return how many of a batch are there, set aside, and out."""
    known = given(*history).batches[batch]
    return known.on_hand, sum(known.reserved.values()), sum(known.out.values())
