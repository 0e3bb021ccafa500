"""The counter for emergency plans: who answers on which level, what is rehearsed in a year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Unpack

import attrs

from ..domain.emergency_plan import EmergencyPlan, decisions
from ..domain.preparedness import ResponseLevel, Scenario
from ..storage import Receipt
from .counter import Counter
from .drawer import Drawer
from .office import Office, Why
from .registry import EMERGENCY_PLAN


@attrs.frozen
class EmergencyPlans(Counter[EmergencyPlan]):
    """Plans how emergencies of a year are prevented, met and rehearsed.

    Drills and emergency trainings that name a plan are counted in it; what is
    missing is told of in time, and when it is too late.  Every command may say
    when it happened (``at``), and who asked for it.
    """

    @classmethod
    def of(cls, office: Office) -> EmergencyPlans:
        """Open the counter."""
        return cls(Drawer(office, "emergency_plan", EMERGENCY_PLAN))

    def make(
        self,
        plan_id: str,
        *,
        year: int,
        by: str,
        levels: Sequence[ResponseLevel],
        prevention: Mapping[Scenario | str, str],
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Make the plan of a year; its levels stand from the lightest to the gravest.

        Raises:
            RecordExistsError: If the number is taken.
        """
        office = self._drawer.office
        return self._drawer.begin(
            plan_id,
            decisions.make_plan,
            why,
            at,
            year=year,
            by=by,
            levels=levels,
            prevention=prevention,
            standard=office.standard,
            calendar=office.calendar,
        )

    def revise(
        self,
        plan_id: str,
        *,
        by: str,
        reason: str,
        levels: Sequence[ResponseLevel] | None = None,
        prevention: Mapping[Scenario | str, str] | None = None,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Change a plan by what was learnt; what is not told stays."""
        return self._drawer.decide(
            plan_id,
            decisions.revise,
            why,
            at,
            by=by,
            reason=reason,
            levels=levels,
            prevention=prevention,
        )

    def level(self, plan_id: str, name: str) -> ResponseLevel:
        """Return a level of a plan, with its process and who answers for it.

        Raises:
            UnknownRecordError: If the plan was never made.
            UnknownLevelError: If it has no such level.
        """
        return decisions.level_named(self.get(plan_id), name)
