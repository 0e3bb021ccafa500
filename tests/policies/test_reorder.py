"""Whenever the free stock falls to the reorder level, more is asked for."""

from __future__ import annotations

import pytest

from servicecore.domain.spare_part import SparePartReorderAsked, clearing, decisions, issuing
from servicecore.domain.standard import Rulebook
from servicecore.policies import ReorderInTime
from tests.domain.spare_part.given import (
    DAY,
    LAST_DAY,
    MANUAL,
    MIDNIGHT,
    NINE,
    TERMS,
    bought,
    given,
    going_on,
    in_stock,
    issued,
    moved,
    received,
    registered,
    reserved,
)
from tests.moments import on_record

POLICY = ReorderInTime(Rulebook(standards=(MANUAL,)))


def asked(history):
    """Return what follows from the last event of this history."""
    *_, recorded = on_record(*history, subject="spare_part/P-7")
    return [
        (wanted.subject, event)
        for wanted in POLICY.react(recorded)
        for event in wanted.decide(given(*history))
    ]


SCRAP = {"batch": "B-1", "reason": "torn", "attested_by": "Green Ltd", "attestation": "W-3"}
ADJUST = {"batch": "B-1", "by": "Gao", "reason": "lost"}


def expired():
    history = in_stock(expires_on=LAST_DAY)
    return going_on(history, decisions.remind_if_due, at=MIDNIGHT + DAY, terms=TERMS)


class TestReorderInTime:
    """It looks at the stock after each line by which it may have become low (pdr:3.4a)."""

    @pytest.mark.parametrize(
        "history",
        [
            reserved(in_stock(), 8),
            issued(in_stock(), 8),
            going_on(in_stock(), clearing.adjust, change=-8, **ADJUST),
            going_on(in_stock(), clearing.scrap, quantity=8, **SCRAP),
            going_on(in_stock(), decisions.set_reorder_level, level=10, reason="more repairs"),
            expired(),
            received(bought(registered(), 2), 2),
        ],
        ids=lambda history: type(history[-1]).__name__,
    )
    def test_asks_for_more(self, history):
        [(subject, event)] = asked(history)
        assert subject == "spare_part/P-7"
        assert event == SparePartReorderAsked(
            spare_part_id="P-7",
            free=given(*history).free,
            level=given(*history).reorder_level,
            at=history[-1].at,
        )

    def test_asks_in_the_moment_of_the_line(self):
        assert asked(issued(in_stock(), 8, at=NINE + DAY))[0][1].at == NINE + DAY

    def test_asks_for_nothing_while_there_is_enough(self):
        assert asked(issued(in_stock(), 7)) == []

    def test_pays_no_heed_to_lines_that_take_nothing_away(self):
        history = moved(issued(in_stock(), 9), issuing.use, 1, by="Wu")
        assert asked(history) == []
