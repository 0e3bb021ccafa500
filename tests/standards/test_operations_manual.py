"""The figures of the operations manual of 2025, restated clause by clause."""

from __future__ import annotations

import pytest

from servicecore.domain.people import Level
from servicecore.domain.sla import WALL
from servicecore.standards import shipped_standards
from tests.moments import HOUR, MANUAL, MINUTE

#: (clock, what it is for, the figure, the clause)
CLOCKS = {
    ("acknowledgement", "", 15 * MINUTE, "om2025:4.2a"),
    ("first_assessment", "", 48 * HOUR, "om2025:2.1c"),
    ("handling_limit", "", 72 * HOUR, "om2025:4.2b"),
    ("first_response", "A", 2 * HOUR, "om2025:2.2b"),
    ("first_response", "B", 24 * HOUR, "om2025:2.2c"),
    ("first_response", "C", 48 * HOUR, "om2025:2.2d"),
    ("resolution", "A", 48 * HOUR, "om2025:2.2b"),
    ("resolution", "B", 72 * HOUR, "om2025:2.2c"),
    ("resolution", "C", 120 * HOUR, "om2025:2.2d"),
    ("emergency_answer", "emergency", 24 * HOUR, "om2025:8.1b"),
    ("general_handling", "general", 48 * HOUR, "om2025:8.1b"),
    ("complex_resolution", "complex special", 72 * HOUR, "om2025:8.1b"),
}
INDICATORS = {
    ("answered_within", 24 * HOUR, "om2025:2.1c"),
    ("average_response", 24 * HOUR, "om2025:3.1a"),
    ("response", 2 * HOUR, "om2025:4.1a"),
    ("solution_rate", 0.95, "om2025:4.1a"),
    ("response_after_reaction", 2 * HOUR, "om2025:4.2a"),
    ("handling_time", 48 * HOUR, "om2025:4.2b"),
    ("timely_response", 4.5 * HOUR, "om2025:6.1a"),
    ("handling_efficiency", 0.80, "om2025:6.1a"),
    ("outlet_response", 24 * HOUR, "om2025:8.1a"),
    ("outlet_first_handling", 48 * HOUR, "om2025:8.1a"),
}
ON_TICKETS = [each for each in MANUAL.targets if each.of == "ticket"]


def test_it_is_shipped_under_its_title():
    assert (MANUAL.title, MANUAL.reference) == (
        "2025年售后服务操作手册",
        "operations_manual_2025@1",
    )
    assert shipped_standards()["operations_manual_2025"] is MANUAL


def test_every_promise_on_a_ticket_has_its_figure_and_its_clause():
    """Nothing more, nothing less."""
    told = [
        (
            each.clock,
            " ".join(word for words in each.when.values() for word in words),
            each.within,
            each.clause,
        )
        for each in ON_TICKETS
    ]

    assert len(told) == len(CLOCKS)
    assert set(told) == CLOCKS


def test_what_is_measured_over_many_is_no_promise_on_one():
    told = {(each.name, each.at_most or each.at_least, each.clause) for each in MANUAL.indicators}

    assert told >= INDICATORS


@pytest.mark.parametrize("target", ON_TICKETS, ids=lambda each: f"{each.clock} {each.clause}")
def test_hours_run_day_and_night_and_the_ladder_is_the_house_ladder(target):
    """A warning at 80 %, the supervisor at the deadline, the manager at 150 % (house choice)."""
    assert target.calendar == WALL
    assert [(rung.name, rung.to, rung.share) for rung in target.ladder] == [
        ("warning", "assignee", 0.8),
        ("supervisor", "supervisor", 1.0),
        ("manager", "manager", 1.5),
    ]


@pytest.mark.parametrize("target", ON_TICKETS, ids=lambda each: f"{each.clock} {each.clause}")
def test_waiting_stops_the_work_and_never_an_answer(target):
    about_work = "resolved" in target.stops and target.clock != "first_assessment"

    assert target.pauses == (("customer", "parts", "third_party") if about_work else ())


def test_channels_and_reasons():
    assert set(MANUAL.channels) == {
        "website",
        "app",
        "official_account",
        "telephone",
        "mail",
        "chat",
    }
    assert MANUAL.pause_reasons == ("customer", "parts", "third_party")


@pytest.mark.parametrize(
    ("kind", "level"),
    [
        ("general", None),
        ("complex", Level.SUPERVISOR),
        ("special", Level.MANAGER),
        ("emergency", Level.MANAGER),
    ],
)
def test_cases_that_begin_above_the_staff(kind, level):
    """om2025:2.1d"""
    start = MANUAL.starting_level({"kind": kind})

    assert (start and start.level) == level
    assert start is None or start.clause == "om2025:2.1d"


def test_working_days_are_those_of_a_chinese_office():
    assert MANUAL.calendar.reference == "china_office@1"
    assert str(MANUAL.calendar.zone) == "Asia/Shanghai"


def test_every_shipped_standard_cites_a_clause_for_every_figure():
    for standard in shipped_standards().values():
        figures = (*standard.targets, *standard.indicators, *standard.starting_levels)
        assert all(each.clause.strip() for each in figures), standard.id
