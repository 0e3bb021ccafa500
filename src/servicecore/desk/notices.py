"""The counter for notices: handlers registered here carry them to people.

>>> import sys
>>> from datetime import datetime, timezone
>>> from servicecore import ServiceDesk
>>> from servicecore.desk.notices import on_console

>>> with ServiceDesk.open("memory:") as desk:
...     desk.notices.register("console", on_console(sys.stdout))
...     _ = desk.tickets.open(
...         "T-1",
...         customer_id="Acme",
...         product="pump",
...         model="P-200",
...         fault="it leaks",
...         contact="Ms Lin",
...         at=datetime(2025, 3, 3, 9, tzinfo=timezone.utc),
...     )
...     desk.notices.deliver()  # doctest: +ELLIPSIS
2025-03-03T09:00:00+00:00 ticket/T-1, to customer: What you told us has arrived...
2
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TextIO

import attrs
import msgspec

from ..domain.events import Recorded
from ..policies import Notice, notices_of
from ..storage import FollowerStatus, Outbox
from .office import Office

#: Carries one notice to whom it is for; what it raises is tried again, then set aside.
Handler = Callable[[Notice], object]
Notices = Sequence[Notice]

_NAME = re.compile(r"[a-z][a-z0-9_]{0,30}")


class BadHandlerNameError(ValueError):
    """A handler needs a name of its own, in small letters."""


@attrs.frozen
class NoticeCounter:
    """People are told what they should hear of: at least once, each notice under its own key.

    A handler begins with what happens after it was first registered; from then on
    its name keeps its place, also when the program stops.  What it cannot deliver
    is tried again, then set aside with its error, and later notices about the same
    record wait behind it.
    """

    _office: Office
    _outboxes: dict[str, Outbox[Notice]] = attrs.field(factory=dict, init=False)

    def register(
        self,
        name: str,
        handler: Handler,
        *,
        notices: Callable[[Recorded], Notices] = notices_of,
    ) -> None:
        """Let *handler* carry all *notices*, those of the regulations if none are given.

        Raises:
            BadHandlerNameError: If another handler has that name, or it is no name.
            TypeError: If *handler* is nothing to call.
        """
        if name in self._outboxes:
            msg = f"notices have a handler {name!r} already"
            raise BadHandlerNameError(msg)
        if not _NAME.fullmatch(name):
            msg = f"a handler of notices cannot be called {name!r}; expected a name like 'mail'"
            raise BadHandlerNameError(msg)
        if not callable(handler):
            msg = f"the handler {name!r} is called with each notice, got {handler!r}"
            raise TypeError(msg)
        outbox = Outbox(self._office.log, f"notices_{name}", messages=notices, send=handler)
        self._outboxes[name] = outbox

    def deliver(self) -> int:
        """Hand over everything that nobody has been told yet; return how far in the log it came."""
        return min((each.catch_up() for each in self._outboxes.values()), default=0)

    def retry(self) -> int:
        """Hand over again what could not be delivered; return how many events went well."""
        return sum(each.retry_dead_letters() for each in self._outboxes.values())

    def settle(self) -> None:
        """Let each handler note how far it has come, when there is time: others see it then."""
        for each in self._outboxes.values():
            each.settle()

    def status(self) -> list[FollowerStatus]:
        """Tell how far each handler has come, and what it could not deliver."""
        return [each.status() for each in self._outboxes.values()]


def on_console(stream: TextIO) -> Handler:
    """Write each notice as a line on *stream*."""

    def show(notice: Notice) -> None:
        at = notice.at.isoformat(timespec="seconds")
        stream.write(f"{at} {notice.subject}, to {notice.to}: {notice.text}\n")
        stream.flush()

    return show


def to_file(path: str | Path) -> Handler:
    """Add each notice to the file *path*, as one line of JSON."""

    def keep(notice: Notice) -> None:
        with Path(path).open("ab") as file:
            file.write(msgspec.json.encode(attrs.asdict(notice)) + b"\n")

    return keep
