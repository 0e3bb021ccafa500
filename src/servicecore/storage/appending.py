"""One append, from what was decided to what is on record.

Everything that can be prepared is prepared before the transaction: names, bytes,
checks.  Inside it only what depends on the others is left: whether the command
was carried out already, whether the histories are still as expected, and the
moment of recording, which never falls from one position to the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import chain
from operator import attrgetter

import msgspec

from ..domain.events import Provenance
from .changes import Change, Receipt
from .codec import Encoded, cover, envelope, stream_id, subject_and_moment
from .errors import CommandReusedError, ConflictError
from .protocol import NewRow, Row, StoredCommand, Tracking, Writing


class Span(msgspec.Struct, frozen=True):
    """The part of a history that a command wrote."""

    subject: str
    after: int
    upto: int


class Outcome(msgspec.Struct, frozen=True):
    """What came of a command."""

    recorded_at: datetime
    spans: list[Span]


_events = attrgetter("events")
_read_outcome = msgspec.json.Decoder(Outcome).decode


class Append(msgspec.Struct, frozen=True, kw_only=True):
    """Changes ready to be recorded."""

    changes: Sequence[Change]
    encoded: Sequence[Sequence[Encoded]]
    provenance: Provenance
    tracking: Tracking | None
    now: datetime  #: Told once, so that it comes to the same however often it is tried.

    @property
    def expected(self) -> dict[str, int]:
        """Return which version each history is taken to have."""
        expected: dict[str, int] = {}
        for change in self.changes:
            for subject, version in {**change.beside, change.subject: change.after}.items():
                expected.setdefault(stream_id(subject), version)
        return expected

    def __call__(self, writing: Writing) -> Receipt | StoredCommand:
        """Record the changes, or return the command if it was carried out before.

        Raises:
            ConflictError: If a history is not as expected.
            CommandReusedError: If the command id belongs to other subjects.
        """
        if command := self._carried_out(writing):
            return command
        for change in self.changes:
            _must_stand(writing, change.beside)
        spans = _spans(writing, self.changes)
        recorded_at = self._moment(writing.newest())
        rows = self._rows(recorded_at)
        command = self._command(recorded_at, spans)
        position = writing.insert(rows, command=command, tracking=self.tracking)
        return Receipt(
            position=position,
            recorded_at=recorded_at,
            versions={span.subject: span.upto for span in spans},
            events=tuple(chain.from_iterable(map(_events, self.changes))),
        )

    def _carried_out(self, writing: Writing) -> StoredCommand | None:
        command_id = self.provenance.command_id
        if command_id is None or not (command := writing.command(command_id)):
            return None
        return same_command(command, {change.subject for change in self.changes})

    def _moment(self, newest: Row | None) -> datetime:
        if newest is None:
            return self.now
        _, last = subject_and_moment(newest)
        return max(self.now, last)

    def _rows(self, recorded_at: datetime) -> list[NewRow]:
        rows: list[NewRow] = []
        told = envelope(recorded_at, self.provenance)
        for change, encoded in zip(self.changes, self.encoded, strict=True):
            stream = stream_id(change.subject)
            before = cover(change.subject, told)
            rows += [
                (stream, version, name, occurred_at, before + event + b"}")
                for version, (name, occurred_at, event) in enumerate(encoded, change.after + 1)
            ]
        return rows

    def _command(self, recorded_at: datetime, spans: list[Span]) -> StoredCommand | None:
        if self.provenance.command_id is None:
            return None
        outcome = msgspec.json.encode(Outcome(recorded_at, spans))
        return StoredCommand(self.provenance.command_id, outcome)


def outcome_of(command: StoredCommand) -> Outcome:
    """Return what came of *command*."""
    return _read_outcome(command.outcome)


def same_command(command: StoredCommand, subjects: set[str]) -> StoredCommand:
    """Return *command*, if it was about *subjects*.

    Raises:
        CommandReusedError: If it was about others.
    """
    then = {span.subject for span in outcome_of(command).spans}
    if then != subjects:
        msg = f"command {command.id!r} was about {sorted(then)}, now about {sorted(subjects)}"
        raise CommandReusedError(msg)
    return command


def _must_stand(writing: Writing, beside: Mapping[str, int]) -> None:
    for subject, seen in beside.items():
        found = writing.version_of(stream_id(subject))
        if found != seen:
            raise ConflictError(subject, expected=seen, found=found)


def _spans(writing: Writing, changes: Iterable[Change]) -> list[Span]:
    versions: dict[str, int] = {}
    spans: list[Span] = []
    for change in changes:
        subject, after = change.subject, change.after
        found = versions.get(subject)
        if found is None:
            found = writing.version_of(stream_id(subject))
        if found != after:
            raise ConflictError(subject, expected=after, found=found)
        versions[subject] = after + len(change.events)
        spans.append(Span(subject, after, versions[subject]))
    return spans
