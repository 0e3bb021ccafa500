"""Columns kept beside a read model of facts, so that a question need not look at each fact.

They are a cache that never lies.  On a :class:`~servicecore.desk.column_shelf.Shelf`
stand portions of the facts in columns.  Facts that have changed since count no more
in their portion, and are written down anew; when many have, they become a portion.
Others read and write there at the same time; what they have taken away is looked for
again, and written down anew if no book knows where it is.

Whatever does not fit lets a question look at the facts one by one, as it would
without columns: a moment before the last that any fact tells of, a position in the
log, a log that is small, a program without numpy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from itertools import islice, takewhile
from pathlib import Path
from secrets import token_hex
from threading import Lock
from typing import TYPE_CHECKING, TypeVar
from zoneinfo import ZoneInfo

import attrs

from .. import projections
from ..projections.asking import Question
from ..projections.counting import Measure
from ..projections.facts import micros
from ..projections.recording import record
from ..projections.spells import Patience
from ..projections.themes import Theme
from ..storage.codec import subject_and_moment
from ..storage.errors import AlreadyTrackedError, UnknownTableError
from .column_shelf import Book, Entry, Shelf

if TYPE_CHECKING:
    from ..projections.packing import Packed
    from .office import Office

T = TypeVar("T")

FEWEST = 20_000  #: Events in a log; with fewer, the facts are looked at in no time.
PORTION = 1 << 14  #: Facts in a portion, as a rule; with less than half, it is written anew.
CHANGED = 2_000  #: Facts that are written down in passing; more become a portion.


@attrs.define
class KeptColumns:
    """What is measured of the facts of one theme, in columns.

    Days are those of a *zone*, and customers are waited for with so much *patience*:
    the standard's.  Whoever asks by others looks at the facts.
    """

    _office: Office
    _theme: Theme
    _zone: ZoneInfo
    _patience: Patience | None
    _lock: Lock = attrs.field(factory=Lock, init=False)
    _shelf: Shelf | None = attrs.field(default=None, init=False)
    _book: Book = attrs.field(factory=Book, init=False)
    _portions: dict[str, Packed] = attrs.field(factory=dict, init=False)
    _seen: int = attrs.field(default=0, init=False)  #: The position of the last change.
    _changed: set[str] = attrs.field(factory=set, init=False)
    _waiting: set[str] = attrs.field(factory=set, init=False)
    _newest: Packed | None = attrs.field(default=None, init=False)

    @property
    def recorded(self) -> Mapping[str, Measure]:
        """The measures that stand in the columns."""
        return self._theme.recorded(self._patience)

    def ask(self, question: Question, look: Callable[[Sequence[Packed]], T]) -> T | None:
        """Return what a *look* at the columns tells; None where facts must be, one by one."""
        for _ in range(2):  # Others may take away what we are reading, and hardly twice.
            try:
                portions = self._portions_for(question)
                found = None if portions is None else look(portions)
            except UnknownTableError:
                self._mend()
            else:
                return found if self._tells_no_more_than(question) else None
        return None

    def _portions_for(self, question: Question) -> Sequence[Packed] | None:
        name = self._theme.facts.name
        self._office.rows(name)  # Caught up with the log.
        if self._office.position(name) < FEWEST or not _edition():
            return None
        if not self._tells_no_more_than(question):
            return None
        if self._theme.by_day and question.zone != self._zone:
            return None
        with self._lock:
            found = self._caught_up()
        as_of = micros(question.as_of)
        return None if any(as_of < each.latest for each in found) else found

    def _tells_no_more_than(self, question: Question) -> bool:
        return question.known_at in {None, self._office.position(self._theme.facts.name)}

    @property
    def are_final(self) -> bool:
        """Nothing waits behind an event set aside: it is the log alone that changes facts."""
        return not self._waiting

    # --- Keeping up ------------------------------------------------------------------

    def _caught_up(self) -> list[Packed]:
        while True:
            try:
                shelf = self._opened()
                position = shelf.tables.position(self._theme.facts.name, shelf.version)
                # A book that is ahead even now tells of a read model that has begun again.
                if not 0 < self._book.position <= position:
                    self._write_down_all(shelf, position)
                self._note_changes(shelf, position)
                if len(self._changed - self._waiting) >= CHANGED:
                    self._write_down_changed(shelf, position)
                break
            except AlreadyTrackedError:
                self._shelf = None  # Somebody else was faster; what he keeps is as good.
        if self._newest is None:
            self._newest = self._in_columns(self._rows_of(shelf, self._changed))
        return [*self._portions.values(), self._newest]

    def _opened(self) -> Shelf:
        """Return the shelf, after reading the book if it is not the one that we know."""
        name, tables = self._theme.facts.name, self._office.log.tables
        version = self._office.following(name).version
        shelf = self._shelf
        if shelf and shelf.version == version and shelf.is_current:
            return shelf
        parts = ["keys", *(f"by/{e}" for e in self._theme.dimensions)]
        parts += [f"told/{e}" for e in self.recorded]
        kept, kept_at = f"{name}_columns", tables.position(f"{name}_columns", version)
        from ..projections.packing import Packed  # noqa: PLC0415  # It needs numpy.

        shelf = self._shelf = Shelf(tables, kept, version, kept_at, parts)
        edition, book = f"{self._theme.facts.edition}-{_edition()}", shelf.book()
        if self._theme.by_day:
            edition += f"-{self._zone}-{self._patience}"
        if book is None or book.edition != edition:
            book = _begun(edition, in_place_of=book)
        self._take_up(
            book,
            {
                e.name: Packed(e.n, e.latest, shelf.reader(e.name), set(e.dead))
                for e in book.entries
            },
        )
        return shelf

    def _mend(self) -> None:
        """Begin a new book, if the one that holds names portions that are not there."""
        with self._lock:
            shelf = self._shelf
            if shelf and shelf.is_current and not shelf.has(e.name for e in self._book.entries):
                self._take_up(_begun(self._book.edition, in_place_of=self._book), {})

    def _take_up(self, book: Book, portions: dict[str, Packed]) -> None:
        """Look for changes behind that *book* from now on."""
        self._book, self._portions = book, portions
        self._seen, self._changed = book.position, set(book.held)
        self._waiting, self._newest = set(), None

    def _note_changes(self, shelf: Shelf, position: int) -> None:
        """Let what has changed since we last looked, or waits to change, count no more."""
        waited, self._waiting = self._waiting, self._set_aside(shelf)
        log, ours = self._office.log, self._theme.facts.topics
        behind = takewhile(lambda row: row.position <= position, log.rows_since(self._seen))
        told = {subject_and_moment(row)[0] for row in behind if row.topic in ours}
        new = (told | self._waiting) - self._changed
        if new:  # Others may still be counting the portions as they were.
            self._portions = {name: _without(new, e) for name, e in self._portions.items()}
        if told or new or waited:
            self._newest = None
        self._seen, self._changed = position, self._changed | new

    def _set_aside(self, shelf: Shelf) -> set[str]:
        letters = shelf.tables.dead_letters(self._theme.facts.name, shelf.version)
        return {each.subject for each in letters}

    # --- Writing down ----------------------------------------------------------------

    def _write_down_all(self, shelf: Shelf, position: int) -> None:
        """Write every fact down; what changes meanwhile, has changed since *position*."""
        if shelf.may_write:
            shelf.drop_older()
        self._take_up(_begun(self._book.edition, in_place_of=self._book), {})
        held = self._set_aside(shelf)
        scanned = shelf.tables.read(self._theme.facts.name, shelf.version).scan()
        rows = ((row.key, row.value) for row in scanned if row.key not in held)
        self._keep(shelf, dict(self._written(shelf, rows)), position, held=held)

    def _write_down_changed(self, shelf: Shelf, position: int) -> None:
        """Write down what has changed, together with the portions that it left small."""
        small = {
            name: each
            for name, each in self._portions.items()
            if 2 * (each.n - len(each.dead)) < PORTION
        }
        there = {key for e in small.values() for n, key in enumerate(e.keys) if n not in e.dead}
        rest = {name: each for name, each in self._portions.items() if name not in small}
        held = self._changed & self._waiting
        rows = self._rows_of(shelf, (there | self._changed) - held)
        self._keep(shelf, rest | dict(self._written(shelf, rows)), position, held=held)

    def _written(
        self, shelf: Shelf, rows: Iterable[tuple[str, bytes]]
    ) -> Iterator[tuple[str, Packed]]:
        left = iter(rows)
        while some := list(islice(left, PORTION)):
            name, portion = token_hex(4), self._in_columns(some)
            if shelf.may_write:
                shelf.put(name, portion.read)
                portion.read = shelf.reader(name)
            yield name, portion

    def _keep(
        self, shelf: Shelf, portions: dict[str, Packed], position: int, *, held: Iterable[str]
    ) -> None:
        entries = [Entry(name, e.n, e.latest, sorted(e.dead)) for name, e in portions.items()]
        there = shelf.portions() if shelf.may_write else set()
        book = Book(
            edition=self._book.edition,
            position=position,
            entries=entries,
            held=sorted(held),
            gone=sorted((there | self._portions.keys()) - portions.keys() - {*self._book.gone}),
        )
        if shelf.may_write:
            shelf.keep(book, gone=self._book.gone)
        self._take_up(book, portions)

    def _rows_of(self, shelf: Shelf, keys: Iterable[str]) -> Iterable[tuple[str, bytes]]:
        found = shelf.tables.read(self._theme.facts.name, shelf.version).get_many(keys)
        return sorted(found.items())

    def _in_columns(self, rows: Iterable[tuple[str, bytes]]) -> Packed:
        from ..projections.packing import Packed, pack  # noqa: PLC0415  # These need numpy.

        recording = record(
            self._theme.facts.dated(rows),
            dimensions=self._theme.dimensions,
            measures=self.recorded,
            zone=self._zone,
        )
        parts = dict(pack(recording))
        return Packed(len(recording.keys), recording.latest, parts.__getitem__)


def _begun(edition: str, *, in_place_of: Book | None) -> Book:
    """Return a book that names nothing yet; whatever the other one did, is gone."""
    other = in_place_of or Book()
    return Book(edition=edition, gone=[*other.gone, *(each.name for each in other.entries)])


def _without(keys: set[str], portion: Packed) -> Packed:
    """Return a portion in which the facts that have these *keys* count no more."""
    dead = {n for n, key in enumerate(portion.keys) if key in keys}
    return attrs.evolve(portion, dead=portion.dead | dead)


@cache
def _edition() -> str:
    """Return by which rules facts are written down; nothing, where they cannot be.

    Whatever is changed in the room of projections may tell something else of a fact.
    """
    sources = sorted(Path(projections.__file__).parent.glob("*.py"))
    if not sources or find_spec("numpy") is None:
        return ""
    return sha256(b"".join(each.read_bytes() for each in sources)).hexdigest()[:16]
