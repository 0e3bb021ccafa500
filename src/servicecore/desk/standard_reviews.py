"""The counter for reviews of the standards in use: do they still say what they should?"""

from __future__ import annotations

from datetime import date, datetime
from typing import Unpack

import attrs

from ..domain.standard_review import StandardReview, decisions
from ..storage import Receipt
from .counter import Counter
from .drawer import Drawer
from .office import Office, Why
from .registry import STANDARD_REVIEW


@attrs.frozen
class StandardReviews(Counter[StandardReview]):
    """Has each standard in use looked at regularly, and records what it was revised to.

    A record goes by the standard's id: ``operations_manual_2025``.
    """

    @classmethod
    def of(cls, office: Office) -> StandardReviews:
        """Open the counter."""
        return cls(Drawer(office, "standard_review", STANDARD_REVIEW))

    def plan(
        self,
        standard_id: str,
        *,
        due_on: date,
        in_force: str | None = None,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Expect that a standard is looked at on a day; after that, it comes back by itself.

        *in_force* is its version in use; the desk's own, by default.
        """
        office = self._drawer.office
        return self._drawer.begin(
            standard_id,
            decisions.plan,
            why,
            at,
            in_force=office.standard.reference if in_force is None else in_force,
            due_on=due_on,
            standard=office.standard.reference,
            calendar=office.calendar,
        )

    def hold(
        self,
        standard_id: str,
        *,
        by: str,
        finding: str,
        revised_to: str | None = None,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Put on record what was found, and which version the standard was revised to.

        Raises:
            MissingTimesError: If the standard does not say how often it is looked at.
        """
        return self._drawer.decide_by_calendar(
            standard_id,
            decisions.hold,
            why,
            at,
            by=by,
            finding=finding,
            revised_to=revised_to,
            again_after=self._drawer.standard_of(standard_id).at_most(decisions.REVIEW),
        )
