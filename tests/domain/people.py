"""What tests of plans, drills, trainings and staff are told with: a year, and who serves in it."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from functools import reduce

from servicecore.domain import drill, emergency, emergency_plan, staff, training
from servicecore.domain.preparedness import ResponseLevel
from servicecore.standards import load_standard

MANUAL = load_standard("operations_manual_2025")
CALENDAR = MANUAL.calendar
TERMS = MANUAL.terms()
HOUR, DAY, MICROSECOND = timedelta(hours=1), timedelta(days=1), timedelta(microseconds=1)

NEW_YEAR = datetime(2025, 1, 2, 1, tzinfo=timezone.utc)  # Nine in the morning in Shanghai.
LIGHT = ResponseLevel(name="III", process="call the shift", responsible="Wu")
GRAVE = ResponseLevel(name="I", process="call headquarters", responsible="Ms He")
SERVED_UNDER = {
    "standard": MANUAL.reference,
    "calendar": CALENDAR.reference,
}


def midnight(year: int, month: int, day: int) -> datetime:
    """Return the midnight with which a day begins in Shanghai."""
    return datetime(year, month, day, tzinfo=timezone(timedelta(hours=8)))


def given(evolve, history):
    return reduce(evolve, history, None)


def going_on(evolve, history, decide, **facts):
    """Return *history* with what this decision adds to it."""
    return [*history, *decide(given(evolve, history), **facts)]


# --- Plan, emergency, drill ----------------------------------------------------------

PLAN = {
    "year": 2025,
    "by": "Gao",
    "levels": [LIGHT, GRAVE],
    "prevention": {"system_down": "a second power line"},
}


def plan_made(*, at=NEW_YEAR, standard=MANUAL, **facts):
    told = {**PLAN, **facts, "standard": standard, "calendar": CALENDAR}
    return emergency_plan.decisions.make_plan("EP-25", **told, at=at)


def declared(*, at=NEW_YEAR, **facts):
    told = {
        "emergency_plan_id": "EP-25",
        "scenario": "system_down",
        "level": LIGHT,
        "what": "no call comes through",
        "by": "Lin",
        **SERVED_UNDER,
        **facts,
    }
    return emergency.decisions.declare("E-1", **told, at=at)


def drill_planned(*, at=NEW_YEAR, **facts):
    told = {
        "emergency_plan_id": "EP-25",
        "scenario": "system_down",
        "planned_on": date(2025, 2, 3),
        "staff": ["Wu", "Li", "Sun"],
        "course": "the line is cut at ten",
        "by": "Gao",
        "standard": MANUAL.reference,
        "calendar": CALENDAR,
        **facts,
    }
    return drill.decisions.plan_drill("D-1", **told, at=at)


# --- Trainings and staff ----------------------------------------------------------------


def training_planned(*, at=NEW_YEAR, **facts):
    told = {
        "topic": "technique",
        "content": "seals",
        "layers": ["new", "experienced"],
        "trainer": "Zhao",
        "planned_on": date(2025, 2, 3),
        "lasts": 3 * HOUR,
        "standard": MANUAL,
        "calendar": CALENDAR,
        **facts,
    }
    return training.decisions.plan_training("TR-1", **told, at=at)


def joined(*, at=NEW_YEAR, **facts):
    told = {
        "layer": "new",
        "post": "repair",
        "joined_on": date(2024, 5, 6),
        "standard": MANUAL,
        "calendar": CALENDAR,
        **facts,
    }
    return staff.decisions.join("Wu", **told, at=at)


def credited(history, *, training_id="TR-1", held_on=date(2025, 2, 3), attended=3 * HOUR, **facts):
    told = {"topic": "technique", "at": NEW_YEAR, "calendar": CALENDAR, **facts}
    return going_on(
        staff.evolve,
        history,
        staff.decisions.credit,
        training_id=training_id,
        held_on=held_on,
        attended=attended,
        **told,
    )
