"""What is asked about customers that takes more than one look: who may leave, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, cast

import attrs

from ..domain.standard import ServiceStandard
from ..projections import customer_facts, themes
from ..projections.answer import Answer, Measured
from ..projections.asking import Question
from ..projections.counting import cells_of
from ..projections.loyalty import LIFETIME, Loyalty
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
from ..projections.spells import GRACE, SILENCE, Patience
from ..projections.survival import Lives
from ..projections.tally import Tally
from .asked import Ask, AskTwice, facts_for, question_of
from .office import Office

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


def survival(office: Office, ask: Ask, patience: Patience) -> Answer:
    """Return the curve of Kaplan and Meier, a figure for each day after which anybody left."""
    question = question_of(office, ask)
    cells = cells_of(
        facts_for(office, customer_facts.FACTS, question),
        question,
        dimensions=_DIMENSIONS,
        measures=[Loyalty(patience).lifetime],
    )
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
    office: Office, ask: Ask, points: Mapping[str, float] | None
) -> list[CustomerRisk]:
    """Return the customers there is any reason to fear for.

    Raises:
        UnknownRiskError: If nobody says what a reason weighs, or looks for it.
        MissingTimesError: If the standard does not say how long one waits, or looks.
    """
    question = question_of(office, ask)
    question.must_be_about(themes.CUSTOMERS.cases, _DIMENSIONS)
    tally = Tally(question, _DIMENSIONS)
    every = facts_for(office, customer_facts.FACTS, question)
    return at_risk(
        filter(tally.is_asked_of, every),
        _signs(office, attrs.evolve(question, where={})),
        tally,
        worries=_worries(office.standard, points),
        patience=patience_of(office.standard),
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


def _signs(office: Office, question: Question) -> dict[str, Signs]:
    kinds = {
        "tickets": (themes.TICKETS, PromisesMade),
        "complaints": (themes.COMPLAINTS, Complained),
        "surveys": (themes.SURVEYS, Said),
    }
    found: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for kind, (theme, part) in kinds.items():
        for fact in facts_for(office, theme.facts, question, part=part):
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
