"""When the levels of a scenario fire, and what they make true."""

from __future__ import annotations

import pytest

from .scenario_words import ASKED, CREATED, HELD, answer, at, event, level


class TestLevels:
    """A level fires once, when strictly past its instant, by what is true and known then."""

    def told(self, *timeline, when, levels, ask="fired", **more):
        return answer(*timeline, when=when, ask=ask, escalations=levels, **more)

    @pytest.mark.parametrize(
        ("when", "fired"),
        [
            (at("13:00"), []),
            ("2026-01-05T13:00:01Z", ["warn"]),
            (at("14:00"), ["warn"]),
            (at("14:01"), ["warn", "late"]),
            (at("15:01"), ["warn", "late", "later"]),
        ],
    )
    def test_before_at_and_after(self, when, fired):
        levels = [level("later", 3600), level("late"), level("warn", -3600)]

        assert fired == self.told(CREATED, when=when, levels=levels)

    def test_never_after_the_end(self):
        told = (CREATED, event("resolved", "14:00"))

        assert [] == self.told(*told, when=at("17:00"), levels=[level("late")])

    def test_what_it_sets_is_true_from_then_on(self):
        levels = [
            level("one", -7200, when={"priority": 3}, set={"priority": 4}),
            level("two", -7200, when={"priority": 4}, set={"priority": 5}),
            level("three", -3600, when={"priority": [3, 4]}, set={"priority": 9}),
        ]
        created = {**CREATED, "priority": 3}

        assert ["one", "two"] == self.told(created, when=at("14:00"), levels=levels)
        assert 5 == self.told(created, when=at("14:00"), levels=levels, ask="priority")

    def test_its_condition_is_judged_at_its_instant_and_only_then(self):
        levels = [level("warn", -3600, when={"priority": 4})]
        raised = event("priority_changed", "13:30", priority=4)
        in_time = event("priority_changed", "13:00", priority=4)

        assert [] == self.told({**CREATED, "priority": 3}, raised, when=at("15:00"), levels=levels)
        assert ["warn"] == self.told(
            {**CREATED, "priority": 3}, in_time, when=at("15:00"), levels=levels
        )

    def test_it_may_end_what_is_promised(self):
        levels = [level("drop", -3600, set={"priority": "none"})]
        created = {**CREATED, "priority": "gold"}
        more = {"applies_when": {"priority": "gold"}, "levels": levels}

        assert at("14:00") == self.told(created, when=at("13:00"), ask="resolution_due", **more)
        assert None is self.told(created, when=at("13:01"), ask="resolution_due", **more)

    def test_it_goes_by_the_deadline_known_at_that_time(self):
        assert [] == self.told(CREATED, *HELD, when=at("15:00"), levels=[level("warn", -3600)])
        assert ["warn"] == self.told(
            CREATED, *HELD, when=at("15:01"), levels=[level("warn", -3600)]
        )

    def test_fired_once_it_does_not_fire_again_when_the_deadline_moves(self):
        told = (CREATED, event("hold", "13:30"), event("resume", "14:30"))

        assert ["warn"] == self.told(*told, when=at("16:00"), levels=[level("warn", -3600)])

    def test_one_that_a_change_makes_overdue_fires_at_the_change(self):
        levels = [
            level("warn", -3600, when={"priority": 1}, set={"priority": 2}),
            level("late", 0, when={"priority": 2}),
        ]
        raised = event("policy_changed", "12:30", targets={"resolution": 7200}, priority=1)

        assert ["warn", "late"] == self.told(CREATED, raised, when=at("12:30"), levels=levels)

    def test_one_that_was_passed_over_is_judged_anew_when_it_lies_ahead_again(self):
        levels = [level("warn", -3600, when={"priority": 1})]
        told = (
            {**CREATED, "priority": 3},
            event("policy_changed", "13:30", targets={"resolution": 21600}, priority=1),
        )

        assert [] == self.told(*told, when=at("15:00"), levels=levels)
        assert ["warn"] == self.told(*told, when=at("15:01"), levels=levels)

    def test_none_fires_on_hold_while_the_deadline_moves_along(self):
        """Over night, too: the hold begins with the deadline, at closing time."""
        told = (event("created", "14:00"), event("hold", "18:00"))

        assert [] == self.told(*told, when=at("11:00", 6), levels=[level("late")])

    def test_after_the_deadline_a_hold_stops_none(self):
        told = (CREATED, event("hold", "14:30"))

        assert ["later"] == self.told(*told, when=at("16:00"), levels=[level("later", 3600)])

    def test_none_fires_while_closed(self):
        told = (CREATED, event("closed", "12:30"))
        levels = [level("later", 3600, clock="first_response")]

        assert [] == self.told(
            *told, when=at("16:00"), levels=levels, targets={"first_response": 7200}
        )

    def test_with_holds_that_stop_nothing_it_fires_on_hold(self):
        told = (CREATED, event("hold", "12:30"))

        assert ["late"] == self.told(
            *told, when=at("15:00"), levels=[level("late")], tags=["pause.none"]
        )

    def test_once_a_round_for_each_late_reply(self):
        told = (CREATED, ASKED, event("agent_message", "12:00"), event("customer_message", "12:00"))
        more = {
            "levels": [level("late", clock="next_response")],
            "targets": {"next_response": 3600},
        }

        assert ["late", "late"] == self.told(*told, when=at("14:00"), **more)

    def test_in_working_days_from_the_deadline(self):
        levels = [{"name": "day", "offset_days": -1}]
        more = {"levels": levels, "targets": {"resolution": {"days": 2}}}

        assert [] == self.told(CREATED, when=at("18:00", 6), **more)
        assert ["day"] == self.told(CREATED, when=at("18:01", 6), **more)

    @pytest.mark.parametrize(
        ("offset", "told"),
        [(0, at("14:00")), (-3600, at("13:00")), (7200, at("16:00")), (18000, at("11:00", 6))],
    )
    def test_where_it_would_lie(self, offset, told):
        asked = {"escalation_at": {"clock": "resolution", "offset": offset}}

        assert told == answer(CREATED, when=at("11:00"), ask=asked)

    def test_nowhere_once_there_is_no_deadline(self):
        asked = {"escalation_at": {"clock": "resolution", "offset": 0}}

        assert None is answer(CREATED, event("resolved", "11:00"), when=at("12:00"), ask=asked)
