"""What the clauses about quality are told with: feedback, its circle, a quarter under review."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from servicecore import ServiceDesk
from servicecore.domain.improvement import Measure

MONDAY = datetime(2025, 3, 3, 1, tzinfo=timezone.utc)  # Nine in Shanghai.
A_SECOND, A_DAY = timedelta(seconds=1), timedelta(days=1)
WEDNESDAY_SIX = datetime(2025, 3, 5, 10, tzinfo=timezone.utc)
THURSDAY_SIX = datetime(2025, 3, 6, 10, tzinfo=timezone.utc)
OVER = datetime(2025, 3, 31, 16, tzinfo=timezone.utc)  # The first quarter, in Shanghai.
A_LIST = Measure(what="a list", department="service", person="Wu", due=MONDAY + 7 * A_DAY)
COMMITTEE = {
    "head_of_service": "He",
    "head_of_operations": "Ou",
    "head_of_technology": "Tan",
    "head_of_quality": "Qi",
}


def collected(desk: ServiceDesk) -> None:
    desk.improvements.collect(
        "I-1", source="conversation", about="nobody calls back", customer_id="Acme", at=MONDAY
    )


def analysed(desk: ServiceDesk, at: datetime = MONDAY, level: str = "supervisor") -> None:
    desk.improvements.find_cause("I-1", by="Gao", level=level, cause="one list", at=at)


def planned(desk: ServiceDesk, at: datetime = MONDAY, level: str = "manager") -> None:
    desk.improvements.set_measures("I-1", [A_LIST], by="He", level=level, at=at)


def carried_out(desk: ServiceDesk) -> None:
    """Bring feedback as far as the measures that were carried out."""
    collected(desk)
    analysed(desk)
    planned(desk)
    desk.improvements.carry_out("I-1", measure=1, by="Wu", result="done", at=MONDAY)


def checked(desk: ServiceDesk, *, has_effect: bool, check: str = "") -> None:
    desk.improvements.check_effect(
        "I-1", check=check, by="Gao", has_effect=has_effect, finding="we counted", at=MONDAY
    )


def shown(desk: ServiceDesk, clock: str) -> str:
    return desk.improvements.get("I-1").readings[clock, 1].state.value


def answered_late(desk: ServiceDesk) -> None:
    """Let the mean of first answers be three hours."""
    request = {"product": "pump", "model": "P-200", "fault": "it leaks", "contact": "Lin"}
    desk.tickets.open("T-1", customer_id="Acme", **request, priority="B", at=MONDAY)
    desk.tickets.answer("T-1", by="Wu", at=MONDAY + timedelta(hours=3))
    desk.tickets.resolve("T-1", by="Wu", solution="a seal", at=MONDAY + timedelta(hours=4))


def published(desk: ServiceDesk, at: datetime = OVER) -> None:
    """Review the first quarter of 2025."""
    reviews = desk.quality_reviews
    reviews.schedule("2025-Q1", at=MONDAY)
    told = {"product": "pump", "assessment": "it holds", "is_acceptable": True}
    reviews.assess_product("2025-Q1", by="Qi", **told, at=at)
    reviews.hold("2025-Q1", participants=COMMITTEE, minutes="we met", at=at)
    reviews.publish("2025-Q1", by="He", at=at)


def told(desk: ServiceDesk, quarter: str = "2025-Q1") -> list[str]:
    """Return what is on record of a review, by the names of the events."""
    return [type(each.event).__name__ for each in desk.quality_reviews.history(quarter)]
