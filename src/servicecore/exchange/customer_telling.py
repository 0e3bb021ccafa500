"""Tells the row of a customer as events: there since then, under contract, perhaps gone.

The file says how things stood on one day; the importer has to say which.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone

import attrs

from ..domain.relationship import (
    ContractSigned,
    CustomerLost,
    Grade,
    ProductDelivered,
    RelationshipEvent,
    RelationshipOpened,
)
from ..domain.spans import Span
from .cases import Case
from .mappings import named
from .mappings.customers import CustomerMapping, Standing
from .quarantine import Reason
from .told import Cells, ToldHistory, UnusableError, only_row, set_aside

_FIRST = "1"  #: The number of the only delivery, and of the only contract, that the file tells of.
_DAY = timedelta(days=1)


@attrs.frozen(kw_only=True)
class CustomerTeller:
    """Reads customers row by row, as they stood when the day *as_of* began."""

    mapping: CustomerMapping
    as_of: date
    standard: str
    calendar: str

    def history_of(self, case: Case) -> ToldHistory:
        """Return what *case* tells; a row that cannot be used is among the rejected."""
        try:
            cells = Cells(only_row(case.ticket, case.rows), self.mapping.file)
            return ToldHistory(case.ticket, case.rows, self._steps(case.ticket, cells), [])
        except UnusableError as error:
            return set_aside(case.ticket, case.rows, error)

    def _steps(self, customer: str, cells: Cells) -> list[RelationshipEvent]:
        columns, otherwise = self.mapping.row, self.mapping.otherwise
        months = self._months(cells)
        since = self._months_ago(months)
        term = cells.word(columns.term, self.mapping.terms)
        standing = cells.word(columns.gone, self.mapping.gone)
        at, product = self._beginning(since), cells.text(columns.product, otherwise)
        steps: list[RelationshipEvent] = [
            RelationshipOpened(
                customer_id=customer,
                name=cells.text(columns.name, otherwise),
                contact=cells.text(columns.contact, otherwise),
                kind=cells.text(columns.kind, otherwise),
                grade=Grade.ORDINARY,
                responsible=cells.text(columns.responsible, otherwise),
                standard=self.standard,
                calendar=self.calendar,
                at=at,
            ),
            ProductDelivered(
                customer_id=customer,
                delivery_id=_FIRST,
                product=self.mapping.products.get(product, product),
                project="",
                delivered_on=since,
                at=at,
            ),
            ContractSigned(
                customer_id=customer,
                contract_id=_FIRST,
                until=_end_of_term(since, months, term),
                at=at,
            ),
        ]
        if standing is Standing.GONE:
            reason = cells.text(columns.reason, otherwise)
            left = self._beginning(self.as_of)
            steps.append(CustomerLost(customer_id=customer, reason=reason, at=left))
        return steps

    def _months(self, cells: Cells) -> int:
        columns = self.mapping.row.months
        text = cells.text(columns)
        if text.isdecimal():
            return int(text)
        because = f"{named(columns)} is {text!r}; expected a number of months"
        raise UnusableError(Reason.NO_MOMENT, because)

    def _months_ago(self, months: int) -> date:
        try:
            return Span(months=-months).after(self.as_of)
        except (ValueError, OverflowError):
            because = f"{months} months before {self.as_of} there was no calendar"
            raise UnusableError(Reason.NO_MOMENT, because) from None

    def _beginning(self, day: date) -> datetime:
        zone = self.mapping.file.time_zone
        return datetime.combine(day, time(), tzinfo=zone).astimezone(timezone.utc)


def _end_of_term(since: date, months: int, term: Span) -> date:
    """Return the last day of the term that is running after so many *months*."""
    terms = months // term.months + 1
    return Span(months=terms * term.months).after(since) - _DAY
