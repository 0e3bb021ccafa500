"""The desk as an application uses it: loading a ticket, and deciding about one.

Run with ``python -m benchmarks.desk``.  Ours and theirs take turns, ten calls each,
and each figure is the median of fifty turns, in processor time: what else the machine
does meanwhile is not counted.  Both load 100 events from SQLite.  The stock aggregate
has as little in it as there can be, a name and a count; ours has its promises, its
clocks and who waits for what.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from statistics import median
from time import process_time

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

from servicecore import ServiceDesk
from servicecore.domain.ticket import decisions

Row = tuple[str, float, str, float, float]

NINE = datetime(2025, 3, 3, 9, tzinfo=timezone.utc)
MINUTE = timedelta(minutes=1)
ROUNDS, CALLS = 50, 10
DECIDING_LIMIT = 100.0  #: Microseconds in which the clocks of a ticket should be decided.


class Request(Aggregate):
    """A stock aggregate with as little in it as there can be."""

    @event("Opened")
    def __init__(self, customer: str) -> None:
        self.customer, self.answers = customer, 0

    @event("Answered")
    def answer(self, by: str) -> None:  # noqa: ARG002  # it goes on record
        self.answers += 1


def measure() -> list[Row]:
    """Return what was measured, our time and the peer's in µs, and how many times ours fits."""
    with tempfile.TemporaryDirectory() as folder:
        return [_loading(Path(folder)), _deciding()]


def _loading(folder: Path) -> Row:
    app = Application(
        env={"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(folder / "stock")}
    )
    request = Request("Acme")
    for _ in range(99):
        request.answer("Wu")
    app.save(request)
    with ServiceDesk.open(f"sqlite:///{folder / 'ours'}") as desk:
        _lively_ticket(desk, events=100)
        ours, theirs = _in_turns(
            lambda: desk.tickets.get("T-1"), lambda: app.repository.get(request.id)
        )
    app.close()
    return "desk.tickets.get, 100 events", ours, "stock aggregate", theirs, theirs / ours


def _deciding() -> Row:
    with ServiceDesk.open("memory:") as desk:
        _lively_ticket(desk, events=20)
        ticket = desk.tickets.get("T-1")
        terms = desk._office.terms(ticket.standard, ticket.calendar)
    at = ticket.timeline[-1].at + MINUTE

    def decide() -> None:
        decisions.resolve(ticket, by="Wu", solution="a new seal", at=at, terms=terms)

    (ours,) = _in_turns(decide)
    return "deciding after 20 events", ours, "goal", DECIDING_LIMIT, DECIDING_LIMIT / ours


def _lively_ticket(desk: ServiceDesk, *, events: int) -> None:
    """Open a ticket that is written about to and fro until it has so many events."""
    desk.tickets.open(
        "T-1",
        customer_id="Acme",
        product="pump",
        model="P-200",
        fault="it leaks",
        contact="Lin",
        priority="C",
        at=NINE,
    )
    for n in range(3, events):
        at = NINE + n * MINUTE
        if n % 2:
            desk.tickets.receive_message("T-1", text="any news?", at=at)
        else:
            desk.tickets.answer("T-1", by="Wu", at=at)


def _in_turns(*calls: Callable[[], object]) -> list[float]:
    times: list[list[float]] = [[] for _ in calls]
    for _ in range(ROUNDS):
        for call, taken in zip(calls, times, strict=True):
            began = process_time()
            for _ in range(CALLS):
                call()
            taken.append(process_time() - began)
    return [median(taken) / CALLS * 1e6 for taken in times]


if __name__ == "__main__":
    for row in measure():
        print(*row)
