"""PostgreSQL keeps what the log promises."""

from __future__ import annotations

from functools import partial

import pytest

from servicecore.storage import open_log
from servicecore.testing.conformance import (
    DurableConformance,
    FollowerConformance,
    LogConformance,
    PolicyConformance,
    TablesConformance,
)


class TestPostgreSQL(
    LogConformance, FollowerConformance, PolicyConformance, TablesConformance, DurableConformance
):
    @pytest.fixture
    def url(self, postgresql):
        return postgresql.fresh()

    @pytest.fixture
    def open_it(self, url):
        return partial(open_log, url)
