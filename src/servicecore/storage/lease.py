"""A lease: of several programs that could do the same work, one does it.

It only saves work.  Whoever goes on although his lease is over does no harm,
because whatever is done is done once by other means; so clocks that differ, or a
program that was frozen for a while, are no danger.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import attrs
import msgspec

from .errors import AlreadyTrackedError, UnknownTableError
from .log import EventLog

_VERSION = 1
_ROW = "lease"
_SHARE = 3  # It is renewed when a third of it has gone.


class _Held(msgspec.Struct, frozen=True):
    holder: str
    until: datetime


_read = msgspec.json.Decoder(_Held).decode


@attrs.define
class Lease:
    """What is called *name* belongs to *holder* for *length*, unless somebody else has it.

    It is a row among the read models of *log*, which changes hands only if nobody
    else was faster; so any storage will do.
    """

    log: EventLog
    name: str = attrs.field(kw_only=True)
    holder: str = attrs.field(kw_only=True)
    length: timedelta = attrs.field(default=timedelta(seconds=15), kw_only=True)
    _until: datetime | None = attrs.field(default=None, init=False)
    _ours: int = attrs.field(default=0, init=False)  #: How often it had changed when we took it.

    def take(self) -> bool:
        """Take it or keep it, and tell whether it is ours."""
        now = self.log.now()
        if self._is_fresh(now):
            return True
        position = self.log.tables.position(self.name, _VERSION)
        held = self._held()
        if held and held.holder != self.holder and now < held.until:
            self._until = None
            return False
        return self._hold(position, now + self.length)

    def keep(self) -> bool:
        """Keep it, and tell whether it has been ours ever since we took it.

        Whom nobody waited for has lost it, even if it is free again.
        """
        now = self.log.now()
        if self._is_fresh(now):
            return True
        return self._until is not None and self._hold(self._ours, now + self.length)

    def give_up(self) -> None:
        """Let somebody else have it at once, if it is still ours."""
        if self._until is not None:
            self._hold(self._ours, self.log.now())
        self._until = None

    def held_by(self) -> str | None:
        """Return who has it now."""
        held = self._held()
        return held.holder if held and self.log.now() < held.until else None

    def _is_fresh(self, now: datetime) -> bool:
        share = self.length * (_SHARE - 1) / _SHARE
        return self._until is not None and now < self._until - share

    def _hold(self, position: int, until: datetime) -> bool:
        row = (_ROW, None, msgspec.json.encode(_Held(self.holder, until)))
        try:
            with self.log.tables.batch(
                self.name, _VERSION, after=position, upto=position + 1
            ) as rows:
                rows.put_many([row])
        except AlreadyTrackedError:
            self._until = None
            return False
        self._until, self._ours = until, position + 1
        return True

    def _held(self) -> _Held | None:
        try:
            rows = self.log.tables.read(self.name, _VERSION).get_many([_ROW])
        except UnknownTableError:  # Nobody ever had it.
            return None
        return _read(rows[_ROW]) if rows else None
