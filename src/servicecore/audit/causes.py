"""Why something happened: back from an event along its causes to the command that began it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import attrs

from ..domain.events import Recorded
from ..storage import EventLog
from ..storage.codec import stream_id
from ..storage.protocol import Row
from ..storage.sealing import without_personal
from .refusals import BrokenChainError, UnknownEventIdError

_DIGITS = 18  #: No history is longer.


@attrs.frozen(kw_only=True)
class Link:
    """One event of a chain: who or which rule asked for it, under which clause, on what facts.

    Whatever is personal in them is not told, sealed or not.
    """

    event: str
    name: str
    occurred_at: datetime
    recorded_at: datetime
    actor: str
    role: str | None
    rule: str | None
    rule_version: str | None
    clause: str | None
    command_id: str | None
    correlation_id: str | None
    inputs: dict[str, Any]


def why(log: EventLog, event: str) -> list[Link]:
    """Return the chain of causes, from *event* (``ticket/T-1#3``) back to its command.

    Raises:
        UnknownEventIdError: If there is no such event.
        BrokenChainError: If a cause is not on record, or the chain leads back to itself.
    """
    return [_link(row, log.codec.recorded(row)) for row in causes(log, event)]


def causes(log: EventLog, event: str) -> Iterator[Row]:
    """Yield the row of *event*, then that of its cause, then that of the cause of that.

    Raises:
        UnknownEventIdError: If there is no such event.
        BrokenChainError: If a cause is not on record, or the chain leads back to itself.
    """
    seen: list[str] = []
    cause: str | None = event
    while cause is not None:
        if cause in seen:
            msg = f"the causes of {event} lead back to {cause}: {' <- '.join([*seen, cause])}"
            raise BrokenChainError(msg)
        row = _find(log, cause)
        if row is None and not seen:
            msg = f"there is no event {event!r}; expected one like 'ticket/T-1#3'"
            raise UnknownEventIdError(msg)
        if row is None:
            msg = f"{seen[-1]} follows from {cause}, which is not on record"
            raise BrokenChainError(msg)
        yield row
        seen.append(cause)
        cause = log.codec.recorded(row).provenance.causation_id


def _find(log: EventLog, event: str) -> Row | None:
    subject, version = split_id(event)
    rows = log.storage.stream(stream_id(subject), after=version - 1, upto=version)
    return rows[0] if rows and version else None


def split_id(event: str) -> tuple[str, int]:
    """Return the subject and the version that an id names; version 0 if it names none."""
    subject, _, version = event.rpartition("#")
    is_version = version.isascii() and version.isdigit() and len(version) < _DIGITS
    return subject, int(version) if is_version else 0


def _link(row: Row, recorded: Recorded) -> Link:
    known, event = recorded.provenance, without_personal(recorded.event)
    inputs = {field.name: getattr(event, field.name) for field in attrs.fields(type(event))}
    return Link(
        event=recorded.id,
        name=row.topic,
        occurred_at=recorded.occurred_at,
        recorded_at=recorded.recorded_at,
        actor=known.actor,
        role=known.role,
        rule=known.rule,
        rule_version=known.rule_version,
        clause=inputs.pop("clause", None),
        command_id=known.command_id,
        correlation_id=known.correlation_id,
        inputs=inputs,
    )
