"""The hashes of a tree in pages of 256, so that it grows and proves without being read whole.

Level 0 holds the hashes of the entries; each hash of a level above stands for a
full page of the level below.  Source: c2sp.org/tlog-tiles.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from . import merkle
from .merkle import HASH_SIZE, ProofError, node_hash
from .notes import TILE_WIDTH

Read = Callable[[str], bytes | None]  #: Returns the page under a key.

_PAGE = TILE_WIDTH * HASH_SIZE
_HEIGHT = TILE_WIDTH.bit_length() - 1


def tile_key(level: int, number: int) -> str:
    """Return the key under which a page is kept; keys sort as the pages do."""
    return f"tile/{level}/{number:015}"


class Tiles:
    """A tree whose pages are read when they are needed."""

    def __init__(self, read: Read) -> None:
        self._read = read

    # --- Asking ------------------------------------------------------------------

    def root(self, size: int) -> bytes:
        """Return the root of the first *size* entries."""
        return self._range(0, size) if size else merkle.EMPTY_ROOT

    def inclusion_proof(self, index: int, size: int) -> list[bytes]:
        """Return what is needed to see that entry *index* is in the tree of *size*.

        Raises:
            ProofError: If there is no such entry.
        """
        if not 0 <= index < size:
            msg = f"a tree of {size} entries has no entry {index}"
            raise ProofError(msg)
        return self._path(index, index + 1, size)

    def consistency_proof(self, first: int, second: int) -> list[bytes]:
        """Return what is needed to see that the tree of *second* begins with that of *first*.

        Raises:
            ProofError: If *first* is 0, or the sizes are not in order.
        """
        if not 0 < first <= second:
            msg = f"nothing can be proved from {first} to {second} entries"
            raise ProofError(msg)
        if first == second:
            return []
        # The path begins at the last whole subtree of the old tree, which may be all of it.
        start = first & (first - 1)
        proof = self._path(start, first, second)
        return [self._range(start, first), *proof] if start else proof

    def leaves(self, start: int, end: int) -> list[bytes]:
        """Return the hashes of the entries from *start* to before *end*."""
        return [
            each
            for number in range(start // TILE_WIDTH, -(-end // TILE_WIDTH))
            for each in self._hashes(0, number, start, end)
        ]

    # --- Growing -----------------------------------------------------------------

    def grown(self, size: int, hashes: Sequence[bytes]) -> dict[str, bytes]:
        """Return the pages that change when *hashes* follow the first *size* entries."""
        changed: dict[str, bytes] = {}
        level, added = 0, list(hashes)
        while added:
            number, filled = divmod(size, TILE_WIDTH)
            before = self._page(level, number)[: filled * HASH_SIZE] if filled else b""
            data = before + b"".join(added)
            pages = [data[start : start + _PAGE] for start in range(0, len(data), _PAGE)]
            for place, page in enumerate(pages, number):
                changed[tile_key(level, place)] = page
            added = [merkle.root(_cut(page)) for page in pages if len(page) == _PAGE]
            level, size = level + 1, number
        return changed

    # -----------------------------------------------------------------------------

    def _path(self, start: int, end: int, size: int) -> list[bytes]:
        """Return the hashes beside the way from the subtree of [*start*, *end*) up to the root."""
        low, high = 0, size
        beside: list[bytes] = []
        while (low, high) != (start, end) and high - low > 1:
            middle = low + (1 << (high - low - 1).bit_length() - 1)
            if end <= middle:
                beside.append(self._range(middle, high))
                high = middle
            else:
                beside.append(self._range(low, middle))
                low = middle
        return beside[::-1]

    def _range(self, start: int, end: int) -> bytes:
        """Return the root over [*start*, *end*), from its whole subtrees."""
        found = b""
        while end > start:
            height = ((end - start) & -(end - start)).bit_length() - 1
            subtree = self._subtree(height, (end >> height) - 1)
            found = node_hash(subtree, found) if found else subtree
            end -= 1 << height
        return found

    def _subtree(self, height: int, number: int) -> bytes:
        level, rest = divmod(height, _HEIGHT)
        first, last = number << rest, (number + 1) << rest
        return merkle.root(self._hashes(level, first // TILE_WIDTH, first, last))

    def _hashes(self, level: int, number: int, start: int, end: int) -> list[bytes]:
        offset = number * TILE_WIDTH
        page = _cut(self._page(level, number))[max(0, start - offset) : end - offset]
        if len(page) != min(end, offset + TILE_WIDTH) - max(start, offset):
            msg = f"page {number} of level {level} holds too few hashes"
            raise ProofError(msg)
        return page

    def _page(self, level: int, number: int) -> bytes:
        return self._read(tile_key(level, number)) or b""


class Growing:
    """A tree that is computed as it grows, and keeps only the pages that are not full."""

    def __init__(self, *, keep_all: bool = False) -> None:
        """Begin with nothing; with *keep_all*, it can tell the root of every earlier size."""
        self.size = 0
        self.pages: dict[str, bytes] = {}
        self.tiles = Tiles(self.pages.get)
        self._keep_all = keep_all

    @classmethod
    def from_pages(cls, tiles: Tiles, size: int) -> Growing:
        """Go on where kept pages end, trusting them."""
        growing = cls()
        level, entries = 0, size
        while entries:
            number, filled = divmod(entries, TILE_WIDTH)
            if filled:
                hashes = tiles._hashes(level, number, number * TILE_WIDTH, entries)  # noqa: SLF001
                growing.pages[tile_key(level, number)] = b"".join(hashes)
            level, entries = level + 1, number
        growing.size = size
        return growing

    def copy(self) -> Growing:
        """Return the same tree, to grow another way."""
        other = Growing(keep_all=self._keep_all)
        other.pages.update(self.pages)
        other.size = self.size
        return other

    @property
    def root(self) -> bytes:
        """The root of all entries."""
        return self.tiles.root(self.size)

    def add(self, hashes: Sequence[bytes]) -> dict[str, bytes]:
        """Add entries, and return the pages that changed."""
        changed = self.tiles.grown(self.size, hashes)
        self.pages.update(changed)
        if not self._keep_all:
            for key, page in changed.items():
                if len(page) == _PAGE:
                    del self.pages[key]
        self.size += len(hashes)
        return changed


def _cut(page: bytes) -> list[bytes]:
    return [page[start : start + HASH_SIZE] for start in range(0, len(page), HASH_SIZE)]
