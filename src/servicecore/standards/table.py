"""One table of a TOML file, read key by key; whatever does not fit is named with its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Self, TypeVar

import attrs

T = TypeVar("T")
_REQUIRED: Any = object()


class BadStandardError(ValueError):
    """A standard's file holds something that cannot be meant; nothing of it is used."""


@attrs.frozen
class Table:
    """A table of the file called *source*, at the place called *path* in it.

    It may stand on a *base*, which says whatever it does not say itself.
    """

    source: str
    path: str
    values: Mapping[str, Any]
    base: Self | None = None

    def __contains__(self, key: str) -> bool:
        return key in self.values or (self.base is not None and key in self.base)

    def take(self, key: str, kind: type[T], expected: str, default: Any = _REQUIRED) -> T:
        """Return the value of *key*.

        Raises:
            BadStandardError: If it is missing, or is not of that kind.
        """
        if key not in self.values:
            if self.base is not None and key in self.base:
                return self.base.take(key, kind, expected)
            if default is _REQUIRED:
                raise self.bad(key, "nothing", expected)
            given: T = default
            return given
        value = self.values[key]
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.bad(key, repr(value), expected)
        return value

    def read(
        self, key: str, parse: Callable[[Any], T], expected: str, default: Any = _REQUIRED
    ) -> T:
        """Return the value of *key* as *parse* understands it.

        Raises:
            BadStandardError: If it does not.
        """
        raw = self.take(key, object, expected, default)
        if key not in self:
            return raw  # type: ignore[return-value]  # the default is a parsed value
        try:
            return parse(raw)
        except (ValueError, TypeError, LookupError, ArithmeticError):
            raise self.bad(key, repr(raw), expected) from None

    def texts(self, key: str, default: Any = _REQUIRED) -> tuple[str, ...]:
        """Return a list of words; one word alone may stand without brackets."""
        return self.read(key, _texts, "a list of words", default)

    def tables(self, key: str) -> Iterator[Self]:
        """Yield the tables in the list called *key*, without those of the base."""
        rows = self.values.get(key, [])
        if not isinstance(rows, list):
            raise self.bad(key, repr(rows), f"a list of tables [[{key}]]")
        for n, row in enumerate(rows, start=1):
            if not isinstance(row, Mapping):
                raise self.bad(key, repr(row), "a table")
            yield type(self)(self.source, f"{self.path}{key}[{n}].", row)

    def rows(self, key: str, *, name: Callable[[Self], object]) -> list[Self]:
        """Return the tables in the list called *key*, its own in place of the base's.

        One that replaces another of the same *name* stands on it.

        Raises:
            BadStandardError: If two of its own have the same name.
        """
        replacing: dict[object, Self] = {}
        for each in self.tables(key):
            if name(each) in replacing:
                raise each.bad(key="name", found="the same twice", expected="a name of its own")
            replacing[name(each)] = each
        inherited = self.base.rows(key, name=name) if self.base else []
        kept = [
            replacing.pop(name(each)).on(each) if name(each) in replacing else each
            for each in inherited
        ]
        return [*kept, *replacing.values()]

    def on(self, base: Self) -> Self:
        """Return the same table standing on *base*."""
        return attrs.evolve(self, base=base)

    def must_only_hold(self, *keys: str) -> None:
        """Refuse keys that nobody reads: they are spelling mistakes."""
        for key in self.values:
            if key not in keys:
                raise self.bad(key, repr(self.values[key]), f"one of {', '.join(keys)}")

    def must_hold_one_of(self, *keys: str) -> None:
        """Refuse a table that says the same in two ways, or not at all."""
        if len([key for key in keys if key in self.values]) != 1:
            raise self.bad(keys[0], "both or none", f"either {' or '.join(keys)}")

    def own(self, key: str, kind: type[T], expected: str) -> T:
        """Return the value of *key*, which no base can say for it.

        Raises:
            BadStandardError: If it does not stand here.
        """
        return self.alone().take(key, kind, expected)

    def alone(self) -> Self:
        """Return the same table without its base."""
        return attrs.evolve(self, base=None)

    def bad(self, key: str, found: str, expected: str) -> BadStandardError:
        """Say where in the file something does not fit."""
        return BadStandardError(
            f"{self.source}: {self.path}{key}: expected {expected}, got {found}"
        )


def _texts(value: Any) -> tuple[str, ...]:
    words = (value,) if isinstance(value, str) else tuple(value)
    if not all(isinstance(word, str) for word in words):
        raise TypeError(value)
    return words
