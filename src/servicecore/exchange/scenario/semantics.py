"""What the tags of a scenario choose, and the targets that its policy then makes.

Service desks agree on the figures and differ in the choices: what a pause is
worth, what a new policy does to a clock.  A tag names one; without it the
default of the house holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, get_args

import attrs

from ...domain.sla import Target
from ...domain.sla.promise import AtClosing, Credit, DayMode, OnAttachment, OnChange
from .words import ScenarioError, must_only_hold, one_of, refused, seconds, whole

OLA = "ola_"
CLOCKS = ("first_response", "next_response", "resolution", "keep_in_loop")
CALENDAR = "policy"  #: What targets call the calendar of the policy in force.

_CUSTOM = re.compile(r"custom_from_([0-9]{1,6})")
_KEEPS_THE_TIME = {"keep": "same_time"} | {each: each for each in get_args(DayMode)}


@attrs.frozen(kw_only=True)
class Choices:
    """The named choices under which a scenario is read; the defaults are those of the house."""

    credit: Credit = "working"
    pauses: str = "all"
    hidden_on_hold: bool = False
    changes_count_from: str = "created"
    pauses_at_change: str = "carried"
    sla_from: OnAttachment = "from_start"
    ola_from: OnAttachment = "from_now"
    day_mode: DayMode = "end_of_day"
    at_closing: AtClosing = "closing"
    first_response_waits: bool = False

    @property
    def on_change(self) -> OnChange:
        """What a new policy does to a running clock."""
        if self.changes_count_from == "now":
            return "from_now"
        return "from_start" if self.pauses_at_change == "carried" else "from_start_without_pauses"

    def stands_still(self, clock: str) -> bool:
        """Tell whether a hold stops *clock*, or at least hides it."""
        return self.credit == "none" or self.pauses == "all" or clock == "resolution"


_CHOSEN: dict[str, dict[str, Any]] = {
    "pause.business": {"credit": "working"},
    "pause.wallclock": {"credit": "wall"},
    "pause.none": {"credit": "none"},
    "pause.all_targets": {"pauses": "all"},
    "pause.resolution_only": {"pauses": "resolution"},
    "hold.due_hidden": {"hidden_on_hold": True},
    "policy_change.start_created": {"changes_count_from": "created"},
    "policy_change.start_now": {"changes_count_from": "now"},
    "policy_change.pause_carried": {"pauses_at_change": "carried"},
    "policy_change.pause_dropped": {"pauses_at_change": "dropped"},
    "policy_attach.sla_start_created": {"sla_from": "from_start"},
    "policy_attach.sla_start_attached": {"sla_from": "from_now"},
    "policy_attach.ola_start_created": {"ola_from": "from_start"},
    "policy_attach.ola_start_attached": {"ola_from": "from_now"},
    "response.only_when_customer_waits": {"first_response_waits": True},
    "boundary:closing": {"at_closing": "closing"},
    "boundary:next_open": {"at_closing": "next_opening"},
    **{f"day_mode:{tag}": {"day_mode": mode} for tag, mode in _KEEPS_THE_TIME.items()},
}
_THE_HOUSE_DOES_SO_ANYWAY = (
    "reopen.closed_time_excluded",
    "policy.unmatched_clears",
    "next_response.from_first_unanswered_customer_message",
    "next_response.longest_kept",
    "next_response.runs_from_creation",  # The opening message does; creation alone does not.
    "next_response.needs_customer_message",
    "keep_in_loop",
    "days_target.pause_added_as_business_seconds",
    "breach_event_once_per_target",
    "due_instant_is_in_time",
    "quirk:polling",
    "granularity:minute",
    "start_is_frozen_at_attach",
    "resolved_then_closed_no_recount",
    "escalation.conditional_levels",
    "metrics.wallclock",
    "hold_after_first_response",
)
TAGS: dict[str, dict[str, Any]] = {**{tag: {} for tag in _THE_HOUSE_DOES_SO_ANYWAY}, **_CHOSEN}


def choices_of(tags: Iterable[Any]) -> Choices:
    """Return the choices that *tags* make.

    Raises:
        ScenarioError: If a tag is unknown, or two of them contradict each other.
    """
    chosen: dict[str, Any] = {}
    by: dict[str, str] = {}
    for given in tags:
        tag = one_of("semantics", given, TAGS)
        for name, value in TAGS[tag].items():
            if chosen.setdefault(name, value) != value:
                msg = f"semantics: {by[name]!r} and {tag!r} contradict each other; keep one"
                raise ScenarioError(msg)
            by[name] = tag
    return Choices(**chosen)


def must_be_a_target(where: str, name: Any) -> str:
    """Return the name of a target, if it is one of those there are."""
    if isinstance(name, str) and _CUSTOM.fullmatch(name):
        return name
    try:
        return one_of(where, name, CLOCKS)
    except ScenarioError as error:
        msg = f"{error}; or 'custom_from_75' for one that starts 75 minutes after creation"
        raise ScenarioError(msg) from None


def target_of(
    name: str,
    promised: Any,
    *,
    prefix: str,
    choices: Choices,
    when: Mapping[str, tuple[Any, ...]],
    by_customer: bool,
) -> Target:
    """Return the target *name* of a policy, with the choices made."""
    return Target(
        clock=prefix + name,
        clause="scenario",
        calendar=CALENDAR,
        when=when,
        pauses=("*",) if choices.stands_still(name) else (),
        credit=choices.credit,
        at_closing=choices.at_closing,
        hidden_on_hold=choices.hidden_on_hold,
        on_change=choices.on_change,
        on_attachment=choices.ola_from if prefix == OLA else choices.sla_from,
        **_turns(name, choices, by_customer=by_customer),
        **_figure(promised, choices),
    )


def must_be_a_figure(where: str, promised: Any) -> None:
    """Refuse what is neither a number of seconds nor of working days."""
    if not isinstance(promised, Mapping):
        if seconds(where, promised) < timedelta():
            raise refused(promised, where=where, expected="a number of seconds from 0 up")
        return
    must_only_hold(where, promised, "days", "end_of_day")
    if whole(where, promised.get("days")) < 0:
        raise refused(promised["days"], where=where, expected="a number of working days from 0 up")
    ends = promised.get("end_of_day")
    if not (ends is None or isinstance(ends, bool)):
        raise refused(ends, where=f"{where}.end_of_day", expected="true or false")


def _figure(promised: Any, choices: Choices) -> dict[str, Any]:
    if not isinstance(promised, Mapping):
        return {"within": timedelta(seconds=promised)}
    ends = {True: "end_of_day", False: "same_time", None: choices.day_mode}
    return {"working_days": promised["days"], "day_mode": ends[promised.get("end_of_day")]}


def _turns(name: str, choices: Choices, *, by_customer: bool) -> dict[str, Any]:
    """Return what starts and stops the clock *name*."""
    match name:
        case "first_response":
            waits = choices.first_response_waits and not by_customer
            return {
                "starts": ("customer_message",) if waits else ("created",),
                "stops": ("agent_message", "first_response_recorded"),
            }
        case "next_response":
            return {"starts": ("customer_message",), "stops": ("agent_message",), "repeats": True}
        case "keep_in_loop":
            starts = ("agent_message",) if by_customer else ("agent_message", "created")
            return {
                "starts": starts,
                "stops": ("customer_message", "agent_message"),
                "repeats": True,
            }
        case "resolution":
            return {"starts": ("created",), "stops": ("resolved", "closed")}
        case _:
            minutes = int(name.removeprefix("custom_from_"))
            return {
                "starts": ("created",),
                "starts_after": timedelta(minutes=minutes),
                "runs_when_closed": True,
            }
