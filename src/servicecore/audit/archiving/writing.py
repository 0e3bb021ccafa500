"""Writing an archive: whole histories, with the proof that each event was sealed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from ...storage import Archive, BadArchiveError, EventLog
from ...storage.archives import SUFFIX, Proved, bare, write_archive
from ...storage.codec import stream_id
from ...storage.protocol import Row
from ...storage.pruned import ensure_here
from ..keys import Verifier
from ..leaves import leaf_of
from ..merkle import ProofError, level_above, verify_inclusion
from ..notes import Checkpoint, open_checkpoint
from ..refusals import SealError, UnknownSubjectError
from ..seals import Seals

Event = tuple[str, int]


def make_archive(
    log: EventLog,
    subjects: Iterable[str],
    path: Path,
    verifier: Verifier,
    *,
    seals: Seals | None = None,
) -> Archive:
    """Write the histories of *subjects* to *path*; the log stays as it is.

    Raises:
        BadArchiveError: If there is a file already, or it is not called ``….parquet``.
        NoteError: If the newest seal is not signed by this key.
        PrunedError: If a history lies in another archive.
        SealError: If a history is not sealed to its end, or is not what was sealed.
        UnknownSubjectError: If there is no such history.
    """
    if path.suffix != SUFFIX:
        msg = f"an archive is called like 2022{SUFFIX}, not {path.name}"
        raise BadArchiveError(msg)
    seals = seals or Seals(log.tables)
    latest = seals.latest()
    if latest is None:
        msg = "nothing is sealed yet, so nothing can be archived with its proof"
        raise SealError(msg)
    checkpoint = open_checkpoint(latest.note, verifier)
    histories = {subject: _history(log, subject) for subject in sorted(set(subjects))}
    if not histories:
        msg = "there is nothing to be archived"
        raise UnknownSubjectError(msg)
    streams = {rows[0].stream for rows in histories.values()}
    indices = _indices(seals, streams, checkpoint.size)
    events = _proved(seals, histories, indices, checkpoint)
    write_archive(path, events, checkpoint=latest.note)
    return Archive(path)


def _history(log: EventLog, subject: str) -> list[Row]:
    rows = list(bare(log.storage).stream(stream_id(subject)))
    if not rows:
        msg = f"nothing is on record of {subject!r}"
        raise UnknownSubjectError(msg)
    for row in rows:
        ensure_here(row.state)
    return rows


def _indices(seals: Seals, streams: set[str], size: int) -> dict[Event, int]:
    entries = enumerate(seals.entries(0, size))
    return {each.event: index for index, each in entries if each.stream in streams}


def _proved(
    seals: Seals,
    histories: Mapping[str, list[Row]],
    indices: Mapping[Event, int],
    checkpoint: Checkpoint[str],
) -> Iterator[Proved]:
    size, root = checkpoint.size, checkpoint.root_hash
    levels = _levels(seals.tiles().leaves(0, size))
    for subject, rows in histories.items():
        for row in rows:
            index = indices.get((row.stream, row.version))
            if index is None:
                msg = f"{subject}#{row.version} is not sealed yet: seal it first"
                raise SealError(msg)
            proof = _beside(index, levels)
            try:
                verify_inclusion(leaf_of(row), index, size, proof, root)
            except ProofError as error:
                msg = f"{subject}#{row.version} is not what was sealed: {error}"
                raise SealError(msg) from None
            yield Proved(row, index, proof)


def _levels(leaves: list[bytes]) -> list[list[bytes]]:
    """Return the tree from its leaves to below its root: of many proofs, each costs a look."""
    levels = [leaves]
    while len(levels[-1]) > 1:
        levels.append(level_above(levels[-1]))
    return levels[:-1]


def _beside(index: int, levels: list[list[bytes]]) -> tuple[bytes, ...]:
    """Return the hashes beside the way from an event up to the root."""
    places = ((index >> height ^ 1, level) for height, level in enumerate(levels))
    return tuple(level[place] for place, level in places if place < len(level))
