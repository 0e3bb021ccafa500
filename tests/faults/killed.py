"""Somebody is killed in the middle of it: a writer, a worker, whoever builds a read model anew."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import msgspec

from servicecore import ServiceDesk
from servicecore.desk.notices import to_file
from servicecore.policies import notices_of
from servicecore.storage import Receipt, open_log
from tests.moments import NINE

from . import children
from .children import child
from .commands import LATER, Command, openings, stories, undisturbed
from .invariants import check
from .places import Place

MODEL = "ticket_facts"


def a_writer(place: Place, luck: Random) -> int:
    """A writer is killed after some of his commands; another sends what was not acknowledged."""
    commands, receipts = stories(luck, tickets=8), dict[str, Receipt]()
    for _ in range(luck.randint(2, 5)):
        _write_until_killed(place, luck, commands, receipts)
    with child(children.write, place.url, _left(commands, receipts)) as last:
        receipts |= dict(last.rest())
    with ServiceDesk.open(place.url, clock=lambda: NINE) as desk:
        check(desk, expected=undisturbed(commands), commands=commands, receipts=receipts)
    return len(commands)


def _write_until_killed(
    place: Place, luck: Random, commands: Sequence[Command], receipts: dict[str, Receipt]
) -> None:
    left = _left(commands, receipts)
    with child(children.write, place.url, left) as writer:
        receipts |= dict(writer.hear(luck.randint(0, len(left))))
        receipts |= dict(writer.kill(luck))


def _left(commands: Sequence[Command], receipts: dict[str, Receipt]) -> list[Command]:
    return [command for command in commands if command.id not in receipts]


def a_worker(place: Place, luck: Random) -> int:
    """Workers are killed while requests come in and deadlines pass; each notice goes out."""
    commands, told = openings(luck, tickets=5), place.folder / "notices"
    with ServiceDesk.open(place.url, react="worker", clock=lambda: LATER) as desk:
        desk.notices.register("file", to_file(told))
        left = list(commands)
        for _ in range(luck.randint(3, 6)):
            with child(children.work, place.url, str(told)) as worker:
                list(worker.hear(luck.randint(0, 1)))
                for _ in range(luck.randint(0, min(2, len(left)))):
                    left.pop(0).insist(desk)
                list(worker.hear(luck.randint(0, 4)))
                worker.kill(luck, within=luck.choice((0.01, 0.05, 0.25)))
        for command in left:
            command.insist(desk)
        check(desk, expected=undisturbed(commands, upto=LATER), commands=commands)
        desk.notices.deliver()
        sent = [msgspec.json.decode(line)["key"] for line in told.read_bytes().splitlines()]
        assert list(dict.fromkeys(sent)) == [
            notice.key for recorded in desk.log.since(0) for notice in notices_of(recorded)
        ]
    return len(commands)


def a_rebuild(place: Place, luck: Random) -> int:
    """A rebuild is killed, the old rows answer all the while, and another goes on with it."""
    commands = stories(luck, tickets=20)
    with ServiceDesk.open(place.url, clock=lambda: NINE) as desk:
        for command in commands:
            command.carry_out(desk)
        rows = list(desk._office.rows(MODEL).scan())
    for _ in range(luck.randint(2, 5)):
        with child(children.rebuild, place.url, MODEL, resume=luck.random() < 0.8) as builder:
            list(builder.hear(1 + luck.randint(0, 2)))
            builder.kill(luck, within=luck.choice((0.01, 0.05, 0.2)))
        with open_log(place.url) as log:  # It catches up with nothing before it answers.
            assert list(log.tables.read(MODEL).scan()) == rows
    with ServiceDesk.open(place.url, clock=lambda: NINE) as desk:
        desk.projects.rebuild(MODEL, resume=True)
        check(desk, expected=undisturbed(commands), commands=commands)
    return len(commands)
