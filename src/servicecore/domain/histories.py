"""What every history keeps to: it begins with its beginning, and holds nothing of another's."""

from __future__ import annotations

from typing import TypeVar

from .events import ImpossibleHistoryError

B = TypeVar("B")


def must_begin(event: object, beginning: type[B], before: str) -> B:
    """Return *event*, which is the first of a history, if that is how such histories begin.

    Raises:
        ImpossibleHistoryError: If it comes *before* what must have happened first.
    """
    if isinstance(event, beginning):
        return event
    msg = f"{event} cannot come before {before}"
    raise ImpossibleHistoryError(msg)


def must_belong(event: object, number: str, known: str, where: str) -> None:
    """Refuse an event that is about another record than the one in whose history it stands.

    Its *number* is told by the field of that name; events of another kind do not have it.

    Raises:
        ImpossibleHistoryError: Naming *where* it does not belong.
    """
    if getattr(event, number, None) != known:
        msg = f"{event} does not belong in {where} {known}"
        raise ImpossibleHistoryError(msg)
