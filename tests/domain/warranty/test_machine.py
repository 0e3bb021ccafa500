"""Whatever people do with a warranty, and whenever: nobody pays for what is covered.

A clerk keeps the last days on a wall calendar of his own, and counts months by
their names: a test that asked the code would believe whatever it said.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from attrs import Factory, define
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from servicecore import ServiceDesk
from servicecore.desk import RecordExistsError
from servicecore.domain.warranty import (
    AlreadyDecidedError,
    FeeLine,
    FeesNotAcceptedError,
    FreeOfChargeError,
    Ground,
    ImpossibleFaultError,
    NotAKeyPartError,
    NotDecidedError,
    NothingOfferedError,
    RepairBegunError,
    TermTooLongError,
    WarrantyExpired,
    WarrantyExpiryNoticed,
    WarrantyOverError,
    WarrantyVoidError,
)

IN_SHANGHAI = timedelta(hours=8)
DAY = timedelta(days=1)
LEAST_MONTHS, MOST_MONTHS_OF_A_KEY_PART, DAYS_AHEAD = 12, 24, 30
TICKETS = st.sampled_from(["T-1", "T-2", "T-3"])


def months_after(day: date, months: int) -> date:
    """Turn over so many leaves of the wall calendar; a shorter month ends earlier."""
    year, month = day.year, day.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def midnight_after(day: date) -> datetime:
    """Return the moment at which *day* ends in Shanghai."""
    return datetime(day.year, day.month, day.day, tzinfo=timezone.utc) + DAY - IN_SHANGHAI


@define
class Repair:
    """What the clerk knows of one repair."""

    is_free: bool
    is_offered: bool = False
    is_accepted: bool = False
    has_begun: bool = False


@define
class Note:
    """One cover: its months, its last day, and what has been told of its end."""

    months: int
    last_day: date
    round: int = 1
    told: set[str] = Factory(set)

    def falls_due(self, now: datetime) -> set[str]:
        """Return what should have been told by *now*."""
        end = midnight_after(self.last_day)
        due = {"expired": end, "notice": end - (DAYS_AHEAD + 1) * DAY}
        return {what for what, moment in due.items() if now > moment}


class AWarrantyAtWork(RuleBasedStateMachine):
    """Things break, customers pay or not, covers are prolonged and voided, time passes."""

    @initialize(
        delivered=st.dates(date(2024, 1, 29), date(2025, 3, 3)),
        months=st.sampled_from([None, 12, 13, 15]),
        motor=st.sampled_from([None, 16, 24]),
    )
    def is_granted(self, delivered: date, months: int | None, motor: int | None) -> None:
        self.now = datetime(delivered.year, delivered.month, delivered.day, 1, tzinfo=timezone.utc)
        self.delivered, self.is_void, self.extensions = delivered, False, 0
        self.repairs: dict[str, Repair] = {}
        self.told_of: list[tuple[str, int, str]] = []
        self.notes = {"": self.note(months or LEAST_MONTHS)}
        if motor is not None:
            self.notes["motor"] = self.note(motor)
        self.desk = ServiceDesk.open("memory:", standard="tender_standard")
        self.counter = self.desk.warranties
        self.facts = {"product": "pump", "customer_id": "Acme", "delivered_on": delivered}
        parts = {} if motor is None else {"motor": motor}
        self.counter.grant("S-1", **self.facts, months=months, key_parts=parts, at=self.now)

    def teardown(self) -> None:
        self.desk.close()

    # --- What the clerk knows ------------------------------------------------------------

    def note(self, months: int) -> Note:
        return Note(months=months, last_day=months_after(self.delivered, months))

    @property
    def today(self) -> date:
        return (self.now + IN_SHANGHAI).date()

    def last_day_of(self, part: str) -> date:
        covers = [self.notes[""], *([self.notes[part]] if part in self.notes else [])]
        return max(each.last_day for each in covers)

    def tries(self, verb, refusal, **facts) -> bool:
        if refusal is not None:
            with pytest.raises(refusal):
                verb("S-1", **facts, at=self.now)
            return False
        verb("S-1", **facts, at=self.now)
        return True

    # --- What people do ------------------------------------------------------------------

    @rule()
    def grants_another_one(self) -> None:
        self.tries(self.counter.grant, RecordExistsError, **self.facts)

    @rule(months=st.integers(1, 13), part=st.sampled_from(["", "motor"]))
    def prolongs(self, months: int, part: str) -> None:
        refusal = None
        if self.is_void:
            refusal = WarrantyVoidError
        elif part not in self.notes:
            refusal = NotAKeyPartError
        elif self.today > self.notes[part].last_day:
            refusal = WarrantyOverError
        elif part and self.notes[part].months + months > MOST_MONTHS_OF_A_KEY_PART:
            refusal = TermTooLongError
        facts = {"months": months, "part": part, "reason": "bought"}
        if self.tries(self.counter.extend, refusal, **facts):
            self.extensions += 1
            self.notes[part] = self.note(self.notes[part].months + months)
            self.notes[part].round = self.extensions + 1

    @rule()
    def voids(self) -> None:
        refusal = WarrantyVoidError if self.is_void else None
        self.tries(self.counter.void, refusal, by="Wu", reason="opened")
        self.is_void = True

    @rule(
        ticket=TICKETS,
        part=st.sampled_from(["", "motor", "seal"]),
        days_ago=st.sampled_from([-1, 0, 1, 30]),
        on_the_last_day=st.booleans(),
        misused=st.sampled_from([False, False, True]),
    )
    def judges(
        self, ticket: str, part: str, days_ago: int, *, on_the_last_day: bool, misused: bool
    ) -> None:
        today, last = self.today, self.last_day_of(part)
        # The last day, and the one after it, are where a mistake would be made.
        day = last + DAY * (days_ago == 1) if on_the_last_day else today - days_ago * DAY
        refusal = None
        if ticket in self.repairs:
            refusal = AlreadyDecidedError
        elif not self.delivered <= day <= today:
            refusal = ImpossibleFaultError
        facts = {"ticket_id": ticket, "part": part, "fault_on": day, "by": "Wu"}
        facts["excluded_because"] = "it was dropped" if misused else ""
        if self.tries(self.counter.decide_coverage, refusal, **facts):
            is_free = not self.is_void and not misused and day <= last
            self.repairs[ticket] = Repair(is_free)

    @rule(ticket=TICKETS, price=st.decimals(0, 1000, places=2), quantity=st.integers(1, 9))
    def offers(self, ticket: str, price: Decimal, quantity: int) -> None:
        repair, refusal = self.repairs.get(ticket), None
        if repair is None:
            refusal = NotDecidedError
        elif repair.has_begun:
            refusal = RepairBegunError
        elif repair.is_free:
            refusal = FreeOfChargeError
        lines = [FeeLine(what="labour", quantity=quantity, unit_price=price)]
        if self.tries(self.counter.offer_fees, refusal, ticket_id=ticket, lines=lines):
            repair.is_offered, repair.is_accepted = True, False
            assert self.counter.get("S-1").repairs[ticket].total == quantity * price

    @rule(ticket=TICKETS, agrees=st.booleans())
    def answers_the_offer(self, ticket: str, *, agrees: bool) -> None:
        repair, refusal = self.repairs.get(ticket), None
        if repair is None:
            refusal = NotDecidedError
        elif repair.has_begun:
            refusal = RepairBegunError
        elif repair.is_free:
            refusal = FreeOfChargeError
        elif not repair.is_offered:
            refusal = NothingOfferedError
        verb = self.counter.accept_fees if agrees else self.counter.decline_fees
        if self.tries(verb, refusal, ticket_id=ticket, by="Ms Lin"):
            repair.is_offered = repair.is_accepted = agrees

    @rule(ticket=TICKETS)
    def begins_work(self, ticket: str) -> None:
        repair, refusal = self.repairs.get(ticket), None
        if repair is None:
            refusal = NotDecidedError
        elif repair.has_begun:
            refusal = RepairBegunError
        elif not repair.is_free and not repair.is_accepted:
            refusal = FeesNotAcceptedError
        if self.tries(self.counter.begin_repair, refusal, ticket_id=ticket, by="Wu"):
            repair.has_begun = True

    # --- Time passes -----------------------------------------------------------------------

    @rule(hours=st.integers(0, 24 * 40))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(part=st.sampled_from(["", "motor"]), microseconds=st.integers(-1, 1))
    def the_last_day_comes(self, part: str, microseconds: int) -> None:
        end = midnight_after(self.last_day_of(part))
        self.now = max(self.now, end + timedelta(microseconds=microseconds))

    @rule()
    def somebody_looks_what_is_due(self) -> None:
        self.desk.run_due(self.now)
        for part, note in self.notes.items():
            for what in note.falls_due(self.now) - note.told:
                if not self.is_void:
                    note.told.add(what)
                    self.told_of.append((part, note.round, what))

    # --- What must hold ----------------------------------------------------------------------

    @invariant()
    def covers_end_when_the_clerk_says(self) -> None:
        covers = self.counter.get("S-1").covers
        assert {part: each.until for part, each in covers.items()} == {
            part: each.last_day for part, each in self.notes.items()
        }

    @invariant()
    def nobody_pays_for_what_is_covered_and_nobody_works_unpaid_for(self) -> None:
        repairs = self.counter.get("S-1").repairs
        assert set(repairs) == set(self.repairs)
        for ticket, repair in repairs.items():
            known = self.repairs[ticket]
            assert repair.is_covered == known.is_free == (repair.ground is Ground.IN_TERM)
            assert (repair.begun_at is not None) == known.has_begun
            assert not (repair.is_covered and repair.total is not None)
            if repair.begun_at is not None and not repair.is_covered:
                assert repair.accepted_by == "Ms Lin"

    @invariant()
    def each_end_is_told_of_once_ahead_and_once_when_it_comes(self) -> None:
        told = [
            (event.part, event.round, event.rung)
            for event in (each.event for each in self.counter.history("S-1"))
            if isinstance(event, WarrantyExpiryNoticed | WarrantyExpired)
        ]
        assert sorted(told) == sorted(self.told_of)


TestAWarrantyAtWork = AWarrantyAtWork.TestCase
