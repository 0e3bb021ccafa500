"""Every program in `examples/` runs, and tells what it promises."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = sorted((Path(__file__).parents[1] / "examples").glob("*.py"))


def run(example):
    told = subprocess.run(
        [sys.executable, "-W", "error", example], capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stderr
    return told.stdout.splitlines()


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_runs_and_says_something(example):
    assert run(example)


def test_a_late_answer_is_escalated_twice_and_missed():
    told = run(next(each for each in EXAMPLES if each.stem == "a_late_answer"))
    assert [line.split()[-1] for line in told].count("TicketEscalated") == 2
    assert told[-1] == "missed"
