"""A loaner as its history leaves it."""

from __future__ import annotations

from datetime import datetime

import attrs

from servicecore.extending import ImpossibleHistoryError, Reminders, outstanding

from .events import LoanerAskedBack, LoanerBroughtBack, LoanerEvent, LoanerLent, LoanerOverdue


@attrs.frozen(kw_only=True)
class Loaner:
    """A device that is, or was, with a customer while theirs is repaired."""

    id: str
    device: str
    standard: str
    calendar: str
    back_by: datetime | None = None
    is_overdue: bool = False
    is_back: bool = False
    reminders: Reminders = ()


def evolve(loaner: Loaner | None, event: LoanerEvent) -> Loaner:
    """Return *loaner* as *event* leaves it; there is none before it is lent.

    Raises:
        ImpossibleHistoryError: If *event* cannot come at this point.
    """
    if loaner is None and isinstance(event, LoanerLent):
        return Loaner(
            id=event.loaner_id,
            device=event.device,
            standard=event.standard,
            calendar=event.calendar,
        )
    if loaner is None or loaner.is_back:
        msg = f"{event} cannot follow {loaner}"
        raise ImpossibleHistoryError(msg)
    left = attrs.evolve(loaner, reminders=outstanding(loaner.reminders, event))
    match event:
        case LoanerAskedBack(by=by) if loaner.back_by is None:
            return attrs.evolve(left, back_by=by)
        case LoanerOverdue():
            return attrs.evolve(left, is_overdue=True)
        case LoanerBroughtBack():
            return attrs.evolve(left, is_back=True, is_overdue=False)
        case _:
            msg = f"{event} cannot follow {loaner}"
            raise ImpossibleHistoryError(msg)
