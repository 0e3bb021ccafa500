"""The counter for the safekeeping of records: was a copy made in time?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Unpack

import attrs

from ..domain.safekeeping import Safekeeping, SafekeepingEvent, decisions, evolve
from ..domain.spans import Span
from ..domain.standard import ServiceStandard
from ..storage import Receipt
from .counter import Counter
from .drawer import Drawer
from .office import Office, Why
from .registry import SAFEKEEPING


@attrs.frozen
class SafekeepingCounter(Counter[Safekeeping]):
    """Has records backed up and archived regularly, as often as the standard says.

    There are two records, ``backup`` and ``archive``.  The counter makes no copies:
    ``desk.log.backup(…)`` or whatever the storage offers does.
    """

    @classmethod
    def of(cls, office: Office) -> SafekeepingCounter:
        """Open the counter."""
        return cls(Drawer(office, "safekeeping", SAFEKEEPING))

    def expect(
        self, safekeeping_id: str, *, at: datetime | None = None, **why: Unpack[Why]
    ) -> Receipt:
        """Expect the first backup, or archive; each that is made has the next one expected.

        Raises:
            UnknownCopyError: If it is neither.
            MissingTimesError: If the standard does not say how often it is made.
            RecordExistsError: If it is expected already.
        """
        office = self._drawer.office
        return self._drawer.begin(
            safekeeping_id,
            decisions.expect,
            why,
            at,
            every=_how_often(office.standard, safekeeping_id),
            standard=office.standard.reference,
            calendar=office.calendar,
        )

    def record(
        self,
        safekeeping_id: str,
        *,
        by: str,
        kept_at: str,
        up_to: int | None = None,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Put on record that a copy was made, and where it lies; the next one is expected then.

        It holds the log up to a position: to its end, if nobody says.  The first one
        that is recorded need not have been expected.

        Raises:
            UnknownCopyError: If it is neither a backup nor an archive.
            MissingTimesError: If the standard does not say how often it is made.
            CopiesInOrderError: If it is older than the last, or holds what is not on record.
        """
        office, now = self._drawer.office, self._drawer.office.moment(at)
        head = office.log.head()

        def record(safekeeping: Safekeeping | None) -> Iterable[SafekeepingEvent]:
            book = office.rulebook
            standard = book.standard(safekeeping.standard) if safekeeping else office.standard
            calendar = book.calendar(safekeeping.calendar) if safekeeping else office.calendar
            every = _how_often(standard, safekeeping_id)
            begun: list[SafekeepingEvent] = []
            if safekeeping is None:
                begun = decisions.expect(
                    safekeeping_id,
                    every=every,
                    standard=standard.reference,
                    calendar=calendar,
                    at=now,
                )
                safekeeping = evolve(None, begun[0])
            made = decisions.record(
                safekeeping,
                by=by,
                kept_at=kept_at,
                up_to=head if up_to is None else up_to,
                head=head,
                every=every,
                calendar=calendar,
                at=now,
            )
            return [*begun, *made]

        subject = self._drawer.subject(safekeeping_id)
        return office.execute(subject, record, self._drawer.fold, why)


def _how_often(standard: ServiceStandard, sort: str) -> Span:
    """Return how often a copy is made; of what is no copy, the rules have to speak first."""
    return standard.at_most(sort) if sort in decisions.SORTS else Span()
