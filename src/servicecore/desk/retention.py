"""The counter for old records: they leave the log for an archive when nobody has to keep them here.

A record leaves when it was closed long enough ago (om2025:4.3b), nobody holds it,
and its archive has been verified.  What leaves can be restored, and proved, for ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Unpack

import attrs

from ..audit import archiving
from ..audit.archiving import HistoriesHeld, HistoriesReleased, Hold, Moved, open_holds
from ..audit.keys import Verifier
from ..audit.seals import Seals
from ..domain.days import day_of
from ..domain.personal_data import HeldError, NoSuchHoldError, RetentionError
from ..domain.personal_data.decisions import must_not_be_kept
from ..domain.refusals import RefusedError, all_told, must_be_told
from ..storage import Archive, Receipt
from ..storage.archives import bare
from ..storage.codec import stream_id, subject_and_moment
from ..storage.protocol import Row
from ..storage.pruned import is_pruned
from ..storage.sealing import person_of
from .keeping import CASES, kept_record
from .office import Office, Why, provenance_of
from .registry import PERSONAL_DATA


class StillReadError(RefusedError):
    """A read model or a policy has not taken in yet what shall leave the log."""


@attrs.frozen(kw_only=True)
class DueRecord:
    """A record that may leave the log since *kept_until* has passed."""

    subject: str
    closed_at: datetime
    kept_until: date


@attrs.frozen
class Retention:
    """Takes old records out of the log, and puts them back."""

    _office: Office

    # --- Questions --------------------------------------------------------------------

    def due(self) -> list[DueRecord]:
        """Return every record that may leave the log now, oldest first.

        Raises:
            TooShortError: If a standard would let records go too soon.
        """
        return list(self._due())

    def holds(self) -> Mapping[str, Hold]:
        """Return the holds that nobody has released, by name."""
        return open_holds(self._office.log)

    # --- Holds ------------------------------------------------------------------------

    def hold(
        self,
        hold: str,
        *,
        histories: Iterable[str],
        by: str,
        reason: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """See to it that *histories* (``ticket/T-1``) stay in the log until somebody releases them.

        Raises:
            HeldError: If another hold has that name.
        """
        must_be_told(hold=hold, by=by, reason=reason)
        held = HistoriesHeld(
            hold=hold,
            histories=all_told("histories", histories),
            by=by,
            reason=reason,
            at=self._office.moment(at),
        )

        def decide(holds: Mapping[str, Hold] | None) -> list[HistoriesHeld]:
            if hold in (holds or {}):
                msg = f"a hold of the name {hold!r} is there already"
                raise HeldError(msg)
            return [held]

        return self._office.execute(archiving.holds.SUBJECT, decide, archiving.HOLDS, why)

    def release_hold(
        self, hold: str, *, by: str, reason: str, at: datetime | None = None, **why: Unpack[Why]
    ) -> Receipt:
        """End a hold.

        Raises:
            NoSuchHoldError: If there is none of that name.
        """
        must_be_told(by=by, reason=reason)
        moment = self._office.moment(at)

        def decide(holds: Mapping[str, Hold] | None) -> list[HistoriesReleased]:
            if hold not in (holds or {}):
                msg = f"nothing is held under {hold!r}"
                raise NoSuchHoldError(msg)
            return [HistoriesReleased(hold=hold, by=by, reason=reason, at=moment)]

        return self._office.execute(archiving.holds.SUBJECT, decide, archiving.HOLDS, why)

    # --- Out of the log, and back -----------------------------------------------------

    def archive(
        self,
        file: str | Path,
        *,
        verifier: Verifier,
        histories: Iterable[str] | None = None,
        seals: Seals | None = None,
    ) -> Archive:
        """Write what may leave the log, or just these *histories*, to *file*; nothing leaves yet.

        Raises:
            SealError: If something is not sealed, or is not what was sealed.
            UnknownSubjectError: If there is nothing to write.
        """
        chosen = all_told("histories", histories) if histories is not None else None
        subjects = [each.subject for each in self._due()] if chosen is None else chosen
        log = self._office.log
        return archiving.make_archive(log, subjects, Path(file), verifier, seals=seals)

    def prune(
        self,
        file: str | Path,
        *,
        verifier: Verifier,
        by: str,
        kept_at: str | None = None,
        **why: Unpack[Why],
    ) -> Moved:
        """Take out of the log what *file* holds; of each event stay its place and its hash.

        Args:
            file: The archive; it is verified first.
            verifier: The key of whoever seals the log.
            by: Who does it.
            kept_at: Where the archive will be found; where it is now, by default.
            why: Who asked for it.

        Raises:
            BadArchiveError: If the archive is not what was sealed.
            HeldError: If somebody holds a record, or all of a customer.
            PruneError: If a record in the log is not the archived one.
            RetentionError: If a record is open, or has to be kept for longer.
            StillReadError: If a read model or a policy is behind.
        """
        must_be_told(by=by)
        archive = Archive(Path(file))
        self._must_be_taken_in(archive)
        return archiving.prune(
            self._office.log,
            archive,
            verifier,
            ensure_allowed=self._must_be_free,
            kept_at=kept_at or str(Path(file).resolve()),
            by=provenance_of({"actor": by, **why}),
        )

    def restore(self, file: str | Path, *, by: str, **why: Unpack[Why]) -> Moved:
        """Put back into the log what was taken out of it.

        Raises:
            BadArchiveError: If an event in the archive is not the one that was taken out.
        """
        must_be_told(by=by)
        provenance = provenance_of({"actor": by, **why})
        return archiving.restore(self._office.log, Archive(Path(file)), by=provenance)

    # ----------------------------------------------------------------------------------

    def _due(self) -> Iterator[DueRecord]:
        office, holds = self._office, self.holds()
        today = day_of(office.log.now(), office.calendar)
        for row in bare(office.log.storage).beginnings():
            subject, _ = subject_and_moment(row)
            if subject.partition("/")[0] not in CASES or is_pruned(row.state):
                continue
            record = kept_record(office, subject)
            until = record.until(office.calendar)
            if record.closed_at is None or until is None or today <= until:
                continue
            if not _held(office, row, holds):
                yield DueRecord(subject=subject, closed_at=record.closed_at, kept_until=until)

    def _must_be_free(self, subject: str) -> None:
        """Refuse to part with a record that is open, held, or to be kept for longer."""
        office = self._office
        record = kept_record(office, subject)
        if record.kept is None:
            kinds = " and ".join(CASES)
            msg = f"{subject} is never closed, so it stays; of what is archived, there are {kinds}"
            raise RetentionError(msg)
        (first,) = bare(office.log.storage).stream(stream_id(subject), upto=1)
        if held := _held(office, first, self.holds()):
            msg = f"{subject} is held under {held!r}"
            raise HeldError(msg)
        must_not_be_kept(record, office.calendar, office.log.now())

    def _must_be_taken_in(self, archive: Archive) -> None:
        """Refuse to part with what somebody who follows the log has still to read."""
        office = self._office
        if office.react == "inline":
            office.catch_up()
            for name in office.read_models:
                office.following(name).catch_up()
        rows = [row for history in archive.histories() for row in history]
        last = max((here.position for row in rows for here in _in_log(office, row)), default=0)
        for name, follower in office.followers().items():
            status = follower.status()
            waits = {_subject(row) for row in rows} & set(status.parked)
            if status.position < last or waits:
                msg = (
                    f"{name} is at position {status.position}, with {len(waits)} of these records "
                    f"set aside; it has to take in all until {last} first"
                )
                raise StillReadError(msg)


def _held(office: Office, first: Row, holds: Mapping[str, Hold]) -> str:
    """Return the hold of a record, or of all that is on record of its customer, if there is one."""
    subject = _subject(first)
    customer = person_of(first)
    person = office.log.load(f"personal_data/{customer}", PERSONAL_DATA)[0] if customer else None
    names = [name for name, hold in holds.items() if subject in hold.histories]
    return next(iter([*names, *(person.holds if person else ())]), "")


def _in_log(office: Office, row: Row) -> Sequence[Row]:
    """Return where an archived event stands: a log that moved counts its positions anew."""
    return bare(office.log.storage).stream(row.stream, after=row.version - 1, upto=row.version)


def _subject(row: Row) -> str:
    subject, _ = subject_and_moment(row)
    return subject
