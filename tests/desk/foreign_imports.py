"""Imports of foreign files into a log, and what they leave there."""

from __future__ import annotations

from datetime import datetime, timezone
from functools import reduce
from pathlib import Path

from servicecore.desk.import_summary import ImportSummary
from servicecore.desk.importing import import_history
from servicecore.domain.standard import Rulebook
from servicecore.domain.ticket import Ticket, evolve
from servicecore.exchange.mappings import TICKET_MAPPINGS
from servicecore.standards import load_standard
from servicecore.storage import EventLog

MANUAL = load_standard("operations_manual_2025")
BOOK = Rulebook((MANUAL,))
TODAY = datetime(2026, 11, 2, 8, tzinfo=timezone.utc)


def imported(log: EventLog, path: Path, **told) -> ImportSummary:
    choices = {
        "mapping": TICKET_MAPPINGS.load("uci_incident"),
        "rulebook": BOOK,
        "standard": MANUAL.reference,
        "calendar": MANUAL.calendar.reference,
        "quarantine": path.with_suffix(".bad.jsonl"),
    }
    return import_history(log, path, **(choices | told))


def ticket(log: EventLog, number: str = "INC1") -> Ticket | None:
    return reduce(evolve, (each.event for each in log.history(f"ticket/{number}")), None)


def everything(log: EventLog) -> dict[str, list[object]]:
    return {
        subject: [each.event for each in log.history(subject)] for subject in log.subjects("ticket")
    }
