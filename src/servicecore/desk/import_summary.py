"""What came of an import, in figures."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import attrs

from ..exchange.telling import History


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

    def count(self, history: History, *, added: int) -> None:
        """Count one ticket, of which so many events were *added*."""
        self.cases += 1
        self.events += len(history.steps)
        self.added += added
        self.reopenings += history.reopenings
        self.reopened += history.reopenings > 0
        self.waiting += history.waiting


@attrs.frozen(kw_only=True)
class ImportSummary:
    """What an import found and what it added.

    *rows* counts those of the file, *quarantined* the ones that could not be
    used, by reason.
    """

    file: str
    mapping: str
    time_zone: str
    rows: int
    quarantined: Mapping[str, int]
    quarantine: Path
    seconds: float
    tally: Tally

    @property
    def cases(self) -> int:
        """The tickets that were taken in, now or before."""
        return self.tally.cases

    @property
    def events(self) -> int:
        """What the file tells of them."""
        return self.tally.events

    @property
    def added(self) -> int:
        """The events that are new on record."""
        return self.tally.added

    @property
    def already_there(self) -> int:
        """The events that were on record before."""
        return self.events - self.added

    @property
    def reopened(self) -> int:
        """The tickets that were taken up again, once or often."""
        return self.tally.reopened

    @property
    def reopenings(self) -> int:
        """How often that was."""
        return self.tally.reopenings

    @property
    def waiting(self) -> timedelta:
        """The time all tickets together spent in pauses that came to an end."""
        return self.tally.waiting

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
