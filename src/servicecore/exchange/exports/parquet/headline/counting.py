"""Counts the columns of an export, bucket by bucket: each is read once."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

import attrs

from .....projections import themes
from .....projections.answer import Answer
from .....projections.asking import Question
from .....projections.cells import Cells
from .....projections.columns import cells_of_columns
from .....projections.counting import cells_of
from .....projections.facts import micros
from .....projections.loyalty import Loyalty
from .....projections.source import Source
from .....projections.spells import Patience
from . import customers, surveys, tickets
from .histories import Export, Histories

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
    themes.must_be_of_some(question, having)
    reading = _Reading(export, question)
    told = Answer(period=question.period, zone=question.zone.key, as_of=question.as_of, measured=())
    if TICKETS.can_be_asked(question):
        its = TICKETS.grouped(question)
        told += _of_tickets(reading, its).answer(its)
    reading.finish()
    if SURVEYS.can_be_asked(question):
        its = SURVEYS.grouped(question)
        told += _of_surveys(reading.surveys, its).answer(its)
    if patience and CUSTOMERS.can_be_asked(question):
        its = CUSTOMERS.grouped(question)
        told += _of_customers(reading.customers, its, patience).answer(its)
    return told


@attrs.define
class _Reading:
    """Reads each bucket once: hands out its tickets, and keeps the few others until the end."""

    _export: Export
    _question: Question
    surveys: list[Histories] = attrs.field(factory=list, init=False)
    customers: list[Histories] = attrs.field(factory=list, init=False)
    _tickets: Iterator[Histories] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self._tickets = self._read()

    def tickets(self) -> Iterator[tickets.Tickets]:
        """Yield the tickets of each bucket."""
        as_of = micros(self._question.as_of)
        return (tickets.Tickets(each, as_of) for each in self._tickets)

    def finish(self) -> None:
        """Read what nobody has read."""
        deque(self._tickets, maxlen=0)

    def _read(self) -> Iterator[Histories]:
        kinds = (tickets.KIND, surveys.KIND, customers.KIND)
        told = self._export.histories(kinds, self._question)
        for of_tickets, of_surveys, of_customers in told:
            self.surveys += [of_surveys] if of_surveys.n else []
            self.customers += [of_customers] if of_customers.n else []
            if of_tickets.n:
                yield of_tickets


def _of_tickets(reading: _Reading, question: Question) -> Cells:
    found, measures = reading.tickets(), tickets.MEASURES
    return cells_of_columns(found, question, measures=measures, source=Source())


def _of_surveys(found: Iterable[Histories], question: Question) -> Cells:
    portions, measures = map(surveys.Surveys, found), surveys.MEASURES
    return cells_of_columns(portions, question, measures=measures, source=Source())


def _of_customers(found: Iterable[Histories], question: Question, patience: Patience) -> Cells:
    facts = (fact for each in found for fact in customers.customers_of(each))
    loyalty, names = Loyalty(patience), CUSTOMERS.dimensions
    return cells_of(facts, question, dimensions=names, measures=[loyalty.churn, loyalty.turnover])
