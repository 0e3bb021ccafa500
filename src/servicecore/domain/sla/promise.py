"""What a standard promises (a target), and what one customer was promised (a promise)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import cached_property
from itertools import chain
from math import isfinite
from typing import Any, Literal, get_args

import attrs

from ..moments import instant

Credit = Literal["working", "wall", "none"]
DayMode = Literal[
    "end_of_day", "same_time", "roll_first", "then_roll", "then_roll_back", "origin_rolls"
]
AtClosing = Literal["closing", "next_opening"]
OnReopening = Literal["continue", "restart", "count", "stay"]
OnChange = Literal["from_start", "from_start_without_pauses", "from_now"]
OnAttachment = Literal["from_start", "from_now"]
OnMerging = Literal["earliest_start", "own_clock"]

#: The named choices of a target, with what each offers.
CHOICES: Mapping[str, Any] = {
    "credit": Credit,
    "day_mode": DayMode,
    "at_closing": AtClosing,
    "on_reopening": OnReopening,
    "on_change": OnChange,
    "on_attachment": OnAttachment,
    "on_merging": OnMerging,
}
ANY_REASON = "*"
REOPENED = "reopened"
WHOLE = 1.0  #: The share of a target that is used up at its deadline.
WALL = "wall"  #: The calendar of promises that run day and night.


class TargetError(ValueError):
    """A target of a standard cannot be meant as it stands."""


@attrs.frozen(kw_only=True)
class Rung:
    """One step of an escalation ladder: who is told when this share of the target is used up.

    A *share* of 0.8 is a warning; at 1.0 the deadline is reached.  *name* makes
    the rung one of its kind on its clock, so that it fires once.
    """

    name: str
    to: str
    share: float


@attrs.frozen(kw_only=True)
class RungReached:
    """The instant at which a rung is reached if nothing happens before."""

    name: str
    to: str
    due: datetime = instant()


@attrs.frozen(kw_only=True)
class Target:
    """A promise that a standard makes on every case to which it applies.

    The clock *starts* and *stops* when one of the named things happens to the
    case.  It counts working time of *calendar* (day and night when that is
    ``"wall"``): either *within* a length of time, or so many *working_days*.

    *pauses* names the reasons for which it stands still, ``("*",)`` being all,
    and *credit* what that is worth: the working time inside, all of the time, or
    none.  *repeats* opens a new round at each start once the last is decided (a
    next reply is due for each unanswered message); a start that also stops ends
    one round and begins the next (the customer hears from us every day).

    What becomes of a clock at a turn is *on_reopening* (``"restart"`` is a new
    round, the old one stays in the history), *on_change* when another promise
    takes its place, *on_attachment* when a promise is made on a case that had
    none, and *on_merging*.

    Raises:
        TargetError: If it promises nothing, two things at once, or what nobody can mean.
    """

    clock: str
    of: str = "ticket"
    clause: str
    within: timedelta | None = None
    working_days: int | None = None
    calendar: str = WALL
    starts: tuple[str, ...] = ("opened",)
    stops: tuple[str, ...] = ()
    starts_after: timedelta = timedelta()
    when: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict, hash=False)
    pauses: tuple[str, ...] = (ANY_REASON,)
    ladder: tuple[Rung, ...] = ()
    credit: Credit = "working"
    day_mode: DayMode = "end_of_day"
    at_closing: AtClosing = "closing"
    on_reopening: OnReopening = "continue"
    on_change: OnChange = "from_start"
    on_attachment: OnAttachment = "from_start"
    on_merging: OnMerging = "earliest_start"
    repeats: bool = False
    runs_when_closed: bool = False
    hidden_on_hold: bool = False

    def __attrs_post_init__(self) -> None:
        wrong = next(chain(_no_figure(self), _no_ladder(self), _no_choice(self)), None)
        if wrong is not None:
            msg = f"{self.clock}: {wrong}"
            raise TargetError(msg)

    @cached_property
    def shares(self) -> tuple[float, ...]:
        """The shares of it at which something is reached: the deadline, and each level."""
        return tuple({WHOLE, *(rung.share for rung in self.ladder)})

    @cached_property
    def lengths(self) -> Mapping[float, timedelta]:
        """How long each of its shares is, of a target that is a length of time."""
        within = self.within or timedelta()
        return {each: within if each == WHOLE else within * each for each in self.shares}

    @cached_property
    def soonest(self) -> timedelta:
        """How soon the first level of the ladder can be reached, if it never stands still."""
        return min((self.lengths[rung.share] for rung in self.ladder), default=timedelta())

    def applies_to(self, facts: Mapping[str, Any]) -> bool:
        """Tell whether a case with these *facts* (priority, kind …) is promised this."""
        return all(facts.get(name) in wanted for name, wanted in self.when.items())

    def stands_still_for(self, reason: str | None) -> bool:
        """Tell whether a pause for *reason* stops this clock."""
        return ANY_REASON in self.pauses or reason in self.pauses

    def __str__(self) -> str:
        """Tell the figure as a manager would: ``2 h`` or ``5 working days``."""
        if self.working_days is not None:
            return f"{self.working_days} working days"
        return told(self.within or timedelta())


@attrs.frozen(kw_only=True)
class Promise:
    """What a customer was promised on one clock, as it goes on record.

    It names the version of the standard and of the calendar it was made under,
    so that whoever replays it in three years counts as we counted.
    """

    clock: str
    round: int = 1
    clause: str
    standard: str
    calendar: str
    within: str
    started_at: datetime = instant()
    due: datetime = instant()


def _no_figure(target: Target) -> Iterator[str]:
    """Yield what is wrong with the length of a target, if anything is."""
    within, days = target.within, target.working_days
    if (within is None) == (days is None):
        yield (
            "a target is either a length of time or a number of working days, "
            f"got within={within} and working_days={days}"
        )
    for length in (within, target.starts_after):
        if length is not None and length < timedelta():
            yield f"a target cannot be negative, got {length}"
    if days is not None and days < 0:
        yield f"a target cannot be negative, got {days} working days"
    if days is not None and target.calendar == WALL:
        yield f"{days} working days need a calendar, got 'wall'"


def _no_ladder(target: Target) -> Iterator[str]:
    for rung in target.ladder:
        if not (isfinite(rung.share) and rung.share > 0):
            yield f"the rung {rung.name!r} must lie at a share such as 0.8, got {rung.share}"
    names = [rung.name for rung in target.ladder]
    if twice := next((name for name in names if names.count(name) > 1), None):
        yield f"two rungs of the ladder are called {twice!r}"


def _no_choice(target: Target) -> Iterator[str]:
    for choice, offered in CHOICES.items():
        if getattr(target, choice) not in get_args(offered):
            known = ", ".join(map(repr, get_args(offered)))
            yield f"{choice} must be one of {known}, got {getattr(target, choice)!r}"


def told(length: timedelta) -> str:
    """Tell a length of time in the largest units that are exact.

    >>> told(timedelta(hours=48)), told(timedelta(minutes=15)), told(timedelta(seconds=90))
    ('48 h', '15 min', '90 s')
    """
    for unit, size in (("h", timedelta(hours=1)), ("min", timedelta(minutes=1))):
        if length % size == timedelta():
            return f"{length // size} {unit}"
    return f"{length.total_seconds():g} s"
