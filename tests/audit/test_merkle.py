"""The tree over the log: against published vectors, a tree by recursion, and every small lie."""

from __future__ import annotations

import json
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicecore.audit import merkle
from servicecore.audit.merkle import (
    ProofError,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root,
    verify_consistency,
    verify_inclusion,
)

LEAVES = [leaf_hash(bytes([n])) for n in range(40)]
ROOTS = [root(LEAVES[:n]) for n in range(len(LEAVES) + 1)]
SMALL = range(1, 18)


@pytest.fixture(scope="module")
def vectors(shared):
    return json.loads((shared / "cases" / "merkle_vectors.json").read_text(encoding="utf-8"))


# --- The tree as RFC 6962 defines it, word for word ---------------------------------------


def split(n):
    """The largest power of two below n."""
    return 1 << (n - 1).bit_length() - 1


def mth(leaves):
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def path(m, leaves):
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if m < k:
        return [*path(m, leaves[:k]), mth(leaves[k:])]
    return [*path(m - k, leaves[k:]), mth(leaves[:k])]


def subproof(m, leaves, whole):
    if m == len(leaves):
        return [] if whole else [mth(leaves)]
    k = split(len(leaves))
    if m <= k:
        return [*subproof(m, leaves[:k], whole), mth(leaves[k:])]
    return [*subproof(m - k, leaves[k:], whole=False), mth(leaves[:k])]


def bit_flips(digest):
    """Yield a hash with one bit flipped, in each of its bytes."""
    for n in range(len(digest)):
        yield digest[:n] + bytes([digest[n] ^ 1 << n % 8]) + digest[n + 1 :]


def spoilt(proof):
    """Yield the proof cut, extended, reversed, and with flipped bits."""
    yield from (proof[:n] for n in range(len(proof)))
    yield from ([*proof[:n], LEAVES[39], *proof[n:]] for n in range(len(proof) + 1))
    yield [*proof, b""]
    yield [b"", *proof]
    for n, each in enumerate(proof):
        yield from ([*proof[:n], flipped, *proof[n + 1 :]] for flipped in bit_flips(each))
        yield [*proof[:n], each + b"\x00", *proof[n + 1 :]]
        yield [*proof[:n], each[:-1], *proof[n + 1 :]]
    if proof != proof[::-1]:
        yield proof[::-1]


class TestPublishedVectors:
    """What others compute, we compute; what others refuse, we refuse."""

    def test_hashes_and_roots(self, vectors):
        known = vectors["known_answers"]
        leaves = [leaf_hash(bytes.fromhex(each)) for each in known["leaf_inputs_hex"]]
        for size, expected in enumerate(known["root_by_tree_size"]):
            assert root(leaves[:size]).hex() == expected
        level = leaves
        for expected in known["node_hashes_by_level"]:
            assert [each.hex() for each in level] == expected
            level = merkle.level_above(level)

    def test_the_hasher(self, vectors):
        for case in vectors["known_answers"]["hasher"]:
            if "data_hex" in case:
                assert leaf_hash(bytes.fromhex(case["data_hex"])).hex() == case["want"]
            elif "left_hex" in case:
                pair = (bytes.fromhex(case[side]) for side in ("left_hex", "right_hex"))
                assert node_hash(*pair).hex() == case["want"]
            else:
                assert root([]).hex() == case["want"]

    def test_inclusion(self, vectors):
        for case in vectors["inclusion"]:
            arguments = (
                bytes.fromhex(case["leaf_hash"]),
                case["leaf_index"],
                case["tree_size"],
                list(map(bytes.fromhex, case["proof"])),
                bytes.fromhex(case["root"]),
            )
            assert holds(verify_inclusion, *arguments) is not case["want_err"], case["file"]

    def test_consistency(self, vectors):
        for case in vectors["consistency"]:
            arguments = (
                case["size1"],
                case["size2"],
                list(map(bytes.fromhex, case["proof"])),
                bytes.fromhex(case["root1"]),
                bytes.fromhex(case["root2"]),
            )
            assert holds(verify_consistency, *arguments) is not case["want_err"], case["file"]


def holds(verify, *arguments):
    try:
        assert verify(*arguments) is None
    except ProofError:
        return False
    return True


class TestTheTree:
    """It is the tree that RFC 6962 defines by recursion."""

    @pytest.mark.parametrize("size", range(len(LEAVES) + 1))
    def test_has_the_root_of_the_definition(self, size):
        assert root(LEAVES[:size]) == mth(LEAVES[:size])

    @pytest.mark.parametrize("size", SMALL)
    def test_has_the_inclusion_proofs_of_the_definition(self, size):
        for index in range(size):
            assert inclusion_proof(LEAVES, index, size) == path(index, LEAVES[:size])

    @pytest.mark.parametrize("second", SMALL)
    def test_has_the_consistency_proofs_of_the_definition(self, second):
        for first in range(1, second + 1):
            expected = subproof(first, LEAVES[:second], whole=True)
            assert consistency_proof(LEAVES, first, second) == expected

    def test_an_entry_and_a_pair_are_hashed_behind_bytes_of_their_own(self):
        assert leaf_hash(b"x") == sha256(b"\x00x").digest()
        assert node_hash(b"x", b"y") == sha256(b"\x01xy").digest()

    def test_an_entry_is_never_taken_for_two(self):
        pair = LEAVES[0] + LEAVES[1]
        assert leaf_hash(pair) != node_hash(LEAVES[0], LEAVES[1])

    @given(st.lists(st.binary(max_size=40), min_size=1, max_size=70), st.data())
    def test_every_proof_it_makes_holds(self, entries, data):
        leaves = list(map(leaf_hash, entries))
        size = data.draw(st.integers(1, len(leaves)))
        index, first = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
        whole = mth(leaves[:size])
        verify_inclusion(leaves[index], index, size, inclusion_proof(leaves, index, size), whole)
        proof = consistency_proof(leaves, first, size)
        verify_consistency(first, size, proof, mth(leaves[:first]), whole)


class TestALieAboutInclusion:
    """Whatever is not exactly the proof is refused."""

    @pytest.mark.parametrize("size", SMALL)
    def test_a_spoilt_proof(self, size):
        for index in range(size):
            for lie in spoilt(inclusion_proof(LEAVES, index, size)):
                with pytest.raises(ProofError):
                    verify_inclusion(LEAVES[index], index, size, lie, ROOTS[size])

    @pytest.mark.parametrize("size", SMALL)
    def test_another_place(self, size):
        for index in range(size):
            proof = inclusion_proof(LEAVES, index, size)
            for other in [*range(size + 2), -1, index + 2**64]:
                if other != index:
                    with pytest.raises(ProofError):
                        verify_inclusion(LEAVES[index], other, size, proof, ROOTS[size])

    def test_another_entry_or_root(self):
        proof = inclusion_proof(LEAVES, 3, 7)
        for flipped in bit_flips(LEAVES[3]):
            with pytest.raises(ProofError):
                verify_inclusion(flipped, 3, 7, proof, ROOTS[7])
        for flipped in bit_flips(ROOTS[7]):
            with pytest.raises(ProofError):
                verify_inclusion(LEAVES[3], 3, 7, proof, flipped)

    @pytest.mark.parametrize("index", [True, 1.0, "1", None, -1])
    def test_an_index_that_is_none(self, index):
        with pytest.raises(ProofError):
            verify_inclusion(LEAVES[1], index, 2, [LEAVES[0]], ROOTS[2])
        with pytest.raises(ProofError):
            inclusion_proof(LEAVES, index, 2)

    @pytest.mark.parametrize("size", [True, 2.0, "2", None, 0, -2])
    def test_a_size_that_is_none(self, size):
        with pytest.raises(ProofError):
            verify_inclusion(LEAVES[0], 0, size, [LEAVES[1]], ROOTS[2])

    @pytest.mark.parametrize("proof", [None, 5, b"x" * 32, "x" * 32, {1}, [None], ["x" * 32]])
    def test_a_proof_that_is_none(self, proof):
        with pytest.raises(ProofError):
            verify_inclusion(LEAVES[0], 0, 2, proof, ROOTS[2])

    @pytest.mark.parametrize("leaf", [None, "x" * 32, LEAVES[0].hex(), bytearray(LEAVES[0])])
    def test_a_hash_that_is_none(self, leaf):
        with pytest.raises(ProofError):
            verify_inclusion(leaf, 0, 2, [LEAVES[1]], ROOTS[2])

    @pytest.mark.parametrize("expected", [None, "x", b"", LEAVES[0].hex()])
    def test_a_root_that_is_none(self, expected):
        with pytest.raises(ProofError):
            verify_inclusion(LEAVES[0], 0, 2, [LEAVES[1]], expected)


class TestALieAboutConsistency:
    """A log that did not only grow cannot show that it did."""

    @pytest.mark.parametrize("second", SMALL)
    def test_a_spoilt_proof(self, second):
        for first in range(1, second + 1):
            for lie in spoilt(consistency_proof(LEAVES, first, second)):
                with pytest.raises(ProofError):
                    verify_consistency(first, second, lie, ROOTS[first], ROOTS[second])

    @pytest.mark.parametrize("second", SMALL)
    def test_another_size(self, second):
        for first in range(1, second):
            proof = consistency_proof(LEAVES, first, second)
            for other in range(second + 2):
                if other != first:
                    with pytest.raises(ProofError):
                        verify_consistency(other, second, proof, ROOTS[first], ROOTS[second])

    @pytest.mark.parametrize("second", SMALL)
    def test_a_history_written_anew(self, second):
        for first in range(1, second + 1):
            proof = consistency_proof(LEAVES, first, second)
            for changed in range(first):
                anew = [*LEAVES[:changed], leaf_hash(b"?"), *LEAVES[changed + 1 : second]]
                with pytest.raises(ProofError):
                    verify_consistency(first, second, proof, ROOTS[first], root(anew))
                lie = consistency_proof(anew, first, second)
                with pytest.raises(ProofError):
                    verify_consistency(first, second, lie, ROOTS[first], root(anew))

    @pytest.mark.parametrize("second", [0, 1, 2, 7])
    def test_from_an_empty_tree_nothing_is_proved(self, second):
        with pytest.raises(ProofError, match="empty tree"):
            consistency_proof(LEAVES, 0, second)
        if second:
            for proof in ([], LEAVES[:1], LEAVES[:2]):
                with pytest.raises(ProofError):
                    verify_consistency(0, second, proof, ROOTS[0], ROOTS[second])

    def test_trees_of_one_size_are_one_tree(self):
        verify_consistency(5, 5, [], ROOTS[5], ROOTS[5])
        for lie in (ROOTS[6], b"", None):
            with pytest.raises(ProofError):
                verify_consistency(5, 5, [], ROOTS[5], lie)
        with pytest.raises(ProofError):
            verify_consistency(5, 5, [LEAVES[0]], ROOTS[5], ROOTS[5])

    @pytest.mark.parametrize("size", [True, 2.0, "2", None, -2])
    def test_a_size_that_is_none(self, size):
        proof = consistency_proof(LEAVES, 2, 3)
        for sizes in ((size, 3), (2, size), (size, size)):
            with pytest.raises(ProofError):
                verify_consistency(*sizes, proof, ROOTS[2], ROOTS[3])

    def test_backwards(self):
        proof = consistency_proof(LEAVES, 3, 5)
        with pytest.raises(ProofError):
            verify_consistency(5, 3, proof, ROOTS[5], ROOTS[3])
        with pytest.raises(ProofError):
            consistency_proof(LEAVES, 5, 3)

    def test_of_entries_that_are_not_there(self):
        with pytest.raises(ProofError):
            consistency_proof(LEAVES, 3, len(LEAVES) + 1)
        with pytest.raises(ProofError):
            inclusion_proof(LEAVES, 3, len(LEAVES) + 1)
        with pytest.raises(ProofError):
            inclusion_proof(LEAVES, 3, 3)
