"""An auditor's questions, from a shell."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from servicecore import ServiceDesk

from .conftest import STANDARD, servicecore
from .test_audit_seals import NAME, tamper

ROOT = Path(__file__).parents[2]
NINE, TEN, NOON = (f"2026-01-05T{hour}:00:00+08:00" for hour in ("09", "10", "12"))


@pytest.fixture
def late(desk_url):
    """The ticket of class A, three hours later, with nobody having answered."""
    with ServiceDesk.open(desk_url, standard=STANDARD) as desk:
        desk.run_due(datetime.fromisoformat(NOON))
        escalated = [
            each.id
            for each in desk.tickets.history("T-1")
            if type(each.event).__name__ == "TicketEscalated"
        ]
    return {"SERVICECORE_URL": desk_url, "EVENT": escalated[0]}


@pytest.fixture
def key(tmp_path, late):
    made = servicecore("audit", "key", NAME, "--out", tmp_path / "k")
    sealed = servicecore("audit", "seal", "--key", tmp_path / "k", **late)
    assert sealed.code == 0, sealed.err
    return {"file": tmp_path / "k", "verifier": made.out.strip()}


def ask(late, *words):
    return servicecore("audit", *words, **late)


class TestShow:
    """How a case stood at a moment, as far as it was known at another."""

    def test_a_case_as_it_is(self, late):
        told = ask(late, "show", "ticket/T-1", "--json").json
        assert (told["subject"], told["state"]["level"]) == ("ticket/T-1", "supervisor")
        assert "supervisor" in ask(late, "show", "ticket/T-1").out

    def test_a_case_as_it_was(self, late):
        for cut in (("--at", TEN), ("--as-known", "1"), ("--at", TEN, "--as-known", "2")):
            told = ask(late, "show", "ticket/T-1", *cut, "--json").json
            assert told["state"]["level"] == "staff"

    def test_what_was_not_there_is_not_found(self, late):
        for words in (("ticket/T-2",), ("ticket/T-1", "--at", "2025-01-01T00:00:00Z"),
                      ("ticket/T-1", "--as-known", "0"), ("planet/earth",)):  # fmt: skip
            assert ask(late, "show", *words).code == 4

    def test_a_number_without_its_kind_is_answered_by_what_has_it(self, late):
        told = ask(late, "show", "T-1")
        assert (told.code, told.out) == (4, "")
        assert "nothing is on record of 'T-1'; did you mean ticket/T-1?" in told.err


class TestWhatIsPersonal:
    """An auditor sees what happened, and not what customers said or who they are."""

    def test_is_marked_as_what_it_is(self, late):
        asked = (("show", "ticket/T-1", "--json"), ("diff", "ticket/T-1", "--since", "0"),
                 ("why", "ticket/T-1#1"))  # fmt: skip
        for words in asked:
            told = ask(late, *words).out
            assert ("[personal]" in told, "P-200" in told) == (True, True)
            assert ("林晓雯" in told, "it leaks" in told) == (False, False)


class TestDiff:
    """What changed a case, and by which event."""

    def test_names_the_event_behind_each_fact(self, late):
        changes = ask(late, "diff", "ticket/T-1", "--since", "2", "--json").json["changes"]
        (level,) = [each for each in changes if each["field"] == "level"]
        assert (level["before"], level["after"]) == ("staff", "supervisor")
        assert level["event"] == late["EVENT"]
        assert late["EVENT"] in ask(late, "diff", "ticket/T-1", "--since", "2").out

    def test_says_so_if_nothing_changed(self, late):
        told = ask(late, "diff", "ticket/T-1", "--since", "1", "--until", "1")
        assert (told.code, told.out) == (0, "nothing changed\n")


class TestTrace:
    """One fact, from its first value to its last."""

    def test_tells_how_one_fact_came_about(self, late):
        told = ask(late, "trace", "ticket/T-1", "level", "--json").json
        values = [each["after"] for each in told["course"]]
        assert (told["fact"], values[:2]) == ("level", ["staff", "supervisor"])
        assert late["EVENT"] in ask(late, "trace", "ticket/T-1", "level").out
        unknown = ask(late, "trace", "ticket/T-1", "mood")
        assert (unknown.code, "has no fact 'mood'; it has id, " in unknown.err) == (4, True)


class TestWhy:
    """From an escalation back to the request."""

    def test_tells_rule_clause_and_figures(self, late):
        chain = ask(late, "why", late["EVENT"], "--json").json["chain"]
        assert chain[0]["rule"] == "escalation"
        assert chain[0]["clause"].startswith("om2025:")
        assert chain[0]["inputs"]["due"].startswith("2026-01-05T03:00")
        assert chain[-1]["rule"] is None
        told = ask(late, "why", late["EVENT"]).out
        assert "because of ticket/T-1#" in told
        assert "under om2025:" in told
        assert "    due: 2026-01-05T03:00" in told

    def test_of_what_is_not_there_is_not_found(self, late):
        for event in ("ticket/T-1#99", "nonsense"):
            told = ask(late, "why", event)
            assert (told.code, told.err.count("\n")) == (4, 1)

    def test_of_a_torn_chain_says_where(self, late):
        sql = (
            "UPDATE log_events SET state = CAST(replace(CAST(state AS TEXT), "
            '\'"causation_id":"ticket/T-1#\', \'"causation_id":"ticket/T-9#\') AS BLOB)'
        )
        tamper(late["SERVICECORE_URL"], sql)
        told = ask(late, "why", late["EVENT"])
        assert told.code == 3
        assert "which is not on record" in told.err


class TestFsck:
    """Is the log sound in itself?"""

    def test_a_sound_log(self, late):
        told = ask(late, "fsck")
        assert (told.code, told.out[:16]) == (0, "the log is sound")
        assert ask(late, "fsck", "--json").json["sound"]

    def test_a_log_that_is_not(self, late):
        tamper(late["SERVICECORE_URL"], "DELETE FROM log_events WHERE position = 1")
        told = ask(late, "fsck", "--json")
        assert told.code == 3
        assert told.json["flaws"][0]["kind"] == "gap"
        lines = ask(late, "fsck", "--jsonl").out.splitlines()
        assert json.loads(lines[0])["kind"] == "gap"
        assert ask(late, "fsck").out.startswith("gap: ")


class TestASample:
    """Drawn by a checkpoint."""

    def test_is_drawn(self, late, key):
        checks = ("--verifier", key["verifier"])
        assert ask(late, "sample", "-n", "5", *checks).out == "ticket/T-1\n"
        told = ask(late, "sample", "--kind", "complaint", *checks, "--json").json
        assert (told["population"], told["drawn"]) == (0, [])

    def test_needs_a_checkpoint(self, late, tmp_path):
        made = servicecore("audit", "key", NAME, "--out", tmp_path / "k").out.strip()
        assert ask(late, "sample", "--verifier", made).code == 4


class TestABundle:
    """Evidence that leaves the house."""

    def test_is_checked_without_us(self, late, key, tmp_path):
        out = tmp_path / "evidence.zip"
        made = ask(late, "bundle", "ticket/T-1", "--key", key["file"], "--out", out)
        assert made.code == 0, made.err
        assert made.out.rstrip().endswith(key["verifier"])
        checker = [sys.executable, ROOT / "docs" / "verify_bundle.py", out, key["verifier"]]
        held = subprocess.run(checker, capture_output=True, text=True, check=False)
        assert held.returncode == 0, held.stderr
        assert held.stdout.startswith("holds: ticket/T-1 (")

    def test_is_made_by_an_auditor_under_what_was_published(self, late, key, tmp_path):
        folder, out, own = tmp_path / "published", tmp_path / "evidence.zip", tmp_path / "mine.key"
        folder.mkdir()
        trust = ("--verifier", key["verifier"])
        assert ask(late, "publish", folder, *trust).code == 0
        mine = servicecore("audit", "key", "auditor.example", "--out", own).out.strip()
        made = ask(
            late, "bundle", "ticket/T-1", "--checkpoint", folder, *trust,
            "--key", own, "--out", out, "--json",
        )  # fmt: skip
        assert made.code == 0, made.err
        keys = (made.json["verifier_key"], made.json["maker_key"])
        assert keys == (key["verifier"], mine)
        checker = [sys.executable, ROOT / "docs" / "verify_bundle.py", out, *keys]
        held = subprocess.run(checker, capture_output=True, text=True, check=False)
        assert held.stdout.startswith("holds: ticket/T-1 ("), held.stderr

    def test_can_be_rehearsed(self, late, key, tmp_path):
        out = tmp_path / "evidence.zip"
        words = ("bundle", "ticket/T-1", "--key", key["file"], "--out", out, "--dry-run", "--json")
        assert ask(late, *words).json["dry_run"]
        assert not out.exists()

    def test_of_nothing_is_refused(self, late, key, tmp_path):
        words = ("--key", key["file"], "--out", tmp_path / "e.zip")
        for subject, hint in (("ticket/T-9", ""), ("T-1", "; did you mean ticket/T-1?")):
            told = ask(late, "bundle", subject, *words)
            assert (told.code, told.err) == (
                4,
                f"servicecore: nothing is on record of {subject!r}{hint}\n",
            )
