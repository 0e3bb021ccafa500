"""Old histories leave the log for an archive, and nothing that was ever signed stops to hold."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from servicecore.audit import archiving, merkle
from servicecore.audit.archiving import (
    certificates,
    make_archive,
    prune,
    restore,
    verify_archive,
)
from servicecore.audit.bundle import make_bundle
from servicecore.audit.checking import fsck
from servicecore.audit.heads import prove_head, record_heads
from servicecore.audit.leaves import leaf_of
from servicecore.audit.notes import open_note, parse_checkpoint
from servicecore.audit.publishing import publish, witness
from servicecore.audit.refusals import NoteError, PruneError, SealError, UnknownSubjectError
from servicecore.audit.seals import Seals
from servicecore.audit.verifying import verify
from servicecore.storage import (
    Archive,
    BadArchiveError,
    Change,
    ConflictError,
    Fold,
    PrunedError,
    UnknownStorageError,
    archives,
    move_log,
    open_log,
)
from servicecore.storage import log as event_log
from servicecore.storage.archives import Archives
from servicecore.storage.codec import stream_id
from servicecore.storage.histories import histories
from servicecore.storage.pruned import is_pruned, pruned, remains
from servicecore.storage.topics import Topics
from tests.audit.conftest import (
    CATALOGUE,
    FOLD,
    KEY,
    LIN,
    NINE,
    OTHER_KEY,
    Noted,
    live,
    note,
    seal,
)
from tests.audit.test_publishing import WITNESS

OLD = ("ticket/T-1", "ticket/T-3")


def nothing_forbids(_subject):
    """Allow it."""


def archived(log, folder, subjects=OLD, name="2022"):
    return make_archive(log, subjects, folder / f"{name}.parquet", KEY.verifier)


def take_out(log, archive, ensure_allowed=nothing_forbids, **told):
    told = {"kept_at": str(archive.path), "by": LIN} | told
    return prune(log, archive, KEY.verifier, ensure_allowed=ensure_allowed, **told)


def no_links(_path, _target):
    """Be a file system that has no hard links."""
    raise PermissionError(errno.EPERM, "Operation not permitted")


def rows_of(log, subject):
    return list(log.storage.stream(stream_id(subject)))


def found(log, kept=()):
    return [str(each) for each in verify(log, KEY.verifier, kept=kept).flaws]


@pytest.fixture
def memory():
    with open_log("memory:", catalogue=CATALOGUE) as log:
        live(log)
        seal(log)
        yield log


@pytest.fixture
def sealed(log):
    """A log of twelve events of four tickets, sealed twice."""
    live(log, notes=2)
    seal(log)
    live(log, notes=1)
    seal(log)
    return log


class TestAnArchive:
    """Whole histories in one file, each event with the proof that it was sealed."""

    def test_holds_each_event_to_the_byte(self, sealed, tmp_path):
        archive = archived(sealed, tmp_path)
        kept = {rows[0].stream: rows for rows in archive.histories()}
        assert kept == {stream_id(each): rows_of(sealed, each) for each in OLD}
        verdict = verify_archive(archive, KEY.verifier)
        assert verdict.histories == {"ticket/T-1": 3, "ticket/T-3": 3}
        assert (verdict.events, verdict.size, verdict.archive) == (6, 12, "2022")
        assert verdict.root == Seals(sealed.tables).latest().root

    def test_can_be_read_by_any_tool(self, memory, tmp_path):
        table = pq.read_table(archived(memory, tmp_path).path)
        assert table.column("subject").to_pylist() == ["ticket/T-1"] * 3 + ["ticket/T-3"] * 3
        assert b'"text":"note 0 of 1"' in table.column("state").to_pylist()[0]
        proof = table.column("proof").to_pylist()[0]
        row = rows_of(memory, "ticket/T-1")[0]
        merkle.verify_inclusion(leaf_of(row), 0, 12, proof, Seals(memory.tables).latest().root)

    @pytest.mark.parametrize("together", [1, 3, 4, 6, 7])
    def test_is_whole_however_many_events_are_written_at_once(
        self, memory, tmp_path, monkeypatch, together
    ):
        monkeypatch.setattr(archives, "_TOGETHER", together)
        archive = archived(memory, tmp_path)
        assert verify_archive(archive, KEY.verifier).events == archive.events == 6

    def test_is_never_written_over(self, memory, tmp_path):
        archived(memory, tmp_path)
        with pytest.raises(BadArchiveError, match="nothing is written over"):
            archived(memory, tmp_path)

    def test_has_reached_the_disk_before_anybody_finds_it(self, memory, tmp_path, monkeypatch):
        """Whoever prunes by it next must find it after a power failure, too."""
        sync, appear, done = os.fsync, Path.hardlink_to, []

        def synced(handle):
            sync(handle)
            done.append(Path(f"/proc/self/fd/{handle}").readlink())

        def appeared(path, draft):
            done.append(path)
            appear(path, draft)

        monkeypatch.setattr(os, "fsync", synced)
        monkeypatch.setattr(Path, "hardlink_to", appeared)
        archived(memory, tmp_path)
        draft, path, folder = done
        assert (draft.suffix, path.name, folder) == (".new", "2022.parquet", tmp_path)

    @pytest.mark.parametrize("links", [True, False])
    def test_is_never_written_over_if_two_write_it_at_once(
        self, memory, tmp_path, monkeypatch, links
    ):
        in_groups, faster = archives._in_groups, []

        def let_another_be_faster(events):
            if not faster:
                faster.append("ticket/T-3")
                take_out(memory, archived(memory, tmp_path, faster))
            return in_groups(events)

        monkeypatch.setattr(archives, "_in_groups", let_another_be_faster)
        if not links:
            monkeypatch.setattr(Path, "hardlink_to", no_links)
        with pytest.raises(BadArchiveError, match="nothing is written over"):
            archived(memory, tmp_path, ["ticket/T-1"])
        (kept,) = tmp_path.iterdir()
        assert verify_archive(Archive(kept), KEY.verifier).histories == {"ticket/T-3": 3}
        assert restore(memory, Archive(kept), by=LIN).events == 3

    def test_is_called_as_what_it_is(self, memory, tmp_path):
        with pytest.raises(BadArchiveError, match=r"called like 2022\.parquet, not 2022\.zip"):
            make_archive(memory, OLD, tmp_path / "2022.zip", KEY.verifier)

    @pytest.mark.parametrize(
        ("subjects", "error", "told"),
        [
            (["ticket/T-77"], UnknownSubjectError, "nothing is on record of 'ticket/T-77'"),
            ([], UnknownSubjectError, "nothing to be archived"),
        ],
    )
    def test_is_never_empty(self, memory, tmp_path, subjects, error, told):
        with pytest.raises(error, match=told):
            archived(memory, tmp_path, subjects)
        assert list(tmp_path.iterdir()) == []

    def test_holds_only_what_is_sealed(self, memory, tmp_path):
        note(memory, "T-3", "later")
        with pytest.raises(SealError, match="ticket/T-3#4 is not sealed yet"):
            archived(memory, tmp_path)
        memory.tables.drop("seal", 1)
        with pytest.raises(SealError, match="nothing is sealed yet"):
            archived(memory, tmp_path)
        assert list(tmp_path.iterdir()) == []

    def test_holds_nothing_that_was_changed(self, sealed, hand, tmp_path):
        hand.rewrite(3)
        with pytest.raises(SealError, match="ticket/T-3#1 is not what was sealed"):
            archived(sealed, tmp_path)

    def test_is_under_the_seal_of_the_one_key(self, memory, tmp_path):
        with pytest.raises(NoteError):
            make_archive(memory, OLD, tmp_path / "2022.parquet", OTHER_KEY.verifier)


def column(table, name, change):
    """Return the table with another column."""
    place = table.schema.get_field_index(name)
    field = table.schema.field(place)
    changed = pa.array(change(table.column(name).to_pylist()), field.type)
    return table.set_column(place, field, changed)


def first(change):
    return lambda values: [change(values[0]), *values[1:]]


def checkpoint_of(table):
    return table.schema.metadata[b"checkpoint"]


def under(table, checkpoint):
    return table.replace_schema_metadata(table.schema.metadata | {b"checkpoint": checkpoint})


TAMPERED = {
    "a changed byte": lambda t: column(t, "state", first(lambda e: e.replace(b"note", b"nota"))),
    "a byte less": lambda t: column(t, "state", first(lambda e: e[:-1])),
    "another name": lambda t: column(t, "name", first(lambda _: "ticket.closed")),
    "another history": lambda t: column(t, "stream", lambda s: [s[3], *s[1:]]),
    "no stream at all": lambda t: column(t, "stream", first(lambda _: None)),
    "another version": lambda t: column(t, "version", first(lambda _: 2)),
    "another place": lambda t: column(t, "place", first(lambda n: n + 1)),
    "no place": lambda t: column(t, "place", first(lambda _: None)),
    "a place that is none": lambda t: column(t, "place", first(lambda _: -1)),
    "a proof too short": lambda t: column(t, "proof", first(lambda proof: proof[:-1])),
    "a proof too long": lambda t: column(t, "proof", first(lambda proof: [*proof, bytes(32)])),
    "another proof": lambda t: column(t, "proof", first(lambda proof: [*proof[:-1], bytes(32)])),
    "no proof": lambda t: column(t, "proof", first(lambda _: None)),
    "the first event dropped": lambda t: t.slice(1),
    "one event dropped": lambda t: pa.concat_tables([t.slice(0, 1), t.slice(2)]),
    "two events swapped": lambda t: t.take([1, 0, 2, 3, 4, 5]),
    "one event twice": lambda t: t.take([0, 0, 1, 2, 3, 4, 5]),
    "one history twice": lambda t: t.take([0, 1, 2, 3, 4, 5, 0, 1, 2]),
    "nothing in it": lambda t: t.slice(0, 0),
    "a column more": lambda t: t.append_column("more", pa.array([1] * len(t))),
    "a column less": lambda t: t.drop_columns(["proof"]),
    "no mark": lambda t: t.replace_schema_metadata({}),
    "another checkpoint": lambda t: under(t, checkpoint_of(t).replace(b"\n12\n", b"\n13\n")),
    "no checkpoint": lambda t: under(t, b""),
    "what was left of an event": lambda t: column(
        t, "state", first(lambda _: b'{"pruned":"' + b"00" * 32 + b'","archive":"2022"}')
    ),
}


class TestAnArchiveThatWasChanged:
    """Whatever is done to the file, it is no archive any more."""

    @pytest.mark.parametrize("how", TAMPERED)
    def test_is_refused(self, memory, tmp_path, how):
        path = archived(memory, tmp_path).path
        table = TAMPERED[how](pq.read_table(path))
        pq.write_table(table, path)
        before = list(memory.rows_since(0))
        with pytest.raises(BadArchiveError, match=r"2022\.parquet"):
            verify_archive(Archive(path), KEY.verifier)
        with pytest.raises(BadArchiveError):
            take_out(memory, Archive(path))
        assert list(memory.rows_since(0)) == before

    def test_is_refused_if_it_is_half_a_file(self, memory, tmp_path):
        path = archived(memory, tmp_path).path
        path.write_bytes(path.read_bytes()[:-100])
        with pytest.raises(BadArchiveError):
            Archive(path)
        with pytest.raises(BadArchiveError):
            Archive(tmp_path / "nowhere.parquet")

    def test_is_refused_if_somebody_else_has_signed(self, memory, tmp_path):
        archive = archived(memory, tmp_path)
        with pytest.raises(BadArchiveError, match="its checkpoint"):
            verify_archive(archive, OTHER_KEY.verifier)


class TestPruning:
    """Of each event stay its place and its hash, and so all that was ever proved."""

    @pytest.fixture
    def taken(self, sealed, tmp_path):
        moved = take_out(sealed, archived(sealed, tmp_path))
        assert (moved.histories, moved.events) == (2, 6)
        return sealed

    def test_leaves_every_checkpoint_and_every_proof_as_it_was(self, sealed, tmp_path):
        kept = [
            parse_checkpoint(open_note(e.note, KEY.verifier)) for e in Seals(sealed.tables).all()
        ]
        leaves = [leaf_of(row) for row in sealed.rows_since(0)]
        record_heads(sealed)
        take_out(sealed, archived(sealed, tmp_path))
        assert [leaf_of(row) for row in sealed.rows_since(0, 12)] == leaves
        assert found(sealed, kept) == []
        assert [each.size for each in kept] == [8, 12]
        tiles = Seals(sealed.tables).tiles()
        old, new = kept
        proof = tiles.consistency_proof(old.size, new.size)
        merkle.verify_consistency(old.size, new.size, proof, old.root_hash, new.root_hash)
        proof = tiles.inclusion_proof(0, 12)  # Of ticket/T-1#1, which is gone.
        merkle.verify_inclusion(leaves[0], 0, 12, proof, new.root_hash)
        prove_head(sealed, "ticket/T-1").verify()
        assert list(fsck(sealed)) == []

    def test_goes_on_record_with_where_it_lies(self, taken, tmp_path):
        (recorded,) = taken.history("archive/2022")
        told = recorded.event
        assert told.histories == {"ticket/T-1": 3, "ticket/T-3": 3}
        assert (told.size, told.kept_at) == (12, str(tmp_path / "2022.parquet"))
        assert told.sha256 == Archive(tmp_path / "2022.parquet").sha256()
        assert recorded.provenance.actor == "Lin"

    def test_leaves_a_hash_and_where_to_look_and_no_more(self, taken):
        for row in rows_of(taken, "ticket/T-1"):
            told = json.loads(row.state)
            assert row.occurred_at is None
            assert list(told) == ["pruned", "archive", "kept_at", "subject", "recorded_at"]
            assert b"note " not in row.state

    def test_tells_whoever_asks_where_the_history_is(self, taken):
        told = r"ticket/T-1 was archived: its history lies in '2022' \(.*2022\.parquet\)"
        for ask in (
            lambda: taken.history("ticket/T-1"),
            lambda: taken.load("ticket/T-1", FOLD),
            lambda: list(taken.since(0)),
            lambda: make_bundle(taken, ["ticket/T-1"], KEY),
        ):
            with pytest.raises(PrunedError, match=told):
                ask()

    def test_leaves_no_snapshot_that_would_answer_in_its_place(self, sealed, tmp_path):
        assert sealed.take_snapshot("ticket/T-1", Fold(counted, name="counted"))
        take_out(sealed, archived(sealed, tmp_path))
        with pytest.raises(PrunedError):
            sealed.load("ticket/T-1", Fold(counted, name="counted"))

    def test_leaves_the_others_alone(self, taken):
        assert next(iter(taken.history("ticket/T-2"))).event.text == "note 0 of 2"
        note(taken, "T-2", "it goes on")
        assert seal(taken).size == 14
        assert found(taken) == []

    def test_keeps_the_place_of_a_history(self, taken):
        anew = Noted(text="anew", at=NINE)
        with pytest.raises(ConflictError, match="expected 0 events in its history, found 3"):
            taken.append(Change("ticket/T-1", [anew], after=0), provenance=LIN)

    def test_can_be_sealed_anew_from_what_is_left(self, taken):
        root = Seals(taken.tables).latest().root
        size = Seals(taken.tables).latest().size
        taken.tables.drop("seal", 1)
        resealed = seal(taken)
        assert merkle.root([leaf_of(row) for row in taken.rows_since(0, size)]) == root
        assert resealed.size == 13

    def test_is_witnessed_like_any_other_change(self, sealed, tmp_path):
        folder, seen = tmp_path / "published", tmp_path / "seen"
        publish(Seals(sealed.tables), KEY.verifier, folder)
        witness(folder, KEY.verifier, WITNESS, state=seen)
        take_out(sealed, archived(sealed, tmp_path))
        seal(sealed)
        publish(Seals(sealed.tables), KEY.verifier, folder)
        assert "\n13\n" in witness(folder, KEY.verifier, WITNESS, state=seen)

    def test_touches_no_history_that_goes_on_meanwhile(self, sealed, memory):
        for log in (sealed, memory):
            rows = rows_of(log, "ticket/T-1")
            left = [pruned(row, leaf_of(row), archive="2022", kept_at="") for row in rows]
            note(log, "T-1", "somebody was faster")
            (*before, newest) = rows_of(log, "ticket/T-1")
            assert log.storage.exchange(rows, left) is False
            assert before == rows
            assert log.storage.exchange([*rows, newest], [*left, newest]) is True
            assert rows_of(log, "ticket/T-1") == [*left, newest]

    def test_done_twice_is_done_once(self, taken, tmp_path):
        again = take_out(taken, Archive(tmp_path / "2022.parquet"))
        assert (again.histories, again.events) == (0, 0)
        assert len(taken.history("archive/2022")) == 1

    def test_moves_along_to_another_storage(self, taken, tmp_path):
        with open_log(f"sqlite:///{tmp_path}/new.db", catalogue=CATALOGUE) as new:
            move_log(taken, new)
            assert [leaf_of(r) for r in new.rows_since(0)] == [
                leaf_of(r) for r in taken.rows_since(0)
            ]
            assert restore(new, Archive(tmp_path / "2022.parquet"), by=LIN).events == 6
            assert len(new.history("ticket/T-1")) == 3


def counted(count: int | None, _event: object) -> int:
    return (count or 0) + 1


class TestPruningRefuses:
    """Nothing leaves the log that is not in the archive, or must not leave."""

    @pytest.fixture
    def archive(self, sealed, tmp_path):
        return archived(sealed, tmp_path)

    def refuses(self, log, archive, error, told, **options):
        before = list(log.rows_since(0))
        with pytest.raises(error, match=told):
            take_out(log, archive, **options)
        assert list(log.rows_since(0)) == before

    def test_a_history_that_went_on(self, sealed, archive):
        note(sealed, "T-3", "one more")
        self.refuses(sealed, archive, PruneError, "ticket/T-3 is not in the log as it was archived")

    def test_a_history_that_was_changed(self, sealed, hand, archive):
        hand.rewrite(1)
        self.refuses(sealed, archive, PruneError, "ticket/T-1 is not in the log")

    def test_a_history_that_is_not_there(self, archive):
        with open_log("memory:", catalogue=CATALOGUE) as other:
            self.refuses(other, archive, PruneError, "ticket/T-1 is not in the log")

    def test_a_history_without_its_end(self, sealed, archive):
        table = pq.read_table(archive.path)
        pq.write_table(table.slice(0, 5), archive.path)
        short = Archive(archive.path)
        assert verify_archive(short, KEY.verifier).histories["ticket/T-3"] == 2
        self.refuses(sealed, short, PruneError, "ticket/T-3 is not in the log as it was archived")

    def test_what_somebody_forbids_before_anything_is_touched(self, sealed, archive):
        def forbids(subject):
            if subject == "ticket/T-3":
                raise PruneError(subject)

        self.refuses(sealed, archive, PruneError, "ticket/T-3", ensure_allowed=forbids)
        assert sealed.history("archive/2022") == []

    def test_another_archive_of_the_same_name(self, sealed, archive, tmp_path):
        take_out(sealed, archive)
        (tmp_path / "other").mkdir()
        other = archived(sealed, tmp_path / "other", ["ticket/T-2"])
        self.refuses(sealed, other, PruneError, "another archive was called '2022'")

    def test_a_storage_that_cannot_give_anything_back(self, archive):
        log = open_log("memory:", catalogue=CATALOGUE)
        log.storage = Rigid(log.storage)
        with pytest.raises(UnknownStorageError, match="nothing can be taken out of Rigid"):
            take_out(log, archive)

    def test_what_lies_in_an_archive_already(self, sealed, archive, tmp_path):
        take_out(sealed, archive)
        with pytest.raises(PrunedError, match="lies in '2022'"):
            archived(sealed, tmp_path, ["ticket/T-1"], name="again")


class Rigid:
    """A storage that cannot exchange rows."""

    def __init__(self, storage):
        self.tables, self.stream, self.head = storage.tables, storage.stream, storage.head


class TestRestoring:
    """What was taken out stands in the log again as it did."""

    def test_puts_back_every_byte(self, sealed, tmp_path):
        before = list(sealed.rows_since(0))
        archive = archived(sealed, tmp_path)
        take_out(sealed, archive)
        moved = restore(sealed, archive, by=LIN)
        assert (moved.histories, moved.events) == (2, 6)
        assert list(sealed.rows_since(0, 12)) == before
        assert found(sealed) == []
        assert [type(each.event).__name__ for each in sealed.history("archive/2022")] == [
            "HistoriesPruned",
            "HistoriesRestored",
        ]
        assert restore(sealed, archive, by=LIN).histories == 0
        take_out(sealed, archive)
        assert found(sealed) == []

    def test_never_from_an_archive_that_was_changed(self, sealed, tmp_path):
        archive = archived(sealed, tmp_path)
        take_out(sealed, archive)
        before = list(sealed.rows_since(0))
        pq.write_table(TAMPERED["a changed byte"](pq.read_table(archive.path)), archive.path)
        with pytest.raises(BadArchiveError, match="does not hold version 1 of ticket/T-1"):
            restore(sealed, Archive(archive.path), by=LIN)
        assert list(sealed.rows_since(0)) == before


class TestWhatIsGoneWithoutCertificate:
    """An insider who only says that something was archived is found out."""

    def left(self, row, archive="2022"):
        return pruned(row, leaf_of(row), archive=archive, kept_at="elsewhere")

    def replace(self, hand, rows):
        for row in rows:
            statement = "UPDATE log_events SET state = ? WHERE position = ?"
            hand.execute((statement, row.state, row.position))

    def test_is_found(self, sealed, hand):
        self.replace(hand, map(self.left, rows_of(sealed, "ticket/T-2")))
        told = "gone without certificate: 3 events of ticket/T-2, said to lie in the archive '2022'"
        assert found(sealed) == [told]
        assert [str(each) for each in fsck(sealed)] == [told]
        assert [str(each) for each in archiving.gone_from(sealed).flaws(sealed)] == [told]

    def test_is_found_under_the_certificate_of_others(self, sealed, hand, tmp_path):
        take_out(sealed, archived(sealed, tmp_path))
        self.replace(hand, map(self.left, rows_of(sealed, "ticket/T-2")))
        assert [each.partition(":")[0] for each in found(sealed)] == ["gone without certificate"]

    def test_is_found_if_it_goes_by_the_name_of_one_that_left(self, sealed, hand, tmp_path):
        take_out(sealed, archived(sealed, tmp_path))
        (one, *_) = rows_of(sealed, "ticket/T-1")
        lies = [
            row._replace(state=self.left(row).state.replace(b"ticket/T-2", b"ticket/T-1"))
            for row in rows_of(sealed, "ticket/T-2")
        ]
        assert remains(lies[0]).subject == remains(one).subject
        self.replace(hand, lies)
        assert [each.partition(":")[0] for each in found(sealed)] == ["gone without certificate"]

    def test_is_found_if_the_certificate_was_for_less(self, sealed, hand, tmp_path):
        archive = archived(sealed, tmp_path)
        take_out(sealed, archive)
        restore(sealed, archive, by=LIN)
        self.replace(hand, map(self.left, rows_of(sealed, "ticket/T-1")))
        assert [each.partition(":")[0] for each in found(sealed)] == ["gone without certificate"]

    def test_is_found_with_another_hash(self, sealed, hand, tmp_path):
        take_out(sealed, archived(sealed, tmp_path))
        (one, two, _) = rows_of(sealed, "ticket/T-1")
        self.replace(hand, [one._replace(state=two.state), two._replace(state=one.state)])
        assert {each.partition(":")[0] for each in found(sealed)} == {"swapped"}
        no_hash = one.state.replace(remains(one).pruned.encode(), b"00")
        self.replace(hand, [one._replace(state=no_hash), two])
        assert any("no hash of 32 bytes" in each for each in found(sealed))

    def test_is_found_if_the_certificate_is_deleted(self, sealed, hand, tmp_path):
        take_out(sealed, archived(sealed, tmp_path))
        seal(sealed)
        hand.delete("position = 13")
        assert "gone without certificate" in {each.partition(":")[0] for each in found(sealed)}


LOOKS = {
    "verify": lambda log: verify(log, KEY.verifier).flaws,
    "fsck": fsck,
    "gone": lambda log: archiving.gone_from(log).flaws(log),
}


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
class TestWhoLooksWhileHistoriesMove:
    """What is by the rules is no flaw, also if the first half was seen before and the rest after.

    Each history has an event in every page of four.
    """

    @pytest.fixture
    def meanwhile(self, monkeypatch):
        """Let something happen when the first page has been read, and no other."""

        def meanwhile(happens):
            take, started = certificates.Pruned.take, []

            def let_it_happen(seen, row):
                if not started:
                    started.append(row.position)
                    happens()
                take(seen, row)

            monkeypatch.setattr(certificates.Pruned, "take", let_it_happen)

        monkeypatch.setattr(event_log, "_PAGE", 4)
        monkeypatch.setattr(certificates, "_PAGE", 4)
        return meanwhile

    def test_is_told_of_none_when_they_leave(self, sealed, tmp_path, meanwhile, look):
        archive = archived(sealed, tmp_path)
        meanwhile(lambda: take_out(sealed, archive))
        assert list(look(sealed)) == []
        assert all(is_pruned(row.state) for row in rows_of(sealed, "ticket/T-1"))

    def test_is_told_of_none_when_they_come_back(self, sealed, tmp_path, meanwhile, look):
        archive = archived(sealed, tmp_path)
        take_out(sealed, archive)
        meanwhile(lambda: restore(sealed, archive, by=LIN))
        assert list(look(sealed)) == []
        assert not any(is_pruned(row.state) for row in rows_of(sealed, "ticket/T-1"))

    def test_is_told_of_none_when_they_come_back_and_leave_once_more(
        self, sealed, tmp_path, meanwhile, look, monkeypatch
    ):
        archive, gone_now = archived(sealed, tmp_path), certificates._gone_now
        take_out(sealed, archive)

        def gone_once_more(log, place):
            take_out(sealed, archive)
            return gone_now(log, place)

        meanwhile(lambda: restore(sealed, archive, by=LIN))
        monkeypatch.setattr(certificates, "_gone_now", gone_once_more)
        assert list(look(sealed)) == []
        assert all(is_pruned(row.state) for row in rows_of(sealed, "ticket/T-1"))

    def test_is_told_when_somebody_hides_another(self, sealed, tmp_path, hand, meanwhile, look):
        archive = archived(sealed, tmp_path)
        insider = TestWhatIsGoneWithoutCertificate()
        lies = [insider.left(row) for row in rows_of(sealed, "ticket/T-2")]

        def both():
            take_out(sealed, archive)
            insider.replace(hand, lies)

        meanwhile(both)
        told = "gone without certificate: 3 events of ticket/T-2, said to lie in the archive '2022'"
        assert list(map(str, look(sealed))) == [told]


@pytest.mark.usefixtures("before")
class TestArchivesAtHand:
    """With the folder of the archives, the log reads as if nothing had been taken out."""

    @pytest.fixture
    def before(self, sealed, tmp_path):
        before = list(sealed.rows_since(0))
        take_out(sealed, archived(sealed, tmp_path))
        return before

    def opened(self, place, folder):
        return open_log(place.url, archives=folder, catalogue=CATALOGUE)

    def test_it_reads_every_byte(self, place, before, tmp_path):
        with self.opened(place, tmp_path) as log:
            assert list(log.rows_since(0, 12)) == before
            assert rows_of(log, "ticket/T-1") == [
                row for row in before if row.stream == stream_id("ticket/T-1")
            ]
            assert log.load("ticket/T-1", FOLD) == (3, 3)
            assert len(list(log.since(0))) == 13
            assert set(log.subjects("ticket")) == {f"ticket/T-{n}" for n in range(1, 5)}
            assert make_bundle(log, ["ticket/T-1"], KEY)
            assert found(log) == []
            note(log, "T-2", "it is written to as ever")

    @pytest.mark.parametrize(("until", "upto"), [(5, 12), (12, 12), (12, 8)])
    def test_its_histories_are_whole(self, place, before, tmp_path, until, upto):
        asked = {"after": 0, "until": until, "upto": upto, "topics": Topics("ticket.")}
        with self.opened(place, tmp_path) as log, open_log("memory:") as never_pruned:
            never_pruned.storage.write(lambda writing: writing.insert([row[1:] for row in before]))
            told = [list(map(tuple, each)) for each in histories(log.storage, **asked)]

            assert told == [list(each) for each in histories(never_pruned.storage, **asked)]

    def test_its_bytes_are_still_not_in_the_log(self, place, tmp_path):
        with self.opened(place, tmp_path) as log, place.open() as without:
            assert not any(is_pruned(row.state) for row in log.rows_since(0))
            assert sum(is_pruned(row.state) for row in without.rows_since(0)) == 6

    def test_from_the_url(self, place, tmp_path):
        sign = "&" if "?" in place.url else "?"
        with open_log(f"{place.url}{sign}archives={tmp_path}", catalogue=CATALOGUE) as log:
            assert len(log.history("ticket/T-3")) == 3

    def test_an_archive_that_was_changed_is_not_believed(self, place, tmp_path):
        path = tmp_path / "2022.parquet"
        pq.write_table(TAMPERED["a changed byte"](pq.read_table(path)), path)
        with (
            self.opened(place, tmp_path) as log,
            pytest.raises(BadArchiveError, match="was changed"),
        ):
            log.history("ticket/T-1")

    def test_an_archive_that_is_not_there_is_named(self, place, tmp_path):
        (tmp_path / "2022.parquet").rename(tmp_path / "2023.parquet")
        with self.opened(place, tmp_path) as log, pytest.raises(PrunedError, match="'2022'"):
            log.history("ticket/T-1")


class TestAFolderOfArchives:
    """Only what lies in it is read."""

    def test_no_archive_is_looked_for_elsewhere(self, tmp_path, memory):
        archive = archived(memory, tmp_path)
        (tmp_path / "in").mkdir()
        (row, *_) = rows_of(memory, "ticket/T-1")
        left = pruned(row, leaf_of(row), archive="../2022", kept_at="")
        assert Archives(tmp_path / "in").whole(left) == left
        left = pruned(row, leaf_of(row), archive="2022", kept_at="")
        assert Archives(archive.path.parent).whole(left) == row

    def test_a_folder_that_is_not_there_is_named(self, tmp_path):
        with pytest.raises(BadArchiveError, match="there is no such folder"):
            open_log("memory:", archives=tmp_path / "nowhere")


class TestThereIsNothingLeft:
    """What was taken out of a SQLite file is not in its pages, either."""

    def test_not_in_one_byte(self, tmp_path):
        with open_log(f"sqlite:///{tmp_path}/log.db", catalogue=CATALOGUE) as log:
            live(log, tickets=6, notes=6)
            seal(log)
            take_out(log, archived(log, tmp_path, [f"ticket/T-{n}" for n in range(1, 6)]))
        files = [each.read_bytes() for each in tmp_path.glob("log.db*")]
        assert any(b"note 5 of 6" in each for each in files)
        assert not any(b"note 5 of 5" in each or b"note 0 of 1" in each for each in files)


CHILD = """
import os, signal, sys
from pathlib import Path
from servicecore.storage import Archive, open_log
from tests.audit.test_archiving import CATALOGUE, nothing_forbids, take_out

url, path, where, kind = sys.argv[1:]
seen = 0

def die():
    os.kill(os.getpid(), signal.SIGKILL)

if kind == "sqlite":
    from servicecore.storage.sqlite import SQLiteStorage as Storage
    inner = Storage._exchange
    def inside(self, *told):
        done = inner(self, *told)
        if where == "inside" and seen == 1:
            die()
        return done
    Storage._exchange = inside
else:
    import psycopg
    from servicecore.storage.postgres import PostgresStorage as Storage
    inner = psycopg.Connection.execute
    def inside(self, query, *told, **more):
        done = inner(self, query, *told, **more)
        if where == "inside" and seen == 1 and "DELETE" in str(query):
            die()
        return done
    psycopg.Connection.execute = inside
outer = Storage.exchange

def exchange(self, olds, news):
    global seen
    if where == "before":
        die()
    done = outer(self, olds, news)
    seen += 1
    if where == "between":
        die()
    return done

Storage.exchange = exchange
with open_log(url, catalogue=CATALOGUE) as log:
    take_out(log, Archive(Path(path)))
"""


class TestKilledInTheMiddle:
    """After kill -9, each history is whole or taken out, and the same command ends the work."""

    @pytest.mark.parametrize(("where", "left"), [("before", 0), ("between", 3), ("inside", 3)])
    def test_nothing_is_half_done(self, request, place, sealed, tmp_path, where, left):
        archive = archived(sealed, tmp_path)
        kind = request.node.callspec.params["place"]
        child = [sys.executable, "-c", CHILD, place.url, str(archive.path), where, kind]
        done = subprocess.run(child, check=False, capture_output=True, env=os.environ)
        assert done.returncode == -signal.SIGKILL, done.stderr.decode()
        gone = [sum(is_pruned(row.state) for row in rows_of(sealed, each)) for each in OLD]
        assert sorted(gone) == [0, left]
        assert found(sealed) == []
        assert list(fsck(sealed)) == []
        assert take_out(sealed, archive).events == 6 - left
        assert len(sealed.history("archive/2022")) == 1
        assert found(sealed) == []
