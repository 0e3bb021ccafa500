"""A record of any kind, shown as it is now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

from ..domain.sla import Promise
from .output import in_one_line, words, wrapped
from .telling import told_course
from .values import facts, in_words

_INDENT = 22  #: Where what is told of a field begins.
_BRIEF = 5  #: Facts in a list; the rest is seen in the portrait.
_WORDS = (str, Enum, int, float, Decimal, date, timedelta)


def portrait(record: Any, zone: ZoneInfo) -> Iterator[str]:
    """Yield the lines of a portrait: every fact that there is, and what is promised."""
    for name, value in facts(record):
        for line, told in enumerate(_told(value, zone)):
            label = f"{words(name) if line == 0 else '':<{_INDENT}}"
            yield wrapped(in_one_line(told), indent=_INDENT, first=label)
    promises: Mapping[Any, Promise] = getattr(record, "promises", {})
    for key, promise in sorted(promises.items()):
        yield f"  {told_course(promise, record.readings[key], zone)}"


def in_brief(record: Any) -> dict[str, Any]:
    """Return the first facts of a record, as much as a line of a list holds."""
    brief = ((name, value) for name, value in facts(record) if isinstance(value, _WORDS))
    return dict(list(brief)[:_BRIEF])


def in_a_line(record: Any, zone: ZoneInfo) -> str:
    """Tell those facts to people."""
    return ", ".join(in_words(value, zone) for value in in_brief(record).values())


def _told(value: Any, zone: ZoneInfo) -> list[str]:
    if isinstance(value, Mapping):
        return [f"{in_words(key, zone)}: {in_words(each, zone)}" for key, each in value.items()]
    if isinstance(value, tuple | list | set | frozenset):
        return [in_words(each, zone) for each in value]
    return [in_words(value, zone)]
