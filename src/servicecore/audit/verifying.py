"""Is the log what was sealed?  Everything is computed once more from the stored bytes.

If it is not, the seals still tell under which hash each event was sealed, so
what was done can be named.  What the seals cannot tell, because whoever changed
the log changed them too, a checkpoint that was kept elsewhere does.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

import attrs

from ..storage import EventLog
from ..storage.protocol import Row
from .archiving.certificates import Pruned
from .keys import Verifier
from .leaves import leaf_of
from .notes import Checkpoint, open_note, parse_checkpoint
from .refusals import NoteError, SealError
from .seals import Seal, Seals
from .tampering import Flaw, differences
from .tiles import Growing

_BATCH = 10_000
_BEFORE_ALL = -(2**62)
Progress = Callable[[int, int], None]  #: Events read, of how many.


@attrs.frozen(kw_only=True)
class Verdict:
    """What was verified, and whatever is not as it was sealed."""

    size: int
    root: bytes
    checkpoints: int
    unsealed: int
    flaws: tuple[Flaw, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing was found."""
        return not self.flaws


def verify(
    log: EventLog,
    verifier: Verifier,
    *,
    seals: Seals | None = None,
    kept: Iterable[Checkpoint[str]] = (),
    progress: Progress | None = None,
) -> Verdict:
    """Compare *log* with what was sealed of it, and with checkpoints *kept* elsewhere.

    Args:
        log: What is verified; only its stored bytes are read.
        verifier: The key of the sealer; it comes from outside, never from the database.
        seals: Where the seals are; beside the log, by default.
        kept: Checkpoints of this log that were kept where nobody could change them.
        progress: Is told how many events were read, of how many.
    """
    seals = seals or Seals(log.tables)
    signed, flaws = _signed(seals, verifier)
    size = max((seal.size for seal in signed), default=0)
    pruned, elsewhere = Pruned(), list(kept)
    sizes = {seal.size for seal in signed} | {each.size for each in elsewhere}
    found = _computed(log, seals, size, sizes, progress, pruned)
    flaws += found.unreadable
    if not signed and not flaws and found.size:
        flaws.append(_not_sealed(found, elsewhere))
    flaws += hidden(log)
    flaws += pruned.flaws(log)
    broken = [seal for seal in signed if found.roots.get(seal.size) != seal.root]
    if broken or found.unreadable:
        flaws += _explained(log, seals, size, broken)
    elif not (found.is_as_sealed and _same_root(seals, size, found.roots[size])):
        flaws.append(Flaw(kind="seals damaged", what="their hashes are not those of the log"))
    flaws += _compared(found, elsewhere, signed)
    return Verdict(
        size=size,
        root=found.roots[min(size, found.size)],
        checkpoints=len(signed),
        unsealed=max(0, found.size - size),
        flaws=tuple(flaws),
    )


# --- What was signed -----------------------------------------------------------------


def _signed(seals: Seals, verifier: Verifier) -> tuple[list[Seal], list[Flaw]]:
    try:
        found = seals.all()
    except SealError as error:
        return [], [Flaw(kind="seals damaged", what=str(error))]
    good: list[Seal] = []
    flaws: list[Flaw] = []
    for seal in found:
        try:
            origin = parse_checkpoint(open_note(seal.note, verifier)).origin
        except NoteError as error:
            what = f"the checkpoint of {seal.size} events: {error}"
            flaws.append(Flaw(kind="not signed", what=what))
            continue
        if origin != verifier.name:
            what = f"the checkpoint of {seal.size} events is of {origin}, not of {verifier.name}"
            flaws.append(Flaw(kind="not signed", what=what))
            continue
        good.append(seal)
    return good, flaws


# --- What is on record ---------------------------------------------------------------


@attrs.define
class _Computed:
    """What the log comes to: its roots at some sizes, and whether the sealed hashes are its own."""

    roots: dict[int, bytes] = attrs.field(factory=dict)
    size: int = 0
    unreadable: list[Flaw] = attrs.field(factory=list)
    is_as_sealed: bool = True

    def leaves(self, rows: Iterable[Row]) -> Iterator[bytes]:
        """Yield the hash of each event; of what is none, make a note."""
        for row in rows:
            try:
                yield leaf_of(row)
            except SealError as error:
                yield bytes(32)
                self.unreadable.append(Flaw(kind="changed", what=str(error)))


def _computed(
    log: EventLog,
    seals: Seals,
    sealed: int,
    sizes: Iterable[int],
    progress: Progress | None,
    pruned: Pruned,
) -> _Computed:
    """Compute the tree over the log in one pass, and hold no more of it than its edge."""
    tree, rows, head, found = Growing(), log.rows_since(0), log.head(), _Computed()
    stops = deque(sorted({0, sealed, *sizes}))
    while True:
        while stops and stops[0] <= tree.size:
            found.roots[stops.popleft()] = tree.root
        some = min(_BATCH, stops[0] - tree.size) if stops else _BATCH
        if not (page := list(islice(rows, some))):
            break
        for row in page:
            pruned.take(row)
        leaves = [*found.leaves(page)]
        if found.is_as_sealed and tree.size < sealed:
            found.is_as_sealed = _are_sealed(seals, tree.size, leaves)
        tree.add(leaves)
        if progress:
            progress(tree.size, head)
    found.size, found.roots[tree.size] = tree.size, tree.root
    return found


def hidden(log: EventLog) -> Iterator[Flaw]:
    """Name what stands in front of the first position: a history shows it, the log never does."""
    for row in log.storage.rows(after=_BEFORE_ALL, limit=_BATCH):
        if row.position <= 0:
            what = f"version {row.version} of stream {row.stream}, at position {row.position}"
            yield Flaw(kind="inserted", what=what)


def _are_sealed(seals: Seals, start: int, leaves: Sequence[bytes]) -> bool:
    """Tell whether the seals keep these hashes, from index *start* on."""
    try:
        kept = [entry.leaf for entry in seals.entries(start, start + len(leaves))]
    except (SealError, ValueError):
        return False
    return kept == leaves


def _same_root(seals: Seals, size: int, root: bytes) -> bool:
    """Tell whether the pages of the seals come to the root that we computed."""
    try:
        return Growing.from_pages(seals.tiles(), size).root == root
    except (SealError, ValueError):
        return False


# --- What happened -------------------------------------------------------------------


def _explained(log: EventLog, seals: Seals, size: int, broken: Sequence[Seal]) -> Iterator[Flaw]:
    try:
        entries = list(seals.entries(0, size))
    except (SealError, ValueError) as error:
        yield Flaw(kind="seals damaged", what=str(error))
        entries = []
    named = list(differences(entries, log.rows_since(0))) if entries else []
    yield from named
    if broken and not named:
        sizes = ", ".join(str(seal.size) for seal in broken[:3])
        what = f"the log is not that of the signed checkpoints of {sizes} events"
        yield Flaw(kind="another history", what=what)


def _not_sealed(found: _Computed, kept: Iterable[Checkpoint[str]]) -> Flaw:
    """Say that nothing is sealed here, and what a checkpoint from elsewhere proves all the same."""
    agreed = [each.size for each in kept if found.roots.get(each.size) == each.root_hash]
    what = f"none of the {found.size} events"
    if agreed:
        what += f"; the first {max(agreed)} are as in a checkpoint kept elsewhere"
    return Flaw(kind="not sealed", what=what)


def _compared(
    found: _Computed, kept: Iterable[Checkpoint[str]], signed: Sequence[Seal]
) -> Iterator[Flaw]:
    """Compare the log with checkpoints that were kept elsewhere."""
    roots = {seal.size: seal.root for seal in signed}
    for each in kept:
        told = f"a checkpoint of {each.size} events was kept elsewhere"
        if roots.get(each.size, each.root_hash) != each.root_hash:
            here = roots[each.size].hex()
            what = f"{told}, with another root: {each.root_hash.hex()} there, {here} here"
            yield Flaw(kind="fork", what=what)
        elif each.size > found.size:
            yield Flaw(kind="rolled back", what=f"{told}, but only {found.size} are on record")
        elif each.size not in roots and found.roots[each.size] != each.root_hash:
            # One that we have too says no more than our own: the events were changed.
            yield Flaw(kind="sealed anew", what=f"{told}, and the log does not agree with it")
