"""What Hypothesis draws: moments, calendars, standards, timelines, histories of tickets.

    @given(calendar=calendars(), start=moments())
    def test_of_ones_own(calendar, start): …

They look for trouble where it lives: clocks that turn, days that do not exist,
hours that touch, deadlines of a second.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial, reduce
from typing import Any

import attrs

from ..domain.calendar import WorkingCalendar
from ..domain.calendar_errors import MissingExtraError
from ..domain.refusals import RefusedError
from ..domain.sla import Target, Terms
from ..domain.standard import ServiceStandard
from ..domain.ticket import Priority, Ticket, TicketEvent, decisions, evolve
from ..standards import load_standard
from .desks import MONDAY

try:
    from hypothesis import strategies as st
except ImportError as error:
    raise MissingExtraError("hypothesis", "testing") from error  # noqa: EM101

_Verb = Callable[..., list[TicketEvent]]

#: Where clocks do what clocks do: half hours, turns at midnight, a day that was left out.
ZONES = (
    "UTC",
    "Asia/Shanghai",
    "Asia/Kathmandu",
    "America/New_York",
    "America/Sao_Paulo",
    "Australia/Lord_Howe",
    "Europe/Paris",
    "Pacific/Apia",
)
_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_QUARTERS = st.integers(0, 96)  #: Of an hour, from one midnight to the next.
_SECOND = timedelta(seconds=1)

#: What can be decided about a ticket, and how; most of it is refused at most moments.
_VERBS: Mapping[str, _Verb] = {
    "answer": lambda ticket, **when: decisions.answer(ticket, by="Lin", **when),
    "write": decisions.receive_message,
    "diagnose": lambda ticket, **when: decisions.diagnose(
        ticket, by="Lin", finding="the seal", **when
    ),
    "pause": lambda ticket, **when: decisions.pause(
        ticket, reason=when["terms"].pause_reasons[0], **when
    ),
    "resume": decisions.resume,
    "resolve": lambda ticket, **when: decisions.resolve(
        ticket, by="Lin", solution="a new seal", **when
    ),
    "confirm": decisions.confirm,
    "reopen": lambda ticket, **when: decisions.reopen(ticket, reason="it leaks again", **when),
    "close": decisions.close,
    "cancel": lambda ticket, **when: decisions.cancel(ticket, reason="sold it", **when),
    "look": decisions.escalate_if_due,
}


def moments(
    *, after: datetime = MONDAY, within: timedelta = timedelta(days=400)
) -> st.SearchStrategy[datetime]:
    """Draw moments, to the microsecond now and then."""
    whole = st.integers(0, within // _SECOND).map(lambda seconds: after + seconds * _SECOND)
    return whole | st.timedeltas(timedelta(), within).map(lambda length: after + length)


# --- Calendars ------------------------------------------------------------------------


@st.composite
def _hours(draw: st.DrawFn) -> list[list[str]]:
    """Draw opening hours of a day; they may touch, and last all day."""
    edges = sorted(draw(st.lists(_QUARTERS, min_size=2, max_size=6, unique=True)))
    told = [f"{each // 4:02}:{each % 4 * 15:02}" for each in edges[: len(edges) // 2 * 2]]
    return [list(each) for each in zip(told[::2], told[1::2], strict=True)]


@st.composite
def calendar_rules(draw: st.DrawFn, *, around: datetime = MONDAY) -> dict[str, Any]:
    """Draw the rules of a calendar, as they stand in a JSON file."""
    near = st.integers(-7, 60).map(lambda days: (around + timedelta(days)).date().isoformat())
    return {
        "timezone": draw(st.sampled_from(ZONES)),
        "week": draw(st.dictionaries(st.sampled_from(_WEEK), _hours(), min_size=1)),
        "holidays": draw(st.lists(near, max_size=3, unique=True)),
        "special": draw(st.dictionaries(near, _hours(), max_size=2)),
        "breaks": draw(st.dictionaries(near, _hours(), max_size=2)),
        "holiday_and_special": draw(st.sampled_from(["holiday", "special"])),
        "local_times": draw(st.sampled_from(["endpoint", "instant"])),
    }


def calendars(*, around: datetime = MONDAY) -> st.SearchStrategy[WorkingCalendar]:
    """Draw calendars whose holidays and special days lie *around* a moment."""
    return calendar_rules(around=around).map(
        lambda rules: WorkingCalendar.from_dict({**rules, "name": "drawn"})
    )


# --- Standards ------------------------------------------------------------------------


@st.composite
def standards(
    draw: st.DrawFn, *, like: str = "operations_manual_2025", around: datetime = MONDAY
) -> ServiceStandard:
    """Draw standards that promise what one *like* them promises, in other lengths of time."""
    base = load_standard(like)
    return attrs.evolve(
        base,
        id="drawn",
        calendar=draw(st.just(base.calendar) | calendars(around=around)),
        targets=tuple(draw(_otherwise(each)) for each in base.targets),
    )


def _otherwise(target: Target) -> st.SearchStrategy[Target]:
    if target.working_days is not None:
        return st.integers(0, 15).map(lambda days: attrs.evolve(target, working_days=days))
    lengths = st.sampled_from([1, 60, 3600, 86_400]) | st.integers(1, 30 * 86_400)
    return lengths.map(lambda seconds: attrs.evolve(target, within=timedelta(seconds=seconds)))


# --- Timelines ------------------------------------------------------------------------


@st.composite
def timelines(draw: st.DrawFn, *, after: datetime = MONDAY) -> dict[str, Any]:
    """Draw what ``servicecore.assess`` takes: a ticket's timeline, its promises, and questions."""
    moment, told = after, []
    kinds = st.sampled_from(
        ["customer_message", "agent_message", "hold", "resume", "resolved", "reopened"]
    )
    for kind in ["created", *draw(st.lists(kinds, max_size=8))]:
        told.append({"type": kind, "at": moment.isoformat()})
        moment += draw(_waits())
    targets = draw(
        st.dictionaries(
            st.sampled_from(["first_response", "next_response", "resolution"]),
            st.integers(1, 30 * 3600),
            min_size=1,
        )
    )
    questions = [f"{name}_{what}" for name in targets for what in ("due", "breached")]
    return {
        "calendar": draw(calendar_rules(around=after)),
        "policy": {"targets": targets},
        "timeline": told,
        "checkpoints": [{"at": moment.isoformat(), "ask": questions}],
    }


def _waits() -> st.SearchStrategy[timedelta]:
    return st.sampled_from([timedelta(), _SECOND, timedelta(hours=2)]) | st.timedeltas(
        timedelta(), timedelta(days=5)
    )


# --- Histories ------------------------------------------------------------------------


@st.composite
def ticket_histories(
    draw: st.DrawFn,
    *,
    ticket_id: str = "T-1",
    standard: ServiceStandard | None = None,
    after: datetime = MONDAY,
) -> list[TicketEvent]:
    """Draw whole histories of a ticket, from the call; every one could stand on record."""
    served = standard or load_standard("operations_manual_2025")
    terms = served.terms()
    priority = draw(st.sampled_from(Priority))
    history = decisions.open_ticket(
        ticket_id,
        customer_id=draw(st.sampled_from(["Acme", "Bolt"])),
        channel="telephone",
        product=draw(st.sampled_from(["pump", "fan"])),
        model="P-200",
        fault="it leaks",
        contact="Ms Lin",
        standard=served.reference,
        calendar=served.calendar.reference,
        at=after,
        terms=terms,
    )
    at, ticket = after, reduce(evolve, history, None)
    verbs: list[_Verb] = [partial(_classify, priority=priority)]
    verbs += [_VERBS[each] for each in draw(st.lists(st.sampled_from(sorted(_VERBS)), max_size=12))]
    for decide in verbs:
        try:
            added = decide(ticket, at=at, terms=terms)
        except RefusedError:
            added = []
        history += added
        ticket = reduce(evolve, added, ticket)
        at += draw(_waits())
    return history


def _classify(ticket: Ticket, *, priority: Priority, at: datetime, terms: Terms) -> list[Any]:
    return decisions.classify(ticket, priority, at=at, terms=terms)
