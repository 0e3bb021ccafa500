"""What counters of the same make share: the drawer that holds their records."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Generic, TypeVar

import attrs

from ..domain.calendar import WorkingCalendar
from ..domain.events import Recorded
from ..domain.refusals import RefusedError
from ..domain.standard import ServiceStandard
from ..storage import Fold, Receipt
from .office import Office, Why

S = TypeVar("S")


class UnknownRecordError(LookupError):
    """No record of that kind has that number."""


class RecordExistsError(RefusedError):
    """A record of that kind with that number was begun before."""


@attrs.frozen
class Drawer(Generic[S]):
    """Records of one *kind*, each under its number, of which a *clause* may allow but one."""

    office: Office
    kind: str
    fold: Fold[S]
    clause: str = ""
    begins_with: str = ""  #: What has to be done first, where that is at another counter.

    def begin(
        self,
        number: str,
        decide: Callable[..., Iterable[Any]],
        why: Why,
        at: datetime | None,
        **facts: Any,
    ) -> Receipt:
        """Begin a record.

        Raises:
            RecordExistsError: If the number is taken.
        """
        facts["at"] = self.office.moment(at)

        def decide_anew(record: S | None) -> Iterable[Any]:
            if record is not None:
                msg = f"{self._name(number)} is on record already{self._by_its_clause}"
                raise RecordExistsError(msg)
            return decide(number, **facts)

        return self.office.execute(self.subject(number), decide_anew, self.fold, why)

    def decide(
        self,
        number: str,
        verb: Callable[..., Iterable[Any]],
        why: Why,
        at: datetime | None,
        **facts: Any,
    ) -> Receipt:
        """Go on with a record.

        Raises:
            UnknownRecordError: If it was never begun.
        """
        facts["at"] = self.office.moment(at)

        def decide(record: S | None) -> Iterable[Any]:
            return verb(self._known(record, number), **facts)

        return self.office.execute(self.subject(number), decide, self.fold, why)

    def decide_by_calendar(
        self,
        number: str,
        verb: Callable[..., Iterable[Any]],
        why: Why,
        at: datetime | None,
        **facts: Any,
    ) -> Receipt:
        """Go on with a record, where it matters on which day something happens."""
        return self.decide(number, verb, why, at, calendar=self.calendar_of(number), **facts)

    def get(self, number: str) -> S:
        """Return a record as it is now.

        Raises:
            UnknownRecordError: If it was never begun.
        """
        record, _ = self.office.log.load(self.subject(number), self.fold)
        return self._known(record, number)

    def history(self, number: str) -> list[Recorded]:
        """Return everything on record under a number, oldest first.

        Raises:
            UnknownRecordError: If there is nothing.
        """
        history = self.office.log.history(self.subject(number))
        if not history:
            self._known(None, number)
        return history

    def calendar_of(self, number: str) -> WorkingCalendar:
        """Return the calendar that a record was begun under; it keeps that for ever."""
        record: Any = self.get(number)
        return self.office.rulebook.calendar(record.calendar)

    def standard_of(self, number: str) -> ServiceStandard:
        """Return the standard that a record was begun under; it keeps that for ever."""
        record: Any = self.get(number)
        return self.office.rulebook.standard(record.standard)

    @property
    def _by_its_clause(self) -> str:
        return f" ({self.clause})" if self.clause else ""

    def subject(self, number: str) -> str:
        """Return what the log calls a record."""
        return f"{self.kind}/{number}"

    def _known(self, record: S | None, number: str) -> S:
        if record is None:
            first = f"; first comes {self.begins_with}" if self.begins_with else ""
            msg = f"there is no {self._name(number)}{first}"
            raise UnknownRecordError(msg)
        return record

    def _name(self, number: str) -> str:
        return f"{self.kind.replace('_', ' ')} {number!r}"
