"""The histories of one kind of records in a bucket, in columns: what each told first, and last."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, cached_property, partial
from itertools import chain, repeat
from pathlib import Path
from typing import Any, Self

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from .....domain.events import CATALOGUE, UnknownEventError
from .....projections.asking import Question
from .....projections.facts import micros
from .....projections.rows import Column
from .....storage.errors import PrunedError
from .....storage.sharing import in_turn
from ..note import ExportNote, first_in

NOWHERE = -1  #: The row of what was never told.
_ALWAYS = ("subject", "name", "occurred_at")
#: Texts that are read with a number for each word.
_NUMBERED = [
    *("subject", "about", "scores.list.element.dimension"),
    *("promises.list.element.clock", "readings.list.element.clock", "readings.list.element.state"),
]


@attrs.frozen(slots=False)
class Histories:
    """Rows in the order of the log, none of them of a moment that is still to come.

    *record* is the number of the record that each row is about; there are *n* of them.
    """

    table: pa.Table
    record: Column
    n: int

    @cached_property
    def at(self) -> Column:
        """When each event happened, in microseconds."""
        return micros_of(self.values("occurred_at"))

    def values(self, column: str) -> pa.Array:
        """Return a column as it is."""
        return self.table[column].chunk(0)

    def texts(self, column: str) -> Iterator[Any]:
        """Return a column of texts as it is; one that nobody asked for holds none."""
        if column not in self.table.column_names:
            return repeat("", len(self.table))
        return iter(self.values(column).to_pylist())

    def subjects(self) -> Sequence[str]:
        """Return what each record is called: ``ticket/T-1``."""
        told: list[str] = self.values("subject").dictionary.to_pylist()
        return told

    def is_told(self, column: str) -> Column:
        """Tell of each row whether something stands in that column."""
        return as_numbers(self.values(column).is_valid())

    # --- Which rows ---------------------------------------------------------------------

    def rows_of(self, *classes: type) -> Column:
        """Return the rows with events of these classes."""
        return np.flatnonzero(_are_of(classes, self.values("name")))

    def telling(self, column: str) -> Column:
        """Return the rows in which something stands in that column."""
        return np.flatnonzero(self.is_told(column))

    def last(self, rows: Column) -> Column:
        """Return of each record the last of these *rows*."""
        found = np.full(self.n, NOWHERE)
        found[self.record[rows]] = rows  # Of several, the last one stays.
        return found

    def first(self, rows: Column) -> Column:
        """Return of each record the first of these *rows*."""
        return self.last(rows[::-1])

    # --- What stands in them --------------------------------------------------------------

    def words(self, column: str, rows: Column) -> tuple[Sequence[str], Column]:
        """Return the words of a column, and the number of that which stands in each of *rows*.

        The last word is the empty one: it is that of a row that is nowhere, too.
        """
        told = self.values(column)
        words = [*told.dictionary.to_pylist(), ""]
        numbers = as_numbers(told.indices.fill_null(len(words) - 1))
        return words, np.append(numbers, len(words) - 1)[rows]


@attrs.frozen(kw_only=True)
class Kind:
    """A kind of records: the events that count, and the columns in which they tell something.

    Columns of *dimensions* are read only for who groups or chooses by them: that spares
    most questions a third of the reading.
    """

    classes: Collection[type]
    columns: Sequence[str]
    dimensions: Mapping[str, Sequence[str]] = attrs.field(factory=dict)

    def asked_by(self, question: Question) -> Kind:
        """Return it with the columns that *question* takes."""
        names = (*question.by, *question.where)
        told = chain.from_iterable(self.dimensions.get(name, ()) for name in names)
        return attrs.evolve(self, columns=[*dict.fromkeys((*self.columns, *told))])


@attrs.frozen
class Export:
    """An export, asked for some columns of some of its events."""

    folder: Path
    note: ExportNote

    @classmethod
    def at(cls, folder: Path) -> Self:
        """Return the export in a folder.

        Raises:
            NotAnExportError: If there is none, or an older one.
        """
        return cls(folder, ExportNote.must_be_in(folder))

    def histories(self, kinds: Sequence[Kind], question: Question) -> Iterator[list[Histories]]:
        """Yield of each bucket what *question* takes, of records of these kinds in turn.

        While one is counted, another core reads the next.

        Raises:
            PrunedError: If what one of them told lies in an archive.
        """
        asked, as_of = [each.asked_by(question) for each in kinds], micros(question.as_of)
        columns = [*_ALWAYS, *dict.fromkeys(name for kind in asked for name in kind.columns)]
        read, buckets = partial(self._read, columns=columns), range(self.note.buckets)
        with ThreadPoolExecutor(1) as other:
            for _, told in in_turn(other, read, buckets, ahead=2):
                if told is not None:
                    yield [_histories(told, kind, as_of) for kind in asked]

    def _read(self, bucket: int, columns: Sequence[str]) -> pa.Table | None:
        """Return these columns of a bucket, but for what is being exported at the moment."""
        paths = sorted(self.folder.glob(f"bucket={bucket}/*.parquet"))
        whole = [each for each in paths if first_in(each) <= self.note.position]
        groups = [group for each in whole for group in _row_groups(each, columns)]
        return pa.concat_tables(groups).combine_chunks() if groups else None


def _row_groups(path: Path, columns: Sequence[str]) -> Iterator[pa.Table]:
    with pq.ParquetFile(path, read_dictionary=_NUMBERED) as file:
        for number in range(file.num_row_groups):
            yield file.read_row_group(number, [*columns])


def _histories(told: pa.Table, kind: Kind, as_of: int) -> Histories:
    is_theirs = _are_of(kind.classes, told["name"].chunk(0))
    moments = told["occurred_at"].chunk(0)
    if moments.null_count and bool((is_theirs & as_numbers(moments.is_null())).any()):
        msg = "some events were archived before they were exported; restore them and export anew"
        raise PrunedError(msg)
    chosen = pa.array(is_theirs & (micros_of(moments) <= as_of))
    rows = told.select([*_ALWAYS, *kind.columns]).filter(chosen).combine_chunks()
    subject = rows["subject"].combine_chunks()
    records = len(subject.dictionary) if len(rows) else 0
    return Histories(rows, as_numbers(subject.indices).astype(np.int64), records)


def micros_of(moments: pa.Array, *, otherwise: int = 0) -> Column:
    """Return moments as microseconds; *otherwise*, where there is none."""
    return as_numbers(moments.cast(pa.int64()).fill_null(otherwise))


def as_numbers(values: pa.Array) -> Column:
    """Return *values*, none of which is null, as an array of numpy."""
    numbers: Column = values.to_numpy(zero_copy_only=False)
    return numbers


def _are_of(classes: Collection[type], names: pa.DictionaryArray) -> Column:
    told = np.array([class_of(each) in classes for each in names.dictionary.to_pylist()], bool)
    chosen: Column = told[as_numbers(names.indices)]
    return chosen


@cache
def class_of(name: str) -> type | None:
    """Return the class of the events that stand under a name, if there is one."""
    try:
        return CATALOGUE.resolve(name)[0]
    except UnknownEventError:
        return None
