"""The desk of these tests knows loaners, and serves under our own standard."""

from __future__ import annotations

import pytest

from loaners import EXTENSION


@pytest.fixture
def service_desk_options():
    return {"extensions": [EXTENSION], "standard": "loaner_house"}
