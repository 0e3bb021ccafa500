"""What an event says, in values that every format knows, and which records it is about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from ...domain.events import CATALOGUE, Recorded

Facts = Mapping[str, Any]

_ID = "_id"
#: Fields that name another record of the same kind.
_OF_ITS_KIND = ("into", "other")


class Related(NamedTuple):
    """A record that an event is about, and as what."""

    id: str
    kind: str
    qualifier: str


def name_of(recorded: Recorded) -> str:
    """Return the name under which an event stands on record."""
    return CATALOGUE.name_of(type(recorded.event))


def facts_of(recorded: Recorded) -> Facts:
    """Return what an event says: numbers, words, and lists and tables of them."""
    facts: Facts = msgspec.to_builtins(recorded.event, str_keys=True)
    return facts


def words_of(facts: Facts) -> dict[str, str]:
    """Return what can be told in a word or a sentence; tables and what is not known are left out.

    The moment is left out too: every format has a place of its own for it.
    """
    return {
        name: _word(value)
        for name, value in facts.items()
        if name != "at" and value is not None and not isinstance(value, list | dict)
    }


def related(recorded: Recorded, facts: Facts) -> list[Related]:
    """Return the record whose event it is, then those it names."""
    kind = kind_of(recorded.subject)
    found = {recorded.subject: Related(recorded.subject, kind, "record")}
    for name, other, number in _named(facts, kind):
        subject = f"{other}/{number}"
        found.setdefault(subject, Related(subject, other, name))
    return list(found.values())


def kind_of(subject: str) -> str:
    """Return what kind of record a subject is: ``ticket`` of ``ticket/T-1``."""
    return subject.partition("/")[0]


def in_utc_text(moment: datetime) -> str:
    """Tell a moment in UTC, with a Z."""
    return moment.isoformat().replace("+00:00", "Z")


def _named(facts: Facts, kind: str) -> Iterator[tuple[str, str, str]]:
    for name, value in facts.items():
        if not isinstance(value, str) or not value:
            continue
        if name.endswith(_ID):
            yield name.removesuffix(_ID), name.removesuffix(_ID), value
        elif name in _OF_ITS_KIND:
            yield name, kind, value


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
