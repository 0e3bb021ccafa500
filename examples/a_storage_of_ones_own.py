"""A storage of one's own: the log as a text file, one line of JSON for each transaction.

Run it with ``python examples/a_storage_of_ones_own.py``.  A package makes it known
under a scheme of its own, and ``servicecore --url journal:///service.jsonl …``
and ``ServiceDesk.open("journal:///service.jsonl")`` find it::

    [project.entry-points."servicecore.storage"]
    journal = "my_package:open_journal"

It reads the whole file when it is opened, and serves one program at a time; in
return it needs no database, and anybody can read it.  It passes the suites of
``servicecore.testing.conformance``, as every storage has to.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from pathlib import Path
from urllib.parse import SplitResult, unquote

from servicecore import ServiceDesk
from servicecore.storage import UnknownStorageError, open_log
from servicecore.storage.memory import MemoryStorage
from servicecore.storage.protocol import NewRow, StoredCommand, Tracking


class JournalStorage(MemoryStorage):
    """Memory that writes down what it keeps, and remembers it when it is opened again."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        path.touch()
        whole = self._remember(path.read_bytes())
        os.truncate(path, whole)  # Half a line is an append that nobody was told of.
        self._file = path.open("ab", buffering=0)

    def insert(
        self,
        rows: Sequence[NewRow],
        *,
        command: StoredCommand | None = None,
        tracking: Tracking | None = None,
    ) -> int:
        """Keep all of it or nothing; a line that has reached the disk is kept."""
        position = super().insert(rows, command=command, tracking=tracking)
        told = [(*row[:4], row[4].decode(errors="surrogateescape")) for row in rows]
        outcome = command and (command.id, command.outcome.decode())
        self._file.write(json.dumps([told, outcome, tracking]).encode() + b"\n")
        os.fsync(self._file.fileno())
        return position

    def _remember(self, journal: bytes) -> int:
        """Do again what is written down, and return how many bytes of it are whole lines."""
        whole = journal.rfind(b"\n") + 1
        for line in journal[:whole].splitlines():
            told, outcome, tracking = json.loads(line)
            super().insert(
                [(*row[:4], row[4].encode(errors="surrogateescape")) for row in told],
                command=outcome and StoredCommand(outcome[0], outcome[1].encode()),
                tracking=tracking and Tracking(*tracking),
            )
        return whole

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def open_journal(url: SplitResult, options: Mapping[str, str]) -> JournalStorage:
    """Open the journal that a URL such as ``journal:///service.jsonl`` names."""
    if url.netloc or not url.path.strip("/") or options:
        msg = f"a journal is called like 'journal:///service.jsonl', not {url.geturl()!r}"
        raise UnknownStorageError(msg)
    return JournalStorage(Path(unquote(url.path)[1:]))


if __name__ == "__main__":
    from importlib.metadata import EntryPoint

    from servicecore.storage import urls

    # A package that is installed need not do this.
    here = EntryPoint("journal", f"{__name__}:open_journal", urls.ENTRY_POINTS)
    urls.entry_points = lambda **_: [here]  # type: ignore[assignment]

    monday_nine = datetime(2025, 3, 3, 9, tzinfo=timezone.utc)
    request = {"product": "pump", "model": "P-200", "fault": "it leaks", "contact": "Ms Lin"}
    with tempfile.TemporaryDirectory() as folder:
        url = f"journal:///{folder}/service.jsonl"
        with ServiceDesk.open(url) as desk:
            desk.tickets.open("T-1", customer_id="Acme", at=monday_nine, **request)
        with open_log(url) as log:
            for recorded in log.since(0):
                print(recorded.position, recorded.id, type(recorded.event).__name__)
