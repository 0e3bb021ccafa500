"""Many do the same at once: look at the same deadlines, write to one ticket, send all twice."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from random import Random
from time import monotonic, sleep

import attrs

from servicecore import RefusedError, ServiceDesk
from servicecore.storage import Receipt
from tests.moments import NINE, REQUEST

from . import children
from .children import child
from .commands import LATER, Command, course, openings, stories, undisturbed, unsteady
from .following import followed
from .invariants import check
from .places import Place

TICKERS, WORKERS, WRITERS = 2, 4, 8


def on_the_same_deadlines(place: Place, luck: Random) -> int:
    """Two tickers and four workers look at the same deadlines while requests come in."""
    commands = openings(luck, tickets=4)
    expected = undisturbed(commands, upto=LATER)
    with (
        ServiceDesk.open(place.url, react="worker", clock=lambda: LATER) as desk,
        ExitStack() as stack,
    ):
        before = luck.randint(0, len(commands))
        for command in commands[:before]:
            command.insist(desk)
        told = str(place.folder / "notices")
        for each in range(WORKERS):
            stack.enter_context(child(children.work, place.url, f"{told}{each}"))
        tickers = [stack.enter_context(child(children.tick, place.url, 10)) for _ in range(TICKERS)]
        for command in commands[before:]:
            command.insist(desk)
        for each in tickers:
            assert len(each.rest()) == 10
        patience = monotonic() + 180
        while (found := course(desk.log.since(0))) != expected and monotonic() < patience:
            sleep(0.05)
        assert found == expected  # Nobody but the workers and the tickers has fired anything.
        stack.close()
        check(desk, expected=expected, commands=commands)
    return len(commands)


def on_one_ticket(place: Place, luck: Random) -> int:
    """Eight writers add to the history of one ticket; none of them is lost or told twice."""
    first = Command(id="c-0", ticket_id="T-0", verb="open", facts={**REQUEST, "priority": "A"})
    notes = [
        [_note(f"{writer}-{n}") for n in range(luck.randint(2, 5))] for writer in range(WRITERS)
    ]
    receipts: dict[str, Receipt] = {}
    with (
        ServiceDesk.open(place.url, clock=lambda: NINE) as desk,
        followed(desk),
        ExitStack() as stack,
    ):
        receipts[first.id] = first.carry_out(desk)
        writers = [stack.enter_context(child(children.write, place.url, each)) for each in notes]
        for each in writers:
            receipts |= dict(each.rest())
        commands = [first, *(note for each in notes for note in each)]
        assert receipts.keys() == {command.id for command in commands}
        told = sorted(commands, key=lambda command: receipts[command.id].position)
        check(desk, expected=undisturbed(told), commands=commands, receipts=receipts)
        texts = [getattr(each.event, "text", "") for each in desk.log.history("ticket/T-0")]
        for each in notes:  # Everybody finds his own in the order in which he told them.
            own = [note.facts["text"] for note in each]
            assert [text for text in texts if text in own] == own
    return len(commands)


def _note(name: str) -> Command:
    return Command(id=name, ticket_id="T-0", verb="note", facts={"by": "Lin", "text": name})


def on_a_new_log(place: Place, luck: Random) -> int:
    """Eight writers open a log that nobody has opened before; each tells his own stories."""
    stories_told = [_renamed(stories(luck, tickets=2), writer) for writer in range(WRITERS)]
    receipts: dict[str, Receipt] = {}
    with ExitStack() as stack:
        own = [stack.enter_context(child(children.write, place.url, each)) for each in stories_told]
        for each in own:
            receipts |= dict(each.rest())
    commands = [command for each in stories_told for command in each]
    with ServiceDesk.open(place.url, clock=lambda: NINE) as desk:
        assert receipts.keys() == {command.id for command in commands}
        check(desk, expected=undisturbed(commands), commands=commands, receipts=receipts)
    return len(commands)


def _renamed(commands: Sequence[Command], writer: int) -> list[Command]:
    return [
        attrs.evolve(each, id=f"{writer}-{each.id}", ticket_id=f"{writer}-{each.ticket_id}")
        for each in commands
    ]


def doubled_and_reordered(place: Place, luck: Random) -> int:
    """Every command comes several times, in any order; what is accepted happened once."""
    commands = stories(luck, tickets=5)
    sent = commands * luck.randint(2, 3)
    luck.shuffle(sent)
    receipts: dict[str, list[Receipt]] = {}
    with ServiceDesk.open(place.url, clock=unsteady) as desk:
        with ThreadPoolExecutor(3) as pool:
            for command, receipt in pool.map(lambda each: (each, _tried(desk, each)), sent):
                if receipt:
                    receipts.setdefault(command.id, []).append(receipt)
        for each in receipts.values():
            assert sum(not receipt.repeated for receipt in each) == 1
            assert len({(receipt.position, receipt.recorded_at) for receipt in each}) == 1
        accepted = _in_the_order_of_the_log(commands, receipts)
        check(
            desk,
            expected=undisturbed(accepted),
            commands=accepted,
            receipts={name: each[0] for name, each in receipts.items()},
        )
    return len(sent)


def _tried(desk: ServiceDesk, command: Command) -> Receipt | None:
    try:
        return command.insist(desk)
    except (RefusedError, LookupError):
        return None


def _in_the_order_of_the_log(
    commands: Sequence[Command], receipts: dict[str, list[Receipt]]
) -> list[Command]:
    accepted = [command for command in commands if command.id in receipts]
    return sorted(accepted, key=lambda command: receipts[command.id][0].position)
