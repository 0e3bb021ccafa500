"""The storage in `examples/` keeps what every storage promises."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from servicecore.storage import EventLog
from servicecore.testing.conformance import (
    FollowerConformance,
    LogConformance,
    PolicyConformance,
    TablesConformance,
)
from servicecore.testing.conformance.events import CATALOGUE, LIN, opened

PATH = Path(__file__).parents[2] / "examples" / "a_storage_of_ones_own.py"
SPEC = importlib.util.spec_from_file_location("a_storage_of_ones_own", PATH)
example = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(example)


@pytest.fixture
def journal(tmp_path):
    return tmp_path / "log.jsonl"


class TestTheJournal(LogConformance, FollowerConformance, PolicyConformance, TablesConformance):
    @pytest.fixture
    def open_it(self, journal):
        def open_it(*, catalogue=CATALOGUE, **options):
            return EventLog(example.JournalStorage(journal), catalogue=catalogue, **options)

        return open_it


def test_half_a_line_is_forgotten_and_the_rest_is_not(journal):
    with EventLog(example.JournalStorage(journal), catalogue=CATALOGUE) as log:
        log.append(opened("case/1", "a"), provenance=LIN, tracking=("policy", 3))
        log.append(opened("case/2"), provenance=LIN)
        before = list(log.since(0))
    with journal.open("ab") as file:
        file.write(b'[[["')

    with EventLog(example.JournalStorage(journal), catalogue=CATALOGUE) as log:
        assert before == list(log.since(0))
        assert log.storage.tracked("policy") == 3
        assert 4 == log.append(opened("case/3"), provenance=LIN).position
    with EventLog(example.JournalStorage(journal), catalogue=CATALOGUE) as log:
        assert 4 == log.head()
