"""Revisits: planned by hand or by rule, moved, held, missed, called off."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import attrs
import pytest

from servicecore.domain.calendar import WorkingCalendar
from servicecore.domain.figures import RevisitRule
from servicecore.domain.people import Level
from servicecore.domain.refusals import IncompleteError
from servicecore.domain.relationship import (
    AlreadyPlannedError,
    BadRatingError,
    BeforeDeliveryError,
    CustomerIsLostError,
    FindingKind,
    Manner,
    NoConsentError,
    PastDayError,
    RevisitDue,
    RevisitMissed,
    RevisitOverError,
    RevisitStatus,
    UnknownChoiceError,
    UnknownDeliveryError,
    UnknownRevisitError,
    anchors,
    decisions,
    remind_if_due,
    revisiting,
    standing,
)
from servicecore.domain.spans import Span
from servicecore.standards import load_standard

from .given import (
    ANSWERS,
    CALENDAR,
    DAY,
    MICROSECOND,
    MONDAY,
    NINE,
    TERMS,
    consenting,
    delivered,
    given,
    going_on,
    held,
    opened,
    planned,
)

TUESDAY = MONDAY + DAY
OPENING, CLOSING = NINE + DAY, NINE + DAY + timedelta(hours=9)
SATURDAY, NEXT_MONDAY = date(2025, 3, 8), date(2025, 3, 10)


def reminded(history, at):
    return remind_if_due(given(*history), at=at, terms=TERMS)


class TestPlanningByHand:
    """A plan says whom, when, in what manner, what about (pdr:2.1a)."""

    def test_says_it_all(self):
        revisit = given(*planned(person="Wu", occasion="spring round")).revisits[1]
        assert (revisit.planned_on, revisit.manner) == (TUESDAY, Manner.TELEPHONE)
        assert (revisit.content, revisit.person) == ("how it runs", "Wu")
        assert (revisit.clause, revisit.occasion) == ("pdr:2.1a", "spring round")

    def test_is_for_who_looks_after_the_customer(self):
        assert given(*planned()).revisits[1].person == "Li"

    @pytest.mark.parametrize("empty", ["content", "clause"])
    def test_leaves_nothing_out(self, empty):
        with pytest.raises(IncompleteError, match=empty):
            planned(**{empty: ""})

    def test_knows_three_manners(self):
        assert given(*planned(manner="on_site")).revisits[1].manner is Manner.ON_SITE
        with pytest.raises(UnknownChoiceError, match=r"must be one of telephone, .*'pigeon'"):
            planned(manner="pigeon")

    def test_moves_a_day_off_to_the_next_working_day(self):
        revisit = given(*planned(on=SATURDAY)).revisits[1]
        assert (revisit.nominal_on, revisit.planned_on) == (SATURDAY, NEXT_MONDAY)

    def test_may_be_for_today_and_not_for_yesterday(self):
        late = NINE + 4 * DAY
        assert given(*planned(on=date(2025, 3, 7), at=late)).revisits[1].nominal_on.day == 7
        with pytest.raises(PastDayError, match="today is 2025-03-07"):
            planned(on=date(2025, 3, 6), at=late)

    def test_needs_something_that_was_delivered(self):
        with pytest.raises(BeforeDeliveryError, match=r"nothing had been delivered.*psp:3\.3a"):
            planned(consenting())
        with pytest.raises(UnknownDeliveryError):
            planned(delivery_id="D-9")

    def test_but_not_if_somebody_complained(self):
        assert given(*planned(consenting(), complaint_id="C-1")).revisits[1].complaint_id == "C-1"

    def test_is_not_for_who_wants_no_contact(self):
        with pytest.raises(NoConsentError, match="个人信息保护法"):
            planned(going_on(delivered(), decisions.withdraw_consent))

    def test_may_come_before_anybody_asked_for_consent(self):
        assert len(given(*planned(delivered(opened()))).revisits) == 1

    def test_is_not_for_who_has_left(self):
        with pytest.raises(CustomerIsLostError, match="too dear"):
            planned(going_on(delivered(), standing.lose, reason="too dear"))

    def test_is_made_once_for_an_occasion(self):
        once = planned(occasion="spring round")
        with pytest.raises(AlreadyPlannedError, match=r"spring round is planned.*pdr:2\.1a"):
            planned(once, occasion="spring round")
        assert len(given(*planned(planned(once), occasion="autumn")).revisits) == 3


class TestItsDay:
    """A revisit is due when its working day opens, and missed when that closes."""

    @pytest.mark.parametrize(
        ("at", "told"),
        [
            (OPENING, []),
            (OPENING + MICROSECOND, [RevisitDue]),
            (CLOSING, [RevisitDue]),
            (CLOSING + MICROSECOND, [RevisitDue, RevisitMissed]),
        ],
    )
    def test_is_told_at_its_two_moments(self, at, told):
        assert [type(each) for each in reminded(planned(), at)] == told

    def test_goes_to_who_asks_and_then_to_the_supervisor(self):
        due, missed = reminded(planned(), CLOSING + DAY)
        assert (due.to, due.due) == ("Li", OPENING)
        assert (missed.to, missed.due, missed.planned_on) == (Level.SUPERVISOR, CLOSING, TUESDAY)
        assert {due.clause, missed.clause} == {"pdr:2.1a"}

    def test_is_told_once(self):
        told = [*planned(), *reminded(planned(), CLOSING + DAY)]
        assert reminded(told, CLOSING + 2 * DAY) == []
        revisit = given(*told).revisits[1]
        assert (revisit.status, revisit.was_missed) == (RevisitStatus.MISSED, True)

    def test_is_not_told_of_what_was_held(self):
        assert reminded(held(), CLOSING + DAY) == []

    def test_may_change(self):
        moved = self.moved(planned(), on=SATURDAY)
        revisit = given(*moved).revisits[1]
        assert (revisit.nominal_on, revisit.planned_on) == (SATURDAY, NEXT_MONDAY)
        assert reminded(moved, OPENING + 3 * DAY) == []
        [due] = reminded(moved, OPENING + 6 * DAY + MICROSECOND)
        assert due.due == OPENING + 6 * DAY

    def test_may_change_when_it_was_missed_and_that_stays_on_record(self):
        late = CLOSING + DAY
        moved = self.moved(planned(), on=SATURDAY, at=late)
        assert [type(each) for each in moved[-2:-1]] == [RevisitMissed]
        revisit = given(*moved).revisits[1]
        assert (revisit.status, revisit.was_missed) == (RevisitStatus.PLANNED, True)

    def test_does_not_move_into_the_past_nor_before_the_delivery(self):
        with pytest.raises(PastDayError, match="2025-03-04; today is 2025-03-05"):
            self.moved(planned(), on=TUESDAY, at=CLOSING + DAY)
        with pytest.raises(BeforeDeliveryError):
            self.moved(planned(), on=MONDAY - DAY)

    def test_is_no_more_when_it_is_called_off(self):
        off = going_on(planned(), revisiting.call_off, revisit=1, reason="moved house")
        assert given(*off).revisits[1].status is RevisitStatus.CALLED_OFF
        assert reminded(off, CLOSING + DAY) == []
        with pytest.raises(RevisitOverError, match="is called_off"):
            held(off)

    def moved(self, history, *, on, at=NINE):
        facts = {"revisit": 1, "on": on, "reason": "asked", "calendar": CALENDAR}
        return going_on(history, revisiting.reschedule, **facts, at=at)


class TestHolding:
    """What is asked, and what is told, goes on record (pdr:2.3a, pdr:2.4a)."""

    def test_tells_who_asked_when_and_how(self):
        [*_, event] = held(manner="mail")
        assert (event.by, event.held_on, event.manner) == ("Li", MONDAY, Manner.MAIL)
        assert event.answers == ANSWERS
        assert given(*held()).revisits[1].manner is Manner.TELEPHONE

    def test_happens_once(self):
        with pytest.raises(RevisitOverError, match=r"is held.*held once \(pdr:2\.4a\)"):
            held(held())

    def test_is_for_what_was_planned(self):
        with pytest.raises(UnknownRevisitError, match="no revisit 2; 1 were planned"):
            held(revisit=2)

    def test_needs_consent(self):
        with pytest.raises(NoConsentError, match="consent not_asked"):
            held(planned(delivered(opened())))

    def test_is_not_to_come_any_more_when_that_is_withdrawn(self):
        with pytest.raises(RevisitOverError, match="is unwanted"):
            held(going_on(planned(), decisions.withdraw_consent))

    def test_needs_something_delivered_by_that_day(self):
        early = delivered(consenting(opened(at=NINE - 9 * DAY)))
        for about in ({}, {"delivery_id": "D-1"}):
            history = planned(early, **about)
            with pytest.raises(BeforeDeliveryError, match="2025-03-02"):
                held(history, at=NINE - DAY)
            assert given(*held(history)).revisits[1].held_at == NINE

    def test_counts_the_day_where_the_calendar_is_kept(self):
        eastern_midnight = datetime(2025, 3, 3, 16, tzinfo=timezone.utc)
        [*_, event] = held(at=eastern_midnight)
        assert event.held_on == TUESDAY

    def test_makes_up_for_one_that_was_missed(self):
        missed, event = held(at=CLOSING + DAY)[-2:]
        assert isinstance(missed, RevisitMissed)
        revisit = given(*held(at=CLOSING + DAY)).revisits[1]
        assert (revisit.status, revisit.was_missed) == (RevisitStatus.HELD, True)
        assert revisit.answers == event.answers

    def test_in_time_is_in_time_until_the_day_closes(self):
        assert not given(*held(at=CLOSING)).revisits[1].was_missed

    @pytest.mark.parametrize("empty", ["function", "performance", "quality"])
    def test_leaves_nothing_unasked(self, empty):
        with pytest.raises(IncompleteError, match=empty):
            held(answers=attrs.evolve(ANSWERS, **{empty: " "}))

    @pytest.mark.parametrize("rating", [0, 6, 4.5, True, "5"])
    @pytest.mark.parametrize("rated", ["speed", "ability"])
    def test_rates_from_one_to_five(self, rated, rating):
        with pytest.raises(BadRatingError, match=rated):
            held(answers=attrs.evolve(ANSWERS, **{rated: rating}))
        for good in (1, 5):
            held(answers=attrs.evolve(ANSWERS, **{rated: good}))

    def test_makes_a_finding_of_everything_that_was_told(self):
        told = attrs.evolve(
            ANSWERS, problems=("leaks", "hums"), suggestions=("blue",), quality_findings=("rust",)
        )
        found = given(*held(answers=told)).findings.values()
        assert [(each.number, each.kind, each.what, each.revisit) for each in found] == [
            (1, FindingKind.PROBLEM, "leaks", 1),
            (2, FindingKind.PROBLEM, "hums", 1),
            (3, FindingKind.SUGGESTION, "blue", 1),
            (4, FindingKind.QUALITY, "rust", 1),
        ]

    @pytest.mark.parametrize("told", ["problems", "suggestions", "quality_findings", "new_needs"])
    def test_takes_nothing_empty(self, told):
        with pytest.raises(IncompleteError):
            held(answers=attrs.evolve(ANSWERS, **{told: ("",)}))
        with pytest.raises(IncompleteError, match="must be a list of texts"):
            held(answers=attrs.evolve(ANSWERS, **{told: "rust"}))


class TestPlanningByRule:
    """When, the standard says; on which working day, the calendar."""

    THREE = RevisitRule(
        name="after_delivery",
        clause="psp:3.3a",
        after="delivery",
        spans=(Span(months=1), Span(months=3)),
    )
    WITHIN = RevisitRule(
        name="within", clause="om2025:5.2c", after="delivery", spans=(Span(days=30),), roll="back"
    )
    REGULAR = RevisitRule(
        name="frequent_customers", clause="ours:1", after="revisit", spans=(Span(months=3),)
    )

    def by_rule(self, history, *rules, counted_from=None, calendar=CALENDAR, since=None):
        file = given(*history)
        every = anchors.anchors_of(file) if counted_from is None else [counted_from]
        facts = {"anchors": every, "calendar": calendar, "since": since, "at": NINE}
        return [*history, *revisiting.plan_by_rules(file, rules, **facts)]

    def days(self, history):
        return [each.planned_on for each in given(*history).revisits.values()]

    @pytest.mark.parametrize(
        ("on", "expected"),
        [
            (date(2025, 1, 15), [date(2025, 2, 17), date(2025, 4, 15)]),  # A Saturday, a Tuesday.
            (date(2024, 11, 30), [date(2024, 12, 30), date(2025, 2, 28)]),
            (date(2024, 12, 31), [date(2025, 2, 5), date(2025, 3, 31)]),  # Spring Festival.
        ],
    )
    def test_counts_in_months_and_rolls_to_working_days(self, on, expected):
        history = self.by_rule(delivered(on=on), self.THREE)
        assert self.days(history) == expected

    def test_within_so_many_days_rolls_back(self):
        history = self.by_rule(delivered(on=date(2025, 1, 31)), self.WITHIN)
        assert self.days(history) == [date(2025, 2, 28)]  # March 2 is a Sunday.
        assert given(*history).revisits[1].nominal_on == date(2025, 3, 2)

    def test_a_day_off_before_the_first_day_rolls_on_all_the_same(self):
        rule = attrs.evolve(self.WITHIN, spans=(Span(days=1),))
        history = self.by_rule(delivered(on=date(2025, 3, 1)), rule)  # A Saturday.
        assert self.days(history) == [date(2025, 3, 3)]

    def test_around_the_clock_the_last_day_is_its_own(self):
        always = WorkingCalendar.always()
        history = self.by_rule(delivered(), self.WITHIN, calendar=always)
        assert self.days(history) == [date(2025, 4, 2)]

    def test_plans_nothing_twice(self):
        once = self.by_rule(delivered(), self.THREE)
        assert len(once) == len(delivered()) + 2
        assert self.by_rule(once, self.THREE) == once
        two = self.by_rule(delivered(once, "D-2"), self.THREE)
        assert len(given(*two).revisits) == 4

    def test_what_was_called_off_has_had_its_occasion(self):
        off = going_on(
            self.by_rule(delivered(), self.THREE), revisiting.call_off, revisit=1, reason="moved"
        )
        assert self.by_rule(off, self.THREE) == off

    def test_what_the_customer_would_not_have_may_come_again(self):
        unwanted = going_on(self.by_rule(delivered(), self.THREE), decisions.withdraw_consent)
        assert self.by_rule(unwanted, self.THREE) == unwanted
        again = self.by_rule(
            going_on(unwanted, decisions.give_consent, evidence="mail"), self.THREE
        )
        assert [each.status.value for each in given(*again).revisits.values()] == [
            "unwanted",
            "unwanted",
            "planned",
            "planned",
        ]

    def test_looks_back_unless_told_since_when(self):
        history = delivered(on=date(2025, 1, 15))
        assert len(self.days(self.by_rule(history, self.THREE))) == 2
        assert self.days(self.by_rule(history, self.THREE, since=MONDAY)) == [date(2025, 4, 15)]

    @pytest.mark.parametrize(("grade", "visits"), [("key", 1), ("frequent", 0), ("ordinary", 0)])
    def test_a_rule_for_key_customers_is_for_them_alone(self, grade, visits):
        rule = RevisitRule(
            name="key_customers", clause="ours:1", after="delivery", spans=(Span(days=14),)
        )
        history = self.by_rule(delivered(consenting(opened(grade=grade))), rule)
        assert len(given(*history).revisits) == visits

    @pytest.mark.parametrize(
        ("grade", "after", "manner"),
        [
            ("ordinary", "delivery", Manner.TELEPHONE),
            ("key", "delivery", Manner.ON_SITE),
            ("ordinary", "complaint", Manner.ON_SITE),
        ],
    )
    def test_is_on_site_for_important_customers_and_problems(self, grade, after, manner):
        rule = attrs.evolve(self.THREE, after=after)
        complained = anchors.complained("C-1", told_by="complaint/C-1#7", day=MONDAY)
        history = self.by_rule(
            delivered(consenting(opened(grade=grade))),
            rule,
            counted_from=complained if after == "complaint" else None,
        )
        assert {each.manner for each in given(*history).revisits.values()} == {manner}

    def test_needs_a_delivery_unless_somebody_complained(self):
        year = anchors.new_year(2025)
        rule = attrs.evolve(self.THREE, after="new_year")
        assert self.by_rule(consenting(), rule, counted_from=year) == consenting()
        later = self.by_rule(delivered(), rule, counted_from=year)
        assert self.days(later) == [date(2025, 4, 1)]
        complaint = anchors.complained("C-1", told_by="complaint/C-1#7", day=MONDAY)
        rule = attrs.evolve(self.THREE, after="complaint")
        assert len(self.days(self.by_rule(consenting(), rule, counted_from=complaint))) == 2

    def test_plans_nothing_for_who_has_left(self):
        lost = going_on(delivered(), standing.lose, reason="too dear")
        assert self.by_rule(lost, self.THREE) == lost

    def test_a_series_goes_on_from_the_last_of_it(self):
        frequent = delivered(consenting(opened(grade="frequent")))
        begun = self.by_rule(frequent, self.REGULAR, counted_from=anchors.asked(MONDAY))
        assert self.days(begun) == [date(2025, 6, 3)]
        for other in (anchors.asked(TUESDAY), anchors.asked(TUESDAY, revisit=7)):
            assert self.by_rule(begun, self.REGULAR, counted_from=other) == begun
        done = held(begun)
        next_one = anchors.asked(date(2025, 3, 12), revisit=1)
        gone_on = self.by_rule(done, self.REGULAR, counted_from=next_one)
        assert self.days(gone_on)[1:] == [date(2025, 6, 12)]
        again = anchors.asked(date(2025, 3, 13), revisit=1)
        assert self.by_rule(gone_on, self.REGULAR, counted_from=again) == gone_on


class TestAYear:
    """When a year begins, its revisits are planned (pdr:2.1a)."""

    def test_is_told_on_its_first_working_day_and_reminds_of_the_next(self, regulation):
        history = opened(standard=regulation)
        # The first three days of 2026 are days off; Sunday the fourth is worked instead.
        first_day = datetime(2026, 1, 4, 1, tzinfo=timezone.utc)
        assert reminded(history, first_day) == []
        [begun] = reminded(history, first_day + MICROSECOND)
        assert (begun.year, begun.clause) == (2026, "pdr:2.1a")
        file = given(*history, begun)
        assert file.years == (2026,)
        assert [each.round for each in file.reminders] == [2027]

    @pytest.fixture
    def regulation(self):
        return load_standard("post_delivery_regulation")
