"""A fuzzer for what auditors check with: whatever is given, it is proved, or refused by name.

It begins with what is genuine, changes that in ways that a forger and a bad disk
would, and asks the checks.  What it tells can be had again: a seed and a number
name each input.  From a shell: ``python -m tests.audit.fuzzing COUNT SEED``.
"""

from __future__ import annotations

import base64
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

import attrs
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from servicecore.audit import merkle
from servicecore.audit.archiving import make_archive, verify_archive
from servicecore.audit.bundle import FORMAT, make_bundle
from servicecore.audit.keys import Verifier
from servicecore.audit.leaves import leaf_of
from servicecore.audit.notes import (
    format_checkpoint,
    format_proof,
    open_note,
    parse_checkpoint,
    parse_proof,
    sign_note,
)
from servicecore.audit.publishing import Addition, ensure_grown
from servicecore.audit.refusals import NoteError, WitnessError
from servicecore.audit.seals import Seals
from servicecore.storage import Archive, BadArchiveError, open_log
from tests.audit.conftest import CATALOGUE, KEY, live, note, seal
from tests.audit.test_bundle import files_in, packed, verifier

OUR_KEY = str(KEY.verifier)
TOKENS = [
    *(b"", b"\n", b"\n\n", b" ", b"=", b"+", b"/", b"\x00", b"\xff", b"0", b"-1", b"1e9", b"\r"),
    *("\u2014 ".encode(), "\u2028".encode(), b'"', b"{", b"}", b"[", b"null", b"true", b"NaN"),
    *(b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"../x", b"/etc", b"99999999999999999999"),
]


class FalseAcceptanceError(AssertionError):
    """A check has taken for genuine what is not."""


@attrs.frozen
class Target:
    """A check, how to make an input for it, and what it may refuse with."""

    name: str
    weight: int
    make: Callable[[Random], Any]
    check: Callable[[Any], bool]  #: Whether it was taken for genuine; raises if it should not.


def quick(text: bytes, signature: bytes, public: bytes) -> bool:
    """Tell whether a signature holds, without a process for each."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, text)
    except InvalidSignature:
        return False
    return True


# --- Changing bytes -------------------------------------------------------------------


def changed(random: Random, seeds: list[bytes]) -> bytes:
    """Return one of *seeds* with one to four changes."""
    data = random.choice(seeds)
    for _ in range(random.choice((1, 1, 1, 2, 4))):
        data = random.choice(CHANGES)(random, data, random.choice(seeds))
    return data


def _flip(random: Random, data: bytes, _: bytes) -> bytes:
    if not data:
        return b"\x01"
    place = random.randrange(len(data))
    return data[:place] + bytes([data[place] ^ 1 << random.randrange(8)]) + data[place + 1 :]


def _cut(random: Random, data: bytes, _: bytes) -> bytes:
    start, end = sorted(random.randrange(len(data) + 1) for _ in range(2))
    return data[:start] + data[end:]


def _end(random: Random, data: bytes, _: bytes) -> bytes:
    return data[: random.randrange(len(data) + 1)]


def _put_in(random: Random, data: bytes, _: bytes) -> bytes:
    place = random.randrange(len(data) + 1)
    return data[:place] + random.choice(TOKENS) + data[place:]


def _replace(random: Random, data: bytes, _: bytes) -> bytes:
    place = random.randrange(len(data) + 1)
    token = random.choice(TOKENS)
    return data[:place] + token + data[place + len(token) :]


def _splice(random: Random, data: bytes, other: bytes) -> bytes:
    return data[: random.randrange(len(data) + 1)] + other[random.randrange(len(other) + 1) :]


def _repeat(random: Random, data: bytes, _: bytes) -> bytes:
    start, end = sorted(random.randrange(len(data) + 1) for _ in range(2))
    return data[:end] + data[start:end][:2000] + data[end:]


def _swap_lines(random: Random, data: bytes, _: bytes) -> bytes:
    lines = data.split(b"\n")
    one, other = random.randrange(len(lines)), random.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return b"\n".join(lines)


CHANGES = (_flip, _flip, _cut, _end, _put_in, _replace, _splice, _repeat, _swap_lines)


# --- What is genuine ------------------------------------------------------------------------


class Genuine:
    """A sealed log, and all that can be proved of it."""

    def __init__(self) -> None:
        self.log = open_log("memory:", catalogue=CATALOGUE)
        for n in range(3):
            live(self.log, tickets=3, notes=2)
            note(self.log, f"工单-{n}", "它漏水")
            seal(self.log)
        self.rows = list(self.log.rows_since(0))
        self.leaves = [leaf_of(row) for row in self.rows]
        self.roots = [merkle.root(self.leaves[:size]) for size in range(len(self.leaves) + 1)]
        self.notes = [each.note for each in Seals(self.log.tables).all()]
        self.bodies = {open_note(each, KEY.verifier) for each in self.notes}
        self.size = len(self.leaves)
        subjects = ("ticket/T-2", "ticket/工单-1")
        self.bundles = [make_bundle(self.log, subjects[:n], KEY) for n in (1, 2)]
        self.stored = {
            (index, row.stream, row.version, row.topic, row.state.decode())
            for index, row in enumerate(self.rows)
        }
        self.counts = Counter(row.stream for row in self.rows)
        self.folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
        self.archive = make_archive(self.log, subjects, self.folder / "a.parquet", KEY.verifier)
        self.archived = [each.row for each in self.archive.proved()]

    def targets(self) -> list[Target]:
        """Return every check, with what shares of the inputs each of them gets."""
        files = [files_in(each) for each in self.bundles]
        notes = [each.encode() for each in self.notes]
        proofs = [
            format_proof(index, merkle.inclusion_proof(self.leaves, index, 14), self.notes[1])
            for index in (0, 5, 13)
        ]
        additions = [
            Addition(
                old=old,
                proof=tuple(merkle.consistency_proof(self.leaves, old, new)),
                note=self.notes[new // 7 - 1],
            )
            for old, new in ((7, 14), (14, 21), (7, 21))
        ]
        told = [each.encode() for each in proofs]
        grown = [str(each).encode() for each in additions]
        bodies = [each.encode() for each in sorted(self.bodies)]
        return [
            Target("bundle", 20, lambda r: changed(r, self.bundles), self._bundle),
            Target("bundle packed anew", 10, lambda r: _packed_anew(r, files), self._bundle),
            Target("bundle signed anew", 6, lambda r: _signed_anew(r, files), self._signed_bundle),
            Target("note", 14, lambda r: changed(r, notes), self._note),
            Target("checkpoint", 10, lambda r: changed(r, bodies), _checkpoint),
            Target("proof", 10, lambda r: changed(r, told), self._proof),
            Target("addition", 8, lambda r: changed(r, grown), self._addition),
            Target("key", 6, lambda r: changed(r, [OUR_KEY.encode()]), _key),
            Target("inclusion", 8, self._inclusion, self._included),
            Target("consistency", 8, self._consistency, self._consistent),
        ]

    def parquet(self) -> Target:
        """Return the check of archives; a file is written for each, so it is for few."""
        whole = self.archive.path.read_bytes()
        return Target("archive", 1, lambda r: changed(r, [whole]), self._archive)

    # --- The checks, and when they may say yes -----------------------------------------

    def _bundle(self, data: bytes) -> bool:
        try:
            verifier.check(data, OUR_KEY)
        except verifier.Refused:
            return False
        _ensure(data in self.bundles, "a bundle that is none of ours")
        return True

    def _signed_bundle(self, data: bytes) -> bool:
        """Whoever has the key may choose what to show; what was not sealed he cannot."""
        try:
            verifier.check(data, OUR_KEY)
        except verifier.Refused:
            return False
        files = files_in(data)
        events = [json.loads(line) for line in files["events.jsonl"].splitlines()]
        proofs = [json.loads(line) for line in files["proofs.jsonl"].splitlines()]
        shown = {
            (proof["index"], e["stream"], e["version"], e["name"], e["state"])
            for e, proof in zip(events, proofs, strict=True)
        }
        _ensure(shown <= self.stored, "an event that was never sealed")
        return True

    def _note(self, data: bytes) -> bool:
        try:
            body = open_note(data, KEY.verifier)
        except NoteError:
            return False
        _ensure(body.decode() in self.bodies, "a text that was never signed")
        parse_checkpoint(body)
        return True

    def _proof(self, data: bytes) -> bool:
        try:
            proof = parse_proof(data)
            again = format_proof(proof.index, proof.hashes, proof.checkpoint, proof.extra)
            _ensure(again == data, "a proof that is spelt in two ways")
            checkpoint = parse_checkpoint(open_note(proof.checkpoint, KEY.verifier))
            leaf = self.leaves[proof.index] if proof.index < self.size else bytes(32)
            root = checkpoint.root_hash
            merkle.verify_inclusion(leaf, proof.index, checkpoint.size, proof.hashes, root)
        except (NoteError, merkle.ProofError):
            return False
        true = merkle.inclusion_proof(self.leaves, proof.index, checkpoint.size)
        _ensure(list(proof.hashes) == true, "a proof of something else")
        return True

    def _addition(self, data: bytes) -> bool:
        try:
            addition = Addition.parse(data.decode())
            _ensure(str(addition).encode() == data, "an addition that is spelt in two ways")
            after = parse_checkpoint(open_note(addition.note, KEY.verifier))
            before = parse_checkpoint(format_checkpoint(KEY.name, 7, self.roots[7]))
            if addition.old == before.size:
                ensure_grown(before, after, addition.proof)
                true = merkle.consistency_proof(self.leaves, 7, after.size)
                _ensure(list(addition.proof) == true, "growth that was none")
        except (NoteError, WitnessError, UnicodeDecodeError):
            return False
        return True

    def _archive(self, data: bytes) -> bool:
        path = self.folder / "changed.parquet"
        path.write_bytes(data)
        try:
            archive = Archive(path)
            verify_archive(archive, KEY.verifier)
            rows = [each.row for each in archive.proved()]
        except BadArchiveError:
            return False
        unplaced = [row[1:4] + row[5:] for row in rows]  # Neither is sealed.
        _ensure(unplaced == [row[1:4] + row[5:] for row in self.archived], "what was never sealed")
        return True

    # --- Trees -----------------------------------------------------------------------------

    def _inclusion(self, random: Random) -> list[Any]:
        size = random.randrange(1, self.size + 1)
        index = random.randrange(size)
        proof = merkle.inclusion_proof(self.leaves, index, size)
        return self._disturbed(random, [self.leaves[index], index, size, proof, self.roots[size]])

    def _included(self, given: list[Any]) -> bool:
        leaf, index, size, proof, root = given
        try:
            merkle.verify_inclusion(leaf, index, size, proof, root)
        except merkle.ProofError:
            return False
        _ensure(leaf in self.leaves and root in self.roots, f"inclusion of {given}")
        # A root does not tell its size; who checks has both from one checkpoint.
        if size <= self.size and root == self.roots[size]:
            true = (self.leaves[index], merkle.inclusion_proof(self.leaves, index, size))
            _ensure((leaf, list(proof)) == true, f"inclusion of {given}")
        return True

    def _consistency(self, random: Random) -> list[Any]:
        first, second = sorted(random.randrange(1, self.size + 1) for _ in range(2))
        proof = merkle.consistency_proof(self.leaves, first, second)
        told = [first, second, proof, self.roots[first], self.roots[second]]
        return self._disturbed(random, told)

    def _consistent(self, given: list[Any]) -> bool:
        first, second, proof, old, new = given
        try:
            merkle.verify_consistency(first, second, proof, old, new)
        except merkle.ProofError:
            return False
        if first == second:
            _ensure(old == new and not list(proof), f"two trees of one size: {given}")
            return True
        _ensure(new in self.roots, f"consistency of {given}")
        if second <= self.size and new == self.roots[second]:
            true = merkle.consistency_proof(self.leaves, first, second)
            _ensure((old, list(proof)) == (self.roots[first], true), f"consistency of {given}")
        return True

    def _disturbed(self, random: Random, given: list[Any]) -> list[Any]:
        """Change one to three of the arguments, the proof in its length, order or hashes."""
        for _ in range(random.choice((1, 1, 2, 3))):
            place = random.randrange(len(given))
            given[place] = self._other(random, given[place])
        return given

    def _other(self, random: Random, value: Any) -> Any:
        if random.random() < 0.05:
            return random.choice((None, "", b"", -1, 2**64, 1.0, True, (), [None], ["x"], [b""]))
        if isinstance(value, int):
            return random.choice((value - 1, value + 1, value * 2, 0, random.randrange(64)))
        if isinstance(value, bytes):
            return _flip(random, value, b"") if value else bytes(32)
        if not isinstance(value, list):
            return value
        others = (
            value[:-1],
            value[1:],
            [*value, random.choice(self.leaves)],
            random.sample(value, len(value)),
            [bytes(32), *value[1:]],
        )
        return random.choice(others)


def _packed_anew(random: Random, bundles: list[dict[str, bytes]]) -> bytes:
    """Change a file, and pack it as a bundle is packed."""
    files = dict(random.choice(bundles))
    name = random.choice(list(files))
    files[name] = changed(random, [each[name] for each in bundles])
    return packed(files)


def _signed_anew(random: Random, bundles: list[dict[str, bytes]]) -> bytes:
    """Change a file as somebody would who has the key, and sums up and signs anew."""
    files = dict(random.choice(bundles))
    name = random.choice(("events.jsonl", "proofs.jsonl", "checkpoint.note", "key.txt"))
    files[name] = changed(random, [each[name] for each in bundles])
    text = files.pop("manifest.note").decode().partition("\n\n")[0]
    told = json.loads(text.split("\n")[1])
    told["files"] = {
        each: {"bytes": len(data), "sha256": sha256(data).hexdigest()}
        for each, data in files.items()
    }
    told["events"] = files["events.jsonl"].count(b"\n")
    if random.random() < 0.5:
        told["subjects"] = dict(list(told["subjects"].items())[: random.randrange(3)])
    line = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    signed = sign_note(f"{FORMAT}\n{line}\n", KEY).encode()
    return packed({"manifest.note": signed} | files)


def _checkpoint(data: bytes) -> bool:
    try:
        told = parse_checkpoint(data)
    except NoteError:
        return False
    lines = [told.origin, b"%d" % told.size, base64.b64encode(told.root_hash), *told.extension]
    _ensure(b"".join(each + b"\n" for each in lines) == data, "a checkpoint spelt in two ways")
    return True


def _key(data: bytes) -> bool:
    try:
        told = Verifier.parse(data.decode())
    except (NoteError, UnicodeDecodeError):
        return False
    _ensure(str(told).encode() == data, "a key that is spelt in two ways")
    return True


def _ensure(holds: bool, told: str) -> None:  # noqa: FBT001
    if not holds:
        raise FalseAcceptanceError(told)


# --- Many of them --------------------------------------------------------------------------


def fuzz(targets: list[Target], *, count: int, seed: int) -> dict[str, tuple[int, int]]:
    """Try *count* inputs, and return of each target how many, and how many were genuine.

    Whatever goes wrong is raised with the number of the input and what it was.
    """
    tried: Counter[str] = Counter()
    genuine: Counter[str] = Counter()
    weights = [each.weight for each in targets]
    for number in range(count):
        random = Random(f"{seed}/{number}")  # noqa: S311 - it has to be told again, not kept secret
        (target,) = random.choices(targets, weights)
        given = target.make(random)
        try:
            genuine[target.name] += target.check(given)
        except Exception as error:
            error.add_note(f"input {number} of seed {seed}, {target.name}: {given!r}"[:2000])
            raise
        tried[target.name] += 1
    return {each.name: (tried[each.name], genuine[each.name]) for each in targets}


def main(count: int, seed: int) -> None:
    """Fuzz, and tell what was tried."""
    verifier.signed = quick
    found = fuzz(Genuine().targets(), count=count, seed=seed)
    for name, (tried, genuine) in found.items():
        print(f"{name:20} {tried:>9,} inputs, {genuine:>7,} of them genuine")  # noqa: T201


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
