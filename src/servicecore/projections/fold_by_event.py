"""A fold that is told event by event: what begins a fact, and what each event does to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, TypeVar

import attrs

F = TypeVar("F")
Take = Callable[[F, Any], None]  #: Changes a fact as an event tells.


@attrs.frozen(kw_only=True)
class FoldByEvent(Generic[F]):
    """Folds a history into a fact that may be changed in place.

    It asks for the class of an event alone, and reads fields and nothing else, so
    whoever has the fields of an event need not make the event.

    Args:
        begin: Returns the fact that the first event leaves.
        takes: What is taken from events of a class, in turn; nothing of the others.
        parts: Of which values inside of events a part is enough, and the structs that hold it.
    """

    begin: Callable[[Any], F]
    takes: Mapping[type, Iterable[Take[F]]]
    parts: Mapping[type, type] = attrs.field(factory=dict)

    def __call__(self, fact: F | None, event: Any) -> F:
        """Return the fact as *event* leaves it."""
        return self.after(type(event))(fact, event)

    def after(self, cls: type) -> Callable[[F | None, Any], F]:
        """Return how a fact goes on after an event of that class, or what has its fields."""
        begin, takes = self.begin, tuple(self.takes.get(cls, ()))

        def after(fact: F | None, event: Any) -> F:
            if fact is None:
                fact = begin(event)
            for take in takes:
                take(fact, event)
            return fact

        return after
