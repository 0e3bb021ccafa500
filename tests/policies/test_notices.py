"""Who is told of what falls due, and in which words."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from uuid import UUID

import pytest

from servicecore import Level, ServiceDesk
from servicecore.domain.emergency_plan import EmergencyPlanFellShort, EmergencyPlanReminded
from servicecore.domain.events import Provenance, Recorded
from servicecore.domain.improvement import (
    ImprovementCheckDue,
    ImprovementEscalated,
    ImprovementMeasureOverdue,
    ImprovementWarned,
)
from servicecore.domain.order import OrderEscalated, OrderWarned
from servicecore.domain.quality_review import QualityReviewDue
from servicecore.domain.relationship import ContractEnding, RevisitDue, RevisitMissed
from servicecore.domain.staff import StaffFellShort, StaffReminded
from servicecore.domain.survey import SurveyReminded, SurveySent
from servicecore.policies import notices_of

DUE = datetime(2025, 3, 3, 9, tzinfo=timezone.utc)
HOUR = timedelta(hours=1)
REACHED = {"clock": "a clock", "rung": "due", "clause": "psp:3.3a", "due": DUE, "at": DUE + HOUR}
OF_A_DUTY = {**REACHED, "duty": "emergency_training", "period": "2025"}
SURVEY = {
    "survey_id": "S-1",
    "customer_id": "Acme",
    "about": "ticket/T-1",
    "contact": "Ms Lin",
    "asks": ("speed",),
    "clause": "om2025:5.2e",
    "open_until": DUE,
    "standard": "x@1",
    "calendar": "y@1",
    "at": DUE,
}
REVISIT = {**REACHED, "customer_id": "Acme", "revisit": 2}
IMPROVEMENT = {**REACHED, "improvement_id": "I-1"}


def recorded(event, *, rule=None):
    return Recorded(
        event=event,
        position=7,
        stream=UUID(int=1),
        version=3,
        subject="some/record",
        recorded_at=DUE,
        provenance=Provenance(actor="Li", rule=rule),
    )


@pytest.mark.parametrize(
    ("event", "to", "text"),
    [
        (SurveySent(**SURVEY), "customer", "Please tell us by 2025-03-03T09:00+00:00"),
        (SurveyReminded(**REACHED, survey_id="S-1", to="customer"), "customer", "not answered yet"),
        (RevisitDue(**REVISIT, to="Li"), "Li", "Revisit 2 is due, under psp:3.3a"),
        (
            RevisitMissed(**REVISIT, planned_on=DUE.date(), to=Level.SUPERVISOR),
            "supervisor",
            "Revisit 2 was not made by 2025-03-03T09:00+00:00",
        ),
        (
            ContractEnding(
                **REACHED, customer_id="Acme", contract_id="K-1", until=date(2025, 4, 2), to="Li"
            ),
            "Li",
            "Contract K-1 ends on 2025-04-02",
        ),
        (OrderWarned(**REACHED, order_id="O-1", to="assignee"), "assignee", "is due soon"),
        (
            OrderEscalated(**REACHED, order_id="O-1", to=Level.MANAGER),
            "manager",
            "A clock has been late since 2025-03-03T09:00+00:00",
        ),
        (ImprovementWarned(**IMPROVEMENT, to="assignee"), "assignee", "is due soon"),
        (
            ImprovementEscalated(**IMPROVEMENT, to=Level.MANAGER),
            "manager",
            "A clock has been late since",
        ),
        (
            ImprovementMeasureOverdue(**IMPROVEMENT, number=4, to=Level.SUPERVISOR),
            "supervisor",
            "Measure 4 was not carried out",
        ),
        (
            ImprovementCheckDue(**IMPROVEMENT, check="monthly", to=Level.SUPERVISOR),
            "supervisor",
            "The monthly look at the effect has been due since",
        ),
        (
            QualityReviewDue(**REACHED, review_id="2025-Q1", to=Level.MANAGER),
            "manager",
            "The review of the quarter has been due since 2025-03-03T09:00+00:00",
        ),
        (
            EmergencyPlanReminded(**OF_A_DUTY, emergency_plan_id="EP", missing=2, to="Gao"),
            "Gao",
            "2025 is nearly over, and this is still missing: emergency training (2).",
        ),
        (
            EmergencyPlanFellShort(
                **OF_A_DUTY, emergency_plan_id="EP", missing=1, to=Level.MANAGER
            ),
            "manager",
            "2025 is over, and this is still missing: emergency training (1).",
        ),
        (
            StaffReminded(**OF_A_DUTY, staff_id="Wu", missing=12.5 * HOUR, to=Level.SUPERVISOR),
            "supervisor",
            "2025 is nearly over, and this is still missing: emergency training (12.5 h).",
        ),
        (
            StaffFellShort(**OF_A_DUTY, staff_id="Wu", missing=80 * HOUR, to=Level.MANAGER),
            "manager",
            "missing: emergency training (80 h).",
        ),
    ],
    ids=lambda value: type(value).__name__,
)
class TestSomebodyIsTold:
    """Once, in a plain sentence, of the record that it is about."""

    def test_whose_it_is_and_what(self, event, to, text):
        [notice] = notices_of(recorded(event))
        assert (notice.to, notice.subject, notice.at) == (to, "some/record", event.at)
        assert text in notice.text


def test_nobody_is_told_of_what_happened_elsewhere():
    due = RevisitDue(**REVISIT, to="Li")
    assert notices_of(recorded(due))
    assert notices_of(recorded(due, rule="import/cfpb")) == []


def test_a_survey_a_missed_revisit_and_an_ending_contract_reach_people():
    letters = []
    with ServiceDesk.open("memory:", standard="project_service_plan") as desk:
        desk.notices.register("mail", letters.append)
        told = {"name": "Acme Ltd", "contact": "Ms Lin", "kind": "factory", "responsible": "Li"}
        desk.relationships.open("Acme", **told, at=DUE)
        day = {"product": "pump", "delivered_on": DUE.date()}
        desk.relationships.deliver("Acme", "D-1", **day, at=DUE)
        desk.relationships.sign_contract("Acme", "K-1", until=date(2025, 4, 30), at=DUE)
        desk.run_due(datetime(2025, 4, 20, tzinfo=timezone.utc))
        desk.notices.deliver()
    assert [(each.event, each.to) for each in letters] == [
        ("survey.sent", "customer"),
        ("relationship.contract_ending", "Li"),
        ("relationship.revisit_due", "Li"),
        ("relationship.revisit_missed", "supervisor"),
    ]
