"""Where the personal data of a customer stand, as their history leaves it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any

import attrs

from ..events import ImpossibleHistoryError
from ..histories import must_belong
from . import events
from .events import PersonalDataEvent


class PersonalDataState(Enum):
    """What may be done with the data of a customer."""

    ACTIVE = "active"
    RESTRICTED = "restricted"  #: Erasure was asked for; what must be kept is kept, unopened.
    ERASED = "erased"


@attrs.frozen(kw_only=True)
class PersonalData:
    """The personal data of a customer: their state, and who had a say in it.

    *changed_at* is when they came to the state they are in, or an erasure was
    approved; *holds* tells by its name why each hold was placed.
    """

    customer_id: str
    state: PersonalDataState = PersonalDataState.ACTIVE
    changed_at: datetime | None = None
    asked_by: str = ""
    approved_by: str = ""
    holds: Mapping[str, str] = attrs.field(factory=dict)
    times_disclosed: int = 0
    erased_at: datetime | None = None


def evolve(person: PersonalData | None, event: PersonalDataEvent) -> PersonalData:
    """Return *person* as *event* leaves them; before the first, nothing was asked of us.

    Raises:
        ImpossibleHistoryError: If *event* cannot come at this point.
    """
    known = person or PersonalData(customer_id=getattr(event, "customer_id", ""))
    must_belong(event, "customer_id", known.customer_id, "the history of customer")
    return attrs.evolve(known, **_facts(known, event))


def _facts(person: PersonalData, event: PersonalDataEvent) -> dict[str, Any]:
    match event:
        case events.PersonalDataHeld(hold=hold, reason=reason):
            return {"holds": {**person.holds, hold: reason}}
        case events.PersonalDataHoldReleased(hold=hold) if hold in person.holds:
            return {"holds": {name: why for name, why in person.holds.items() if name != hold}}
        case events.PersonalDataDisclosed():
            return {"times_disclosed": person.times_disclosed + 1}
        case _:
            return {**_step(person, event), "changed_at": event.at}


def _step(person: PersonalData, event: PersonalDataEvent) -> dict[str, Any]:
    match person.state, event:
        case PersonalDataState.ACTIVE, events.PersonalDataErasureAsked(by=by):
            return {"state": PersonalDataState.RESTRICTED, "asked_by": by}
        case PersonalDataState.RESTRICTED, events.PersonalDataErasureWithdrawn():
            return {"state": PersonalDataState.ACTIVE, "asked_by": "", "approved_by": ""}
        case PersonalDataState.RESTRICTED, events.PersonalDataErasureApproved(by=by):
            return {"approved_by": by}
        case PersonalDataState.RESTRICTED, events.PersonalDataErased(at=at):
            return {"state": PersonalDataState.ERASED, "erased_at": at}
        case PersonalDataState.ERASED, events.PersonalDataReadmitted():
            return {"state": PersonalDataState.ACTIVE, "asked_by": "", "approved_by": ""}
        case _:
            msg = f"{event} cannot happen to data that are {person.state.value}"
            raise ImpossibleHistoryError(msg)
