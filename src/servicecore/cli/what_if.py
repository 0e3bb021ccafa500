"""``servicecore sla what-if``: the same tickets, replayed under other promises."""

# ruff: noqa: PLC0415  # --help must not wait for the desk.

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from . import arguments
from .arguments import Groups
from .calendar import read_calendar
from .desks import desk_for
from .outcome import FINE, NotFoundError, UsageError
from .output import answer, say_line, say_rows, table, words
from .progress import progress

if TYPE_CHECKING:
    from ..desk import ServiceDesk
    from ..desk.asked import Ask
    from ..domain.calendar import WorkingCalendar
    from ..projections.what_if import Totals


def add(commands: Groups) -> None:
    """Add the command to those about promises."""
    parser = arguments.command(
        commands, "what-if", "replay tickets under another standard", run=what_if
    )
    _takes_the_difference(parser)
    _takes_tickets(parser)
    parser.add_argument(
        "--page", metavar="FILE", help="draw both side by side, by class, as a page"
    )
    parser.add_argument("--csv", action="store_true", help="answer with one CSV row per clock")
    parser.add_argument(
        "--jobs", type=arguments.count, default=1, metavar="N", help="in how many processes"
    )
    arguments.takes_jsonl(parser)
    arguments.takes_place(parser)


def _takes_the_difference(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "instead",
        nargs="?",
        metavar="STANDARD",
        help="a shipped standard or a TOML file; default: what each was promised",
    )
    parser.add_argument(
        "--calendar", metavar="FILE", help="count working time on this one: TOML or JSON"
    )
    parser.add_argument(
        "--choice",
        action="append",
        default=[],
        type=_choice,
        metavar="NAME=VALUE",
        help="for every target, such as credit=none; may be repeated",
    )


def _takes_tickets(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--ticket",
        action="append",
        type=arguments.number_of("ticket"),
        metavar="TICKET",
        help="only this one; may be repeated",
    )
    parser.add_argument("--period", help="only those opened in it: 2026, 2026-Q3, 2026-09 …")
    parser.add_argument(
        "--as-of",
        type=arguments.moment,
        metavar="WHEN",
        help="judge open clocks at that moment; default: now",
    )


def _choice(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    if name and value:
        return name, value
    msg = f"{text!r} is not a choice; expected one like credit=none"
    raise argparse.ArgumentTypeError(msg)


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
    return answer(args, summed, _summed(summed.items()))


class Instead(TypedDict):
    """What is to be different."""

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
        msg = "say what should be different: a STANDARD, a --calendar or a --choice"
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
    """Give no figure for the side on which a promise is not made."""
    was, would_be = told.clocks > told.newly_promised, told.clocks > told.not_promised
    yield str(told.clocks)
    yield str(told.not_promised)
    yield str(told.late) if was else "-"
    yield str(told.would_be_late) if would_be else "-"
    yield f"+{told.newly_late} -{told.no_longer_late}" if was and would_be else "-"
    yield str(told.escalations) if was else "-"
    yield str(told.would_be_escalations) if would_be else "-"
