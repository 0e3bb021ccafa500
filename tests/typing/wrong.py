"""What a type checker must refuse; each line says the error that it must find there."""

from datetime import datetime, timedelta, timezone

from loaners import Loaners
from servicecore import ServiceDesk, WorkingCalendar
from servicecore.extending import Extension, event, instant
from servicecore.testing import open_desk

NINE = datetime(2025, 3, 3, 9, tzinfo=timezone.utc)


def nobody_runs_this() -> None:
    desk = ServiceDesk.open("memory:", react="sometimes")  # E: arg-type
    desk.tikets.get("T-1")  # E: attr-defined
    desk.tickets.answer("T-1")  # E: call-arg
    desk.tickets.answer("T-1", "Lin")  # E: call-arg
    desk.tickets.answer("T-1", by="Lin", at="2025-03-03")  # E: arg-type
    desk.tickets.answer("T-1", by="Lin", command="c-1")  # E: call-arg
    desk.tickets.answer("T-1", by="Lin", expected_version="3")  # E: arg-type
    desk.tickets.get("T-1").level = None  # E: misc, assignment
    desk.counter(Loaners).lend("T-1", device="pump 7")  # E: call-arg
    desk.counter(Loaners).lned("T-1")  # E: attr-defined
    desk.reports.response_times(periode="2025")  # E: call-arg

    calendar = WorkingCalendar.always()
    calendar.add(NINE, timedelta(hours=2), at_closing="somewhere")  # E: arg-type
    calendar.elapsed(NINE)  # E: call-arg

    Extension(name="mine", policies=[Loaners])  # E: list-item
    open_desk(clock=lambda: NINE)  # E: call-arg
    open_desk().clock.advance(weeks=1)  # E: call-arg

    @event("typed_demo.ended")
    class Ended:
        typed_demo_id: str
        at: datetime = instant()

    Ended("1", NINE)  # E: call-arg
    Ended(typed_demo_id=1, at=NINE)  # E: arg-type
