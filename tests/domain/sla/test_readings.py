"""What goes on record of a clock: when its promise was decided, and what it shows then."""

from __future__ import annotations

from datetime import date

import pytest

from servicecore.domain.calendar import WorkingCalendar
from servicecore.domain.sla import State, keep_time

from .given import (
    DAYS,
    HOUR,
    LADDER,
    OPENED,
    as_timeline,
    clock,
    happening,
    on,
    resolution,
    terms,
)

DUE = "mon 14:00"


class TestTheMomentOfTheDecision:
    """A promise is decided when it is kept or broken, whichever comes first."""

    @pytest.mark.parametrize(
        ("then", "asked", "decided"),
        [
            ([], "mon 14:00", None),
            ([], "mon 14:00:01", DUE),
            ([], "wed 10:00", DUE),
            ([("resolved", "mon 11:00")], "wed 10:00", "mon 11:00"),
            ([("resolved", "mon 14:00")], "wed 10:00", DUE),
            ([("resolved", "tue 10:00")], "wed 10:00", DUE),
            ([("cancelled", "mon 11:00")], "wed 10:00", None),
            ([("cancelled", "tue 10:00")], "wed 10:00", DUE),
            ([("paused", "mon 13:00")], "wed 10:00", None),
        ],
    )
    def test_is(self, then, asked, decided):
        reading = clock(OPENED, *then).reading(on(asked))

        assert (decided and on(decided)) == reading.decided_at

    def test_is_the_first_breach_under_whatever_promise(self):
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
        reading = relieved.reading(on("mon 14:00"))

        assert (State.MISSED, on("mon 11:00")) == (reading.state, reading.decided_at)


class TestWhatIsShown:
    """The levels ahead while it runs, and whether the notice of the days off is out."""

    @pytest.mark.parametrize(
        ("then", "levels"),
        [
            ([], ["mon 12:00", "mon 14:00", "mon 16:00"]),
            ([("paused", "mon 11:00")], []),
            ([("resolved", "mon 11:00")], []),
            ([("cancelled", "mon 11:00")], []),
        ],
    )
    def test_levels_are_told_while_it_runs(self, then, levels):
        reading = clock(OPENED, *then, of=resolution(ladder=LADDER)).reading(on("mon 11:00"))

        assert [on(each) for each in levels] == [each.due for each in reading.rungs]

    @pytest.mark.parametrize(
        ("then", "provisional"), [([], True), ([("resolved", "mon 11:00")], False)]
    )
    def test_a_deadline_is_provisional_as_long_as_somebody_has_to_keep_it(self, then, provisional):
        published = WorkingCalendar(
            timezone="UTC",
            week={day: [("09:00", "17:00")] for day in DAYS[:5]},
            published_through=date(2026, 1, 5),
        )
        told = terms(resolution(20 * HOUR), calendar=published)
        [running] = keep_time(as_timeline(OPENED, *then), told)

        assert provisional is running.reading(on("mon 12:00")).provisional
