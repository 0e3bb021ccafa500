"""Whenever a quarter that is over was checked, the check of the next one is expected.

Source: om2025:4.3f; how often, and within how long, are house choices.
"""

from __future__ import annotations

from typing import ClassVar

import attrs

from ..domain.calendar_periods import CalendarPeriod, NoPeriodError
from ..domain.compliance import Compliance, ComplianceChecked, ComplianceEvent, decisions
from ..domain.days import beginning_of
from ..domain.events import Recorded
from ..domain.standard import Rulebook
from .wanted import Wanted


@attrs.frozen
class CheckTheNextQuarter:
    """Compliance is checked regularly, not when somebody thinks of it."""

    rulebook: Rulebook
    name: ClassVar[str] = "next_check"
    version: ClassVar[str] = "1"
    listens: ClassVar[tuple[type, ...]] = (ComplianceChecked,)

    def react(self, recorded: Recorded) -> list[Wanted]:
        """Schedule the quarter that follows, unless that was done."""
        match recorded.event:
            case ComplianceChecked() as checked if following := self._following(checked):
                return [
                    Wanted(
                        f"compliance/{following}",
                        lambda compliance: self._schedule(compliance, following, checked),
                    )
                ]
            case _:
                return []

    def _following(self, checked: ComplianceChecked) -> str:
        """Return the quarter after one that is over; nothing follows any other period."""
        try:
            period = CalendarPeriod.named(checked.compliance_id)
        except NoPeriodError:
            return ""
        calendar = self.rulebook.calendar(checked.calendar)
        is_over = checked.at >= beginning_of(checked.until, calendar)
        return period.following.name if is_over and period.per == "quarter" else ""

    def _schedule(
        self, compliance: Compliance | None, following: str, checked: ComplianceChecked
    ) -> list[ComplianceEvent]:
        if compliance is not None:
            return []
        allowed = self.rulebook.standard(checked.standard).duration(decisions.CHECK)
        return decisions.schedule(
            following,
            within=allowed.at_most if allowed else None,
            standard=checked.standard,
            calendar=self.rulebook.calendar(checked.calendar),
            at=checked.at,
        )
