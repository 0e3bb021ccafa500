"""Puts the histories of other systems on record, as they were.

What happened keeps its own time; that we learnt of it today is told by the log.
Steps that today's rules would refuse are facts all the same, so they go on record
without asking the rules.  Escalations are not invented: what nobody was told then
does not stand in the history now.

An import may be broken off at any point and run again: it looks at what each
ticket has on record, and adds what the file tells beyond that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import reduce
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import Any, TypeVar

import attrs

from ..domain.calendar_errors import CalendarError
from ..domain.events import Provenance, Recorded, with_facts
from ..domain.sla import Terms
from ..domain.standard import Rulebook, UnknownCalendarError, UnknownStandardError
from ..domain.ticket import TicketEvent, TicketOpened, evolve
from ..domain.ticket.events import ClockEvent
from ..domain.ticket.record import on_record
from ..exchange.cases import cases
from ..exchange.errors import BadMappingError
from ..exchange.mappings import TicketMapping
from ..exchange.quarantine import Quarantine, Reason, Rejected
from ..exchange.reading import ForeignFile, survey
from ..exchange.ticket_telling import TicketHistory, history_of
from ..storage import Change, ConflictError, EventLog
from .import_summary import ImportSummary, Tally

T = TypeVar("T")
Progress = Callable[[int, int], None]  #: Told how many rows are done, of how many.

TOGETHER = 200  #: So many tickets share a transaction: all of them go on record, or none.
ATTEMPTS = 5
_NO_PROMISE = (CalendarError, UnknownStandardError, UnknownCalendarError)


def import_history(
    log: EventLog,
    path: str | Path,
    *,
    mapping: TicketMapping,
    rulebook: Rulebook,
    standard: str,
    calendar: str,
    quarantine: str | Path | None = None,
    actor: str = "import",
    dry_run: bool = False,
    progress: Progress | None = None,
) -> ImportSummary:
    """Put every ticket of a foreign file on record, and tell what came of it.

    Running it again adds nothing; with a file that has grown, it adds what is
    new.  Rows that cannot be used never stop it.

    Args:
        log: Where the histories go.
        path: A CSV or an XES, as it is or in a zip or gz.
        mapping: What the columns and words of the file mean.
        rulebook: The standards and calendars under which tickets are promised.
        standard: The one for the tickets that are new here, as it stands on record.
        calendar: The calendar for them.
        quarantine: Where the rows go that cannot be used; by default a file
            in the current directory named after the one that is read.
        actor: Who imports.
        dry_run: Only tell what would be added; the quarantine is written all the same.
        progress: Is told after every few tickets.

    Raises:
        ExchangeError: If the file, the mapping or the quarantine cannot be used; nothing is
                stored then.
        UnknownStandardError: If the standard is not in the book.
        UnknownCalendarError: If the calendar is not.
    """
    began, path = perf_counter(), Path(path)
    terms = rulebook.terms(standard, calendar)
    _must_be_reasons_of_the_standard(mapping, terms.pause_reasons, terms.standard)
    file = ForeignFile(path, mapping)
    known = survey(file)
    provenance = Provenance(actor=actor, rule=mapping.rule, rule_version=str(mapping.version))
    desk = _ImportDesk(log, rulebook, provenance, dry_run=dry_run)
    aside = Path(quarantine) if quarantine else Path(f"{path.name}.quarantine.jsonl")
    with Quarantine(aside, source=path, quotes=log.sealing is None) as rejects:
        found = cases(file, known, reject=rejects.add)
        told = (history_of(case, mapping, standard=standard, calendar=calendar) for case in found)
        tally = Tally()
        for batch in batches(told, TOGETHER):
            desk.take_in(batch, rejects, tally)
            if progress:
                progress(tally.rows, known.rows)
    return ImportSummary(
        file=path.name,
        mapping=f"{mapping.id}@{mapping.version}",
        time_zone=mapping.file.time_zone.key,
        rows=known.rows,
        cases=tally.cases,
        events=tally.events,
        added=tally.added,
        already_there=tally.events - tally.added,
        reopened=tally.reopened,
        reopenings=tally.reopenings,
        waiting=tally.waiting,
        quarantined={each.value: count for each, count in rejects.counts.most_common()},
        quarantine=aside,
        seconds=perf_counter() - began,
    )


@attrs.frozen
class _Outcome:
    """What is to be done about one ticket."""

    events: Sequence[TicketEvent] = ()
    after: int = 0
    rejected: Sequence[Rejected] = ()


@attrs.frozen
class _ImportDesk:
    """Compares what a file tells with what is on record, and adds what is missing."""

    _log: EventLog
    _rulebook: Rulebook
    _provenance: Provenance
    _dry_run: bool = attrs.field(kw_only=True, alias="dry_run")

    def take_in(
        self, histories: Sequence[TicketHistory], rejects: Quarantine, tally: Tally
    ) -> None:
        """Put *histories* on record, and count them; what cannot be used goes to *rejects*."""
        for history, outcome in zip(histories, self._put_on_record(histories), strict=True):
            rejects.add([*history.rejected, *outcome.rejected])
            tally.rows += len(history.rows)
            if history.steps and not outcome.rejected:
                tally.count(history, added=len(outcome.events))

    def _put_on_record(self, histories: Sequence[TicketHistory]) -> list[_Outcome]:
        """Add what is missing of *histories*, in one transaction.

        Raises:
            ConflictError: If others wrote on the same tickets time and again.
        """
        for attempt in range(1, ATTEMPTS + 1):
            outcomes = [self._outcome(each) for each in histories]
            changes = [
                Change(_subject(history), outcome.events, after=outcome.after)
                for history, outcome in zip(histories, outcomes, strict=True)
                if outcome.events
            ]
            try:
                if changes and not self._dry_run:
                    self._log.append(*changes, provenance=self._provenance)
            except ConflictError:
                if attempt == ATTEMPTS:
                    raise
                continue
            return outcomes
        raise AssertionError  # There is at least one attempt.

    def _outcome(self, history: TicketHistory) -> _Outcome:
        if not history.steps:
            return _Outcome()
        recorded = self._log.history(_subject(history), opened=True)
        try:
            return self._what_is_missing(history, recorded)
        except (*_NO_PROMISE, OverflowError) as error:  # A deadline after the year 9999.
            return _set_aside(history, Reason.NO_PROMISE, str(error))

    def _what_is_missing(self, history: TicketHistory, recorded: Sequence[Recorded]) -> _Outcome:
        if not recorded:
            return _Outcome(on_record(None, *history.steps, terms=self._terms(history.steps[0])))
        opened = recorded[0].event
        told = [_as_promised_then(history.steps[0], opened), *history.steps[1:]]
        kept = [_bare(each.event) for each in recorded if self._is_imported(each)]
        if not kept:
            because = f"ticket {history.ticket} is on record, but not from this import"
            return _set_aside(history, Reason.NOT_IMPORTED, because)
        missing = _beyond(told, kept)
        if missing is None:
            because = f"the file no longer tells what it told of ticket {history.ticket}"
            return _set_aside(history, Reason.ANOTHER_PAST, because)
        if not missing:
            return _Outcome()
        terms = self._terms(opened)
        if len(kept) == len(recorded) and told[: len(kept)] == kept:  # As if imported at once.
            return _Outcome(on_record(None, *told, terms=terms)[len(kept) :], after=len(kept))
        ticket = reduce(evolve, (each.event for each in recorded), None)
        return _Outcome(on_record(ticket, *missing, terms=terms), after=len(recorded))

    def _is_imported(self, recorded: Recorded) -> bool:
        rule = self._provenance.rule
        return recorded.provenance.rule == rule and isinstance(recorded.event, ClockEvent)

    def _terms(self, opened: Any) -> Terms:
        return self._rulebook.terms(opened.standard, opened.calendar)


def _must_be_reasons_of_the_standard(
    mapping: TicketMapping, known: Iterable[str], standard: str
) -> None:
    for state, reason in mapping.waiting.items():
        if reason not in known:
            expected = ", ".join(known)
            msg = (
                f"mapping {mapping.id}: waiting.{state}: expected a reason of {standard} "
                f"({expected}), got {reason!r}"
            )
            raise BadMappingError(msg)


def _beyond(told: Iterable[ClockEvent], kept: Iterable[ClockEvent]) -> list[ClockEvent] | None:
    """Return what is *told* beyond what was *kept*; None if something kept is not told any more.

    Their order does not matter: what turned up late was kept last.
    """
    known = Counter(kept)
    missing = []
    for step in told:
        if known[step]:
            known[step] -= 1
        else:
            missing.append(step)
    return None if known.total() else missing


def _bare(event: ClockEvent) -> ClockEvent:
    return with_facts(event, promises=(), readings=())


def _as_promised_then(opening: ClockEvent, opened: TicketOpened) -> ClockEvent:
    """Return *opening* under the standard and calendar of the ticket on record."""
    return with_facts(opening, standard=opened.standard, calendar=opened.calendar)


def _set_aside(history: TicketHistory, reason: Reason, because: str) -> _Outcome:
    unusable = {id(each.row) for each in history.rejected}
    rows = (row for row in history.rows if id(row) not in unusable)
    return _Outcome(rejected=[Rejected(row, reason, because, history.ticket) for row in rows])


def _subject(history: TicketHistory) -> str:
    return f"ticket/{history.ticket}"


def batches(each: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield what there is, so many at a time."""
    rest = iter(each)
    while batch := list(islice(rest, size)):
        yield batch
