"""What a survey asks, how long it is open, when it reminds, and which scores are dissatisfied.

The standard says all of that; only the scales are the same everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

import attrs

from ..calendar import WorkingCalendar
from ..days import beginning_of, day_of, end_of
from ..figures import Setting
from ..quantities import SCORES, is_on
from ..reminders import reminder
from ..sla import Reading
from ..spans import Span
from ..standard import ServiceStandard
from .refusals import NothingToAskError, OutsideScaleError, UnknownDimensionError

#: What standards call their figures.
ASKS, OPEN_FOR, REMINDERS, LINE = (
    "survey_asks",
    "survey_answers",
    "survey_reminder_days",
    "dissatisfied_scores",
)
ANSWER, REMINDED, EXPIRED = "answer", "reminder", "expired"  #: The reading, and its levels.
OWN = "house choice"  #: The clause of dimensions that somebody asks of their own accord.

SCORE, NPS, CES = SCORES, range(11), range(1, 8)  #: The scales (house choice, NPS and CES).


@attrs.frozen(kw_only=True)
class Questionnaire:
    """The dimensions asked under *clause*, and the figures that go with every survey."""

    asks: tuple[str, ...]
    clause: str
    open_for: Span
    reminders: tuple[Span, ...] = ()
    dissatisfied: frozenset[int] = frozenset()
    line_clause: str = ""

    @classmethod
    def of(cls, standard: ServiceStandard, *, asks: Iterable[str] | None = None) -> Questionnaire:
        """Return what a survey under *standard* asks, or these dimensions of one's own.

        Raises:
            NothingToAskError: If nobody says what, or how long answers are taken.
        """
        setting, line = standard.setting(ASKS), standard.setting(LINE)
        asked = (setting.values if setting else ()) if asks is None else tuple(asks)
        _must_ask(asked, standard)
        return cls(
            asks=asked,
            clause=setting.clause if setting and asks is None else OWN,
            open_for=_open_for(standard),
            reminders=tuple(Span(days=each) for each in _whole(standard.setting(REMINDERS))),
            dissatisfied=frozenset(_whole(line)),
            line_clause=line.clause if line else "",
        )

    def open_until(self, at: datetime, calendar: WorkingCalendar) -> datetime:
        """Return the end of the last day on which a survey sent *at* is answered."""
        return end_of(self.open_for.after(day_of(at, calendar)), calendar)

    def reading(self, at: datetime, calendar: WorkingCalendar) -> Reading:
        """Return when a customer asked *at* is reminded, on working days, and when it expires."""
        asked_on, end = day_of(at, calendar), self.open_until(at, calendar)
        opening = (
            calendar.next_open(beginning_of(s.after(asked_on), calendar)) for s in self.reminders
        )
        ahead = {f"{REMINDED} {n}": due for n, due in enumerate(opening, 1) if due < end}
        return reminder(ANSWER, due=end, rungs={**ahead, EXPIRED: end})

    def is_dissatisfied(self, scores: Mapping[str, int], overall: int | None) -> bool:
        """Tell whether the overall score, or else the worst of the others, is below the line."""
        told = [overall] if overall is not None else list(scores.values())
        return bool(told) and min(told) in self.dissatisfied


def applicable(
    survey_id: str, asks: Iterable[str], scores: Mapping[str, int | None]
) -> dict[str, int]:
    """Return the scores that apply, in the order asked: 0 or blank does not apply.

    Raises:
        UnknownDimensionError: If something was scored that was not asked.
        OutsideScaleError: If a score is not one from 1 to 5.
    """
    asked = tuple(asks)
    for name in scores:
        if name not in asked:
            msg = (
                f"survey {survey_id} did not ask about {name!r}; "
                f"expected {', '.join(asked)} (psp:3.3b, tender:2.3b)"
            )
            raise UnknownDimensionError(msg)
    told = {name: on_scale(survey_id, name, scores.get(name) or None, SCORE) for name in asked}
    return {name: score for name, score in told.items() if score is not None}


def on_scale(survey_id: str, name: str, score: int | None, scale: range) -> int | None:
    """Return *score*, which may be blank, if it lies on its *scale*.

    Raises:
        OutsideScaleError: If it does not.
    """
    if score is None:
        return None
    if not is_on(scale, score):
        msg = (
            f"survey {survey_id}: {name} is scored from {scale[0]} to {scale[-1]}, "
            f"got {score!r} (psp:3.3b)"
        )
        raise OutsideScaleError(msg)
    return score


def _whole(setting: Setting | None) -> tuple[int, ...]:
    return tuple(int(each) for each in setting.values) if setting else ()


def _open_for(standard: ServiceStandard) -> Span:
    told = standard.duration(OPEN_FOR)
    if told is None or told.at_most is None:
        msg = f"{standard.reference} does not say how long answers are taken; add {OPEN_FOR!r}"
        raise NothingToAskError(msg)
    return told.at_most


def _must_ask(asked: tuple[str, ...], standard: ServiceStandard) -> None:
    if not asked:
        msg = (
            f"{standard.reference} does not say what a survey asks (psp:3.3b); name the dimensions"
        )
        raise NothingToAskError(msg)
    for each in asked:
        if not isinstance(each, str) or not each.strip() or asked.count(each) > 1:
            msg = f"a survey asks about each dimension once, by its name; got {each!r} (psp:3.3b)"
            raise NothingToAskError(msg)
