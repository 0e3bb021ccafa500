"""Revisits and visits of maintenance, as calendars take them."""

from __future__ import annotations

import io
from datetime import date, datetime, timezone

import pytest
from icalendar import Calendar

from servicecore import ServiceDesk
from servicecore.domain.relationship import Answers
from servicecore.exchange.exports import appointments, write_calendar

JANUARY = datetime(2026, 1, 5, 1, tzinfo=timezone.utc)
ANSWERS = Answers(function="fine", performance="fine", quality="fine", speed=5, ability=4)
THE_FILE = {"name": "华兴, 上海", "contact": "林晓雯", "kind": "company", "responsible": "Zhao"}


@pytest.fixture
def desk():
    with ServiceDesk.open("memory:", standard="project_service_plan") as desk:
        desk.relationships.open("C-1", **THE_FILE, at=JANUARY)
        desk.relationships.give_consent("C-1", evidence="letter", at=JANUARY)
        desk.relationships.deliver(
            "C-1", "D-1", product="pump", delivered_on=date(2026, 1, 5), at=JANUARY
        )
        yield desk


def planned(desk):
    return {each.uid: each for each in appointments(desk.log.since(0))}


REVISIT_1 = "relationship/C-1/1@servicecore"


class TestAppointments:
    def test_revisits_stand_on_their_days(self, desk):
        days = [each.day for each in planned(desk).values()]
        assert days == [date(2026, 2, 5), date(2026, 4, 7), date(2026, 7, 6)]  # Rolled.

    def test_a_day_that_changes_keeps_its_uid_and_counts(self, desk):
        before = planned(desk)[REVISIT_1]
        desk.revisits.reschedule("C-1", 1, on=date(2026, 2, 9), reason="asked", at=JANUARY)
        after = planned(desk)[REVISIT_1]
        assert (before.sequence, after.sequence, after.day) == (0, 1, date(2026, 2, 9))

    def test_one_that_was_held_stays_as_it_is(self, desk):
        held_at = datetime(2026, 2, 5, 3, tzinfo=timezone.utc)
        desk.revisits.hold("C-1", 1, by="Li", answers=ANSWERS, at=held_at)
        assert (planned(desk)[REVISIT_1].sequence, planned(desk)[REVISIT_1].is_over) == (0, True)

    def test_who_wants_no_contact_has_none_to_come(self, desk):
        desk.relationships.withdraw_consent("C-1", at=JANUARY)
        assert all(each.is_off for each in planned(desk).values())

    def test_maintenance_that_ends_calls_its_visits_off(self, desk):
        desk.maintenance.plan(
            "M-1",
            product="pump",
            customer_id="C-1",
            kind="hardware",
            every="3 months",
            first_on=date(2026, 3, 2),
            content="oil",
            manner="on_site",
            person="Wu",
            at=JANUARY,
        )
        visit = "maintenance/M-1/1@servicecore"
        assert (planned(desk)[visit].summary, planned(desk)[visit].is_off) == (
            "Visit 1: pump",
            False,
        )
        desk.maintenance.end("M-1", reason="sold", at=JANUARY)
        assert planned(desk)[visit].is_off


class TestTheFile:
    @pytest.fixture
    def events(self, desk):
        desk.revisits.reschedule("C-1", 2, on=date(2026, 4, 8), reason="asked", at=JANUARY)
        desk.revisits.call_off("C-1", 3, reason="closed", at=JANUARY)
        file = io.StringIO()
        assert write_calendar(desk.log.since(0), file) == 3
        return Calendar.from_ical(file.getvalue()).walk("VEVENT")

    def test_is_read_back_by_a_calendar(self, events):
        told = [(each.start, int(each["SEQUENCE"]), str(each["STATUS"])) for each in events]
        assert told == [
            (date(2026, 2, 5), 0, "CONFIRMED"),
            (date(2026, 4, 8), 1, "CONFIRMED"),
            (date(2026, 7, 6), 1, "CANCELLED"),
        ]

    def test_names_the_customer_whatever_the_name_holds(self, events):
        assert str(events[0]["SUMMARY"]) == "Revisit 1: 华兴, 上海"

    def test_has_no_rule_of_repetition(self, events):
        assert all("RRULE" not in each for each in events)

    def test_is_the_same_bytes_each_time(self, desk):
        first, second = io.StringIO(), io.StringIO()
        write_calendar(desk.log.since(0), first)
        write_calendar(desk.log.since(0), second)
        assert first.getvalue() == second.getvalue()
