"""What the log promises, on any storage."""
# ruff: noqa: D102 - these are tests; their names are the sentences

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from ...storage import EventLog
from .commands import CommandConformance
from .events import CATALOGUE, Watch
from .histories import HistoryConformance
from .machine import log_machine
from .snapshots import SnapshotConformance
from .waiting import WaitingConformance

Open = Callable[..., EventLog]


class LogConformance(
    HistoryConformance, CommandConformance, SnapshotConformance, WaitingConformance
):
    """Append, decide, read back, wait: the same on every storage."""

    @pytest.fixture
    def watch(self) -> Watch:
        """Return the clock of the log."""
        return Watch()

    @pytest.fixture
    def log(self, open_it: Open, watch: Watch) -> Iterator[EventLog]:
        """Return an empty log."""
        with open_it(catalogue=CATALOGUE, clock=watch) as log:
            yield log

    def test_it_agrees_with_a_plain_list(self, open_it: Open) -> None:
        run_state_machine_as_test(
            log_machine(open_it),
            settings=settings(max_examples=15, stateful_step_count=25, deadline=None),
        )
