"""A little office in which customers, faults and days are drawn by lot."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from random import Random

from servicecore import ServiceDesk
from servicecore.domain.standard import ServiceStandard

MONDAY = datetime(2025, 3, 3, 1, tzinfo=timezone.utc)  # Nine in Shanghai.


class Office:
    """The same seed is the same office."""

    def __init__(
        self,
        seed: int,
        *,
        standard: str | ServiceStandard = "operations_manual_2025",
        keys: str = "",
    ) -> None:
        self.lot = Random(seed)  # noqa: S311  # drawn by lot, not in secret
        self.now = MONDAY
        self.desk = ServiceDesk.open(
            "memory:", standard=standard, clock=lambda: self.now, keys=keys
        )

    def later(self, **most: float) -> datetime:
        """Let some time pass, at most so much, and let fall due what does."""
        self.now += timedelta(seconds=self.lot.randint(60, int(timedelta(**most).total_seconds())))
        self.desk.run_due(self.now)
        return self.now
