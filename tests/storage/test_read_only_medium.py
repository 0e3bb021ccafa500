"""A log on a disc, or on a volume that is mounted for reading only."""

from __future__ import annotations

import pytest

from servicecore.storage import (
    ReadOnlyError,
    UnknownStorageError,
    UnreachableStorageError,
    open_log,
)
from servicecore.testing.conformance.events import CATALOGUE, LIN, opened


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "log.db"
    with open_log(f"sqlite:///{path}", catalogue=CATALOGUE) as log:
        log.append(opened("case/1"), provenance=LIN)
    return path


class TestALogThatNobodyWrites:
    """It is read as it is; of any other, SQLite puts two files beside what it reads."""

    def test_nothing_is_put_beside_it(self, path):
        with open_log(f"sqlite:///{path}?mode=ro&immutable=1", catalogue=CATALOGUE) as log:
            assert [each.id for each in log.since(0)] == ["case/1#1"]
            assert [each.name for each in path.parent.iterdir()] == ["log.db"]

    def test_not_one_that_somebody_writes(self, path):
        with open_log(f"sqlite:///{path}", catalogue=CATALOGUE) as writing:
            writing.append(opened("case/2"), provenance=LIN)
            with pytest.raises(UnreachableStorageError, match=r"log\.db-wal may hold .* not in"):
                open_log(f"sqlite:///{path}?mode=ro&immutable=1")

    def test_it_is_for_reading_only(self, path):
        with pytest.raises(UnknownStorageError, match="mode=ro&immutable=1"):
            open_log(f"sqlite:///{path}?immutable=1")

    def test_where_there_is_none_none_is_made(self, tmp_path):
        with pytest.raises(UnreachableStorageError, match=r"none\.db"):
            open_log(f"sqlite:///{tmp_path}/none.db?mode=ro&immutable=1")
        assert list(tmp_path.iterdir()) == []

    def test_who_may_not_write_is_told_of_it(self, path):
        with open_log(f"sqlite:///{path}", catalogue=CATALOGUE) as log:
            log.storage._database._writer.execute("PRAGMA query_only = ON")
            with pytest.raises(ReadOnlyError, match="say mode=ro&immutable=1"):
                log.append(opened("case/2"), provenance=LIN)

    def test_who_may_put_no_file_beside_it_is_told_of_it(self, path):
        path.with_name("log.db-wal").mkdir()
        with pytest.raises(UnreachableStorageError, match="say mode=ro&immutable=1"):
            open_log(f"sqlite:///{path}?mode=ro")
