"""What can be asked about: kinds of cases, with everything that is measured of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import attrs

from ..domain.complaint import Category, Severity
from ..domain.people import Level
from ..domain.ticket import Kind, Priority, Status
from ..domain.upgrade import UpgradePriority
from . import (
    backlog,
    campaign_facts,
    complaint_facts,
    complaints,
    cost_facts,
    customer_facts,
    drill_facts,
    part_facts,
    rating_facts,
    response_times,
    returning,
    revisit_figures,
    satisfaction,
    staff_facts,
    survey_facts,
    ticket_course,
    ticket_facts,
    upkeep_facts,
)
from .answer import Answer
from .asking import TIMES, Dimension, Question, UnknownChoiceError, UnknownGroupingError
from .cells import Cells
from .counting import Measure, cells_of, count
from .facts import Facts
from .loyalty import Loyalty, purchases
from .source import Source
from .spells import Patience

if TYPE_CHECKING:
    from .rows import Portion

#: What is measured; who stays and who leaves depends on how long one waits for them.
Look = Callable[[Source], Sequence[Measure]]


@attrs.frozen(kw_only=True)
class Theme:
    """A kind of cases: what they are called, what is known of each, and what is measured.

    *number* is where a fact tells the number of its case, and *words* are all that a
    dimension can be, where there are no others.  What the *recorded* measures tell of a
    fact can be written down (:mod:`recording`), *by_day* of the zone of the question, or
    whatever that is.
    """

    cases: str
    number: str
    facts: Facts[Any]
    dimensions: Mapping[str, Dimension]
    everything: Look
    words: Mapping[str, type[Enum]] = attrs.field(factory=dict)
    recorded: Callable[[Patience | None], Mapping[str, Measure]] = lambda _: {}
    by_day: bool = False

    def answer(self, source: Source, question: Question, look: Look | None = None) -> Answer:
        """Answer *question* by what a *look* measures; by everything, by default.

        Raises:
            UnknownGroupingError: If such cases have nothing of a name that is asked for.
            UnknownChoiceError: If they never have a value that is asked for.
        """
        return self.cells(source, question, look).answer(question)

    def cells(self, source: Source, question: Question, look: Look | None = None) -> Cells:
        """Return the cells of what :meth:`answer` tells."""
        self._must_fit(question)
        measures = (look or self.everything)(source)
        names = [name for name, each in source.recorded.items() if each in measures]

        def counted(portions: Sequence[Portion]) -> Cells:
            from .columns import cells_of_columns  # noqa: PLC0415  # Only they need numpy.

            return cells_of_columns(portions, question, measures=names, source=source)

        found = source.columns(counted) if len(names) == len(measures) else None
        if found is not None:
            return found
        return cells_of(
            source.facts(None),
            question,
            dimensions=self.dimensions,
            measures=measures,
            source=source,
        )

    def chosen(self, source: Source, question: Question) -> Iterator[Any]:
        """Return the cases that *question* is about.

        Raises:
            UnknownGroupingError: If such cases have nothing of a name that is asked for.
            UnknownChoiceError: If they never have a value that is asked for.
        """
        self._must_fit(question)
        wanted = [(self.dimensions[name], kept) for name, kept in question.where.items()]
        return (e for e in source.facts(None) if all(told(e) in kept for told, kept in wanted))

    def behind(self, source: Source, question: Question, measure: str) -> Answer:
        """Tell which cases a figure is made of: what it comes to for each, by its number.

        Raises:
            UnknownGroupingError: If such cases have nothing of a name that is asked for.
            UnknownChoiceError: If they never have a value that is asked for.
        """
        self._must_fit(question)
        number, measures = attrgetter(self.number), self.everything(source)
        told = [
            attrs.evolve(figure, group=(("case", number(fact)), *figure.group))
            for fact in source.facts(None)
            for figure in count(
                [fact],
                question,
                of=self.cases,
                dimensions=self.dimensions,
                measures=measures,
                source=source,
            )
            if figure.measure == measure and (figure.n or figure.open)
        ]
        return attrs.evolve(Cells().answer(question), measured=tuple(told))

    def can_be_asked(self, question: Question) -> bool:
        """Tell whether its cases can be chosen as *question* does."""
        return question.where.keys() <= self.dimensions.keys() and all(
            self.words_of(name) & kept
            for name, kept in question.where.items()
            if name in self.words
        )

    def words_of(self, name: str) -> frozenset[str]:
        """Return all that cases can be by *name*; nothing, as long as nobody has said."""
        return frozenset(("", *(each.value for each in self.words[name])))

    def _must_fit(self, question: Question) -> None:
        question.must_be_about(self.cases, self.dimensions)
        _must_be_chosen_by_words(question, (self,))

    def grouped(self, question: Question) -> Question:
        """Return *question* by those of its names that these cases have."""
        known = self.dimensions.keys() | TIMES.keys()
        return attrs.evolve(question, by=tuple(name for name in question.by if name in known))


def must_be_of_some(question: Question, themes: Iterable[Theme]) -> None:
    """See to it that cases of some of these *themes* can be told and chosen as is asked.

    Raises:
        UnknownGroupingError: If none of them has anything of a name that is asked for.
        UnknownChoiceError: If none of them can ever have a value that is asked for.
    """
    themes = tuple(themes)
    known = dict.fromkeys(name for theme in themes for name in theme.dimensions)
    for name in (*question.by, *question.where):
        if name not in known and not (name in TIMES and name in question.by):
            msg = f"nothing can be told by {name!r}; expected {', '.join([*known, *TIMES])}"
            raise UnknownGroupingError(msg)
    _must_be_chosen_by_words(question, themes)


def _must_be_chosen_by_words(question: Question, themes: Iterable[Theme]) -> None:
    """See to it that cases of some of these *themes* can have every value that is asked for."""
    for name, kept in question.where.items():
        having = [each for each in themes if name in each.dimensions]
        if all(name in each.words for each in having):
            known = frozenset[str]().union(*(each.words_of(name) for each in having))
            if unknown := kept - known:
                there = ", ".join(sorted(known - {""}))
                msg = f"no {name} is called {min(unknown)!r}; there are {there}"
                raise UnknownChoiceError(msg)


def of(*measures: Measure) -> Look:
    """Look at each fact on its own."""
    return lambda _source: measures


def _of_loyalty(chosen: Callable[[Loyalty], Sequence[Measure]]) -> Look:
    """Look at who stays and who leaves, if anybody says how long to wait for them."""
    return lambda source: () if source.patience is None else chosen(_loyalty(source.patience))


@lru_cache(maxsize=16)
def _loyalty(patience: Patience) -> Loyalty:
    """Return the measures of so much patience: the same ones, whoever asks."""
    return Loyalty(patience)


def _of_customers(patience: Patience | None) -> Mapping[str, Measure]:
    of_all: dict[str, Measure] = {
        "purchases": purchases,
        "revisits": revisit_figures.revisits,
        "findings": revisit_figures.findings,
    }
    if patience is None:
        return of_all
    loyalty = _loyalty(patience)
    return of_all | {
        "churn": loyalty.churn,
        "turnover": loyalty.turnover,
        "retention": loyalty.retention,
        "lifetime": loyalty.lifetime,
        "renewals": loyalty.renewals,
    }


RESPONSE_TIMES = of(response_times.attainment, response_times.lengths, ticket_course.promised)
BACKLOG = of(backlog.backlog, backlog.volumes)
COVERAGE = of(backlog.coverage)
REOPENINGS = of(returning.reopenings)
FIRST_CONTACT = of(returning.first_contact)
WAITS = of(ticket_course.waits)
ESCALATIONS = of(ticket_course.escalations)
SCORECARDS = of(
    backlog.volumes, response_times.attainment, returning.first_contact, returning.reopenings
)
REPAIRS = of(returning.repairs)
REPEAT_PROBLEMS = of(returning.repeats)
OUTLETS = of(ticket_course.in_time)
SURVEY_COVERAGE = of(satisfaction.coverage)

_OF_TICKETS: Mapping[str, Measure] = {
    "attainment": response_times.attainment,
    "lengths": response_times.lengths,
    "promised": ticket_course.promised,
    "waits": ticket_course.waits,
    "escalations": ticket_course.escalations,
    "in_time": ticket_course.in_time,
    "backlog": backlog.backlog,
    "volumes": backlog.volumes,
    "coverage": backlog.coverage,
    "reopenings": returning.reopenings,
    "first_contact": returning.first_contact,
    "repairs": returning.repairs,
    "repeats": returning.repeats,
    "survey_coverage": satisfaction.coverage,
}
_OF_SURVEYS: Mapping[str, Measure] = {
    "responses": satisfaction.responses,
    "answers": satisfaction.answers,
}
TICKETS = Theme(
    cases="tickets",
    number="ticket_id",
    facts=ticket_facts.FACTS,
    dimensions=ticket_facts.DIMENSIONS,
    everything=of(*_OF_TICKETS.values()),
    recorded=lambda _: _OF_TICKETS,
    words={"priority": Priority, "kind": Kind, "level": Level, "status": Status},
)
COMPLAINTS = Theme(
    cases="complaints",
    number="complaint_id",
    facts=complaint_facts.FACTS,
    dimensions=complaint_facts.DIMENSIONS,
    words={"category": Category, "severity": Severity},
    everything=of(complaints.timeliness, complaints.handling, complaints.weak_points),
)
CUSTOMERS = Theme(
    cases="customers",
    number="customer_id",
    facts=customer_facts.FACTS,
    dimensions=customer_facts.DIMENSIONS,
    everything=lambda source: [*_of_customers(source.patience).values()],
    recorded=_of_customers,
    by_day=True,
)
CHURN = _of_loyalty(lambda loyalty: (loyalty.churn, loyalty.turnover))
RETENTION = _of_loyalty(lambda loyalty: (loyalty.retention, loyalty.lifetime))
SURVIVAL = _of_loyalty(lambda loyalty: (loyalty.lifetime,))
REPURCHASE = of(purchases)
RENEWAL = _of_loyalty(lambda loyalty: (loyalty.renewals,))
REVISITS = of(revisit_figures.revisits)
FINDINGS = of(revisit_figures.findings)
PARTS = Theme(
    cases="spare parts",
    number="part.id",
    facts=part_facts.FACTS,
    dimensions=part_facts.DIMENSIONS,
    everything=of(part_facts.stock, part_facts.consumption),
)
MAINTENANCE = Theme(
    cases="maintenance plans",
    number="id",
    facts=upkeep_facts.MAINTENANCE,
    dimensions=upkeep_facts.PLAN_DIMENSIONS,
    everything=of(upkeep_facts.visits),
)
UPGRADES = Theme(
    cases="upgrades",
    number="upgrade_id",
    facts=upkeep_facts.UPGRADES,
    dimensions=upkeep_facts.UPGRADE_DIMENSIONS,
    words={"priority": UpgradePriority},
    everything=of(upkeep_facts.releases),
)
SURVEYS = Theme(
    cases="surveys",
    number="survey_id",
    facts=survey_facts.SURVEYS,
    dimensions=survey_facts.DIMENSIONS,
    everything=of(*_OF_SURVEYS.values()),
    recorded=lambda _: {**_OF_SURVEYS, "asked_about": satisfaction.asked_about},
)
CAMPAIGNS = Theme(
    cases="campaigns",
    number="campaign_id",
    facts=campaign_facts.FACTS,
    dimensions=campaign_facts.DIMENSIONS,
    everything=of(campaign_facts.held, campaign_facts.reached),
)
RATINGS = Theme(
    cases="ratings",
    number="rating_id",
    facts=rating_facts.FACTS,
    dimensions=rating_facts.DIMENSIONS,
    everything=of(rating_facts.given, rating_facts.timeliness),
)
STAFF = Theme(
    cases="staff",
    number="id",
    facts=staff_facts.FACTS,
    dimensions=staff_facts.DIMENSIONS,
    everything=of(
        staff_facts.training,
        staff_facts.training_met,
        staff_facts.appraisals,
        staff_facts.scores,
    ),
)
DRILLS = Theme(
    cases="drills",
    number="id",
    facts=drill_facts.FACTS,
    dimensions=drill_facts.DIMENSIONS,
    everything=of(drill_facts.course),
)
EMERGENCY_PLANS = Theme(
    cases="emergency plans",
    number="id",
    facts=drill_facts.PLANS,
    dimensions=drill_facts.PLAN_DIMENSIONS,
    everything=of(drill_facts.rehearsed),
)
COSTS = Theme(
    cases="ledgers",
    number="id",
    facts=cost_facts.FACTS,
    dimensions=cost_facts.DIMENSIONS,
    everything=of(cost_facts.entries, cost_facts.budgets),
)
TRAINING = of(staff_facts.training, staff_facts.training_met)
APPRAISALS = of(staff_facts.appraisals, staff_facts.scores)
THEMES = (
    TICKETS,
    COMPLAINTS,
    CUSTOMERS,
    PARTS,
    MAINTENANCE,
    UPGRADES,
    SURVEYS,
    CAMPAIGNS,
    RATINGS,
    STAFF,
    DRILLS,
    EMERGENCY_PLANS,
    COSTS,
)
