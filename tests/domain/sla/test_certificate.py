"""A certificate of breach adds up, and says why; who changes it is found out."""

from __future__ import annotations

import copy
import importlib.util
import json
import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicecore.domain.calendar import WorkingCalendar
from servicecore.domain.sla import (
    WALL,
    Happening,
    certificate,
    keep_time,
)

from .given import (
    DAYS,
    HOUR,
    MINUTE,
    MONDAY,
    OPENED,
    as_timeline,
    clock,
    first_response,
    happening,
    on,
    resolution,
    terms,
)

VERIFIER = Path(__file__).parents[3] / "docs" / "verify_certificate.py"
SPECIFICATION = importlib.util.spec_from_file_location("verify_certificate", VERIFIER)
verify_certificate = importlib.util.module_from_spec(SPECIFICATION)
SPECIFICATION.loader.exec_module(verify_certificate)
problems = verify_certificate.problems

#: Tuesday is a holiday, and Saturday made up for it; Wednesday has a break.
BUSY_WEEK = WorkingCalendar(
    timezone="UTC",
    week={day: [("09:00", "17:00")] for day in DAYS[:5]},
    holidays=[date(2026, 1, 6)],
    special={date(2026, 1, 10): [("09:00", "13:00")]},
    breaks={date(2026, 1, 7): [("12:00", "13:00")]},
    name="busy",
)
LATE = [OPENED, ("paused", "mon 11:00"), ("resumed", "mon 12:00"), ("resolved", "wed 10:00")]

#: A hold that begins two hours after the opening and ends the next morning.
OVERNIGHT = [OPENED, ("paused", "mon 12:00"), ("resumed", "tue 10:00")]
BY_THE_WALL = ["wall", "wall, next_opening", "wall, days", "wall, day and night"]


def in_busy_week(*timeline, of):
    [only] = keep_time(as_timeline(*timeline), terms(of, calendar=BUSY_WEEK))
    return only


def rows(paper):
    return [
        (f"{each.start:%a %H:%M}", f"{each.end:%a %H:%M}", each.counted, each.why)
        for each in paper.intervals
    ]


class TestAroundTheClock:
    """An office that never closes has no closing to look for."""

    AROUND = WorkingCalendar(
        timezone="UTC", week={day: [("00:00", "24:00")] for day in DAYS[:7]}, name="around"
    )

    def test_all_of_its_time_counts(self):
        [ours] = keep_time(as_timeline(OPENED), terms(resolution(30 * HOUR), calendar=self.AROUND))
        paper = certificate(ours, on("wed 10:00"))

        assert problems(paper.as_dict()) == []
        assert [(each.counted, each.length) for each in paper.intervals] == [(True, 48 * HOUR)]
        assert (paper.late, paper.spent, paper.due) == (True, 48 * HOUR, on("tue 16:00"))


class TestItSaysWhy:
    """Each stretch counted and why, each left out and why."""

    def test_hours_nights_holidays_breaks_and_make_up_days(self):
        running = in_busy_week(
            OPENED, ("paused", "thu 11:00"), ("resumed", "thu 12:00"), of=resolution(28 * HOUR)
        )

        assert rows(certificate(running, on("sat 12:00"))) == [
            ("Mon 10:00", "Mon 17:00", True, "open hours"),
            ("Mon 17:00", "Tue 00:00", False, "closed hours"),
            ("Tue 00:00", "Wed 00:00", False, "holiday"),
            ("Wed 00:00", "Wed 09:00", False, "closed hours"),
            ("Wed 09:00", "Wed 12:00", True, "open hours"),
            ("Wed 12:00", "Wed 13:00", False, "break"),
            ("Wed 13:00", "Wed 17:00", True, "open hours"),
            ("Wed 17:00", "Thu 09:00", False, "closed hours"),
            ("Thu 09:00", "Thu 11:00", True, "open hours"),
            ("Thu 11:00", "Thu 12:00", False, "hold: customer"),
            ("Thu 12:00", "Thu 17:00", True, "open hours"),
            ("Thu 17:00", "Fri 09:00", False, "closed hours"),
            ("Fri 09:00", "Fri 17:00", True, "open hours"),
            ("Fri 17:00", "Sat 09:00", False, "closed hours"),
            ("Sat 09:00", "Sat 12:00", True, "make-up day"),
        ]

    def test_time_closed_is_told_apart_from_holds(self):
        again = clock(OPENED, ("resolved", "mon 11:00"), ("reopened", "mon 12:00"))

        assert (("Mon 11:00", "Mon 12:00", False, "closed")) in rows(
            certificate(again, on("mon 13:00"))
        )

    def test_day_and_night_is_one_stretch(self):
        around = clock(OPENED, of=resolution(30 * HOUR, calendar=WALL))

        assert [("Mon 10:00", "Tue 16:00", True, "day and night")] == rows(
            certificate(around, on("mon 12:00"))
        )

    def test_a_break_beside_closing_time_is_told_apart_from_it(self):
        calendar = WorkingCalendar(
            timezone="UTC",
            week={"mon": [("09:00", "17:00")]},
            breaks={date(2026, 1, 5): [("16:00", "17:00")]},
        )
        [running] = keep_time(as_timeline(OPENED), terms(resolution(), calendar=calendar))

        assert ("Mon 16:00", "Mon 17:00", False, "break") in rows(
            certificate(running, on("mon 20:00"))
        )

    def test_a_break_may_last_until_midnight(self):
        calendar = WorkingCalendar(
            timezone="UTC",
            week={day: [("09:00", "24:00")] for day in DAYS[:5]},
            breaks={date(2026, 1, 5): [("22:00", "24:00")]},
        )
        [running] = keep_time(as_timeline(OPENED), terms(resolution(), calendar=calendar))

        assert ("Mon 22:00", "Tue 00:00", False, "break") in rows(
            certificate(running, on("tue 10:00"))
        )

    def test_nothing_is_told_from_before_it_started(self):
        later = clock(
            OPENED,
            ("paused", "mon 10:15"),
            ("resumed", "mon 11:45"),
            of=resolution(starts_after=75 * MINUTE),
        )

        assert ("Mon 11:15", "Mon 11:45", False, "hold: customer") == rows(
            certificate(later, on("mon 12:00"))
        )[0]

    def test_a_hold_that_no_standard_credits_is_no_gap(self):
        held = clock(*LATE[:3], of=resolution(credit="none"))

        assert [("Mon 10:00", "Mon 14:00", True, "open hours")] == rows(
            certificate(held, on("mon 13:00"))
        )


class TestItAddsUp:
    """Up to the end it is what was spent, up to the deadline the target."""

    def test_in_figures(self):
        paper = certificate(clock(*LATE), on("wed 12:00"))

        assert (4 * HOUR, 15 * HOUR, on("mon 15:00")) == (paper.target, paper.spent, paper.due)
        assert (True, "missed", on("wed 10:00")) == (paper.late, paper.state.value, paper.until)
        assert ("a clause", "house@1", "office@1", 1) == (
            paper.clause,
            paper.standard,
            paper.calendar,
            paper.round,
        )

    def test_as_text(self):
        told = certificate(clock(*LATE), on("wed 12:00")).as_text("Asia/Shanghai").splitlines()

        assert "resolution, round 1: missed, late" == told[0]
        assert "2026-01-05 18:00:00" in told[2]
        assert "2026-01-05 19:00:00  2026-01-05 20:00:00  -1 h  hold: customer" in told
        assert "spent 15 h of 4 h until 2026-01-07 18:00:00" in told

    def test_of_a_clock_halted_at_its_deadline(self):
        """It was not late when it came to a halt, and nobody has worked since."""
        halted = clock(("opened", "mon 13:00"), ("paused", "mon 17:00"))
        paper = certificate(halted, on("mon 23:00"))

        assert (False, on("mon 17:00")) == (paper.late, paper.judged_at)
        assert [] == problems(paper.as_dict())

    def test_credit_by_the_wall_takes_the_night_of_a_hold_from_what_was_spent(self):
        """Two hours before it and three after it, less the sixteen of its night."""
        held = clock(*OVERNIGHT, of=resolution(8 * HOUR, credit="wall"))
        paper = certificate(held, on("tue 13:00"))

        assert rows(paper)[1:4] == [
            ("Mon 12:00", "Mon 17:00", False, "hold in hours: customer"),
            ("Mon 17:00", "Tue 09:00", False, "hold out of hours: customer"),
            ("Tue 09:00", "Tue 10:00", False, "hold in hours: customer"),
        ]
        assert (timedelta(), on("wed 08:00")) == (paper.spent, paper.due)
        assert [] == problems(paper.as_dict())

    def test_credit_by_the_wall_keeps_the_time_it_was_closed_in_hours(self):
        again = clock(
            OPENED,
            ("resolved", "mon 16:00"),
            ("reopened", "tue 10:00"),
            of=resolution(7 * HOUR, credit="wall"),
        )
        paper = certificate(again, on("tue 12:00"))

        assert rows(paper)[1:4] == [
            ("Mon 16:00", "Mon 17:00", False, "closed in hours"),
            ("Mon 17:00", "Tue 09:00", False, "closed out of hours"),
            ("Tue 09:00", "Tue 10:00", False, "closed in hours"),
        ]
        assert (8 * HOUR, on("tue 11:00"), True) == (paper.spent, paper.due, paper.late)
        assert [] == problems(paper.as_dict())

    @given(
        start=st.integers(0, 6 * 24 * 60),
        within=st.integers(0, 30 * 60),
        steps=st.lists(
            st.tuples(
                st.integers(0, 9 * 24 * 60),
                st.sampled_from(["paused", "resumed", "closed", "reopened", "resolved"]),
            ),
            max_size=7,
        ).map(lambda steps: sorted(steps, key=lambda step: step[0])),
        wait=st.integers(0, 4 * 24 * 60),
        promise=st.sampled_from(
            ["closing", "next_opening", "days", "none", "response", "same_time", *BY_THE_WALL]
        ),
    )
    def test_whatever_happened(self, start, within, steps, wait, promise):
        of = {
            "closing": resolution(within * MINUTE),
            "next_opening": resolution(within * MINUTE, at_closing="next_opening"),
            "days": resolution(working_days=within % 4),
            "none": resolution(within * MINUTE, credit="none"),
            "response": first_response(within * MINUTE),
            "same_time": resolution(working_days=within % 4, day_mode="same_time"),
            "wall": resolution(within * MINUTE, credit="wall"),
            "wall, next_opening": resolution(
                within * MINUTE, credit="wall", at_closing="next_opening"
            ),
            "wall, days": resolution(working_days=within % 4, credit="wall"),
            "wall, day and night": resolution(within * MINUTE, credit="wall", calendar=WALL),
        }[promise]
        told = [Happening("opened", MONDAY + start * MINUTE)]
        for minutes, what in steps:
            told.append(Happening(what, told[0].at + minutes * MINUTE, reason="customer"))
        running = in_busy_week(*told, of=of)
        now = told[-1].at + wait * MINUTE
        paper = certificate(running, now)

        assert [] == problems(json.loads(json.dumps(paper.as_dict())))
        assert running.counting.spent(running.course, now) == paper.spent
        assert paper.late == running.is_late(now)


def paper_of(*timeline, of=None, now="wed 12:00"):
    [only] = keep_time(as_timeline(*timeline), terms(of or resolution(), calendar=BUSY_WEEK))
    return certificate(only, on(now)).as_dict()


def moved(text, **by):
    return (datetime.fromisoformat(text) + timedelta(**by)).isoformat()


def an_hour_of_night_counts(paper):
    paper["intervals"][3]["counted"] = True


def the_night_is_called_open(paper):
    paper["intervals"][3] |= {"counted": True, "why": "open hours"}


def a_stretch_is_left_out(paper):
    del paper["intervals"][2]


def a_stretch_is_told_twice(paper):
    paper["intervals"].insert(2, copy.deepcopy(paper["intervals"][2]))


def two_change_places(paper):
    paper["intervals"][1:3] = paper["intervals"][2:0:-1]


def the_hold_is_longer(paper):
    paper["intervals"][1]["to"] = moved(paper["intervals"][1]["to"], hours=1)


def the_hold_is_longer_and_the_next_shorter(paper):
    hold, following = paper["intervals"][1:3]
    hold["to"] = following["from"] = moved(hold["to"], minutes=30)
    hold["seconds"] += 1800
    following["seconds"] -= 1800


def a_length_is_another(paper):
    paper["intervals"][0]["seconds"] += 1


def less_was_spent(paper):
    paper["spent_seconds"] -= 3600


def more_was_promised(paper):
    paper["target_seconds"] += 3600


def it_was_due_later(paper):
    paper["due"] = moved(paper["due"], minutes=1)


def it_was_due_in_the_night(paper):
    """As many hours are counted until then, but nothing runs out there."""
    paper["due"] = "2026-01-05T20:00:00+00:00"
    paper["target_seconds"] = 6 * 3600


def it_was_in_time(paper):
    paper["late"] = False


def it_was_kept(paper):
    paper["state"] = "met"


def it_was_judged_before(paper):
    paper["judged_at"] = "2026-01-05T14:00:00+00:00"
    paper["late"] = False
    paper["state"] = "met"


def it_ended_before(paper):
    paper["until"] = paper["judged_at"] = "2026-01-05T15:00:00+00:00"


def it_started_later(paper):
    paper["started_at"] = moved(paper["started_at"], hours=1)


def a_reason_is_made_up(paper):
    paper["intervals"][1]["why"] = "lunch"


def a_stretch_goes_backwards(paper):
    first = paper["intervals"][0]
    first["from"], first["to"] = first["to"], first["from"]


def the_night_of_the_hold_is_called_hours(paper):
    paper["intervals"][2]["why"] = "hold in hours: customer"


def the_night_of_the_hold_is_called_closed(paper):
    paper["intervals"][2]["why"] = "closed out of hours"


def an_hour_of_the_hold_is_called_night(paper):
    paper["intervals"][3]["why"] = "hold out of hours: customer"


def it_is_another_paper(paper):
    paper["format"] = "servicecore.certificate/9"


class TestWhoChangesItIsFoundOut:
    """The verifier shares no code with the library."""

    def test_untouched_it_holds(self):
        assert [] == problems(paper_of(*LATE))

    @pytest.mark.parametrize(
        "change",
        [
            an_hour_of_night_counts,
            the_night_is_called_open,
            a_stretch_is_left_out,
            a_stretch_is_told_twice,
            two_change_places,
            the_hold_is_longer,
            the_hold_is_longer_and_the_next_shorter,
            a_length_is_another,
            less_was_spent,
            more_was_promised,
            it_was_due_later,
            it_was_due_in_the_night,
            it_was_in_time,
            it_was_kept,
            it_was_judged_before,
            it_ended_before,
            it_started_later,
            a_reason_is_made_up,
            a_stretch_goes_backwards,
            it_is_another_paper,
        ],
    )
    def test_changed(self, change):
        paper = paper_of(*LATE)
        change(paper)

        assert [] != problems(paper)

    @pytest.mark.parametrize(
        "change",
        [
            less_was_spent,
            more_was_promised,
            it_was_due_later,
            it_was_in_time,
            a_stretch_is_left_out,
            the_night_of_the_hold_is_called_hours,
            the_night_of_the_hold_is_called_closed,
            an_hour_of_the_hold_is_called_night,
        ],
    )
    def test_changed_where_a_hold_counts_by_the_wall(self, change):
        held = clock(*OVERNIGHT, of=resolution(8 * HOUR, credit="wall"))
        paper = certificate(held, on("thu 12:00")).as_dict()
        assert [] == problems(paper)
        change(paper)

        assert [] != problems(paper)

    @given(data=st.data())
    def test_any_edge_moved_by_a_minute_is_noticed(self, data):
        paper = paper_of(*LATE)
        row = data.draw(st.sampled_from(paper["intervals"]))
        edge = data.draw(st.sampled_from(["from", "to"]))
        row[edge] = moved(row[edge], minutes=data.draw(st.sampled_from([-1, 1])))

        assert [] != problems(paper)

    def test_an_earlier_breach_makes_it_missed(self):
        two = (
            resolution(1 * HOUR, when={"priority": ("high",)}),
            resolution(9 * HOUR, when={"priority": ("low",)}),
        )
        relieved = clock(
            happening("opened", "mon 10:00", priority="high"),
            happening("lowered", "mon 12:00", priority="low"),
            ("resolved", "mon 13:00"),
            of=two,
        )
        paper = certificate(relieved, on("mon 14:00")).as_dict()

        assert [] == problems(paper)
        assert ["2026-01-05T11:00:00+00:00"] == paper["breaches"]
        paper["breaches"] = []
        assert ["another state"] == problems(paper)


class TestFromTheCommandLine:
    """``python verify_certificate.py FILE.json`` says nothing when it holds."""

    @pytest.mark.parametrize(
        ("spent", "code", "said"), [(0, 0, ""), (1, 1, "another sum until the end\n")]
    )
    def test_of_a_file(self, tmp_path, spent, code, said):
        paper = paper_of(*LATE)
        paper["spent_seconds"] += spent
        file = tmp_path / "paper.json"
        file.write_text(json.dumps(paper), encoding="utf-8")
        ran = subprocess.run(
            [sys.executable, VERIFIER, file], capture_output=True, text=True, check=False
        )

        assert (code, said) == (ran.returncode, ran.stderr)

    @pytest.mark.parametrize("words", [[], ["--help"], ["none.json"], [VERIFIER], ["a", "b"]])
    def test_of_what_is_no_certificate_it_tells_the_usage_in_a_line(self, words):
        ran = subprocess.run(
            [sys.executable, VERIFIER, *words], capture_output=True, text=True, check=False
        )

        assert (2, "", 1) == (ran.returncode, ran.stdout, ran.stderr.count("\n"))
        assert ran.stderr.startswith("usage: ")

    def test_it_is_a_page_of_the_standard_library(self):
        text = VERIFIER.read_text(encoding="utf-8")

        assert len(text.splitlines()) <= 60
        assert "servicecore" not in "".join(line for line in text.splitlines() if "import" in line)
