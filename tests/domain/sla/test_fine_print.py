"""The fine print of clocks, sentence by sentence, so that two readers build the same."""

from __future__ import annotations

import pytest

from servicecore.domain.calendar import WorkingCalendar
from servicecore.domain.sla import (
    WALL,
    Promise,
    State,
    Target,
    Terms,
    facts_after,
    keep_time,
    pauses_of,
    standing_pause,
    tick,
)

from .given import (
    DAYS,
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


class TestOnHold:
    """A deadline is told as it would be if the hold ended at that instant."""

    @pytest.mark.parametrize(
        ("now", "due"),
        [("mon 11:00", "mon 14:00"), ("mon 12:00", "mon 15:00"), ("mon 20:00", "tue 12:00")],
    )
    def test_the_deadline_moves_along(self, now, due):
        held = clock(OPENED, ("paused", "mon 11:00"))

        assert on(due) == held.due(on(now))
        assert HOUR == held.counting.spent(held.course, on(now))

    def test_or_it_is_hidden_where_the_standard_says_so(self):
        told = [OPENED, ("paused", "mon 11:00")]

        assert clock(*told, of=resolution(hidden_on_hold=True)).shown_due(on("mon 12:00")) is None
        assert on("mon 15:00") == clock(*told).shown_due(on("mon 12:00"))

    def test_and_comes_back_when_work_goes_on(self):
        told = [OPENED, ("paused", "mon 11:00"), ("resumed", "mon 12:00")]

        assert on("mon 15:00") == clock(*told, of=resolution(hidden_on_hold=True)).shown_due(
            on("mon 12:00")
        )

    @pytest.mark.parametrize("second", ["customer", "parts"])
    def test_a_second_hold_has_no_effect(self, second):
        """Not even on a clock that the first reason did not stop."""
        told = [
            OPENED,
            ("paused", "mon 11:00"),
            happening("paused", "mon 12:00", reason=second),
            ("resumed", "mon 13:00"),
        ]

        assert on("mon 16:00") == clock(*told).due(on("mon 13:00"))
        assert on("mon 14:00") == clock(*told, of=resolution(pauses=("parts",))).due(
            on("mon 13:00")
        )

    def test_a_resume_without_a_hold_has_no_effect(self):
        assert on("mon 14:00") == clock(OPENED, ("resumed", "mon 12:00")).due(on("mon 12:00"))

    def test_a_case_opened_on_hold_has_spent_nothing(self):
        held = clock(OPENED, ("paused", "mon 10:00"), ("closed", "mon 15:00"))

        assert 0 * HOUR == held.counting.spent(held.course, on("tue 10:00"))
        assert State.MET is held.state(on("tue 10:00"))

    def test_a_clock_that_starts_on_hold_stands_still_at_once(self):
        waiting = clock(OPENED, ("paused", "mon 11:00"), ("wrote", "mon 12:00"), of=next_reply())

        assert State.PAUSED is waiting.state(on("mon 12:00"))
        assert on("mon 17:00") == waiting.due(on("mon 13:00"))

    def test_unless_the_standard_does_not_name_that_reason(self):
        waiting = clock(
            OPENED,
            ("paused", "mon 11:00"),
            ("wrote", "mon 12:00"),
            of=next_reply(pauses=("parts",)),
        )

        assert State.RUNNING is waiting.state(on("mon 12:00"))

    def test_a_hold_ends_with_the_clock(self):
        """Resolved straight from hold, the hold is not lost."""
        done = clock(OPENED, ("paused", "mon 11:00"), ("resolved", "mon 16:00"))

        assert State.MET is done.state(on("tue 10:00"))
        assert HOUR == done.counting.spent(done.course, on("tue 10:00"))

    def test_whoever_came_to_a_halt_in_time_is_not_late_while_standing_still(self):
        """The hold begins at the deadline, which is closing time; nobody works until nine."""
        halted = clock(("opened", "mon 13:00"), ("paused", "mon 17:00"))

        assert not halted.is_late(on("mon 23:00"))
        assert not halted.is_late(on("tue 10:00"))

    def test_nor_when_it_is_resolved_from_there(self):
        done = clock(("opened", "mon 13:00"), ("paused", "mon 17:00"), ("resolved", "mon 23:00"))

        assert State.MET is done.state(on("tue 10:00"))

    def test_nor_when_one_hold_follows_upon_the_other(self):
        halted = clock(
            ("opened", "mon 13:00"),
            ("paused", "mon 17:00"),
            ("resumed", "mon 23:00"),
            happening("paused", "mon 23:00", reason="parts"),
        )

        assert not halted.is_late(on("tue 08:00"))
        assert on("tue 10:00") == halted.due(on("tue 10:00"))

    def test_and_is_when_the_hold_ends_before_work_goes_on(self):
        went_on = clock(("opened", "mon 13:00"), ("paused", "mon 17:00"), ("resumed", "mon 23:00"))

        assert went_on.is_late(on("mon 23:00") + SECOND)
        assert on("mon 17:00") == went_on.due(on("mon 23:30"))


class TestClosed:
    """Closing stops the response clocks where they stand; a reopening lets them go on."""

    TOLD = (OPENED, ("closed", "mon 12:00"))

    def test_it_stands_still(self):
        stopped = clock(*self.TOLD, of=first_response())

        assert State.PAUSED is stopped.state(on("tue 10:00"))
        assert 2 * HOUR == stopped.counting.spent(stopped.course, on("tue 10:00"))
        assert stopped.shown_due(on("tue 10:00")) is None

    def test_a_reopening_lets_it_go_on(self):
        again = clock(*self.TOLD, ("reopened", "tue 10:00"), of=first_response())

        assert on("tue 12:00") == again.due(on("tue 10:00"))

    def test_a_resume_does_not(self):
        still = clock(*self.TOLD, ("resumed", "tue 10:00"), of=first_response())

        assert State.PAUSED is still.state(on("tue 11:00"))

    def test_nor_does_a_reopening_end_a_hold(self):
        held = clock(OPENED, ("paused", "mon 11:00"), ("reopened", "mon 12:00"))

        assert State.PAUSED is held.state(on("mon 12:00"))

    def test_the_hold_ends_at_the_closing(self):
        told = [
            OPENED,
            ("paused", "mon 11:00"),
            ("closed", "mon 12:00"),
            ("reopened", "mon 13:00"),
        ]

        assert State.RUNNING is clock(*told, of=first_response()).state(on("mon 13:00"))
        assert [("customer", on("mon 12:00")), ("closed", on("mon 13:00"))] == [
            (each.reason, each.ended_at) for each in pauses_of(as_timeline(*told))
        ]

    def test_closing_what_is_resolved_changes_nothing(self):
        told = [OPENED, ("resolved", "mon 12:00"), ("closed", "tue 12:00")]

        assert 2 * HOUR == clock(*told).counting.spent(clock(*told).course, on("wed 10:00"))
        again = clock(*told, ("reopened", "tue 12:30"), of=first_response())
        assert [on("mon 12:00")] == [each.started_at for each in again.course.pauses]

    def test_a_hold_while_closed_has_no_effect(self):
        told = [OPENED, ("closed", "mon 12:00"), ("paused", "mon 13:00"), ("reopened", "mon 14:00")]
        runs_on = resolution(clock="custom", stops=(), runs_when_closed=True)

        assert State.RUNNING is clock(*told, of=first_response()).state(on("mon 14:00"))
        assert on("mon 14:00") == clock(*told, of=runs_on).due(on("mon 14:00"))

    def test_a_clock_that_runs_when_closed_goes_on_even_from_hold(self):
        runs_on = resolution(clock="custom", stops=(), runs_when_closed=True)
        told = [OPENED, ("paused", "mon 11:00"), ("closed", "mon 12:00")]

        assert on("mon 15:00") == clock(*told, of=runs_on).shown_due(on("mon 13:00"))

    def test_and_starts_running_when_closed(self):
        runs_on = next_reply(runs_when_closed=True)
        told = [OPENED, ("closed", "mon 11:00"), ("wrote", "mon 12:00")]

        assert State.RUNNING is clock(*told, of=runs_on).state(on("mon 12:00"))
        assert State.PAUSED is clock(*told, of=next_reply()).state(on("mon 12:00"))

    def test_an_answer_after_the_closing_still_stops_the_response_clock(self):
        answered = clock(*self.TOLD, ("answered", "tue 10:00"), of=first_response())

        assert State.MET is answered.state(on("tue 10:00"))
        assert 2 * HOUR == answered.counting.spent(answered.course, on("tue 10:00"))

    def test_the_time_closed_is_no_hold(self):
        told = as_timeline(OPENED, ("closed", "mon 12:00"))

        assert "closed" == standing_pause(told).reason
        assert standing_pause(as_timeline(OPENED)) is None

    def test_a_hold_that_was_going_on_at_the_end_ended_with_it(self):
        told = [
            OPENED,
            ("paused", "mon 11:00"),
            ("resolved", "mon 12:00"),
            ("reopened", "mon 13:00"),
        ]

        assert on("mon 16:00") == clock(*told).due(on("mon 15:00"))


class TestLate:
    """Late means after the due instant, even when no working time has passed since."""

    def test_in_the_evening_of_the_last_day(self):
        late = clock(("opened", "mon 13:00"))

        assert late.is_late(on("mon 17:00") + SECOND)
        assert 0 * HOUR == late.counting.margin(late.course, on("mon 20:00"))

    def test_used_up_at_closing_it_may_end_at_the_next_opening(self):
        rolled = clock(("opened", "mon 13:00"), of=resolution(at_closing="next_opening"))

        assert on("tue 09:00") == rolled.due(on("mon 13:00"))
        assert not rolled.is_late(on("tue 09:00"))


class TestSpentTime:
    """Of a running clock it is up to the moment asked about."""

    def test_grows_with_working_time(self):
        running = clock(OPENED)

        for now, hours in [
            ("mon 10:00", 0),
            ("mon 11:30", 1.5),
            ("mon 22:00", 7),
            ("tue 10:00", 8),
        ]:
            assert hours * HOUR == running.counting.spent(running.course, on(now))

    def test_stops_with_the_clock(self):
        done = clock(OPENED, ("resolved", "mon 11:00"))

        assert HOUR == done.counting.spent(done.course, on("tue 10:00"))
        assert 3 * HOUR == done.counting.margin(done.course, on("tue 10:00"))

    def test_of_a_clock_that_starts_later_is_nothing_until_then(self):
        later = clock(OPENED, of=resolution(starts_after=75 * MINUTE))

        assert 0 * HOUR == later.counting.spent(later.course, on("mon 11:00"))
        assert on("mon 15:15") == later.due(on("mon 11:00"))

    def test_by_day_and_night_a_hold_before_it_starts_is_worth_nothing_either(self):
        later = clock(
            OPENED,
            ("paused", "mon 10:15"),
            ("resumed", "mon 10:45"),
            of=resolution(calendar=WALL, starts_after=75 * MINUTE),
        )

        assert 0 * HOUR == later.counting.spent(later.course, on("mon 11:00"))
        assert on("mon 15:15") == later.due(on("mon 11:00"))

    def test_a_hold_before_it_starts_is_worth_nothing(self):
        later = clock(
            OPENED,
            ("paused", "mon 10:15"),
            ("resumed", "mon 11:45"),
            of=resolution(starts_after=75 * MINUTE),
        )

        assert on("mon 15:45") == later.due(on("mon 11:45"))
        by_the_wall = clock(
            OPENED,
            ("paused", "mon 10:15"),
            ("resumed", "mon 11:00"),
            of=resolution(starts_after=75 * MINUTE, credit="wall"),
        )
        assert on("mon 15:15") == by_the_wall.due(on("mon 11:00"))


class TestDecided:
    """A decided clock keeps the promise it was decided under."""

    TWO = (
        resolution(4 * HOUR, when={"priority": ("low",)}),
        resolution(1 * HOUR, when={"priority": ("high",)}),
    )
    LOW = happening("opened", "mon 10:00", priority="low")

    def test_a_later_promise_leaves_it_alone(self):
        done = clock(
            self.LOW,
            ("resolved", "mon 12:00"),
            happening("prioritized", "mon 13:00", priority="high"),
            of=self.TWO,
        )

        assert (on("mon 14:00"), State.MET) == (
            done.due(on("mon 13:00")),
            done.state(on("mon 13:00")),
        )

    def test_reopened_it_gets_the_promise_that_holds_by_then(self):
        again = clock(
            self.LOW,
            ("resolved", "mon 12:00"),
            happening("prioritized", "mon 13:00", priority="high"),
            ("reopened", "mon 14:00"),
            of=self.TWO,
        )

        assert on("mon 11:00") == again.due(on("mon 14:00"))

    def test_a_breach_on_record_stays_on_record(self):
        relieved = clock(
            happening("opened", "mon 10:00", priority="high"),
            happening("prioritized", "mon 12:00", priority="low"),
            ("resolved", "mon 13:00"),
            of=self.TWO,
        )

        assert (on("mon 11:00"),) == relieved.breaches
        assert State.MISSED is relieved.state(on("mon 13:00"))
        assert on("mon 14:00") == relieved.due(on("mon 13:00"))

    def test_what_was_in_time_leaves_no_breach(self):
        relieved = clock(
            happening("opened", "mon 10:00", priority="high"),
            happening("prioritized", "mon 11:00", priority="low"),
            of=self.TWO,
        )

        assert () == relieved.breaches

    def test_every_breach_stays(self):
        worse = clock(
            self.LOW,
            happening("prioritized", "mon 16:00", priority="high"),
            happening("prioritized", "mon 16:30", priority="low"),
            of=self.TWO,
        )

        assert (on("mon 14:00"), on("mon 11:00")) == worse.breaches

    def test_a_new_calendar_holds_for_the_whole_life_holds_included(self):
        all_day = WorkingCalendar(
            timezone="UTC", week={day: [("00:00", "24:00")] for day in DAYS[:7]}
        )
        told = as_timeline(
            ("opened", "mon 16:00"), ("paused", "mon 18:00"), ("resumed", "mon 19:00")
        )
        [before] = past = keep_time(told, terms(resolution()))
        moved = happening("transferred", "mon 19:00")._replace(terms="other@1")
        [after] = tick(
            past, moved, past=told, terms=terms(resolution(), calendar=all_day, standard="other@1")
        )

        assert on("tue 12:00") == before.due(on("mon 19:00"))
        assert on("mon 21:00") == after.due(on("mon 19:00"))
        assert "other@1" == after.promise(on("mon 19:00")).standard

    def test_an_exchange_going_on_is_not_begun_again(self):
        told = [OPENED, ("wrote", "mon 11:00"), happening("noted", "mon 12:00", kind="x")]

        assert 1 == len(clocks(*told, of=next_reply()))

    def test_nothing_changes_when_the_same_is_promised(self):
        told = as_timeline(self.LOW)
        promised = terms(*self.TWO)
        past = keep_time(told, promised)

        [after] = tick(past, happening("noted", "mon 11:00", kind="x"), past=told, terms=promised)
        assert after is past[0]


class TestPromisedNoMore:
    """A case that leaves a promise has no deadline; when it comes back, neither was lost."""

    GOLD = resolution(when={"contract": ("gold",)}, ladder=LADDER)
    OPENED = happening("opened", "mon 10:00", contract="gold")
    LEFT = happening("left", "mon 11:00", contract="none")
    BACK = happening("back", "mon 13:00", contract="gold")

    def test_its_clock_is_cancelled(self):
        left = clock(self.OPENED, happening("left", "mon 13:00", contract="none"), of=self.GOLD)

        assert State.CANCELLED is left.state(on("mon 13:00"))
        assert left.shown_due(on("mon 13:00")) is None
        assert [] == left.rungs_reached(on("tue 12:00"))

    def test_a_breach_before_that_stays(self):
        left = clock(self.OPENED, happening("left", "mon 15:00", contract="none"), of=self.GOLD)

        assert left.is_late(on("mon 16:00"))

    def test_back_again_it_counts_from_the_start(self):
        old, new = clocks(self.OPENED, self.LEFT, self.BACK, of=self.GOLD)

        assert State.CANCELLED is old.state(on("mon 13:00"))
        assert (2, on("mon 14:00")) == (new.round, new.due(on("mon 13:00")))

    def test_or_from_now_where_a_change_does(self):
        gold = resolution(when={"contract": ("gold",)}, on_change="from_now")
        _, new = clocks(self.OPENED, self.LEFT, self.BACK, of=gold)

        assert on("mon 17:00") == new.due(on("mon 13:00"))

    def test_a_clock_that_lapsed_at_the_closing_is_not_revived_but_counted_again(self):
        only_open = first_response(when={"status": ("open",)})
        told = [
            happening("opened", "mon 10:00", status="open"),
            happening("closed", "mon 11:00", status="closed"),
            happening("reopened", "mon 12:00", status="open"),
        ]
        old, new = clocks(*told, of=only_open)

        assert (State.CANCELLED, on("mon 11:00")) == (
            old.state(on("mon 12:00")),
            old.course.ended_at,
        )
        assert (2, on("mon 15:00")) == (new.round, new.due(on("mon 12:00")))

    def test_what_was_done_in_between_counts(self):
        told = [self.OPENED, self.LEFT, ("resolved", "mon 12:00"), self.BACK]
        _, done = clocks(*told, of=self.GOLD)

        assert (State.MET, on("mon 12:00")) == (done.state(on("mon 13:00")), done.course.ended_at)

    def test_so_do_exchanges_in_between_but_none_twice(self):
        told = [
            self.OPENED,
            ("wrote", "mon 10:00"),
            ("answered", "mon 10:30"),
            self.LEFT,
            ("wrote", "mon 11:30"),
            ("wrote", "mon 11:40"),
            ("answered", "mon 12:00"),
            ("wrote", "mon 12:30"),
            self.BACK,
        ]
        rounds = clocks(*told, of=next_reply(when={"contract": ("gold",)}))

        assert ["mon 10:00", "mon 11:30", "mon 12:30"] == [
            f"mon {each.course.started_at:%H:%M}" for each in rounds
        ]
        assert [1, 2, 3] == [each.round for each in rounds]

    def test_an_answered_case_is_not_asked_for_a_first_answer_again(self):
        told = [self.OPENED, ("answered", "mon 10:30"), self.LEFT, self.BACK]

        [answered] = clocks(*told, of=first_response(when={"contract": ("gold",)}))
        assert State.MET is answered.state(on("mon 13:00"))

    @pytest.mark.parametrize("what", ["cancelled", "merged"])
    def test_a_case_that_is_over_has_no_clock_any_more(self, what):
        told = [OPENED, ("wrote", "mon 10:30"), (what, "mon 11:00"), ("wrote", "mon 12:00")]

        [only] = clocks(*told, ("reopened", "mon 13:00"), of=next_reply())
        assert State.CANCELLED is only.state(on("mon 12:00"))


class TestTargetsInDays:
    """Without a mode they end with the last working day."""

    @pytest.mark.parametrize(
        ("mode", "due"),
        [({}, "wed 17:00"), ({"day_mode": "same_time"}, "wed 10:00")],
    )
    def test_two_working_days(self, mode, due):
        assert on(due) == clock(OPENED, of=resolution(working_days=2, **mode)).due(on("mon 11:00"))

    def test_the_same_time_may_lie_outside_hours(self):
        evening = ("opened", "mon 20:00")
        target = resolution(working_days=1, day_mode="same_time")

        assert on("tue 20:00") == clock(evening, of=target).due(on("mon 20:00"))

    def test_paused_working_time_is_appended(self):
        held = clock(
            OPENED, ("paused", "mon 11:00"), ("resumed", "mon 14:00"), of=resolution(working_days=2)
        )

        assert on("thu 12:00") == held.due(on("mon 14:00"))

    def test_margin_is_what_is_left_of_the_working_time_there_was(self):
        running = clock(OPENED, of=resolution(working_days=1))

        assert 14 * HOUR == running.counting.margin(running.course, on("mon 11:00"))
        assert -2 * HOUR == running.counting.margin(running.course, on("wed 11:00"))

    def test_a_warning_lies_at_a_share_of_that_time(self):
        running = clock(OPENED, of=resolution(working_days=1, ladder=LADDER))

        assert [on("tue 09:30"), on("tue 17:00"), on("wed 16:30")] == [
            each.due for each in running.reading(on("mon 10:00")).rungs
        ]

    def test_closing_is_no_next_opening_for_them(self):
        assert on("tue 17:00") == clock(
            OPENED, of=resolution(working_days=1, at_closing="next_opening")
        ).due(on("mon 10:00"))


class TestOrder:
    """At one instant the listed order decides."""

    @pytest.mark.parametrize(
        ("told", "state"),
        [
            (["paused", "resumed"], State.RUNNING),
            (["resumed", "paused"], State.PAUSED),
            (["resolved", "reopened"], State.RUNNING),
            (["reopened", "resolved"], State.MET),
        ],
    )
    def test_decides(self, told, state):
        ended = clock(OPENED, *((what, "mon 11:00") for what in told))

        assert state is ended.state(on("mon 11:00"))

    def test_a_note_that_nobody_waits_for_hides_no_answer_that_is_waited_for_later(self):
        told = [OPENED, ("noted", "mon 10:30"), ("wrote", "mon 11:00"), ("answered", "mon 12:00")]

        assert clock(*told, of=next_reply()).course.ended_at == on("mon 12:00")


class TestLadder:
    """A level is reached by the deadline known at that time, never after the clock has ended."""

    WITH = resolution(ladder=LADDER)

    def reached(self, *told, by):
        return [each.name for each in clock(OPENED, *told, of=self.WITH).rungs_reached(on(by))]

    @pytest.mark.parametrize(
        ("by", "names"),
        [
            ("mon 12:00", []),
            ("mon 12:00:01", ["warning"]),
            ("mon 14:00", ["warning"]),
            ("mon 14:00:01", ["warning", "deadline"]),
            ("mon 16:00:01", ["warning", "deadline", "too much"]),
        ],
    )
    def test_each_in_its_turn(self, by, names):
        assert names == self.reached(by=by)

    def test_never_after_the_end(self):
        assert ["warning"] == self.reached(("resolved", "mon 13:00"), by="tue 10:00")

    def test_a_warning_reached_before_a_hold_does_not_move(self):
        held = clock(OPENED, ("paused", "mon 13:00"), ("resumed", "mon 14:00"), of=self.WITH)

        assert [on("mon 12:00"), on("mon 15:00"), on("mon 17:00")] == [
            each.due for each in held.reading(on("mon 14:00")).rungs
        ]

    def test_none_is_reached_while_standing_still_in_time(self):
        """Used up half at closing time, the hold begins; the night brings no warning."""
        held = clock(("opened", "mon 15:00"), ("paused", "mon 17:00"), of=self.WITH)

        assert [] == held.rungs_reached(on("tue 08:00"))

    def test_a_reading_tells_them_while_it_runs(self):
        running = clock(OPENED, of=self.WITH)
        held = clock(OPENED, ("paused", "mon 11:00"), of=self.WITH)

        assert ["warning", "deadline", "too much"] == [
            each.name for each in running.reading(on("mon 11:00")).rungs
        ]
        assert () == held.reading(on("mon 11:00")).rungs
        assert "assignee" == running.reading(on("mon 11:00")).rungs[0].to


class TestOnRecord:
    """What goes on record says what was promised, and what the clock shows."""

    def test_a_promise_in_words(self):
        promise = clock(OPENED).promise(on("mon 10:00"))

        assert ("resolution", 1, "a clause", "house@1", "office@1") == (
            promise.clock,
            promise.round,
            promise.clause,
            promise.standard,
            promise.calendar,
        )
        assert (on("mon 10:00"), on("mon 14:00")) == (promise.started_at, promise.due)

    def test_a_reading(self):
        reading = clock(OPENED, ("resolved", "mon 15:00")).reading(on("mon 16:00"))

        assert ("resolution", 1, State.MISSED) == (reading.clock, reading.round, reading.state)
        assert (5 * HOUR, on("mon 14:00")) == (reading.spent, reading.due)

    def test_clocks_that_run_day_and_night_need_no_office(self):
        around = resolution(30 * HOUR, calendar=WALL)

        assert on("tue 16:00") == clock(OPENED, of=around).due(on("mon 10:00"))
        assert "always@1" == clock(OPENED, of=around).promise(on("mon 10:00")).calendar

    def test_the_last_word_on_a_fact_holds(self):
        told = [happening("opened", "mon 10:00", a="1", b="2"), happening("x", "mon 11:00", a="3")]

        assert {"a": "3", "b": "2"} == facts_after(told)

    def test_a_target_without_conditions_applies_to_all(self):
        target = Target(clock="c", clause="c", within=HOUR, when={"kind": ("a", "b")})

        assert [True, True, False, False] == [
            target.applies_to(facts) for facts in ({"kind": "a"}, {"kind": "b"}, {"kind": "c"}, {})
        ]

    def test_keys_of_clocks_are_their_name_and_round(self):
        assert ("resolution", 1) == clock(OPENED).key

    def test_a_target_is_told_as_a_manager_would(self):
        told = [
            str(resolution(2 * HOUR)),
            str(resolution(working_days=5)),
            str(resolution(HOUR / 4)),
        ]

        assert ["2 h", "5 working days", "15 min"] == told

    def test_late_registration_counts_only_where_there_is_a_limit(self):
        late = {"standard": "s@1", "targets": (), "registered_at": on("tue 10:00")}

        assert None is Terms(**late).counted_at(on("mon 10:00"))
        assert None is Terms(standard="s@1", targets=(), allowed_delay=HOUR).counted_at(
            on("mon 10:00")
        )
        assert on("tue 10:00") == Terms(**late, allowed_delay=HOUR).counted_at(on("mon 10:00"))
        assert None is Terms(**late, allowed_delay=24 * HOUR).counted_at(on("mon 10:00"))

    def test_what_is_first_promised_is_the_first_round(self):
        assert 1 == clock(OPENED).promise(on("mon 10:00")).round
        assert (
            1
            == Promise(
                clock="resolution",
                clause="c",
                standard="s@1",
                calendar="office@1",
                within="4 h",
                started_at=on("mon 10:00"),
                due=on("mon 14:00"),
            ).round
        )
