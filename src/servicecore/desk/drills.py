"""The counter for drills: planned for all staff, held, summarised, improved upon."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Unpack

import attrs

from ..domain.drill import Drill, decisions
from ..domain.preparedness import Scenario
from ..storage import Receipt
from .counter import Counter
from .drawer import Drawer
from .emergency_plans import EmergencyPlans
from .office import Office, Why
from .registry import DRILL


@attrs.frozen
class Drills(Counter[Drill]):
    """Rehearses emergencies with all staff, by the emergency plan of the year.

    Every command may say when it happened (``at``), and who asked for it.
    """

    _plans: EmergencyPlans

    @classmethod
    def of(cls, office: Office) -> Drills:
        """Open the counter."""
        return cls(Drawer(office, "drill", DRILL), EmergencyPlans.of(office))

    def plan(
        self,
        drill_id: str,
        *,
        plan_id: str,
        scenario: Scenario | str,
        planned_on: date,
        staff: Sequence[str],
        course: str,
        by: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Plan to rehearse something with all *staff*; the emergency plan will count it.

        Raises:
            RecordExistsError: If the number is taken.
            UnknownRecordError: If there is no such emergency plan.
        """
        office = self._drawer.office
        return self._drawer.begin(
            drill_id,
            decisions.plan_drill,
            why,
            at,
            emergency_plan_id=self._plans.get(plan_id).id,
            scenario=scenario,
            planned_on=planned_on,
            staff=staff,
            course=course,
            by=by,
            standard=office.standard.reference,
            calendar=office.calendar,
        )

    def hold(
        self,
        drill_id: str,
        *,
        participants: Sequence[str],
        excused: Mapping[str, str] | None = None,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Put on record who took part, and who was excused for which reason."""
        return self._drawer.decide_by_calendar(
            drill_id, decisions.hold, why, at, participants=participants, excused=excused
        )

    def summarise(
        self,
        drill_id: str,
        *,
        by: str,
        summary: str,
        weak_points: Sequence[str] = (),
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Sum up what it showed; weak points begin an improvement by themselves."""
        return self._drawer.decide(
            drill_id,
            decisions.summarise,
            why,
            at,
            by=by,
            summary=summary,
            weak_points=weak_points,
        )

    def name_improvement(
        self,
        drill_id: str,
        *,
        improvement_id: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Name an improvement that comes of it."""
        return self._drawer.decide(
            drill_id, decisions.name_improvement, why, at, improvement_id=improvement_id
        )

    def cancel(
        self,
        drill_id: str,
        *,
        by: str,
        reason: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Give a planned drill up."""
        return self._drawer.decide(drill_id, decisions.cancel, why, at, by=by, reason=reason)
