"""The counter for calendars: official notices come in, and open promises follow them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any, Unpack

import attrs

from ..domain import notice
from ..domain.calendar import WorkingCalendar
from ..domain.case import Case
from ..projections import ticket_facts
from ..storage import Receipt
from .office import Office, Why
from .published import PUBLISHED, SUBJECT, published
from .registry import Aggregate


@attrs.frozen
class Calendars:
    """Tells on which calendar the desk counts, and takes in the next one."""

    _office: Office

    @property
    def current(self) -> WorkingCalendar:
        """The calendar on which new promises are counted."""
        return self._office.calendar

    def publish(
        self, calendar: WorkingCalendar, *, at: datetime | None = None, **why: Unpack[Why]
    ) -> list[Receipt]:
        """Let the next version of a calendar hold, and make open promises anew on it.

        Publishing it again goes on where a break-off left it, and changes nothing else.

        Returns:
            What was recorded: the notice first, then each case that was promised anew.

        Raises:
            NotTheNextVersionError: If its version is not the next.
        """
        office, moment = self._office, self._office.moment(at)
        done = []
        if calendar not in published(office.log):
            decide = partial(self._notice_of, calendar, at=moment)
            done.append(office.execute(SUBJECT, decide, PUBLISHED, why))
        office.read_notices()
        follows = self._following_from(calendar, why)
        done += [
            self._replan(subject, aggregate, calendar, moment, follows)
            for aggregate in office.known.aggregates.values()
            if aggregate.change_terms is not None
            for subject in self._promised(aggregate.kind)
        ]
        return [each for each in done if each.events]

    def catch_up(self) -> None:
        """Know every calendar that other desks have published meanwhile."""
        self._office.read_notices()

    def _notice_of(
        self, calendar: WorkingCalendar, held: notice.PublishedCalendars | None, *, at: datetime
    ) -> list[notice.CalendarPublished]:
        if calendar in published(self._office.log):
            return []  # Another desk was faster.
        known = self._office.rulebook.newest_version(calendar.name)
        return notice.publish(held, calendar=calendar, known=known, at=at)

    def _following_from(self, calendar: WorkingCalendar, why: Why) -> Why:
        """Return why a ticket is promised anew: because of the notice, which is its own command."""
        (cause,) = (
            each
            for each in self._office.log.history(SUBJECT)
            if each.event.calendar.reference == calendar.reference
        )
        return {
            "actor": why.get("actor", "desk"),
            "causation_id": cause.id,
            "correlation_id": cause.provenance.correlation_id or cause.id,
        }

    def _promised(self, kind: str) -> Iterable[str]:
        """Return the cases of a kind that promises may still be open on."""
        if kind != ticket_facts.FACTS.kind:
            return self._office.log.subjects(kind)
        facts = ticket_facts.FACTS.every(self._office.rows(ticket_facts.NAME))
        return [f"{kind}/{each.ticket_id}" for each in facts if not each.status.is_over]

    def _replan(
        self, subject: str, aggregate: Aggregate, calendar: WorkingCalendar, at: datetime, why: Why
    ) -> Receipt:
        kind = aggregate.promised_as or aggregate.kind

        def decide(record: Case | None) -> list[Any]:
            name, _, version = record.calendar.rpartition("@") if record else ("", "", "0")
            is_older = name == calendar.name and int(version) < calendar.version
            if record is None or aggregate.change_terms is None or not is_older:
                return []
            return aggregate.change_terms(
                record,
                standard=record.standard,
                calendar=calendar.reference,
                reason=f"{calendar.reference} was published",
                at=max(at, record.timeline[-1].at),
                terms=self._office.rulebook.terms(record.standard, calendar.reference, of=kind),
            )

        return self._office.execute(subject, decide, aggregate.fold, why)
