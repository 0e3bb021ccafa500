"""Counts the columns of an export, bucket by bucket: cells of any portion add up."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from .....projections import themes
from .....projections.answer import Answer
from .....projections.asking import TIMES, Question, UnknownGroupingError
from .....projections.cells import Cells
from .....projections.columns import cells_of_columns
from .....projections.counting import cells_of
from .....projections.customer_facts import CustomerFact
from .....projections.facts import micros
from .....projections.loyalty import Loyalty
from .....projections.source import Source
from .....projections.spells import Patience
from . import customers, surveys, tickets
from .histories import Export

#: Tickets can be told by anything but their fault, which a log seals.
TICKETS = attrs.evolve(themes.TICKETS, dimensions=tickets.DIMENSIONS)
SURVEYS, CUSTOMERS = themes.SURVEYS, themes.CUSTOMERS


def answered(export: Export, question: Question, patience: Patience | None) -> Answer:
    """Answer *question* by what tickets, surveys and customers come to.

    Raises:
        UnknownGroupingError: If none of them has anything of a name that is asked for.
        UnknownChoiceError: If none of them can ever have a value that is asked for.
    """
    having = (TICKETS, SURVEYS, CUSTOMERS) if patience else (TICKETS, SURVEYS)
    _must_be_of_some(question, having)
    told = Answer(period=question.period, zone=question.zone.key, as_of=question.as_of, measured=())
    for theme, count in ((TICKETS, _tickets), (SURVEYS, _surveys)):
        if theme.can_be_asked(question):
            told += count(export, theme.grouped(question)).answer(question)
    if patience and CUSTOMERS.can_be_asked(question):
        told += _customers(export, CUSTOMERS.grouped(question), patience).answer(question)
    return told


def _tickets(export: Export, question: Question) -> Cells:
    as_of = micros(question.as_of)
    found = export.histories(tickets.CLASSES, tickets.COLUMNS, as_of=as_of)
    portions = (tickets.Tickets(each, as_of) for each in found)
    return cells_of_columns(portions, question, measures=tickets.MEASURES, source=Source())


def _surveys(export: Export, question: Question) -> Cells:
    found = export.histories(surveys.CLASSES, surveys.COLUMNS, as_of=micros(question.as_of))
    portions = map(surveys.Surveys, found)
    return cells_of_columns(portions, question, measures=surveys.MEASURES, source=Source())


def _customers(export: Export, question: Question, patience: Patience) -> Cells:
    loyalty = Loyalty(patience)

    def facts() -> Iterator[CustomerFact]:
        as_of = micros(question.as_of)
        for each in export.histories(customers.CLASSES, customers.COLUMNS, as_of=as_of):
            yield from customers.customers_of(each)

    return cells_of(
        facts(),
        question,
        dimensions=CUSTOMERS.dimensions,
        measures=[loyalty.churn, loyalty.turnover],
    )


def _must_be_of_some(question: Question, having: tuple[themes.Theme, ...]) -> None:
    known = dict.fromkeys(name for theme in having for name in theme.dimensions)
    for name in (*question.by, *question.where):
        if name not in known and not (name in TIMES and name in question.by):
            msg = f"nothing can be told by {name!r}; expected {', '.join([*known, *TIMES])}"
            raise UnknownGroupingError(msg)
    themes.must_be_chosen_by_words(question, having)
