"""Whatever storemen do, the books say what is there, and nobody gets what is not.

A clerk keeps a card for each batch, and adds up in his own way: a test that
asked the ledger what is there would believe whatever it said.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest
from attrs import Factory, define
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from servicecore import ServiceDesk
from servicecore.domain.spare_part import (
    BatchExistsError,
    BatchExpiredError,
    BeforeReceiptError,
    MoreThanOrderedError,
    NotEnoughError,
    NotIssuedError,
    NotReservedError,
    OtherExpiryError,
    SparePartExpired,
    SparePartReorderAsked,
    UnknownBatchError,
)

NINE = datetime(2025, 3, 3, 1, tzinfo=timezone.utc)
IN_SHANGHAI = timedelta(hours=8)
LEVEL = 3  # More is asked for when no more than this many are free.
BATCHES = st.sampled_from(["B-1", "B-1", "B-2"])  # One that much happens to.
TICKETS = st.sampled_from(["T-1", "T-2"])
PIECES = st.integers(1, 8)
#: All that may be taken, or one more: where a mistake would be made.
EDGES = st.sampled_from([None, 0, 1])
WHY = {"by": "Wu", "reason": "seen"}


@define
class Card:
    """One batch, as the clerk writes it down: pieces in the store, set aside, and out."""

    to_come: int
    there: int = 0
    came: bool = False
    expires_on: date | None = None
    is_told_of: bool = False
    aside: dict[str, int] = Factory(dict)
    out: dict[str, int] = Factory(dict)

    @property
    def free(self) -> int:
        return self.there - sum(self.aside.values())

    def is_good_on(self, day: date) -> bool:
        return self.expires_on is None or day <= self.expires_on


class AStoreAtWork(RuleBasedStateMachine):
    """Parts are bought, received, set aside, issued, used, returned, counted and scrapped."""

    @initialize(quantity=st.integers(8, 20), lasts=st.sampled_from([None, 0, 2]))
    def opens(self, quantity: int, lasts: int | None) -> None:
        """Not every run can begin with an empty store: hardly one would come to a return."""
        self.now = NINE
        self.cards: dict[str, Card] = {}
        self.asks, self.has_asked = 0, False
        self.desk = ServiceDesk.open("memory:", standard="tender_standard")
        self.parts = self.desk.spare_parts
        self.parts.register("P-7", name="seal", reorder_level=LEVEL, at=self.now)
        self.buys("B-1", quantity)
        self.receives("B-1", quantity, lasts)
        self.sets_aside("B-1", "T-2", 2, None)
        self.issues("B-1", "T-1", 3, None)

    def teardown(self) -> None:
        self.desk.close()

    # --- What the clerk knows ----------------------------------------------------------

    @property
    def today(self) -> date:
        return (self.now + IN_SHANGHAI).date()

    @property
    def free(self) -> int:
        return sum(each.free for each in self.cards.values() if not each.is_told_of)

    def looks_at_the_stock(self) -> None:
        """Ask for more if there is little, nothing is to come, and nobody has asked yet."""
        on_order = any(each.to_come for each in self.cards.values())
        if self.free <= LEVEL and not on_order and not self.has_asked:
            self.asks, self.has_asked = self.asks + 1, True

    def tries(self, verb, refusal, **facts) -> bool:
        """Do it, unless the clerk says why it cannot be done; tell whether it was done."""
        if refusal is not None:
            with pytest.raises(refusal):
                verb("P-7", **facts, at=self.now)
            return False
        verb("P-7", **facts, at=self.now)
        return True

    def is_missing(self, batch: str):
        """Return why nothing of this batch can be moved, if so."""
        if batch not in self.cards:
            return UnknownBatchError
        return None if self.cards[batch].came else BeforeReceiptError

    # --- What people do ----------------------------------------------------------------

    @rule(batch=BATCHES, quantity=PIECES)
    def buys(self, batch: str, quantity: int) -> None:
        refusal = BatchExistsError if batch in self.cards else None
        facts = {"batch": batch, "quantity": quantity, "source": "genuine"}
        if self.tries(self.parts.purchase, refusal, **facts):
            self.cards[batch] = Card(to_come=quantity)

    @rule(batch=BATCHES, quantity=PIECES, lasts=st.sampled_from([None, -1, 0, 2, 20]))
    def receives(self, batch: str, quantity: int, lasts: int | None) -> None:
        card = self.cards.get(batch)
        expires_on = None if lasts is None else self.today + timedelta(days=lasts)
        if card is not None and card.came:
            expires_on = card.expires_on if lasts != 20 else expires_on
        refusal = None
        if card is None:
            refusal = UnknownBatchError
        elif quantity > card.to_come:
            refusal = MoreThanOrderedError
        elif card.came and expires_on != card.expires_on:
            refusal = OtherExpiryError
        elif expires_on is not None and expires_on < self.today:
            refusal = BatchExpiredError
        facts = {"batch": batch, "quantity": quantity, "expires_on": expires_on}
        if self.tries(self.parts.receive, refusal, **facts):
            card.there, card.to_come = card.there + quantity, card.to_come - quantity
            card.came, card.expires_on, self.has_asked = True, expires_on, False
            self.looks_at_the_stock()

    @rule(batch=BATCHES)
    def waits_no_more(self, batch: str) -> None:
        refusal = None if batch in self.cards else UnknownBatchError
        was_waited_for = refusal is None and self.cards[batch].to_come
        if self.tries(self.parts.end_purchase, refusal, batch=batch, reason="closed"):
            self.cards[batch].to_come = 0
            if was_waited_for:
                self.looks_at_the_stock()

    @rule(batch=BATCHES, ticket=TICKETS, quantity=PIECES, edge=EDGES)
    def sets_aside(self, batch: str, ticket: str, quantity: int, edge: int | None) -> None:
        refusal = self.is_missing(batch)
        if refusal is None:
            card = self.cards[batch]
            quantity = quantity if edge is None else max(1, card.free + edge)
            if not card.is_good_on(self.today) or card.is_told_of:
                refusal = BatchExpiredError
            elif quantity > card.free:
                refusal = NotEnoughError
        facts = {"batch": batch, "ticket_id": ticket, "quantity": quantity}
        if self.tries(self.parts.reserve, refusal, **facts):
            card.aside[ticket] = card.aside.get(ticket, 0) + quantity
            self.looks_at_the_stock()

    @rule(batch=BATCHES, ticket=TICKETS, quantity=PIECES)
    def frees(self, batch: str, ticket: str, quantity: int) -> None:
        refusal = self.is_missing(batch)
        if refusal is None and quantity > self.cards[batch].aside.get(ticket, 0):
            refusal = NotReservedError
        facts = {"batch": batch, "ticket_id": ticket, "quantity": quantity, "reason": "solved"}
        if self.tries(self.parts.release, refusal, **facts):
            self.cards[batch].aside[ticket] -= quantity

    @rule(batch=BATCHES, ticket=TICKETS, quantity=PIECES, edge=EDGES)
    def issues(self, batch: str, ticket: str, quantity: int, edge: int | None) -> None:
        refusal = self.is_missing(batch)
        if refusal is None:
            card = self.cards[batch]
            theirs = card.aside.get(ticket, 0)
            quantity = quantity if edge is None else max(1, card.free + theirs + edge)
            if not card.is_good_on(self.today):
                refusal = BatchExpiredError
            elif quantity > card.free + theirs:
                refusal = NotEnoughError
        facts = {"batch": batch, "ticket_id": ticket, "quantity": quantity, "by": "Wu"}
        if self.tries(self.parts.issue, refusal, **facts):
            card.there -= quantity
            card.aside[ticket] = max(0, theirs - quantity)
            card.out[ticket] = card.out.get(ticket, 0) + quantity
            self.looks_at_the_stock()

    @rule(batch=BATCHES, ticket=TICKETS, edge=st.sampled_from([-1, 0, 1]), comes_back=st.booleans())
    def uses_or_returns(self, batch: str, ticket: str, edge: int, *, comes_back: bool) -> None:
        refusal = self.is_missing(batch)
        quantity = max(1, edge if refusal else self.cards[batch].out.get(ticket, 0) + edge)
        if refusal is None and quantity > self.cards[batch].out.get(ticket, 0):
            refusal = NotIssuedError
        verb = self.parts.bring_back if comes_back else self.parts.use
        facts = {"batch": batch, "ticket_id": ticket, "quantity": quantity, "by": "Wu"}
        if self.tries(verb, refusal, **facts):
            self.cards[batch].out[ticket] -= quantity
            self.cards[batch].there += quantity if comes_back else 0

    @rule(batch=BATCHES, change=st.integers(-8, 8).filter(bool))
    def adjusts(self, batch: str, change: int) -> None:
        refusal = self.is_missing(batch)
        if refusal is None and -change > self.cards[batch].free:
            refusal = NotEnoughError
        if self.tries(self.parts.adjust, refusal, batch=batch, change=change, **WHY):
            self.cards[batch].there += change
            self.looks_at_the_stock()

    @rule(batch=BATCHES, quantity=PIECES)
    def scraps(self, batch: str, quantity: int) -> None:
        refusal = self.is_missing(batch)
        if refusal is None and quantity > self.cards[batch].free:
            refusal = NotEnoughError
        facts = {"reason": "damaged", "attested_by": "Green Ltd", "attestation": "W-3"}
        if self.tries(self.parts.scrap, refusal, batch=batch, quantity=quantity, **facts):
            self.cards[batch].there -= quantity
            self.looks_at_the_stock()

    @rule(
        days=st.integers(0, 3), lands=st.sampled_from(["somewhere", "midnight", "just before it"])
    )
    def time_passes(self, days: int, lands: str) -> None:
        self.now += timedelta(days=days, hours=1)
        if lands != "somewhere":
            midnight = (self.now + IN_SHANGHAI).replace(hour=0) - IN_SHANGHAI
            self.now = midnight + timedelta(days=1)
            self.now -= timedelta(microseconds=1) if lands == "just before it" else timedelta()

    @rule()
    def somebody_looks_what_is_due(self) -> None:
        self.desk.run_due(self.now)
        told = False
        for card in self.cards.values():
            last = card.expires_on
            if last is None or card.is_told_of:
                continue
            midnight = datetime(last.year, last.month, last.day, tzinfo=timezone.utc) - IN_SHANGHAI
            if self.now > midnight + timedelta(days=1):
                card.is_told_of = told = True
                card.aside.clear()
        self.desk.run_due(self.now)  # Policies follow what was told.
        if told:
            self.looks_at_the_stock()

    # --- What must hold ------------------------------------------------------------------

    @invariant()
    def the_books_say_what_the_clerk_says(self) -> None:
        part = self.parts.get("P-7")
        assert list(part.batches) == list(self.cards)
        for number, card in self.cards.items():
            batch = part.batches[number]
            assert batch.on_hand == card.there
            assert batch.to_come == card.to_come
            assert batch.reserved == {t: n for t, n in card.aside.items() if n}
            assert batch.out == {t: n for t, n in card.out.items() if n}

    @invariant()
    def each_batch_adds_up_and_no_count_is_below_none(self) -> None:
        for batch in self.parts.get("P-7").batches.values():
            sums = (batch.received, batch.issued, batch.returned, batch.scrapped, batch.adjusted)
            received, issued, returned, scrapped, adjusted = sums
            there = received - issued + returned - scrapped + adjusted
            assert all(type(each) is int for each in sums)
            assert batch.on_hand == there
            assert 0 <= sum(batch.reserved.values()) <= there

    @invariant()
    def more_is_asked_for_once_and_what_expired_is_told_once(self) -> None:
        told = [each.event for each in self.parts.history("P-7")]
        assert sum(isinstance(each, SparePartReorderAsked) for each in told) == self.asks
        expired = sorted(each.batch for each in told if isinstance(each, SparePartExpired))
        assert expired == sorted(n for n, each in self.cards.items() if each.is_told_of)


TestAStoreAtWork = AStoreAtWork.TestCase
TestAStoreAtWork.settings = settings(max_examples=80)
