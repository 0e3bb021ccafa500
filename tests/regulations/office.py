"""A desk under the operations manual, and the few words that the clauses are told in."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from servicecore import ServiceDesk

MONDAY = datetime(2025, 3, 3, 9, tzinfo=timezone.utc)
A_SECOND = timedelta(seconds=1)
REQUEST = {
    "customer_id": "Acme",
    "product": "pump",
    "model": "P-200",
    "fault": "it leaks",
    "contact": "Ms Lin",
}


def after(**time: float) -> datetime:
    """Return the moment so long after the ticket was opened."""
    return MONDAY + timedelta(**time)


def opened(desk: ServiceDesk, **facts: str) -> None:
    desk.tickets.open("T-1", at=MONDAY, **{**REQUEST, **facts})  # type: ignore[arg-type]


def answered(desk: ServiceDesk, at: datetime) -> str:
    """Answer the ticket, and tell how its clock for the first response stands then."""
    desk.tickets.answer("T-1", by="Wu", at=at)
    return shown(desk, "first_response")


def resolved(desk: ServiceDesk, at: datetime, clock: str = "resolution") -> str:
    """Resolve the ticket, and tell how *clock* stands then."""
    desk.tickets.resolve("T-1", by="Wu", solution="a new seal", at=at)
    return shown(desk, clock)


def shown(desk: ServiceDesk, clock: str) -> str:
    return desk.tickets.get("T-1").readings[clock, 1].state.value


def promised(desk: ServiceDesk, clock: str) -> tuple[datetime, str]:
    """Return the deadline on record, and the clause it stands under."""
    promise = desk.tickets.get("T-1").promises[clock, 1]
    return promise.due, promise.clause


def told(desk: ServiceDesk) -> list[str]:
    """Return what is on record of the ticket, by the names of the events."""
    return [type(each.event).__name__ for each in desk.tickets.history("T-1")]
