"""Scenarios restated from the suites of six service desks, answered as they expect."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from servicecore.exchange.scenario import assess

FILE = Path(__file__).parents[3] / "shared" / "cases" / "sla_scenarios.json"
SCENARIOS = json.loads(FILE.read_text(encoding="utf-8"))["scenarios"] if FILE.exists() else []


@pytest.mark.skipif(not SCENARIOS, reason="there is no ../shared beside this checkout")
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario["id"])
def test_every_checkpoint_is_answered_as_expected(scenario):
    expected = [checkpoint.pop("expect") for checkpoint in scenario["checkpoints"]]

    # As text, so that 1 is not taken for 1.0 or true.
    assert json.dumps(expected, indent=1) == json.dumps(assess(scenario), indent=1)
