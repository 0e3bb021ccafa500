"""The counter for read models: how far they are, building them anew, checking what they tell."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import attrs

from ..audit import Discrepancy, check_ticket
from ..storage.follower import FollowerStatus
from .office import Office

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

    def catch_up(self) -> None:
        """Bring every read model up to date."""
        for name in self._office.read_models:
            self._office.rows(name)

    def rebuild(self, name: str, *, progress: Progress | None = None) -> int:
        """Build a read model anew beside the one in use, and let it take its place in one step.

        Returns:
            The position in the log that it tells of.

        Raises:
            UnknownReadModelError: If there is none of that name.
        """
        if name not in self._office.read_models:
            msg = f"there is no read model {name!r}; there are {', '.join(self.names())}"
            raise UnknownReadModelError(msg)
        return self._office.rebuild(name, progress or _silently)

    def check(self, *, progress: Progress | None = None) -> Iterator[Discrepancy]:
        """Compute every promise and measurement once more, and yield what does not agree."""
        tell = progress or _silently
        log = self._office.log
        subjects = list(log.subjects("ticket"))
        for done, subject in enumerate(subjects, start=1):
            yield from check_ticket(log.history(subject), self._office.rulebook)
            tell(done, len(subjects))


def _silently(done: int, total: int) -> None:
    """Tell nobody."""
