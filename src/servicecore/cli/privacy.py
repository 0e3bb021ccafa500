"""``servicecore privacy``: what is known of a customer, and how it is forgotten."""

# ruff: noqa: PLC0415  # --help must not wait for the desk.

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from . import arguments, log_tables
from .arguments import Groups
from .desks import desk_for
from .files import write_secret
from .outcome import FINE, UsageError
from .output import answer, done, say_json
from .records import PRIVACY, add_history, add_verbs

if TYPE_CHECKING:
    from ..desk.privacy import PrivacyStatus


def add(groups: Groups) -> None:
    """Add the commands about personal data."""
    commands = arguments.group(groups, PRIVACY.group, PRIVACY.help)
    add_verbs(commands, PRIVACY)
    add_history(commands, PRIVACY)
    asked = arguments.command(
        commands, "status", "tell what stands in the way of erasure", run=status
    )
    asked.add_argument("customer", metavar="CUSTOMER")
    arguments.takes_place(asked)
    told = arguments.command(commands, "export", "give a customer their own data", run=export)
    told.add_argument("customer", metavar="CUSTOMER")
    told.add_argument("--by", required=True, metavar="WHO", help="who opens them")
    told.add_argument("--purpose", required=True, metavar="WHY", help="for what purpose")
    told.add_argument("--role", default="", metavar="ROLE", help="in which role")
    arguments.takes_place(told)
    made = arguments.command(commands, "new-key", "make a master key", run=new_key)
    made.add_argument("file", metavar="FILE", type=Path, help="where to keep it; a new file")
    turned = arguments.command(commands, "rotate", "wrap all keys under a new master", run=rotate)
    turned.add_argument("file", metavar="FILE", type=Path, help="holds the new master key")
    text = "make the tables of a key store, or bring them up to date"
    tables = arguments.command(commands, "migrate", text, run=migrate)
    for parser in (turned, tables):
        arguments.takes_dry_run(parser)
        parser.add_argument(
            "--keys", metavar="URL", help="the key store; default: SERVICECORE_KEYS"
        )


def status(args: argparse.Namespace) -> int:
    """Tell what is known of a customer, and what stands in the way of erasure."""
    with desk_for(args) as desk:
        found = desk.privacy.status(args.customer)
    return answer(args, found, *_status(args.customer, found))


def _status(customer: str, found: PrivacyStatus) -> Iterator[str]:
    yield f"{customer}: {found.state.value}"
    if found.asked_by:
        approved_by = found.approved_by or "nobody"
        yield f"  erasure asked for by {found.asked_by}, approved by {approved_by}"
    for name, reason in found.holds.items():
        yield f"  held under {name}: {reason}"
    for subject, until in found.records.items():
        yield f"  {subject}{_kept(until, is_open=subject in found.open)}"
    if found.in_clear:
        yield f"  in clear, so that no key can take it away: {', '.join(found.in_clear)}"


def export(args: argparse.Namespace) -> int:
    """Give a customer all that is on record of them, as JSON."""
    with desk_for(args) as desk:
        told = desk.privacy.export(args.customer, by=args.by, purpose=args.purpose, role=args.role)
    say_json(told)
    return FINE


def new_key(args: argparse.Namespace) -> int:
    """Make a master key that nobody but its owner can read."""
    from ..storage import new_master_key

    write_secret(args.file, new_master_key())
    return answer(args, {"file": args.file}, f"{args.file} holds a master key")


def rotate(args: argparse.Namespace) -> int:
    """Wrap every key under the master key of a file."""
    from ..storage import open_keys, parse_master_key

    new = parse_master_key(args.file.read_text(encoding="ascii"))
    with closing(open_keys(_key_store(args))) as keys:
        count = (keys.copied() if args.dry_run else keys).rotate(new)
    told = f"{count} keys wrapped anew; from now on, SERVICECORE_MASTER_KEY_FILE is {args.file}"
    return done(args, {"keys": count}, told)


def migrate(args: argparse.Namespace) -> int:
    """Make the tables of a key store, or tell the statements that would."""
    from ..storage import migrate_keys

    migration = migrate_keys(_key_store(args), dry_run=args.dry_run)
    return log_tables.answer_with_migration(args, migration)


def _key_store(args: argparse.Namespace) -> str:
    url: str = args.keys or os.environ.get("SERVICECORE_KEYS", "")
    if not url:
        msg = "say which key store: --keys sqlite:///keys.db, or SERVICECORE_KEYS"
        raise UsageError(msg)
    return url


def _kept(until: object, *, is_open: bool) -> str:
    if is_open:
        return ": open"
    return f": kept through {until}" if until else ""
