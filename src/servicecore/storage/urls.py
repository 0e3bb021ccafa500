"""Opening a log by its URL."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import datetime
from functools import partial
from importlib.metadata import entry_points
from typing import Any, Protocol
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit

from ..domain.events import CATALOGUE, Catalogue
from .archives import with_archives
from .connections import SQLiteOptions
from .errors import MissingExtraError, UnknownStorageError, UnsafeSettingError
from .keys import KeyStore
from .log import EventLog, _now
from .memory import MemoryStorage
from .opening_keys import ensure_apart, is_there, open_keys
from .places import one_of, postgres_at, seconds, without_password
from .protocol import Storage
from .rehearsal import Rehearsal
from .sqlite import SQLiteStorage

#: Third parties register their storages here, by the scheme of their URLs.
ENTRY_POINTS = "servicecore.storage"


class Opener(Protocol):
    """Opens the storage that a URL names; unknown options are refused."""

    def __call__(self, url: SplitResult, options: Mapping[str, str]) -> Storage:
        """Return the storage."""


def open_log(
    url: str,
    *,
    clock: Callable[[], datetime] = _now,
    catalogue: Catalogue = CATALOGUE,
    tables: str | None = None,
    attempts: int = 10,
    keys: str | KeyStore | None = None,
    dry_run: bool = False,
    **options: object,
) -> EventLog:
    """Open the log at *url*, and make it if there is none yet.

    ``memory:`` keeps it while the program runs; ``sqlite:///service.db`` in a file
    here, ``sqlite:////var/lib/service.db`` in one elsewhere;
    ``postgresql://user@host/database`` in tables that ``servicecore log migrate``
    has made; ``mysql+pymysql://…`` and its like in what SQLAlchemy knows;
    ``kurrentdb://…`` in KurrentDB, untested against a real server.  Options
    stand in the URL or come by keyword: ``sqlite:///service.db?synchronous=normal``.

    Args:
        url: Where the log is kept.
        clock: Tells when something is recorded.
        catalogue: The events of this program.
        tables: The URL of the read models, if they are not kept beside the log.
        attempts: How often a decision is made anew when others were faster.
        keys: The key store that seals what is personal, or its URL; see :func:`open_keys`.
        dry_run: Rehearse: whatever is done is checked and told as it would be, and forgotten.
        options: What the storage can be told; SQLite knows ``synchronous``
            (``full``, ``normal``, ``off``), ``wait`` (seconds), ``mode``
            (``rw``, ``ro``), ``immutable`` (``1``: nobody writes it, not even a file
            beside it) and ``log`` (its name, if several share a file);
            PostgreSQL knows ``schema`` (one for each tenant), ``log``, ``mode``,
            ``wait``, ``synchronous`` (``full``, ``off``), ``connections`` (at most),
            and what libpq knows; UmaDB knows ``tls`` (``yes``), ``ca`` (a file) and
            ``api_key``.  All know ``archives``, the folder of histories taken out of the log.

    Raises:
        StorageError: If there is no such storage, it cannot be opened, or the keys would
            lie in it.
    """
    told = {name: str(value) for name, value in options.items()}
    if isinstance(keys, str):
        ensure_apart(url, keys, told)
    elif not isinstance(keys, KeyStore | None):
        msg = f"keys are told by a key store or its URL, got {keys!r}"
        raise UnknownStorageError(msg)
    storage = _open_storage(url, told, dry_run=dry_run)
    try:
        elsewhere = _open_storage(tables, {}, dry_run=dry_run).tables if tables else None
        log = EventLog(
            storage,
            clock=clock,
            catalogue=catalogue,
            tables=elsewhere,
            attempts=attempts,
            keys=_keys(keys, dry_run=dry_run),
        )
        log.reader = _reader(url, told) if catalogue is CATALOGUE and not dry_run else None
    except BaseException:
        storage.close()
        raise
    return log


def _reader(url: str, told: Mapping[str, str]) -> Callable[[], EventLog] | None:
    """Return what opens the log at *url* for reading only, wherever that is called."""
    scheme = urlsplit(url).scheme
    if scheme == "memory":
        return None
    options: dict[str, Any] = {**told, **_READING.get(scheme, {})}
    return partial(open_log, url, **options)


def _keys(told: str | KeyStore | None, *, dry_run: bool) -> KeyStore | None:
    if not isinstance(told, str):
        return told.copied() if told and dry_run else told
    if not dry_run:
        return open_keys(told)
    with closing(open_keys(told if is_there(told) else "memory:")) as keys:
        return keys.copied()


def _open_storage(url: str, told: Mapping[str, str], *, dry_run: bool) -> Storage:
    split = _taken_apart(url)
    refuse_unsafe_settings(split.scheme, os.environ)
    options = dict(parse_qsl(split.query)) | dict(told)
    if dry_run:
        options |= _READING.get(split.scheme, {})
    archives = options.pop("archives", None)
    storage = opener(split.scheme, url)(split, options)
    if dry_run:
        storage = Rehearsal(storage)
    return with_archives(storage, archives) if archives else storage


def _taken_apart(url: str) -> SplitResult:
    if not isinstance(url, str):
        msg = f"a storage is named by a URL, such as 'sqlite:///service.db', got {url!r}"
        raise UnknownStorageError(msg)
    try:
        split = urlsplit(url)
        if "," not in split.netloc:  # PostgreSQL may have several hosts, with a port each.
            _ = split.port  # Only who asks for it hears that it is none.
    except ValueError as error:
        msg = f"{without_password(url)!r} is no URL of a storage: {error}"
        raise UnknownStorageError(msg) from error
    return split


def opener(scheme: str, url: str) -> Opener:
    """Return what opens storages of *scheme*.

    Raises:
        UnknownStorageError: If nothing does; told of *url*.
    """
    if scheme in _BUILT_IN:
        return _BUILT_IN[scheme]
    if "+" in scheme:  # A dialect and its driver, as SQLAlchemy calls them: mysql+pymysql.
        return _open_sqlalchemy
    registered = {each.name: each for each in entry_points(group=ENTRY_POINTS)}
    if scheme not in registered:
        known = ", ".join(f"{each}:" for each in sorted({*_BUILT_IN, *registered}))
        msg = f"no storage goes by {without_password(url)!r}; known are {known}"
        if not scheme and url:
            msg += f"; a file is called like 'sqlite:///{url}'"
        raise UnknownStorageError(msg)
    registered_opener: Opener = registered[scheme].load()
    return registered_opener


def refuse_unsafe_settings(scheme: str, environment: Mapping[str, str]) -> None:
    """Refuse settings that are known to lose events.

    eventsourcing 9.5.6 with ``POSTGRES_ENABLE_DB_FUNCTIONS`` lost 231 of 13,290
    events for a reader that followed the log.

    Raises:
        UnsafeSettingError: If one is on.
    """
    if scheme in _UNTOUCHED:
        return
    for name, value in environment.items():
        on = value.strip().lower() in {"y", "yes", "t", "true", "on", "1"}
        if on and name.upper().endswith("POSTGRES_ENABLE_DB_FUNCTIONS"):
            msg = f"{name}={value} loses events for readers that follow the log; switch it off"
            raise UnsafeSettingError(msg)


# --- The storages we bring --------------------------------------------------------


def _open_memory(url: SplitResult, options: Mapping[str, str]) -> Storage:
    if url.netloc or url.path:
        msg = f"a log in memory has no name: say 'memory:', not {url.geturl()!r}"
        raise UnknownStorageError(msg)
    _refuse_unknown(options, {}, "memory:")
    return MemoryStorage()


def _open_sqlite(url: SplitResult, options: Mapping[str, str]) -> Storage:
    path = unquote(url.path)[1:]
    if url.netloc or not path or not url.path.startswith("/") or path == ":memory:":
        msg = f"a SQLite log is called like 'sqlite:///service.db', not {url.geturl()!r}"
        raise UnknownStorageError(msg)
    _refuse_unknown(options, _SQLITE_OPTIONS, "sqlite:")
    told = {name: _SQLITE_OPTIONS[name](value) for name, value in options.items()}
    log, read_only = told.pop("log", "log"), told.get("mode", "rw") == "ro"
    if told.get("immutable") == "1" and not read_only:
        msg = f"what is immutable is opened for reading only: mode=ro&immutable=1, not {options}"
        raise UnknownStorageError(msg)
    return SQLiteStorage(
        path,
        log=log,
        options=SQLiteOptions(
            synchronous=told.get("synchronous", "full"),
            wait=told.get("wait", 10.0),
            read_only=read_only,
            immutable=told.get("immutable") == "1",
        ),
    )


def _open_postgres(url: SplitResult, options: Mapping[str, str]) -> Storage:
    postgres, chosen = postgres_at(url, options)
    storage: Storage = postgres.PostgresStorage(*chosen)
    return storage


def _open_umadb(url: SplitResult, options: Mapping[str, str]) -> Storage:
    try:
        from .umadb_storage import UmaDBStorage  # noqa: PLC0415 - an extra; few need it
    except ImportError as error:
        msg = f"UmaDB needs a package more: pip install 'servicecore[umadb]' ({error})"
        raise MissingExtraError(msg) from error
    if not url.hostname or url.path.strip("/"):
        msg = f"a log in UmaDB is called like 'umadb://localhost:50051', not {url.geturl()!r}"
        raise UnknownStorageError(msg)
    _refuse_unknown(options, _UMADB_OPTIONS, "umadb:")
    scheme = "https" if options.get("tls") == "yes" else "http"
    server = f"{scheme}://{url.hostname}:{url.port or 50051}"
    return UmaDBStorage(server, ca_path=options.get("ca"), api_key=options.get("api_key"))


def _open_kurrent(url: SplitResult, options: Mapping[str, str]) -> Storage:
    try:
        from kurrentdbclient import KurrentDBClient  # noqa: PLC0415 - an extra; few need it

        from .kurrent_storage import KurrentStorage  # noqa: PLC0415
    except ImportError as error:
        msg = f"KurrentDB needs a package more: pip install 'servicecore[kurrentdb]' ({error})"
        raise MissingExtraError(msg) from error
    if not url.hostname or url.path.strip("/"):
        msg = (
            "a log in KurrentDB is called like 'kurrentdb://localhost:2113?tls=false', not "
            f"{without_password(url.geturl())!r}"
        )
        raise UnknownStorageError(msg)
    theirs = {name: value for name, value in options.items() if name != "log"}
    query = f"?{urlencode(theirs, quote_via=quote)}" if theirs else ""
    where = f"kurrentdb://{url.netloc}{query}"
    try:
        client = KurrentDBClient(where)
    except ValueError as error:
        msg = f"this is no URL of KurrentDB: {without_password(str(error))}"
        raise UnknownStorageError(msg) from error
    name = f"servicecore-{options.get('log', 'log')}"
    return KurrentStorage(client, stream=name, name=without_password(where))


def _open_sqlalchemy(url: SplitResult, options: Mapping[str, str]) -> Storage:
    try:
        from .sqlalchemy_storage import open_sqlalchemy  # noqa: PLC0415 - an extra; few need it
    except ImportError as error:
        msg = f"{url.scheme} needs a package more: pip install 'servicecore[sqlalchemy]' ({error})"
        raise MissingExtraError(msg) from error
    query = f"?{urlencode(options)}" if options else ""
    return open_sqlalchemy(f"{url.scheme}://{url.netloc}{url.path}{query}")


def _refuse_unknown(options: Mapping[str, str], known: Mapping[str, Any], storage: str) -> None:
    for name in options:
        if name not in known:
            msg = f"{storage} does not know the option {name!r}; known are {sorted(known)}"
            raise UnknownStorageError(msg)


_SQLITE_OPTIONS: Mapping[str, Callable[[str], Any]] = {
    "immutable": one_of("0", "1"),
    "log": str,
    "mode": one_of("rw", "ro"),
    "synchronous": one_of("full", "normal", "off"),
    "wait": seconds,
}
_UMADB_OPTIONS = {"api_key": str, "ca": str, "tls": one_of("yes", "no")}
_READING: Mapping[str, Mapping[str, str]] = {
    "postgresql": {"mode": "ro"},
    "sqlite": {"mode": "ro"},
}
_BUILT_IN: Mapping[str, Opener] = {
    "kurrentdb": _open_kurrent,
    "memory": _open_memory,
    "postgresql": _open_postgres,
    "sqlite": _open_sqlite,
    "umadb": _open_umadb,
}
_UNTOUCHED = {
    "kurrentdb",
    "memory",
    "sqlite",
    "umadb",
}  #: Settings of other databases do not matter to them.
