"""What every mapping says: its lasting name, how the file is written, and what it reads of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import Enum
from typing import Any, TypedDict, TypeVar

import attrs

from ...domain.events import IMPORT
from ...standards.table import Table
from .file_form import Columns, FileForm, file_form

T = TypeVar("T")


@attrs.frozen(kw_only=True)
class Mapping:
    """How the rows of one kind of file read; each kind of record has a mapping of its own."""

    id: str
    version: int
    title: str
    file: FileForm
    row: attrs.AttrsInstance

    @property
    def rule(self) -> str:
        """The name under which its events stand in the log."""
        return f"{IMPORT}{self.id}"

    @property
    def parts(self) -> dict[str, dict[str, Columns]]:
        """The columns it reads, by part and key: ``{"row": {"at": ("opened_at",)}}``."""
        return {"row": attrs.asdict(self.row)}

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column it reads."""
        return tuple(dict.fromkeys(column for _, column in self.columns_by_key()))

    def columns_by_key(self) -> Iterator[tuple[str, str]]:
        """Yield every column it reads behind the key that names it, such as ``row.at``."""
        for part, told in self.parts.items():
            for key, columns in told.items():
                for column in columns:
                    yield f"{part}.{key}", column


class Head(TypedDict):
    """The beginning of every mapping."""

    id: str
    version: int
    title: str
    file: FileForm


def head_of(table: Table, *parts: str) -> Head:
    """Read the beginning of a mapping that goes on with *parts*, and with nothing else."""
    table.must_only_hold(*Head.__annotations__, *parts)
    return Head(
        id=table.take("id", str, "a lasting name"),
        version=table.take("version", int, "a whole number", 1),
        title=table.take("title", str, "what the file is"),
        file=file_form(part_of(table, "file")),
    )


def part_of(table: Table, key: str) -> Table:
    """Return the table of that name within a mapping."""
    return Table(table.source, f"{key}.", table.take(key, dict, f"a table [{key}]", {}))


def columns_in(table: Table, form: type[T]) -> T:
    """Read the names of columns, as a *form* wants them."""
    fields = attrs.fields(form)  # type: ignore[arg-type]  # attrs made it
    table.must_only_hold(*(field.name for field in fields))
    for field in fields:
        if field.default is attrs.NOTHING and field.name not in table.values:
            raise table.bad(field.name, "nothing", "the name of a column")
    return form(**{key: table.texts(key) for key in table.values})


def words_in(table: Table, meaning: Callable[[Any], T], expected: str) -> dict[str, T]:
    """Read what words of the other system mean here."""
    return {word: table.read(word, meaning, expected) for word in table.values}


def must_tell(table: Table, *keys: str) -> None:
    """Refuse a mapping that leaves the words of one of its *keys* without a meaning."""
    for key in keys:
        if not table.values.get(key):
            raise table.bad(key=key, found="nothing", expected="what each word means")


def one_of(words: type[Enum], *, but: Enum | None = None) -> str:
    """Say which *words* are known."""
    return ", ".join(str(each.value) for each in words if each is not but)


def text_in(value: Any) -> str:
    """Return *value* if it is a text that tells something."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError(value)
    return value


def otherwise_of(table: Table) -> str:
    """Read what stands for whatever a row does not tell."""
    return table.read("otherwise", text_in, "a text", "not recorded")
