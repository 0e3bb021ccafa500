"""How a clock ran: moments only, which mean nothing until a calendar counts them."""

from __future__ import annotations

from datetime import datetime

import attrs

CLOSED = "closed"  #: The reason of the pause while a case is resolved or closed.


@attrs.frozen(kw_only=True)
class Pause:
    """A stretch in which a clock stood still; one that is still going on has no end."""

    reason: str
    started_at: datetime
    ended_at: datetime | None = None


@attrs.frozen(kw_only=True)
class Course:
    """Since when a clock ran, with which pauses, and until when; *ended_by* tells by what."""

    started_at: datetime
    pauses: tuple[Pause, ...] = ()
    ended_at: datetime | None = None
    ended_by: str = ""

    @property
    def standing_pause(self) -> Pause | None:
        """The pause that is going on, if there is one."""
        last = self.pauses[-1] if self.pauses else None
        return last if last is not None and last.ended_at is None else None

    def paused(self, *, at: datetime, reason: str) -> Course:
        """Stand still; a second pause inside a pause changes nothing."""
        if self.standing_pause is not None:
            return self
        pause = Pause(reason=reason, started_at=at)
        return Course(started_at=self.started_at, pauses=(*self.pauses, pause))

    def resumed(self, *, at: datetime) -> Course:
        """Go on; without a pause nothing changes."""
        pause = self.standing_pause
        if pause is None:
            return self
        over = Pause(reason=pause.reason, started_at=pause.started_at, ended_at=at)
        return Course(started_at=self.started_at, pauses=(*self.pauses[:-1], over))

    def ended(self, *, at: datetime, by: str) -> Course:
        """Stop; a pause that was going on ends with it."""
        pauses = self.resumed(at=at).pauses if self.pauses else ()
        return Course(started_at=self.started_at, pauses=pauses, ended_at=at, ended_by=by)

    def continued(self, *, at: datetime) -> Course:
        """Go on after having ended; the time in between was a pause while closed."""
        if self.ended_at is None:
            return self
        gap = Pause(reason=CLOSED, started_at=self.ended_at, ended_at=at)
        return Course(started_at=self.started_at, pauses=(*self.pauses, gap))

    def counted_on(self) -> Course:
        """Go on after having ended, as if it never had."""
        return Course(started_at=self.started_at, pauses=self.pauses)

    def begun_anew(self, *, at: datetime) -> Course:
        """Count from *at* only; one that is to start later still does."""
        return Course(started_at=max(at, self.started_at))

    def without_holds(self) -> Course:
        """Forget the holds; the time it was closed stays left out."""
        kept = tuple(each for each in self.pauses if each.reason == CLOSED)
        return Course(started_at=self.started_at, pauses=kept)
