"""A ledger is what its lines say, and a line that cannot be is an alarm."""

from __future__ import annotations

import pytest

from servicecore.domain.events import ImpossibleHistoryError
from servicecore.domain.spare_part import SparePartIssued, SparePartScrapped, SparePartUsed

from .given import NINE, bought, given, in_stock, registered, reserved

LINE = {"spare_part_id": "P-7", "batch": "B-1", "at": NINE}


def scrapped(quantity, **facts):
    told = {"reason": "x", "attested_by": "y", "attestation": "z", **LINE, **facts}
    return SparePartScrapped(quantity=quantity, **told)


class TestImpossibleHistories:
    """The auditor's alarm."""

    def test_nothing_comes_before_the_registration(self):
        with pytest.raises(ImpossibleHistoryError, match="before the spare part was registered"):
            given(scrapped(1))

    def test_a_part_is_registered_once(self):
        with pytest.raises(ImpossibleHistoryError, match="P-7 cannot be registered twice"):
            given(*registered(), *registered())

    def test_a_line_of_another_part_does_not_belong_here(self):
        with pytest.raises(ImpossibleHistoryError, match=r"not belong .* spare part P-7"):
            given(*in_stock(), scrapped(1, spare_part_id="P-8"))

    def test_a_batch_is_bought_once(self):
        history = bought(registered())
        with pytest.raises(ImpossibleHistoryError, match="B-1 cannot be bought twice"):
            given(*history, history[-1])

    def test_nothing_moves_of_a_batch_that_never_was(self):
        with pytest.raises(ImpossibleHistoryError, match="P-7 never had"):
            given(*in_stock(), scrapped(1, batch="B-2"))

    @pytest.mark.parametrize(
        "line",
        [
            scrapped(11),
            SparePartIssued(quantity=11, ticket_id="T-1", by="Wu", **LINE),
            SparePartIssued(quantity=1, from_reserved=1, ticket_id="T-1", by="Wu", **LINE),
            SparePartUsed(quantity=1, ticket_id="T-1", by="Wu", **LINE),
        ],
        ids=lambda line: f"{type(line).__name__} of {line.quantity}",
    )
    def test_no_batch_ever_holds_fewer_pieces_than_none(self, line):
        with pytest.raises(ImpossibleHistoryError, match="takes more from batch B-1 than is there"):
            given(*in_stock(), line)

    def test_nor_fewer_than_are_set_aside(self):
        with pytest.raises(ImpossibleHistoryError, match="takes more from batch B-1 than is there"):
            given(*reserved(in_stock(), 4), scrapped(7))
