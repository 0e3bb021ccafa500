"""An event as columns: what the log knows of it, and its bytes as they are kept."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

import msgspec
import pyarrow as pa

from ....storage.protocol import Row

_MOMENT = pa.timestamp("us", tz="UTC")
_WORD = pa.dictionary(pa.int32(), pa.string())

SCHEMA = pa.schema(
    [
        ("position", pa.int64()),
        ("stream", pa.string()),
        ("version", pa.int32()),
        ("subject", pa.string()),
        ("kind", _WORD),
        ("name", _WORD),
        ("occurred_at", _MOMENT),
        ("recorded_at", _MOMENT),
        ("actor", _WORD),
        ("role", _WORD),
        ("rule", _WORD),
        ("causation_id", pa.string()),
        ("correlation_id", pa.string()),
        ("occurred", pa.string()),  # As it is kept, to the letter.
        ("state", pa.string()),  # So are the event and its envelope, as JSON.
    ]
)


class _Envelope(msgspec.Struct, gc=False):
    """What stands around an event; a moment stays a text here."""

    subject: str
    recorded_at: str
    actor: str | None = None
    role: str | None = None
    rule: str | None = None
    causation_id: str | None = None
    correlation_id: str | None = None


_read = msgspec.json.Decoder(_Envelope).decode
_EVENT = b',"event":'  # No text holds these bytes: in a text, quotes are escaped.


def table_of(rows: Sequence[Row]) -> pa.Table:
    """Return *rows* as columns."""
    position, stream, version, name, occurred, state = zip(*rows, strict=True)
    known = [_envelope_of(each) for each in state]
    told = {each: list(map(attrgetter(each), known)) for each in _Envelope.__struct_fields__}
    columns: dict[str, Any] = {
        "position": position,
        "stream": stream,
        "version": version,
        "kind": [subject.partition("/")[0] for subject in told["subject"]],
        "name": name,
        "occurred_at": occurred,
        "occurred": occurred,
        "state": pa.array(state, pa.binary()).cast(pa.string()),
        **told,
    }
    return pa.table([_column(columns[each.name], each.type) for each in SCHEMA], schema=SCHEMA)


def _envelope_of(state: bytes) -> _Envelope:
    cover, event, _ = state.partition(_EVENT)  # The event comes last, and is most of it.
    return _read(cover + b"}" if event else state)


def rows_of(table: pa.Table) -> list[Row]:
    """Return the rows that :func:`table_of` was given, to the byte."""
    kept = table.select(["position", "stream", "version", "name", "occurred", "state"])
    *columns, states = [column.to_pylist() for column in kept.columns]
    return list(map(Row, *columns, map(str.encode, states)))


def _column(values: Any, kind: pa.DataType) -> pa.Array:
    if isinstance(values, pa.Array):
        return values
    if kind == _MOMENT:
        return pa.array(values, pa.string()).cast(_MOMENT)
    if kind == _WORD:
        return pa.array(values, pa.string()).dictionary_encode()
    return pa.array(values, kind)
