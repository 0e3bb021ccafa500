"""Whenever a drill was held with all staff, the emergency plan of its year counts it.

Source: om2025:7.1c.  A drill from which somebody was absent without an excuse
does not count as one with all staff (house choice).
"""

from __future__ import annotations

from typing import ClassVar

import attrs

from ..domain.drill import DrillHeld
from ..domain.emergency_plan import EmergencyPlan, EmergencyPlanEvent, decisions
from ..domain.events import Recorded
from ..domain.standard import Rulebook
from .wanted import Wanted


@attrs.frozen
class CountDrills:
    """What was rehearsed in a quarter is known where it is asked for."""

    rulebook: Rulebook
    name: ClassVar[str] = "drill_count"
    version: ClassVar[str] = "1"
    listens: ClassVar[tuple[type, ...]] = (DrillHeld,)

    def react(self, recorded: Recorded) -> list[Wanted]:
        """Let the plan count a drill that nobody missed."""
        match recorded.event:
            case DrillHeld(is_of_all_staff=True) as held:
                plan = f"emergency_plan/{held.emergency_plan_id}"
                return [Wanted(plan, lambda state: _counted(state, held))]
            case _:
                return []


def _counted(plan: EmergencyPlan | None, held: DrillHeld) -> list[EmergencyPlanEvent]:
    if plan is None:
        return []
    return decisions.count_drill(plan, drill_id=held.drill_id, held_on=held.held_on, at=held.at)
