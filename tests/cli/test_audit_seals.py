"""Sealing and verifying from a shell, as a timer and an auditor do."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import stat
import subprocess
from contextlib import closing

import pytest

from .conftest import COMMAND, environment, servicecore

NAME = "service.example/log"


@pytest.fixture
def keys(tmp_path):
    """The key of a sealer, in a file, and the key that checks what it signs."""
    made = servicecore("audit", "key", NAME, "--out", tmp_path / "seal.key")
    assert made.code == 0, made.err
    return {"key": tmp_path / "seal.key", "verifier": made.out.strip()}


@pytest.fixture
def sealed(desk_url, keys):
    done = servicecore("audit", "seal", "--url", desk_url, "--key", keys["key"])
    assert done.code == 0, done.err
    return done


def verify(url, keys, *more):
    return servicecore("audit", "verify", "--url", url, "--verifier", keys["verifier"], *more)


def tamper(url, sql="UPDATE log_events SET topic = 'ticket.noted' WHERE position = 1"):
    path = url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(sql)


class TestAKey:
    """The half that signs stays in its file; the other half is for everybody."""

    def test_is_for_its_owner_alone(self, keys):
        assert stat.S_IMODE(keys["key"].stat().st_mode) == 0o600
        assert keys["key"].read_text().startswith("PRIVATE+KEY+service.example/log+")
        assert keys["verifier"].startswith("service.example/log+")

    def test_is_never_overwritten(self, keys):
        again = servicecore("audit", "key", NAME, "--out", keys["key"])
        assert (again.code, again.out) == (1, "")
        assert "a key is never overwritten" in again.err

    def test_may_have_a_name_in_any_language(self, tmp_path):
        file = tmp_path / "log.key"
        assert servicecore("audit", "key", "客服/log", "--out", file).code == 0
        assert file.read_text(encoding="utf-8").startswith("PRIVATE+KEY+客服/log+")

    def test_needs_a_folder(self, tmp_path):
        made = servicecore("audit", "key", NAME, "--out", tmp_path / "nowhere" / "log.key")
        assert (made.code, "log.key: No such file or directory" in made.err) == (1, True)

    def test_must_be_named(self, desk_url):
        unsigned = servicecore("audit", "seal", "--url", desk_url)
        assert unsigned.code == 2
        assert "servicecore audit key" in unsigned.err
        unchecked = servicecore("audit", "verify", "--url", desk_url)
        assert unchecked.code == 2

    def test_may_come_from_the_environment(self, desk_url, keys):
        variables = {
            "SERVICECORE_URL": desk_url,
            "SERVICECORE_SIGNER_KEY": keys["key"].read_text(),
            "SERVICECORE_VERIFIER_KEY": keys["verifier"],
        }
        assert servicecore("audit", "seal", **variables).code == 0
        assert servicecore("audit", "verify", **variables).code == 0

    def test_that_is_none_is_refused_in_one_line(self, desk_url, tmp_path):
        (tmp_path / "bad.key").write_text("PRIVATE+KEY+x")
        told = servicecore("audit", "seal", "--url", desk_url, "--key", tmp_path / "bad.key")
        assert told.code == 2
        assert told.err.count("\n") == 1
        assert servicecore("audit", "key", "a b", "--out", tmp_path / "x").code == 2


class TestSealing:
    """What is not sealed yet can be seen, and sealing twice is sealing once."""

    def test_tells_the_checkpoint(self, sealed):
        origin, size, root, blank, line = sealed.out.splitlines()
        assert (origin, blank) == (NAME, "")
        assert int(size) > 0
        assert len(root) == 44
        assert line.startswith(f"\u2014 {NAME} ")

    def test_shows_how_far_it_is_behind(self, desk_url, keys):
        before = servicecore("audit", "status", "--url", desk_url, "--json").json
        assert before["size"] == 0
        assert before["unsealed"] > 0
        assert before["lag"] > 0
        rehearsed = servicecore("audit", "seal", "--dry-run", "--url", desk_url)
        assert "are not, the oldest for" in rehearsed.out
        done = servicecore("audit", "seal", "--url", desk_url, "--key", keys["key"], "--json")
        assert done.json["size"] == before["unsealed"]
        after = servicecore("audit", "status", "--url", desk_url)
        assert after.out == f"all {before['unsealed']} events are sealed\n"

    @pytest.mark.usefixtures("sealed")
    def test_refuses_what_was_changed(self, desk_url, keys):
        tamper(desk_url)
        again = servicecore("audit", "seal", "--url", desk_url, "--key", keys["key"], "--json")
        assert again.code == 3
        assert "nothing was signed" in again.json["refused"]

    def test_goes_on_until_it_is_stopped(self, desk_url, keys):
        arguments = ["audit", "watch", "--url", desk_url, "--key", str(keys["key"])]
        with subprocess.Popen(
            [*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=environment(),
        ) as watching:  # fmt: skip
            assert json.loads(watching.stdout.readline())["size"] > 0
            noted = servicecore("ticket", "answer", "T-1", "--by", "Lin", "--url", desk_url)
            assert noted.code == 0, noted.err
            assert json.loads(watching.stdout.readline())["size"] > 2
            os.kill(watching.pid, signal.SIGINT)
            assert watching.wait(timeout=60) == 130


class TestVerifying:
    """A script learns from the exit code whether the log is what was sealed."""

    @pytest.mark.usefixtures("sealed")
    def test_an_honest_log(self, desk_url, keys):
        told = verify(desk_url, keys, "--json")
        assert told.code == 0
        assert told.json["holds"]
        assert told.json["flaws"] == []
        assert "are as they were sealed" in verify(desk_url, keys).out

    @pytest.mark.usefixtures("sealed")
    def test_a_changed_log(self, desk_url, keys):
        tamper(desk_url)
        told = verify(desk_url, keys, "--json")
        assert told.code == 3
        assert [each["kind"] for each in told.json["flaws"]] == ["changed"]
        assert verify(desk_url, keys, "--jsonl").out.count("\n") == 1
        assert verify(desk_url, keys).out.startswith("changed: ticket/T-1#1")

    def test_a_log_sealed_anew_by_whoever_has_the_key(self, desk_url, keys, sealed, tmp_path):
        (tmp_path / "kept").write_text(sealed.out, encoding="utf-8")
        tamper(desk_url)
        tamper(desk_url, "DROP TABLE log_model_seal_v1")
        tamper(desk_url, "DELETE FROM log_models WHERE name = 'seal'")
        assert servicecore("audit", "seal", "--url", desk_url, "--key", keys["key"]).code == 0
        assert verify(desk_url, keys).code == 0
        told = verify(desk_url, keys, "--kept", tmp_path / "kept")
        assert told.code == 3
        assert told.out.startswith("fork: ")

    def test_nothing_that_is_not_there(self, keys, tmp_path):
        assert verify(f"sqlite:///{tmp_path}/none.db", keys).code == 4


class TestPublishing:
    """Checkpoints leave the house; witnesses sign them."""

    @pytest.mark.usefixtures("sealed")
    def test_from_the_log_to_the_witness(self, desk_url, keys, tmp_path):
        out, checks = tmp_path / "out", ("--verifier", keys["verifier"])
        assert servicecore("audit", "publish", out, "--url", desk_url, *checks).code == 0
        made = servicecore("audit", "key", "w.example", "--witness", "--out", tmp_path / "w.key")
        look = ("audit", "witness", out, *checks, "--key", tmp_path / "w.key")
        look = (*look, "--state", tmp_path / "seen")
        signed = servicecore(*look)
        assert signed.code == 0, signed.err
        assert "\u2014 w.example " in signed.out
        assert servicecore(*look, "--json").json["witness"] == made.out.strip()
        assert verify(desk_url, keys, "--kept", out).code == 0

    @pytest.mark.usefixtures("sealed")
    def test_refuses_a_log_that_was_sealed_anew(self, desk_url, keys, tmp_path):
        out, checks = tmp_path / "out", ("--verifier", keys["verifier"])
        assert servicecore("audit", "publish", out, "--url", desk_url, *checks).code == 0
        tamper(desk_url)
        tamper(desk_url, "DROP TABLE log_model_seal_v1")
        tamper(desk_url, "DELETE FROM log_models WHERE name = 'seal'")
        kept = ("--kept", out)
        again = ("audit", "seal", "--url", desk_url, "--key", keys["key"])
        assert servicecore(*again, *kept).code == 3
        assert servicecore(*again).code == 0
        assert servicecore("audit", "publish", out, "--url", desk_url, *checks).code == 3

    def test_of_nothing_finds_nothing(self, desk_url, keys, tmp_path):
        checks = ("--verifier", keys["verifier"])
        told = servicecore("audit", "publish", tmp_path / "out", "--url", desk_url, *checks)
        assert told.code == 4


class TestHeads:
    """How long each history is goes on record, and can be proved of one."""

    def test_are_recorded_sealed_and_proved(self, desk_url, keys):
        url = ("--url", desk_url)
        assert servicecore("audit", "heads", "ticket/T-1", *url).code == 1
        recorded = servicecore("audit", "heads", *url, "--json").json
        assert recorded["histories"] == 1
        proved = servicecore("audit", "heads", "ticket/T-1", *url)
        size = recorded["size"]
        assert proved.out == f"ticket/T-1 had {size} events when the log had {size}\n"
        assert servicecore("audit", "heads", "ticket/T-1", *url, "--json").json["version"] == size
        assert servicecore("audit", "seal", "--key", keys["key"], *url).code == 0
        assert verify(desk_url, keys).code == 0
        assert servicecore("audit", "fsck", *url).code == 0
        assert "heads recorded" in servicecore("log", "tail", *url).out
        assert servicecore("ticket", "answer", "T-1", "--by", "Lin", *url).code == 0
        assert servicecore("report", "json", *url, "--period", "2026").code == 0
