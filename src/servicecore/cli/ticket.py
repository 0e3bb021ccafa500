"""``servicecore ticket``: the commands of every record, and lists that only tickets have."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from . import arguments
from .arguments import Groups
from .desks import desk_for
from .output import answer, answer_with_each, in_one_line, told_at, words
from .records import TICKET, add_history, add_verbs

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from ..desk import ServiceDesk
    from ..domain.ticket import Ticket
    from ..projections.worklist import Waiting

_CHOSEN_BY = {
    "person": "that this person has",
    "team": "of this team",
    "product": "about this product",
    "customer": "of this customer",
    "priority": "of this class",
}


def add(groups: Groups) -> None:
    """Add the commands about tickets."""
    commands = arguments.group(groups, TICKET.group, TICKET.help)
    add_verbs(commands, TICKET)
    add_history(commands, TICKET)
    parser = arguments.command(commands, "show", "show a ticket as it is now", run=show)
    parser.add_argument("ticket", metavar="TICKET", type=arguments.number_of(TICKET.name))
    arguments.takes_place(parser)
    listing = arguments.command(commands, "list", "list tickets, oldest first", run=list_)
    arguments.takes_jsonl(listing)
    listing.add_argument("--status", help="only those that are open, paused, resolved …")
    listing.add_argument("--priority", help="only those of this class")
    listing.add_argument("--customer", help="only those of this customer")
    listing.add_argument("--limit", type=arguments.count, metavar="N", help="at most N")
    arguments.takes_place(listing)
    text = "list what is to be done, most urgent first"
    waiting = arguments.command(commands, "worklist", text, run=worklist)
    arguments.takes_jsonl(waiting)
    for name, of in _CHOSEN_BY.items():
        waiting.add_argument(
            f"--{name}",
            action="append",
            metavar=name.upper(),
            help=f"only tickets {of}; twice means either",
        )
    waiting.add_argument("--limit", type=arguments.count, metavar="N", help="at most N")
    waiting.add_argument(
        "--as-of", type=arguments.moment, metavar="WHEN", help="as it was then; default: now"
    )
    arguments.takes_place(waiting)


def show(args: argparse.Namespace) -> int:
    """Show a ticket as it is now."""
    with desk_for(args) as desk:
        ticket, zone = desk.tickets.get(args.ticket), desk.standard.calendar.zone
    return answer(args, ticket, *_portrait(ticket, zone))


def list_(args: argparse.Namespace) -> int:
    """List tickets."""
    with desk_for(args) as desk:
        zone, found = desk.standard.calendar.zone, _found(desk, args)
        return answer_with_each(
            args,
            (_brief(each) for each in found),
            rows=(_row(each, zone) for each in found),
            head=("ticket", "opened", "class", "status", "level", "customer", "product"),
            none="no tickets",
        )


def worklist(args: argparse.Namespace) -> int:
    """List what is to be done; high priority goes first (om2025:6.2a)."""
    where = {name: told for name in _CHOSEN_BY if (told := getattr(args, name)) is not None}
    with desk_for(args) as desk:
        found = desk.reports.worklist(where=where, as_of=args.as_of)[: args.limit]
        zone = desk.standard.calendar.zone
    return answer_with_each(
        args,
        found,
        rows=(_to_do(each, zone) for each in found),
        head=("ticket", "class", "status", "next", "due", "team", "person", "customer", "product"),
        none="nothing to do",
    )


def _to_do(ticket: Waiting, zone: ZoneInfo) -> tuple[str, ...]:
    due = "-" if ticket.due is None else told_at(ticket.due, zone)
    return (
        ticket.ticket_id,
        ticket.priority or "-",
        f"waits for {words(ticket.pause_reason)}" if ticket.pause_reason else ticket.status,
        words(ticket.clock) or "-",
        f"{due} (late)" if ticket.is_late else due,
        ticket.team or "-",
        ticket.person or "-",
        ticket.customer_id,
        ticket.product,
    )


def _found(desk: ServiceDesk, args: argparse.Namespace) -> Iterator[Ticket]:
    left = args.limit
    for subject in desk.log.subjects("ticket"):
        if left == 0:
            return
        ticket = desk.tickets.get(subject.partition("/")[2])
        if _is_wanted(ticket, args):
            yield ticket
            left = None if left is None else left - 1


def _is_wanted(ticket: Ticket, args: argparse.Namespace) -> bool:
    priority = ticket.priority.value if ticket.priority else ""
    return (
        args.status in {None, ticket.status.value}
        and args.priority in {None, priority}
        and args.customer in {None, ticket.customer_id}
    )


def _brief(ticket: Ticket) -> dict[str, Any]:
    names = ("id", "opened_at", "priority", "kind", "status", "level", "customer_id", "product")
    return {name: getattr(ticket, name) for name in names}


def _row(ticket: Ticket, zone: ZoneInfo) -> tuple[str, ...]:
    return (
        ticket.id,
        told_at(ticket.opened_at, zone),
        ticket.priority.value if ticket.priority else "-",
        ticket.status.value,
        ticket.level.value,
        ticket.customer_id,
        ticket.product,
    )


def _portrait(ticket: Ticket, zone: ZoneInfo) -> Iterator[str]:
    from .telling import told_course  # noqa: PLC0415  # --help must not wait for the desk.

    status = ticket.status.value
    if ticket.pause_reason:
        status += f", waits for {words(ticket.pause_reason)}"
    facts = {
        "ticket": ticket.id,
        "status": status,
        "class": ticket.priority.value if ticket.priority else "not classified",
        "kind": ticket.kind.value if ticket.kind else "",
        "level": ticket.level.value,
        "customer": ticket.customer_id,
        "contact": ticket.contact,
        "product": f"{ticket.product} {ticket.model}",
        "fault": ticket.fault,
        "opened": f"{told_at(ticket.opened_at, zone)} ({zone.key})",
        "assigned to": ticket.assignee or "nobody",
        "merged into": ticket.merged_into or "",
    }
    for name, fact in facts.items():
        if fact:
            yield f"{name:<12} {in_one_line(fact)}"
    yield "promises"
    for key, promise in sorted(ticket.promises.items()):
        yield f"  {told_course(promise, ticket.readings[key], zone)}"
