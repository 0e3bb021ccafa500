"""A pump delivered on a Monday in March, and the few words that its warranty is told in."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from functools import reduce

from servicecore.domain.warranty import FeeLine, Warranty, decisions, evolve, repairs
from servicecore.standards import load_standard

TENDER = load_standard("tender_standard")
CALENDAR = TENDER.calendar  # Kept in Shanghai, eight hours ahead.
BOOKS = {"standard": TENDER, "calendar": CALENDAR}
TERMS = TENDER.terms(of="warranty")

DELIVERED = date(2025, 3, 3)
LAST_DAY = date(2026, 3, 3)
NINE = datetime(2025, 3, 3, 1, tzinfo=timezone.utc)  # Nine in the morning in Shanghai.
MIDNIGHT = datetime(2026, 3, 3, 16, tzinfo=timezone.utc)  # The end of the last day, there.
DAY, MICROSECOND = timedelta(days=1), timedelta(microseconds=1)

LABOUR = FeeLine(what="labour, hours", quantity=3, unit_price=Decimal("120.50"))
SEAL = FeeLine(what="seal", quantity=2, unit_price=Decimal("9.90"))


def granted(serial="S-1", **facts):
    """Return what stands on record once the pump is delivered with a warranty."""
    told = {"product": "pump", "customer_id": "Acme", "delivered_on": DELIVERED, "at": NINE}
    return decisions.grant(serial, **{**told, **facts}, **BOOKS)


def given(*history) -> Warranty:
    return reduce(evolve, history, None)


def going_on(history, decide, **facts):
    """Return *history* with what this decision adds to it."""
    return [*history, *decide(given(*history), **facts)]


def extended(history, months, *, at=NINE, **facts):
    return going_on(
        history, decisions.extend, months=months, reason="bought", at=at, **facts, **BOOKS
    )


def judged(history, fault_on, *, at, ticket_id="T-1", **facts):
    """Return *history* with the decision about a repair."""
    told = {"ticket_id": ticket_id, "by": "Wu", "fault_on": fault_on, "calendar": CALENDAR}
    return going_on(history, repairs.decide_coverage, **{**told, **facts}, at=at)


def not_covered(at=NINE):
    """Return a history in which the customer dropped the pump."""
    return judged(granted(), DELIVERED, at=at, excluded_because="it was dropped")


def offered(history, *lines, at=NINE, ticket_id="T-1"):
    return going_on(
        history, repairs.offer_fees, ticket_id=ticket_id, lines=lines, currency="CNY", at=at
    )
