"""``servicecore ticket``: every verb of the counter, and a look at what is there."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from . import arguments
from .arguments import Groups
from .desks import desk_for, rehearsal
from .outcome import FINE
from .output import in_one_line, say, say_json, say_line, table, told_at, words

if TYPE_CHECKING:
    from ..desk import ServiceDesk
    from ..domain.ticket import Ticket
    from ..storage import Receipt

_WHY = (
    "actor",
    "role",
    "command_id",
    "correlation_id",
    "causation_id",
    "expected_version",
)


class Option(NamedTuple):
    """Something a verb is told; *fact* is what the counter calls it."""

    flag: str
    fact: str
    help: str
    required: bool = True
    is_moment: bool = False
    is_flag: bool = False


class Verb(NamedTuple):
    """What can be done with a ticket, as the counter calls it."""

    name: str
    help: str
    options: tuple[Option, ...] = ()


_BY = Option("--by", "by", "who did it")
_REASON = Option("--reason", "reason", "why")
_PRIORITY = Option("priority", "priority", "A, B or C")
_KIND = Option("--kind", "kind", "general, complex, special or emergency", required=False)

VERBS = (
    Verb(
        "open",
        "take in a request for help",
        (
            Option("--customer", "customer_id", "who asks"),
            Option("--product", "product", "what does not work"),
            Option("--model", "model", "which model of it"),
            Option("--fault", "fault", "what is wrong"),
            Option("--contact", "contact", "whom to answer"),
            Option("--channel", "channel", "how the request came", required=False),
            Option("--fault-at", "fault_at", "since when", required=False, is_moment=True),
            Option("--priority", "priority", "A, B or C, if known", required=False),
            _KIND,
        ),
    ),
    Verb("acknowledge", "tell the customer that the request arrived"),
    Verb("classify", "set its priority and kind, and so what is promised", (_PRIORITY, _KIND)),
    Verb("change-priority", "make it more or less urgent", (_PRIORITY, _REASON)),
    Verb(
        "assign",
        "make somebody look after it",
        (Option("--to", "to", "who"), Option("--team", "team", "which team", required=False)),
    ),
    Verb("answer", "answer the customer", (_BY,)),
    Verb(
        "receive-message",
        "take in what the customer wrote",
        (Option("--text", "text", "what they wrote", required=False),),
    ),
    Verb(
        "note", "write down something internal", (_BY, Option("--text", "text", "what to remember"))
    ),
    Verb(
        "diagnose",
        "put the cause of the fault on record",
        (_BY, Option("--finding", "finding", "the cause")),
    ),
    Verb(
        "offer-solution",
        "tell the customer what will be done",
        (
            _BY,
            Option("--solution", "solution", "what will be done"),
            Option("--responsible", "responsible", "who sees to it"),
            Option("--ready-by", "ready_by", "until when", required=False, is_moment=True),
            Option("--cost", "cost", "at what cost", required=False),
        ),
    ),
    Verb(
        "record-work",
        "put on record what was done",
        (
            _BY,
            Option("--work", "work", "what was done"),
            Option("--on-site", "on_site", "at the customer's", required=False, is_flag=True),
        ),
    ),
    Verb("pause", "let it wait", (Option("--reason", "reason", "customer, parts, third_party"),)),
    Verb("resume", "go on with it"),
    Verb(
        "resolve",
        "declare the fault gone",
        (_BY, Option("--solution", "solution", "what helped")),
    ),
    Verb("confirm", "take the customer's word that the fault is gone"),
    Verb("reopen", "take it up again", (_REASON,)),
    Verb("close", "close it without the customer's word"),
    Verb("cancel", "drop it", (_REASON,)),
    Verb("merge", "end it in favour of another", (Option("--into", "into", "which one goes on"),)),
    Verb(
        "split",
        "let a second request in it go on as a ticket of its own",
        (
            Option("--into", "into", "the number of the new one"),
            Option("--fault", "fault", "what that request is about"),
        ),
    ),
    Verb(
        "change-terms",
        "serve it under another standard or calendar",
        (
            Option("TO", "to", "the standard, as on record: contract@1"),
            Option("--calendar", "calendar", "the calendar, as on record", required=False),
            _REASON,
        ),
    ),
)


def add(groups: Groups) -> None:
    """Add the commands about tickets."""
    commands = arguments.group(groups, "ticket", "requests for help, from the call to the solution")
    for verb in VERBS:
        _add_verb(commands, verb)
    for name, text, run in (
        ("show", "show a ticket as it is now", show),
        ("history", "tell everything on record of a ticket", history),
    ):
        parser = arguments.command(commands, name, text, run=run)
        parser.add_argument("ticket", metavar="TICKET")
        arguments.takes_place(parser)
    listing = arguments.command(commands, "list", "list tickets, oldest first", run=list_)
    arguments.takes_jsonl(listing)
    listing.add_argument("--status", help="only those that are open, paused, resolved …")
    listing.add_argument("--priority", help="only those of this class")
    listing.add_argument("--customer", help="only those of this customer")
    listing.add_argument("--limit", type=arguments.count, metavar="N", help="at most so many")
    arguments.takes_place(listing)


def _add_verb(commands: Groups, verb: Verb) -> None:
    parser = arguments.command(commands, verb.name, verb.help, run=carry_out, verb=verb)
    parser.add_argument("ticket", metavar="TICKET", help="its number")
    for option in verb.options:
        _add_option(parser, option)
    arguments.takes_dry_run(parser)
    arguments.takes_provenance(parser)
    arguments.takes_place(parser)


def _add_option(parser: argparse.ArgumentParser, option: Option) -> None:
    if option.is_flag:
        parser.add_argument(option.flag, action="store_true", dest=option.fact, help=option.help)
    elif option.flag.startswith("-"):
        parser.add_argument(
            option.flag,
            dest=option.fact,
            required=option.required,
            type=arguments.moment if option.is_moment else str,
            metavar="WHEN" if option.is_moment else "TEXT",
            help=option.help,
        )
    else:
        parser.add_argument(option.fact, metavar=option.flag.upper(), help=option.help)


# --- Verbs -----------------------------------------------------------------------


def carry_out(args: argparse.Namespace) -> int:
    """Do what the verb says, or only check whether it could be done."""
    if not args.dry_run:
        with desk_for(args, writes=True) as desk:
            _tell_receipt(args, desk, _do(desk, args))
        return FINE
    subjects = (args.ticket, args.into) if "into" in args else (args.ticket,)
    with rehearsal(args, *(f"ticket/{each}" for each in subjects)) as desk:
        _tell_receipt(args, desk, _do(desk, args))
    return FINE


def _do(desk: ServiceDesk, args: argparse.Namespace) -> Receipt:
    verb: Verb = args.verb
    facts = {each.fact: getattr(args, each.fact) for each in verb.options}
    why = {name: getattr(args, name) for name in _WHY}
    told = {name: value for name, value in (facts | why).items() if value is not None}
    counter = getattr(desk.tickets, verb.name.replace("-", "_"))
    receipt: Receipt = counter(args.ticket, at=args.at, **told)
    return receipt


def _tell_receipt(args: argparse.Namespace, desk: ServiceDesk, receipt: Receipt) -> None:
    from .telling import sentence, short_name, told_end, told_promise  # noqa: PLC0415

    if args.json:
        say_json(_receipt(args, receipt))
        return
    zone = desk.standard.calendar.zone
    aside = " (dry run)" if args.dry_run else " (repeated)" if receipt.repeated else ""
    if not receipt.events:
        say(f"{args.ticket}{aside}: nothing to do")
    for event in receipt.events:
        say(f"{args.ticket}{aside}: {short_name(event)}: {sentence(event)}")
        for promise in getattr(event, "promises", ()):
            say(f"  {told_promise(promise, zone)}")
        for told in filter(None, (told_end(each, zone) for each in getattr(event, "readings", ()))):
            say(f"  {told}")


def _receipt(args: argparse.Namespace, receipt: Receipt) -> dict[str, Any]:
    from .telling import name_of  # noqa: PLC0415

    return {
        "ticket": args.ticket,
        "dry_run": args.dry_run,
        "repeated": receipt.repeated,
        "position": None if args.dry_run else receipt.position,
        "version": receipt.versions.get(f"ticket/{args.ticket}"),
        "recorded_at": None if args.dry_run else receipt.recorded_at,
        "events": [{"name": name_of(each), "event": each} for each in receipt.events],
    }


# --- Looking ---------------------------------------------------------------------


def show(args: argparse.Namespace) -> int:
    """Show a ticket as it is now."""
    with desk_for(args) as desk:
        ticket = desk.tickets.get(args.ticket)
        if args.json:
            say_json(ticket)
        else:
            say("\n".join(_portrait(ticket, desk)))
    return FINE


def history(args: argparse.Namespace) -> int:
    """Tell everything on record of a ticket."""
    from .telling import facts_of, story  # noqa: PLC0415

    with desk_for(args) as desk:
        recorded = desk.tickets.history(args.ticket)
        if args.json:
            say_json([facts_of(each) for each in recorded])
            return FINE
        zone = desk.standard.calendar.zone
        say(f"{args.ticket} (times in {zone.key})")
        for line in story(recorded, zone):
            say(line)
    return FINE


def list_(args: argparse.Namespace) -> int:
    """List tickets."""
    with desk_for(args) as desk:
        found = _found(desk, args)
        if args.jsonl:
            for ticket in found:
                say_line(_brief(ticket))
        elif args.json:
            say_json([_brief(each) for each in found])
        else:
            zone = desk.standard.calendar.zone
            rows = [_row(each, told_at(each.opened_at, zone)) for each in found]
            head = ("ticket", "opened", "class", "status", "level", "customer", "product")
            say(table(rows, head=head) if rows else "no tickets")
    return FINE


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


def _row(ticket: Ticket, opened: str) -> tuple[str, ...]:
    return (
        ticket.id,
        opened,
        ticket.priority.value if ticket.priority else "-",
        ticket.status.value,
        ticket.level.value,
        ticket.customer_id,
        ticket.product,
    )


def _portrait(ticket: Ticket, desk: ServiceDesk) -> Iterator[str]:
    from .telling import told_end  # noqa: PLC0415

    zone = desk.standard.calendar.zone
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
        reading = ticket.readings[key]
        due = told_at(reading.due, zone)
        told = (
            told_end(reading, zone)
            or f"{reading.state.value:<9} {words(reading.clock):<18} due {due}"
        )
        yield f"  {told}  ({promise.clause})"
