"""``servicecore project aside | retry | skip``: what a follower could not take in."""

from __future__ import annotations

import argparse

from ..exchange.plain import plain
from . import arguments
from .arguments import Groups
from .desks import desk_for, desk_to_change
from .outcome import FINE, FOUND_SOMETHING, UsageError
from .output import answer, done, table


def add(commands: Groups) -> None:
    """Add the commands about what was set aside."""
    asked = arguments.command(commands, "aside", "tell what was set aside, and why", run=aside)
    asked.add_argument(
        "names", nargs="*", metavar="NAME", help="which read models or policies; default: all"
    )
    arguments.takes_place(asked)
    again = arguments.command(
        commands, "retry", "take in again what was set aside", run=retry, all=False
    )
    again.add_argument("names", nargs="*", metavar="NAME", help="which read models or policies")
    again.add_argument("--all", action="store_true", help="all of them")
    arguments.takes_place(again)
    arguments.takes_dry_run(again)
    passed = arguments.command(
        commands, "skip", "pass by what was set aside, for good and on record", run=skip
    )
    passed.add_argument("name", metavar="NAME", help="which read model or policy")
    passed.add_argument("position", type=arguments.count, metavar="POSITION", help="of the event")
    passed.add_argument("--reason", required=True, metavar="TEXT", help="why nobody needs it")
    passed.add_argument("--actor", default="desk", metavar="WHO", help="who decided it")
    arguments.takes_place(passed)
    arguments.takes_dry_run(passed)


def aside(args: argparse.Namespace) -> int:
    """Tell what was set aside, and what is passed by for good."""
    with desk_for(args) as desk:
        names = args.names or [each.name for each in desk.projects.status()]
        found = {name: desk.projects.set_aside(name) for name in names}
        skipped = [each for each in desk.projects.skipped() if each.follower in names]
    letters = {name: each for name, each in found.items() if each}
    rows = [
        (name, str(each.position), each.subject, each.error)
        for name, pile in letters.items()
        for each in pile
    ]
    rows += [
        (e.follower, str(e.position), e.subject, f"skipped by {e.actor}: {e.reason}")
        for e in skipped
    ]
    head = ("follower", "position", "record", "why")
    told = table(rows, head=head, right=(1,)) if rows else "nothing was set aside"
    answer(args, {"set_aside": letters, "skipped": skipped}, told)
    return FOUND_SOMETHING if letters else FINE


def retry(args: argparse.Namespace) -> int:
    """Take in again what was set aside, oldest first."""
    if bool(args.names) == args.all:
        msg = "say which read models or policies, or --all"
        raise UsageError(msg)
    with desk_to_change(args) as desk:
        names = args.names or [each.name for each in desk.projects.status()]
        taken_in = {name: desk.projects.retry(name) for name in names}
        left = {name: len(desk.projects.set_aside(name)) for name in names}
    told = [
        f"{name} took in {taken_in[name]} again; {left[name]} are still set aside"
        for name in names
        if taken_in[name] or left[name]
    ]
    facts = {"taken_in": taken_in, "set_aside": left}
    done(args, facts, "\n".join(told) or "nothing was set aside")
    return FOUND_SOMETHING if any(left.values()) else FINE


def skip(args: argparse.Namespace) -> int:
    """Pass by an event for good, and put on record who decided so and why."""
    with desk_to_change(args) as desk:
        passed = desk.projects.skip(args.name, args.position, reason=args.reason, actor=args.actor)
    where = f"position {passed.position} ({passed.subject})"
    told = f"{passed.follower} passes by {where}: {passed.reason}"
    return done(args, plain(passed), told)
