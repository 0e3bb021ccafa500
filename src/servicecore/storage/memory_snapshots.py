"""Snapshots in memory: for storages that have no place of their own for them."""

from __future__ import annotations

from .protocol import StoredSnapshot


class MemorySnapshots:
    """Keeps snapshots for as long as the program runs; a storage inherits that from here."""

    def __init__(self) -> None:
        self._snapshots: dict[tuple[str, str, int], StoredSnapshot] = {}

    def snapshot(self, stream: str, *, fold: str, schema: int) -> StoredSnapshot | None:
        """Return the state kept for this fold and schema."""
        return self._snapshots.get((stream, fold, schema))

    def keep_snapshot(
        self, stream: str, *, fold: str, schema: int, snapshot: StoredSnapshot
    ) -> None:
        """Keep a state, in place of the one before."""
        self._snapshots[stream, fold, schema] = snapshot

    def forget_snapshots(self) -> None:
        """Drop every snapshot."""
        self._snapshots.clear()

    def forget_snapshots_of(self, stream: str) -> None:
        """Drop the snapshots of one history."""
        for kept in [each for each in self._snapshots if each[0] == stream]:
            del self._snapshots[kept]
