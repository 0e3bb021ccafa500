"""``servicecore log migrate``: make the tables of a log, once, as somebody who may."""

# ruff: noqa: PLC0415  # --help must not wait for the storage.

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from . import arguments
from .arguments import Groups
from .desks import place
from .outcome import FINE
from .output import say, say_json

if TYPE_CHECKING:
    from ..storage import Migration


def add(commands: Groups) -> None:
    """Add the command to the group about the log."""
    parser = arguments.command(
        commands, "migrate", "make the tables of a log, or bring them up to date", run=migrate
    )
    arguments.takes_dry_run(parser)
    arguments.takes_place(parser)


def migrate(args: argparse.Namespace) -> int:
    """Make the tables, or tell the statements that would."""
    from ..storage import migrate_log

    migration = migrate_log(place(args, must_exist=False), dry_run=args.dry_run)
    return told(args, migration)


def told(args: argparse.Namespace, migration: Migration) -> int:
    """Tell what was made, or would be."""
    if args.json:
        say_json(migration)
    elif migration.schema is None:
        say("nothing to do: this storage makes its tables by itself")
    elif not migration.statements:
        say(f"nothing to do: the tables are of schema {migration.schema}")
    elif args.dry_run:
        say("\n".join(f"{statement};" for statement in migration.statements))
    else:
        before = f"schema {migration.found}" if migration.found else "no tables"
        say(f"from {before} to schema {migration.schema}")
    return FINE
