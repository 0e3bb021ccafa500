"""Rules about tickets: promised, and recorded completely and authentically."""

from __future__ import annotations

from collections.abc import Iterator

from ...domain.people import same_person
from ...domain.ticket import events
from ..recompute import check_ticket
from .rules import Case, Record, Rule, Scope

_KIND, _TENDER = "ticket", "tender_standard"


def _response_promised(record: Record, scope: Scope) -> Iterator[Case]:
    for opened in record.within(scope, events.TicketOpened):
        targets = scope.rulebook.standard(record.state.standard).targets
        answers = {each.clock for each in targets if "answered" in each.stops}
        promised = any(clock in answers for clock, _ in record.state.promises)
        yield record.case(opened, amiss="" if promised else "no response time was promised")


def _complete(record: Record, scope: Scope) -> Iterator[Case]:
    for closed in record.within(scope, events.TicketClosed)[-1:]:
        missing = ", ".join(_missing(record, closed.event, scope))
        resolved = record.of(events.TicketResolved)[-1:]
        yield record.case(*resolved, closed, amiss=f"not on record: {missing}" if missing else "")


def _missing(record: Record, closed: events.TicketClosed, scope: Scope) -> Iterator[str]:
    """Name what the record of a service must hold, and does not (om2025:4.3a)."""
    opened, resolved = record.of(events.TicketOpened), record.of(events.TicketResolved)
    if not resolved:
        yield "service time"
    if not (resolved and resolved[-1].event.by.strip()):
        yield "person"
    if not (opened and opened[0].event.fault.strip()):
        yield "problem"
    if not (resolved and resolved[-1].event.solution.strip()):
        yield "handling result"
    # Customers may keep silent; that they were asked must be on record.
    if not (closed.is_confirmed or record.subject in scope.surveyed):
        yield "customer feedback"


def _by_trained_staff(record: Record, scope: Scope) -> Iterator[Case]:
    if record.state.standard.partition("@")[0] != _TENDER:
        return  # No other standard asks for it.
    for done in record.within(scope, events.TicketWorkRecorded):
        by = done.event.by
        since = [at for who, at in scope.trained.items() if same_person(who, by)]
        is_so = any(at <= done.occurred_at for at in since)
        yield record.case(done, amiss="" if is_so else f"{by} had no training by then")


def _authentic(record: Record, scope: Scope) -> Iterator[Case]:
    for closed in record.within(scope, events.TicketClosed)[-1:]:
        found = [str(each) for each in check_ticket(record.history, scope.rulebook)]
        yield record.case(closed, amiss=f"recomputed otherwise: {found[0]}" if found else "")


RULES = (
    Rule(
        id="ticket.done_by_trained_staff",
        of=_KIND,
        clause="tender:2.2c",
        says="Who works on a fault was trained before.",
        look=_by_trained_staff,
    ),
    Rule(
        id="ticket.response_promised",
        of=_KIND,
        clause="psp:4.1b",
        says="Every service has an explicit response time.",
        look=_response_promised,
    ),
    Rule(
        id="ticket.record_complete",
        of=_KIND,
        clause="om2025:4.3a",
        says="A record holds service time, person, problem, handling result and feedback.",
        look=_complete,
    ),
    Rule(
        id="ticket.record_authentic",
        of=_KIND,
        clause="om2025:4.3a",
        says="What was promised and measured is what the history and the standard amount to.",
        look=_authentic,
    ),
)
