"""CSV, a row an event: what every spreadsheet opens."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from typing import IO

from ...domain.events import Recorded
from .facts import facts_of, in_utc_text, name_of

COLUMNS = (
    "position",
    "subject",
    "version",
    "name",
    "occurred_at",
    "recorded_at",
    "actor",
    "role",
    "rule",
    "causation_id",
    "correlation_id",
    "facts",
)
#: What spreadsheets take for a formula; a customer's message may begin with it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_table(history: Iterable[Recorded], to: IO[str]) -> int:
    """Write *history* below a line of names, and return how many events it has.

    What the event says stands in the last column, as JSON.
    """
    rows = csv.writer(to, lineterminator="\n")
    rows.writerow(COLUMNS)
    count = 0
    for recorded in history:
        known = recorded.provenance
        told = (
            recorded.position,
            recorded.subject,
            recorded.version,
            name_of(recorded),
            in_utc_text(recorded.occurred_at),
            in_utc_text(recorded.recorded_at),
            known.actor,
            known.role,
            known.rule,
            known.causation_id,
            known.correlation_id,
            json.dumps(facts_of(recorded), ensure_ascii=False, separators=(",", ":")),
        )
        rows.writerow([_harmless(each) for each in told])
        count += 1
    return count


def _harmless(value: object) -> object:
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value
