"""Every fault strikes with a few seeds; every night, with thousands."""

from __future__ import annotations

import logging
import os

import pytest

from . import faults, night
from .faults import FAULTS
from .night import Tally, missing
from .places import POSTGRESQL, SQLITE
from .soak import soak

NIGHT = os.environ.get("SERVICECORE_SLOW") == "1"
SEEDS = 150 if NIGHT else 1
COMMANDS = int(os.environ.get("SERVICECORE_SOAK", "1000000" if NIGHT else "200"))
MEGABYTES = 32  # Caches may fill up; what grows with the log would take more.
PAIRS = [(name, kind) for name, fault in FAULTS.items() for kind in fault.kinds]


@pytest.mark.parametrize(("name", "kind"), PAIRS, ids=lambda each: each.replace(" ", "_"))
def test_nothing_is_lost_doubled_or_reordered(request, caplog, name, kind):
    if (told := missing(name, kind)) and kind == SQLITE:
        pytest.skip(told)
    cluster = request.getfixturevalue("postgresql") if kind == POSTGRESQL else None
    if told:
        pytest.skip(told)
    caplog.set_level(logging.CRITICAL)
    for seed in range(SEEDS):
        try:
            FAULTS[name].strike(kind, seed, cluster)
        except Exception as error:
            error.add_note(
                f'python -m tests.faults.night --fault "{name}" --on {kind} --seed {seed}'
            )
            raise


@pytest.mark.parametrize("kind", [SQLITE, POSTGRESQL])
def test_a_long_shift_leaves_memory_flat_and_nothing_behind(request, caplog, kind):
    if kind == POSTGRESQL and not NIGHT:
        pytest.skip("for an hour, every night: SERVICECORE_SLOW=1")
    cluster = request.getfixturevalue("postgresql") if kind == POSTGRESQL else None
    caplog.set_level(logging.CRITICAL)
    soaked = soak(kind, COMMANDS, cluster)
    assert soaked.events >= COMMANDS
    assert max(soaked.grown.values()) < MEGABYTES, soaked


class TestANight:
    """It tells what came of it, also of what should not have."""

    def test_a_run_that_fails_is_told_with_its_seed(self, monkeypatch, capsys):
        def forgets(place, luck):
            """It forgets."""
            assert place.kind != SQLITE

        monkeypatch.setattr(night, "FAULTS", {"forgetting": faults.Fault(forgets, (SQLITE,))})
        tallies = night.spend([("forgetting", SQLITE)], iter([7]), until=0)

        assert tallies == {("forgetting", SQLITE): Tally(runs=1, seeds=[7], wrong=[7])}
        assert '--fault "forgetting" --on SQLite --seed 7' in capsys.readouterr().err
