"""How long a chain of consequences is: policies that set each other off must come to an end.

A person does something, and by the rules something follows, from which something
else may follow.  What falls due later begins a new chain: it waits for its time,
so it cannot run away.
"""

from __future__ import annotations

import attrs

from ..domain.events import Recorded
from ..policies import EscalateByDeadline
from ..storage import EventLog

LONGEST = 12  #: Links; the regulations need no more than five.
_REMEMBERED = 10_000


class RunawayPoliciesError(Exception):
    """Policies have set each other off for so long that it will hardly end by itself."""


@attrs.define
class Chains:
    """Counts the links of each chain, and remembers those it has counted."""

    log: EventLog
    _lengths: dict[str, int] = attrs.field(factory=dict)

    def must_end(self, recorded: Recorded) -> None:
        """Refuse to let anything follow from an event at the end of too long a chain.

        Raises:
            RunawayPoliciesError: Naming the event and the rule that it came of.
        """
        if self.length(recorded) < LONGEST:
            return
        msg = (
            f"{recorded.id} by the rule {recorded.provenance.rule!r} is consequence number "
            f"{LONGEST} of one event; nothing follows from it any more"
        )
        raise RunawayPoliciesError(msg)

    def length(self, recorded: Recorded) -> int:
        """Return how many consequences lead to an event; none, if a person or time brought it."""
        links: list[str] = []
        while recorded.id not in self._lengths and _is_consequence(recorded):
            links.append(recorded.id)
            recorded = self._cause_of(recorded)
        length = self._lengths.get(recorded.id, 0)
        for each in reversed(links):
            length += 1
            self._remember(each, length)
        return length

    def _cause_of(self, recorded: Recorded) -> Recorded:
        subject, _, version = (recorded.provenance.causation_id or "").rpartition("#")
        return self.log.history(subject, upto_version=int(version))[-1]

    def _remember(self, event: str, length: int) -> None:
        if len(self._lengths) >= _REMEMBERED:
            self._lengths.clear()  # They can be counted again.
        self._lengths[event] = length


def _is_consequence(recorded: Recorded) -> bool:
    known = recorded.provenance
    return known.causation_id is not None and known.rule not in {None, EscalateByDeadline.name}
