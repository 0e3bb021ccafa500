"""What measures tell of facts, written down as columns, to be counted at any time.

A recorder takes from a measure what a :class:`~servicecore.projections.tally.Tally`
takes, with the same verbs, and keeps all of it: of which period, by what and as of
when is asked only later (:mod:`columns`).  So a measure is written once, and
counted either way.

What is written down of a fact holds from the moment of the last that it tells.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

import attrs

from .answer import Group
from .asking import Dimension
from .facts import micros
from .source import Among

if TYPE_CHECKING:
    from .spells import Spell

T = TypeVar("T")

_MICROSECOND = timedelta(microseconds=1)
NEVER = 2**63 - 1  #: The moment of what has not happened.

#: A verb, what it tells of, and what belongs to that: ("length", "on_hold", ()).
Track = tuple[str, str, Group]
LATER = "_later"  #: Ends a verb that counts only after some moment.
_TOLD: Mapping[str, tuple[str, ...]] = {
    "share": ("at", "is_so"),
    "share_among": ("at", "name"),
    "unsettled": ("at", "upto"),
    "open": ("since", "is_open", "upto"),
    "within": ("since", "done"),
    "length": ("at", "value"),
    "total": ("at", "value"),
    "named": ("at", "name"),
    "distinct": ("at", "name"),
    "score": ("at", "value"),
    "promotion": ("at", "value"),
    "gone": ("since", "until", "upto", "first", "is_so", "is_open"),
    "stayed": ("since", "until", "upto", "at", "is_new"),
    "life": ("since", "until", "upto"),
    "stock": ("since", "until", "born"),
}
#: What stands in the columns of a verb, behind the number of the fact.
COLUMNS = {**_TOLD, **{f"{verb}{LATER}": (*told, "after") for verb, told in _TOLD.items()}}


class Recorder:
    """Keeps what one measure tells of one fact after another, row by row."""

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone
        self.rows: dict[Track, array[int]] = {}
        self.names: dict[str, int] = {}
        self._fact, self._until = 0, 0

    def turn_to(self, fact: int, *, until: int) -> None:
        """Turn to the next fact, of which nothing is told of the time before *until*."""
        self._fact, self._until = fact, until

    def share(
        self, measure: str, at: datetime, is_so: object, *, after: datetime | None = None
    ) -> None:
        """Keep one that was decided."""
        self._keep("share", measure, micros(at), bool(is_so), after=after)

    def share_among(self, measure: str, at: datetime, name: str, among: Among) -> None:
        """Keep one of which others tell whether it is so."""
        self._keep("share_among", measure, micros(at), self._code(name), also=((among, ""),))

    def unsettled(
        self,
        measure: str,
        at: datetime,
        *,
        after: datetime | None = None,
        upto: datetime | None = None,
    ) -> None:
        """Keep that one may still turn out otherwise."""
        if (last := _moment(upto)) >= self._until:
            self._keep("unsettled", measure, micros(at), last, after=after)

    def open(
        self, measure: str, *, since: datetime, is_open: bool = True, upto: datetime | None = None
    ) -> None:
        """Keep one that is not decided."""
        if (last := _moment(upto)) >= self._until:
            self._keep("open", measure, micros(since), is_open, last)

    def within(self, indicator: str, since: datetime, done: datetime | None) -> None:
        """Keep what an indicator may allow some time for."""
        self._keep("within", indicator, micros(since), _moment(done))

    def length(self, measure: str, at: datetime, length: timedelta, also: Group = ()) -> None:
        """Keep a length of time."""
        self._keep("length", measure, micros(at), length // _MICROSECOND, also=also)

    def total(
        self,
        measure: str,
        at: datetime,
        amount: int = 1,
        also: Group = (),
        *,
        after: datetime | None = None,
    ) -> None:
        """Keep an amount."""
        self._keep("total", measure, micros(at), amount, also=also, after=after)

    def named(self, measure: str, at: datetime, name: str, also: Group = ()) -> None:
        """Keep what something is called."""
        self._keep("named", measure, micros(at), self._code(name), also=also)

    def distinct(self, measure: str, at: datetime, name: str) -> None:
        """Keep a name, if there is one."""
        if name:
            self._keep("distinct", measure, micros(at), self._code(name))

    def score(self, measure: str, at: datetime, score: int, also: Group = ()) -> None:
        """Keep a score."""
        self._keep("score", measure, micros(at), score, also=also)

    def promotion(self, measure: str, at: datetime, score: int) -> None:
        """Keep an answer of 0 to 10."""
        self._keep("promotion", measure, micros(at), score)

    def stock(
        self, measure: str, since: datetime, until: datetime | None, *, born: datetime
    ) -> None:
        """Keep from when until when one is there."""
        self._keep("stock", measure, micros(since), _moment(until), micros(born))

    def gone(
        self,
        measure: str,
        spell: Spell,
        *,
        first: datetime,
        is_so: bool = True,
        is_open: bool = True,
    ) -> None:
        """Keep from when until when one is there, and since when any was."""
        values = *_spell(spell), micros(first), is_so, is_open
        self._keep("gone", measure, *values, after=spell.after)

    def stayed(self, measure: str, at: datetime, spell: Spell, *, is_new: bool) -> None:
        """Keep from when until when one of some quarter is there."""
        self._keep("stayed", measure, *_spell(spell), micros(at), is_new, after=spell.after)

    def life(self, measure: str, spell: Spell) -> None:
        """Keep from when until when one is there."""
        self._keep("life", measure, *_spell(spell), after=spell.after)

    def once(self, _fact: Any, _what: Any, find: Callable[[], T]) -> T:
        """Return what measures need of a fact; it is written down but once."""
        return find()

    def _keep(
        self,
        verb: str,
        measure: str,
        *values: int,
        also: Group = (),
        after: datetime | None = None,
    ) -> None:
        if after is not None and (later := micros(after)) >= self._until:
            verb, values = f"{verb}{LATER}", (*values, later)
        track = verb, measure, also
        rows = self.rows.get(track)
        if rows is None:
            rows = self.rows[track] = array("q")
        rows.extend((self._fact, *values))

    def _code(self, name: str) -> int:
        return self.names.setdefault(name, len(self.names))


@attrs.frozen(kw_only=True)
class Recording:
    """What was written down of some facts: whose they are, what they are like, what is told.

    *latest* is the last moment that any of them tells of.
    """

    keys: list[str]
    latest: int
    words: dict[str, list[str]]
    told: dict[str, Recorder]


def record(
    facts: Iterable[tuple[str, int, Any]],
    *,
    dimensions: Mapping[str, Dimension],
    measures: Mapping[str, Callable[[Any, Any], None]],
    zone: ZoneInfo,
) -> Recording:
    """Write down what *measures* tell of *facts*: of each its key, its last moment, and itself.

    Days are those of a *zone*.
    """
    keys: list[str] = []
    words: dict[str, list[str]] = {name: [] for name in dimensions}
    told = {name: Recorder(zone) for name in measures}
    by_word = [(words[name].append, value_of) for name, value_of in dimensions.items()]
    by_measure = [(told[name], measure) for name, measure in measures.items()]
    latest = -NEVER
    for number, (key, until, fact) in enumerate(facts):
        keys.append(key)
        latest = max(latest, until)
        for append, value_of in by_word:
            append(value_of(fact))
        for recorder, measure in by_measure:
            recorder.turn_to(number, until=until)
            measure(fact, recorder)
    return Recording(keys=keys, latest=latest, words=words, told=told)


def _spell(spell: Spell) -> tuple[int, int, int]:
    return micros(spell.since), micros(spell.until), micros(spell.upto)


def _moment(moment: datetime | None) -> int:
    return NEVER if moment is None else micros(moment)
