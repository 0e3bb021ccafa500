"""What was done to a log, told by comparing what was sealed with what is on record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations

import attrs

from ..storage import UnreadableEventError
from ..storage.codec import subject_and_moment
from ..storage.protocol import Row
from .leaves import leaf_of
from .refusals import SealError
from .seals import Entry

Event = tuple[str, int]  #: Stream and version.

_PAIRS = 50  #: Of so many changed events, each two are looked at; more were not swapped by hand.


@attrs.frozen(kw_only=True)
class Flaw:
    """Something that is not as it was sealed."""

    kind: str
    what: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.what}"


def differences(sealed: Sequence[Entry], rows: Iterable[Row]) -> Iterator[Flaw]:
    """Name everything that happened to the events that were *sealed*."""
    on_record = {(row.stream, row.version): row for row in rows}
    names = _names(on_record.values())
    by_event = {entry.event: entry for entry in sealed}
    kept = [entry for entry in sealed if entry.event in on_record]
    yield from _missing(sealed, on_record, names)
    changed = [entry for entry in kept if not _agrees(entry, on_record[entry.event])]
    yield from _changed(changed, on_record, names)
    yield from _inserted(by_event, on_record, names)
    yield from _moved(kept, on_record, names)


# --- What is missing ---------------------------------------------------------------


def _missing(
    sealed: Sequence[Entry], on_record: Mapping[Event, Row], names: Mapping[str, str]
) -> Iterator[Flaw]:
    end = len(sealed)
    while end and sealed[end - 1].event not in on_record:
        end -= 1
    if end < len(sealed):
        what = f"the last {len(sealed) - end} of {len(sealed)} sealed events are gone"
        first = _told(sealed[end].event, names)
        yield Flaw(kind="cut off", what=f"{what}, from {first} on")
    gone = [entry for entry in sealed[:end] if entry.event not in on_record]
    left = {stream for stream, _ in on_record}
    streams = dict.fromkeys(entry.stream for entry in gone if entry.stream not in left)
    for stream in streams:
        count = sum(1 for entry in gone if entry.stream == stream)
        what = f"the whole history of {_name(stream, names)}, {count} events"
        yield Flaw(kind="history deleted", what=what)
    for entry in gone:
        if entry.stream not in streams:
            what = f"{_told(entry.event, names)}, sealed at position {entry.position}"
            yield Flaw(kind="deleted", what=what)


# --- What is another ----------------------------------------------------------------


def _agrees(entry: Entry, row: Row) -> bool:
    return _leaf(row) == entry.leaf


def _leaf(row: Row) -> bytes | None:
    try:
        return leaf_of(row)
    except SealError:
        return None


def _changed(
    changed: Sequence[Entry], on_record: Mapping[Event, Row], names: Mapping[str, str]
) -> Iterator[Flaw]:
    swapped: set[Event] = set()
    for one, other in combinations(changed[:_PAIRS], 2):
        mine, theirs = on_record[one.event], on_record[other.event]
        if _leaf(_with_content_of(theirs, mine)) == one.leaf and (
            _leaf(_with_content_of(mine, theirs)) == other.leaf
        ):
            swapped |= {one.event, other.event}
            what = f"{_told(one.event, names)} and {_told(other.event, names)} in content"
            yield Flaw(kind="swapped", what=what)
    for entry in changed:
        if entry.event not in swapped:
            row = on_record[entry.event]
            what = f"{_told(entry.event, names)} ({row.topic}), at position {row.position}"
            yield Flaw(kind="changed", what=what)


def _with_content_of(content: Row, place: Row) -> Row:
    return place._replace(topic=content.topic, state=content.state)


# --- What is elsewhere ---------------------------------------------------------------


def _inserted(
    sealed: Mapping[Event, Entry], on_record: Mapping[Event, Row], names: Mapping[str, str]
) -> Iterator[Flaw]:
    """Name what stands between sealed events and was not sealed; behind them all is new."""
    last = max((row.position for event, row in on_record.items() if event in sealed), default=0)
    for event, row in on_record.items():
        if event not in sealed and row.position < last:
            yield Flaw(kind="inserted", what=f"{_told(event, names)}, at position {row.position}")


def _moved(
    kept: Sequence[Entry], on_record: Mapping[Event, Row], names: Mapping[str, str]
) -> Iterator[Flaw]:
    today = sorted(kept, key=lambda entry: on_record[entry.event].position)
    for was, now in zip(kept, today, strict=True):
        if was.event != now.event:
            place = f"{_told(now.event, names)} stands where {_told(was.event, names)} was sealed"
            yield Flaw(kind="moved", what=place)


# --- Names --------------------------------------------------------------------------


def _names(rows: Iterable[Row]) -> dict[str, str]:
    names: dict[str, str] = {}
    for row in rows:
        if row.stream not in names:
            try:
                names[row.stream], _ = subject_and_moment(row)
            except (UnreadableEventError, TypeError):
                continue
    return names


def _told(event: Event, names: Mapping[str, str]) -> str:
    stream, version = event
    return f"{_name(stream, names)}#{version}"


def _name(stream: str, names: Mapping[str, str]) -> str:
    return names.get(stream, f"stream {stream}")
