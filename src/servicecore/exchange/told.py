"""What the rows of one record tell, and how a cell is read: for files with a row a record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

import attrs

from .mappings import Columns, FileForm
from .quarantine import Reason, Rejected
from .reading import Row

T = TypeVar("T")


@attrs.frozen
class ToldHistory:
    """What the file tells of one record: its *steps*, and the rows that were not used.

    A row may be used although something in it is not: then both tell of it.
    """

    number: str
    rows: list[Row]
    steps: list[Any]
    rejected: list[Rejected]


class UnusableError(Exception):
    """A cell cannot be meant as it stands."""

    def __init__(self, reason: Reason, because: str) -> None:
        super().__init__(because)
        self.reason, self.because = reason, because


@attrs.frozen
class Cells:
    """The cells of one row, read as the mapping of the file says."""

    row: Row
    form: FileForm

    def text(self, columns: Columns, otherwise: str = "") -> str:
        """Return what the first of *columns* tells that tells something."""
        return self.row.told(columns, self.form.missing) or otherwise

    def moment(self, columns: Columns) -> datetime:
        """Return the moment that is told.

        Raises:
            UnusableError: If it is none.
        """
        text = self.text(columns)
        try:
            return self.form.moment(text)
        except (ValueError, OverflowError):
            because = f"{' or '.join(columns)}: expected a time, got {text!r}"
            raise UnusableError(Reason.NO_MOMENT, because) from None

    def word(self, columns: Columns, meanings: Mapping[str, T]) -> T:
        """Return what the word that is told means.

        Raises:
            UnusableError: If nobody said what it means.
        """
        text = self.text(columns)
        if text in meanings:
            return meanings[text]
        because = f"{' or '.join(columns)}: expected {', '.join(meanings)}, got {text!r}"
        raise UnusableError(Reason.UNKNOWN_STATE, because)


def only_row(number: str, rows: list[Row]) -> Row:
    """Return the row of a record that has one.

    Raises:
        UnusableError: If there are several: nobody knows which of them is right.
    """
    if len(rows) > 1:
        because = f"{number} stands in {len(rows)} rows, and each record has one"
        raise UnusableError(Reason.SEVERAL_ROWS, because)
    return rows[0]


def set_aside(number: str, rows: list[Row], error: UnusableError) -> ToldHistory:
    """Return that nothing is told of a record, because of *error*."""
    rejected = [Rejected(row, error.reason, error.because, number) for row in rows]
    return ToldHistory(number, rows, [], rejected)
