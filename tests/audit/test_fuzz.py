"""Whatever the checks of an auditor are given: it is proved, or refused by name."""

from __future__ import annotations

import os

import pytest

from servicecore.audit import merkle, notes
from tests.audit.fuzzing import FalseAcceptanceError, Genuine, fuzz, quick
from tests.audit.test_bundle import verifier

SEED = 20261122
COUNT = 1_000_000 if os.environ.get("SERVICECORE_SLOW") == "1" else 3_000


@pytest.fixture(scope="module")
def genuine():
    return Genuine()


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(verifier, "signed", quick)


class TestNoCrashAndNoFalseAcceptance:
    """Bundles, notes, checkpoints, proofs, keys and trees, changed in every way."""

    def test_in_all_inputs(self, genuine):
        found = fuzz(genuine.targets(), count=COUNT, seed=SEED)
        assert sum(tried for tried, _ in found.values()) == COUNT
        # That some are genuine still shows that not all was refused for want of a target.
        assert all(0 < accepted < tried for tried, accepted in found.values())

    def test_in_archives(self, genuine):
        found = fuzz([genuine.parquet()], count=COUNT // 20, seed=SEED)
        assert found["archive"][0] == COUNT // 20


class TestTheFuzzer:
    """It finds what is wrong when something is, after some hundreds of inputs.

    What is sealed holds identifiers drawn anew, so which of them it is differs; the count
    is a hundred times what it needs, and it stops at the first.
    """

    def finds(self, genuine, name, error=FalseAcceptanceError):
        targets = [each for each in genuine.targets() if each.name == name]
        with pytest.raises(error) as found:
            fuzz(targets, count=100_000, seed=SEED)
        assert f"of seed {SEED}, {name}" in found.value.__notes__[0]

    def test_signatures_that_nobody_checks(self, genuine, monkeypatch):
        monkeypatch.setattr(verifier, "signed", lambda *_: True)
        self.finds(genuine, "bundle packed anew")

    def test_events_that_nobody_compares_with_the_root(self, genuine, monkeypatch):
        monkeypatch.setattr(verifier, "ensure_included", lambda *_: None)
        self.finds(genuine, "bundle signed anew")

    def test_bytes_that_belong_to_no_file(self, genuine, monkeypatch):
        monkeypatch.setattr(verifier, "packed", lambda _: Anything())
        self.finds(genuine, "bundle")

    def test_a_root_that_nobody_compares(self, genuine, monkeypatch):
        monkeypatch.setattr(merkle, "_ensure_same", lambda *_: None)
        self.finds(genuine, "inclusion")
        self.finds(genuine, "consistency")

    def test_a_length_that_nobody_counts(self, genuine, monkeypatch):
        monkeypatch.setattr(merkle, "_ensure_length", lambda *_: None)
        self.finds(genuine, "consistency", error=(FalseAcceptanceError, IndexError))

    def test_a_number_that_is_spelt_in_two_ways(self, genuine, monkeypatch):
        monkeypatch.setattr(notes, "_number", lambda text, _: int(text))
        self.finds(genuine, "checkpoint", error=(FalseAcceptanceError, ValueError))


class Anything:
    """It is equal to whatever it is compared with."""

    __hash__ = None

    def __eq__(self, _):
        return True
