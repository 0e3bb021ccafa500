"""``servicecore export``: what is on record, in the formats of other systems."""

# ruff: noqa: PLC0415  # --help must not wait for the desk.

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar

from . import arguments
from .arguments import Groups
from .desks import log_for
from .outcome import FINE, CommandError, UsageError
from .output import say_json, warn
from .progress import Advance, progress

if TYPE_CHECKING:
    from ..domain.events import Recorded
    from ..storage import EventLog

T = TypeVar("T")

Write = Callable[[argparse.Namespace, "EventLog", IO[str], Advance], int]


def add(groups: Groups) -> None:
    """Add the exports."""
    commands = arguments.group(groups, "export", "give what is on record to other systems")
    _add(commands, "csv", "one row per event, for spreadsheets", _csv)
    sent = _add(commands, "cloudevents", "CloudEvents 1.0, one per line", _cloudevents)
    sent.add_argument(
        "--source",
        default="urn:servicecore",
        metavar="URI",
        help="what names this log; default: urn:servicecore",
    )
    _add(commands, "ocel", "OCEL 2.0 as JSON, for process mining", _ocel)
    booked = _add(commands, "ical", "revisits and maintenance visits, for calendars", _ical)
    booked.set_defaults(what="appointments")
    traced = _add(commands, "xes", "XES, one trace per record, for process mining", _xes)
    traced.add_argument(
        "--kind", default="ticket", help="whose records become traces; default: ticket"
    )
    database = arguments.command(
        commands, "ocel-sqlite", "OCEL 2.0 as a SQLite file", run=run_database, what="events"
    )
    database.add_argument("--to", required=True, metavar="FILE", help="a new file")
    arguments.takes_place(database)
    columns = arguments.command(
        commands, "parquet", "Parquet, for DuckDB, Polars and clusters", run=run_parquet
    )
    columns.set_defaults(what="events")
    columns.add_argument(
        "--to", required=True, metavar="FOLDER", help="a new one, or an earlier export of this log"
    )
    columns.add_argument(
        "--buckets", type=arguments.count, metavar="N", help="split a new export into N parts"
    )
    arguments.takes_place(columns)


def _add(commands: Groups, name: str, text: str, write: Write) -> argparse.ArgumentParser:
    parser = arguments.command(commands, name, text, run=run, write=write, what="events")
    parser.add_argument(
        "--to", default="-", metavar="FILE", help="where to write it; default: stdout"
    )
    arguments.takes_place(parser)
    return parser


def run(args: argparse.Namespace) -> int:
    """Write what is on record to a file, or to stdout."""
    if args.json and args.to == "-":
        msg = "--json tells how it went; say where the export goes with --to FILE"
        raise UsageError(msg)
    with log_for(args) as log, _file(args.to) as to, progress("export") as advance:
        count = args.write(args, log, to, advance)
    return _counted_out(args, count)


def run_database(args: argparse.Namespace) -> int:
    """Write what is on record to a database of its own."""
    from ..exchange.exports import OcelFileExistsError, write_ocel_sqlite

    with log_for(args) as log, progress("export") as advance:
        try:
            count = write_ocel_sqlite(_everything(log, advance), args.to)
        except OcelFileExistsError as error:
            raise UsageError(str(error)) from None
    return _counted_out(args, count)


def run_parquet(args: argparse.Namespace) -> int:
    """Add to a folder what is new on record."""
    from ..exchange.exports.parquet import export_parquet

    with log_for(args) as log, progress("export") as advance:
        done = export_parquet(log, args.to, buckets=args.buckets, progress=advance)
    told = f"{done.events} new events were written, up to position {done.position}"
    return _done(args, {"events": done.events, "position": done.position, "to": args.to}, told)


def _counted_out(args: argparse.Namespace, count: int) -> int:
    return _done(args, {args.what: count, "to": args.to}, f"{count} {args.what} were written")


def _done(args: argparse.Namespace, document: dict[str, Any], told: str) -> int:
    """Say how it went: beside the answer, since stdout may be where the export goes."""
    if args.json:
        say_json(document)
    else:
        warn(told)
    return FINE


def _csv(_: argparse.Namespace, log: EventLog, to: IO[str], advance: Advance) -> int:
    from ..exchange.exports import write_table

    return write_table(_everything(log, advance), to)


def _cloudevents(args: argparse.Namespace, log: EventLog, to: IO[str], advance: Advance) -> int:
    from ..exchange.exports import write_cloudevents

    return write_cloudevents(_everything(log, advance), to, source=args.source)


def _ocel(_: argparse.Namespace, log: EventLog, to: IO[str], advance: Advance) -> int:
    from ..exchange.exports import write_ocel

    return write_ocel(_everything(log, advance), to)


def _ical(_: argparse.Namespace, log: EventLog, to: IO[str], advance: Advance) -> int:
    from ..exchange.exports import write_calendar

    return write_calendar(_everything(log, advance), to)


def _xes(args: argparse.Namespace, log: EventLog, to: IO[str], advance: Advance) -> int:
    from ..exchange.exports import write_xes

    subjects = list(log.subjects(args.kind))
    histories = (log.history(each) for each in _counted(subjects, len(subjects), advance))
    return write_xes(histories, to)


def _everything(log: EventLog, advance: Advance) -> Iterator[Recorded]:
    return _counted(log.since(0), log.head(), advance)


def _counted(each: Iterable[T], total: int, advance: Advance) -> Iterator[T]:
    for done, one in enumerate(each, start=1):
        yield one
        advance(done, total)


@contextmanager
def _file(name: str) -> Iterator[IO[str]]:
    """Yield where to write; a file appears under its name only when it is whole."""
    if name == "-":
        yield sys.stdout
        return
    unfinished = Path(f"{name}.unfinished")
    try:
        with unfinished.open("w", encoding="utf-8", newline="") as file:
            yield file
        unfinished.replace(name)
    except OSError as error:
        msg = f"{name} cannot be written: {error.strerror}"
        raise CommandError(msg) from None
    finally:
        unfinished.unlink(missing_ok=True)
