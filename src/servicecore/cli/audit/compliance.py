"""``servicecore audit check``: is what is on record as the regulations demand?"""

# --help must not wait for the desk.

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING, Any

from .. import arguments
from ..arguments import Groups
from ..desks import desk_for
from ..outcome import FINE, FOUND_SOMETHING
from ..output import clipped, say, say_json, table, warn
from ..progress import progress
from . import keys

if TYPE_CHECKING:
    from ...domain.compliance import Check

_WHO = "audit/check"  #: Who checks, if nobody says.
_SHOWN = 5  #: So many findings of one rule are told to people; JSON holds all.
_WIDTH = 44  #: Of a rule in a table.


def add(commands: Groups) -> None:
    """Add the check."""
    text = "check that what is on record is as the regulations demand"
    parser = arguments.command(commands, "check", text, run=check)
    parser.add_argument(
        "--period", required=True, help="2026, 2026-Q3, 2026-09 or 2026-09-01..2026-10-01"
    )
    parser.add_argument("--by", metavar="WHO", default=_WHO, help="who checks")
    parser.add_argument(
        "--all", action="store_true", help="also tell which rules had nothing to look at"
    )
    arguments.takes_dry_run(parser)
    keys.takes_verifier(parser)
    keys.takes_seals(parser)
    parser.add_argument("--access-log", metavar="URL", help="where it stands who was refused")
    arguments.takes_place(parser)


def check(args: argparse.Namespace) -> int:
    """Check a period by every rule, and put on record what was found."""
    verifier = str(keys.verifier_of(args)) if _has_verifier(args) else ""
    given: dict[str, Any] = {"verifier": verifier, "seals": args.seals or ""}
    given["access_log"] = args.access_log or ""
    with desk_for(args) as desk, progress("check") as advance:
        if args.dry_run:
            checks, read_at = desk.compliance.look(args.period, progress=advance, **given), None
        else:
            receipt = desk.compliance.check(
                args.period, by=args.by, progress=advance, actor=args.by, **given
            )
            (recorded,) = receipt.events
            checks, read_at = recorded.checks, recorded.read_at
        standard = desk.standard.reference
    failed = [each for each in checks if each.findings]
    if args.json:
        say_json(
            {
                "period": args.period,
                "standard": standard,
                "read_at": read_at,
                "recorded": not args.dry_run,
                "complies": not failed,
                "checks": [_plain(each) for each in checks],
            }
        )
    else:
        _tell(checks, every=args.all)
    if not verifier:
        warn("the seals were not looked at: say whose signature counts, --verifier KEY")
    return FOUND_SOMETHING if failed else FINE


def _has_verifier(args: argparse.Namespace) -> bool:
    return bool(args.verifier or os.environ.get(keys.VERIFIER, "").strip())


def _plain(check: Check) -> dict[str, Any]:
    return {
        "id": check.id,
        "clause": check.clause,
        "version": check.version,
        "rule": check.rule,
        "verdict": check.verdict,
        "population": check.population,
        "failing": check.failing,
        "findings": check.findings,
    }


def _tell(checks: tuple[Check, ...], *, every: bool) -> None:
    looked_at = [each for each in checks if each.population or each.findings or every]
    rows = [
        (e.verdict.value, str(len(e.findings)), str(e.population), e.clause, clipped(e.id, _WIDTH))
        for e in looked_at
    ]
    say(table(rows, head=("verdict", "failed", "of", "clause", "rule"), right=(1, 2)))
    for each in looked_at:
        if each.findings:
            say(f"\n{each.id} ({each.clause}): {each.rule}")
            for found in each.findings[:_SHOWN]:
                at = ", ".join(map(str, found.evidence))
                say(f"  {found.id}: {found.what}" + (f" (position {at})" if at else ""))
            if len(each.findings) > _SHOWN:
                say(f"  and {len(each.findings) - _SHOWN} more")
    if idle := len(checks) - len(looked_at):
        say(f"\n{idle} rules had nothing to look at; --all tells which")
