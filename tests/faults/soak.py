"""A long shift: many commands through several processes, while a worker keeps up.

``python -m tests.faults.soak --commands 1000000 --on PostgreSQL`` tells at the end
whether memory stayed flat, whether the worker caught up, and whether the whole
log is as it should be.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from datetime import datetime, timezone
from math import inf
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Event, Thread
from time import monotonic, sleep

import attrs

from servicecore import ServiceDesk
from servicecore.cli.worker import worker_of
from tests.moments import MINUTE, NINE, REQUEST
from tests.postgresql import CARELESS, Cluster

from .children import Child, child
from .commands import SAID, Command
from .invariants import each_once, in_order
from .night import machine
from .places import POSTGRESQL, SQLITE, a_place

PROCESSES = 4
PER_TICKET = 1 + len(SAID)
SAMPLES = 10  # Looks at the memory of each process that are told afterwards.
WORDS = 100  # Times that each speaks: often enough for nobody to think that it hangs.
MEGABYTE = 2**20


@attrs.frozen(kw_only=True)
class Soak:
    """What came of it."""

    kind: str
    commands: int
    events: int
    seconds_writing: float
    seconds_behind: float
    memory: dict[str, list[int]]  #: In bytes, from the beginning to the end.

    @property
    def grown(self) -> dict[str, int]:
        """By how many megabytes each process has grown in the second half of its work."""
        return {
            who: (sizes[-1] - sizes[len(sizes) // 2]) // MEGABYTE
            for who, sizes in self.memory.items()
        }

    @property
    def megabytes(self) -> dict[str, list[int]]:
        """What each process took at SAMPLES moments or so, from the beginning to the end."""
        return {
            who: [size // MEGABYTE for size in sizes[:: max(1, len(sizes) // SAMPLES)]]
            for who, sizes in self.memory.items()
        }

    def told(self) -> str:
        """Return it as a row of a table."""
        sizes = ", ".join(
            f"{who} {sizes[len(sizes) // 2] // MEGABYTE} to {sizes[-1] // MEGABYTE}"
            for who, sizes in self.memory.items()
        )
        speed = self.commands / self.seconds_writing
        return (
            f"| {self.kind} | {self.commands:,} | {self.events:,} | {speed:,.0f} "
            f"| {self.seconds_behind:,.0f} s | {sizes} |"
        )


def soak(kind: str, commands: int, cluster: Cluster | None = None, *, seconds: float = inf) -> Soak:
    """Send *commands* through four processes, and check the whole log afterwards.

    After so many *seconds*, they send no more.
    """
    with a_place(kind, cluster) as place, ExitStack() as stack:
        start = monotonic()
        worker = _Heard(stack.enter_context(child(work, place.url)))
        writers = [
            stack.enter_context(child(write, place.url, n, commands // PROCESSES, seconds))
            for n in range(PROCESSES)
        ]
        told = {f"writer {n}": writer.rest() for n, writer in enumerate(writers, start=1)}
        written = monotonic()
        assert all(told.values()), "a writer died, and said nothing"
        sent = [each[-1][0] for each in told.values()]
        with ServiceDesk.open(place.url, react="worker", clock=lambda: NINE) as desk:
            worker.wait_until_caught_up_with(desk)
            behind = monotonic() - written
            stack.close()
            events = _check(desk, sent)
    memory = {who: [size for _, size in samples] for who, samples in told.items()}
    return Soak(
        kind=kind,
        commands=sum(sent),
        events=events,
        seconds_writing=written - start,
        seconds_behind=behind,
        memory=memory | {"worker": worker.memory},
    )


def write(say: Connection, url: str, me: int, commands: int, seconds: float) -> None:
    """Carry out *commands*, and say now and then how many, and how much memory that takes."""
    until, sent = monotonic() + seconds, 0
    with ServiceDesk.open(url, react="worker", clock=lambda: NINE) as desk:
        while sent < commands and monotonic() < until:
            if sent % (commands // WORDS or 1) == 0:
                say.send((sent, _memory()))
            _command(me, *divmod(sent, PER_TICKET)).insist(desk)
            sent += 1
        say.send((sent, _memory()))


def work(say: Connection, url: str) -> None:
    """Work until somebody ends it; say after each round how far it is, and how much that takes."""
    with ServiceDesk.open(url, react="worker", clock=lambda: NINE) as desk:

        def tell() -> None:
            head = desk.log.head()  # First, for who is not behind now has come so far at least.
            behind = max(each.events_behind for each in desk.projects.status())
            say.send((head, behind, _memory()))

        worker = worker_of(desk, lease=None)
        worker.jobs = [*worker.jobs, tell]
        worker.run(Event())


def _command(me: int, n: int, turn: int) -> Command:
    ticket = f"T-{me}-{n}"
    if turn == 0:
        facts = {**REQUEST, "priority": "ABC"[n % 3]}
        return Command(id=f"{ticket}-0", ticket_id=ticket, verb="open", facts=facts)
    verb, facts = SAID[turn - 1]
    at = NINE + turn * MINUTE
    return Command(id=f"{ticket}-{turn}", ticket_id=ticket, verb=verb, facts=facts, at=at)


def _memory() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


class _Heard:
    """A worker to whom somebody listens all the time, for else he would have to wait for that."""

    def __init__(self, worker: Child) -> None:
        self.memory: list[int] = []
        self._head, self._behind = 0, 1
        Thread(target=self._hear, args=(worker,), daemon=True).start()

    def wait_until_caught_up_with(self, desk: ServiceDesk) -> None:
        """Wait until nothing is left for the worker to do."""
        while (self._head, self._behind) != (desk.log.head(), 0):
            sleep(0.1)

    def _hear(self, worker: Child) -> None:
        with suppress(OSError):  # He was told to stop.
            for self._head, self._behind, size in worker.hear(sys.maxsize, patience=None):
                self.memory.append(size)


def _check(desk: ServiceDesk, sent: Sequence[int]) -> int:
    """See to it that the whole log is as it should be, and return how many events it has."""
    in_order(desk.log.rows_since(0))
    told = len(each_once(desk.log.since(0)))
    assert told == sum(sent), f"of {sum(sent)} commands, {told} are on record"
    courses = Counter[tuple[str, ...]]()
    for subject in desk.log.subjects("ticket"):
        history = desk.log.history(subject)
        courses[tuple(sorted(type(each.event).__name__ for each in history))] += 1
    [(_, whole)] = courses.most_common(1)
    assert whole == sum(each // PER_TICKET for each in sent), courses
    assert not [each for each in desk.projects.status() if each.dead_letters]
    rows = sum(1 for _ in desk._office.rows("ticket_facts").scan())
    assert rows == sum(courses.values())
    return desk.log.head()


def _soaks(kinds: list[str], commands: int, seconds: float) -> Iterator[Soak]:
    for kind in kinds:
        if kind == SQLITE:
            yield soak(kind, commands, seconds=seconds)
            continue
        cluster = Cluster(*CARELESS)
        try:
            yield soak(kind, commands, cluster, seconds=seconds)
        finally:
            cluster.remove()


_PAGE = """# A long shift

Four processes send commands as fast as they can, while a worker keeps policies, deadlines and read models going; afterwards the whole log is checked.
Each line was added by the program that did it, `python -m tests.faults.soak --commands N --write docs/reference/soak.md`; `make nightly` sends a million.

| storage | commands | events | commands a second | the worker caught up after | megabytes, from the middle to the end | when, on what |
| --- | ---: | ---: | ---: | ---: | --- | --- |
"""  # noqa: E501


def main() -> int:
    """Let it soak, and tell how it was."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--commands", type=int, default=1_000_000)
    parser.add_argument("--minutes", type=float, default=inf, help="then they send no more")
    parser.add_argument("--on", choices=(SQLITE, POSTGRESQL), help="only there")
    parser.add_argument("--write", type=Path, metavar="FILE", help="add a line to this page")
    args = parser.parse_args()
    logging.disable(logging.ERROR)
    here = f"{datetime.now(timezone.utc):%Y-%m-%d %H:%M} UTC, {machine()}"
    kinds = [args.on] if args.on else [SQLITE, POSTGRESQL]
    for each in _soaks(kinds, args.commands, 60 * args.minutes):
        line = f"{each.told()} {here} |\n"
        sys.stdout.write(f"{line}grown by megabytes: {each.grown}\nmegabytes: {each.megabytes}\n")
        if args.write:
            page = args.write.read_text(encoding="utf-8") if args.write.exists() else _PAGE
            args.write.write_text(page + line, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
