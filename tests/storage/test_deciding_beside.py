"""What was decided with a look at another subject is recorded only if that one did not go on."""

from __future__ import annotations

import attrs
import pytest

from servicecore.storage import ConflictError, open_log
from servicecore.storage.changes import Decided
from servicecore.testing.conformance.events import CATALOGUE, FOLD, LIN, noted, opened

OTHER = "case/2"


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def log(request, tmp_path):
    match request.param:
        case "postgresql":
            url = request.getfixturevalue("postgresql").fresh()
        case "sqlite":
            url = f"sqlite:///{tmp_path}/log.db"
        case _:
            url = "memory:"
    with open_log(url, catalogue=CATALOGUE) as log:
        log.append(opened("case/1"), provenance=LIN)
        yield log


def look_at_the_other(log, *, meanwhile=lambda: None):
    """Decide to note how many events the other subject has."""

    def decide(_):
        _, seen = log.load(OTHER, FOLD)
        meanwhile()
        return Decided([noted(str(seen))], beside={OTHER: seen})

    return decide


def notes(log):
    return log.load("case/1", FOLD)[0].notes


def test_while_it_stands_still_the_decision_holds(log):
    receipt = log.execute("case/1", look_at_the_other(log), fold=FOLD, provenance=LIN)

    assert notes(log) == ("0",)
    assert receipt.versions == {"case/1": 2}


def test_when_it_has_gone_on_the_decision_is_made_anew(log):
    news = iter([opened(OTHER)])

    def go_on():
        for each in news:
            log.append(each, provenance=LIN)

    decide = look_at_the_other(log, meanwhile=go_on)
    log.execute("case/1", decide, fold=FOLD, provenance=LIN)

    assert notes(log) == ("1",)


def test_a_change_that_takes_it_for_shorter_is_refused(log):
    log.append(opened(OTHER), provenance=LIN)
    change = attrs.evolve(opened("case/3"), beside={OTHER: 0})

    with pytest.raises(ConflictError, match="case/2: expected 0 events in its history, found 1"):
        log.append(change, provenance=LIN)

    assert log.load("case/3", FOLD) == (None, 0)


def test_the_same_command_twice_is_carried_out_once(log):
    command = attrs.evolve(LIN, command_id="c-1")
    decide = look_at_the_other(log)
    log.execute("case/1", decide, fold=FOLD, provenance=command)
    log.append(opened(OTHER), provenance=LIN)

    assert log.execute("case/1", decide, fold=FOLD, provenance=command).repeated
    assert notes(log) == ("0",)
