"""How facts become an answer: each is counted once, by every measure that is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from .answer import Answer
from .asking import Dimension, Question
from .cells import Cells
from .source import Source
from .tally import Tally

Measure = Callable[[Any, Tally], None]  #: What one fact adds to the cells.


def count(
    facts: Iterable[Any],
    question: Question,
    *,
    of: str,
    dimensions: Mapping[str, Dimension],
    measures: Sequence[Measure],
    source: Source | None = None,
) -> Answer:
    """Answer *question* from *facts*.

    Raises:
        UnknownGroupingError: If such facts have nothing of a name that is asked for.
    """
    question.must_be_about(of, dimensions)
    cells = cells_of(facts, question, dimensions=dimensions, measures=measures, source=source)
    return cells.answer(question)


def cells_of(
    facts: Iterable[Any],
    question: Question,
    *,
    dimensions: Mapping[str, Dimension],
    measures: Sequence[Measure],
    source: Source | None = None,
) -> Cells:
    """Count a portion of the facts; the cells of all portions add up to the answer."""
    tally = Tally(question, dimensions, source)
    for fact in facts:
        if tally.is_asked_of(fact):
            for measure in measures:
                measure(fact, tally)
    return tally.cells
