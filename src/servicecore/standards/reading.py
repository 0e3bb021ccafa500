"""Standards are read from TOML, whole or not at all."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, get_args

from ..domain.calendar import WorkingCalendar
from ..domain.people import Level
from ..domain.sla import WALL, Rung, Target
from ..domain.sla.promise import CHOICES
from ..domain.standard import WORKING, ServiceStandard, StartingLevel
from . import figures
from .lengths import LENGTH_EXPECTED, parse_length, parse_working_days
from .table import BadStandardError, Table

_FLAGS = ("repeats", "runs_when_closed", "hidden_on_hold")
_CLOCK_KEYS = (
    "name",
    "of",
    "clause",
    "within",
    "calendar",
    "starts",
    "starts_after",
    "stops",
    "when",
    "pauses",
    "ladder",
    *_FLAGS,
    *CHOICES,
)
_MOST_OF_A_TARGET = 10  #: A step later than that is a typing mistake.
_PAGE_KEYS = (
    "id",
    "version",
    "title",
    "extends",
    "calendar",
    "channels",
    "pause_reasons",
    "allowed_delay",
    "ladder",
    "clock",
    "indicator",
    "starting_level",
    "revisit",
    "quota",
    "duration",
    "goal",
    "cost",
    "setting",
    "scale",
    "open",
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
    standards = (parse_standard(text, source=name) for name, text in _shipped_files().items())
    return {each.id: each for each in standards}


def parse_standard(text: str, *, source: str) -> ServiceStandard:
    """Return the standard that *text* describes; *source* names it in errors.

    One that ``extends`` a shipped standard says only what it does otherwise.  A
    clock that takes the place of another, or sets a time left open, keeps what
    it does not say; every other figure is replaced as a whole.
    """
    table = _page(text, source)
    ladder = _ladder(table)
    pause_reasons = table.texts("pause_reasons", ())
    targets = tuple(_target(each, ladder, pause_reasons) for each in _clocks(table))
    revisits = tuple(map(figures.revisit, table.rows("revisit", name=_named)))
    set_times = {(each.of, each.clock) for each in targets if not each.when}
    set_times |= {("revisit", each.name) for each in revisits}
    left_open = map(figures.open_time, table.rows("open", name=_case_and_name))
    return ServiceStandard(
        id=table.own("id", str, "a lasting name"),
        version=table.alone().take("version", int, "a whole number", 1),
        title=table.own("title", str, "the document's title"),
        calendar=_calendar(table),
        channels=table.texts("channels", ()),
        pause_reasons=pause_reasons,
        allowed_delay=table.read("allowed_delay", parse_length, LENGTH_EXPECTED, None),
        targets=targets,
        indicators=tuple(map(figures.indicator, table.rows("indicator", name=_named))),
        starting_levels=tuple(map(_starting_level, table.rows("starting_level", name=_when_text))),
        revisits=revisits,
        quotas=tuple(map(figures.quota, table.rows("quota", name=_named))),
        durations=tuple(map(figures.duration, table.rows("duration", name=_named))),
        goals=tuple(map(figures.goal, table.rows("goal", name=_named))),
        costs=tuple(map(figures.cost, table.rows("cost", name=_named))),
        settings=tuple(map(figures.setting, table.rows("setting", name=_named))),
        scales=tuple(map(figures.scale, table.rows("scale", name=_named))),
        open_times=tuple(each for each in left_open if (each.of, each.name) not in set_times),
    )


def _page(text: str, source: str) -> Table:
    """Return a whole file as one table, standing on the standard that it extends."""
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        msg = f"{source}: this is not TOML: {error}"
        raise BadStandardError(msg) from None
    table = Table(source, "", values)
    table.must_only_hold(*_PAGE_KEYS)
    if "extends" not in values:
        return table
    extended, files = table.take("extends", str, "a shipped standard"), _shipped_files()
    if (name := f"{extended}.toml") not in files:
        known = ", ".join(each.removesuffix(".toml") for each in files)
        raise table.bad(key="extends", found=repr(extended), expected=f"one of {known}")
    return table.on(_page(files[name], name))


@cache
def _shipped_files() -> dict[str, str]:
    files = sorted(resources.files(str(__package__)).iterdir(), key=lambda each: each.name)
    return {each.name: each.read_text("utf-8") for each in files if each.name.endswith(".toml")}


def _clocks(table: Table) -> list[Table]:
    """Return the tables of all clocks; one that sets a time left open stands on that."""
    left_open = {_case_and_name(each): each for each in table.rows("open", name=_case_and_name)}
    return [
        each.on(left_open[_case_and_name(each)])
        if each.base is None and _case_and_name(each) in left_open
        else each
        for each in table.rows("clock", name=_case_name_and_conditions)
    ]


def _named(table: Table) -> str:
    return table.take("name", str, "a name")


def _case_and_name(table: Table) -> tuple[str, str]:
    return table.take("of", str, "the kind of case", "ticket"), _named(table)


def _case_name_and_conditions(table: Table) -> tuple[object, ...]:
    return (*_case_and_name(table), _when_text(table))


def _when_text(table: Table) -> str:
    return str(sorted(_when(table).items()))


def _target(table: Table, ladder: tuple[Rung, ...], pause_reasons: tuple[str, ...]) -> Target:
    table.must_only_hold(*_CLOCK_KEYS)
    choices: dict[str, Any] = {
        key: table.read(key, _one_of(key), f"one of {', '.join(get_args(offered))}")
        for key, offered in CHOICES.items()
        if key in table
    }
    choices |= {flag: table.take(flag, bool, "true or false") for flag in _FLAGS if flag in table}
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
            clause=table.own("clause", str, "the clause it comes from"),
            calendar=table.read(
                "calendar", _one_calendar, "'wall' or 'working'", _default_calendar(table)
            ),
            starts=table.texts("starts", ("opened",)),
            stops=table.texts("stops"),
            when=_when(table),
            pauses=pauses,
            ladder=_ladder(table) if "ladder" in table else ladder,
            **_starts_after(table),
            **_figure(table),
            **choices,
        )
    except BadStandardError:
        raise
    except ValueError as error:
        raise table.bad(key="within", found=str(error), expected=LENGTH_EXPECTED) from None


def _figure(table: Table) -> dict[str, Any]:
    days = parse_working_days(table.take("within", str, LENGTH_EXPECTED))
    if days is not None:
        return {"working_days": days}
    return {"within": table.read("within", parse_length, LENGTH_EXPECTED)}


def _starts_after(table: Table) -> dict[str, Any]:
    if "starts_after" not in table:
        return {}
    return {"starts_after": table.read("starts_after", parse_length, "a length such as '75 min'")}


def _default_calendar(table: Table) -> str:
    days = parse_working_days(table.take("within", str, LENGTH_EXPECTED))
    return WALL if days is None else WORKING


def _one_calendar(value: str) -> str:
    if value not in {WALL, WORKING}:
        raise ValueError(value)
    return value


def _one_of(key: str) -> Any:
    offered = get_args(CHOICES[key])

    def parse(value: str) -> str:
        if value not in offered:
            raise ValueError(value)
        return value

    return parse


def _ladder(table: Table) -> tuple[Rung, ...]:
    if "ladder" not in table.values and table.base is not None:
        return _ladder(table.base)
    ladder = tuple(_rung(each) for each in table.tables("ladder"))
    names = [each.name for each in ladder]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise table.bad(key="ladder", found=repr(twice), expected="a name of its own for each rung")
    return ladder


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
    if isinstance(value, str) or not 0 < value <= _MOST_OF_A_TARGET:
        raise ValueError(value)
    return float(value)


def _starting_level(table: Table) -> StartingLevel:
    table.must_only_hold("when", "level", "clause")
    return StartingLevel(
        level=table.read("level", Level, "'supervisor' or 'manager'"),
        clause=table.own("clause", str, "the clause it comes from"),
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
