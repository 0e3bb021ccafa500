"""``servicecore doctor``: what is installed, and whether the storage can be used."""

# ruff: noqa: PLC0415  # --help must not wait for the desk.

from __future__ import annotations

import argparse
import os
import sys
from typing import Any

from . import arguments
from .arguments import Groups
from .desks import desk_for
from .outcome import FINE
from .output import say, say_json

_PACKAGES = ("servicecore", "eventsourcing", "attrs", "msgspec")
_EXTRAS = {
    "analytics": ("numpy",),
    "calendars": ("holidays", "icalendar"),
    "cli": ("rich",),
    "postgres": ("psycopg",),
    "umadb": ("umadb",),
}


def add(groups: Groups) -> None:
    """Add the command that looks at the installation."""
    parser = arguments.command(groups, "doctor", "look at the installation and the storage")
    parser.set_defaults(run=run)
    arguments.takes_place(parser)


def run(args: argparse.Namespace) -> int:
    """Tell versions, extras, standards, and what the storage holds."""
    import platform
    import sqlite3

    from ..standards import shipped_standards

    told: dict[str, Any] = {
        "python": f"{platform.python_version()} on {sys.platform}",
        "sqlite": sqlite3.sqlite_version,
        "packages": {name: _version(name) for name in _PACKAGES},
        "extras": {name: {each: _version(each) for each in of} for name, of in _EXTRAS.items()},
        "standards": [each.reference for each in shipped_standards().values()],
        "storage": _storage(args),
    }
    if args.json:
        say_json(told)
        return FINE
    say(f"{'python':<14} {told['python']}")
    say(f"{'sqlite':<14} {told['sqlite']}")
    for name, version in told["packages"].items():
        say(f"{name:<14} {version or 'missing'}")
    for extra, packages in told["extras"].items():
        has = ", ".join(f"{each} {version or 'missing'}" for each, version in packages.items())
        say(f"{f'[{extra}]':<14} {has}")
    say(f"{'standards':<14} {', '.join(told['standards'])}")
    for name, value in told["storage"].items():
        say(f"{name:<14} {value}")
    return FINE


def _storage(args: argparse.Namespace) -> dict[str, object]:
    if not (args.url or os.environ.get("SERVICECORE_URL")):
        return {"storage": "none named; --url or SERVICECORE_URL"}
    from ..storage.urls import without_password

    with desk_for(args) as desk:
        return {
            "storage": without_password(args.url or os.environ["SERVICECORE_URL"]),
            "events": desk.log.head(),
            "tickets": sum(1 for _ in desk.log.subjects("ticket")),
            "set aside": sum(each.dead_letters for each in desk.projects.status()),
        }


def _version(package: str) -> str | None:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(package)
    except PackageNotFoundError:
        return None
