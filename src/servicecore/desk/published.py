"""The calendars that were published at this desk, by whichever program: their notices hang here."""

from __future__ import annotations

from collections.abc import Iterable

from ..domain import notice
from ..domain.calendar import WorkingCalendar
from ..domain.standard import Rulebook, ServiceStandard, UnknownCalendarError
from ..storage import EventLog, Fold

SUBJECT = "desk/calendars"
PUBLISHED: Fold[notice.PublishedCalendars] = Fold(notice.evolve, name="calendars")


def published(log: EventLog) -> list[WorkingCalendar]:
    """Return every calendar that was published at this desk, oldest first."""
    return [recorded.event.calendar for recorded in log.history(SUBJECT)]


class RulebookOfADesk(Rulebook):
    """A rulebook that looks at the notices before it refuses a calendar."""

    def __init__(
        self,
        log: EventLog,
        *,
        standards: Iterable[ServiceStandard],
        calendars: Iterable[WorkingCalendar],
    ) -> None:
        super().__init__(standards, calendars)
        self._log = log

    def __reduce__(self) -> tuple[type[Rulebook], tuple[object, ...]]:
        """Travel to another process as what it knows by now, without the log."""
        return Rulebook, (self.standards, tuple(self._calendars.values()))

    def calendar(self, reference: str) -> WorkingCalendar:
        """Return the calendar that stands on record as *reference*."""
        try:
            return super().calendar(reference)
        except UnknownCalendarError:  # Another desk may have published it meanwhile.
            for each in published(self._log):
                self.learn(each)
            return super().calendar(reference)
