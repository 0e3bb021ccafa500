"""What the rows of a class look like, as one short word that changes when they do.

Rows outlive programs.  The word is made of names of fields and types alone, so
it is the same on every machine and under every version of Python.
"""

from __future__ import annotations

from enum import Enum
from functools import cache
from hashlib import sha256
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import attrs

_LENGTH = 8


@cache
def shape_of(row: Any) -> str:
    """Return a word for all the fields that rows of *row* have, and those that these have."""
    return sha256(_told(row, ()).encode()).hexdigest()[:_LENGTH]


def _told(hint: Any, within: tuple[Any, ...]) -> str:
    if (names := _fields_of(hint)) and hint not in within:
        hints = get_type_hints(hint)
        fields = (f"{each}:{_told(hints[each], (*within, hint))}" for each in names)
        return f"{hint.__name__}({','.join(fields)})"
    if isinstance(hint, type) and issubclass(hint, Enum):
        return f"{hint.__name__}({','.join(str(each.value) for each in hint)})"
    parts = [_told(each, within) for each in get_args(hint)]
    if get_origin(hint) in {Union, UnionType}:
        return "|".join(sorted(parts))
    return f"{_name(hint)}[{','.join(parts)}]" if parts else _name(hint)


def _fields_of(hint: Any) -> tuple[str, ...]:
    if attrs.has(hint):
        return tuple(each.name for each in attrs.fields(hint))
    return getattr(hint, "__struct_fields__", ())


def _name(hint: Any) -> str:
    origin = get_origin(hint) or hint
    return str(getattr(origin, "__name__", origin))
