"""Options that many commands share: where, when, who, and in which form to answer."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from typing import Any, NoReturn

from .outcome import USAGE

Groups = Any  #: The commands of a parser; argparse keeps the type to itself.

_LENGTH = re.compile(r"(\d+(?:\.\d+)?)\s*(s|min|h|d)")
_DIGITS = 18  #: No log is longer, and nothing is counted beyond.
_UNITS = {"s": "seconds", "min": "minutes", "h": "hours", "d": "days"}


class Formatter(argparse.RawDescriptionHelpFormatter):
    """Lays help out so that the longest name of a command still has its text beside it."""

    def add_argument(self, action: argparse.Action) -> None:
        """Count the indentation of commands, which the original forgets."""
        super().add_argument(action)
        if action.nargs == argparse.PARSER:
            self._action_max_length += self._indent_increment


class Parser(argparse.ArgumentParser):
    """Reports a usage error in one line."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_abbrev=False, formatter_class=Formatter, **options)

    def parse_known_args(self, *given: Any, **named: Any) -> tuple[Any, list[str]]:
        """Refuse unknown arguments here, where the command is known; argparse waits for the top."""
        known, unknown = super().parse_known_args(*given, **named)
        if unknown:
            self.error(f"unrecognized arguments: {' '.join(unknown)}")
        return known, unknown

    def error(self, message: str) -> NoReturn:
        """Name what does not fit, and where help is."""
        told = " ".join(message.split())
        self.exit(USAGE, f"{self.prog}: {told} (help: {self.prog} --help)\n")


def group(groups: Groups, name: str, text: str) -> Groups:
    """Add a group of commands, and return its commands."""
    parser = groups.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
    return parser.add_subparsers(title="commands", metavar="COMMAND", required=True)


def command(groups: Groups, name: str, text: str, **defaults: Any) -> argparse.ArgumentParser:
    """Add a command, with the options that every command has."""
    parser: argparse.ArgumentParser = groups.add_parser(
        name, help=text, description=f"{text[0].upper()}{text[1:]}."
    )
    parser.add_argument("--json", action="store_true", help="answer with one JSON document")
    parser.add_argument("--debug", action="store_true", help="show where an error comes from")
    parser.set_defaults(**defaults)
    return parser


def takes_place(parser: argparse.ArgumentParser) -> None:
    """Let a command say where the histories are, and under which standard new ones begin."""
    where = parser.add_argument_group("where")
    where.add_argument("--url", help="where the histories are, such as sqlite:///service.db")
    where.add_argument(
        "--standard",
        metavar="S",
        help="the promises for new cases: a shipped standard or a TOML file",
    )


def takes_standard(parser: argparse.ArgumentParser) -> None:
    """Let a command say which standard it is about."""
    parser.add_argument("--standard", metavar="S", help="a shipped standard or a TOML file")


def takes_dry_run(parser: argparse.ArgumentParser) -> None:
    """Let a command that writes only report what it would do."""
    parser.add_argument(
        "--dry-run", action="store_true", help="check and report, but store nothing"
    )


def takes_jsonl(parser: argparse.ArgumentParser) -> None:
    """Let a command answer with a stream."""
    parser.add_argument("--jsonl", action="store_true", help="answer with one JSON value per line")


def takes_provenance(parser: argparse.ArgumentParser) -> None:
    """Let a command say when something happened, who asked for it, and why."""
    story = parser.add_argument_group("when, who and why")
    story.add_argument("--at", type=moment, metavar="WHEN", help="when it happened; default: now")
    story.add_argument("--actor", metavar="WHO", help="who asked for it")
    story.add_argument("--role", metavar="ROLE", help="in which role")
    story.add_argument(
        "--command-id", metavar="ID", help="carried out once, however often it is sent"
    )
    story.add_argument("--correlation-id", metavar="ID", help="the chain of events it belongs to")
    story.add_argument("--causation-id", metavar="ID", help="the event it follows from")
    story.add_argument(
        "--expected-version",
        type=count,
        metavar="N",
        help="only if its history has exactly N events",
    )


def number_of(kind: str) -> Callable[[str], str]:
    """Return a reader for the number of a record of *kind*, given alone or as a subject.

    >>> number_of("ticket")("T-1"), number_of("ticket")("ticket/T-1")
    ('T-1', 'T-1')
    """
    return lambda text: text.removeprefix(f"{kind}/")


def moment(text: str) -> datetime:
    """Return the moment that *text* names, in UTC; without an offset, nobody knows which."""
    try:
        told = datetime.fromisoformat(text)
    except ValueError:
        msg = f"{text!r} is not a moment; expected one like 2026-01-05T09:00:00+08:00"
        raise argparse.ArgumentTypeError(msg) from None
    if told.utcoffset() is None:
        msg = f"{text!r} has no UTC offset; expected one like 2026-01-05T09:00:00+08:00"
        raise argparse.ArgumentTypeError(msg)
    try:
        return told.astimezone(timezone.utc)
    except OverflowError:
        msg = f"{text!r} is too far away"
        raise argparse.ArgumentTypeError(msg) from None


def day(text: str) -> date:
    """Return the day that *text* names."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        msg = f"{text!r} is not a day; expected one like 2026-01-05"
        raise argparse.ArgumentTypeError(msg) from None


def length(text: str) -> timedelta:
    """Return the length of time that *text* names: ``2 h``, ``90min``, ``1 h 30 min``."""
    parts = _LENGTH.findall(text)
    if not parts or _LENGTH.sub("", text).strip():
        msg = f"{text!r} is not a length of time; expected one like '2 h', '90 min' or '1 h 30 min'"
        raise argparse.ArgumentTypeError(msg)
    try:
        return sum((timedelta(**{_UNITS[unit]: float(n)}) for n, unit in parts), timedelta())
    except OverflowError:
        msg = f"{text!r} is too long"
        raise argparse.ArgumentTypeError(msg) from None


def count(text: str) -> int:
    """Return a whole number, one or more."""
    if not _is_number(text) or int(text) < 1:
        msg = f"{text!r} is not a number of things; expected 1 or more"
        raise argparse.ArgumentTypeError(msg)
    return int(text)


def position(text: str) -> int:
    """Return a position in the log; 0 is before its first event."""
    if not _is_number(text):
        msg = f"{text!r} is not a position in a log; expected 0 or more"
        raise argparse.ArgumentTypeError(msg)
    return int(text)


def moment_or_position(text: str) -> datetime | int:
    """Return until when something is looked at: a moment, or a position in the log."""
    try:
        return moment(text) if "-" in text else position(text)
    except argparse.ArgumentTypeError:
        msg = (
            f"{text!r} is neither a position of the log, like 120, "
            "nor a moment with its offset, like 2025-12-15T18:00+08:00"
        )
        raise argparse.ArgumentTypeError(msg) from None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _DIGITS
