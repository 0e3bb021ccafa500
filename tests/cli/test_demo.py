"""A quarter of a service desk, lived through in a shell."""

from __future__ import annotations

import os
import pty
import subprocess
from datetime import timedelta
from threading import Thread

import pytest

from servicecore.cli.demo.lives import END, START, midnight, steps_of_a_quarter
from servicecore.cli.output import width
from servicecore.domain.calendar import WorkingCalendar

from .conftest import COMMAND, PATIENCE, environment, servicecore

ZONE = WorkingCalendar.china(2026).zone
SMALL = ("demo", "--tickets", "25")


@pytest.fixture(scope="module")
def told():
    """What the small demo tells."""
    answer = servicecore(*SMALL)
    assert answer.code == 0, answer.err
    return answer.out


class TestTheDemo:
    """One command shows a newcomer what the desk does, the same each time."""

    def test_another_seed_tells_another_story(self, told):
        assert servicecore(*SMALL, "--seed", 2).out != told

    def test_it_tells_what_was_promised_kept_and_broken_and_that_all_agrees(self, told):
        for chapter in ("What came in", "What was promised", "Who had to be told", "all agree."):
            assert chapter in told
        assert max(map(width, told.splitlines())) <= 80

    def test_the_same_seed_tells_the_same_and_nothing_goes_where_the_environment_points(
        self, told, tmp_path
    ):
        url = f"sqlite:///{tmp_path / 'real.db'}"
        assert servicecore(*SMALL, SERVICECORE_URL=url, PYTHONHASHSEED="7").out == told
        assert list(tmp_path.iterdir()) == []

    def test_as_json_it_is_the_report(self):
        told = servicecore(*SMALL, "--json").json
        assert told["as_of"] == "2026-03-31T16:00:00+00:00"
        assert "first_response_attainment" in told["measures"]

    def test_at_a_terminal_progress_is_shown_beside_the_answer(self, told):
        answer, shown = at_a_terminal(*SMALL)
        assert answer.decode() == told
        assert b"the quarter" in shown


class TestTheLives:
    """The quarter is drawn from its seed alone, and every life makes sense."""

    def test_nothing_happens_outside_the_quarter(self):
        steps = steps_of_a_quarter(seed=7, tickets=200, zone=ZONE)
        assert midnight(START, ZONE) <= steps[0].at
        assert steps[-1].at < midnight(END, ZONE)

    def test_each_ticket_is_opened_first_and_in_order(self):
        steps = steps_of_a_quarter(seed=7, tickets=200, zone=ZONE)
        begun = {}
        for step in steps:
            begun.setdefault(step.ticket, step.verb)
        assert set(begun.values()) == {"open"}
        assert list(begun) == sorted(begun)

    def test_everything_that_can_happen_happens(self):
        verbs = {each.verb for each in steps_of_a_quarter(seed=1, tickets=600, zone=ZONE)}
        assert verbs >= {
            *("open", "classify", "assign", "answer", "receive_message", "diagnose", "pause"),
            *("resume", "change_priority", "offer_solution", "record_work", "resolve", "confirm"),
            *("close", "reopen", "cancel", "merge", "note"),
        }

    def test_some_answers_are_late(self):
        steps = steps_of_a_quarter(seed=1, tickets=600, zone=ZONE)
        opened = {each.ticket: each.at for each in steps if each.verb == "open"}
        waits = [each.at - opened[each.ticket] for each in steps if each.verb == "answer"]
        assert min(waits) < timedelta(minutes=30)
        assert max(waits) > timedelta(days=2)


def at_a_terminal(*argv):
    """Run the command with a terminal as its stderr; return what came out there and on stdout."""
    ours, theirs = pty.openpty()
    shown = []
    command = subprocess.Popen(
        [*COMMAND, *argv],
        stdout=subprocess.PIPE,
        stderr=theirs,
        env=environment(TERM="xterm"),
    )
    os.close(theirs)

    def watch():
        try:
            while piece := os.read(ours, 4096):
                shown.append(piece)
        except OSError:  # The terminal is gone.
            pass

    watcher = Thread(target=watch)
    watcher.start()
    told, _ = command.communicate(timeout=PATIENCE)
    watcher.join(timeout=PATIENCE)
    os.close(ours)
    return told, b"".join(shown)
