"""Trainings under the project plan: product and skill by the quarter, and a list put right."""

from __future__ import annotations

from datetime import date, timedelta

from .office import Office

HOUR = timedelta(hours=1)


def training_office(seed: int = 13) -> Office:
    """Let two be trained in product, one of them only by mistake, and nobody in skill."""
    office = Office(seed, standard="project_service_plan")
    staff, trainings = office.desk.staff, office.desk.trainings
    for name in ("Wu", "孙"):
        told = {"layer": "new", "post": "repair", "joined_on": date(2024, 5, 6)}
        staff.join(name, **told, at=office.later(hours=9))
    planned = {"content": "油泵", "layers": ["new"], "trainer": "Zhao", "lasts": 3 * HOUR}
    planned_on = office.now.date() + timedelta(days=40)
    trainings.plan(
        "TR-1", topic="product", planned_on=planned_on, **planned, at=office.later(hours=9)
    )
    while office.now.date() < date(2025, 4, 7):
        office.later(days=9)
    attended = {"Wu": 3 * HOUR, "孙": 2 * HOUR}
    trainings.hold("TR-1", attended=attended, results={"Wu": 0.9}, at=office.later(hours=2))
    skill = {"skill": "seals", "by": "Gao", "training_id": "TR-1", "evidence": "exam"}
    staff.qualify("孙", **skill, at=office.later(hours=9))
    trainings.correct_attendance(
        "TR-1",
        by="Gao",
        reason="孙 was ill",
        attended={"Wu": 2 * HOUR},
        results={"Wu": 0.8},
        at=office.later(hours=9),
    )
    while office.now.date() < date(2025, 7, 3):
        office.later(days=20)
    return office
