"""What URLs tell of a place: options that are understood, and passwords that nobody shows."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import SplitResult, quote, urlencode

from .errors import MissingExtraError, UnknownStorageError


def without_password(url: str) -> str:
    """Return *url* as it may be shown: nobody needs to see how one gets in.

    >>> without_password("postgresql://lin:secret@db/service")
    'postgresql://lin:***@db/service'
    """
    return _PASSWORD.sub(r"\1***\2", url)


def postgres_at(url: SplitResult, options: Mapping[str, str]) -> tuple[Any, tuple[str, Any]]:
    """Return our module for PostgreSQL, and what it needs to know."""
    try:
        from . import postgres  # noqa: PLC0415 - an extra; few need it
    except ImportError as error:
        msg = f"PostgreSQL needs a package more: pip install 'servicecore[postgres]' ({error})"
        raise MissingExtraError(msg) from error
    told = {
        name: known(options[name]) for name, known in _POSTGRES_OPTIONS.items() if name in options
    }
    libpq = {name: value for name, value in options.items() if name not in told}
    chosen = postgres.PostgresOptions(
        schema=told.get("schema", "public"),
        log=told.get("log", "log"),
        wait=told.get("wait", 10.0),
        connections=told.get("connections", 8),
        durable=told.get("synchronous", "full") == "full",
        read_only=told.get("mode", "rw") == "ro",
    )
    query = f"?{urlencode(libpq, quote_via=quote)}" if libpq else ""
    return postgres, (f"postgresql://{url.netloc}{url.path}{query}", chosen)


def one_of(*choices: str) -> Callable[[str], str]:
    """Return what understands an option that has one of these values."""

    def choose(value: str) -> str:
        if value.lower() not in choices:
            msg = f"{value!r} is not among {', '.join(choices)}"
            raise UnknownStorageError(msg)
        return value.lower()

    return choose


def seconds(value: str) -> float:
    """Return how long to wait.

    Raises:
        UnknownStorageError: If that is no length of time.
    """
    try:
        told = float(value)
    except ValueError:
        told = -1.0
    if not 0 <= told < float("inf"):
        msg = f"wait is a number of seconds, got {value!r}"
        raise UnknownStorageError(msg)
    return told


def _count(value: str) -> int:
    if not value.isascii() or not value.isdigit():
        msg = f"connections is how many may be open, got {value!r}"
        raise UnknownStorageError(msg)
    return int(value)


_PASSWORD = re.compile(r"(://[^/@:]*:)[^/@]*(@)")
_POSTGRES_OPTIONS: Mapping[str, Callable[[str], Any]] = {
    "connections": _count,
    "log": str,
    "mode": one_of("rw", "ro"),
    "schema": str,
    "synchronous": one_of("full", "off"),
    "wait": seconds,
}
