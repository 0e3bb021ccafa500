"""The form in which each event is stored, as fields and their types.

``stored_forms.json`` holds the forms on record.  Run ``make refresh`` to add
those of new events; a form on record is only replaced by name, and only while
no release has written it::

    python -m tests.histories.stored_forms ticket.opened
"""

from __future__ import annotations

import importlib
import json
import pkgutil
import sys
import types
import typing
from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any

import attrs

import servicecore.domain
from servicecore.domain.events import CATALOGUE

FILE = Path(__file__).with_name("stored_forms.json")
Form = dict[str, Any]


def forms_today() -> dict[str, Form]:
    """Return the stored form of every event the domain declares, by its name on record."""
    for module in pkgutil.walk_packages(servicecore.domain.__path__, "servicecore.domain."):
        importlib.import_module(module.name)
    ours = {
        name: cls
        for name, cls in CATALOGUE.classes().items()
        if cls.__module__.startswith("servicecore.domain")
    }
    return {name: form_of(cls) for name, cls in sorted(ours.items())}


def forms_on_record() -> dict[str, Form]:
    forms: dict[str, Form] = json.loads(FILE.read_text(encoding="utf-8"))
    return forms


def form_of(cls: Any) -> Form:
    """Return the fields of *cls*, and of everything it holds, with their types.

    A field that may be missing from the record ends in a question mark.
    """
    inner: dict[str, Any] = {}
    return {"fields": _fields(cls, inner), "holding": dict(sorted(inner.items()))}


def changed(was: Form, now: Form) -> Iterator[str]:
    """Name each field, of the event or of what it holds, that is not as it was."""
    for part in ("the event", *{**was["holding"], **now["holding"]}):
        old, new = (_part(form, part) for form in (was, now))
        if isinstance(old, dict) and isinstance(new, dict):
            names = (each for each in {**old, **new} if old.get(each) != new.get(each))
            yield from (f"{each} of {part}" for each in names)
        elif old != new:
            yield f"the values of {part}"


def _part(form: Form, part: str) -> Any:
    return form["fields"] if part == "the event" else form["holding"].get(part, {})


def _fields(cls: Any, inner: dict[str, Any]) -> dict[str, str]:
    hints = typing.get_type_hints(cls)
    return {
        each.name + ("" if each.default is attrs.NOTHING else "?"): _type(hints[each.name], inner)
        for each in attrs.fields(cls)
    }


_WORDS = {datetime: "moment", timedelta: "length of time", types.NoneType: "nothing", ...: "…"}


def _type(hint: Any, inner: dict[str, Any]) -> str:
    if hint in _WORDS:
        return _WORDS[hint]
    if arguments := typing.get_args(hint):
        return _compound(hint, [_type(each, inner) for each in arguments])
    if isinstance(hint, type) and issubclass(hint, Enum):
        inner[hint.__name__] = [each.value for each in hint]
    elif attrs.has(hint) and hint.__name__ not in inner:
        inner[hint.__name__] = {}  # Known from here on, should it hold itself.
        inner[hint.__name__] = _fields(hint, inner)
    return str(getattr(hint, "__name__", hint))


def _compound(hint: Any, parts: list[str]) -> str:
    origin = typing.get_origin(hint)
    if origin in {types.UnionType, typing.Union, typing.Literal}:
        return " or ".join(parts)
    return f"{origin.__name__} of {', '.join(parts)}"


def main(replaced: list[str]) -> None:
    today, kept = forms_today(), forms_on_record() if FILE.exists() else {}
    if unknown := sorted(set(replaced) - set(today)):
        sys.exit(f"no event is called {unknown[0]!r}")
    forms = {**today, **kept, **{name: today[name] for name in replaced}}
    text = json.dumps(forms, indent=1, sort_keys=True, ensure_ascii=False)
    FILE.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
