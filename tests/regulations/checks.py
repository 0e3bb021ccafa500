"""What the clauses that are checked over many cases are told with: verdicts of a check."""

from __future__ import annotations

from datetime import datetime, timedelta

from servicecore import ServiceDesk
from servicecore.domain.compliance import Check, Verdict

from . import office

FIRST_QUARTER = "2025-Q1"
PASS, FAIL, NOTHING = Verdict.PASS, Verdict.FAIL, Verdict.NOT_APPLICABLE


def checked(desk: ServiceDesk, id_: str, clause: str, *, period: str = FIRST_QUARTER) -> Check:
    """Return what a check of the period finds by one rule."""
    (found,) = (
        each for each in desk.compliance.look(period) if (each.id, each.clause) == (id_, clause)
    )
    return found


def verdict(desk: ServiceDesk, id_: str, clause: str, *, period: str = FIRST_QUARTER) -> Verdict:
    return checked(desk, id_, clause, period=period).verdict


def served(
    desk: ServiceDesk, number: str, *, waits: timedelta, at: datetime = office.MONDAY
) -> None:
    """Answer and resolve a ticket after so long."""
    desk.tickets.open(number, **office.REQUEST, priority="C", at=at)
    desk.tickets.answer(number, by="Wu", at=at + waits)
    desk.tickets.resolve(number, by="Wu", solution="a seal", at=at + waits)
