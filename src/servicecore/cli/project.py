"""``servicecore project``: how far the read models are, and whether they tell the truth."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from typing import TYPE_CHECKING

from . import arguments, rebuilding, set_aside
from .arguments import Groups
from .desks import desk_for
from .outcome import FINE, FOUND_SOMETHING, UNSEALED
from .output import answer, say_line, table, to_the_minute, warn
from .progress import progress

if TYPE_CHECKING:
    from ..storage.follower import FollowerStatus


def add(groups: Groups) -> None:
    """Add the commands about read models."""
    commands = arguments.group(
        groups, "project", "read models: how far they are, rebuild them, check them"
    )
    asked = arguments.command(commands, "status", "tell how far each has come", run=status)
    arguments.takes_place(asked)
    rebuilding.add(commands)
    set_aside.add(commands)
    checked = arguments.command(
        commands, "check", "compute every promise on record once more", run=check
    )
    arguments.takes_jsonl(checked)
    arguments.takes_place(checked)


def status(args: argparse.Namespace) -> int:
    """Tell how far each read model and policy has come."""
    with desk_for(args) as desk:
        found, outdated = desk.projects.status(), desk.projects.outdated()
    for warning in outdated.values():
        warn(warning)
    return answer(args, found, as_table(found, of="follower"))


def as_table(found: Iterable[FollowerStatus], *, of: str) -> str:
    """Lay out how far each of them has come; *of* is what they are."""
    rows = [
        (e.name, str(e.position), str(e.events_behind), to_the_minute(e.lag), str(e.dead_letters))
        for e in found
    ]
    return table(rows, head=(of, "position", "behind", "lag", "set aside"), right=range(1, 5))


def check(args: argparse.Namespace) -> int:
    """Compute every promise and measurement once more, and tell what does not agree."""
    found = []
    with desk_for(args) as desk, progress("check") as advance:
        for each in desk.projects.check(progress=advance):
            found.append(each)
            if args.jsonl:
                say_line(each)
    if not args.jsonl:
        all_agree = f"all agrees; {UNSEALED}"
        summary = f"{len(found)} of what is on record does not agree" if found else all_agree
        answer(args, {"agrees": not found, "discrepancies": found}, *map(str, found), summary)
    return FOUND_SOMETHING if found else FINE
