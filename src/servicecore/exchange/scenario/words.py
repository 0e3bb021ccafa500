"""The plain words of a scenario: moments, lengths of time, and refusals that help."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from difflib import get_close_matches
from typing import Any

from ...domain.moments import NaiveMomentError, in_utc

Fields = Mapping[str, Any]


class ScenarioError(ValueError):
    """A scenario says something that makes no sense."""


def refused(value: object, *, where: str, expected: str) -> ScenarioError:
    """Return the refusal of *value*, saying what would do there."""
    return ScenarioError(f"{where}: got {value!r}, expected {expected}")


def one_of(where: str, value: Any, known: Iterable[str]) -> str:
    """Return *value* if it is among those *known*, or say which come closest."""
    names = sorted(known)
    if isinstance(value, str) and value in names:
        return value
    close = get_close_matches(str(value), names)
    hint = f"did you mean {' or '.join(close)}?" if close else f"one of {', '.join(names)}"
    raise refused(value, where=where, expected=hint)


def fields(where: str, value: Any) -> Fields:
    """Return *value* if it is a set of named fields."""
    if isinstance(value, Mapping):
        return value
    raise refused(value, where=where, expected="an object with named fields")


def listed(where: str, value: Any) -> Sequence[Any]:
    """Return *value* if it is a list."""
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return value
    raise refused(value, where=where, expected="a list")


def needed(where: str, holder: Fields, name: str) -> Any:
    """Return the field *name*, which must be there."""
    if name in holder:
        return holder[name]
    msg = f"{where}: {name!r} is missing, it has only {', '.join(map(repr, holder)) or 'nothing'}"
    raise ScenarioError(msg)


def must_only_hold(where: str, holder: Fields, *known: str) -> None:
    """Refuse a field that nobody reads: most likely it is misspelt."""
    for name in holder:
        one_of(f"{where}, field", name, known)


def moment(where: str, value: Any) -> datetime:
    """Return the instant that an ISO-8601 text names; it needs a UTC offset."""
    try:
        return in_utc(datetime.fromisoformat(value) if isinstance(value, str) else value)
    except NaiveMomentError:
        expected = "an instant with a UTC offset, such as '2026-01-05T09:00:00Z'"
        raise refused(value, where=where, expected=expected) from None
    except ValueError:
        raise refused(value, where=where, expected="an ISO-8601 instant") from None


def number(where: str, value: Any) -> float:
    """Return *value* if it is a number."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    raise refused(value, where=where, expected="a number")


def seconds(where: str, value: Any) -> timedelta:
    """Return the length of time that a number of seconds tells."""
    count = number(where, value)
    try:
        return timedelta(seconds=count)
    except (ValueError, OverflowError):
        expected = "a number of seconds that a calendar can hold"
        raise refused(value, where=where, expected=expected) from None


def whole(where: str, value: Any) -> int:
    """Return *value* if it is a whole number."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise refused(value, where=where, expected="a whole number")


def told_moment(at: datetime | None) -> str | None:
    """Tell an instant as ISO-8601 in UTC, ending in Z."""
    if at is None:
        return None
    return at.astimezone(timezone.utc).replace(tzinfo=None).isoformat() + "Z"


def told_seconds(length: timedelta | None) -> float | None:
    """Tell a length of time in seconds, as a whole number when it is one."""
    if length is None:
        return None
    seconds = length.total_seconds()
    return int(seconds) if seconds.is_integer() else seconds
