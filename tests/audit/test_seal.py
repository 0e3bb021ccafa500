"""Sealing goes behind the log, grows with it, and refuses to vouch for what was changed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from hashlib import sha256
from threading import Event

import pytest

from servicecore.audit import merkle, tiles
from servicecore.audit.keys import Signer
from servicecore.audit.leaves import leaf_data, leaf_of
from servicecore.audit.notes import NoteError, open_note, parse_checkpoint
from servicecore.audit.refusals import SealError
from servicecore.audit.sealer import Sealer
from servicecore.audit.seals import Seals
from servicecore.audit.verifying import verify
from servicecore.storage import open_log
from servicecore.storage.protocol import Row
from tests.waiting import PATIENCE, until

from .conftest import CATALOGUE, KEY, OTHER_KEY, live, note, seal


def checkpoint(sealed, key=KEY):
    return parse_checkpoint(open_note(sealed.note, key.verifier))


def leaves_of(log):
    return [leaf_of(row) for row in log.rows_since(0)]


class TestALeaf:
    """The stored bytes and their place in a history, each field behind its length."""

    row = Row(7, "ab" * 16, 12, "ticket.noted", "2026-01-05T01:00:00+00:00", b'{"event":{}}')

    def test_is_spelt_out(self):
        assert leaf_data(self.row) == (
            b"\x00\x00\x00\x13servicecore/leaf/v1"
            b"\x00\x00\x00\x20" + b"ab" * 16 + b"\x00\x00\x00\x0212"
            b'\x00\x00\x00\x0cticket.noted\x00\x00\x00\x0c{"event":{}}'
        )
        assert leaf_of(self.row) == sha256(b"\x00" + leaf_data(self.row)).digest()

    def test_does_not_know_its_position(self):
        assert leaf_of(self.row) == leaf_of(self.row._replace(position=8))

    def test_is_another_if_anything_else_is(self):
        changed = [
            self.row._replace(stream="ac" * 16),
            self.row._replace(version=1, topic="2ticket.noted"),
            self.row._replace(version=13),
            self.row._replace(topic="ticket.note", state=b"d" + self.row.state),
            self.row._replace(state=self.row.state + b" "),
        ]
        assert len({leaf_of(row) for row in [self.row, *changed]}) == 6

    @pytest.mark.parametrize(
        "column", [{"state": "text"}, {"state": None}, {"stream": 5}, {"version": "x"}]
    )
    def test_is_never_made_of_what_no_log_writes(self, column):
        with pytest.raises(SealError):
            leaf_of(self.row._replace(**column))


class TestATreeInPages:
    """Grown by and by, it is the tree over all."""

    @pytest.mark.parametrize(
        "steps", [(1, 2, 3), (255, 1, 1), (256,), (257, 300), (3, 1000, 253), (66_000, 5)]
    )
    def test_has_the_same_roots_and_proofs(self, steps):
        leaves = [n.to_bytes(32) for n in range(sum(steps))]
        pages, growing, size = {}, tiles.Growing(), 0
        for step in steps:
            pages |= growing.add(leaves[size : size + step])
            size += step
            assert growing.root == merkle.root(leaves[:size])
        tree = tiles.Tiles(pages.get)
        assert len(growing.pages) <= 3
        assert tiles.Growing.from_pages(tree, size).pages == growing.pages
        for earlier in {1, 2, size // 3 or 1, size - 1 or 1, size}:
            index = earlier // 2
            assert tree.root(earlier) == merkle.root(leaves[:earlier])
            assert tree.leaves(index, earlier) == leaves[index:earlier]
            proof = tree.inclusion_proof(index, earlier)
            assert proof == merkle.inclusion_proof(leaves, index, earlier)
            proof = tree.consistency_proof(earlier, size)
            assert proof == merkle.consistency_proof(leaves, earlier, size)

    def test_says_so_if_a_page_is_missing(self):
        pages = tiles.Growing(keep_all=True)
        pages.add([n.to_bytes(32) for n in range(600)])
        del pages.pages[tiles.tile_key(0, 1)]
        with pytest.raises(merkle.ProofError, match="too few"):
            pages.tiles.inclusion_proof(300, 600)

    def test_proves_nothing_about_what_it_does_not_hold(self):
        growing = tiles.Growing()
        growing.add([bytes(32)])
        for index, size in ((1, 1), (-1, 1), (0, 0)):
            with pytest.raises(merkle.ProofError):
                growing.tiles.inclusion_proof(index, size)
        for first, second in ((0, 1), (2, 1)):
            with pytest.raises(merkle.ProofError):
                growing.tiles.consistency_proof(first, second)


class TestSealing:
    """Every event is sealed once, in order, and each checkpoint goes on from the last."""

    def test_an_empty_log_has_no_seal(self, log):
        assert seal(log) is None

    def test_vouches_for_every_event(self, log):
        live(log)
        sealed = seal(log)
        assert checkpoint(sealed) == (KEY.name, 12, merkle.root(leaves_of(log)), ())

    def test_goes_on_where_it_ended(self, log):
        sealer = Sealer(log, KEY)
        sizes = []
        for _ in range(3):
            live(log, tickets=2, notes=1)
            sizes.append(sealer.seal().size)
        assert sizes == [2, 4, 6]
        first, second, third = Seals(log.tables).all()
        proof = Seals(log.tables).tiles().consistency_proof(first.size, third.size)
        merkle.verify_consistency(first.size, third.size, proof, first.root, third.root)
        assert seal(log) == third
        assert len(Seals(log.tables).all()) == 3
        assert second.size == 4

    def test_goes_on_without_reading_all_again_if_asked_to(self, log):
        live(log)
        seal(log)
        live(log, notes=1)
        assert seal(log, reads_all=False).root == merkle.root(leaves_of(log))

    def test_finds_each_event_again(self, log):
        live(log, tickets=30, notes=20)
        size = seal(log).size
        rows = list(log.rows_since(0))
        for index in (0, 1, 255, 256, 257, 511, 599):
            assert Seals(log.tables).index_of(rows[index], size=size) == index
        note(log, "T-1", "later")
        (late,) = log.rows_since(600)
        with pytest.raises(SealError, match="not among"):
            Seals(log.tables).index_of(late, size=size)

    def test_may_keep_its_seals_elsewhere(self, log, tmp_path):
        live(log)
        with open_log(f"sqlite:///{tmp_path}/seals.db", catalogue=CATALOGUE) as elsewhere:
            seals = Seals(elsewhere.tables)
            assert seal(log, seals=seals).size == 12
            assert verify(log, KEY.verifier, seals=seals).holds
            assert Seals(log.tables).latest() is None

    def test_a_log_keeps_its_root_when_it_moves(self, log, tmp_path):
        live(log)
        before = seal(log)
        with open_log(f"sqlite:///{tmp_path}/new.db", catalogue=CATALOGUE) as moved:
            rows = [row[1:] for row in log.rows_since(0)]
            moved.storage.write(lambda writing: writing.insert(rows[:5]))
            moved.storage.write(lambda writing: writing.insert(rows[5:]))
            assert seal(moved).root == before.root
            note(moved, "T-1", "after the move")
            assert seal(moved, seals=Seals(log.tables)).size == 13
            assert verify(moved, KEY.verifier, seals=Seals(log.tables)).holds

    def test_tells_how_far_it_is_behind(self, log):
        live(log)
        sealer = Sealer(log, KEY)
        behind = sealer.status()
        assert (behind.size, behind.unsealed, behind.sealed_at) == (0, 12, None)
        assert behind.lag > timedelta()
        sealer.seal()
        note(log, "T-1", "one more")
        status = sealer.status()
        assert (status.size, status.unsealed, status.head) == (12, 1, 13)
        assert status.sealed_at is not None
        sealer.seal()
        assert sealer.status().lag == timedelta()

    def test_watches_until_it_is_told_to_stop(self, place):
        stop = Event()
        with place.open() as log, ThreadPoolExecutor() as pool:
            told = []
            watching = pool.submit(Sealer(log, KEY).watch, stop, pause=0.01, tell=told.append)
            live(log, notes=1)
            until(lambda: (latest := Seals(log.tables).latest()) and latest.size == 4)
            stop.set()
            note(log, "T-1", "wakes it up")
            watching.result(PATIENCE)
            assert told[-1] == Seals(log.tables).latest()


class TestTwoSealers:
    """However many seal at once, there is one line of checkpoints."""

    def test_do_not_fork(self, place):
        with place.open() as log, place.open() as same:
            one, other = Sealer(log, KEY), Sealer(same, KEY)
            for n in range(4):
                live(log, tickets=3, notes=1)
                (one if n % 2 else other).seal()
            one.seal()
            assert one.seal() == other.seal()
            assert [each.size for each in Seals(log.tables).all()] == [3, 6, 9, 12]
            assert verify(log, KEY.verifier).holds

    @pytest.mark.parametrize("ahead", [3, 4])
    def test_one_that_was_too_slow_goes_on_behind_the_other(self, log, ahead):
        live(log, notes=1)
        slow, faster, seals = Sealer(log, KEY), Sealer(log, KEY), Seals(log.tables)
        add, refused = seals.add, []

        def add_behind_another(*rows, **seal):
            if not refused:
                faster._seal(list(log.rows_since(0, ahead)))
            refused.append(not add(*rows, **seal))
            return not refused[-1]

        slow._seals.add = add_behind_another
        assert slow.seal().size == 4
        assert refused[0]
        note(log, "T-9", "more")
        assert slow.seal().size == 5
        assert [each.size for each in seals.all()] == sorted({ahead, 4, 5})
        assert verify(log, KEY.verifier).holds

    def test_while_others_write(self, place):
        with place.open() as log, ThreadPoolExecutor(4) as pool:
            writing = [pool.submit(live_alone, place, n) for n in range(2)]
            sealing = [pool.submit(seal_often, place) for _ in range(2)]
            for each in [*writing, *sealing]:
                each.result(timeout=120)
            seal(log)
            verdict = verify(log, KEY.verifier)
            assert (verdict.size, verdict.flaws) == (80, ())
            assert len({each.size for each in Seals(log.tables).all()}) == verdict.checkpoints


def live_alone(place, n):
    with place.open() as log:
        note(log, f"W-{n}", *(str(each) for each in range(40)))


def seal_often(place):
    with place.open() as log:
        sealer = Sealer(log, KEY)
        for _ in range(15):
            sealer.seal()


class TestTheSealerRefuses:
    """It signs nothing over a log that is not what it was."""

    @pytest.fixture
    def sealed(self, log):
        live(log)
        return seal(log)

    def refuses(self, log, match, error=SealError, **options):
        size = len(Seals(log.tables).all())
        note(log, "T-9", "new")
        with pytest.raises(error, match=match):
            seal(log, **options)
        assert len(Seals(log.tables).all()) == size

    @pytest.mark.usefixtures("sealed")
    def test_after_a_change(self, hand, log):
        hand.execute(("UPDATE log_events SET topic = 'ticket.note' WHERE position = 3",))
        self.refuses(log, "the first 12 events are not those of the newest seal")

    @pytest.mark.usefixtures("sealed")
    def test_after_a_deletion(self, hand, log):
        hand.delete("position = 3")
        self.refuses(log, "are not those")

    @pytest.mark.usefixtures("sealed")
    def test_after_the_tail_was_cut(self, hand, log):
        hand.delete("position > 3")
        self.refuses(log, "12 events were sealed, but only 4 are on record")

    @pytest.mark.usefixtures("sealed")
    def test_after_a_change_of_the_last_event_even_if_it_trusts_the_rest(self, hand, log):
        hand.execute(("UPDATE log_events SET topic = 'ticket.note' WHERE position = 12",))
        self.refuses(log, "position 12 is not what it was", reads_all=False)

    @pytest.mark.usefixtures("sealed")
    def test_after_a_change_of_the_seals(self, hand, log):
        hand.set_pages(bytes(12 * 32), "tile/0/%")
        self.refuses(log, "is not what it was", reads_all=False)

    def test_if_the_newest_seal_is_by_another_key(self, log):
        live(log)
        seal(log, OTHER_KEY)
        self.refuses(log, "not signed by", NoteError)

    @pytest.mark.usefixtures("sealed")
    def test_to_go_on_with_the_log_of_another_name(self, log):
        renamed = Signer(name="other.example", seed=KEY.seed)
        self.refuses(log, "not signed", NoteError, key=renamed)

    def test_if_a_checkpoint_kept_elsewhere_says_another_thing(self, log, sealed):
        lie = checkpoint(sealed)._replace(root_hash=bytes(32))
        for reads_all in (True, False):
            self.refuses(log, "kept elsewhere", kept=[lie], reads_all=reads_all)
        ahead = lie._replace(size=14)
        self.refuses(log, "kept elsewhere", kept=[ahead])

    def test_if_a_checkpoint_kept_elsewhere_knows_more(self, log, sealed):
        more = checkpoint(sealed)._replace(size=99)
        self.refuses(log, "99 events; not so many", kept=[more])

    def test_if_its_own_seals_were_taken_back(self, log):
        sealer = Sealer(log, KEY)
        live(log)
        sealer.seal()
        log.tables.drop("seal", 1)
        with pytest.raises(
            SealError, match="12 events were sealed, and now the newest seal is of 0"
        ):
            sealer.seal()
