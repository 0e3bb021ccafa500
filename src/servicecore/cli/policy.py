"""``servicecore policy``: what follows by itself from what happened, and how far that has come."""

# ruff: noqa: PLC0415  # --help must not wait for the desk.

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any

from . import arguments
from .arguments import Groups
from .desks import desk_for
from .output import answer, wrapped
from .project import as_table

_DEADLINES = ["a deadline"]  #: What escalation listens to: no event tells that time has passed.


def add(groups: Groups) -> None:
    """Add the commands about policies."""
    commands = arguments.group(
        groups, "policy", "what follows by itself from what happened, and how far that has come"
    )
    arguments.command(
        commands, "list", "tell every policy, its version, and what it listens to", run=list_
    )
    asked = arguments.command(commands, "status", "tell how far each policy has come", run=status)
    arguments.takes_place(asked)


def list_(args: argparse.Namespace) -> int:
    """Tell every policy that the house and the extensions installed here bring."""
    found = list(_policies())
    return answer(args, found, *(_as_text(each) for each in found))


def status(args: argparse.Namespace) -> int:
    """Tell how far each policy has come, and what it could not take in."""
    with desk_for(args) as desk:
        read_models = set(desk.projects.names())
        found = [each for each in desk.projects.status() if each.name not in read_models]
    return answer(args, found, as_table(found, of="policy"))


def _policies() -> Iterator[dict[str, Any]]:
    from ..desk.extension import Known
    from ..domain.events import CATALOGUE
    from ..policies import EscalateByDeadline

    yield _told(EscalateByDeadline, listens=_DEADLINES)
    for each in Known.of().policies:
        yield _told(each, listens=sorted(map(CATALOGUE.name_of, each.listens)))


def _told(policy: Any, *, listens: list[str]) -> dict[str, Any]:
    from .counters import summary

    return {
        "name": policy.name,
        "version": policy.version,
        "says": summary(policy),
        "listens": listens,
    }


def _as_text(policy: dict[str, Any]) -> str:
    named, listens = f"{policy['name']} (version {policy['version']}): ", policy["listens"]
    listening = wrapped(f"listens to {', '.join(listens)}", indent=2)
    return f"{wrapped(policy['says'], indent=2, first=named)}\n{listening}"
