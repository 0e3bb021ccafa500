"""Puts the answers that another system collected on record, as they were.

Running it again adds nothing; with a file that has grown, it adds what is new.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from time import perf_counter

import attrs

from ..domain.events import Provenance, Recorded, with_facts
from ..domain.survey import SurveySent
from ..exchange.cases import cases
from ..exchange.quarantine import Quarantine, Reason, Rejected
from ..exchange.reading import ForeignFile, survey
from ..exchange.survey_mapping import SurveyMapping
from ..exchange.survey_telling import AnswerHistory, SurveyStep, SurveyTeller
from ..storage import Change, ConflictError
from .importing import ATTEMPTS, TOGETHER, Progress, batches
from .office import Office


@attrs.define(kw_only=True)
class SurveyImportSummary:
    """What an import of surveys found, and what it added.

    *rows* counts those of the file, *surveys* those taken in, now or before, and
    *events* what the file tells of them: *added* now, or *already_there*.
    """

    file: str
    mapping: str
    time_zone: str
    rows: int
    surveys: int = 0
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
            f"{self.surveys:,} surveys with {self.events:,} events",
            f"{self.added:,} events added, {self.already_there:,} were there already",
            f"times without a zone are taken as {self.time_zone}",
        ]
        told = self.quarantined.items()
        lines += [f"{count:,} rows in quarantine: {reason}" for reason, count in told]
        if self.quarantined:
            lines.append(f"the quarantine is {self.quarantine}")
        return "\n".join([*lines, f"took {self.seconds:.1f} s"])


def import_surveys(
    office: Office,
    path: str | Path,
    *,
    mapping: SurveyMapping,
    quarantine: str | Path | None = None,
    actor: str = "import",
    dry_run: bool = False,
    progress: Progress | None = None,
) -> SurveyImportSummary:
    """Put every answer of a foreign file on record, and tell what came of it.

    Raises:
        ExchangeError: If the file, the mapping or the quarantine cannot be used; nothing is
            stored then.
    """
    began, path = perf_counter(), Path(path)
    file = ForeignFile(path, mapping)
    known = survey(file)
    teller = SurveyTeller(mapping=mapping, standard=office.standard, calendar=office.calendar)
    provenance = Provenance(actor=actor, rule=mapping.rule, rule_version=str(mapping.version))
    aside = Path(quarantine) if quarantine else Path(f"{path.name}.quarantine.jsonl")
    summary = SurveyImportSummary(
        file=path.name,
        mapping=f"{mapping.id}@{mapping.version}",
        time_zone=mapping.file.time_zone.key,
        rows=known.rows,
        quarantine=aside,
    )
    desk, done = _ImportDesk(office, provenance, dry_run=dry_run), 0
    with Quarantine(aside, source=path, quotes=office.log.sealing is None) as rejects:
        told = map(teller.history_of, cases(file, known, reject=rejects.add))
        for batch in batches(told, TOGETHER):
            desk.take_in(batch, rejects, summary)
            done += sum(len(each.rows) for each in batch)
            if progress:
                progress(done, known.rows)
        summary.quarantined = {each.value: n for each, n in rejects.counts.most_common()}
    summary.seconds = perf_counter() - began
    return summary


@attrs.frozen
class _Outcome:
    """What is to be done about one survey."""

    events: Sequence[SurveyStep] = ()
    after: int = 0
    rejected: Sequence[Rejected] = ()


@attrs.frozen
class _ImportDesk:
    """Compares what a file tells with what is on record, and adds what is missing."""

    _office: Office
    _provenance: Provenance
    _dry_run: bool = attrs.field(kw_only=True)

    def take_in(
        self,
        histories: Sequence[AnswerHistory],
        rejects: Quarantine,
        summary: SurveyImportSummary,
    ) -> None:
        """Put *histories* on record, and count them; what cannot be used goes to *rejects*."""
        for history, outcome in zip(histories, self._put_on_record(histories), strict=True):
            rejects.add([*history.rejected, *outcome.rejected])
            if history.steps and not outcome.rejected:
                summary.surveys += 1
                summary.events += len(history.steps)
                summary.added += len(outcome.events)

    def _put_on_record(self, histories: Sequence[AnswerHistory]) -> list[_Outcome]:
        """Add what is missing of *histories*, in one transaction.

        Raises:
            ConflictError: If others wrote on the same surveys time and again.
        """
        for attempt in range(1, ATTEMPTS + 1):
            outcomes = [self._outcome(each) for each in histories]
            changes = [
                Change(f"survey/{history.survey}", tuple(outcome.events), after=outcome.after)
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

    def _outcome(self, history: AnswerHistory) -> _Outcome:
        if not history.steps:
            return _Outcome()
        recorded = self._office.log.history(f"survey/{history.survey}", opened=True)
        if not recorded:
            return _Outcome(history.steps)
        if any(each.provenance.rule != self._provenance.rule for each in recorded):
            because = f"survey {history.survey} is on record, but not from this import"
            return _set_aside(history, Reason.NOT_IMPORTED, because)
        told = [_as_sent_then(history.steps[0], recorded[0]), *history.steps[1:]]
        kept = [each.event for each in recorded]
        if told[: len(kept)] != kept:
            because = f"the file no longer tells what it told of survey {history.survey}"
            return _set_aside(history, Reason.ANOTHER_PAST, because)
        return _Outcome(told[len(kept) :], after=len(kept))


def _as_sent_then(step: SurveyStep, recorded: Recorded) -> SurveyStep:
    """Return the sending under the standard and calendar of the survey on record."""
    sent = recorded.event
    if not isinstance(step, SurveySent) or not isinstance(sent, SurveySent):
        return step
    return with_facts(
        step, standard=sent.standard, calendar=sent.calendar, open_until=sent.open_until
    )


def _set_aside(history: AnswerHistory, reason: Reason, because: str) -> _Outcome:
    unusable = {id(each.row) for each in history.rejected}
    rows = (row for row in history.rows if id(row) not in unusable)
    return _Outcome(rejected=[Rejected(row, reason, because, history.survey) for row in rows])
