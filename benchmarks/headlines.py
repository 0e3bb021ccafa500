"""How fast an export is written, and figures told from it, beside a bare scan by DuckDB.

Run with ``python -m benchmarks.headlines``.  The scan reads every column that the
figures are made of, and hashes each value, so that no statistics of the file spare
it reading; it tells nothing.  Ours tells the figures by priority and product, as of
a moment at which all of it had happened.  Both may use every core.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

# benchmarks/calendar.py must not be taken for the standard library's.
sys.path[:] = [each for each in sys.path if not each.endswith("benchmarks")]

import duckdb  # noqa: E402

from benchmarks.log import Row  # noqa: E402
from benchmarks.long_logs import NINE, lengthen, lived_through  # noqa: E402
from benchmarks.rebuilding import _row, _timed  # noqa: E402
from servicecore import ServiceDesk  # noqa: E402
from servicecore.exchange.exports.parquet import export_parquet, headline  # noqa: E402
from servicecore.exchange.exports.parquet.headline import customers, surveys, tickets  # noqa: E402
from servicecore.projections.asking import Question  # noqa: E402

EVENTS = 1_000_000
TICKETS = 150  # They are copied under other numbers.
DAY = timedelta(days=1)
ASKED = {"by": ("priority", "product"), "as_of": NINE + 500 * DAY}
PATIENCE = {"grace": 30 * DAY, "silence": 365 * DAY}


def measure() -> Iterator[Row]:
    """Yield every comparison; times are those of one event."""
    with TemporaryDirectory(dir=Path.cwd()) as folder:
        file = Path(folder) / "service.db"
        url = f"sqlite:///{file}?synchronous=off"
        with ServiceDesk.open(url, react="worker") as desk:
            _live(desk)
            lived = desk.log.head()
        lengthen(file, first=lived, events=EVENTS)
        with ServiceDesk.open(url, react="worker") as desk:
            yield from _measured(desk, Path(folder))


def _measured(desk: ServiceDesk, folder: Path) -> Iterator[Row]:
    events, log = desk.log.head(), desk.log
    folders = (folder / f"export{n}" for n in count())
    written = _timed(lambda: export_parquet(log, next(folders)), events)
    read = _timed(lambda: all(log.rows_since(0)), events)
    yield _row("export to Parquet, 2 cores", written, "reading the rows alone", read)

    export = folder / "export0"
    told = _timed(partial(headline, export, **ASKED, **PATIENCE), events)
    yield _row("headline figures from it", told, "DuckDB, bare scan", _scan(export, events))


def _scan(export: Path, events: int) -> Callable[[], float]:
    asked = (each.KIND.asked_by(Question(**ASKED)).columns for each in _KINDS)
    columns = {"subject", "name", "occurred_at"}.union(*asked)
    hashed = ", ".join(f'bit_xor(hash("{each}"))' for each in sorted(columns))
    scan = f"SELECT {hashed} FROM read_parquet('{export}/**/*.parquet')"
    return _timed(lambda: duckdb.sql(scan).fetchall(), events)


_KINDS = (tickets, surveys, customers)


def _live(desk: ServiceDesk) -> None:
    """Let tickets live, ask about half of them, and keep a file of some customers."""
    lived_through(desk, tickets=TICKETS)
    for n in range(0, TICKETS, 2):
        about = {"customer_id": f"C-{n % 50}", "about": f"ticket/T-{n}", "product": "pump"}
        sent = NINE + (100 + n) * DAY
        desk.surveys.send(f"S-{n}", **about, contact="Ms Lin", asks=["attitude"], at=sent)
        answer = {"scores": {"attitude": n % 5 + 1}, "overall": n % 5 + 1, "nps": n % 11}
        desk.surveys.answer(f"S-{n}", **answer, at=sent + DAY)
    for n in range(TICKETS // 20):
        name = {"name": f"Company {n}", "contact": "Ms Lin", "kind": "dealer", "responsible": "Li"}
        desk.relationships.open(f"C-{n}", **name, at=NINE)
        delivery = {"product": "pump", "project": "plant 4", "delivered_on": NINE.date()}
        desk.relationships.deliver(f"C-{n}", f"D-{n}", **delivery, at=NINE)
        if n % 2:
            until = (NINE + 90 * DAY).date()
            desk.relationships.sign_contract(f"C-{n}", f"K-{n}", until=until, at=NINE)


def main() -> None:
    for what, ours, peer, theirs, times in measure():
        print(f"{what:28} {ours:8.3f} µs  {peer:22} {theirs:8.3f} µs  {times:6.2f} times")


if __name__ == "__main__":
    main()
