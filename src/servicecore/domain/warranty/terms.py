"""How long a warranty lasts, as the standard bounds it, and when its end is told of."""

from __future__ import annotations

from datetime import date

from ..calendar import WorkingCalendar
from ..days import beginning_of, end_of
from ..figures import Duration
from ..quantities import is_whole
from ..reminders import reminder
from ..sla import Reading
from ..spans import Span
from ..standard import ServiceStandard
from .events import PRODUCT, Cover
from .refusals import NoTermError, TermTooLongError, TermTooShortError

#: What standards call their figures.
WARRANTY, KEY_PARTS, NOTICE = "warranty", "key_parts_warranty", "warranty_expiry_notice"
NOTICED, EXPIRED = "notice", "expired"


def own_term(serial: str, standard: ServiceStandard) -> int:
    """Return for how many months the standard itself covers a product.

    Raises:
        NoTermError: If it does not say.
    """
    promised = standard.duration(WARRANTY)
    if promised is None or promised.at_least is None or not promised.at_least.months:
        msg = f"{standard.reference} does not say how long warranty {serial} lasts; tell the months"
        raise NoTermError(msg)
    return promised.at_least.months


def must_be_months(months: int, part: str) -> None:
    """Refuse a term that is not a number of months.

    Raises:
        TermTooShortError: If it is none, or none at all.
    """
    if not is_whole(months, at_least=1):
        msg = f"the warranty of {part_of(part)} counts whole months, 1 or more; got {months!r}"
        raise TermTooShortError(msg)


def covered(part: str, months: int, *, delivered_on: date, standard: ServiceStandard) -> Cover:
    """Return the cover of *part* for so many *months*, if the standard allows it.

    Raises:
        TermTooShortError: If it lasts less than is promised, or no time at all.
        TermTooLongError: If it is that of a key part, and lasts longer than it may.
    """
    must_be_months(months, part)
    until = Span(months=months).after(delivered_on)
    bound = standard.duration(WARRANTY if part == PRODUCT else KEY_PARTS)
    if bound is not None:
        _must_be_within(bound, part, months, delivered_on=delivered_on)
    notice = standard.duration(NOTICE)
    return Cover(
        part=part,
        months=months,
        until=until,
        clause=bound.clause if bound else "",
        notice_clause=notice.clause if notice else "",
    )


def reminder_of(
    cover: Cover, standard: ServiceStandard, calendar: WorkingCalendar, *, round_: int = 1
) -> Reading:
    """Return the reminder that *cover* ends, with notice ahead if the standard says how long."""
    end = end_of(cover.until, calendar)
    rungs = {EXPIRED: end}
    notice = standard.duration(NOTICE)
    if notice is not None and notice.at_least is not None:
        rungs[NOTICED] = beginning_of(notice.at_least.before(cover.until), calendar)
    return reminder(clock_of(cover.part), round_=round_, due=end, rungs=rungs)


def clock_of(part: str) -> str:
    """Return what the to-do list calls the end of a cover."""
    return "expiry" if part == PRODUCT else f"expiry of {part}"


def part_of(part: str) -> str:
    """Return *part* as a sentence calls it."""
    return "the product" if part == PRODUCT else f"key part {part}"


def _must_be_within(bound: Duration, part: str, months: int, *, delivered_on: date) -> None:
    until = Span(months=months).after(delivered_on)
    if bound.at_least is not None and until < bound.at_least.after(delivered_on):
        msg = (
            f"the warranty of {part_of(part)} lasts at least {bound.at_least} ({bound.clause}), "
            f"got {Span(months=months)}"
        )
        raise TermTooShortError(msg)
    if bound.at_most is not None and until > bound.at_most.after(delivered_on):
        msg = (
            f"the warranty of {part_of(part)} lasts at most {bound.at_most} ({bound.clause}), "
            f"got {Span(months=months)}"
        )
        raise TermTooLongError(msg)
