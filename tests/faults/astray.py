"""Something is not as it should be: the clock goes back, or an event cannot be read."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

import attrs

from servicecore import ServiceDesk
from servicecore.domain.events import stream_of
from tests.moments import HOUR, MINUTE, NINE

from .commands import LATER, openings, stories, undisturbed
from .invariants import check
from .places import Place

_SUBJECT = "ticket/T-poison"


@attrs.define
class _Clock:
    """Goes on by a minute whenever somebody looks, until it is set."""

    now: datetime = NINE + timedelta(days=1)

    def __call__(self) -> datetime:
        self.now += MINUTE
        return self.now


def clock_set_back(place: Place, luck: Random) -> int:
    """The clock is set back by an hour: nothing is recorded before, or falls due again."""
    commands, clock = openings(luck, tickets=8), _Clock()
    at = luck.randrange(len(commands))
    with ServiceDesk.open(place.url, clock=clock) as desk:
        for n, command in enumerate(commands):
            if n == at:
                desk.run_due()
                clock.now -= HOUR
            attrs.evolve(command, at=NINE).carry_out(desk)
            if luck.random() < 0.5:
                desk.run_due()
    with ServiceDesk.open(place.url, clock=lambda: LATER) as desk:
        check(desk, expected=undisturbed(commands, upto=LATER), commands=commands)
    return len(commands)


def poison(place: Place, luck: Random) -> int:
    """An event that nobody can deal with is set aside with its history, and all others go on."""
    commands = stories(luck, tickets=6)
    at, topic, state = luck.randrange(len(commands)), *luck.choice(_POISON)
    row = (stream_of(_SUBJECT).hex, 1, topic, None, state)
    with ServiceDesk.open(place.url, clock=lambda: NINE) as desk:
        for n, command in enumerate(commands):
            if n == at:
                desk.log.storage.write(lambda writing: writing.insert([row]))
            command.carry_out(desk)
        check(desk, expected=undisturbed(commands), commands=commands, set_aside=_SUBJECT)
        status = desk.projects.status()
        assert {0} == {each.events_behind for each in status if each.dead_letters}
        assert {_SUBJECT} >= {subject for each in status for subject in each.parked}
        assert any(each.dead_letters for each in status)
    return len(commands)


_COVER = b'{"subject":"ticket/T-poison","recorded_at":"2025-03-03T09:00:00Z","actor":"Wu","event":'
#: What nobody can read, what nobody knows, and what cannot have happened.
_POISON = (
    ("ticket.opened", _COVER + b"{}}"),
    ("ticket.exploded", _COVER + b'{"at":"2025-03-03T09:00:00Z"}}'),
    ("ticket.answered", _COVER + b'{"at":"2025-03-03T09:00:00Z","ticket_id":"T-poison","by":"x"}}'),
)
