"""Making the tables of a log or a key store, where these are not made in passing."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import attrs

from . import opening_keys, urls
from .places import postgres_at


@attrs.frozen(kw_only=True)
class Migration:
    """From which version of the tables to which, and the statements in between.

    *found* is None where there were no tables, and *schema* where a storage has
    nothing to migrate.
    """

    found: int | None = None
    schema: int | None = None
    statements: tuple[str, ...] = ()


def migrate_log(url: str, *, dry_run: bool = False) -> Migration:
    """Make the tables of the log at *url*, or bring them up to date; only tell how if *dry_run*.

    Several programs may do so at once.  Memory and SQLite see to it themselves
    when they are opened, so nothing happens to them here.

    Raises:
        StorageError: If the storage cannot be reached, or may not be changed.
    """
    split = urlsplit(url)
    urls.opener(split.scheme, url)
    if split.scheme != "postgresql":
        return Migration()
    told = dict(parse_qsl(split.query))
    told.pop("archives", None)  # They are for who reads.
    postgres, (place, options) = postgres_at(split, told)
    migration: Migration = postgres.migrate(postgres.Server(place, options), dry_run=dry_run)
    return migration


def migrate_keys(url: str, *, dry_run: bool = False) -> Migration:
    """Make the tables of the key store at *url*, as :func:`migrate_log` makes those of a log.

    Raises:
        StorageError: If the key store cannot be reached, or may not be changed.
    """
    split, told = opening_keys.understood(url)
    if split.scheme != "postgresql":
        return Migration()
    told.pop("master", None)  # No key is wrapped here.
    postgres, (place, options) = postgres_at(split, told)
    from .postgres_keys import PLAN  # noqa: PLC0415 - an extra; few need it

    migration: Migration = postgres.migrate(postgres.Server(place, options), PLAN, dry_run=dry_run)
    return migration
