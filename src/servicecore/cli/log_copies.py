"""``servicecore log move``, ``backup`` and ``restore``: the same log at another place."""

# ruff: noqa: PLC0415  # --help must not wait for the storage.

from __future__ import annotations

import argparse
from pathlib import Path

from ..exchange.plain import plain
from . import arguments
from .arguments import Groups
from .desks import is_there, log_for, place
from .files import file_to_change, must_be_new, must_exist
from .outcome import UsageError
from .output import done
from .progress import progress


def add(commands: Groups) -> None:
    """Add the commands to the group about the log."""
    moved = arguments.command(
        commands, "move", "copy a log to another storage, and compare them byte by byte", run=move
    )
    moved.add_argument("source", metavar="FROM", help="where the log is, such as sqlite:///a.db")
    moved.add_argument("target", metavar="TO", help="where to copy it; the tables must be there")
    arguments.takes_dry_run(moved)
    kept = arguments.command(
        commands, "backup", "write a complete copy of a SQLite log that is in use", run=backup
    )
    kept.add_argument("file", metavar="FILE", type=Path, help="a new file")
    back = arguments.command(commands, "restore", "make a SQLite log from a copy", run=restore)
    back.add_argument("file", metavar="FILE", type=Path, help="a copy that backup has written")
    for parser in (kept, back):
        arguments.takes_place(parser)
        arguments.takes_dry_run(parser)


def move(args: argparse.Namespace) -> int:
    """Copy a log to another storage; after an interruption it goes on where it stopped."""
    from ..desk import ServiceDesk  # noqa: F401  # it declares the events
    from ..storage import move_log, open_log

    args.url, dry_run = args.source, args.dry_run
    to = "memory:" if dry_run and not is_there(args.target) else args.target
    with (
        log_for(args) as source,
        open_log(to, dry_run=dry_run) as target,
        progress("move") as advance,
    ):
        moved = move_log(source, target, dry_run=dry_run, progress=advance)
    told = (
        f"{moved.events} events moved, {moved.found} were there already; "
        f"{moved.commands} commands and {moved.followers} followers go on there"
    )
    return done(args, plain(moved), told)


def backup(args: argparse.Namespace) -> int:
    """Write a complete copy while others go on writing."""
    must_be_new(args.file)
    with log_for(args) as log, file_to_change(args, args.file) as file:
        log.backup(str(file))
        return _tell(args, file, f"sqlite:///{args.file}")


def restore(args: argparse.Namespace) -> int:
    """Make a log from a copy, where there is none."""
    from ..storage import open_log

    must_exist(args.file)
    url = place(args, must_exist=False)
    if not url.startswith("sqlite:///"):
        msg = f"a copy is restored to SQLite, such as sqlite:///service.db, not to {url!r}"
        raise UsageError(msg)
    target = Path(url.removeprefix("sqlite:///").partition("?")[0])
    must_be_new(target)
    with (
        open_log(f"sqlite:///{args.file}", mode="ro") as log,
        file_to_change(args, target) as file,
    ):
        log.backup(str(file))
        return _tell(args, file, url)


def _tell(args: argparse.Namespace, file: Path, url: str) -> int:
    """Read the copy from beginning to end, and tell how much it holds."""
    from ..storage import open_log

    with open_log(f"sqlite:///{file}") as copy:
        events, head = sum(1 for _ in copy.rows_since(0)), copy.head()
    document = {"copy": url, "events": events, "head": head}
    return done(args, document, f"{url} holds {events} events, up to position {head}")
