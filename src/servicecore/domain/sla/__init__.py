"""Service-level time: what is promised, how a clock runs, and what it shows.

Two ideas carry it.  Working time is a function of a calendar; and a clock is a
fold: when it is due, what was spent and whether it is late follow from what
happened, the promise, the calendar and the moment asked about.  Nothing polls
for truth, so a breach has its exact instant even if nobody looked for a week.
"""

from .certificate import Certificate, Interval, certificate
from .clock import Clock, Reading, State
from .counting import Counting
from .course import CLOSED, Course, Pause
from .promise import WALL, Promise, Rung, RungReached, Target, TargetError
from .timekeeping import (
    Clocks,
    Terms,
    Timeline,
    courses_of,
    facts_after,
    keep_time,
    merged,
    tick,
    under,
)
from .turning import Happening, pauses_of, standing_pause

__all__ = [
    "CLOSED",
    "WALL",
    "Certificate",
    "Clock",
    "Clocks",
    "Counting",
    "Course",
    "Happening",
    "Interval",
    "Pause",
    "Promise",
    "Reading",
    "Rung",
    "RungReached",
    "State",
    "Target",
    "TargetError",
    "Terms",
    "Timeline",
    "certificate",
    "courses_of",
    "facts_after",
    "keep_time",
    "merged",
    "pauses_of",
    "standing_pause",
    "tick",
    "under",
]
