"""A mapping tells how the rows of a foreign file read as the history of tickets.

A service manager writes it in TOML; the ones that are shipped explain every
word.  Each row of the file tells how one ticket stood at one moment.
"""

from __future__ import annotations

import codecs
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from enum import Enum
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal, TypeVar
from zoneinfo import ZoneInfo

import attrs

from ..domain.events import IMPORT
from ..domain.moments import in_utc
from ..domain.ticket import Priority
from ..standards.table import BadStandardError, Table
from .errors import BadMappingError

T = TypeVar("T")
Format = Literal["csv", "xes"]
Columns = tuple[str, ...]  #: The first of these that tells something counts.

ISO = "iso"
_BETWEEN_WORDS = re.compile(r"[\W_]+")
UTC = ZoneInfo("UTC")


class Meaning(Enum):
    """What a state of the other system means here."""

    OPEN = "open"  #: It lies with the desk; nobody works on it yet.
    WORKING = "working"  #: Somebody works on it.
    WAITING = "waiting"  #: Work waits for somebody or something.
    RESOLVED = "resolved"  #: The fault is gone, as far as the desk knows.
    CLOSED = "closed"  #: The loop is closed.
    CANCELLED = "cancelled"  #: It was dropped.
    UNCHANGED = "unchanged"  #: It says nothing about where the ticket stands.

    @property
    def is_over(self) -> bool:
        """Nobody works on it until it is reopened."""
        return self in {Meaning.RESOLVED, Meaning.CLOSED, Meaning.CANCELLED}


@attrs.frozen(kw_only=True)
class FileForm:
    """How the file is written."""

    format: Format
    encoding: str = "utf-8"
    delimiter: str = ","
    missing: frozenset[str] = frozenset({""})
    times: tuple[str, ...] = (ISO,)
    time_zone: ZoneInfo = UTC
    newest_first: bool = False
    backfilled: frozenset[str] = frozenset()
    has_loose_headings: bool = False

    def heading(self, text: str) -> str:
        """Return what a column is called; loosely, ``Timely response?`` is ``timely_response``."""
        if not self.has_loose_headings:
            return text
        return _BETWEEN_WORDS.sub("_", text.casefold()).strip("_")

    @property
    def codec(self) -> str:
        """The encoding to read with: a byte order mark does no harm."""
        return "utf-8-sig" if self.encoding == "utf-8" else self.encoding

    def moment(self, text: str) -> datetime:
        """Return the moment that *text* tells, in UTC.

        Raises:
            ValueError: If none of the forms fits.
        """
        for form in self.times:
            try:
                told = datetime.fromisoformat(text) if form == ISO else _strptime(text, form)
            except ValueError:
                continue
            return in_utc(told if told.tzinfo else told.replace(tzinfo=self.time_zone))
        raise ValueError(text)


@attrs.frozen(kw_only=True)
class RowColumns:
    """Where each row tells whose it is, when it was, and how the ticket stood."""

    ticket: Columns
    at: Columns
    state: Columns
    priority: Columns = ()
    assignee: Columns = ()
    team: Columns = ()
    by: Columns = ()


@attrs.frozen(kw_only=True)
class OpeningColumns:
    """Where the first row of a ticket tells what the customer asked for."""

    at: Columns = ()
    acknowledged_at: Columns = ()
    customer: Columns = ()
    channel: Columns = ()
    product: Columns = ()
    model: Columns = ()
    fault: Columns = ()
    contact: Columns = ()


@attrs.frozen(kw_only=True)
class TicketMapping:
    """How the rows of one kind of file read as tickets."""

    id: str
    version: int = 1
    title: str
    file: FileForm
    row: RowColumns
    opening: OpeningColumns
    priorities: Mapping[str, Priority] = attrs.field(hash=False)
    channels: Mapping[str, str] = attrs.field(hash=False)
    states: Mapping[str, Meaning] = attrs.field(hash=False)
    waiting: Mapping[str, str] = attrs.field(hash=False)
    first_answer: frozenset[Meaning]
    otherwise: str  #: Stands for whatever a row does not tell.

    @property
    def rule(self) -> str:
        """The name under which its events stand in the log."""
        return f"{IMPORT}{self.id}"

    @property
    def number(self) -> Columns:
        """Where each row tells the number of its ticket."""
        return self.row.ticket

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column it reads."""
        return tuple(dict.fromkeys(column for _, column in _columns_of(self.row, self.opening)))


def load_mapping(source: str | Path) -> TicketMapping:
    """Return the mapping in the file *source*, or the shipped one of that name.

    Raises:
        BadMappingError: If there is none, or it cannot be meant as it stands.
    """
    shipped = shipped_mappings()
    if isinstance(source, str) and source in shipped:
        return shipped[source]
    path = Path(source)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        msg = f"mapping {str(source)!r} is neither a readable file nor one of {', '.join(shipped)}"
        raise BadMappingError(msg) from error
    return parse_mapping(text, source=path.name)


@cache
def shipped_mappings() -> dict[str, TicketMapping]:
    """Return the mappings that come with the package, by id."""
    folder = resources.files(__package__) / "mappings"
    files = sorted(folder.iterdir(), key=lambda each: each.name)
    mappings = (parse_mapping(each.read_text(encoding="utf-8"), source=each.name) for each in files)
    return {each.id: each for each in mappings}


def parse_mapping(text: str, *, source: str) -> TicketMapping:
    """Return the mapping that *text* describes; *source* names it in errors.

    Raises:
        BadMappingError: Naming the file, the key, its value and what was expected.
    """
    try:
        return _mapping(Table(source, "", tomllib.loads(text)))
    except tomllib.TOMLDecodeError as error:
        msg = f"{source}: this is not TOML: {error}"
        raise BadMappingError(msg) from None
    except BadStandardError as error:  # The reader of tables is that of the standards.
        raise BadMappingError(str(error)) from None


def _mapping(table: Table) -> TicketMapping:
    table.must_only_hold(
        "id",
        "version",
        "title",
        "file",
        "row",
        "opening",
        "priorities",
        "channels",
        "states",
        "waiting",
        "first_answer",
        "otherwise",
    )
    waiting = words_in(part_of(table, "waiting"), text_in, "whom or what the ticket waits for")
    states = words_in(part_of(table, "states"), Meaning, _one_of(Meaning, but=Meaning.WAITING))
    mapping = TicketMapping(
        id=table.take("id", str, "a lasting name"),
        version=table.take("version", int, "a whole number", 1),
        title=table.take("title", str, "what the file is"),
        file=file_form(part_of(table, "file")),
        row=columns_in(part_of(table, "row"), RowColumns),
        opening=columns_in(part_of(table, "opening"), OpeningColumns),
        priorities=words_in(part_of(table, "priorities"), Priority, _one_of(Priority)),
        channels=words_in(part_of(table, "channels"), text_in, "a channel"),
        states={**states, **dict.fromkeys(waiting, Meaning.WAITING)},
        waiting=waiting,
        first_answer=table.read(
            "first_answer", _meanings, f"a list of {_one_of(Meaning)}", frozenset()
        ),
        otherwise=table.read("otherwise", text_in, "a text", "not recorded"),
    )
    _must_make_sense(table, mapping, states)
    return mapping


def _must_make_sense(table: Table, mapping: TicketMapping, states: Mapping[str, Meaning]) -> None:
    if not mapping.states:
        raise table.bad(key="states", found="nothing", expected="what each state means")
    if twice := next((each for each in states if each in mapping.waiting), None):
        raise table.bad(key=f"waiting.{twice}", found="it in [states] too", expected="it once")
    if Meaning.WAITING in states.values():
        expected = "such a state in [waiting], with its reason"
        raise table.bad(key="states", found="'waiting'", expected=expected)
    for key, column in _columns_of(mapping.row, mapping.opening):
        if column in mapping.file.backfilled:
            expected = "a column that is not backfilled: it tells what came later"
            raise table.bad(key=key, found=repr(column), expected=expected)


def file_form(table: Table) -> FileForm:
    """Read how a file is written."""
    table.must_only_hold(
        "format",
        "encoding",
        "delimiter",
        "headings",
        "missing",
        "times",
        "time_zone",
        "order",
        "backfilled",
    )
    return FileForm(
        format=table.read("format", _among("csv", "xes"), "'csv' or 'xes'"),
        encoding=table.read("encoding", _encoding, "an encoding such as 'utf-8'", "utf-8"),
        delimiter=table.read("delimiter", _one_character, "one character", ","),
        missing=frozenset({"", *table.texts("missing", ())}),
        times=table.read("times", _time_forms, "'iso', or forms such as '%d/%m/%Y %H:%M'", (ISO,)),
        time_zone=table.read("time_zone", _zone, "a zone such as 'Europe/Rome'", UTC),
        newest_first=table.read(
            "order", _among("oldest first", "newest first"), "'oldest first' or 'newest first'", ""
        )
        == "newest first",
        backfilled=frozenset(table.texts("backfilled", ())),
        has_loose_headings=table.read(
            "headings", _among("as written", "loose"), "'as written' or 'loose'", ""
        )
        == "loose",
    )


def columns_in(table: Table, form: type[T]) -> T:
    """Read the names of columns, as a *form* wants them."""
    fields = attrs.fields(form)  # type: ignore[arg-type]  # attrs made it
    table.must_only_hold(*(field.name for field in fields))
    for field in fields:
        if field.default is attrs.NOTHING and field.name not in table.values:
            raise table.bad(field.name, "nothing", "the name of a column")
    return form(**{key: table.texts(key) for key in table.values})


def _columns_of(row: RowColumns, opening: OpeningColumns) -> Iterator[tuple[str, str]]:
    for part, told in (("row", row), ("opening", opening)):
        for key, columns in attrs.asdict(told).items():
            for column in columns:
                yield f"{part}.{key}", column


def part_of(table: Table, key: str) -> Table:
    """Return the table of that name within a mapping."""
    return Table(table.source, f"{key}.", table.take(key, dict, f"a table [{key}]", {}))


def words_in(table: Table, meaning: Callable[[Any], T], expected: str) -> dict[str, T]:
    """Read what words of the other system mean here."""
    return {word: table.read(word, meaning, expected) for word in table.values}


def text_in(value: Any) -> str:
    """Return *value* if it is a text that tells something."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError(value)
    return value


def _one_of(words: type[Enum], *, but: Enum | None = None) -> str:
    return ", ".join(str(each.value) for each in words if each is not but)


def _among(*words: str) -> Callable[[Any], Any]:
    def choose(value: str) -> str:
        if value not in words:
            raise ValueError(value)
        return value

    return choose


def _meanings(value: Any) -> frozenset[Meaning]:
    return frozenset(map(Meaning, [value] if isinstance(value, str) else value))


def _encoding(value: str) -> str:
    return codecs.lookup(value).name


def _one_character(value: str) -> str:
    if len(value) != 1:
        raise ValueError(value)
    return value


def _zone(value: str) -> ZoneInfo:
    return ZoneInfo(value)


def _time_forms(value: Any) -> tuple[str, ...]:
    forms = (value,) if isinstance(value, str) else tuple(value)
    for form in forms:
        if form != ISO and "%" not in form:
            raise ValueError(form)
    return forms


@lru_cache(maxsize=20_000)  # Many rows of a file share their minute.
def _strptime(text: str, form: str) -> datetime:
    return datetime.strptime(text, form)  # noqa: DTZ007 - the caller adds the zone of the mapping
