"""The counter for complaints: from the first word of it until the customer is satisfied."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Unpack

import attrs

from ..domain.complaint import (
    About,
    Category,
    Complaint,
    ComplaintEvent,
    Measure,
    Severity,
    TeamMember,
    category_of,
    decisions,
    ending,
    severity_of,
)
from ..domain.events import Recorded
from ..domain.refusals import RefusedError
from ..exchange.mappings import ComplaintMapping
from ..storage import Receipt
from .importing_customers import import_complaints
from .importing_records import How, RecordImportSummary
from .office import Office, Why
from .registry import COMPLAINT
from .tickets import Tickets


class UnknownComplaintError(LookupError):
    """No complaint has that number."""


class ComplaintExistsError(RefusedError):
    """A complaint with that number was received before."""


@attrs.frozen
class Complaints:
    """Receives complaints, and handles them as the regulations ask.

    Every command may say when it happened and who asked for it, as at the
    counter for tickets.
    """

    _office: Office

    # --- A customer is dissatisfied --------------------------------------------------

    def receive(
        self,
        complaint_id: str,
        *,
        customer_id: str,
        what: str,
        channel: str = "telephone",
        ticket_id: str = "",
        product: str = "",
        model: str = "",
        delivery: str = "",
        person: str = "",
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Take in a complaint about a ticket, a product, a delivery or a person.

        Raises:
            ComplaintExistsError: If the number is taken.
            IncompleteError: If nobody can tell who complains, how, or of what.
            UnknownTicketError: If it is about a ticket that was never opened.
            MissingTimesError: If the standard leaves a time of complaints open.
        """
        office, moment = self._office, self._office.moment(at)
        standard, calendar = office.promised_to(customer_id, at=moment, of="complaint")
        if ticket_id:
            Tickets(office).get(ticket_id)  # Nobody could look into what is not there.
        about = About(
            ticket_id=ticket_id, product=product, model=model, delivery=delivery, person=person
        )

        def decide(complaint: Complaint | None) -> list[ComplaintEvent]:
            if complaint is not None:
                msg = f"complaint {complaint_id} was received at {complaint.opened_at.isoformat()}"
                raise ComplaintExistsError(msg)
            return decisions.receive(
                complaint_id,
                customer_id=customer_id,
                channel=channel,
                what=what,
                about=about,
                standard=standard,
                calendar=calendar,
                at=moment,
                terms=office.rulebook.terms(standard, calendar, of="complaint"),
            )

        return office.execute(_subject(complaint_id), decide, COMPLAINT, why)

    def register(
        self,
        complaint_id: str,
        *,
        by: str,
        contact: str,
        demand: str,
        happened_at: datetime | None = None,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Write it down completely, which begins its handling."""
        return self._do(
            complaint_id,
            decisions.register,
            why,
            at,
            by=by,
            contact=contact,
            demand=demand,
            happened_at=happened_at,
        )

    def acknowledge(
        self, complaint_id: str, *, by: str, at: datetime | None = None, **why: Unpack[Why]
    ) -> Receipt:
        """Tell the customer that it arrived and will be handled."""
        return self._do(complaint_id, decisions.acknowledge, why, at, by=by)

    def classify(
        self,
        complaint_id: str,
        category: Category | str,
        *,
        by: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Say what it is about; one about the quality of a product opens a repair ticket."""
        known = category_of(category)
        return self._do(complaint_id, decisions.classify, why, at, category=known, by=by)

    def assess(
        self,
        complaint_id: str,
        severity: Severity | str,
        *,
        by: str,
        reason: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Judge how severe it is; a major one starts the three-level response."""
        known = severity_of(severity)
        return self._do(
            complaint_id, decisions.assess, why, at, severity=known, by=by, reason=reason
        )

    # --- It is looked into ---------------------------------------------------------

    def assign(
        self,
        complaint_id: str,
        *,
        to: str,
        department: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Make somebody its handler, who is not the one complained of."""
        return self._do(complaint_id, decisions.assign, why, at, to=to, department=department)

    def set_team(
        self,
        complaint_id: str,
        members: Mapping[str, str],
        *,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Let people of several departments verify it; *members* are departments by person."""
        team = [TeamMember(person=who, department=of) for who, of in members.items()]
        return self._do(complaint_id, decisions.set_team, why, at, members=team)

    def investigate(
        self,
        complaint_id: str,
        *,
        by: str,
        facts: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Put on record what had happened."""
        return self._do(complaint_id, decisions.investigate, why, at, by=by, facts=facts)

    def find_cause(
        self,
        complaint_id: str,
        *,
        by: str,
        cause: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Put the root cause on record."""
        return self._do(complaint_id, decisions.find_cause, why, at, by=by, cause=cause)

    def answer(
        self,
        complaint_id: str,
        *,
        by: str,
        answer: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Give the customer a preliminary answer."""
        return self._do(complaint_id, decisions.answer, why, at, by=by, answer=answer)

    def inform(
        self,
        complaint_id: str,
        *,
        by: str,
        news: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Tell the customer how things stand."""
        return self._do(complaint_id, decisions.inform, why, at, by=by, news=news)

    # --- It is put right -------------------------------------------------------------

    def propose_solution(
        self,
        complaint_id: str,
        *,
        by: str,
        solution: str,
        met: Iterable[str] = (),
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Propose a solution and explain it; *met* names departments that met about it."""
        return self._do(
            complaint_id,
            decisions.propose_solution,
            why,
            at,
            by=by,
            solution=solution,
            met=tuple(met),
        )

    def plan(
        self,
        complaint_id: str,
        measures: Iterable[Measure],
        *,
        by: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Settle what will be done, by which department, by whom, until when."""
        return self._do(complaint_id, decisions.plan, why, at, measures=tuple(measures), by=by)

    def carry_out(
        self,
        complaint_id: str,
        number: int,
        *,
        by: str,
        result: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Put on record that a measure of the plan is done; the first is number one."""
        return self._do(
            complaint_id, decisions.carry_out, why, at, number=number, by=by, result=result
        )

    def feed_back(
        self,
        complaint_id: str,
        *,
        by: str,
        result: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Tell the customer the outcome."""
        return self._do(complaint_id, decisions.feed_back, why, at, by=by, result=result)

    # --- The customer decides ----------------------------------------------------------

    def satisfy(
        self, complaint_id: str, *, asked_by: str, at: datetime | None = None, **why: Unpack[Why]
    ) -> Receipt:
        """Take the customer's word that the outcome is satisfactory."""
        return self._do(complaint_id, ending.satisfy, why, at, asked_by=asked_by)

    def dissatisfy(
        self,
        complaint_id: str,
        *,
        asked_by: str,
        reason: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Take the customer's word that it is not; the complaint is then handled again."""
        return self._do(complaint_id, ending.dissatisfy, why, at, asked_by=asked_by, reason=reason)

    def exhaust(
        self,
        complaint_id: str,
        *,
        by: str,
        reason: str,
        alternatives: Iterable[str],
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Put on record that nothing is left to do, and where else the customer may turn."""
        return self._do(
            complaint_id,
            ending.exhaust,
            why,
            at,
            by=by,
            reason=reason,
            alternatives=tuple(alternatives),
        )

    def close(
        self, complaint_id: str, *, by: str, at: datetime | None = None, **why: Unpack[Why]
    ) -> Receipt:
        """Close it, with the customer satisfied or all remedies exhausted."""
        return self._do(complaint_id, ending.close, why, at, by=by)

    def report(
        self,
        complaint_id: str,
        *,
        by: str,
        facts: str,
        course: str,
        result: str,
        cause: str,
        improvement: str,
        prevention: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Write down what can be learnt from it, and how a repeat is prevented."""
        told = {
            "by": by,
            "facts": facts,
            "course": course,
            "result": result,
            "cause": cause,
            "improvement": improvement,
            "prevention": prevention,
        }
        moment = self._office.moment(at)

        def decide(complaint: Complaint | None) -> list[ComplaintEvent]:
            return ending.report(_known(complaint, complaint_id), **told, at=moment)

        return self._office.execute(_subject(complaint_id), decide, COMPLAINT, why)

    def import_history(
        self, file: str | Path, *, mapping: str | Path | ComplaintMapping, **how: Unpack[How]
    ) -> RecordImportSummary:
        """Put the complaints of a foreign file on record, as they were, each once.

        Raises:
            ExchangeError: If the file, the mapping or the quarantine cannot be used.
        """
        return import_complaints(self._office, file, mapping=mapping, **how)

    # --- Questions -----------------------------------------------------------------

    def get(self, complaint_id: str) -> Complaint:
        """Return a complaint as it is now.

        Raises:
            UnknownComplaintError: If it was never received.
        """
        complaint, _ = self._office.log.load(_subject(complaint_id), COMPLAINT)
        return _known(complaint, complaint_id)

    def history(self, complaint_id: str) -> list[Recorded]:
        """Return everything on record of a complaint, oldest first.

        Raises:
            UnknownComplaintError: If there is nothing.
        """
        history = self._office.log.history(_subject(complaint_id))
        if not history:
            raise UnknownComplaintError(_unknown(complaint_id))
        return history

    # -------------------------------------------------------------------------------

    def _do(
        self,
        complaint_id: str,
        verb: Callable[..., list[ComplaintEvent]],
        why: Why,
        at: datetime | None,
        **facts: Any,
    ) -> Receipt:
        facts["at"] = self._office.moment(at)

        def decide(complaint: Complaint | None) -> list[ComplaintEvent]:
            known, book = _known(complaint, complaint_id), self._office.rulebook
            terms = book.terms(known.standard, known.calendar, of="complaint")
            return verb(known, terms=terms, **facts)

        return self._office.execute(_subject(complaint_id), decide, COMPLAINT, why)


def _subject(complaint_id: str) -> str:
    return f"complaint/{complaint_id}"


def _known(complaint: Complaint | None, complaint_id: str) -> Complaint:
    if complaint is None:
        raise UnknownComplaintError(_unknown(complaint_id))
    return complaint


def _unknown(complaint_id: str) -> str:
    return f"there is no complaint {complaint_id!r}"
