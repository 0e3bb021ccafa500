"""The note in an export's folder: whose it is, and how far it goes."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path
from typing import Self

import attrs
import msgspec

from ....storage import EventLog
from ....storage.leaves import leaf
from ....storage.protocol import Row
from .errors import NotAnExportError, OtherLogError

NAME = "export.json"
FORMAT = 2


@attrs.frozen(kw_only=True)
class ExportNote:
    """How far an export goes; *first* and *last* are the digests of its outermost events."""

    format: int = FORMAT
    buckets: int
    position: int = 0
    first: str = ""
    last: str = ""

    @classmethod
    def of(cls, folder: Path) -> Self | None:
        """Return the note in *folder*, if there is one.

        Raises:
            NotAnExportError: If it cannot be read.
        """
        try:
            note = msgspec.json.decode((folder / NAME).read_bytes(), type=cls)
        except FileNotFoundError:
            return None
        except msgspec.MsgspecError as error:
            msg = f"{folder / NAME} is no note of an export: {error}"
            raise NotAnExportError(msg) from error
        if note.format != FORMAT:
            whose = "by a later version" if note.format > FORMAT else "choose a new folder"
            msg = f"{folder} has format {note.format} of exports, not {FORMAT}: {whose}"
            raise NotAnExportError(msg)
        return note

    @classmethod
    def must_be_in(cls, folder: Path) -> Self:
        """Return the note in *folder*.

        Raises:
            NotAnExportError: If there is none, or it cannot be read.
        """
        note = cls.of(folder)
        if note is None:
            msg = f"{folder} holds no export"
            raise NotAnExportError(msg)
        return note

    def keep(self, folder: Path) -> None:
        """Write it, in place of the one before, in one step."""
        unfinished = folder / f"{NAME}.unfinished"
        with unfinished.open("wb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(self)))
            os.fsync(file.fileno())
        unfinished.replace(folder / NAME)

    def ensure_of(self, log: EventLog, folder: Path) -> None:
        """See to it that what was exported is the beginning of *log*.

        Raises:
            OtherLogError: If it is not.
        """
        if self.position == 0:
            return
        if not (_is_of(self.first, log, 0) and _is_of(self.last, log, self.position - 1)):
            msg = f"{folder} holds the export of another log, up to position {self.position}"
            raise OtherLogError(msg)


def digest_after(log: EventLog, position: int) -> str:
    """Return the digest of the first event behind *position*."""
    return next(map(digest, log.rows_since(position, limit=1)), "")


def digest(row: Row) -> str:
    """Return what only this event has, at its place in its log, and keeps when it is archived."""
    return sha256(b"%d\n" % row.position + leaf(row)).hexdigest()


def _is_of(noted: str, log: EventLog, position: int) -> bool:
    """Tell whether *noted* is the digest of the first event behind *position*."""
    for row in log.rows_since(position, limit=1):
        return noted in {digest(row), _digest_before(row)}
    return noted == ""


def _digest_before(row: Row) -> str:
    """Return what earlier versions noted; an event that is archived has another one then."""
    place = f"{row.position}\n{row.stream}\n{row.version}\n{row.topic}\n{row.occurred_at}\n"
    return sha256(place.encode() + row.state).hexdigest()


def first_in(path: Path) -> int:
    """Return the position at which a file of an export begins."""
    return int(path.name.partition("-")[0])
