"""What can be decided about a campaign, from its plan to the effect of its measures."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from ..calendar import WorkingCalendar
from ..days import beginning_of, day_of, end_of, must_be_a_date
from ..figures import MONTHS
from ..people import Level
from ..quantities import is_whole
from ..refusals import must_be_told
from ..reminders import passed, reminder, settled, told
from ..sla import Reading, Terms
from ..spans import Span
from ..standard import ServiceStandard
from . import events, refusals
from .campaign import Campaign, CampaignStatus, Measure
from .events import CampaignEvent

QUOTA, TRACKING = "survey_campaigns", "survey_effect_tracking"  #: What standards call them.
BEGINNING, OVERDUE = "beginning", "overdue"  #: The reminder of a planned campaign, and its level.
EFFECT, DUE = "effect", "due"  #: The reminder to track a measure, and its level.
_CLAUSE = "tender:2.3c"


def plan(
    campaign_id: str,
    *,
    due_on: date,
    clause: str,
    standard: str,
    calendar: WorkingCalendar,
    at: datetime,
) -> list[CampaignEvent]:
    """Plan a campaign, to begin on a certain day at the latest (psp:5.1a)."""
    must_be_told(campaign_id=campaign_id)
    must_be_a_date(due_on=due_on)
    end = end_of(due_on, calendar)
    planned = events.CampaignPlanned(
        campaign_id=campaign_id,
        due_on=due_on,
        clause=clause,
        standard=standard,
        calendar=calendar.reference,
        readings=(reminder(BEGINNING, due=end, rungs={OVERDUE: end}),),
        at=at,
    )
    return [planned]


def withdraw(campaign: Campaign, *, reason: str, at: datetime) -> list[CampaignEvent]:
    """Drop a planned campaign: another one took its place."""
    _must_be_in_order(campaign, "withdrawn", at)
    must_be_told(reason=reason)
    _must_be(campaign, CampaignStatus.PLANNED, "withdrawn")
    off = settled(campaign.reminders)
    return [events.CampaignWithdrawn(campaign_id=campaign.id, reason=reason, readings=off, at=at)]


def announce(
    campaign: Campaign | None,
    campaign_id: str,
    *,
    title: str,
    first_on: date,
    last_on: date,
    customers: Mapping[str, str],
    asks: Sequence[str],
    clause: str,
    standard: str,
    calendar: WorkingCalendar,
    at: datetime,
) -> list[CampaignEvent]:
    """Ask customers about the service of a period, planned or not (psp:5.1a, tender:2.3b).

    Args:
        campaign: As planned, or None.
        campaign_id: The number it has, or gets.
        title: What people call it.
        first_on: The first day of the service that is asked about.
        last_on: The last day of it.
        customers: Everybody it is about, with their contacts.
        asks: The dimensions they are asked about.
        clause: Which demands these dimensions.
        standard: Under which it is asked.
        calendar: On which its days count.
        at: When it is announced.

    Raises:
        AlreadyAnnouncedError: If that was done.
        NobodyToAskError: If it is about nobody, or nobody has a contact.
        PeriodReversedError: If the period ends before it begins.
    """
    must_be_told(campaign_id=campaign_id, title=title)
    must_be_told(**{f"customer {n}": each for n, each in enumerate(customers, 1)})
    must_be_a_date(first_on=first_on, last_on=last_on)
    if campaign is not None:
        _must_be_unannounced(campaign, at)
    if last_on < first_on:
        msg = f"campaign {campaign_id} is about {first_on} to {last_on}, which is reversed"
        raise refusals.PeriodReversedError(msg)
    if not any(contact.strip() for contact in customers.values()):
        msg = (
            f"campaign {campaign_id} is about {len(customers)} customers, "
            "none of them with a contact (tender:2.3b)"
        )
        raise refusals.NobodyToAskError(msg)
    announced = events.CampaignAnnounced(
        campaign_id=campaign_id,
        title=title,
        first_on=first_on,
        last_on=last_on,
        customers=dict(customers),
        asks=tuple(asks),
        clause=clause,
        standard=standard,
        calendar=calendar.reference,
        readings=settled(campaign.reminders) if campaign else (),
        at=at,
    )
    return [announced]


def close(
    campaign: Campaign,
    *,
    by: str,
    asked: Collection[str],
    answered: Collection[str],
    at: datetime,
) -> list[CampaignEvent]:
    """End the asking, with how many of its customers were *asked*, and how many *answered*."""
    _must_be_in_order(campaign, "closed", at)
    must_be_told(by=by)
    _must_be(campaign, CampaignStatus.ANNOUNCED, "closed")
    closed = events.CampaignClosed(
        campaign_id=campaign.id,
        by=by,
        customers=len(campaign.customers),
        asked=len(campaign.customers.keys() & set(asked)),
        answered=len(campaign.customers.keys() & set(answered)),
        at=at,
    )
    return [closed]


# --- Something follows from it --------------------------------------------------------


def summarise(
    campaign: Campaign, *, what: str, mentions: int, by: str, at: datetime
) -> list[CampaignEvent]:
    """Put in one sentence what so many customers mentioned (tender:2.3c)."""
    _must_be_in_order(campaign, "summed up", at)
    must_be_told(what=what, by=by)
    _must_be(campaign, CampaignStatus.CLOSED, "summed up")
    if not is_whole(mentions, at_least=1):
        msg = f"campaign {campaign.id}: a problem is mentioned at least once, got {mentions!r}"
        raise refusals.NotMentionedError(msg)
    summed_up = events.CampaignProblemSummarised(
        campaign_id=campaign.id,
        problem=len(campaign.problems) + 1,
        what=what,
        mentions=mentions,
        by=by,
        at=at,
    )
    return [summed_up]


def set_measure(
    campaign: Campaign,
    *,
    problem: int,
    what: str,
    responsible: str,
    ready_on: date,
    every: Span | None,
    calendar: WorkingCalendar,
    at: datetime,
) -> list[CampaignEvent]:
    """Do something about a problem; its effect is looked at *every* so often (tender:2.3c)."""
    _must_be_in_order(campaign, "acted upon", at)
    must_be_told(what=what, responsible=responsible)
    must_be_a_date(ready_on=ready_on)
    if problem not in campaign.problems:
        msg = f"campaign {campaign.id} has no problem {problem!r} (tender:2.3c)"
        raise refusals.NotOfThisCampaignError(msg)
    number = len(campaign.measures) + 1
    chosen = events.CampaignMeasureSet(
        campaign_id=campaign.id,
        measure=number,
        problem=problem,
        what=what,
        responsible=responsible,
        ready_on=ready_on,
        readings=_next_look(number, ready_on, every, calendar),
        at=at,
    )
    return [chosen]


def track_effect(
    campaign: Campaign,
    *,
    measure: int,
    finding: str,
    is_lasting: bool,
    by: str,
    every: Span | None,
    calendar: WorkingCalendar,
    at: datetime,
) -> list[CampaignEvent]:
    """Look what a measure has come to, again and again until the effect lasts (tender:2.3c).

    Raises:
        NotOfThisCampaignError: If there is no such measure.
        TrackingEndedError: If its effect lasts already.
    """
    _must_be_in_order(campaign, "tracked", at)
    must_be_told(finding=finding, by=by)
    known = _measure(campaign, measure)
    if known.is_lasting:
        msg = f"campaign {campaign.id}: the effect of measure {measure} lasts (tender:2.3c)"
        raise refusals.TrackingEndedError(msg)
    theirs = tuple(each for each in campaign.reminders if each.round == measure)
    later = () if is_lasting else _next_look(measure, day_of(at, calendar), every, calendar)
    tracked = events.CampaignEffectTracked(
        campaign_id=campaign.id,
        measure=measure,
        finding=finding,
        is_lasting=is_lasting,
        by=by,
        readings=later or settled(theirs),
        at=at,
    )
    return [tracked]


def remind_if_due(campaign: Campaign, /, *, at: datetime, terms: Terms) -> list[CampaignEvent]:
    """Tell of a campaign that did not begin in time, and of effects nobody has looked at."""
    del terms  # What is due, was said when it was planned.
    return [
        _overdue(campaign, told(reading, rung, clause="psp:5.1a", at=at))
        if reading.clock == BEGINNING
        else _look(campaign, reading, told(reading, rung, clause=_CLAUSE, at=at))
        for reading, rung in passed(campaign.reminders, at)
    ]


def next_due(standard: ServiceStandard, *, after: date) -> tuple[date, str] | None:
    """Return by when the next campaign begins, and the clause; None if none is demanded."""
    quota = standard.quota(QUOTA)
    if quota is None or not isinstance(quota.at_least, int):
        return None
    months = max(1, MONTHS[quota.per] // quota.at_least)
    return Span(months=months).after(after), quota.clause


def tracked_every(standard: ServiceStandard) -> Span | None:
    """Return how often the effect of a measure is looked at, if the standard says."""
    told = standard.duration(TRACKING)
    return None if told is None else told.at_most


# -------------------------------------------------------------------------------------


def _overdue(campaign: Campaign, facts: Mapping[str, object]) -> CampaignEvent:
    return events.CampaignOverdue(campaign_id=campaign.id, to=Level.MANAGER, **facts)  # type: ignore[arg-type]


def _look(campaign: Campaign, reading: Reading, facts: Mapping[str, object]) -> CampaignEvent:
    to = campaign.measures[reading.round].responsible
    return events.CampaignTrackingDue(campaign_id=campaign.id, to=to, **facts)  # type: ignore[arg-type]


def _next_look(
    measure: int, after: date, every: Span | None, calendar: WorkingCalendar
) -> tuple[Reading, ...]:
    if every is None:
        return ()
    opening = calendar.next_open(beginning_of(every.after(after), calendar))
    return (reminder(EFFECT, round_=measure, due=opening, rungs={DUE: opening}),)


def _measure(campaign: Campaign, number: int) -> Measure:
    if number not in campaign.measures:
        msg = f"campaign {campaign.id} has no measure {number!r} (tender:2.3c)"
        raise refusals.NotOfThisCampaignError(msg)
    return campaign.measures[number]


def _must_be_in_order(campaign: Campaign, done: str, at: datetime) -> None:
    if at < campaign.changed_at:
        msg = (
            f"campaign {campaign.id} has been {campaign.status.value} since "
            f"{campaign.changed_at.isoformat()}, so it cannot have been {done} at {at.isoformat()}"
        )
        raise refusals.BeforeCampaignError(msg)


def _must_be_unannounced(campaign: Campaign, at: datetime) -> None:
    if campaign.status is not CampaignStatus.PLANNED:
        msg = f"campaign {campaign.id} is {campaign.status.value}; it cannot be announced"
        raise refusals.AlreadyAnnouncedError(msg)
    _must_be_in_order(campaign, "announced", at)


def _must_be(campaign: Campaign, status: CampaignStatus, done: str) -> None:
    if campaign.status is not status:
        msg = (
            f"campaign {campaign.id} is {campaign.status.value}; "
            f"only one that is {status.value} can be {done} (tender:2.3c)"
        )
        raise refusals.NotThatFarError(msg)
