"""``servicecore project``: how far the read models are, and whether they tell the truth."""

from __future__ import annotations

import argparse

from . import arguments
from .arguments import Groups
from .desks import desk_for
from .outcome import FINE, FOUND_SOMETHING
from .output import say, say_json, say_line, table, to_the_minute
from .progress import progress


def add(groups: Groups) -> None:
    """Add the commands about read models."""
    commands = arguments.group(groups, "project", "read models: how far, anew, correct")
    asked = arguments.command(commands, "status", "tell how far each has come", run=status)
    arguments.takes_place(asked)
    built = arguments.command(commands, "rebuild", "build them anew from the log", run=rebuild)
    built.add_argument("names", nargs="*", metavar="NAME", help="which; all, by default")
    arguments.takes_place(built)
    arguments.takes_dry_run(built)
    checked = arguments.command(
        commands, "check", "compute every promise on record once more", run=check
    )
    arguments.takes_jsonl(checked)
    arguments.takes_place(checked)


def status(args: argparse.Namespace) -> int:
    """Tell how far each read model and policy has come."""
    with desk_for(args) as desk:
        found = desk.projects.status()
    if args.json:
        say_json(found)
        return FINE
    rows = [
        (e.name, str(e.position), str(e.events_behind), to_the_minute(e.lag), str(e.dead_letters))
        for e in found
    ]
    head = ("follower", "position", "behind", "lag", "set aside")
    say(table(rows, head=head, right=range(1, 5)))
    return FINE


def rebuild(args: argparse.Namespace) -> int:
    """Build read models anew beside those in use, then let them take their place."""
    with desk_for(args) as desk:
        names = args.names or desk.projects.names()
        if unknown := [each for each in names if each not in desk.projects.names()]:
            desk.projects.rebuild(unknown[0])  # It knows how to refuse.
        built = {}
        for name in names:
            if args.dry_run:
                built[name] = desk.log.head()
                continue
            with progress(name) as advance:
                built[name] = desk.projects.rebuild(name, progress=advance)
    if args.json:
        say_json({"dry_run": args.dry_run, "positions": built})
        return FINE
    for name, position in built.items():
        done = "would be built anew" if args.dry_run else "was built anew"
        say(f"{name} {done}, up to position {position}")
    return FINE


def check(args: argparse.Namespace) -> int:
    """Compute every promise and measurement once more, and tell what does not agree."""
    found = []
    with desk_for(args) as desk, progress("check") as advance:
        for each in desk.projects.check(progress=advance):
            found.append(each)
            if args.jsonl:
                say_line(each)
    if args.json:
        say_json({"agrees": not found, "discrepancies": found})
    elif not args.jsonl:
        for each in found:
            say(str(each))
        say(f"{len(found)} of what is on record does not agree" if found else "all agrees")
    return FOUND_SOMETHING if found else FINE
