"""What can be wrong with a calendar, or with a question put to one."""

from __future__ import annotations


class CalendarError(ValueError):
    """Something about a working calendar does not fit."""


class CalendarRuleError(CalendarError):
    """A calendar was described in a way that nobody could keep."""


class CalendarQuestionError(CalendarError):
    """A question was put in a way that has no answer."""


class UnknownChoiceError(CalendarError):
    """A choice was named that the calendar does not offer."""


class NoOpenHourError(CalendarError):
    """The calendar has no open hour, or none where one is needed."""


class NeverClosesError(CalendarError):
    """A closing was asked of a calendar that stays open."""


class CalendarRangeError(CalendarError):
    """A moment lies outside the years a calendar reaches."""


class NegativeDurationError(CalendarError):
    """A duration below nothing was to be added or taken."""


class UnpublishedYearError(CalendarError):
    """Nobody has told yet which days of that year are holidays."""


class MissingExtraError(ImportError):
    """A package is missing that only some calendars need."""

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(
            f"this needs the package {package!r}: pip install servicecore[{extra}]", name=package
        )
