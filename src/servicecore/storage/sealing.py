"""What is personal stands in the log sealed: bytes go in here, and bytes come out.

An event is stored with nothing to read where it tells of a person, and behind it
lies a box for each person it tells of::

    {…,"event":{"contact":"[sealed]",…},"sealed":[{"of":"C-1","key":1,"box":"…"}]}

So whoever has no key reads the event all the same.  The box opens under the key
of its person alone, and at its own place in its own history alone.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from time import monotonic
from typing import Any, NamedTuple, get_type_hints

import attrs
import msgspec

from ..domain.events import Personal, personal_fields
from ..journal import Journal
from .changes import Change
from .codec import Codec, Encoded, stream_id
from .errors import (
    AlreadyTrackedError,
    BrokenSealError,
    ErasedPersonError,
    NoKeysError,
    UnreadableEventError,
)
from .keys import A_MOMENT, Key, KeyStore
from .protocol import KeptState, Row, Storage, Tracking

Fields = dict[str, msgspec.Raw]

_journal = Journal(__name__)

_BEFORE = "up to position %(position)d, nothing was sealed: no key can take away what is there"

_NOTE = "servicecore/sealed"  # Tracked in a log that was ever sealed; it moves with the log.
_BOXES = b',"sealed":[{"of":'  # Inside a text the quotes would be escaped.
_MARK = re.compile(r"\[(sealed|restricted|erased)(:[0-9a-f]{8})?\]")
_SEALED, _RESTRICTED, _ERASED = b'"[sealed', b'"[restricted', b'"[erased'
_STEP = 24  # Lengths of boxes tell little; a multiple of 3 leaves no idle bits in base64.

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode
_fields = msgspec.json.Decoder(Fields).decode


class Box(msgspec.Struct, frozen=True, omit_defaults=True, rename={"within": "in"}):
    """What one event tells of one person; *within* names a field that tells of many."""

    of: str
    key: int
    box: bytes
    within: str = ""


_boxes = msgspec.json.Decoder(list[Box]).decode


class _Place(NamedTuple):
    """Where an event stands."""

    stream: str
    version: int
    topic: str

    def of(self, person: str, number: int, within: str) -> bytes:
        stream, version, topic = self
        told = f"servicecore/sealed/v1\n{stream}\n{version}\n{topic}\n{number}\n{within}\n{person}"
        return told.encode()

    def __str__(self) -> str:
        return f"{self.topic}, version {self.version} of stream {self.stream}"


class Sealing:
    """Seals what goes into one log, and opens what comes out of it."""

    def __init__(self, codec: Codec, storage: Storage, keys: KeyStore) -> None:
        self.keys = keys
        self._codec, self._storage = codec, storage
        self._is_noted = False
        # The first event of a history is there for ever, and so is what it says.
        self._person_of_stream = lru_cache(maxsize=10_000)(self._first_person)

    # --- Sealing ---------------------------------------------------------------------

    def encode(self, changes: Sequence[Change]) -> list[list[Encoded]]:
        """Return the events of *changes* as they will be stored, sealed.

        Raises:
            ErasedPersonError: If one tells of somebody who was erased.
            PersonalIdError: If the number of a new customer tells who it is.
            UnstorableEventError: If one could not be read again.
        """
        if changes and not self._is_noted:
            self._note()
        self.keys.refresh()
        begun: dict[str, str] = {}  # Whose the histories are that begin here.
        return [self._encode(change, begun) for change in changes]

    def _note(self) -> None:
        """Note in the log that it is sealed: nobody shall write in clear there any more."""
        with suppress(AlreadyTrackedError):  # It is noted once for all.
            self._storage.write(lambda log: log.insert([], tracking=Tracking(_NOTE, 1)))
            if before := self._storage.head():
                _journal.warning("not_sealed_before", _BEFORE, position=before)
        self._is_noted = True

    def _encode(self, change: Change, begun: dict[str, str]) -> list[Encoded]:
        encoded = self._codec.encode(change.events)
        stream = stream_id(change.subject)
        if change.after == 0 and change.events:
            begun[stream] = getattr(change.events[0], "customer_id", None) or ""
        for n, event in enumerate(change.events):
            if personal := _personal(type(event)):
                name, at, told = encoded[n]
                person = getattr(event, "customer_id", None) or begun.get(stream)
                if person is None:
                    person = self._person_of_stream(stream)
                place = _Place(stream, change.after + n + 1, name)
                encoded[n] = name, at, self._sealed(told, personal, place, person)
        return encoded

    def _sealed(
        self, told: bytes, personal: Mapping[str, Personal], place: _Place, person: str
    ) -> bytes:
        fields, boxes = _fields(told), list[Box]()
        for name, marked in personal.items():
            if marked.of_each:
                boxes += self._seal_each(fields, name, place)
        if person and (box := self._seal_own(fields, personal, place, person)):
            boxes.append(box)
        return _encode(fields) + b',"sealed":' + _encode(boxes) if boxes else told

    def _seal_own(
        self, fields: Fields, personal: Mapping[str, Personal], place: _Place, person: str
    ) -> Box | None:
        """Take what is personal out of *fields*, into the box of one person."""
        taken: Fields = {}
        for name, marked in personal.items():
            if marked.of_each:
                continue
            value = _decode(fields[name])
            hidden = _hidden(value, "[sealed]")
            if hidden == value:
                continue  # Nothing is said, or nothing that could be read.
            if marked.recognisable:
                hidden = _hidden(value, _recognisable(self.keys.key_for(person), value))
            taken[name] = fields[name]
            fields[name] = msgspec.Raw(_encode(hidden))
        return self._box(taken, place, person) if taken else None

    def _seal_each(self, fields: Fields, name: str, place: _Place) -> list[Box]:
        """Put each entry of one field into a box of its own person."""
        entries, boxes = _fields(fields[name]), list[Box]()
        for person, told in entries.items():
            value = _decode(told)
            hidden = _hidden(value, "[sealed]")
            if hidden != value:
                boxes.append(self._box({person: told}, place, person, within=name))
                entries[person] = msgspec.Raw(_encode(hidden))
        fields[name] = msgspec.Raw(_encode(entries))
        return boxes

    def _box(self, taken: Fields, place: _Place, person: str, *, within: str = "") -> Box:
        key = self.keys.key_for(person)
        told = _padded(_encode(taken))
        sealed = key.seal(told, place.of(person, key.number, within))
        return Box(of=person, key=key.number, box=sealed, within=within)

    # --- Opening ---------------------------------------------------------------------

    def opened(self, row: Row, *, even_restricted: bool = False) -> Row:
        """Return *row* as if it had not been sealed, as far as its keys are there.

        Raises:
            BrokenSealError: If a box was changed, or stands in another place.
        """
        if _BOXES not in row.state:
            return row
        self.keys.refresh()
        place = _Place(row.stream, row.version, row.topic)
        return row._replace(state=self._open(row.state, place, even_restricted=even_restricted))

    def opened_states(self, stream: str, states: Sequence[KeptState]) -> Sequence[KeptState]:
        """Return a history as if it had not been sealed, as far as its keys are there."""
        if not any(is_sealed(state) for _, _, state in states):
            return states
        self.keys.refresh()
        return [
            (version, topic, self._open(state, _Place(stream, version, topic)))
            for version, topic, state in states
        ]

    def _open(self, state: bytes, place: _Place, *, even_restricted: bool = False) -> bytes:
        if _BOXES not in state:
            return state
        try:
            cover = _fields(state)
            boxes, fields = _boxes(cover.pop("sealed")), _fields(cover["event"])
            for box in boxes:
                told = self._told(box, place, even_restricted=even_restricted)
                _pour(told, box, fields)
        except (KeyError, msgspec.MsgspecError) as error:
            raise _broken(place, error) from error
        cover["event"] = msgspec.Raw(_encode(fields))
        return _encode(cover)

    def _told(self, box: Box, place: _Place, *, even_restricted: bool) -> Fields | bytes:
        """Return what lies in a box, or the mark of why it is not told."""
        try:
            key = self.keys.key(box.of, box.key)
            if key is None:
                return _ERASED
            if key.is_restricted and not even_restricted:
                return _RESTRICTED
            return _fields(key.open(box.box, place.of(box.of, box.key, box.within)))
        except BrokenSealError as error:
            raise _broken(place, error) from None

    # --- Whose it is -----------------------------------------------------------------

    def _first_person(self, stream: str) -> str:
        rows = self._storage.stream(stream, upto=1)
        return person_of(rows[0]) if rows else ""

    # --- Snapshots -------------------------------------------------------------------

    def seal_state(self, stream: str, version: int, fold: str, state: bytes) -> bytes | None:
        """Return a snapshot sealed under the key of whom it is about; None if none may be kept."""
        person = self._person_of_stream(stream)
        if not person:
            told = self._storage.states(stream)
            return None if any(is_sealed(each) for _, _, each in told) else state
        try:
            key = self.keys.key_for(person)
        except ErasedPersonError:
            return None
        box = key.seal(state, _state_place(stream, version, fold, person, key.number))
        return _encode([Box(of=person, key=key.number, box=box)])

    def open_state(self, stream: str, version: int, fold: str, state: bytes) -> bytes | None:
        """Return a snapshot as it was; None if it is no use."""
        person = self._person_of_stream(stream)
        if not person:
            return state
        self.keys.refresh()
        try:
            [box] = _boxes(state)
            key = self.keys.key(box.of, box.key)
            if key is None or key.is_restricted or box.of != person:
                return None
            return key.open(box.box, _state_place(stream, version, fold, person, key.number))
        except (ValueError, BrokenSealError):  # It was kept before there were keys, or is broken.
            return None


@attrs.define
class Unsealed:
    """A log that was opened without keys, as long as nobody has begun to seal it."""

    _storage: Storage
    _is_sealed: bool = attrs.field(default=False, init=False)
    _until: float = attrs.field(default=0.0, init=False)  #: Nobody looks again before.

    def ensure(self) -> None:
        """See to it that it may be written to in clear.

        Raises:
            NoKeysError: If somebody seals it; whoever just looked is told a moment later.
        """
        if not self._is_sealed and monotonic() > self._until:
            self._is_sealed = was_sealed(self._storage)
            self._until = monotonic() + A_MOMENT
        if self._is_sealed:
            msg = (
                "this log seals what is personal: open it with its key store "
                "(keys=…, SERVICECORE_KEYS) to write to it"
            )
            raise NoKeysError(msg)


def was_sealed(storage: Storage) -> bool:
    """Tell whether a log was ever written to with a key store."""
    return storage.tracked(_NOTE) is not None


def is_sealed(state: bytes) -> bool:
    """Tell whether something personal is sealed in an event."""
    return _BOXES in state


def stands_in_clear(event: Any) -> bool:
    """Tell whether an event, read as it is stored, says something personal for all to read."""
    told = (msgspec.to_builtins(getattr(event, name)) for name in _personal(type(event)))
    return any(_hidden(value, "") != value for value in told)


def without_personal(event: Any, mark: str = "[personal]") -> Any:
    """Return *event* with *mark* in place of whatever it says that is personal."""
    told: dict[str, Any] = {}
    for name in _personal(type(event)):
        value = _hidden(msgspec.to_builtins(getattr(event, name)), mark)
        told[name] = msgspec.convert(value, _hints(type(event))[name])
    return attrs.evolve(event, **told) if told else event


def person_of(row: Row) -> str:
    """Return the customer that an event names, or nothing.

    Raises:
        UnreadableEventError: If the row cannot be read at all.
    """
    try:
        return _named(row.state).event.customer_id or ""
    except msgspec.MsgspecError as error:
        msg = f"position {row.position} cannot be read: {error}"
        raise UnreadableEventError(msg) from error


class _Customer(msgspec.Struct):
    customer_id: str | None = None


class _Named(msgspec.Struct):
    event: _Customer


_named = msgspec.json.Decoder(_Named).decode
_hints: Callable[[type], dict[str, Any]] = lru_cache(maxsize=1000)(get_type_hints)
_personal: Callable[[type], Mapping[str, Personal]] = lru_cache(maxsize=1000)(personal_fields)


def _hidden(value: Any, mark: str) -> Any:
    """Return *value* with *mark* in place of every text that says something."""
    if isinstance(value, str):
        return value if not value or _MARK.fullmatch(value) else mark
    if isinstance(value, list):
        return [_hidden(each, mark) for each in value]
    if isinstance(value, dict):
        return {name: _hidden(each, mark) for name, each in value.items()}
    return value


def _recognisable(key: Key, value: Any) -> str:
    # Under the person's own key: without it, nobody can try out what it may have been.
    return f"[sealed:{hmac.digest(key.secret, _encode(value), 'sha256')[:4].hex()}]"


def _pour(told: Fields | bytes, box: Box, fields: Fields) -> None:
    """Put what lay in a box back where it was, or the mark of why it is not told."""
    place = _fields(fields[box.within]) if box.within else fields
    if not isinstance(told, bytes):
        place.update(told)
    else:
        for name in [box.of] if box.within else list(fields):
            place[name] = msgspec.Raw(bytes(place[name]).replace(_SEALED, told))
    if box.within:
        fields[box.within] = msgspec.Raw(_encode(place))


def _padded(told: bytes) -> bytes:
    size = len(told) + 28  # With nonce and tag.
    return told + b" " * (-size % _STEP)


def _state_place(stream: str, version: int, fold: str, person: str, number: int) -> bytes:
    return f"servicecore/state/v1\n{stream}\n{version}\n{fold}\n{number}\n{person}".encode()


def _broken(place: _Place, error: Exception) -> BrokenSealError:
    return BrokenSealError(f"{place}: what is sealed cannot be opened: {error}")
