"""How answers leave: plain values as JSON, tables for people."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from unicodedata import combining, east_asian_width
from zoneinfo import ZoneInfo

from ..exchange.plain import plain
from .outcome import FINE, FOUND_SOMETHING

WIDTH = 80  #: A line of a terminal, and of a letter.
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")  # In English, whatever the locale.
_MINUTE = timedelta(minutes=1)
_CONTROLS = (*range(0x20), *range(0x7F, 0xA0))
_VISIBLE = {each: f"\\x{each:02x}" for each in _CONTROLS if each != ord("\n")}


# --- For whoever asked --------------------------------------------------------------


def answer(args: argparse.Namespace, document: Any, *lines: str) -> int:
    """Write the answer of a command that went well: *document* for ``--json``, else *lines*."""
    if args.json:
        say_json(document)
    else:
        for line in lines:
            say(line)
    return FINE


def done(args: argparse.Namespace, facts: Mapping[str, Any], told: str) -> int:
    """Write what a command has done, or would do."""
    aside = " (dry run: nothing was stored)" if args.dry_run else ""
    return answer(args, {"dry_run": args.dry_run, **facts}, f"{told}{aside}")


def answer_with_each(
    args: argparse.Namespace,
    values: Iterable[Any],
    *,
    rows: Iterable[Sequence[str]],
    head: Sequence[str],
    right: Iterable[int] = (),
    none: str,
) -> int:
    """Write many: *values* for programs, a table of *rows* for people, or that there are *none*."""
    if args.jsonl:
        for each in values:
            say_line(each)
    elif args.json:
        say_json(values)
    else:
        laid_out = list(rows)
        say(table(laid_out, head=head, right=right) if laid_out else none)
    return FINE


def refused(args: argparse.Namespace, error: Exception) -> int:
    """Tell that a check found something it will not sign or accept, and why."""
    if args.json:
        say_json({"refused": str(error)})
    warn(str(error))
    return FOUND_SOMETHING


# --- For programs ----------------------------------------------------------------


def say_json(value: Any) -> None:
    """Write one document."""
    sys.stdout.write(json.dumps(plain(value), ensure_ascii=False, indent=2) + "\n")


def say_line(value: Any) -> None:
    """Write one line of a stream, at once."""
    sys.stdout.write(json.dumps(plain(value), ensure_ascii=False, separators=(",", ":")) + "\n")
    sys.stdout.flush()


def say_rows(rows: Iterable[Mapping[str, Any]]) -> None:
    """Write CSV, each row at once; the first row gives the names of the columns."""
    to: csv.DictWriter[str] | None = None
    for row in rows:
        if to is None:
            to = csv.DictWriter(sys.stdout, list(row), lineterminator="\n")
            to.writeheader()
        to.writerow(row)


# --- For people --------------------------------------------------------------------


def say(text: str = "") -> None:
    """Write a part of the answer; control characters in it are shown, not obeyed."""
    sys.stdout.write(text.translate(_VISIBLE) + "\n")


def warn(text: str) -> None:
    """Tell something that is not part of the answer."""
    sys.stderr.write(f"servicecore: {text.translate(_VISIBLE)}\n")


def in_one_line(text: str) -> str:
    """Return *text* without its line breaks."""
    return " ".join(text.split())


def told_at(moment: datetime, zone: ZoneInfo) -> str:
    """Tell a moment as a clock on the wall of *zone* shows it: ``Mon 2026-01-05 09:00``."""
    return f"{weekday(moment, zone)} {moment.astimezone(zone):%Y-%m-%d %H:%M}"


def weekday(moment: datetime, zone: ZoneInfo) -> str:
    """Tell the day of the week on which a moment falls in *zone*: ``Mon``."""
    return _WEEKDAYS[moment.astimezone(zone).weekday()]


def told_exactly(moment: datetime, zone: ZoneInfo) -> str:
    """Tell a moment so exactly that lengths of time can be checked: ``2026-01-05 09:00:00``."""
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S}"


def told_length(length: timedelta) -> str:
    """Tell a length of time to the second: ``26 h 5 min``.

    >>> told_length(timedelta(hours=26, minutes=5)), told_length(timedelta())
    ('26 h 5 min', '0 min')
    """
    if length < timedelta():
        return f"-{told_length(-length)}"
    minutes, seconds = divmod(length, timedelta(minutes=1))
    hours, minutes = divmod(minutes, 60)
    parts = [(hours, "h"), (minutes, "min"), (float(f"{seconds.total_seconds():g}"), "s")]
    return " ".join(f"{n:g} {unit}" for n, unit in parts if n) or "0 min"


def to_the_minute(length: timedelta) -> str:
    """Tell a length of time to the minute; one below a minute, to the second."""
    if abs(length) < _MINUTE:
        return told_length(timedelta(seconds=round(length.total_seconds())))
    return told_length(round(length / _MINUTE) * _MINUTE)


def words(name: str) -> str:
    """Return the name of a clock or event as words."""
    return name.replace("_", " ")


def told_clock(name: str, round_: int) -> str:
    """Name a clock, with its round if that is not the first.

    >>> told_clock("first_response", 1), told_clock("resolution", 2)
    ('first response', 'resolution #2')
    """
    return words(name) if round_ == 1 else f"{words(name)} #{round_}"


def width(text: str) -> int:
    """Return how many columns *text* takes on a terminal; Chinese takes two a character.

    >>> width("A"), width("华兴")
    (1, 4)
    """
    wide = sum(east_asian_width(each) in "WF" for each in text)
    return len(text) + wide - sum(combining(each) != 0 for each in text)


def padded(text: str, columns: int, *, right: bool = False) -> str:
    """Return *text* filled up to so many columns."""
    space = " " * (columns - width(text))
    return space + text if right else text + space


def leaves(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """Yield what a fact is made of, each part by its way there; an empty part is left out.

    >>> list(leaves("readings", {"resolution#1": {"state": "met", "rungs": []}}))
    [('readings.resolution#1.state', 'met')]
    """
    value = plain(value)
    if isinstance(value, dict):
        parts = value.items()
    elif isinstance(value, list) and any(isinstance(each, dict | list) for each in value):
        parts = dict(enumerate(value, 1)).items()
    else:
        told = ", ".join(map(str, value)) if isinstance(value, list) else value
        if told not in (None, ""):
            yield name, in_one_line(str(told))
        return
    for key, part in parts:
        yield from leaves(f"{name}.{key}" if name else str(key), part)


def clipped(text: str, columns: int) -> str:
    """Return *text*, or as much of it as fits into so many columns, with a mark at its end.

    >>> clipped("nobody calls back", 12), clipped("华兴精密机械", 8)
    ('nobody call…', '华兴精…')
    """
    if width(text) <= columns:
        return text
    while text and width(text) > columns - 1:
        text = text[:-1]
    return f"{text}…"


def table(
    rows: Iterable[Sequence[str]],
    *,
    head: Sequence[str],
    right: Iterable[int] = (),
    indent: int = 0,
) -> str:
    """Lay out *rows* in columns; those in *right* are figures and stand at the right."""
    lines = [list(head), *([in_one_line(cell) for cell in row] for row in rows)]
    figures = set(right)
    columns = [max(width(line[n]) for line in lines) for n in range(len(head))]
    lines.insert(1, ["-" * each for each in columns])
    return "\n".join(
        " " * indent
        + "  ".join(
            padded(cell, columns[n], right=n in figures) for n, cell in enumerate(line)
        ).rstrip()
        for line in lines
    )


def wrapped(text: str, *, indent: int = 0, columns: int = WIDTH, first: str = "") -> str:
    """Break *text* into lines of at most so many columns; Chinese breaks anywhere."""
    lines, line = [], first or " " * indent
    for word in _pieces(text):
        if width(line) + width(word.rstrip()) > columns and line.strip():
            lines.append(line.rstrip())
            line = " " * indent
            word = word.lstrip()  # noqa: PLW2901  # a line does not begin with a space
        line += word
    return "\n".join([*lines, line.rstrip()])


def _pieces(text: str) -> list[str]:
    pieces: list[str] = []
    for character in text:
        breaks = not pieces or pieces[-1].endswith(" ") or east_asian_width(character) in "WF"
        if breaks and character not in "，。、；：）":
            pieces.append(character)
        elif pieces:
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces
