"""What must hold for every calendar, and what a patient clerk finds minute by minute."""

from __future__ import annotations

from datetime import timedelta, timezone
from zoneinfo import ZoneInfo

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from servicecore.domain.calendar import WorkingCalendar
from tests.domain.calendar_brute_force import DAY_NAMES, MINUTE, Clerk, utc

DAYS = 12  #: How long the clerk goes on.
NOTHING = timedelta()

#: Where clocks do what they do, and two days before they do it.
TURNS = [
    ("UTC", utc(2024, 2, 27)),  # Nothing but a leap day.
    ("Asia/Shanghai", utc(2024, 2, 1)),
    ("Asia/Kolkata", utc(2025, 12, 29)),  # A half-hour zone over New Year.
    ("Asia/Kathmandu", utc(2025, 6, 2)),
    ("America/New_York", utc(2024, 3, 8)),
    ("America/New_York", utc(2024, 11, 1)),
    ("Europe/Paris", utc(2020, 3, 27)),
    ("Europe/Paris", utc(2020, 10, 23)),
    ("Australia/Lord_Howe", utc(2024, 4, 5)),  # Half an hour back,
    ("Australia/Lord_Howe", utc(2024, 10, 4)),  # and forward.
    ("America/Sao_Paulo", utc(2015, 2, 20)),  # Midnight is repeated,
    ("America/Sao_Paulo", utc(2015, 10, 16)),  # and missing.
    ("America/St_Johns", utc(2008, 10, 31)),  # One minute into Sunday it is Saturday again.
    ("Pacific/Apia", utc(2011, 12, 28)),  # The 30th does not exist.
    ("Asia/Tehran", utc(2016, 3, 19)),
]

quarters = st.integers(0, 96)


def written(quarter):
    return f"{quarter // 4:02}:{quarter % 4 * 15:02}"


@st.composite
def some_hours(draw, most=3):
    """A few intervals that do not overlap; they may touch."""
    edges = sorted(draw(st.lists(quarters, min_size=2, max_size=2 * most, unique=True)))
    edges = edges[: len(edges) // 2 * 2]
    spans = [(written(a), written(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    return draw(st.sampled_from([spans, [("00:00", "24:00")], spans]))


@st.composite
def desks(draw):
    """The rules of a calendar, and the moment from which the clerk looks."""
    zone, turn = draw(st.sampled_from(TURNS))
    near = st.integers(-1, 8).map(lambda days: (turn + timedelta(days)).date())
    rules = {
        "timezone": zone,
        "week": draw(st.dictionaries(st.sampled_from(DAY_NAMES), some_hours(), min_size=1)),
        "holidays": draw(st.lists(near, max_size=2, unique=True)),
        "special": draw(st.dictionaries(near, some_hours(most=2), max_size=2)),
        "breaks": draw(st.dictionaries(near, some_hours(most=2), max_size=2)),
        "holiday_and_special": draw(st.sampled_from(["holiday", "special"])),
        "local_times": draw(st.sampled_from(["endpoint", "instant"])),
    }
    return rules, turn - timedelta(days=2)


moments = st.integers(24 * 60, (DAYS - 2) * 24 * 60)
fractions = st.sampled_from([0, 0, 1, 59_999_999]) | st.integers(0, 59_999_999)


def at(begin, minute, fraction=0):
    return begin + minute * MINUTE + timedelta(microseconds=fraction)


def in_utc(moment):
    """Tell it in UTC: a repeated hour equals nothing in another zone (PEP 495)."""
    return moment.astimezone(timezone.utc)


def opened(desk):
    rules, begin = desk
    clerk = Clerk(rules, begin=begin, days=DAYS)
    return WorkingCalendar(**rules), clerk, begin


class TestAClerkFindsTheSame:
    """Every answer is the one that counting minutes gives."""

    @given(desk=desks(), first=moments, second=moments, fraction=fractions)
    def test_for_the_working_time_between_two_moments(self, desk, first, second, fraction):
        calendar, clerk, begin = opened(desk)
        start, end = at(begin, min(first, second)), at(begin, max(first, second), fraction)

        assert calendar.elapsed(start, end) == clerk.elapsed(start, end)
        assert calendar.elapsed(end, start, reversed="negative") == -clerk.elapsed(start, end)

    @given(desk=desks(), minute=moments, fraction=fractions)
    def test_for_whether_it_is_open(self, desk, minute, fraction):
        calendar, clerk, begin = opened(desk)
        moment = at(begin, minute, fraction)

        assert calendar.is_open(moment) == clerk.is_open(moment)

    @given(desk=desks(), minute=moments, needed=st.integers(0, 900))
    def test_for_a_deadline(self, desk, minute, needed):
        calendar, clerk, begin = opened(desk)
        start = at(begin, minute)
        due = clerk.add(start, needed)
        assume(due is not None)

        assert in_utc(calendar.add(start, needed * MINUTE)) == due

    @given(desk=desks(), minute=moments, needed=st.integers(0, 900))
    def test_for_a_start_counted_back(self, desk, minute, needed):
        calendar, clerk, begin = opened(desk)
        end = at(begin, minute)
        begun = clerk.subtract(end, needed)
        assume(begun is not None)

        assert in_utc(calendar.subtract(end, needed * MINUTE)) == (begun if needed else end)

    @given(desk=desks(), minute=moments)
    def test_for_openings_and_closings(self, desk, minute):
        calendar, clerk, begin = opened(desk)
        moment = at(begin, minute)
        openings = [each for each in clerk.changes(to=True) if each > moment]
        closings = [each for each in clerk.changes(to=False) if each > moment]
        before = [each for each in clerk.changes(to=False) if each <= moment]
        assume(openings and closings and before)

        just_before_is_open = clerk.is_open(moment - MINUTE)
        assert in_utc(calendar.next_open(moment)) == clerk.next_open(moment)
        assert in_utc(calendar.next_period_start(moment)) == openings[0]
        assert in_utc(calendar.next_close(moment)) == closings[0]
        assert in_utc(calendar.previous_close(moment)) == (
            moment if just_before_is_open else before[-1]
        )

    @given(desk=desks(), minute=moments)
    def test_for_the_next_periods(self, desk, minute):
        calendar, clerk, begin = opened(desk)
        moment = at(begin, minute)
        closings = [each for each in clerk.changes(to=False) if each > moment][:3]
        openings = [clerk.next_open(each) for each in [moment, *closings]][: len(closings)]

        found = calendar.periods(moment, len(closings))

        assert [tuple(map(in_utc, each)) for each in found] == list(
            zip(openings, closings, strict=True)
        )

    @given(desk=desks(), minute=moments, n=st.integers(0, 4))
    def test_for_working_days(self, desk, minute, n):
        calendar, clerk, begin = opened(desk)
        start = at(begin, minute)
        today = start.astimezone(calendar.zone).date()
        working = clerk.working_days()
        later = [day for day in working if day > today]
        assume(later)
        n = min(n, len(later) - 1)
        last = (today if today in working else later[0]) if n == 0 else later[n - 1]

        assert in_utc(calendar.add_days(start, n)) == clerk.closing(last)
        assert calendar.working_days_between(today, later[n]) == n + 1
        assert calendar.working_days_between(later[n], today) == -n - 1
        assert calendar.is_working_day(today) == (today in working)

    @given(left=desks(), right=desks(), first=moments, second=moments)
    def test_for_two_calendars_at_once(self, left, right, first, second):
        (left_rules, begin), (right_rules, _) = left, right
        clerks = [Clerk(each, begin=begin, days=DAYS) for each in (left_rules, right_rules)]
        both = WorkingCalendar(**left_rules) & WorkingCalendar(**right_rules)
        start, end = sorted([first, second])
        minutes = sum(
            a and b for a, b in list(zip(*(c.ticks for c in clerks), strict=True))[start:end]
        )

        assert both.elapsed(at(begin, start), at(begin, end)) == minutes * MINUTE
        assert both.is_open(at(begin, start)) == all(clerk.ticks[start] for clerk in clerks)


#: Calendars of every kind for the laws; the zones change their clocks in their own ways.
desk_of_any_year = st.builds(
    lambda desk, years: (desk[0], desk[1] + years * timedelta(days=366)),
    desks(),
    st.integers(-30, 30),
)
durations = st.timedeltas(NOTHING, timedelta(hours=300))


@st.composite
def three_moments(draw):
    rules, begin = draw(desk_of_any_year)
    offsets = sorted(draw(st.timedeltas(NOTHING, timedelta(days=90))) for _ in range(3))
    return (WorkingCalendar(**rules), *(begin + each for each in offsets))


class TestLaws:
    """Promises that no rule of any calendar may break."""

    @given(three_moments())
    def test_working_time_adds_up(self, case):
        calendar, a, b, c = case

        assert calendar.elapsed(a, b) + calendar.elapsed(b, c) == calendar.elapsed(a, c)

    @given(three_moments())
    def test_working_time_is_never_negative_nor_more_than_wall_time(self, case):
        calendar, a, _, c = case

        assert NOTHING <= calendar.elapsed(a, c) <= c - a
        assert calendar.elapsed(c, a) == NOTHING

    @given(three_moments(), durations)
    def test_a_deadline_undoes_what_elapsed_measures(self, case, duration):
        calendar, a, *_ = case

        assert calendar.elapsed(a, calendar.add(a, duration)) == duration
        assert calendar.elapsed(calendar.subtract(a, duration), a) == duration

    @given(three_moments(), durations, durations)
    def test_later_or_longer_is_never_due_earlier(self, case, shorter, more):
        calendar, a, b, _ = case

        assert calendar.add(a, shorter) <= calendar.add(b, shorter)
        assert calendar.add(a, shorter) <= calendar.add(a, shorter + more)

    @given(three_moments(), durations)
    def test_no_earlier_moment_would_do(self, case, duration):
        calendar, a, *_ = case
        due = in_utc(calendar.add(a, duration + timedelta(microseconds=1)))

        assert calendar.elapsed(a, due - timedelta(microseconds=1)) == duration

    def test_no_earlier_moment_would_do_in_a_repeated_hour(self):
        first_quarter = [("00:00", "00:15")]  # A minute into it, it is Saturday again.
        calendar = WorkingCalendar(timezone="America/St_Johns", week={"sun": first_quarter})
        start, minute = utc(2008, 10, 29), timedelta(minutes=1)

        due = in_utc(calendar.add(start, minute))

        assert calendar.elapsed(start, due) == minute
        assert calendar.elapsed(start, due - timedelta(microseconds=1)) < minute

    @given(three_moments(), durations)
    def test_the_viewers_zone_changes_nothing(self, case, duration):
        calendar, a, b, _ = case
        elsewhere = [ZoneInfo("Pacific/Kiritimati"), timezone(-timedelta(hours=9, minutes=30))]

        for zone in elsewhere:
            assert calendar.elapsed(a.astimezone(zone), b.astimezone(zone)) == calendar.elapsed(
                a, b
            )
            assert in_utc(calendar.add(a.astimezone(zone), duration)) == in_utc(
                calendar.add(a, duration)
            )
            assert in_utc(calendar.add_days(b.astimezone(zone), 2)) == in_utc(
                calendar.add_days(b, 2)
            )

    @given(three_moments(), durations)
    def test_answers_are_told_in_the_zone_of_the_calendar(self, case, duration):
        calendar, a, *_ = case

        for answer in (calendar.add(a, duration), calendar.next_open(a), calendar.add_days(a, 1)):
            assert answer.tzinfo == ZoneInfo(calendar.timezone)

    @given(
        st.sampled_from([zone for zone, _ in TURNS]),
        st.timedeltas(NOTHING, timedelta(days=128 * 365)).map(
            lambda since: utc(1971, 1, 1) + since
        ),
        st.timedeltas(NOTHING, timedelta(days=500)),
        st.sampled_from(["endpoint", "instant"]),
        st.sampled_from([[], ["1970-01-01"]]),  # An exception, long ago.
    )
    @example("Pacific/Apia", utc(2011, 12, 1), timedelta(60), "endpoint", ["1970-01-01"])
    @example("Pacific/Apia", utc(2011, 12, 1), timedelta(60), "instant", ["1970-01-01"])
    @settings(max_examples=40)
    def test_round_the_clock_working_time_is_wall_time(
        self, zone, start, duration, local_times, holidays
    ):
        calendar = WorkingCalendar(
            timezone=zone,
            week=dict.fromkeys(DAY_NAMES, (("00:00", "24:00"),)),
            holidays=holidays,
            local_times=local_times,
        )

        assert calendar.elapsed(start, start + duration) == duration
        assert in_utc(calendar.add(start, duration)) == start + duration

    @given(three_moments(), durations)
    def test_whatever_was_asked_before_changes_nothing(self, case, duration):
        calendar, a, b, _ = case
        fresh = WorkingCalendar.from_dict(calendar.as_dict())
        for years in (-3, 4):
            calendar.is_open(a + years * timedelta(days=365))

        assert fresh.add(b, duration) == calendar.add(b, duration)
        assert fresh.elapsed(a, b) == calendar.elapsed(a, b)
        assert fresh.subtract(b, duration) == calendar.subtract(b, duration)
        assert fresh.next_open(a) == calendar.next_open(a)
