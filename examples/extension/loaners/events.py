"""What can happen to a loaner: it is lent, asked back, overdue, and brought back."""

from __future__ import annotations

from datetime import datetime

from servicecore.extending import LevelEvent, Reading, event, fact, instant


@fact
class _Fact:
    """Something that happened to the device that is lent for ticket *loaner_id*."""

    loaner_id: str
    at: datetime = instant()


@event("loaner.lent")
class LoanerLent(_Fact):
    """The customer got a device to work with while theirs is repaired."""

    device: str
    customer_id: str
    standard: str
    calendar: str


@event("loaner.asked_back")
class LoanerAskedBack(_Fact):
    """The repair is over; the customer was asked to bring the device back *by* a moment."""

    by: datetime = instant()
    readings: tuple[Reading, ...] = ()


@event("loaner.overdue")
class LoanerOverdue(LevelEvent):
    """The moment passed, and the device is still away."""

    loaner_id: str


@event("loaner.brought_back")
class LoanerBroughtBack(_Fact):
    """The device is here again."""

    readings: tuple[Reading, ...] = ()


LoanerEvent = LoanerLent | LoanerAskedBack | LoanerOverdue | LoanerBroughtBack
