"""Every program in `examples/` runs, and tells what it promises."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parents[1] / "examples"
EXAMPLES = sorted([*HERE.glob("*.py"), *HERE.glob("extension/*.py")])


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


def test_a_web_service_goes_on_after_a_restart_with_what_a_worker_did():
    told = run(HERE / "a_web_service.py")
    assert [line.split()[0] for line in told[:3]] == ["201", "201", "409"]
    assert told[0] == told[1]
    assert told[3:] == [
        "{'status': 'open', 'level': 'supervisor'}",
        """{'detail': "there is no ticket 'T-9'"}""",
    ]


def test_a_django_site_goes_on_after_a_restart_with_what_a_worker_did():
    told = run(HERE / "a_django_site.py")
    assert [line.split()[0] for line in told[:4]] == ["201", "200", "409", "200"]
    assert told[4:] == [
        "{'level': 'supervisor', 'acknowledged': True}",
        """{'error': "there is no ticket 'T-9'"}""",
    ]


def test_a_pump_that_was_lent_is_asked_back_and_overdue():
    told = run(HERE / "extension" / "lend_a_pump.py")
    assert told == ["promised: 1 h", "back by: 2025-03-11 16:00:00+00:00", "still out: pump 7 late"]


def test_an_auditor_finds_what_was_changed_and_which_promise_was_broken():
    assert run(HERE / "an_audit.py") == [
        "broken: om2025:2.2b ticket/T-1",
        "broken: om2025:2.2c ticket/T-6",
        "as it was sealed: True",
        "changed: ticket/T-1#7 (ticket.answered), at position 7",
    ]


def test_an_analyst_tells_which_case_another_standard_would_have_let_pass():
    told = run(HERE / "another_standard.py")
    assert told[:2] == [
        "operations_manual_2025@1: 4 of 6 answered in time",
        "tender_standard@1 (what if): 5 of 6 answered in time",
    ]
    assert told[2:] == ["ticket/T-1: missed, would be met, due 22:00:00 later"]


def test_no_part_of_the_extension_is_longer_than_a_page():
    lengths = {
        each.name: len(each.read_text(encoding="utf-8").splitlines())
        for each in (HERE / "extension" / "loaners").iterdir()
        if each.is_file()
    }
    assert max(lengths.values()) < 60, lengths


def test_the_storage_is_no_longer_than_a_page():
    text = (HERE / "a_storage_of_ones_own.py").read_text(encoding="utf-8")
    storage = text[text.index("class JournalStorage") : text.index("if __name__")]
    assert 30 < storage.count("\n") < 60
