"""A night of faults: let them strike, seed after seed, and write down what came of it.

``python -m tests.faults.night --minutes 60 --write docs/reference/faults.md``
goes through all of them; ``--fault NAME --on SQLite --seed 17`` tells one again.
"""

from __future__ import annotations

import argparse
import logging
import os
import platform
import sqlite3
import sys
import traceback
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, timedelta, timezone
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from time import monotonic
from typing import Self

import attrs

from tests.postgresql import CARELESS, Cluster, binaries

from .disk import may_mount
from .faults import FAULTS
from .places import POSTGRESQL, SQLITE

Pair = tuple[str, str]  #: A fault, and the kind of place where it strikes.

_PAGE = Path(__file__).with_name("page.md").read_text(encoding="utf-8")


@attrs.define
class Tally:
    """How often a fault struck somewhere, and with which seeds it did harm."""

    runs: int = 0
    commands: int = 0
    seeds: list[int] = attrs.field(factory=list)
    wrong: list[int] = attrs.field(factory=list)

    @classmethod
    def of(cls, parts: Sequence[Self]) -> Self:
        """Return what *parts* come to."""
        return cls(
            runs=sum(each.runs for each in parts),
            commands=sum(each.commands for each in parts),
            seeds=sorted(seed for each in parts for seed in each.seeds),
            wrong=sorted(seed for each in parts for seed in each.wrong),
        )


def pairs(fault: str | None = None, kind: str | None = None) -> Iterator[Pair]:
    """Yield every fault with each kind of place that is here."""
    for name, each in FAULTS.items():
        for where in each.kinds:
            if fault in {None, name} and kind in {None, where} and not missing(name, where):
                yield name, where


def missing(fault: str, kind: str) -> str:
    """Return what it takes to let a fault strike there, if that is not here."""
    if kind == POSTGRESQL and binaries() is None:
        return "there is no PostgreSQL"
    if fault == "the disk is full" and not may_mount():
        return "only root can mount a small disk"
    return ""


def spend_together(chosen: Sequence[Pair], *, until: float, jobs: int) -> dict[Pair, Tally]:
    """Let several processes share the seeds, each with a server of its own."""
    share_out = partial(spend, chosen, until=until)
    seeds = [range(first, sys.maxsize, jobs) for first in range(1, 1 + jobs)]
    with ProcessPoolExecutor(jobs, get_context("spawn"), _say_little) as pool:
        parts = list(pool.map(share_out, seeds))
    return {pair: Tally.of([part[pair] for part in parts]) for pair in chosen}


def spend(chosen: Sequence[Pair], seeds: Iterable[int], *, until: float) -> dict[Pair, Tally]:
    """Let each fault strike with each seed, as long as there is time."""
    tallies = {pair: Tally() for pair in chosen}
    cluster = Cluster(*CARELESS) if any(kind == POSTGRESQL for _, kind in chosen) else None
    try:
        for seed in seeds:
            for pair, tally in tallies.items():
                if tally.runs and monotonic() >= until:
                    return tallies
                _strike(pair, seed, cluster, tally)
    finally:
        if cluster:
            cluster.remove()
    return tallies


def _strike(pair: Pair, seed: int, cluster: Cluster | None, tally: Tally) -> None:
    name, kind = pair
    tally.runs += 1
    tally.seeds.append(seed)
    try:
        tally.commands += FAULTS[name].strike(kind, seed, cluster)
    except Exception:  # noqa: BLE001 - it is told in the table, and the night goes on
        tally.wrong.append(seed)
        sys.stderr.write(f'--fault "{name}" --on {kind} --seed {seed}\n')
        traceback.print_exc()


# --- What came of it ------------------------------------------------------------------


def page(tallies: dict[Pair, Tally], *, begun: datetime, spent: timedelta, jobs: int) -> str:
    """Return the page that tells of a night."""
    wrong = sum(len(each.wrong) for each in tallies.values())
    away = sorted(
        {told for name in FAULTS for kind in FAULTS[name].kinds if (told := missing(name, kind))}
    )
    return _PAGE.format(
        minutes=round(spent.total_seconds() / 60),
        jobs=jobs,
        runs=sum(each.runs for each in tallies.values()),
        commands=sum(each.commands for each in tallies.values()),
        begun=begun.strftime("%Y-%m-%d at %H:%M UTC"),
        machine=machine(),
        outcome=f"In {wrong} of them something went wrong." if wrong else "Nothing went wrong.",
        table="\n".join(_line(*pair, tally) for pair, tally in tallies.items()),
        example=next(iter(FAULTS)),
        left_out="".join(f"\nNot everything could be tried: {told}." for told in away),
    )


def _line(name: str, kind: str, tally: Tally) -> str:
    seeds = _stretches(tally.seeds)
    wrong = ", ".join(map(str, tally.wrong)) or "none"
    told = FAULTS[name].told
    cells = name, told, kind, f"{tally.runs:,}", f"{tally.commands:,}", seeds, wrong
    return f"| {' | '.join(cells)} |"


def _stretches(seeds: Sequence[int]) -> str:
    """Return *seeds* as people write them: ``1 to 40, 42``."""
    begun = [seed for seed in seeds if seed - 1 not in seeds]
    ended = [seed for seed in seeds if seed + 1 not in seeds]
    ends = zip(begun, ended, strict=True)
    return ", ".join(f"{first} to {last}" if first < last else str(first) for first, last in ends)


def machine() -> str:
    """Return what it ran on."""
    cluster = f", PostgreSQL {_postgresql()}" if binaries() else ""
    return (
        f"{os.cpu_count()} cores ({platform.machine()}) shared with other work, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}{cluster}"
    )


def _postgresql() -> str:
    cluster = Cluster(*CARELESS)
    try:
        with cluster.connect() as connection:
            return str(connection.info.server_version // 10_000)
    finally:
        cluster.remove()


def _say_little() -> None:
    logging.disable(logging.CRITICAL)  # Of the faults themselves there would be much to tell.


def main() -> int:
    """Spend a night, or tell one story again."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=0.0, help="how long; default: one round")
    parser.add_argument("--fault", choices=FAULTS, help="only this one")
    parser.add_argument("--on", choices=(SQLITE, POSTGRESQL), help="only there")
    parser.add_argument("--seed", type=int, help="only this seed, once")
    parser.add_argument("--jobs", type=int, default=1, help="how many at once; default: one")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the page there")
    args = parser.parse_args()
    _say_little()
    begun, start = datetime.now(timezone.utc), monotonic()
    chosen, until = list(pairs(args.fault, args.on)), start + 60 * args.minutes
    if args.seed is None:
        tallies = spend_together(chosen, until=until, jobs=args.jobs)
    else:
        tallies = spend(chosen, [args.seed], until=until)
    spent = timedelta(seconds=monotonic() - start)
    told = page(tallies, begun=begun, spent=spent, jobs=args.jobs)
    if args.write:
        args.write.write_text(told, encoding="utf-8")
    sys.stdout.write(told)
    return int(any(each.wrong for each in tallies.values()))


if __name__ == "__main__":
    sys.exit(main())
