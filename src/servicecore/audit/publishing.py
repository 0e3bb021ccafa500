"""Checkpoints where whoever runs the log cannot change them, and witnesses who sign them.

A folder that others can read, such as a share or a repository, takes three things:

- ``checkpoint``: the newest checkpoint;
- ``checkpoints/SIZE``: every checkpoint that was ever published;
- ``additions/SIZE``: the same, behind the proof that the log only grew since the
  one published before.

A file whose name begins with a dot is none of them: whoever publishes needs it meanwhile.

A witness reads the folder alone.  It remembers the last checkpoint it has seen,
follows the proofs from there, and signs the newest.  Source: c2sp.org/tlog-witness,
whose body of ``add-checkpoint`` an addition is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

import attrs

from .keys import Signer, Verifier, from_base64, in_base64
from .merkle import ProofError, verify_consistency
from .notes import Checkpoint, add_signature, open_checkpoint
from .refusals import NoteError, WitnessError
from .seals import Seals

try:
    import fcntl
except ImportError:  # Windows has nothing of the kind; there, let one publish at a time.
    fcntl = None  # type: ignore[assignment]

_LOCK = ".publishing.lock"
_OLD = "old "
_DIGITS = 20
_SIZE = re.compile(r"0|[1-9][0-9]{0,19}")


@attrs.frozen(kw_only=True)
class Addition:
    """A checkpoint, and the proof that it goes on where one of *old* events ended."""

    old: int
    proof: tuple[bytes, ...]
    note: str

    def __str__(self) -> str:
        lines = [f"{_OLD}{self.old}", *map(in_base64, self.proof), ""]
        return "\n".join(lines) + "\n" + self.note

    @classmethod
    def parse(cls, text: str) -> Addition:
        """Return the addition that *text* tells.

        Raises:
            NoteError: If it tells none.
        """
        head, _, note = text.partition("\n\n")
        old, *proof = head.split("\n")
        size = old.removeprefix(_OLD)
        if not old.startswith(_OLD) or not _SIZE.fullmatch(size):
            msg = f"an addition begins with 'old SIZE', got {old[:80]!r}"
            raise NoteError(msg)
        addition = cls(old=int(size), proof=tuple(map(from_base64, proof)), note=note)
        if str(addition) != text:
            msg = "an addition is a size, a proof, an empty line and a checkpoint, and no more"
            raise NoteError(msg)
        return addition


# --- Publishing --------------------------------------------------------------------


def publish(seals: Seals, verifier: Verifier, folder: Path) -> Checkpoint[str] | None:
    """Put the newest checkpoint into *folder*; return it, or None if nothing is sealed.

    Whoever comes while another publishes there waits, and goes on from what that one did.

    Raises:
        WitnessError: If the folder holds a checkpoint that the newest one does not go
            on from: the log is not the one that was published.
        NoteError: If a checkpoint is not signed by this key.
    """
    if seals.latest() is None:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        return _publish(seals, verifier, folder)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / _LOCK).open("w") as lock:
        if fcntl is not None:
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _publish(seals: Seals, verifier: Verifier, folder: Path) -> Checkpoint[str] | None:
    latest = seals.latest()  # Whoever published while we waited may have had a newer one.
    if latest is None:
        return None
    checkpoint = open_checkpoint(latest.note, verifier)
    before = newest_published(folder, verifier)
    old = before.size if before else 0
    if before:
        proof = _proof(seals, before, checkpoint)
        ensure_grown(before, checkpoint, proof)
    else:
        proof = ()
    if old != checkpoint.size:
        _clear(folder / "additions", behind=old)
        addition = Addition(old=old, proof=proof, note=latest.note)
        _write(folder / "checkpoints" / _name(checkpoint.size), latest.note)
        _write(folder / "additions" / _name(checkpoint.size), str(addition))
        _write(folder / "checkpoint", latest.note)
    return checkpoint


def _clear(additions: Path, *, behind: int) -> None:
    """Take away what somebody added who was killed before he told of it."""
    for file in additions.glob("[0-9]*"):
        if int(file.name) > behind:
            file.unlink()


def _proof(seals: Seals, before: Checkpoint[str], checkpoint: Checkpoint[str]) -> tuple[bytes, ...]:
    if before.size > checkpoint.size:
        msg = f"{before.size} events were published, and now {checkpoint.size} are sealed"
        raise WitnessError(msg)
    return tuple(seals.tiles().consistency_proof(before.size, checkpoint.size))


def published(folder: Path, verifier: Verifier) -> Iterator[Checkpoint[str]]:
    """Yield every checkpoint in *folder*, or in that one file, oldest first.

    Raises:
        NoteError: If one is not signed by this key.
    """
    kept = folder / "checkpoints"
    inside = sorted((kept if kept.is_dir() else folder).glob("[!.]*"))
    for file in inside if folder.is_dir() else [folder]:
        yield open_checkpoint(file.read_text(encoding="utf-8"), verifier)


def newest_published(folder: Path, verifier: Verifier) -> Checkpoint[str] | None:
    """Return the newest checkpoint in *folder*, if there is one.

    Raises:
        NoteError: If it is not signed by this key.
    """
    file = folder / "checkpoint"
    if not file.exists():
        return None
    return open_checkpoint(file.read_text(encoding="utf-8"), verifier)


# --- Witnesses ----------------------------------------------------------------------


def witness(folder: Path, verifier: Verifier, signer: Signer, *, state: Path) -> str:
    """Sign the newest checkpoint in *folder*, if the log only grew since the last one seen.

    The first one seen is taken as it is.  *state* is the file in which the witness
    keeps the last one; only the witness may write there.

    Returns:
        The note with the signature of the witness under it.

    Raises:
        WitnessError: If the log was changed, cut or forked since; nothing is signed then.
        NoteError: If a checkpoint is not signed by the key of the log.
    """
    note = (folder / "checkpoint").read_text(encoding="utf-8")
    newest = open_checkpoint(note, verifier)
    if state.exists():
        seen = open_checkpoint(state.read_text(encoding="utf-8"), verifier)
        _ensure_follows(folder, verifier, seen=seen, newest=newest)
    signed = add_signature(note, signer)
    _write(state, signed)
    _write(folder / "witnessed" / signer.name.replace("/", "_") / _name(newest.size), signed)
    return signed


def _ensure_follows(
    folder: Path, verifier: Verifier, *, seen: Checkpoint[str], newest: Checkpoint[str]
) -> None:
    if newest.size < seen.size:
        msg = f"{seen.size} events were witnessed, and now {newest.size} are published"
        raise WitnessError(msg)
    for file in sorted((folder / "additions").iterdir()):
        if not file.name.isdigit() or not seen.size < int(file.name) <= newest.size:
            continue  # What lies beyond the newest is being published only now.
        addition = Addition.parse(file.read_text(encoding="utf-8"))
        checkpoint = open_checkpoint(addition.note, verifier)
        if addition.old != seen.size:
            msg = f"the additions go on from {addition.old} events; {seen.size} were witnessed"
            raise WitnessError(msg)
        ensure_grown(seen, checkpoint, addition.proof)
        seen = checkpoint
    if seen != newest:
        msg = f"the newest checkpoint, of {newest.size} events, is not the last addition"
        raise WitnessError(msg)


def ensure_grown(before: Checkpoint[str], after: Checkpoint[str], proof: tuple[bytes, ...]) -> None:
    """See to it that a log only grew from one checkpoint to the next.

    Raises:
        WitnessError: If it did not, or they are of two logs.
    """
    if before.origin != after.origin:
        msg = f"a checkpoint of {before.origin} is not followed by one of {after.origin}"
        raise WitnessError(msg)
    try:
        verify_consistency(before.size, after.size, proof, before.root_hash, after.root_hash)
    except ProofError as error:
        msg = f"the log of {after.size} events does not begin with that of {before.size}: {error}"
        raise WitnessError(msg) from None


# -----------------------------------------------------------------------------------


def _name(size: int) -> str:
    return f"{size:0{_DIGITS}}"


def _write(file: Path, text: str) -> None:
    """Write a file whole, so that nobody reads half of it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{token_hex(8)}.new")
    draft.write_text(text, encoding="utf-8", newline="\n")
    draft.replace(file)
