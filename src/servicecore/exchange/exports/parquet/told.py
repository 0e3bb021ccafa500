"""What events tell, in columns of their own, so that figures need no JSON.

It is what the headline figures are made of: who and what a record is about, how
its clocks stood, what customers answered, when contracts end.  What the log seals
is not among it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from enum import Enum
from itertools import chain
from typing import Self, get_args

import attrs
import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ....domain.events import CATALOGUE
from ....domain.relationship import events as relationships
from ....domain.survey import events as surveys
from ....domain.ticket import events as tickets
from ....storage.codec import Codec
from ....storage.protocol import Row
from ....storage.pruned import is_pruned

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
    **{name: TOLD[name] for name in ("promises", "open_until", "dissatisfied")},
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

#: A field whose names nobody knows beforehand; what reads all others cannot read it.
_SCORES = "scores"


class _Answered(msgspec.Struct):
    scores: dict[str, int] = {}


class _Scored(msgspec.Struct):
    event: _Answered | None = None


_scored = msgspec.json.Decoder(_Scored).decode


@attrs.frozen
class Telling:
    """What events tell in columns; those of several names may tell alike."""

    #: The columns, the fields that stand in them, and what is meant where nothing is said.
    fields: tuple[tuple[str, str, str | None], ...]
    is_as_kept: bool  #: Whether it stands so in the log; else it has to be told in today's form.

    @classmethod
    def of(cls, name: str, codec: Codec) -> Self:
        """Return what events of that name tell."""
        kind = codec.class_of(name)
        if kind is None or kind not in _TELLS:
            return cls((), is_as_kept=True)
        usual = attrs.fields_dict(kind)
        told = [(*each, _text(usual[each[1]].default)) for each in _TELLS[kind].items()]
        return cls(tuple(told), is_as_kept=name == CATALOGUE.name_of(kind))

    @property
    def form(self) -> pa.Schema:
        """As what an event is read."""
        fields = [
            (field, _READ_AS.get(field, pa.string()))
            for _, field, _ in self.fields
            if field != _SCORES
        ]
        return pa.schema([("event", pa.struct(fields))] if fields else [])

    def columns(self, events: pa.StructArray, states: pa.StringArray) -> dict[str, pa.Array]:
        """Return the columns of what was read; an event that is not here tells nothing."""
        told = dict(zip(events.type.names, events.flatten(), strict=True))
        if any(field == _SCORES for _, field, _ in self.fields):
            told[_SCORES] = _scores_in(states)
        return {column: _filled(told[field], usual, events) for column, field, usual in self.fields}


def alike(names: pa.DictionaryArray, codec: Codec) -> Iterator[tuple[Telling, np.ndarray]]:
    """Yield at which places events stand that tell alike."""
    tellings = [Telling.of(each, codec) for each in names.dictionary.to_pylist()]
    numbers = {telling: number for number, telling in enumerate(tellings)}
    which = np.array([numbers[each] for each in tellings])[names.indices]
    for telling, number in numbers.items():
        its = np.flatnonzero(which == number)
        if its.size:  # A part of a page may have none, whatever names the whole page has.
            yield telling, its


def told_today(row: Row, codec: Codec) -> bytes:
    """Return an older form in that of today."""
    if is_pruned(row.state):
        return row.state
    event = msgspec.to_builtins(codec.event(row))
    return msgspec.json.encode(msgspec.json.decode(row.state) | {"event": event})


def _scores_in(states: pa.StringArray) -> pa.ListArray:
    """Return what these answers score, each a list of its own."""
    told = [_scored(each).event for each in states.to_pylist()]
    given = [each.scores if each else {} for each in told]
    ends = pa.array(np.cumsum([0, *map(len, given)], dtype=np.int32))
    scored = [
        pa.array([*chain.from_iterable(given)], pa.string()),
        pa.array([*chain.from_iterable(each.values() for each in given)], pa.int32()),
    ]
    values = pa.StructArray.from_arrays(scored, ["dimension", "score"])
    return pa.ListArray.from_arrays(ends, values, mask=pa.array([each is None for each in told]))


def _text(usual: object) -> str | None:
    meant = usual.value if isinstance(usual, Enum) else usual
    return meant if isinstance(meant, str) else None


def _filled(values: pa.Array, usual: str | None, events: pa.StructArray) -> pa.Array:
    if usual is None or not values.null_count:
        return values
    return pc.if_else(events.is_valid(), values.fill_null(usual), values)


# --- Arrays as columns ----------------------------------------------------------------


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
