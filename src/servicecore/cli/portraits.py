"""A record of any kind, shown as it is now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

import attrs

from ..domain.sla import Promise
from .output import in_one_line, told_at, told_length, words, wrapped
from .telling import told_course

_INDENT = 22  #: Where what is told of a field begins.
_BRIEF = 5  #: Facts in a list; the rest is seen in the portrait.
#: How it is kept, rather than what it is.
_INNARDS = frozenset({"id", "timeline", "promises", "readings", "levels_reached"})
_WORDS = (str, Enum, int, float, Decimal, date, timedelta)


def portrait(record: Any, zone: ZoneInfo) -> Iterator[str]:
    """Yield the lines of a portrait: every fact that there is, and what is promised."""
    for name, value in _facts(record):
        for line, told in enumerate(_told(value, zone)):
            label = f"{words(name) if line == 0 else '':<{_INDENT}}"
            yield wrapped(in_one_line(told), indent=_INDENT, first=label)
    promises: Mapping[Any, Promise] = getattr(record, "promises", {})
    for key, promise in sorted(promises.items()):
        yield f"  {told_course(promise, record.readings[key], zone)}"


def in_brief(record: Any) -> dict[str, Any]:
    """Return the first facts of a record, as much as a line of a list holds."""
    facts = ((name, value) for name, value in _facts(record) if isinstance(value, _WORDS))
    return dict(list(facts)[:_BRIEF])


def in_a_line(record: Any, zone: ZoneInfo) -> str:
    """Tell those facts to people."""
    return ", ".join(_word(value, zone) for value in in_brief(record).values())


def _facts(record: Any) -> Iterator[tuple[str, Any]]:
    for field in attrs.fields(type(record)):
        value = getattr(record, field.name)
        is_told = value is not None and value not in ("", (), frozenset()) and value != {}
        if is_told and field.name not in _INNARDS:
            yield field.name, value


def _told(value: Any, zone: ZoneInfo) -> list[str]:
    if isinstance(value, Mapping):
        return [f"{_word(key, zone)}: {_word(each, zone)}" for key, each in value.items()]
    if isinstance(value, tuple | list | set | frozenset):
        return [_word(each, zone) for each in value]
    return [_word(value, zone)]


def _word(value: Any, zone: ZoneInfo) -> str:
    if isinstance(value, datetime):
        return told_at(value, zone)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple | list):
        return " ".join(_word(each, zone) for each in value)
    if attrs.has(type(value)) and "__str__" not in vars(type(value)):
        return ", ".join(f"{words(name)} {_word(each, zone)}" for name, each in _facts(value))
    return _plain_word(value)


def _plain_word(value: Any) -> str:
    if isinstance(value, timedelta):
        return told_length(value)
    return words(str(value.value)) if isinstance(value, Enum) else str(value)
