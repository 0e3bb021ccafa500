"""A read model is built anew beside the one in use, on many cores if need be.

Streams are folded in portions wherever *executor* takes them, as they were at one
position of the log; then a follower catches up with what was recorded meanwhile,
and in one step the new version takes the place of the old.  Until then the old
one answers.  Whoever is killed leaves it whole, and what he had done for whoever
goes on.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

import attrs

from . import skipping
from .errors import StorageError, UnknownTableError, VersionInUseError
from .follower import Follower
from .lease import Lease
from .log import EventLog
from .model_notes import Note, Notes, Stage
from .portions import (
    Fold,
    Folded,
    Folding,
    FoldingWhole,
    FromLog,
    Source,
    our_codec,
)
from .sharing import in_turn, is_here, opener_of
from .tables import Commit, in_use
from .topics import Topics

_STRIDE = 20_000  # Events between two words on how it goes.
_LEASE = timedelta(minutes=1)

Progress = Callable[[int, int], object]  #: Done, of how many.


class RebuildRunningError(StorageError):
    """Somebody is building that read model anew already."""


@attrs.frozen(kw_only=True)
class Rebuild:
    """What is to be built, and who folds.

    Args:
        log: The log; the rows go to its tables.
        model: The read model; one that looks at all streams together is built by one follower.
        name: What it is called.
        edition: The rule by which it is built.
        executor: Where portions are folded; here, one after the other, by default.
        jobs: How many it folds at once.
        source: A copy of the log to read the streams from; the log itself, by default.
        version: Build this version, and leave it beside the one in use.
        resume: Go on where a rebuild was interrupted, if one was.
        progress: Told how far it is.
    """

    log: EventLog
    model: Folding
    name: str
    edition: str
    executor: Executor | None = None
    jobs: int = 1
    source: Source | None = None
    version: int | None = None
    resume: bool = False
    progress: Progress

    def run(self) -> int:
        """Build it, and return the position of the log that it tells of.

        Raises:
            RebuildRunningError: If somebody else does.
            VersionInUseError: If *version* is the one in use.
            UnsharedLogError: If others should fold a log that is only in memory.
        """
        source = self.source or FromLog(self.log, opener_of(self.log, self.executor))
        with _alone(self.log, self.name) as lease:
            version = self._begin(source)
            if isinstance(self.model, FoldingWhole) and not self._position(version):
                self._fold_streams(self.model, version, source, lease)
            position = self._catch_up(version, lease)
            if not lease.keep():
                raise _is_running(lease, self.name)
            self._finish(version)
        return position

    # --- Before -----------------------------------------------------------------------

    def _begin(self, source: Source) -> int:
        """Return the version to build, which has its table, and may be half built."""
        notes, tables = Notes(self.log.tables), self.log.tables
        active = tables.active(self.name)
        if self.version is not None and self.version == active:
            raise in_use(self.name, self.version)
        known = notes.versions(self.name)
        if self.resume:
            for version, note in known.items():
                if version != active and self._goes_on(version, note, source):
                    return version
        for version, note in known.items():
            if version != active and (note.stage is not Stage.BESIDE or version == self.version):
                try:
                    _drop(self.log, self.name, version)
                except VersionInUseError:
                    # The last word of a builder who was killed has let it take that place.
                    return self._begin(source)
        version = self.version or max([active or 0, *known]) + 1
        begun = Note(
            edition=self.edition,
            stage=Stage.BUILDING,
            source=source.name,
            base=source.head() if isinstance(self.model, FoldingWhole) else 0,
        )
        notes.keep(self.name, version, begun)
        self._keep(version, Folded(rows=(), letters=()), upto=0, begun=False)  # Makes the table.
        return version

    def _goes_on(self, version: int, note: Note, source: Source) -> bool:
        ours = self.version in {None, version} and note.stage is Stage.BUILDING
        alike = (note.edition, note.source) == (self.edition, source.name)
        return ours and alike and self._is_there(version)

    def _is_there(self, version: int) -> bool:
        try:
            self.log.tables.read(self.name, version)
        except UnknownTableError:  # Whoever was late noted it when it was dropped.
            return False
        return True

    # --- Streams, in portions -----------------------------------------------------------

    def _fold_streams(
        self, model: FoldingWhole, version: int, source: Source, lease: Lease
    ) -> None:
        notes = Notes(self.log.tables)
        note = notes.of(self.name, version)
        if note is None or note.base == 0:
            return  # Nothing was recorded yet.
        here = Fold(
            model=model,
            skipped=skipping.positions(self.log, self.name),
            now=self.log.now(),
            codec=lambda: self.log.codec,
        )
        work = here if is_here(self.executor) else attrs.evolve(here, codec=our_codec)
        left = source.portions(Topics.of(model.topics), after=note.done, upto=note.base)
        for portion, told in in_turn(self.executor, work, left, ahead=2 * self.jobs):
            # Elsewhere something may be missing, such as the module of an event.
            folded = here(portion) if told.letters and work is not here else told
            if not lease.keep():
                raise _is_running(lease, self.name)
            self._keep(version, folded, upto=note.base if portion.done == note.base else 0)
            notes.keep(self.name, version, attrs.evolve(note, done=portion.done))
            self.progress(portion.done, self.log.head())

    def _keep(self, version: int, folded: Folded, *, upto: int, begun: bool = True) -> None:
        """Keep rows; the version is at a position only when it has all of them."""
        commit = Commit(
            name=self.name,
            version=version,
            after=0,
            upto=upto,
            put=folded.rows,
            set_aside=folded.letters,
            unread=True,
            begun=begun,
        )
        try:
            self.log.tables.apply(commit)
        except UnknownTableError as error:
            msg = f"{self.name} version {version} was dropped: somebody else builds it anew"
            raise RebuildRunningError(msg) from error

    def _position(self, version: int) -> int:
        return self.log.tables.position(self.name, version)

    # --- Afterwards --------------------------------------------------------------------

    def _catch_up(self, version: int, lease: Lease) -> int:
        new = Follower(
            self.log,
            self.name,
            self.model.observe,
            version=version,
            topics=self.model.topics,
            skipped=skipping.positions(self.log, self.name),
        )
        while new.position < (head := self.log.head()):
            if not lease.keep():
                raise _is_running(lease, self.name)
            self.progress(new.catch_up(upto=min(head, new.position + _STRIDE)), head)
        return new.position

    def _finish(self, version: int) -> None:
        notes, tables = Notes(self.log.tables), self.log.tables
        old = tables.active(self.name)
        if self.version is not None:
            notes.keep(self.name, version, Note(edition=self.edition, stage=Stage.BESIDE))
            return
        notes.keep(self.name, version, Note(edition=self.edition))
        tables.activate(self.name, version)
        if old is not None:
            _drop(self.log, self.name, old)


def drop(log: EventLog, name: str, version: int) -> None:
    """Drop a version of a read model that stands beside the one in use.

    Raises:
        UnknownTableError: If there is no such version.
        VersionInUseError: If it is the one in use.
        RebuildRunningError: If somebody is building that read model.
    """
    log.tables.read(name, version)
    with _alone(log, name):
        _drop(log, name, version)


def _drop(log: EventLog, name: str, version: int) -> None:
    """Drop a version; its note says so first, lest somebody goes on with what is left of it."""
    notes = Notes(log.tables)
    note = notes.of(name, version) or Note(edition="")
    notes.keep(name, version, attrs.evolve(note, stage=Stage.DROPPED))
    try:
        log.tables.drop(name, version)
    except VersionInUseError:
        notes.keep(name, version, note)
        raise
    notes.forget(name, version)


# --- One at a time -------------------------------------------------------------------


@contextmanager
def _alone(log: EventLog, name: str) -> Iterator[Lease]:
    """See to it that nobody else builds *name* meanwhile.

    Raises:
        RebuildRunningError: If somebody does.
    """
    holder = f"{socket.gethostname()}/{os.getpid()}/{uuid4().hex[:8]}"
    lease = Lease(log, name=f"rebuild_{name}", holder=holder, length=_LEASE)
    _give_up_for_the_dead(lease)
    if not lease.take():
        raise _is_running(lease, name)
    try:
        yield lease
    finally:
        lease.give_up()


def _is_running(lease: Lease, name: str) -> RebuildRunningError:
    """Return the refusal to build what somebody else builds, or has built meanwhile."""
    msg = f"{name} is being built anew already, by {lease.held_by() or 'somebody else'}"
    return RebuildRunningError(msg)


def _give_up_for_the_dead(lease: Lease) -> None:
    """Do not wait for a program of this machine that was killed."""
    holder = lease.held_by()
    if holder is not None and _is_gone(holder):
        late = Lease(lease.log, name=lease.name, holder=holder, length=lease.length)
        if late.take():
            late.give_up()


def _is_gone(holder: str) -> bool:
    host, process, _ = holder.split("/")
    if host != socket.gethostname() or os.name != "posix":
        return False  # Nobody knows; the lease runs out by itself.
    try:
        os.kill(int(process), 0)  # Signal 0 only asks.
    except ProcessLookupError:
        return True
    except PermissionError:
        pass
    return False
