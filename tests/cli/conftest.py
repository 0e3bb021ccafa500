"""Runs the command as a shell would, and keeps databases for it to look at."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path

import attrs
import pytest

from servicecore import ServiceDesk

SCRIPT = Path(sys.executable).with_name("servicecore")
COMMAND = [str(SCRIPT)] if SCRIPT.exists() else [sys.executable, "-m", "servicecore"]
PATIENCE = 300
STANDARD = "operations_manual_2025"
REQUEST = {
    "customer_id": "华兴精密机械",
    "product": "pump",
    "model": "P-200",
    "fault": "it leaks",
    "contact": "林晓雯",
}
OPEN = (
    *("ticket", "open", "T-1", "--customer", "华兴精密机械", "--product", "pump"),
    *("--model", "P-200", "--fault", "it leaks", "--contact", "林晓雯"),
)


@attrs.frozen
class Answer:
    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


def environment(**variables):
    """Return an environment that says nothing about where a desk is."""
    kept = {name: value for name, value in os.environ.items() if "SERVICECORE" not in name}
    return {**kept, **variables}


def servicecore(*argv, stdin="", cwd=None, **variables):
    done = subprocess.run(
        [*COMMAND, *map(str, argv)],
        input=stdin.encode(),
        capture_output=True,
        env=environment(**variables),
        cwd=cwd,
        timeout=PATIENCE,
        check=False,
    )
    return Answer(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture(scope="session")
def year(tmp_path_factory):
    """A small year that was lived through and kept."""
    url = f"sqlite:///{tmp_path_factory.mktemp('year') / 'demo.db'}?synchronous=off"
    done = servicecore("demo", "--scale", 0.04, "--url", url)
    assert done.code == 0, done.err
    return url


@pytest.fixture
def desk_url(tmp_path):
    """A place with one ticket of class A, opened at nine on a Monday."""
    url = f"sqlite:///{tmp_path / 'service.db'}"
    nine = datetime(2026, 1, 5, 1, tzinfo=timezone.utc)
    with ServiceDesk.open(url, standard=STANDARD) as desk:
        desk.tickets.open("T-1", **REQUEST, priority="A", at=nine)
    return url
