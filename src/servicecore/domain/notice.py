"""An official notice of days off: a calendar gets its next version, never a rewrite.

Deadlines beyond the last notice are provisional.  When the notice is out, the
promises that are still open are made anew on the calendar that now holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import attrs

from .calendar import WorkingCalendar
from .events import event
from .histories import must_begin
from .moments import instant
from .refusals import RefusedError


class NotTheNextVersionError(RefusedError, ValueError):
    """A published calendar has the version after the one before."""


class UnnamedCalendarError(RefusedError, ValueError):
    """Events call a calendar by its name, so one without a name cannot be published."""


@event("calendar.published")
class CalendarPublished:
    """A new version of a calendar holds from now on; *rules* is all that it says."""

    name: str
    version: int
    rules: dict[str, Any]
    at: datetime = instant()

    @property
    def calendar(self) -> WorkingCalendar:
        """The calendar, as its rules describe it."""
        return WorkingCalendar.from_dict(self.rules)


@attrs.frozen
class PublishedCalendars:
    """Every calendar that was published at this desk, in the newest version of each."""

    newest: Mapping[str, int] = attrs.field(factory=dict)


def publish(
    published: PublishedCalendars | None, calendar: WorkingCalendar, *, known: int, at: datetime
) -> list[CalendarPublished]:
    """Put a new version of a calendar on record; *known* is the version that held until now.

    Raises:
        UnnamedCalendarError: If it has no name.
        NotTheNextVersionError: If its version is not the next.
    """
    if not calendar.name:
        msg = "a calendar needs a name to be published; make it with name='…'"
        raise UnnamedCalendarError(msg)
    held = max(known, (published or PublishedCalendars()).newest.get(calendar.name, 0))
    if calendar.version != held + 1:
        msg = (
            f"calendar {calendar.name} is at version {held}; "
            f"expected {held + 1}, got {calendar.version}"
        )
        raise NotTheNextVersionError(msg)
    rules = calendar.as_dict()
    return [CalendarPublished(name=calendar.name, version=calendar.version, rules=rules, at=at)]


def evolve(published: PublishedCalendars | None, event: CalendarPublished) -> PublishedCalendars:
    """Return what is published after *event*.

    Raises:
        ImpossibleHistoryError: If *event* publishes nothing.
    """
    event = must_begin(event, CalendarPublished, "a calendar was published")
    newest = (published or PublishedCalendars()).newest
    return PublishedCalendars({**newest, event.name: event.version})
