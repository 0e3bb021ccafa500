"""An evidence bundle: a few histories with their proofs, for somebody who has nothing else.

It is a zip file with five files in this order, stored as they are:

- ``manifest.note``: what is in it, as one line of JSON, in a note signed by the sealer;
- ``checkpoint.note``: the signed checkpoint over the whole log;
- ``events.jsonl``: the events as they are on record, a line each;
- ``proofs.jsonl``: for each of them, its index and the hashes up to the root;
- ``key.txt``: the key that checks the signatures, to be compared with the one
  that came another way.  Whoever trusts this file trusts the forger.

Whoever has a copy of the log and a checkpoint that was published makes one under
that checkpoint, and signs the manifest with a key of their own; both keys stand in
``key.txt`` then.

The same log, checkpoint and key give the same bytes.  ``docs/verify_bundle.py``
checks one without this package.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from io import BytesIO
from typing import Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from ..storage import EventLog
from ..storage.codec import stream_id, subject_and_moment
from ..storage.protocol import Row
from ..storage.pruned import ensure_here
from .keys import Signer, Verifier, in_base64
from .leaves import leaf_of
from .merkle import ProofError, verify_inclusion
from .notes import Checkpoint, open_checkpoint, open_note, sign_note
from .refusals import AnotherLogError, BundleError, NoteError, SealError, UnknownSubjectError
from .seals import Seals
from .tiles import Growing, Tiles
from .under import under

FORMAT = "servicecore/bundle/v1"
_BEGINNING = (1980, 1, 1, 0, 0, 0)  #: Of time, in a zip file.
_UNIX, _FILE = 3, 0o100644 << 16


def make_bundle(
    log: EventLog, subjects: Iterable[str], signer: Signer, *, seals: Seals | None = None
) -> bytes:
    """Return a bundle with the whole histories of *subjects*, as a zip file.

    Raises:
        BundleError: If one has no history, is not sealed to its end, or is not what
            was sealed.
        PrunedError: If one lies in an archive that is not at hand.
        NoteError: If the newest seal is not signed by this key.
    """
    seals = seals or Seals(log.tables)
    latest = seals.latest()
    if latest is None:
        msg = "nothing is sealed yet, so nothing can be proved"
        raise BundleError(msg)
    checkpoint = open_checkpoint(latest.note, signer.verifier)
    proved = sorted(
        (_index(seals, row, checkpoint.size), row)
        for subject in set(subjects)
        for row in _history(log, subject)
    )
    return _bundled(proved, seals.tiles(), latest.note, signer.verifier, signer)


def make_bundle_under(
    note: str, log: EventLog, subjects: Iterable[str], signer: Signer, *, verifier: Verifier
) -> bytes:
    """Return a bundle with the histories of *subjects*, as they were under a checkpoint.

    That needs no seals, and not the key of the log: the whole log is compared with the
    checkpoint in *note*, which *verifier* has signed, and *signer* is whoever does so.

    Raises:
        BundleError: If the log is not what was published, or one has no history in it.
        PrunedError: If one lies in an archive that is not at hand.
        NoteError: If the checkpoint is not signed by *verifier*.
    """
    checkpoint = open_checkpoint(note, verifier)
    wanted, tree = {stream_id(each): each for each in subjects}, Growing(keep_all=True)
    try:
        found = [each for each in under(checkpoint, log, tree) if each[1].stream in wanted]
    except AnotherLogError as error:
        raise BundleError(str(error)) from None
    for stream in set(wanted) - {row.stream for _, row in found}:
        msg = f"nothing was on record of {wanted[stream]!r} under {checkpoint.size} events"
        raise UnknownSubjectError(msg)
    return _bundled(found, tree.tiles, _alone(note, verifier), verifier, signer)


def _bundled(
    proved: Sequence[tuple[int, Row]], tiles: Tiles, note: str, verifier: Verifier, signer: Signer
) -> bytes:
    for _, row in proved:
        ensure_here(row.state)
    checkpoint = open_checkpoint(note, verifier)
    keys = dict.fromkeys((verifier, signer.verifier))
    files = {
        "checkpoint.note": note.encode(),
        "events.jsonl": _lines(_told(row) for _, row in proved),
        "proofs.jsonl": _lines(_proofs(tiles, proved, checkpoint)),
        "key.txt": "".join(f"{each}\n" for each in keys).encode(),
    }
    counts = Counter(subject_and_moment(row)[0] for _, row in proved)
    manifest = sign_note(_manifest(files, counts, checkpoint), signer)
    return _zipped({"manifest.note": manifest.encode()} | files)


def _alone(note: str, verifier: Verifier) -> str:
    """Return a note with the signature of *verifier* alone, whoever else has signed it."""
    text, _, signatures = note.rpartition("\n\n")
    for line in signatures.splitlines():
        with suppress(NoteError):
            open_note(alone := f"{text}\n\n{line}\n", verifier)
            return alone
    return note


def _history(log: EventLog, subject: str) -> Sequence[Row]:
    rows = log.storage.stream(stream_id(subject))
    if not rows:
        msg = f"nothing is on record of {subject!r}"
        raise UnknownSubjectError(msg)
    return rows


def _index(seals: Seals, row: Row, size: int) -> int:
    try:
        return seals.index_of(row, size=size)
    except SealError as error:
        msg = f"{error}: seal it first"
        raise BundleError(msg) from None


def _told(row: Row) -> Mapping[str, Any]:
    try:
        state = row.state.decode()
    except UnicodeDecodeError as error:
        msg = f"position {row.position} holds no JSON: {error}"
        raise BundleError(msg) from None
    return {"stream": row.stream, "version": row.version, "name": row.topic, "state": state}


def _proofs(
    tiles: Tiles, proved: Sequence[tuple[int, Row]], checkpoint: Checkpoint[str]
) -> Iterator[Mapping[str, Any]]:
    for index, row in proved:
        try:
            proof = tiles.inclusion_proof(index, checkpoint.size)
            verify_inclusion(leaf_of(row), index, checkpoint.size, proof, checkpoint.root_hash)
        except ProofError as error:
            msg = f"position {row.position} is not what was sealed: {error}"
            raise BundleError(msg) from None
        yield {"index": index, "hashes": [in_base64(each) for each in proof]}


def _manifest(
    files: Mapping[str, bytes], counts: Mapping[str, int], checkpoint: Checkpoint[str]
) -> str:
    told = {
        "events": sum(counts.values()),
        "files": {
            name: {"bytes": len(data), "sha256": sha256(data).hexdigest()}
            for name, data in files.items()
        },
        "origin": checkpoint.origin,
        "root": checkpoint.root_hash.hex(),
        "size": checkpoint.size,
        "subjects": counts,
    }
    return f"{FORMAT}\n{_line(told)}\n"


def _lines(values: Iterable[Mapping[str, Any]]) -> bytes:
    return "".join(f"{_line(each)}\n" for each in values).encode()


def _line(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _zipped(files: Mapping[str, bytes]) -> bytes:
    """Return a zip file that depends on nothing but its contents."""
    target = BytesIO()
    with ZipFile(target, "w", ZIP_STORED) as bundle:
        for name, data in files.items():
            entry = ZipInfo(name, _BEGINNING)
            entry.create_system, entry.external_attr = _UNIX, _FILE
            bundle.writestr(entry, data)
    return target.getvalue()
