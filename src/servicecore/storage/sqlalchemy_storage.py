"""Other SQL databases, through SQLAlchemy and the recorders that extend eventsourcing with it.

MariaDB, MySQL, Oracle and SQL Server hand out numbers before they commit, so a
reader could pass a number by that is committed later.  Every writer of ours
therefore locks one row until it has committed: numbers are in the order of commits.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock, RLock
from typing import Any, BinaryIO, ClassVar, TypeVar

import sqlalchemy
from eventsourcing.persistence import PersistenceError, StoredEvent
from eventsourcing_sqlalchemy.datastore import SQLAlchemyDatastore
from eventsourcing_sqlalchemy.recorders import SQLAlchemyProcessRecorder
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from .errors import BusyError, UnreachableStorageError
from .places import without_password
from .protocol import Writing
from .recorder_storage import RecorderStorage
from .tables import Tables

R = TypeVar("R")

_EVENTS, _TRACKING, _ORDER = "servicecore_events", "servicecore_tracking", "servicecore_order"
_WHOLE = sqlalchemy.LargeBinary(2**24 - 1)  #: MySQL cuts bytes off behind 64 KB, if not told.


class OrderedRecorder(SQLAlchemyProcessRecorder):
    """A recorder whose writers take turns, so that no reader passes a number by."""

    def __init__(self, datastore: SQLAlchemyDatastore) -> None:
        super().__init__(datastore, events_table_name=_EVENTS, tracking_table_name=_TRACKING)
        self.events_record_cls.__table__.c.state.type = _WHOLE
        assert isinstance(datastore.engine, Engine)  # noqa: S101 - it was made from a URL
        self.engine = datastore.engine
        self._order = sqlalchemy.Table(
            _ORDER, sqlalchemy.MetaData(), sqlalchemy.Column("turn", sqlalchemy.Integer)
        )

    def create_table(self) -> None:
        """Make what is not there yet."""
        super().create_table()
        self._order.create(self.engine, checkfirst=True)
        with self.engine.begin() as connection:
            if connection.scalar(sqlalchemy.select(sqlalchemy.func.count(self._order.c.turn))) == 0:
                connection.execute(self._order.insert().values(turn=1))

    def _lock_table(self, session: Session) -> None:
        self.take_turn(session)

    def take_turn(self, session: Session) -> None:
        """Wait until nobody else writes, and keep others waiting until the commit."""
        session.execute(self._order.update().values(turn=self._order.c.turn))

    def insert_events(self, stored_events: Sequence[StoredEvent], **facts: Any) -> Sequence[int]:
        """Store all of it or nothing; what is only tracked takes its turn, too."""
        return super().insert_events(stored_events, **facts) or []


class _OneProcess:
    """Keeps other processes out of a file of SQLite, which they would hold up for good.

    Locks belong to a process, so its threads and its logs may share a file.
    """

    _held: ClassVar[dict[Path, tuple[BinaryIO, int]]] = {}
    _guard: ClassVar[Lock] = Lock()

    def __init__(self, engine: Engine) -> None:
        """Lock the file that *engine* is about, if it is one.

        Raises:
            BusyError: If another process has it open.
        """
        name = engine.url.database if engine.dialect.name == "sqlite" else None
        self._path = Path(f"{name}.lock").absolute() if name and name != ":memory:" else None
        if self._path and sys.platform != "win32":
            with self._guard:
                file, times = self._held.get(self._path) or (self._locked(self._path), 0)
                self._held[self._path] = file, times + 1

    @staticmethod
    def _locked(path: Path) -> BinaryIO:
        import fcntl  # noqa: PLC0415  # Windows has none.

        file = path.open("ab")
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            msg = (
                f"{path.with_suffix('')} is open in another process, and SQLAlchemy serves one at "
                "a time; 'sqlite:///' serves many"
            )
            raise BusyError(msg) from None
        return file

    def leave(self) -> None:
        """Let others in, if nobody of this process has it open any more."""
        if self._path in self._held:
            with self._guard:
                file, times = self._held.pop(self._path)
                if times > 1:
                    self._held[self._path] = file, times - 1
                else:
                    file.close()


class SQLAlchemyStorage(RecorderStorage):
    """A storage whose writers take turns from what they look at until they have committed."""

    def __init__(
        self, recorder: OrderedRecorder, *, tables: Tables | None, house: _OneProcess
    ) -> None:
        super().__init__(recorder, tables=tables, close=self._leave)
        self._ordered, self._house, self._turns = recorder, house, RLock()

    def _leave(self) -> None:
        self._ordered.engine.dispose()
        self._house.leave()

    def write(self, work: Callable[[Writing], R]) -> R:
        """Run *work* in one transaction, while nobody else writes."""
        with self._turns, self._ordered.transaction(commit=True) as session:
            self._ordered.take_turn(session)
            return work(self)


def open_sqlalchemy(url: str, *, tables: Tables | None = None) -> SQLAlchemyStorage:
    """Open the log in the database at *url*, and make its tables if there are none.

    Read models are kept in memory, if *tables* do not say where.

    Raises:
        UnreachableStorageError: If there is no such database, or no driver for it.
        BusyError: If it is a file that another process has open.
    """
    try:
        datastore = SQLAlchemyDatastore(url=url)
        recorder = OrderedRecorder(datastore)
        house = _OneProcess(recorder.engine)
        try:
            recorder.create_table()
        except BaseException:
            house.leave()
            raise
    except (SQLAlchemyError, PersistenceError, ImportError) as error:
        msg = f"there is no log at {without_password(url)}: {' '.join(str(error).split())}"
        raise UnreachableStorageError(msg) from error
    return SQLAlchemyStorage(recorder, tables=tables, house=house)
