"""The verbs of the counters, as a shell can say them, and how their values are read.

``verbs.json`` lists them; it is read off the counters, so that nothing which can
be done at one is missing here, and so that help need not wait for the desk.
"""

# ruff: noqa: PLC0415  # --help must not wait for what only some values need.

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from . import arguments

Read = Callable[[str], Any]

TABLE = Path(__file__).with_name("verbs.json")


class Option(NamedTuple):
    """One parameter of a verb: a *fact*, given as a value of some *kind*.

    Of a mapping, the kind is that of its values.  *shape* names the class that a
    value in JSON is of.
    """

    fact: str
    help: str
    kind: str
    is_positional: bool = False
    is_required: bool = True
    is_list: bool = False
    is_mapping: bool = False
    may_be_empty: bool = False
    shape: str = ""

    @property
    def name(self) -> str:
        """What it is about: ``customer`` of ``customer_id``."""
        return self.fact.removesuffix("_id")

    @property
    def flag(self) -> str:
        """How the shell calls it."""
        return f"--{self.name.replace('_', '-')}"

    def read(self, text: str) -> Any:
        """Return the value that *text* stands for."""
        if self.shape and not self.is_mapping:
            return _of_json(text, self.shape)
        if not self.is_mapping:
            return _READ[self.kind](text)
        name, found, value = text.partition("=")
        if not name or not found:
            msg = f"{text!r} is not a pair; expected NAME=VALUE"
            raise argparse.ArgumentTypeError(msg)
        return name, None if self.may_be_empty and not value else _READ[self.kind](value)


class Verb(NamedTuple):
    """What can be done at a counter: the name of its *method*, and its parameters."""

    method: str
    help: str
    options: tuple[Option, ...]

    @property
    def name(self) -> str:
        """How the shell calls it."""
        return self.method.replace("_", "-")


def verbs_of(counter: str) -> list[Verb]:
    """Return what can be done at a counter."""
    table = json.loads(TABLE.read_text(encoding="utf-8"))
    return [
        Verb(each["method"], each["help"], tuple(Option(**one) for one in each["options"]))
        for each in table[counter]
    ]


def add_options(parser: argparse.ArgumentParser, options: Iterable[Option]) -> None:
    """Let *parser* take the parameters of a verb."""
    for each in options:
        if each.kind != "flag":
            _add_value(parser, each)
        elif each.is_required:
            either = argparse.BooleanOptionalAction
            parser.add_argument(
                each.flag, dest=each.fact, action=either, required=True, help=each.help
            )
        else:
            parser.add_argument(each.flag, dest=each.fact, action="store_true", help=each.help)


def _add_value(parser: argparse.ArgumentParser, option: Option) -> None:
    told: dict[str, Any] = {"type": option.read, "help": option.help}
    told["metavar"] = _METAVARS.get(option.kind, "TEXT")
    if option.is_mapping:
        told["metavar"] = "NAME=VALUE"
    if option.is_list:
        told["nargs"] = "+"
    if option.is_positional:
        parser.add_argument(option.fact, **{**told, "metavar": option.name.upper()})
    else:
        parser.add_argument(option.flag, dest=option.fact, required=option.is_required, **told)


def facts_from(args: argparse.Namespace, options: Iterable[Option]) -> dict[str, Any]:
    """Return the given parameters as the counter takes them; those not given are left out."""
    told = ((each, getattr(args, each.fact)) for each in options)
    return {
        each.fact: dict(value) if each.is_mapping else value
        for each, value in told
        if value is not None
    }


# --- Values ----------------------------------------------------------------------------


def _whole(text: str) -> int:
    if not re.fullmatch(r"[+-]?[0-9]+", text):
        msg = f"{text!r} is not a whole number; expected one like 12"
        raise argparse.ArgumentTypeError(msg)
    return int(text)


def _amount(text: str) -> Any:
    from decimal import Decimal, InvalidOperation

    try:
        return Decimal(text)
    except InvalidOperation:
        msg = f"{text!r} is not an amount; expected one like 1250.00"
        raise argparse.ArgumentTypeError(msg) from None


def _share(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        msg = f"{text!r} is not a number; expected one like 0.95"
        raise argparse.ArgumentTypeError(msg) from None


def _of_json(text: str, shape: str) -> Any:
    import msgspec

    module, _, name = shape.partition(":")
    told = Path(text[1:]).read_text(encoding="utf-8") if text.startswith("@") else text
    try:
        return msgspec.json.decode(told, type=getattr(import_module(module), name))
    except (msgspec.MsgspecError, ValueError) as error:
        msg = f"{told!r} is not a {name} in JSON: {error}"
        raise argparse.ArgumentTypeError(msg) from None


_READ: dict[str, Read] = {
    "text": str,
    "whole": _whole,
    "share": _share,
    "amount": _amount,
    "day": arguments.day,
    "moment": arguments.moment,
    "length": arguments.length,
}
_METAVARS = {
    "whole": "N",
    "share": "N",
    "amount": "AMOUNT",
    "day": "DAY",
    "moment": "WHEN",
    "length": "LENGTH",
    "json": "JSON",
}
