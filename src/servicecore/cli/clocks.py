"""``servicecore sla explain``, ``attribute`` and ``certify``: why clocks show what they show."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any

from ..exchange.plain import plain
from . import arguments
from .arguments import Groups
from .desks import desk_for
from .outcome import NotFoundError
from .output import (
    answer,
    table,
    to_the_minute,
    told_at,
    told_clock,
    told_exactly,
    told_length,
    words,
    wrapped,
)

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from ..audit.attribution import Attribution, Holder
    from ..audit.explain import Explanation, Step
    from ..desk import ServiceDesk
    from ..domain.sla import Certificate

_LABEL = 10  #: Where the terms of a certificate begin.
_STRETCH = ("since", "counted", "not counted", "why")


def add(commands: Groups) -> None:
    """Add the commands about the working of clocks to those about promises."""
    explained = arguments.command(
        commands, "explain", "tell why each clock of a ticket shows what it shows", run=explain
    )
    attributed = arguments.command(
        commands, "attribute", "tell where the time of each clock went", run=attribute
    )
    certified = arguments.command(
        commands, "certify", "tell what counted on a clock, so that it adds up", run=certify
    )
    for parser in (explained, attributed, certified):
        parser.add_argument("ticket", metavar="TICKET", type=arguments.number_of("ticket"))
        parser.add_argument("--at", type=arguments.moment, metavar="WHEN", help="default: now")
        arguments.takes_place(parser)
    certified.add_argument("clock", metavar="CLOCK", help="such as first_response")
    certified.add_argument("--round", type=int, metavar="N", help="default: the last")


def _must_be_open_by_then(desk: ServiceDesk, args: argparse.Namespace) -> None:
    ticket = desk.tickets.get(args.ticket)
    if args.at is not None and args.at < ticket.opened_at:
        msg = (
            f"nothing is on record of ticket {args.ticket} by {args.at.isoformat()}: "
            f"it was opened at {ticket.opened_at.isoformat()}"
        )
        raise NotFoundError(msg)


# --- Why -----------------------------------------------------------------------------


def explain(args: argparse.Namespace) -> int:
    """Tell which event did what to each clock, and what comes next."""
    with desk_for(args) as desk:
        _must_be_open_by_then(desk, args)
        told = desk.sla.explain(args.ticket, at=args.at)
        zone = desk.standard.calendar.zone
    return answer(args, told, *_explained(told, zone))


def _explained(told: Explanation, zone: ZoneInfo) -> Iterator[str]:
    yield f"{told.subject} under {told.standard} (times in {zone.key})"
    in_order = sorted(told.steps, key=lambda each: (each.clock, each.round))
    for (clock, round_), steps in groupby(in_order, key=lambda each: (each.clock, each.round)):
        yield ""
        yield told_clock(clock, round_)
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


# --- Where the time went ---------------------------------------------------------------


def attribute(args: argparse.Namespace) -> int:
    """Tell where the time of each clock went, by owner, team, level and waiting reason."""
    with desk_for(args) as desk:
        _must_be_open_by_then(desk, args)
        told = desk.sla.attribute(args.ticket, at=args.at)
    rows = [row for each in told for row in _rows(each)]
    head = ("promise", "who", "team", "level", "waited for", "time")
    return answer(args, [_parts(each) for each in told], table(rows, head=head, right=(5,)))


def _parts(told: Attribution) -> dict[str, Any]:
    spent = [{**plain(holder), "spent": length} for holder, length in told.spent.items()]
    waited = [{**plain(holder), "waited": length} for holder, length in told.waited.items()]
    parts = [*spent, *waited]
    return {"clock": told.clock, "round": told.round, "total": told.total, "parts": parts}


def _rows(told: Attribution) -> Iterator[tuple[str, ...]]:
    name = told_clock(told.clock, told.round)
    parts: list[tuple[Holder, Any]] = [*told.spent.items(), *told.waited.items()]
    for holder, length in parts:
        waiting = words(holder.waiting_for) or "-"
        who = (holder.owner, holder.team or "-", holder.level, waiting)
        yield (name, *who, to_the_minute(length))


# --- Proof ----------------------------------------------------------------------------------


def certify(args: argparse.Namespace) -> int:
    """Tell what counted and what did not; the JSON can be checked without this program."""
    with desk_for(args) as desk:
        _must_be_open_by_then(desk, args)
        paper = desk.sla.certify(args.ticket, args.clock, round=args.round, at=args.at)
        zone = desk.standard.calendar.zone
    return answer(args, paper.as_dict(), *_certified(args.ticket, paper, zone))


def _certified(ticket: str, paper: Certificate, zone: ZoneInfo) -> Iterator[str]:
    verdict = "late" if paper.late else "in time"
    clock = told_clock(paper.clock, paper.round)
    yield f"{clock} of {ticket}: {paper.state.value}, {verdict} (times in {zone.key})"
    for label, text in (
        ("promised", f"{paper.promised} ({paper.clause}, {paper.standard}, {paper.calendar})"),
        ("started", told_exactly(paper.started_at, zone)),
        ("due", told_exactly(paper.due, zone)),
        ("until", told_exactly(paper.until, zone)),
        ("spent", f"{told_length(paper.spent)} of {told_length(paper.target)}"),
    ):
        yield wrapped(text, indent=_LABEL, first=f"{label:<{_LABEL}}")
    yield ""
    yield table(_stretches(paper, zone), head=_STRETCH, right=(1, 2))


def _stretches(paper: Certificate, zone: ZoneInfo) -> Iterator[tuple[str, ...]]:
    """Yield a row for each stretch, which lasts until the next begins, and one for the end.

    What was spent and what was left are told apart.
    """
    for each in paper.intervals:
        now = min(max(each.start, paper.until), each.end)
        for start, end in pairwise(sorted({each.start, now, each.end})):
            length = told_length(end - start)
            counted, not_counted = (length, "-") if each.counted else ("-", length)
            why = f"left: {each.why}" if start >= paper.until else each.why
            yield told_exactly(start, zone), counted, not_counted, why
    end = max(paper.due, paper.until)
    yield told_exactly(end, zone), "-", "-", "due" if end == paper.due else "until"
