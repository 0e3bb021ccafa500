"""Whole histories as rows, reading of each event no more than the fold asks for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ..storage import TableRow
from ..storage.codec import Codec, Opener
from ..storage.protocol import Told
from .fold_by_event import FoldByEvent

if TYPE_CHECKING:
    from .facts import Facts

F = TypeVar("F")
History = Sequence[Told]
#: What opens an event, and how a fact goes on after it; None for one that tells it nothing.
Step = tuple[Opener, Callable[[Any, Any], Any]]


class WholeHistories(Generic[F]):
    """Makes the row of *facts* that a whole history leaves."""

    def __init__(
        self, facts: Facts[F], codec: Codec, row: Callable[[str, datetime, F], TableRow]
    ) -> None:
        self._facts, self._codec, self._row = facts, codec, row
        self._steps: dict[str, Step | None] = {}

    def row_of(self, history: History) -> TableRow | None:
        """Return the row of the subject whose *history* it is, if it has one."""
        steps, told, until = self._steps, None, None
        fact: Any = None
        for _, _, topic, state in history:
            try:
                step = steps[topic]
            except KeyError:
                step = self._learn(topic)
            if step is None:
                continue
            open_, after = step
            told = open_(state)
            event = told.event
            fact = after(fact, event)
            at = event.at
            if until is None or at > until:
                until = at
        if told is None or until is None or not self._facts.is_about(told.subject):
            return None
        return self._row(told.subject, until, fact)

    def _learn(self, topic: str) -> Step | None:
        self._steps[topic] = step = self._step(topic)
        return step

    def _step(self, topic: str) -> Step | None:
        if not topic.startswith(self._facts.topics.prefix):
            return None
        cls, fold = self._codec.class_of(topic), self._facts.fold
        if cls in self._facts.passes_by:
            return None
        if cls is None or not isinstance(fold, FoldByEvent):
            return self._codec.opener(topic), fold
        return self._codec.opener(topic, parts=fold.parts), fold.after(cls)
