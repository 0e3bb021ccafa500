"""The events under a checkpoint, if the log is the one that it is of."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from ..storage import EventLog
from ..storage.protocol import Row
from .leaves import leaf_of
from .notes import Checkpoint
from .refusals import AnotherLogError
from .tiles import Growing

_PAGE = 10_000


def under(
    checkpoint: Checkpoint[str], log: EventLog, tree: Growing | None = None
) -> Iterator[tuple[int, Row]]:
    """Yield every event under a checkpoint with its place there, and add it to *tree*.

    Nothing that was yielded counts before the end: only there is known which log it is.

    Raises:
        AnotherLogError: At the end, if the log is not what the checkpoint is of.
    """
    tree = tree or Growing()
    rows = islice(log.rows_since(0), checkpoint.size)
    while page := list(islice(rows, _PAGE)):
        yield from enumerate(page, tree.size)
        tree.add([leaf_of(row) for row in page])
    if (tree.size, tree.root) != (checkpoint.size, checkpoint.root_hash):
        msg = (
            f"this log is not the one of {checkpoint.size} events that {checkpoint.origin} has "
            "sealed: audit verify --kept names what is another"
        )
        raise AnotherLogError(msg)
