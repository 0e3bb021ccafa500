"""A year of the staff: plan, drills, an emergency, trainings, appraisals, and what it cost."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from servicecore.domain.preparedness import ResponseLevel

from .office import Office

HOUR = timedelta(hours=1)
STAFF = ["Wu", "Li", "孙"]
ASPECTS = ("response", "satisfaction", "skill", "conduct")


def prepared(office: Office) -> None:
    plans, levels = office.desk.emergency_plans, [("III", "Wu"), ("I", "何")]
    graded = [
        ResponseLevel(name=name, process=f"by the book, {name}", responsible=person)
        for name, person in levels
    ]
    prevention = {"system_down": "a second line", "natural_disaster": "沙袋"}
    plans.make("EP-25", year=2025, by="Gao", levels=graded, prevention=prevention)
    plans.revise("EP-25", by="Gao", reason="D-1", levels=graded[:1], at=office.later(days=2))
    plans.revise("EP-25", by="Gao", reason="asked for", levels=graded, at=office.later(days=2))


def hired(office: Office) -> None:
    for name in STAFF:
        office.desk.staff.join(
            name,
            layer=office.lot.choice(["new", "experienced"]),
            post="repair",
            joined_on=date(2024, 5, 6),
            at=office.later(hours=9),
        )
    office.desk.staff.change_layer(
        "Li", layer="senior", reason="ten years", at=office.later(hours=9)
    )


def rehearsed(office: Office, drill_id: str, *, weak_points: list[str]) -> None:
    drills, day = office.desk.drills, office.now.date() + timedelta(days=5)
    drills.plan(
        drill_id,
        plan_id="EP-25",
        scenario=office.lot.choice(["system_down", "complaint", "equipment_fault"]),
        planned_on=day,
        staff=STAFF,
        course="the line is cut at ten",
        by="Gao",
        at=office.later(hours=9),
    )
    away = office.lot.choice(STAFF)
    there = [name for name in STAFF if name != away]
    drills.hold(drill_id, participants=there, excused={away: "ill"}, at=office.later(days=6))
    drills.summarise(
        drill_id,
        by="Gao",
        summary="it works",
        weak_points=weak_points,
        at=office.later(days=2),
    )


def went_wrong(office: Office) -> None:
    desk, told = office.desk.emergencies, {"scenario": "system_down", "what": "线路中断"}
    desk.declare("E-1", plan_id="EP-25", level="III", **told, by="Lin", at=office.later(days=9))
    desk.monitor("E-1", by="Lin", finding="half of the calls", at=office.later(hours=1))
    desk.start_response("E-1", by="Wu", at=office.later(hours=1))
    desk.take_measure("E-1", by="Wu", measure="the second line", at=office.later(hours=1))
    desk.change_level("E-1", level="I", by="Wu", reason="it spreads", at=office.later(hours=1))
    desk.start_response("E-1", by="何", at=office.later(hours=1))
    desk.recover("E-1", by="何", result="all calls come through", at=office.later(hours=5))
    looked_back = {"cause": "a digger", "assessment": "met in three hours"}
    desk.evaluate("E-1", by="Gao", **looked_back, lessons=["a third line"], at=office.later(days=9))


def taught(office: Office, training_id: str, *, topic: str, hours: int) -> None:
    trainings = office.desk.trainings
    trainings.plan(
        training_id,
        topic=topic,
        content="seals and numbers",
        layers=["new", "senior"],
        trainer="Zhao",
        planned_on=office.now.date() + timedelta(days=5),
        lasts=hours * HOUR,
        plan_id="EP-25" if topic == "emergency" else "",
        at=office.later(hours=9),
    )
    trainings.hold(
        training_id,
        attended=dict.fromkeys(STAFF, hours * HOUR),
        results={"Wu": office.lot.choice([0.5, 0.75])},
        at=office.later(days=6),
    )


def judged(office: Office) -> None:
    desk, at = office.desk.staff, office.later(days=2)
    desk.qualify("Wu", skill="seals", training_id="TR-1", by="Li", evidence="exam 12", at=at)
    desk.disqualify("Wu", skill="seals", by="Li", reason="three leaks", at=office.later(days=9))
    scores = {aspect: office.lot.choice([0.5, 0.75, 1.0]) for aspect in ASPECTS}
    desk.appraise("Wu", period="2025-Q1", by="Li", scores=scores, at=office.later(days=2))


def booked(office: Office) -> None:
    costs = office.desk.costs
    costs.open("C-25", year=2025, is_first=True, at=office.later(hours=9))
    told = {"amount": Decimal("1200.50"), "entered_for": date(2025, 3, 9)}
    costs.enter("C-25", entry="1", kind="training", **told, subject="training/TR-1", note="中文")
    costs.reverse("C-25", entry="2", reverses="1", by="Gao", reason="a slip")
    costs.enter_benefit(
        "C-25",
        entry="3",
        kind="sales",
        **told,
        subject="customer/Acme",
        assuming="one order in ten came by the survey",
        at=office.later(hours=9),
    )


def people_office() -> Office:
    office = Office(seed=11)
    prepared(office)
    hired(office)
    rehearsed(office, "D-1", weak_points=["nobody knew the number"])
    taught(office, "TR-1", topic="technique", hours=80)
    taught(office, "TR-2", topic="emergency", hours=2)
    went_wrong(office)
    judged(office)
    booked(office)
    rehearsed(office, "D-2", weak_points=[])
    office.desk.drills.plan(
        "D-3",
        plan_id="EP-25",
        scenario="natural_disaster",
        planned_on=date(2025, 8, 1),
        staff=STAFF,
        course="the river rises",
        by="Gao",
    )
    office.desk.drills.cancel("D-3", by="Gao", reason="the river rose", at=office.later(days=9))
    office.desk.trainings.plan(
        "TR-3",
        topic="basics",
        content="the house",
        layers=["new"],
        trainer="Zhao",
        planned_on=date(2025, 8, 1),
        lasts=HOUR,
    )
    office.desk.trainings.cancel("TR-3", by="Gao", reason="rain", at=office.later(days=9))
    office.desk.staff.leave(
        "孙", left_on=office.now.date(), reason="moved away", at=office.later(hours=9)
    )
    for _ in range(12):
        office.later(days=60)
    return office
