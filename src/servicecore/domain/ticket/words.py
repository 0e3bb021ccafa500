"""How people write priorities and kinds of ticket."""

from __future__ import annotations

from ..choices import one_of
from .events import Kind, Priority
from .refusals import UnknownPriorityError


def priority_of(word: Priority | str) -> Priority:
    """Return the priority that *word* names: A, B or C.

    Raises:
        UnknownPriorityError: If it names none.
    """
    return one_of(
        Priority,
        word,
        called="the priority of a ticket",
        refusal=UnknownPriorityError,
        clause="om2025:2.2a",
    )


def kind_of(word: Kind | str) -> Kind:
    """Return the kind of ticket that *word* names.

    Raises:
        UnknownPriorityError: If it names none.
    """
    return one_of(Kind, word, called="the kind of a ticket", refusal=UnknownPriorityError)
