"""The counter for emergencies: declared, watched, met, over, looked back on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Unpack

import attrs

from ..domain.emergency import Emergency, decisions
from ..domain.preparedness import Scenario
from ..storage import Receipt
from .counter import Counter
from .drawer import Drawer
from .emergency_plans import EmergencyPlans
from .office import Office, Why
from .registry import EMERGENCY


@attrs.frozen
class Emergencies(Counter[Emergency]):
    """Leads through an emergency, by the plan that says who answers for each level.

    Every command may say when it happened (``at``), and who asked for it.
    """

    _plans: EmergencyPlans

    @classmethod
    def of(cls, office: Office) -> Emergencies:
        """Open the counter."""
        return cls(Drawer(office, "emergency", EMERGENCY), EmergencyPlans.of(office))

    def declare(
        self,
        emergency_id: str,
        *,
        plan_id: str,
        level: str,
        scenario: Scenario | str,
        what: str,
        by: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Declare an emergency on a level of the plan.

        Raises:
            RecordExistsError: If the number is taken.
            UnknownRecordError: If there is no such plan.
            UnknownLevelError: If it has no such level.
        """
        office = self._drawer.office
        return self._drawer.begin(
            emergency_id,
            decisions.declare,
            why,
            at,
            emergency_plan_id=plan_id,
            scenario=scenario,
            level=self._plans.level(plan_id, level),
            what=what,
            by=by,
            standard=office.standard.reference,
            calendar=office.calendar.reference,
        )

    def monitor(
        self,
        emergency_id: str,
        *,
        by: str,
        finding: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Put on record how it stands."""
        return self._drawer.decide(emergency_id, decisions.monitor, why, at, by=by, finding=finding)

    def start_response(
        self, emergency_id: str, *, by: str, at: datetime | None = None, **why: Unpack[Why]
    ) -> Receipt:
        """Take it over, as the person responsible for its level."""
        return self._drawer.decide(emergency_id, decisions.start_response, why, at, by=by)

    def change_level(
        self,
        emergency_id: str,
        *,
        level: str,
        by: str,
        reason: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Let another level of the plan, as it stands now, answer for it.

        Raises:
            UnknownLevelError: If the plan has no such level.
        """
        plan_id = self.get(emergency_id).emergency_plan_id
        return self._drawer.decide(
            emergency_id,
            decisions.change_level,
            why,
            at,
            level=self._plans.level(plan_id, level),
            by=by,
            reason=reason,
        )

    def take_measure(
        self,
        emergency_id: str,
        *,
        by: str,
        measure: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Put on record what was done about it."""
        return self._drawer.decide(
            emergency_id, decisions.take_measure, why, at, by=by, measure=measure
        )

    def recover(
        self,
        emergency_id: str,
        *,
        by: str,
        result: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Return to the ordinary course, as the person responsible says."""
        return self._drawer.decide(emergency_id, decisions.recover, why, at, by=by, result=result)

    def evaluate(
        self,
        emergency_id: str,
        *,
        by: str,
        cause: str,
        assessment: str,
        lessons: Sequence[str],
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Look back on it: why it happened, how it was met, what is learnt."""
        return self._drawer.decide(
            emergency_id,
            decisions.evaluate,
            why,
            at,
            by=by,
            cause=cause,
            assessment=assessment,
            lessons=lessons,
        )
