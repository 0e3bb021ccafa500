"""The sealer: it walks behind the log, and signs how far it has come and what it saw.

It is off the way of whoever writes.  What it has not reached yet is not
protected, so how far it is behind is a figure to watch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from itertools import islice
from threading import Event, Lock

import attrs

from ..storage import EventLog, FollowerStatus
from ..storage.follower import keep_up, lag_behind
from ..storage.protocol import Row
from .keys import Signer
from .leaves import leaf_of
from .notes import Checkpoint, format_checkpoint, open_note, parse_checkpoint, sign_note
from .refusals import SealError
from .seals import Seal, Seals
from .tiles import Growing

_BATCH = 10_000
_ELSEWHERE = "a checkpoint kept elsewhere"


@attrs.frozen(kw_only=True)
class SealStatus:
    """How much of a log is sealed; *lag* is how long the oldest unsealed event is on record."""

    size: int
    position: int
    head: int
    unsealed: int
    lag: timedelta
    sealed_at: datetime | None


class Sealer:
    """Seals what was recorded, in order, and refuses to sign over anything that changed."""

    def __init__(
        self,
        log: EventLog,
        signer: Signer,
        *,
        seals: Seals | None = None,
        kept: Iterable[Checkpoint[str]] = (),
        reads_all: bool = True,
    ) -> None:
        """Take up the work where the last seal ends.

        Args:
            log: What is sealed.
            signer: The key; its name is the origin that the checkpoints name.
            seals: Where seals are kept; beside the log, by default.
            kept: Checkpoints that were kept elsewhere; the log must agree with them.
            reads_all: Whether all that was sealed is read once more first.  Else only
                the last event is, and a change before it is left to be found by
                :func:`verify`.
        """
        self._log, self._signer = log, signer
        self._seals = seals or Seals(log.tables)
        self._kept = sorted(kept, key=lambda each: each.size)
        self._reads_all = reads_all
        self._tree, self._position = Growing(), 0
        self._turn = Lock()  # Between reading on and sealing, nobody else may move the two.

    def seal(self) -> Seal | None:
        """Seal everything that is on record by now; return the newest seal, if there is one.

        What others record meanwhile is for the next time, or there would be no end to it.
        Of several threads one seals at a time.

        Raises:
            SealError: If what was sealed before has changed since; nothing is signed then.
            NoteError: If the newest seal is not signed by this key.
        """
        head = self._log.head()
        with self._turn:
            while True:
                latest = self._seals.latest()
                self._follow(latest)
                rows = list(islice(self._log.rows_since(self._position), self._batch_size()))
                if self._position >= head or not rows:
                    return latest
                self._seal(rows)

    def status(self) -> SealStatus:
        """Tell how much is sealed, and how far behind that is."""
        return status_of(self._log, self._seals)

    def watch(
        self, stop: Event, *, pause: float = 1.0, tell: Callable[[Seal], None] | None = None
    ) -> None:
        """Seal what comes in until *stop* is set; when the storage fails, try again later.

        *tell* is called with each new seal.

        Raises:
            SealError: If what was sealed before has changed since.
        """
        told: Seal | None = None

        def seal_and_tell() -> None:
            nonlocal told
            sealed = self.seal()
            if sealed is not None and sealed != told and tell:
                tell(sealed)
            told = sealed

        keep_up(self._log, seal_and_tell, stop, pause=pause)

    def follower_status(self) -> FollowerStatus:
        """Tell how far it has come, as whatever follows the log does."""
        found = status_of(self._log, self._seals)
        return FollowerStatus(
            name="sealer",
            position=found.position,
            head=found.head,
            events_behind=found.unsealed,
            lag=found.lag,
            parked=(),
            dead_letters=0,
        )

    # --- What was sealed before ----------------------------------------------------

    def _follow(self, latest: Seal | None) -> None:
        """Come to where the newest seal ends, and see to it that the log says the same.

        The newest seal may be that of somebody who was faster.
        """
        size = latest.size if latest else 0
        if size < self._tree.size:
            msg = f"{self._tree.size} events were sealed, and now the newest seal is of {size}"
            raise SealError(msg)
        if latest is None:
            self._ensure_nothing_was_lost()
            return
        self._ensure_signed(latest)
        if self._tree.size == 0 and not self._reads_all:
            self._trust(latest)
        for kept in [each for each in self._kept if self._tree.size <= each.size <= size]:
            self._read_on(kept.size)
            self._ensure_root(kept.root_hash, _ELSEWHERE)
        self._read_on(size)
        self._ensure_root(latest.root, "the newest seal")
        self._ensure_nothing_was_lost()

    def _read_on(self, size: int) -> None:
        """Read the log until its first *size* events are in our tree."""
        rows = self._log.rows_since(self._position)
        while missing := size - self._tree.size:
            page = list(islice(rows, min(missing, _BATCH)))
            if not page:
                msg = f"{size} events were sealed, but only {self._tree.size} are on record"
                raise SealError(msg)
            self._tree.add([leaf_of(row) for row in page])
            self._position = page[-1].position

    def _trust(self, latest: Seal) -> None:
        """Begin at the newest seal, if the log still ends there as it did."""
        tiles = self._seals.tiles()
        for kept in self._kept:
            if kept.size <= latest.size:
                ensure_root(kept.size, tiles.root(kept.size), kept.root_hash, _ELSEWHERE)
        (last,) = self._seals.entries(latest.size - 1, latest.size)
        row = next(self._log.rows_since(last.position - 1, limit=1), None)
        if row is None or row.position != last.position or leaf_of(row) != last.leaf:
            msg = f"position {last.position} is not what it was when it was sealed"
            raise SealError(msg)
        self._tree, self._position = Growing.from_pages(tiles, latest.size), last.position

    def _ensure_signed(self, seal: Seal) -> None:
        origin = parse_checkpoint(open_note(seal.note, self._signer.verifier)).origin
        if origin != self._signer.name:
            msg = f"the newest seal is of {origin}, not of {self._signer.name}"
            raise SealError(msg)

    def _ensure_root(self, expected: bytes, whose: str) -> None:
        ensure_root(self._tree.size, self._tree.root, expected, whose)

    def _ensure_nothing_was_lost(self) -> None:
        """See to it that no checkpoint kept elsewhere knows more than we have on record."""
        for kept in self._kept:
            if kept.size > self._tree.size and not self._has(kept.size - self._tree.size):
                msg = f"a checkpoint kept elsewhere is of {kept.size} events; not so many are there"
                raise SealError(msg)

    def _has(self, more: int) -> bool:
        rows = self._log.rows_since(self._position, limit=more)
        return sum(1 for _ in rows) == more

    # --- What is sealed now ----------------------------------------------------------

    def _batch_size(self) -> int:
        """Return how many events to seal at once: up to the next checkpoint kept elsewhere."""
        ahead = [each.size - self._tree.size for each in self._kept if each.size > self._tree.size]
        return min([_BATCH, *ahead])

    def _seal(self, rows: Sequence[Row]) -> None:
        tree = self._tree.copy()
        pages = tree.add([leaf_of(row) for row in rows])
        for kept in self._kept:
            if kept.size == tree.size:
                ensure_root(kept.size, tree.root, kept.root_hash, _ELSEWHERE)
        text = format_checkpoint(self._signer.name, tree.size, tree.root)
        seal = Seal(
            size=tree.size,
            root=tree.root,
            note=sign_note(text, self._signer),
            sealed_at=self._log.now(),
        )
        if self._seals.add(rows, seal=seal, pages=pages):
            self._tree, self._position = tree, rows[-1].position


def status_of(log: EventLog, seals: Seals) -> SealStatus:
    """Tell how much of *log* is sealed, and how far behind that is."""
    latest = seals.latest()
    size = latest.size if latest else 0
    position = next(seals.entries(size - 1, size)).position if size else 0
    return SealStatus(
        size=size,
        position=position,
        head=log.head(),
        unsealed=sum(1 for _ in log.rows_since(position)),
        lag=lag_behind(log, position),
        sealed_at=latest.sealed_at if latest else None,
    )


def ensure_root(size: int, found: bytes, expected: bytes, whose: str) -> None:
    """See to it that the first *size* events are those of a checkpoint.

    Raises:
        SealError: If they are not.
    """
    if found != expected:
        msg = (
            f"the first {size} events are not those of {whose}: "
            f"their root is {found.hex()}, not {expected.hex()}; nothing was signed"
        )
        raise SealError(msg)
