"""Events as bytes: plain JSON that an auditor can read with SQL.

Around each event stands an envelope that says what the log knows of it::

    {"subject":"ticket/T-1","recorded_at":"…","actor":"Lin","event":{…}}

The event's name and version are columns beside it.  What could not be read back
is refused before it is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timezone
from functools import lru_cache
from hashlib import sha1
from types import UnionType
from typing import Any, Generic, TypeVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import attrs
import msgspec

from ..domain.events import (
    STREAMS,
    Catalogue,
    Provenance,
    Recorded,
    UnknownEventError,
    Upcast,
)
from ..domain.moments import in_utc
from .errors import UnreadableEventError, UnstorableEventError
from .protocol import KeptState, Row
from .pruned import ensure_here

E = TypeVar("E")
Encoded = tuple[str, str, bytes]  #: An event's name, when it occurred, and its JSON.
#: Takes bytes as they are kept, and returns what has a ``subject`` and an ``event``.
Opener = Callable[[bytes], Any]
Parts = Mapping[type, type]  #: Which struct holds as much of a class as is wanted.

_encode = msgspec.json.Encoder().encode


class _Kept(msgspec.Struct, Generic[E]):
    """The event alone: all that a fold needs."""

    event: E


class _Told(_Kept[E], Generic[E]):
    """The event, and whose it is."""

    subject: str


class _Envelope(msgspec.Struct, Generic[E]):
    subject: str
    recorded_at: datetime
    actor: str
    event: E
    role: str | None = None
    command_id: str | None = None
    correlation_id: str | None = None
    causation_id: str | None = None
    rule: str | None = None
    rule_version: str | None = None


class _Cover(msgspec.Struct, omit_defaults=True):
    """The envelope without its event; what was not said is left out."""

    subject: str
    recorded_at: datetime
    actor: str | None = None
    role: str | None = None
    command_id: str | None = None
    correlation_id: str | None = None
    causation_id: str | None = None
    rule: str | None = None
    rule_version: str | None = None


_read_cover = msgspec.json.Decoder(_Cover).decode
_OF = b'{"subject":'  # So every envelope begins.


class Codec:
    """Writes and reads the events of one catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        """Prove that every declared event can be written and read again.

        Raises:
            EventDeclarationError: If a version that was once declared has no reader.
            UnstorableEventError: If a class has a field that JSON would lose.
        """
        catalogue.check()
        self._catalogue = catalogue
        self._writers: dict[type, tuple[str, Callable[[bytes], Any]]] = {}
        self._readers: dict[str, Callable[[bytes], Any]] = {}
        self._plain: dict[str, Callable[[bytes], _Kept[Any]]] = {}  # Those without upcasts.
        self._openers: dict[str, Callable[[bytes], _Envelope[Any]]] = {}
        for cls in catalogue.classes().values():
            self._writer(cls)

    # --- Writing ---------------------------------------------------------------

    def encode(self, events: Iterable[Any]) -> list[Encoded]:
        """Return *events* as they will be stored.

        Raises:
            EventDeclarationError: If its class is not declared as an event.
            UnstorableEventError: If it holds something that could not be read again.
        """
        written: list[Encoded] = []
        writers, at, told = self._writers, None, ""
        for event in events:
            name, read = writers.get(type(event)) or self._writer(type(event))
            try:
                encoded = _encode(event)
                read(encoded)
            except (TypeError, ValueError, OverflowError, msgspec.MsgspecError) as error:
                msg = f"{event!r} cannot be stored: {error}"
                raise UnstorableEventError(msg) from error
            if event.at is not at:  # What is decided together happens at one moment.
                at = event.at
                told = _in_iso(at)
            written.append((name, told, encoded))
        return written

    def _writer(self, cls: type) -> tuple[str, Callable[[bytes], Any]]:
        name = self._catalogue.name_of(cls)
        ensure_storable(cls)
        writer: tuple[str, Callable[[bytes], Any]] = name, msgspec.json.Decoder(_shape(cls)).decode
        self._writers[cls] = writer
        return writer

    # --- Reading ---------------------------------------------------------------

    def event(self, row: Row) -> Any:
        """Return the event alone."""
        read = self._readers.get(row.topic) or self._reader(row.topic, _place(row))
        try:
            return read(row.state)
        except msgspec.MsgspecError as error:
            ensure_here(row.state)
            raise _unreadable(_place(row), row.topic, error) from error

    def events(self, subject: str, states: Sequence[KeptState]) -> list[Any]:
        """Return the events of one history; a fold needs no more."""
        open_ = self._plain
        try:  # The common way, without a call of ours for each event.
            return [open_[topic](state).event for _, topic, state in states]
        except (KeyError, msgspec.MsgspecError):
            return [self._event_of(subject, *state) for state in states]

    def _event_of(self, subject: str, version: int, topic: str, state: bytes) -> Any:
        place = f"{subject}, version {version}"
        read = self._readers.get(topic) or self._reader(topic, place)
        try:
            return read(state)
        except msgspec.MsgspecError as error:
            ensure_here(state)
            raise _unreadable(place, topic, error) from error

    def recorded(self, row: Row) -> Recorded:
        """Return the event with all that the log knows of it."""
        open_ = self._openers.get(row[3]) or self._opener(row)
        try:
            kept = open_(row[5])
        except msgspec.MsgspecError as error:
            ensure_here(row.state)
            raise _unreadable(_place(row), row.topic, error) from error
        return Recorded(
            event=kept.event,
            position=row[0],
            stream=_uuid(row[1]),
            version=row[2],
            subject=kept.subject,
            recorded_at=kept.recorded_at,
            provenance=Provenance(
                actor=kept.actor,
                role=kept.role,
                command_id=kept.command_id,
                correlation_id=kept.correlation_id,
                causation_id=kept.causation_id,
                rule=kept.rule,
                rule_version=kept.rule_version,
            ),
        )

    def class_of(self, topic: str) -> type | None:
        """Return the class that reads events stored as *topic*, if any does."""
        try:
            return self._catalogue.resolve(topic)[0]
        except UnknownEventError:
            return None

    def opener(self, topic: str, *, parts: Parts | None = None) -> Opener:
        """Return what opens events stored as *topic*, with a look at whose they are alone.

        Who names *parts* gets no events, but what has their fields: structs are read in
        half the time.

        Args:
            topic: What the events are called.
            parts: Values inside of events of which only a part is wanted, by their classes.

        Raises:
            UnknownEventError: If nothing reads them.
        """
        cls, upcasts = self._catalogue.resolve(topic)
        if not upcasts:
            whole: Opener = _decoder(_Told, cls if parts is None else _Shapes(parts).of(cls))
            return whole
        open_ = _decoder(_Told, dict)

        def open_old(state: bytes) -> _Told[Any]:
            told: _Told[Any] = open_(state)
            told.event = _told_today(told.event, cls, upcasts)
            return told

        return open_old

    def _reader(self, topic: str, place: str) -> Callable[[bytes], Any]:
        cls, upcasts = self._resolve(topic, place)
        open_ = _decoder(_Kept, dict if upcasts else cls)

        if not upcasts:
            self._plain[topic] = open_

        def read(state: bytes) -> Any:
            return open_(state).event

        def read_old(state: bytes) -> Any:
            return _told_today(open_(state).event, cls, upcasts)

        reader = self._readers[topic] = read_old if upcasts else read
        return reader

    def _opener(self, row: Row) -> Callable[[bytes], _Envelope[Any]]:
        cls, upcasts = self._resolve(row.topic, _place(row))
        open_ = _decoder(_Envelope, dict if upcasts else cls)

        def open_old(state: bytes) -> _Envelope[Any]:
            kept: _Envelope[Any] = open_(state)
            kept.event = _told_today(kept.event, cls, upcasts)
            return kept

        opener = self._openers[row.topic] = open_old if upcasts else open_
        return opener

    def _resolve(self, topic: str, place: str) -> tuple[type, tuple[Upcast, ...]]:
        try:
            return self._catalogue.resolve(topic)
        except UnknownEventError as error:
            msg = f"{error}: {place}"
            raise UnknownEventError(msg) from None


# --- Envelopes -------------------------------------------------------------------


def envelope(recorded_at: datetime, provenance: Provenance) -> bytes:
    """Return of an envelope what is told alike of all that is recorded together."""
    said = _Cover(
        "",
        recorded_at,
        provenance.actor,
        provenance.role,
        provenance.command_id,
        provenance.correlation_id,
        provenance.causation_id,
        provenance.rule,
        provenance.rule_version,
    )
    return _encode(said).removeprefix(_OF + b'""')[:-1] + b',"event":'


def cover(subject: str, envelope: bytes) -> bytes:
    """Return the envelope as far as the event, which follows it."""
    return _OF + _encode(subject) + envelope


def subject_and_moment(row: Row) -> tuple[str, datetime]:
    """Return whose event it is, and when it was recorded, without reading the event."""
    try:
        kept = _read_cover(row.state)
    except msgspec.MsgspecError as error:
        raise _unreadable(_place(row), row.topic, error) from error
    return kept.subject, kept.recorded_at


# --- What JSON would lose -----------------------------------------------------------


@lru_cache(maxsize=1000)
def ensure_storable(cls: type) -> None:
    """See to it that values of *cls* survive being written and read.

    Raises:
        UnstorableEventError: Naming the class, if they would not.
    """
    try:
        info = msgspec.inspect.type_info(cls)
        msgspec.json.Decoder(cls)
    except (TypeError, NameError) as error:
        msg = f"{cls.__qualname__} could be written but not read again: {error}"
        raise UnstorableEventError(msg) from error
    _ensure_known(info, cls, set())


def _ensure_known(info: Any, owner: type, seen: set[type]) -> None:
    match info:
        case msgspec.inspect.CustomType(cls=cls):
            msg = f"{owner.__qualname__}: JSON has no form for {cls.__qualname__}"
            raise UnstorableEventError(msg)
        case msgspec.inspect.DataclassType(cls=cls) if cls in seen:
            return
        case msgspec.inspect.DataclassType(cls=cls):
            seen.add(cls)
            if hidden := [name for name in _fields(cls) if name.startswith("_")]:
                msg = f"{owner.__qualname__}: {cls.__qualname__}.{hidden[0]} would be lost"
                raise UnstorableEventError(msg)
    for inner in _parts(info):
        _ensure_known(inner, owner, seen)


def _fields(cls: Any) -> Iterable[str]:
    return [each.name for each in attrs.fields(cls)] if attrs.has(cls) else []


def _parts(info: Any) -> Iterable[Any]:
    for name in getattr(info, "__struct_fields__", ()):
        value = getattr(info, name)
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, msgspec.inspect.Field):
                yield part.type
            elif isinstance(part, msgspec.inspect.Type):
                yield part


# --- What can be read back --------------------------------------------------------


def _shape(hint: Any) -> Any:
    """Return a type that reads whatever *hint* reads, and refuses whatever that refuses.

    To prove that an event can be read again, nobody needs the event: plain structs
    with the same fields are read in two thirds of the time.
    """
    return _SHAPES.of(hint)


class _Shapes:
    """Structs in place of classes, with the same fields, or with a part of them."""

    def __init__(self, parts: Parts) -> None:
        self._known: dict[Any, Any] = dict(parts)

    def of(self, hint: Any) -> Any:
        """Return what reads values of *hint*."""
        if attrs.has(hint):
            if hint not in self._known:
                self._known[hint] = self._struct(hint)
            return self._known[hint]
        origin, parts = get_origin(hint), get_args(hint)
        if origin is UnionType or origin is Union:
            return Union[tuple(map(self.of, parts))]  # noqa: UP007  # made of what we have found
        if origin in {tuple, list, set, frozenset}:
            return origin[tuple(map(self.of, parts))]
        return hint

    def _struct(self, cls: Any) -> Any:
        if hasattr(cls, "__attrs_post_init__"):
            return cls  # It may refuse more than its fields do.
        told = get_type_hints(cls, include_extras=True)
        fields = [
            (each.name, self.of(told[each.name]), _unless_told(each)) for each in attrs.fields(cls)
        ]
        return msgspec.defstruct(cls.__name__, fields, kw_only=True, gc=False)


_SHAPES = _Shapes({})


def _unless_told(field: attrs.Attribute[Any]) -> Any:
    """Return what a field holds of which nothing is written."""
    default: Any = field.default
    if default is attrs.NOTHING:
        return msgspec.NODEFAULT
    if isinstance(default, attrs.Factory):  # type: ignore[arg-type]  # it is a class
        return msgspec.field(default_factory=default.factory)
    return default


# -----------------------------------------------------------------------------------


def _decoder(form: Any, cls: Any) -> Any:
    return msgspec.json.Decoder(form[cls]).decode


def _told_today(fields: dict[str, Any], cls: type, upcasts: Iterable[Upcast]) -> Any:
    for upcast in upcasts:
        fields = upcast(fields)
    return msgspec.convert(fields, cls)


def _in_iso(at: datetime) -> str:
    # msgspec writes "…Z" several times faster than isoformat(); but "+00:00" sorts
    # before ".5" and "Z" behind it, and the text shall sort as the moments do.
    told = _encode(at if at.tzinfo is timezone.utc else in_utc(at, "at"))
    return f"{told[1:-2].decode()}+00:00"


def _unreadable(place: str, topic: str, error: Exception) -> UnreadableEventError:
    return UnreadableEventError(f"{place}, is no {topic!r}: {error}")


def _place(row: Row) -> str:
    return f"position {row.position}, {_subject_of(row)}, version {row.version}"


def _subject_of(row: Row) -> str:
    try:
        return _read_cover(row.state).subject
    except msgspec.MsgspecError:
        return f"stream {row.stream}"


_BUSY = 10_000  # Histories whose numbers are remembered: a process shall not grow with its log.
_IN_STREAMS = sha1(STREAMS.bytes, usedforsecurity=False)


@lru_cache(maxsize=_BUSY)
def stream_id(subject: str) -> str:
    """Return the stream of *subject* as it is stored: what ``stream_of(subject).hex`` tells."""
    # Spelled out, because uuid5 takes three times as long, and each new subject comes here.
    told = _IN_STREAMS.copy()
    told.update(subject.encode())
    digest = bytearray(told.digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x50
    digest[8] = digest[8] & 0x3F | 0x80
    return digest.hex()


_uuid = lru_cache(maxsize=_BUSY)(UUID)
