"""Whatever people do with feedback, and whenever: its promises hold, and nothing is forgotten.

A clerk keeps a card of the improvement and counts days off a wall calendar of
his own: a test that asked the code for the deadline would believe whatever it said.
"""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from datetime import date, datetime, timedelta, timezone

import pytest
from attrs import Factory, define
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from servicecore import RefusedError, ServiceDesk, WorkingCalendar
from servicecore.domain.improvement import (
    ChecksLeftError,
    CustomerNotAnsweredError,
    HasEffectError,
    ImprovementAlreadyAnalysedError,
    ImprovementEndedError,
    Measure,
    MeasuresDoneError,
    NobodyToAnswerError,
    NoEffectError,
    NotAdoptedError,
    NotAnalysedError,
    NothingToCheckError,
    TooLowLevelError,
    UnknownCheckError,
    UnknownImprovementMeasureError,
)
from servicecore.domain.improvement.events import ImprovementEvent

SECOND, HOUR, A_DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
#: The wall calendar of autumn 2025: a week off, and two Sundays or Saturdays worked for it.
OFF = {date(2025, 10, day) for day in range(1, 9)}
WORKED = {date(2025, 9, 28), date(2025, 10, 11)}
HOURS = [("09:00", "12:00"), ("13:30", "18:00")]
CALENDAR = WorkingCalendar(
    timezone="Asia/Shanghai",
    week=dict.fromkeys(["mon", "tue", "wed", "thu", "fri"], HOURS),
    holidays=sorted(OFF),
    special=dict.fromkeys(sorted(WORKED), HOURS),
)
FIRST_DAY, LAST_DAY = datetime(2025, 9, 22), datetime(2025, 10, 13)  # noqa: DTZ001
ANSWER_WITHIN, DAYS_TO_ANALYSE, DAYS_TO_SET_MEASURES = 24 * HOUR, 2, 3
MONTHS = {"monthly": 1, "quarterly": 3, "yearly": 12}
ON_ITS_WAY = {"collected", "analysed", "planned"}


def is_worked(day: date) -> bool:
    return day in WORKED or (day.weekday() < 5 and day not in OFF)


def six_in_the_evening(day: date) -> datetime:
    """Return when offices close in Shanghai."""
    return datetime(day.year, day.month, day.day, 10, tzinfo=timezone.utc)


def counted_off(moment: datetime, days: int) -> datetime:
    """Return the evening of that working day after the day of *moment*."""
    day = (moment + 8 * HOUR).date()
    while days:
        day += A_DAY
        days -= is_worked(day)
    return six_in_the_evening(day)


def months_later(moment: datetime, months: int) -> datetime:
    """Return the evening of the working day on which so many months are over."""
    day = (moment + 8 * HOUR).date()
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    day = date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
    while not is_worked(day):
        day += A_DAY
    return six_in_the_evening(day)


@define
class Card:
    """What a careful clerk would write on a card about one improvement."""

    customer: bool
    due: dict[tuple[str, int], datetime]
    stage: str = "collected"
    round: int = 1
    answered: bool = False
    measures: int = 0
    left: set[int] = Factory(set)
    checks: set[str] = Factory(set)
    has_effect: bool | None = None
    kept: dict[tuple[str, int], datetime] = Factory(dict)
    overdue: set[tuple[str, int]] = Factory(set)

    def look(self, now: datetime) -> None:
        """Note what is late by *now*, of all that was not kept before."""
        self.overdue |= {key for key, due in self.due.items() if key not in self.kept and now > due}

    def keep(self, clock: str, number: int, now: datetime) -> None:
        if (clock, number) in self.due:
            self.kept.setdefault((clock, number), now)

    def forget(self, *clocks: str) -> None:
        """Cross out what is not waited for any more."""
        self.due = {
            key: due
            for key, due in self.due.items()
            if key in self.kept or not key[0].startswith(clocks)
        }


class AnImprovementAtWork(RuleBasedStateMachine):
    """Staff, supervisors and managers do what they should and what they should not; time passes."""

    @initialize(
        at=st.datetimes(FIRST_DAY, LAST_DAY, timezones=st.just(timezone.utc)),
        customer=st.booleans(),
    )
    def begins(self, at: datetime, customer: bool) -> None:  # noqa: FBT001  # Hypothesis passes it by name
        self.now = at.replace(microsecond=0)
        self.desk = ServiceDesk.open(
            "memory:", standard="operations_manual_2025", calendar=CALENDAR
        )
        self.desk.improvements.collect(
            "I-1",
            source="conversation",
            about="slow",
            customer_id="Acme" if customer else None,
            at=self.now,
        )
        self.card = Card(customer=customer, due={})
        if customer:
            self.card.due["first_feedback", 1] = self.now + ANSWER_WITHIN
        self.promised()

    def promised(self) -> None:
        self.card.due["analysis", self.card.round] = counted_off(self.now, DAYS_TO_ANALYSE)
        self.card.due["measures", self.card.round] = counted_off(self.now, DAYS_TO_SET_MEASURES)

    def teardown(self) -> None:
        if hasattr(self, "desk"):
            self.desk.close()

    # --- Time passes -------------------------------------------------------------------

    @rule(hours=st.integers(0, 40))
    def waits(self, hours: int) -> None:
        self.now += hours * HOUR

    @precondition(lambda self: self.card.due)
    @rule(data=st.data(), nudge=st.sampled_from([-SECOND, timedelta(), SECOND]))
    def waits_for_a_deadline(self, data: st.DataObject, nudge: timedelta) -> None:
        key = data.draw(st.sampled_from(sorted(self.card.due)))
        self.now = max(self.now, self.card.due[key] + nudge)

    @rule()
    def somebody_looks(self) -> None:
        self.desk.run_due(self.now)
        self.card.look(self.now)

    # --- People do what they should, and what they should not ------------------------------

    def does(self, verb: str, *args, refusal: type[RefusedError] | None = None, **facts) -> bool:
        """Ask the desk, and see that it refuses exactly what the clerk would refuse."""
        command = getattr(self.desk.improvements, verb)
        if self.card.stage in {"closed", "dropped"}:
            refusal = ImprovementEndedError
        if refusal is None:
            command("I-1", *args, at=self.now, **facts)
            self.card.look(self.now)
            return True
        before = self.desk.log.head()
        with pytest.raises(refusal):
            command("I-1", *args, at=self.now, **facts)
        assert self.desk.log.head() == before
        return False

    @rule()
    def answers(self) -> None:
        refusal = None if self.card.customer else NobodyToAnswerError
        if self.does("answer", by="Li", answer="we look into it", refusal=refusal):
            self.card.answered = True
            self.card.keep("first_feedback", 1, self.now)

    @rule(level=st.sampled_from(["staff", "supervisor", "manager"]))
    def finds_the_cause(self, level: str) -> None:
        refusal = None if self.card.stage == "collected" else ImprovementAlreadyAnalysedError
        if level == "staff":
            refusal = TooLowLevelError
        if self.does("find_cause", by="Gao", level=level, cause="one list", refusal=refusal):
            self.card.stage = "analysed"
            self.card.keep("analysis", self.card.round, self.now)

    @rule(level=st.sampled_from(["supervisor", "manager"]), days=st.integers(0, 9))
    def sets_a_measure(self, level: str, days: int) -> None:
        due = self.now + days * A_DAY
        refusal = {"collected": NotAnalysedError, "analysed": None, "planned": None}.get(
            self.card.stage, MeasuresDoneError
        )
        if level == "supervisor":
            refusal = TooLowLevelError
        measure = Measure(what="two lists", department="service", person="Wu", due=due)
        if self.does("set_measures", [measure], by="He", level=level, refusal=refusal):
            self.card.stage = "planned"
            self.card.measures += 1
            self.card.left.add(self.card.measures)
            self.card.due["measure", self.card.measures] = due
            self.card.keep("measures", self.card.round, self.now)

    @rule(data=st.data())
    def carries_out(self, data: st.DataObject) -> None:
        left = sorted(self.card.left)
        number = data.draw(st.sampled_from(left)) if left else self.card.measures + 1
        refusal = None if left else UnknownImprovementMeasureError
        if self.does("carry_out", measure=number, by="Wu", result="done", refusal=refusal):
            self.card.left.discard(number)
            self.card.keep("measure", number, self.now)
            if not self.card.left:
                self.is_to_be_checked()

    def is_to_be_checked(self) -> None:
        self.card.stage = "carried out"
        self.card.checks = set(MONTHS)
        for name, months in MONTHS.items():
            self.card.due[f"check_{name}", self.card.round] = months_later(self.now, months)

    @rule(check=st.sampled_from(["", *MONTHS]), has_effect=st.booleans())
    def checks(self, check: str, has_effect: bool) -> None:  # noqa: FBT001  # Hypothesis passes it by name
        refusal: type[RefusedError] | None = None
        if check and check not in self.card.checks:
            refusal = UnknownCheckError
        if self.card.stage in ON_ITS_WAY:
            refusal = NothingToCheckError
        found = {"by": "Gao", "has_effect": has_effect, "finding": "?"}
        if self.does("check_effect", check=check, **found, refusal=refusal):
            self.card.has_effect = has_effect
            self.card.checks.discard(check)
            self.card.keep(f"check_{check}", self.card.round, self.now)

    def judged(self, needed: bool, otherwise: type[RefusedError]) -> type[RefusedError] | None:  # noqa: FBT001
        if self.card.stage in ON_ITS_WAY:
            return NothingToCheckError
        return None if self.card.has_effect is needed else otherwise

    @rule()
    def adopts(self) -> None:
        refusal = self.judged(needed=True, otherwise=NoEffectError)
        if self.does("adopt", by="He", standard_practice="two lists", refusal=refusal):
            self.card.stage = "adopted"

    @rule()
    def takes_up_again(self) -> None:
        refusal = self.judged(needed=False, otherwise=HasEffectError)
        if self.does("take_up_again", by="Gao", reason="no effect", refusal=refusal):
            self.card.stage, self.card.has_effect = "collected", None
            self.card.round += 1
            self.card.checks = set()
            self.card.forget("check_")
            self.promised()

    @precondition(lambda self: self.card.stage == "adopted" or self.card.has_effect is None)
    @rule()
    def closes(self) -> None:
        if self.does("close", by="He", refusal=self.not_to_be_closed):
            self.card.stage = "closed"

    @property
    def not_to_be_closed(self) -> type[RefusedError] | None:
        if self.card.stage != "adopted":
            return NotAdoptedError
        if self.card.has_effect is False:
            return NoEffectError
        if self.card.checks:
            return ChecksLeftError
        return CustomerNotAnsweredError if self.card.customer and not self.card.answered else None

    @precondition(lambda self: self.card.stage not in ON_ITS_WAY or self.card.round > 1)
    @rule()
    def drops(self) -> None:
        if self.does("drop", by="He", reason="sold"):
            self.card.stage = "dropped"
            self.card.forget("")

    @rule(effect=st.sampled_from([True, False, None]))
    def goes_a_long_way(self, effect: bool | None) -> None:  # noqa: FBT001  # Hypothesis passes it by name
        """Not every run can go step by step: hardly one would come to the end."""
        if self.card.stage == "collected":
            self.finds_the_cause("supervisor")
            self.sets_a_measure("manager", 1)
        if self.card.stage == "planned":
            for number in sorted(self.card.left):
                self.does("carry_out", measure=number, by="Wu", result="done")
                self.card.left.discard(number)
                self.card.keep("measure", number, self.now)
            self.is_to_be_checked()
        if self.card.stage in {"carried out", "adopted"} and effect is not None:
            for name in sorted(self.card.checks) or [""]:
                self.checks(name, effect)

    # --- What must hold --------------------------------------------------------------------

    @property
    def history(self) -> list[ImprovementEvent]:
        return [each.event for each in self.desk.improvements.history("I-1")]

    @invariant()
    def whatever_is_late_was_told_once(self) -> None:
        last = {"first_feedback": "supervisor", "analysis": "supervisor", "measures": "supervisor"}
        told = Counter(
            (each.clock, each.round)
            for each in self.history
            if hasattr(each, "rung") and each.rung == last.get(each.clock, "overdue")
        )
        assert set(told.values()) <= {1}
        assert set(told) == self.card.overdue

    @invariant()
    def everything_is_kept_or_broken_as_the_clerk_saw_it(self) -> None:
        readings = self.desk.improvements.get("I-1").readings
        assert set(self.card.due) <= set(readings)
        for key, due in self.card.due.items():
            assert readings[key].due == due
            kept_at = self.card.kept.get(key)
            expected = "running" if kept_at is None else "met" if kept_at <= due else "missed"
            assert readings[key].state.value == expected
        crossed_out = set(readings) - set(self.card.due)
        assert {readings[key].state.value for key in crossed_out} <= {"cancelled"}

    @invariant()
    def it_stands_where_the_clerk_thinks(self) -> None:
        improvement = self.desk.improvements.get("I-1")
        assert improvement.status.value == self.card.stage.replace(" ", "_")
        assert (improvement.rounds, set(improvement.measures_left)) == (
            self.card.round,
            self.card.left,
        )

    @invariant()
    def what_is_over_is_waited_for_no_more(self) -> None:
        if self.card.stage in {"closed", "dropped"}:
            assert self.desk.run_due(self.now + 900 * A_DAY) == []


TestAnImprovementAtWork = AnImprovementAtWork.TestCase
