"""Each row of the table of choices: the default of the house first, then the others."""

from __future__ import annotations

import pytest

from servicecore.domain.sla import (
    Rung,
    State,
    Target,
    TargetError,
    courses_of,
    keep_time,
    merged,
    tick,
)
from servicecore.domain.sla.promise import CHOICES

from .given import (
    HOUR,
    LADDER,
    MINUTE,
    OPENED,
    SECOND,
    as_timeline,
    clock,
    clocks,
    first_response,
    happening,
    next_reply,
    on,
    resolution,
    terms,
)

HELD = [("paused", "mon 11:00"), ("resumed", "mon 12:00")]
OVERNIGHT = [("paused", "mon 13:00"), ("resumed", "tue 10:00")]


class TestFinishedExactlyAtTheDeadline:
    """The very moment of the deadline is in time, one second later is late."""

    @pytest.mark.parametrize(
        ("off_by", "state"),
        [(-SECOND, State.MET), (0 * SECOND, State.MET), (SECOND, State.MISSED)],
    )
    def test_the_last_second_counts(self, off_by, state):
        finished = clock(OPENED, happening("resolved", on("mon 14:00") + off_by))

        assert state is finished.state(on("tue 09:00"))

    @pytest.mark.parametrize(
        ("off_by", "late"), [(-SECOND, False), (0 * SECOND, False), (SECOND, True)]
    )
    def test_while_it_runs_too(self, off_by, late):
        running = clock(OPENED)

        assert late is running.is_late(on("mon 14:00") + off_by)


class TestWhichClocksAPauseStops:
    """Those that the standard names for the reason of the pause."""

    @pytest.mark.parametrize(
        ("pauses", "due"),
        [
            (("customer",), "mon 15:00"),
            (("parts", "customer"), "mon 15:00"),
            (("parts",), "mon 14:00"),
            (("*",), "mon 15:00"),
            ((), "mon 14:00"),
        ],
    )
    def test_only_for_the_reasons_named(self, pauses, due):
        waited = clock(OPENED, *HELD, of=resolution(pauses=pauses))

        assert on(due) == waited.due(on("mon 12:00"))

    def test_resolution_only(self):
        targets = (first_response(pauses=()), resolution())
        response, resolved = clocks(OPENED, *HELD, of=targets)

        assert on("mon 14:00") == response.due(on("mon 12:00"))
        assert on("mon 15:00") == resolved.due(on("mon 12:00"))


class TestCreditForAPause:
    """The working time inside it; or all of it; or none."""

    @pytest.mark.parametrize(
        ("credit", "due", "hours_spent"),
        [("working", "tue 11:00", 3), ("wall", "tue 11:00", 0), ("none", "mon 14:00", 8)],
    )
    def test_of_a_night_on_hold(self, credit, due, hours_spent):
        """Five office hours and sixteen others: by the wall it is due at 11:00 all the same."""
        held = clock(OPENED, *OVERNIGHT, of=resolution(credit=credit))

        assert on(due) == held.due(on("tue 10:00"))
        assert hours_spent * HOUR == held.counting.spent(held.course, on("tue 10:00"))

    def test_by_the_wall_a_hold_before_hours_counts_too(self):
        early = [("opened", "mon 04:00"), ("paused", "mon 04:15"), ("resumed", "mon 05:00")]

        assert on("mon 13:45") == clock(*early, of=resolution(credit="wall")).due(on("mon 05:00"))
        assert on("mon 13:00") == clock(*early).due(on("mon 05:00"))

    def test_by_the_wall_a_deadline_moved_on_may_be_moved_again(self):
        told = [OPENED, ("paused", "mon 11:00"), ("resumed", "mon 13:00")]
        again = [("paused", "mon 15:00"), ("resumed", "mon 16:00")]

        assert on("mon 17:00") == clock(*told, *again, of=resolution(credit="wall")).due(
            on("mon 16:00")
        )

    def test_being_closed_is_credited_in_working_time_whatever_a_hold_is_worth(self):
        closed = [OPENED, ("resolved", "mon 13:00"), ("reopened", "tue 10:00")]

        for credit in ("working", "wall", "none"):
            assert on("tue 11:00") == clock(*closed, of=resolution(credit=credit)).due(
                on("tue 10:00")
            )

    def test_a_clock_that_no_hold_stops_is_running_on_hold(self):
        held = [OPENED, ("paused", "mon 11:00")]

        assert State.RUNNING is clock(*held, of=resolution(credit="none")).state(on("mon 12:00"))
        assert State.PAUSED is clock(*held).state(on("mon 12:00"))


class TestPauseSetAfterTheDeadline:
    """It moves neither deadline nor breach; the time spent still leaves it out."""

    def test_moves_nothing(self):
        late = clock(OPENED, ("paused", "mon 15:00"), ("resumed", "mon 16:00"))

        assert on("mon 14:00") == late.due(on("mon 16:30"))
        assert late.is_late(on("mon 16:30"))
        assert 5.5 * HOUR == late.counting.spent(late.course, on("mon 16:30"))
        assert -1.5 * HOUR == late.counting.margin(late.course, on("mon 16:30"))

    def test_nor_in_the_evening_after_a_deadline_at_closing_time(self):
        """No working time has passed since, and yet it is over."""
        late = clock(("opened", "mon 13:00"), ("paused", "mon 18:00"), ("resumed", "tue 10:00"))

        assert on("mon 17:00") == late.due(on("tue 10:00"))
        assert late.is_late(on("tue 10:00"))

    def test_at_the_deadline_itself_it_still_moves(self):
        held = clock(OPENED, ("paused", "mon 14:00"), ("resumed", "mon 15:00"))

        assert on("mon 15:00") == held.due(on("mon 15:00"))
        assert not held.is_late(on("mon 15:00"))


class TestReopened:
    """Time while resolved is not counted, the clock goes on; or a restart; or it counts."""

    BACK = (OPENED, ("resolved", "mon 13:00"), ("reopened", "mon 15:00"))

    @pytest.mark.parametrize(("choice", "due"), [("continue", "mon 16:00"), ("count", "mon 14:00")])
    def test_the_clock_goes_on(self, choice, due):
        again = clock(*self.BACK, of=resolution(on_reopening=choice))

        assert on(due) == again.due(on("mon 15:00"))
        assert again.is_live

    def test_what_happens_for_the_first_time_only_once_stays_decided(self):
        [once] = clocks(*self.BACK, of=resolution(on_reopening="stay"))

        assert (State.MET, on("mon 13:00")) == (once.state(on("mon 15:00")), once.course.ended_at)

    def test_a_restart_keeps_the_old_deadline_in_the_history(self):
        old, new = clocks(*self.BACK, of=resolution(on_reopening="restart"))

        assert (State.MET, on("mon 14:00")) == (
            old.state(on("mon 15:00")),
            old.due(on("mon 15:00")),
        )
        assert (State.RUNNING, on("tue 11:00")) == (
            new.state(on("mon 15:00")),
            new.due(on("mon 15:00")),
        )
        assert [1, 2] == [old.round, new.round]

    def test_a_restart_leaves_clocks_alone_that_no_closing_ended(self):
        answered = [
            OPENED,
            ("answered", "mon 11:00"),
            ("closed", "mon 12:00"),
            ("reopened", "mon 13:00"),
        ]

        assert State.MET is clock(*answered, of=first_response(on_reopening="restart")).state(
            on("mon 13:00")
        )

    def test_a_restart_starts_nothing_that_had_not_started(self):
        told = [OPENED, ("closed", "mon 11:00"), ("reopened", "mon 12:00")]
        diagnosed = resolution(starts=("diagnosed",), on_reopening="restart")

        assert () == clocks(*told, of=diagnosed)

    def test_what_was_late_when_resolved_stays_late(self):
        again = clock(OPENED, ("resolved", "mon 15:00"), ("reopened", "mon 16:00"))

        assert again.is_late(on("mon 16:00"))
        assert on("mon 14:00") == again.due(on("mon 16:00"))


class TestPriorityOrStandardChanged:
    """Counted from the start with earlier pauses kept; or without them; or from now."""

    @pytest.mark.parametrize(
        ("choice", "due"),
        [
            ("from_start", "mon 13:00"),
            ("from_start_without_pauses", "mon 12:00"),
            ("from_now", "mon 14:30"),
        ],
    )
    def test_counts_anew(self, choice, due):
        urgent = clock(
            happening("opened", "mon 10:00", priority="low"),
            *HELD,
            happening("prioritized", "mon 12:30", priority="high"),
            of=(
                resolution(when={"priority": ("low",)}),
                resolution(2 * HOUR, when={"priority": ("high",)}, on_change=choice),
            ),
        )

        assert on(due) == urgent.due(on("mon 12:30"))

    @pytest.mark.parametrize(
        ("choice", "due"), [("from_start", "mon 15:00"), ("from_now", "mon 17:00")]
    )
    def test_another_standard_is_another_promise_though_it_says_the_same(self, choice, due):
        target = resolution(on_change=choice)
        told = as_timeline(OPENED, *HELD)
        moved = happening("moved", "mon 13:00")._replace(terms="other@1")
        [after] = tick(
            keep_time(told, terms(target)),
            moved,
            past=told,
            terms=terms(target, standard="other@1"),
        )

        assert ("other@1", on(due)) == (after.standard, after.due(on("mon 13:00")))

    @pytest.mark.parametrize(
        ("choice", "due"),
        [
            ("from_start", "mon 13:00"),
            ("from_start_without_pauses", "mon 12:30"),
            ("from_now", "mon 14:30"),
        ],
    )
    def test_a_standing_hold_goes_on_under_the_new_promise(self, choice, due):
        """What it was worth before the change is dropped where pauses are."""
        urgent = clock(
            happening("opened", "mon 10:00", priority="low"),
            ("paused", "mon 11:00"),
            happening("prioritized", "mon 11:30", priority="high"),
            ("resumed", "mon 12:00"),
            of=(
                resolution(when={"priority": ("low",)}),
                resolution(
                    {"from_now": 2.5 * HOUR}.get(choice, 2 * HOUR),
                    when={"priority": ("high",)},
                    on_change=choice,
                ),
            ),
        )

        assert on(due) == urgent.due(on("mon 12:00"))

    def test_without_pauses_it_is_still_not_counted_while_it_was_closed(self):
        urgent = clock(
            happening("opened", "mon 10:00", priority="low"),
            ("resolved", "mon 11:00"),
            ("reopened", "mon 12:00"),
            happening("prioritized", "mon 12:30", priority="high"),
            of=(
                resolution(when={"priority": ("low",)}),
                resolution(
                    2 * HOUR, when={"priority": ("high",)}, on_change="from_start_without_pauses"
                ),
            ),
        )

        assert on("mon 13:00") == urgent.due(on("mon 12:30"))

    @pytest.mark.parametrize(("now", "standing"), [(("parts",), True), ((), False)])
    def test_a_hold_stops_it_from_now_on_as_the_new_promise_says(self, now, standing):
        before = () if standing else ("parts",)
        urgent = clock(
            happening("opened", "mon 10:00", priority="low"),
            happening("paused", "mon 11:00", reason="parts"),
            happening("prioritized", "mon 12:00", priority="high"),
            of=(
                resolution(when={"priority": ("low",)}, pauses=before),
                resolution(when={"priority": ("high",)}, pauses=now),
            ),
        )

        assert standing is (urgent.course.standing_pause is not None)


class TestAgreementAttachedLate:
    """From creation; or from attachment."""

    @pytest.mark.parametrize(
        ("choice", "due"), [("from_start", "mon 14:00"), ("from_now", "mon 16:00")]
    )
    def test_counts(self, choice, due):
        attached = clock(
            OPENED,
            happening("attached", "mon 12:00", contract="gold"),
            of=resolution(when={"contract": ("gold",)}, on_attachment=choice),
        )

        assert on(due) == attached.due(on("mon 12:00"))

    def test_what_was_over_before_is_judged_from_creation_only(self):
        told = [
            OPENED,
            ("answered", "mon 11:00"),
            happening("attached", "mon 12:00", contract="gold"),
        ]
        gold = {"when": {"contract": ("gold",)}}

        [met] = clocks(*told, of=first_response(**gold))
        assert State.MET is met.state(on("mon 12:00"))
        assert () == clocks(*told, of=first_response(on_attachment="from_now", **gold))

    def test_from_now_it_stands_still_on_hold_and_starts_later_where_it_would(self):
        """Of a hold only what is left of it counts; of a start to come nothing is taken."""
        told = [
            OPENED,
            ("paused", "mon 11:00"),
            happening("attached", "mon 12:00", contract="gold"),
        ]
        gold = {"when": {"contract": ("gold",)}, "on_attachment": "from_now"}

        held = clock(*told, ("resumed", "mon 12:30"), of=resolution(**gold))
        assert on("mon 16:30") == held.due(on("mon 12:30"))
        later = clock(*told[::2], of=resolution(1 * HOUR, starts_after=3 * HOUR, **gold))
        assert on("mon 14:00") == later.due(on("mon 12:00"))

    def test_a_second_hold_had_no_effect_before_either(self):
        told = [
            OPENED,
            ("paused", "mon 11:00"),
            happening("paused", "mon 12:00", reason="parts"),
            ("resumed", "mon 13:00"),
            happening("attached", "mon 13:30", contract="gold"),
        ]
        gold = resolution(pauses=("parts",), when={"contract": ("gold",)})

        assert on("mon 14:00") == clock(*told, of=gold).due(on("mon 13:30"))


class TestNextReply:
    """From the first unanswered message; later ones do not move it; every exchange is kept."""

    def test_runs_from_the_first_unanswered_message(self):
        waiting = clock(OPENED, ("wrote", "mon 11:00"), ("wrote", "mon 12:00"), of=next_reply())

        assert on("mon 15:00") == waiting.due(on("mon 12:00"))

    def test_opening_alone_arms_nothing(self):
        assert () == clocks(OPENED, ("answered", "mon 11:00"), of=next_reply())

    def test_each_exchange_is_a_round(self):
        told = [
            OPENED,
            ("wrote", "mon 10:00"),
            ("answered", "mon 11:00"),
            ("wrote", "mon 12:00"),
            ("answered", "tue 10:00"),
            ("wrote", "tue 11:00"),
        ]
        rounds = clocks(*told, of=next_reply())

        assert [1, 2, 3] == [each.round for each in rounds]
        assert [State.MET, State.MISSED, State.RUNNING] == [
            each.state(on("tue 11:00")) for each in rounds
        ]

    def test_a_reopening_goes_on_with_the_last_exchange_only(self):
        """Those that a reply ended are over for good."""
        told = [
            OPENED,
            ("wrote", "mon 10:00"),
            ("answered", "mon 11:00"),
            ("wrote", "mon 12:00"),
            ("closed", "mon 13:00"),
            ("reopened", "mon 14:00"),
        ]
        first, second = clocks(*told, of=next_reply(2 * HOUR))

        assert (State.MET, on("mon 11:00")) == (first.state(on("mon 14:00")), first.course.ended_at)
        assert on("mon 15:00") == second.due(on("mon 14:00"))


class TestARegularUpdate:
    """A start that also stops ends one round and begins the next."""

    UPDATE = resolution(
        2 * HOUR, clock="update", starts=("opened", "told"), stops=("told",), repeats=True
    )

    def test_each_word_is_due_anew_and_a_late_one_stays_late(self):
        rounds = clocks(OPENED, ("told", "mon 11:00"), ("told", "mon 14:00"), of=self.UPDATE)

        assert [State.MET, State.MISSED, State.RUNNING] == [
            each.state(on("mon 14:00")) for each in rounds
        ]
        assert on("mon 16:00") == rounds[-1].due(on("mon 14:00"))


class TestFirstResponse:
    """The first public answer by a person; automatic replies and notes never count."""

    @pytest.mark.parametrize("other", ["auto_replied", "noted", "assigned", "wrote"])
    def test_nothing_else_stops_it(self, other):
        waiting = clock(OPENED, (other, "mon 11:00"), of=first_response())

        assert State.RUNNING is waiting.state(on("mon 11:00"))

    def test_only_the_first_answer_counts(self):
        answered = clock(
            OPENED, ("answered", "mon 11:00"), ("answered", "mon 16:00"), of=first_response()
        )

        assert on("mon 11:00") == answered.course.ended_at


class TestMerged:
    """The earliest start with the pauses it had; or each its own clock."""

    def both(self, **choices):
        promised = terms(resolution(**choices))
        older = keep_time(as_timeline(("opened", "mon 09:00"), *HELD), promised)
        younger = keep_time(as_timeline(("opened", "mon 12:00")), promised)
        return older, younger

    def test_the_older_clock_goes_on(self):
        older, younger = self.both()
        [left] = merged(younger, dict(courses_of(older)), at=on("mon 12:30"))

        assert (on("mon 09:00"), on("mon 14:00")) == (
            left.course.started_at,
            left.due(on("mon 12:30")),
        )

    def test_an_older_clock_is_not_made_younger(self):
        older, younger = self.both()

        assert older == merged(older, dict(courses_of(younger)), at=on("mon 12:30"))

    def test_of_two_equally_old_each_keeps_its_pauses(self):
        promised = terms(resolution())
        held = keep_time(as_timeline(OPENED, *HELD), promised)
        busy = keep_time(as_timeline(OPENED), promised)

        assert busy == merged(busy, dict(courses_of(held)), at=on("mon 12:30"))

    def test_a_hold_of_the_older_case_ends_with_it(self):
        promised = terms(resolution())
        older = keep_time(as_timeline(("opened", "mon 09:00"), ("paused", "mon 11:00")), promised)
        younger = keep_time(as_timeline(OPENED), promised)
        [left] = merged(younger, dict(courses_of(older)), at=on("mon 12:00"))

        assert (State.RUNNING, on("mon 14:00")) == (
            left.state(on("mon 13:00")),
            left.due(on("mon 13:00")),
        )

    def test_own_clock(self):
        older, younger = self.both(on_merging="own_clock")

        assert younger == merged(younger, dict(courses_of(older)), at=on("mon 12:30"))

    def test_a_decided_clock_is_left_alone_and_lends_nothing(self):
        older, younger = self.both()
        done = happening("resolved", "mon 12:10")
        resolved_older = tick(older, done, past=(), terms=terms(resolution()))
        resolved_younger = tick(younger, done, past=(), terms=terms(resolution()))

        assert younger == merged(younger, dict(courses_of(resolved_older)), at=on("mon 12:30"))
        assert resolved_younger == merged(
            resolved_younger, dict(courses_of(older)), at=on("mon 12:30")
        )

    def test_from_then_on_it_stands_still_with_the_case_that_is_left(self):
        promised = terms(resolution())
        older = keep_time(as_timeline(("opened", "mon 09:00")), promised)
        younger = keep_time(as_timeline(("opened", "mon 10:00"), ("paused", "mon 11:00")), promised)
        [left] = merged(younger, dict(courses_of(older)), at=on("mon 12:00"))

        assert State.PAUSED is left.state(on("mon 12:30"))
        assert on("mon 13:30") == left.due(on("mon 12:30"))

        [running] = merged(older, {}, at=on("mon 12:00"))
        assert State.RUNNING is running.state(on("mon 12:30"))


class TestWhatATargetMeans:
    """It promises one thing, and says so."""

    @pytest.mark.parametrize(
        ("choices", "message"),
        [
            ({"within": None}, "within=None and working_days=None"),
            ({"within": HOUR, "working_days": 2}, "working_days=2"),
            ({"within": -MINUTE}, "cannot be negative"),
            (
                {"within": None, "working_days": 2, "calendar": "wall"},
                "need a calendar, got 'wall'",
            ),
            ({"within": HOUR, "ladder": (LADDER[0], LADDER[0])}, "'warning'"),
            ({"working_days": -1}, "cannot be negative, got -1 working days"),
            ({"within": HOUR, "starts_after": -MINUTE}, "cannot be negative"),
            *(
                ({"within": HOUR, "ladder": (Rung(name="a", to="b", share=share),)}, "the rung 'a'")
                for share in (0, -0.5, float("nan"), float("inf"))
            ),
            *(({"within": HOUR, choice: "half"}, f"{choice} must be one of") for choice in CHOICES),
        ],
    )
    def test_anything_else_is_refused(self, choices, message):
        with pytest.raises(TargetError, match=message):
            Target(**{"clock": "resolution", "clause": "c", "calendar": "office", **choices})

    def test_a_target_of_nothing_is_due_at_once(self):
        assert on("mon 10:00") == clock(OPENED, of=resolution(0 * HOUR)).due(on("mon 10:00"))
