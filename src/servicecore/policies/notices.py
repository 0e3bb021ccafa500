"""Whenever something happens that somebody should hear of, they are told.

Who is told, and of what, is decided here; how it reaches them is left to the
application, which registers handlers at the outbox.  The text is a plain
sentence to fall back on: an application that writes its own letters goes by the event.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple

import attrs

from ..domain.campaign import CampaignOverdue, CampaignTrackingDue
from ..domain.case import ASSIGNEE
from ..domain.complaint import (
    ComplaintAcknowledged,
    ComplaintAnswered,
    ComplaintClosed,
    ComplaintEscalated,
    ComplaintFedBack,
    ComplaintInformed,
    ComplaintResponseStarted,
    ComplaintWarned,
)
from ..domain.compliance import ComplianceDue
from ..domain.emergency_plan import EmergencyPlanFellShort, EmergencyPlanReminded
from ..domain.events import CATALOGUE, Recorded
from ..domain.improvement import (
    ImprovementCheckDue,
    ImprovementEscalated,
    ImprovementMeasureOverdue,
    ImprovementWarned,
)
from ..domain.knowledge_article import KnowledgeArticleReviewDue
from ..domain.maintenance import MaintenanceVisitDue, MaintenanceVisitMissed
from ..domain.order import OrderEscalated, OrderWarned
from ..domain.people import Level
from ..domain.quality_review import QualityReviewDue
from ..domain.rating import RatingEscalated, RatingWarned
from ..domain.relationship import ContractEnding, RevisitDue, RevisitMissed
from ..domain.safekeeping import CopyDue
from ..domain.spare_part import SparePartCountDue, SparePartExpired, SparePartReorderAsked
from ..domain.staff import StaffFellShort, StaffReminded
from ..domain.standard_review import StandardReviewDue
from ..domain.survey import SurveyReminded, SurveySent
from ..domain.ticket import (
    TicketAcknowledged,
    TicketEscalated,
    TicketResolved,
    TicketSolutionOffered,
    TicketWarned,
)
from ..domain.warranty import WarrantyExpiryNoticed, WarrantyFeesOffered

CUSTOMER = "customer"  #: The one whose record the notice is about.
PURCHASING = "purchasing"
STORE = "store"
_HOUR = timedelta(hours=1)


@attrs.frozen(kw_only=True)
class Notice:
    """Something that *to* should hear of, about *subject*.

    The *key* stays the same however often it is sent, and no other notice has it.
    """

    key: str
    to: str
    text: str
    subject: str
    event: str
    at: datetime


class Told(NamedTuple):
    """Who is told, and what."""

    to: str
    text: str


def notices_of(recorded: Recorded) -> list[Notice]:
    """Return who is to be told of an event, and what; nobody is told of imported history."""
    if recorded.is_imported:
        return []
    return [
        Notice(
            key=f"{recorded.id}/{each.to}",
            to=each.to,
            text=each.text,
            subject=recorded.subject,
            event=CATALOGUE.name_of(type(recorded.event)),
            at=recorded.occurred_at,
        )
        for each in (*_to_the_customer(recorded.event), *_to_the_staff(recorded.event))
    ]


def _to_the_customer(event: Any) -> list[Told]:
    text = _of_requests(event) or _of_warranties_and_surveys(event)
    return [Told(CUSTOMER, text)] if text else []


def _of_requests(event: Any) -> str:
    match event:
        case TicketAcknowledged() | ComplaintAcknowledged():
            text = "What you told us has arrived, and somebody is looking after it."
        case TicketSolutionOffered(solution=solution):
            text = f"We offer this solution: {solution}."
        case TicketResolved(solution=solution):
            text = f"It is solved: {solution}. Please confirm."
        case ComplaintAnswered(answer=answer):
            text = f"A first answer to your complaint: {answer}."
        case ComplaintInformed(news=news):
            text = f"News about your complaint: {news}."
        case ComplaintFedBack(result=result):
            text = f"Your complaint was handled: {result}. Are you satisfied?"
        case ComplaintClosed():
            text = "Your complaint is closed."
        case _:
            text = ""
    return text


def _of_warranties_and_surveys(event: Any) -> str:
    match event:
        case WarrantyFeesOffered(total=total, currency=currency):
            return f"This repair is not under warranty; it costs {total} {currency} if you agree."
        case WarrantyExpiryNoticed(part=part, until=until):
            return f"The warranty of {part or 'your product'} ends on {until}."
        case SurveySent(open_until=until):
            return f"How satisfied are you with us? Please tell us by {_minute(until)}."
        case SurveyReminded():
            return "You have not answered yet how satisfied you are with us. Please tell us."
        case _:
            return ""


# --- The staff -----------------------------------------------------------------------


def _to_the_staff(event: Any) -> list[Told]:
    if isinstance(event, ComplaintResponseStarted):
        return [Told(each, "A major complaint needs the three levels.") for each in event.levels]
    if isinstance(event, ComplaintClosed):
        return [Told(ASSIGNEE, "It is closed; its report has to be written (pdr:5.4b).")]
    if text := _of_parts(event):
        to = PURCHASING if isinstance(event, SparePartReorderAsked) else STORE
        return [Told(to, text)]
    said = (tells(event) for tells in (_of_cases, _of_days, _of_what_comes_again, _of_duties))
    if text := next(filter(None, said), ""):
        return [Told(event.to.value if isinstance(event.to, Level) else event.to, text)]
    return []


def _of_parts(event: Any) -> str:
    match event:
        case SparePartReorderAsked(free=free, level=level):
            return f"{free} are left; more should be ordered at {level}."
        case SparePartCountDue():
            return "The parts have to be counted."
        case SparePartExpired(batch=batch):
            return f"Batch {batch} has expired."
        case _:
            return ""


def _of_cases(event: Any) -> str:
    """Tell of what was promised and is about to be late, or is late."""
    match event:
        case (
            TicketWarned()
            | ComplaintWarned()
            | OrderWarned()
            | ImprovementWarned()
            | RatingWarned()
        ):
            return f"{_words(event.clock).capitalize()} is due soon, under {event.clause}."
        case (
            TicketEscalated()
            | ComplaintEscalated()
            | OrderEscalated()
            | ImprovementEscalated()
            | RatingEscalated()
        ):
            return f"{_words(event.clock).capitalize()} has been late since {_minute(event.due)}."
        case ImprovementMeasureOverdue(number=number):
            return f"Measure {number} was not carried out by {_minute(event.due)}."
        case ImprovementCheckDue(check=check):
            return f"The {check} look at the effect has been due since {_minute(event.due)}."
        case _:
            return ""


def _of_days(event: Any) -> str:
    """Tell of what was planned for a day: visits, revisits, contracts."""
    match event:
        case MaintenanceVisitDue(visit=visit):
            text = f"Visit {visit} is due."
        case MaintenanceVisitMissed(visit=visit):
            text = f"Visit {visit} was not made by {_minute(event.due)}."
        case RevisitDue(revisit=revisit):
            text = f"Revisit {revisit} is due, under {event.clause}."
        case RevisitMissed(revisit=revisit):
            text = f"Revisit {revisit} was not made by {_minute(event.due)}."
        case ContractEnding(contract_id=contract, until=until):
            text = f"Contract {contract} ends on {until}; it may be renewed."
        case _:
            text = ""
    return text


def _of_what_comes_again(event: Any) -> str:
    """Tell of what is done regularly: reviews, checks, campaigns, copies."""
    match event:
        case QualityReviewDue():
            what = "The review of the quarter"
        case ComplianceDue(compliance_id=period):
            what = f"The check of {period}"
        case StandardReviewDue(review_id=standard):
            what = f"The review of the standard {standard}"
        case KnowledgeArticleReviewDue(article_id=article):
            what = f"The review of article {article}"
        case CampaignOverdue(campaign_id=campaign):
            what = f"Campaign {campaign}"
        case CampaignTrackingDue(campaign_id=campaign):
            what = f"A look at what campaign {campaign} has come to"
        case CopyDue(safekeeping_id=sort):
            what = f"The next {sort} of all records"
        case _:
            return ""
    return f"{what} has been due since {_minute(event.due)}."


def _of_duties(event: Any) -> str:
    """Tell of what is owed in a quarter or year: drills, training, appraisals."""
    match event:
        case EmergencyPlanReminded() | StaffReminded():
            when = "nearly over"
        case EmergencyPlanFellShort() | StaffFellShort():
            when = "over"
        case _:
            return ""
    missing = f"{_words(event.duty)} ({_amount(event.missing)})"
    return f"{event.period} is {when}, and this is still missing: {missing}."


def _words(name: str) -> str:
    return name.replace("_", " ")


def _amount(missing: int | timedelta) -> str:
    return f"{missing / _HOUR:g} h" if isinstance(missing, timedelta) else str(missing)


def _minute(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")
