"""What a customer's history cannot tell, and what it must lead to."""

from __future__ import annotations

import attrs
import pytest

from servicecore.domain.events import ImpossibleHistoryError
from servicecore.domain.relationship import (
    ContractRenewed,
    EffectTracked,
    PointsSpent,
    ProductFirstUsed,
    RecoveryBegun,
    RecoveryEnded,
    RevisitHeld,
)

from .given import ANSWERS, MONDAY, NINE, delivered, given, held, opened, planned
from .test_findings import found
from .test_loyalty import recovering

HELD = {"manner": "mail", "held_on": MONDAY, "answers": ANSWERS, "by": "Li"}


@pytest.mark.parametrize(
    ("history", "event"),
    [
        (opened(), opened()[0]),
        (opened(), RevisitHeld(customer_id="Acme", revisit=1, **HELD, at=NINE)),
        (held(), RevisitHeld(customer_id="Acme", revisit=1, **HELD, at=NINE)),
        (opened(), attrs.evolve(planned()[-1], revisit=2)),
        (planned(), planned()[-1]),
        (found(), found()[-1]),
        (
            opened(),
            EffectTracked(
                customer_id="Acme", finding=1, by="Gao", has_helped=True, effect="e", at=NINE
            ),
        ),
        (opened(), PointsSpent(customer_id="Acme", points=1, spent_on="seal", at=NINE)),
        (
            opened(),
            ContractRenewed(
                customer_id="Acme", contract_id="K-1", until=MONDAY, renewals=1, at=NINE
            ),
        ),
        (
            delivered(),
            ProductFirstUsed(customer_id="Acme", delivery_id="D-2", used_on=MONDAY, at=NINE),
        ),
        (
            recovering(),
            RecoveryBegun(customer_id="Acme", recovery=2, reason="late", because_of="x", at=NINE),
        ),
        (
            recovering(),
            RecoveryEnded(customer_id="Acme", recovery=2, by="Li", outcome="o", at=NINE),
        ),
        (opened(), attrs.evolve(opened()[0], customer_id="Bolt")),
    ],
    ids=lambda each: "" if isinstance(each, list) else type(each).__name__,
)
def test_what_cannot_have_happened_is_noticed(history, event):
    with pytest.raises(ImpossibleHistoryError, match=r"Acme|revisit|before"):
        given(*history, event)


def test_nothing_comes_before_the_file():
    with pytest.raises(ImpossibleHistoryError, match="before a file was opened"):
        given(*delivered()[1:])
