"""What the rows of one record tell, and how a cell is read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

import attrs

from .mappings import Columns, FileForm, named
from .quarantine import Reason, Rejected
from .reading import Row

T = TypeVar("T")


@attrs.frozen
class ToldHistory:
    """What the file tells of one record: its *steps*, and the rows that were not used.

    A row of which only a part is used stands in both.
    """

    number: str
    rows: list[Row]
    steps: list[Any]
    rejected: list[Rejected]


class UnusableError(Exception):
    """A cell cannot be read as what it should be."""

    def __init__(self, reason: Reason, because: str) -> None:
        super().__init__(because)
        self.reason, self.because = reason, because


@attrs.frozen
class Cells:
    """The cells of one row, read as the mapping of the file says."""

    row: Row
    form: FileForm

    def text(self, columns: Columns, otherwise: str = "") -> str:
        """Return the first of *columns* that is not empty."""
        return self.row.told(columns, self.form.missing) or otherwise

    def moment(self, columns: Columns) -> datetime:
        """Return the moment in *columns*.

        Raises:
            UnusableError: If it cannot be read as one.
        """
        text = self.text(columns)
        try:
            return self.form.moment(text)
        except (ValueError, OverflowError):
            because = f"{named(columns)} is {text!r}; expected {self.form.told_times}"
            raise UnusableError(Reason.NO_MOMENT, because) from None

    def word(
        self,
        columns: Columns,
        meanings: Mapping[str, T],
        *,
        unknown: Reason = Reason.UNKNOWN_STATE,
    ) -> T:
        """Return the meaning of the word in *columns*.

        Raises:
            UnusableError: If the mapping does not give it one.
        """
        text = self.text(columns)
        if text in meanings:
            return meanings[text]
        because = f"{named(columns)} is {text!r}; expected {', '.join(meanings)}"
        raise UnusableError(unknown, because)


def only_row(number: str, rows: list[Row]) -> Row:
    """Return the row of a record that should have one.

    Raises:
        UnusableError: If there are several: nobody knows which of them is right.
    """
    if len(rows) > 1:
        because = f"{number} stands in {len(rows)} rows; expected one row per record"
        raise UnusableError(Reason.SEVERAL_ROWS, because)
    return rows[0]


def set_aside(number: str, rows: list[Row], error: UnusableError) -> ToldHistory:
    """Return a history without steps: none of its rows can be used, because of *error*."""
    rejected = [Rejected(row, error.reason, error.because, number) for row in rows]
    return ToldHistory(number, rows, [], rejected)
