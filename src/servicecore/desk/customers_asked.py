"""What is asked about customers that takes more than one look: who may leave, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import attrs

from ..domain.standard import ServiceStandard
from ..projections import customer_facts, themes
from ..projections.answer import Answer, Measured
from ..projections.asking import Question
from ..projections.loyalty import LIFETIME
from ..projections.period import Period
from ..projections.risk import (
    Complained,
    CustomerRisk,
    PromisesMade,
    Said,
    Signs,
    UnknownRiskError,
    Worries,
    at_risk,
)
from ..projections.risk_watch import Told, WatchedRisk, periods_until, watched
from ..projections.source import Source
from ..projections.spells import GRACE, SILENCE, Patience
from ..projections.survival import Lives
from ..projections.tally import Tally
from .asked import Ask, AskTwice, question_of
from .office import Office

if TYPE_CHECKING:
    from .sources import Sources

SURVIVAL = "survival"
_DIMENSIONS = customer_facts.DIMENSIONS


def patience_of(
    standard: ServiceStandard, *, grace: timedelta | None = None, silence: timedelta | None = None
) -> Patience:
    """Return how long one waits: as long as somebody says, or else the standard.

    Raises:
        MissingTimesError: If the standard does not say.
        NotInDaysError: If it does so in months.
    """
    return Patience(
        grace=standard.at_most(GRACE).in_days if grace is None else grace,
        silence=standard.at_most(SILENCE).in_days if silence is None else silence,
    )


def patience_told(standard: ServiceStandard) -> Patience | None:
    """Return how long one waits, if the standard says."""
    says = standard.duration(GRACE) and standard.duration(SILENCE)
    return patience_of(standard) if says else None


def survival(source: Source, question: Question) -> Answer:
    """Return the curve of Kaplan and Meier, a figure for each day after which anybody left."""
    cells = themes.CUSTOMERS.cells(source, question, themes.SURVIVAL)
    told = [
        Measured(
            measure=SURVIVAL,
            group=(*group, ("days", str(point.days))),
            n=point.at_risk,
            value=point.share,
            low=point.low,
            high=point.high,
        )
        for group, here in sorted(cells.by_group.items())
        for point in _lives(here).curve()
    ]
    return attrs.evolve(cells.answer(question), measured=tuple(told))


def _lives(here: Mapping[str, Any]) -> Lives:
    found: Lives = here.get(LIFETIME) or Lives()
    return found


def customers_at_risk(
    sources: Sources,
    standard: ServiceStandard,
    question: Question,
    points: Mapping[str, float] | None,
) -> list[CustomerRisk]:
    """Return the customers there is any reason to fear for.

    Raises:
        UnknownRiskError: If nobody says what a reason weighs, or looks for it.
        MissingTimesError: If the standard does not say how long one waits, or looks.
    """
    question.must_be_about(themes.CUSTOMERS.cases, _DIMENSIONS)
    tally, worries = Tally(question, _DIMENSIONS), _worries(standard, points)
    every = sources.of(themes.CUSTOMERS, question).facts(None)
    since = question.as_of - worries.look_back
    return at_risk(
        filter(tally.is_asked_of, every),
        _signs(sources, attrs.evolve(question, where={}), since),
        tally,
        worries=worries,
        patience=patience_of(standard),
    )


def _worries(standard: ServiceStandard, points: Mapping[str, float] | None) -> Worries:
    scale = standard.scale("risk_points")
    if points is None and scale is None:
        msg = f"{standard.reference} does not say what a reason weighs: risk_points"
        raise UnknownRiskError(msg)
    return Worries(
        points=scale.values if points is None and scale else points or {},
        look_back=standard.at_most("risk_look_back").in_days,
        look_ahead=standard.at_most("risk_look_ahead").in_days,
        silence=standard.at_most("risk_silence").in_days,
    )


def _signs(sources: Sources, question: Question, since: datetime) -> dict[str, Signs]:
    """Return what is on record of each customer; what was decided before *since* is no sign."""
    kinds = {
        "tickets": sources.decided_since(
            since,
            themes.TICKETS,
            question,
            part=PromisesMade,
            measure="attainment",
            failed=True,
        ),
        "complaints": sources.of(themes.COMPLAINTS, question).facts(Complained),
        "surveys": sources.decided_since(
            since, themes.SURVEYS, question, part=Said, measure="answers"
        ),
    }
    found: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for kind, facts in kinds.items():
        for fact in facts:
            found[fact.customer_id][kind].append(fact)
    return {customer: Signs(**signs) for customer, signs in found.items()}


def risks(office: Office, reports: Any, *, period: str, ask: AskTwice) -> tuple[WatchedRisk, ...]:
    """Return the risks that are watched, in the period and in those before it."""
    asked = cast("Ask", {**ask, "period": period})
    question = question_of(office, asked)
    latest = Period.parse(period, zone=question.zone.key)
    settled = cast("Ask", {**asked, "as_of": question.as_of})
    return watched(_told(reports, each, settled) for each in periods_until(latest))


def _told(reports: Any, period: Period, ask: Ask) -> Told:
    of = cast("Ask", {**ask, "period": period.name, "by": ()})
    return Told(
        period=period.name,
        churn=reports.churn(**of),
        complaints=reports.complaints(**of),
        promises=reports.response_times(**of),
        requests=reports.backlog(**of),
        answers=reports.satisfaction(**of),
    )
