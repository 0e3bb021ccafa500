"""What a report tells: the answers it is drawn from, and what those were made from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import attrs

from ..projections.answer import Answer, Measured
from ..projections.risk import CustomerRisk

#: People were trained before there was a customer, and contracts end long after the last call.
_TO_DO = ("tickets_opened", "tickets_resolved", "backlog", "complaints_received", "csat")


@attrs.frozen(kw_only=True)
class Provenance:
    """What the figures were made from, so that anybody can draw them again.

    *fingerprint* is that of the newest event that was known, byte for byte.
    """

    position: int
    fingerprint: str
    standard: str
    calendar: str
    as_of: str
    command: str


@attrs.frozen(kw_only=True)
class Findings:
    """The answers of one period, of the one *before* it, and by time.

    Each is about all cases; *by_priority*, *people* and *teams* are about tickets, and
    *stays* and *at_risk* about customers, whenever they came.
    *goals* are the shares that the standard asks for, by measure.
    """

    title: str
    period: str
    before_period: str
    zone: str
    unit: str
    now: Answer
    before: Answer | None
    by_time: Answer
    by_priority: Answer
    people: Answer
    teams: Answer
    stays: Answer | None = None
    at_risk: Sequence[CustomerRisk] = ()
    goals: Mapping[str, float] = attrs.field(factory=dict)
    provenance: Provenance

    def figure(self, measure: str) -> Measured | None:
        """Return a figure of the period; None if nothing was measured."""
        return _only(self.now, measure)

    def figure_before(self, measure: str) -> Measured | None:
        """Return the figure of the period before."""
        return None if self.before is None else _only(self.before, measure)

    @property
    def times(self) -> list[str]:
        """The days, weeks, months or quarters in which anything was to do, in order."""
        return sorted(
            {
                value
                for each in self.by_time
                if each.measure in _TO_DO
                for name, value in each.group
                if name == self.unit
            }
        )

    def course(self, measure: str, told: Callable[[Measured], float | None]) -> list[float | None]:
        """Return what a measure came to in each of the times; None where nothing was measured."""
        return self.along(by_group(self.by_time, measure), told, ())

    def along(
        self,
        figures: dict[frozenset[tuple[str, str]], Measured],
        told: Callable[[Measured], float | None],
        group: Iterable[tuple[str, str]],
    ) -> list[float | None]:
        """Return what the figures of one *group* come to in each of the times."""
        keys = (frozenset({*group, (self.unit, time)}) for time in self.times)
        return [told(figures[key]) if key in figures else None for key in keys]


def by_group(answer: Answer, measure: str) -> dict[frozenset[tuple[str, str]], Measured]:
    """Return the figures of one measure, by their groups."""
    return {frozenset(each.group): each for each in answer if each.measure == measure}


def _only(answer: Answer, measure: str) -> Measured | None:
    return next((each for each in answer if each.measure == measure and not each.group), None)
