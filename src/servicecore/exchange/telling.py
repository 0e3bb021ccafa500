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
from .mappings import Columns, Meaning, TicketMapping
from .quarantine import Reason, Rejected
from .reading import Row


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
class History:
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


class _RejectedError(Exception):
    def __init__(self, reason: Reason, because: str) -> None:
        super().__init__(because)
        self.reason, self.because = reason, because


def history_of(case: Case, mapping: TicketMapping, *, standard: str, calendar: str) -> History:
    """Return what *case* tells, as a ticket under this standard and calendar.

    Raises:
        Nothing: What cannot be used is among the rejected rows.
    """
    return _Telling(case.ticket, mapping, standard=standard, calendar=calendar).of(case.rows)


class _Telling:
    """Reads one ticket row by row."""

    def __init__(
        self, ticket: str, mapping: TicketMapping, *, standard: str, calendar: str
    ) -> None:
        self._ticket, self._mapping = ticket, mapping
        self._standard, self._calendar = standard, calendar
        self._missing = mapping.file.missing
        self._before: _Standing | None = None
        self._opened_at: datetime | None = None
        self._is_answered = False

    def of(self, rows: list[Row]) -> History:
        steps: list[ClockEvent] = []
        rejected: list[Rejected] = []
        for row in rows:
            try:
                steps += self._steps(row)
            except _RejectedError as error:
                rejected.append(Rejected(row, error.reason, error.because, self._ticket))
        return History(self._ticket, rows, steps, rejected)

    def _steps(self, row: Row) -> list[ClockEvent]:
        now = self._standing(row)
        opened_at = self._opened_at or self._opening_moment(row, now)
        if now.at < opened_at:
            because = (
                f"it happened at {now.at.isoformat()}, "
                f"the ticket was opened at {opened_at.isoformat()}"
            )
            raise _RejectedError(Reason.BEFORE_OPENING, because)
        steps = [] if self._opened_at else self._opening(row, now, opened_at)
        steps += self._changes(self._before, now)
        self._before, self._opened_at = now, opened_at
        return steps

    # --- The first row ----------------------------------------------------------

    def _opening_moment(self, row: Row, now: _Standing) -> datetime:
        columns = self._mapping.opening.at
        return self._moment(row, columns) if columns else now.at

    def _opening(self, row: Row, now: _Standing, opened_at: datetime) -> list[ClockEvent]:
        columns = self._mapping.opening
        channel = self._text(row, columns.channel)
        opened = TicketOpened(
            ticket_id=self._ticket,
            customer_id=self._text(row, columns.customer),
            channel=self._mapping.channels.get(channel, channel),
            product=self._text(row, columns.product),
            model=self._text(row, columns.model),
            fault=self._text(row, columns.fault),
            contact=self._text(row, columns.contact),
            standard=self._standard,
            calendar=self._calendar,
            at=opened_at,
        )
        if not columns.acknowledged_at:
            return [opened]
        at = self._registered_at(row, columns.acknowledged_at, now.at, opened_at)
        return [opened, TicketAcknowledged(ticket_id=self._ticket, automatic=True, at=at)]

    def _registered_at(
        self, row: Row, columns: Columns, row_at: datetime, opened_at: datetime
    ) -> datetime:
        """Return when it was registered; the row itself proves that it was, at the latest."""
        if not row.told(columns, self._missing):
            return row_at
        registered = self._moment(row, columns)
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

    def _standing(self, row: Row) -> _Standing:
        columns, before = self._mapping.row, self._before
        at = self._moment(row, columns.at)
        state, meaning = self._state(row)
        team = row.told(columns.team, self._missing)
        urgency, priority = self._priority(row)
        return _Standing(
            at=at,
            by=self._text(row, columns.by),
            state=state,
            meaning=meaning,
            waits_for=self._mapping.waiting.get(state),
            urgency=urgency or (before.urgency if before else ""),
            priority=priority or (before.priority if before else None),
            assignee=row.told(columns.assignee, self._missing) or team,
            team=team,
        )

    def _state(self, row: Row) -> tuple[str, Meaning]:
        state = row.told(self._mapping.row.state, self._missing)
        meaning = self._mapping.states.get(state)
        if meaning is None:
            known = ", ".join(self._mapping.states)
            because = f"{' or '.join(self._mapping.row.state)} is {state!r}; expected {known}"
            raise _RejectedError(Reason.UNKNOWN_STATE, because)
        if meaning is not Meaning.UNCHANGED:
            return state, meaning
        if self._before is None:
            return state, Meaning.OPEN
        return self._before.state, self._before.meaning

    def _priority(self, row: Row) -> tuple[str, Priority | None]:
        urgency = row.told(self._mapping.row.priority, self._missing)
        if not urgency:
            return "", None
        if urgency not in self._mapping.priorities:
            known = ", ".join(self._mapping.priorities)
            columns = " or ".join(self._mapping.row.priority)
            because = f"{columns} is {urgency!r}; expected {known}"
            raise _RejectedError(Reason.UNKNOWN_PRIORITY, because)
        return urgency, self._mapping.priorities[urgency]

    def _moment(self, row: Row, columns: Columns) -> datetime:
        text = row.told(columns, self._missing)
        try:
            return self._mapping.file.moment(text)
        except (ValueError, OverflowError):
            forms = " or ".join(self._mapping.file.times)
            because = f"{' or '.join(columns)} is {text!r}; expected {forms}"
            raise _RejectedError(Reason.NO_MOMENT, because) from None

    def _text(self, row: Row, columns: Columns) -> str:
        return row.told(columns, self._missing) or self._mapping.otherwise


def _where(standing: _Standing) -> tuple[Meaning, str | None]:
    return standing.meaning, standing.waits_for


def _who(standing: _Standing) -> tuple[str, str]:
    return standing.assignee, standing.team
