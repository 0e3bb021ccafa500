"""Recorded histories as logs that can be followed."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path

from servicecore import ServiceDesk
from tests.histories.replaying import Line

FILES = sorted(Path(__file__).parents[1].glob("histories/*.jsonl"))
BUSIEST = next(path for path in FILES if path.stem == "first_office")  #: It has the most tickets.


@contextmanager
def a_desk_with(path, url):
    """Open a desk that has the history of *path* on record, and does not react to it."""
    with ServiceDesk.open(url, react="worker") as desk:
        put_on_record(desk.log, path)
        yield desk


def put_on_record(log, path):
    lines = path.read_text(encoding="utf-8").splitlines()
    rows = [Line.read(line).row(position)[1:] for position, line in enumerate(lines, start=1)]
    log.storage.write(lambda writing: writing.insert(rows))


def rows_of(desk, name):
    """Return the rows of the read model in use, to the byte."""
    return [tuple(row) for row in desk._office.rows(name).scan()]
