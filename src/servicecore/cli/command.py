"""``servicecore``: which command was meant, and what its end tells the shell."""

# ruff: noqa: PLC0415  # --help must not wait for the desk.

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from .arguments import Parser
from .audit import add as add_audit
from .calendar import add as add_calendar
from .completion import add as add_completion
from .demo import add as add_demo
from .doctor import add as add_doctor
from .exporting import add as add_export
from .extensions import add as add_extensions
from .importing import add as add_import
from .log import add as add_log
from .outcome import FAILURE, FINE, INTERRUPTED
from .output import say, warn
from .policy import add as add_policy
from .privacy import add as add_privacy
from .project import add as add_project
from .records import add as add_records
from .report import add as add_report
from .sla import add as add_sla
from .ticket import add as add_ticket
from .worker import add as add_worker

COMMANDS = (
    add_demo,
    add_import,
    add_export,
    add_ticket,
    add_sla,
    add_calendar,
    add_policy,
    add_report,
    add_project,
    add_audit,
    add_privacy,
    add_log,
    add_worker,
    add_doctor,
    add_completion,
)
EPILOG = """\
exit codes:
  0 fine             3 a check found something   5 conflict, may be retried
  1 failure          4 not found                 130 interrupted
  2 usage: an argument is not valid

environment:
  SERVICECORE_URL       where the histories are, if --url does not say
  SERVICECORE_KEYS      the key store that seals what is personal, if there is one
  SERVICECORE_STANDARD  what new customers are promised, if --standard does not say
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command, and return its exit code."""
    _speak_utf_8()
    try:
        given = list(sys.argv[1:] if argv is None else argv)
        top = parser(chosen=given[0] if given else "")
        _must_be_text(top, given)
        return _run(top.parse_args(given))
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        return _reader_has_enough()


def parser(*, chosen: str | None = None) -> argparse.ArgumentParser:
    """Return the parser of every command; when one is *chosen*, only that one is complete."""
    top = Parser(
        prog="servicecore",
        description="After-sales service: promises, deadlines, and figures you can recompute.",
        epilog=EPILOG,
    )
    top.add_argument("--version", action=_Version, help="show the version and exit")
    groups = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for add in COMMANDS:
        add(groups)
        if add is add_ticket:
            add_records(groups, chosen=chosen)
    add_extensions(groups, chosen=chosen)
    return top


def _run(args: argparse.Namespace) -> int:
    try:
        code: int = args.run(args)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except Exception as error:
        if getattr(args, "debug", False):
            raise
        from .failures import exit_code_of, told_in_one_line

        warn(told_in_one_line(error))
        return exit_code_of(error)
    return code


def _must_be_text(top: argparse.ArgumentParser, given: Sequence[str]) -> None:
    for each in given:
        if any("\ud800" <= sign <= "\udfff" for sign in each):
            top.error(f"{each!r} is not written in UTF-8")


def _speak_utf_8() -> None:
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(encoding="utf-8", errors="backslashreplace")


def _reader_has_enough() -> int:
    """Say nothing: the reader of our output, such as ``head``, wants no more of it."""
    try:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123  # till the end
    except OSError:
        return FAILURE
    return FINE


class _Version(argparse.Action):
    """Looks the version up only when asked, which takes a while."""

    def __init__(self, option_strings: Sequence[str], dest: str, help: str) -> None:  # noqa: A002
        super().__init__(option_strings, dest, nargs=0, help=help)

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        say(f"servicecore {version('servicecore')}")
        parser.exit()
