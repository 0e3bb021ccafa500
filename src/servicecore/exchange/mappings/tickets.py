"""How the rows of a foreign file read as the history of tickets.

Each row of the file tells how one ticket stood at one moment.
"""

from __future__ import annotations

from collections.abc import Mapping as Words
from enum import Enum
from typing import Any

import attrs

from ...domain.ticket import Priority
from ...standards.table import Table
from .file_form import Columns
from .files import MappingFiles
from .mapping import (
    Mapping,
    columns_in,
    head_of,
    one_of,
    otherwise_of,
    part_of,
    text_in,
    words_in,
)


class Meaning(Enum):
    """What a state of the other system means here."""

    OPEN = "open"  #: It lies with the desk; nobody works on it yet.
    WORKING = "working"  #: Somebody works on it.
    WAITING = "waiting"  #: Work waits for somebody or something.
    RESOLVED = "resolved"  #: The fault is gone, as far as the desk knows.
    CLOSED = "closed"  #: The loop is closed.
    CANCELLED = "cancelled"  #: It was dropped.
    UNCHANGED = "unchanged"  #: It says nothing about where the ticket stands.

    @property
    def is_over(self) -> bool:
        """Nobody works on it until it is reopened."""
        return self in {Meaning.RESOLVED, Meaning.CLOSED, Meaning.CANCELLED}


@attrs.frozen(kw_only=True)
class RowColumns:
    """Where each row tells whose it is, when it was, and how the ticket stood."""

    ticket: Columns
    at: Columns
    state: Columns
    priority: Columns = ()
    assignee: Columns = ()
    team: Columns = ()
    by: Columns = ()


@attrs.frozen(kw_only=True)
class OpeningColumns:
    """Where the first row of a ticket tells what the customer asked for."""

    at: Columns = ()
    acknowledged_at: Columns = ()
    customer: Columns = ()
    channel: Columns = ()
    product: Columns = ()
    model: Columns = ()
    fault: Columns = ()
    contact: Columns = ()


@attrs.frozen(kw_only=True)
class TicketMapping(Mapping):
    """How the rows of one kind of file read as tickets."""

    row: RowColumns
    opening: OpeningColumns
    priorities: Words[str, Priority] = attrs.field(hash=False)
    channels: Words[str, str] = attrs.field(hash=False)
    states: Words[str, Meaning] = attrs.field(hash=False)
    waiting: Words[str, str] = attrs.field(hash=False)
    first_answer: frozenset[Meaning]
    otherwise: str  #: Stands for whatever a row does not tell.

    @property
    def number(self) -> Columns:
        """Where each row tells the number of its ticket."""
        return self.row.ticket

    @property
    def parts(self) -> dict[str, dict[str, Columns]]:
        """The columns of each row, and those of a ticket's first."""
        return {**super().parts, "opening": attrs.asdict(self.opening)}


def _mapping(table: Table) -> TicketMapping:
    parts = ("row", "opening", "priorities", "channels", "states", "waiting")
    head = head_of(table, *parts, "first_answer", "otherwise")
    waiting = words_in(part_of(table, "waiting"), text_in, "whom or what the ticket waits for")
    states = words_in(part_of(table, "states"), Meaning, one_of(Meaning, but=Meaning.WAITING))
    mapping = TicketMapping(
        **head,
        row=columns_in(part_of(table, "row"), RowColumns),
        opening=columns_in(part_of(table, "opening"), OpeningColumns),
        priorities=words_in(part_of(table, "priorities"), Priority, one_of(Priority)),
        channels=words_in(part_of(table, "channels"), text_in, "a channel"),
        states={**states, **dict.fromkeys(waiting, Meaning.WAITING)},
        waiting=waiting,
        first_answer=table.read(
            "first_answer", _meanings, f"a list of {one_of(Meaning)}", frozenset()
        ),
        otherwise=otherwise_of(table),
    )
    _must_make_sense(table, mapping, states)
    return mapping


def _must_make_sense(table: Table, mapping: TicketMapping, states: Words[str, Meaning]) -> None:
    if not mapping.states:
        raise table.bad(key="states", found="nothing", expected="what each state means")
    if twice := next((each for each in states if each in mapping.waiting), None):
        raise table.bad(key=f"waiting.{twice}", found="it in [states] too", expected="it once")
    if Meaning.WAITING in states.values():
        expected = "such a state in [waiting], with its reason"
        raise table.bad(key="states", found="'waiting'", expected=expected)
    for key, column in mapping.columns_by_key():
        if column in mapping.file.backfilled:
            expected = "a column that is not backfilled: it tells what came later"
            raise table.bad(key=key, found=repr(column), expected=expected)


def _meanings(value: Any) -> frozenset[Meaning]:
    return frozenset(map(Meaning, [value] if isinstance(value, str) else value))


TICKET_MAPPINGS = MappingFiles("tickets", _mapping)
