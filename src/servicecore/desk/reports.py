"""The counter for questions: how long customers wait, and whether promises are kept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import attrs

from ..projections import ticket_facts
from ..projections.answer import Answer
from ..projections.period import Period, zone_named
from ..projections.response_times import response_times
from .office import Office


@attrs.frozen
class Reports:
    """Answers from the read models, which catch up with the log before they answer.

    Periods are whole local days, half open: ``2026``, ``2026-Q3``, ``2026-09`` or
    ``2026-09-01..2026-10-01``.  They are days of the standard's time zone unless
    another *zone* is named.
    """

    _office: Office

    def response_times(
        self,
        *,
        period: str | None = None,
        by: str | Iterable[str] = "priority",
        zone: str | None = None,
        as_of: datetime | None = None,
    ) -> Answer:
        """Tell how long customers waited, and which promises were kept.

        Args:
            period: What to look at; everything, by default.
            by: What to group by, one name or several.
            zone: The zone of the period's days.
            as_of: Up to when an open promise may be late; now, by default.

        Raises:
            UnknownPeriodError: If the period is not one, or reversed.
            UnknownZoneError: If the zone does not exist.
            UnknownGroupingError: If tickets have nothing of that name.
        """
        days = zone_named(zone or self.zone)
        facts = ticket_facts.scan(self._office.rows(ticket_facts.NAME))
        return response_times(
            facts,
            period=None if period is None else Period.parse(period, zone=days.key),
            by=(by,) if isinstance(by, str) else tuple(by),
            as_of=self._office.moment(as_of),
        )

    def json(
        self,
        *,
        period: str | None = None,
        by: str | Iterable[str] = "priority",
        zone: str | None = None,
        as_of: datetime | None = None,
    ) -> dict[str, Any]:
        """Return the report as plain values, with what it was made from; durations in seconds."""
        answer = self.response_times(period=period, by=by, zone=zone, as_of=as_of)
        return {
            "period": period,
            "zone": zone or self.zone,
            "as_of": answer.as_of.isoformat(),
            "log_head": self._office.position(ticket_facts.NAME),
            "standard": self._office.standard.reference,
            "measures": answer.as_dict(),
        }

    @property
    def zone(self) -> str:
        """The time zone of the standard's calendar."""
        return str(self._office.calendar.zone)
