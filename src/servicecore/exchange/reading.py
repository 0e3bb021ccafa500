"""Reads the rows of a foreign file, one after the other, whatever it is wrapped in.

What is wrong with the file as a whole is found by :func:`survey` before anything
of it is used.  What is wrong with one row stays with that row.
"""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, NamedTuple, Protocol, cast

import attrs

from .errors import (
    EmptyFileError,
    MissingColumnsError,
    UnreadableFileError,
    WrongEncodingError,
)
from .mappings import Columns, FileForm
from .xes import NotXesError, read_xes

_ZIP, _GZIP = b"PK\x03\x04", b"\x1f\x8b"
_SWALLOWED = ("unexpected end of data", "field larger than")
_DAMAGED = (zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, EOFError, NotImplementedError)


class Row(NamedTuple):
    """One row as the file tells it.

    *number* is its place as a spreadsheet shows it (the heading of a CSV is row
    1), or its place among all events of an XES.  *fault* says why it cannot be
    read, if it cannot.
    """

    number: int
    values: Mapping[str, str]
    fault: str = ""

    def told(self, columns: tuple[str, ...], missing: frozenset[str]) -> str:
        """Return the first of *columns* that is not among the *missing*, or nothing."""
        for column in columns:
            text = self.values.get(column, "").strip()
            if text not in missing:
                return text
        return ""


class RowMapping(Protocol):
    """What has to be known of a file to read its rows."""

    @property
    def file(self) -> FileForm:
        """How it is written."""

    @property
    def number(self) -> Columns:
        """Where each row tells whose it is."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is read."""


@attrs.frozen
class ForeignFile:
    """A file of another system, and the mapping to read it with."""

    path: Path
    mapping: RowMapping

    def rows(self) -> Iterator[Row]:
        """Yield its rows in the order of the file.

        Raises:
            ExchangeError: If the file is not what the mapping says.
        """
        try:
            with _unwrapped(self.path) as stream:
                yield from self._xes(stream) if self._is_xes else self._csv(stream)
        except UnicodeError as error:
            encoding = self.mapping.file.encoding
            msg = f"{self.path} is not written in {encoding}, as the mapping says: {error}"
            raise WrongEncodingError(msg) from None
        except _DAMAGED as error:
            msg = f"{self.path} is damaged: {error}"
            raise UnreadableFileError(msg) from error

    def ticket_of(self, row: Row) -> str:
        """Return the number of the ticket that *row* is about, or nothing."""
        return row.told(self.mapping.number, self.mapping.file.missing)

    @property
    def _is_xes(self) -> bool:
        return self.mapping.file.format == "xes"

    def _xes(self, stream: IO[bytes]) -> Iterator[Row]:
        try:
            for number, values in enumerate(read_xes(stream), start=1):
                yield Row(number, values)
        except NotXesError as error:
            msg = f"{self.path} is not XES: {error}"
            raise UnreadableFileError(msg) from None

    def _csv(self, stream: IO[bytes]) -> Iterator[Row]:
        form = self.mapping.file
        with io.TextIOWrapper(stream, encoding=form.codec, newline="") as text:
            lines = _Lines(text)
            reader = csv.reader(lines, delimiter=form.delimiter, strict=True)
            heading, number = self._heading(reader), 1
            lines.taken()
            while True:
                number += 1
                try:
                    cells = next(reader, None)
                except csv.Error as error:
                    yield self._malformed(number, lines.taken(), error, line=reader.line_num)
                    continue
                if cells is None:
                    return
                lines.taken()
                if cells:
                    yield _row(number, heading, cells)

    def _heading(self, reader: Iterator[list[str]]) -> list[str]:
        try:
            heading = [self.mapping.file.heading(each) for each in next(reader, [])]
        except csv.Error as error:
            msg = f"{self.path} is not CSV: {error}"
            raise UnreadableFileError(msg) from None
        for column in self.mapping.columns:
            if heading.count(column) > 1:
                msg = f"{self.path} has {heading.count(column)} columns called {column!r}"
                raise MissingColumnsError(msg)
        return heading

    def _malformed(self, number: int, text: str, error: csv.Error, *, line: int) -> Row:
        """Return the row as faulty, unless an open quotation may have swallowed sound rows."""
        if any(each in str(error) for each in _SWALLOWED):
            msg = f"{self.path} has a quotation that does not end, at line {line}: {error}"
            raise UnreadableFileError(msg) from None
        return Row(number, {"line": text.rstrip("\r\n")}, f"it is malformed: {error}")


class _Lines:
    """The lines of a text; those of the row being read can be shown again."""

    def __init__(self, text: Iterator[str]) -> None:
        self._text = text
        self._read: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._text)
        self._read.append(line)
        return line

    def taken(self) -> str:
        """Return what was read since this was asked last."""
        taken, self._read = "".join(self._read), []
        return taken


@attrs.frozen(kw_only=True)
class Survey:
    """What is known of a file after it was read once.

    *is_scattered* tells that the rows of some ticket do not stand together.
    """

    rows: int
    tickets: int
    is_scattered: bool


def survey(file: ForeignFile) -> Survey:
    """Read *file* to its end, and tell what is in it.

    The numbers of the tickets are held in memory, the rows are not.

    Raises:
        ExchangeError: If it cannot be read, is empty, or lacks columns.
    """
    columns: set[str] = set()
    tickets: set[str] = set()
    rows, last, fault, is_scattered = 0, "", "", False
    for row in file.rows():
        rows += 1
        if row.fault:
            fault = fault or f"row {row.number}: {row.fault}"
            continue
        if not columns.issuperset(row.values):
            columns.update(row.values)
        ticket = file.ticket_of(row)
        if ticket and ticket != last:
            is_scattered = is_scattered or ticket in tickets
            tickets.add(ticket)
            last = ticket
    if fault and not columns:
        msg = f"{file.path} has no row that can be read; {fault}"
        raise UnreadableFileError(msg)
    _must_hold_something(file, rows, columns)
    return Survey(rows=rows, tickets=len(tickets), is_scattered=is_scattered)


def _must_hold_something(file: ForeignFile, rows: int, columns: set[str]) -> None:
    if rows == 0:
        msg = f"{file.path} holds no rows"
        raise EmptyFileError(msg)
    if lacking := [each for each in file.mapping.columns if each not in columns]:
        found = ", ".join(sorted(columns)) or "none"
        msg = f"{file.path} has no column {', '.join(map(repr, lacking))}; it has {found}"
        if len(columns) == 1:
            cut = file.mapping.file.delimiter
            msg += f"; is it cut by something else than {cut!r}, its delimiter?"
        raise MissingColumnsError(msg)


def _row(number: int, heading: list[str], cells: list[str]) -> Row:
    if len(cells) == len(heading):
        return Row(number, dict(zip(heading, cells, strict=True)))
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(cells)
    fault = f"it has {len(cells)} cells, the heading has {len(heading)}"
    return Row(number, {"line": line.getvalue()}, fault)


# --- Zip and gz ------------------------------------------------------------------


@contextmanager
def _unwrapped(path: Path) -> Iterator[IO[bytes]]:
    with ExitStack() as opened:
        try:
            stream: IO[bytes] = opened.enter_context(path.open("rb"))
            beginning = stream.read(4)
        except OSError as error:
            msg = f"{path} cannot be read: {error.strerror or error}"
            raise UnreadableFileError(msg) from error
        if not beginning:
            msg = f"{path} is empty"
            raise EmptyFileError(msg)
        stream.seek(0)
        if beginning == _ZIP:
            stream = opened.enter_context(_only_member(path, opened))
        elif beginning.startswith(_GZIP):
            stream = cast("IO[bytes]", opened.enter_context(gzip.open(stream)))
        yield stream


def _only_member(path: Path, opened: ExitStack) -> IO[bytes]:
    archive = opened.enter_context(zipfile.ZipFile(path))
    members = [
        each
        for each in archive.infolist()
        if not each.is_dir() and not each.filename.startswith("__MACOSX/")
    ]
    if len(members) != 1:
        names = ", ".join(each.filename for each in members) or "nothing"
        msg = f"{path} should hold one file, it holds {names}"
        raise UnreadableFileError(msg)
    try:
        return archive.open(members[0])
    except RuntimeError as error:  # A password is needed.
        msg = f"{path} cannot be opened: {error}"
        raise UnreadableFileError(msg) from None
