"""``servicecore doctor``: what is installed, and whether the storage can be used."""

# ruff: noqa: PLC0415  # --help must not wait for the desk.

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from . import arguments
from .arguments import Groups
from .desks import desk_for
from .output import answer

if TYPE_CHECKING:
    from ..desk import ServiceDesk

_PACKAGES = ("servicecore", "eventsourcing", "attrs", "msgspec")
_OF_AN_EXTRA = re.compile(r"^([A-Za-z0-9._-]+).*extra == ['\"]([a-z]+)['\"]")


def add(groups: Groups) -> None:
    """Add the command that looks at the installation."""
    parser = arguments.command(groups, "doctor", "look at the installation and the storage")
    parser.set_defaults(run=run)
    arguments.takes_place(parser)


def run(args: argparse.Namespace) -> int:
    """Tell versions, extras, extensions, standards, and how the storage is."""
    import platform
    import sqlite3

    from ..standards import shipped_standards

    told: dict[str, Any] = {
        "python": f"{platform.python_version()} on {sys.platform}",
        "sqlite": sqlite3.sqlite_version,
        "packages": {name: _version(name) for name in _PACKAGES},
        "extras": _extras(),
        "extensions": _extensions(),
        "standards": [each.reference for each in shipped_standards().values()],
        "storage": _storage(args),
    }
    return answer(args, told, *(f"{name:<14} {value}" for name, value in _facts(told)))


def _facts(told: dict[str, Any]) -> Iterator[tuple[str, object]]:
    yield "python", told["python"]
    yield "sqlite", told["sqlite"]
    for name, version in told["packages"].items():
        yield name, version or "missing"
    for extra, packages in told["extras"].items():
        found = (f"{each} {version or 'missing'}" for each, version in packages.items())
        yield f"[{extra}]", ", ".join(found)
    for name, source in told["extensions"].items():
        yield "extension", f"{name} of {source}"
    yield "standards", ", ".join(told["standards"])
    yield from told["storage"].items()


def _extras() -> dict[str, dict[str, str | None]]:
    """Return what each extra brings, as the package itself declares it, in what version."""
    from importlib.metadata import requires

    extras: dict[str, dict[str, str | None]] = {}
    for requirement in requires("servicecore") or ():
        if found := _OF_AN_EXTRA.match(requirement):
            package, extra = found.groups()
            if package != "servicecore":  # As `all` is made of the others.
                extras.setdefault(extra, {})[package] = _version(package)
    return dict(sorted(extras.items()))


def _extensions() -> dict[str, str]:
    """Return the extensions that packages installed here bring, and which brings it."""
    from importlib.metadata import entry_points

    from ..desk.extension import ENTRY_POINTS

    return {
        each.name: f"{each.dist.name} {each.dist.version}" if each.dist else each.value
        for each in sorted(entry_points(group=ENTRY_POINTS))
    }


def _storage(args: argparse.Namespace) -> dict[str, object]:
    url = args.url or os.environ.get("SERVICECORE_URL")
    if not url:
        return {"storage": "none named; --url or SERVICECORE_URL"}
    from ..storage.places import without_password

    with desk_for(args) as desk:
        return {
            "storage": without_password(url),
            "events": desk.log.head(),
            "tickets": sum(1 for _ in desk.log.subjects("ticket")),
            "migrations": _migrations(url),
            **_followers(desk),
            "seals": _seals(desk),
            "keys": _keys(desk),
        }


def _migrations(url: str) -> str:
    """Tell whether the tables are those that this version works with."""
    from ..storage.migrating import migrate_log

    missing = migrate_log(url, dry_run=True).statements
    return f"{len(missing)} missing: servicecore log migrate" if missing else "none missing"


def _followers(desk: ServiceDesk) -> dict[str, object]:
    """Tell how far behind the log read models and policies are."""
    status, outdated = desk.projects.status(), desk.projects.outdated()
    last = max(status, key=lambda each: each.events_behind)
    return {
        "lag": f"at most {last.events_behind} events, of {last.name}; they catch up when asked",
        "outdated": ", ".join(outdated) or "no read model",
        "set aside": sum(each.dead_letters for each in status),
    }


def _seals(desk: ServiceDesk) -> str:
    """Tell how much of the log is sealed, as far as the seals lie beside it."""
    from ..audit.sealer import status_of
    from ..audit.seals import Seals

    status = status_of(desk.log, Seals(desk.log.tables))
    if not status.size:
        return "nothing is sealed: servicecore audit seal"
    return f"{status.size} events, the last at {status.sealed_at}; {status.unsealed} are not sealed"


def _keys(desk: ServiceDesk) -> str:
    """Tell of how many people there are keys, and whether this log needs them."""
    from ..storage.sealing import was_sealed

    if desk.log.sealing is None:
        needed = "this log is sealed: name its key store in SERVICECORE_KEYS"
        unsealed = "no key store is named, so nothing personal is sealed"
        return needed if was_sealed(desk.log.storage) else unsealed
    told = sorted(desk.log.sealing.keys.states().items(), key=lambda each: each[0].value)
    return ", ".join(f"{number} {state.value}" for state, number in told) or "of nobody yet"


def _version(package: str) -> str | None:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(package)
    except PackageNotFoundError:
        return None
