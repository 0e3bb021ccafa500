"""What people tell the desk, and what comes of it where nothing goes wrong."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from random import Random, random
from time import monotonic
from typing import Any

import attrs

from servicecore import ServiceDesk
from servicecore.domain.events import Recorded
from servicecore.storage import BusyError, ConflictError, Receipt, UnreachableStorageError
from tests.moments import MINUTE, NINE, REQUEST

LATER = NINE + timedelta(days=10)  #: Everything that was promised at nine is overdue by then.

_PATIENCE = 300  # Seconds after which a storage that is away will hardly come back.

#: Whoever hears one of these sends the same command again.
AGAIN = (BusyError, ConflictError, UnreachableStorageError)

#: What may be said of a ticket, in this order.
SAID: Sequence[tuple[str, dict[str, str]]] = (
    ("note", {"by": "Lin", "text": "it has been raining"}),
    ("answer", {"by": "Lin"}),
    ("receive_message", {"text": "it still leaks"}),
    ("resolve", {"by": "Lin", "solution": "a new seal"}),
)

#: What happened to each subject: what was told of it, in order, and what followed, in any.
Course = dict[str, tuple[list[tuple[str, dict[str, Any]]], list[tuple[str, str]]]]


@attrs.frozen(kw_only=True)
class Command:
    """Something to do, under an id of its own."""

    id: str
    ticket_id: str
    verb: str
    facts: dict[str, Any]
    at: datetime | None = NINE

    def carry_out(self, desk: ServiceDesk) -> Receipt:
        """Do it; a second time, nothing more happens."""
        do = getattr(desk.tickets, self.verb)
        return do(self.ticket_id, **self.facts, at=self.at, actor="Wu", command_id=self.id)

    def insist(self, desk: ServiceDesk) -> Receipt:
        """Do it, however often the storage is away meanwhile; but not for ever."""
        until = monotonic() + _PATIENCE
        while True:
            try:
                return self.carry_out(desk)
            except AGAIN:
                if monotonic() > until:
                    raise


def unsteady() -> datetime:
    """Return the time by a bad clock: it goes forth and back within a second."""
    return NINE + random() * timedelta(seconds=1)  # noqa: S311


def openings(luck: Random, tickets: int) -> list[Command]:
    """Return as many new tickets, of any class."""
    return [_opening(luck, n) for n in range(tickets)]


def stories(luck: Random, tickets: int) -> list[Command]:
    """Return the beginnings of as many stories, told all at once but each in its order."""
    left = [
        [_opening(luck, n), *(_saying(n, turn, at=1 + turn) for turn in _turns(luck))]
        for n in range(tickets)
    ]
    told = []
    while left := [each for each in left if each]:
        told.append(luck.choice(left).pop(0))
    return told


def _opening(luck: Random, n: int) -> Command:
    facts = {**REQUEST, "priority": luck.choice("ABC")}
    return Command(id=f"c-{n}", ticket_id=f"T-{n}", verb="open", facts=facts)


def _turns(luck: Random) -> range:
    return range(luck.randint(0, len(SAID)))


def _saying(n: int, turn: int, *, at: int) -> Command:
    verb, facts = SAID[turn]
    told = NINE + at * MINUTE
    return Command(id=f"c-{n}-{turn}", ticket_id=f"T-{n}", verb=verb, facts=facts, at=told)


def undisturbed(commands: Iterable[Command], *, upto: datetime | None = None) -> Course:
    """Return what comes of *commands* at a desk of its own, with all that fell due *upto*."""
    with ServiceDesk.open("memory:", clock=lambda: upto or NINE) as desk:
        for command in commands:
            command.carry_out(desk)
        if upto:
            desk.run_due(upto)
        return course(desk.log.since(0))


#: How clocks stood then; that depends on what policies had done by then, and when they were told.
_STANDING = {"promises", "readings", "counted_at"}


def _facts(event: Any) -> dict[str, Any]:
    told = attrs.fields_dict(type(event)).keys() - _STANDING
    return {name: getattr(event, name) for name in sorted(told)}


def course(recorded: Iterable[Recorded]) -> Course:
    """Return what happened to each subject, however it was interleaved."""
    found: Course = {}
    for each in recorded:
        told, followed = found.setdefault(each.subject, ([], []))
        if each.provenance.command_id:
            told.append((type(each.event).__name__, _facts(each.event)))
        else:
            followed.append((type(each.event).__name__, str(getattr(each.event, "rung", ""))))
    return {subject: (told, sorted(followed)) for subject, (told, followed) in found.items()}
