"""An event as columns: what the log knows of it, its bytes as they are kept, and what it tells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ....storage.codec import Codec
from ....storage.errors import UnreadableEventError
from ....storage.protocol import Row
from ....storage.pruned import is_pruned
from ....storage.side_by_side import SideBySide
from .json_objects import read_objects
from .told import MOMENT, TOLD, WORD, Telling, alike, as_column, told_today

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
#: What a log needs back.
KEPT = pa.schema(
    [SCHEMA.field(each) for each in ("position", "stream", "version", "name", "occurred", "state")]
)
#: What is found in the bytes of an event.
_FOUND = pa.schema([each for each in SCHEMA if each not in KEPT])
#: What stands around it.
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


def kept(rows: SideBySide) -> pa.RecordBatch:
    """Return *rows* as arrays, and as the log keeps them."""
    *others, lengths, states = rows
    columns = [*map(pa.array, others), _texts(states, lengths)]
    told = [as_column(each, kind) for each, kind in zip(columns, KEPT.types, strict=True)]
    return pa.record_batch(told, schema=KEPT)


def rows_of(table: pa.Table | pa.RecordBatch) -> list[Row]:
    """Return the rows that :func:`kept` was given, to the byte."""
    *columns, states = [column.to_pylist() for column in table.select(KEPT.names).columns]
    return list(map(Row, *columns, map(str.encode, states)))


def table_of(rows: pa.RecordBatch, codec: Codec) -> pa.Table:
    """Return what was kept, in all its columns.

    Raises:
        UnreadableEventError: If the bytes of one are no event, or not what its name says.
    """
    places, told = [], [_FOUND.empty_table()]
    for telling, its in alike(rows["name"], codec):
        places.append(its)
        told.append(_found(rows.take(its), telling, codec))
    found = pa.concat_tables(told, promote_options="default").combine_chunks()
    found = found.take(np.argsort(np.concatenate(places)))  # Back to where its event stands.
    columns = [(rows if each in KEPT.names else found)[each] for each in SCHEMA.names]
    return pa.table(columns, schema=SCHEMA)


def _found(rows: pa.RecordBatch, telling: Telling, codec: Codec) -> pa.Table:
    """Return what these events tell; half by half, to name the first that cannot be read."""
    try:
        return _told(rows if telling.is_as_kept else _today(rows, codec), telling)
    except (pa.ArrowInvalid, msgspec.ValidationError) as error:
        middle = rows.num_rows // 2
        if not middle:
            msg = f"position {rows['position'][0]}: an event cannot be told in columns: {error}"
            raise UnreadableEventError(msg) from error
        _found(rows[:middle], telling, codec)
        _found(rows[middle:], telling, codec)
        raise


def _told(rows: pa.RecordBatch, telling: Telling) -> pa.Table:
    told = read_objects(rows["state"], pa.schema([*_ENVELOPE, *telling.form]))
    _ensure_whole(told, rows["state"])
    columns = {
        "kind": pc.list_element(pc.split_pattern(told["subject"], "/", max_splits=1), 0),
        "occurred_at": rows["occurred"],
        **{each: told[each] for each in _ENVELOPE.names},
        **(telling.columns(told["event"], rows["state"]) if telling.fields else {}),
    }
    return pa.table({name: as_column(it, SCHEMA.field(name).type) for name, it in columns.items()})


def _ensure_whole(told: Mapping[str, pa.Array], states: pa.StringArray) -> None:
    gone = states.filter(told.get("event", told["subject"]).is_null()).to_pylist()
    if told["subject"].null_count or not all(is_pruned(each.encode()) for each in gone):
        msg = "it tells no subject, or no event"
        raise pa.ArrowInvalid(msg)


def _today(rows: pa.RecordBatch, codec: Codec) -> pa.RecordBatch:
    told = [row._replace(state=told_today(row, codec)) for row in rows_of(rows)]
    return kept(SideBySide.of(told))


def _texts(letters: bytes, lengths: Sequence[int]) -> pa.Array:
    """Return texts that stand one behind the other as an array, without a look at each."""
    ends = np.cumsum([0, *lengths], dtype=np.int32)
    buffers = [None, pa.py_buffer(ends), pa.py_buffer(letters)]
    return pa.Array.from_buffers(pa.string(), len(lengths), buffers)
