"""OCEL 2.0 as JSON: events about several records at once.

Source of the format: the OCEL 2.0 specification (ocel-standard.org).  Values of
attributes are text, as its schema demands.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import IO, Any

import attrs

from ...domain.events import Recorded
from .facts import Facts, Related, facts_of, in_utc_text, name_of, related, words_of


@attrs.define
class Met:
    """The records and kinds of event met so far, with what each tells of itself."""

    event_types: dict[str, set[str]] = attrs.field(factory=dict)
    objects: dict[str, str] = attrs.field(factory=dict)
    links: dict[str, dict[tuple[str, str], None]] = attrs.field(factory=dict)

    def meet(self, recorded: Recorded, facts: Facts) -> tuple[list[Related], dict[str, str]]:
        """Take in an event; return the records it is about, and its attributes."""
        records, attributes = related(recorded, facts), words_of(facts)
        self.event_types.setdefault(name_of(recorded), set()).update(attributes)
        own, *others = records
        for each in records:
            self.objects.setdefault(each.id, each.kind)
        for each in others:
            self.links.setdefault(own.id, {})[each.id, each.qualifier] = None
        return records, attributes


def write_ocel(history: Iterable[Recorded], to: IO[str]) -> int:
    """Write *history*, and return how many events it has.

    Records are told after the events, when all of them are known; only their
    names are held in memory meanwhile.
    """
    met, count = Met(), 0
    to.write('{"events":[')
    for count, recorded in enumerate(history, start=1):
        to.write(("," if count > 1 else "") + "\n" + _json(_event(recorded, met)))
    to.write('\n],\n"objects":[')
    for number, (subject, kind) in enumerate(met.objects.items()):
        to.write(("," if number else "") + "\n" + _json(_object(subject, kind, met)))
    to.write("\n],\n")
    to.write(f'"eventTypes":{_json(_event_types(met))},\n')
    to.write(f'"objectTypes":{_json(_object_types(met))}}}\n')
    return count


def _event(recorded: Recorded, met: Met) -> dict[str, Any]:
    records, attributes = met.meet(recorded, facts_of(recorded))
    return {
        "id": recorded.id,
        "type": name_of(recorded),
        "time": in_utc_text(recorded.occurred_at),
        "attributes": [{"name": name, "value": value} for name, value in attributes.items()],
        "relationships": [{"objectId": each.id, "qualifier": each.qualifier} for each in records],
    }


def _object(subject: str, kind: str, met: Met) -> dict[str, Any]:
    links = met.links.get(subject, {})
    return {
        "id": subject,
        "type": kind,
        "attributes": [],
        "relationships": [{"objectId": other, "qualifier": how} for other, how in links],
    }


def _event_types(met: Met) -> list[dict[str, Any]]:
    return [
        {"name": name, "attributes": [{"name": each, "type": "string"} for each in sorted(held)]}
        for name, held in sorted(met.event_types.items())
    ]


def _object_types(met: Met) -> list[dict[str, Any]]:
    kinds = sorted(set(met.objects.values()))
    return [{"name": kind, "attributes": []} for kind in kinds]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
