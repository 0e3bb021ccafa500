"""A PostgreSQL server as one program uses it: a pool of connections, and errors in our words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from selectors import EVENT_READ, DefaultSelector
from threading import BoundedSemaphore
from typing import Any, TypeVar
from zlib import crc32

import attrs
import psycopg
from psycopg import errors, sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import TransactionStatus

from .errors import (
    BusyError,
    ClosedError,
    ReadOnlyError,
    StorageError,
    UnknownStorageError,
    UnmigratedError,
    UnreachableStorageError,
)
from .queueing import Commit, Writers

R = TypeVar("R")
Connection = psycopg.Connection[tuple[Any, ...]]

_SCHEMA_NAME = re.compile(r"[a-z_][a-z0-9_]{0,47}")
_LOG_NAME = re.compile(r"[a-z][a-z0-9_]{0,30}")
_LONGEST_NAME = 58  # PostgreSQL cuts names at 63 bytes, and an index adds "_sort".

#: Whoever dies in the middle of a transaction must not keep the others waiting for ever.
_LONGEST_SILENCE = "60s"


@attrs.frozen(kw_only=True)
class PostgresOptions:
    """How to use the server.

    *schema* keeps the logs of several tenants apart, *log* several logs of one.
    *wait* is how long to wait for others, in seconds, and *connections* how many
    this program opens at most.  Without *durable*, a commit does not wait for the
    disk, and the last ones may be lost if the server fails.
    """

    schema: str = "public"
    log: str = "log"
    wait: float = 10.0
    connections: int = 8
    durable: bool = True
    read_only: bool = False

    def __attrs_post_init__(self) -> None:
        if not _SCHEMA_NAME.fullmatch(self.schema):
            msg = f"a schema is called like 'public' or 'tenant_7', got {self.schema!r}"
            raise UnknownStorageError(msg)
        if not _LOG_NAME.fullmatch(self.log):
            msg = f"a log is called like 'log' or 'service_2026', got {self.log!r}"
            raise UnknownStorageError(msg)
        if self.connections < 1:
            msg = f"connections is how many may be open, 1 or more, got {self.connections}"
            raise UnknownStorageError(msg)

    def table(self, name: str) -> str:
        """Return the name of a table of this log, ready for a statement."""
        whole = f"{self.log}_{name}"
        if len(whole) > _LONGEST_NAME:
            whole = f"{whole[: _LONGEST_NAME - 9]}_{crc32(whole.encode()):08x}"
        return f'"{self.schema}".{whole}'

    @property
    def channel(self) -> str:
        """On which writers tell others that there is something new."""
        return f"servicecore_{crc32(f'{self.schema}.{self.log}'.encode()):08x}"


class Server:
    """Lends connections, and writes: one transaction after the other.

    Writers of one program queue up and share commits: while one commit is on its
    way to the disk, the next ones gather and follow together.
    """

    def __init__(self, url: str, options: PostgresOptions) -> None:
        """Understand the URL; nothing is connected yet.

        Raises:
            UnknownStorageError: If the URL says something that no server understands.
        """
        self.options = options
        try:
            told = conninfo_to_dict(url)
        except psycopg.ProgrammingError as error:
            msg = f"this is no URL of a PostgreSQL database: {_said(error)}"
            raise UnknownStorageError(msg) from None
        self.name = _without_secrets(told)
        defaults: dict[str, Any] = {
            "application_name": "servicecore",
            "connect_timeout": _whole(options.wait),
        }
        self._conninfo = make_conninfo(**(defaults | told))
        self._idle: list[Connection] = []
        self._places = BoundedSemaphore(options.connections)
        self._closed = False
        self.writers = Writers()

    def close(self) -> None:
        """Close every connection that is not lent out at the moment."""
        self._closed = True
        while self._idle:
            self._idle.pop().close()

    # --- Reading ---------------------------------------------------------------

    def ask(self, statement: str, values: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        """Return all rows of an answer."""
        with self.lent() as connection:
            return connection.execute(statement, values, binary=True).fetchall()

    # --- Writing ---------------------------------------------------------------

    def write(self, commit: Commit, work: Callable[[Any], R]) -> R:
        """Let *commit* run *work*, alone or together with others that wait.

        Raises:
            BusyError: If somebody else was writing for too long.
            ReadOnlyError: If it was opened for reading only.
        """
        self.ensure_writable()
        return self.writers.write(commit, work)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Lend a connection for one transaction that has nothing to do with the order of the log.

        Raises:
            ReadOnlyError: If it was opened for reading only.
        """
        self.ensure_writable()
        with self.lent() as connection, connection.transaction():
            yield connection

    def ensure_writable(self) -> None:
        """See to it that this may be written to.

        Raises:
            ReadOnlyError: If it was opened for reading only.
        """
        if self.options.read_only:
            msg = f"{self.name} was opened for reading only"
            raise ReadOnlyError(msg)

    # --- Connections -------------------------------------------------------------

    @contextmanager
    def lent(self) -> Iterator[Connection]:
        """Lend a connection on which every statement is a transaction of its own.

        Raises:
            BusyError: If all that may be open are in use for too long.
            ClosedError: If the log was closed.
        """
        if not self._places.acquire(timeout=self.options.wait):
            msg = f"{self.name}: all {self.options.connections} connections are in use"
            raise BusyError(msg)
        try:
            connection = self._alive() or self.connect()
            try:
                with self.named_errors():
                    yield connection
            finally:
                self._take_back(connection)
        finally:
            self._places.release()

    def _alive(self) -> Connection | None:
        """Return a connection that nobody uses; what died meanwhile is closed."""
        while self._idle:
            try:
                connection = self._idle.pop()
            except IndexError:  # Another thread took the last one.
                break
            if not _says_something(connection):
                return connection
            connection.close()
        return None

    def _take_back(self, connection: Connection) -> None:
        if self._closed or connection.info.transaction_status != TransactionStatus.IDLE:
            connection.close()
        else:
            self._idle.append(connection)

    def connect(self) -> Connection:
        """Return a connection of one's own; whoever asked for it closes it."""
        if self._closed:
            msg = f"the log in {self.name} was closed"
            raise ClosedError(msg)
        with self.named_errors():
            connection = psycopg.connect(self._conninfo, autocommit=True)
            try:
                self._configure(connection)
            except BaseException:
                connection.close()
                raise
            return connection

    def _configure(self, connection: Connection) -> None:
        settings = {
            "default_transaction_isolation": "read committed",
            "lock_timeout": f"{round(self.options.wait * 1000) or 1}ms",
            "idle_in_transaction_session_timeout": _LONGEST_SILENCE,
            # No statement of ours runs as long as it takes to compile it, or to call for help.
            "jit": "off",
            "max_parallel_workers_per_gather": "0",
        }
        if not self.options.durable:
            settings["synchronous_commit"] = "off"
        if self.options.read_only:
            settings["default_transaction_read_only"] = "on"
        for name, value in settings.items():
            connection.execute(sql.SQL("SET {} = {}").format(sql.Identifier(name), value))
        if self.options.durable:  # Somebody may have set it off for this user or database.
            connection.execute(_DURABLE)

    @contextmanager
    def named_errors(self) -> Iterator[None]:
        """Say what went wrong in our own words."""
        try:
            yield
        except psycopg.Error as error:
            raise _named(error, self.name) from error


def _says_something(connection: Connection) -> bool:
    """Tell whether there is something to hear unasked: a server that goes says so."""
    with DefaultSelector() as selector:
        selector.register(connection.fileno(), EVENT_READ)
        return bool(selector.select(timeout=0))


_DURABLE = (
    "SELECT set_config('synchronous_commit', 'on', false) "
    "WHERE current_setting('synchronous_commit') = 'off'"
)


_RIGHTS = (
    "a desk has to read and write the rows of its schema and to make tables for its read models: "
    "let the owner GRANT that, or say mode=ro in the URL to read only"
)


# --- What went wrong -------------------------------------------------------------


def _named(error: psycopg.Error, place: str) -> StorageError:
    told = f"{place}: {_said(error)}"
    match error:
        case errors.InsufficientPrivilege():
            return ReadOnlyError(f"{place}: {error.diag.message_primary}; {_RIGHTS}")
        case errors.ReadOnlySqlTransaction():
            return ReadOnlyError(told)
        case errors.UndefinedTable() | errors.InvalidSchemaName():
            return UnmigratedError(told)
        case (
            errors.LockNotAvailable()
            | errors.DeadlockDetected()
            | errors.QueryCanceled()
            | errors.TooManyConnections()
        ):
            return BusyError(told)
        case psycopg.OperationalError() | psycopg.InterfaceError():
            return UnreachableStorageError(told)
    return StorageError(told)


def _said(error: psycopg.Error) -> str:
    return " ".join(str(error).split())


def _without_secrets(told: dict[str, Any]) -> str:
    user, host = told.get("user"), told.get("host")
    port, name = told.get("port"), told.get("dbname")
    place = f"{f'{user}@' if user else ''}{host or ''}{f':{port}' if port else ''}"
    return f"postgresql://{place}/{name or ''}"


def _whole(seconds: float) -> int:
    return max(2, round(seconds))  # libpq takes anything less for 2.
