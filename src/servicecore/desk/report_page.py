"""What the page of the report is drawn from: the same questions, asked of several times."""

from __future__ import annotations

from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from ..projections.answer import Answer
from ..projections.period import Period
from ..projections.themes import CUSTOMERS
from ..report import Findings, Provenance
from .asked import Ask, position_of, question_of
from .office import Office

TITLE = "After-sales service quality"
#: How long a period may be to be told by this unit; longer ones are told by year.
_UNITS = (("day", 14), ("week", 120), ("month", 1200), ("quarter", 3700))
_GOALS = {"satisfaction": "csat"}  #: Indicators of the standard that the page sets beside figures.


def findings(office: Office, reports: Any, ask: Ask) -> Findings:
    """Ask all that the page tells, of the period and of the one before it."""
    # A moment and a position are settled first, so that every question means the same.
    known_at = position_of(office, ask.get("known_at")) or office.log.head() or None
    now: Answer = reports.everything(**{**ask, "by": ()})
    settled: Ask = {**ask, "as_of": now.as_of}
    period = now.period
    before = None if period is None else period.before
    unit = unit_of(period, reports, settled)
    ever: Ask = {**settled, "by": (), "period": None}
    is_of_customers = CUSTOMERS.can_be_asked(question_of(office, ever))
    return Findings(
        title=TITLE,
        period=period.name if period else "everything",
        before_period=before.name if before else "",
        zone=now.zone,
        unit=unit,
        now=now,
        before=None
        if before is None
        else reports.everything(**{**settled, "by": (), "period": before.name}),
        by_time=reports.everything(**{**settled, "by": (unit,)}),
        by_priority=reports.response_times(**{**settled, "by": ("priority", unit)}),
        people=reports.scorecards(**{**settled, "by": ("priority", "served_by")}),
        teams=reports.outlets(**{**settled, "by": "team"})
        + reports.response_times(**{**settled, "by": "team"}),
        stays=reports.retention(**ever) if is_of_customers else None,
        at_risk=reports.at_risk(**ever) if is_of_customers else (),
        goals={
            _GOALS[each.name]: each.at_least
            for each in office.standard.indicators
            if each.name in _GOALS and each.at_least is not None
        },
        provenance=_provenance(office, now, known_at, ask),
    )


def unit_of(period: Period | None, reports: Any, ask: Ask) -> str:
    """Return by which unit of time a page tells of *period*."""
    if period is not None:
        days = (period.until - period.first).days
    else:
        told = reports.backlog(**{**ask, "by": ("day",)})
        opened = [date.fromisoformat(each.group[0][1]) for each in told if each.group]
        days = (max(opened) - min(opened) + timedelta(days=1)).days if opened else 0
    return next((unit for unit, most in _UNITS if days <= most), "year")


def _provenance(office: Office, now: Answer, known_at: int | None, ask: Ask) -> Provenance:
    position = known_at or 0
    as_of = now.as_of.astimezone(office.calendar.zone).isoformat()
    return Provenance(
        position=position,
        fingerprint=_fingerprint(office, position),
        standard=office.standard.reference,
        calendar=office.calendar.reference,
        as_of=as_of,
        command=_command(ask, zone=now.zone, as_of=as_of, position=position),
    )


def _fingerprint(office: Office, position: int) -> str:
    rows = list(office.log.rows_since(position - 1, limit=1)) if position else []
    return sha256(rows[0].state).hexdigest()[:16] if rows else "–"


def _command(ask: Ask, *, zone: str, as_of: str, position: int) -> str:
    told = ["servicecore report html"]
    if period := ask.get("period"):
        told.append(f"--period {period}")
    for name, values in (ask.get("where") or {}).items():
        told += [
            f"--where {name}={value}" for value in ([values] if isinstance(values, str) else values)
        ]
    told += [f"--zone {zone}", f"--as-of {as_of}"]
    return " ".join([*told, f"--known-at {position}"] if position else told)
