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
from typing import TYPE_CHECKING, NamedTuple

import attrs

from .customer_facts import CustomerFact, Sign
from .local_days import begins, ends

if TYPE_CHECKING:
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

    Every spell will end if nothing more is heard: that it is over is known only after
    the moment *upto*, and that it has begun at all only *after* the end of the one before.
    """

    since: datetime
    until: datetime
    why: str
    upto: datetime
    after: datetime | None = None

    def is_over(self, as_of: datetime) -> bool:
        """Tell whether it is known to be over."""
        return self.upto < as_of

    def holds(self, moment: datetime, *, as_of: datetime) -> bool:
        """Tell whether somebody is known to be a customer then, at its last moment included."""
        is_known = self.after is None or self.after < as_of
        return (
            is_known and self.since <= moment and (moment <= self.until or not self.is_over(as_of))
        )


class _Mark(NamedTuple):
    at: datetime
    sign: Sign
    until: datetime | None


def spells(fact: CustomerFact, tally: Tally, patience: Patience) -> list[Spell]:
    """Return the spells of a customer, in their order."""
    return tally.once(fact, patience, lambda: list(_spells(fact, tally, patience)))


def is_there(fact: CustomerFact, tally: Tally, patience: Patience) -> bool:
    """Tell whether somebody is a customer at the moment that is asked of."""
    now = tally.as_of
    return any(each.holds(now, as_of=now) for each in spells(fact, tally, patience))


def _spells(fact: CustomerFact, tally: Tally, patience: Patience) -> Iterator[Spell]:
    marks, after = _marks(fact, tally), None
    while marks:
        until, why, upto = _end(marks, patience)
        back = _back(marks, why, behind=upto if why == LEFT else until)
        upto = upto if after is None else max(upto, after)
        yield Spell(since=marks[0].at, until=until, why=why, upto=upto, after=after)
        marks, after = marks[back:], upto


def _marks(fact: CustomerFact, tally: Tally) -> list[_Mark]:
    told = [
        _Mark(
            each.at, each.sign, None if each.until is None else ends(each.until, tally) - _INSTANT
        )
        for each in fact.marks
    ]
    told += [_Mark(begins(e.day, tally), Sign.DEAL, None) for e in fact.deliveries.values()]
    return sorted(told, key=lambda mark: mark.at)


def _end(marks: Sequence[_Mark], patience: Patience) -> tuple[datetime, str, datetime]:
    """Return when the spell that *marks* begin is over, why, and upto when nobody knows."""
    first, *others = marks
    seen, until = first.at, first.until
    for mark in others:
        if mark.at > _decided(seen, until, patience):
            break
        if mark.sign is Sign.LOST:
            left = mark.at if until is None else min(mark.at, until)
            return left, LEFT, mark.at - _INSTANT
        if mark.until is not None:
            until = max(until or mark.until, mark.until)
        seen = mark.at
    decided = _decided(seen, until, patience)
    return (decided, LAPSED, decided) if until is None else (until, CONTRACT_ENDED, decided)


def _decided(seen: datetime, until: datetime | None, patience: Patience) -> datetime:
    """Return the last moment at which somebody is not given up."""
    return seen + patience.silence if until is None else until + patience.grace


def _back(marks: Sequence[_Mark], why: str, *, behind: datetime) -> int:
    """Return which of *marks* is the first with which a customer is back."""
    later = enumerate(marks[1:], start=1)
    back = (n for n, each in later if each.at > behind and each.sign in _BACK[why])
    return next(back, len(marks))


_BACK = {
    LEFT: {Sign.WON_BACK},
    CONTRACT_ENDED: {Sign.DEAL, Sign.WON_BACK},
    LAPSED: {Sign.DEAL, Sign.LIFE, Sign.WON_BACK},
}
