"""The counter for trainings: planned for layers of the staff, held with those who were there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Unpack

import attrs

from ..domain.days import day_of
from ..domain.staff.decisions import must_serve_on
from ..domain.training import Training, decisions
from ..storage import Receipt
from .counter import Counter
from .drawer import Drawer
from .emergency_plans import EmergencyPlans
from .office import Office, Why
from .registry import TRAINING
from .staff import Staff


@attrs.frozen
class Trainings(Counter[Training]):
    """Plans and holds trainings; the hours are credited to everybody who was there.

    Every command may say when it happened (``at``), and who asked for it.
    """

    _plans: EmergencyPlans
    _staff: Staff

    @classmethod
    def of(cls, office: Office) -> Trainings:
        """Open the counter."""
        drawer = Drawer(office, "training", TRAINING)
        return cls(drawer, EmergencyPlans.of(office), Staff.of(office))

    def plan(
        self,
        training_id: str,
        *,
        topic: str,
        content: str,
        layers: Sequence[str],
        trainer: str,
        planned_on: date,
        lasts: timedelta,
        plan_id: str = "",
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Plan a training; one for emergencies (topic ``"emergency"``) names an emergency plan.

        Raises:
            RecordExistsError: If the number is taken.
            UnknownRecordError: If there is no such emergency plan.
        """
        office = self._drawer.office
        return self._drawer.begin(
            training_id,
            decisions.plan_training,
            why,
            at,
            topic=topic,
            content=content,
            layers=layers,
            trainer=trainer,
            planned_on=planned_on,
            lasts=lasts,
            emergency_plan_id=self._plans.get(plan_id).id if plan_id else "",
            standard=office.standard,
            calendar=office.calendar,
        )

    def hold(
        self,
        training_id: str,
        *,
        attended: Mapping[str, timedelta],
        results: Mapping[str, float] | None = None,
        lasted: timedelta | None = None,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Put on record who was there for how long, and how well each did, as a share of all.

        Raises:
            UnknownRecordError: If somebody was never on the staff.
            NotOnTheStaffError: If somebody was not on the staff that day.
        """
        moment, calendar = self._drawer.office.moment(at), self._drawer.calendar_of(training_id)
        for each in attended:
            must_serve_on(self._staff.get(each), day_of(moment, calendar))
        return self._drawer.decide(
            training_id,
            decisions.hold,
            why,
            moment,
            attended=attended,
            results=results,
            lasted=lasted,
            calendar=calendar,
        )

    def correct_attendance(
        self,
        training_id: str,
        *,
        by: str,
        reason: str,
        attended: Mapping[str, timedelta],
        results: Mapping[str, float] | None = None,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Put right who was there, for how long, and how well they did: all of them, told anew.

        Raises:
            NotHeldError: If it was not held.
            UnknownRecordError: If somebody was never on the staff.
            NotOnTheStaffError: If somebody was not on the staff that day.
        """
        if held_on := self.get(training_id).held_on:
            for each in attended:
                must_serve_on(self._staff.get(each), held_on)
        return self._drawer.decide(
            training_id,
            decisions.correct_attendance,
            why,
            at,
            by=by,
            reason=reason,
            attended=attended,
            results=results,
        )

    def cancel(
        self,
        training_id: str,
        *,
        by: str,
        reason: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Give a planned training up."""
        return self._drawer.decide(training_id, decisions.cancel, why, at, by=by, reason=reason)
