"""What each person did; to be compared within one priority only, and never by few cases."""

from __future__ import annotations

import attrs

from .answer import Answer

SCORECARD = ("priority", "served_by")  #: A card for each person, within one priority.
FEW = 10  #: Fewer cases than these say more about luck than about a person.


def with_few(answer: Answer) -> Answer:
    """Mark the figures that rest on few cases."""
    marked = (attrs.evolve(each, few=each.n < FEW) for each in answer)
    return attrs.evolve(answer, measured=tuple(marked))
