"""Puts what another system kept of its customers on record, as it was.

Running it again adds nothing; with a file that has grown, it adds what is new.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any, Protocol, TypedDict, TypeVar

import attrs

from ..domain.case import LevelEvent
from ..domain.events import Provenance, Recorded, with_facts
from ..exchange.cases import Case, cases
from ..exchange.quarantine import Quarantine, Reason, Rejected
from ..exchange.reading import ForeignFile, RowMapping, survey
from ..exchange.told import ToldHistory
from ..storage import Change, ConflictError
from .importing import ATTEMPTS, TOGETHER, Progress, batches
from .office import Office

T = TypeVar("T")

#: Returns steps as they go on record, after what is there.
Finish = Callable[[Sequence[Any], Sequence[Recorded]], Sequence[Any]]
#: Returns the first step of a file as it stands on record, where a desk had its say.
AsThen = Callable[[Any, Any], Any]


class How(TypedDict, total=False):
    """How a file is imported.

    Args:
        quarantine: Where the rows go that cannot be used; by default a file in the
            current directory named after the one that is read.
        actor: Who imports.
        dry_run: Only tell what would be added.
        progress: Is told after every few records.
    """

    quarantine: str | Path | None
    actor: str
    dry_run: bool
    progress: Progress | None


class RecordMapping(RowMapping, Protocol):
    """What has to be known of a mapping to import by it."""

    @property
    def id(self) -> str:
        """Its lasting name."""

    @property
    def version(self) -> int:
        """Which of its versions it is."""

    @property
    def rule(self) -> str:
        """The name under which its events stand in the log."""


def as_served_then(step: T, first: Any) -> T:
    """Return *step* under the standard and calendar of the record there is."""
    return with_facts(step, standard=first.standard, calendar=first.calendar)


@attrs.frozen(kw_only=True)
class Kind:
    """What is imported: what its subjects begin with, what people call it, how it is told.

    *bare* takes off an event what the desk has added to what the file tells, and
    *as_then* gives the first step what the desk had said of it.
    """

    subjects: str
    called: str
    tell: Callable[[Case], ToldHistory]
    finish: Finish = lambda steps, _recorded: steps
    bare: Callable[[Any], Any] = lambda event: event
    as_then: AsThen = as_served_then


@attrs.define(kw_only=True)
class RecordImportSummary:
    """What an import found, and what it added.

    *rows* counts those of the file, *records* those taken in, now or before, and
    *events* what the file tells of them: *added* now, or *already_there*.
    """

    file: str
    mapping: str
    time_zone: str
    called: str
    rows: int
    records: int = 0
    events: int = 0
    added: int = 0
    quarantined: Mapping[str, int] = attrs.field(factory=dict)
    quarantine: Path
    seconds: float = 0.0

    @property
    def already_there(self) -> int:
        """The events that an earlier import had added."""
        return self.events - self.added

    def __str__(self) -> str:
        """Tell it in a few lines."""
        lines = [
            f"{self.file}, read as {self.mapping}: {self.rows:,} rows",
            f"{self.records:,} {self.called} with {self.events:,} events",
            f"{self.added:,} events added, {self.already_there:,} were there already",
            f"times without a zone are taken as {self.time_zone}",
        ]
        told = self.quarantined.items()
        lines += [f"{count:,} rows in quarantine: {reason}" for reason, count in told]
        if self.quarantined:
            lines.append(f"the quarantine is {self.quarantine}")
        return "\n".join([*lines, f"took {self.seconds:.1f} s"])


def import_records(
    office: Office,
    path: str | Path,
    kind: Kind,
    *,
    mapping: RecordMapping,
    quarantine: str | Path | None = None,
    actor: str = "import",
    dry_run: bool = False,
    progress: Progress | None = None,
) -> RecordImportSummary:
    """Put every record of a foreign file on record, and tell what came of it.

    Raises:
        ExchangeError: If the file, the mapping or the quarantine cannot be used; nothing is
            stored then.
    """
    began, path = perf_counter(), Path(path)
    file = ForeignFile(path, mapping)
    known = survey(file)
    provenance = Provenance(actor=actor, rule=mapping.rule, rule_version=str(mapping.version))
    aside = Path(quarantine) if quarantine else Path(f"{path.name}.quarantine.jsonl")
    summary = RecordImportSummary(
        file=path.name,
        mapping=f"{mapping.id}@{mapping.version}",
        time_zone=mapping.file.time_zone.key,
        called=kind.called,
        rows=known.rows,
        quarantine=aside,
    )
    desk, done = _ImportDesk(office, provenance, kind, dry_run=dry_run), 0
    with Quarantine(aside, source=path, quotes=office.log.sealing is None) as rejects:
        told = map(kind.tell, cases(file, known, reject=rejects.add))
        for batch in batches(told, TOGETHER):
            desk.take_in(batch, rejects, summary)
            done += sum(len(each.rows) for each in batch)
            if progress:
                progress(done, known.rows)
        summary.quarantined = {each.value: n for each, n in rejects.counts.most_common()}
    summary.seconds = perf_counter() - began
    if office.react == "inline" and not dry_run:
        office.catch_up()
    return summary


@attrs.frozen
class _Outcome:
    """What is to be done about one record."""

    events: Sequence[Any] = ()
    after: int = 0
    rejected: Sequence[Rejected] = ()


@attrs.frozen
class _ImportDesk:
    """Compares what a file tells with what is on record, and adds what is missing."""

    _office: Office
    _provenance: Provenance
    _kind: Kind
    _dry_run: bool = attrs.field(kw_only=True, alias="dry_run")

    def take_in(
        self, histories: Sequence[ToldHistory], rejects: Quarantine, summary: RecordImportSummary
    ) -> None:
        """Put *histories* on record, and count them; what cannot be used goes to *rejects*."""
        for history, outcome in zip(histories, self._put_on_record(histories), strict=True):
            rejects.add([*history.rejected, *outcome.rejected])
            if history.steps and not outcome.rejected:
                summary.records += 1
                summary.events += len(history.steps)
                summary.added += len(outcome.events)

    def _put_on_record(self, histories: Sequence[ToldHistory]) -> list[_Outcome]:
        """Add what is missing of *histories*, in one transaction.

        Raises:
            ConflictError: If others wrote on the same records time and again.
        """
        for attempt in range(1, ATTEMPTS + 1):
            outcomes = [self._outcome(each) for each in histories]
            changes = [
                Change(self._subject(history), tuple(outcome.events), after=outcome.after)
                for history, outcome in zip(histories, outcomes, strict=True)
                if outcome.events
            ]
            try:
                if changes and not self._dry_run:
                    self._office.log.append(*changes, provenance=self._provenance)
            except ConflictError:
                if attempt == ATTEMPTS:
                    raise
                continue
            return outcomes
        raise AssertionError  # There is at least one attempt.

    def _outcome(self, history: ToldHistory) -> _Outcome:
        if not history.steps:
            return _Outcome()
        recorded = self._office.log.history(self._subject(history), opened=True)
        if not recorded:
            return _Outcome(self._kind.finish(history.steps, ()))
        imported = [each for each in recorded if each.provenance.rule == self._provenance.rule]
        if not imported:
            because = f"{self._subject(history)} is on record, but not from this import"
            return self._set_aside(history, Reason.NOT_IMPORTED, because)
        told = [self._kind.as_then(history.steps[0], recorded[0].event), *history.steps[1:]]
        kept = [self._kind.bare(each.event) for each in imported]
        missing = told[len(kept) :]
        if told[: len(kept)] != kept or (missing and _has_gone_on(recorded, imported)):
            because = f"the file no longer tells what it told of {self._subject(history)}"
            return self._set_aside(history, Reason.ANOTHER_PAST, because)
        if not missing:
            return _Outcome()
        return _Outcome(self._kind.finish(missing, recorded), after=len(recorded))

    def _set_aside(self, history: ToldHistory, reason: Reason, because: str) -> _Outcome:
        flagged = {id(each.row) for each in history.rejected}
        rows = (row for row in history.rows if id(row) not in flagged)
        return _Outcome(rejected=[Rejected(row, reason, because, history.number) for row in rows])

    def _subject(self, history: ToldHistory) -> str:
        return f"{self._kind.subjects}/{history.number}"


def _has_gone_on(recorded: Sequence[Recorded], imported: Sequence[Recorded]) -> bool:
    """Tell whether anybody has done more here than notice that something is late."""
    here = (each for each in recorded if each not in imported)
    return not all(isinstance(each.event, LevelEvent) for each in here)
