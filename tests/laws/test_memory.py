"""A log is never held in memory: what a rebuild takes does not grow with it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from servicecore import ServiceDesk
from servicecore.storage.codec import stream_id
from tests.laws.recorded_logs import BUSIEST, put_on_record

#: How many events there are; SERVICECORE_EVENTS asks for more, such as 10_000_000.
FEW, MANY = 20_000, int(os.environ.get("SERVICECORE_EVENTS", "400_000"))
MEGABYTES = 15  #: What chance may add: the caches of SQLite, and how memory is given back.

REBUILD = """
import resource, sys
from servicecore import ServiceDesk
with ServiceDesk.open(sys.argv[1], react="worker") as desk:
    desk.projects.rebuild("ticket_facts")
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def a_log_of(events, url):
    """Put the busiest of the recorded histories on record, time and again under other numbers."""
    with ServiceDesk.open(url, react="worker") as desk:
        put_on_record(desk.log, BUSIEST)
        rows = list(desk.log.rows_since(0))
        subjects = {stream_id(each): each for each in desk.log.subjects()}
        for copy in range(events // len(rows)):
            copies = [
                (stream_id(new), version, topic, at, state.replace(old.encode(), new.encode(), 1))
                for _, stream, version, topic, at, state in rows
                for old, new in [(subjects[stream], f"{subjects[stream]}-{copy}")]
            ]
            desk.log.storage.write(lambda writing, new=copies: writing.insert(new))


def megabytes_to_rebuild(events, folder):
    url = f"sqlite:///{folder}/{events}.db?synchronous=off"
    a_log_of(events, url)
    told = subprocess.run(
        [sys.executable, "-c", REBUILD, url], capture_output=True, text=True, check=True
    )
    return int(told.stdout)


@pytest.mark.slow
def test_a_rebuild_takes_the_same_whatever_the_length_of_the_log(tmp_path):
    few, many = (megabytes_to_rebuild(events, tmp_path) for events in (FEW, MANY))

    assert many <= few + MEGABYTES
