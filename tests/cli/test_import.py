"""Another system's tickets are taken over from a shell."""

from __future__ import annotations

import pytest

from .conftest import servicecore

MAPPING = """
id = "our_old_desk"
version = 1
title = "The desk we had before"
first_answer = ["working"]
otherwise = "not recorded"

[file]
format = "csv"
times = "iso"
time_zone = "Asia/Shanghai"

[row]
ticket = "number"
at = "when"
state = "state"
priority = "class"

[opening]
customer = "customer"

[priorities]
high = "A"

[states]
New = "open"
Active = "working"
Done = "resolved"

[waiting]
Waiting = "customer"
"""
FILE = """number,when,state,class,customer
7,2026-01-05T09:00,New,high,华兴
7,2026-01-05T10:00,Active,high,华兴
7,2026-01-05T11:00,Done,high,华兴
8,2026-01-05T09:00,New,high,Acme
8,2026-01-05T09:30,Odd,high,Acme
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "old.csv").write_text(FILE, encoding="utf-8")
    (tmp_path / "old.toml").write_text(MAPPING, encoding="utf-8")
    return tmp_path


def import_(folder, *argv, file="old.csv", stdin=""):
    return servicecore(
        *("import", "tickets", file, "--mapping", "old.toml", "--url", "sqlite:///new.db", *argv),
        stdin=stdin,
        cwd=folder,
    )


class TestAnImport:
    """Histories go on record as they were; rows that cannot be used are set aside."""

    def test_tickets_are_there_and_the_odd_row_is_in_quarantine(self, folder):
        done = import_(folder, "--quarantine", "odd.jsonl")
        assert done.code == 0
        assert done.err == "servicecore: 1 rows cannot be used; the quarantine is odd.jsonl\n"
        assert "2 tickets" in done.out
        assert '"Odd"' in (folder / "odd.jsonl").read_text(encoding="utf-8")
        shown = servicecore("ticket", "show", "7", "--url", "sqlite:///new.db", cwd=folder)
        assert "kept      first response     after 60 min" not in shown.out
        assert "kept      first response     after 1 h" in shown.out

    def test_the_same_file_adds_nothing_again_from_stdin_or_not(self, folder):
        first = import_(folder, "--json", "--quarantine", "odd.jsonl").json
        again = import_(folder, "--json", "--quarantine", "odd.jsonl", file="-", stdin=FILE).json
        assert (again["added"], again["already_there"]) == (0, first["added"])

    def test_a_dry_run_tells_the_same_and_leaves_nothing_behind(self, folder):
        told = import_(folder, "--dry-run", "--json").json
        assert sorted(each.name for each in folder.iterdir()) == ["old.csv", "old.toml"]
        done = import_(folder, "--json", "--quarantine", "odd.jsonl").json
        assert (told["added"], told["quarantined"]) == (done["added"], done["quarantined"])
        assert import_(folder, "--dry-run", "--json").json["added"] == 0

    def test_a_mapping_that_is_none_leaves_nothing_behind(self, folder):
        answer = import_(folder, "--mapping", "new.toml")
        assert (answer.code, answer.out) == (2, "")
        assert "mapping 'new.toml' is neither a readable file nor one of" in answer.err
        assert sorted(each.name for each in folder.iterdir()) == ["old.csv", "old.toml"]

    @pytest.mark.parametrize(
        ("file", "code", "told"),
        [
            ("nowhere.csv", 4, "there is no file nowhere.csv"),
            ("old.toml", 1, "old.toml has no"),
            ("bytes.csv", 2, "is not written in utf-8"),
        ],
    )
    def test_a_file_that_is_none_is_told_in_one_line(self, folder, file, code, told):
        (folder / "bytes.csv").write_bytes(b"number,when\n\x8b\xff\n")
        answer = import_(folder, file=file)
        assert (answer.code, answer.out) == (code, "")
        assert told in answer.err
        assert answer.err.count("\n") == 1
