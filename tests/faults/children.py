"""Processes that somebody will kill: they tell what they have done, as soon as it is done.

They are forked off a process that has everything in its memory already, and no
connection; so a thousand of them start in the time of a few.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from random import Random
from threading import Event
from time import sleep
from typing import Any

import attrs

import servicecore.storage.postgres  # noqa: F401  # Whoever is forked has it already.
from servicecore import ServiceDesk
from servicecore.cli.worker import worker_of
from servicecore.desk.notices import to_file
from servicecore.storage import portions
from servicecore.worker import Job
from tests.moments import NINE

from .commands import LATER, Command, unsteady

ServiceDesk.open("memory:").close()  # So that whoever is forked has read the standards.

_FORKS = get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.faults.faults"])  # And with it all that it needs.

PATIENCE = 600  # Seconds without a word, after which something hangs.


@attrs.define
class Child:
    """A process of ours, and what it says."""

    _process: Any
    _told: Connection

    def hear(self, words: int, *, patience: float | None = PATIENCE) -> Iterator[Any]:
        """Yield the next *words* that it says, or fewer if it has no more to say."""
        with suppress(EOFError):
            for _ in range(words):
                assert self._told.poll(patience), "a process says nothing any more"
                yield self._told.recv()

    def rest(self) -> list[Any]:
        """Return what else it says until it ends."""
        return list(self.hear(1_000_000))

    def kill(self, luck: Random, *, within: float = 0.005) -> list[Any]:
        """Kill it a moment from now, and return what it had said by then."""
        sleep(luck.random() * within)
        self._process.kill()
        told = self.rest()
        self._process.join()
        return told


@contextmanager
def child(work: Callable[..., None], *args: Any, **more: Any) -> Iterator[Child]:
    """Let a process of its own do *work*; the first argument of that is how it speaks."""
    ours, theirs = _FORKS.Pipe(duplex=False)
    process = _FORKS.Process(target=work, args=(theirs, *args), kwargs=more, daemon=True)
    process.start()
    theirs.close()
    try:
        yield Child(process, ours)
    finally:
        process.kill()
        process.join()
        ours.close()


# --- What they do ----------------------------------------------------------------------


def write(say: Connection, url: str, commands: list[Command]) -> None:
    """Carry out *commands*, and say the receipt of each."""
    with ServiceDesk.open(url, clock=unsteady) as desk:
        for command in commands:
            say.send((command.id, command.insist(desk)))


def work(say: Connection, url: str, path: str) -> None:
    """Work for the desk beside whoever else does, when everything is overdue; say each step."""
    with ServiceDesk.open(url, react="worker", clock=lambda: LATER) as desk:
        desk.notices.register("file", to_file(path))
        worker = worker_of(desk, lease=None)
        worker.jobs = [partial(_told, say, job) for job in worker.jobs]
        say.send("ready")
        worker.run(Event())


def _told(say: Connection, job: Job) -> None:
    say.send("about to")
    job()


def tick(say: Connection, url: str, times: int) -> None:
    """Ask what is overdue, time and again."""
    with ServiceDesk.open(url, react="worker", clock=lambda: LATER) as desk:
        for _ in range(times):
            say.send(len(desk.run_due()))


def rebuild(say: Connection, url: str, name: str, *, resume: bool) -> None:
    """Build a read model anew, and say how far it is."""
    portions.PORTION = 10  # So that there are several, of which some may be done.
    with ServiceDesk.open(url, clock=lambda: NINE) as desk:
        say.send("ready")
        desk.projects.rebuild(name, resume=resume, progress=lambda done, _: say.send(done))
        say.send("done")
