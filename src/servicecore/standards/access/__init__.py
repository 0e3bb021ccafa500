"""Posts as data: who may do and ask what, read from TOML, whole or not at all."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib import resources
from pathlib import Path

from ...domain.access import AccessRules, Patterns, Role, Separation
from ..table import BadStandardError, Table

__all__ = ["load_access", "parse_access", "shipped_access"]

_PATTERN = re.compile(r"[a-z_*]+(\.[a-z_*]+)?")
_EXPECTED = "commands such as 'tickets.answer', 'tickets.*' or '*.get'"
SHIPPED = "roles.toml"


@cache
def shipped_access() -> AccessRules:
    """Return the posts that come with the package."""
    text = resources.files(str(__package__)).joinpath(SHIPPED).read_text("utf-8")
    return parse_access(text, source=SHIPPED)


def load_access(path: str | Path) -> AccessRules:
    """Return the posts that a file describes.

    Raises:
        BadStandardError: If it cannot be read, or meant as it stands.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        msg = f"posts cannot be read from {str(path)!r}; expected a TOML file"
        raise BadStandardError(msg) from error
    return parse_access(text, source=Path(path).name)


def parse_access(text: str, *, source: str) -> AccessRules:
    """Return the posts that *text* describes; *source* names it in errors.

    Raises:
        BadStandardError: If it cannot be meant as it stands.
    """
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        msg = f"{source}: this is not TOML: {error}"
        raise BadStandardError(msg) from None
    table = Table(source, "", values)
    table.must_only_hold("id", "version", "questions", "role", "separation")
    return AccessRules(
        id=table.take("id", str, "a lasting name"),
        version=table.take("version", int, "a whole number", 1),
        questions=_patterns(table, "questions"),
        roles=_some(table, "role", map(_role, table.rows("role", name=_named))),
        separations=tuple(map(_separation, table.rows("separation", name=_named))),
    )


def _role(table: Table) -> Role:
    table.must_only_hold("name", "title", "asks", "does", "never")
    return Role(
        name=_named(table),
        title=table.take("title", str, "what the organisation calls it"),
        asks=_patterns(table, "asks", ()),
        does=_patterns(table, "does", ()),
        never=_patterns(table, "never", ()),
    )


def _separation(table: Table) -> Separation:
    table.must_only_hold("name", "doing", "did", "is_named", "clause")
    table.must_hold_one_of("did", "is_named")
    return Separation(
        name=_named(table),
        clause=table.take("clause", str, "the clause it comes from"),
        doing=_patterns(table, "doing"),
        did=table.texts("did", ()),
        is_named=table.take("is_named", str, "a field of the record", ""),
    )


def _patterns(table: Table, key: str, *default: Patterns) -> Patterns:
    """Return the commands under *key*; one that is none would allow, or forbid, nothing."""
    found = table.texts(key, *default)
    for each in found:
        if not _PATTERN.fullmatch(each):
            raise table.bad(key=key, found=repr(each), expected=_EXPECTED)
    return found


def _some(table: Table, key: str, roles: Iterable[Role]) -> tuple[Role, ...]:
    found = tuple(roles)
    if not found:
        raise table.bad(key=key, found="none", expected="at least one")
    return found


def _named(table: Table) -> str:
    return table.take("name", str, "a name")
