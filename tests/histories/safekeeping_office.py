"""Safekeeping: records are backed up in time and too late, and archived once."""

from __future__ import annotations

from .office import Office


def safekeeping_office(seed: int = 12) -> Office:
    """Let a backup be expected, made, forgotten and made again; and an archive begin with one."""
    office = Office(seed)
    desk = office.desk.safekeeping
    desk.expect("backup", at=office.later(hours=9))
    desk.record("backup", by="李", kept_at="备份/1", at=office.later(days=6))
    for _ in range(3):
        office.later(days=12)
    desk.record("backup", by="Li", kept_at="s3://copies/2", up_to=4, at=office.later(hours=9))
    desk.record("archive", by="Li", kept_at="shelf 7", at=office.later(hours=9))
    return office
