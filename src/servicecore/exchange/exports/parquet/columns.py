"""An event as columns: what the log knows of it, its bytes as they are kept, and what it tells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ....storage.codec import Codec
from ....storage.protocol import Row
from .json_lines import read_lines
from .told import EVENT, MOMENT, TOLD, WORD, as_column, told_by

SCHEMA = pa.schema(
    [
        ("position", pa.int64()),
        ("stream", pa.string()),
        ("version", pa.int32()),
        ("subject", pa.string()),
        ("kind", WORD),
        ("name", WORD),
        ("occurred_at", MOMENT),
        ("recorded_at", MOMENT),
        ("actor", WORD),
        ("role", WORD),
        ("rule", WORD),
        ("causation_id", pa.string()),
        ("correlation_id", pa.string()),
        ("occurred", pa.string()),  # As it is kept, to the letter.
        ("state", pa.string()),  # So are the event and its envelope, as JSON.
        *TOLD.items(),
    ]
)
#: What is often said again, so that it pays to number it.
WORDS = [
    *("stream", "subject", "causation_id", "correlation_id", "about", "delivery"),
    *(each.name for each in SCHEMA if each.type == WORD),
    *(
        f"{each.name}.list.element.{field.name}"
        for each in SCHEMA
        if pa.types.is_list(each.type)
        for field in each.type.value_type
        if field.type == pa.string()
    ),
]
KEPT = ["position", "stream", "version", "name", "occurred", "state"]  # What a log needs back.

#: What stands around an event.
_ENVELOPE = pa.schema(
    [
        ("subject", pa.string()),
        ("recorded_at", MOMENT),
        ("actor", pa.string()),
        ("role", pa.string()),
        ("rule", pa.string()),
        ("causation_id", pa.string()),
        ("correlation_id", pa.string()),
    ]
)


def table_of(rows: Sequence[Row], codec: Codec) -> pa.Table:
    """Return *rows* as columns.

    Raises:
        UnreadableEventError: If the bytes of one are no event, or not what its name says.
    """
    position, stream, version, name, occurred, state = zip(*rows, strict=True)
    envelope = read_lines(map(_envelope_of, state), _ENVELOPE)
    columns: dict[str, Any] = {
        "position": position,
        "stream": stream,
        "version": version,
        "kind": pc.list_element(pc.split_pattern(envelope["subject"], "/", max_splits=1), 0),
        "name": name,
        "occurred_at": occurred,
        "occurred": occurred,
        "state": _texts(state),
        **envelope,
        **told_by(rows, codec),
    }
    return pa.table([_column(columns[each.name], each.type) for each in SCHEMA], schema=SCHEMA)


def rows_of(table: pa.Table) -> list[Row]:
    """Return the rows that :func:`table_of` was given, to the byte."""
    *columns, states = [column.to_pylist() for column in table.select(KEPT).columns]
    return list(map(Row, *columns, map(str.encode, states)))


def _envelope_of(state: bytes) -> bytes:
    cover, event, _ = state.partition(EVENT)  # The event comes last, and is most of it.
    return cover + b"}" if event else state


def _texts(states: Sequence[bytes]) -> pa.Array:
    """Return *states* as one array, ten times as fast as pyarrow does it by itself."""
    ends = np.zeros(len(states) + 1, np.int32)
    np.cumsum(np.fromiter(map(len, states), np.int32, len(states)), out=ends[1:])
    buffers = [None, pa.py_buffer(ends), pa.py_buffer(b"".join(states))]
    texts = pa.Array.from_buffers(pa.string(), len(states), buffers)
    texts.validate(full=True)
    return texts


def _column(values: Any, kind: pa.DataType) -> pa.Array:
    if not isinstance(values, pa.Array):
        is_text = pa.types.is_dictionary(kind) or pa.types.is_timestamp(kind)
        values = pa.array(values, pa.string() if is_text else kind)
    return as_column(values, kind)
