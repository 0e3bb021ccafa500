"""Facts of a record and of an event, told in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

import attrs

from .output import told_at, told_length, words

#: How it is kept, rather than what it is.
_INNARDS = frozenset({"id", "timeline", "promises", "readings", "levels_reached"})
#: What every event tells of itself; that stands before its facts, or nobody asks for it.
_ALWAYS = frozenset({"at", "counted_at", "standard", "calendar"})


def facts(record: Any) -> Iterator[tuple[str, Any]]:
    """Yield the facts that there are, by their names."""
    for field in attrs.fields(type(record)):
        value = getattr(record, field.name)
        is_told = value is not None and value not in ("", (), frozenset()) and value != {}
        if is_told and field.name not in _INNARDS:
            yield field.name, value


def facts_of(event: Any) -> Iterator[tuple[str, Any]]:
    """Yield what an event tells, but for which record it is of, when it was, and the clocks."""
    names = (field.name for field in attrs.fields(type(event)))
    own = next((name for name in names if name.endswith("_id")), None)
    return ((name, each) for name, each in facts(event) if name != own and name not in _ALWAYS)


def in_words(value: Any, zone: ZoneInfo) -> str:
    """Tell one value in a line."""
    if isinstance(value, datetime):
        return told_at(value, zone)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(
            f"{in_words(key, zone)} {in_words(each, zone)}" for key, each in value.items()
        )
    if isinstance(value, tuple | list | set | frozenset):
        return " ".join(in_words(each, zone) for each in value)
    if attrs.has(type(value)) and "__str__" not in vars(type(value)):
        return ", ".join(f"{words(name)} {in_words(each, zone)}" for name, each in facts(value))
    return _plain_word(value)


def _plain_word(value: Any) -> str:
    if isinstance(value, timedelta):
        return told_length(value)
    return words(str(value.value)) if isinstance(value, Enum) else str(value)
