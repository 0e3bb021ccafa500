"""A scenario is answered by the words of its tags; without them, as the house does."""

from __future__ import annotations

import pytest

from servicecore.exchange.scenario import ScenarioError

from .scenario_words import ALWAYS, ASKED, CREATED, HELD, OFFICE, answer, answers, at, event


class TestPauses:
    """Working time inside is credited and all clocks stop; the tags choose otherwise."""

    EARLY = (event("created", "04:00"), event("hold", "04:15"), event("resume", "05:00"))

    @pytest.mark.parametrize(
        ("tag", "due", "held"),
        [
            (None, at("16:00"), 0),
            ("pause.business", at("16:00"), 0),
            ("pause.wallclock", at("16:45"), 2700),
            ("pause.none", at("16:00"), 0),
        ],
    )
    def test_a_hold_before_hours(self, tag, due, held):
        told = answers(
            *self.EARLY,
            when=at("05:01"),
            ask=["resolution_due", "hold_seconds"],
            targets={"resolution": 21600},
            tags=[tag] if tag else [],
        )

        assert {"resolution_due": due, "hold_seconds": held} == told

    def test_by_the_wall_nothing_is_left_exactly_at_the_deadline(self):
        told = answers(
            *self.EARLY,
            when=at("16:45"),
            ask=["resolution_margin", "resolution_breached", "resolution_elapsed"],
            targets={"resolution": 21600},
            tags=["pause.wallclock"],
        )

        assert {
            "resolution_margin": 0,
            "resolution_breached": False,
            "resolution_elapsed": 21600,
        } == told

    @pytest.mark.parametrize(
        ("tags", "first_response", "resolution", "held", "elapsed"),
        [
            ([], at("16:00"), at("16:00"), 7200, 7200),
            (["pause.all_targets"], at("16:00"), at("16:00"), 7200, 7200),
            (["pause.resolution_only"], at("14:00"), at("16:00"), 7200, 7200),
            (["pause.none"], at("14:00"), at("14:00"), 0, 14400),
            (["pause.none", "pause.resolution_only"], at("14:00"), at("14:00"), 0, 14400),
        ],
    )
    def test_which_clocks_stop(self, tags, first_response, resolution, held, elapsed):
        told = answers(
            CREATED,
            *HELD,
            when=at("14:00"),
            ask=["first_response_due", "resolution_due", "hold_seconds", "resolution_elapsed"],
            targets={"first_response": 14400, "resolution": 14400},
            tags=tags,
        )

        assert {
            "first_response_due": first_response,
            "resolution_due": resolution,
            "hold_seconds": held,
            "resolution_elapsed": elapsed,
        } == told

    @pytest.mark.parametrize(
        ("tags", "first_response", "resolution"),
        [
            ([], at("15:00"), at("15:00")),
            (["hold.due_hidden"], None, None),
            (["hold.due_hidden", "pause.resolution_only"], at("14:00"), None),
            (["hold.due_hidden", "pause.none"], None, None),
            (["hold.due_hidden", "pause.none", "pause.resolution_only"], None, None),
        ],
    )
    def test_what_is_hidden_on_hold(self, tags, first_response, resolution):
        told = answers(
            CREATED,
            HELD[0],
            when=at("12:00"),
            ask=["first_response_due", "resolution_due"],
            targets={"first_response": 14400, "resolution": 14400},
            tags=tags,
        )

        assert {"first_response_due": first_response, "resolution_due": resolution} == told

    def test_a_standing_hold_is_counted_until_the_moment_asked_about(self):
        assert 3600 == answer(CREATED, HELD[0], when=at("12:00"), ask="hold_seconds")

    def test_the_time_closed_is_no_hold_nor_is_a_hold_while_closed(self):
        told = (
            CREATED,
            HELD[0],
            event("closed", "11:30"),
            event("hold", "12:00"),
            event("resume", "13:00"),
        )

        assert 1800 == answer(*told, when=at("14:00"), ask="hold_seconds")

    def test_holds_after_the_deadline_count_as_holds(self):
        told = (CREATED, event("hold", "15:00"), event("resume", "16:00"))

        assert {
            "hold_seconds": 3600,
            "resolution_due": at("14:00"),
            "resolution_elapsed": 18000,
        } == (
            answers(
                *told,
                when=at("16:00"),
                ask=["hold_seconds", "resolution_due", "resolution_elapsed"],
            )
        )


class TestFirstResponse:
    TARGETS = {"first_response": 3600}  # noqa: RUF012

    @pytest.mark.parametrize("what", ["agent_message", "first_response_recorded"])
    def test_is_stopped(self, what):
        told = answers(
            CREATED,
            event(what, "11:30"),
            when=at("12:00"),
            ask=["first_response_due", "first_response_elapsed", "first_response_overdue"],
            targets=self.TARGETS,
        )

        assert {
            "first_response_due": None,
            "first_response_elapsed": 5400,
            "first_response_overdue": 1800,
        } == told

    @pytest.mark.parametrize(
        ("by", "tags", "due"),
        [
            ("customer", [], at("11:00")),
            ("agent", [], at("11:00")),
            ("customer", ["response.only_when_customer_waits"], at("11:00")),
            ("agent", ["response.only_when_customer_waits"], None),
        ],
    )
    def test_of_a_ticket_opened_by(self, by, tags, due):
        created = {**CREATED, "by": by}

        assert due == answer(
            created, when=at("10:30"), ask="first_response_due", targets=self.TARGETS, tags=tags
        )

    def test_waits_for_the_customer_to_write(self):
        told = ({**CREATED, "by": "agent"}, event("customer_message", "12:00"))

        assert at("13:00") == answer(
            *told,
            when=at("12:30"),
            ask="first_response_due",
            targets=self.TARGETS,
            tags=["response.only_when_customer_waits"],
        )


class TestNextResponse:
    TARGETS = {"next_response": 3600}  # noqa: RUF012
    ALL = (
        "next_response_due",
        "next_response_elapsed",
        "next_response_margin",
        "next_response_breached",
        "next_response_overdue",
        "breach_events",
    )

    def told(self, *timeline, when, tags=()):
        told = answers(*timeline, when=when, ask=self.ALL, targets=self.TARGETS, tags=tags)
        return [told[name] for name in self.ALL]

    @pytest.mark.parametrize("tags", [[], ["next_response.runs_from_creation"]])
    def test_creation_alone_arms_nothing(self, tags):
        expected = [None, None, None, False, 0, {"next_response": 0}]

        assert expected == self.told(CREATED, when=at("12:00"), tags=tags)

    def test_a_message_at_that_instant_does(self):
        expected = [at("11:00"), 1800, 1800, False, 0, {"next_response": 0}]

        assert expected == self.told(ASKED, CREATED, when=at("10:30"))

    def test_only_a_reply_stops_it(self):
        told = (CREATED, ASKED, event("first_response_recorded", "10:10"))

        assert at("11:00") == self.told(*told, when=at("10:30"))[0]

    def test_the_worst_exchange_is_told_and_each_late_one_counts(self):
        told = (
            CREATED,
            ASKED,
            event("agent_message", "12:00"),
            event("customer_message", "13:00"),
            event("agent_message", "13:30"),
            event("customer_message", "14:00"),
        )
        expected = [at("15:00"), 7200, -3600, True, 3600, {"next_response": 2}]

        assert expected == self.told(*told, when=at("15:30"))

    def test_one_still_open_may_be_the_worst(self):
        told = (CREATED, ASKED, event("agent_message", "10:30"), event("customer_message", "11:00"))

        assert 5400 == self.told(*told, when=at("12:30"))[1]


class TestKeepInLoop:
    TARGETS = {"keep_in_loop": 7200}  # noqa: RUF012

    @pytest.mark.parametrize(
        ("timeline", "due"),
        [
            ([CREATED], None),
            ([{**CREATED, "by": "agent"}], at("12:00")),
            ([CREATED, event("agent_message", "10:30")], at("12:30")),
            (
                [CREATED, event("agent_message", "10:30"), event("agent_message", "11:00")],
                at("13:00"),
            ),
            ([CREATED, event("agent_message", "10:30"), event("customer_message", "11:00")], None),
        ],
    )
    def test_runs_while_the_customer_does_not_wait(self, timeline, due):
        assert due == answer(
            *timeline, when=at("11:30"), ask="keep_in_loop_due", targets=self.TARGETS
        )

    def test_a_late_word_stays_late_after_the_next(self):
        told = (CREATED, event("agent_message", "10:30"), event("agent_message", "13:00"))

        assert {
            "keep_in_loop_breached": True,
            "keep_in_loop_elapsed": 9000,
            "keep_in_loop_margin": -1800,
            "keep_in_loop_overdue": 1800,
        } == answers(
            *told,
            when=at("13:30"),
            ask=[f"keep_in_loop_{each}" for each in ("breached", "elapsed", "margin", "overdue")],
            targets=self.TARGETS,
        )


class TestCustomTargets:
    TARGETS = {"custom_from_75": 1800}  # noqa: RUF012

    @pytest.mark.parametrize(
        ("when", "elapsed", "breached"),
        [(at("11:00"), 0, False), (at("11:45"), 1800, False), (at("11:46"), 1860, True)],
    )
    def test_starts_so_many_minutes_after_creation(self, when, elapsed, breached):
        ask = ["custom_due", "custom_elapsed", "custom_breached", "next_due", "custom_from_75_due"]

        assert [at("11:45"), elapsed, breached, at("11:45"), at("11:45")] == list(
            answers(CREATED, when=when, ask=ask, targets=self.TARGETS).values()
        )

    def test_is_ended_by_nothing(self):
        told = (CREATED, event("agent_message", "10:30"), event("closed", "11:00"))

        assert [at("11:45"), {"custom_from_75": 1}] == list(
            answers(
                *told, when=at("12:00"), ask=["custom_due", "breach_events"], targets=self.TARGETS
            ).values()
        )

    def test_two_of_them_are_asked_by_their_full_names(self):
        targets = {"custom_from_10": 600, "custom_from_20": 600}

        assert at("10:30") == answer(
            CREATED, when=at("10:05"), ask="custom_from_20_due", targets=targets
        )
        with pytest.raises(ScenarioError, match="one custom target in the policy"):
            answer(CREATED, when=at("10:05"), ask="custom_due", targets=targets)


class TestDays:
    ESCALATION = {"escalation_at": {"clock": "resolution", "offset_days": -1}}  # noqa: RUF012

    @pytest.mark.parametrize(
        ("target", "tags", "due"),
        [
            ({"days": 2}, [], at("18:00", 7)),
            ({"days": 2, "end_of_day": True}, ["day_mode:keep"], at("18:00", 7)),
            ({"days": 2, "end_of_day": False}, [], at("11:00", 7)),
            ({"days": 2}, ["day_mode:keep"], at("11:00", 7)),
            ({"days": 2}, ["day_mode:same_time"], at("11:00", 7)),
            ({"days": 2}, ["day_mode:end_of_day"], at("18:00", 7)),
        ],
    )
    def test_modes(self, target, tags, due):
        created = event("created", "11:00")

        assert due == answer(
            created,
            when=at("12:00"),
            ask="resolution_due",
            targets={"resolution": target},
            tags=tags,
        )

    def test_levels_keep_the_time_of_day(self):
        assert at("18:00", 6) == answer(
            CREATED, when=at("12:00"), ask=self.ESCALATION, targets={"resolution": {"days": 2}}
        )

    def test_a_deadline_at_midnight_belongs_to_the_day_that_ends(self):
        """Friday 24:00, less one working day, is Thursday 24:00, not Friday's."""
        weekdays = {**ALWAYS, "week": {day: [["00:00", "24:00"]] for day in OFFICE["week"]}}
        told = answers(
            CREATED,
            when=at("12:00"),
            ask=["resolution_due", self.ESCALATION],
            targets={"resolution": {"days": 4}},
            calendar=weekdays,
        )

        assert {"resolution_due": at("00:00", 10), "escalation_at": at("00:00", 9)} == told


class TestARepeatedHour:
    """In New York one to two o'clock came twice on 1 November 2026: from 05:00 and 06:00 UTC."""

    NEW_YORK = {**ALWAYS, "timezone": "America/New_York"}  # noqa: RUF012
    CREATED = {"type": "created", "at": "2026-11-01T00:00:00Z"}  # noqa: RUF012
    #: A quarter to two in the first pass, and half past one in the second.
    TARGETS = {"first_response": 20700, "resolution": 23400}  # noqa: RUF012

    def asked(self, ask):
        return answer(
            self.CREATED,
            when="2026-11-01T00:15:00Z",
            ask=ask,
            targets=self.TARGETS,
            calendar=self.NEW_YORK,
        )

    def test_the_earlier_deadline_is_next_though_the_wall_shows_a_later_time(self):
        assert self.asked("next_due") == "2026-11-01T05:45:00Z"

    def test_a_level_at_the_deadline_keeps_to_its_pass(self):
        at_the_deadline = {"clock": "resolution", "offset_days": 0}

        assert self.asked({"escalation_at": at_the_deadline}) == "2026-11-01T06:30:00Z"
