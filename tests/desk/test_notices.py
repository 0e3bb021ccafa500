"""People are told what they should hear of: at least once, and never of old stories."""

from __future__ import annotations

import io
import json
from datetime import datetime, timedelta, timezone

import pytest

from servicecore import ServiceDesk
from servicecore.desk.notices import BadHandlerNameError, on_console, to_file
from servicecore.domain.case import LevelEvent
from servicecore.domain.events import CATALOGUE
from servicecore.policies import notices

MONDAY = datetime(2025, 3, 3, 9, tzinfo=timezone.utc)
HOUR = timedelta(hours=1)


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path}/desk.db?synchronous=off"


@pytest.fixture
def desk(url):
    with ServiceDesk.open(url) as desk:
        yield desk


def opened(desk, ticket="T-1", at=MONDAY):
    facts = {"product": "pump", "model": "P-200", "fault": "it leaks", "contact": "Ms Lin"}
    desk.tickets.open(ticket, customer_id="Acme", priority="A", at=at, **facts)


def told(notices):
    return [(each.subject, each.to, each.event) for each in notices]


def names(desk):
    return {each.name.removeprefix("notices_") for each in desk.notices.status()}


ACKNOWLEDGED = ("ticket/T-1", "customer", "ticket.acknowledged")
LATE = ("ticket/T-1", "supervisor", "ticket.escalated")


class TestWhoIsTold:
    def test_the_customer_that_his_request_arrived(self, desk):
        letters = []
        desk.notices.register("mail", letters.append)
        opened(desk)
        desk.notices.deliver()
        assert told(letters) == [ACKNOWLEDGED]

    def test_whoever_has_the_ticket_then_the_supervisor_when_it_is_late(self, desk):
        letters = []
        desk.notices.register("mail", letters.append)
        opened(desk)
        desk.run_due(MONDAY + 2 * HOUR + timedelta(seconds=1))
        desk.notices.deliver()
        warned = ("ticket/T-1", "assignee", "ticket.warned")
        assert told(letters) == [ACKNOWLEDGED, warned, LATE]
        assert "2025-03-03T11:00+00:00" in letters[-1].text

    def test_nobody_of_what_was_before_a_handler_was_registered(self, desk):
        letters = []
        opened(desk)
        desk.notices.register("mail", letters.append)
        desk.notices.deliver()
        assert letters == []


class TestWhatFallsDue:
    """Whatever was due, late or missed, somebody hears of, or there is a reason why not."""

    #: Nothing is left to do: the file says so, and the next plan is made by itself.
    NEWS_TO_NOBODY = frozenset(
        {"ContractLapsed", "RevisitYearBegun", "SurveyExpired", "WarrantyExpired"}
    )

    def test_is_told_to_somebody(self):
        told = {each.__name__ for each in self.levels() if hasattr(notices, each.__name__)}
        known = {each.__name__ for each in self.levels()}
        assert known - told == self.NEWS_TO_NOBODY

    def levels(self):
        """Return the events of levels that go on record; not those of other tests."""
        ours = [e for e in CATALOGUE.classes().values() if e.__module__.startswith("servicecore.")]
        return [each for each in ours if issubclass(each, LevelEvent)]


class TestAtLeastOnce:
    def test_every_handler_is_given_everything(self, desk):
        mail, text = [], []
        desk.notices.register("mail", mail.append)
        desk.notices.register("text", text.append)
        opened(desk)
        desk.notices.deliver()
        assert told(mail) == told(text) == [ACKNOWLEDGED]

    def test_what_was_delivered_is_not_delivered_again_after_a_restart(self, url):
        letters = []
        for _ in range(2):
            with ServiceDesk.open(url) as desk:
                desk.notices.register("mail", letters.append)
                if desk.log.head() == 0:
                    opened(desk)
                desk.notices.deliver()
        assert told(letters) == [ACKNOWLEDGED]

    def test_what_happened_while_nobody_delivered_is_delivered_later(self, url):
        letters = []
        with ServiceDesk.open(url) as desk:
            desk.notices.register("mail", letters.append)
        with ServiceDesk.open(url) as desk:
            opened(desk)
        with ServiceDesk.open(url) as desk:
            desk.notices.register("mail", letters.append)
            desk.notices.deliver()
        assert told(letters) == [ACKNOWLEDGED]

    def test_what_happens_while_another_program_sets_the_handler_up_is_delivered(
        self, desk, url, monkeypatch
    ):
        letters = []
        with ServiceDesk.open(url) as faster:
            look = type(desk.log.storage).tracked

            def look_while_the_other_is_at_work(storage, name):
                found = look(storage, name)
                if storage is desk.log.storage and "mail" not in names(faster):
                    faster.notices.register("mail", letters.append)
                    opened(faster)
                return found

            monkeypatch.setattr(type(desk.log.storage), "tracked", look_while_the_other_is_at_work)
            desk.notices.register("mail", letters.append)
            faster.notices.deliver()
        assert told(letters) == [ACKNOWLEDGED]

    def test_what_another_program_delivered_is_not_set_aside_here(self, desk, url):
        letters = []
        with ServiceDesk.open(url) as faster:

            def fail_while_the_other_delivers(notice):
                faster.notices.deliver()
                raise ConnectionError(notice.key)

            desk.notices.register("mail", fail_while_the_other_delivers)
            faster.notices.register("mail", letters.append)
            opened(desk)
            desk.notices.deliver()
            assert told(letters) == [ACKNOWLEDGED]
            assert [each.parked for each in desk.notices.status()] == [()]
            desk.run_due(MONDAY + 3 * HOUR)
            faster.notices.deliver()
        assert told(letters)[-1] == LATE

    def test_a_program_that_dies_between_sending_and_noting_sends_it_again_under_the_same_key(
        self, url
    ):
        letters = []

        class PowerFailureError(BaseException):
            pass

        def send_and_die(notice):
            letters.append(notice)
            raise PowerFailureError

        with ServiceDesk.open(url) as desk:
            desk.notices.register("mail", send_and_die)
            opened(desk)
            with pytest.raises(PowerFailureError):
                desk.notices.deliver()
        with ServiceDesk.open(url) as desk:
            desk.notices.register("mail", letters.append)
            desk.notices.deliver()
        first, second = letters
        assert first == second
        assert first.key == "ticket/T-1#3/customer"

    def test_what_cannot_be_delivered_is_set_aside_and_stops_nobody_else(self, desk):
        letters = []
        is_broken = True

        def deliver(notice):
            if is_broken and notice.subject == "ticket/T-1":
                raise ConnectionError(notice.key)
            letters.append(notice)

        desk.notices.register("mail", deliver)
        opened(desk)
        opened(desk, "T-2")
        desk.notices.deliver()
        assert told(letters) == [("ticket/T-2", *ACKNOWLEDGED[1:])]
        assert [each.parked for each in desk.notices.status()] == [("ticket/T-1",)]
        is_broken = False
        assert desk.notices.retry() == 1
        assert ACKNOWLEDGED in told(letters)
        assert [each.parked for each in desk.notices.status()] == [()]


class TestHandlers:
    def test_the_console_shows_a_line_a_notice(self, desk):
        screen = io.StringIO()
        desk.notices.register("console", on_console(screen))
        opened(desk)
        desk.notices.deliver()
        [line] = screen.getvalue().splitlines()
        assert line.startswith("2025-03-03T09:00:00+00:00 ticket/T-1, to customer: ")

    def test_the_file_holds_a_line_of_json_a_notice(self, desk, tmp_path):
        desk.notices.register("file", to_file(tmp_path / "notices.jsonl"))
        opened(desk)
        desk.notices.deliver()
        [line] = (tmp_path / "notices.jsonl").read_text(encoding="utf-8").splitlines()
        assert json.loads(line)["key"] == "ticket/T-1#3/customer"

    @pytest.mark.parametrize("name", ["", "Mail", "a b", "x" * 40])
    def test_a_handler_needs_a_name(self, desk, name):
        with pytest.raises(BadHandlerNameError, match="expected a name like 'mail'"):
            desk.notices.register(name, print)

    def test_of_its_own(self, desk):
        desk.notices.register("mail", print)
        with pytest.raises(BadHandlerNameError, match="have a handler 'mail' already"):
            desk.notices.register("mail", print)

    def test_a_handler_is_something_to_call(self, desk):
        with pytest.raises(TypeError, match="called with each notice, got 'mail'"):
            desk.notices.register("mail", "mail")
