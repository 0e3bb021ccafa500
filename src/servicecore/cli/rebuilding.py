"""``servicecore project rebuild|drop``: build read models anew, beside those in use."""

# ruff: noqa: PLC0415  # --help must not wait for the desk.

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from . import arguments
from .arguments import Groups
from .desks import desk_for, desk_to_change
from .outcome import NotFoundError, UsageError
from .output import answer, done, warn
from .progress import progress

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from ..desk import ServiceDesk
    from ..exchange.exports.parquet import ParquetExport
    from ..storage.comparing import Comparison


def add(commands: Groups) -> None:
    """Add the commands that build anew, and that drop what was built beside."""
    built = arguments.command(commands, "rebuild", "build them anew from the log", run=rebuild)
    built.add_argument("names", nargs="*", metavar="NAME", help="which; default: all")
    built.add_argument("--all", action="store_true", help="all of them")
    built.add_argument(
        "--jobs", type=arguments.count, default=1, metavar="N", help="in how many processes"
    )
    built.add_argument(
        "--from",
        dest="folder",
        metavar="FOLDER",
        help="read an export to Parquet, and of the log only what is newer",
    )
    built.add_argument(
        "--version",
        type=arguments.count,
        metavar="N",
        help="build this version beside the one in use, and compare them",
    )
    built.add_argument(
        "--resume", action="store_true", help="continue a rebuild that was interrupted"
    )
    arguments.takes_place(built)
    arguments.takes_dry_run(built)
    dropped = arguments.command(
        commands, "drop", "drop a version that was built beside the one in use", run=drop
    )
    dropped.add_argument("name", metavar="NAME", help="of which read model")
    dropped.add_argument(
        "--version", type=arguments.count, metavar="N", required=True, help="which version"
    )
    arguments.takes_place(dropped)
    arguments.takes_dry_run(dropped)


def rebuild(args: argparse.Namespace) -> int:
    """Build read models anew beside those in use, then let them take their place."""
    from ..storage.worker_processes import worker_processes

    if args.all and args.names:
        msg = f"--all means all of them; leave out {args.names[0]!r}"
        raise UsageError(msg)
    positions: dict[str, int] = {}
    compared: dict[str, Comparison] = {}
    with desk_for(args) as desk, worker_processes(args.jobs) as executor:
        for name in _chosen(args, desk):
            if args.dry_run:
                positions[name] = desk.log.head()
                continue
            positions[name] = _rebuilt(args, desk, name, executor)
            if args.version is not None:
                compared[name] = desk.projects.compare(name, version=args.version)
    document = {"dry_run": args.dry_run, "positions": positions}
    document |= {"compared": compared} if compared else {}
    told = (_sentence(args, name, at, compared.get(name)) for name, at in positions.items())
    return answer(args, document, *told)


def drop(args: argparse.Namespace) -> int:
    """Drop a version that was built beside the one in use."""
    name, version = args.name, args.version
    with desk_to_change(args) as desk:
        desk.projects.drop(name, version=version)
    document = {"dropped": {"name": name, "version": version}}
    return done(args, document, f"{name} version {version} was dropped")


def _rebuilt(
    args: argparse.Namespace, desk: ServiceDesk, name: str, executor: Executor | None
) -> int:
    if args.jobs > 1 and not desk.projects.is_by_stream(name):
        warn(f"{name} looks at all records together, so one process builds it")
    with progress(name) as advance:
        return desk.projects.rebuild(
            name,
            executor=executor,
            jobs=args.jobs,
            source=_source(args, desk),
            version=args.version,
            resume=args.resume,
            progress=advance,
        )


def _chosen(args: argparse.Namespace, desk: ServiceDesk) -> list[str]:
    known = desk.projects.names()
    if unknown := [each for each in args.names if each not in known]:
        msg = f"there is no read model {unknown[0]!r}; there are {', '.join(known)}"
        raise NotFoundError(msg)
    return args.names or known


def _source(args: argparse.Namespace, desk: ServiceDesk) -> ParquetExport | None:
    if args.folder is None:
        return None
    from ..exchange.exports.parquet import ParquetExport

    return ParquetExport.of(desk.log, args.folder)


def _sentence(
    args: argparse.Namespace, name: str, position: int, compared: Comparison | None
) -> str:
    if compared is None:
        done = "would be built anew" if args.dry_run else "was built anew"
        return f"{name} {done}, up to position {position}"
    return (
        f"{name} version {args.version} was built beside the one in use, up to position "
        f"{position}: {compared.same} rows are the same, {compared.different} differ, "
        f"{compared.only_in_use} are only in use, {compared.only_beside} only beside it"
    )
