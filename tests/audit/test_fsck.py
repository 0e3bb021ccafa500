"""A sound log is sound; each way in which one is not gets its name."""

from __future__ import annotations

import attrs
import pytest

from servicecore.audit.causes import why
from servicecore.audit.checking import fsck
from servicecore.audit.refusals import BrokenChainError, UnknownEventIdError
from servicecore.storage import Change

from .conftest import LIN, NINE, Noted, live, note


def found(log):
    return [str(each) for each in fsck(log)]


def caused(log, subject, *, by, chain=None):
    """Put a note on record that follows from another event."""
    provenance = attrs.evolve(LIN, causation_id=by, correlation_id=chain or by, rule="again")
    change = Change(f"ticket/{subject}", [Noted(text="so", at=NINE)], after=0)
    log.append(change, provenance=provenance)


class TestASoundLog:
    """Nothing is found where everything is in order."""

    def test_holds(self, log):
        live(log)
        caused(log, "A", by="ticket/T-1#3")
        caused(log, "B", by="ticket/A#1", chain="ticket/T-1#3")
        assert found(log) == []

    def test_may_be_empty(self, log):
        assert found(log) == []

    def test_tells_how_far_it_has_come(self, log):
        live(log, tickets=50, notes=20)
        told = []
        assert list(fsck(log, progress=lambda *done: told.append(done))) == []
        assert told == [(1000, 1000)]


class TestALogThatIsNot:
    """Whatever no log of ours would hold is named."""

    @pytest.fixture(autouse=True)
    def lived(self, log):
        live(log, notes=2)

    def test_a_name_that_nobody_declared(self, log, hand):
        hand.execute(("UPDATE log_events SET topic = 'ticket.gone' WHERE position = 3",))
        (told,) = found(log)
        assert told.startswith("unreadable: no event is declared as 'ticket.gone'")

    def test_content_that_cannot_be_read(self, log, hand):
        hand.rewrite(3, old=b'"text"', new=b'"tixt"')
        (told,) = found(log)
        assert told.startswith("unreadable: position 3, ticket/T-3, version 1")

    def test_a_version_that_is_missing(self, log, hand):
        hand.delete("position = 3")
        (told,) = found(log)
        assert told.startswith("gap: stream ")
        assert told.endswith("version 2 follows 0, at position 7")

    def test_versions_in_another_order(self, log, hand):
        sql = "UPDATE log_events SET version = ? WHERE position = ?"
        hand.execute((sql, 9, 3), (sql, 1, 7), (sql, 2, 3))
        assert [each.partition(":")[0] for each in found(log)] == ["gap", "gap"]

    def test_an_event_without_anybody(self, log, hand):
        hand.rewrite(3, old=b'"Lin"', new=b'" "')
        assert found(log) == ["nobody: nobody is named for ticket/T-3#1"]

    def test_an_event_in_the_history_of_somebody_else(self, log, hand):
        hand.rewrite(3, old=b"ticket/T-3", new=b"ticket/T-4")
        (told,) = found(log)
        assert told.startswith("another subject: ticket/T-4#1 stands in stream ")

    def test_a_column_that_says_another_thing(self, log, hand):
        for moment in ("2026-01-05T01:00:00.000001+00:00", "yesterday"):
            sql = "UPDATE log_events SET occurred_at = ? WHERE position = 3"
            hand.execute((sql, moment))
            (told,) = found(log)
            assert told.startswith(f"another moment: ticket/T-3#1 is filed under {moment}")

    def test_a_moment_of_recording_that_falls(self, log, hand):
        hand.rewrite(3, old=b'"recorded_at":"2', new=b'"recorded_at":"1')
        assert found(log) == [
            "backwards: ticket/T-3#1 was recorded before ticket/T-2#1, which stands before it"
        ]

    def test_an_event_that_only_its_history_shows(self, log, hand):
        sql = "UPDATE log_events SET position = -position WHERE position = 7"
        hand.execute((sql,))
        (told,) = found(log)
        assert told.startswith("inserted: version 2 of stream ")

    def test_a_cause_that_is_not_on_record(self, log):
        caused(log, "A", by="ticket/none#1")
        caused(log, "B", by="ticket/T-1#7")
        caused(log, "C", by="nonsense")
        orphan = "which is not on record"
        assert found(log) == [
            f"orphan or cycle: ticket/A#1 follows from ticket/none#1, {orphan}",
            f"orphan or cycle: ticket/B#1 follows from ticket/T-1#7, {orphan}",
            f"orphan or cycle: ticket/C#1 follows from nonsense, {orphan}",
        ]

    def test_a_cycle(self, log):
        caused(log, "A", by="ticket/B#1", chain="x")
        caused(log, "B", by="ticket/A#1", chain="x")
        caused(log, "C", by="ticket/C#1")
        first, last = found(log)
        told = "the causes of ticket/A#1 lead back to ticket/A#1"
        assert first.startswith(f"orphan or cycle: {told}")
        assert last.startswith("orphan or cycle: the causes of ticket/C#1 lead back to")
        with pytest.raises(BrokenChainError, match="lead back"):
            why(log, "ticket/B#1")

    def test_an_effect_that_stands_before_its_cause(self, log):
        caused(log, "A", by="ticket/B#1", chain="ticket/B#1")
        note(log, "B", "later")
        told = "ticket/A#1 follows from ticket/B#1, which stands behind it"
        assert found(log) == [f"effect before cause: {told}"]

    def test_a_chain_that_is_torn(self, log):
        caused(log, "A", by="ticket/T-1#1")
        caused(log, "B", by="ticket/A#1", chain="ticket/A#1")
        told = "ticket/B#1 belongs to ticket/A#1, its cause ticket/A#1 to ticket/T-1#1"
        assert found(log) == [f"another chain: {told}"]


class TestWhy:
    """From an event back along its causes to the command that began it."""

    def test_tells_every_link(self, log):
        live(log, notes=1)
        caused(log, "A", by="ticket/T-1#1")
        caused(log, "B", by="ticket/A#1", chain="ticket/T-1#1")
        chain = why(log, "ticket/B#1")
        assert [each.event for each in chain] == ["ticket/B#1", "ticket/A#1", "ticket/T-1#1"]
        assert [each.rule for each in chain] == ["again", "again", None]
        assert {each.name for each in chain} == {"ticket.noted"}
        assert chain[-1].inputs["text"] == "note 0 of 1"

    @pytest.mark.parametrize(
        "event", ["ticket/T-1#0", "ticket/T-1#99", "ticket/T-1", "#1", "", "x/y#²", "ticket/T-1#-1"]
    )
    def test_of_what_is_not_on_record_is_refused(self, log, event):
        live(log, notes=1)
        with pytest.raises(UnknownEventIdError, match="there is no event"):
            why(log, event)
