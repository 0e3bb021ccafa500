"""``servicecore report``: how long customers wait, and whether promises are kept."""

# ruff: noqa: PLC0415  # --help must not wait for the desk.

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from . import arguments, report_list, report_more
from .arguments import Groups
from .asking import asked, takes_groups, takes_question
from .desks import desk_for
from .figures import report_lines
from .outcome import FINE
from .output import answer, say_json
from .progress import progress

if TYPE_CHECKING:
    from ..desk import ServiceDesk

_STANDARDS = """\
--standard tells whose goals and days count; promises stay those on record.
What other promises would have come to: servicecore sla what-if STANDARD
"""


def add(groups: Groups) -> None:
    """Add the reports."""
    commands = arguments.group(groups, "report", "how long customers wait, which promises are kept")
    for name, text, run in (
        ("json", "report as one JSON document", as_json),
        ("text", "report as tables", as_text),
    ):
        parser = arguments.command(commands, name, text, run=run)
        takes_groups(parser, "group by priority (the default), product, channel, team, month …")
        parser.epilog = _STANDARDS
        takes_question(parser)
    parser = arguments.command(commands, "html", "report as a page to look at", run=as_html)
    parser.epilog = (
        f"A page has its own groups; report text and report json take --by.\n{_STANDARDS}"
    )
    parser.add_argument("--lang", default="en", metavar="LANG", help="en (the default) or zh")
    parser.add_argument(
        "--to", "--out", dest="out", metavar="FILE", help="where to write it; default: stdout"
    )
    takes_question(parser)
    report_list.add(commands)
    report_more.add(commands)


def as_json(args: argparse.Namespace) -> int:
    """Report as one JSON document."""
    say_json(_report(args))
    return FINE


def as_text(args: argparse.Namespace) -> int:
    """Report as tables, unless JSON is asked for."""
    told = _report(args)
    return answer(args, told, *report_lines(told, by=_by(args)))


def as_html(args: argparse.Namespace) -> int:
    """Report as a page; with ``--json``, as a document that holds it."""
    with _up_to_date(args) as desk:
        told = desk.reports.html(language=args.lang, **asked(args))
    if args.out:
        Path(args.out).write_text(told, encoding="utf-8")
    if args.json:
        say_json({"written": args.out} if args.out else {"html": told})
    elif not args.out:
        sys.stdout.write(told)
    return FINE


def _report(args: argparse.Namespace) -> dict[str, object]:
    question = asked(args)
    question["by"] = _by(args)
    with _up_to_date(args) as desk:
        return desk.reports.json(**question)


@contextmanager
def _up_to_date(args: argparse.Namespace) -> Iterator[ServiceDesk]:
    """Open the desk, and show how far its read models are: after an import, that takes a while."""
    from ..storage.model_notes import OutdatedReadModelError

    with desk_for(args) as desk:
        # Whoever asks of a read model that has to be rebuilt first is told so then.
        with progress("taking in what is new") as advance, suppress(OutdatedReadModelError):
            desk.projects.catch_up(progress=advance)
        yield desk


def _by(args: argparse.Namespace) -> list[str]:
    return args.by or ["priority"]
