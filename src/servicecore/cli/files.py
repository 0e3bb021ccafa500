"""Files that are given to commands; ``-`` is stdin."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copy2, copytree
from tempfile import TemporaryDirectory

from .outcome import CommandError, NotFoundError, UsageError

_ONLY_OWNER = 0o600


def text_of(file: str) -> str:
    """Return the text of *file*.

    Raises:
        NotFoundError: If there is none.
        UsageError: If it is not written in UTF-8.
        CommandError: If it cannot be read.
    """
    if file == "-":
        return sys.stdin.read()
    try:
        return Path(file).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise _missing(file) from None
    except UnicodeDecodeError as error:
        msg = f"{file} is not written in UTF-8: {error.reason} at byte {error.start}"
        raise UsageError(msg) from None
    except OSError as error:
        msg = f"{file} cannot be read: {error.strerror}"
        raise CommandError(msg) from None


def write_secret(file: Path, secret: str) -> None:
    """Write *secret* to a new file that only its owner can read.

    Raises:
        CommandError: If there is such a file already, or it cannot be written.
    """
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _ONLY_OWNER)
    except FileExistsError:
        msg = f"{file} already exists; a key is never overwritten"
        raise CommandError(msg) from None
    except OSError as error:
        msg = f"no key can be written to {file}: {error.strerror}"
        raise CommandError(msg) from None
    with os.fdopen(handle, "w", encoding="utf-8") as opened:
        opened.write(f"{secret}\n")


@contextmanager
def file_to_change(args: argparse.Namespace, file: Path) -> Iterator[Path]:
    """Yield a file or folder that a command changes, or a copy of it to rehearse on."""
    if not args.dry_run:
        yield file
        return
    with TemporaryDirectory() as folder:
        copy = Path(folder) / file.resolve().name
        if file.is_dir():
            copytree(file, copy)
        elif file.exists():
            copy2(file, copy)
        yield copy


def must_exist(file: Path) -> None:
    """Refuse to look for what is not there.

    Raises:
        NotFoundError: If there is no such file.
    """
    if not file.exists():
        raise _missing(file)


def must_be_new(file: Path) -> None:
    """Refuse to overwrite a file.

    Raises:
        UsageError: If there is one of that name.
    """
    if file.exists():
        msg = f"{file} already exists; expected the name of a new file"
        raise UsageError(msg)


def _missing(file: str | Path) -> NotFoundError:
    return NotFoundError(f"there is no file {file}")
