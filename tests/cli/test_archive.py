"""Old records leave the log from a shell, and come back."""

from __future__ import annotations

import pytest

from .conftest import servicecore

OPENED = ("--at", "2021-01-04T09:00+08:00")
TOLD = ("--contact", "Lin", "--product", "pump", "--model", "P-200", "--fault", "it leaks")


@pytest.fixture
def run(tmp_path):
    """Run commands at a desk with a ticket that was closed in 2021, and with a key."""
    key = servicecore("audit", "key", "service.example/log", "--out", str(tmp_path / "seal.key"))
    where = {
        "SERVICECORE_URL": f"sqlite:///{tmp_path / 'service.db'}?synchronous=off",
        "SERVICECORE_VERIFIER_KEY": key.out.strip(),
    }

    def run(*argv):
        return servicecore(*argv, **where)

    assert run("ticket", "open", "T-1", "--customer", "C-1", *TOLD, *OPENED).code == 0
    assert run("ticket", "cancel", "T-1", "--reason", "it was the tap", *OPENED).code == 0
    assert run("audit", "seal", "--key", str(tmp_path / "seal.key")).code == 0
    return run


class TestAnArchive:
    def test_goes_its_way(self, run, tmp_path):
        file = str(tmp_path / "2021.parquet")
        (due,) = run("audit", "archive", "due", "--json").json
        assert (due["subject"], due["kept_until"]) == ("ticket/T-1", "2024-01-04")
        assert run("audit", "archive", "make", file, "--json").json["archive"] == "2021"
        assert run("audit", "archive", "verify", file, "--json").json["histories"] == {
            "ticket/T-1": 3
        }
        by = ("--by", "Chen", "--reason", "a lawsuit")
        assert run("audit", "archive", "hold", "lawsuit", "ticket/T-1", *by).code == 0
        held = run("audit", "archive", "prune", file, "--by", "Wu")
        assert (held.code, "ticket/T-1 is held under 'lawsuit'" in held.err) == (1, True)
        assert "a lawsuit" in run("audit", "archive", "holds").out
        assert run("audit", "archive", "release", "lawsuit", *by).code == 0
        pruned = run("audit", "archive", "prune", file, "--by", "Wu", "--kept-at", "vault 3")
        assert (
            pruned.out
            == "1 histories of 2021, 3 events, left the log; their places and hashes stay\n"
        )
        gone = run("ticket", "show", "T-1")
        assert (gone.code, "its history lies in '2021' (vault 3)" in gone.err) == (1, True)
        assert run("audit", "verify").code == 0
        assert run("audit", "archive", "due").out == "nothing may leave the log\n"
        assert run("audit", "archive", "restore", file, "--by", "Wu", "--json").json == {
            "dry_run": False,
            "archive": "2021",
            "histories": 1,
            "events": 3,
        }
        assert run("ticket", "show", "T-1").code == 0

    def test_that_was_changed_is_refused_in_a_line(self, run, tmp_path):
        file = tmp_path / "2021.parquet"
        assert run("audit", "archive", "make", str(file)).code == 0
        file.write_bytes(file.read_bytes()[:-9])
        refused = run("audit", "archive", "verify", str(file))
        assert refused.code == 2
        assert refused.err.count("\n") == 1
        assert "2021.parquet" in refused.err
