"""Which desk a command works at, or only rehearses at."""

# ruff: noqa: PLC0415  # --help must not wait for the desk.

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from .outcome import NotFoundError, UsageError

if TYPE_CHECKING:
    from ..desk import ServiceDesk
    from ..domain.standard import ServiceStandard
    from ..storage import EventLog


def place(args: argparse.Namespace, *, must_exist: bool) -> str:
    """Return the URL of the histories.

    Raises:
        UsageError: If nobody said where they are.
        NotFoundError: If there is nothing to look at; looking never makes a database.
    """
    url = str(args.url or os.environ.get("SERVICECORE_URL") or "")
    if not url:
        msg = "say where the histories are: --url sqlite:///service.db, or SERVICECORE_URL"
        raise UsageError(msg)
    if must_exist:
        ensure_there(url)
    return url


def is_there(url: str) -> bool:
    """Tell whether there may be something; of a server nobody knows before he asks."""
    file = _file_of(url)
    return file is None or file.exists()


def ensure_there(url: str) -> None:
    """Refuse a place where nothing is kept.

    Raises:
        NotFoundError: If there is no such file.
    """
    if not is_there(url):
        msg = f"there is no database at {url}"
        raise NotFoundError(msg)


def exists(args: argparse.Namespace) -> bool:
    """Tell whether there may be histories; where even the folder is missing, opening them says so.

    Raises:
        UsageError: If nobody said where they are.
    """
    file = _file_of(place(args, must_exist=False))
    return file is None or file.exists() or not file.parent.is_dir()


@contextmanager
def desk_for(args: argparse.Namespace, *, writes: bool = False) -> Iterator[ServiceDesk]:
    """Open the desk that a command is about."""
    from ..desk import ServiceDesk

    with ServiceDesk.open(place(args, must_exist=not writes), standard=args.standard) as desk:
        yield desk


@contextmanager
def rehearsal(args: argparse.Namespace) -> Iterator[ServiceDesk]:
    """Open the desk that a command is about, for everything to be forgotten that is done at it."""
    from ..desk import ServiceDesk

    url, keys = (place(args, must_exist=False), None) if exists(args) else ("memory:", "")
    with ServiceDesk.open(url, standard=args.standard, keys=keys, dry_run=True) as desk:
        yield desk


def desk_to_change(args: argparse.Namespace) -> AbstractContextManager[ServiceDesk]:
    """Open the desk that a command changes, or only rehearses to change."""
    return rehearsal(args) if args.dry_run else desk_for(args, writes=True)


def log_to_change(args: argparse.Namespace) -> EventLog:
    """Open the log that a command changes, or only rehearses to change."""
    keys = os.environ.get("SERVICECORE_KEYS") or None
    return log_for(args, keys=keys, dry_run=args.dry_run)


def log_for(
    args: argparse.Namespace, *, keys: str | None = None, dry_run: bool = False
) -> EventLog:
    """Open the log that a command looks at."""
    from ..desk.extension import installed
    from ..storage import open_log

    installed()  # With the desk, they have declared every event there is.
    return open_log(place(args, must_exist=True), keys=keys, dry_run=dry_run)


def ensure_subject(log: EventLog, subject: str) -> None:
    """Refuse a *subject* that is a number without its kind.

    Raises:
        NotFoundError: Naming what has that number.
    """
    if "/" in subject:
        return
    from ..desk.extension import Known

    named = [f"{kind}/{subject}" for kind in Known.of().aggregates]
    meant = " or ".join(each for each in named if log.history(each))
    hint = f"did you mean {meant}?" if meant else "expected a kind and an id, such as ticket/T-1"
    msg = f"nothing is on record of {subject!r}; {hint}"
    raise NotFoundError(msg)


def standard_of(args: argparse.Namespace) -> ServiceStandard:
    """Return the standard that a command is about."""
    from ..desk.desk import DEFAULT_STANDARD

    return standard_called(
        args.standard or os.environ.get("SERVICECORE_STANDARD") or DEFAULT_STANDARD
    )


def standard_called(told: str) -> ServiceStandard:
    """Return the standard of an installed extension, a shipped one, or that of a file."""
    from ..desk.extension import Known
    from ..standards import load_standard

    return Known.of().standards.get(told) or load_standard(told)


def _file_of(url: str) -> Path | None:
    split = urlsplit(url)
    path = unquote(split.path)[1:]
    return Path(path) if split.scheme == "sqlite" and path else None
