"""The server goes while people write and somebody follows the log, or only their connections do."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from random import Random
from time import sleep

import psycopg

from servicecore import ServiceDesk
from servicecore.storage import Receipt
from tests.waiting import until

from .commands import Command, stories, undisturbed, unsteady
from .following import followed
from .invariants import check
from .places import Place

WRITERS = 3
_OURS = "FROM pg_stat_activity WHERE application_name = 'servicecore' AND pid <> pg_backend_pid()"


def killed(place: Place, luck: Random) -> int:
    """The server stops as if its plug was pulled, or one of its processes is killed."""

    def strike(_: Sequence[Command]) -> None:
        if luck.random() < 0.5:
            place.server.stop("immediate")
            place.server.start()
            return
        with place.server.connect() as connection:
            found = connection.execute(f"SELECT pid {_OURS}").fetchall()
            if found:  # The server ends all others, us too, and recovers by itself.
                os.kill(luck.choice(found)[0], signal.SIGKILL)
                until(lambda: not _answers(connection))
                until(lambda: _can_be_reached(place))

    return _meanwhile(place, luck, strike, times=luck.randint(1, 2))


def _answers(connection: psycopg.Connection) -> bool:
    with suppress(psycopg.OperationalError):
        connection.execute("SELECT 1")
        return True
    return False


def _can_be_reached(place: Place) -> bool:
    with suppress(psycopg.OperationalError):
        place.server.connect().close()
        return True
    return False


def connections_cut(place: Place, luck: Random) -> int:
    """Some connections are cut, now and again; also of those who listen for what is new."""

    def strike(_: Sequence[Command]) -> None:
        with place.server.connect() as connection:
            for (pid,) in connection.execute(f"SELECT pid {_OURS}").fetchall():
                if luck.random() < 0.7:
                    connection.execute("SELECT pg_terminate_backend(%s)", (pid,))

    return _meanwhile(place, luck, strike, times=luck.randint(2, 6))


def _meanwhile(
    place: Place, luck: Random, strike: Callable[[Sequence[Command]], None], *, times: int
) -> int:
    """Let people write, and somebody follow the log, and *strike* in between."""
    commands = stories(luck, tickets=9)
    with (
        ServiceDesk.open(place.url, clock=unsteady) as desk,
        followed(desk),
        ThreadPoolExecutor(WRITERS) as pool,
    ):
        writing = [pool.submit(_write, desk, each) for each in _shared_out(commands)]
        for _ in range(times):
            sleep(luck.random() * 0.05)
            strike(commands)
        receipts = {name: told for each in writing for name, told in each.result().items()}
        check(desk, expected=undisturbed(commands), commands=commands, receipts=receipts)
    return len(commands)


def _shared_out(commands: Sequence[Command]) -> list[list[Command]]:
    """Return what each writer has to tell: all of one ticket is told by one."""
    parts: list[list[Command]] = [[] for _ in range(WRITERS)]
    for command in commands:
        parts[int(command.ticket_id.partition("-")[2]) % WRITERS].append(command)
    return parts


def _write(desk: ServiceDesk, commands: Sequence[Command]) -> dict[str, Receipt]:
    return {command.id: command.insist(desk) for command in commands}
