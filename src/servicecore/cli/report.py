"""``servicecore report``: how long customers wait, and whether promises are kept."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from . import arguments
from .arguments import Groups
from .desks import desk_for
from .figures import report_lines
from .outcome import FINE
from .output import say, say_json

if TYPE_CHECKING:
    from ..desk.asked import Ask


def add(groups: Groups) -> None:
    """Add the reports."""
    commands = arguments.group(groups, "report", "how long customers wait, which promises are kept")
    for name, text, run in (
        ("json", "report as one JSON document", as_json),
        ("text", "report as tables", as_text),
    ):
        parser = arguments.command(commands, name, text, run=run)
        parser.add_argument(
            "--by",
            action="extend",
            type=_names,
            metavar="NAMES",
            help="group by priority (the default), product, channel, team, person, month …; "
            "several with commas, or repeat it",
        )
        _takes_question(parser)
    parser = arguments.command(commands, "html", "report as a page to look at", run=as_html)
    parser.add_argument("--lang", default="en", metavar="LANG", help="en (the default) or zh")
    parser.add_argument("--out", metavar="FILE", help="where to write it; default: stdout")
    _takes_question(parser)


def _takes_question(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--period", help="2026, 2026-Q3, 2026-09 or 2026-09-01..2026-10-01")
    parser.add_argument(
        "--where",
        action="append",
        type=_choice,
        metavar="NAME=VALUE",
        help="look only at these cases; twice the same name means either",
    )
    parser.add_argument("--zone", help="the time zone of the period's days")
    parser.add_argument(
        "--as-of", type=arguments.moment, metavar="WHEN", help="tell of that moment; default: now"
    )
    parser.add_argument(
        "--known-at",
        type=_position,
        metavar="POSITION",
        help="know only what was recorded up to that position of the log",
    )
    arguments.takes_place(parser)


def as_json(args: argparse.Namespace) -> int:
    """Report as one JSON document."""
    say_json(_report(args))
    return FINE


def as_text(args: argparse.Namespace) -> int:
    """Report as tables, unless JSON is asked for."""
    told = _report(args)
    if args.json:
        say_json(told)
        return FINE
    say("\n".join(report_lines(told, by=_by(args))))
    return FINE


def as_html(args: argparse.Namespace) -> int:
    """Report as a page; with ``--json``, as a document that holds it."""
    with desk_for(args) as desk:
        told = desk.reports.html(language=args.lang, **_asked(args))
    if args.out:
        Path(args.out).write_text(told, encoding="utf-8")
    if args.json:
        say_json({"written": args.out} if args.out else {"html": told})
    elif not args.out:
        sys.stdout.write(told)
    return FINE


def _report(args: argparse.Namespace) -> dict[str, object]:
    asked = _asked(args)
    asked["by"] = _by(args)
    with desk_for(args) as desk:
        return desk.reports.json(**asked)


def _asked(args: argparse.Namespace) -> Ask:
    where: dict[str, list[str]] = {}
    for name, value in args.where or ():
        where.setdefault(name, []).append(value)
    return {
        "period": args.period,
        "where": where,
        "zone": args.zone,
        "as_of": args.as_of,
        "known_at": args.known_at,
    }


def _names(text: str) -> list[str]:
    names = [each.strip() for each in text.split(",")]
    if not all(names):
        msg = f"{text!r} has a name missing; expected some like product,month"
        raise argparse.ArgumentTypeError(msg)
    return names


def _position(text: str) -> int:
    try:
        return arguments.count(text)
    except argparse.ArgumentTypeError:
        msg = (
            f"{text!r} is no position of the log; expected a number like 120, from 1 "
            "(what had happened by a moment is asked with --as-of)"
        )
        raise argparse.ArgumentTypeError(msg) from None


def _choice(text: str) -> tuple[str, str]:
    name, is_told, value = text.partition("=")
    if not is_told:
        msg = f"{text!r} chooses nothing; expected one like team=pumps"
        raise argparse.ArgumentTypeError(msg)
    return name, value


def _by(args: argparse.Namespace) -> list[str]:
    return args.by or ["priority"]
