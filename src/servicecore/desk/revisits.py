"""The counter for revisits: what customers were asked, what they told, what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Unpack

import attrs

from ..domain.relationship import (
    Answers,
    CustomerRelationship,
    Finding,
    FindingKind,
    Manner,
    Revisit,
    findings,
    revisiting,
)
from ..storage import Receipt
from .drawer import Drawer
from .office import Office, Why
from .registry import RELATIONSHIP


@attrs.frozen
class Revisits:
    """Asks customers how things are, and sees to what they tell.

    Revisits and findings are numbered customer by customer, and stand in the
    customer's file.  Those that a standard demands plan themselves.
    """

    _drawer: Drawer[CustomerRelationship]

    @classmethod
    def of(cls, office: Office) -> Revisits:
        """Open the counter."""
        first = "the customer's file: relationships.open"
        return cls(Drawer(office, "relationship", RELATIONSHIP, begins_with=first))

    # --- Revisits ---------------------------------------------------------------------

    def plan(
        self,
        customer_id: str,
        *,
        on: date,
        content: str,
        clause: str,
        manner: Manner | str = Manner.TELEPHONE,
        person: str = "",
        occasion: str = "",
        delivery_id: str = "",
        complaint_id: str = "",
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Plan to ask a customer how things are, besides what the standard demands."""
        return self._drawer.decide_by_calendar(
            customer_id,
            revisiting.plan_revisit,
            why,
            at,
            on=on,
            manner=manner,
            content=content,
            clause=clause,
            person=person,
            occasion=occasion,
            delivery_id=delivery_id,
            complaint_id=complaint_id,
        )

    def reschedule(
        self,
        customer_id: str,
        revisit: int,
        *,
        on: date,
        reason: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Give a revisit another day."""
        return self._drawer.decide_by_calendar(
            customer_id, revisiting.reschedule, why, at, revisit=revisit, on=on, reason=reason
        )

    def call_off(
        self,
        customer_id: str,
        revisit: int,
        *,
        reason: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Make a revisit not after all."""
        return self._drawer.decide(
            customer_id, revisiting.call_off, why, at, revisit=revisit, reason=reason
        )

    def hold(
        self,
        customer_id: str,
        revisit: int,
        *,
        by: str,
        answers: Answers,
        manner: Manner | str | None = None,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Record what a customer told on a revisit; its findings go to their departments."""
        return self._drawer.decide_by_calendar(
            customer_id,
            revisiting.hold,
            why,
            at,
            revisit=revisit,
            by=by,
            answers=answers,
            manner=manner,
        )

    # --- Findings ---------------------------------------------------------------------

    def record_finding(
        self,
        customer_id: str,
        *,
        kind: FindingKind | str,
        what: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Record what a customer told outside a revisit."""
        return self._drawer.decide(
            customer_id, findings.record_finding, why, at, kind=kind, what=what
        )

    def route_finding(
        self,
        customer_id: str,
        finding: int,
        *,
        to: str,
        clause: str = "pdr:2.5a",
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Let a department deal with a finding."""
        return self._drawer.decide(
            customer_id, findings.route, why, at, finding=finding, department=to, clause=clause
        )

    def investigate_finding(
        self,
        customer_id: str,
        finding: int,
        *,
        by: str,
        cause: str,
        measures: Iterable[str],
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Record the cause of a finding, and what is done about it."""
        return self._drawer.decide(
            customer_id,
            findings.investigate,
            why,
            at,
            finding=finding,
            by=by,
            cause=cause,
            measures=tuple(measures),
        )

    def answer_finding(
        self,
        customer_id: str,
        finding: int,
        *,
        by: str,
        answer: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Tell a customer what became of a finding."""
        return self._drawer.decide(
            customer_id, findings.answer, why, at, finding=finding, by=by, answer=answer
        )

    def track_effect(
        self,
        customer_id: str,
        finding: int,
        *,
        by: str,
        has_helped: bool,
        effect: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Look whether the measures against a finding have helped."""
        return self._drawer.decide(
            customer_id,
            findings.track_effect,
            why,
            at,
            finding=finding,
            by=by,
            has_helped=has_helped,
            effect=effect,
        )

    def rate_answer(
        self,
        customer_id: str,
        finding: int,
        *,
        by: str,
        is_satisfied: bool,
        comment: str = "",
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Record whether a customer is satisfied with an answer."""
        return self._drawer.decide(
            customer_id,
            findings.rate_answer,
            why,
            at,
            finding=finding,
            by=by,
            is_satisfied=is_satisfied,
            comment=comment,
        )

    # --- Questions --------------------------------------------------------------------

    def of_customer(self, customer_id: str) -> tuple[Revisit, ...]:
        """Return a customer's revisits, oldest first.

        Raises:
            UnknownRecordError: If there is no file.
        """
        return tuple(self._drawer.get(customer_id).revisits.values())

    def findings(self, customer_id: str) -> tuple[Finding, ...]:
        """Return what a customer told, oldest first.

        Raises:
            UnknownRecordError: If there is no file.
        """
        return tuple(self._drawer.get(customer_id).findings.values())
