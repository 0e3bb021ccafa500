"""``servicecore log migrate``: make the tables of a log, once, as somebody who may."""

# ruff: noqa: PLC0415  # --help must not wait for the storage.

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from . import arguments
from .arguments import Groups
from .desks import place
from .output import answer

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
    return answer_with_migration(args, migration)


def answer_with_migration(args: argparse.Namespace, migration: Migration) -> int:
    """Tell what was made, or would be."""
    return answer(args, migration, _sentence(migration, is_rehearsed=args.dry_run))


def _sentence(migration: Migration, *, is_rehearsed: bool) -> str:
    if migration.schema is None:
        return "nothing to do: this storage makes its tables by itself"
    if not migration.statements:
        return f"nothing to do: the tables are of schema {migration.schema}"
    if is_rehearsed:
        return "\n".join(f"{statement};" for statement in migration.statements)
    before = f"schema {migration.found}" if migration.found else "no tables"
    return f"from {before} to schema {migration.schema}"
