"""An evidence bundle: a few histories with their proofs, for somebody who has nothing else.

It is a zip file with five files in this order, stored as they are:

- ``manifest.note``: what is in it, as one line of JSON, in a note signed by the sealer;
- ``checkpoint.note``: the signed checkpoint over the whole log;
- ``events.jsonl``: the events as they are on record, a line each;
- ``proofs.jsonl``: for each of them, its index and the hashes up to the root;
- ``key.txt``: the key that checks the signatures, to be compared with the one
  that came another way.  Whoever trusts this file trusts the forger.

The same log, seal and key give the same bytes.  ``docs/verify_bundle.py`` checks
one without this package.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from io import BytesIO
from typing import Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from ..storage import EventLog
from ..storage.codec import stream_id
from ..storage.protocol import Row
from ..storage.pruned import ensure_here
from .keys import Signer, in_base64
from .leaves import leaf_of
from .merkle import ProofError, verify_inclusion
from .notes import Checkpoint, open_note, parse_checkpoint, sign_note
from .refusals import BundleError, SealError, UnknownSubjectError
from .seals import Seals

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
    checkpoint = parse_checkpoint(open_note(latest.note, signer.verifier))
    wanted = sorted(set(subjects))
    histories = {subject: _history(log, subject) for subject in wanted}
    proved = sorted(
        (_index(seals, row, checkpoint.size), row) for rows in histories.values() for row in rows
    )
    files = {
        "checkpoint.note": latest.note.encode(),
        "events.jsonl": _lines(_told(row) for _, row in proved),
        "proofs.jsonl": _lines(_proofs(seals, proved, checkpoint)),
        "key.txt": f"{signer.verifier}\n".encode(),
    }
    counts = {subject: len(rows) for subject, rows in histories.items()}
    manifest = sign_note(_manifest(files, counts, checkpoint), signer)
    return _zipped({"manifest.note": manifest.encode()} | files)


def _history(log: EventLog, subject: str) -> Sequence[Row]:
    rows = log.storage.stream(stream_id(subject))
    if not rows:
        msg = f"nothing is on record of {subject!r}"
        raise UnknownSubjectError(msg)
    for row in rows:
        ensure_here(row.state)
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
    seals: Seals, proved: Sequence[tuple[int, Row]], checkpoint: Checkpoint[str]
) -> Iterator[Mapping[str, Any]]:
    tiles = seals.tiles()
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
