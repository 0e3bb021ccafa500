"""What a log of so many events weighs, and what it takes to write, read, rebuild and prove it.

Run with ``python -m benchmarks.scale [EVENTS]``; ten thousand, by default.  Times are
those of the processor, for one event, so that they can be multiplied; a disk that
keeps its promises takes its own time for each commit.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

# benchmarks/calendar.py must not be taken for the standard library's.
sys.path[:] = [each for each in sys.path if not each.endswith("benchmarks")]

from servicecore import ServiceDesk  # noqa: E402
from servicecore.audit.keys import Signer  # noqa: E402
from servicecore.audit.sealer import Sealer  # noqa: E402
from servicecore.audit.verifying import verify  # noqa: E402
from servicecore.exchange.exports.parquet import export_parquet  # noqa: E402

NINE = datetime(2025, 1, 6, 1, tzinfo=timezone.utc)
HOUR = timedelta(hours=1)


def figures(events: int) -> Iterator[tuple[str, float, str]]:
    """Yield what was measured: what, how much of it for one event, and in which unit."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "service.db"
        with ServiceDesk.open(f"sqlite:///{file}?synchronous=off", react="worker") as desk:
            took = _timed(lambda: _fill(desk, events))
            held = desk.log.head()
            yield "events", held, ""
            yield "written by commands, with their promises", took / held, "µs"
            log = file.stat().st_size + file.with_name("service.db-wal").stat().st_size
            yield "on disk", log / held, "bytes"
            yield "read models caught up, all", _timed(desk.projects.catch_up) / held, "µs"
            rebuild = _timed(lambda: desk.projects.rebuild("ticket_facts"))
            yield "ticket facts rebuilt, one core", rebuild / held, "µs"
            asked = _timed(lambda: desk.reports.response_times(period="2025"))
            yield "response times asked", asked / held, "µs"
            key = Signer.generate("scale.example")
            yield "sealed", _timed(lambda: Sealer(desk.log, key).seal()) / held, "µs"
            yield "verified", _timed(lambda: verify(desk.log, key.verifier)) / held, "µs"
            there = Path(folder) / "events"
            yield (
                "exported to Parquet",
                _timed(lambda: export_parquet(desk.log, there)) / held,
                "µs",
            )
            files = sum(each.stat().st_size for each in there.rglob("*.parquet"))
            yield "in Parquet", files / held, "bytes"


def _fill(desk: ServiceDesk, events: int) -> None:
    for n in range(events // 5):
        number, at = f"T-{n}", NINE + n * HOUR / 10
        desk.tickets.open(
            number,
            customer_id=f"C-{n % 500}",
            product="pump",
            model="P-200",
            fault="it leaks",
            contact="Ms Lin",
            priority="AB"[n % 2],
            at=at,
        )
        desk.tickets.answer(number, by="Lin", at=at + HOUR)
        desk.tickets.resolve(number, by="Lin", solution="a seal", at=at + 2 * HOUR)
        desk.tickets.confirm(number, at=at + 3 * HOUR)


def _timed(work: Callable[[], object]) -> float:
    """Return the µs of the processor that *work* took."""
    began = process_time()
    work()
    return (process_time() - began) * 1e6


if __name__ == "__main__":
    for what, value, unit in figures(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000):
        print(f"{what:<42} {value:>12,.1f} {unit}")
