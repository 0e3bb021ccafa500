"""``servicecore log``: what was recorded, in the order in which it was recorded."""

# ruff: noqa: PLC0415  # --help must not wait for the desk.

from __future__ import annotations

import argparse
from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from . import arguments, log_copies, log_tables
from .arguments import Groups
from .desks import ensure_subject, log_for, standard_of
from .outcome import FINE, NotFoundError
from .output import answer, say, say_json, say_line, told_at, wrapped

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from ..domain.events import Recorded

_LAST = 20
_LATE = timedelta(days=1)  #: What was recorded so long after it happened says when.


def add(groups: Groups) -> None:
    """Add the commands about the log."""
    commands = arguments.group(groups, "log", "everything on record, in order")
    head_ = arguments.command(commands, "head", "tell the position of the newest event", run=head)
    past = arguments.command(commands, "history", "tell the history of a subject", run=history)
    past.add_argument("subject", metavar="SUBJECT", help="a kind and an id, such as ticket/T-1")
    past.set_defaults(follow=False)
    arguments.takes_jsonl(past)
    end = arguments.command(commands, "tail", "tell the newest events", run=tail)
    arguments.takes_jsonl(end)
    end.add_argument("-n", type=arguments.count, metavar="N", help=f"how many; default: {_LAST}")
    end.add_argument(
        "--after", type=arguments.position, metavar="POSITION", help="all that come after it"
    )
    end.add_argument("--follow", action="store_true", help="keep going as events come in")
    for parser in (head_, past, end):
        arguments.takes_place(parser)
    log_tables.add(commands)
    log_copies.add(commands)


def head(args: argparse.Namespace) -> int:
    """Tell the position of the newest event."""
    with log_for(args) as log:
        position = log.head()
    return answer(args, {"head": position}, str(position))


def history(args: argparse.Namespace) -> int:
    """Tell the history of a subject."""
    with log_for(args) as log:
        ensure_subject(log, args.subject)
        found = log.history(args.subject)
    if not found:
        msg = f"nothing is on record of {args.subject!r}"
        raise NotFoundError(msg)
    _tell(args, found)
    return FINE


def tail(args: argparse.Namespace) -> int:
    """Tell the newest events; with ``--follow``, also those still to come."""
    with log_for(args) as log:
        after = args.after
        if after is None:
            after = max(0, log.head() - (args.n or _LAST))
        limit = args.n if args.after is not None else None
        if args.follow:
            _tell(args, log.subscribe(after=after))
        else:
            _tell(args, log.since(after, limit))
    return FINE


def _tell(args: argparse.Namespace, recorded: Iterable[Recorded]) -> None:
    from .telling import as_values, impersonal

    seen = map(impersonal, recorded)
    if args.jsonl or (args.json and args.follow):  # What never ends is not one document.
        for each in seen:
            say_line(as_values(each))
    elif args.json:
        say_json(as_values(each) for each in seen)
    else:
        zone = standard_of(args).calendar.zone
        for each in seen:
            say(_line(each, zone))


def _line(recorded: Recorded, zone: ZoneInfo) -> str:
    from .telling import sentence, short_name

    first = f"{recorded.position:>6}  {told_at(recorded.occurred_at, zone)}  {recorded.subject}  "
    text = f"{short_name(recorded.event)}: {sentence(recorded.event, zone)}"
    if recorded.recorded_at - recorded.occurred_at > _LATE:
        text += f" (recorded {told_at(recorded.recorded_at, zone)})"
    return wrapped(text, indent=30, first=first)
