"""Build read models anew on Apache Spark: an executor whose workers are those of a cluster.

Run with ``python examples/spark/on_spark.py sqlite:///service.db export-folder``.  The workers
need the same version of this package, and the folder of the export on a disk they share.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

from pyspark.sql import SparkSession

from servicecore import ServiceDesk
from servicecore.exchange.exports.parquet import ParquetExport, export_parquet

P = ParamSpec("P")
R = TypeVar("R")


class OnSpark(Executor):
    """Hands out each call as a Spark job of one task; so many are under way at once as *jobs*."""

    def __init__(self, spark: SparkSession, *, jobs: int) -> None:
        self._context, self._waiting = spark.sparkContext, ThreadPoolExecutor(jobs)

    def submit(self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """Let a worker of the cluster call *fn*."""
        return self._waiting.submit(self._run, lambda _: fn(*args, **kwargs))

    def _run(self, call: Callable[[int], R]) -> R:
        [told] = self._context.parallelize([0], 1).map(call).collect()
        return told

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002  # as its base says
        """Wait for what is under way."""
        self._waiting.shutdown(wait, cancel_futures=cancel_futures)


def rebuild(url: str, folder: str, *, spark: SparkSession, jobs: int) -> dict[str, Any]:
    """Export what is new, and build ticket facts anew from the export, on the cluster."""
    with ServiceDesk.open(url, react="worker") as desk, OnSpark(spark, jobs=jobs) as cluster:
        exported = export_parquet(desk.log, folder)
        source = ParquetExport.of(desk.log, folder)
        desk.projects.rebuild("ticket_facts", executor=cluster, jobs=jobs, source=source)
    events = spark.read.parquet(folder)
    return {"exported": exported.events, "by_name": dict(events.groupBy("name").count().collect())}


if __name__ == "__main__":
    session = SparkSession.builder.master("local[2]").appName("servicecore").getOrCreate()
    print(rebuild(sys.argv[1], sys.argv[2], spark=session, jobs=2))
    session.stop()
