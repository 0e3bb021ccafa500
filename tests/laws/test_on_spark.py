"""Read models are built anew on Apache Spark, with the recipe that the documentation gives."""

from __future__ import annotations

import shutil
import sys
from collections import Counter
from pathlib import Path

import pytest

from servicecore import ServiceDesk
from tests.laws.recorded_logs import BUSIEST, a_desk_with, rows_of

RECIPE = Path(__file__).parents[2] / "examples" / "spark"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore"),  # Spark warns of what is not ours.
    pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs a Java"),
]


@pytest.fixture
def spark(monkeypatch):
    sql = pytest.importorskip("pyspark.sql")
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    monkeypatch.syspath_prepend(str(RECIPE))
    monkeypatch.setenv("PYTHONPATH", str(RECIPE))
    builder = sql.SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    session = builder.config("spark.driver.host", "127.0.0.1").getOrCreate()
    yield session
    session.stop()


def test_they_are_what_they_are_here(spark, tmp_path):
    from on_spark import rebuild  # noqa: PLC0415  # where there is a Spark

    url, folder = f"sqlite:///{tmp_path / 'service.db'}", tmp_path / "export"
    with a_desk_with(BUSIEST, url) as desk:
        live = rows_of(desk, "ticket_facts")
        names = Counter(row.topic for row in desk.log.rows_since(0))

    told = rebuild(url, str(folder), spark=spark, jobs=2)

    assert told == {"exported": names.total(), "by_name": names}
    with ServiceDesk.open(url, react="worker") as desk:
        assert desk.log.tables.active("ticket_facts") == 2
        assert rows_of(desk, "ticket_facts") == live
        assert desk.log.tables.dead_letters("ticket_facts", 2) == []
