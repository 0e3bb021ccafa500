"""What the desk knows: its kinds of record, its policies, its read models.

A new aggregate, policy or read model is one line here.
"""

from __future__ import annotations

from typing import Any

import attrs

from ..domain import (
    complaint,
    improvement,
    maintenance,
    spare_part,
    survey,
    ticket,
    upgrade,
    warranty,
)
from ..policies import (
    AcknowledgeAtOnce,
    AskAfterEachService,
    GoOnForBoth,
    HandleAgain,
    OpenWhatWasSplitOff,
    Policy,
    ReorderInTime,
    RepairWhatIsComplainedOf,
    RespondOnThreeLevels,
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
    and *promised_as* what standards call it, if that is another word.
    """

    kind: str
    fold: Fold[Any]
    when_due: WhenDue | None = None
    promised_as: str = ""


TICKET: Fold[ticket.Ticket] = Fold(ticket.evolve, name="ticket", replay=ticket.replay)
COMPLAINT: Fold[complaint.Complaint] = Fold(complaint.evolve, name="complaint")
WARRANTY: Fold[warranty.Warranty] = Fold(warranty.evolve, name="warranty")
SPARE_PART: Fold[spare_part.SparePart] = Fold(spare_part.evolve, name="spare_part")
MAINTENANCE: Fold[maintenance.MaintenancePlan] = Fold(maintenance.evolve, name="maintenance")
UPGRADE: Fold[upgrade.Upgrade] = Fold(upgrade.evolve, name="upgrade")
IMPROVEMENT: Fold[improvement.Improvement] = Fold(improvement.evolve, name="improvement")
SURVEY: Fold[survey.Survey] = Fold(survey.evolve, name="survey")

AGGREGATES: dict[str, Aggregate] = {
    each.kind: each
    for each in (
        Aggregate(kind="ticket", fold=TICKET, when_due=ticket.decisions.escalate_if_due),
        Aggregate(kind="complaint", fold=COMPLAINT, when_due=complaint.ending.escalate_if_due),
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
            promised_as="feedback",
        ),
        Aggregate(kind="survey", fold=SURVEY, when_due=survey.decisions.remind_if_due),
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
)

FACTS = {theme.facts.name: theme.facts for theme in THEMES}

READ_MODELS: dict[str, Handler] = {
    deadlines.NAME: deadlines.observe,
    **{name: each.observe for name, each in FACTS.items()},
}

#: What the names of the events begin with that a read model is made of; all, if not told.
TOPICS: dict[str, str] = {name: each.topics for name, each in FACTS.items()}


def fold_of(subject: str) -> Fold[Any]:
    """Return how the history of *subject* becomes a state."""
    return AGGREGATES[subject.partition("/")[0]].fold
