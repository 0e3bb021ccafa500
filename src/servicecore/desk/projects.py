"""The counter for read models: how far they are, building them anew, checking what they tell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor

import attrs

from ..audit import Discrepancy, check_ticket
from ..storage import DeadLetter
from ..storage.comparing import Comparison, compare
from ..storage.follower import Follower, FollowerStatus
from ..storage.model_notes import OutdatedReadModelError
from ..storage.policy import PolicyFollower
from ..storage.portions import FoldingWhole, Source
from ..storage.rebuilding import Rebuild, drop
from ..storage.skipping import Skipped, skip, skipped
from ..storage.worker_processes import worker_processes
from .office import Office

_STRIDE = 10_000  # Events between two words on how it goes.

Progress = Callable[[int, int], None]  #: Done, of how many.


class UnknownReadModelError(LookupError):
    """No read model has that name."""


@attrs.frozen
class Projects:
    """Read models can be thrown away and built anew from the log at any time."""

    _office: Office

    def names(self) -> list[str]:
        """Return the names of all read models."""
        return sorted(self._office.read_models)

    def status(self) -> list[FollowerStatus]:
        """Tell how far each read model and policy has come, and what it could not take in."""
        return self._office.status()

    def outdated(self) -> dict[str, str]:
        """Return the read models that were built by another rule than ours, and what to do."""
        found: dict[str, str] = {}
        for name in self.names():
            try:
                self._office.ensure_current(name)
            except OutdatedReadModelError as error:
                found[name] = str(error)
        return found

    def catch_up(self, *, progress: Progress | None = None) -> None:
        """Bring every read model up to date.

        Args:
            progress: Told how many events have been taken in, by all read models together.

        Raises:
            OutdatedReadModelError: If one has to be rebuilt first; the others are up to date.
        """
        tell, outdated, head = progress or _silently, self.outdated(), self._office.log.head()
        current = [name for name in self.names() if name not in outdated]
        left = {name: max(0, head - self._office.following(name).position) for name in current}
        total = sum(left.values())
        for name in current:
            for still in range(left[name], 0, -_STRIDE):
                left[name] = max(0, still - _STRIDE)
                self._office.follow(name, upto=head - left[name])
                tell(total - sum(left.values()), total)
        for told in outdated.values():
            raise OutdatedReadModelError(told)

    def settle(self) -> None:
        """Let every policy note how far it has come, when there is time: others see it then."""
        self._office.settle()

    # --- Building anew ---------------------------------------------------------------

    def rebuild(
        self,
        name: str,
        *,
        executor: Executor | None = None,
        jobs: int = 1,
        source: Source | None = None,
        version: int | None = None,
        resume: bool = False,
        progress: Progress | None = None,
    ) -> int:
        """Build a read model anew beside the one in use, and let it take its place in one step.

        Args:
            name: Which.
            executor: Any of ``concurrent.futures``, or one that behaves so, such as
                Dask's ``client.get_executor()``: it folds portions of the streams.
            jobs: How many portions are folded at once; without *executor*, by as many
                processes of this machine.
            source: A copy of this log to read from, such as an export to Parquet.
            version: Build this version, and leave it beside the one in use, to compare them.
            resume: Go on where a rebuild was interrupted.
            progress: Told how far it has come.

        Returns:
            The position in the log that it tells of.

        Raises:
            UnknownReadModelError: If there is none of that name.
            RebuildRunningError: If somebody is building it already.
            VersionInUseError: If *version* is the one in use.
            UnsharedLogError: If others should read a log that they cannot open.
        """
        self._must_exist(name)
        with worker_processes(jobs if executor is None and self.is_by_stream(name) else 1) as ours:
            return Rebuild(
                log=self._office.log,
                model=self._office.known.read_models[name],  # pyright: ignore[reportArgumentType]
                name=name,
                edition=self._office.edition(name),
                executor=executor or ours,
                jobs=jobs,
                source=source,
                version=version,
                resume=resume,
                progress=progress or _silently,
            ).run()

    def is_by_stream(self, name: str) -> bool:
        """Tell whether it makes a row of each history, so that many can build it at once."""
        return isinstance(self._office.known.read_models[name], FoldingWhole)

    def compare(self, name: str, *, version: int) -> Comparison:
        """Tell whether a version that was built beside the one in use has the same rows.

        Raises:
            UnknownReadModelError: If there is none of that name.
            UnknownTableError: If it has no such version.
        """
        self._must_exist(name)
        beside = self._office.log.tables.read(name, version)
        return compare(self._office.rows(name), beside)

    def drop(self, name: str, *, version: int) -> None:
        """Drop a version that was built beside the one in use.

        Raises:
            UnknownReadModelError: If there is none of that name.
            UnknownTableError: If it has no such version.
            VersionInUseError: If *version* is the one in use.
            RebuildRunningError: If somebody is building that read model.
        """
        self._must_exist(name)
        drop(self._office.log, name, version)

    # --- What was set aside ------------------------------------------------------------

    def set_aside(self, name: str) -> list[DeadLetter]:
        """Return what a read model or a policy could not take in, oldest first.

        Raises:
            UnknownReadModelError: If nothing that follows the log has that name.
        """
        follower = self._follower(name)
        return self._office.log.tables.dead_letters(name, follower.version)

    def retry(self, name: str) -> int:
        """Let it take in again what was set aside, oldest first; return how many went well.

        Raises:
            UnknownReadModelError: If nothing that follows the log has that name.
        """
        return self._follower(name).retry_dead_letters()

    def skip(self, name: str, position: int, *, reason: str, actor: str = "desk") -> Skipped:
        """Let it pass by an event that was set aside, for good, and take in what waits behind it.

        It stays on record who decided so and why, and rebuilds pass it by too.

        Raises:
            UnknownReadModelError: If nothing that follows the log has that name.
            NotSetAsideError: If nothing was set aside at that position.
        """
        follower = self._follower(name)
        log = self._office.log
        told = skip(
            log, name, version=follower.version, position=position, reason=reason, actor=actor
        )
        follower.retry_dead_letters()
        return told

    def skipped(self) -> list[Skipped]:
        """Return every event that is passed by, with who decided so and why."""
        return skipped(self._office.log)

    # -------------------------------------------------------------------------------------

    def check(self, *, progress: Progress | None = None) -> Iterator[Discrepancy]:
        """Compute every promise and measurement once more, and yield what does not agree."""
        tell = progress or _silently
        log = self._office.log
        total = sum(1 for _ in log.subjects("ticket"))  # Counted, for they may be too many to hold.
        for done, subject in enumerate(log.subjects("ticket"), start=1):
            yield from check_ticket(log.history(subject), self._office.rulebook)
            tell(done, total)

    def _follower(self, name: str) -> Follower | PolicyFollower:
        followers = self._office.followers()
        if name not in followers:
            msg = f"nothing that follows the log is called {name!r}; there are {sorted(followers)}"
            raise UnknownReadModelError(msg)
        return followers[name]

    def _must_exist(self, name: str) -> None:
        if name not in self._office.read_models:
            msg = f"there is no read model {name!r}; there are {', '.join(self.names())}"
            raise UnknownReadModelError(msg)


def _silently(done: int, total: int) -> None:
    """Tell nobody."""
