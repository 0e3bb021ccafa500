"""How much memory it takes to rebuild, follow, seal, verify, export and check a log of any length.

Run with ``python -m benchmarks.memory [EVENTS …]``; a hundred thousand and a million, by
default.  Ten million take 8 GB of the disk (of the folder in TMPDIR) and half an hour.
Each work is done by a process of its own, which tells the most that it ever held, as Linux
counts it.
"""

from __future__ import annotations

import subprocess
import sys
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import attrs

# benchmarks/calendar.py must not be taken for the standard library's.
sys.path[:] = [each for each in sys.path if not each.endswith("benchmarks")]

from benchmarks.long_logs import lengthen, lived_through  # noqa: E402
from servicecore import ServiceDesk  # noqa: E402
from servicecore.audit.keys import Signer  # noqa: E402
from servicecore.audit.sealer import Sealer  # noqa: E402
from servicecore.audit.verifying import verify  # noqa: E402
from servicecore.exchange.exports.parquet import export_parquet  # noqa: E402
from servicecore.projections.ticket_facts import FACTS  # noqa: E402
from servicecore.storage import Follower  # noqa: E402
from servicecore.storage.tables import Commit  # noqa: E402

SIZES = 100_000, 1_000_000
TICKETS = 150
NEW = 50_000  #: So many events a live read model takes in.
LIVE = 99  #: A version of its own.


def main(sizes: Sequence[int]) -> None:
    """Let a log grow, and tell what each work on it takes."""
    print(f"{'events':>12}", *(f"{name:>12}" for name in WORKS), "MB", flush=True)
    with TemporaryDirectory() as folder:
        file, key = Path(folder) / "service.db", Path(folder) / "key"
        key.write_text(Signer.generate("memory.example").to_text(), encoding="utf-8")
        with ServiceDesk.open(_url(file), react="worker") as desk:
            lived_through(desk, tickets=TICKETS)
            first = desk.log.head()
        for events in sizes:
            lengthen(file, first=first, events=events)
            print(f"{events:>12,}", end="", flush=True)
            for name in WORKS:
                print(f"{_megabytes(name, folder):>13}", end="", flush=True)
            print(flush=True)


def _megabytes(name: str, folder: str) -> str:
    work = [sys.executable, "-m", "benchmarks.memory", name, folder]
    told = subprocess.run(work, capture_output=True, text=True, check=True)  # noqa: S603  # ours
    return told.stdout.strip()


def _url(file: Path) -> str:
    return f"sqlite:///{file}?synchronous=off"


# --- Works -------------------------------------------------------------------------


def rebuild(desk: ServiceDesk, _: Path) -> None:
    desk.projects.rebuild("ticket_facts")


def follow(desk: ServiceDesk, _: Path) -> None:
    """Take in what is new, beside a read model that has all the rest."""
    tables, before = desk.log.tables, max(0, desk.log.head() - NEW)
    tables.drop(FACTS.name, LIVE)
    tables.apply(Commit(name=FACTS.name, version=LIVE, after=0, upto=before))
    Follower(desk.log, FACTS.name, FACTS.observe, version=LIVE, topics=FACTS.topics).catch_up()


def seal(desk: ServiceDesk, folder: Path) -> None:
    Sealer(desk.log, _key(folder)).seal()


def verified(desk: ServiceDesk, folder: Path) -> None:
    assert verify(desk.log, _key(folder).verifier).holds


def export(desk: ServiceDesk, folder: Path) -> None:
    with TemporaryDirectory(dir=folder) as there:
        export_parquet(desk.log, there)


def check(desk: ServiceDesk, _: Path) -> None:
    """Look at ten thousand records, and count all of them before."""
    tickets = desk.projects.check(progress=_Enough(10_000))
    with suppress(_EnoughError):
        deque(tickets, maxlen=0)


class _EnoughError(Exception):
    """That will do."""


@attrs.frozen
class _Enough:
    records: int

    def __call__(self, done: int, _: int) -> None:
        if done == self.records:
            raise _EnoughError


def _key(folder: Path) -> Signer:
    return Signer.parse((folder / "key").read_text(encoding="utf-8"))


Work = Callable[[ServiceDesk, Path], None]
WORKS: Mapping[str, Work] = {
    "rebuild": rebuild,
    "follow": follow,
    "export": export,
    "check": check,
    "seal": seal,
    "verify": verified,
}


def _do(work: Work, folder: Path) -> None:
    with ServiceDesk.open(_url(folder / "service.db"), react="worker") as desk:
        work(desk, folder)
    told = Path("/proc/self/status").read_text(encoding="utf-8")
    # What getrusage tells begins with what the process that started this one held.
    print(int(told.partition("VmHWM:")[2].split()[0]) // 1024)


if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1] in WORKS:
        _do(WORKS[sys.argv[1]], Path(sys.argv[2]))
    else:
        main([int(each) for each in sys.argv[1:]] or SIZES)
