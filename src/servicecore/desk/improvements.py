"""The counter for improvements: feedback, its cause, what is done about it, and the effect."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Unpack

import attrs

from ..domain.improvement import Improvement, Measure, Source, acting, decisions
from ..domain.people import Level
from ..storage import Receipt
from .counter import Counter
from .drawer import Drawer
from .office import Office, Why
from .registry import IMPROVEMENT


@attrs.frozen
class Improvements(Counter[Improvement]):
    """Takes feedback round the circle: plan, do, check, act.

    Every command may say when it happened (``at``), and who asked for it.
    *level* is the level at which somebody acts: supervisors find root causes,
    and management sets measures.
    """

    @classmethod
    def of(cls, office: Office) -> Improvements:
        """Open the counter."""
        return cls(Drawer(office, "improvement", IMPROVEMENT))

    # --- Plan ------------------------------------------------------------------------

    def collect(
        self,
        improvement_id: str,
        *,
        source: Source | str,
        about: str,
        origin: str = "",
        customer_id: str | None = None,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Put feedback on record: what could be better, and where we learnt of it.

        Raises:
            RecordExistsError: If the number is taken.
            MissingTimesError: If the standard leaves a time of feedback open.
        """
        office = self._drawer.office
        office.standard.must_be_whole(of="feedback")
        terms = office.rulebook.terms(
            office.standard.reference, office.calendar.reference, of="feedback"
        )

        def begin(number: str, **facts: Any) -> Iterable[Any]:
            return decisions.collect(None, improvement_id=number, **facts)

        return self._drawer.begin(
            improvement_id,
            begin,
            why,
            at,
            source=source,
            about=about,
            origin=origin,
            customer_id=customer_id,
            terms=terms,
        )

    def answer(
        self,
        improvement_id: str,
        *,
        by: str,
        answer: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Tell the customer what becomes of the feedback."""
        return self._do(improvement_id, decisions.answer, why, at, by=by, answer=answer)

    def find_cause(
        self,
        improvement_id: str,
        *,
        by: str,
        level: Level | str,
        cause: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Put the root cause on record."""
        return self._do(
            improvement_id, decisions.find_cause, why, at, by=by, level=level, cause=cause
        )

    def set_measures(
        self,
        improvement_id: str,
        measures: Iterable[Measure],
        *,
        by: str,
        level: Level | str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Settle what will be done, by which department, by whom, until when."""
        return self._do(
            improvement_id,
            decisions.set_measures,
            why,
            at,
            measures=tuple(measures),
            by=by,
            level=level,
        )

    # --- Do --------------------------------------------------------------------------

    def carry_out(
        self,
        improvement_id: str,
        *,
        measure: int,
        by: str,
        result: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Put on record that a measure is done; the first is number one.

        With the last one, the checks of the effect get their day.
        """
        tracked = self._drawer.standard_of(improvement_id).setting("effect_tracked")
        return self._do(
            improvement_id,
            decisions.carry_out,
            why,
            at,
            measure=measure,
            by=by,
            result=result,
            tracked=tracked.values if tracked else (),
        )

    # --- Check -----------------------------------------------------------------------

    def check_effect(
        self,
        improvement_id: str,
        *,
        check: str = "",
        by: str,
        has_effect: bool,
        finding: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Say whether the measures have an effect; *check* names the turn, if it is one."""
        return self._do(
            improvement_id,
            decisions.check_effect,
            why,
            at,
            check=check,
            by=by,
            has_effect=has_effect,
            finding=finding,
        )

    # --- Act -------------------------------------------------------------------------

    def adopt(
        self,
        improvement_id: str,
        *,
        by: str,
        standard_practice: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Make what had an effect the standard way of working."""
        return self._do(
            improvement_id, acting.adopt, why, at, by=by, standard_practice=standard_practice
        )

    def take_up_again(
        self,
        improvement_id: str,
        *,
        by: str,
        reason: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Begin the circle anew with what had no effect."""
        return self._do(improvement_id, acting.take_up_again, why, at, by=by, reason=reason)

    def close(
        self, improvement_id: str, *, by: str, at: datetime | None = None, **why: Unpack[Why]
    ) -> Receipt:
        """Close what is the standard way of working, and was tracked to the end."""
        return self._do(improvement_id, acting.close, why, at, by=by)

    def drop(
        self,
        improvement_id: str,
        *,
        by: str,
        reason: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Do nothing more about it, for a reason."""
        return self._do(improvement_id, acting.drop, why, at, by=by, reason=reason)

    # --- Questions -------------------------------------------------------------------

    # ---------------------------------------------------------------------------------

    def _do(
        self,
        improvement_id: str,
        verb: Callable[..., Iterable[Any]],
        why: Why,
        at: datetime | None,
        **facts: Any,
    ) -> Receipt:
        known = self._drawer.get(improvement_id)  # Under its own standard and calendar, for ever.
        book = self._drawer.office.rulebook
        terms = book.terms(known.standard, known.calendar, of="feedback")
        return self._drawer.decide(improvement_id, verb, why, at, terms=terms, **facts)
