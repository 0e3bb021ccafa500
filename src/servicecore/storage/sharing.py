"""Work on a log that is shared out in portions: who opens the log, and how it all comes back.

Any executor of ``concurrent.futures`` will do, or whatever behaves so.  What works in
this program reads the log that is open here; what works elsewhere opens it once more,
for reading.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import nullcontext
from typing import TypeVar

from .errors import StorageError
from .log import EventLog
from .portions import Opener

P = TypeVar("P")
R = TypeVar("R")


class UnsharedLogError(StorageError):
    """No other program can read this log: it is in memory, or has a catalogue of its own."""


def is_here(executor: Executor | None) -> bool:
    """Tell whether *executor* works in this program; without one, we do."""
    return executor is None or isinstance(executor, ThreadPoolExecutor)


def opener_of(log: EventLog, executor: Executor | None) -> Opener:
    """Return what opens *log* wherever *executor* works.

    Raises:
        UnsharedLogError: If that is in other programs, and they cannot open it.
    """
    if is_here(executor):
        return lambda: nullcontext(log)
    if log.reader is None:
        msg = "no other program can read this log; work on it here, without processes or machines"
        raise UnsharedLogError(msg)
    return log.reader


def in_turn(
    executor: Executor | None, work: Callable[[P], R], portions: Iterable[P], *, ahead: int
) -> Iterator[tuple[P, R]]:
    """Yield what each portion came to, in order; at most *ahead* are on their way."""
    if executor is None:
        yield from ((portion, work(portion)) for portion in portions)
        return
    under_way: deque[tuple[P, Future[R]]] = deque()
    try:
        for portion in portions:
            under_way.append((portion, executor.submit(work, portion)))
            if len(under_way) >= ahead:
                first, future = under_way.popleft()
                yield first, future.result()
        while under_way:
            first, future = under_way.popleft()
            yield first, future.result()
    finally:
        for _, future in under_way:
            future.cancel()
