"""A recorder of the eventsourcing package that writes to a storage of ours.

It lets eventsourcing programs use our storages, and its own test suites judge them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from eventsourcing.persistence import (
    AggregateRecorder,
    ApplicationRecorder,
    IntegrityError,
    Notification,
    ProcessRecorder,
    StoredEvent,
    Subscription,
)
from eventsourcing.persistence import Tracking as TheirTracking

from .bell import Bell
from .errors import AlreadyTrackedError, DuplicateEventError
from .protocol import Row, Storage, Tracking

_PAGE = 1000


class StorageRecorder(ProcessRecorder):
    """A recorder of eventsourcing that keeps everything in a storage of ours."""

    def __init__(self, storage: Storage) -> None:
        self._storage, self._bell = storage, Bell()

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int]:
        """Store all of them or none, with the tracking that may come along."""
        rows = [row_of(each)[1:] for each in stored_events]
        tracking = _tracking(kwargs.get("tracking"))
        try:
            head = self._storage.write(lambda writing: writing.insert(rows, tracking=tracking))
        except (DuplicateEventError, AlreadyTrackedError) as error:
            raise IntegrityError(error) from error
        self._bell.ring()
        return list(range(head - len(rows) + 1, head + 1))

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """Return the events of one stream."""
        after = -1 if gt is None else gt
        rows = self._storage.stream(stream_hex(originator_id), after=after, upto=lte)
        return [stored_event(row) for row in (rows[::-1] if desc else rows)[:limit]]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Return events of the log, in order."""
        after = max(0, (start or 0) - (1 if inclusive_of_start else 0))
        found: list[Notification] = []
        while len(found) < limit and (rows := self._storage.rows(after=after, limit=limit)):
            wanted = (row for row in rows if stop is None or row.position <= stop)
            found += [_notification(row) for row in wanted if not topics or row.topic in topics]
            after = rows[-1].position
        return found[:limit]

    def max_notification_id(self) -> int | None:
        """Return the head of the log."""
        return self._storage.head() or None

    def subscribe(
        self, gt: int | None = None, topics: Sequence[str] = ()
    ) -> Subscription[ApplicationRecorder]:
        """Follow the log, live."""
        return _Following(self, self._bell, gt=gt, topics=topics)

    def insert_tracking(self, tracking: TheirTracking) -> None:
        """Record how far a follower has come."""
        self.insert_events([], tracking=tracking)

    def max_tracking_id(self, application_name: str) -> int | None:
        """Return how far a follower has come."""
        return self._storage.tracked(application_name)


class StorageAggregateRecorder(AggregateRecorder):
    """The same for those who keep no log of it, such as snapshots: they ask for no positions."""

    def __init__(self, storage: Storage) -> None:
        self._recorder = StorageRecorder(storage)

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> None:
        """Store all of them or none."""
        self._recorder.insert_events(stored_events, **kwargs)

    def select_events(self, originator_id: UUID | str, **limits: Any) -> Sequence[StoredEvent]:
        """Return the events of one stream."""
        return self._recorder.select_events(originator_id, **limits)


class _Following(Subscription[ApplicationRecorder]):
    def __init__(
        self, recorder: StorageRecorder, bell: Bell, *, gt: int | None, topics: Sequence[str]
    ) -> None:
        super().__init__(recorder, gt, topics)
        self._bell = bell
        self._page: Iterator[Notification] = iter(())

    def stop(self) -> None:
        super().stop()
        self._bell.ring()

    def __next__(self) -> Notification:
        while not self._has_been_stopped:
            for notification in self._page:
                self._last_notification_id = notification.id
                return notification
            self._bell.wait_until(self._has_news, timeout=None)
        raise StopIteration

    def _has_news(self) -> bool:
        if self._has_been_stopped:
            return True
        last = self._last_notification_id or 0
        found = self._recorder.select_notifications(
            last, _PAGE, topics=self._topics, inclusive_of_start=False
        )
        self._page = iter(found)
        return bool(found)


# ---------------------------------------------------------------------------------


def stream_hex(originator_id: UUID | str) -> str:
    """Return the stream as we store it."""
    return (originator_id if isinstance(originator_id, UUID) else UUID(originator_id)).hex


def row_of(each: StoredEvent, position: int = 0) -> Row:
    """Return an event of theirs as a row of ours."""
    stream = stream_hex(each.originator_id)
    return Row(position, stream, each.originator_version, each.topic, None, each.state)


def stored_event(row: Row) -> StoredEvent:
    """Return a row of ours as an event of theirs."""
    return StoredEvent(UUID(row.stream), row.version, row.topic, row.state)


def _notification(row: Row) -> Notification:
    return Notification(UUID(row.stream), row.version, row.topic, row.state, id=row.position)


def _tracking(tracking: TheirTracking | None) -> Tracking | None:
    return Tracking(tracking.application_name, tracking.notification_id) if tracking else None
