"""How much the tests try, and where data from outside lies.

Hypothesis runs ``quick`` unless ``SERVICECORE_HYPOTHESIS=thorough``: few
examples, the same for the same code; the thorough run looks for new ones.  Tests
marked ``slow`` run with ``--slow`` or ``SERVICECORE_SLOW=1``, and always in CI.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.database import DirectoryBasedExampleDatabase

from tests.postgresql import CARELESS, Cluster

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"

# Deadlines, and the look at how long examples take to draw, would make a test fail
# because the machine was busy.
settings.register_profile(
    "quick",
    max_examples=50,
    stateful_step_count=30,
    deadline=None,
    derandomize=True,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "thorough",
    parent=settings.get_profile("quick"),
    max_examples=2000,
    stateful_step_count=100,
    derandomize=False,
    database=DirectoryBasedExampleDatabase(ROOT / ".hypothesis" / "examples"),
)
settings.load_profile(os.environ.get("SERVICECORE_HYPOTHESIS", "quick"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--slow", action="store_true", help="run the tests marked slow, too")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    asked = os.environ.get("SERVICECORE_SLOW") == "1" or os.environ.get("CI") == "true"
    if asked or config.getoption("--slow"):
        return
    skip = pytest.mark.skip(reason="slow: runs with --slow or SERVICECORE_SLOW=1")
    for item in items:
        if "slow" in item.keywords:
            item.add_marker(skip)


@pytest.fixture(scope="session")
def shared() -> Path:
    """Worked cases and real files that stand beside the checkout, never in it."""
    if not SHARED.is_dir():
        pytest.skip("there is no ../shared beside this checkout")
    return SHARED


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Cluster]:
    """A server of our own, for as long as these tests run; see :mod:`tests.postgresql`."""
    cluster = Cluster(*CARELESS)
    yield cluster
    cluster.remove()
