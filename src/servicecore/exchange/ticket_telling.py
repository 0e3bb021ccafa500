"""Tells the rows of one ticket as events: what happened between one row and the next.

The file says what was so, not whether our rules would have allowed it: a ticket
closed without being resolved, or reopened after it was closed, is told as it is.
A row counts at its own time, whatever later rows or backfilled columns say.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

import attrs

from ..domain.ticket import (
    Priority,
    TicketAcknowledged,
    TicketAnswered,
    TicketAssigned,
    TicketCancelled,
    TicketClassified,
    TicketClosed,
    TicketOpened,
    TicketPaused,
    TicketPriorityChanged,
    TicketReopened,
    TicketResolved,
    TicketResumed,
)
from ..domain.ticket.events import ClockEvent
from .cases import Case
from .mappings import Meaning, TicketMapping
from .quarantine import Reason, Rejected
from .reading import Row
from .told import Cells, UnusableError


class _Standing(NamedTuple):
    """How a ticket stood, as one row tells it."""

    at: datetime
    by: str
    state: str
    meaning: Meaning
    waits_for: str | None
    urgency: str
    priority: Priority | None
    assignee: str
    team: str

    @property
    def is_over(self) -> bool:
        return self.meaning.is_over


@attrs.frozen
class TicketHistory:
    """What the file tells of one ticket: its *steps*, and the rows it could not use."""

    ticket: str
    rows: list[Row]
    steps: list[ClockEvent]
    rejected: list[Rejected]

    @property
    def reopenings(self) -> int:
        """How often it was taken up again."""
        return sum(isinstance(step, TicketReopened) for step in self.steps)

    @property
    def waiting(self) -> timedelta:
        """For how long it waited in all, from each pause to the end of it."""
        total, since = timedelta(), None
        for step in self.steps:
            if isinstance(step, TicketPaused):
                since = step.at
            elif isinstance(step, TicketResumed) and since is not None:
                total, since = total + (step.at - since), None
        return total


def history_of(
    case: Case, mapping: TicketMapping, *, standard: str, calendar: str
) -> TicketHistory:
    """Return what *case* tells, as a ticket under this standard and calendar.

    Never raises: rows that cannot be used are among the rejected.
    """
    return _Telling(case.ticket, mapping, standard=standard, calendar=calendar).of(case.rows)


class _Telling:
    """Reads one ticket row by row."""

    def __init__(
        self, ticket: str, mapping: TicketMapping, *, standard: str, calendar: str
    ) -> None:
        self._ticket, self._mapping = ticket, mapping
        self._standard, self._calendar = standard, calendar
        self._before: _Standing | None = None
        self._opened_at: datetime | None = None
        self._is_answered = False

    def of(self, rows: list[Row]) -> TicketHistory:
        steps: list[ClockEvent] = []
        rejected: list[Rejected] = []
        for row in rows:
            try:
                steps += self._steps(Cells(row, self._mapping.file))
            except UnusableError as error:
                rejected.append(Rejected(row, error.reason, error.because, self._ticket))
        return TicketHistory(self._ticket, rows, steps, rejected)

    def _steps(self, cells: Cells) -> list[ClockEvent]:
        now = self._standing(cells)
        opened_at = self._opened_at or self._opening_moment(cells, now)
        if now.at < opened_at:
            because = (
                f"it happened at {now.at.isoformat()}, "
                f"the ticket was opened at {opened_at.isoformat()}"
            )
            raise UnusableError(Reason.BEFORE_OPENING, because)
        steps = [] if self._opened_at else self._opening(cells, now, opened_at)
        steps += self._changes(self._before, now)
        self._before, self._opened_at = now, opened_at
        return steps

    # --- The first row ----------------------------------------------------------

    def _opening_moment(self, cells: Cells, now: _Standing) -> datetime:
        columns = self._mapping.opening.at
        return cells.moment(columns) if columns else now.at

    def _opening(self, cells: Cells, now: _Standing, opened_at: datetime) -> list[ClockEvent]:
        columns, otherwise = self._mapping.opening, self._mapping.otherwise
        channel = cells.text(columns.channel, otherwise)
        opened = TicketOpened(
            ticket_id=self._ticket,
            customer_id=cells.text(columns.customer, otherwise),
            channel=self._mapping.channels.get(channel, channel),
            product=cells.text(columns.product, otherwise),
            model=cells.text(columns.model, otherwise),
            fault=cells.text(columns.fault, otherwise),
            contact=cells.text(columns.contact, otherwise),
            standard=self._standard,
            calendar=self._calendar,
            at=opened_at,
        )
        if not columns.acknowledged_at:
            return [opened]
        at = self._registered_at(cells, row_at=now.at, opened_at=opened_at)
        return [opened, TicketAcknowledged(ticket_id=self._ticket, automatic=True, at=at)]

    def _registered_at(self, cells: Cells, *, row_at: datetime, opened_at: datetime) -> datetime:
        """Return when it was registered; the row itself proves that it was by then."""
        columns = self._mapping.opening.acknowledged_at
        if not cells.text(columns):
            return row_at
        registered = cells.moment(columns)
        return registered if opened_at <= registered <= row_at else row_at

    # --- From row to row --------------------------------------------------------

    def _changes(self, before: _Standing | None, now: _Standing) -> Iterator[ClockEvent]:
        ticket, at = self._ticket, now.at
        if before is not None and before.is_over and not now.is_over:
            reason = f"{before.state} > {now.state}"
            yield TicketReopened(ticket_id=ticket, reason=reason, at=at)
        elif before is not None and before.waits_for not in {None, now.waits_for}:
            yield TicketResumed(ticket_id=ticket, at=at)
        yield from self._classification(before, now)
        if now.assignee and (before is None or _who(before) != _who(now)):
            yield TicketAssigned(ticket_id=ticket, to=now.assignee, team=now.team, at=at)
        if not self._is_answered and now.meaning in self._mapping.first_answer:
            self._is_answered = True
            yield TicketAnswered(ticket_id=ticket, by=now.by, is_first=True, at=at)
        yield from self._arrival(before, now)

    def _classification(self, before: _Standing | None, now: _Standing) -> Iterator[ClockEvent]:
        if now.priority is None:
            return
        if before is None or before.priority is None:
            yield TicketClassified(ticket_id=self._ticket, priority=now.priority, at=now.at)
            return
        if before.priority is now.priority:
            return
        reason = f"{before.urgency} > {now.urgency}"
        yield TicketPriorityChanged(
            ticket_id=self._ticket, priority=now.priority, reason=reason, at=now.at
        )

    def _arrival(self, before: _Standing | None, now: _Standing) -> Iterator[ClockEvent]:
        if before is not None and _where(before) == _where(now):
            return
        ticket, at = self._ticket, now.at
        match now.meaning:
            case Meaning.WAITING:
                yield TicketPaused(ticket_id=ticket, reason=now.waits_for or "", at=at)
            case Meaning.RESOLVED:
                yield TicketResolved(ticket_id=ticket, by=now.by, solution=now.state, at=at)
            case Meaning.CLOSED:
                yield TicketClosed(ticket_id=ticket, is_confirmed=False, at=at)
            case Meaning.CANCELLED:
                yield TicketCancelled(ticket_id=ticket, reason=now.state, at=at)

    # --- One row ----------------------------------------------------------------

    def _standing(self, cells: Cells) -> _Standing:
        columns, before = self._mapping.row, self._before
        at = cells.moment(columns.at)
        state, meaning = self._state(cells)
        team = cells.text(columns.team)
        urgency, priority = self._priority(cells)
        return _Standing(
            at=at,
            by=cells.text(columns.by, self._mapping.otherwise),
            state=state,
            meaning=meaning,
            waits_for=self._mapping.waiting.get(state),
            urgency=urgency or (before.urgency if before else ""),
            priority=priority or (before.priority if before else None),
            assignee=cells.text(columns.assignee, team),
            team=team,
        )

    def _state(self, cells: Cells) -> tuple[str, Meaning]:
        columns = self._mapping.row.state
        state, meaning = cells.text(columns), cells.word(columns, self._mapping.states)
        if meaning is not Meaning.UNCHANGED:
            return state, meaning
        if self._before is None:
            return state, Meaning.OPEN
        return self._before.state, self._before.meaning

    def _priority(self, cells: Cells) -> tuple[str, Priority | None]:
        columns, meanings = self._mapping.row.priority, self._mapping.priorities
        if not (urgency := cells.text(columns)):
            return "", None
        return urgency, cells.word(columns, meanings, unknown=Reason.UNKNOWN_PRIORITY)


def _where(standing: _Standing) -> tuple[Meaning, str | None]:
    return standing.meaning, standing.waits_for


def _who(standing: _Standing) -> tuple[str, str]:
    return standing.assignee, standing.team
