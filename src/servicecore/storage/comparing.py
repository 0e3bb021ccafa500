"""Two versions of a read model, laid side by side."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from .tables import Reading, TableRow


@attrs.frozen(kw_only=True)
class Comparison:
    """How many rows are the same in both, differ, or are only in one."""

    same: int = 0
    different: int = 0
    only_in_use: int = 0
    only_beside: int = 0

    @property
    def agrees(self) -> bool:
        """Tell whether both tell the same, to the byte."""
        return self.different == self.only_in_use == self.only_beside == 0


def compare(in_use: Reading, beside: Reading) -> Comparison:
    """Return how the rows of two versions compare."""
    counts = {"same": 0, "different": 0, "only_in_use": 0, "only_beside": 0}
    for ours, theirs in _pairs(in_use.scan(), beside.scan()):
        if theirs is None:
            counts["only_in_use"] += 1
        elif ours is None:
            counts["only_beside"] += 1
        else:
            counts["same" if ours == theirs else "different"] += 1
    return Comparison(**counts)


def _pairs(
    one: Iterator[TableRow], other: Iterator[TableRow]
) -> Iterator[tuple[TableRow | None, TableRow | None]]:
    """Yield the rows of both by key, as they come: neither has to fit into memory."""
    ours, theirs = next(one, None), next(other, None)
    while ours is not None or theirs is not None:
        if theirs is None or (ours is not None and ours.key < theirs.key):
            yield ours, None
            ours = next(one, None)
        elif ours is None or theirs.key < ours.key:
            yield None, theirs
            theirs = next(other, None)
        else:
            yield ours, theirs
            ours, theirs = next(one, None), next(other, None)
