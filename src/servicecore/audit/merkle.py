"""A Merkle tree over a log: one hash that stands for every event, and short proofs about it.

The hash of a tree changes whenever an event in it is changed, removed, added or
moved.  Source: RFC 6962, section 2.1, with SHA-256.

>>> leaves = [leaf_hash(data) for data in (b"opened", b"answered", b"closed")]
>>> proof = inclusion_proof(leaves, 1, 3)
>>> verify_inclusion(leaves[1], 1, 3, proof, root(leaves))
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

HASH_SIZE = 32
EMPTY_ROOT = sha256().digest()


class ProofError(ValueError):
    """A proof does not prove what it is said to prove."""


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of one entry."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash that stands for two hashes; it can never be that of an entry."""
    return sha256(b"\x01" + left + right).digest()


def root(leaf_hashes: Sequence[bytes]) -> bytes:
    """Return the hash of the whole tree."""
    level = list(leaf_hashes)
    if not level:
        return EMPTY_ROOT
    while len(level) > 1:
        level = level_above(level)
    return level[0]


def level_above(level: Sequence[bytes]) -> list[bytes]:
    """Return the hashes of each two of a level; the last one goes up as it is if it is alone."""
    lefts, rights = level[0::2], level[1::2]
    above = [
        sha256(b"\x01" + left + right).digest() for left, right in zip(lefts, rights, strict=False)
    ]
    return [*above, level[-1]] if len(level) % 2 else above


# --- Making proofs -----------------------------------------------------------------


def inclusion_proof(leaf_hashes: Sequence[bytes], index: int, size: int) -> list[bytes]:
    """Return what is needed to see that entry *index* is in the tree of the first *size*.

    Raises:
        ProofError: If there is no such entry, or there are not so many.
    """
    _ensure_index(index, size)
    _ensure_available(size, leaf_hashes)
    proof: list[bytes] = []
    level, place = list(leaf_hashes[:size]), index
    while len(level) > 1:
        neighbour = place ^ 1
        if neighbour < len(level):
            proof.append(level[neighbour])
        level, place = level_above(level), place // 2
    return proof


def consistency_proof(leaf_hashes: Sequence[bytes], first: int, second: int) -> list[bytes]:
    """Return what is needed to see that the first *second* entries begin with the first *first*.

    Raises:
        ProofError: If *first* is 0, as nothing can be proved from an empty tree, or
            the sizes are not in order, or there are not so many entries.
    """
    _ensure_sizes(first, second)
    _ensure_available(second, leaf_hashes)
    if first == second:
        return []
    # The old tree ends with a whole subtree: the proof begins there, one level at a time.
    height = _trailing_zeros(first)
    level = list(leaf_hashes[:second])
    for _ in range(height):
        level = level_above(level)
    place = (first >> height) - 1
    proof = [] if place == 0 else [level[place]]
    while len(level) > 1:
        neighbour = place ^ 1
        if neighbour < len(level):
            proof.append(level[neighbour])
        level, place = level_above(level), place // 2
    return proof


# --- Checking proofs ---------------------------------------------------------------


def verify_inclusion(
    leaf_hash: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """See to it that the entry with that hash is number *index* of the tree.

    Raises:
        ProofError: If the proof does not show it, or is a hash too long or too short.
    """
    _ensure_index(index, size)
    _ensure_hash(leaf_hash)
    _ensure_hashes(proof)
    inner, border = _split_path(index, size)
    _ensure_length(proof, inner + border)
    found = _climb(leaf_hash, proof, index, inner)
    _ensure_same(found, root, "the proof leads to another root")


def verify_consistency(
    first: int, second: int, proof: Sequence[bytes], first_root: bytes, second_root: bytes
) -> None:
    """See to it that the tree of *second* entries begins with that of *first* entries.

    Two trees of one size are consistent only if they are the same, which needs no proof.

    Raises:
        ProofError: If the proof does not show it, is a hash too long or too short, or
            begins at an empty tree: every tree begins with that, so it proves nothing.
    """
    _ensure_hashes(proof)
    _ensure_hashes((first_root, second_root))
    if first == second and _is_count(first) and _is_count(second):
        _ensure_length(proof, 0)
        _ensure_same(first_root, second_root, "trees of one size have two roots")
        return
    _ensure_sizes(first, second)
    height = _trailing_zeros(first)
    inner, border = _split_path(first - 1, second)
    inner -= height
    # A power of two is one whole subtree: its hash is the old root, which we have.
    is_whole = first == 1 << height
    _ensure_length(proof, inner + border + (not is_whole))
    seed, path = (first_root, proof) if is_whole else (proof[0], proof[1:])
    place = (first - 1) >> height
    old = _climb(seed, path, place, inner, only_left=True)
    _ensure_same(old, first_root, "the proof leads to another old root")
    _ensure_same(
        _climb(seed, path, place, inner), second_root, "the proof leads to another new root"
    )


def _climb(
    seed: bytes, path: Sequence[bytes], place: int, inner: int, *, only_left: bool = False
) -> bytes:
    """Return the root above *seed*; *only_left* leaves out what came to its right later."""
    found = seed
    for height, neighbour in enumerate(path):
        if height >= inner or place >> height & 1:
            found = node_hash(neighbour, found)
        elif not only_left:
            found = node_hash(found, neighbour)
    return found


def _split_path(index: int, size: int) -> tuple[int, int]:
    """Return how many steps lead up to the right edge of the tree, and how many along it."""
    inner = (index ^ (size - 1)).bit_length()
    return inner, (index >> inner).bit_count()


# --- Guards ------------------------------------------------------------------------


def _ensure_index(index: int, size: int) -> None:
    if not _is_count(index) or not _is_count(size) or index >= size:
        msg = f"a tree of {size!r} entries has no entry {index!r}"
        raise ProofError(msg)


def _ensure_sizes(first: int, second: int) -> None:
    if not _is_count(first) or not _is_count(second):
        msg = f"a size is a whole number, 0 or more; got {first!r} and {second!r}"
        raise ProofError(msg)
    if first == 0:
        msg = "nothing can be proved from an empty tree"
        raise ProofError(msg)
    if first > second:
        msg = f"a tree of {second} entries does not hold {first}"
        raise ProofError(msg)


def _ensure_available(size: int, leaf_hashes: Sequence[bytes]) -> None:
    if size > len(leaf_hashes):
        msg = f"there are {len(leaf_hashes)} entries, not {size}"
        raise ProofError(msg)


def _ensure_hashes(proof: Sequence[bytes]) -> None:
    if not isinstance(proof, Sequence):
        msg = f"a proof is a sequence of hashes, got {proof!r}"
        raise ProofError(msg)
    for each in proof:
        _ensure_hash(each)


def _ensure_hash(digest: bytes) -> None:
    if not isinstance(digest, bytes) or len(digest) != HASH_SIZE:
        msg = f"a hash has {HASH_SIZE} bytes, got {digest!r}"
        raise ProofError(msg)


def _ensure_length(proof: Sequence[bytes], expected: int) -> None:
    if len(proof) != expected:
        msg = f"a proof between these has {expected} hashes, got {len(proof)}"
        raise ProofError(msg)


def _ensure_same(found: bytes, expected: bytes, complaint: str) -> None:
    if found != expected:
        msg = f"{complaint}: {_told(found)}, expected {_told(expected)}"
        raise ProofError(msg)


def _told(digest: object) -> str:
    return digest.hex() if isinstance(digest, bytes) else repr(digest)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _trailing_zeros(number: int) -> int:
    return (number & -number).bit_length() - 1
