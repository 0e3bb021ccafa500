"""What the rules demand of any step in the life of an improvement."""

from __future__ import annotations

from datetime import datetime

from ..people import Level
from . import refusals
from .improvement import Improvement, ImprovementStatus

#: What changes where an improvement stands; nothing that rests on it happens before it.
_TURNS = frozenset(
    {
        "collected",
        "analysed",
        "measures_set",
        "measure_carried_out",
        "effect_checked",
        "adopted",
        "taken_up_again",
    }
)


def must_go_on(improvement: Improvement, done: str, at: datetime) -> None:
    """Refuse what is said to have happened before the feedback, or after the end.

    Raises:
        BeforeFeedbackError: If it is before.
        ImprovementEndedError: If the improvement is closed or dropped.
    """
    if at < improvement.opened_at:
        msg = (
            f"improvement {improvement.id} was collected at {improvement.opened_at.isoformat()}, "
            f"so it cannot have been {done} at {at.isoformat()}"
        )
        raise refusals.BeforeFeedbackError(msg)
    if improvement.status.is_over:
        status = improvement.status.value
        msg = f"improvement {improvement.id} is {status}, so it cannot be {done}"
        raise refusals.ImprovementEndedError(msg)


def must_be_in_order(improvement: Improvement, done: str, at: datetime) -> None:
    """Refuse what is said to have happened before the improvement came to where it stands.

    Raises:
        ImprovementOutOfOrderError: If it is.
    """
    since = max(each.at for each in improvement.timeline if each.what in _TURNS)
    if at < since:
        msg = (
            f"improvement {improvement.id} has been {improvement.status.value} since "
            f"{since.isoformat()}, so it cannot have been {done} at {at.isoformat()}"
        )
        raise refusals.ImprovementOutOfOrderError(msg)


def must_be_at_least(
    level: Level | str, least: Level, improvement: Improvement, done: str
) -> Level:
    """Return *level* if it may do this to the improvement (om2025:2.3b).

    Raises:
        TooLowLevelError: If it may not, or is none.
    """
    told = level.value if isinstance(level, Level) else level
    for known in Level:
        if known.value == told and not least.is_above(known):
            return known
    msg = (
        f"improvement {improvement.id} is {done} by a {least.value} or above (om2025:2.3b), "
        f"got {told!r}"
    )
    raise refusals.TooLowLevelError(msg)


def must_be_open_to_checks(improvement: Improvement, done: str, at: datetime) -> None:
    """Refuse to judge an effect before there can be one.

    Raises:
        NothingToCheckError: If not all measures are carried out.
    """
    must_go_on(improvement, done, at)
    if improvement.status not in {ImprovementStatus.CARRIED_OUT, ImprovementStatus.ADOPTED}:
        left = ", ".join(map(str, improvement.measures_left)) or "all that is to be set"
        msg = (
            f"improvement {improvement.id} is {improvement.status.value}: no effect can be judged "
            f"before its measures are carried out (left: {left})"
        )
        raise refusals.NothingToCheckError(msg)
    must_be_in_order(improvement, done, at)
