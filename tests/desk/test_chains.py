"""Policies that set each other off come to an end, whatever their rules say."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import attrs
import pytest

from servicecore import ServiceDesk
from servicecore.desk import chains
from servicecore.desk.chains import Chains
from servicecore.desk.extension import Extension
from servicecore.domain.ticket import TicketNoted, decisions
from servicecore.policies import Wanted

MONDAY = datetime(2025, 3, 3, 9, tzinfo=timezone.utc)
FACTS = {"product": "pump", "model": "P-200", "fault": "it leaks", "contact": "Ms Lin"}


@attrs.frozen
class NoteEveryNote:
    """A rule that never comes to an end."""

    rulebook: object
    name = "echo"
    version = "1"
    listens = (TicketNoted,)

    def react(self, recorded):
        at = recorded.event.at
        return [
            Wanted(recorded.subject, lambda ticket: decisions.note(ticket, by="x", text="?", at=at))
        ]


@pytest.fixture
def desk():
    with ServiceDesk.open("memory:") as desk:
        desk.tickets.open("T-1", customer_id="Acme", priority="A", at=MONDAY, **FACTS)
        yield desk


class TestARunaway:
    @pytest.fixture
    def desk(self):
        echo = Extension(name="echo", policies=[NoteEveryNote])
        with ServiceDesk.open("memory:", extensions=[echo]) as desk:
            desk.tickets.open("T-1", customer_id="Acme", at=MONDAY, **FACTS)
            yield desk

    def test_is_stopped_set_aside_and_named(self, desk):
        desk.tickets.note("T-1", by="Wu", text="hm", at=MONDAY)
        notes = [e for e in desk.tickets.history("T-1") if isinstance(e.event, TicketNoted)]
        assert len(notes) == 1 + chains.LONGEST
        [echo] = [each for each in desk.projects.status() if each.name == "echo"]
        assert (echo.dead_letters, echo.parked) == (1, ("ticket/T-1",))

    def test_lets_everybody_else_go_on(self, desk):
        desk.tickets.note("T-1", by="Wu", text="hm", at=MONDAY)
        desk.tickets.open("T-2", customer_id="Acme", at=MONDAY, **FACTS)
        assert desk.tickets.get("T-2").acknowledged_at == MONDAY


class TestTheLengthOfAChain:
    def test_what_a_person_does_follows_from_nothing(self, desk):
        [opened, *_] = desk.tickets.history("T-1")
        assert Chains(desk.log).length(opened) == 0

    def test_what_follows_from_it_is_one_link_away(self, desk):
        acknowledged = desk.tickets.history("T-1")[-1]
        assert Chains(desk.log).length(acknowledged) == 1

    def test_what_time_brings_about_begins_anew(self, desk):
        desk.run_due(MONDAY + timedelta(hours=3))
        escalated = desk.tickets.history("T-1")[-1]
        assert escalated.provenance.causation_id
        assert Chains(desk.log).length(escalated) == 0

    def test_no_rule_of_the_regulations_comes_near_the_bound(self, desk):
        desk.tickets.resolve("T-1", by="Wu", solution="a seal", at=MONDAY)
        desk.tickets.confirm("T-1", at=MONDAY)
        counted = Chains(desk.log)
        assert 0 < max(counted.length(each) for each in desk.log.since(0)) <= chains.LONGEST // 2

    def test_is_counted_again_when_too_many_were_remembered(self, desk, monkeypatch):
        monkeypatch.setattr(chains, "_REMEMBERED", 1)
        counted = Chains(desk.log)
        everything = list(desk.log.since(0))
        assert [counted.length(e) for e in everything] == [counted.length(e) for e in everything]
