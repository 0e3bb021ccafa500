"""The counter for ratings: customer service judges repairs, within the time set (pdr:3.2c)."""

from __future__ import annotations

from datetime import datetime
from typing import Unpack

import attrs

from ..domain.rating import Rating, decisions
from ..storage import Receipt
from .counter import Counter
from .drawer import Drawer
from .office import Office, Why
from .registry import RATING


@attrs.frozen
class Ratings(Counter[Rating]):
    """Takes the ratings of repairs, one a ticket; they have the numbers of their tickets.

    Every command may say when it happened (``at``), and who asked for it.
    """

    @classmethod
    def of(cls, office: Office) -> Ratings:
        """Open the counter."""
        return cls(Drawer(office, "rating", RATING))

    def request(
        self,
        ticket_id: str,
        *,
        person: str,
        team: str = "",
        product: str = "",
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Ask for the rating of a repair; those of resolved tickets are asked for by themselves.

        Raises:
            MissingTimesError: If the organisation has not set the time for it.
            RecordExistsError: If that was done.
        """
        office = self._drawer.office
        office.standard.must_be_whole(of="rating")
        standard, calendar = office.standard.reference, office.calendar.reference
        return self._drawer.begin(
            ticket_id,
            decisions.request,
            why,
            at,
            ticket_id=ticket_id,
            product=product,
            team=team,
            person=person,
            standard=standard,
            calendar=calendar,
            terms=office.terms(standard, calendar, of="rating"),
        )

    def give(
        self,
        ticket_id: str,
        *,
        by: str,
        score: int,
        comment: str = "",
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Rate a repair from 1 to 5.

        Raises:
            UnknownRecordError: If no rating was asked for.
            AlreadyRatedError: If that was done.
            OwnRepairError: If whoever did the repair rates it.
        """
        rating = self._drawer.get(ticket_id)
        terms = self._drawer.office.terms(rating.standard, rating.calendar, of="rating")
        return self._drawer.decide(
            ticket_id, decisions.give, why, at, by=by, score=score, comment=comment, terms=terms
        )
