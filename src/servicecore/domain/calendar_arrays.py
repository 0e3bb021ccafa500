"""The same arithmetic on whole arrays: a million deadlines at once.

Instants and durations are int64 microseconds.  A grid laid over the table tells
of each cell how much open time lies before it and whether it is open, so that a
division takes the place of a search.  Where edges fall on no grid of sensible
size, the search is back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from math import gcd
from typing import TYPE_CHECKING, Any, TypeAlias

import attrs

from .calendar_errors import (
    CalendarQuestionError,
    MissingExtraError,
    NegativeDurationError,
)
from .calendar_hours import MICROSECOND
from .calendar_table import OpenTime, Timetable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    Instants: TypeAlias = NDArray[np.int64]

_CHUNK = 32_768  # As many as stay in the processor's cache.
_ALL_YEARS = 10**16  # Microseconds: longer than calendars reach, and sums fit an int64.
_MOST_CELLS = 4_000_000  # 32 MB: enough for a century of quarter hours.


class ArrayArithmetic:
    """The arithmetic of one calendar on arrays."""

    def __init__(self, open_time: OpenTime) -> None:
        self._open_time = open_time
        self._lookup: Lookup | None = None

    def elapsed(self, starts: ArrayLike, ends: ArrayLike, *, negative: bool) -> Instants:
        """Return the working time of each pair; below nothing only if *negative* may be."""
        since, until = _pairs(starts=starts, ends=ends)
        if not since.size * until.size:
            return since * until
        low, high = min(since.min(), until.min()), max(since.max(), until.max())
        lookup = self._around(int(low), int(high))
        worked = lookup.worked(until) - lookup.worked(since)
        return worked if negative else worked.clip(0)

    def add(self, starts: ArrayLike, durations: ArrayLike, *, rolls: bool) -> Instants:
        """Return when each duration has passed since its start."""
        since, needed = _pairs(starts=starts, durations=durations)
        if not since.size * needed.size:
            return since + needed
        if needed.min() < 0:
            msg = f"durations must not be negative, got {needed.min()} microseconds"
            raise NegativeDurationError(msg)
        needed = needed.clip(max=_ALL_YEARS)
        lookup = self._around(int(since.min()), int(since.max()))
        targets = lookup.worked(since) + needed
        lookup = self._holding_the_latest(lookup, since, needed, targets)
        due = lookup.after(since, needed)
        return self._rolled(due) if rolls else due

    def _around(self, low: int, high: int) -> Lookup:
        table = self._open_time.around(low * MICROSECOND, high * MICROSECOND)
        lookup = self._lookup
        if lookup is None or lookup.table is not table:
            self._lookup = lookup = Lookup.of(table)
        return lookup  # Not what another thread may have put there since.

    def _holding_the_latest(
        self, lookup: Lookup, since: Instants, needed: Instants, targets: Instants
    ) -> Lookup:
        latest = int(targets.argmax())
        if targets.flat[latest] <= lookup.total:
            return lookup
        np, shape = numpy(), targets.shape
        start = int(np.broadcast_to(since, shape).flat[latest])
        duration = int(np.broadcast_to(needed, shape).flat[latest])
        self._open_time.after(start * MICROSECOND, duration * MICROSECOND)  # Long enough, then.
        return self._around(int(since.min()), int(since.max()))

    def _rolled(self, due: Instants) -> Instants:
        latest = int(due.max())
        self._open_time.next_open(latest * MICROSECOND)  # The table is long enough, then.
        return self._around(int(due.min()), latest).next_open(due)


@attrs.frozen(eq=False)
class Lookup:
    """A table as arrays, with a grid over time and one over open time where they fit."""

    table: Timetable
    start: int
    end: int
    total: int
    opens: Instants
    closes: Instants
    before: Instants
    leads: Instants
    by_time: tuple[int, Instants] | None = None
    by_open_time: tuple[int, Instants] | None = None

    @classmethod
    def of(cls, table: Timetable) -> Lookup:
        """Return the arrays of *table*."""
        np = numpy()
        plain = cls(
            table=table,
            start=table.start // MICROSECOND,
            end=table.end // MICROSECOND,
            total=table.before[-1] // MICROSECOND,
            opens=np.array(_counted(table.opens), np.int64),
            closes=np.array(_counted(table.closes), np.int64),
            before=np.array(_counted(table.before), np.int64),
            leads=np.array(_counted(table.leads), np.int64),
        )
        return attrs.evolve(
            plain, by_time=plain._grid_over_time(), by_open_time=plain._grid_over_open_time()
        )

    def worked(self, at: Instants) -> Instants:
        """Return the open time before each instant."""
        if self.by_time is None:
            return self._worked_by_search(at)
        width, cells = self.by_time

        def of(chunk: Instants) -> Instants:
            since = chunk - self.start
            cell = cells.take(since // width)
            since *= cell & 1
            return since + (cell >> 1)

        return _by_chunks(of, at)

    def after(self, at: Instants, durations: Instants) -> Instants:
        """Return the earliest instant with that much open time since each."""
        np = numpy()
        if not durations.any():
            return at + durations
        targets = self.worked(at) + durations
        due: Instants = np.where(durations == 0, at, targets + _by_chunks(self._lead, targets))
        return due

    def next_open(self, at: Instants) -> Instants:
        """Return each instant itself when open, else the next opening."""
        np = numpy()
        i = self.closes.searchsorted(at, side="right")
        opened: Instants = np.maximum(at, self.opens[i])
        return opened

    def _worked_by_search(self, at: Instants) -> Instants:
        np = numpy()
        if not self.opens.size:
            return at * 0
        i = np.maximum(self.opens.searchsorted(at, side="right") - 1, 0)
        reached: Instants = np.minimum(at, self.closes[i]).clip(self.opens[i])
        worked: Instants = reached - self.leads[i]
        return worked

    def _lead(self, targets: Instants) -> Instants:
        lead: Instants
        if self.by_open_time is None:
            lead = self.leads[self.before.searchsorted(targets, side="left") - 1]
        else:
            width, cells = self.by_open_time
            lead = cells.take((targets - 1) // width)
        return lead

    def _grid_over_time(self) -> tuple[int, Instants] | None:
        # A cell holds twice W(t) - t, plus one, where it is open, and twice W(t)
        # where it is not: one look into memory for both.
        np, start, end = numpy(), self.start, self.end
        width = _common_width([*self.opens.tolist(), *self.closes.tolist(), end], origin=start)
        if (end - start) // width > _MOST_CELLS:
            return None
        edges = np.arange(start, end + width, width)
        worked = self._worked_by_search(edges)
        is_open = np.append(np.diff(worked) > 0, False)  # The end itself.
        return width, (worked - (edges - start) * is_open) << 1 | is_open

    def _grid_over_open_time(self) -> tuple[int, Instants] | None:
        np, total = numpy(), self.total
        width = _common_width(self.before.tolist(), origin=0)
        if total // width > _MOST_CELLS:
            return None
        i = self.before.searchsorted(np.arange(0, total, width), side="right") - 1
        return width, self.leads[i]


def numpy() -> Any:
    """Return the package numpy, which only this file needs.

    Raises:
        MissingExtraError: If it is not installed.
    """
    try:
        import numpy as np  # noqa: PLC0415  # only who needs it pays for it
    except ImportError as error:
        raise MissingExtraError("numpy", "analytics") from error  # noqa: EM101
    return np


def _pairs(**given: ArrayLike) -> tuple[Instants, Instants]:
    (one, left), (other, right) = ((name, _whole(name, each)) for name, each in given.items())
    try:
        numpy().broadcast_shapes(left.shape, right.shape)
    except ValueError:
        msg = f"{one} and {other} do not go together: {left.shape} and {right.shape}"
        raise CalendarQuestionError(msg) from None
    return left, right


def _whole(name: str, values: ArrayLike) -> Instants:
    np = numpy()
    read = np.asarray(values)
    if read.size and not (read.dtype.kind in "iu" and np.can_cast(read.dtype, np.int64)):
        msg = f"{name} must be whole microseconds (int64), got {read.dtype}"
        raise CalendarQuestionError(msg)
    whole: Instants = read.astype(np.int64)
    return whole


def _counted(times: Iterable[timedelta]) -> list[int]:
    return [each // MICROSECOND for each in times]


def _common_width(edges: Iterable[int], *, origin: int) -> int:
    return gcd(*(edge - origin for edge in edges)) or 1


def _by_chunks(of: Callable[[Instants], Instants], values: Instants) -> Instants:
    flat = values.ravel()
    parts = [of(flat[start : start + _CHUNK]) for start in range(0, flat.size, _CHUNK)]
    result: Instants = numpy().concatenate(parts).reshape(values.shape)
    return result
