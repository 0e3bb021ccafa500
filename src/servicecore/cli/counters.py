"""What can be done at each counter, read off its methods: their names, parameters, docstrings.

A method that says when it happened (``at``), and takes who asked for it, is a
command.  ``make refresh`` writes the list to ``verbs.json``.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import attrs

from ..desk import ServiceDesk
from .verbs import Option, Verb

_WHEN, _WHY = "at", "why"
_KINDS = {
    int: "whole",
    float: "share",
    Decimal: "amount",
    date: "day",
    datetime: "moment",
    timedelta: "length",
    bool: "flag",
}
#: What a parameter means wherever its docstring does not say.
_HELP = {
    "about": "what it is about",
    "area": "where it comes from, such as remote",
    "by": "who did it",
    "calendar": "the calendar, as on record",
    "channel": "how it came",
    "contact": "whom to answer",
    "content": "what is to be done",
    "customer_id": "which customer",
    "fault": "what is wrong",
    "fault_at": "since when",
    "into": "which one goes on",
    "model": "which model of it",
    "person": "who",
    "product": "which product",
    "reason": "why",
    "result": "what came of it",
    "text": "the words",
    "ticket_id": "which ticket",
    "to": "who",
}


def table(counters: Iterable[str]) -> str:
    """Return the list of verbs, for each counter, as it stands in ``verbs.json``."""
    told = {name: [_plain(each) for each in verbs_at(name)] for name in counters}
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def verbs_at(counter: str) -> list[Verb]:
    """Return every command that the counter of that name carries out, as it lists them."""
    return verbs_in(counter_class(counter))


def verbs_in(made: type) -> list[Verb]:
    """Return every command that counters of a class carry out."""
    return [
        _verb(name, method)
        for name, method in vars(made).items()
        if inspect.isfunction(method) and _is_command(name, method)
    ]


def summary(made: type) -> str:
    """Return what counters of a class are for, as the first sentence of their docstring has it."""
    return _first_sentence(inspect.getdoc(made) or made.__name__)


def counter_class(counter: str) -> type:
    """Return the class of a counter of the desk."""
    kinds = get_type_hints(ServiceDesk)
    found: type = kinds[counter]
    return found


def _plain(verb: Verb) -> dict[str, Any]:
    defaults = Option._field_defaults
    options = [
        {name: each for name, each in one._asdict().items() if each != defaults.get(name)}
        for one in verb.options
    ]
    return {"method": verb.method, "help": verb.help, "options": options}


def _is_command(name: str, method: Callable[..., Any]) -> bool:
    return not name.startswith("_") and {_WHEN, _WHY} <= inspect.signature(method).parameters.keys()


def _verb(name: str, method: Callable[..., Any]) -> Verb:
    told = inspect.getdoc(method) or name
    helps, hints = dict(_arguments(told)), get_type_hints(method)
    _, _, *parameters = inspect.signature(method).parameters.values()  # Itself, and the number.
    options = [
        _option(each, hints[each.name], helps.get(each.name))
        for each in parameters
        if each.name not in {_WHEN, _WHY}
    ]
    return Verb(name, _first_sentence(told), tuple(options))


def _option(parameter: inspect.Parameter, hint: Any, told: str | None) -> Option:
    name, value = parameter.name, _value(hint)
    usual = value.pop("help", "") or _HELP.get(name) or name.replace("_", " ")
    return Option(
        fact=name,
        help=(told or usual).replace("%", "%%"),
        is_positional=parameter.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD,
        is_required=parameter.default is inspect.Parameter.empty,
        **value,
    )


def _value(hint: Any) -> dict[str, Any]:
    """Return how values of a type are told in a shell."""
    choices = _choices(hint)
    if enums := [each for each in choices if isinstance(each, type) and issubclass(each, Enum)]:
        return {"kind": "text", "help": " or ".join(str(each.value) for each in enums[0])}
    (first, *_) = [each for each in choices if each is not str] or choices
    if get_origin(first) is not None:
        return _many(get_origin(first), get_args(first))
    if attrs.has(first) and str not in choices:
        shape = f"{first.__module__}:{first.__qualname__}"
        fields = ", ".join(f'"{each.name}": …' for each in attrs.fields(first) if each.init)
        return {"kind": "json", "shape": shape, "help": f"JSON such as {{{fields}}}, or @FILE"}
    return {"kind": _KINDS.get(first, "text")}


def _many(origin: Any, held: tuple[Any, ...]) -> dict[str, Any]:
    if not issubclass(origin, Mapping):
        return {**_value(held[0]), "is_list": True}
    value = {"is_mapping": True, "is_list": True, "may_be_empty": NoneType in get_args(held[1])}
    return {**_value(held[1]), **value}


def _choices(hint: Any) -> list[Any]:
    every = get_args(hint) if get_origin(hint) in {Union, UnionType} else (hint,)
    return [each for each in every if each is not NoneType]


def _first_sentence(doc: str) -> str:
    paragraph = " ".join(doc.partition("\n\n")[0].split()).replace("*", "")
    sentence = re.split(r"(?<=[a-z)])\. ", paragraph)[0].rstrip(".")
    return f"{sentence[0].lower()}{sentence[1:]}".replace("%", "%%")


def _arguments(doc: str) -> Iterator[tuple[str, str]]:
    """Yield what the section ``Args:`` says of each parameter."""
    section = re.search(r"^Args:\n((?: {4}.*\n?|\n)+)", doc, re.MULTILINE)
    for each in re.split(r"\n {4}(?! )", "\n" + section[1]) if section else ():
        name, found, told = each.partition(":")
        if found:
            yield name.strip(), " ".join(told.split()).rstrip(".")
