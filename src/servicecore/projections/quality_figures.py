"""Which figures a quarterly review freezes: what is asked for, and all that is measured.

An indicator of a standard is held against the measure that tells it: a time
against the mean length of time, a share against the share.  Which measure tells
which indicator, the documents leave open (house choice); one that nothing here
tells stands in the review with nothing measured.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..domain.quality_review import Figure
from ..domain.standard import Indicator
from .answer import Answer, Group, Measured
from .quality_index import QualityIndex

#: Of each indicator, the measure that tells it.
TOLD_BY: Mapping[str, str] = {
    "answered_within": "first_response_wall",
    "average_response": "first_response_wall",
    "response": "first_response_wall",
    "response_after_reaction": "first_response_wall",
    "timely_response": "first_response_wall",
    "outlet_response": "first_response_wall",
    "handling_time": "first_resolution_wall",
    "complaint_answer": "complaint_answered",
    "solution_rate": "repair_success",
    "handling_efficiency": "resolution_attainment",
    "satisfaction": "csat",
    "satisfaction_watched": "csat",
    "survey_coverage": "survey_coverage",
    "training_coverage": "training_coverage",
    "appraisal_coverage": "appraisal_coverage",
}


def figures(answer: Answer, indicators: Iterable[Indicator]) -> tuple[Figure, ...]:
    """Return every indicator, judged by what was measured, and then all that was measured."""
    whole = {each.measure: each for each in answer if not each.group}
    judged = (_judged(each, whole.get(TOLD_BY.get(each.name, ""))) for each in indicators)
    measured = (
        Figure(name=e.measure, group=_told(e.group), n=e.n, k=e.k, value=e.value) for e in answer
    )
    return (*judged, *measured)


def index_figures(index: QualityIndex) -> tuple[Figure, ...]:
    """Return the service quality index, of 100, and its parts."""
    whole = Figure(name="service_quality_index", n=len(index.parts), value=index.value)
    parts = (
        Figure(name=f"service_quality_{each.name}", n=each.n, value=each.value)
        for each in index.parts
    )
    return (whole, *parts)


def _judged(indicator: Indicator, found: Measured | None) -> Figure:
    if found is None:
        return Figure.judged(indicator, n=0)
    return Figure.judged(indicator, n=found.n, k=found.k, value=found.value)


def _told(group: Group) -> str:
    return ", ".join(f"{name}={value}" for name, value in group)
