"""The plug is pulled: what had not reached the disk is gone, and nothing else.

The disk is a file that is mounted.  What a program writes stays in the memory of
the system until somebody insists (``fsync``) or half a minute has passed; so a
copy of that file, made as soon as the program is dead, is what a disk would hold.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random

from servicecore import ServiceDesk
from servicecore.storage import Receipt
from tests.moments import NINE

from . import children
from .children import child
from .commands import Command, stories, undisturbed
from .invariants import check
from .places import Place

_SIZE = "24M"


def pulled(place: Place, luck: Random) -> int:
    """The plug is pulled while somebody writes; what was acknowledged had reached the disk."""
    commands, receipts = stories(luck, tickets=5), dict[str, Receipt]()
    disk = place.folder / "disk"
    _run("truncate", "-s", _SIZE, disk)
    _run("mkfs.ext4", "-q", "-E", "lazy_itable_init=1", disk)
    for n in range(luck.randint(1, 3)):
        left = [command for command in commands if command.id not in receipts]
        disk = _disk_without_power(disk, luck, left, receipts, after=f"disk{n}")
    with mounted(disk) as folder, ServiceDesk.open(_url(folder), clock=lambda: NINE) as desk:
        for command in commands:
            receipts.setdefault(command.id, command.insist(desk))
        check(desk, expected=undisturbed(commands), commands=commands, receipts=receipts)
    return len(commands)


def _disk_without_power(
    disk: Path, luck: Random, left: Sequence[Command], receipts: dict[str, Receipt], *, after: str
) -> Path:
    """Return a disk with what was on this one when its power went."""
    with mounted(disk) as folder, child(children.write, _url(folder), list(left)) as writer:
        receipts |= dict(writer.hear(luck.randint(0, len(left))))
        receipts |= dict(writer.kill(luck))
        return Path(shutil.copy(disk, disk.with_name(after)))


@contextmanager
def mounted(disk: Path) -> Iterator[Path]:
    """Lend the folder that is on *disk*."""
    folder = disk.with_suffix(".mounted")
    folder.mkdir()
    _run("mount", "-o", "loop", disk, folder)
    try:
        yield folder
    finally:
        _run("umount", folder)


def _url(folder: Path) -> str:
    return f"sqlite:///{folder}/desk.db?wait=60"


def _run(*words: str | Path) -> None:
    subprocess.run(words, check=True, capture_output=True)
