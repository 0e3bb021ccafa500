"""What the rules refuse, each under the name of what would have gone wrong."""

from __future__ import annotations


class RefusedError(Exception):
    """The rules do not allow what was asked; nothing went on record."""


class IncompleteError(RefusedError, ValueError):
    """Something that a record must hold is empty."""


def must_be_told(**texts: str) -> None:
    """Refuse a record in which one of these *texts* is empty.

    Raises:
        IncompleteError: Naming the first that is.
    """
    for name, text in texts.items():
        if not isinstance(text, str) or not text.strip():
            msg = f"{name} must not be empty, got {text!r}"
            raise IncompleteError(msg)
