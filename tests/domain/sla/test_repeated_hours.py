"""Clocks and certificates where the hours of an office are repeated or skipped.

In New York the clocks go back on 1 November 2026 at 06:00 UTC, so that from one to
two is lived through twice, and go forward on 8 March 2026 at 07:00 UTC.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from itertools import pairwise

import pytest

from servicecore.domain.calendar import WorkingCalendar
from servicecore.domain.sla import Happening, certificate, keep_time

from .given import DAYS, HOUR, MINUTE, resolution, terms

MIDNIGHT = datetime(2026, 11, 1, tzinfo=timezone.utc)
IN_MARCH = datetime(2026, 3, 8, tzinfo=timezone.utc)
#: Half past one in the first pass is 05:30 UTC, and in the second 06:30 UTC.
SECOND_PASS = MIDNIGHT + 6 * HOUR + 30 * MINUTE
AROUND_THE_CLOCK = [("00:00", "24:00")]


def new_york(hours, **choices):
    week = dict.fromkeys(DAYS[:7], hours)
    return WorkingCalendar(timezone="America/New_York", week=week, **choices)


def kept(*timeline, of, hours=AROUND_THE_CLOCK, **choices):
    told = [Happening(what, at, reason="customer" * (what == "paused")) for what, at in timeline]
    [only] = keep_time(told, terms(of, calendar=new_york(hours, **choices)))
    return only


def held(start, *, since, until):
    return ("opened", start), ("paused", start + since), ("resumed", start + until)


@pytest.mark.parametrize("credit", ["working", "wall"])
class TestADeadlineAfterAHold:
    """An hour is an hour, whatever the clock on the wall does meanwhile."""

    def test_in_the_second_pass_of_an_hour_is_not_told_in_the_first(self, credit):
        promise = resolution(5 * HOUR + 30 * MINUTE, credit=credit)
        clock = kept(*held(MIDNIGHT, since=HOUR, until=2 * HOUR), of=promise)

        assert clock.due(SECOND_PASS) == SECOND_PASS
        assert not clock.is_late(SECOND_PASS)
        assert clock.is_late(SECOND_PASS + MINUTE)

    def test_in_the_first_pass_is_not_told_in_the_second(self, credit):
        first_pass = SECOND_PASS - HOUR
        promise = resolution(4 * HOUR + 30 * MINUTE, credit=credit)
        clock = kept(*held(MIDNIGHT, since=HOUR, until=2 * HOUR), of=promise)

        assert clock.due(first_pass) == first_pass

    def test_lies_behind_an_hour_that_was_skipped(self, credit):
        start = IN_MARCH + 5 * HOUR
        clock = kept(
            *held(start, since=30 * MINUTE, until=150 * MINUTE), of=resolution(HOUR, credit=credit)
        )

        assert clock.due(start + 3 * HOUR) == start + 3 * HOUR


class TestACertificate:
    """What counted sums to the target; each stretch begins where the last one ended."""

    NIGHT = (("01:15", "01:45"), ("03:00", "05:00"))

    @pytest.mark.parametrize(
        ("local_times", "first_night"), [("endpoint", [30, 120]), ("instant", [30, 30, 120])]
    )
    def test_of_a_night_with_a_repeated_hour(self, local_times, first_night):
        promise = resolution(5 * HOUR + 30 * MINUTE)
        clock = kept(("opened", MIDNIGHT), of=promise, hours=self.NIGHT, local_times=local_times)
        paper = certificate(clock, MIDNIGHT + timedelta(days=3))
        counted = [each for each in paper.intervals if each.counted]
        before_noon = [each for each in counted if each.end <= MIDNIGHT + 12 * HOUR]

        assert [each.length / MINUTE for each in before_noon] == first_night
        until_due = [each.length for each in counted if each.end <= paper.due]
        assert sum(until_due, timedelta()) == paper.target
        assert sum((each.length for each in counted), timedelta()) == paper.spent
        assert all(each.end == after.start for each, after in pairwise(paper.intervals))
