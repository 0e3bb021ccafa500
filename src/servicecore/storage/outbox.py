"""What is told to the world leaves here: at least once, in order, under a key that stays the same.

Whoever sends may fail between sending and noting that he did.  Then the same
message goes out again, under the same key, so that the other side can drop it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from typing import Generic, TypeVar

from ..domain.events import Recorded
from .errors import AlreadyTrackedError
from .event_by_event import EventByEvent
from .log import EventLog
from .patience import Patience

M = TypeVar("M")


class Outbox(EventByEvent, Generic[M]):
    """Sends what follows from each event, from the day it was set up on."""

    def __init__(
        self,
        log: EventLog,
        name: str,
        *,
        messages: Callable[[Recorded], Sequence[M]],
        send: Callable[[M], object],
        listens: Collection[type] | None = None,
        patience: Patience | None = None,
    ) -> None:
        """Follow *log* from its end, if nobody has sent under that *name* before.

        Args:
            log: The log; how far has been sent is noted there too.
            name: Of the one who sends; each sends everything.
            messages: Tells what to send after an event; it does nothing else.
            send: Sends one message; if it raises, it is tried again, then set aside.
            listens: The classes of event that are worth a look; all, by default.
            patience: How often, and how long apart, a failing event is tried.
        """
        super().__init__(
            log,
            name,
            act=self._send_and_note,
            act_again=self._send_all,
            listens=listens,
            patience=patience,
        )
        self._messages, self._send = messages, send
        self._begin_at_the_end()

    def _begin_at_the_end(self) -> None:
        end = self._log.head()  # Before the look: whoever sets it up after that, begins behind it.
        if self._log.storage.tracked(self.name) is not None:
            return
        with suppress(AlreadyTrackedError):  # Somebody else set it up in this moment.
            self.note(end)

    def _send_and_note(self, recorded: Recorded) -> bool:
        if not self._send_all(recorded):
            return False
        self.note(recorded.position)
        return True

    def _send_all(self, recorded: Recorded) -> int:
        messages = self._messages(recorded)
        for each in messages:
            self._send(each)
        return len(messages)
