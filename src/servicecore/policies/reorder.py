"""Whenever the free stock of a spare part falls to its reorder level, more is asked for.

Once, until something is received, and not while something is on order
(pdr:3.4a); the ledger itself decides.
"""

from __future__ import annotations

from typing import ClassVar

import attrs

from ..domain.events import Recorded
from ..domain.spare_part import (
    SparePartAdjusted,
    SparePartExpired,
    SparePartIssued,
    SparePartPurchaseEnded,
    SparePartReceived,
    SparePartReorderLevelSet,
    SparePartReserved,
    SparePartScrapped,
    decisions,
)
from ..domain.standard import Rulebook
from .wanted import Wanted


@attrs.frozen
class ReorderInTime:
    """Stock is neither surplus nor short: what is taken is asked for again."""

    rulebook: Rulebook
    name: ClassVar[str] = "reorder"
    version: ClassVar[str] = "1"
    listens: ClassVar[tuple[type, ...]] = (
        SparePartAdjusted,
        SparePartExpired,
        SparePartIssued,
        SparePartPurchaseEnded,
        SparePartReceived,
        SparePartReorderLevelSet,
        SparePartReserved,
        SparePartScrapped,
    )

    def react(self, recorded: Recorded) -> list[Wanted]:
        """Look at the stock after each entry that may have made it low."""
        match recorded.event:
            case (
                SparePartReserved(at=at)
                | SparePartIssued(at=at)
                | SparePartAdjusted(at=at)
                | SparePartScrapped(at=at)
                | SparePartExpired(at=at)
                | SparePartReceived(at=at)
                | SparePartPurchaseEnded(at=at)
                | SparePartReorderLevelSet(at=at)
            ):
                return [
                    Wanted(
                        recorded.subject, lambda part: decisions.ask_for_more_if_low(part, at=at)
                    )
                ]
            case _:
                return []
