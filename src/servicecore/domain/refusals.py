"""What the rules refuse, each under the name of what would have gone wrong."""

from __future__ import annotations

from collections.abc import Iterable


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
            expected = "not be empty" if isinstance(text, str) else "be a text"
            msg = f"{name} must {expected}, got {text!r}"
            raise IncompleteError(msg)


def all_told(name: str, texts: Iterable[str]) -> tuple[str, ...]:
    """Return *texts* as a list, none of which may be empty; one text alone is no list.

    Raises:
        IncompleteError: Naming the first that is.
    """
    if isinstance(texts, str):
        msg = f"{name} must be a list of texts, got {texts!r}"
        raise IncompleteError(msg)
    listed = tuple(texts)
    must_be_told(**{f"{name} {n}": each for n, each in enumerate(listed, start=1)})
    return listed


def one_or_more(name: str, texts: Iterable[str], *, whose: str, clause: str) -> tuple[str, ...]:
    """Return *texts* as a list of at least one, none of which may be empty, as *clause* demands.

    Raises:
        IncompleteError: If there is none, naming *whose* it would be; or naming the first
            that is empty.
    """
    listed = all_told(name, texts)
    if not listed:
        msg = f"{whose} needs at least one {name}, got none ({clause})"
        raise IncompleteError(msg)
    return listed
