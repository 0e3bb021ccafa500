"""The worked cases of business time that every calendar engine of note was tested with.

They stand outside this repository, in ``../shared/cases``; without them the
module is skipped.
"""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from servicecore.domain.calendar import WorkingCalendar

FILE = Path(__file__).parents[3] / "shared" / "cases" / "business_time.json"
CASES = json.loads(FILE.read_text(encoding="utf-8"))["cases"] if FILE.exists() else []

AS_TAGGED = {
    "reversed:negative": {"reversed": "negative"},
    "boundary:next_open": {"at_closing": "next_opening"},
}


def moment(text):
    return datetime.fromisoformat(text)


def in_utc(value):
    """A repeated hour equals nothing in another zone (PEP 495), so compare in UTC."""
    if isinstance(value, datetime):
        return value.astimezone(timezone.utc)
    if isinstance(value, list):
        return [tuple(map(in_utc, each)) for each in value]
    return value


def choices(case):
    tags = case.get("semantics", [])
    chosen = {}
    for tag in tags:
        chosen |= AS_TAGGED.get(tag, {})
        name, _, value = tag.partition(":")
        if name == "day_mode":
            chosen["mode"] = "same_time" if value == "keep" else value
        if tag == "zero:roll":
            chosen |= (
                {"at_opening": "previous_closing"}
                if case["op"] == "subtract"
                else {"at_closing": "next_opening"}
            )
    return chosen


def answer(case):  # noqa: PLR0911  # one line an operation
    calendar, op = WorkingCalendar.from_dict(case["calendar"]), case["op"]
    chosen = choices(case)
    at = moment(case.get("at") or case.get("start") or "2000-01-01T00:00:00Z")
    match op:
        case "in_hours":
            return calendar.is_open(at)
        case "on_break" | "on_holiday" | "next_open" | "next_close" | "next_period_start":
            return getattr(calendar, op)(at)
        case "prev_close":
            return calendar.previous_close(at)
        case "elapsed":
            return calendar.elapsed(at, moment(case["end"]), **chosen).total_seconds()
        case "add" | "subtract":
            return getattr(calendar, op)(at, timedelta(seconds=case["seconds"]), **chosen)
        case "add_days":
            return calendar.add_days(at, case["days"], **chosen)
        case "working_days_between":
            days = (date.fromisoformat(case[each]) for each in ("start_date", "end_date"))
            return calendar.working_days_between(*days)
        case "periods":
            return calendar.periods(at, case["count"])
        case "intersect_periods":
            other = WorkingCalendar.from_dict(case["other_calendar"])
            return (calendar & other).periods(at, case["count"])


def expected(case):
    value = case["expected"]
    if isinstance(value, str):
        return moment(value)
    if isinstance(value, list):
        return [(moment(opening), moment(closing)) for opening, closing in value]
    return value


@pytest.mark.skipif(not CASES, reason=f"{FILE} is not there")
def test_the_file_holds_all_cases():
    assert len(CASES) >= 165


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_business_time(case):
    assert in_utc(answer(case)) == in_utc(expected(case)), case["topic"]


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if "instant_semantics_result" in case],
    ids=lambda case: case["id"],
)
def test_by_the_instant(case):
    by_the_instant = {**case["calendar"], "local_times": "instant"}

    found = answer({**case, "calendar": by_the_instant})

    assert in_utc(found) == moment(case["instant_semantics_result"])
