"""A service standard is a value; a rulebook knows all that promises were made under."""

from __future__ import annotations

import attrs
import pytest

from servicecore.domain.calendar import WorkingCalendar
from servicecore.domain.people import Level
from servicecore.domain.sla import Target
from servicecore.domain.standard import (
    Rulebook,
    ServiceStandard,
    StartingLevel,
    UnknownCalendarError,
    UnknownStandardError,
)
from tests.moments import HOUR

OFFICE = WorkingCalendar(timezone="UTC", week={"mon": [("09:00", "17:00")]}, name="office")
ELSEWHERE = attrs.evolve(OFFICE, name="elsewhere", timezone="Asia/Shanghai")
ANSWER = Target(clock="first_response", clause="x:1", within=HOUR, stops=("answered",))
REPAIR = Target(
    clock="resolution", clause="x:2", working_days=2, calendar="working", stops=("resolved",)
)
CLOSING = Target(clock="closing", of="complaint", clause="x:3", within=HOUR, stops=("closed",))
STANDARD = ServiceStandard(
    id="x",
    version=2,
    title="X",
    calendar=OFFICE,
    targets=(ANSWER, REPAIR, CLOSING),
    pause_reasons=("parts",),
)


class TestTerms:
    """What one kind of case is promised, with the calendar it counts on."""

    def test_each_kind_of_case_has_its_own_promises(self):
        assert STANDARD.terms().targets == (ANSWER, REPAIR)
        assert STANDARD.terms(of="complaint").targets == (CLOSING,)

    def test_they_name_the_standard_and_its_reasons(self):
        assert STANDARD.terms().standard == "x@2"
        assert STANDARD.terms().pause_reasons == ("parts",)

    def test_working_days_count_on_its_calendar_or_on_the_one_given(self):
        assert STANDARD.terms().counting(REPAIR).calendar == OFFICE
        assert STANDARD.terms(calendar=ELSEWHERE).counting(REPAIR).calendar == ELSEWHERE

    def test_promises_by_the_clock_run_day_and_night_whatever_the_calendar(self):
        assert STANDARD.terms(calendar=ELSEWHERE).counting(ANSWER).calendar.reference == "always@1"


class TestStartingLevels:
    """The highest that applies."""

    def start(self, level, **when):
        return StartingLevel(level=level, clause=level.value, when=when)

    def test_all_conditions_must_hold(self):
        start = self.start(Level.MANAGER, kind=("special",), priority=("A", "B"))

        assert start.applies_to({"kind": "special", "priority": "B"})
        assert not start.applies_to({"kind": "special", "priority": "C"})
        assert not start.applies_to({"kind": "special"})

    def test_the_highest_of_several_holds(self):
        standard = attrs.evolve(
            STANDARD,
            starting_levels=(
                self.start(Level.SUPERVISOR, kind=("complex",)),
                self.start(Level.MANAGER, priority=("A",)),
                self.start(Level.STAFF, kind=("complex",)),
            ),
        )

        assert standard.starting_level({"kind": "complex", "priority": "A"}).level is Level.MANAGER
        assert standard.starting_level({"kind": "complex"}).level is Level.SUPERVISOR
        assert standard.starting_level({"kind": "general"}) is None


class TestLevels:
    """Staff, supervisor, manager (om2025:2.2e)."""

    def test_each_is_above_the_one_before(self):
        staff, supervisor, manager = Level

        assert supervisor.is_above(staff)
        assert manager.is_above(supervisor)
        assert not staff.is_above(staff)
        assert not supervisor.is_above(manager)


class TestRulebook:
    """Promises are kept under the version they were made in."""

    book = Rulebook(standards=(STANDARD,), calendars=(ELSEWHERE,))

    def test_it_finds_both_by_the_names_on_record(self):
        assert self.book.standard("x@2") is STANDARD
        assert self.book.calendar("elsewhere@1") == ELSEWHERE

    def test_the_calendars_of_its_standards_are_known(self):
        assert self.book.calendar("office@1") == OFFICE

    def test_terms_are_those_of_the_standard_on_the_calendar_on_record(self):
        assert self.book.terms("x@2", "elsewhere@1").counting(REPAIR).calendar == ELSEWHERE
        assert self.book.terms("x@2", "office@1").counting(REPAIR).calendar == OFFICE
        assert self.book.terms("x@2", "office@1", of="complaint").targets == (CLOSING,)

    def test_they_are_made_once(self):
        """Every event of a history asks for them."""
        assert self.book.terms("x@2", "office@1") is self.book.terms("x@2", "office@1")

    @pytest.mark.parametrize("reference", ["x@1", "x", "x@2 ", ""])
    def test_another_version_is_another_standard(self, reference):
        with pytest.raises(
            UnknownStandardError, match=f"standard {reference!r} is not known here; known are x@2"
        ):
            self.book.terms(reference, "office@1")

    def test_an_unknown_calendar(self):
        with pytest.raises(
            UnknownCalendarError,
            match="calendar 'office@2' is not known here; known are elsewhere@1, office@1",
        ):
            self.book.terms("x@2", "office@2")

    def test_an_empty_book_says_so(self):
        with pytest.raises(UnknownStandardError, match="known are none"):
            Rulebook().standard("x@2")

    def test_what_is_unknown_is_a_lookup_error(self):
        for ask in (self.book.standard, self.book.calendar):
            with pytest.raises(LookupError):
                ask("?")
