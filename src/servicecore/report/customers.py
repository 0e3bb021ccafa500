"""The cards about customers: who stays, whether newer ones stay longer, and whom we may lose."""

from __future__ import annotations

from collections.abc import Iterator

from ..projections.answer import Measured
from . import drawing, figures
from .drawing import Step
from .figures import percent, whole
from .findings import Findings
from .layout import card, note, numbers
from .words import Words

_MONTH = 30.4375  #: Days, on average.
_UNITS = (1, 2, 3, 6, 12, 24, 60)  #: Months between two ticks.
_MOST_TICKS = 7
_MOST_COHORTS = 12
_MOST_AT_RISK = 8


def customers(found: Findings, words: Words) -> Iterator[str]:
    """Yield every card about customers that has something to tell."""
    for each in (who_stays, cohorts, whom_we_may_lose):
        yield from each(found, words)


def who_stays(found: Findings, words: Words) -> Iterator[str]:
    """Tell what share of customers is still there, by how long they have been."""
    told = [(int(dict(each.group)["days"]), each) for each in _of(found, "survival")]
    down = [
        Step(at=days, share=each.value, low=each.low, high=each.high)
        for days, each in told
        if each.value is not None and each.low is not None and each.high is not None
    ]
    if not down:
        return
    title = words("Who stays")
    plot = drawing.steps(
        down, until=down[-1].at, ticks=_months(down[-1].at, words), label=title, told=percent
    )
    rows = [
        (whole(days), whole(each.n), percent(each.value or 0.0), figures.sure(each))
        for days, each in told
    ]
    head = (words("days"), words("still there"), words("share"), words("95 % interval"))
    why = words("Kaplan and Meier: those who are still there count for as long as they have been.")
    question = words("Share of customers still with us, by months since they came.")
    yield card(title, question, plot, under=note(why) + numbers(words, head, rows))


def cohorts(found: Findings, words: Words) -> Iterator[str]:
    """Tell of each quarter's new customers how many are still there, quarter by quarter."""
    told: dict[str, dict[str, Measured]] = {}
    for figure in _of(found, "retention"):
        group = dict(figure.group)
        told.setdefault(group["cohort"], {})[group["after"]] = figure
    newest = sorted(told)[-_MOST_COHORTS:]
    after = sorted({quarter for cohort in newest for quarter in told[cohort]})
    if not after:
        return
    rows = [
        (
            cohort,
            whole(max(each.n for each in told[cohort].values())),
            *(_share(told[cohort].get(quarter)) for quarter in after),
        )
        for cohort in newest
    ]
    head = (words("delivered"), "n", *(f"+{int(quarter)}" for quarter in after))
    under = note(words("At the end of the quarter, and so many quarters later."))
    question = words("Do newer customers stay longer?")
    title = words("Retention by quarter of delivery")
    yield card(title, question, figures.table(head, rows), under=under)


def whom_we_may_lose(found: Findings, words: Words) -> Iterator[str]:
    """Tell whom to call first, and why."""
    first = sorted(found.at_risk, key=lambda each: (-each.points, each.customer_id))
    if not first:
        return
    rows = [
        (
            each.customer_id,
            whole(each.points),
            figures.lines(
                f"{words(line.reason.replace('_', ' '))}: {line.because}" for line in each.lines
            ),
        )
        for each in first[:_MOST_AT_RISK]
    ]
    head = (words("customer"), words("points"), words("reasons"))
    more = len(first) - len(rows)
    under = note(f"{words('customers with fewer points:')} {more}") if more else ""
    title = words("Whom we may lose")
    question = words("Which customers should hear from us first, and why?")
    yield card(title, question, figures.table(head, rows), under=under, wide=True)


def _of(found: Findings, measure: str) -> list[Measured]:
    return [each for each in found.stays or () if each.measure == measure]


def _share(figure: Measured | None) -> str:
    return "" if figure is None or figure.value is None else figures.heat(figure.value)


def _months(days: float, words: Words) -> list[tuple[float, str]]:
    months = int(days / _MONTH)
    every = next((each for each in _UNITS if months / each < _MOST_TICKS), _UNITS[-1])
    return [
        (month * _MONTH, f"{month} {words('months')}" if month else "0")
        for month in range(0, months + 1, every)
    ]
