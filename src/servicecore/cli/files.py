"""Files that are given to commands; ``-`` is stdin."""

from __future__ import annotations

import sys
from pathlib import Path

from .outcome import CommandError, NotFoundError, UsageError


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
        msg = f"there is no file {file}"
        raise NotFoundError(msg) from None
    except UnicodeDecodeError as error:
        msg = f"{file} is not written in UTF-8: {error.reason} at byte {error.start}"
        raise UsageError(msg) from None
    except OSError as error:
        msg = f"{file} cannot be read: {error.strerror}"
        raise CommandError(msg) from None
