"""Maintenance: a cycle, visits on working days, what was found, and what was missed."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from functools import reduce

import pytest

from servicecore.domain.days import NoDateError
from servicecore.domain.events import ImpossibleHistoryError
from servicecore.domain.maintenance import (
    AlreadyCarriedOutError,
    BadCycleError,
    BeforePlanError,
    MaintenanceEnded,
    MaintenanceVisitCarriedOut,
    MaintenanceVisitDue,
    MaintenanceVisitMissed,
    MaintenanceVisitPlanned,
    NotTestedError,
    PlanEndedError,
    UnknownMaintenanceKindError,
    UnknownVisitError,
    VisitStatus,
    decisions,
    evolve,
)
from servicecore.domain.people import Level
from servicecore.domain.refusals import IncompleteError
from servicecore.domain.spans import Span
from servicecore.standards import load_standard

MANUAL = load_standard("operations_manual_2025")
CALENDAR = MANUAL.calendar
TERMS = MANUAL.terms(of="maintenance")
NEW_YEAR = datetime(2025, 1, 2, 1, tzinfo=timezone.utc)  # Nine in the morning in Shanghai.
DAY, MICROSECOND = timedelta(days=1), timedelta(microseconds=1)

FRIDAY = date(2025, 2, 28)
OPENING = datetime(2025, 2, 28, 1, tzinfo=timezone.utc)
CLOSING = datetime(2025, 2, 28, 10, tzinfo=timezone.utc)
PLAN = {
    "product": "press",
    "customer_id": "Acme",
    "kind": "hardware",
    "every": Span(months=1),
    "first_on": FRIDAY,
    "content": "oil and seals",
    "manner": "on site",
    "person": "Wu",
}


def planned(**facts):
    told = {**PLAN, **facts, "standard": MANUAL.reference, "calendar": CALENDAR}
    return decisions.plan_maintenance("M-1", **told, at=NEW_YEAR)


def given(*history):
    return reduce(evolve, history, None)


def going_on(history, decide, *, at=OPENING, **facts):
    return [*history, *decide(given(*history), at=at, **facts)]


def carried_out(history, *, visit=1, at=OPENING, **facts):
    told = {"by": "Wu", "content": "oiled", "result": "runs", "visit": visit, **facts}
    return going_on(history, decisions.carry_out, **told, calendar=CALENDAR, at=at)


def tried(history, *, has_passed=True, at=OPENING, visit=1):
    told = {"visit": visit, "by": "Gao", "has_passed": has_passed, "result": "seen"}
    return going_on(history, decisions.test, **told, at=at)


def reminded(history, at):
    return decisions.remind_if_due(given(*history), at=at, terms=TERMS)


def days(history):
    """Return the nominal and the planned day of each visit."""
    return [(each.nominal_on, each.planned_on) for each in given(*history).visits.values()]


class TestThePlan:
    """A plan says product, cycle, content, manner and person (pdr:4.1a)."""

    @pytest.mark.parametrize("empty", ["product", "customer_id", "content", "manner", "person"])
    def test_leaves_nothing_out(self, empty):
        with pytest.raises(IncompleteError, match=empty):
            planned(**{empty: " "})

    @pytest.mark.parametrize("kind", ["hardware", "software", "system_upgrade"])
    def test_is_of_one_of_three_kinds(self, kind):
        assert given(*planned(kind=kind)).kind.value == kind
        with pytest.raises(UnknownMaintenanceKindError, match=r"one of hardware, .*'paint'"):
            planned(kind="paint")

    @pytest.mark.parametrize(
        "every", [Span(), Span(months=-1), Span(months=2, days=-1), "monthly"], ids=str
    )
    def test_has_a_cycle_that_leads_on(self, every):
        with pytest.raises(BadCycleError, match="M-1"):
            planned(every=every)

    def test_begins_on_a_day(self):
        with pytest.raises(NoDateError, match="first_on"):
            planned(first_on=NEW_YEAR)

    def test_gives_the_first_visit_its_day(self):
        assert days(planned()) == [(FRIDAY, FRIDAY)]


class TestAVisit:
    """Visits are on working days; the day that the cycle names is kept beside it."""

    @pytest.mark.parametrize(
        ("nominal", "worked"),
        [
            (date(2025, 3, 1), date(2025, 3, 3)),  # A Saturday.
            (date(2025, 10, 1), date(2025, 10, 9)),  # The first of eight holidays.
            (date(2025, 1, 26), date(2025, 1, 26)),  # A Sunday that is worked.
            (date(2025, 1, 28), date(2025, 2, 5)),  # The eve of the Spring Festival.
        ],
    )
    def test_is_planned_on_the_first_working_day_from_then_on(self, nominal, worked):
        assert days(planned(first_on=nominal)) == [(nominal, worked)]

    def test_counts_from_the_nominal_day_and_no_short_month_shortens_the_next(self):
        history = planned(first_on=date(2025, 1, 31))
        for visit in (1, 2, 3):
            history = carried_out(history, visit=visit, at=NEW_YEAR)
        assert [nominal for nominal, _ in days(history)] == [
            date(2025, 1, 31),
            date(2025, 2, 28),
            date(2025, 3, 31),
            date(2025, 4, 30),
        ]

    def test_may_come_every_so_many_days(self):
        history = carried_out(planned(every=Span(days=10)))
        assert days(history)[1] == (date(2025, 3, 10), date(2025, 3, 10))

    def test_goes_on_record_with_time_content_and_result(self):
        visit = given(*carried_out(planned())).visits[1]
        assert (visit.by, visit.content, visit.result) == ("Wu", "oiled", "runs")
        assert (visit.status, visit.carried_out_at) == (VisitStatus.CARRIED_OUT, OPENING)

    @pytest.mark.parametrize("empty", ["by", "content", "result"])
    def test_goes_on_record_whole(self, empty):
        with pytest.raises(IncompleteError, match=empty):
            carried_out(planned(), **{empty: ""})

    def test_is_carried_out_once(self):
        with pytest.raises(AlreadyCarriedOutError, match="visit 1 was carried out at 2025-02-28"):
            carried_out(carried_out(planned()))

    def test_is_one_of_the_plan(self):
        with pytest.raises(UnknownVisitError, match="no visit 2 yet; the newest is 1"):
            carried_out(planned(), visit=2)

    def test_is_not_made_before_there_is_a_plan(self):
        with pytest.raises(BeforePlanError, match="M-1 was made at"):
            carried_out(planned(), at=NEW_YEAR - MICROSECOND)


class TestTests:
    """Software maintenance and upgrades are tested beforehand (pdr:4.2b)."""

    def test_hardware_needs_none(self):
        assert given(*carried_out(planned())).visits[1].tested_at is None

    @pytest.mark.parametrize("kind", ["software", "system_upgrade"])
    def test_without_one_nothing_is_carried_out(self, kind):
        with pytest.raises(NotTestedError, match=rf"visit 1 is {kind} maintenance.*pdr:4\.2b"):
            carried_out(planned(kind=kind))
        history = carried_out(tried(planned(kind=kind)))
        assert given(*history).visits[1].status is VisitStatus.CARRIED_OUT

    def test_the_last_one_counts(self):
        history = tried(tried(planned(kind="software")), has_passed=False)
        with pytest.raises(NotTestedError):
            carried_out(history)
        assert carried_out(tried(history))

    def test_it_comes_before_and_not_after(self):
        history = tried(planned(kind="software"), at=OPENING + MICROSECOND)
        with pytest.raises(NotTestedError):
            carried_out(history, at=OPENING)
        assert carried_out(history, at=OPENING + MICROSECOND)

    def test_each_visit_has_its_own(self):
        history = carried_out(tried(planned(kind="software")))
        with pytest.raises(NotTestedError, match="visit 2"):
            carried_out(history, visit=2)

    def test_is_not_made_of_what_is_done(self):
        with pytest.raises(AlreadyCarriedOutError):
            tried(carried_out(planned()))
        with pytest.raises(IncompleteError, match="result"):
            going_on(planned(), decisions.test, visit=1, by="Gao", has_passed=True, result="")


class TestWhatFallsDue:
    """A visit is to be made on its day, and missed when the day closes without it (pdr:4.1a)."""

    def test_is_there_to_do_a_moment_after_opening(self):
        assert reminded(planned(), OPENING) == []
        [due] = reminded(planned(), OPENING + MICROSECOND)
        assert isinstance(due, MaintenanceVisitDue)
        assert (due.visit, due.to, due.due, due.clause) == (1, "Wu", OPENING, "pdr:4.1a")
        assert given(*planned(), due).visits[1].status is VisitStatus.DUE

    def test_may_be_made_until_the_day_closes(self):
        history = planned() + reminded(planned(), CLOSING)
        assert reminded(history, CLOSING) == []
        missed, following = reminded(history, CLOSING + MICROSECOND)
        assert isinstance(missed, MaintenanceVisitMissed)
        assert (missed.visit, missed.to, missed.due) == (1, Level.SUPERVISOR, CLOSING)
        assert isinstance(following, MaintenanceVisitPlanned)
        assert (following.visit, following.nominal_on) == (2, date(2025, 3, 28))

    def test_is_told_once(self):
        history = planned() + reminded(planned(), CLOSING + DAY)
        assert [type(each).__name__ for each in history[-3:]] == [
            "MaintenanceVisitDue",
            "MaintenanceVisitMissed",
            "MaintenanceVisitPlanned",
        ]
        assert reminded(history, CLOSING + DAY) == []

    def test_is_not_told_of_what_is_done(self):
        history = carried_out(planned())
        assert [each.rungs for each in history[-2].readings] == [()]
        assert reminded(history, CLOSING + DAY) == []

    def test_what_was_missed_can_be_made_up_for(self):
        history = planned() + reminded(planned(), CLOSING + DAY)
        history = carried_out(history, at=CLOSING + DAY)
        visit = given(*history).visits[1]
        assert (visit.status, visit.was_missed) == (VisitStatus.CARRIED_OUT, True)
        assert given(*history).newest == 2

    def test_goes_on_for_a_plan_that_nobody_looked_at(self):
        history = planned()
        for _ in range(3):
            history += reminded(history, CLOSING + 70 * DAY)
        statuses = [each.status for each in given(*history).visits.values()]
        assert statuses == [VisitStatus.MISSED] * 3 + [VisitStatus.PLANNED]


class TestARevision:
    """Feedback changes the plan; a visit that has its day keeps it (pdr:4.1a)."""

    def revised(self, history, **facts):
        return going_on(history, decisions.revise, **{"reason": "wears fast", **facts})

    def test_changes_what_is_told_and_keeps_the_rest(self):
        plan = given(*self.revised(planned(), person="Sun"))
        assert (plan.person, plan.content, plan.every) == ("Sun", "oil and seals", Span(months=1))

    def test_of_the_cycle_counts_from_the_visit_that_has_its_day(self):
        history = self.revised(carried_out(planned()), every=Span(days=10))
        history = carried_out(carried_out(history, visit=2), visit=3)
        assert [nominal for nominal, _ in days(history)] == [
            FRIDAY,
            date(2025, 3, 28),
            date(2025, 4, 7),
            date(2025, 4, 17),
        ]

    def test_has_a_reason_and_leaves_no_gap(self):
        with pytest.raises(IncompleteError, match="reason"):
            self.revised(planned(), reason="")
        with pytest.raises(IncompleteError, match="content"):
            self.revised(planned(), content="")
        with pytest.raises(BadCycleError):
            self.revised(planned(), every=Span())


class TestTheEnd:
    """A plan that has ended asks for nothing more."""

    def ended(self, history):
        return going_on(history, decisions.end, reason="sold the press")

    def test_takes_what_was_to_come_off_the_list(self):
        history = self.ended(planned())
        assert isinstance(history[-1], MaintenanceEnded)
        assert [each.rungs for each in history[-1].readings] == [()]
        assert reminded(history, CLOSING + DAY) == []

    def test_is_the_end(self):
        history = self.ended(planned())
        for decide in (carried_out, tried, self.ended):
            with pytest.raises(PlanEndedError, match=r"M-1 has ended \(sold the press\)"):
                decide(history)

    def test_has_a_reason(self):
        with pytest.raises(IncompleteError, match="reason"):
            going_on(planned(), decisions.end, reason=" ")


class TestImpossibleHistories:
    """The auditor's alarm."""

    def test_nothing_comes_before_the_plan(self):
        with pytest.raises(ImpossibleHistoryError, match="before the maintenance was planned"):
            given(MaintenanceEnded(maintenance_id="M-1", reason="x", at=OPENING))

    def test_a_plan_is_made_once(self):
        with pytest.raises(ImpossibleHistoryError, match="M-1 cannot be made twice"):
            given(*planned(), *planned())

    def test_an_event_of_another_one_does_not_belong_here(self):
        with pytest.raises(ImpossibleHistoryError, match=r"not belong .* plan M-1"):
            given(*planned(), MaintenanceEnded(maintenance_id="M-2", reason="x", at=OPENING))

    def test_visits_come_one_after_the_other(self):
        *_, visit = planned()
        with pytest.raises(ImpossibleHistoryError, match="out of turn"):
            given(*planned(), visit)

    def test_a_visit_that_never_was_is_not_carried_out(self):
        done = {"maintenance_id": "M-1", "by": "Wu", "content": "x", "result": "y", "at": OPENING}
        with pytest.raises(ImpossibleHistoryError, match="M-1 never had"):
            given(*planned(), MaintenanceVisitCarriedOut(visit=2, **done))
        twice = MaintenanceVisitCarriedOut(visit=1, **done)
        with pytest.raises(ImpossibleHistoryError, match="a visit that is carried_out"):
            given(*planned(), twice, twice)
