"""Read models can be thrown away and built anew; what is on record can be checked."""

from __future__ import annotations

import attrs
import pytest

from servicecore import ServiceDesk
from servicecore.desk import projects
from servicecore.desk.projects import UnknownReadModelError
from servicecore.desk.registry import READ_MODELS
from servicecore.domain.events import Provenance
from servicecore.storage import Change, UnknownTableError
from servicecore.storage.errors import VersionInUseError
from servicecore.storage.model_notes import Notes
from servicecore.storage.rebuilding import RebuildRunningError, _alone
from tests.moments import HOUR, MINUTE, NINE, REQUEST, opened_as


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'service.db'}"


def busy(desk, tickets=3):
    for n in range(1, tickets + 1):
        desk.tickets.open(f"T-{n}", **REQUEST, priority="A", at=NINE)
        desk.tickets.answer(f"T-{n}", by="Lin", at=NINE + n * HOUR)


class TestCatchingUp:
    """All read models take in what is new, and somebody may look on."""

    def test_tells_how_far_they_are_together(self, monkeypatch):
        monkeypatch.setattr(projects, "_STRIDE", 4)
        with ServiceDesk.open("memory:", react="worker") as desk:
            busy(desk, 4)
            models, head, seen = len(desk.projects.names()), desk.log.head(), []
            desk.projects.catch_up(progress=lambda *each: seen.append(each))

            assert seen[0] == (4, models * head)
            assert seen[-1] == (models * head, models * head)
            assert seen == sorted(seen)
            status = [each for each in desk.projects.status() if each.name in READ_MODELS]
            assert {each.events_behind for each in status} == {0}

            seen.clear()
            desk.projects.catch_up(progress=lambda *each: seen.append(each))
            assert seen == []  # There is nothing to tell.


class TestAVersionBuiltBeside:
    """It can be dropped; the one in use cannot."""

    def test_it_goes_with_its_rows_and_its_note(self, url):
        with ServiceDesk.open(url) as desk:
            busy(desk)
            desk.projects.rebuild("ticket_facts", version=7)
            desk.projects.drop("ticket_facts", version=7)

            assert list(Notes(desk.log.tables).versions("ticket_facts")) == [1]
            with pytest.raises(UnknownTableError, match="ticket_facts"):
                desk.projects.drop("ticket_facts", version=7)

    def test_not_the_one_in_use(self, url):
        with ServiceDesk.open(url) as desk:
            busy(desk)
            before = Notes(desk.log.tables).versions("ticket_facts")
            with pytest.raises(VersionInUseError, match="version 1 of ticket_facts is in use"):
                desk.projects.drop("ticket_facts", version=1)

            assert Notes(desk.log.tables).versions("ticket_facts") == before
            assert desk.reports.response_times()["first_response"][0].n == 3

    def test_nobody_may_be_building_it(self, url):
        with ServiceDesk.open(url) as desk:
            desk.projects.rebuild("ticket_facts", version=7)
            with _alone(desk.log, "ticket_facts"), pytest.raises(RebuildRunningError):
                desk.projects.drop("ticket_facts", version=7)
            desk.projects.drop("ticket_facts", version=7)


class TestRebuilding:
    """Beside the one in use, which it then replaces in one step."""

    @pytest.mark.parametrize("name", READ_MODELS)
    def test_tells_how_far_it_has_come(self, name):
        with ServiceDesk.open("memory:") as desk:
            busy(desk)
            seen = []
            done = desk.projects.rebuild(name, progress=lambda *each: seen.append(each))

            assert done == desk.log.head()
            assert seen[-1] == (desk.log.head(), desk.log.head())

    @pytest.mark.parametrize("name", READ_MODELS)
    def test_nothing_recorded_nothing_built(self, name):
        with ServiceDesk.open("memory:") as desk:
            assert desk.projects.rebuild(name) == 0
            assert list(desk._office.rows(name).scan()) == []

    def test_can_be_done_time_and_again_and_the_old_one_goes(self, url):
        with ServiceDesk.open(url) as desk:
            busy(desk)
            before = desk.reports.json(as_of=NINE)
            for _ in range(3):
                desk.projects.rebuild("ticket_facts")
                assert desk.reports.json(as_of=NINE) == before
            versions = [each for each in desk.log.tables.status() if each.name == "ticket_facts"]

            assert [each.active for each in versions] == [True]

    def test_what_another_desk_built_is_kept_up_to_date_here_too(self, url):
        with ServiceDesk.open(url) as one, ServiceDesk.open(url) as other:
            busy(one, 1)
            assert other.reports.response_times()["first_response"][0].n == 1
            one.projects.rebuild("ticket_facts")
            one.projects.rebuild("deadlines")
            other.tickets.open("T-9", **REQUEST, priority="A", at=NINE - HOUR)
            other.tickets.answer("T-9", by="Lin", at=NINE)

            assert other.reports.response_times()["first_response"][0].n == 2
            assert other.reports.json()["log_head"] == other.log.head()
            assert other.next_wake_up() == one.next_wake_up()
            other.projects.rebuild("ticket_facts")
            assert one.reports.response_times()["first_response"][0].n == 2

    def test_survives_a_restart(self, url):
        with ServiceDesk.open(url) as desk:
            busy(desk)
            desk.projects.rebuild("ticket_facts")
            before = desk.reports.json(as_of=NINE)
        with ServiceDesk.open(url) as desk:
            assert desk.reports.json(as_of=NINE) == before

    def test_one_that_does_not_exist(self):
        with (
            ServiceDesk.open("memory:") as desk,
            pytest.raises(UnknownReadModelError, match="no read model 'churn'; there are c"),
        ):
            desk.projects.rebuild("churn")


class TestStatus:
    """How far each read model and each policy has come."""

    def test_of_all_of_them(self):
        with ServiceDesk.open("memory:") as desk:
            busy(desk)
            desk.reports.response_times()
            told = {each.name: each for each in desk.projects.status()}

            assert {"deadlines", "ticket_facts"} <= set(desk.projects.names())
            assert {*desk.projects.names(), "acknowledgement", "starting_level"} <= set(told)
            assert told["ticket_facts"].events_behind == 0
            assert told["acknowledgement"].events_behind == 0
            assert told["deadlines"].position < desk.log.head()
            assert {each.dead_letters for each in told.values()} == {0}


class TestChecking:
    """Everything on record, computed once more."""

    def test_what_the_desk_did_agrees(self):
        with ServiceDesk.open("memory:") as desk:
            busy(desk)
            desk.run_due(NINE + 30 * HOUR)
            seen = []

            assert list(desk.projects.check(progress=lambda *each: seen.append(each))) == []
            assert seen == [(1, 3), (2, 3), (3, 3)]

    def test_what_somebody_wrote_into_the_log_is_found(self):
        opened, classified = opened_as("A")
        promise, *rest = classified.promises
        forged = attrs.evolve(
            classified, promises=(attrs.evolve(promise, due=promise.due + MINUTE), *rest)
        )
        with ServiceDesk.open("memory:") as desk:
            desk.log.append(
                Change("ticket/T-1", (opened, forged), after=0),
                provenance=Provenance(actor="somebody"),
            )

            [found] = desk.projects.check()
            told = "due in the promise of first_response, round 1"
            assert (found.event, found.what) == ("ticket/T-1#2", told)
