"""One row for each spare part: its ledger, as the domain keeps it, and what was used when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import attrs

from ..domain.spare_part import events, evolve
from ..domain.spare_part.spare_part import SparePart
from .asking import Dimension
from .facts import Facts
from .tally import Tally

NAME = "part_facts"


@attrs.frozen(kw_only=True)
class Used:
    """So many pieces were built in for a ticket."""

    at: datetime
    quantity: int


@attrs.frozen(kw_only=True)
class PartFact:
    """A part with its ledger, and what was used of it."""

    part: SparePart
    used: tuple[Used, ...] = ()


def _fold(fact: PartFact | None, event: Any) -> PartFact:
    part = evolve(fact.part if fact else None, event)
    used = fact.used if fact else ()
    if isinstance(event, events.SparePartUsed):
        used = (*used, Used(at=event.at, quantity=event.quantity))
    return PartFact(part=part, used=used)


FACTS = Facts(name=NAME, kind="spare_part", row=PartFact, fold=_fold)

DIMENSIONS: Mapping[str, Dimension] = {
    "part": lambda fact: fact.part.id,
    "name": lambda fact: fact.part.name,
}


def stock(fact: PartFact, tally: Tally) -> None:
    """Add up what is there at the moment asked of; one without a free piece is short (pdr:3.4a).

    The period does not matter: a stock is not of a month, but of a moment.
    """
    part = fact.part
    tally.now("parts_on_hand", part.on_hand)
    tally.now("parts_free", part.free)
    tally.now("parts_to_come", part.to_come)
    tally.now_so("parts_short", part.free <= 0)
    tally.now_so("parts_at_reorder_level", part.free <= part.reorder_level)


def consumption(fact: PartFact, tally: Tally) -> None:
    """Add up the pieces that were built in (pdr:3.4a)."""
    for each in fact.used:
        tally.total("parts_used", each.at, each.quantity)
