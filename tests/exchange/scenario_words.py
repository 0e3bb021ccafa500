"""A small office in January 2026, and questions put to scenarios that play there.

It is open Monday to Friday from ten to six in UTC; the fifth is a Monday.
"""

from __future__ import annotations

from servicecore.exchange.scenario import assess

OFFICE = {
    "timezone": "UTC",
    "week": {day: [["10:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
}
ALWAYS = {
    "timezone": "UTC",
    "week": {
        day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    },
}


def at(clock, day=5):
    """Return a moment of January 2026; the fifth is a Monday."""
    return f"2026-01-{day:02}T{clock}:00Z"


def event(what, clock, day=5, **more):
    return {"type": what, "at": at(clock, day), **more}


#: Due at 14:00 with four working hours.
CREATED = event("created", "10:00")
ASKED = event("customer_message", "10:00")


def scenario(*timeline, ask, targets=None, tags=(), calendar=OFFICE, **policy):
    return {
        "calendar": calendar,
        "policy": {"targets": {"resolution": 14400} if targets is None else targets, **policy},
        "semantics": list(tags),
        "timeline": list(timeline),
        "checkpoints": [{"at": moment, "ask": list(asked)} for moment, asked in ask],
    }


def answers(*timeline, when, ask, **more):
    """Return the answers at one moment, by name."""
    [only] = assess(scenario(*timeline, ask=[(when, ask)], **more))
    assert set(only) == {each if isinstance(each, str) else "escalation_at" for each in ask}
    return only


def answer(*timeline, when, ask, **more):
    """Return the answer to one question."""
    [only] = answers(*timeline, when=when, ask=[ask], **more).values()
    return only


HELD = (event("hold", "11:00"), event("resume", "13:00"))


def level(name, offset=0, **more):
    return {"name": name, "offset": offset, **more}
