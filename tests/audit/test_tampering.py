"""Whoever gets at the database can change it; each way of doing so is found and named."""

from __future__ import annotations

import pytest

from servicecore.audit.leaves import leaf_of
from servicecore.audit.notes import open_note, parse_checkpoint
from servicecore.audit.refusals import SealError
from servicecore.audit.seals import Seals
from servicecore.audit.tiles import tile_key
from servicecore.audit.verifying import verify

from .conftest import KEY, OTHER_KEY, Hand, SQLiteFile, live, note, seal

T2 = "(SELECT stream FROM log_events WHERE position = 2)"  # Position 2, 6 and 10 are of T-2.


@pytest.fixture
def kept(log):
    """A sealed log of twelve events, and its checkpoint, kept elsewhere."""
    live(log)
    return [parse_checkpoint(open_note(seal(log).note, KEY.verifier))]


def found(log, kept=()):
    return [str(each) for each in verify(log, KEY.verifier, kept=kept).flaws]


def kinds(log, kept=()):
    return [each.kind for each in verify(log, KEY.verifier, kept=kept).flaws]


def swap(hand, column, one, other):
    """Swap a column of two rows."""
    read = f"SELECT {column} FROM log_events WHERE position = ?"
    ((mine,),), ((theirs,),) = hand.ask(read, one), hand.ask(read, other)
    write = f"UPDATE log_events SET {column} = ? WHERE position = ?"
    hand.execute((write, theirs, one), (write, mine, other))


class TestAnHonestLog:
    """Nothing is found where nothing was done."""

    def test_holds(self, log, kept):
        note(log, "T-1", "not sealed yet")
        verdict = verify(log, KEY.verifier, kept=kept)
        assert verdict.holds
        assert (verdict.size, verdict.checkpoints, verdict.unsealed) == (12, 1, 1)
        assert verdict.root == kept[0].root_hash

    def test_holds_while_it_is_empty(self, log):
        assert verify(log, KEY.verifier).holds

    @pytest.mark.usefixtures("kept")
    def test_tells_how_much_was_read(self, log):
        read = []
        verify(log, KEY.verifier, progress=lambda *told: read.append(told))
        assert read == [(12, 12)]

    def test_that_nobody_sealed_is_not_taken_for_one_that_holds(self, log):
        live(log)
        assert found(log) == ["not sealed: none of the 12 events"]

    def test_what_cannot_be_read_is_told_of_a_log_that_nobody_sealed(self, tmp_path):
        place = SQLiteFile(tmp_path / "log.db")
        with place.open() as log:
            live(log)
            Hand(place).execute(("UPDATE log_events SET topic = ? WHERE position = 6", b"\xff"))
            (told,) = found(log)
        assert told.startswith("changed: position 6 holds no event as a log writes it")


@pytest.mark.usefixtures("kept")
class TestWhatIsFoundBySealsBesideTheLog:
    """Without the key, no change can be covered up."""

    def test_a_changed_byte(self, hand, log):
        hand.rewrite(6)
        assert found(log) == ["changed: ticket/T-2#2 (ticket.noted), at position 6"]

    def test_a_changed_byte_somewhere_in_the_envelope(self, hand, log):
        hand.rewrite(6, b'"actor":"Lin"', b'"actor":"Wu!"')
        assert kinds(log) == ["changed"]

    def test_a_changed_name(self, hand, log):
        hand.execute(("UPDATE log_events SET topic = 'ticket.note' WHERE position = 6",))
        assert found(log) == ["changed: ticket/T-2#2 (ticket.note), at position 6"]

    def test_content_that_is_no_event_any_more(self, hand, log):
        hand.execute(("UPDATE log_events SET state = 'a text' WHERE position = 6",))
        assert "changed: ticket/T-2#2 (ticket.noted), at position 6" in found(log)
        hand.execute(("UPDATE log_events SET state = ? WHERE position = 6", b"\xff\x00"))
        assert found(log) == ["changed: ticket/T-2#2 (ticket.noted), at position 6"]

    def test_a_deleted_event(self, hand, log):
        hand.delete("position = 6")
        assert found(log) == ["deleted: ticket/T-2#2, sealed at position 6"]

    def test_a_deleted_event_whose_gap_was_closed(self, hand, log):
        hand.execute(
            ("DELETE FROM log_events WHERE position = 6",),
            (f"UPDATE log_events SET version = 2 WHERE version = 3 AND stream = {T2}",),
        )
        assert found(log) == [
            "deleted: ticket/T-2#3, sealed at position 10",
            "changed: ticket/T-2#2 (ticket.noted), at position 10",
            "moved: ticket/T-3#2 stands where ticket/T-2#2 was sealed",
            "moved: ticket/T-4#2 stands where ticket/T-3#2 was sealed",
            "moved: ticket/T-1#3 stands where ticket/T-4#2 was sealed",
            "moved: ticket/T-2#2 stands where ticket/T-1#3 was sealed",
        ]

    def test_a_deleted_history(self, hand, log):
        ((stream,),) = hand.ask("SELECT stream FROM log_events WHERE position = 2")
        hand.execute(("DELETE FROM log_events WHERE stream = ?", stream))
        assert found(log) == [f"history deleted: the whole history of stream {stream}, 3 events"]

    def test_contents_that_were_swapped(self, hand, log):
        swap(hand, "state", 2, 7)
        assert found(log) == ["swapped: ticket/T-3#1 and ticket/T-3#2 in content"]

    def test_places_that_were_swapped(self, hand, log):
        hand.execute(
            ("UPDATE log_events SET position = -1 WHERE position = 2",),
            ("UPDATE log_events SET position = 2 WHERE position = 7",),
            ("UPDATE log_events SET position = 7 WHERE position = -1",),
        )
        assert found(log) == [
            "moved: ticket/T-3#2 stands where ticket/T-2#1 was sealed",
            "moved: ticket/T-2#1 stands where ticket/T-3#2 was sealed",
        ]

    def test_an_event_inserted_where_only_a_history_shows_it(self, hand, log):
        sql = (
            "INSERT INTO log_events SELECT 0, stream, 99, topic, occurred_at, state "
            "FROM log_events WHERE position = 6"
        )
        hand.execute((sql,))
        assert kinds(log) == ["inserted"]

    def test_an_inserted_event_between_others(self, hand, log):
        sql = "UPDATE log_events SET position = position + 1 WHERE position = ?"
        hand.execute(*((sql, position) for position in (12, 11, 10)))
        sql = (
            "INSERT INTO log_events SELECT 10, stream, 99, topic, occurred_at, state "
            "FROM log_events WHERE position = 6"
        )
        hand.execute((sql,))
        assert found(log) == ["inserted: ticket/T-2#99, at position 10"]

    def test_a_cut_tail(self, hand, log):
        hand.delete("position > 9")
        told = "the last 3 of 12 sealed events are gone, from ticket/T-2#3 on"
        assert found(log) == [f"cut off: {told}"]

    def test_a_cut_tail_that_was_written_anew(self, hand, log):
        hand.delete("position > 9")
        for ticket in (2, 3, 4):
            note(log, f"T-{ticket}", "note 2 of another")
        assert kinds(log) == ["changed"] * 3

    def test_everything_deleted(self, hand, log):
        hand.delete("true")
        assert kinds(log) == ["cut off"]

    def test_several_at_once(self, hand, log):
        hand.rewrite(1)
        hand.delete("position IN (6, 11, 12)")
        assert kinds(log) == ["cut off", "deleted", "changed"]

    def test_a_log_and_seals_that_were_changed_together_without_the_key(self, hand, log):
        hand.rewrite(6)
        seals = Seals(log.tables)
        sealed = seals.latest()
        log.tables.drop("seal", 1)
        seal(log, OTHER_KEY)
        assert kinds(log) == ["not signed"]
        assert sealed != seals.latest()

    def test_hashes_that_were_changed_to_go_with_a_changed_log(self, hand, log):
        hand.rewrite(6)
        leaves = b"".join(leaf_of(row) for row in log.rows_since(0))
        hand.set_pages(leaves, tile_key(0, 0))
        assert found(log) == [
            "another history: the log is not that of the signed checkpoints of 12 events"
        ]

    def test_seals_that_were_damaged_while_the_log_is_as_it_was(self, hand, log):
        for key in ("tile/0/%", "entries/%"):
            hand.set_pages(b"\x00", key)
            assert kinds(log) == ["seals damaged"]

    def test_a_checkpoint_that_cannot_be_read(self, hand, log):
        hand.set_pages(b"\x00", "checkpoint/%")
        assert kinds(log)[0] == "seals damaged"

    def test_a_forged_checkpoint(self, hand, log):
        ((page,),) = hand.ask("SELECT value FROM log_model_seal_v1 WHERE key = 'latest'")
        hand.set_pages(bytes(page).replace(b"\\n12\\n", b"\\n11\\n"), "checkpoint/%")
        assert kinds(log) == ["not signed"]


class TestWhatOnlyACheckpointKeptElsewhereTells:
    """Whoever holds the key can seal anew; but not what others have seen."""

    def test_a_change_that_was_sealed_anew(self, hand, log, kept):
        hand.rewrite(6)
        log.tables.drop("seal", 1)
        assert seal(log).size == 12
        assert found(log) == []
        assert kinds(log, kept) == ["fork"]

    def test_a_change_that_was_sealed_anew_with_more_behind_it(self, hand, log, kept):
        hand.rewrite(6)
        log.tables.drop("seal", 1)
        note(log, "T-1", "one more")
        assert seal(log).size == 13
        assert found(log) == []
        assert kinds(log, kept) == ["sealed anew"]
        with pytest.raises(SealError, match="kept elsewhere"):
            seal(log, kept=kept)

    def test_a_change_alone_accuses_nobody_of_sealing_anew(self, hand, log, kept):
        hand.rewrite(6)
        assert kinds(log, kept) == ["changed"]

    def test_a_deletion_that_was_sealed_anew(self, hand, log, kept):
        hand.delete("position = 12")
        log.tables.drop("seal", 1)
        seal(log)
        assert found(log) == []
        told = "a checkpoint of 12 events was kept elsewhere, but only 11 are on record"
        assert found(log, kept) == [f"rolled back: {told}"]

    def test_a_database_that_was_rolled_back(self, place, log):
        live(log)
        seal(log)
        yesterday = place.copied()
        note(log, "T-1", "a complaint that nobody shall know of")
        kept = [parse_checkpoint(open_note(seal(log).note, KEY.verifier))]
        with yesterday.open() as rolled_back:
            assert found(rolled_back) == []
            assert kinds(rolled_back, kept) == ["rolled back"]
            with pytest.raises(SealError, match="13 events; not so many"):
                seal(rolled_back, kept=kept)
            note(rolled_back, "T-1", "all is well")
            assert kinds(rolled_back, kept) == ["sealed anew"]
            seal(rolled_back)
            assert kinds(rolled_back, kept) == ["fork"]

    def test_seals_that_were_thrown_away(self, log, kept):
        log.tables.drop("seal", 1)
        told = "none of the 12 events; the first 12 are as in a checkpoint kept elsewhere"
        assert found(log, kept) == [f"not sealed: {told}"]
        assert seal(log, kept=kept).root == kept[0].root_hash
