"""Record what a little office writes, so that it can be read for ever.

A recording is made once and never edited; a new one is made beside it when
events appear that no recording holds::

    python -m tests.histories.record first_office
"""

from __future__ import annotations

import hashlib
import json
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from random import Random
from typing import Any

from servicecore import ServiceDesk

from .replaying import Line, states, summary

HERE = Path(__file__).parent
MONDAY = datetime(2025, 3, 3, 1, tzinfo=timezone.utc)  # Nine in Shanghai.


class Office:
    """Customers, faults and days drawn by lot; the same seed is the same office."""

    def __init__(self, seed: int) -> None:
        self.lot = Random(seed)  # noqa: S311  # drawn by lot, not in secret
        self.now = MONDAY
        self.desk = ServiceDesk.open(
            "memory:", standard="operations_manual_2025", clock=lambda: self.now
        )

    def later(self, **most: float) -> datetime:
        """Let some time pass, at most so much, and let fall due what does."""
        self.now += timedelta(seconds=self.lot.randint(60, int(timedelta(**most).total_seconds())))
        self.desk.run_due(self.now)
        return self.now

    def open(self, ticket_id: str, **facts: Any) -> None:
        self.desk.tickets.open(
            ticket_id,
            customer_id=self.lot.choice(["Acme", "北方机械", "Müller"]),
            product="pump",
            model=self.lot.choice(["P-200", "P-300"]),
            fault=self.lot.choice(["it leaks", "不启动", "it is too loud"]),
            contact=self.lot.choice(["Ms Lin", "王先生"]),
            channel=self.lot.choice(["telephone", "app", "mail"]),
            at=self.later(hours=2),
            **facts,
        )


def whole_course(office: Office, ticket_id: str, priority: str) -> None:
    tickets = office.desk.tickets
    office.open(ticket_id, fault_at=office.now - timedelta(hours=3))
    tickets.classify(ticket_id, priority, at=office.later(minutes=30))
    tickets.assign(ticket_id, to="Wu", team="repair", at=office.later(hours=1))
    tickets.answer(ticket_id, by="Wu", actor="Wu", role="staff", at=office.later(hours=6))
    tickets.diagnose(ticket_id, by="Wu", finding="worn seal", at=office.later(hours=30))
    tickets.offer_solution(
        ticket_id,
        by="Wu",
        solution="a new seal",
        responsible="Wu",
        ready_by=office.now + timedelta(days=1),
        cost="CNY 120.50",
        at=office.later(hours=2),
    )
    tickets.pause(ticket_id, reason="parts", at=office.later(hours=1))
    tickets.receive_message(ticket_id, text="还要多久？", at=office.later(hours=20))
    tickets.resume(ticket_id, at=office.later(hours=20))
    tickets.record_work(
        ticket_id, by="Wu", work="seal replaced", on_site=True, at=office.later(hours=5)
    )
    tickets.resolve(ticket_id, by="Wu", solution="a new seal", at=office.later(hours=1))


def confirmed(office: Office, ticket_id: str) -> None:
    whole_course(office, ticket_id, "A")
    office.desk.tickets.confirm(ticket_id, at=office.later(hours=20))


def came_back(office: Office, ticket_id: str) -> None:
    tickets = office.desk.tickets
    whole_course(office, ticket_id, "B")
    tickets.reopen(ticket_id, reason="it leaks again", at=office.later(days=2))
    tickets.change_priority(ticket_id, "A", reason="production stands", at=office.later(hours=1))
    tickets.note(ticket_id, by="Wu", text="check the shaft", at=office.later(hours=1))
    tickets.resolve(ticket_id, by="Wu", solution="a new shaft", at=office.later(hours=40))
    tickets.close(ticket_id, at=office.later(days=8))


def forgotten(office: Office, ticket_id: str) -> None:
    office.open(ticket_id, priority="C", kind="complex")
    office.later(days=9)


def dropped(office: Office, ticket_id: str) -> None:
    office.open(ticket_id, priority="B")
    office.desk.tickets.cancel(ticket_id, reason="the customer called", at=office.later(hours=9))


def doubled(office: Office, ticket_id: str) -> None:
    office.open(ticket_id, priority="B", kind="emergency")
    office.desk.tickets.merge(ticket_id, into="T-1", at=office.later(hours=9))


def first_office() -> Office:
    office = Office(seed=2025)
    courses = [confirmed, came_back, forgotten, dropped, doubled]
    for n, course in enumerate([*courses, *office.lot.choices(courses, k=10)], start=1):
        course(office, f"T-{n}")
    return office


def main(name: str, office: Office) -> None:
    """Write a recording, and beside it what it amounts to."""
    recording = HERE / f"{name}.jsonl"
    if recording.exists():
        sys.exit(f"{recording.name} is on record; a recording is never made twice")
    with office.desk as desk:
        lines = [Line.of(row) for row in desk.log.rows_since(0)]
    recording.write_text("".join(f"{each}\n" for each in lines), encoding="utf-8")
    found = {
        "sha256": hashlib.sha256(recording.read_bytes()).hexdigest(),
        "states": {subject: summary(state) for subject, state in states(lines).items()},
    }
    text = json.dumps(found, indent=1, ensure_ascii=False)
    (HERE / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], {"first_office": first_office}[sys.argv[1]]())
