"""Standards are read from TOML, whole or not at all."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, get_args

from ..domain.calendar import WorkingCalendar
from ..domain.people import Level
from ..domain.sla import WALL, Rung, Target
from ..domain.sla.promise import AtClosing, Credit, DayMode, OnChange, OnReopening
from ..domain.standard import WORKING, Indicator, ServiceStandard, StartingLevel
from .table import BadStandardError, Table

_UNITS = {"s": "seconds", "min": "minutes", "h": "hours", "d": "days"}
_LENGTH = re.compile(r"(\d+(?:\.\d+)?) (s|min|h|d)")
_WORKING_DAYS = re.compile(r"(\d+) working days?")
_LENGTH_EXPECTED = "a length such as '2 h', '15 min' or '5 working days'"
_CHOICES: Mapping[str, Any] = {
    "credit": Credit,
    "day_mode": DayMode,
    "at_closing": AtClosing,
    "on_reopening": OnReopening,
    "on_change": OnChange,
}
_CLOCK_KEYS = (
    "name",
    "of",
    "clause",
    "within",
    "calendar",
    "starts",
    "stops",
    "when",
    "pauses",
    "ladder",
    "repeats",
    *_CHOICES,
)


def load_standard(source: str | Path) -> ServiceStandard:
    """Return the standard in the file *source*, or the shipped one of that name.

    Raises:
        BadStandardError: If there is none, or it cannot be meant as it stands.
    """
    shipped = shipped_standards()
    if isinstance(source, str) and source in shipped:
        return shipped[source]
    path = Path(source)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        msg = f"standard {str(source)!r} is neither a readable file nor one of {', '.join(shipped)}"
        raise BadStandardError(msg) from error
    return parse_standard(text, source=path.name)


@cache
def shipped_standards() -> dict[str, ServiceStandard]:
    """Return the standards that come with the package, by id."""
    files = sorted(
        (each for each in resources.files(__package__).iterdir() if each.name.endswith(".toml")),
        key=lambda each: each.name,
    )
    standards = (
        parse_standard(each.read_text(encoding="utf-8"), source=each.name) for each in files
    )
    return {each.id: each for each in standards}


def parse_standard(text: str, *, source: str) -> ServiceStandard:
    """Return the standard that *text* describes; *source* names it in errors."""
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        msg = f"{source}: this is not TOML: {error}"
        raise BadStandardError(msg) from None
    table = Table(source, "", values)
    table.must_only_hold(
        "id",
        "version",
        "title",
        "calendar",
        "channels",
        "pause_reasons",
        "ladder",
        "clock",
        "indicator",
        "starting_level",
    )
    ladder = _ladder(table)
    pause_reasons = table.texts("pause_reasons", ())
    return ServiceStandard(
        id=table.take("id", str, "a lasting name"),
        version=table.take("version", int, "a whole number", 1),
        title=table.take("title", str, "the document's title"),
        calendar=_calendar(table),
        channels=table.texts("channels", ()),
        pause_reasons=pause_reasons,
        targets=tuple(_target(each, ladder, pause_reasons) for each in table.tables("clock")),
        indicators=tuple(_indicator(each) for each in table.tables("indicator")),
        starting_levels=tuple(_starting_level(each) for each in table.tables("starting_level")),
    )


def parse_length(text: str) -> timedelta:
    """Return the length of time that *text* tells.

    >>> parse_length("4.5 h")
    datetime.timedelta(seconds=16200)

    Raises:
        ValueError: If it tells none.
    """
    found = _LENGTH.fullmatch(text)
    if found is None:
        msg = f"{text!r} is not a length; expected one such as '2 h' or '15 min'"
        raise ValueError(msg)
    number, unit = found.groups()
    return timedelta(**{_UNITS[unit]: float(number)})


def _target(table: Table, ladder: tuple[Rung, ...], pause_reasons: tuple[str, ...]) -> Target:
    table.must_only_hold(*_CLOCK_KEYS)
    choices = {
        key: table.read(key, _one_of(key), f"one of {', '.join(get_args(offered))}")
        for key, offered in _CHOICES.items()
        if key in table.values
    }
    pauses = table.texts("pauses", ("*",))
    for reason in pauses:
        if reason != "*" and reason not in pause_reasons:
            raise table.bad(
                key="pauses", found=repr(reason), expected=f"one of {', '.join(pause_reasons)}"
            )
    try:
        return Target(
            clock=table.take("name", str, "the name of a clock"),
            of=table.take("of", str, "the kind of case", "ticket"),
            clause=table.take("clause", str, "the clause it comes from"),
            calendar=table.read(
                "calendar", _one_calendar, "'wall' or 'working'", _default_calendar(table)
            ),
            starts=table.texts("starts", ("opened",)),
            stops=table.texts("stops"),
            when=_when(table),
            pauses=pauses,
            ladder=_ladder(table) if "ladder" in table.values else ladder,
            repeats=table.take("repeats", bool, "true or false", False),  # noqa: FBT003
            **_figure(table),
            **choices,
        )
    except BadStandardError:
        raise
    except ValueError as error:
        raise table.bad(key="within", found=str(error), expected=_LENGTH_EXPECTED) from None


def _figure(table: Table) -> dict[str, Any]:
    text = table.take("within", str, _LENGTH_EXPECTED)
    if days := _WORKING_DAYS.fullmatch(text):
        return {"working_days": int(days[1])}
    return {"within": table.read("within", parse_length, _LENGTH_EXPECTED)}


def _default_calendar(table: Table) -> str:
    within = table.values.get("within")
    return WORKING if _WORKING_DAYS.fullmatch(str(within)) else WALL


def _one_calendar(value: str) -> str:
    if value not in {WALL, WORKING}:
        raise ValueError(value)
    return value


def _one_of(key: str) -> Any:
    offered = get_args(_CHOICES[key])

    def parse(value: str) -> str:
        if value not in offered:
            raise ValueError(value)
        return value

    return parse


def _ladder(table: Table) -> tuple[Rung, ...]:
    return tuple(_rung(each) for each in table.tables("ladder"))


def _rung(table: Table) -> Rung:
    table.must_only_hold("name", "at", "to")
    to = table.read("to", _addressee, "'assignee', 'supervisor' or 'manager'")
    return Rung(
        name=table.take("name", str, "a name of its own", to),
        to=to,
        share=table.read("at", _share, "a share of the target, such as 0.8"),
    )


def _addressee(value: str) -> str:
    return value if value == "assignee" else Level(value).value


def _share(value: float) -> float:
    share = float(value)
    if not 0 < share <= 10:  # noqa: PLR2004  # ten times the target is a typing mistake
        raise ValueError(value)
    return share


def _indicator(table: Table) -> Indicator:
    table.must_only_hold("name", "clause", "at_most", "at_least")
    if ("at_most" in table.values) == ("at_least" in table.values):
        raise table.bad(key="at_most", found="both or none", expected="either at_most or at_least")
    return Indicator(
        name=table.take("name", str, "a name"),
        clause=table.take("clause", str, "the clause it comes from"),
        at_most=table.read("at_most", parse_length, _LENGTH_EXPECTED, None),
        at_least=table.read("at_least", _share_of_all, "a share from 0 to 1", None),
    )


def _share_of_all(value: float) -> float:
    if isinstance(value, str) or not 0 <= value <= 1:
        raise ValueError(value)
    return float(value)


def _starting_level(table: Table) -> StartingLevel:
    table.must_only_hold("when", "level", "clause")
    return StartingLevel(
        level=table.read("level", Level, "'supervisor' or 'manager'"),
        clause=table.take("clause", str, "the clause it comes from"),
        when=_when(table),
    )


def _when(table: Table) -> dict[str, tuple[str, ...]]:
    conditions = Table(table.source, f"{table.path}when.", table.take("when", dict, "a table", {}))
    return {fact: conditions.texts(fact) for fact in conditions.values}


def _calendar(table: Table) -> WorkingCalendar:
    rules = dict(table.take("calendar", dict, "a table [calendar]"))
    try:
        if "china" in rules:
            return WorkingCalendar.china(rules.pop("china"), **rules)
        return WorkingCalendar.from_dict(rules)
    except (ValueError, TypeError) as error:
        raise table.bad(key="calendar", found=str(error), expected="a working calendar") from error
