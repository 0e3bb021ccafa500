"""The desk for programs that await, such as web services.

>>> import asyncio
>>> from datetime import datetime, timezone
>>> from servicecore import ServiceDesk

>>> async def call(desk):
...     await desk.aio.tickets.open(
...         "T-1",
...         customer_id="Acme",
...         product="pump",
...         model="P-200",
...         fault="it leaks",
...         contact="Ms Lin",
...         at=datetime(2025, 3, 3, 9, tzinfo=timezone.utc),
...     )
...     return await desk.aio.tickets.get("T-1")

>>> with ServiceDesk.open("memory:") as desk:
...     asyncio.run(call(desk)).status
<Status.OPEN: 'open'>
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import Executor
from functools import partial
from threading import Event
from typing import TYPE_CHECKING, Any

import attrs

from ..domain.events import Recorded

if TYPE_CHECKING:
    from .desk import ServiceDesk


@attrs.frozen
class AsyncDesk:
    """The same counters under the same names; what they do is awaited, in a thread.

    A command is carried out to its end, also if whoever awaits it is cancelled:
    what is on record does not depend on who still listens.
    """

    _desk: ServiceDesk
    _executor: Executor | None = None

    def __getattr__(self, name: str) -> AsyncCounter:
        """Return a counter, by its name at the desk."""
        return AsyncCounter(getattr(self._desk, name), self._executor)

    async def run_due(self, *args: Any, **more: Any) -> Any:
        """Put on record whatever fell due."""
        return await _awaited(partial(self._desk.run_due, *args, **more), self._executor)

    async def subscribe(self, *, after: int = 0) -> AsyncIterator[Recorded]:
        """Yield everything behind position *after*, then what follows as it is recorded."""
        stop = Event()
        history = self._desk.log.subscribe(after=after, stop=stop)
        try:
            while (recorded := await asyncio.to_thread(next, history, None)) is not None:
                yield recorded
        finally:
            stop.set()


@attrs.frozen
class AsyncCounter:
    """A counter whose methods are awaited."""

    _counter: Any
    _executor: Executor | None

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        """Return a method of the counter, to await."""
        method = getattr(self._counter, name)

        def awaited(*args: Any, **facts: Any) -> Awaitable[Any]:
            return _awaited(partial(method, *args, **facts), self._executor)

        return awaited


async def _awaited(work: Callable[[], Any], executor: Executor | None) -> Any:
    """Do *work* in a thread, and see it through even if nobody waits for it any more."""
    return await asyncio.shield(asyncio.get_running_loop().run_in_executor(executor, work))
