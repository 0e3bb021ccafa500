"""What the clauses are proved on: the front door, in memory."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from servicecore import ServiceDesk


@pytest.fixture
def desk():
    with ServiceDesk.open("memory:", standard="operations_manual_2025") as desk:
        yield desk


@pytest.fixture
def unattended_desk():
    """A desk at which nobody reacts by himself: the policies are left to workers."""
    with ServiceDesk.open("memory:", standard="operations_manual_2025", react="worker") as desk:
        yield desk


@pytest.fixture
def desk_under():
    """Open a desk under another of the four standards."""
    with ExitStack() as open_desks:

        def open_desk(standard: str) -> ServiceDesk:
            return open_desks.enter_context(ServiceDesk.open("memory:", standard=standard))

        yield open_desk
