"""What a question is answered from: facts, or columns of them, and what others tell."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

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

if TYPE_CHECKING:
    from ..projections.packing import Packed

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

        kept = self.columns(theme)
        return Source(
            facts=facts,
            indicators=standard.indicators,
            asked=lambda: self._once(SURVEYS, question, lambda: self._asked(question)),
            problems=lambda: self._once(TICKETS, question, lambda: self._problems(question)),
            patience=patience_told(standard),
            recorded=kept.recorded,
            columns=partial(kept.ask, question),
        )

    def columns(self, theme: Theme) -> KeptColumns:
        """Return the columns of a theme."""
        office = self._office
        new = KeptColumns(office, theme, office.calendar.zone, patience_told(office.standard))
        return self._kept.setdefault(theme.cases, new)

    def decided_since(
        self,
        moment: datetime,
        theme: Theme,
        question: Question,
        *,
        part: type[Any],
        measure: str,
        failed: bool = False,
    ) -> Iterator[Any]:
        """Yield a part of the facts of which a measure told a share of that time, or of later.

        Perhaps only of those of which it *failed* to be so; where nothing is written down, of all.
        """

        def look(portions: Sequence[Packed]) -> list[Any]:
            from ..projections.columns import decided_since  # noqa: PLC0415  # It needs numpy.

            keys = decided_since(portions, moment, measure=measure, failed=failed)
            return [*theme.facts.some(self._office.rows(theme.facts.name), keys, part=part)]

        found = self.columns(theme).ask(question, look)
        if found is None:
            return facts_for(self._office, theme.facts, question, part=part)
        return iter(found)

    def _asked(self, question: Question) -> frozenset[str]:
        def look(portions: Sequence[Packed]) -> frozenset[str]:
            from ..projections.columns import names_told  # noqa: PLC0415  # It needs numpy.

            return frozenset(names_told(portions, measure="asked_about"))

        found = self.columns(SURVEYS).ask(question, look)
        if found is None:
            surveys = facts_for(self._office, SURVEYS.facts, question, part=About)
            return frozenset(each.about for each in surveys)
        return found

    def _problems(self, question: Question) -> Problems:
        return Problems.of(facts_for(self._office, TICKETS.facts, question, part=Case))

    def _once(self, theme: Theme, question: Question, find: Callable[[], T]) -> T:
        """Find something of all facts, once for as long as these stay as they are."""
        kept = self.columns(theme)
        if kept.ask(question, len) is None or not kept.are_final:
            return find()
        position = self._office.position(theme.facts.name)
        known_at, known = self._known.get(theme.cases, (0, None))
        if position != known_at:
            known = find()
            self._known[theme.cases] = position, known
        return known  # type: ignore[no-any-return]  # Of each theme, one thing is found.
