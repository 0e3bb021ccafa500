"""Taking histories out of the log, and putting them back.

Nothing is taken out that is not in a verified archive, to the byte.  The
certificate goes on record first; then each history is taken out, or put back, in a
transaction of its own.  Who is interrupted does the same once more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import attrs

from ...domain.events import Provenance
from ...storage import Archive, BadArchiveError, Change, EventLog, Fold, UnknownStorageError
from ...storage.archives import bare
from ...storage.codec import subject_and_moment
from ...storage.protocol import Prunable, Row, Storage
from ...storage.pruned import is_pruned, pruned, remains
from ..keys import Verifier
from ..leaves import leaf_of
from ..refusals import PruneError
from .certificates import certificate_of, subject_of
from .checking import ArchiveVerdict, verify_archive
from .events import HistoriesPruned, HistoriesRestored

_COUNT: Fold[int] = Fold(lambda count, _: (count or 0) + 1, name="archive")

Allowed = Callable[[str], None]  #: Raises what forbids to take that history out.


@attrs.frozen(kw_only=True)
class Moved:
    """How many histories and events were taken out of the log, or put back."""

    archive: str
    histories: int
    events: int


def prune(
    log: EventLog,
    archive: Archive,
    verifier: Verifier,
    *,
    ensure_allowed: Allowed,
    kept_at: str,
    by: Provenance,
) -> Moved:
    """Take out of *log* what *archive* holds, and leave of each event its place and its hash.

    Args:
        log: The log.
        archive: It is verified before anything else.
        verifier: The key of the sealer.
        ensure_allowed: Is asked for each history, before the first is touched, and
            once more right before it leaves: meanwhile somebody may have come to need it.
        kept_at: Where the archive is to be found; whoever asks for the histories is told.
        by: Who does it.

    Raises:
        BadArchiveError: If the archive is not what was sealed.
        PruneError: If a history in the log is another one, or went on since.
        UnknownStorageError: If nothing can be taken out of this storage.
    """
    verdict, storage = verify_archive(archive, verifier), _prunable(log)
    waiting = 0
    for rows in archive.histories():
        found = bare(log.storage).stream(rows[0].stream)
        if not _ensure_same(found, rows):
            ensure_allowed(_subject_of(rows))
            waiting += 1
    if not waiting:
        return Moved(archive=archive.name, histories=0, events=0)
    _certify(log, verdict, kept_at=kept_at, by=by)
    histories = events = 0
    for rows in archive.histories():
        found = bare(log.storage).stream(rows[0].stream)
        if _ensure_same(found, rows):
            continue  # Who was interrupted here goes on with the next.
        ensure_allowed(_subject_of(rows))
        left = [pruned(row, leaf_of(row), archive=archive.name, kept_at=kept_at) for row in found]
        if not storage.exchange(found, left):
            raise _went_on(rows)
        histories, events = histories + 1, events + len(left)
    return Moved(archive=archive.name, histories=histories, events=events)


def restore(log: EventLog, archive: Archive, *, by: Provenance) -> Moved:
    """Put back into *log* what was taken out of it, each event as it was.

    Raises:
        BadArchiveError: If an event in the archive is not the one that was taken out.
        PruneError: If a history went on meanwhile.
        UnknownStorageError: If nothing can be put back into this storage.
    """
    storage, histories, events = _prunable(log), 0, 0
    for rows in archive.histories():
        found = bare(log.storage).stream(rows[0].stream)
        whole = [_restored(archive, row, rows) for row in found]
        if whole == list(found):
            continue
        if not storage.exchange(found, whole):
            raise _went_on(rows)
        histories, events = histories + 1, events + len(rows)
    if certificate_of(log, archive.name):
        told = HistoriesRestored(archive=archive.name, histories=histories, at=log.now())
        _record(log, archive.name, told, by)
    return Moved(archive=archive.name, histories=histories, events=events)


# -----------------------------------------------------------------------------------


def _ensure_same(found: Sequence[Row], archived: Sequence[Row]) -> bool:
    """See to it that a history is the archived one; tell whether it was taken out before."""
    if [(row.version, leaf_of(row)) for row in found] != [
        (row.version, leaf_of(row)) for row in archived
    ]:
        raise _went_on(archived)
    return all(is_pruned(row.state) for row in found)


def _restored(archive: Archive, row: Row, archived: Sequence[Row]) -> Row:
    if not is_pruned(row.state):
        return row
    here = remains(row).archive == archive.name and row.version <= len(archived)
    whole = archived[row.version - 1]._replace(position=row.position) if here else row
    if leaf_of(whole) != leaf_of(row) or not here:
        msg = f"{archive.path}: it does not hold version {row.version} of {remains(row).subject}"
        raise BadArchiveError(msg)
    return whole


def _certify(log: EventLog, verdict: ArchiveVerdict, *, kept_at: str, by: Provenance) -> None:
    before = certificate_of(log, verdict.archive)
    if before and before.sha256 != verdict.sha256:
        msg = f"another archive was called {verdict.archive!r}, of {before.at.isoformat()}"
        raise PruneError(msg)
    if before and before.kept_at == kept_at:
        return  # Who was interrupted has said so already.
    told = HistoriesPruned(
        archive=verdict.archive,
        kept_at=kept_at,
        sha256=verdict.sha256,
        histories=verdict.histories,
        size=verdict.size,
        root=verdict.root.hex(),
        at=log.now(),
    )
    _record(log, verdict.archive, told, by)


def _record(log: EventLog, archive: str, told: Any, by: Provenance) -> None:
    subject = subject_of(archive)
    _, version = log.load(subject, _COUNT)
    log.append(Change(subject, [told], after=version), provenance=by)


def _prunable(log: EventLog) -> Prunable:
    storage: Storage = bare(log.storage)
    if not isinstance(storage, Prunable):
        msg = f"nothing can be taken out of {type(storage).__name__}; move the log first"
        raise UnknownStorageError(msg)
    return storage


def _subject_of(rows: Sequence[Row]) -> str:
    subject, _ = subject_and_moment(rows[0])
    return subject


def _went_on(rows: Sequence[Row]) -> PruneError:
    return PruneError(f"{_subject_of(rows)} is not in the log as it was archived; archive it anew")
