"""A second opinion on clocks: sets of minutes, and nothing of the library.

A day is 1440 minutes, minute 0 is Monday midnight, and the office is open from
nine to twelve and from one to five on working days.  Everything is found by
counting minutes; pauses are sets, and a deadline is where a set is big enough.
"""

from __future__ import annotations

from dataclasses import dataclass, field

DAY = 1440
HORIZON = 40 * DAY
OPEN = [
    minute
    for minute in range(HORIZON)
    if minute // DAY % 7 < 5 and (540 <= minute % DAY < 720 or 780 <= minute % DAY < 1020)
]
IS_OPEN = frozenset(OPEN)


@dataclass
class Stretch:
    """A hold, or the time after a closing; without an end it still goes on."""

    kind: str
    begin: int
    end: int | None = None


@dataclass
class Opinion:
    """What a patient clerk notes about the promise to resolve one case."""

    credit: str
    minutes_by_class: dict[str, int]
    start: int = 0
    target: int = 0
    wanted: int = 0
    stretches: list[Stretch] = field(default_factory=list)
    resolved_at: int | None = None
    was_late_before: bool = False

    def note(self, what, minute, klass=None):
        """Write down what happened."""
        last = self.stretches[-1] if self.stretches else None
        standing = last if last is not None and last.end is None else None
        if what in {"opened", "classified"}:
            self.wanted = self.minutes_by_class[klass]
        if what == "opened":
            self.start, self.target = minute, self.wanted
        elif what == "resolved" and self.resolved_at is None:
            if standing:
                standing.end = minute
            self.resolved_at = minute
        elif what == "reopened" and self.resolved_at is not None:
            self.stretches.append(Stretch("closed", self.resolved_at, minute))
            self.resolved_at = None
            self.promise_anew(minute)
        elif self.resolved_at is not None:
            return
        elif what == "paused" and not standing:
            self.stretches.append(Stretch("hold", minute))
        elif what == "resumed" and standing:
            standing.end = minute
        elif what == "classified":
            self.promise_anew(minute)

    def promise_anew(self, minute):
        """Another class has another target; what is late by then stays late."""
        if self.wanted != self.target:
            self.was_late_before |= self.is_late_now(minute)
            self.target = self.wanted

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
        extra, shift = 0, 0
        due = self.minute_after(self.target)
        previous_end, begin = None, None
        for stretch in self.counting_stretches():
            begin = begin if stretch.begin == previous_end else stretch.begin
            previous_end = stretch.end
            if begin > due:
                break
            end = until if stretch.end is None else stretch.end
            if self.credit == "wall" and stretch.kind == "hold":
                shift += end - stretch.begin
            else:
                extra += len(IS_OPEN.intersection(range(stretch.begin, end)))
            due = self.minute_after(self.target + extra) + shift
        return due

    def minute_after(self, needed):
        """Return where so many open minutes have been ticked off since the start."""
        if needed == 0:
            return self.start
        ticked = [minute for minute in OPEN if minute >= self.start]
        return ticked[needed - 1] + 1

    def spent(self, now):
        """Tick off the open minutes, without those that do not count."""
        until = now if self.resolved_at is None else self.resolved_at
        ticked = set(IS_OPEN.intersection(range(self.start, until)))
        by_the_wall = 0
        for stretch in self.counting_stretches():
            end = until if stretch.end is None else stretch.end
            if self.credit == "wall" and stretch.kind == "hold":
                by_the_wall += end - stretch.begin
            else:
                ticked -= set(range(stretch.begin, end))
        return max(0, len(ticked) - by_the_wall)

    def counting_stretches(self):
        """Without credit a hold is as if it had never been."""
        return [each for each in self.stretches if self.credit != "none" or each.kind == "closed"]
