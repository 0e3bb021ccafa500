"""The counter for the staff: who serves, what they can, how well they do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Unpack

import attrs

from ..domain.staff import Employee, appraising, decisions
from ..storage import Receipt
from .counter import Counter
from .drawer import Drawer
from .office import Office, Why
from .registry import STAFF


@attrs.frozen
class Staff(Counter[Employee]):
    """Keeps a record of everybody who serves: layer, trainings, skills, appraisals.

    Hours of training are credited when a training is held.  Every command may
    say when it happened (``at``), and who asked for it.
    """

    @classmethod
    def of(cls, office: Office) -> Staff:
        """Open the counter."""
        return cls(Drawer(office, "staff", STAFF))

    def join(
        self,
        staff_id: str,
        *,
        layer: str,
        post: str,
        joined_on: date,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Begin the record of somebody who came on the staff.

        Raises:
            RecordExistsError: If somebody is called that.
        """
        office = self._drawer.office
        return self._drawer.begin(
            staff_id,
            decisions.join,
            why,
            at,
            layer=layer,
            post=post,
            joined_on=joined_on,
            standard=office.standard,
            calendar=office.calendar,
        )

    def change_layer(
        self,
        staff_id: str,
        *,
        layer: str,
        reason: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Let somebody be trained with another layer from now on."""
        standard = self._drawer.standard_of(staff_id)
        return self._drawer.decide(
            staff_id,
            decisions.change_layer,
            why,
            at,
            layer=layer,
            reason=reason,
            standard=standard,
        )

    def leave(
        self,
        staff_id: str,
        *,
        left_on: date,
        reason: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Put on record that somebody left; *left_on* was their last day."""
        return self._drawer.decide(
            staff_id, decisions.leave, why, at, left_on=left_on, reason=reason
        )

    # --- What they can, and how well they do ------------------------------------------

    def qualify(
        self,
        staff_id: str,
        *,
        skill: str,
        training_id: str,
        by: str,
        evidence: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Put on record that somebody is skilled in something, by a training they attended."""
        return self._drawer.decide(
            staff_id,
            decisions.qualify,
            why,
            at,
            skill=skill,
            training_id=training_id,
            by=by,
            evidence=evidence,
        )

    def disqualify(
        self,
        staff_id: str,
        *,
        skill: str,
        by: str,
        reason: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Take a skill back."""
        return self._drawer.decide(
            staff_id, decisions.disqualify, why, at, skill=skill, by=by, reason=reason
        )

    def appraise(
        self,
        staff_id: str,
        *,
        period: str,
        by: str,
        scores: Mapping[str, float],
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Put on record how well somebody did in ``2025-Q1`` or ``2025``; scores are shares."""
        return self._drawer.decide_by_calendar(
            staff_id,
            appraising.appraise,
            why,
            at,
            period=period,
            by=by,
            scores=scores,
            standard=self._drawer.standard_of(staff_id),
        )
