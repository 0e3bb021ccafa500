"""The options of every report: which period, which cases, and as of when."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, cast

from . import arguments

if TYPE_CHECKING:
    from ..desk.asked import Ask, AskTwice


def takes_question(parser: argparse.ArgumentParser, *, needs_period: bool = False) -> None:
    """Let a command take a question."""
    periods = "2026, 2026-Q3, 2026-09 or 2026-09-01..2026-10-01"
    parser.add_argument("--period", required=needs_period, help=periods)
    parser.add_argument(
        "--where",
        action="append",
        type=_choice,
        metavar="NAME=VALUE",
        help="only these cases; the same name twice means either value",
    )
    parser.add_argument("--zone", help="the time zone of the period's days")
    parser.add_argument(
        "--as-of",
        type=arguments.moment,
        metavar="WHEN",
        help="report as of that moment; default: now",
    )
    parser.add_argument(
        "--known-at",
        type=arguments.moment_or_position,
        metavar="WHEN",
        help="use only what was on record by that moment, or up to that position of the log",
    )
    arguments.takes_place(parser)


def takes_groups(parser: argparse.ArgumentParser, text: str) -> None:
    """Let a command take names by which its answer is grouped."""
    text = f"{text}; several separated by commas, or repeat the option"
    parser.add_argument("--by", action="extend", type=_names, metavar="NAMES", help=text)


def asked(args: argparse.Namespace) -> Ask:
    """Return what is asked."""
    return cast("Ask", {"period": args.period, **asked_besides(args)})


def asked_besides(args: argparse.Namespace) -> AskTwice:
    """Return what is asked besides the period."""
    where: dict[str, list[str]] = {}
    for name, value in args.where or ():
        where.setdefault(name, []).append(value)
    return {
        "where": where,
        "zone": args.zone,
        "as_of": args.as_of,
        "known_at": args.known_at,
    }


def _names(text: str) -> list[str]:
    names = [each.strip() for each in text.split(",")]
    if not all(names):
        msg = f"{text!r} has a name missing; expected names like product,month"
        raise argparse.ArgumentTypeError(msg)
    return names


def _choice(text: str) -> tuple[str, str]:
    name, is_told, value = text.partition("=")
    if not is_told:
        msg = f"{text!r} chooses nothing; expected one like team=pumps"
        raise argparse.ArgumentTypeError(msg)
    return name, value
