"""Is the log what was sealed?  Everything is computed once more from the stored bytes.

If it is not, the seals still tell under which hash each event was sealed, so
what was done can be named.  What the seals cannot tell, because whoever changed
the log changed them too, a checkpoint that was kept elsewhere does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

import attrs

from ..storage import EventLog
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
    pruned = Pruned()
    tree, unsealed, unreadable = _computed(log, size, progress, pruned)
    flaws += unreadable
    if not signed and not flaws and tree.size:
        flaws.append(Flaw(kind="not sealed", what=f"none of the {tree.size} events"))
    flaws += hidden(log)
    flaws += pruned.flaws(log)
    broken = [seal for seal in signed if _contradicts(tree, seal.size, seal.root)]
    if broken or unreadable:
        flaws += _explained(log, seals, size, broken)
    elif not _same_pages(seals, tree, size):
        flaws.append(Flaw(kind="seals damaged", what="their hashes are not those of the log"))
    flaws += _compared(tree, kept, signed)
    return Verdict(
        size=size,
        root=tree.tiles.root(min(size, tree.size)),
        checkpoints=len(signed),
        unsealed=unsealed,
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


def _computed(
    log: EventLog, size: int, progress: Progress | None, pruned: Pruned
) -> tuple[Growing, int, list[Flaw]]:
    """Return the tree over the log, how many events are behind *size*, and what is no event."""
    tree, rows, head = Growing(keep_all=True), log.rows_since(0), log.head()
    flaws: list[Flaw] = []
    while page := list(islice(rows, _BATCH)):
        leaves: list[bytes] = []
        for row in page:
            pruned.take(row)
            try:
                leaves.append(leaf_of(row))
            except SealError as error:
                leaves.append(bytes(32))
                flaws.append(Flaw(kind="changed", what=str(error)))
        tree.add(leaves)
        if progress:
            progress(tree.size, head)
    return tree, max(0, tree.size - size), flaws


def hidden(log: EventLog) -> Iterator[Flaw]:
    """Name what stands in front of the first position: a history shows it, the log never does."""
    for row in log.storage.rows(after=_BEFORE_ALL, limit=_BATCH):
        if row.position <= 0:
            what = f"version {row.version} of stream {row.stream}, at position {row.position}"
            yield Flaw(kind="inserted", what=what)


def _contradicts(tree: Growing, size: int, root: bytes) -> bool:
    return size > tree.size or tree.tiles.root(size) != root


def _same_pages(seals: Seals, tree: Growing, size: int) -> bool:
    """Tell whether the seals keep the hashes that we computed."""
    try:
        kept = Growing.from_pages(seals.tiles(), size)
        leaves = [entry.leaf for entry in seals.entries(0, size)]
        return kept.root == tree.tiles.root(size) and leaves == tree.tiles.leaves(0, size)
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
    if not named:
        sizes = ", ".join(str(seal.size) for seal in broken[:3])
        what = f"the log is not that of the signed checkpoints of {sizes} events"
        yield Flaw(kind="another history", what=what)


def _compared(
    tree: Growing, kept: Iterable[Checkpoint[str]], signed: Sequence[Seal]
) -> Iterator[Flaw]:
    """Compare the log with checkpoints that were kept elsewhere."""
    roots = {seal.size: seal.root for seal in signed}
    for each in kept:
        told = f"a checkpoint of {each.size} events was kept elsewhere"
        if roots.get(each.size, each.root_hash) != each.root_hash:
            here = roots[each.size].hex()
            what = f"{told}, with another root: {each.root_hash.hex()} there, {here} here"
            yield Flaw(kind="fork", what=what)
        elif each.size > tree.size:
            yield Flaw(kind="rolled back", what=f"{told}, but only {tree.size} are on record")
        elif each.size not in roots and tree.tiles.root(each.size) != each.root_hash:
            # One that we have too says no more than our own: the events were changed.
            yield Flaw(kind="sealed anew", what=f"{told}, and the log does not agree with it")
