"""Snapshots: states kept to save time, and for no other reason.

They never stand in the way of a command: what cannot be kept is not kept, and
what cannot be read is replayed.
"""

from __future__ import annotations

from functools import lru_cache
from types import UnionType
from typing import Any, Generic, TypeVar, Union, get_args, get_origin, get_type_hints

import attrs
import msgspec

from ..journal import Journal
from .changes import Fold
from .codec import ensure_storable, stream_id
from .errors import StorageError, UnstorableEventError
from .protocol import Storage, StoredSnapshot
from .sealing import Sealing

S = TypeVar("S")

_journal = Journal(__name__)


@attrs.frozen
class Loaded(Generic[S]):
    """A state, the version it is of, and how many events were replayed to get there."""

    state: S | None
    version: int
    replayed: int = 0


@attrs.frozen
class Snapshots:
    """The states kept in one storage; those that tell of a person are sealed."""

    _storage: Storage
    _sealing: Sealing | None = None

    def find(self, subject: str, fold: Fold[S]) -> Loaded[S]:
        """Return the state kept for *subject*, or the state before anything happened."""
        stream = stream_id(subject)
        kept = self._storage.snapshot(stream, fold=fold.name, schema=fold.schema)
        if kept is None:
            return Loaded(None, 0)
        if self._sealing is not None:
            told = self._sealing.open_state(stream, kept.version, fold.name, kept.state)
            if told is None:
                return Loaded(None, 0)
            kept = kept._replace(state=told)
        try:
            return Loaded(msgspec.json.decode(kept.state, type=state_of(fold)), kept.version)
        except (msgspec.MsgspecError, StorageError) as error:
            sentence = "%(subject)s: its snapshot cannot be read and is ignored: %(error)s"
            _journal.warning("snapshot_ignored", sentence, subject=subject, error=error)
            return Loaded(None, 0)

    def keep_if_due(self, subject: str, fold: Fold[S], loaded: Loaded[S]) -> None:
        """Keep a state if loading it took many events; never fail for it."""
        if fold.snapshot_every is None or loaded.replayed < fold.snapshot_every:
            return
        try:
            self.keep(subject, fold, loaded)
        except Exception as error:  # noqa: BLE001 - a cache must never cost a command
            sentence = "%(subject)s: no snapshot was kept: %(error)s"
            _journal.warning("snapshot_not_kept", sentence, subject=subject, error=error)

    def keep(self, subject: str, fold: Fold[S], loaded: Loaded[S]) -> bool:
        """Keep a state, if it reads back equal; tell whether it was kept.

        Raises:
            UnstorableEventError: If states of this fold cannot be kept at all.
        """
        if loaded.state is None:
            return False
        encoded = msgspec.json.encode(loaded.state)
        if msgspec.json.decode(encoded, type=state_of(fold)) != loaded.state:
            return False
        stream, told = stream_id(subject), encoded
        if self._sealing is not None:
            sealed = self._sealing.seal_state(stream, loaded.version, fold.name, encoded)
            if sealed is None:
                return False
            told = sealed
        snapshot = StoredSnapshot(loaded.version, told)
        self._storage.keep_snapshot(stream, fold=fold.name, schema=fold.schema, snapshot=snapshot)
        return True


@lru_cache(maxsize=1000)
def state_of(fold: Fold[Any]) -> type:
    """Return the class of the states of *fold*, as its ``evolve`` declares it.

    Raises:
        UnstorableEventError: If it declares none, or one that JSON would damage.
    """
    try:
        declared = get_type_hints(fold.evolve).get("return")
    except (NameError, TypeError):
        declared = None
    choices = get_args(declared) if get_origin(declared) in {Union, UnionType} else (declared,)
    states = [each for each in choices if each not in {None, type(None)}]
    if len(states) != 1 or not isinstance(states[0], type):
        msg = f"fold {fold.name!r}: its evolve must declare the class of the state it returns"
        raise UnstorableEventError(msg)
    ensure_storable(states[0])
    return states[0]
