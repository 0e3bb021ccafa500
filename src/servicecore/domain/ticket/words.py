"""How people write priorities and kinds of ticket."""

from __future__ import annotations

from enum import Enum
from typing import TypeVar

from .events import Kind, Priority
from .refusals import UnknownPriorityError

E = TypeVar("E", bound=Enum)


def priority_of(word: Priority | str) -> Priority:
    """Return the priority that *word* means: A, B or C.

    Raises:
        UnknownPriorityError: If it means none.
    """
    return _one_of(Priority, word, "priority")


def kind_of(word: Kind | str) -> Kind:
    """Return the kind of ticket that *word* means.

    Raises:
        UnknownPriorityError: If it means none.
    """
    return _one_of(Kind, word, "kind of ticket")


def _one_of(words: type[E], word: E | str, called: str) -> E:
    try:
        return words(word)
    except ValueError:
        known = ", ".join(each.value for each in words)
        msg = f"{word!r} is no {called}; expected {known}"
        raise UnknownPriorityError(msg) from None
