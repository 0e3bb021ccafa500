"""The counter for tickets: requests for help, from the first call to the confirmed solution."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, Unpack

import attrs

from ..domain.events import Recorded
from ..domain.refusals import IncompleteError, RefusedError
from ..domain.sla import Terms
from ..domain.ticket import (
    Kind,
    Priority,
    Ticket,
    TicketEndedError,
    TicketEvent,
    decisions,
    evolve,
    kind_of,
    priority_of,
)
from ..exchange.mappings import TICKET_MAPPINGS, TicketMapping
from ..storage import Receipt
from ..storage.changes import Decided
from .import_summary import ImportSummary
from .importing import Progress, import_history
from .office import Office, Why
from .registry import TICKET


class UnknownTicketError(LookupError):
    """No ticket has that number."""


class TicketExistsError(RefusedError):
    """A ticket with that number was opened before."""


@attrs.frozen
class Tickets:
    """Opens tickets, and does with them what people at a service desk do.

    Every command may say when it happened (``at``; now, if it does not), and who
    asked for it (``actor``, ``role``, ``command_id``, ``correlation_id``,
    ``causation_id``).  A command with a ``command_id`` is carried out once,
    however often it is sent.
    """

    _office: Office

    # --- A customer asks for help ----------------------------------------------

    def open(
        self,
        ticket_id: str,
        *,
        customer_id: str,
        product: str,
        model: str,
        fault: str,
        contact: str,
        channel: str = "telephone",
        area: str = "",
        fault_at: datetime | None = None,
        priority: Priority | str | None = None,
        kind: Kind | str = Kind.GENERAL,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Take in a request for help, and classify it if the *priority* is known already.

        Raises:
            TicketExistsError: If the number is taken.
            UnknownPriorityError: If there is no such priority.
            IncompleteError: If a text is empty, or a kind is told without a priority.
            MissingTimesError: If the standard leaves a time of tickets open.
        """
        moment = self._office.moment(at)
        standard, calendar = self._office.promised_to(customer_id, at=moment, of="ticket")
        terms = self._office.terms(standard, calendar)
        known, sort = None if priority is None else priority_of(priority), kind_of(kind)
        if known is None and sort is not Kind.GENERAL:
            msg = f"ticket {ticket_id}: a {sort.value} case needs its priority, got none"
            raise IncompleteError(msg)

        def decide(ticket: Ticket | None) -> list[TicketEvent]:
            if ticket is not None:
                msg = f"ticket {ticket_id} was opened at {ticket.opened_at.isoformat()}"
                raise TicketExistsError(msg)
            opened = decisions.open_ticket(
                ticket_id,
                customer_id=customer_id,
                channel=channel,
                product=product,
                model=model,
                fault=fault,
                contact=contact,
                area=area,
                grade=self._office.grade_of(customer_id),
                fault_at=fault_at,
                standard=standard,
                calendar=calendar,
                at=moment,
                terms=terms,
            )
            if known is None:
                return opened
            new = evolve(None, opened[0])
            return opened + decisions.classify(new, known, kind=sort, at=moment, terms=terms)

        return self._office.execute(_subject(ticket_id), decide, TICKET, why)

    def acknowledge(
        self, ticket_id: str, *, at: datetime | None = None, **why: Unpack[Why]
    ) -> Receipt:
        """Tell the customer that the request arrived, if no automatic reply did."""
        return self._do(ticket_id, decisions.acknowledge, why, at, automatic=False)

    def classify(
        self,
        ticket_id: str,
        priority: Priority | str,
        *,
        kind: Kind | str = Kind.GENERAL,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Set its priority and kind, and so what the customer is promised."""
        told, sort = priority_of(priority), kind_of(kind)
        return self._do(ticket_id, decisions.classify, why, at, priority=told, kind=sort)

    def change_priority(
        self,
        ticket_id: str,
        priority: Priority | str,
        *,
        reason: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Make it more or less urgent."""
        known = priority_of(priority)
        return self._do(
            ticket_id, decisions.change_priority, why, at, priority=known, reason=reason
        )

    def change_terms(
        self,
        ticket_id: str,
        *,
        to: str,
        reason: str,
        calendar: str | None = None,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Serve it under the standard *to*, and perhaps another calendar, from now on.

        Both are named as they stand on record, such as ``"contract@1"``.

        Raises:
            UnknownStandardError: If the desk does not know that standard.
            UnknownCalendarError: The same for the calendar.
        """
        office = self._office
        counted_on = calendar or office.rulebook.standard(to).calendar.reference
        office.rulebook.terms(to, counted_on)
        return self._do(
            ticket_id,
            decisions.change_terms,
            why,
            at,
            standard=to,
            calendar=counted_on,
            reason=reason,
        )

    # --- It is worked on ---------------------------------------------------------

    def assign(
        self,
        ticket_id: str,
        *,
        to: str,
        team: str = "",
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Make somebody, or a team, look after it."""
        return self._do(ticket_id, decisions.assign, why, at, to=to, team=team)

    def answer(
        self, ticket_id: str, *, by: str, at: datetime | None = None, **why: Unpack[Why]
    ) -> Receipt:
        """Answer the customer; the first answer by a person is the first response."""
        return self._do(ticket_id, decisions.answer, why, at, by=by)

    def receive_message(
        self, ticket_id: str, *, text: str = "", at: datetime | None = None, **why: Unpack[Why]
    ) -> Receipt:
        """Take in what the customer wrote."""
        return self._do(ticket_id, decisions.receive_message, why, at, text=text)

    def note(
        self, ticket_id: str, *, by: str, text: str, at: datetime | None = None, **why: Unpack[Why]
    ) -> Receipt:
        """Write down something the customer does not see."""

        def note(ticket: Ticket, *, terms: Terms, **facts: Any) -> list[TicketEvent]:  # noqa: ARG001
            return decisions.note(ticket, **facts)  # A note moves no clock, so it needs no terms.

        return self._do(ticket_id, note, why, at, by=by, text=text)

    def diagnose(
        self,
        ticket_id: str,
        *,
        by: str,
        finding: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Put the cause of the fault on record."""
        return self._do(ticket_id, decisions.diagnose, why, at, by=by, finding=finding)

    def offer_solution(
        self,
        ticket_id: str,
        *,
        by: str,
        solution: str,
        responsible: str,
        ready_by: datetime | None = None,
        cost: str = "",
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Tell the customer what will be done, by whom, until when, at what cost: all of it."""
        return self._do(
            ticket_id,
            decisions.offer_solution,
            why,
            at,
            by=by,
            solution=solution,
            responsible=responsible,
            ready_by=ready_by,
            cost=cost,
        )

    def record_work(
        self,
        ticket_id: str,
        *,
        by: str,
        work: str,
        on_site: bool = False,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Put on record what was done about the fault, from afar or on site."""
        return self._do(
            ticket_id, decisions.record_work, why, at, by=by, work=work, on_site=on_site
        )

    def pause(
        self, ticket_id: str, *, reason: str, at: datetime | None = None, **why: Unpack[Why]
    ) -> Receipt:
        """Let it wait for something that is not in our hands."""
        return self._do(ticket_id, decisions.pause, why, at, reason=reason)

    def resume(self, ticket_id: str, *, at: datetime | None = None, **why: Unpack[Why]) -> Receipt:
        """Go on with it."""
        return self._do(ticket_id, decisions.resume, why, at)

    # --- It comes to an end --------------------------------------------------------

    def resolve(
        self,
        ticket_id: str,
        *,
        by: str,
        solution: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Declare the fault gone; the customer is asked to confirm."""
        return self._do(ticket_id, decisions.resolve, why, at, by=by, solution=solution)

    def confirm(self, ticket_id: str, *, at: datetime | None = None, **why: Unpack[Why]) -> Receipt:
        """Take the customer's word that the fault is gone, and close the loop."""
        return self._do(ticket_id, decisions.confirm, why, at)

    def reopen(
        self, ticket_id: str, *, reason: str, at: datetime | None = None, **why: Unpack[Why]
    ) -> Receipt:
        """Take it up again, because the fault is not gone or came back."""
        return self._do(ticket_id, decisions.reopen, why, at, reason=reason)

    def close(self, ticket_id: str, *, at: datetime | None = None, **why: Unpack[Why]) -> Receipt:
        """Close it without the customer's confirmation."""
        return self._do(ticket_id, decisions.close, why, at)

    def cancel(
        self, ticket_id: str, *, reason: str, at: datetime | None = None, **why: Unpack[Why]
    ) -> Receipt:
        """Drop it: no help is needed, or it was never ours to give."""
        return self._do(ticket_id, decisions.cancel, why, at, reason=reason)

    def merge(
        self, ticket_id: str, *, into: str, at: datetime | None = None, **why: Unpack[Why]
    ) -> Receipt:
        """End it in favour of another ticket about the same request.

        Raises:
            UnknownTicketError: If either does not exist.
        """

        def verb(ticket: Ticket, **facts: Any) -> Decided:
            found, version = self._office.log.load(_subject(into), TICKET)
            left = _known(found, into)
            if left.status.is_over:
                msg = f"ticket {into} is {left.status.value}; nothing can go on in it"
                raise TicketEndedError(msg)
            return Decided(decisions.merge(ticket, **facts), beside={_subject(into): version})

        return self._do(ticket_id, verb, why, at, into=into)

    def split(
        self,
        ticket_id: str,
        *,
        into: str,
        fault: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Let a second request in it go on as a ticket of its own, promised anew.

        Raises:
            TicketExistsError: If the number of the new ticket is taken.
        """

        def verb(ticket: Ticket, **facts: Any) -> Decided:
            _, version = self._office.log.load(_subject(into), TICKET)
            if version:
                msg = f"ticket {into} exists already; nothing can be split off into it"
                raise TicketExistsError(msg)
            return Decided(decisions.split(ticket, **facts), beside={_subject(into): version})

        return self._do(ticket_id, verb, why, at, into=into, fault=fault)

    # --- Another system's history ----------------------------------------------------

    def import_history(
        self,
        file: str | Path,
        *,
        mapping: str | Path | TicketMapping,
        quarantine: str | Path | None = None,
        actor: str = "import",
        dry_run: bool = False,
        progress: Progress | None = None,
    ) -> ImportSummary:
        """Put every ticket of a foreign file on record, as it was, and let policies follow.

        Running it again adds nothing; rows that cannot be used are set aside in
        *quarantine*, with a reason each.  *mapping* is one of those shipped, a
        TOML file, or a mapping.

        Raises:
            ExchangeError: If the file, the mapping or the quarantine cannot be used;
                nothing is stored then.
        """
        office = self._office
        summary = import_history(
            office.log,
            file,
            mapping=TICKET_MAPPINGS.load(mapping),
            rulebook=office.rulebook,
            standard=office.standard.reference,
            calendar=office.calendar.reference,
            quarantine=quarantine,
            actor=actor,
            dry_run=dry_run,
            progress=progress,
        )
        if office.react == "inline":
            office.catch_up()
        return summary

    # --- Questions -----------------------------------------------------------------

    def get(self, ticket_id: str) -> Ticket:
        """Return a ticket as it is now.

        Raises:
            UnknownTicketError: If it was never opened.
        """
        loaded: tuple[Ticket | None, int] = self._office.log.load(_subject(ticket_id), TICKET)
        return _known(loaded[0], ticket_id)

    def history(self, ticket_id: str) -> list[Recorded]:
        """Return everything on record of a ticket, oldest first.

        Raises:
            UnknownTicketError: If there is nothing.
        """
        history = self._office.log.history(_subject(ticket_id))
        if not history:
            raise UnknownTicketError(_unknown(ticket_id))
        return history

    # -------------------------------------------------------------------------------

    def _do(
        self,
        ticket_id: str,
        verb: Callable[..., Iterable[TicketEvent]],
        why: Why,
        at: datetime | None,
        **facts: Any,
    ) -> Receipt:
        facts["at"] = self._office.moment(at)

        def decide(ticket: Ticket | None) -> Iterable[TicketEvent]:
            known = _known(ticket, ticket_id)
            return verb(known, terms=self._office.terms(known.standard, known.calendar), **facts)

        return self._office.execute(_subject(ticket_id), decide, TICKET, why)


def _subject(ticket_id: str) -> str:
    return f"ticket/{ticket_id}"


def _known(ticket: Ticket | None, ticket_id: str) -> Ticket:
    if ticket is None:
        raise UnknownTicketError(_unknown(ticket_id))
    return ticket


def _unknown(ticket_id: str) -> str:
    return f"there is no ticket {ticket_id!r}"
