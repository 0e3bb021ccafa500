"""Whenever a training was held, its hours are credited to everybody who was there.

When the attendance is corrected, so is the credit.  The emergency plan of the year
counts a training for emergencies, too.

Source: om2025:7.2b, om2025:7.3b.
"""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

import attrs

from ..domain.emergency_plan import EmergencyPlan, EmergencyPlanEvent
from ..domain.emergency_plan.decisions import count_training
from ..domain.events import Recorded
from ..domain.staff import Employee, StaffEvent
from ..domain.staff.decisions import correct_credit, credit
from ..domain.standard import Rulebook
from ..domain.training import Attendance, TrainingAttendanceCorrected, TrainingHeld
from .wanted import Wanted


@attrs.frozen
class CreditTrainings:
    """Nobody has to keep a list of hours: what was attended stands in each record."""

    rulebook: Rulebook
    name: ClassVar[str] = "training_credit"
    version: ClassVar[str] = "1"
    listens: ClassVar[tuple[type, ...]] = (TrainingHeld, TrainingAttendanceCorrected)

    def react(self, recorded: Recorded) -> list[Wanted]:
        """Credit each attendance, and let the emergency plan count the training."""
        match recorded.event:
            case TrainingHeld() as held:
                credited = [self._credited(held, each) for each in held.attendance]
                return credited + ([self._counted(held)] if held.emergency_plan_id else [])
            case TrainingAttendanceCorrected() as corrected:
                gone = [Attendance(staff_id=e, attended=timedelta()) for e in corrected.absent]
                return [self._put_right(corrected, e) for e in (*corrected.attendance, *gone)]
            case _:
                return []

    def _credited(self, held: TrainingHeld, attendance: Attendance) -> Wanted:
        def decide(employee: Employee | None) -> list[StaffEvent]:
            return self._credit(employee, held, attendance) if employee else []

        return Wanted(f"staff/{attendance.staff_id}", decide)

    def _put_right(self, corrected: TrainingAttendanceCorrected, attendance: Attendance) -> Wanted:
        """Correct what was credited, or credit what was not."""

        def decide(employee: Employee | None) -> list[StaffEvent]:
            if employee is None:
                return []
            if employee.training(corrected.training_id) is None:
                return self._credit(employee, corrected, attendance)
            return correct_credit(
                employee,
                training_id=corrected.training_id,
                attended=attendance.attended,
                result=attendance.result,
                by=corrected.by,
                calendar=self.rulebook.calendar(employee.calendar),
                at=corrected.at,
            )

        return Wanted(f"staff/{attendance.staff_id}", decide)

    def _credit(
        self,
        employee: Employee,
        held: TrainingHeld | TrainingAttendanceCorrected,
        attendance: Attendance,
    ) -> list[StaffEvent]:
        if not attendance.attended:
            return []
        return credit(
            employee,
            training_id=held.training_id,
            topic=held.topic,
            held_on=held.held_on,
            attended=attendance.attended,
            result=attendance.result,
            calendar=self.rulebook.calendar(employee.calendar),
            at=held.at,
        )

    def _counted(self, held: TrainingHeld) -> Wanted:
        def decide(plan: EmergencyPlan | None) -> list[EmergencyPlanEvent]:
            if plan is None:
                return []
            return count_training(
                plan,
                training_id=held.training_id,
                held_on=held.held_on,
                lasted=held.lasted,
                at=held.at,
            )

        return Wanted(f"emergency_plan/{held.emergency_plan_id}", decide)
