"""``servicecore audit check``: found or not, told to programs and people, and put on record."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

import pytest

from servicecore import ServiceDesk
from servicecore.cli.command import main

MONDAY = datetime(2025, 3, 3, 1, tzinfo=timezone.utc)
REQUEST = {
    "customer_id": "华兴",
    "product": "pump",
    "model": "P-200",
    "fault": "it leaks",
    "contact": "Lin",
}


@pytest.fixture
def url(tmp_path):
    """A desk at which one ticket was solved late, and one in time."""
    url = f"sqlite:///{tmp_path / 'service.db'}"
    with ServiceDesk.open(url, standard="operations_manual_2025") as desk:
        for number, hours in (("T-1", 1), ("T-2", 80)):
            desk.tickets.open(number, **REQUEST, at=MONDAY)
            at = MONDAY + timedelta(hours=hours)
            desk.tickets.resolve(number, by="Wu", solution="a seal", at=at)
    return url


def run(capsys, *argv):
    code = main(["audit", "check", *argv])
    return code, capsys.readouterr()


class TestWhatIsFound:
    def test_is_told_in_json_with_population_failing_ids_and_evidence(self, url, capsys):
        code, told = run(capsys, "--url", url, "--period", "2025-Q1", "--json")
        found = json.loads(told.out)
        limit = next(each for each in found["checks"] if each["id"] == "ticket.handling_limit")
        assert (code, found["complies"], found["recorded"]) == (3, False, True)
        assert (limit["verdict"], limit["population"]) == ("fail", 2)
        assert limit["failing"] == ["ticket/T-2"]
        assert limit["findings"][0]["evidence"]
        assert (limit["clause"], limit["version"]) == ("om2025:4.2b", "1")

    @pytest.mark.parametrize("beside", ["--access-log", "--seals"])
    def test_is_looked_for_in_no_file_that_is_not_there(self, url, capsys, tmp_path, beside):
        nowhere = f"sqlite:///{tmp_path / 'nowhere.db'}"
        code, told = run(capsys, "--url", url, "--period", "2025-Q1", beside, nowhere)
        assert (code, told.out) == (4, "")
        assert f"there is no database at {nowhere}" in told.err
        assert not (tmp_path / "nowhere.db").exists()

    def test_is_put_on_record(self, url, capsys):
        run(capsys, "--url", url, "--period", "2025-Q1", "--by", "Qi", "--json")
        with ServiceDesk.open(url) as desk:
            assert desk.compliance.get("2025-Q1").checked_by == "Qi"
            assert desk.compliance.history("2025-Q1")[0].provenance.actor == "Qi"

    def test_a_dry_run_finds_the_same_and_stores_nothing(self, url, capsys):
        code, told = run(capsys, "--url", url, "--period", "2025-Q1", "--dry-run", "--json")
        assert (code, json.loads(told.out)["recorded"]) == (3, False)
        with ServiceDesk.open(url) as desk:
            assert not list(desk.log.subjects("compliance"))

    def test_people_see_which_and_where(self, url, capsys):
        _, told = run(capsys, "--url", url, "--period", "2025-Q1", "--dry-run")
        assert "ticket/T-2: it was due at 2025-03-06T01:00:00+00:00 (position " in told.out
        assert "rules had nothing to look at; --all tells which" in told.out
        assert "not applicable" not in told.out

    def test_all_rules_are_told_if_asked(self, url, capsys):
        _, told = run(capsys, "--url", url, "--period", "2025-Q1", "--dry-run", "--all")
        assert "not applicable" in told.out


class TestNothingFound:
    def test_is_fine(self, url, capsys):
        code, told = run(capsys, "--url", url, "--period", "2024", "--json")
        assert (code, json.loads(told.out)["complies"]) == (0, True)


class TestUsage:
    def test_a_period_must_be_one(self, url, capsys):
        code, told = run(capsys, "--url", url, "--period", "soon")
        assert (code, "'soon' is no period" in told.err) == (2, True)

    def test_looking_never_makes_a_database(self, tmp_path, capsys):
        code, _ = run(capsys, "--url", f"sqlite:///{tmp_path / 'none.db'}", "--period", "2025")
        assert code == 4
