"""The keys of people: one for each customer, in a database of their own.

Whatever is sealed under a key is gone when the key is, in every copy of the log
at once.  Therefore the keys lie elsewhere, and no backup of the log holds them.
A master key wraps them, so that a copy of the key store opens nothing by itself.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from copy import copy
from enum import Enum
from math import inf
from threading import RLock
from time import monotonic
from typing import Any

import attrs

from .ciphers import KEY_SIZE, cipher, seal, unseal
from .errors import BrokenSealError, ErasedPersonError, MasterKeyError
from .key_tables import Kept, KeyRows, KeyTables, copy_in_memory
from .pseudonyms import ensure_pseudonym

_REMEMBERED = 50_000
A_MOMENT = 0.05  #: Seconds for which nobody asks again what another process has changed.
_PROOF = b"servicecore/master/v1"


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
        return seal(self._cipher, told, place)

    def open(self, box: bytes, place: bytes) -> bytes:
        """Return what was sealed.

        Raises:
            BrokenSealError: If a byte of it is another, or the place is.
        """
        told = unseal(self._cipher, box, place)
        if told is None:
            msg = "it was changed, or stands in another place"
            raise BrokenSealError(msg)
        return told


class KeyStore:
    """The keys of one log's customers; several processes may share it."""

    def __init__(self, tables: KeyTables, *, master: bytes) -> None:
        """Open the key store in *tables*, which are closed with it.

        Raises:
            MasterKeyError: If it was made under another master key.
        """
        self._tables, self._master = tables, cipher(master)
        self._remembered: dict[tuple[str, int], Key | None] = {}
        self._newest: dict[str, Key] = {}
        self._seen, self._fresh_until = -1, 0.0
        self._turn = RLock()
        try:
            self._begin()
        except BaseException:
            tables.close()
            raise

    # --- To seal and to open ---------------------------------------------------------

    def key_for(self, subject: str) -> Key:
        """Return the key under which something about *subject* is sealed now.

        Raises:
            ErasedPersonError: If the person was erased.
            PersonalIdError: If a new customer's number tells who it is.
            MasterKeyError: If there is no key yet, and the master key was rotated elsewhere.
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
        if monotonic() < self._fresh_until:
            return
        with self._turn:
            now = monotonic()
            if now < self._fresh_until:
                return  # Another thread has asked meanwhile.
            seen = self._tables.edition()
            if seen != self._seen:
                self._forget()
                self._seen = seen
            # Not before all is forgotten: other threads take it at its word, and wait for no turn.
            self._fresh_until = now + A_MOMENT

    # --- The states of a person ------------------------------------------------------

    def state_of(self, subject: str) -> KeyState | None:
        """Return the state of a person's key; None if there never was one."""
        kept = self._kept(subject)
        return KeyState(kept[-1].state) if kept else None

    def states(self) -> Counter[KeyState]:
        """Return of how many people the key is active, restricted and erased."""
        with self._tables.reading() as rows:
            newest = {each.subject: each.state for each in rows.all()}
        return Counter(map(KeyState, newest.values()))

    def restricted(self) -> list[str]:
        """Return everybody whose key is restricted."""
        with self._tables.reading() as rows:
            return [each.subject for each in rows.in_state(KeyState.RESTRICTED.value)]

    def restrict(self, subject: str) -> None:
        """Let nobody open what is sealed, unless it is asked for by name.

        Whoever had no key yet gets one that is restricted.
        """
        with self._changing() as rows:
            self._make_if_none(rows, subject)
            _turn(rows, subject, KeyState.ACTIVE, KeyState.RESTRICTED)

    def lift(self, subject: str) -> None:
        """Let it be opened again."""
        with self._changing() as rows:
            _turn(rows, subject, KeyState.RESTRICTED, KeyState.ACTIVE)

    def destroy(self, subject: str) -> None:
        """Destroy every key of *subject*: what was sealed under them is gone for ever."""
        with self.destroying(subject):
            pass

    @contextmanager
    def destroying(self, subject: str) -> Iterator[None]:
        """Destroy every key of *subject* if what is done meanwhile goes well.

        Whatever of it may fail has been done before, but for the commit.  Until then, no
        other process changes a key, and in PostgreSQL none reads one.
        """
        with self._changing(self._tables.erasing()) as rows:
            self._make_if_none(rows, subject)  # It leaves a note that the person was erased.
            for kept in rows.of(subject):
                rows.put(kept._replace(state=KeyState.ERASED.value, wrapped=None))
            rows.wipe()
            yield

    def renew(self, subject: str) -> None:
        """Give an erased person a new key; what the old one sealed stays gone."""
        with self._changing() as rows:
            kept = rows.of(subject)
            if kept and kept[-1].state == KeyState.ERASED.value:
                self._make(rows, subject, kept[-1].number + 1)

    # --- The master key --------------------------------------------------------------

    def rotate(self, master: bytes) -> int:
        """Wrap every key under another *master* key, and return how many there are.

        Afterwards the old master key opens nothing that is left here, and the new one
        opens no older copy.

        Raises:
            MasterKeyError: If it was rotated by another process.
        """
        new, count = cipher(master), 0
        with self._changing(self._tables.erasing()) as rows:
            self._prove_master(rows)
            for kept in rows.all():
                if kept.wrapped is not None:
                    wrapped = seal(new, self._unwrapped(kept, kept.wrapped), _name(kept))
                    rows.put(kept._replace(wrapped=wrapped))
                    count += 1
            rows.keep_proof(seal(new, _PROOF, _PROOF))
            rows.wipe()
        self._master = new
        return count

    def copied(self) -> KeyStore:
        """Return a copy in memory: what is done to it is not done here."""
        twin = copy(self)
        with self._tables.reading() as rows:
            twin._tables = copy_in_memory(rows)  # noqa: SLF001  # its own twin
        twin._remembered, twin._newest, twin._turn = {}, {}, RLock()  # noqa: SLF001
        return twin

    def close(self) -> None:
        """Forget the keys, and close what they lie in."""
        with self._turn:
            self._forget()
            self._tables.close()

    # ---------------------------------------------------------------------------------

    def _newest_of(self, subject: str) -> Key:
        with self._turn:
            kept = self._kept(subject)
            if not kept:
                ensure_pseudonym(subject)
                with self._tables.adding() as rows:
                    self._make_if_none(rows, subject)
                    kept = rows.of(subject)
            key = self._remember(kept[-1])
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
            for kept in self._kept(subject):
                if kept.number == number:
                    return self._remember(kept)
        msg = f"key {number} of {subject!r} was never in {self._tables.name}"
        raise BrokenSealError(msg)

    def _remember(self, kept: Kept) -> Key | None:
        if len(self._remembered) >= _REMEMBERED:
            self._forget()
        key = None
        if kept.wrapped is not None:
            secret = self._unwrapped(kept, kept.wrapped)
            restricted = kept.state == KeyState.RESTRICTED.value
            key = Key(kept.number, secret, restricted, cipher(secret))
        self._remembered[kept.subject, kept.number] = key
        return key

    def _forget(self) -> None:
        self._remembered.clear()
        self._newest.clear()

    # --- What lies in the tables -------------------------------------------------------

    def _kept(self, subject: str) -> list[Kept]:
        with self._tables.reading() as rows:
            return rows.of(subject)

    @contextmanager
    def _changing(self, how: AbstractContextManager[KeyRows] | None = None) -> Iterator[KeyRows]:
        with self._turn:
            try:
                with how or self._tables.changing() as rows:
                    self._forget()
                    self._fresh_until = inf  # No other process changes anything meanwhile.
                    yield rows
            finally:
                self._forget()
                self._fresh_until = 0.0

    def _make_if_none(self, rows: KeyRows, subject: str) -> None:
        if not rows.of(subject):  # Looked up here, for another process may be faster.
            self._make(rows, subject, 1)

    def _make(self, rows: KeyRows, subject: str, number: int) -> None:
        self._prove_master(rows)  # Once rotated elsewhere, ours would wrap what nobody opens.
        new = Kept(subject, number, KeyState.ACTIVE.value, None)
        rows.put(new._replace(wrapped=seal(self._master, os.urandom(KEY_SIZE), _name(new))))

    def _begin(self) -> None:
        with self._tables.reading() as rows:
            if rows.proof() is not None:
                self._prove_master(rows)
                return
        with self._tables.adding() as rows:
            if rows.proof() is None:  # Another process may be faster.
                rows.keep_proof(seal(self._master, _PROOF, _PROOF))
            self._prove_master(rows)

    def _prove_master(self, rows: KeyRows) -> None:
        self._opened(rows.proof() or b"", _PROOF)

    def _unwrapped(self, kept: Kept, wrapped: bytes) -> bytes:
        return self._opened(wrapped, _name(kept))

    def _opened(self, wrapped: bytes, name: bytes) -> bytes:
        told = unseal(self._master, wrapped, name)
        if told is None:
            msg = (
                f"the master key given is not that of the key store {self._tables.name}; "
                "if it was rotated, give the new one"
            )
            raise MasterKeyError(msg)
        return told


def _turn(rows: KeyRows, subject: str, old: KeyState, new: KeyState) -> None:
    for kept in rows.of(subject):
        if kept.state == old.value:
            rows.put(kept._replace(state=new.value))


def _name(kept: Kept) -> bytes:
    return f"servicecore/key/v1\n{kept.number}\n{kept.subject}".encode()
