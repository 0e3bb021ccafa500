"""What it costs to seal what is personal in an event, and to open it again.

Run with ``python benchmarks/privacy.py``.  Each is told beside the same without a
key store, over tickets as they are opened, with the keys of the customers at hand.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import datetime, timezone
from tempfile import TemporaryDirectory
from time import perf_counter

# benchmarks/calendar.py must not be taken for the standard library's.
sys.path[:] = [each for each in sys.path if not each.endswith("benchmarks")]

from servicecore.domain.events import Provenance  # noqa: E402
from servicecore.domain.ticket import TicketOpened  # noqa: E402
from servicecore.storage import Change, EventLog, open_keys, open_log  # noqa: E402

Row = tuple[str, float, str, float, float]  #: What, our µs, the peer, its µs, how many times.

MONDAY = datetime(2026, 1, 5, 9, tzinfo=timezone.utc)
LIN = Provenance(actor="Lin")
CUSTOMERS, TURNS, ROUNDS = 100, 200, 7


def measure() -> list[Row]:
    with TemporaryDirectory() as folder:
        keys = open_keys(f"sqlite:///{folder}/keys.db", master=os.urandom(32))
        with open_log("memory:", keys=keys) as sealed, open_log("memory:") as plain:
            return [_sealing(sealed, plain), _opening(sealed, plain)]


def _sealing(sealed: EventLog, plain: EventLog) -> Row:
    changes = [[Change(f"ticket/T-{n}", [_opened(n)], after=0)] for n in range(CUSTOMERS)]
    ours = _each(lambda: [sealed.sealing.encode(each) for each in changes])  # type: ignore[union-attr]
    theirs = _each(lambda: [plain.codec.encode(each[0].events) for each in changes])
    return "seal an event", ours - theirs, "write it in clear", theirs, theirs / (ours - theirs)


def _opening(sealed: EventLog, plain: EventLog) -> Row:
    for log in (sealed, plain):
        for n in range(CUSTOMERS):
            log.append(Change(f"ticket/T-{n}", [_opened(n)], after=0), provenance=LIN)
    hidden, clear = list(sealed.rows_since(0)), list(plain.rows_since(0))
    ours = _each(lambda: [sealed.opened(row) for row in hidden])
    theirs = _each(lambda: [plain.opened(row) for row in clear])
    return "open an event", ours - theirs, "read it in clear", theirs, theirs / (ours - theirs)


def _each(work: Callable[[], object]) -> float:
    """Return the µs for one of the events, in the best of several rounds."""
    work()
    best = float("inf")
    for _ in range(ROUNDS):
        began = perf_counter()
        for _ in range(TURNS // ROUNDS):
            work()
        best = min(best, (perf_counter() - began) / (TURNS // ROUNDS) / CUSTOMERS)
    return best * 1e6


def _opened(n: int) -> TicketOpened:
    return TicketOpened(
        ticket_id=f"T-{n}",
        customer_id=f"C-{n}",
        channel="telephone",
        product="pump",
        model="P-200",
        fault="it leaks where the pipe comes in",
        contact="Ms Lin, extension 12",
        standard="operations_manual_2025@1",
        calendar="china_office@1",
        at=MONDAY,
    )


if __name__ == "__main__":
    for what, ours, peer, theirs, _ in measure():
        print(f"{what}: {ours:.1f} µs more than to {peer} ({theirs:.1f} µs)")
