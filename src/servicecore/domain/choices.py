"""What is named by one of a few words: a kind, a grade, an origin."""

from __future__ import annotations

from enum import Enum
from typing import TypeVar

from .refusals import RefusedError

W = TypeVar("W", bound=Enum)


def one_of(
    words: type[W], word: W | str, *, called: str, refusal: type[RefusedError], clause: str = ""
) -> W:
    """Return the one of *words* that *word* names.

    Args:
        words: Which there are.
        word: One of them, or its value.
        called: What is being named, and of which record: ``"upgrade U-1: priority"``.
        refusal: What is raised if there is no such word; it names those there are.
        clause: Where it says which there are.
    """
    try:
        return words(word)
    except ValueError:
        known = ", ".join(str(each.value) for each in words)
        source = f" ({clause})" if clause else ""
        msg = f"{called} must be one of {known}, got {word!r}{source}"
        raise refusal(msg) from None
