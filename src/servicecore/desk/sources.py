"""What a question is answered from: facts, or columns of them, and what others tell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, TypeVar

import attrs

from ..projections.asking import Question
from ..projections.problems import Case, Problems
from ..projections.source import Source
from ..projections.survey_facts import About
from ..projections.themes import SURVEYS, TICKETS, Theme
from .asked import facts_for
from .customers_asked import patience_told
from .kept_columns import KeptColumns
from .office import Office

T = TypeVar("T")


@attrs.frozen
class Sources:
    """Where the questions of one desk find what they ask for."""

    _office: Office
    _kept: dict[str, KeptColumns] = attrs.field(factory=dict, init=False, repr=False)
    _known: dict[str, tuple[int, Any]] = attrs.field(factory=dict, init=False, repr=False)

    def of(self, theme: Theme, question: Question) -> Source:
        """Return what *question* about one theme is answered from."""
        standard = self._office.standard

        def facts(part: type[Any] | None) -> Iterator[Any]:
            return facts_for(self._office, theme.facts, question, part=part)

        return Source(
            facts=facts,
            indicators=standard.indicators,
            asked=lambda: self._once(SURVEYS, question, About, _asked),
            problems=lambda: self._once(TICKETS, question, Case, Problems.of),
            patience=patience_told(standard),
            columns=partial(self.columns(theme).portions, question),
        )

    def columns(self, theme: Theme) -> KeptColumns:
        """Return the columns of a theme."""
        return self._kept.setdefault(theme.cases, KeptColumns(self._office, theme))

    def _once(
        self,
        theme: Theme,
        question: Question,
        part: type[Any],
        find: Callable[[Iterator[Any]], T],
    ) -> T:
        """Find something in a part of all facts, once for as long as these stay as they are."""
        found = facts_for(self._office, theme.facts, question, part=part)
        kept = self.columns(theme)
        if kept.portions(question) is None or not kept.are_final:
            return find(found)
        position = self._office.position(theme.facts.name)
        known_at, known = self._known.get(theme.cases, (0, None))
        if position != known_at:
            known = find(found)
            self._known[theme.cases] = position, known
        return known  # type: ignore[no-any-return]  # Of each theme, one thing is found.


def _asked(surveys: Iterator[About]) -> frozenset[str]:
    return frozenset(each.about for each in surveys)
