"""Is on record what records name: the ticket for which a part was issued, the plan of a drill?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache

import attrs

from ...domain.compliance import Check, Finding
from ...domain.events import Recorded
from ...domain.survey import SurveySent
from .rules import Scope

_ID = "_id"
_ELSEWHERE = {"order"}  # Customers buy in other places, too.


@attrs.define
class References:
    """Gathers what is on record, and what is named in the period."""

    scope: Scope
    _kinds: frozenset[str]
    _there: set[str] = attrs.field(factory=set)
    _named: list[tuple[str, Recorded]] = attrs.field(factory=list)

    def take(self, recorded: Recorded) -> None:
        """Look at the next event."""
        if recorded.version == 1:
            self._there.add(recorded.subject)
        if recorded.occurred_at in self.scope:
            self._named += [(each, recorded) for each in self._named_by(recorded)]

    def check(self) -> Check:
        """Return what is named, and is not on record."""
        findings = tuple(
            Finding(
                id=recorded.id,
                what=f"it names {named}, which is not on record",
                evidence=(recorded.position,),
            )
            for named, recorded in self._named
            if named not in self._there
        )
        return Check.of(
            "record.refers",
            clause="om2025:4.3g",
            version="1",
            rule="What a record names is on record, too.",
            population=len(self._named),
            findings=findings,
        )

    def _named_by(self, recorded: Recorded) -> Iterator[str]:
        event = recorded.event
        if isinstance(event, SurveySent) and event.about.partition("/")[0] in self._kinds:
            yield event.about
        own = recorded.subject.partition("/")[0]
        for kind in _kinds_named(type(event)):
            told = getattr(event, f"{kind}{_ID}")
            if told and kind != own and kind in self._kinds - _ELSEWHERE:
                yield f"{kind}/{told}"


def _named_in(cls: type) -> tuple[str, ...]:
    names = (each.name for each in attrs.fields(cls))
    return tuple(each.removesuffix(_ID) for each in names if each.endswith(_ID))


_kinds_named: Callable[[type], tuple[str, ...]] = lru_cache(maxsize=1000)(_named_in)
