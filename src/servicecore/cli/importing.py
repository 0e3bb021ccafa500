"""``servicecore import``: take over the histories that another system kept."""

# ruff: noqa: PLC0415  # --help must not wait for the mappings.

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from ..exchange.plain import plain
from . import arguments
from .arguments import Groups
from .desks import desk_to_change
from .files import must_exist
from .outcome import FINE
from .output import answer, warn
from .progress import progress

if TYPE_CHECKING:
    from ..desk.import_summary import ImportSummary
    from ..desk.importing_records import RecordImportSummary

    Summary = ImportSummary | RecordImportSummary

_COUNTERS = {"customers": "relationships"}  #: What a counter is called, if not as its records.


def add(groups: Groups) -> None:
    """Add the imports."""
    commands = arguments.group(groups, "import", "take over what another system kept")
    for what in ("tickets", "surveys", "complaints", "customers"):
        text = f"put the {what} of a file on record"
        parser = arguments.command(commands, what, text, run=run)
        parser.set_defaults(what=what)
        parser.add_argument("file", metavar="FILE", help="a CSV or XES, zipped or not; - is stdin")
        parser.add_argument(
            "--mapping", required=True, metavar="M", help="a shipped mapping or a TOML file"
        )
        parser.add_argument(
            "--quarantine", metavar="F", help="where unusable rows go, as JSON lines"
        )
        if what == "customers":
            parser.add_argument(
                "--as-of",
                required=True,
                type=arguments.day,
                metavar="DATE",
                help="the day that the file describes",
            )
        arguments.takes_place(parser)
        arguments.takes_dry_run(parser)


def run(args: argparse.Namespace) -> int:
    """Put what a file tells on record; rows that cannot be used are set aside."""
    mapping = _mapping(args)  # Before a log is made for it.
    with (
        _file(args.file) as file,
        desk_to_change(args) as desk,
        _quarantine(args) as aside,
        progress("import") as advance,
    ):
        counter: Any = getattr(desk, _COUNTERS.get(args.what) or args.what)
        told = {"as_of": args.as_of} if args.what == "customers" else {}
        summary = counter.import_history(
            file,
            mapping=mapping,
            quarantine=aside,
            dry_run=args.dry_run,
            progress=advance,
            **told,
        )
    _tell(args, summary)
    return FINE


def _mapping(args: argparse.Namespace) -> Any:
    from ..exchange import mappings

    files: dict[str, mappings.MappingFiles[Any]] = {
        "tickets": mappings.TICKET_MAPPINGS,
        "surveys": mappings.SURVEY_MAPPINGS,
        "complaints": mappings.COMPLAINT_MAPPINGS,
        "customers": mappings.CUSTOMER_MAPPINGS,
    }
    return files[args.what].load(args.mapping)


def _tell(args: argparse.Namespace, summary: Summary) -> None:
    from attrs import evolve  # --help must not wait for it.

    if args.dry_run and not args.quarantine:
        summary = evolve(summary, quarantine=Path("not kept"))
    aside = " (dry run: nothing was stored)" if args.dry_run else ""
    answer(args, {"dry_run": args.dry_run, **plain(summary)}, f"{summary}{aside}")
    if rows := sum(summary.quarantined.values()):
        warn(f"{rows} rows cannot be used; the quarantine is {summary.quarantine}")


@contextmanager
def _quarantine(args: argparse.Namespace) -> Iterator[Path | None]:
    """Yield where unusable rows go; a dry run leaves no file that nobody asked for."""
    if args.quarantine or not args.dry_run:
        yield Path(args.quarantine) if args.quarantine else None
        return
    with TemporaryDirectory() as folder:
        yield Path(folder) / "quarantine.jsonl"


@contextmanager
def _file(name: str) -> Iterator[Path]:
    if name != "-":
        must_exist(Path(name))
        yield Path(name)
        return
    with TemporaryDirectory() as folder:  # It is read twice.
        file = Path(folder) / "stdin"
        with file.open("wb") as copy:
            shutil.copyfileobj(sys.stdin.buffer, copy)
        yield file
