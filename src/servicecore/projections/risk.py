"""Which customers may be lost: points that add up, each with its reason (om2025:7.2a).

Every line says what is so, as was known at the moment asked of; nothing that came
later is in it, so what it foretold can be held against what happened.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

import attrs
import msgspec

from .clock_facts import ClockFact
from .customer_facts import CustomerFact
from .local_days import ends, local_day
from .spells import Patience, is_there
from .tally import Tally

#: What is looked for; how much each weighs, a standard says as ``risk_points``.
REASONS = (
    "said_to_be_at_risk",
    "contract_ends",
    "complaint_open",
    "dissatisfied",
    "silent",
    "finding_unsettled",
    "promise_broken",
    "revisit_missed",
)


class UnknownRiskError(ValueError):
    """Points were given for a reason that nobody looks for, or for none."""


@attrs.frozen(kw_only=True)
class Worries:
    """What makes us fear for a customer: the standard says.

    What was longer ago than *look_back* counts no more, a contract that ends within
    *look_ahead* does, and so does a customer not heard of for longer than *silence*.
    """

    points: Mapping[str, float] = attrs.field(hash=False)
    look_back: timedelta
    look_ahead: timedelta
    silence: timedelta

    def __attrs_post_init__(self) -> None:
        """Refuse points for a reason that nobody looks for.

        Raises:
            UnknownRiskError: Naming it, and those there are.
        """
        for reason in self.points:
            if reason not in REASONS:
                known = ", ".join(REASONS)
                msg = f"no customer is at risk because of {reason!r}; expected {known}"
                raise UnknownRiskError(msg)


@attrs.frozen(kw_only=True)
class Line:
    """One reason, what it is because of, and how much it weighs."""

    reason: str
    because: str
    points: float


@attrs.frozen(kw_only=True)
class CustomerRisk:
    """The reasons to fear for a customer, the heaviest first; they add up to *points*."""

    customer_id: str
    lines: tuple[Line, ...]

    @property
    def points(self) -> float:
        """The sum of all lines."""
        return sum(each.points for each in self.lines)


class PromisesMade(msgspec.Struct, kw_only=True, gc=False):
    """The part of a ticket's fact that can be a sign: what was promised."""

    ticket_id: str
    customer_id: str
    clocks: dict[str, ClockFact] = {}


class Complained(msgspec.Struct, kw_only=True, gc=False):
    """The part of a complaint's fact that can be a sign: whether it is over."""

    complaint_id: str
    customer_id: str
    closed_at: datetime | None = None


class Said(msgspec.Struct, kw_only=True, gc=False):
    """The part of a survey's fact that can be a sign: whether the customer is dissatisfied."""

    survey_id: str
    customer_id: str
    answered_at: datetime | None = None
    dissatisfied: bool = False


@attrs.frozen(kw_only=True)
class Signs:
    """What is on record of a customer, besides the file."""

    tickets: Iterable[PromisesMade] = ()
    complaints: Iterable[Complained] = ()
    surveys: Iterable[Said] = ()


def at_risk(
    customers: Iterable[CustomerFact],
    signs: Mapping[str, Signs],
    tally: Tally,
    *,
    worries: Worries,
    patience: Patience,
) -> list[CustomerRisk]:
    """Return the customers there is any reason to fear for, the most points first."""
    found = []
    for fact in customers:
        if not is_there(fact, tally, patience):
            continue
        of_others = signs.get(fact.customer_id, Signs())
        reasons = (
            *_in_the_file(fact, tally, worries),
            *_elsewhere(of_others, tally.as_of, worries),
        )
        weighs = worries.points.get
        lines = (Line(reason=r, because=b, points=weighs(r, 0)) for r, b in reasons)
        weighty = sorted((e for e in lines if e.points), key=lambda e: (-e.points, e.reason))
        if weighty:
            found.append(CustomerRisk(customer_id=fact.customer_id, lines=tuple(weighty)))
    return sorted(found, key=lambda each: (-each.points, each.customer_id))


def _in_the_file(fact: CustomerFact, tally: Tally, worries: Worries) -> Iterator[tuple[str, str]]:
    now, today = tally.as_of, local_day(tally.as_of, tally)
    since = now - worries.look_back
    if fact.at_risk_because:
        yield "said_to_be_at_risk", fact.at_risk_because
    last_days = [terms[-1].until for terms in fact.contracts.values()]
    last = max((each for each in last_days if each), default=None)
    if last and ends(last, tally) - now <= worries.look_ahead:
        yield "contract_ends", f"the contract ends on {last}"
    heard = max(each.at for each in fact.marks)
    if now - heard > worries.silence:
        yield "silent", f"not heard of since {heard.date()}"
    if unsettled := sum(not each.is_settled for each in fact.findings.values()):
        yield "finding_unsettled", f"{unsettled} told and not settled"
    missed = [
        each.planned_on
        for each in fact.revisits.values()
        if each.held_at is None and not each.is_off and each.planned_on < today
    ]
    if recent := sum(each >= since.date() for each in missed):
        yield "revisit_missed", f"{recent} not held, the last planned for {max(missed)}"


def _elsewhere(signs: Signs, now: datetime, worries: Worries) -> Iterator[tuple[str, str]]:
    since = now - worries.look_back
    if waiting := sorted(e.complaint_id for e in signs.complaints if e.closed_at is None):
        yield "complaint_open", f"complaint {', '.join(waiting)} is open"
    said = sorted(
        (e.answered_at, e.survey_id, e.dissatisfied) for e in signs.surveys if e.answered_at
    )
    if said and said[-1][2] and said[-1][0] >= since:
        yield "dissatisfied", f"said so in survey {said[-1][1]}"
    broken = sorted(each.ticket_id for each in signs.tickets if _broke(each, since, now))
    if broken:
        yield "promise_broken", f"on ticket {', '.join(broken)}"


def _broke(ticket: PromisesMade, since: datetime, now: datetime) -> bool:
    return any(
        clock.is_breached(now) and (clock.decided_at(now) or now) >= since
        for clock in ticket.clocks.values()
    )
