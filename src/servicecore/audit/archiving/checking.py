"""Is an archive whole, and what was sealed?  It is asked of the file alone, and of the key."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

import attrs

from ...storage import Archive, BadArchiveError, UnreadableEventError
from ...storage.archives import Proved
from ...storage.codec import stream_id, subject_and_moment
from ...storage.pruned import is_pruned
from ..keys import Verifier
from ..leaves import leaf_of
from ..merkle import ProofError, verify_inclusion
from ..notes import Checkpoint, open_checkpoint
from ..refusals import NoteError, SealError


@attrs.frozen(kw_only=True)
class ArchiveVerdict:
    """What an archive holds, every event of it proved under the checkpoint of *size* events."""

    archive: str
    sha256: str
    histories: dict[str, int]
    size: int
    root: bytes

    @property
    def events(self) -> int:
        """How many there are."""
        return sum(self.histories.values())


def verify_archive(archive: Archive, verifier: Verifier) -> ArchiveVerdict:
    """See to it that every event of *archive* is what was sealed, and no history has a gap.

    That a history has no later event, an archive cannot show; pruning compares it
    with the log.

    Raises:
        BadArchiveError: Naming what is wrong with it.
    """
    try:
        checkpoint = open_checkpoint(archive.checkpoint, verifier)
    except NoteError as error:
        raise _bad(archive, f"its checkpoint: {error}") from error
    histories: dict[str, int] = {}
    for stream, events in groupby(archive.proved(), key=lambda each: each.row.stream):
        subject, count = _history(archive, events, checkpoint)
        if subject in histories or stream_id(subject) != stream:
            raise _bad(archive, f"stream {stream} is not the one history of {subject}")
        histories[subject] = count
    if not histories:
        raise _bad(archive, "it holds nothing")
    return ArchiveVerdict(
        archive=archive.name,
        sha256=archive.sha256(),
        histories=histories,
        size=checkpoint.size,
        root=checkpoint.root_hash,
    )


def _history(
    archive: Archive, events: Iterator[Proved], checkpoint: Checkpoint[str]
) -> tuple[str, int]:
    subject, version = "", 0
    for version, each in enumerate(events, 1):
        row = each.row
        place = f"version {row.version} of stream {row.stream}"
        if row.version != version:
            raise _bad(archive, f"{place} follows version {version - 1}")
        try:
            if is_pruned(row.state):
                raise _bad(archive, f"{place} is but what was left of an event")
            _verify(each, checkpoint)
            subject = subject or subject_and_moment(row)[0]
        except (ProofError, SealError, UnreadableEventError, TypeError) as error:
            raise _bad(archive, f"{place} is not what was sealed: {error}") from error
    return subject, version


def _verify(each: Proved, checkpoint: Checkpoint[str]) -> None:
    verify_inclusion(
        leaf_of(each.row), each.place, checkpoint.size, each.proof, checkpoint.root_hash
    )


def _bad(archive: Archive, why: str) -> BadArchiveError:
    return BadArchiveError(f"{archive.path}: {why}")
