"""Whatever happens with a customer: revisits keep their days, points their sum, recoveries apart.

A clerk keeps a wall calendar of 2025 with the days off crossed out, and counts
months by their names: a test that asked the code would believe whatever it said.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, timedelta, timezone

import pytest
from attrs import define
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from servicecore import ServiceDesk
from servicecore.domain.relationship import (
    BeforeDeliveryError,
    BeforeFileError,
    CustomerIsLostError,
    CustomerNotLostError,
    NoConsentError,
    NoRecoveryError,
    RevisitMissed,
    RevisitOverError,
    TooFewPointsError,
    UnknownRevisitError,
)

from .given import ANSWERS, FILE

IN_SHANGHAI, DAY, HOUR = timedelta(hours=8), timedelta(days=1), timedelta(hours=1)
MONTHS_AFTER_DELIVERY = (1, 3, 6)
CLOSES_AT = 18  # O'clock, in Shanghai.
#: First and last days of the holidays of 2025, and the Saturdays and Sundays worked instead.
HOLIDAYS = [
    (date(2025, 1, 1), date(2025, 1, 1)),
    (date(2025, 1, 28), date(2025, 2, 4)),
    (date(2025, 4, 4), date(2025, 4, 6)),
    (date(2025, 5, 1), date(2025, 5, 5)),
    (date(2025, 5, 31), date(2025, 6, 2)),
    (date(2025, 10, 1), date(2025, 10, 8)),
]
WORKED_INSTEAD = {date(2025, 1, 26), date(2025, 2, 8), date(2025, 4, 27), date(2025, 9, 28)}
WORKED_INSTEAD |= {date(2025, 10, 11)}
NEW_YEAR = datetime(2025, 1, 2, 1, tzinfo=timezone.utc)


def months_after(day: date, months: int) -> date:
    """Turn over so many leaves of the wall calendar; a shorter month ends earlier."""
    year, month = day.year, day.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def working_day(day: date) -> date:
    """Go on, day by day, until one is not crossed out."""
    while day not in WORKED_INSTEAD and (
        day.isoweekday() > 5 or any(first <= day <= last for first, last in HOLIDAYS)
    ):
        day += DAY
    return day


def closing(day: date) -> datetime:
    midnight = datetime(day.year, day.month, day.day, tzinfo=timezone.utc) - IN_SHANGHAI
    return midnight + CLOSES_AT * HOUR


@define
class Note:
    """What the clerk knows of one revisit."""

    what: tuple[str, int]
    day: date
    delivered: date
    is_over: bool = False
    is_unwanted: bool = False
    is_missed: bool = False
    is_held: bool = False


class ACustomerWithUs(RuleBasedStateMachine):
    """Products are delivered, people call or forget to, things go wrong, time passes."""

    @initialize()
    def is_opened(self) -> None:
        self.now, self.opened = NEW_YEAR, NEW_YEAR
        self.notes: list[Note] = []
        self.deliveries: list[date] = []
        self.consent, self.is_lost = "not asked", False
        self.points, self.tickets, self.missed = 0, 0, 0
        self.recovers, self.recoveries = False, 0
        self.desk = ServiceDesk.open("memory:", standard="project_service_plan")
        self.customers = self.desk.relationships
        self.customers.open("Acme", **FILE, at=self.now)

    def teardown(self) -> None:
        self.desk.close()

    # --- What the clerk knows ------------------------------------------------------------

    @property
    def today(self) -> date:
        return (self.now + IN_SHANGHAI).date()

    def writes_down(self, since: date) -> None:
        """Note the revisits of every delivery that are missing in the book."""
        if self.is_lost or self.consent == "withdrawn":
            return
        known = {each.what for each in self.notes if not each.is_unwanted}
        for n, day in enumerate(self.deliveries):
            for months in MONTHS_AFTER_DELIVERY:
                planned = working_day(months_after(day, months))
                if (f"D-{n}", months) not in known and planned >= since:
                    self.notes.append(Note((f"D-{n}", months), planned, day))

    def crosses_out(self) -> None:
        for each in self.notes:
            if not each.is_over:
                each.is_over = each.is_unwanted = True

    def looks(self) -> None:
        self.desk.run_due(self.now)
        for each in self.notes:
            self.notices(each, self.now)

    def notices(self, note: Note, at: datetime) -> None:
        if not note.is_over and not note.is_missed and at > closing(note.day):
            note.is_missed = True
            self.missed += 1

    def tries(self, verb, refusal, *told, **facts) -> bool:
        at = facts.pop("at", self.now)
        if refusal is not None:
            with pytest.raises(refusal):
                verb("Acme", *told, **facts, at=at)
            return False
        verb("Acme", *told, **facts, at=at)
        return True

    # --- What people do ------------------------------------------------------------------

    @precondition(lambda self: len(self.deliveries) < 3 and self.today < date(2025, 4, 1))
    @rule(days_ago=st.integers(0, 40))
    def delivers(self, days_ago: int) -> None:
        day = self.today - days_ago * DAY
        delivery_id = f"D-{len(self.deliveries)}"
        self.customers.deliver("Acme", delivery_id, product="pump", delivered_on=day, at=self.now)
        self.deliveries.append(day)
        known = len(self.deliveries) - 1
        if not self.is_lost and self.consent != "withdrawn":
            for months in MONTHS_AFTER_DELIVERY:
                planned = working_day(months_after(day, months))
                self.notes.append(Note((f"D-{known}", months), planned, day))

    @rule()
    def asks_for_consent(self) -> None:
        self.customers.give_consent("Acme", evidence="form 7", at=self.now)
        if self.consent != "given":
            self.consent = "given"
            self.writes_down(self.today)

    @rule()
    def loses_consent(self) -> None:
        self.customers.withdraw_consent("Acme", at=self.now)
        if self.consent != "withdrawn":
            self.consent = "withdrawn"
            self.crosses_out()

    @rule(number=st.integers(1, 10), days_ago=st.sampled_from([0, 0, 1, 30]))
    def calls(self, number: int, days_ago: int) -> None:
        at, refusal = self.now - days_ago * DAY, None
        note = self.notes[number - 1] if number <= len(self.notes) else None
        if at < self.opened:
            refusal = BeforeFileError
        elif self.is_lost:
            refusal = CustomerIsLostError
        elif note is None:
            refusal = UnknownRevisitError
        elif note.is_over:
            refusal = RevisitOverError
        elif self.consent != "given":
            refusal = NoConsentError
        elif (at + IN_SHANGHAI).date() < note.delivered:
            refusal = BeforeDeliveryError
        told = {"by": "Li", "answers": ANSWERS, "at": at}
        if self.tries(self.desk.revisits.hold, refusal, number, **told):
            self.notices(note, at)
            note.is_over = note.is_held = True

    @rule(points=st.integers(1, 50), spends=st.booleans())
    def counts_points(self, points: int, *, spends: bool) -> None:
        if not spends:
            self.tries(self.customers.earn_points, None, points, reason="order")
            self.points += points
        elif self.tries(
            self.customers.spend_points,
            TooFewPointsError if points > self.points else None,
            points,
            on="a seal",
        ):
            self.points -= points

    @rule()
    def leaves(self) -> None:
        refusal = CustomerIsLostError if self.is_lost else None
        if self.tries(self.customers.lose, refusal, reason="too dear"):
            self.is_lost, self.recovers = True, False
            self.crosses_out()

    @rule()
    def comes_back(self) -> None:
        refusal = None if self.is_lost else CustomerNotLostError
        if self.tries(self.customers.win_back, refusal, reason="a discount"):
            self.is_lost = False
            self.writes_down(self.today)

    @rule(tickets=st.integers(1, 3))
    def is_let_down(self, tickets: int) -> None:
        """Several tickets are answered late; they make one recovery."""
        late = []
        for _ in range(tickets):
            self.tickets += 1
            late.append(f"T-{self.tickets}")
            request = {"product": "pump", "model": "P", "fault": "leaks", "contact": "Ms Lin"}
            self.desk.tickets.open(late[-1], customer_id="Acme", **request, at=self.now)
        self.now += HOUR + timedelta(microseconds=1)
        self.looks()
        for ticket_id in late:
            self.desk.tickets.resolve(ticket_id, by="Wu", solution="seal", at=self.now)
        if not self.is_lost and not self.recovers:
            self.recovers = True
            self.recoveries += 1

    @rule()
    def makes_up_for_it(self) -> None:
        refusal = None if self.recovers else NoRecoveryError
        if self.tries(self.customers.end_recovery, refusal, by="Li", outcome="a gift"):
            self.recovers = False

    # --- Time passes -----------------------------------------------------------------------

    @precondition(lambda self: self.today < date(2025, 10, 1))
    @rule(hours=st.integers(0, 24 * 40))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(number=st.integers(0, 8), microseconds=st.integers(-1, 1))
    def the_day_of_a_revisit_closes(self, number: int, microseconds: int) -> None:
        if number < len(self.notes):
            end = closing(self.notes[number].day) + timedelta(microseconds=microseconds)
            self.now = max(self.now, end)

    @rule()
    def somebody_looks_what_is_due(self) -> None:
        self.looks()

    # --- What must hold ----------------------------------------------------------------------

    @invariant()
    def revisits_are_on_the_days_that_the_clerk_says(self) -> None:
        revisits = self.desk.revisits.of_customer("Acme")
        assert [(each.number, each.planned_on) for each in revisits] == [
            (n, each.day) for n, each in enumerate(self.notes, start=1)
        ]
        assert [each.was_missed for each in revisits] == [each.is_missed for each in self.notes]

    @invariant()
    def nothing_is_held_before_its_delivery_nor_twice(self) -> None:
        revisits = self.desk.revisits.of_customer("Acme")
        for revisit, note in zip(revisits, self.notes, strict=True):
            assert (revisit.held_at is not None) == note.is_held
            if revisit.held_at is not None:
                assert (revisit.held_at + IN_SHANGHAI).date() >= note.delivered

    @invariant()
    def each_that_was_missed_is_told_of_once(self) -> None:
        events = [each.event for each in self.customers.history("Acme")]
        assert sum(isinstance(each, RevisitMissed) for each in events) == self.missed

    @invariant()
    def points_and_recoveries_are_as_many_as_the_clerk_counted(self) -> None:
        file = self.customers.get("Acme")
        assert file.points == self.points >= 0
        assert (file.recovery is not None) == self.recovers
        assert len(file.recoveries) == self.recoveries


TestACustomerWithUs = ACustomerWithUs.TestCase
