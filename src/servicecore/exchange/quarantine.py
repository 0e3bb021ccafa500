"""Where the rows go that cannot be used: one JSON line each, with the reason."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import Self

import attrs

from .errors import QuarantineError
from .reading import Row


class Reason(Enum):
    """Why a row is not used."""

    MALFORMED = "malformed row"
    NO_TICKET = "no ticket number"
    NO_MOMENT = "unreadable time"
    UNKNOWN_STATE = "unknown state"
    UNKNOWN_PRIORITY = "unknown priority"
    BEFORE_OPENING = "before the opening"
    ANOTHER_PAST = "another past on record"
    NOT_IMPORTED = "ticket not from this import"
    NO_PROMISE = "no promise can be made"
    NO_ANSWER = "no answer"
    OUTSIDE_SCALE = "outside the scale"
    SEVERAL_ROWS = "several rows of one record"


@attrs.frozen
class Rejected:
    """A row that is not used: *because* tells the value and what was expected."""

    row: Row
    reason: Reason
    because: str
    ticket: str = ""


class Quarantine:
    """A file of rejected rows, and how many there are for each reason.

    The file tells of one run: it is written anew, and is not there if no row was
    rejected.  A run that goes on after a break meets the same rows again.
    """

    def __init__(self, path: Path, *, source: Path, quotes: bool = True) -> None:
        """Make room at *path* for the rows of *source*.

        Where people's words are sealed, it *quotes* no row: the number of the row must do.

        Raises:
            QuarantineError: If both are the same file, or nothing can be written there.
        """
        if path.resolve() == source.resolve():
            msg = f"{path} is the file to import; its quarantine must be another file"
            raise QuarantineError(msg)
        self.path, self.counts = path, Counter[Reason]()
        self._source, self._quotes = source, quotes
        try:
            self._file = path.open("w", encoding="utf-8")
        except OSError as error:
            msg = f"no quarantine can be written to {path}: {error.strerror or error}"
            raise QuarantineError(msg) from error

    def add(self, rejected: Iterable[Rejected]) -> None:
        """Write the rows down."""
        for each in rejected:
            self.counts[each.reason] += 1
            self._file.write(json.dumps(self._told(each), ensure_ascii=False) + "\n")
        self._file.flush()

    def _told(self, rejected: Rejected) -> dict[str, object]:
        told: dict[str, object] = {
            "file": self._source.name,
            "row": rejected.row.number,
            "case": rejected.ticket or None,
            "reason": rejected.reason.value,
        }
        if not self._quotes:
            return told
        return {**told, "because": rejected.because, "values": dict(rejected.row.values)}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()
        if not self.counts and self.path.is_file():  # A device such as /dev/null stays.
            self.path.unlink()
