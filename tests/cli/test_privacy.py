"""A customer is forgotten from a shell."""

from __future__ import annotations

import pytest

from .conftest import servicecore

OPENED = ("--at", "2026-01-05T09:00+08:00")
ENDED = ("--at", "2026-01-06T09:00+08:00")
TOLD = (
    *("--contact", "Quenbarel Lin", "--product", "pump", "--model", "P-200"),
    *("--fault", "Quenbarel leaks"),
)
LATER = ("--at", "2029-01-07T09:00+08:00")


@pytest.fixture
def run(tmp_path):
    """Run commands at a desk of their own, with a key store."""
    where = {
        "SERVICECORE_URL": f"sqlite:///{tmp_path / 'service.db'}?synchronous=off",
        "SERVICECORE_KEYS": f"sqlite:///{tmp_path / 'keys.db'}",
        "SERVICECORE_MASTER_KEY_FILE": str(tmp_path / "master.key"),
    }
    assert servicecore("privacy", "new-key", str(tmp_path / "master.key")).code == 0

    def run(*argv):
        return servicecore(*argv, **where)

    assert run("ticket", "open", "T-1", "--customer", "C-1", *TOLD, *OPENED).code == 0
    return run


class TestAnErasure:
    def test_goes_its_way(self, run, tmp_path):
        assert run("ticket", "cancel", "T-1", "--reason", "it works", *ENDED).code == 0
        asked = run("privacy", "ask-erasure", "C-1", "--by", "Chen", "--reason", "a letter", *ENDED)
        assert asked.code == 0
        own = run("privacy", "approve", "C-1", "--by", "Chen", *ENDED)
        assert (own.code, "who cannot approve it" in own.err) == (1, True)
        assert run("privacy", "approve", "C-1", "--by", "Lin", *ENDED).code == 0
        early = run("privacy", "erase", "C-1", "--by", "Lin", *ENDED)
        assert (early.code, "kept through 2029-01-06" in early.err) == (1, True)
        status = run("privacy", "status", "C-1", "--json").json
        assert (status["state"], status["key"]) == ("restricted", "restricted")
        assert status["records"] == {"ticket/T-1": "2029-01-06"}
        assert run("privacy", "erase", "C-1", "--by", "Lin", *LATER).code == 0
        assert run("ticket", "show", "T-1", "--json").json["contact"] == "[erased]"
        left = b"".join(each.read_bytes() for each in tmp_path.iterdir())
        assert b"Quenbarel" not in left


class TestAnExport:
    def test_gives_customers_their_own_data(self, run):
        told = run("privacy", "export", "C-1", "--by", "Lin", "--purpose", "a letter").json
        assert told["records"]["ticket/T-1"][0]["facts"]["contact"] == "Quenbarel Lin"

    def test_of_a_stranger_finds_nothing(self, run):
        done = run("privacy", "export", "C-9", "--by", "Lin", "--purpose", "a letter")
        assert (done.code, "nothing is on record" in done.err) == (4, True)


class TestWhoLooksIntoTheLog:
    """Reads everything but who customers are and what they said: that is told on record."""

    @pytest.mark.parametrize(
        ("there", "told"),
        [
            ({}, "[sealed"),
            ({"SERVICECORE_KEYS": "", "SERVICECORE_MASTER_KEY_FILE": ""}, "[sealed"),
        ],
        ids=["with the key store", "without it"],
    )
    def test_reads_what_is_sealed_as_sealed(self, run, tmp_path, there, told):
        assert run("log", "head").code == 0
        assert_hidden(tmp_path, told, **there)

    def test_reads_what_is_in_clear_without_it(self, tmp_path):
        opened = ("ticket", "open", "T-1", "--customer", "C-1", *TOLD, *OPENED)
        url = f"sqlite:///{tmp_path / 'service.db'}?synchronous=off"
        assert servicecore(*opened, SERVICECORE_URL=url).code == 0
        assert_hidden(tmp_path, "[personal]")


def assert_hidden(tmp_path, mark, **there):
    where = {
        "SERVICECORE_URL": f"sqlite:///{tmp_path / 'service.db'}",
        "SERVICECORE_KEYS": f"sqlite:///{tmp_path / 'keys.db'}" if mark == "[sealed" else "",
        "SERVICECORE_MASTER_KEY_FILE": str(tmp_path / "master.key"),
    } | there
    for asked in (
        ("log", "history", "ticket/T-1"),
        ("log", "tail", "--jsonl"),
        ("audit", "show", "ticket/T-1"),
        ("audit", "why", "ticket/T-1#1", "--json"),
    ):
        answer = servicecore(*asked, **where)
        assert answer.code == 0, answer.err
        assert (mark in answer.out, "Quenbarel" in answer.out) == (True, False), answer.out


class TestTheMasterKey:
    def test_is_never_overwritten(self, run, tmp_path):
        done = run("privacy", "new-key", str(tmp_path / "master.key"))
        assert (done.code, "a key is never overwritten" in done.err) == (1, True)

    @pytest.mark.usefixtures("run")
    def test_is_for_its_owner_alone(self, tmp_path):
        assert (tmp_path / "master.key").stat().st_mode & 0o777 == 0o600

    def test_can_be_changed(self, run, tmp_path):
        new = tmp_path / "new.key"
        assert run("privacy", "new-key", str(new)).code == 0
        told = f"1 keys wrapped anew; from now on, SERVICECORE_MASTER_KEY_FILE is {new}\n"
        assert run("privacy", "rotate", str(new)).out == told
        refused = run("ticket", "show", "T-1")
        assert (refused.code, "is not that of the key store" in refused.err) == (2, True)
        new.replace(tmp_path / "master.key")
        assert run("ticket", "show", "T-1", "--json").json["contact"] == "Quenbarel Lin"


class TestAKeyStoreInPostgreSQL:
    def test_is_made_once_and_used(self, postgresql, tmp_path):
        where = {
            "SERVICECORE_URL": f"sqlite:///{tmp_path / 'service.db'}?synchronous=off",
            "SERVICECORE_KEYS": postgresql.url("keys_of_a_shell"),
            "SERVICECORE_MASTER_KEY_FILE": str(tmp_path / "master.key"),
        }
        assert servicecore("privacy", "new-key", str(tmp_path / "master.key")).code == 0
        opened = ("ticket", "open", "T-1", "--customer", "C-1", *TOLD, *OPENED)
        early = servicecore(*opened, **where)
        assert (early.code, "run 'servicecore privacy migrate'" in early.err) == (1, True)
        made = servicecore("privacy", "migrate", **where)
        assert (made.code, made.out) == (0, "from no tables to schema 1\n")
        assert servicecore(*opened, **where).code == 0
        assert servicecore("ticket", "show", "T-1", "--json", **where).json["contact"] == (
            "Quenbarel Lin"
        )
        assert b"Quenbarel" not in (tmp_path / "service.db").read_bytes()
