"""A desk on trial: its clock moves, and what falls due on the way goes on record."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timedelta, timezone

import pytest

from servicecore import Level
from servicecore.domain.moments import NaiveMomentError
from servicecore.testing import MONDAY, open_desk
from servicecore.testing.desks import TimeRunsForwardsError
from tests.moments import HOUR, REQUEST


def opened(desk, priority="A"):
    desk.tickets.open("T-1", **REQUEST, priority=priority)
    return desk


class TestTheClock:
    """It stands still until somebody moves it, and only forwards."""

    def test_stands_at_nine_in_shanghai_on_a_monday(self, service_desk):
        assert service_desk.clock() == datetime(2025, 3, 3, 1, tzinfo=timezone.utc) == MONDAY
        assert service_desk.clock() == MONDAY

    def test_is_the_one_that_the_desk_goes_by(self, service_desk):
        opened(service_desk).clock.advance(minutes=5)
        service_desk.tickets.answer("T-1", by="Lin")
        answered = service_desk.tickets.history("T-1")[-1]
        assert answered.occurred_at == answered.recorded_at == MONDAY + timedelta(minutes=5)

    @pytest.mark.parametrize("length", [{"seconds": -1}, {"days": -1, "hours": 23}])
    def test_is_not_put_back(self, service_desk, length):
        with pytest.raises(TimeRunsForwardsError, match=r"cannot be put back to 2025-03-0[23]T"):
            service_desk.clock.advance(**length)

    def test_is_told_a_moment_with_its_offset(self, service_desk):
        with pytest.raises(NaiveMomentError):
            service_desk.clock.move_to(datetime(2025, 3, 4))  # noqa: DTZ001
        with pytest.raises(NaiveMomentError):
            open_desk(at=datetime(2025, 3, 4))  # noqa: DTZ001


class TestWhatFallsDue:
    """Class A is answered within two hours; then the supervisor has it."""

    def test_at_the_deadline_nothing_happens(self, service_desk):
        opened(service_desk).clock.advance(hours=2)
        assert service_desk.tickets.get("T-1").level is Level.STAFF

    def test_a_second_later_it_does(self, service_desk):
        opened(service_desk).clock.advance(hours=2, seconds=1)
        assert service_desk.tickets.get("T-1").level is Level.SUPERVISOR

    def test_is_recorded_when_it_falls_due_however_far_the_clock_is_moved(self, service_desk):
        opened(service_desk).clock.advance(days=30)
        told = [each for each in service_desk.tickets.history("T-1") if hasattr(each.event, "rung")]
        assert len(told) > 5
        late = timedelta(microseconds=1)  # The first instant at which a deadline has passed.
        assert [each.recorded_at for each in told] == [each.event.due + late for each in told]

    def test_what_was_due_before_it_was_told_is_noticed_when_the_clock_moves(self, service_desk):
        service_desk.tickets.open("T-1", **REQUEST, priority="A", at=MONDAY - 3 * HOUR)
        service_desk.clock.advance(seconds=0)
        assert service_desk.tickets.get("T-1").level is Level.SUPERVISOR

    def test_a_desk_that_cannot_fire_something_does_not_stop_the_clock(self, tmp_path):
        url = f"sqlite:///{tmp_path}/service.db"
        ours = """id = "ours"\ntitle = "Ours"\nextends = "operations_manual_2025"\n"""
        (tmp_path / "ours.toml").write_text(ours)
        with open_desk(url=url, standard=tmp_path / "ours.toml") as desk:
            opened(desk)
        with open_desk(url=url) as desk:
            desk.clock.advance(days=3)
            assert desk.clock.now == MONDAY + 72 * HOUR


class TestTheTimelineOfADesk:
    """What is on record, in the order in which it happened."""

    def test_of_one_record(self, service_desk):
        opened(service_desk).clock.advance(hours=4)
        service_desk.tickets.answer("T-1", by="Wu", at=MONDAY + HOUR)
        lines = service_desk.timeline("ticket/T-1").splitlines()
        assert lines[0].startswith("Mon 2025-03-03 01:00:00Z  ticket/T-1#1 by desk  TicketOpened")
        moments = [line[:23] for line in lines]
        assert moments == sorted(moments)

    def test_of_all(self, service_desk):
        opened(service_desk)
        assert len(service_desk.timeline().splitlines()) == service_desk.log.head()

    def test_of_nothing(self, service_desk):
        assert service_desk.timeline() == "nothing"


class TestAFailingTest:
    """Pytest shows the timeline of the desk under it; only then."""

    TESTS = """
import pytest

@pytest.fixture
def service_desk_options():
    return {"standard": "post_delivery_regulation"}

def test_that_fails(service_desk):
    service_desk.clock.advance(hours=1)
    service_desk.relationships.open(
        "Acme", name="Acme", contact="Ms Lin", kind="company", responsible="Zhao")
    assert service_desk.standard.id == "another"

def test_that_passes(service_desk):
    assert service_desk.standard.id == "post_delivery_regulation"
"""

    def test_shows_what_is_on_record(self, tmp_path):
        (tmp_path / "test_it.py").write_text(self.TESTS)
        told = subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-rP", "test_it.py"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        ).stdout
        assert "1 failed, 1 passed" in told
        assert told.count("- on record -") == 1
        assert "Mon 2025-03-03 02:00:00Z  relationship/Acme#1 by desk" in told
