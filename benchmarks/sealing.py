"""How fast a log is sealed, proved and verified.

Run with ``python benchmarks/sealing.py [EVENTS]``; a million, by default.  The
events lie in SQLite, of some 470 bytes each.  Verifying is told beside reading the same
rows and doing nothing with them, sealing beside hashing them and nothing else.
Writing, an event a commit that waits for the disk, is told with ``audit watch`` at
work in another process beside the same without it, turn by turn.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from signal import SIGCONT, SIGSTOP
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, sleep

# benchmarks/calendar.py must not be taken for the standard library's.
sys.path[:] = [each for each in sys.path if not each.endswith("benchmarks")]

from servicecore.audit.bundle import make_bundle  # noqa: E402
from servicecore.audit.keys import Signer  # noqa: E402
from servicecore.audit.leaves import leaf_of  # noqa: E402
from servicecore.audit.merkle import root, verify_inclusion  # noqa: E402
from servicecore.audit.sealer import Sealer  # noqa: E402
from servicecore.audit.seals import Seals  # noqa: E402
from servicecore.audit.verifying import verify  # noqa: E402
from servicecore.domain.events import Catalogue, Provenance, event  # noqa: E402
from servicecore.domain.moments import instant  # noqa: E402
from servicecore.storage import Change, EventLog, open_log  # noqa: E402

Row = tuple[str, float, str, float, float]  #: What, our µs, the peer, its µs, how many times.

EVENTS = 1_000_000
IN_ALL = 100_000  #: For the table of every benchmark.
PER_STREAM = 20
TURNS = 200
WRITING_TURNS, WRITTEN = 9, 1500
NINE, HOUR = datetime(2025, 3, 3, 9, tzinfo=timezone.utc), timedelta(hours=1)
KEY = Signer(name="service.example/log", seed=b"\x07" * 32)
LIN = Provenance(actor="Lin", role="agent", correlation_id="ticket/T-1#1", rule="om2025:2.2b")
CATALOGUE = Catalogue()


@event("ticket.noted", catalogue=CATALOGUE)
class Noted:
    by: str
    text: str
    at: datetime = instant()


def measure(events: int = IN_ALL) -> list[Row]:
    """Return every comparison, for a log of so many events."""
    with (
        TemporaryDirectory(dir=Path.cwd()) as folder,
        open_log(f"sqlite:///{folder}/log.db?synchronous=off", catalogue=CATALOGUE) as log,
    ):
        _fill(log, events)
        return [*_measured(log, events), _writing(f"sqlite:///{folder}/written.db")]


def _measured(log: EventLog, events: int) -> list[Row]:
    reading = _timed(lambda: sum(1 for _ in log.rows_since(0)))
    hashing = _timed(lambda: root([leaf_of(row) for row in log.rows_since(0)]))
    sealing = _timed(lambda: Sealer(log, KEY).seal())
    verifying = _timed(lambda: verify(log, KEY.verifier))
    assert verify(log, KEY.verifier).holds
    sealed = Seals(log.tables).latest()
    tiles, chosen = Seals(log.tables).tiles(), random.Random(7)
    leaves = [leaf_of(row) for row in log.rows_since(0)]

    def prove() -> None:
        index = chosen.randrange(events)
        proof = tiles.inclusion_proof(index, events)
        verify_inclusion(leaves[index], index, events, proof, sealed.root)

    def bundle() -> None:
        subject = f"ticket/T-{chosen.randrange(events // PER_STREAM)}"
        make_bundle(log, [subject], KEY)

    proving, bundling = _median(prove), _median(bundle)
    return [
        _row("seal an event", sealing / events, "hash it", hashing / events),
        _row("verify an event", verifying / events, "read it", reading / events),
        _row(f"prove 1 of {events:,}", proving, "hash all of them", hashing),
        _row(f"bundle {PER_STREAM} of {events:,}", bundling, "prove so many", PER_STREAM * proving),
    ]


# --- Writing, with a sealer and without ----------------------------------------------


def _writing(url: str) -> Row:
    """Write by turns while the sealer is at work, and while it is held."""
    sealed, alone = [], []
    with open_log(url, catalogue=CATALOGUE) as log, _sealer(url) as sealer:
        for turn in range(WRITING_TURNS):
            sealed.append(_written(log, f"sealed-{turn}"))
            _until_sealed(log)  # It holds nothing that a writer would wait for.
            sealer.send_signal(SIGSTOP)
            alone.append(_written(log, f"alone-{turn}"))
            sealer.send_signal(SIGCONT)
            _until_sealed(log)
    return _row("write with a sealer on", median(sealed), "write alone", median(alone))


def _written(log: EventLog, name: str) -> float:
    """Return the seconds that one of the events takes."""
    noted = Noted(by="Lin", text="The pump does not start.", at=NINE)

    def write() -> None:
        for n in range(WRITTEN):
            log.append(Change(f"ticket/{name}-{n}", [noted], after=0), provenance=LIN)

    return _timed(write) / WRITTEN


@contextmanager
def _sealer(url: str) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "servicecore", "audit", "watch", "--url", url]
    environment = {**os.environ, "SERVICECORE_SIGNER_KEY": KEY.to_text()}
    with subprocess.Popen(  # noqa: S603 - it is our own
        command, env=environment, stdout=subprocess.DEVNULL
    ) as watching:
        try:
            yield watching
        finally:
            watching.terminate()


def _until_sealed(log: EventLog) -> None:
    seals = Seals(log.tables)
    while (latest := seals.latest()) is None or latest.size < log.head():
        sleep(0.05)


# --- A log to seal -------------------------------------------------------------------


def _fill(log: EventLog, events: int) -> None:
    text = "The pump does not start after the storm of last night. " * 4
    for start in range(0, events, 1000):
        changes = [
            Change(
                f"ticket/T-{number}",
                [
                    Noted(by="Lin", text=text, at=NINE + timedelta(hours=n))
                    for n in range(PER_STREAM)
                ],
                after=0,
            )
            for number in range(start // PER_STREAM, (start + 1000) // PER_STREAM)
        ]
        log.append(*changes, provenance=LIN)


def _timed(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


def _median(work: Callable[[], object]) -> float:
    return median(_timed(work) for _ in range(TURNS))


def _row(what: str, ours: float, peer: str, theirs: float) -> Row:
    return what, ours * 1e6, peer, theirs * 1e6, theirs / ours


if __name__ == "__main__":
    from benchmarks.run import table

    print(table(measure(int(sys.argv[1]) if len(sys.argv) > 1 else EVENTS)))
