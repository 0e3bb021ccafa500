"""For pytest: a service desk for each test, and its timeline when the test fails.

It is loaded wherever servicecore is installed, so it fetches nothing until a
test asks for it.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .desks import DeskOnTrial, DeskOptions

_MOST = 60  #: Lines of a timeline; the last ones tell why.


@pytest.fixture
def service_desk_options() -> DeskOptions:
    """Return what the desk is told; override it, to list extensions or a standard of yours."""
    return {}


@pytest.fixture
def service_desk(service_desk_options: DeskOptions) -> Iterator[DeskOnTrial]:
    """Yield a desk in memory, on a Monday at nine, with a clock that can be moved."""
    from .desks import open_desk  # noqa: PLC0415  # only who asks waits for it

    with open_desk(**service_desk_options) as desk:
        yield desk


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show what the desk has on record under a test that failed."""
    report = yield
    desk = getattr(item, "funcargs", {}).get("service_desk")
    if desk is not None and report.when == "call" and report.failed:
        lines = desk.timeline().splitlines()
        left_out = [f"… {len(lines) - _MOST} before"] if len(lines) > _MOST else []
        report.sections.append(("on record", "\n".join([*left_out, *lines[-_MOST:]])))
    return report
