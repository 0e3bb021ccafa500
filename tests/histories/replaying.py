"""How a recording is read: line by line, with the codec and the folds of today."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import attrs

from servicecore.desk.registry import AGGREGATES
from servicecore.domain import campaign, notice, relationship, survey
from servicecore.domain.events import CATALOGUE, stream_of
from servicecore.storage.codec import Codec, subject_and_moment
from servicecore.storage.protocol import Row

EVOLVE = {kind: each.fold.evolve for kind, each in AGGREGATES.items()} | {"desk": notice.evolve}
TOLD = {
    "personaldata": ("state", "asked_by", "approved_by", "times_disclosed", "erased_at"),
    "compliance": ("due_on", "times_checked", "checked_by", "read_at", "checks"),
    "campaign": ("status", "due_on", "is_overdue", "title"),
    "rating": ("ticket_id", "person", "score", "by", "level", "rated_at"),
    "survey": ("status", "about", "clause", "times_reminded", "open_until"),
    "customerrelationship": (
        "grade",
        "consent",
        "to_come",
        "points",
        "purchases",
        "recoveries",
        "is_lost",
    ),
    "order": ("status", "level"),
    "complaint": (
        "status",
        "category",
        "severity",
        "handler",
        "level",
        "registered_at",
        "answered_at",
        "repair_ticket",
        "rounds",
        "times_dissatisfied",
        "outcome",
        "closed_at",
    ),
    "costledger": ("year", "currency", "spent", "gained"),
    "drill": ("status", "scenario", "held_on", "participants", "absent", "improvements"),
    "emergency": ("status", "scenario", "level", "measures", "result", "lessons"),
    "emergencyplan": ("year", "by", "levels", "drills", "trainings"),
    "employee": ("layer", "post", "left_on", "skills", "planned"),
    "improvement": (
        "status",
        "source",
        "about",
        "origin",
        "level",
        "rounds",
        "measures_left",
        "has_effect",
        "standard_practice",
    ),
    "knowledgearticle": ("status", "newest", "published", "times_used", "times_helped"),
    "maintenanceplan": ("product", "kind", "every", "newest", "ended_because"),
    "publishedcalendars": ("newest",),
    "qualityreview": ("due_on", "published_at", "missed", "read_at", "actions"),
    "safekeeping": ("number", "due_on", "standard"),
    "standardreview": ("number", "due_on", "in_force"),
    "sparepart": ("on_hand", "free", "to_come", "to_clear", "reorder_asked_at", "counts"),
    "ticket": (
        "status",
        "priority",
        "kind",
        "level",
        "assignee",
        "acknowledged_at",
        "answered_at",
        "resolved_at",
        "closed_at",
        "merged_into",
        "reopenings",
    ),
    "training": ("status", "topic", "layers", "lasts", "held_on"),
    "upgrade": ("status", "priority", "approved_by", "done", "release", "roll_backs"),
    "warranty": ("product", "delivered_on", "void_because", "extensions"),
}


@attrs.frozen
class Line:
    """One stored row: whose it is, its place there, the event's name, and its bytes."""

    subject: str
    version: int
    topic: str
    occurred_at: str | None
    state: str

    @classmethod
    def of(cls, row: Row) -> Line:
        subject, _ = subject_and_moment(row)
        return cls(subject, row.version, row.topic, row.occurred_at, row.state.decode())

    @classmethod
    def read(cls, text: str) -> Line:
        return cls(**json.loads(text))

    def __str__(self) -> str:
        return json.dumps(attrs.asdict(self), ensure_ascii=False)

    def row(self, position: int) -> Row:
        stream = stream_of(self.subject).hex
        return Row(
            position, stream, self.version, self.topic, self.occurred_at, self.state.encode()
        )


def states(lines: Iterable[Line]) -> dict[str, Any]:
    """Return the state that each subject's history leads to, with the rules of today."""
    codec = Codec(CATALOGUE)
    found: dict[str, Any] = {}
    for position, line in enumerate(lines, start=1):
        recorded = codec.recorded(line.row(position))
        evolve = EVOLVE[line.subject.partition("/")[0]]
        found[line.subject] = evolve(found.get(line.subject), recorded.event)
    return found


def summary(state: Any) -> dict[str, str]:
    """Return what a state tells, in words that outlive its class."""
    kind = type(state).__name__.lower()
    told = {name: _word(getattr(state, name)) for name in TOLD[kind]}
    for (clock, round_), promise in getattr(state, "promises", {}).items():
        told[f"{clock} {round_} promised"] = f"{promise.within} {promise.due.isoformat()}"
    for (clock, round_), reading in getattr(state, "readings", {}).items():
        shown = f"{reading.state.value} {reading.spent} {reading.due.isoformat()}"
        told[f"{clock} {round_} shows"] = shown
    if hasattr(state, "levels_reached"):
        told["levels reached"] = str(len(state.levels_reached))
    for part, cover in getattr(state, "covers", {}).items():
        told[f"covered {part}".strip()] = f"{cover.months} months, until {cover.until}"
    for ticket_id, repair in getattr(state, "repairs", {}).items():
        told[f"repair {ticket_id}"] = f"{repair.ground.value} {repair.total} {repair.begun_at}"
    for number, batch in getattr(state, "batches", {}).items():
        told[f"batch {number}"] = f"{batch.received} in, {batch.issued} out, {batch.on_hand} there"
    for number, visit in getattr(state, "visits", {}).items():
        told[f"visit {number}"] = f"{visit.status.value} {visit.nominal_on} {visit.planned_on}"
    return {**told, **_asked(state)}


def _asked(state: Any) -> dict[str, str]:
    """Return what customers were asked, and answered."""
    match state:
        case relationship.CustomerRelationship(revisits=revisits, findings=findings):
            asked = {
                f"revisit {number}": f"{each.status.value} {each.planned_on} {each.clause}"
                for number, each in revisits.items()
            }
            return asked | {
                f"finding {number}": f"{each.kind.value} {each.department} {each.answer}"
                for number, each in findings.items()
            }
        case survey.Survey(answers=answers):
            return {
                f"answer {n}": f"{each.scores} {each.overall} {each.nps} {each.ces}"
                for n, each in enumerate(answers, start=1)
            }
        case campaign.Campaign(coverage=campaign.Coverage() as found):
            told = f"{found.customers}, {found.asked} asked, {found.answered} answered"
            return {"coverage": told}
        case _:
            return {}


def _word(value: Any) -> str:
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    return str(getattr(value, "value", value))
