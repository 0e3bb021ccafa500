"""What would have been, had other promises been made: under another standard or calendar.

A history is a list of steps, and steps can be promised anything.  Nothing here
touches the log: the same timeline is kept twice, once under the terms it was
served under and once under others, and the two are laid side by side.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import attrs

from ..domain.case import in_order_of_time
from ..domain.moments import has_passed
from ..domain.sla import Clock, Clocks, State, Terms, Timeline, keep_time
from ..domain.sla.promise import WHOLE
from ..domain.ticket import events


class Outcome(NamedTuple):
    """How one clock of one ticket went, or would have gone."""

    due: datetime
    spent: timedelta
    state: str
    is_late: bool
    levels: tuple[str, ...]  #: Levels of the ladder that were reached while it was live.


class Difference(NamedTuple):
    """One clock of one ticket, as it was and as it would have been; None where there is none."""

    subject: str
    clock: str
    round: int
    was: Outcome | None
    would_be: Outcome | None

    @property
    def differs(self) -> bool:
        """Tell whether it would have been any different."""
        return self.was != self.would_be

    @property
    def is_moved(self) -> timedelta | None:
        """How much later it would have been due; negative for earlier."""
        if self.was is None or self.would_be is None:
            return None
        return self.would_be.due - self.was.due

    def as_dict(self) -> dict[str, Any]:
        """Return it as one flat row, as for CSV."""
        moved = self.is_moved
        return {
            "subject": self.subject,
            "clock": self.clock,
            "round": self.round,
            **_columns("was", self.was),
            **_columns("would_be", self.would_be),
            "moved_seconds": None if moved is None else moved.total_seconds(),
        }


@attrs.define
class Totals:
    """What it comes to over many tickets, for one clock; totals can be added.

    Better or worse is told of clocks that are promised both times: a promise that
    nobody makes is not kept any better.
    """

    clocks: int = 0
    newly_promised: int = 0
    not_promised: int = 0  #: Clocks that the other standard would not promise.
    late: int = 0
    would_be_late: int = 0
    newly_late: int = 0
    no_longer_late: int = 0
    escalations: int = 0
    would_be_escalations: int = 0

    def observe(self, difference: Difference) -> None:
        """Take one more clock into account."""
        was, would_be = difference.was, difference.would_be
        late, then_late = bool(was and was.is_late), bool(would_be and would_be.is_late)
        both = was is not None and would_be is not None
        self.clocks += 1
        self.newly_promised += was is None
        self.not_promised += would_be is None
        self.late += late
        self.would_be_late += then_late
        self.newly_late += both and then_late and not late
        self.no_longer_late += both and late and not then_late
        self.escalations += len(was.levels) if was else 0
        self.would_be_escalations += len(would_be.levels) if would_be else 0

    def __add__(self, other: Totals) -> Totals:
        mine, theirs = attrs.astuple(self), attrs.astuple(other)
        return Totals(*(a + b for a, b in zip(mine, theirs, strict=True)))


def what_if(
    subject: str, timeline: Timeline, *, was: Terms, instead: Terms, as_of: datetime
) -> list[Difference]:
    """Return every clock of one ticket as it was under *was*, and as it would be *instead*."""
    before = _outcomes(keep_time(timeline, was), as_of)
    after = _outcomes(keep_time(timeline, instead), as_of)
    return [
        Difference(
            subject=subject, clock=name, round=n, was=before.get(key), would_be=after.get(key)
        )
        for key in sorted(before.keys() | after.keys())
        for name, n in [key]
    ]


@attrs.frozen
class Served:
    """What a what-if needs to know of a ticket: what it was served under, and its steps."""

    standard: str
    calendar: str
    timeline: Timeline


def observe(served: Served | None, event: Any) -> Served:
    """Return what is known of a ticket after *event*."""
    if served is None:
        return Served(event.standard, event.calendar, (event.happening,))
    if not isinstance(event, events.ClockFact):
        return served
    timeline = in_order_of_time(served.timeline, event.happening)
    return Served(served.standard, served.calendar, timeline)


def totals(differences: Iterable[Difference]) -> dict[str, Totals]:
    """Sum up by clock."""
    found: dict[str, Totals] = {}
    for each in differences:
        found.setdefault(each.clock, Totals()).observe(each)
    return dict(sorted(found.items()))


def _outcomes(clocks: Clocks, as_of: datetime) -> dict[tuple[str, int], Outcome]:
    return {each.key: _outcome(each, as_of) for each in clocks}


def _outcome(clock: Clock, as_of: datetime) -> Outcome:
    """Sum up one clock with a single look at its deadlines."""
    counting, course = clock.counting, clock.course
    until = course.ended_at or as_of
    reached, last_ran = counting.reached(course, until), counting.last_ran(course, until)
    due, counts = reached[WHOLE], not clock.is_cancelled
    is_late = counts and (bool(clock.breaches) or has_passed(due, last_ran))
    decided = State.MISSED if is_late else State.MET
    ended = counts and course.ended_at is not None
    passed = [
        rung.name
        for rung in counting.target.ladder
        if counts and has_passed(reached[rung.share], last_ran)
    ]
    return Outcome(
        due=due,
        spent=counting.spent(course, until),
        state=(decided if ended else clock.state(as_of)).value,
        is_late=is_late,
        levels=tuple(passed),
    )


def _columns(side: str, outcome: Outcome | None) -> dict[str, Any]:
    return {
        f"{side}_due": outcome and outcome.due.isoformat(),
        f"{side}_spent_seconds": outcome and outcome.spent.total_seconds(),
        f"{side}_state": outcome and outcome.state,
        f"{side}_late": outcome and outcome.is_late,
        f"{side}_levels": outcome and " ".join(outcome.levels),
    }
