"""From when until when somebody is a customer, and why no longer (psp:6.2a).

* A spell begins with the file, or with a delivery before it, and ends when the
  customer *left*, as is on record.
* Who has a contract stays as long as it holds: not renewed by its end and some
  grace, the *contract ended* with its last moment.
* Anybody else stays as long as he is heard of: silent for too long, he is *lapsed*,
  which nobody told us, so it is an assumption.
* Who comes back begins a new spell: who left, when won back; whose contract ended,
  with the next deal; who lapsed, with any sign of life.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import attrs

from .customer_facts import CustomerFact, Sign
from .local_days import begins, ends
from .tally import Tally

GRACE, SILENCE = "churn_grace", "churn_silence"  #: What a standard calls how long we wait.
LEFT, CONTRACT_ENDED, LAPSED = "left", "contract_ended", "lapsed_assumed"
REASONS = (LEFT, CONTRACT_ENDED, LAPSED)
_INSTANT = timedelta(microseconds=1)


@attrs.frozen(kw_only=True)
class Patience:
    """How long we wait before we take somebody for lost: the standard says."""

    grace: timedelta  #: After the end of a contract.
    silence: timedelta  #: Without a sign of life.


@attrs.frozen(kw_only=True)
class Spell:
    """From *since* on somebody is a customer, until the moment *until*, because of *why*.

    It is *unsure* whether it goes on where a contract ended and may yet be renewed.
    """

    since: datetime
    until: datetime | None = None
    why: str = ""
    is_unsure: bool = False

    def holds(self, moment: datetime) -> bool:
        """Tell whether somebody is a customer at that moment, its last one included."""
        return self.since <= moment and (self.until is None or moment <= self.until)


class _Mark(NamedTuple):
    at: datetime
    sign: Sign
    until: datetime | None


def spells(fact: CustomerFact, tally: Tally, patience: Patience) -> list[Spell]:
    """Return the spells of a customer, as of the moment that is asked of."""
    return tally.once(fact, patience, lambda: list(_spells(fact, tally, patience)))


def _spells(fact: CustomerFact, tally: Tally, patience: Patience) -> Iterator[Spell]:
    marks = _marks(fact, tally)
    while marks:
        spell, marks = _spell(marks, tally.as_of, patience)
        yield spell


def _marks(fact: CustomerFact, tally: Tally) -> list[_Mark]:
    told = [
        _Mark(
            each.at, each.sign, None if each.until is None else ends(each.until, tally) - _INSTANT
        )
        for each in fact.marks
    ]
    told += [_Mark(begins(e.day, tally), Sign.DEAL, None) for e in fact.deliveries.values()]
    return sorted(told, key=lambda mark: mark.at)


def _spell(
    marks: Sequence[_Mark], as_of: datetime, patience: Patience
) -> tuple[Spell, list[_Mark]]:
    """Return the spell that the first of *marks* begins, and what came after it was over."""
    first, *others = marks
    seen, until = first.at, first.until
    for mark in others:
        if mark.at > _decided(seen, until, patience):
            break
        if mark.sign is Sign.LOST:
            left = mark.at if until is None else min(mark.at, until)
            return _ended(first, left, LEFT, [each for each in others if each.at >= mark.at])
        if mark.until is not None:
            until = max(until or mark.until, mark.until)
        seen = mark.at
    if as_of <= _decided(seen, until, patience):
        return Spell(since=first.at, is_unsure=until is not None and until < as_of), []
    end, why = (seen + patience.silence, LAPSED) if until is None else (until, CONTRACT_ENDED)
    return _ended(first, end, why, [each for each in others if each.at > end])


def _decided(seen: datetime, until: datetime | None, patience: Patience) -> datetime:
    """Return the last moment at which somebody is not given up."""
    return seen + patience.silence if until is None else until + patience.grace


def _ended(
    first: _Mark, end: datetime, why: str, rest: Sequence[_Mark]
) -> tuple[Spell, list[_Mark]]:
    spell = Spell(since=first.at, until=end, why=why)
    back = next((n for n, each in enumerate(rest) if each.sign in _BACK[why]), len(rest))
    return spell, list(rest[back:])


_BACK = {
    LEFT: {Sign.WON_BACK},
    CONTRACT_ENDED: {Sign.DEAL, Sign.WON_BACK},
    LAPSED: {Sign.DEAL, Sign.LIFE, Sign.WON_BACK},
}


def held_at(moment: datetime, of: Sequence[Spell]) -> Spell | None:
    """Return the spell in which somebody is a customer at that moment."""
    return next((each for each in of if each.holds(moment)), None)


def lives(of: Sequence[Spell], as_of: datetime) -> Iterator[tuple[timedelta, bool]]:
    """Yield how long each spell has lasted, and whether it is over."""
    for each in of:
        yield (each.until or as_of) - each.since, each.until is not None
