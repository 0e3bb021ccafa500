"""PostgreSQL keeps what the log promises."""

from __future__ import annotations

from functools import partial
from urllib.parse import parse_qsl, urlsplit

import pytest

from servicecore.storage import open_log
from servicecore.storage.places import postgres_at
from servicecore.storage.postgres import PostgresStorage
from servicecore.testing.conformance import (
    DurableConformance,
    FollowerConformance,
    LogConformance,
    PolicyConformance,
    TablesConformance,
)
from servicecore.testing.conformance.recorders import recorder_suites


class TestPostgreSQL(
    LogConformance, FollowerConformance, PolicyConformance, TablesConformance, DurableConformance
):
    @pytest.fixture
    def url(self, postgresql):
        return postgresql.fresh()

    @pytest.fixture
    def open_it(self, url):
        return partial(open_log, url)


@pytest.fixture(autouse=True, scope="module")
def _server(postgresql):
    """The suites of eventsourcing know no fixtures; this is where they find the server."""
    _SERVERS.append(postgresql)
    yield
    _SERVERS.clear()


_SERVERS = []


def _fresh(_):
    place = urlsplit(_SERVERS[0].fresh())
    return PostgresStorage(*postgres_at(place, dict(parse_qsl(place.query)))[1])


globals().update(recorder_suites(_fresh))
