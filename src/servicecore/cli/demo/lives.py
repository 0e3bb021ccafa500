"""What happens to each request for help: drawn once from a seed, then lived through."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import attrs

from ...domain.calendar import WorkingCalendar
from . import cast

START, END = date(2025, 1, 1), date(2026, 1, 1)  #: The year, half open.

_DAY, _HOUR, _MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
_CLASSES, _CLASS_WEIGHTS = "ABC", (18, 47, 35)
_KINDS, _KIND_WEIGHTS = ("general", "complex", "special", "emergency"), (78, 13, 5, 4)
_HOURS = (*range(24),)
_HOUR_WEIGHTS = (1, 1, 1, 1, 1, 1, 2, 5, 12, 22, 20, 17, 9, 14, 20, 19, 17, 12, 6, 4, 3, 3, 2, 1)

#: Working hours until an answer and until a solution, and how much they vary, by class.
_TO_ANSWER = {"A": (0.5, 0.8), "B": (1.5, 0.9), "C": (3.0, 0.9)}
_TO_SOLVE = {"A": (4.0, 0.8), "B": (4.0, 0.8), "C": (5.0, 0.9)}

#: The desk works in shifts; on the first days of the Chinese new year nobody comes.
NEW_YEAR = [date(2025, 1, day) for day in (28, 29, 30)]
_SHIFT = [("08:00", "20:00")]
_WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), _SHIFT)
_WEEK |= {"sat": [("09:00", "17:00")], "sun": [("10:00", "16:00")]}


class Step(NamedTuple):
    """One thing somebody does at the counter: *verb* with *facts*, at a moment."""

    at: datetime
    ticket: str
    verb: str
    facts: dict[str, Any]


@attrs.define
class Life:
    """One ticket, from the first call to the end it takes."""

    ticket: str
    chance: Random
    calendar: WorkingCalendar
    priority: str
    now: datetime
    person: str
    fault: cast.Fault
    steps: list[Step] = attrs.field(factory=list)

    def happens(self, share: float) -> bool:
        """Toss a coin that comes up in this *share* of all tosses."""
        return self.chance.random() < share

    def do(self, verb: str, **facts: Any) -> None:
        """Do something now."""
        self.steps.append(Step(self.now, self.ticket, verb, facts))

    def wait(self, length: timedelta) -> None:
        """Let time pass, whether anybody works or not."""
        self.now = next_second(self.now + length)

    def work(self, median: timedelta, spread: float) -> None:
        """Let working time pass, about so much; class A is worked on around the clock."""
        length = median * self.chance.lognormvariate(0, spread)
        if self.priority == "A":
            self.wait(length)
        else:
            self.now = next_second(self.calendar.add(self.now, length))


def shifts_in(zone: ZoneInfo) -> WorkingCalendar:
    """Return the hours in which somebody is at the desk."""
    return WorkingCalendar(timezone=zone.key, week=_WEEK, holidays=NEW_YEAR)


def steps_of_a_year(
    *, seed: int, tickets: int, customers: Sequence[cast.Customer], zone: ZoneInfo
) -> list[Step]:
    """Return everything that people do about their tickets in the year, in order of time."""
    chance = Random(f"servicecore {seed}")  # noqa: S311 - a play, no secret
    shifts = shifts_in(zone)
    openings = sorted(_opening(chance, zone) for _ in range(tickets))
    digits = max(4, len(str(tickets)))
    before: dict[str, Life] = {}  #: The last ticket of each customer.
    steps: list[Step] = []
    for number, opened_at in enumerate(openings, start=1):
        caller = chance.choice(customers)
        life = _born(chance, f"T-{number:0{digits}}", caller, opened_at, shifts)
        _live(life, before.get(caller.id))
        before[caller.id] = life
        steps += life.steps
    end = midnight(END, zone)
    return sorted((each for each in steps if each.at < end), key=lambda each: each.at)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return the first moment of *day*."""
    return datetime.combine(day, time(), tzinfo=zone)


def next_second(moment: datetime) -> datetime:
    """Return the first full second after *moment*: people do nothing at microseconds."""
    return moment.replace(microsecond=0) + timedelta(seconds=1)


# --- How a life goes -----------------------------------------------------------------


def _born(
    chance: Random, ticket: str, caller: cast.Customer, at: datetime, calendar: WorkingCalendar
) -> Life:
    product = chance.choice(cast.PRODUCTS)
    fault = chance.choice(product.faults)
    (priority,) = chance.choices(_CLASSES, _CLASS_WEIGHTS)
    (kind,) = chance.choices(_KINDS, _KIND_WEIGHTS)
    life = Life(ticket, chance, calendar, priority, at, chance.choice(cast.STAFF), fault)
    channel = chance.choice(cast.CHANNELS)
    known = {"priority": priority, "kind": kind} if channel == "telephone" else {}
    life.do(
        "open",
        customer_id=caller.id,
        product=product.name,
        model=chance.choice(product.models),
        fault=fault.fault,
        contact=caller.contact,
        channel=channel,
        **known,
    )
    if not known:
        life.work(8 * _MINUTE, 0.7)
        life.do("classify", priority=priority, kind=kind)
    return life


def _live(life: Life, earlier: Life | None) -> None:
    life.work(6 * _MINUTE, 0.8)
    if earlier and earlier.now > life.now and life.happens(0.2):
        life.do("merge", into=earlier.ticket)
        return
    if life.happens(0.04):
        life.do("cancel", reason=life.chance.choice(cast.CANCELLATIONS))
        return
    life.do("assign", to=life.person, team=life.chance.choice(cast.TEAMS))
    _answer(life)
    if life.happens(0.07):
        _change_priority(life)
    _solve(life)
    while life.happens(0.07):
        life.wait(life.chance.uniform(2, 90) * _HOUR)
        life.do("reopen", reason=life.chance.choice(cast.REOPENINGS))
        _solve(life)
    life.work(9 * _HOUR, 0.9)
    life.do("confirm" if life.happens(0.8) else "close")


def _answer(life: Life) -> None:
    hours, spread = _TO_ANSWER[life.priority]
    life.work(hours * _HOUR, spread)
    if life.happens(0.03):  # It was forgotten over a shift or two.
        life.wait(life.chance.uniform(8, 40) * _HOUR)
    life.do("answer", by=life.person)
    if life.happens(0.12):
        life.wait(life.chance.uniform(0.5, 5) * _HOUR)
        life.do("receive_message", text=life.chance.choice(cast.MESSAGES))
        life.work(2 * _HOUR, 0.6)
        life.do("answer", by=life.person)


def _change_priority(life: Life) -> None:
    life.work(1 * _HOUR, 0.8)
    raised = life.priority != "A" and life.happens(0.6)
    others = _CLASSES.partition(life.priority)
    if raised:
        life.priority = others[0][-1]
    elif others[2]:
        life.priority = others[2][0]
    else:
        return
    life.do(
        "change_priority", priority=life.priority, reason=cast.RAISED if raised else cast.LOWERED
    )


def _solve(life: Life) -> None:
    life.work(1 * _HOUR, 0.8)
    life.do("diagnose", by=life.person, finding=life.fault.finding)
    if life.happens(0.2):
        life.do("note", by=life.person, text=life.chance.choice(cast.NOTES))
    for _ in range(life.chance.choices((0, 1, 2), (74, 22, 4))[0]):
        _pause(life)
    hours, spread = _TO_SOLVE[life.priority]
    life.work(hours * _HOUR, spread)
    if life.happens(0.25):
        life.do("record_work", by=life.person, work="visited the site", on_site=True)
        life.work(2 * _HOUR, 0.5)
    life.do("resolve", by=life.person, solution=life.fault.solution)


def _pause(life: Life) -> None:
    (reason,) = life.chance.choices(("customer", "parts", "third_party"), (5, 4, 1))
    if reason == "parts":
        life.do(
            "offer_solution",
            by=life.person,
            solution=life.fault.solution,
            responsible=life.person,
            ready_by=life.now + 4 * _DAY,
            cost="CNY 120.00",
        )
    life.do("pause", reason=reason)
    life.wait(life.chance.uniform(3, 80) * _HOUR)
    life.do("resume")
    life.work(_HOUR, 0.5)


def _opening(chance: Random, zone: ZoneInfo) -> datetime:
    while True:
        day = START + chance.randrange((END - START).days) * _DAY
        if day.weekday() < 5 or chance.random() < 0.25:  # noqa: PLR2004 - Monday to Friday
            break
    (hour,) = chance.choices(_HOURS, _HOUR_WEIGHTS)
    moment = datetime.combine(day, time(hour), tzinfo=zone)
    return moment + timedelta(seconds=chance.randrange(3600))
