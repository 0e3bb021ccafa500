"""Who looked at what, and who was refused: on record in a log of its own.

What is done stands in the log of the service; what is only looked at does not.
Whoever keeps the one should not keep the other.  With a sealer, each entry is sealed
as it is made, and nothing is shown any more once somebody has changed an entry.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self

import attrs

from ..domain.events import Provenance, event
from ..domain.moments import instant
from ..storage import EventLog, Fold
from .keys import Signer
from .sealer import Sealer

_COUNT: Fold[int] = Fold(lambda count, _: (count or 0) + 1, name="access", snapshot_every=100)


@event("access.asked")
class AccessAsked:
    """Somebody looked at something: *command* is the question, *about* the record, if it is one."""

    command: str
    about: str
    at: datetime = instant()


@event("access.refused")
class AccessRefused:
    """Somebody asked for what the post does not allow."""

    command: str
    about: str
    reason: str
    at: datetime = instant()


@attrs.frozen
class AccessLog:
    """Puts on record who looked at what, under the name of whoever did."""

    log: EventLog
    sealer: Sealer | None = None

    @classmethod
    def sealed(cls, log: EventLog, signer: Signer) -> Self:
        """Return the access log in *log*, sealed with a key of its own.

        Only the last entry is compared with its seal each time; ``audit verify`` with
        the URL of this log compares them all.
        """
        return cls(log, Sealer(log, signer, reads_all=False))

    def asked(self, command: str, about: str, *, actor: str, role: str) -> None:
        """Put on record that somebody looks at something, before it is shown.

        Raises:
            SealError: If the entries before are not what was sealed.
        """
        self._add(AccessAsked(command=command, about=about, at=self.log.now()), actor, role)

    def refused(self, command: str, about: str, *, actor: str, role: str, reason: str) -> None:
        """Put on record that somebody was refused."""
        refused = AccessRefused(command=command, about=about, reason=reason, at=self.log.now())
        self._add(refused, actor, role)

    def _add(self, told: Any, actor: str, role: str) -> None:
        self.log.execute(
            f"access/{actor}",
            lambda _: [told],
            fold=_COUNT,
            provenance=Provenance(actor=actor, role=role),
        )
        if self.sealer is not None:
            self.sealer.seal()
