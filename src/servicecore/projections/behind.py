"""What a figure is made of: the cases of which it is so, is not, or is not decided yet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Literal

import attrs

from .answer import Answer, Measured

Part = Literal["yes", "no", "open"]

_PARTS: Mapping[str, Callable[[Measured], bool]] = {
    "yes": lambda figure: bool(figure.k),
    "no": lambda figure: figure.k is not None and figure.k < figure.n,
    "open": lambda figure: bool(figure.open),
}


class UnknownMeasureError(LookupError):
    """Nothing is measured under that name."""


class NoSuchPartError(ValueError):
    """A figure has no part of that name."""


def part_of(told: Answer, part: Part | None) -> Answer:
    """Return the cases in one *part* of a share, or all.

    Raises:
        NoSuchPartError: If there is no such part, or the figure is no share.
    """
    if part is None:
        return told
    if part not in _PARTS:
        msg = f"a share has no part {part!r}; expected {', '.join(_PARTS)}"
        raise NoSuchPartError(msg)
    if any(each.k is None for each in told):
        [measure, *_] = told.measures()
        msg = f"{measure} is no share, so it has no part {part!r}; leave that out to see all cases"
        raise NoSuchPartError(msg)
    return attrs.evolve(told, measured=tuple(filter(_PARTS[part], told)))


def unknown_measure(measure: str, known: Iterable[str]) -> UnknownMeasureError:
    """Say that nothing is measured under that name, and what is."""
    there = ", ".join(dict.fromkeys(known)) or "nothing at all"
    return UnknownMeasureError(f"nothing is measured as {measure!r} here; there is {there}")
