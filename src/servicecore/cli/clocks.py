"""``servicecore sla explain``, ``attribute`` and ``what-if``: the working of clocks."""

# ruff: noqa: PLC0415  # --help must not wait for the desk.

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

from ..exchange.plain import plain
from . import arguments
from .arguments import Groups
from .calendar import read_calendar
from .desks import desk_for
from .outcome import FINE, NotFoundError, UsageError
from .output import (
    say,
    say_json,
    say_line,
    say_rows,
    table,
    to_the_minute,
    told_at,
    told_length,
    words,
    wrapped,
)
from .progress import progress

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from ..audit.attribution import Attribution, Holder
    from ..audit.explain import Explanation, Step
    from ..desk import ServiceDesk
    from ..desk.asked import Ask
    from ..domain.calendar import WorkingCalendar
    from ..projections.what_if import Totals


def add(commands: Groups) -> None:
    """Add the commands about the working of clocks to those about promises."""
    for name, text, run in (
        ("explain", "tell why each clock of a ticket shows what it shows", explain),
        ("attribute", "tell where the time of each clock went", attribute),
    ):
        parser = arguments.command(commands, name, text, run=run)
        parser.add_argument("ticket", metavar="TICKET", type=arguments.number_of("ticket"))
        parser.add_argument("--at", type=arguments.moment, metavar="WHEN", help="default: now")
        arguments.takes_place(parser)
    parser = arguments.command(
        commands,
        "certify",
        "tell what counted on a clock, so that it adds up",
        run=certify,
    )
    parser.add_argument("ticket", metavar="TICKET", type=arguments.number_of("ticket"))
    parser.add_argument("clock", metavar="CLOCK", help="such as first_response")
    parser.add_argument("--round", type=int, metavar="N", help="default: the last")
    parser.add_argument("--at", type=arguments.moment, metavar="WHEN", help="default: now")
    arguments.takes_place(parser)
    parser = arguments.command(
        commands, "what-if", "replay tickets under another standard", run=what_if
    )
    parser.add_argument(
        "instead",
        nargs="?",
        metavar="STANDARD",
        help="a shipped standard or a TOML file; default: what each was promised",
    )
    parser.add_argument("--calendar", metavar="FILE", help="count on this one: TOML or JSON")
    parser.add_argument(
        "--choice",
        action="append",
        default=[],
        type=_choice,
        metavar="NAME=VALUE",
        help="for every target, such as credit=none; may be repeated",
    )
    parser.add_argument(
        "--ticket",
        action="append",
        type=arguments.number_of("ticket"),
        metavar="TICKET",
        help="only this one; may be repeated",
    )
    parser.add_argument("--period", help="only those opened in it: 2026, 2026-Q3, 2026-09 …")
    parser.add_argument(
        "--as-of", type=arguments.moment, metavar="WHEN", help="what is late by then is late"
    )
    parser.add_argument(
        "--page",
        metavar="FILE",
        help="draw both side by side, by class, as a page",
    )
    parser.add_argument("--csv", action="store_true", help="answer with a row a clock")
    parser.add_argument(
        "--jobs", type=arguments.count, default=1, metavar="N", help="in how many processes"
    )
    arguments.takes_jsonl(parser)
    arguments.takes_place(parser)


def _choice(text: str) -> tuple[str, str]:
    name, is_one, value = text.partition("=")
    if is_one and name and value:
        return name, value
    msg = f"{text!r} is no choice; expected one like credit=none"
    raise argparse.ArgumentTypeError(msg)


# --- Why -----------------------------------------------------------------------------


def explain(args: argparse.Namespace) -> int:
    """Tell which event did what to each clock, and what comes next."""
    with desk_for(args) as desk:
        _must_be_open_by_then(desk, args)
        told = desk.sla.explain(args.ticket, at=args.at)
        zone = desk.standard.calendar.zone
    if args.json:
        say_json(told)
    else:
        say("\n".join(_explained(told, zone)))
    return FINE


def _explained(told: Explanation, zone: ZoneInfo) -> Iterator[str]:
    yield f"{told.subject} under {told.standard} (times in {zone.key})"
    in_order = sorted(told.steps, key=lambda each: (each.clock, each.round))
    for (clock, round_), steps in groupby(in_order, key=lambda each: (each.clock, each.round)):
        yield ""
        yield words(clock) if round_ == 1 else f"{words(clock)} #{round_}"
        for step in steps:
            first = f"  {told_at(step.at, zone)}  {words(step.happening):<17}"
            yield wrapped(f"{_did(step, zone)} ({step.clause})", indent=41, first=first)
    if told.not_started:
        yield ""
        yield "not running"
        for each in told.not_started:
            first = f"  {words(each.clock):<20}"
            yield wrapped(f"{each.why} ({each.clause})", indent=22, first=first)
    if coming := told.next:
        yield ""
        what = f"{coming.rung} of {words(coming.clock)}"
        yield f"next: {what}, {told_at(coming.at, zone)}, if nobody acts"


def _did(step: Step, zone: ZoneInfo) -> str:
    if step.decides:
        spent, due = told_length(step.spent), told_at(step.due, zone)
        return f"{step.did}, {spent} of {step.promised}, due {due}"
    if step.counted_from is None:
        return step.did
    return f"{step.did}, counted from {told_at(step.counted_from, zone)}"


def certify(args: argparse.Namespace) -> int:
    """Tell what counted and what did not; as JSON, for whoever checks it without us."""
    with desk_for(args) as desk:
        _must_be_open_by_then(desk, args)
        paper = desk.sla.certify(args.ticket, args.clock, round=args.round, at=args.at)
        zone = desk.standard.calendar.zone
    if args.json:
        say_json(paper.as_dict())
    else:
        say(paper.as_text(zone.key, tell=told_length))
    return FINE


# --- Where the time went ---------------------------------------------------------------


def attribute(args: argparse.Namespace) -> int:
    """Tell where the time of each clock went, by owner, team, level and waiting reason."""
    with desk_for(args) as desk:
        _must_be_open_by_then(desk, args)
        told = desk.sla.attribute(args.ticket, at=args.at)
    if args.json:
        say_json([_parts(each) for each in told])
        return FINE
    rows = [row for each in told for row in _rows(each)]
    head = ("promise", "who", "team", "level", "waited for", "time")
    say(table(rows, head=head, right=(5,)))
    return FINE


def _parts(told: Attribution) -> dict[str, Any]:
    spent = [{**plain(holder), "spent": length} for holder, length in told.spent.items()]
    waited = [{**plain(holder), "waited": length} for holder, length in told.waited.items()]
    parts = [*spent, *waited]
    return {"clock": told.clock, "round": told.round, "total": told.total, "parts": parts}


def _rows(told: Attribution) -> Iterator[tuple[str, ...]]:
    name = words(told.clock) if told.round == 1 else f"{words(told.clock)} #{told.round}"
    parts: list[tuple[Holder, Any]] = [*told.spent.items(), *told.waited.items()]
    for holder, length in parts:
        waiting = words(holder.waiting_for) or "-"
        who = (holder.owner, holder.team or "-", holder.level, waiting)
        yield (name, *who, to_the_minute(length))


# --- What if -------------------------------------------------------------------------------


def what_if(args: argparse.Namespace) -> int:
    """Replay tickets under another standard, and tell what would have been different."""
    from ..projections.what_if import totals

    with desk_for(args) as desk, progress("what if") as advance:
        instead = _instead(args)
        if args.page:
            _draw(desk, args, instead)
        found = desk.sla.what_if(
            **instead,
            tickets=_opened_in(desk, args) if args.period else args.ticket,
            as_of=args.as_of,
            jobs=args.jobs,
            progress=advance,
        )
        if args.csv:
            say_rows(each.as_dict() for each in found)
            return FINE
        if args.jsonl:
            for each in found:
                say_line(each.as_dict())
            return FINE
        summed = totals(found)
    if args.json:
        say_json(summed)
    else:
        say(_summed(summed.items()))
    return FINE


class Instead(TypedDict):
    """What is to be otherwise."""

    standard: str | None
    calendar: WorkingCalendar | None
    choices: dict[str, str]


def _instead(args: argparse.Namespace) -> Instead:
    from ..domain.sla.promise import CHOICES

    for name, _ in args.choice:
        if name not in CHOICES:
            msg = f"there is no choice {name!r}; expected one of {', '.join(CHOICES)}"
            raise UsageError(msg)
    calendar = read_calendar(args.calendar) if args.calendar else None
    if not (args.instead or calendar or args.choice):
        msg = "say what is to be otherwise: a STANDARD, a --calendar or a --choice"
        raise UsageError(msg)
    return {"standard": args.instead, "calendar": calendar, "choices": dict(args.choice)}


def _opened_in(desk: ServiceDesk, args: argparse.Namespace) -> list[str]:
    opened = _cases_of(desk, args)
    chosen = [each for each in opened if not args.ticket or each in args.ticket]
    if not chosen:
        msg = f"no such ticket was opened in {args.period}"
        raise NotFoundError(msg)
    return chosen


def _cases_of(desk: ServiceDesk, args: argparse.Namespace) -> list[str]:
    with suppress(LookupError):  # Nothing is measured where nothing was opened.
        opened = desk.reports.behind("tickets_opened", period=args.period, as_of=args.as_of)
        return [dict(each.group)["case"] for each in opened]
    return []


def _draw(desk: ServiceDesk, args: argparse.Namespace, instead: Instead) -> None:
    where = {"ticket": args.ticket} if args.ticket else None
    asked: Ask = {"by": "priority", "where": where, "as_of": args.as_of, "period": args.period}
    told = desk.sla.html(**instead, **asked)
    Path(args.page).write_text(told, encoding="utf-8")


def _summed(totals: Iterable[tuple[str, Totals]]) -> str:
    head = ("promise", "clocks", "not promised", "late", "would be", "changed", "up", "would be")
    rows = [(words(clock), *_in_figures(told)) for clock, told in totals]
    return table(rows, head=head, right=range(1, len(head)))


def _in_figures(told: Totals) -> Iterator[str]:
    """Tell of a promise that is made on one side alone nothing on the other."""
    was, would_be = told.clocks > told.newly_promised, told.clocks > told.not_promised
    yield str(told.clocks)
    yield str(told.not_promised)
    yield str(told.late) if was else "-"
    yield str(told.would_be_late) if would_be else "-"
    yield f"+{told.newly_late} -{told.no_longer_late}" if was and would_be else "-"
    yield str(told.escalations) if was else "-"
    yield str(told.would_be_escalations) if would_be else "-"


def _must_be_open_by_then(desk: ServiceDesk, args: argparse.Namespace) -> None:
    ticket = desk.tickets.get(args.ticket)
    if args.at is not None and args.at < ticket.opened_at:
        msg = (
            f"nothing is on record of ticket {args.ticket} by {args.at.isoformat()}: "
            f"it was opened at {ticket.opened_at.isoformat()}"
        )
        raise NotFoundError(msg)
