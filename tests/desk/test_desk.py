"""The front door: what is promised, what falls due, and by whom it may be touched."""

from __future__ import annotations

from datetime import date, timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicecore import BadStandardError, Level, ServiceDesk, Status, WorkingCalendar
from servicecore.domain.refusals import RefusedError
from servicecore.domain.standard import UnknownCalendarError, UnknownStandardError
from servicecore.domain.ticket import TicketEscalated, TicketWarned
from servicecore.standards import parse_standard
from servicecore.storage import ConflictError
from servicecore.storage.sqlite_tables import SQLiteTables
from tests.moments import ELEVEN, HOUR, MANUAL, MICROSECOND, MINUTE, NINE, REQUEST, SECOND

OFFICE = WorkingCalendar(
    timezone="UTC",
    week=dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), (("09:00", "17:00"),)),
    name="whole_week",
)
OURS = parse_standard(
    """
    id = "ours"
    version = 3
    title = "What we promise"
    pause_reasons = ["customer"]

    [calendar]
    name = "our_office"
    timezone = "UTC"
    week = { mon = [["09:00", "17:00"]], tue = [["09:00", "17:00"]] }

    [[clock]]
    name = "first_response"
    within = "2 working days"
    stops = ["answered"]
    clause = "ours:1"
    ladder = [{ at = 1.0, to = "manager" }]
    """,
    source="ours.toml",
)


def told(desk, ticket_id="T-1"):
    """Return which levels were told, of which clock, due when."""
    return [
        (each.event.clock, each.event.rung, each.event.due)
        for each in desk.tickets.history(ticket_id)
        if isinstance(each.event, TicketWarned | TicketEscalated)
    ]


class TestOpening:
    """What nobody could use is refused by name, before anything is made."""

    @pytest.mark.parametrize(
        ("told", "error", "match"),
        [
            ({"react": "later"}, ValueError, "expected inline or worker, got 'later'"),
            ({"clock": NINE}, TypeError, "returns the time when it is called, got datetime"),
            ({"calendar": "china"}, TypeError, "WorkingCalendar.from_toml .* got 'china'"),
            ({"calendars": [None]}, TypeError, "WorkingCalendar.from_toml .* got None"),
        ],
    )
    def test_so_no_file_is_left_behind(self, tmp_path, told, error, match):
        with pytest.raises(error, match=match):
            ServiceDesk.open(f"sqlite:///{tmp_path}/service.db", **told)
        assert list(tmp_path.iterdir()) == []


class TestStandards:
    """New customers are promised what the desk's standard says."""

    def test_the_operations_manual_unless_told(self):
        with ServiceDesk.open("memory:") as desk:
            assert desk.standard == MANUAL

    def test_another_one_as_a_value(self):
        with ServiceDesk.open("memory:", standard=OURS) as desk:
            desk.tickets.open("T-1", **REQUEST, at=NINE)
            ticket = desk.tickets.get("T-1")

        assert (ticket.standard, ticket.calendar) == ("ours@3", "our_office@1")
        # Two working days of a week of Mondays and Tuesdays: Tuesday and the next Monday.
        assert ticket.promises["first_response", 1].due == NINE + timedelta(days=7, hours=8)

    def test_counted_on_another_calendar(self):
        with ServiceDesk.open("memory:", standard=OURS, calendar=OFFICE) as desk:
            desk.tickets.open("T-1", **REQUEST, at=NINE)

            assert desk.tickets.get("T-1").promises["first_response", 1].due == NINE + timedelta(
                days=2, hours=8
            )
            assert desk.reports.zone == "UTC"

    def test_a_file(self, tmp_path):
        path = tmp_path / "ours.toml"
        path.write_text(
            'id = "x"\ntitle = "X"\n[calendar]\ntimezone = "UTC"\n'
            'week = { mon = [["09:00", "17:00"]] }'
        )
        with ServiceDesk.open("memory:", standard=path) as desk:
            assert desk.standard.reference == "x@1"

    def test_one_that_cannot_be_read(self):
        with pytest.raises(BadStandardError, match="'nobody_knows' is neither a readable file nor"):
            ServiceDesk.open("memory:", standard="nobody_knows")

    def test_the_environment_may_say_where_and_what(self, monkeypatch, tmp_path):
        monkeypatch.setenv("SERVICECORE_URL", f"sqlite:///{tmp_path / 'service.db'}")
        monkeypatch.setenv("SERVICECORE_STANDARD", "nobody_knows")
        with pytest.raises(BadStandardError):
            ServiceDesk.open()
        monkeypatch.delenv("SERVICECORE_STANDARD")
        with ServiceDesk.open() as desk:
            desk.tickets.open("T-1", **REQUEST)

        assert (tmp_path / "service.db").exists()

    def test_an_argument_goes_before_the_environment(self, monkeypatch, tmp_path):
        monkeypatch.setenv("SERVICECORE_URL", f"sqlite:///{tmp_path / 'service.db'}")
        monkeypatch.setenv("SERVICECORE_STANDARD", "nobody_knows")
        ServiceDesk.open("memory:", standard=OURS).close()

        assert not (tmp_path / "service.db").exists()


class TestPromisesOnRecord:
    """A promise is kept under the version it was made in, or not touched at all."""

    @pytest.fixture
    def url(self, tmp_path):
        url = f"sqlite:///{tmp_path / 'service.db'}"
        with ServiceDesk.open(url, standard=OURS, calendar=OFFICE) as desk:
            desk.tickets.open("T-1", **REQUEST, at=NINE)
        return url

    def test_a_desk_that_does_not_know_the_standard_refuses(self, url):
        with ServiceDesk.open(url) as desk:
            head = desk.log.head()
            with pytest.raises(
                UnknownStandardError, match=r"'ours@3' is not known here; known are"
            ):
                desk.tickets.answer("T-1", by="Lin", at=NINE)
            assert desk.run_due(NINE + 1000 * HOUR) == []  # It must not stop the others.
            with pytest.raises(UnknownStandardError):
                list(desk.projects.check())
            assert desk.log.head() == head

    def test_so_does_one_that_does_not_know_the_calendar(self, url):
        with (
            ServiceDesk.open(url, standards=[OURS]) as desk,
            pytest.raises(
                UnknownCalendarError, match=r"'whole_week@1' .*known are always@1, china"
            ),
        ):
            desk.tickets.answer("T-1", by="Lin", at=NINE)

    def test_one_that_knows_both_goes_on_as_promised(self, url):
        with ServiceDesk.open(url, standards=[OURS], calendars=[OFFICE]) as desk:
            desk.tickets.open("T-2", **REQUEST, at=NINE)
            desk.run_due(NINE + timedelta(days=3))

            assert told(desk) == [("first_response", "manager", NINE + timedelta(days=2, hours=8))]
            assert desk.tickets.get("T-2").standard == "operations_manual_2025@1"

    def test_another_version_is_another_standard(self, url):
        newer = attrs.evolve(OURS, version=4)
        with (
            ServiceDesk.open(url, standard=newer, calendar=OFFICE) as desk,
            pytest.raises(UnknownStandardError, match=r"'ours@3'.* ours@4"),
        ):
            desk.tickets.answer("T-1", by="Lin", at=NINE)


class TestWhatFallsDue:
    """Fired once, whoever asks, however late and however often."""

    def test_nothing_is_due_at_a_desk_without_tickets(self):
        with ServiceDesk.open("memory:") as desk:
            assert desk.run_due() == []
            assert desk.next_wake_up() is None

    @pytest.mark.parametrize(("off_by", "rungs"), [(-SECOND, 1), (0 * SECOND, 1), (SECOND, 2)])
    def test_around_a_deadline(self, off_by, rungs):
        with ServiceDesk.open("memory:") as desk:
            desk.tickets.open("T-1", **REQUEST, priority="A", at=NINE)
            desk.run_due(ELEVEN + off_by)

            assert len(told(desk)) == rungs

    def test_the_desks_clock_tells_the_time_if_nobody_does(self):
        with ServiceDesk.open("memory:", clock=lambda: ELEVEN + SECOND) as desk:
            desk.tickets.open("T-1", **REQUEST, priority="A", at=NINE)
            desk.run_due()

            assert desk.tickets.get("T-1").level is Level.SUPERVISOR

    def test_every_ticket_that_is_late_is_told(self):
        with ServiceDesk.open("memory:") as desk:
            for n in (1, 2, 3):
                desk.tickets.open(f"T-{n}", **REQUEST, priority="A", at=NINE)
            receipts = desk.run_due(ELEVEN + SECOND)

            assert len(receipts) == 3
            assert {each.level for each in map(desk.tickets.get, ("T-1", "T-2", "T-3"))} == {
                Level.SUPERVISOR
            }

    def test_says_who_lets_policies_follow_or_is_not_opened(self):
        with pytest.raises(ValueError, match="expected inline or worker, got 'workers'"):
            ServiceDesk.open("memory:", react="workers")

    def test_first_the_policies_deal_with_what_was_recorded(self):
        """A worker that comes an hour later still finds the request acknowledged at once."""
        with ServiceDesk.open("memory:", react="worker") as desk:
            desk.tickets.open("T-1", **REQUEST, priority="A", at=NINE)
            desk.run_due(NINE + HOUR)

            assert desk.tickets.get("T-1").acknowledged_at == NINE
            assert told(desk) == []

    def test_firing_twice_changes_nothing(self):
        with ServiceDesk.open("memory:") as desk:
            desk.tickets.open("T-1", **REQUEST, priority="A", at=NINE)
            desk.run_due(ELEVEN + SECOND)
            head = desk.log.head()

            assert desk.run_due(ELEVEN + SECOND) == []
            assert desk.run_due(NINE) == []
            assert desk.log.head() == head

    def test_the_next_wake_up_is_when_there_is_something_to_do_and_not_before(self):
        with ServiceDesk.open("memory:") as desk:
            desk.tickets.open("T-1", **REQUEST, priority="A", at=NINE)
            seen = []
            while (wake_up := desk.next_wake_up()) is not None:
                assert desk.run_due(wake_up - MICROSECOND) == []
                assert desk.run_due(wake_up) != []
                seen.append(wake_up - MICROSECOND - NINE)

        assert seen == sorted(seen)
        assert seen[:3] == [96 * MINUTE, 2 * HOUR, 3 * HOUR]
        assert seen[-1] == 108 * HOUR  # 150 % of 72.

    def test_two_desks_on_one_file_tell_it_once(self, tmp_path):
        url = f"sqlite:///{tmp_path / 'service.db'}"
        with ServiceDesk.open(url) as one, ServiceDesk.open(url) as other:
            one.tickets.open("T-1", **REQUEST, priority="A", at=NINE)
            assert one.next_wake_up() == other.next_wake_up()
            assert other.run_due(ELEVEN + SECOND) != []
            assert one.run_due(ELEVEN + SECOND) == []
            one.tickets.answer("T-1", by="Lin", at=NINE + 4 * HOUR)
            assert other.run_due(NINE + 5 * HOUR) == []

            assert [rung for _, rung, _ in told(one)] == ["warning", "supervisor", "manager"]
            assert told(one) == told(other)
            assert sum("TicketAcknowledged" in repr(e) for e in one.tickets.history("T-1")) == 1

    def test_two_may_open_a_new_file_at_once(self, tmp_path, monkeypatch):
        """While one makes its tables, the other may have done so, and be at work."""
        url = f"sqlite:///{tmp_path / 'service.db'}"
        apply, overtaken = SQLiteTables.apply, []

        def hesitate(tables, commit):
            if commit.name == "deadlines" and not overtaken:
                overtaken.append(commit)
                with ServiceDesk.open(url) as other:
                    other.tickets.open("T-1", **REQUEST, priority="A", at=NINE)
                    other.projects.catch_up()
            return apply(tables, commit)

        monkeypatch.setattr(SQLiteTables, "apply", hesitate)
        with ServiceDesk.open(url) as desk:
            assert overtaken
            assert desk.run_due(ELEVEN + SECOND) != []
            desk.projects.catch_up()
            assert {each.events_behind for each in desk.projects.status()} == {0}


# --- Whoever looks, and whenever ---------------------------------------------------

STEPS = [
    ("answer", {"by": "Lin"}),
    ("receive_message", {}),
    ("diagnose", {"by": "Lin", "finding": "a seal"}),
    ("pause", {"reason": "parts"}),
    ("resume", {}),
    ("resolve", {"by": "Lin", "solution": "a seal"}),
    ("reopen", {"reason": "it leaks again"}),
    ("change_priority", {"priority": "A", "reason": "seen"}),
    ("change_priority", {"priority": "C", "reason": "seen"}),
    ("cancel", {"reason": "sold it"}),
]
days = st.lists(
    st.tuples(st.sampled_from(STEPS), st.timedeltas(MINUTE, timedelta(days=2)), st.booleans()),
    max_size=8,
)
THE_END = timedelta(days=40)


def lived_through(days, *, react, look):
    """Return which levels are on record after these *days*, with somebody who looks like this."""
    with ServiceDesk.open("memory:", react=react) as desk:
        now = NINE
        desk.tickets.open("T-1", **REQUEST, priority="B", at=now)
        look(desk, now, now)
        for (verb, facts), wait, _ in days:
            look(desk, now, now + wait)
            now += wait
            try:
                getattr(desk.tickets, verb)("T-1", at=now, **facts)
            except RefusedError:
                continue
        # Somebody does look in the end: a month later, or never again once it is over.
        if desk.tickets.get("T-1").status is not Status.CANCELLED:
            desk.run_due(now + THE_END)
        return set(told(desk)), desk.tickets.get("T-1").level


def hourly(desk, since, now):
    moment = since
    while moment < now:
        desk.run_due(moment)
        moment += HOUR


def when_it_wakes(desk, since, now):
    while (wake_up := desk.next_wake_up()) is not None and wake_up <= now:
        desk.run_due(wake_up)


def never(desk, since, now):
    pass


def workers_keep_up(desk, since, now):
    """The policies follow before the next command, and nobody looks at deadlines."""
    desk._office.catch_up()


def workers_look_hourly(desk, since, now):
    workers_keep_up(desk, since, now)
    hourly(desk, since, now)


class TestWhoeverLooks:
    """Desk or worker, hourly, at the moment or never: the same levels, due at the same moments."""

    @given(days)
    def test_the_same_goes_on_record(self, days):
        expected = lived_through(days, react="inline", look=when_it_wakes)

        assert lived_through(days, react="inline", look=never) == expected
        assert lived_through(days, react="inline", look=hourly) == expected
        assert lived_through(days, react="worker", look=workers_keep_up) == expected
        assert lived_through(days, react="worker", look=workers_look_hourly) == expected

    @given(days)
    def test_now_and_then_is_enough(self, days):
        pattern = iter([sometimes for *_, sometimes in days])

        def now_and_then(desk, since, now):
            if next(pattern, False):
                desk.run_due(since)

        expected = lived_through(days, react="inline", look=never)
        assert lived_through(days, react="inline", look=now_and_then) == expected


def test_holidays_of_the_calendar_are_days_off():
    """A Tuesday off moves a promise of two working days from Wednesday to Thursday."""
    calendar = attrs.evolve(OFFICE, holidays=frozenset({date(2025, 3, 4)}), name="with_a_holiday")
    with ServiceDesk.open("memory:", standard=OURS, calendar=calendar) as desk:
        desk.tickets.open("T-1", **REQUEST, at=NINE)
        due = desk.tickets.get("T-1").promises["first_response", 1].due

    assert due == NINE + timedelta(days=3, hours=8)


class TestAnExpectedVersion:
    """What was decided by what somebody saw, is done on nothing else."""

    def test_is_carried_out_on_what_was_seen(self):
        with ServiceDesk.open("memory:") as desk:
            seen = desk.tickets.open("T-1", **REQUEST, at=NINE)
            found = len(desk.tickets.history("T-1"))

            desk.tickets.answer("T-1", by="Lin", at=NINE, expected_version=found)

            assert seen.versions["ticket/T-1"] < found  # The reply of the policy counts, too.

    def test_a_stale_one_is_refused_and_nothing_stored(self):
        with ServiceDesk.open("memory:") as desk:
            desk.tickets.open("T-1", **REQUEST, at=NINE)
            head = desk.log.head()

            with pytest.raises(ConflictError, match=r"ticket/T-1: expected 1 events .* found 2"):
                desk.tickets.answer("T-1", by="Lin", at=NINE, expected_version=1)
            assert desk.log.head() == head


class TestALookAtTheDesk:
    """At a prompt, a desk and its counters tell in a line what they are."""

    def test_tells_where_it_is_the_standard_and_how_much_is_on_record(self, monkeypatch):
        monkeypatch.delenv("SERVICECORE_URL", raising=False)
        with ServiceDesk.open(standard="tender_standard") as desk:
            assert repr(desk) == "<ServiceDesk at memory: under tender_standard@1, 0 events>"
            assert len(repr(desk.tickets)) < 200
