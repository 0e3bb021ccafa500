"""Something is not as it should be: the clock goes back, or an event cannot be read."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

import attrs

from servicecore import ServiceDesk
from servicecore.domain.events import stream_of
from tests.moments import HOUR, MINUTE, NINE, REQUEST

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
    commands, poison = stories(luck, tickets=6), luck.choice(_POISON)
    first, second = sorted(luck.sample(range(len(commands)), 2))
    told = {first: (1, poison), second: (2, _opening())}
    with ServiceDesk.open(place.url, clock=lambda: NINE) as desk:
        for n, command in enumerate(commands):
            if n in told:
                _record(desk, *told[n])
            command.carry_out(desk)
        check(desk, expected=undisturbed(commands), commands=commands, set_aside=_SUBJECT)
        _is_set_aside(desk, unreadable=poison in _UNREADABLE)
    return len(commands)


def _opening() -> tuple[str, bytes]:
    """Return an event that everybody could deal with, if it did not stand behind another."""
    with ServiceDesk.open("memory:", clock=lambda: NINE) as desk:
        desk.tickets.open("T-poison", **REQUEST, at=NINE)
        (row,) = desk.log.rows_since(0, limit=1)
    return row.topic, row.state


def _record(desk: ServiceDesk, version: int, event: tuple[str, bytes]) -> None:
    row = (stream_of(_SUBJECT).hex, version, event[0], None, event[1])
    desk.log.storage.write(lambda writing: writing.insert([row]))


def _is_set_aside(desk: ServiceDesk, *, unreadable: bool) -> None:
    """Who could not deal with the poison has set it aside, and all that he hears behind it."""
    rows = desk.log.storage.stream(stream_of(_SUBJECT).hex)
    models = desk._office.known.read_models
    for name, follower in desk._office.followers().items():
        hears = models[name].topics.__contains__ if name in models else follower._is_for_us
        heard = {row.position for row in rows if hears(row.topic)}
        aside = {letter.position for letter in desk.projects.set_aside(name)}
        must = name == "ticket_facts" or (unreadable and hears(rows[0].topic))
        assert aside >= heard or not (must or aside), (name, aside, heard)


_COVER = b'{"subject":"ticket/T-poison","recorded_at":"2025-03-03T09:00:00Z","actor":"Wu","event":'
#: What nobody can read, and what nobody knows.
_UNREADABLE = (
    ("ticket.opened", _COVER + b"{}}"),
    ("ticket.exploded", _COVER + b'{"at":"2025-03-03T09:00:00Z"}}'),
)
#: An answer to what nobody asked cannot have happened.
_ANSWER = b'{"at":"2025-03-03T09:00:00Z","ticket_id":"T-poison","by":"x"}}'
_POISON = (*_UNREADABLE, ("ticket.answered", _COVER + _ANSWER))
