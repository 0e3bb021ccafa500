"""An office that asks: after services and deliveries, in a campaign, and how repairs went."""

from __future__ import annotations

from datetime import timedelta

from servicecore.standards import parse_standard

from .office import Office

#: The plan, with the times that the post-delivery regulation leaves to the organisation.
OURS = """
id = "asking_office"
title = "Asking office"
extends = "project_service_plan"

[[clock]]
of = "rating"
name = "rating"
clause = "pdr:3.2c"
within = "48 h"
starts = ["repaired"]
stops = ["rated"]
pauses = []

[[setting]]
name = "survey_after"
values = ["ticket", "delivery"]
clause = "psp:3.3b"
"""
ANSWERS = (
    {"scores": {"response_time": 5, "attitude": 4, "ability_to_solve": 0}, "overall": 5, "nps": 9},
    {"scores": {"attitude": 1}, "comment": "没有人回电话", "ces": 2},
    {"scores": {}, "overall": 2, "nps": 0},
)


def asking_office() -> Office:
    return Office(seed=11, standard=parse_standard(OURS, source="asking_office.toml"))


def served(office: Office, number: str, *, rated: bool) -> None:
    desk = office.desk.tickets
    desk.open(
        number,
        customer_id=office.lot.choice(["Acme", "北方机械"]),
        product="pump",
        model="P-200",
        fault="it leaks",
        contact="Ms Lin",
        at=office.later(hours=9),
    )
    desk.assign(number, to="Wu", team="pumps", at=office.later(hours=2))
    desk.resolve(number, by="Wu", solution="a seal", at=office.later(hours=9))
    desk.confirm(number, at=office.later(hours=9))
    if rated:
        score = office.lot.randint(1, 5)
        office.desk.ratings.give(number, by="Gao", score=score, at=office.later(hours=9))


def delivered(office: Office) -> None:
    files = office.desk.relationships
    about = {"name": "Acme Ltd", "kind": "factory", "responsible": "Gao"}
    files.open("Acme", **about, contact="Ms Lin", at=office.later(hours=9))
    on = office.now.date() - timedelta(days=1)
    files.deliver("Acme", "D-1", product="pump", delivered_on=on, at=office.later(hours=9))
    surveys = office.desk.surveys
    surveys.decline("Acme-D-1-survey", reason="no time", at=office.later(days=2))


def campaigned(office: Office) -> None:
    desk, today = office.desk.campaigns, office.now.date()
    for number in ("spring", "autumn"):
        desk.plan(number, due_on=today + timedelta(days=30), at=office.later(hours=9))
    desk.withdraw("autumn", reason="one is enough", at=office.later(hours=9))
    desk.announce(
        "spring",
        title="春季调查",
        first_on=today - timedelta(days=180),
        last_on=today,
        customers={"Acme": "Ms Lin", "北方机械": "王女士", "Cole": ""},
        at=office.later(days=2),
    )
    office.desk.surveys.answer("spring-Acme", **ANSWERS[0], at=office.later(days=2))
    desk.close("spring", by="Gao", at=office.later(days=40))
    desk.summarise("spring", what="配件慢", mentions=2, by="Gao", at=office.later(days=2))
    ready = {"ready_on": office.now.date() + timedelta(days=14), "at": office.later(days=2)}
    desk.set_measure("spring", problem=1, what="stock", responsible="Wu", **ready)
    for lasts in (False, True):
        for _ in range(4):
            office.later(days=60)
        tracked = {"finding": "faster", "is_lasting": lasts, "by": "Gao"}
        desk.track_effect("spring", measure=1, **tracked, at=office.later(days=2))


def survey_office() -> Office:
    office = asking_office()
    for n, answer in enumerate(ANSWERS, start=1):
        served(office, f"T-{n}", rated=n > 1)
        office.desk.surveys.answer(f"T-{n}-survey", **answer, at=office.later(days=2))
    office.desk.surveys.answer("T-2-survey", overall=4, at=office.later(days=2))
    delivered(office)
    served(office, "T-4", rated=False)
    campaigned(office)
    for _ in range(8):
        office.later(days=60)
    return office
