"""Opening a key store by its URL, and the master key that it needs."""

from __future__ import annotations

import os
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from .ciphers import KEY_SIZE
from .errors import MasterKeyError, UnknownStorageError, UnsafeSettingError
from .key_tables import KeyTables, SQLiteKeyTables
from .keys import KeyStore
from .places import postgres_at, without_password

_HEX = re.compile(r"[0-9a-fA-F]{64}")
_MASTER, _MASTER_FILE = "SERVICECORE_MASTER_KEY", "SERVICECORE_MASTER_KEY_FILE"
_NAME = "keys"  # What a key store is called, where a log is called "log".


def open_keys(url: str, *, master: bytes | None = None) -> KeyStore:
    """Open the key store at *url*: ``sqlite:///keys.db``, ``postgresql://…``, or ``memory:``.

    In PostgreSQL, ``servicecore privacy migrate`` has made its tables.  The master key is
    what ``SERVICECORE_MASTER_KEY`` says, or what stands in the file that the URL
    (``sqlite:///keys.db?master=master.key``) or ``SERVICECORE_MASTER_KEY_FILE`` names.
    In memory, a new one will do.

    Raises:
        MasterKeyError: If there is none, or it is that of another key store.
        UnknownStorageError: If no key store goes by that URL.
        UnmigratedError: If the tables are not there.
        MissingExtraError: If the extra ``audit`` is not installed.
    """
    split, options = understood(url)
    file = options.pop("master", "") or os.environ.get(_MASTER_FILE, "")
    if master is None:
        master = _master(Path(file) if file else None, may_be_new=split.scheme == "memory")
    return KeyStore(_tables(split, options), master=master)


def understood(url: str) -> tuple[SplitResult, dict[str, str]]:
    """Return what the URL of a key store says: where it is, and its options.

    Raises:
        UnknownStorageError: If no key store goes by that URL.
    """
    split = urlsplit(url)
    fits = {
        "memory": not (split.netloc or split.path),
        "postgresql": bool(split.path.strip("/")),
        "sqlite": len(split.path) > 1 and not split.netloc,
    }
    if not fits.get(split.scheme):
        msg = (
            "a key store is called like 'sqlite:///keys.db', 'postgresql://user@host/keys' or "
            f"'memory:', not {without_password(url)!r}"
        )
        raise UnknownStorageError(msg)
    named = {"log": _NAME} if split.scheme == "postgresql" else {}
    return split, named | dict(parse_qsl(split.query))


def is_there(url: str) -> bool:
    """Tell whether there may be a key store; one in a file is made when it is opened.

    Raises:
        UnknownStorageError: If no key store goes by that URL.
    """
    split, _ = understood(url)
    return split.scheme != "sqlite" or Path(unquote(split.path)[1:]).exists()


def ensure_apart(log: str, keys: str, options: Mapping[str, str]) -> None:
    """See to it that keys do not lie where the log does: each backup of it would hold them.

    Raises:
        UnsafeSettingError: If they do; *options* are those of the log.
    """
    if urlsplit(keys).scheme != "memory" and _place(log, options) == _place(keys, {}):
        msg = (
            f"the keys would lie in the log, {without_password(keys)}, and in each of its "
            "backups: give them a database of their own, or a schema"
        )
        raise UnsafeSettingError(msg)


def new_master_key() -> str:
    """Return a new master key, as the environment or a file would hold it."""
    return b64encode(os.urandom(KEY_SIZE)).decode()


def parse_master_key(text: str) -> bytes:
    """Return the key that *text* tells, in base64 or as 64 hexadecimal digits.

    Raises:
        MasterKeyError: If it tells none.
    """
    told = text.strip()
    try:
        key = bytes.fromhex(told) if _HEX.fullmatch(told) else b64decode(told, validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_SIZE:
        msg = f"a master key is {KEY_SIZE} bytes in base64; make one: servicecore privacy new-key"
        raise MasterKeyError(msg)
    return key


# --- Where keys lie ------------------------------------------------------------------


def _tables(split: SplitResult, options: Mapping[str, str]) -> KeyTables:
    if split.scheme == "postgresql":
        _, chosen = postgres_at(split, options)
        from .postgres_keys import PostgresKeyTables  # noqa: PLC0415 - an extra; few need it

        return PostgresKeyTables(*chosen)
    if options:
        msg = f"a key store in {split.scheme} knows the option 'master', not {sorted(options)}"
        raise UnknownStorageError(msg)
    return SQLiteKeyTables(":memory:" if split.scheme == "memory" else unquote(split.path)[1:])


def _place(url: str, options: Mapping[str, str]) -> tuple[Any, ...]:
    """Return what two URLs have in common that mean the same file, or the same schema."""
    split = urlsplit(url)
    told = dict(parse_qsl(split.query)) | dict(options)
    if split.scheme == "sqlite":
        return "sqlite", Path(unquote(split.path)[1:]).resolve()
    host, schema = split.hostname or told.get("host"), told.get("schema", "public")
    return split.scheme, host, split.port or told.get("port"), split.path, schema


# --- The master key --------------------------------------------------------------------


def _master(file: Path | None, *, may_be_new: bool) -> bytes:
    if file is not None:
        try:
            return parse_master_key(file.read_text(encoding="ascii"))
        except (OSError, UnicodeDecodeError) as error:
            msg = f"no master key can be read from {file}: {error}"
            raise MasterKeyError(msg) from error
    if text := os.environ.get(_MASTER):
        return parse_master_key(text)
    if may_be_new:
        return os.urandom(KEY_SIZE)
    msg = f"a key store needs a master key: set {_MASTER}, or {_MASTER_FILE} to the file of one"
    raise MasterKeyError(msg)
