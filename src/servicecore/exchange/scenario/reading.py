"""A scenario as people write it, read into values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import attrs

from ...domain.calendar import WorkingCalendar
from ...domain.moments import in_utc
from .semantics import CLOCKS, Choices, choices_of, must_be_a_figure, must_be_a_target
from .words import (
    Fields,
    ScenarioError,
    fields,
    listed,
    moment,
    must_only_hold,
    needed,
    one_of,
    refused,
    seconds,
    whole,
)

EVENTS = (
    "created",
    "customer_message",
    "agent_message",
    "first_response_recorded",
    "hold",
    "resume",
    "resolved",
    "closed",
    "reopened",
    "priority_changed",
    "policy_changed",
    "policy_attached",
    "ticket_date_edited",
)
_NOT_FACTS = {"at", "type", "to", "targets", "ola_targets", "applies_when", "calendar"}
_AN_INSTANT = timedelta(microseconds=1)
_LEVEL = ("name", "clock", "offset", "offset_days", "when", "set")


@attrs.frozen(kw_only=True)
class Event:
    """Something that happened to the ticket, and what became true of it then."""

    type: str
    at: datetime
    facts: Mapping[str, Any]
    policy: Fields  #: What it changes in the policy.


@attrs.frozen(kw_only=True)
class Offset:
    """So far from the deadline of a clock: in working time, or in working days."""

    clock: str
    length: timedelta | None = None
    days: int | None = None

    def from_deadline(self, due: datetime, calendar: WorkingCalendar) -> datetime:
        """Return the instant; a deadline at midnight belongs to the day that ends."""
        if self.days is not None:
            instant_before = due - _AN_INSTANT
            nominal = calendar.add_days(instant_before, self.days, mode="same_time")
            return in_utc(nominal) + _AN_INSTANT
        length = self.length or timedelta()
        return (
            calendar.subtract(due, -length) if length < timedelta() else calendar.add(due, length)
        )


@attrs.frozen(kw_only=True)
class Level:
    """A level of escalation: where it lies, when it applies, and what it makes true."""

    name: str
    offset: Offset
    when: Mapping[str, Any]
    sets: Mapping[str, Any]


@attrs.frozen(kw_only=True)
class Policy:
    """What is promised: targets by name, to which tickets, counted on which calendar."""

    targets: Fields
    ola_targets: Fields
    applies_when: Mapping[str, tuple[Any, ...]]
    calendar: WorkingCalendar


@attrs.frozen(kw_only=True)
class Checkpoint:
    """A moment at which somebody asks."""

    at: datetime
    ask: tuple[str | Offset, ...]


@attrs.frozen(kw_only=True)
class Scenario:
    """One ticket under one policy, in order of time."""

    policy: Policy
    choices: Choices
    events: tuple[Event, ...]
    levels: tuple[Level, ...]
    checkpoints: tuple[Checkpoint, ...]

    @property
    def created_by_customer(self) -> bool:
        """Who opened it, if it says; else the customer."""
        return self.events[0].facts.get("by") != "agent"

    @property
    def is_attached_late(self) -> bool:
        """Tell whether the ticket begins without an agreement."""
        return any(each.type == "policy_attached" for each in self.events)


def read_scenario(scenario: Any) -> Scenario:
    """Return what *scenario* says.

    Raises:
        ScenarioError: If it says something that makes no sense.
        CalendarError: If its calendar cannot be kept.
    """
    given = fields("scenario", scenario)
    terms = fields("policy", needed("scenario", given, "policy"))
    must_only_hold("policy", terms, "targets", "ola_targets", "applies_when", "escalations")
    calendar = _calendar("calendar", needed("scenario", given, "calendar"))
    timeline = listed("timeline", needed("scenario", given, "timeline"))
    asked = listed("checkpoints", needed("scenario", given, "checkpoints"))
    nothing = Policy(targets={}, ola_targets={}, applies_when={}, calendar=calendar)
    policy = changed(nothing, terms)
    ladder = listed("policy.escalations", terms.get("escalations", ()))
    levels = tuple(
        _level(f"policy.escalations[{n}]", each, policy) for n, each in enumerate(ladder)
    )
    _must_differ([each.name for each in levels], where="policy.escalations, name")
    return Scenario(
        policy=policy,
        choices=choices_of(listed("semantics", given.get("semantics", ()))),
        events=_in_order([_event(f"timeline[{n}]", each) for n, each in enumerate(timeline)]),
        levels=levels,
        checkpoints=tuple(_checkpoint(f"checkpoints[{n}]", each) for n, each in enumerate(asked)),
    )


def changed(policy: Policy, terms: Fields) -> Policy:
    """Return *policy* with what *terms* say instead; what they leave out stays."""
    news: dict[str, Any] = {
        name: _targets(name, terms[name]) for name in ("targets", "ola_targets") if name in terms
    }
    if "applies_when" in terms:
        wanted = fields("applies_when", terms["applies_when"] or {})
        news["applies_when"] = {name: _any_of(value) for name, value in wanted.items()}
    if "calendar" in terms:
        news["calendar"] = _calendar("policy_changed, calendar", terms["calendar"])
    return attrs.evolve(policy, **news)


def read_offset(where: str, given: Any, *, default_clock: str | None = None) -> Offset:
    """Return how far from which deadline."""
    holder = fields(where, given)
    clock = holder.get("clock", default_clock)
    must_be_a_target(f"{where}.clock", str(clock).removeprefix("ola_"))
    if ("offset" in holder) == ("offset_days" in holder):
        raise refused(
            dict(holder), where=where, expected="either 'offset' in seconds or 'offset_days'"
        )
    if "offset_days" in holder:
        return Offset(clock=str(clock), days=whole(f"{where}.offset_days", holder["offset_days"]))
    return Offset(clock=str(clock), length=seconds(f"{where}.offset", holder["offset"]))


def holds(facts: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Tell whether *facts* are as *wanted*; a list names several that would do."""
    return all(facts.get(name) in _any_of(value) for name, value in wanted.items())


def _in_order(events: list[Event]) -> tuple[Event, ...]:
    """Sort by time; at one instant the listed order decides, but nothing precedes creation."""
    events = sorted(events, key=lambda each: (each.at, each.type != "created"))
    types = [each.type for each in events]
    if types.count("created") != 1 or types[0] != "created":
        raise refused(types, where="timeline", expected="one event 'created', and none before it")
    created, *later = events
    return (created, *_status_given(created), *later)


def _status_given(created: Event) -> list[Event]:
    """Return what happened at once to a ticket that was created with a status."""
    status = created.facts.get("status")
    if status not in {"hold", "resolved", "closed"}:
        return []
    return [attrs.evolve(created, type=status, facts={})]


def _event(where: str, given: Any) -> Event:
    holder = fields(where, given)
    kind = one_of(f"{where}.type", needed(where, holder, "type"), EVENTS)
    by = holder.get("by", "customer")
    if kind == "created" and by not in {"customer", "agent"}:
        raise refused(by, where=f"{where}.by", expected="'customer' or 'agent'")
    event = Event(
        type=kind,
        at=moment(f"{where}.at", needed(where, holder, "at")),
        facts={
            name: value
            for name, value in holder.items()
            if name not in _NOT_FACTS and isinstance(value, str | int | float)
        },
        policy={name: value for name, value in holder.items() if name in _NOT_FACTS},
    )
    if kind == "priority_changed":
        needed(where, event.facts, "priority")
    for name in ("targets", "ola_targets"):
        _targets(f"{where}.{name}", event.policy.get(name, {}))
    if "calendar" in event.policy:
        _calendar(f"{where}.calendar", event.policy["calendar"])
    return event


def _level(where: str, given: Any, policy: Policy) -> Level:
    holder = fields(where, given)
    must_only_hold(where, holder, *_LEVEL)
    known = [*(each for each in CLOCKS if each in policy.targets), *policy.targets]
    default = "resolution" if "resolution" in policy.targets or not known else known[0]
    return Level(
        name=str(needed(where, holder, "name")),
        offset=read_offset(where, holder, default_clock=default),
        when=fields(f"{where}.when", holder.get("when", {})),
        sets=fields(f"{where}.set", holder.get("set", {})),
    )


def _checkpoint(where: str, given: Any) -> Checkpoint:
    holder = fields(where, given)
    asked = listed(f"{where}.ask", needed(where, holder, "ask"))
    ask = tuple(_question(f"{where}.ask[{n}]", each) for n, each in enumerate(asked))
    levels = ["escalation_at" for each in ask if isinstance(each, Offset)]
    _must_differ(levels, where=f"{where}.ask")  # There is one answer of that name.
    return Checkpoint(at=moment(f"{where}.at", needed(where, holder, "at")), ask=ask)


def _question(where: str, given: Any) -> str | Offset:
    if isinstance(given, str):
        return given
    asked = fields(where, given)
    if set(asked) != {"escalation_at"}:
        raise refused(
            dict(asked), where=where, expected="a name, or an object {'escalation_at': …}"
        )
    return read_offset(f"{where}.escalation_at", asked["escalation_at"])


def _must_differ(names: list[str], *, where: str) -> None:
    if twice := next((each for each in names if names.count(each) > 1), None):
        raise refused(twice, where=where, expected="each of them once")


def _targets(where: str, given: Any) -> Fields:
    targets = fields(where, given)
    for name, promised in targets.items():
        must_be_a_target(where, name)
        must_be_a_figure(f"target {name}", promised)
    return targets


def _calendar(where: str, given: Any) -> WorkingCalendar:
    try:
        return WorkingCalendar.from_dict(fields(where, given))
    except TypeError as error:
        msg = f"{where}: {error}"
        raise ScenarioError(msg) from None


def _any_of(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, list | tuple) else (value,)
