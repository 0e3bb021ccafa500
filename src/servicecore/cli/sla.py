"""``servicecore sla``: what is promised, what falls due, and how a timeline would be judged."""

# ruff: noqa: PLC0415  # --help must not wait for the desk.

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from . import arguments, clocks, what_if
from .arguments import Groups
from .desks import desk_for, standard_called, standard_of
from .files import text_of
from .outcome import UsageError
from .output import answer, table, told_at, words

if TYPE_CHECKING:
    from ..desk import ServiceDesk
    from ..domain.sla import RungReached
    from ..projections.deadlines import Deadline


def add(groups: Groups) -> None:
    """Add the commands about promises."""
    commands = arguments.group(groups, "sla", "what is promised, and what falls due")
    parser = arguments.command(commands, "show", "show the figures of a standard", run=show)
    parser.add_argument("standard", nargs="?", help="a shipped standard or a TOML file")

    parser = arguments.command(commands, "compare", "tell where two standards differ", run=compare)
    parser.add_argument("left", metavar="LEFT", help="a shipped standard or a TOML file")
    parser.add_argument("right", metavar="RIGHT", help="another one")

    parser = arguments.command(commands, "assess", "judge a timeline under its terms", run=assess)
    parser.add_argument("file", metavar="FILE", help="one scenario or several as JSON; - is stdin")

    parser = arguments.command(commands, "due", "list what fell due but is not on record", run=due)
    parser.add_argument("--at", type=arguments.moment, metavar="WHEN", help="default: now")
    arguments.takes_place(parser)

    parser = arguments.command(commands, "run-due", "put on record what fell due", run=run_due)
    parser.add_argument("--at", type=arguments.moment, metavar="WHEN", help="default: now")
    arguments.takes_place(parser)
    arguments.takes_dry_run(parser)

    parser = arguments.command(commands, "next", "tell when something falls due next", run=next_)
    parser.add_argument(
        "ticket",
        nargs="?",
        type=arguments.number_of("ticket"),
        metavar="TICKET",
        help="only this one; default: all",
    )
    arguments.takes_place(parser)
    clocks.add(commands)
    what_if.add(commands)


# --- What is promised --------------------------------------------------------------


def show(args: argparse.Namespace) -> int:
    """Show every figure of a standard with its clause."""
    from .standards import as_lines, as_values

    standard = standard_of(args)
    return answer(args, as_values(standard), *as_lines(standard))


def compare(args: argparse.Namespace) -> int:
    """Tell where two standards differ."""
    from ..standards import compare as differing
    from .standards import differences

    rows = differing(standard_called(args.left), standard_called(args.right))
    return answer(args, rows, *(differences(rows) if rows else ["they say the same"]))


# --- Trying a timeline ---------------------------------------------------------------


def assess(args: argparse.Namespace) -> int:
    """Judge one scenario, or each of several."""
    from ..exchange.scenario import assess as answers_to

    scenarios, is_list = _scenarios(args.file)
    answered = [{"id": each.get("id"), "answers": answers_to(each)} for each in scenarios]
    document = {"scenarios": answered} if is_list else answered[0]
    return answer(args, document, *_assessed(answered, args.file))


def _assessed(answered: Iterable[dict[str, Any]], file: str) -> Iterator[str]:
    for each in answered:
        yield str(each["id"] or file)
        for number, answers in enumerate(each["answers"], start=1):
            yield f"  checkpoint {number}"
            for name, value in answers.items():
                yield f"    {name:<28} {json.dumps(value, ensure_ascii=False, default=str)}"


def _scenarios(file: str) -> tuple[list[dict[str, Any]], bool]:
    """Return the scenarios of a file, and whether it holds a list of them."""
    text = text_of(file)
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:  # Numbers can be too long, lists too deep.
        msg = f"{file} is not JSON: {error}"
        raise UsageError(msg) from None
    is_list = isinstance(told, dict) and "scenarios" in told
    several = told["scenarios"] if is_list else [told]
    if not isinstance(several, list) or not all(isinstance(each, dict) for each in several):
        msg = f"{file} holds no scenario; expected an object, or one with a list 'scenarios'"
        raise UsageError(msg)
    return several, is_list


# --- What falls due --------------------------------------------------------------------


def due(args: argparse.Namespace) -> int:
    """List the levels that were reached and that nobody has put on record."""
    now = args.at or datetime.now(timezone.utc)
    with desk_for(args) as desk:
        zone, passed = desk.standard.calendar.zone, list(_passed(desk, now))
    names = ("subject", "clock", "round", "due", "rungs")
    document = [{name: getattr(each, name) for name in names} for each in passed]
    rows = [
        (each.subject, words(each.clock), told_at(rung.due, zone), _level(rung))
        for each in passed
        for rung in each.rungs
        if rung.due <= now
    ]
    head = ("subject", "promise", "due", "level")
    return answer(args, document, table(rows, head=head) if rows else "nothing is due")


def run_due(args: argparse.Namespace) -> int:
    """Put on record what fell due."""
    if args.dry_run:
        return due(args)
    from .telling import as_values, sentence, short_name

    with desk_for(args) as desk:
        before = desk.log.head()
        desk.run_due(args.at)
        done = list(desk.log.since(before))
    zone = standard_of(args).calendar.zone
    told = (
        f"{each.subject}: {short_name(each.event)}: {sentence(each.event, zone)}" for each in done
    )
    document = [as_values(each) for each in done]
    return answer(args, document, *told, f"{len(done)} put on record")


def next_(args: argparse.Namespace) -> int:
    """Tell when something falls due next, at the whole desk or of one ticket."""
    with desk_for(args) as desk:
        wake_up, zone = desk.sla.next_wake_up(args.ticket), desk.standard.calendar.zone
    told = f"{told_at(wake_up, zone)} ({zone.key})" if wake_up else "nothing falls due"
    return answer(args, {"next": wake_up}, told)


def _level(rung: RungReached) -> str:
    if rung.name == rung.to:
        return rung.name
    return f"{rung.name} to {'whoever has it' if rung.to == 'assignee' else rung.to}"


def _passed(desk: ServiceDesk, now: datetime) -> Iterator[Deadline]:
    from ..projections import deadlines

    desk.next_wake_up()  # The list catches up with the log.
    return deadlines.passed(desk.log.tables.read(deadlines.NAME), now)
