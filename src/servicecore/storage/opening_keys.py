"""Opening a key store by its URL, and the master key that it needs."""

from __future__ import annotations

import os
import re
from base64 import b64decode, b64encode
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from .errors import MasterKeyError, UnknownStorageError
from .keys import KEY_SIZE, KeyStore

_HEX = re.compile(r"[0-9a-fA-F]{64}")
_MASTER, _MASTER_FILE = "SERVICECORE_MASTER_KEY", "SERVICECORE_MASTER_KEY_FILE"


def open_keys(url: str, *, master: bytes | None = None) -> KeyStore:
    """Open the key store at *url*: ``sqlite:///keys.db``, or ``memory:``.

    The master key is what ``SERVICECORE_MASTER_KEY`` says, or what stands in the file
    that the URL (``sqlite:///keys.db?master=master.key``) or
    ``SERVICECORE_MASTER_KEY_FILE`` names.  In memory, a new one will do.

    Raises:
        MasterKeyError: If there is none, or it is that of another key store.
        UnknownStorageError: If no key store goes by that URL.
        MissingExtraError: If the extra ``audit`` is not installed.
    """
    split = urlsplit(url)
    path = ":memory:" if split.scheme == "memory" else unquote(split.path)[1:]
    if split.scheme not in {"memory", "sqlite"} or split.netloc or not path:
        msg = f"a key store is called like 'sqlite:///keys.db' or 'memory:', not {url!r}"
        raise UnknownStorageError(msg)
    named = parse_qs(split.query).get("master", [os.environ.get(_MASTER_FILE, "")])[-1]
    if master is None:
        master = _master(Path(named) if named else None, may_be_new=split.scheme == "memory")
    return KeyStore(path, master=master)


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
