"""The suites that ship with eventsourcing, for a storage of ours."""

from __future__ import annotations

from collections.abc import Callable
from unittest import TestCase

from eventsourcing.persistence import (
    AggregateRecorder,
    ApplicationRecorder,
    ProcessRecorder,
    TrackingRecorder,
)
from eventsourcing.tests.persistence import (
    AggregateRecorderTestCase,
    ApplicationRecorderTestCase,
    NonInterleavingNotificationIDsBaseCase,
    ProcessRecorderTestCase,
    TrackingRecorderTestCase,
)

from ...storage.protocol import Storage
from ...storage.recorders import StorageAggregateRecorder, StorageRecorder


def recorder_suites(open_storage: Callable[[TestCase], Storage]) -> dict[str, type[TestCase]]:
    """Return the suites of eventsourcing as test cases, to put into a test module.

    *open_storage* opens an empty storage; it may ask the test case to clean up::

        globals().update(recorder_suites(open_storage))
    """

    class TestAsAggregateRecorder(AggregateRecorderTestCase):
        def create_recorder(self) -> AggregateRecorder:
            storage = open_storage(self)
            self.addCleanup(storage.close)
            return StorageAggregateRecorder(storage)

    class TestAsApplicationRecorder(ApplicationRecorderTestCase[ApplicationRecorder]):
        def create_recorder(self) -> ApplicationRecorder:
            return _recorder(self, open_storage)

        def test_insert_subscribe(self) -> None:
            self.optional_test_insert_subscribe()

    class TestAsTrackingRecorder(TrackingRecorderTestCase):
        def create_recorder(self) -> TrackingRecorder:
            return _recorder(self, open_storage)

    class TestAsProcessRecorder(ProcessRecorderTestCase):
        def create_recorder(self) -> ProcessRecorder:
            return _recorder(self, open_storage)

    class TestPositionsDoNotInterleave(NonInterleavingNotificationIDsBaseCase):
        insert_num = 500

        def create_recorder(self) -> ApplicationRecorder:
            return _recorder(self, open_storage)

    suites = (
        TestAsAggregateRecorder,
        TestAsApplicationRecorder,
        TestAsTrackingRecorder,
        TestAsProcessRecorder,
        TestPositionsDoNotInterleave,
    )
    return {suite.__name__: suite for suite in suites}


def _recorder(test: TestCase, open_storage: Callable[[TestCase], Storage]) -> StorageRecorder:
    storage = open_storage(test)
    test.addCleanup(storage.close)
    return StorageRecorder(storage)
