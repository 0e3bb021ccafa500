"""A second opinion on clocks: sets of minutes, and nothing of the library.

A day is 1440 minutes, and minute 0 is Monday midnight.  An office is open in a set
of minutes.  Everything is found by counting minutes; pauses are sets, and a deadline
is where a set is big enough.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache

DAY = 1440
HORIZON = 40 * DAY


@cache
def open_minutes(hours):
    """Return the minutes in which somebody is there, Monday to Friday."""
    return [
        minute
        for minute in range(HORIZON)
        if minute // DAY % 7 < 5 and any(a <= minute % DAY < b for a, b in hours)
    ]


@cache
def is_open(hours):
    return frozenset(open_minutes(hours))


@dataclass(frozen=True)
class Paper:
    """What a customer is promised: so many open minutes by class, and what pauses are worth."""

    name: str
    minutes: dict[str, int]
    hours: tuple[tuple[int, int], ...]
    credit: str = "working"
    on_change: str = "from_start"
    on_merging: str = "earliest_start"


@dataclass
class Stretch:
    """A hold, or the time after a closing; without an end it still goes on."""

    kind: str
    begin: int
    end: int | None = None


@dataclass
class Opinion:
    """What a patient clerk notes about the promise to resolve one case.

    The case is served under *paper* and of class *klass*; the clock may still count
    under what was *promised* before, as it does while the case is resolved.
    """

    paper: Paper
    klass: str = ""
    promised: tuple[Paper, str] = ()
    start: int = 0
    stretches: list[Stretch] = field(default_factory=list)
    is_on_hold: bool = False
    resolved_at: int | None = None
    was_late_before: bool = False

    # --- What happens --------------------------------------------------------------

    def note(self, what, minute, about=None):
        """Write down what happened; *about* is a class, a paper, or the notes on another case."""
        if what in {"opened", "classified"}:
            self.klass = about
        if what == "opened":
            self.start, self.promised = minute, (self.paper, self.klass)
        elif what == "served under":
            self.paper = about
        if what == "reopened" and self.resolved_at is not None:
            self.stretches.append(Stretch("closed", self.resolved_at, minute))
            self.resolved_at = None
            self.promise_anew(minute)
        if self.resolved_at is None:
            self.note_while_it_runs(what, minute, about)

    def note_while_it_runs(self, what, minute, about):
        if what == "resolved":
            self.go_on(minute)
            self.resolved_at = minute
        elif what == "paused" and not self.is_on_hold:
            self.halt(minute)
        elif what == "resumed":
            self.go_on(minute)
        elif what in {"classified", "served under"}:
            self.promise_anew(minute)
        elif what == "absorbed":
            self.take_over(about, minute)

    def halt(self, minute):
        self.stretches.append(Stretch("hold", minute))
        self.is_on_hold = True

    def go_on(self, minute):
        if self.is_on_hold:
            self.stretches[-1].end = minute
        self.is_on_hold = False

    def promise_anew(self, minute):
        """Another promise has another target; what is late by then stays late."""
        if (self.paper.name, self.klass) == (self.promised[0].name, self.promised[1]):
            return
        self.was_late_before |= self.is_late_now(minute)
        self.promised = self.paper, self.klass
        if self.paper.on_change == "from_start":
            return
        held, self.is_on_hold = self.is_on_hold, False
        self.stretches = [each for each in self.stretches if each.kind == "closed"]
        if self.paper.on_change == "from_now":
            self.start, self.stretches = minute, []
        if held:
            self.halt(minute)

    def take_over(self, other, minute):
        """Whoever has waited longer decides; from now on it stands still with this case."""
        if self.promised[0].on_merging == "own_clock":
            return
        if other.resolved_at is not None or other.start >= self.start:
            return
        theirs, held = deepcopy(other), self.is_on_hold
        theirs.go_on(minute)
        self.start, self.stretches, self.is_on_hold = theirs.start, theirs.stretches, False
        if held:
            self.halt(minute)

    # --- What it comes to ------------------------------------------------------------

    def is_late(self, now):
        """Late under this promise, or under one it replaced."""
        return self.was_late_before or self.is_late_now(now)

    def is_late_now(self, now):
        """Late is: it still ran when the deadline was over."""
        until = now if self.resolved_at is None else self.resolved_at
        ran_until = until
        for stretch in reversed(self.counting_stretches()):
            if stretch.end in {None, ran_until}:
                ran_until = stretch.begin
            else:
                break
        return ran_until > self.due(until)

    def due(self, now):
        """Go through the stretches in order; one that begins too late moves nothing."""
        until = now if self.resolved_at is None else self.resolved_at
        paper, klass = self.promised
        extra, shift = 0, 0
        due = self.minute_after(paper.minutes[klass])
        previous_end, begin = None, None
        for stretch in self.counting_stretches():
            begin = begin if stretch.begin == previous_end else stretch.begin
            previous_end = stretch.end
            if begin > due:
                break
            end = until if stretch.end is None else stretch.end
            if paper.credit == "wall" and stretch.kind == "hold":
                shift += end - stretch.begin
            else:
                extra += len(is_open(paper.hours).intersection(range(stretch.begin, end)))
            due = self.minute_after(paper.minutes[klass] + extra) + shift
        return due

    def minute_after(self, needed):
        """Return where so many open minutes have been ticked off since the start."""
        if needed == 0:
            return self.start
        ticked = [minute for minute in open_minutes(self.promised[0].hours) if minute >= self.start]
        return ticked[needed - 1] + 1

    def spent(self, now):
        """Tick off the open minutes, without those that do not count."""
        until = now if self.resolved_at is None else self.resolved_at
        ticked = set(is_open(self.promised[0].hours).intersection(range(self.start, until)))
        by_the_wall = 0
        for stretch in self.counting_stretches():
            end = until if stretch.end is None else stretch.end
            if self.promised[0].credit == "wall" and stretch.kind == "hold":
                by_the_wall += end - stretch.begin
            else:
                ticked -= set(range(stretch.begin, end))
        return max(0, len(ticked) - by_the_wall)

    def counting_stretches(self):
        """Without credit a hold is as if it had never been."""
        counts = self.promised[0].credit != "none"
        return [each for each in self.stretches if counts or each.kind == "closed"]
