"""The keys of people: one for each customer, in a database of their own.

Whatever is sealed under a key is gone when the key is, in every copy of the log
at once.  Therefore the keys lie elsewhere, and no backup of the log holds them.
A master key wraps them, so that a copy of the key store opens nothing by itself.
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from enum import Enum
from threading import RLock
from time import monotonic
from typing import Any

import attrs

from .errors import (
    BrokenSealError,
    ErasedPersonError,
    MasterKeyError,
    MissingExtraError,
    PersonalIdError,
    UnreachableStorageError,
)

KEY_SIZE, _NONCE_SIZE = 32, 12  # AES-256-GCM, as NIST SP 800-38D recommends the nonce.
_REMEMBERED = 50_000
_FRESH = 0.05  # Seconds for which nobody asks again what another process has changed.
_PROOF = b"servicecore/master/v1"
_TABLES = """\
CREATE TABLE IF NOT EXISTS servicecore_keys (
    subject TEXT NOT NULL,
    number INTEGER NOT NULL,
    state TEXT NOT NULL,
    wrapped BLOB,
    PRIMARY KEY (subject, number)
);
CREATE TABLE IF NOT EXISTS servicecore_master (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    proof BLOB NOT NULL
);
"""

# A mailbox; a Chinese mobile or landline number; a number with a country; an identity card.
_TELLS_WHO = re.compile(
    r".+@.+|(\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}|0\d{2,3}[ -]?\d{7,8}"
    r"|\+[\d ()-]{7,}|\d{17}[\dXx]"
)


class KeyState(Enum):
    """What may be done with what is sealed under a person's key."""

    ACTIVE = "active"
    RESTRICTED = "restricted"  #: Nobody opens it but to prove something, each time on record.
    ERASED = "erased"  #: Nobody can open it.


@attrs.frozen(eq=False)
class Key:
    """One key of a person, ready to be used; *number* counts those that the person had."""

    number: int
    secret: bytes = attrs.field(repr=False)
    is_restricted: bool
    _cipher: Any = attrs.field(repr=False)

    def seal(self, told: bytes, place: bytes) -> bytes:
        """Return *told* so that only this key opens it, and only at this *place*."""
        nonce = os.urandom(_NONCE_SIZE)
        sealed: bytes = self._cipher.encrypt(nonce, told, place)
        return nonce + sealed

    def open(self, box: bytes, place: bytes) -> bytes:
        """Return what was sealed.

        Raises:
            BrokenSealError: If a byte of it is another, or the place is.
        """
        try:
            told: bytes = self._cipher.decrypt(box[:_NONCE_SIZE], box[_NONCE_SIZE:], place)
        except (_invalid_tag(), ValueError):
            msg = "it was changed, or stands in another place"
            raise BrokenSealError(msg) from None
        return told


class KeyStore:
    """The keys of one log's customers; several processes may share it."""

    def __init__(self, path: str, *, master: bytes) -> None:
        """Open the key store in the file at *path*, or make it.

        Raises:
            MasterKeyError: If it was made under another master key.
            UnreachableStorageError: If the file cannot be opened.
        """
        self._path, self._master = path, _cipher(master)
        self._remembered: dict[tuple[str, int], Key | None] = {}
        self._newest: dict[str, Key] = {}
        self._seen, self._fresh_until = 0, 0.0
        self._turn = RLock()
        try:
            with ExitStack() as refused:
                self._database = _connect(path)
                refused.callback(self._database.close)
                self._prove_master()
                refused.pop_all()  # It is not: the file stays open.
        except sqlite3.Error as error:
            msg = f"no key store can be opened at {path}: {error}"
            raise UnreachableStorageError(msg) from error

    # --- To seal and to open ---------------------------------------------------------

    def key_for(self, subject: str) -> Key:
        """Return the key under which something about *subject* is sealed now.

        Raises:
            ErasedPersonError: If the person was erased.
            PersonalIdError: If a new customer's number tells who it is.
        """
        return self._newest.get(subject) or self._newest_of(subject)

    def key(self, subject: str, number: int) -> Key | None:
        """Return a key that was used once; None if it was destroyed.

        Raises:
            BrokenSealError: If there never was such a key.
        """
        try:
            return self._remembered[subject, number]
        except KeyError:
            return self._recall(subject, number)

    def refresh(self) -> None:
        """Forget what another process has changed: whoever was erased there, is erased here."""
        now = monotonic()
        if now < self._fresh_until:
            return
        with self._turn:
            self._fresh_until = now + _FRESH
            (seen,) = self._database.execute("PRAGMA data_version").fetchone()
            if seen != self._seen:
                self._forget()
                self._seen = seen

    # --- The states of a person ------------------------------------------------------

    def state_of(self, subject: str) -> KeyState | None:
        """Return the state of a person's key; None if there never was one."""
        row = self._row(subject)
        return KeyState(row[1]) if row else None

    def restrict(self, subject: str) -> None:
        """Let nobody open what is sealed, unless it is asked for by name.

        Whoever had no key yet gets one that is restricted.
        """
        self._turn_from(subject, KeyState.ACTIVE, KeyState.RESTRICTED, makes_one=True)

    def lift(self, subject: str) -> None:
        """Let it be opened again."""
        self._turn_from(subject, KeyState.RESTRICTED, KeyState.ACTIVE)

    def destroy(self, subject: str) -> None:
        """Destroy every key of *subject*: what was sealed under them is gone for ever."""
        with self._changing() as database:
            self._make_if_none(subject)  # It leaves a note that the person was erased.
            database.execute(
                "UPDATE servicecore_keys SET state = ?, wrapped = NULL WHERE subject = ?",
                (KeyState.ERASED.value, subject),
            )
        self._leave_no_trace()

    def renew(self, subject: str) -> None:
        """Give an erased person a new key; what the old one sealed stays gone."""
        with self._changing():
            row = self._row(subject)
            if row is not None and row[1] == KeyState.ERASED.value:
                self._make(subject, row[0] + 1)

    # --- The master key --------------------------------------------------------------

    def rotate(self, master: bytes) -> int:
        """Wrap every key under another *master* key, and return how many there are.

        Afterwards the old master key opens nothing that is left here.
        """
        new, count = _cipher(master), 0
        with self._changing() as database:
            rows = database.execute(
                "SELECT subject, number, wrapped FROM servicecore_keys WHERE wrapped IS NOT NULL"
            ).fetchall()
            for subject, number, wrapped in rows:
                secret = self._unwrap(subject, number, wrapped)
                database.execute(
                    "UPDATE servicecore_keys SET wrapped = ? WHERE subject = ? AND number = ?",
                    (_seal(new, secret, _name(subject, number)), subject, number),
                )
                count += 1
            proof = _seal(new, _PROOF, _PROOF)
            database.execute("UPDATE servicecore_master SET proof = ?", (proof,))
            self._master = new
        self._leave_no_trace()
        return count

    def close(self) -> None:
        """Forget the keys, and close the file."""
        with self._turn:
            self._forget()
            self._database.close()

    # ---------------------------------------------------------------------------------

    def _newest_of(self, subject: str) -> Key:
        with self._turn:
            row = self._row(subject)
            if row is None:
                ensure_pseudonym(subject)
                with self._changing():
                    self._make_if_none(subject)
                row = self._row(subject)
            number, state = row or (0, KeyState.ERASED.value)
            key = None if state == KeyState.ERASED.value else self._recall(subject, number)
            if key is None:
                msg = (
                    f"customer {subject!r} was erased, so nothing personal goes on record; "
                    "if they came back, readmit them first"
                )
                raise ErasedPersonError(msg)
            self._newest[subject] = key
            return key

    def _recall(self, subject: str, number: int) -> Key | None:
        with self._turn:
            row = self._database.execute(
                "SELECT state, wrapped FROM servicecore_keys WHERE subject = ? AND number = ?",
                (subject, number),
            ).fetchone()
            if row is None:
                msg = f"key {number} of {subject!r} was never in {self._path}"
                raise BrokenSealError(msg)
            state, wrapped = row
            key = None
            if wrapped is not None:
                secret = self._unwrap(subject, number, wrapped)
                restricted = state == KeyState.RESTRICTED.value
                key = Key(number, secret, restricted, _cipher(secret))
            if len(self._remembered) >= _REMEMBERED:
                self._forget()
            self._remembered[subject, number] = key
            return key

    def _row(self, subject: str) -> tuple[int, str] | None:
        with self._turn:
            row: tuple[int, str] | None = self._database.execute(
                "SELECT number, state FROM servicecore_keys WHERE subject = ? "
                "ORDER BY number DESC LIMIT 1",
                (subject,),
            ).fetchone()
            return row

    def _make_if_none(self, subject: str) -> None:
        if self._row(subject) is None:  # Looked up here, for another process may be faster.
            self._make(subject, 1)

    def _make(self, subject: str, number: int) -> None:
        wrapped = _seal(self._master, os.urandom(KEY_SIZE), _name(subject, number))
        self._database.execute(
            "INSERT INTO servicecore_keys VALUES (?, ?, ?, ?)",
            (subject, number, KeyState.ACTIVE.value, wrapped),
        )

    def _turn_from(
        self, subject: str, old: KeyState, new: KeyState, *, makes_one: bool = False
    ) -> None:
        with self._changing() as database:
            if makes_one:
                self._make_if_none(subject)
            database.execute(
                "UPDATE servicecore_keys SET state = ? WHERE subject = ? AND state = ?",
                (new.value, subject, old.value),
            )

    @contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        with self._turn:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._database
                self._database.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    self._database.execute("ROLLBACK")
                raise
            finally:
                self._forget()

    def _leave_no_trace(self) -> None:
        # secure_delete overwrites what was deleted; this also gives the freed pages back.
        with self._turn:
            self._database.execute("VACUUM")

    def _forget(self) -> None:
        self._remembered.clear()
        self._newest.clear()

    def _prove_master(self) -> None:
        proof = _seal(self._master, _PROOF, _PROOF)
        with self._changing() as database:
            database.execute("INSERT OR IGNORE INTO servicecore_master VALUES (1, ?)", (proof,))
            (kept,) = database.execute("SELECT proof FROM servicecore_master").fetchone()
        self._opened(kept, _PROOF)

    def _unwrap(self, subject: str, number: int, wrapped: bytes) -> bytes:
        return self._opened(wrapped, _name(subject, number))

    def _opened(self, wrapped: bytes, name: bytes) -> bytes:
        try:
            told: bytes = self._master.decrypt(wrapped[:_NONCE_SIZE], wrapped[_NONCE_SIZE:], name)
        except _invalid_tag():
            msg = f"the master key given is not that of the key store {self._path}"
            raise MasterKeyError(msg) from None
        return told


# -----------------------------------------------------------------------------------


def ensure_pseudonym(subject: str) -> None:
    """See to it that a customer's number does not tell who it is, as a telephone number does.

    Numbers of customers stand everywhere, and stay when their keys are destroyed.

    Raises:
        PersonalIdError: If it does.
    """
    if _TELLS_WHO.fullmatch(subject.strip()):
        msg = (
            f"customer {subject!r}: a telephone number, mailbox or identity card tells who it is, "
            "and would stay on record for ever; give customers numbers of your own"
        )
        raise PersonalIdError(msg)


def _connect(path: str) -> sqlite3.Connection:
    database = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
    # No write-ahead log: it would keep destroyed keys for a while.
    for pragma in ("secure_delete = ON", "journal_mode = DELETE", "synchronous = EXTRA"):
        database.execute(f"PRAGMA {pragma}")
    database.executescript(_TABLES)
    return database


def _name(subject: str, number: int) -> bytes:
    return f"servicecore/key/v1\n{number}\n{subject}".encode()


def _seal(cipher: Any, told: bytes, name: bytes) -> bytes:
    nonce = os.urandom(_NONCE_SIZE)
    sealed: bytes = cipher.encrypt(nonce, told, name)
    return nonce + sealed


def _cipher(key: bytes) -> Any:
    try:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - an extra
    except ImportError as error:
        msg = f"sealing needs a package more: pip install 'servicecore[audit]' ({error})"
        raise MissingExtraError(msg) from error
    return AESGCM(key)


def _invalid_tag() -> type[Exception]:
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - an extra; few need it

    return InvalidTag
