"""Whenever a drill showed a weak point, or an emergency taught something, an improvement begins.

Source: om2025:7.3a (drill, then summary, then improvement), om2025:7.1b.
"""

from __future__ import annotations

from typing import ClassVar

import attrs

from ..domain.drill import Drill, DrillEvent, DrillSummarised
from ..domain.drill.decisions import name_improvement
from ..domain.emergency import EmergencyEvaluated
from ..domain.events import Recorded
from ..domain.improvement import Source
from ..domain.standard import Rulebook
from .improving import improvement
from .wanted import Wanted


@attrs.frozen
class ActOnLessons:
    """What was learnt does not stay in a report: somebody finds its cause and acts on it."""

    rulebook: Rulebook
    name: ClassVar[str] = "lessons"
    version: ClassVar[str] = "1"
    listens: ClassVar[tuple[type, ...]] = (DrillSummarised, EmergencyEvaluated)

    def react(self, recorded: Recorded) -> list[Wanted]:
        """Collect what was learnt as feedback; a drill names the improvement it led to."""
        match recorded.event:
            case DrillSummarised(weak_points=(_, *_)) as summarised:
                number = f"drill-{summarised.drill_id}"
                return [
                    self._collected(recorded, number, Source.DRILL, summarised.weak_points),
                    Wanted(recorded.subject, lambda drill: _named(drill, number, summarised)),
                ]
            case EmergencyEvaluated() as evaluated:
                number = f"emergency-{evaluated.emergency_id}"
                return [self._collected(recorded, number, Source.EMERGENCY, evaluated.lessons)]
            case _:
                return []

    def _collected(
        self, recorded: Recorded, number: str, source: Source, learnt: tuple[str, ...]
    ) -> Wanted:
        return improvement(
            number,
            source=source,
            about="; ".join(learnt),
            origin=recorded.subject,
            at=recorded.event.at,
            rulebook=self.rulebook,
            standard=recorded.event.standard,
            calendar=recorded.event.calendar,
        )


def _named(drill: Drill, number: str, summarised: DrillSummarised) -> list[DrillEvent]:
    return name_improvement(drill, improvement_id=number, at=summarised.at)
