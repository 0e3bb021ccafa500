"""One table of a TOML file, read key by key; whatever does not fit is named with its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

import attrs

T = TypeVar("T")
_REQUIRED: Any = object()


class BadStandardError(ValueError):
    """A standard's file holds something that cannot be meant; nothing of it is used."""


@attrs.frozen
class Table:
    """A table of the file called *source*, at the place called *path* in it."""

    source: str
    path: str
    values: Mapping[str, Any]

    def take(self, key: str, kind: type[T], expected: str, default: Any = _REQUIRED) -> T:
        """Return the value of *key*.

        Raises:
            BadStandardError: If it is missing, or is not of that kind.
        """
        if key not in self.values:
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
        if key not in self.values:
            return raw  # type: ignore[return-value]  # the default is a parsed value
        try:
            return parse(raw)
        except (ValueError, TypeError, LookupError):
            raise self.bad(key, repr(raw), expected) from None

    def texts(self, key: str, default: Any = _REQUIRED) -> tuple[str, ...]:
        """Return a list of words; one word alone may stand without brackets."""
        return self.read(key, _texts, "a list of words", default)

    def tables(self, key: str) -> Iterator[Table]:
        """Yield the tables in the list called *key*."""
        rows = self.take(key, list, f"a list of tables [[{key}]]", [])
        for n, row in enumerate(rows, start=1):
            if not isinstance(row, Mapping):
                raise self.bad(key, repr(row), "a table")
            yield Table(self.source, f"{key}[{n}].", row)

    def must_only_hold(self, *keys: str) -> None:
        """Refuse keys that nobody reads: they are spelling mistakes."""
        for key in self.values:
            if key not in keys:
                raise self.bad(key, repr(self.values[key]), f"one of {', '.join(keys)}")

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
