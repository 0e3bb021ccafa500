"""Read models at a shell: anew on many cores, side by side, and what was set aside."""

from __future__ import annotations

import pytest

from servicecore import ServiceDesk
from servicecore.cli.progress import pace
from servicecore.storage.follower import dead_letter
from servicecore.storage.model_notes import Note, Notes
from servicecore.storage.rebuilding import _alone
from tests.cli.conftest import servicecore


@pytest.fixture
def poisoned(desk_url):
    """A place where ticket_facts could not take in the first event."""
    with ServiceDesk.open(desk_url, react="worker") as desk:
        desk.projects.catch_up()
        (row,) = desk.log.rows_since(0, limit=1)
        here = desk.log.tables.position("ticket_facts", 1)
        with desk.log.tables.batch("ticket_facts", 1, upto=here) as batch:
            batch.set_aside(dead_letter(desk.log, row, error="ValueError('no')", attempts=4))
    return desk_url


class TestRebuilding:
    """The same rows, however many build them."""

    def test_in_processes_and_those_that_cannot_say_so(self, desk_url):
        built = servicecore("project", "rebuild", "--all", "--jobs", 2, "--url", desk_url)

        assert built.code == 0
        assert (
            built.err
            == "servicecore: deadlines looks at all records together, so one process builds it\n"
        )
        assert "ticket_facts was built anew, up to position " in built.out

    def test_beside_the_one_in_use(self, desk_url):
        on = ("--url", desk_url)
        built = servicecore("project", "rebuild", "ticket_facts", "--version", 5, *on)
        assert built.out.startswith("ticket_facts version 5 was built beside the one in use")
        assert built.out.endswith(
            ": 1 rows are the same, 0 differ, 0 are only in use, 0 only beside it\n"
        )
        told = servicecore("project", "rebuild", "ticket_facts", "--version", 5, "--json", *on).json
        assert told["compared"]["ticket_facts"]["same"] == 1

    def test_what_was_built_beside_is_dropped(self, desk_url):
        on = ("--url", desk_url)
        servicecore("project", "rebuild", "ticket_facts", "--version", 5, *on)
        drop = ("project", "drop", "ticket_facts", "--version")

        assert servicecore(*drop, 5, *on).out == "ticket_facts version 5 was dropped\n"
        again, in_use = servicecore(*drop, 5, *on), servicecore(*drop, 1, *on)
        assert (again.code, in_use.code) == (4, 2)
        assert "no version 5 of 'ticket_facts'" in again.err
        assert "version 1 of ticket_facts is in use" in in_use.err
        assert servicecore("report", "json", *on).code == 0

    def test_one_that_runs_already_is_a_conflict(self, desk_url):
        with ServiceDesk.open(desk_url) as desk, _alone(desk.log, "ticket_facts"):
            built = servicecore("project", "rebuild", "ticket_facts", "--url", desk_url)
        assert built.code == 5
        assert "ticket_facts is being built anew already, by " in built.err

    def test_names_or_all(self, desk_url):
        told = servicecore("project", "rebuild", "deadlines", "--all", "--url", desk_url)
        assert told.code == 2
        assert "leave out 'deadlines'" in told.err

    def test_an_outdated_one_is_told(self, desk_url):
        with ServiceDesk.open(desk_url) as desk:
            Notes(desk.log.tables).keep("ticket_facts", 1, Note(edition="0"))
        status = servicecore("project", "status", "--url", desk_url)
        assert status.code == 0
        assert "servicecore project rebuild ticket_facts" in status.err
        asked = servicecore("report", "json", "--url", desk_url)
        assert asked.code == 1
        assert "servicecore project rebuild ticket_facts" in asked.err


class TestSetAside:
    """What could not be taken in is told, tried again, or passed by."""

    def test_it_is_told_and_passed_by_on_record(self, poisoned):
        on = ("--url", poisoned)
        told = servicecore("project", "aside", *on)
        assert told.code == 3
        assert "ValueError('no')" in told.out
        reason = ("--reason", "a test call", "--actor", "Lin")
        skipped = servicecore("project", "skip", "ticket_facts", 1, *reason, *on)
        assert skipped.out == "ticket_facts passes by position 1 (ticket/T-1): a test call\n"
        left = servicecore("project", "aside", "--json", *on)
        assert left.code == 0
        assert left.json["set_aside"] == {}
        assert left.json["skipped"][0]["actor"] == "Lin"
        again = servicecore("project", "skip", "ticket_facts", 1, *reason, *on)
        assert again.code == 4
        assert "has not set position 1 aside" in again.err

    def test_it_is_tried_again(self, poisoned):
        done = servicecore("project", "retry", "--all", "--url", poisoned)
        assert done.out == "ticket_facts took in 1 again; 0 are still set aside\n"
        none = servicecore("project", "retry", "ticket_facts", "--url", poisoned)
        assert none.out == "nothing was set aside\n"
        assert servicecore("project", "retry", "--url", poisoned).code == 2
        assert servicecore("project", "retry", "mood", "--url", poisoned).code == 4


class TestPace:
    """How fast it goes, and how long the rest takes."""

    @pytest.mark.parametrize(
        ("done", "total", "seconds", "told"),
        [
            (100, 1000, 1.0, "100/s, 0:09 left"),
            (1000, 100_000, 0.5, "2,000/s, 0:50 left"),
            (1, 121, 1.0, "1/s, 2:00 left"),
            (10, 5, 1.0, "10/s, 0:00 left"),
            (10, 20, 0.0, ""),
        ],
    )
    def test_is_told(self, done, total, seconds, told):
        assert pace(done, total, seconds) == told
