"""How long each history is stands on record, so that no end can be left out."""

from __future__ import annotations

from hashlib import sha256

import attrs
import pytest

from servicecore.audit import heads, merkle
from servicecore.audit.checking import fsck
from servicecore.audit.heads import Head, prove_head, record_heads
from servicecore.audit.leaves import leaf_of
from servicecore.audit.merkle import ProofError
from servicecore.audit.refusals import BundleError
from servicecore.audit.verifying import verify
from servicecore.domain.events import stream_of
from servicecore.storage import open_log

from .conftest import CATALOGUE, KEY, live, note, seal


@pytest.fixture
def log():
    with open_log("memory:", catalogue=CATALOGUE) as log:
        live(log, tickets=5, notes=2)
        yield log


def rows_of(log, n):
    return list(log.storage.stream(stream_of(f"ticket/T-{n}").hex))


class TestHeads:
    """One hash over the ends of all histories."""

    def test_are_an_event_like_any_other(self, log):
        receipt = record_heads(log)
        (recorded,) = receipt.events
        assert (recorded.size, recorded.histories, receipt.position) == (10, 5, 11)
        seal(log)
        assert verify(log, KEY.verifier).holds
        assert list(fsck(log)) == []

    def test_can_be_computed_by_hand(self, log):
        (recorded,) = record_heads(log).events
        leaves = {}
        for n in range(1, 6):
            stream, last = stream_of(f"ticket/T-{n}").hex, rows_of(log, n)[-1]
            fields = (b"servicecore/head/v1", stream.encode(), b"2", leaf_of(last))
            data = b"".join(len(each).to_bytes(4, "big") + each for each in fields)
            leaves[stream] = sha256(b"\x00" + data).digest()
        assert recorded.root == merkle.root([leaves[each] for each in sorted(leaves)]).hex()

    def test_prove_how_long_a_history_was(self, log):
        record_heads(log)
        note(log, "T-3", "later")
        proof = prove_head(log, "ticket/T-3")
        proof.verify()
        assert (proof.version, proof.size, proof.histories) == (2, 10, 5)
        assert proof.leaf == leaf_of(rows_of(log, 3)[1])
        record_heads(log)
        assert prove_head(log, "ticket/T-3").version == 3
        assert prove_head(log, "log/heads").version == 1

    @pytest.mark.parametrize(
        "lie",
        [{"version": 1}, {"leaf": bytes(32)}, {"subject": "ticket/T-4"}, {"index": 0},
         {"hashes": ()}, {"root": bytes(32)}],
        ids=str,
    )  # fmt: skip
    def test_do_not_prove_anything_else(self, log, lie):
        record_heads(log)
        proofs = [prove_head(log, f"ticket/T-{n}") for n in (1, 2, 3)]
        proof = next(each for each in proofs if each.index)
        lie = {**lie, "subject": "ticket/none"} if "subject" in lie else lie
        with pytest.raises(ProofError):
            attrs.evolve(proof, **lie).verify()

    def test_of_what_has_not_begun_prove_nothing(self, log):
        with pytest.raises(BundleError, match="no heads are on record"):
            prove_head(log, "ticket/T-1")
        record_heads(log)
        note(log, "T-9", "later")
        with pytest.raises(BundleError, match="had not begun among the first 10"):
            prove_head(log, "ticket/T-9")

    def test_of_an_empty_log_are_none(self):
        with open_log("memory:", catalogue=CATALOGUE) as log:
            (recorded,) = record_heads(log).events
        assert (recorded.size, recorded.histories) == (0, 0)
        assert recorded.root == merkle.EMPTY_ROOT.hex()


class TestHeadsThatLie:
    """Whoever recomputes them finds it, and the lie is sealed."""

    def test_are_named(self, log):
        rows, _ = heads._heads(log.rows_since(0))
        stream = stream_of("ticket/T-3").hex
        honest = heads._heads
        heads._heads = lambda _: ({**rows, stream: Head(1, leaf_of(rows_of(log, 3)[0]))}, 10)
        try:
            record_heads(log)
        finally:
            heads._heads = honest
        record_heads(log)
        told = "log/heads#1: the heads of the first 10 events are not those on record"
        assert [str(each) for each in fsck(log)] == [f"other heads: {told}"]

    def test_of_a_log_that_was_cut_since_are_named(self, log):
        record_heads(log)
        log.storage._rows[2:4] = []
        for position, row in enumerate(log.storage._rows, 1):
            log.storage._rows[position - 1] = row._replace(position=position)
        assert "other heads" in {each.kind for each in fsck(log)}
        with pytest.raises(BundleError, match="are not those whose heads"):
            prove_head(log, "ticket/T-1")
