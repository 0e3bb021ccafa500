"""One row for each employee: how they were trained and appraised, against what is owed.

Definitions (each figure says which of them it is):

* *Training coverage* is trained / on the staff, of those on the staff at the end of
  the period (of each month, by month) or now, if that is earlier (om2025:3.3a).
* *Training time* is how long each of them was trained in the period.
* *Since training* is how many days ago each of them was last trained, by topic
  (psp:3.1b); asked by person, it tells whose training was longest ago.
* *Training met* is enough / owed: hours are owed for whole years, and belong to the
  last moment of the year (om2025:7.2b).  A year that is not over is open.  Trainings in
  a topic are met likewise, of whole quarters (psp:3.1b).
* *Appraisal coverage* is appraised / owed, of whole quarters and whole years, each
  at its last moment (om2025:3.3b).  Those still in time are open.
* *Scores* are means, from 0.0 to 1.0, of the last appraisal of each quarter and
  year; they are what rewards can be based on (psp:4.2b).
* *Skilled* is with a skill / on the staff, at the end or now (tender:2.2c).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from ..domain import staff
from ..domain.calendar_periods import CalendarPeriod
from ..domain.duties import Duty
from ..domain.staff import APPRAISALS, TOPICS, TRAINING, YEARLY_APPRAISALS, Employee
from .asking import Dimension
from .facts import Facts
from .local_days import begins, ends, is_of_the_time_of, last_moment, local_day
from .scores import Scores
from .tally import Tally

OVERALL = "overall"
APPRAISED = {
    APPRAISALS: "appraisal_coverage",
    YEARLY_APPRAISALS: "yearly_appraisal_coverage",
}
_DAY = timedelta(days=1)


def _fold(employee: Employee | None, event: Any) -> Employee:
    return staff.evolve(employee, event)


FACTS = Facts(name="staff_facts", kind="staff", row=Employee, fold=_fold)
DIMENSIONS: Mapping[str, Dimension] = {
    "person": lambda employee: employee.id,
    "layer": lambda employee: employee.layer,
    "post": lambda employee: employee.post,
}


# --- Training ----------------------------------------------------------------------------


def training(employee: Employee, tally: Tally) -> None:
    """Count those on the staff, those who were trained, and for how long."""
    for _, moment in _on_the_staff(employee, tally):
        times = [
            each.attended
            for each in employee.trainings
            if is_of_the_time_of(moment, each.held_on, tally)
        ]
        tally.share("training_coverage", moment, times)
        tally.length("training_time", moment, sum(times, timedelta()))
        tally.share("skilled", moment, employee.skills)
        _count_since(employee, moment, tally)


def training_met(employee: Employee, tally: Tally) -> None:
    """Count whole years of those who were owed hours, and those in which they got them."""
    for duty in employee.duties:
        if duty.name in {TRAINING, *TOPICS}:
            _count_owed(employee, duty, f"{duty.name}_met", tally)


def _count_since(employee: Employee, moment: datetime, tally: Tally) -> None:
    today = local_day(moment, tally)
    days = sorted((e.held_on, e.topic) for e in employee.trainings if e.held_on <= today)
    for topic, last in {topic: day for day, topic in days}.items():
        tally.length("since_training", moment, today - last, also=(("topic", topic),))


# --- Appraisal -----------------------------------------------------------------------------


def appraisals(employee: Employee, tally: Tally) -> None:
    """Count quarters and years of those who were to be appraised, and those who were."""
    for duty in employee.duties:
        if measure := APPRAISED.get(duty.name):
            _count_owed(employee, duty, measure, tally)


def scores(employee: Employee, tally: Tally) -> None:
    """Average the scores of quarters and years, aspect by aspect."""
    for name in dict.fromkeys(each.period for each in employee.appraisals):
        appraisal, period = employee.appraisal_of(name), CalendarPeriod.named(name)
        at = last_moment(period.until, tally)
        if appraisal is None or at > tally.as_of:
            continue
        for aspect, score in {**appraisal.scores, OVERALL: appraisal.overall}.items():
            also = (("cycle", period.per), ("aspect", aspect))
            if cell := tally.cell("appraisal_score", at, Scores, also):
                cell.counts[score] += 1


# ---------------------------------------------------------------------------------------------


def _on_the_staff(employee: Employee, tally: Tally) -> Iterator[tuple[datetime, datetime]]:
    left = None if employee.left_on is None else ends(employee.left_on, tally)
    return tally.instants(begins(employee.joined_on, tally), left)


def _count_owed(employee: Employee, duty: Duty, measure: str, tally: Tally) -> None:
    today, known_on = local_day(tally.as_of, tally), local_day(employee.joined_at, tally)
    first = duty.first_period(since=employee.joined_on, known_on=known_on)
    for period in _owed(employee, first, today):
        at = last_moment(period.until, tally)
        is_met = not duty.missing(employee.done(duty, period))
        if not is_met and today < duty.grace.after(period.until):
            tally.unsettled(measure, at)
        elif period.until <= today:
            tally.share(measure, at, is_met)


def _owed(employee: Employee, first: CalendarPeriod, today: date) -> Iterator[CalendarPeriod]:
    """Yield the periods that have begun, and in which they served to the last day."""
    period = first
    while period.first <= today and employee.serves_on(period.until - _DAY):
        yield period
        period = period.following
