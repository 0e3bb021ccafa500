"""``servicecore audit check``: is what is on record as the regulations demand?"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from .. import arguments
from ..arguments import Groups
from ..desks import desk_for, ensure_there
from ..outcome import FINE, FOUND_SOMETHING
from ..output import answer, clipped, table, warn
from ..progress import progress
from . import keys

if TYPE_CHECKING:
    from ...domain.compliance import Check

_WHO = "audit/check"  #: Who checks, if nobody says.
_SHOWN = 5  #: Findings of one rule that are told to people; JSON holds all of them.
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
    parser.add_argument("--access-log", metavar="URL", help="where refused accesses are on record")
    arguments.takes_place(parser)


def check(args: argparse.Namespace) -> int:
    """Check a period by every rule, and put on record what was found."""
    verifier = str(keys.verifier_of(args)) if _has_verifier(args) else ""
    for beside in filter(None, (args.seals, args.access_log)):
        ensure_there(beside)
    with desk_for(args) as desk, progress("check") as advance:
        given: dict[str, Any] = {
            "verifier": verifier,
            "seals": args.seals or "",
            "access_log": args.access_log or "",
            "progress": advance,
        }
        if args.dry_run:
            checks, read_at = desk.compliance.look(args.period, **given), None
        else:
            receipt = desk.compliance.check(args.period, by=args.by, actor=args.by, **given)
            (recorded,) = receipt.events
            checks, read_at = recorded.checks, recorded.read_at
        standard = desk.standard.reference
    complies = not any(each.findings for each in checks)
    document = {
        "period": args.period,
        "standard": standard,
        "read_at": read_at,
        "recorded": not args.dry_run,
        "complies": complies,
        "checks": [_plain(each) for each in checks],
    }
    answer(args, document, *_told(checks, every=args.all))
    if not verifier:
        warn("the seals were not looked at: say whose signature counts, --verifier KEY")
    return FINE if complies else FOUND_SOMETHING


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


def _told(checks: tuple[Check, ...], *, every: bool) -> Iterator[str]:
    looked_at = [each for each in checks if each.population or each.findings or every]
    rows = [
        (e.verdict.value, str(len(e.findings)), str(e.population), e.clause, clipped(e.id, _WIDTH))
        for e in looked_at
    ]
    yield table(rows, head=("verdict", "failed", "of", "clause", "rule"), right=(1, 2))
    for each in looked_at:
        if each.findings:
            yield ""
            yield from _findings(each)
    if idle := len(checks) - len(looked_at):
        yield ""
        yield f"{idle} rules had nothing to look at; --all tells which"


def _findings(check: Check) -> Iterator[str]:
    yield f"{check.id} ({check.clause}): {check.rule}"
    for found in check.findings[:_SHOWN]:
        at = ", ".join(map(str, found.evidence))
        yield f"  {found.id}: {found.what}" + (f" (position {at})" if at else "")
    if len(check.findings) > _SHOWN:
        yield f"  and {len(check.findings) - _SHOWN} more"
