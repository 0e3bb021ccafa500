"""Any value of ours as JSON can tell it: what a shell answers, and what a web service sends."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from enum import Enum
from pathlib import PurePath
from typing import Any

_TOLD: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (date, lambda day: day.isoformat()),  # A datetime is a date, too.
    (timedelta, lambda length: length.total_seconds()),
    (Enum, lambda one: one.value),
    (PurePath, str),
)


def plain(value: Any) -> Any:
    """Return *value* as JSON can tell it: moments in ISO, lengths of time in seconds.

    >>> plain({("resolution", 2): timedelta(hours=25)})
    {'resolution#2': 90000.0}
    """
    for kind, tell in _TOLD:
        if isinstance(value, kind):
            return tell(value)
    if (fields := _fields(value)) is not None:
        return {_key(name): plain(each) for name, each in fields.items()}
    if isinstance(value, set | frozenset):
        return sorted(plain(each) for each in value)
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [plain(each) for each in value]
    return value


def _fields(value: Any) -> Mapping[Any, Any] | None:
    if isinstance(value, Mapping):
        return value
    if hasattr(type(value), "__attrs_attrs__"):
        names = (each.name for each in type(value).__attrs_attrs__)
        return {name: getattr(value, name) for name in names if not name.startswith("_")}
    if hasattr(value, "_asdict"):
        return dict(value._asdict())
    return None


def _key(name: Any) -> str:
    if isinstance(name, tuple):  # A clock and its round.
        return "#".join(map(str, name))
    return str(plain(name))
