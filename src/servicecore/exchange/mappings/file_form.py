"""How a foreign file is written: its characters, its headings, and its moments."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal
from zoneinfo import ZoneInfo

import attrs

from ...domain.moments import in_utc
from ...standards.table import Table

Format = Literal["csv", "xes"]
Columns = tuple[str, ...]  #: The first of these that tells something counts.

ISO = "iso"  #: Any moment in ISO 8601.
UTC = ZoneInfo("UTC")
_BETWEEN_WORDS = re.compile(r"[\W_]+")


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

    @property
    def told_times(self) -> str:
        """The forms of its moments, as an error names them."""
        return " or ".join("a time in ISO 8601" if each == ISO else each for each in self.times)

    def moment(self, text: str) -> datetime:
        """Return the moment that *text* names, in UTC.

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


def named(columns: Columns) -> str:
    """Name *columns* in an error."""
    return " or ".join(columns)


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
        time_zone=table.read("time_zone", ZoneInfo, "a zone such as 'Europe/Rome'", UTC),
        newest_first=_choice(table, "order", "oldest first", "newest first") == "newest first",
        backfilled=frozenset(table.texts("backfilled", ())),
        has_loose_headings=_choice(table, "headings", "as written", "loose") == "loose",
    )


def _choice(table: Table, key: str, usual: str, other: str) -> str:
    chosen: str = table.read(key, _among(usual, other), f"{usual!r} or {other!r}", usual)
    return chosen


def _among(*words: str) -> Callable[[Any], Any]:
    def choose(value: str) -> str:
        if value not in words:
            raise ValueError(value)
        return value

    return choose


def _encoding(value: str) -> str:
    return codecs.lookup(value).name


def _one_character(value: str) -> str:
    if len(value) != 1:
        raise ValueError(value)
    return value


def _time_forms(value: Any) -> tuple[str, ...]:
    forms = (value,) if isinstance(value, str) else tuple(value)
    for form in forms:
        if form != ISO and "%" not in form:
            raise ValueError(form)
    return forms


@lru_cache(maxsize=20_000)  # Many rows of a file share their minute.
def _strptime(text: str, form: str) -> datetime:
    return datetime.strptime(text, form)  # noqa: DTZ007 - the caller adds the zone of the mapping
