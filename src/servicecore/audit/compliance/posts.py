"""Rules about posts: whoever acts, acts in one, does what it allows, and needs no second one.

Least privilege (om2025:4.3d; ISO/IEC 27001, A.5.15 and A.8.2).  A desk that knows no
posts has no case here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase

import attrs

from ...domain.access import AccessRules, UnknownRoleError
from ...domain.compliance import Check, Finding
from ...domain.events import Recorded
from ...storage import EventLog
from ..access_log import AccessRefused
from .rules import Scope

_CLAUSE = "om2025:4.3d"
_DESK = "desk"
_PROGRAM = "/"  # In the name of a policy, a worker, an import.
#: Where records are kept that have another name than their counter, or two of them.
_COUNTERS: Mapping[str, tuple[str, ...]] = {
    "archive": ("retention",),
    "compliance": ("compliance",),
    "cost_ledger": ("costs",),
    "hold": ("retention",),
    "knowledge_article": ("knowledge",),
    "maintenance": ("maintenance",),
    "personal_data": ("privacy",),
    "relationship": ("relationships", "revisits"),
    "safekeeping": ("safekeeping",),
    "staff": ("staff", "trainings"),
    "survey": ("surveys",),
}


def counters_of(kind: str) -> tuple[str, ...]:
    """Return at which counters records of a *kind* are kept."""
    plural = f"{kind[:-1]}ies" if kind.endswith("y") else f"{kind}s"
    return _COUNTERS.get(kind, (plural,))


@attrs.define
class Posts:
    """Looks at who did what in which post, event by event."""

    scope: Scope
    rules: AccessRules
    _deeds: int = 0
    _without: list[Finding] = attrs.field(factory=list)
    _known: int = 0
    _beyond: list[Finding] = attrs.field(factory=list)
    _taken: dict[str, dict[str, int]] = attrs.field(factory=dict)  #: Who, in which, since where.

    def take(self, recorded: Recorded) -> None:
        """Look at the next event."""
        known = recorded.provenance
        if recorded.occurred_at not in self.scope or not _is_of_a_person(recorded):
            return
        self._deeds += 1
        if not known.role:
            self._without.append(_found(recorded, f"{known.actor} did it in no post"))
            return
        self._taken.setdefault(known.actor, {}).setdefault(known.role, recorded.position)
        if (may := self._may(known.role, recorded.subject)) is not None:
            self._known += 1
            if not may:
                what = f"{known.actor} did it as {known.role}, who does nothing there"
                self._beyond.append(_found(recorded, what))

    def checks(self) -> Iterator[Check]:
        """Yield what was found."""
        uses_posts = bool(self._taken)
        yield _check(
            "access.in_a_post",
            "Where there are posts, whoever acts, acts in one.",
            self._deeds if uses_posts else 0,
            self._without if uses_posts else (),
        )
        yield _check(
            "access.within_the_post",
            "Nobody does what the post gives no right to.",
            self._known,
            self._beyond,
        )
        yield _check(
            "access.one_post",
            "Nobody has more rights than one post gives: who acts in two, could do both.",
            len(self._taken),
            list(self._in_two()),
        )

    def _may(self, role: str, subject: str) -> bool | None:
        """Tell whether a post does anything with records of that kind; None if none of ours."""
        try:
            does = self.rules.role(role).does
        except UnknownRoleError:
            return None
        kind = subject.partition("/")[0]
        counters = counters_of(kind)
        return any(fnmatchcase(c, each.partition(".")[0]) for c in counters for each in does)

    def _in_two(self) -> Iterator[Finding]:
        for actor, posts in self._taken.items():
            if len(posts) > 1:
                what = f"acted as {' and as '.join(sorted(posts))}"
                yield Finding(id=actor, what=what, evidence=tuple(sorted(posts.values())))


def refused(seen: EventLog | None, scope: Scope) -> Check:
    """Return who asked for what the post does not allow; nobody can tell without an access log."""
    entries = [each for each in seen.since(0) if each.occurred_at in scope] if seen else []
    found = [
        Finding(
            id=each.id,
            what=f"entry {each.position} of the access log: {each.event.reason}",
            evidence=(),
        )
        for each in entries
        if isinstance(each.event, AccessRefused)
    ]
    return _check(
        "access.refused", "Nobody asks for what the post does not allow.", len(entries), found
    )


def _is_of_a_person(recorded: Recorded) -> bool:
    actor = recorded.provenance.actor
    return not (recorded.is_imported or actor == _DESK or _PROGRAM in actor)


def _found(recorded: Recorded, what: str) -> Finding:
    return Finding(id=recorded.id, what=what, evidence=(recorded.position,))


def _check(name: str, says: str, population: int, findings: Iterable[Finding]) -> Check:
    return Check.of(
        name,
        clause=_CLAUSE,
        version="1",
        rule=says,
        population=population,
        findings=tuple(findings),
    )
