"""What other promises would have come to, summed up over clocks."""

from __future__ import annotations

from datetime import timedelta

from servicecore.projections.what_if import Difference, Outcome, Totals, totals, what_if
from tests.domain.sla.given import LADDER, OPENED, as_timeline, on, resolution, terms
from tests.moments import HOUR, NINE


def outcome(*, late):
    return Outcome(
        due=NINE + HOUR,
        spent=timedelta(hours=2 if late else 0),
        state="missed" if late else "met",
        is_late=late,
        levels=("supervisor",) if late else (),
    )


LATE, IN_TIME = outcome(late=True), outcome(late=False)


def summed(*sides):
    return totals(
        Difference(subject=f"ticket/T-{n}", clock="handling", round=1, was=was, would_be=would_be)
        for n, (was, would_be) in enumerate(sides)
    )["handling"]


class TestTotals:
    """Better and worse is told of what is promised both times."""

    def test_a_promise_that_is_not_made_is_no_improvement(self):
        told = summed((LATE, None), (LATE, None), (IN_TIME, None))

        assert (3, 3, 2) == (told.clocks, told.not_promised, told.late)
        assert (0, 0) == (told.would_be_late, told.no_longer_late)

    def test_a_promise_that_was_not_made_is_no_worsening(self):
        told = summed((None, LATE), (None, IN_TIME))

        assert (2, 2, 0) == (told.clocks, told.newly_promised, told.not_promised)
        assert (0, 1, 0) == (told.late, told.would_be_late, told.newly_late)

    def test_what_is_promised_both_times_is_compared(self):
        told = summed((LATE, IN_TIME), (LATE, LATE), (IN_TIME, LATE), (IN_TIME, LATE))

        assert (
            Totals(
                clocks=4,
                late=2,
                would_be_late=3,
                newly_late=2,
                no_longer_late=1,
                escalations=2,
                would_be_escalations=3,
            )
            == told
        )

    def test_they_can_be_added(self):
        one, other = summed((LATE, None)), summed((None, LATE), (LATE, IN_TIME))

        assert summed((LATE, None), (None, LATE), (LATE, IN_TIME)) == one + other


class TestOfOneTicket:
    """Each clock is told as it was, and as it would have been."""

    def test_a_clock_that_was_called_off_is_neither_late_nor_escalated(self):
        """Half of the four hours had gone by at noon, and with one hour all of it at eleven."""
        [told] = what_if(
            "ticket/T-1",
            as_timeline(OPENED, ("cancelled", "mon 13:00")),
            was=terms(resolution(ladder=LADDER)),
            instead=terms(resolution(HOUR, ladder=LADDER)),
            as_of=on("tue 10:00"),
        )

        assert [told.was.state, told.would_be.state] == ["cancelled", "cancelled"]
        assert [told.was.levels, told.would_be.levels] == [(), ()]
        assert not told.would_be.is_late

    def test_one_that_went_on_is_both(self):
        [told] = what_if(
            "ticket/T-1",
            as_timeline(OPENED, ("resolved", "mon 13:00")),
            was=terms(resolution(ladder=LADDER)),
            instead=terms(resolution(HOUR, ladder=LADDER)),
            as_of=on("tue 10:00"),
        )

        assert [told.was.levels, told.was.is_late] == [("warning",), False]
        assert told.would_be.levels == ("warning", "deadline", "too much")
        assert told.would_be.is_late
