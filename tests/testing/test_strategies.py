"""What Hypothesis draws can be used as it comes, and is not always the same."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from functools import reduce

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from servicecore import ServiceDesk, assess
from servicecore.domain.calendar import WorkingCalendar
from servicecore.domain.ticket import Status, evolve
from servicecore.standards import load_standard
from servicecore.testing import MONDAY, strategies
from tests.moments import REQUEST

SOME = settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
ANY = settings(
    max_examples=100, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow]
)


def one(strategy, condition):
    return find(strategy, condition, settings=ANY)


class TestCalendars:
    """They open some time, and count as calendars do."""

    @SOME
    @given(
        calendar=strategies.calendars(),
        start=strategies.moments(),
        hours=st.integers(0, 200),
    )
    def test_what_is_added_has_elapsed(self, calendar, start, hours):
        length = timedelta(hours=hours)
        assert calendar.elapsed(start, calendar.add(start, length)) == length

    @SOME
    @given(rules=strategies.calendar_rules())
    def test_their_rules_make_them(self, rules):
        assert WorkingCalendar.from_dict(rules).next_open(MONDAY) >= MONDAY

    @pytest.mark.parametrize("part", ["holidays", "special", "breaks"])
    def test_have_days_of_their_own(self, part):
        assert one(strategies.calendar_rules(), lambda rules: rules[part])


class TestStandards:
    """They promise the same things as a shipped one, in other lengths of time."""

    @SOME
    @given(standard=strategies.standards())
    def test_a_desk_can_serve_under_them(self, standard):
        with ServiceDesk.open("memory:", standard=standard) as desk:
            desk.tickets.open("T-1", **REQUEST, priority="A", at=MONDAY)
            promised = desk.tickets.get("T-1").promises["first_response", 1]
            [target] = [
                each
                for each in standard.targets
                if each.clock == "first_response" and each.applies_to({"priority": "A"})
            ]
            assert promised.due - MONDAY == target.within

    def test_promise_what_the_shipped_one_does(self):
        drawn = one(strategies.standards(), lambda _: True)
        shipped = load_standard("operations_manual_2025")
        assert [each.clock for each in drawn.targets] == [each.clock for each in shipped.targets]

    def test_differ_from_it(self):
        manual = load_standard("operations_manual_2025")
        assert one(strategies.standards(), lambda drawn: drawn.targets != manual.targets)
        assert one(strategies.standards(), lambda drawn: drawn.calendar != manual.calendar)


class TestTimelines:
    """They can be assessed, whatever happens on them."""

    @SOME
    @given(scenario=strategies.timelines())
    def test_have_answers_to_their_questions(self, scenario):
        [answers] = assess(scenario)
        assert set(answers) == set(scenario["checkpoints"][0]["ask"])


class TestHistories:
    """Every one could stand on record."""

    @SOME
    @given(history=strategies.ticket_histories())
    def test_replay(self, history):
        assert reduce(evolve, history, None).id == "T-1"
        moments = [each.at for each in history]
        assert moments == sorted(moments)

    @pytest.mark.parametrize("status", [Status.PAUSED, Status.CLOSED, Status.CANCELLED])
    def test_come_to_every_end(self, status):
        found = one(
            strategies.ticket_histories(),
            lambda history: reduce(evolve, history, None).status is status,
        )
        assert len(found) >= 3


class TestWithoutHypothesis:
    """What needs it says so; the rest goes on."""

    def test_says_what_to_install(self):
        script = (
            "import sys; sys.modules['hypothesis'] = None\n"
            "from servicecore.testing import given, open_desk\n"
            "for name in 'OfficeMachine', 'strategies':\n"
            "    try: exec(f'from servicecore.testing import {name}')\n"
            "    except ImportError as error: print(error)\n"
        )
        told = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=True
        )
        line = "this needs the package 'hypothesis': pip install servicecore[testing]"
        assert told.stdout.splitlines() == [line, line]
