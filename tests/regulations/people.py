"""What the clauses about staff, drills and emergencies are told with: a year of a small office."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Any

from servicecore import ServiceDesk
from servicecore.domain.preparedness import ResponseLevel
from servicecore.projections.answer import Answer

SHANGHAI = timezone(timedelta(hours=8))
NEW_YEAR = datetime(2025, 1, 2, 9, tzinfo=SHANGHAI)
NEXT_YEAR = datetime(2026, 1, 1, 0, 0, 1, tzinfo=SHANGHAI)
AN_HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)
STAFF = ("Wu", "Li")
LEVELS = [
    ResponseLevel(name="III", process="call the shift", responsible="Wu"),
    ResponseLevel(name="I", process="call headquarters", responsible="Ms He"),
]
WELL = {"response": 0.8, "satisfaction": 0.9, "skill": 1.0, "conduct": 0.7}


def day(month: int, number: int) -> datetime:
    """Return nine in the morning of a day of 2025."""
    return datetime(2025, month, number, 9, tzinfo=SHANGHAI)


# --- Emergencies ---------------------------------------------------------------------


def prepared(desk: ServiceDesk) -> None:
    """Make the emergency plan of 2025."""
    prevention = {"system_down": "a second line"}
    told = {"levels": LEVELS, "prevention": prevention}
    desk.emergency_plans.make("EP-25", year=2025, by="Gao", **told, at=NEW_YEAR)


def declared(desk: ServiceDesk, level: str = "III") -> None:
    prepared(desk)
    what = {"scenario": "system_down", "what": "no call comes through", "by": "Lin"}
    desk.emergencies.declare("E-1", plan_id="EP-25", level=level, **what, at=day(3, 3))


def drilled(desk: ServiceDesk, drill_id: str, at: datetime, **facts: Any) -> None:
    """Plan a drill with all staff, and hold it with those who came."""
    told = {"scenario": "system_down", "planned_on": at.date(), "course": "the line is cut"}
    scenario = facts.pop("scenario", told["scenario"])
    told = {**told, "scenario": scenario, "plan_id": "EP-25", "by": "Gao"}
    desk.drills.plan(drill_id, **told, staff=STAFF, at=NEW_YEAR)
    desk.drills.hold(drill_id, **{"participants": STAFF, **facts}, at=at)


def missed(desk: ServiceDesk, duty: str) -> list[str]:
    """Return in which quarters or years the plan fell short of a duty."""
    events = (each.event for each in desk.emergency_plans.history("EP-25"))
    return [
        each.period
        for each in events
        if type(each).__name__ == "EmergencyPlanFellShort" and each.duty == duty
    ]


# --- Staff -----------------------------------------------------------------------------


def hired(desk: ServiceDesk, *people: str, layer: str = "new") -> None:
    told = {"post": "repair", "joined_on": date(2024, 5, 6)}
    for name in people or STAFF:
        desk.staff.join(name, layer=layer, **told, at=NEW_YEAR)


def trained(
    desk: ServiceDesk,
    training_id: str,
    hours: float,
    *people: str,
    topic: str = "technique",
    at: datetime | None = None,
    result: float | None = None,
) -> None:
    """Hold a training of so many hours with these people."""
    held_at, lasts = at or day(3, 3), hours * AN_HOUR
    told = {"content": "seals", "layers": ["new"], "trainer": "Zhao", "lasts": lasts}
    desk.trainings.plan(
        training_id,
        topic=topic,
        planned_on=held_at.date(),
        plan_id="EP-25" if topic == "emergency" else "",
        **told,
        at=NEW_YEAR,
    )
    results = {} if result is None else dict.fromkeys(people, result)
    attended = dict.fromkeys(people, lasts)
    desk.trainings.hold(training_id, attended=attended, results=results, at=held_at)


def fell_short(desk: ServiceDesk, person: str, duty: str) -> list[Any]:
    """Return what was missing for somebody, when it was too late."""
    events = (each.event for each in desk.staff.history(person))
    return [
        each.missing
        for each in events
        if type(each).__name__ == "StaffFellShort" and each.duty == duty
    ]


def k_of_n(answer: Answer, measure: str) -> tuple[int | None, int]:
    """Return the one share of that name."""
    [share] = answer[measure]
    return share.k, share.n
