"""A warranty is what its history says, and a history that cannot be is an alarm."""

from __future__ import annotations

import attrs
import pytest

from servicecore.domain.events import ImpossibleHistoryError
from servicecore.domain.warranty import WarrantyFeesAccepted, WarrantyVoided, decisions

from .given import DELIVERED, NINE, given, granted, judged


class TestImpossibleHistories:
    """The auditor's alarm."""

    def test_nothing_comes_before_the_grant(self):
        voided = WarrantyVoided(warranty_id="S-1", by="Wu", reason="opened", at=NINE)
        with pytest.raises(ImpossibleHistoryError, match="before the warranty was granted"):
            given(voided)

    def test_a_warranty_is_granted_once(self):
        with pytest.raises(ImpossibleHistoryError, match="S-1 cannot be granted twice"):
            given(*granted(), *granted())

    def test_an_event_of_another_one_does_not_belong_here(self):
        with pytest.raises(ImpossibleHistoryError, match=r"not belong .* warranty S-1"):
            given(*granted(), WarrantyVoided(warranty_id="S-2", by="Wu", reason="x", at=NINE))

    def test_a_repair_is_decided_once(self):
        history = judged(granted(), DELIVERED, at=NINE)
        with pytest.raises(ImpossibleHistoryError, match="decided before"):
            given(*history, history[-1])

    def test_nobody_accepts_the_fees_of_a_repair_that_nobody_knows(self):
        accepted = WarrantyFeesAccepted(warranty_id="S-1", ticket_id="T-9", by="Lin", at=NINE)
        with pytest.raises(ImpossibleHistoryError, match="knows nothing of"):
            given(*granted(), accepted)


def test_nothing_is_computed_when_it_is_read():
    """The last day is copied: a false one would show."""
    [event] = granted()
    false = attrs.evolve(event.covers[0], until=DELIVERED)
    warranty = given(attrs.evolve(event, covers=(false,)))
    assert warranty.cover_of("").until == DELIVERED


def test_a_warranty_is_a_value():
    before = given(*granted())
    given(*granted(), *decisions.void(before, by="Wu", reason="opened", at=NINE))
    assert before == given(*granted())
    assert not before.is_void
