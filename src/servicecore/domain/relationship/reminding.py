"""What a customer's file reminds of: revisits, the years to plan, contracts that end.

Each stands on the to-do list until it is settled, and goes on record when it
has fallen due, however late anybody looks.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from ..calendar import WorkingCalendar
from ..days import beginning_of, day_of, end_of
from ..people import Level
from ..reminders import Reminders, on_its_day, passed, reminder, settled, told
from ..sla import Reading, RungReached, Terms
from ..spans import Span
from ..standard import WORKING
from . import events, revisit_events
from .anchors import REVISIT
from .events import RelationshipEvent
from .relationship import CustomerRelationship

YEAR, CONTRACT = "annual_plan", "contract"
DUE, MISSED, ENDING, LAPSED = "due", "missed", "ending", "lapsed"
_ANNUAL_PLAN = "pdr:2.1a"
_HOUSE_CHOICE = "house choice"
_INSTANT = timedelta(microseconds=1)


def working_day(nominal: date, calendar: WorkingCalendar) -> date:
    """Return *nominal*, or the first working day after it."""
    return day_of(calendar.next_open(beginning_of(nominal, calendar)), calendar)


def working_day_by(nominal: date, calendar: WorkingCalendar) -> date:
    """Return *nominal*, or the last working day before it."""
    closing = calendar.previous_close(end_of(nominal, calendar))
    return day_of(closing - _INSTANT, calendar)


def revisit_reminder(number: int, planned_on: date, calendar: WorkingCalendar) -> Reading:
    """Return the reminder of a revisit: due when its day opens, missed when that closes."""
    return on_its_day(REVISIT, planned_on, calendar, round_=number, over=MISSED)


def year_reminder(year: int, calendar: WorkingCalendar) -> Reading:
    """Return the reminder to plan the revisits of a *year*, on its first working day."""
    opening = calendar.next_open(beginning_of(date(year, 1, 1), calendar))
    return reminder(YEAR, round_=year, due=opening, rungs={DUE: opening})


def contract_reminder(
    contract_id: str, until: date, notice: Span | None, calendar: WorkingCalendar, *, term: int
) -> Reading:
    """Return the reminder that a contract ends, with *notice* ahead if there is any."""
    end = end_of(until, calendar)
    rungs = {LAPSED: end}
    if notice is not None:
        rungs[ENDING] = beginning_of(notice.before(until), calendar)
    return reminder(_clock_of(contract_id), round_=term, due=end, rungs=rungs)


def off_the_list(file: CustomerRelationship, revisits: Collection[int]) -> Reminders:
    """Return what takes these *revisits* off the to-do list."""
    theirs = (each for each in file.reminders if each.clock == REVISIT)
    return settled(each for each in theirs if each.round in revisits)


def contract_off_the_list(file: CustomerRelationship, contract_id: str) -> Reminders:
    """Return what takes the end of a contract off the to-do list."""
    return settled(each for each in file.reminders if each.clock == _clock_of(contract_id))


def missed_before(
    file: CustomerRelationship, revisit: int, at: datetime
) -> list[RelationshipEvent]:
    """Return that a revisit was missed by *at*, if nobody has noticed."""
    return [
        _of_a_revisit(file, reading, rung, at)
        for reading, rung in passed(file.reminders, at)
        if (reading.clock, reading.round, rung.name) == (REVISIT, revisit, MISSED)
    ]


def lapsed_before(
    file: CustomerRelationship, contract_id: str, at: datetime
) -> list[RelationshipEvent]:
    """Return that a contract had lapsed by *at*, if nobody has noticed."""
    return [
        _of_a_contract(file, reading, rung, at)
        for reading, rung in passed(file.reminders, at)
        if (reading.clock, rung.name) == (_clock_of(contract_id), LAPSED)
    ]


def remind_if_due(
    file: CustomerRelationship, /, *, at: datetime, terms: Terms
) -> list[RelationshipEvent]:
    """Put on record what fell due by *at*, in the order it did, each once.

    A revisit may be held until its working day closes; then it is missed, and
    goes to the supervisor (house choice).
    """
    calendar = terms.calendars[WORKING]
    return [
        _reminded(file, reading, rung, calendar=calendar, at=at)
        for reading, rung in passed(file.reminders, at)
    ]


# -------------------------------------------------------------------------------------


def _reminded(
    file: CustomerRelationship,
    reading: Reading,
    rung: RungReached,
    *,
    calendar: WorkingCalendar,
    at: datetime,
) -> RelationshipEvent:
    if reading.clock == REVISIT:
        return _of_a_revisit(file, reading, rung, at)
    if reading.clock == YEAR:
        return revisit_events.RevisitYearBegun(
            customer_id=file.id,
            year=reading.round,
            readings=(year_reminder(reading.round + 1, calendar),),
            **told(reading, rung, clause=_ANNUAL_PLAN, at=at),
        )
    return _of_a_contract(file, reading, rung, at)


def _of_a_revisit(
    file: CustomerRelationship, reading: Reading, rung: RungReached, at: datetime
) -> RelationshipEvent:
    revisit = file.revisits[reading.round]
    facts = told(reading, rung, clause=revisit.clause, at=at)
    if rung.name == DUE:
        return revisit_events.RevisitDue(
            customer_id=file.id, revisit=revisit.number, to=revisit.person, **facts
        )
    return revisit_events.RevisitMissed(
        customer_id=file.id,
        revisit=revisit.number,
        planned_on=revisit.planned_on,
        to=Level.SUPERVISOR,
        **facts,
    )


def _of_a_contract(
    file: CustomerRelationship, reading: Reading, rung: RungReached, at: datetime
) -> RelationshipEvent:
    contract = next(e for e in file.contracts.values() if _clock_of(e.id) == reading.clock)
    facts = told(reading, rung, clause=_HOUSE_CHOICE, at=at)
    if rung.name == ENDING:
        return events.ContractEnding(
            customer_id=file.id,
            contract_id=contract.id,
            until=contract.until,
            to=file.responsible,
            **facts,
        )
    return events.ContractLapsed(
        customer_id=file.id, contract_id=contract.id, until=contract.until, **facts
    )


def _clock_of(contract_id: str) -> str:
    return f"{CONTRACT} {contract_id}"
