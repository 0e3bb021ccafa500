"""Where a fault strikes: a SQLite file, or a schema of a PostgreSQL server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import parse_qs, urlsplit

import attrs

from tests.postgresql import Cluster

SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"


@attrs.frozen(kw_only=True)
class Place:
    """One log that nobody has written to, and a folder beside it."""

    kind: str
    url: str
    folder: Path
    cluster: Cluster | None = None

    @property
    def server(self) -> Cluster:
        """The server that keeps it."""
        assert self.cluster is not None, "a file has no server"
        return self.cluster


@contextmanager
def a_place(kind: str, cluster: Cluster | None = None) -> Iterator[Place]:
    """Lend a place; a schema of *cluster* if it is to be on PostgreSQL."""
    with TemporaryDirectory(prefix="servicecore-fault-") as name:
        folder = Path(name)
        if kind == SQLITE:
            yield Place(kind=kind, url=f"sqlite:///{folder}/desk.db?wait=60", folder=folder)
        else:
            assert cluster is not None, "PostgreSQL needs a server"
            url = cluster.fresh(wait=60)
            yield Place(kind=kind, url=url, folder=folder, cluster=cluster)
            with cluster.connect() as connection:
                connection.execute("SET client_min_messages = error")
                connection.execute(f"DROP SCHEMA {_schema(url)} CASCADE")


def _schema(url: str) -> str:
    return parse_qs(urlsplit(url).query)["schema"][0]
