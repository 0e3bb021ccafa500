"""A group of commands for each kind of record: the verbs of its counter, and a look at it."""

# ruff: noqa: PLC0415, SLF001  # --help must not wait for the desk; no option has such a name.

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from . import arguments
from .arguments import Groups
from .desks import desk_for, desk_to_change
from .output import answer, answer_with_each, words

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from ..desk import ServiceDesk
    from ..storage import Receipt
    from .verbs import Verb

_WHY = (
    "actor",
    "role",
    "command_id",
    "correlation_id",
    "causation_id",
    "expected_version",
)


class Kind(NamedTuple):
    """A kind of record: the *name* its subjects begin with, and the counter that keeps it."""

    name: str
    counter: str
    help: str
    called: str = ""
    kept_at: str = ""  #: The counter that shows the record, where that is another one.
    brought: type | None = None  #: The class of the counter, where an extension brought it.

    @property
    def group(self) -> str:
        """How the shell calls it."""
        return self.called or self.name.replace("_", "-")

    @property
    def file(self) -> str:
        """The counter at which the record can be looked at."""
        return self.kept_at or self.counter

    def verbs(self) -> list[Verb]:
        """Return what can be done at its counter."""
        if self.brought is None:
            from .verbs import verbs_of

            return verbs_of(self.counter)
        from .counters import verbs_in

        return verbs_in(self.brought)


TICKET = Kind("ticket", "tickets", "requests for help, from the call to the solution")
PRIVACY = Kind(
    "personal_data", "privacy", "what is known of customers, and its erasure", called="privacy"
)
KINDS = (
    TICKET,
    Kind("complaint", "complaints", "what customers complain of, until they are satisfied"),
    Kind("relationship", "relationships", "customers' files: deliveries, contracts, recovery"),
    Kind(
        "relationship",
        "revisits",
        "visits and calls after delivery",
        called="revisit",
        kept_at="relationships",
    ),
    Kind("order", "orders", "orders, and whether they were confirmed in time"),
    Kind("survey", "surveys", "what customers are asked, and what they answer"),
    Kind("campaign", "campaigns", "surveys of many customers at once"),
    Kind("rating", "ratings", "how customer service rates each repair"),
    Kind("warranty", "warranties", "what is repaired free of charge, and what the rest costs"),
    Kind("spare_part", "spare_parts", "the ledger of spare parts, from purchase to use"),
    Kind("maintenance", "maintenance", "plans of maintenance, and their visits"),
    Kind("upgrade", "upgrades", "upgrades, from the wish to the release"),
    Kind("emergency_plan", "emergency_plans", "who does what at which level of emergency"),
    Kind("emergency", "emergencies", "emergencies, from the alarm to what was learnt"),
    Kind("drill", "drills", "drills with all staff, and what they showed"),
    Kind("training", "trainings", "trainings, and who was there for how long"),
    Kind("staff", "staff", "employees: their skills, trainings and appraisals"),
    Kind("improvement", "improvements", "plan, do, check, act: what follows from feedback"),
    Kind("quality_review", "quality_reviews", "each quarter's figures, frozen"),
    Kind("standard_review", "standard_reviews", "whether the standards still fit"),
    Kind("compliance", "compliance", "checks of what is on record, each quarter"),
    Kind("safekeeping", "safekeeping", "backups and archives, and whether they were made in time"),
    Kind("knowledge_article", "knowledge", "solutions for common problems", called="knowledge"),
    Kind("cost_ledger", "costs", "what service costs", called="cost"),
    PRIVACY,
)


def add(groups: Groups, *, chosen: str | None) -> None:
    """Add a group for each kind; only the *chosen* one needs its commands now."""
    for kind in KINDS:
        if kind in {TICKET, PRIVACY}:
            continue  # They have modules of their own.
        if chosen in {kind.group, None}:
            add_kind(groups, kind)
        else:
            groups.add_parser(kind.group, help=kind.help)


def add_kind(groups: Groups, kind: Kind) -> None:
    """Add the commands about one kind of record."""
    commands = arguments.group(groups, kind.group, kind.help)
    add_verbs(commands, kind)
    add_history(commands, kind)
    parser = arguments.command(commands, "show", "show it as it is now", run=show, _kind=kind)
    _takes_number(parser, kind)
    arguments.takes_place(parser)
    listing = arguments.command(commands, "list", "list them, oldest first", run=list_, _kind=kind)
    arguments.takes_jsonl(listing)
    arguments.takes_place(listing)


def add_verbs(commands: Groups, kind: Kind) -> None:
    """Add whatever can be done at the counter."""
    from .verbs import add_options

    for verb in kind.verbs():
        parser = arguments.command(
            commands, verb.name, verb.help, run=carry_out, _verb=verb, _kind=kind
        )
        _takes_number(parser, kind)
        add_options(parser, verb.options)
        arguments.takes_dry_run(parser)
        arguments.takes_provenance(parser)
        arguments.takes_place(parser)


def add_history(commands: Groups, kind: Kind) -> None:
    """Add the command that tells everything on record of one."""
    text = "tell everything on record of it"
    parser = arguments.command(commands, "history", text, run=history, _kind=kind)
    _takes_number(parser, kind)
    arguments.takes_place(parser)


def _takes_number(parser: argparse.ArgumentParser, kind: Kind) -> None:
    number = arguments.number_of(kind.name)
    parser.add_argument("_number", type=number, metavar=kind.name.upper(), help="its number")


# --- Doing ---------------------------------------------------------------------------


def carry_out(args: argparse.Namespace) -> int:
    """Do what the verb says, or only check whether it could be done."""
    with desk_to_change(args) as desk:
        receipt, zone = _do(desk, args), desk.standard.calendar.zone
    return answer(args, _document(args, receipt), *_told(args, receipt, zone))


def _do(desk: ServiceDesk, args: argparse.Namespace) -> Receipt:
    from .verbs import facts_from

    told = facts_from(args, args._verb.options)
    why = {name: value for name in _WHY if (value := getattr(args, name)) is not None}
    verb = getattr(_counter(desk, args._kind.counter), args._verb.method)
    receipt: Receipt = verb(args._number, at=args.at, **told, **why)
    return receipt


def _counter(desk: ServiceDesk, name: str) -> Any:
    return getattr(desk, name, None) or desk.counter(name)


def _told(args: argparse.Namespace, receipt: Receipt, zone: ZoneInfo) -> Iterator[str]:
    from .telling import sentence, short_name, told_end, told_promise

    aside = " (dry run)" if args.dry_run else " (repeated)" if receipt.repeated else ""
    if not receipt.events:
        yield f"{args._number}{aside}: nothing to do"
    for event in receipt.events:
        yield f"{args._number}{aside}: {short_name(event)}: {sentence(event, zone)}"
        for promise in getattr(event, "promises", ()):
            yield f"  {told_promise(promise, zone)}"
        for reading in getattr(event, "readings", ()):
            if told := told_end(reading, zone):
                yield f"  {told}"


def _document(args: argparse.Namespace, receipt: Receipt) -> dict[str, Any]:
    from .telling import name_of

    return {
        args._kind.name: args._number,
        "dry_run": args.dry_run,
        "repeated": receipt.repeated,
        "position": None if args.dry_run else receipt.position,
        "version": receipt.versions.get(f"{args._kind.name}/{args._number}"),
        "recorded_at": None if args.dry_run else receipt.recorded_at,
        "events": [{"name": name_of(each), "event": each} for each in receipt.events],
    }


# --- Looking -------------------------------------------------------------------------


def show(args: argparse.Namespace) -> int:
    """Show a record as it is now."""
    from .portraits import portrait

    with desk_for(args) as desk:
        record = _counter(desk, args._kind.file).get(args._number)
        zone = desk.standard.calendar.zone
    title = f"{words(args._kind.name)} {args._number} (times in {zone.key})"
    return answer(args, record, title, *portrait(record, zone))


def history(args: argparse.Namespace) -> int:
    """Tell everything on record of one."""
    from .telling import as_values, story

    with desk_for(args) as desk:
        recorded = _counter(desk, args._kind.file).history(args._number)
        zone = desk.standard.calendar.zone
    document = [as_values(each) for each in recorded]
    return answer(args, document, f"{args._number} (times in {zone.key})", *story(recorded, zone))


def list_(args: argparse.Namespace) -> int:
    """List every record of a kind."""
    from .portraits import in_a_line, in_brief

    with desk_for(args) as desk:
        kind, zone, found = args._kind.name, desk.standard.calendar.zone, _found(desk, args)
        briefs = ({kind: number, **in_brief(record)} for number, record in found)
        rows = ((number, in_a_line(record, zone)) for number, record in found)
        return answer_with_each(args, briefs, rows=rows, head=(words(kind), "facts"), none="none")


def _found(desk: ServiceDesk, args: argparse.Namespace) -> Iterator[tuple[str, Any]]:
    counter = _counter(desk, args._kind.file)
    for subject in desk.log.subjects(args._kind.name):
        number = subject.partition("/")[2]
        yield number, counter.get(number)
