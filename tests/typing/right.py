"""How one uses the public names; a type checker has nothing to say against it."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import ClassVar, assert_type

import attrs

from loaners import EXTENSION, Loaners
from loaners.loaner import Loaner
from loaners.loans import LOANS, Loan
from servicecore import (
    Level,
    Priority,
    RefusedError,
    ServiceDesk,
    ServiceStandard,
    Ticket,
    WorkingCalendar,
    assess,
    load_standard,
)
from servicecore.domain.ticket import TicketClassified
from servicecore.extending import Extension, Receipt, Recorded, Rulebook, Wanted, event, instant
from servicecore.testing import Given, MovableClock, given, like, open_desk

NINE = datetime(2025, 3, 3, 9, tzinfo=timezone.utc)


def at_the_desk() -> None:
    standard = load_standard("operations_manual_2025")
    assert_type(standard, ServiceStandard)
    with ServiceDesk.open("memory:", standard=standard, clock=lambda: NINE) as desk:
        receipt = desk.tickets.open(
            "T-1",
            customer_id="Acme",
            product="pump",
            model="P-200",
            fault="it leaks",
            contact="Ms Lin",
            priority="A",
            at=NINE,
            actor="Wu",
            command_id="call-17",
            expected_version=0,
        )
        assert_type(receipt, Receipt)
        assert_type(desk.tickets.get("T-1"), Ticket)
        assert_type(desk.tickets.get("T-1").level, Level)
        assert_type(desk.tickets.get("T-1").priority, Priority | None)
        assert_type(desk.tickets.history("T-1"), list[Recorded])
        assert_type(desk.run_due(NINE), list[Receipt])
        assert_type(desk.next_wake_up(), datetime | None)
        try:
            desk.tickets.reopen("T-1", reason="it leaks again")
        except RefusedError as refusal:
            assert_type(refusal, RefusedError)


def on_a_calendar() -> None:
    calendar = WorkingCalendar(timezone="UTC", week={"mon": [("09:00", "17:00")]})
    assert_type(calendar.elapsed(NINE, NINE), timedelta)
    assert_type(calendar.add(NINE, timedelta(hours=2), at_closing="next_opening"), datetime)
    assert_type(calendar & WorkingCalendar.always(), WorkingCalendar)
    assess({"calendar": {}, "policy": {}, "timeline": [], "checkpoints": []})


@event("typed_demo.begun")
class Begun:
    typed_demo_id: str
    at: datetime = instant()


@attrs.frozen
class Follow:
    rulebook: Rulebook
    name: ClassVar[str] = "follow"
    version: ClassVar[str] = "1"
    listens: ClassVar[tuple[type, ...]] = (TicketClassified,)

    def react(self, recorded: Recorded) -> list[Wanted]:
        return [Wanted(recorded.subject, lambda _: [])]


def extended() -> None:
    mine = Extension(name="mine", policies=[Follow])
    with ServiceDesk.open("memory:", extensions=[EXTENSION, mine]) as desk:
        assert_type(desk.counter(Loaners), Loaners)
        assert_type(desk.counter(Loaners).get("T-1"), Loaner)
    assert_type(LOANS.of([]), Loan | None)
    assert_type(Begun(typed_demo_id="1", at=NINE), Begun)


def tested() -> None:
    story = given(Begun(typed_demo_id="1", at=NINE)).when(list).then(like(Begun))
    assert_type(story, Given)
    with open_desk(at=NINE, extensions=[EXTENSION]) as desk:
        assert_type(desk.clock, MovableClock)
        desk.clock.advance(hours=2)
