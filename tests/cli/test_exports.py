"""``servicecore export``: to a file that appears when it is whole, or to stdout."""

from __future__ import annotations

import json

import pytest

from .conftest import servicecore

BEGINNINGS = {
    "csv": "position,subject,version,name,",
    "cloudevents": '{"specversion":"1.0","id":"ticket/T-1#1","source":"urn:servicecore"',
    "ocel": '{"events":[\n{"id":"ticket/T-1#1"',
    "xes": '<?xml version="1.0" encoding="UTF-8"?>\n<log ',
}


@pytest.mark.parametrize("name", BEGINNINGS)
class TestAFormat:
    def test_comes_on_stdout(self, desk_url, name):
        done = servicecore("export", name, "--url", desk_url)
        assert (done.code, done.err) == (0, "servicecore: 3 events were written\n")
        assert done.out.startswith(BEGINNINGS[name])

    def test_comes_in_a_file_that_holds_the_same(self, desk_url, name, tmp_path):
        file = tmp_path / "export"
        done = servicecore("export", name, "--url", desk_url, "--to", file, "--json")
        assert done.json == {"events": 3, "to": str(file)}
        assert (
            file.read_text(encoding="utf-8") == servicecore("export", name, "--url", desk_url).out
        )
        assert [each.name for each in tmp_path.iterdir() if "unfinished" in each.name] == []


def test_ocel_comes_as_a_database_once(desk_url, tmp_path):
    file = tmp_path / "ocel.sqlite"
    argv = ("export", "ocel-sqlite", "--to", file, "--url", desk_url)
    assert servicecore(*argv, "--json").json["events"] == 3
    again = servicecore(*argv)
    assert (again.code, "exists" in again.err) == (2, True)


def test_a_file_in_a_folder_that_is_not_there_is_one_line(desk_url, tmp_path):
    done = servicecore("export", "csv", "--to", tmp_path / "no" / "x.csv", "--url", desk_url)
    assert done.code == 1
    assert done.err.endswith("x.csv cannot be written: No such file or directory\n")


def test_json_and_stdout_do_not_go_together(desk_url):
    done = servicecore("export", "csv", "--json", "--url", desk_url)
    assert (done.code, "--to FILE" in done.err) == (2, True)


def test_a_log_that_is_not_there_is_not_found(tmp_path):
    done = servicecore("export", "csv", "--url", f"sqlite:///{tmp_path}/none.db")
    assert done.code == 4


def test_the_source_names_the_log(desk_url):
    done = servicecore("export", "cloudevents", "--source", "urn:x", "--url", desk_url)
    assert {json.loads(line)["source"] for line in done.out.splitlines()} == {"urn:x"}
