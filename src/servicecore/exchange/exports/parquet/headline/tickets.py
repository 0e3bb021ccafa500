"""Tickets in columns: how long customers waited, and which promises were kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import get_args

import attrs
import numpy as np

from .....domain.people import Level
from .....domain.sla import State
from .....domain.ticket import Status, events
from .....projections.recording import NEVER, Track
from .....projections.rows import Column, Rows
from .....projections.ticket_facts import DIMENSIONS as ALL
from .clocks import Clocks, clocks_of
from .histories import NOWHERE, Histories, Kind

#: What they can be grouped by: but for the fault, which is sealed.
DIMENSIONS = {name: of for name, of in ALL.items() if name != "fault"}
_TOLD_IN = {name: [name] for name in DIMENSIONS} | {
    "kind": ["type"],
    "status": [],
    "served_by": ["by", "person"],
}
_CLASSES = (*get_args(events.ClockEvent), events.TicketEscalated)
KIND = Kind(classes=_CLASSES, columns=["promises", "readings"], dimensions=_TOLD_IN)

_RESPONSE = "first_response"
_STATUS = {
    events.TicketPaused: Status.PAUSED,
    events.TicketResumed: Status.OPEN,
    events.TicketResolved: Status.RESOLVED,
    events.TicketReopened: Status.OPEN,
    events.TicketClosed: Status.CLOSED,
    events.TicketCancelled: Status.CANCELLED,
    events.TicketMerged: Status.MERGED,
}


@attrs.frozen(slots=False)
class Tickets:
    """The tickets of one bucket, as a portion that is counted."""

    histories: Histories
    as_of: int

    @property
    def n(self) -> int:
        """How many records there are."""
        return self.histories.n

    @cached_property
    def alive(self) -> Column:
        """Which of them are tickets that were opened by then."""
        return np.not_equal(self._opened, NOWHERE)

    # --- What they can be grouped by ------------------------------------------------------

    def words(self, dimension: str) -> tuple[Sequence[str], Column]:
        """Return the words there are, and the number of that which each ticket has."""
        match dimension:
            case "level":
                return self._levels
            case "status":
                return self._statuses
            case "served_by":
                return self._served_by
        [column] = _TOLD_IN[dimension]
        told = self.histories.last(self.histories.telling(column))
        return self.histories.words(column, told)

    @property
    def _levels(self) -> tuple[Sequence[str], Column]:
        rows = self.histories.telling("level")
        words, numbers = self.histories.words("level", rows)
        ranks = np.array([Level(each).rank if each else 0 for each in words])
        highest = np.zeros(self.n, int)
        np.maximum.at(highest, self.histories.record[rows], ranks[numbers])
        return [each.value for each in Level], highest

    @property
    def _statuses(self) -> tuple[Sequence[str], Column]:
        words = [each.value for each in Status]
        told = np.full(len(self.histories.at) + 1, words.index(Status.OPEN.value))
        for cls, status in _STATUS.items():
            told[self.histories.rows_of(cls)] = words.index(status.value)
        return words, told[self.histories.last(self.histories.rows_of(*_STATUS))]

    @property
    def _served_by(self) -> tuple[Sequence[str], Column]:
        """Whoever resolved it, else whoever has it, else who answered first."""
        its = self.histories
        words: list[str] = []
        found = np.full(self.n, NOWHERE)
        for column, rows in (
            ("by", its.last(its.rows_of(events.TicketResolved))),
            ("person", its.last(its.telling("person"))),
            ("by", its.first(self._answered_by_somebody)),
        ):
            more, numbers = its.words(column, rows)
            is_said = np.array([each != "" for each in more])[numbers]
            found = np.where((found == NOWHERE) & is_said, numbers + len(words), found)
            words += more
        return words, np.where(found == NOWHERE, len(words) - 1, found)

    @property
    def _answered_by_somebody(self) -> Column:
        rows = self.histories.rows_of(events.TicketAnswered)
        words, numbers = self.histories.words("by", rows)
        named: Column = rows[np.array([each != "" for each in words])[numbers]]
        return named

    # --- What is told of them -------------------------------------------------------------

    def told(self, measure: str) -> Mapping[Track, Rows]:
        """Return what one of the *measures* counts."""
        return dict(_TOLD[measure](self))

    def _waits(self) -> Iterator[tuple[Track, Rows]]:
        its, opened = self.histories, self._opened_at
        resolved = its.rows_of(events.TicketResolved)
        first, last = its.first(resolved), its.last(resolved)
        still = last > its.last(its.rows_of(events.TicketReopened))
        answers = its.rows_of(events.TicketAnswered)
        answered = np.full(self.n, NEVER)
        np.minimum.at(answered, its.record[answers], its.at[answers])
        yield self._length("first_response_wall", answered != NEVER, opened, answered)
        yield self._length("last_resolution_wall", still, its.at[last], its.at[last])
        yield self._length("first_resolution_wall", first != NOWHERE, its.at[first], its.at[first])

    def _length(
        self, measure: str, chosen: Column, at: Column, until: Column
    ) -> tuple[Track, Rows]:
        facts = np.flatnonzero(chosen)
        value = until[facts] - self._opened_at[facts]
        return ("length", measure, ()), Rows({"fact": facts, "at": at[facts], "value": value})

    def _clocks(self) -> Iterator[tuple[Track, Rows]]:
        is_promised = np.zeros(self.n, bool)
        for name, clocks in clocks_of(self.histories):
            if name == _RESPONSE:
                is_promised[clocks.record[clocks.round == 1]] = True
            yield from self._clock(name, clocks)
        tickets = np.flatnonzero(self.alive)
        at, is_so = self._opened_at[tickets], is_promised[tickets]
        yield ("share", "response_promised", ()), Rows({"fact": tickets, "at": at, "is_so": is_so})

    def _clock(self, name: str, clocks: Clocks) -> Iterator[tuple[Track, Rows]]:
        measure, decided = f"{name}_attainment", clocks.decided_by(self.as_of)
        is_decided = decided != NEVER
        told = Rows(
            {
                "fact": clocks.record,
                "at": decided,
                "is_so": clocks.are(State.MET),
                "since": clocks.started_at,
                "is_open": ~(is_decided | clocks.are(State.CANCELLED)),
                "upto": np.full(len(decided), NEVER),
            }
        )
        yield ("open", measure, ()), told  # Decided or not, it was promised.
        yield ("share", measure, ()), told.only(is_decided)
        cohort = self._opened_at[clocks.record] if name == _RESPONSE else clocks.told_at
        ended = told.plus(at=cohort, value=clocks.spent).only(clocks.has_ended)
        yield ("length", name, ()), ended

    @cached_property
    def _opened(self) -> Column:
        return self.histories.first(self.histories.rows_of(events.TicketOpened))

    @cached_property
    def _opened_at(self) -> Column:
        return self.histories.at[self._opened]


_TOLD = {"waits": Tickets._waits, "clocks": Tickets._clocks}  # noqa: SLF001  # its own
MEASURES = [*_TOLD]
