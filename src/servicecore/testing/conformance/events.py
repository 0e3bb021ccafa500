"""A small world of events that every storage has to keep."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from enum import Enum

import attrs

from ...domain.events import Catalogue, Provenance, event
from ...domain.moments import instant
from ...storage import Change, Fold

CATALOGUE = Catalogue()
NINE = datetime(2025, 3, 3, 9, tzinfo=timezone.utc)
HOUR = timedelta(hours=1)
LIN = Provenance(actor="Lin", role="agent")


class Watch:
    """A clock that stands still until somebody sets it."""

    def __init__(self) -> None:
        self.now = NINE

    def __call__(self) -> datetime:
        """Return the time it shows."""
        return self.now


class Urgency(Enum):
    """How soon somebody has to look."""

    HIGH = "high"
    LOW = "low"


@attrs.frozen(kw_only=True)
class Promise:
    """Something promised within a time."""

    name: str
    within: timedelta
    due: datetime = instant()


@event("case.opened", catalogue=CATALOGUE)
class Opened:
    """A case came in, with promises."""

    urgency: Urgency = Urgency.LOW
    promises: tuple[Promise, ...] = ()
    at: datetime = instant(default=NINE)


@event("case.noted", catalogue=CATALOGUE)
class Noted:
    """Somebody wrote something down."""

    text: str
    at: datetime = instant(default=NINE)


@attrs.frozen
class Case:
    """A case, as far as these tests care: what was noted."""

    notes: tuple[str, ...] = ()


def evolve(case: Case | None, happened: Opened | Noted) -> Case:
    """Return the case after what happened."""
    before = case or Case()
    if isinstance(happened, Noted):
        return Case((*before.notes, happened.text))
    return before


FOLD = Fold(evolve, name="case")


def opened(subject: str, *notes: str) -> Change:
    """Return the beginning of a history: a case with notes."""
    return Change(subject, [Opened(), *map(noted, notes)], after=0)


def noted(text: str) -> Noted:
    """Return a note."""
    return Noted(text=text)
