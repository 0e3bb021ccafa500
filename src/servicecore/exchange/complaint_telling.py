"""Tells the row of a complaint as events: received, forwarded, answered, accepted or not.

Every step has the day that the file gives for it; one without a day of its own has
the day of the step before.
"""

from __future__ import annotations

from datetime import datetime

import attrs

from ..domain.complaint import (
    About,
    ComplaintAssigned,
    ComplaintClassified,
    ComplaintClosed,
    ComplaintDissatisfied,
    ComplaintFedBack,
    ComplaintReceived,
    ComplaintRegistered,
    ComplaintSatisfied,
    ComplaintTakenUpAgain,
    Outcome,
)
from ..domain.complaint.events import ComplaintStep
from .cases import Case
from .mappings import named
from .mappings.complaints import ComplaintMapping, Reply, Word
from .quarantine import Reason, Rejected
from .told import Cells, ToldHistory, UnusableError, only_row, set_aside


@attrs.frozen(kw_only=True)
class ComplaintTeller:
    """Reads complaints row by row, under the standard and calendar of a desk."""

    mapping: ComplaintMapping
    standard: str
    calendar: str

    def history_of(self, case: Case) -> ToldHistory:
        """Return what *case* tells; what cannot be used is among the rejected."""
        number = case.ticket
        try:
            row = only_row(number, case.rows)
            cells = Cells(row, self.mapping.file)
            received_at = cells.moment(self.mapping.row.received_at)
            forwarded_at = self._forwarded_at(cells)
            is_early = forwarded_at is not None and forwarded_at < received_at
            steps = [
                *self._received(number, cells, received_at),
                *self._handled(number, cells, received_at, None if is_early else forwarded_at),
            ]
        except UnusableError as error:
            return set_aside(number, case.rows, error)
        flagged = [Rejected(row, Reason.BEFORE_OPENING, _early(cells, self.mapping), number)]
        return ToldHistory(number, case.rows, steps, flagged if is_early else [])

    def _forwarded_at(self, cells: Cells) -> datetime | None:
        columns = self.mapping.row.forwarded_at
        return cells.moment(columns) if cells.text(columns) else None

    def _received(self, number: str, cells: Cells, at: datetime) -> list[ComplaintStep]:
        columns, otherwise = self.mapping.row, self.mapping.otherwise
        channel, what = cells.text(columns.channel, otherwise), cells.text(columns.what, otherwise)
        steps: list[ComplaintStep] = [
            ComplaintReceived(
                complaint_id=number,
                customer_id=cells.text(columns.customer, otherwise),
                channel=self.mapping.channels.get(channel, channel),
                what=what,
                about=About(product=cells.text(columns.product)),
                standard=self.standard,
                calendar=self.calendar,
                at=at,
            ),
            ComplaintRegistered(
                complaint_id=number,
                by=otherwise,
                contact=cells.text(columns.contact, otherwise),
                demand=what,
                at=at,
            ),
        ]
        if cells.text(columns.category):
            category = cells.word(columns.category, self.mapping.categories)
            steps.append(
                ComplaintClassified(complaint_id=number, by=otherwise, category=category, at=at)
            )
        return steps

    def _handled(
        self, number: str, cells: Cells, received_at: datetime, forwarded_at: datetime | None
    ) -> list[ComplaintStep]:
        columns, otherwise = self.mapping.row, self.mapping.otherwise
        who, at = cells.text(columns.forwarded_to, otherwise), forwarded_at or received_at
        steps: list[ComplaintStep] = []
        if forwarded_at is not None:
            department = cells.text(columns.department, otherwise)
            steps = [ComplaintAssigned(complaint_id=number, to=who, department=department, at=at)]
        if cells.word(columns.reply, self.mapping.replies) is Reply.OPEN:
            return steps
        result = cells.text(columns.reply)
        if in_time := cells.text(columns.in_time):
            result = f"{result} (in time: {in_time})"
        steps.append(ComplaintFedBack(complaint_id=number, by=who, result=result, at=at))
        return [*steps, *self._said(number, cells, at)]

    def _said(self, number: str, cells: Cells, at: datetime) -> list[ComplaintStep]:
        columns, otherwise = self.mapping.row, self.mapping.otherwise
        match cells.word(columns.word, self.mapping.words):
            case Word.SATISFIED:
                return [
                    ComplaintSatisfied(complaint_id=number, asked_by=otherwise, at=at),
                    ComplaintClosed(
                        complaint_id=number, by=otherwise, outcome=Outcome.SATISFIED, at=at
                    ),
                ]
            case Word.DISSATISFIED:
                reason = f"{named(columns.word)}: {cells.text(columns.word)}"
                told = {"complaint_id": number, "reason": reason, "at": at}
                return [
                    ComplaintDissatisfied(asked_by=otherwise, **told),  # type: ignore[arg-type]
                    ComplaintTakenUpAgain(round=2, **told),  # type: ignore[arg-type]
                ]
            case _:
                return []


def _early(cells: Cells, mapping: ComplaintMapping) -> str:
    columns = mapping.row
    return (
        f"{named(columns.forwarded_at)} {cells.text(columns.forwarded_at)} is before "
        f"{named(columns.received_at)} {cells.text(columns.received_at)}; it is left out"
    )
