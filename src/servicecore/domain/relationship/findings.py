"""What is decided about findings: recorded, routed, investigated, answered, followed up."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from ..refusals import must_be_told, one_or_more
from . import refusals, revisit_events
from .events import RelationshipEvent
from .guards import choice_of, must_be_open, must_be_welcome, open_finding
from .relationship import CustomerRelationship
from .revisit import Finding
from .revisit_events import FindingKind


def record_finding(
    file: CustomerRelationship, *, kind: FindingKind | str, what: str, at: datetime
) -> list[RelationshipEvent]:
    """Record what a customer told outside a revisit: feedback belongs in the file (om2025:5.2a)."""
    must_be_open(file, at)
    known = choice_of(FindingKind, kind, "kind of finding", of=file.id)
    return recorded(file, [(known, what)], at=at)


def recorded(
    file: CustomerRelationship,
    told: Iterable[tuple[FindingKind, str]],
    *,
    revisit: int = 0,
    at: datetime,
) -> list[RelationshipEvent]:
    """Return what was *told* as findings, each under a number of its own."""
    numbered = list(enumerate(told, start=len(file.findings) + 1))
    must_be_told(**{f"{kind.value} {n}": what for n, (kind, what) in numbered})
    return [
        revisit_events.FindingRecorded(
            customer_id=file.id, finding=n, kind=kind, what=what, revisit=revisit, at=at
        )
        for n, (kind, what) in numbered
    ]


def route(
    file: CustomerRelationship, *, finding: int, department: str, clause: str, at: datetime
) -> list[RelationshipEvent]:
    """Let a department deal with a finding (pdr:2.5a)."""
    must_be_open(file, at)
    must_be_told(department=department, clause=clause)
    if open_finding(file, finding, "routed").department == department:
        return []
    routed = revisit_events.FindingRouted(
        customer_id=file.id, finding=finding, department=department, clause=clause, at=at
    )
    return [routed]


def investigate(
    file: CustomerRelationship,
    *,
    finding: int,
    by: str,
    cause: str,
    measures: Iterable[str],
    at: datetime,
) -> list[RelationshipEvent]:
    """Find the cause of a finding, and settle what is done about it (pdr:2.5b).

    Raises:
        NotRoutedError: If no department deals with it.
        IncompleteError: If nothing is done about it.
    """
    must_be_open(file, at)
    _routed(file, finding, "investigated")
    must_be_told(by=by, cause=cause)
    whose = f"finding {finding} of customer {file.id}"
    settled = one_or_more("measure", measures, whose=whose, clause="pdr:2.5b")
    investigated = revisit_events.FindingInvestigated(
        customer_id=file.id, finding=finding, by=by, cause=cause, measures=settled, at=at
    )
    return [investigated]


def answer(
    file: CustomerRelationship, *, finding: int, by: str, answer: str, at: datetime
) -> list[RelationshipEvent]:
    """Tell the customer what became of a finding (pdr:2.5a).

    Raises:
        NotRoutedError: If no department deals with it.
        NotInvestigatedError: If it is about the quality, and nothing is done about it.
    """
    must_be_open(file, at)
    must_be_told(by=by, answer=answer)
    known = _routed(file, finding, "answered")
    if known.kind is FindingKind.QUALITY:
        _must_have_measures(file, known)
    answered = revisit_events.FindingAnswered(
        customer_id=file.id, finding=finding, by=by, answer=answer, at=at
    )
    return [answered]


def track_effect(
    file: CustomerRelationship,
    *,
    finding: int,
    by: str,
    has_helped: bool,
    effect: str,
    at: datetime,
) -> list[RelationshipEvent]:
    """Look whether the measures have helped; if not, it is investigated again (pdr:2.5b).

    Raises:
        NotInvestigatedError: If there are no measures.
    """
    must_be_open(file, at)
    must_be_told(by=by, effect=effect)
    _must_have_measures(file, open_finding(file, finding, "tracked"))
    tracked = revisit_events.EffectTracked(
        customer_id=file.id, finding=finding, by=by, has_helped=has_helped, effect=effect, at=at
    )
    return [tracked]


def rate_answer(
    file: CustomerRelationship,
    *,
    finding: int,
    by: str,
    is_satisfied: bool,
    comment: str = "",
    at: datetime,
) -> list[RelationshipEvent]:
    """Ask the customer about the answer; one that does not satisfy is given anew (pdr:2.5a).

    Raises:
        NotAnsweredError: If there is no answer, or the customer was asked about it.
        NoConsentError: If the customer has not agreed to be contacted.
    """
    must_be_open(file, at)
    must_be_told(by=by)
    known = open_finding(file, finding, "rated")
    must_be_welcome(file)
    if not known.answer or known.is_satisfied is not None:
        msg = f"finding {finding} of customer {file.id} has no answer to ask about (pdr:2.5a)"
        raise refusals.NotAnsweredError(msg)
    rated = revisit_events.AnswerRated(
        customer_id=file.id,
        finding=finding,
        by=by,
        is_satisfied=is_satisfied,
        comment=comment,
        at=at,
    )
    return [rated]


# -------------------------------------------------------------------------------------


def _routed(file: CustomerRelationship, number: int, done: str) -> Finding:
    finding = open_finding(file, number, done)
    if not finding.department:
        msg = (
            f"finding {number} of customer {file.id} belongs to no department yet, "
            f"so it cannot be {done} (pdr:2.5a)"
        )
        raise refusals.NotRoutedError(msg)
    return finding


def _must_have_measures(file: CustomerRelationship, finding: Finding) -> None:
    if not finding.measures:
        msg = (
            f"finding {finding.number} of customer {file.id} was not investigated, "
            "or not since its measures failed (pdr:2.5b)"
        )
        raise refusals.NotInvestigatedError(msg)
