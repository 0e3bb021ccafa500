"""How a step of a complaint goes on record: with what it promises, and what it measures."""

from __future__ import annotations

from datetime import datetime

from .. import case
from ..case import ASSIGNEE, Reached
from ..people import Level
from ..sla import Terms, keep_time
from .complaint import Complaint
from .events import ComplaintEscalated, ComplaintEvent, ComplaintStep, ComplaintWarned


def on_record(
    complaint: Complaint | None, *steps: ComplaintStep, terms: Terms, tell_levels: bool = True
) -> list[ComplaintEvent]:
    """Return *steps*, and the levels reached before them, ready for the history.

    Args:
        complaint: As its history leaves it; None when it is being received.
        steps: What happens to it, in order.
        terms: What it is promised under.
        tell_levels: Whether levels reached before go on record.
    """
    complaint_id = steps[0].complaint_id

    def level(reached: Reached, at: datetime) -> ComplaintWarned | ComplaintEscalated:
        return _level(complaint_id, reached, at)

    return [*case.on_record(complaint, steps, terms=terms, level=level, tell_levels=tell_levels)]


def levels_reached(complaint: Complaint, *, at: datetime, terms: Terms) -> list[ComplaintEvent]:
    """Return the levels reached by *at* that are not on record yet, in the order they were due."""
    clocks = keep_time(complaint.timeline, terms)
    reached = case.levels_reached(clocks, complaint.levels_reached, at=at)
    return [_level(complaint.id, each, at) for each in reached]


def _level(
    complaint_id: str, reached: Reached, at: datetime
) -> ComplaintWarned | ComplaintEscalated:
    told = reached.told(at=at)
    if reached.to == ASSIGNEE:
        return ComplaintWarned(complaint_id=complaint_id, to=reached.to, **told)
    return ComplaintEscalated(complaint_id=complaint_id, to=Level(reached.to), **told)
