"""What stands on record is told in sentences."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from servicecore import ServiceDesk
from servicecore.cli.telling import _SENTENCES, story
from servicecore.domain.events import CATALOGUE

from .conftest import REQUEST, STANDARD

NINE = datetime(2026, 1, 5, 1, tzinfo=timezone.utc)


@pytest.fixture
def desk():
    with ServiceDesk.open("memory:", standard=STANDARD) as desk:
        yield desk


def lines(desk):
    return list(story(desk.tickets.history("T-1"), desk.standard.calendar.zone))


class TestTheStoryOfATicket:
    """A history reads as people would tell it."""

    def test_there_is_a_sentence_for_every_event_of_a_ticket(self):
        names = {name for name in CATALOGUE.classes() if name.startswith("ticket.")}
        assert names <= set(_SENTENCES)

    def test_a_level_that_nobody_could_know_of_is_told_with_the_moment_it_was_due(self, desk):
        desk.tickets.open("T-1", **REQUEST, at=NINE)
        desk.tickets.classify("T-1", "A", at=NINE + timedelta(hours=3))
        desk.tickets.answer("T-1", by="李娜", at=NINE + timedelta(hours=3, minutes=5))
        told = "\n".join(lines(desk))
        assert "was warned (due Mon 2026-01-05 10:36)" in " ".join(told.split())
        assert "broken    first response     after 3 h 5 min, due Mon 2026-01-05 11:00" in told

    def test_a_level_that_was_noticed_at_once_is_told_without(self, desk):
        desk.tickets.open("T-1", **REQUEST, priority="A", at=NINE)
        desk.run_due(NINE + timedelta(hours=2, microseconds=1))
        assert "(due" not in lines(desk)[-1]

    def test_a_promise_that_ended_is_told_once(self, desk):
        desk.tickets.open("T-1", **REQUEST, priority="A", at=NINE)
        for minutes in (10, 20, 30):
            desk.tickets.answer("T-1", by="李娜", at=NINE + timedelta(minutes=minutes))
        assert sum("kept      first response" in each for each in lines(desk)) == 1
