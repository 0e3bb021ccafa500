"""The disk is full, and later there is room again."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from urllib.parse import quote

import attrs

from servicecore import ServiceDesk
from servicecore.storage import Receipt, StorageError, migrate_log
from tests.moments import NINE

from .commands import Command, stories, undisturbed
from .invariants import check
from .places import SQLITE, Place

_SIZE = 12 * 2**20
_TABLESPACE = "servicecore_small"


def may_mount() -> bool:
    """Tell whether we may make a disk as small as we like."""
    with TemporaryDirectory() as folder:
        try:
            with _small_disk(Path(folder)):
                return True
        except (OSError, subprocess.CalledProcessError):
            return False


def full(place: Place, luck: Random) -> int:
    """Nothing of a command is kept that there was no room for; it is carried out later."""
    commands, receipts = stories(luck, tickets=60), dict[str, Receipt]()
    with (
        _small_disk(place.folder / "disk") as disk,
        _kept_there(place, disk) as there,
        ServiceDesk.open(there.url, clock=lambda: NINE) as desk,
    ):
        commands[0].carry_out(desk)
        _write_until_full(desk, disk, commands, receipts, room=luck.randint(0, 64 * 1024))
        for command in commands:
            receipts.setdefault(command.id, command.insist(desk))
        check(desk, expected=undisturbed(commands), commands=commands, receipts=receipts)
        assert all(
            attrs.evolve(command.carry_out(desk), repeated=False)
            == attrs.evolve(receipts[command.id], repeated=False)
            for command in commands[:: len(commands) // 5]
        )
    return len(commands)


def _write_until_full(
    desk: ServiceDesk,
    disk: Path,
    commands: Sequence[Command],
    receipts: dict[str, Receipt],
    *,
    room: int,
) -> None:
    """Carry out *commands* until one finds no room, and then make some."""
    ballast = disk / "ballast"
    with ballast.open("wb") as file:
        file.write(b"\0" * max(0, shutil.disk_usage(disk).free - room))
    for command in commands:
        try:
            receipts[command.id] = command.carry_out(desk)
        except StorageError:
            ballast.unlink()
            return
    msg = "the disk was never full"
    raise AssertionError(msg)


@contextmanager
def _small_disk(folder: Path) -> Iterator[Path]:
    folder.mkdir(exist_ok=True)
    told = ["-t", "tmpfs", "-o", f"size={_SIZE},mode=0777", "tmpfs", str(folder)]
    subprocess.run(["mount", *told], check=True, capture_output=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def _kept_there(place: Place, disk: Path) -> Iterator[Place]:
    """Lend a place whose rows are on *disk*."""
    if place.kind == SQLITE:
        yield attrs.evolve(place, url=f"sqlite:///{disk}/desk.db?wait=60")
        return
    place.folder.chmod(0o755)
    data = disk / "data"
    data.mkdir()
    shutil.chown(data, place.server.folder.owner())
    setting = quote(f"-c default_tablespace={_TABLESPACE}")
    url = place.server.url("small", wait=60, options=setting)
    with place.server.connect() as connection:
        connection.execute(f"CREATE TABLESPACE {_TABLESPACE} LOCATION '{data}'")
        try:
            migrate_log(url)
            yield attrs.evolve(place, url=url)
        finally:
            connection.execute("SET client_min_messages = error")
            connection.execute("DROP SCHEMA IF EXISTS small CASCADE")
            connection.execute(f"DROP TABLESPACE {_TABLESPACE}")
