"""Rules about personal data: erased when somebody else agreed, nothing kept them, and none held."""

from __future__ import annotations

from collections.abc import Iterator

from ...domain.events import Recorded
from ...domain.personal_data import (
    PersonalDataErased,
    PersonalDataErasureApproved,
    PersonalDataErasureAsked,
    PersonalDataErasureWithdrawn,
    PersonalDataHeld,
    PersonalDataHoldReleased,
)
from .rules import Case, Record, Rule, Scope, by_two

_KIND = "personal_data"
_STEPS = (PersonalDataErasureAsked, PersonalDataErasureWithdrawn, PersonalDataErasureApproved)


def _approved(record: Record, scope: Scope) -> Iterator[Case]:
    for erased in record.within(scope, PersonalDataErased):
        last = [each for each in record.of(*_STEPS) if each.version < erased.version][-1:]
        is_so = bool(last) and isinstance(last[0].event, PersonalDataErasureApproved)
        yield record.case(*last, erased, amiss="" if is_so else "nobody had approved it")


def _not_held(record: Record, scope: Scope) -> Iterator[Case]:
    for erased in record.within(scope, PersonalDataErased):
        holds = _holds(record, erased)
        names = ", ".join(each.event.hold for each in holds)
        yield record.case(*holds, erased, amiss=f"it was held under {names}" if names else "")


def _holds(record: Record, erased: Recorded) -> list[Recorded]:
    """Return the holds that nobody had released by then."""
    standing: dict[str, Recorded] = {}
    for each in record.of(PersonalDataHeld, PersonalDataHoldReleased):
        if each.version < erased.version:
            standing.pop(each.event.hold, None)
            if isinstance(each.event, PersonalDataHeld):
                standing[each.event.hold] = each
    return list(standing.values())


def _kept(record: Record, scope: Scope) -> Iterator[Case]:
    for erased in record.within(scope, PersonalDataErased):
        until = erased.event.kept_until
        if until is not None:
            is_so = until < scope.local_day(erased.occurred_at)
            amiss = "" if is_so else f"it had to be kept through {until}"
            yield record.case(erased, amiss=amiss)


RULES = (
    Rule(
        id="personal_data.approved",
        of=_KIND,
        clause="house choice",
        says="Personal data are erased when that was asked for and approved.",
        look=_approved,
    ),
    Rule(
        id="personal_data.approved_by_another",
        of=_KIND,
        clause="house choice",
        says="Who asks for an erasure does not approve it.",
        look=by_two(
            PersonalDataErasureAsked,
            PersonalDataErasureApproved,
            said="asked for it and approved it",
        ),
    ),
    Rule(
        id="personal_data.not_held",
        of=_KIND,
        clause="house choice",
        says="Personal data that are held are not erased.",
        look=_not_held,
    ),
    Rule(
        id="personal_data.kept",
        of=_KIND,
        clause="om2025:4.3b",
        says="Personal data are kept as long as the records they stand in.",
        look=_kept,
    ),
)
