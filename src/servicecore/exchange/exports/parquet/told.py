"""What events tell, in columns of their own, so that figures need no JSON.

It is what the headline figures are made of: who and what a record is about, how
its clocks stood, what customers answered, when contracts end.  What the log seals
is not among it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from enum import Enum
from functools import cache
from typing import get_args

import attrs
import msgspec
import numpy as np
import pyarrow as pa

from ....domain.events import CATALOGUE
from ....domain.relationship import events as relationships
from ....domain.survey import events as surveys
from ....domain.ticket import events as tickets
from ....storage.codec import Codec
from ....storage.protocol import Row
from ....storage.pruned import is_pruned
from .json_lines import read_lines

EVENT = b',"event":'  # No text holds these bytes: in a text, quotes are escaped.

MOMENT, WORD = pa.timestamp("us", tz="UTC"), pa.dictionary(pa.int32(), pa.string())


def _list_of(**fields: pa.DataType) -> pa.DataType:
    return pa.list_(pa.struct(list(fields.items())))


#: The columns, in their order.
TOLD: Mapping[str, pa.DataType] = {
    "customer": WORD,
    "product": WORD,
    "model": WORD,
    "channel": WORD,
    "area": WORD,
    "grade": WORD,
    "type": WORD,  # What an event calls its kind: the kind of its record stands elsewhere.
    "priority": WORD,
    "team": WORD,
    "person": WORD,  # Who has a ticket, did what is asked about, or looks after a customer.
    "by": WORD,
    "level": WORD,
    # pyarrow does not read numbered words in lists from several row groups.
    "promises": _list_of(clock=pa.string(), round=pa.int32(), started_at=MOMENT),
    "readings": _list_of(
        clock=pa.string(),
        round=pa.int32(),
        state=pa.string(),
        spent_us=pa.int64(),
        due=MOMENT,
        decided_at=MOMENT,
    ),
    "about": pa.string(),
    "open_until": MOMENT,
    "scores": _list_of(dimension=pa.string(), score=pa.int32()),
    "overall": pa.int32(),
    "nps": pa.int32(),
    "ces": pa.int32(),
    "dissatisfied": pa.bool_(),
    "delivery": pa.string(),
    "delivered_on": pa.date32(),
    "until": pa.date32(),
}

_CLOCKS = {"promises": "promises", "readings": "readings"}
#: In which columns stands what events of a class tell, and what the field is called there.
_TELLS: Mapping[type, Mapping[str, str]] = {
    **dict.fromkeys(get_args(tickets.ClockEvent), _CLOCKS),
    tickets.TicketOpened: {
        "customer": "customer_id",
        **{each: each for each in ("product", "model", "channel", "area", "grade")},
        **_CLOCKS,
    },
    tickets.TicketClassified: {"priority": "priority", "type": "kind", **_CLOCKS},
    tickets.TicketPriorityChanged: {"priority": "priority", **_CLOCKS},
    tickets.TicketAssigned: {"person": "to", "team": "team", **_CLOCKS},
    tickets.TicketAnswered: {"by": "by", **_CLOCKS},
    tickets.TicketResolved: {"by": "by", **_CLOCKS},
    tickets.TicketEscalated: {"level": "to"},
    surveys.SurveySent: {
        "customer": "customer_id",
        **{each: each for each in ("about", "product", "team", "person", "open_until")},
    },
    surveys.SurveyAnswered: {
        each: each for each in ("scores", "overall", "nps", "ces", "dissatisfied")
    },
    relationships.RelationshipOpened: {
        "customer": "customer_id",
        "type": "kind",
        "grade": "grade",
        "person": "responsible",
    },
    relationships.RelationshipCorrected: {"type": "kind", "person": "responsible"},
    relationships.RelationshipGraded: {"grade": "grade"},
    relationships.ProductDelivered: {
        "delivery": "delivery_id",
        "product": "product",
        "delivered_on": "delivered_on",
    },
    relationships.ContractSigned: {"until": "until"},
    relationships.ContractRenewed: {"until": "until"},
}


#: As what fields are read from JSON; all others are texts.
_READ_AS: Mapping[str, pa.DataType] = {
    **{name: TOLD[name] for name in ("promises", "scores", "open_until", "dissatisfied")},
    **{name: TOLD[name] for name in ("overall", "nps", "ces")},
    "readings": _list_of(
        clock=pa.string(),
        round=pa.int32(),
        state=pa.string(),
        spent=pa.string(),  # Lengths of time are texts in JSON.
        due=MOMENT,
        decided_at=MOMENT,
    ),
}


def told_by(rows: Sequence[Row], codec: Codec) -> dict[str, pa.Array]:
    """Return the columns of what *rows* tell; null, where an event tells nothing of the kind.

    Raises:
        UnreadableEventError: If one is not what its name says.
    """
    by_topic: dict[str, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        by_topic[row.topic].append(place)
    places: dict[str, list[int]] = defaultdict(list)
    values: dict[str, list[pa.Array]] = defaultdict(list)
    for topic, its in by_topic.items():
        cls = codec.class_of(topic)
        if cls is None or cls not in _TELLS:
            continue
        here = [place for place in its if not is_pruned(rows[place].state)]
        if here:
            event = _events([rows[place] for place in here], cls, codec)
            for column, field in _TELLS[cls].items():
                places[column] += here
                values[column].append(event[field])
    return {
        column: _spread(values[column], places[column], len(rows), kind)
        for column, kind in TOLD.items()
    }


def _events(rows: Sequence[Row], cls: type, codec: Codec) -> dict[str, pa.Array]:
    """Return by its name each field that these events of a class tell here."""
    is_as_kept = rows[0].topic == CATALOGUE.name_of(cls) and cls is not surveys.SurveyAnswered
    lines = (_kept(row) if is_as_kept else _told_today(row, codec) for row in rows)
    [event] = read_lines(lines, _form(cls)).values()
    fields = zip(event.type, event.flatten(), strict=True)
    usual = attrs.fields_dict(cls)
    return {field.name: _filled(values, usual[field.name].default) for field, values in fields}


@cache
def _form(cls: type) -> pa.Schema:
    fields = [(each, _READ_AS.get(each, pa.string())) for each in _TELLS[cls].values()]
    return pa.schema([("event", pa.struct(fields))])


def _kept(row: Row) -> bytes:
    return b"{" + row.state[row.state.index(EVENT) + 1 :]


def _told_today(row: Row, codec: Codec) -> bytes:
    """Return an older form in that of today, and scores as a list."""
    event = msgspec.to_builtins(codec.event(row))
    if "scores" in event:
        scores = event["scores"].items()
        event["scores"] = [{"dimension": name, "score": each} for name, each in scores]
    return msgspec.json.encode({"event": event})


def _filled(values: pa.Array, usual: object) -> pa.Array:
    """Return *values* with what is meant where nothing is said."""
    meant = usual.value if isinstance(usual, Enum) else usual
    return values.fill_null(meant) if isinstance(meant, str) else values


# --- Arrays as columns ----------------------------------------------------------------


def _spread(
    found: Sequence[pa.Array], places: Sequence[int], among: int, kind: pa.DataType
) -> pa.Array:
    """Return a column of so many, with what was *found* at its *places*, and nothing elsewhere."""
    if not found:
        return pa.nulls(among, kind)
    taken = np.full(among, -1)
    taken[places] = np.arange(len(places))
    return as_column(pa.concat_arrays(found), kind).take(pa.array(taken, mask=taken < 0))


def as_column(values: pa.Array, kind: pa.DataType) -> pa.Array:
    """Return *values* as they stand in a column of that type."""
    if values.type == kind and not pa.types.is_list(kind):
        return values
    if pa.types.is_dictionary(kind):
        return values.dictionary_encode()
    if pa.types.is_list(kind):
        return _lists(values, kind.value_type)
    return values.cast(kind)


def _lists(lists: pa.ListArray, kind: pa.StructType) -> pa.ListArray:
    fields = dict(zip(lists.type.value_type.names, lists.values.flatten(), strict=True))
    if "round" in fields:
        fields["round"] = fields["round"].fill_null(1)  # Of the first it need not be said.
    if "spent" in fields:
        fields["spent_us"] = _micros(fields["spent"])
    told = [as_column(fields[each.name], each.type) for each in kind]
    values = pa.StructArray.from_arrays(told, fields=list(kind))
    return pa.ListArray.from_arrays(lists.offsets, values, mask=lists.is_null())


def _micros(spent: pa.Array) -> pa.Array:
    """Return lengths of time as microseconds; most are told several times."""
    told = spent.dictionary_encode()
    lengths = msgspec.convert(told.dictionary.to_pylist(), list[timedelta])
    return pa.array(lengths, pa.duration("us")).cast(pa.int64()).take(told.indices)
