"""What came of an import, in figures."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import attrs

from ..exchange.ticket_telling import TicketHistory


@attrs.frozen(kw_only=True)
class ImportSummary:
    """What an import found and what it added.

    *rows* counts those of the file, *cases* the tickets that were taken in, now
    or before, and *events* what the file tells of them: *added* now, or
    *already_there*.  *reopened* counts tickets, *reopenings* how often they
    were; *waiting* is the time they all spent in pauses that came to an end.
    *quarantined* counts the rows that could not be used, by reason.
    """

    file: str
    mapping: str
    time_zone: str
    rows: int
    cases: int
    events: int
    added: int
    already_there: int
    reopened: int
    reopenings: int
    waiting: timedelta
    quarantined: Mapping[str, int]
    quarantine: Path
    seconds: float

    def __str__(self) -> str:
        """Tell it in a few lines."""
        waited = f"{self.waiting.total_seconds():,.0f} s"
        lines = [
            f"{self.file}, read as {self.mapping}: {self.rows:,} rows",
            f"{self.cases:,} tickets with {self.events:,} events",
            f"{self.added:,} events added, {self.already_there:,} were there already",
            f"{self.reopened:,} tickets reopened, {self.reopenings:,} times in all",
            f"tickets waited {waited} in all",
            f"times without a zone are taken as {self.time_zone}",
        ]
        lines += [
            f"{count:,} rows in quarantine: {reason}" for reason, count in self.quarantined.items()
        ]
        if self.quarantined:
            lines.append(f"the quarantine is {self.quarantine}")
        return "\n".join([*lines, f"took {self.seconds:.1f} s"])


@attrs.define
class Tally:
    """Counts tickets as they are taken in, so that none has to be kept in mind."""

    rows: int = 0
    cases: int = 0
    events: int = 0
    added: int = 0
    reopened: int = 0
    reopenings: int = 0
    waiting: timedelta = timedelta()

    def count(self, history: TicketHistory, *, added: int) -> None:
        """Count one ticket, of which so many events were *added*."""
        self.cases += 1
        self.events += len(history.steps)
        self.added += added
        self.reopenings += history.reopenings
        self.reopened += history.reopenings > 0
        self.waiting += history.waiting
