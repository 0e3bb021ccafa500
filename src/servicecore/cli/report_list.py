"""``servicecore report list``: which cases a figure is made of."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from . import arguments
from .asking import asked, takes_groups, takes_question
from .desks import desk_for
from .outcome import FINE
from .output import answer, say_line, table, to_the_minute

if TYPE_CHECKING:
    from ..projections.answer import Measured


def add(commands: Any) -> None:
    """Add the command to those of the reports."""
    text = "list the cases that a figure is made of"
    parser = arguments.command(commands, "list", text, run=list_)
    parser.add_argument("measure", metavar="MEASURE", help="such as resolution_attainment")
    parser.add_argument(
        "--only",
        metavar="PART",
        help="of a share: yes (it is so), no (it is not), or open (nobody knows yet)",
    )
    takes_groups(parser, "tell of each case its product, person, customer …")
    arguments.takes_jsonl(parser)
    takes_question(parser)


def list_(args: argparse.Namespace) -> int:
    """List the cases that a figure is made of."""
    with desk_for(args) as desk:
        ask = asked(args)
        ask["by"] = args.by or ()
        told = list(desk.reports.behind(args.measure, only=args.only, **ask))
    if args.jsonl:
        for each in told:
            say_line(each.as_dict())
        return FINE
    return answer(args, [each.as_dict() for each in told], *_lines(told, measure=args.measure))


def _lines(told: list[Measured], *, measure: str) -> Iterator[str]:
    if not told:
        yield f"no case is in that part of {measure}"
        return
    apart = list(dict.fromkeys(name for each in told for name, _ in each.group[1:]))
    groups = [dict(each.group) for each in told]
    rows = [
        (group["case"], *(group.get(name, "-") for name in apart), _of(figure))
        for group, figure in zip(groups, told, strict=True)
    ]
    yield table(rows, head=("case", *apart, measure))
    yield f"{len({group['case'] for group in groups})} cases"


def _of(figure: Measured) -> str:
    if figure.k is None:
        return _amount(figure)
    parts = {"yes": figure.k, "no": figure.n - figure.k, "open": figure.open or 0}
    return ", ".join(
        name if times == 1 else f"{times} × {name}" for name, times in parts.items() if times
    )


def _amount(figure: Measured) -> str:
    if figure.value is None:
        return "-"
    if figure.p50 is None:
        return f"{figure.value:g}"
    return to_the_minute(timedelta(seconds=figure.value))
