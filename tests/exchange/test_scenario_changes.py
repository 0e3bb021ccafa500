"""What closings, other policies and late agreements do to the clocks of a scenario."""

from __future__ import annotations

from datetime import datetime

import pytest

from servicecore.exchange.scenario import assess

from .scenario_words import ALWAYS, ASKED, CREATED, HELD, answer, answers, at, event, scenario


class TestClosing:
    def test_the_other_clocks_stand_still_until_it_is_reopened(self):
        told = (CREATED, event("closed", "11:00"), event("reopened", "13:00"))
        ask = ["first_response_due", "resolution_due", "first_response_elapsed", "next_due"]
        targets = {"first_response": 7200, "resolution": 14400}

        assert [None, None, 3600, None] == list(
            answers(*told[:2], when=at("12:00"), ask=ask, targets=targets).values()
        )
        assert [at("14:00"), at("16:00"), 3600, at("14:00")] == list(
            answers(*told, when=at("13:00"), ask=ask, targets=targets).values()
        )

    @pytest.mark.parametrize(
        ("timeline", "when", "status"),
        [
            ([CREATED], at("14:00"), "active"),
            ([CREATED], at("14:01"), "active_with_misses"),
            ([CREATED, event("resolved", "14:00")], at("15:00"), "hit"),
            ([CREATED, event("closed", "14:00")], at("15:00"), "hit"),
            ([CREATED, event("resolved", "14:01")], at("15:00"), "missed"),
            (
                [CREATED, event("resolved", "12:00"), event("reopened", "13:00")],
                at("13:00"),
                "active",
            ),
        ],
    )
    def test_status(self, timeline, when, status):
        assert status == answer(*timeline, when=when, ask="status")

    def test_a_ticket_may_be_created_closed(self):
        created = {**CREATED, "status": "closed"}

        assert "hit" == answer(created, when=at("12:00"), ask="status")


class TestPolicyChanges:
    RAISED = event("policy_changed", "14:00", targets={"resolution": 7200}, priority=1)

    @pytest.mark.parametrize(
        ("tags", "due"),
        [
            ([], at("14:00")),
            (["policy_change.start_created", "policy_change.pause_carried"], at("14:00")),
            (["policy_change.pause_dropped"], at("12:00")),
            (["policy_change.start_now"], at("16:00")),
            (["policy_change.start_now", "policy_change.pause_dropped"], at("16:00")),
        ],
    )
    def test_from_when_it_counts(self, tags, due):
        told = answers(
            CREATED,
            *HELD,
            self.RAISED,
            when=at("14:30"),
            ask=["resolution_due", "priority"],
            tags=tags,
        )

        assert {"resolution_due": due, "priority": 1} == told

    def test_another_policy_counts_from_now_though_it_says_the_same(self):
        again = event("policy_changed", "12:00", targets={"resolution": 14400})

        assert at("16:00") == answer(
            CREATED,
            again,
            when=at("13:00"),
            ask="resolution_due",
            tags=["policy_change.start_now"],
        )

    def test_a_new_calendar_holds_for_the_whole_life(self):
        moved = event("policy_changed", "17:00", targets={"resolution": 36000}, calendar=ALWAYS)
        told = (event("created", "10:00"), event("hold", "16:30"), moved, event("resume", "20:00"))

        assert {"resolution_due": at("23:30"), "hold_seconds": 12600} == answers(
            *told, when=at("20:00"), ask=["resolution_due", "hold_seconds"]
        )

    def test_targets_it_does_not_name_are_promised_no_more(self):
        targets = {"first_response": 7200, "resolution": 14400}

        assert [None, at("12:00")] == list(
            answers(
                CREATED,
                event("policy_changed", "11:00", targets={"resolution": 7200}),
                when=at("11:30"),
                ask=["first_response_due", "resolution_due"],
                targets=targets,
            ).values()
        )

    def test_a_decided_clock_keeps_its_promise(self):
        told = (CREATED, event("resolved", "13:00"), self.RAISED)

        assert {"resolution_margin": 3600, "resolution_breached": False} == answers(
            *told, when=at("15:00"), ask=["resolution_margin", "resolution_breached"]
        )

    def test_a_breach_on_record_stays_and_counts_once(self):
        relieved = event("policy_changed", "15:00", targets={"resolution": 28800})

        assert {
            "resolution_breached": True,
            "resolution_overdue": 0,
            "resolution_margin": 9000,
            "breach_events": {"resolution": 1},
            "status": "active_with_misses",
        } == answers(
            CREATED,
            relieved,
            when=at("15:30"),
            ask=[
                "resolution_breached",
                "resolution_overdue",
                "resolution_margin",
                "breach_events",
                "status",
            ],
        )


class TestMatching:
    POLICY = {"applies_when": {"priority": ["gold", "silver"]}}  # noqa: RUF012

    def told(self, *priorities, when, ask):
        created = event("created", "10:00", priority=priorities[0])
        changes = [
            event("priority_changed", f"{10 + n}:00", priority=each)
            for n, each in enumerate(priorities[1:], start=1)
        ]
        return answer(created, *changes, when=when, ask=ask, **self.POLICY)

    def test_unmatched_has_no_deadline_and_shows_nothing(self):
        assert at("14:00") == self.told("gold", "silver", when=at("11:30"), ask="resolution_due")
        for ask, expected in [
            ("resolution_due", None),
            ("next_due", None),
            ("resolution_elapsed", None),
            ("resolution_margin", None),
            ("resolution_overdue", 0),
            ("resolution_breached", False),
        ]:
            assert expected == self.told("gold", "none", when=at("11:30"), ask=ask)

    def test_it_may_match_again_later(self):
        assert at("14:00") == self.told(
            "gold", "none", "gold", when=at("12:30"), ask="resolution_due"
        )

    def test_a_breach_while_it_matched_stays(self):
        told = (
            event("created", "10:00", priority="gold"),
            event("priority_changed", "15:00", priority="none"),
            event("priority_changed", "16:00", priority="gold"),
        )

        assert {"resolution": 1} == answer(
            *told, when=at("17:00"), ask="breach_events", **self.POLICY
        )


class TestAttachedLate:
    BOTH = {"targets": {"resolution": 14400}, "ola_targets": {"resolution": 7200}}  # noqa: RUF012
    ATTACHED = event("policy_attached", "12:00")
    ASK = ("resolution_due", "ola_resolution_due")

    @pytest.mark.parametrize(
        ("tags", "sla", "ola"),
        [
            ([], at("14:00"), at("14:00")),
            (
                ["policy_attach.sla_start_created", "policy_attach.ola_start_attached"],
                at("14:00"),
                at("14:00"),
            ),
            (["policy_attach.sla_start_attached"], at("16:00"), at("14:00")),
            (["policy_attach.ola_start_created"], at("14:00"), at("12:00")),
        ],
    )
    def test_from_when_it_counts(self, tags, sla, ola):
        told = answers(
            CREATED, self.ATTACHED, when=at("12:30"), ask=self.ASK, tags=tags, **self.BOTH
        )

        assert [sla, ola] == list(told.values())

    def test_before_there_are_no_clocks_at_all(self):
        ask = (*self.ASK, "next_due", "resolution_elapsed", "resolution_breached", "status")

        assert [None, None, None, None, False, "active"] == list(
            answers(CREATED, self.ATTACHED, when=at("11:30"), ask=ask, **self.BOTH).values()
        )

    def test_attached_at_once_both_count_from_creation(self):
        assert [at("14:00"), at("12:00")] == list(
            answers(CREATED, when=at("11:30"), ask=self.ASK, **self.BOTH).values()
        )

    def test_each_agreement_answers_for_itself(self):
        ask = [
            "next_due",
            "ola_next_due",
            "status",
            "ola_status",
            "ola_breach_events",
            "ola_resolution_overdue",
        ]

        assert [
            at("14:00"),
            at("12:00"),
            "active",
            "active_with_misses",
            {"resolution": 1},
            1800,
        ] == list(answers(CREATED, when=at("12:30"), ask=ask, **self.BOTH).values())


class TestOrder:
    def test_events_after_the_moment_are_not_known_those_at_it_are(self):
        told = (CREATED, event("resolved", "12:00"))

        assert at("14:00") == answer(*told, when="2026-01-05T11:59:59Z", ask="resolution_due")
        assert None is answer(*told, when=at("12:00"), ask="resolution_due")

    def test_they_are_taken_in_order_of_time_however_listed(self):
        told = (event("resume", "13:00"), event("hold", "11:00"), CREATED)

        assert at("16:00") == answer(*told, when=at("13:00"), ask="resolution_due")

    def test_before_it_is_created_there_is_nothing(self):
        asked = [
            "resolution_due",
            "hold_seconds",
            "status",
            "fired",
            "priority",
            "resolution_wallclock",
        ]

        assert [None, 0, "active", [], None, None] == list(
            answers(CREATED, when=at("09:00"), ask=asked).values()
        )

    def test_checkpoints_are_answered_as_listed_and_do_not_disturb_each_other(self):
        ask = [(at(clock), ["resolution_elapsed"]) for clock in ("13:00", "11:00", "12:00")]

        assert [10800, 3600, 7200] == [
            each["resolution_elapsed"] for each in assess(scenario(CREATED, ask=ask))
        ]

    def test_editing_the_date_later_changes_nothing(self):
        edited = event("ticket_date_edited", "11:00", to=at("08:00"))

        assert at("14:00") == answer(CREATED, edited, when=at("12:00"), ask="resolution_due")

    def test_a_reopening_of_what_is_open_changes_nothing(self):
        told = (CREATED, HELD[0], event("reopened", "12:00"))

        assert 7200 == answer(*told, when=at("13:00"), ask="hold_seconds")

    @pytest.mark.parametrize(
        ("tags", "due"),
        [
            ([], at("18:00")),
            (["boundary:closing"], at("18:00")),
            (["boundary:next_open"], at("10:00", 6)),
        ],
    )
    def test_a_deadline_exactly_at_closing(self, tags, due):
        assert due == answer(
            event("created", "14:00"), when=at("15:00"), ask="resolution_due", tags=tags
        )

    def test_moments_may_be_datetimes(self):
        told = scenario(
            CREATED,
            ask=[(datetime.fromisoformat("2026-01-05T12:00:00+01:00"), ["resolution_elapsed"])],
        )

        assert [{"resolution_elapsed": 3600}] == assess(told)


class TestOnTheWall:
    """Figures that ignore the calendar."""

    TOLD = (
        CREATED,
        ASKED,
        event("customer_message", "10:10"),
        event("agent_message", "10:20"),
        event("customer_message", "11:00"),
        event("agent_message", "11:30"),
        event("resolved", "20:00"),
        event("closed", "21:00"),
    )

    @pytest.mark.parametrize(
        ("ask", "seconds"),
        [
            ("average_response_wallclock", 1500),
            ("first_response_wallclock", 1200),
            ("resolution_wallclock", 36000),
            ("resolution_net_of_customer_wallclock", 33600),
        ],
    )
    def test_in_seconds(self, ask, seconds):
        assert seconds == answer(*self.TOLD, when=at("22:00"), ask=ask)
        assert None is answer(CREATED, when=at("22:00"), ask=ask)

    def test_reopened_it_is_not_resolved(self):
        told = (*self.TOLD, event("reopened", "22:00"))

        assert None is answer(*told, when=at("23:00"), ask="resolution_wallclock")

    def test_a_mean_may_be_a_fraction(self):
        told = (
            CREATED,
            ASKED,
            {"type": "agent_message", "at": "2026-01-05T10:00:01Z"},
            event("customer_message", "11:00"),
            event("agent_message", "11:00"),
        )

        assert 0.5 == answer(*told, when=at("12:00"), ask="average_response_wallclock")
