"""What the desk knows: its kinds of record, its policies, its read models.

A new aggregate, policy or read model is one line here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs

from ..audit import archiving, heads  # noqa: F401  # their events may stand in any log
from ..domain import (
    campaign,
    complaint,
    compliance,
    cost_ledger,
    drill,
    emergency,
    emergency_plan,
    improvement,
    knowledge_article,
    maintenance,
    order,
    personal_data,
    quality_review,
    rating,
    relationship,
    safekeeping,
    spare_part,
    staff,
    standard_review,
    survey,
    ticket,
    training,
    upgrade,
    warranty,
)
from ..policies import (
    AcknowledgeAtOnce,
    ActOnLessons,
    AskAfterEachDelivery,
    AskAfterEachService,
    AskTheCustomersOfACampaign,
    CheckTheNextQuarter,
    CountDrills,
    CreditTrainings,
    GoOnForBoth,
    HandleAgain,
    ImproveWhatDissatisfies,
    ImproveWhatMissesItsStandard,
    KeepTheFile,
    LearnFromFindings,
    OpenWhatWasSplitOff,
    PlanRevisits,
    PlanTheNextCampaign,
    Policy,
    PreventARepeat,
    RateAfterTheRepair,
    RecoverOnce,
    ReorderInTime,
    RepairWhatIsComplainedOf,
    RespondOnThreeLevels,
    ReviewTheNextQuarter,
    RevisitAfterComplaint,
    RouteFindings,
    StartAtTheRightLevel,
)
from ..policies.escalation import WhenDue
from ..projections import deadlines
from ..projections.themes import THEMES
from ..storage import Fold
from ..storage.follower import Handler


@attrs.frozen(kw_only=True)
class Aggregate:
    """A kind of record: the name its subjects begin with, and how its history becomes a state.

    *when_due* is the decision to take when a deadline of such a record has passed,
    *change_terms* the one that makes its promises anew when a calendar was published,
    and *promised_as* what standards call it, if that is another word.
    """

    kind: str
    fold: Fold[Any]
    when_due: WhenDue | None = None
    change_terms: Callable[..., list[Any]] | None = None
    promised_as: str = ""


TICKET: Fold[ticket.Ticket] = Fold(ticket.evolve, name="ticket", replay=ticket.replay)
COMPLAINT: Fold[complaint.Complaint] = Fold(complaint.evolve, name="complaint")
WARRANTY: Fold[warranty.Warranty] = Fold(warranty.evolve, name="warranty")
SPARE_PART: Fold[spare_part.SparePart] = Fold(spare_part.evolve, name="spare_part")
MAINTENANCE: Fold[maintenance.MaintenancePlan] = Fold(maintenance.evolve, name="maintenance")
UPGRADE: Fold[upgrade.Upgrade] = Fold(upgrade.evolve, name="upgrade")
IMPROVEMENT: Fold[improvement.Improvement] = Fold(improvement.evolve, name="improvement")
CAMPAIGN: Fold[campaign.Campaign] = Fold(campaign.evolve, name="campaign")
RATING: Fold[rating.Rating] = Fold(rating.evolve, name="rating")
SURVEY: Fold[survey.Survey] = Fold(survey.evolve, name="survey")
ORDER: Fold[order.Order] = Fold(order.evolve, name="order")
RELATIONSHIP: Fold[relationship.CustomerRelationship] = Fold(
    relationship.evolve, name="relationship"
)
QUALITY_REVIEW: Fold[quality_review.QualityReview] = Fold(
    quality_review.evolve, name="quality_review"
)
COMPLIANCE: Fold[compliance.Compliance] = Fold(compliance.evolve, name="compliance")
STANDARD_REVIEW: Fold[standard_review.StandardReview] = Fold(
    standard_review.evolve, name="standard_review"
)
SAFEKEEPING: Fold[safekeeping.Safekeeping] = Fold(safekeeping.evolve, name="safekeeping")
KNOWLEDGE_ARTICLE: Fold[knowledge_article.KnowledgeArticle] = Fold(
    knowledge_article.evolve, name="knowledge_article"
)
EMERGENCY_PLAN: Fold[emergency_plan.EmergencyPlan] = Fold(
    emergency_plan.evolve, name="emergency_plan"
)
EMERGENCY: Fold[emergency.Emergency] = Fold(emergency.evolve, name="emergency")
DRILL: Fold[drill.Drill] = Fold(drill.evolve, name="drill")
TRAINING: Fold[training.Training] = Fold(training.evolve, name="training")
STAFF: Fold[staff.Employee] = Fold(staff.evolve, name="staff")
COST_LEDGER: Fold[cost_ledger.CostLedger] = Fold(cost_ledger.evolve, name="cost_ledger")
PERSONAL_DATA: Fold[personal_data.PersonalData] = Fold(personal_data.evolve, name="personal_data")

AGGREGATES: dict[str, Aggregate] = {
    each.kind: each
    for each in (
        Aggregate(
            kind="ticket",
            fold=TICKET,
            when_due=ticket.decisions.escalate_if_due,
            change_terms=ticket.decisions.change_terms,
        ),
        Aggregate(
            kind="complaint",
            fold=COMPLAINT,
            when_due=complaint.ending.escalate_if_due,
            change_terms=complaint.ending.change_terms,
        ),
        Aggregate(kind="warranty", fold=WARRANTY, when_due=warranty.decisions.remind_if_due),
        Aggregate(kind="spare_part", fold=SPARE_PART, when_due=spare_part.decisions.remind_if_due),
        Aggregate(
            kind="maintenance", fold=MAINTENANCE, when_due=maintenance.decisions.remind_if_due
        ),
        Aggregate(kind="upgrade", fold=UPGRADE),
        Aggregate(
            kind="improvement",
            fold=IMPROVEMENT,
            when_due=improvement.decisions.remind_if_due,
            change_terms=improvement.acting.change_terms,
            promised_as="feedback",
        ),
        Aggregate(
            kind="quality_review",
            fold=QUALITY_REVIEW,
            when_due=quality_review.decisions.remind_if_due,
        ),
        Aggregate(
            kind="standard_review",
            fold=STANDARD_REVIEW,
            when_due=standard_review.decisions.remind_if_due,
        ),
        Aggregate(kind="compliance", fold=COMPLIANCE, when_due=compliance.decisions.remind_if_due),
        Aggregate(
            kind="safekeeping", fold=SAFEKEEPING, when_due=safekeeping.decisions.remind_if_due
        ),
        Aggregate(
            kind="knowledge_article",
            fold=KNOWLEDGE_ARTICLE,
            when_due=knowledge_article.decisions.remind_if_due,
        ),
        Aggregate(kind="campaign", fold=CAMPAIGN, when_due=campaign.decisions.remind_if_due),
        Aggregate(
            kind="rating",
            fold=RATING,
            when_due=rating.decisions.escalate_if_due,
            change_terms=rating.decisions.change_terms,
        ),
        Aggregate(kind="survey", fold=SURVEY, when_due=survey.decisions.remind_if_due),
        Aggregate(
            kind="order",
            fold=ORDER,
            when_due=order.decisions.escalate_if_due,
            change_terms=order.decisions.change_terms,
        ),
        Aggregate(kind="relationship", fold=RELATIONSHIP, when_due=relationship.remind_if_due),
        Aggregate(
            kind="emergency_plan",
            fold=EMERGENCY_PLAN,
            when_due=emergency_plan.decisions.remind_if_due,
        ),
        Aggregate(kind="emergency", fold=EMERGENCY),
        Aggregate(kind="drill", fold=DRILL),
        Aggregate(kind="training", fold=TRAINING),
        Aggregate(kind="staff", fold=STAFF, when_due=staff.decisions.remind_if_due),
        Aggregate(kind="cost_ledger", fold=COST_LEDGER),
        Aggregate(kind="personal_data", fold=PERSONAL_DATA),
    )
}

POLICIES: tuple[type[Policy], ...] = (
    AcknowledgeAtOnce,
    StartAtTheRightLevel,
    GoOnForBoth,
    OpenWhatWasSplitOff,
    RepairWhatIsComplainedOf,
    RespondOnThreeLevels,
    HandleAgain,
    ReorderInTime,
    AskAfterEachService,
    AskAfterEachDelivery,
    AskTheCustomersOfACampaign,
    PlanTheNextCampaign,
    RateAfterTheRepair,
    KeepTheFile,
    PlanRevisits,
    RevisitAfterComplaint,
    RouteFindings,
    LearnFromFindings,
    RecoverOnce,
    ReviewTheNextQuarter,
    CheckTheNextQuarter,
    ImproveWhatMissesItsStandard,
    PreventARepeat,
    ImproveWhatDissatisfies,
    CountDrills,
    CreditTrainings,
    ActOnLessons,
)

FACTS = {theme.facts.name: theme.facts for theme in THEMES}

READ_MODELS: dict[str, Handler] = {
    deadlines.NAME: deadlines.observe,
    **{name: each.observe for name, each in FACTS.items()},
}


def fold_of(subject: str) -> Fold[Any]:
    """Return how the history of *subject* becomes a state."""
    return AGGREGATES[subject.partition("/")[0]].fold
