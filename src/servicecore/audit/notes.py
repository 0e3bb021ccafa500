"""Signed notes: short texts that say who vouches for them, such as the size and root of a log.

Text in gives text out, and bytes give bytes.  Whatever does not follow the
formats to the letter is refused.  Sources: c2sp.org/signed-note,
c2sp.org/tlog-checkpoint, c2sp.org/tlog-cosignature, c2sp.org/tlog-proof,
c2sp.org/tlog-tiles.

>>> from servicecore.audit.merkle import EMPTY_ROOT
>>> parse_checkpoint(format_checkpoint("service.example/log", 0, EMPTY_ROOT)).size
0
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import AnyStr, Generic, NamedTuple

from .keys import KEY_ID_SIZE, Signer, Verifier, ensure_name, from_base64, in_base64
from .merkle import HASH_SIZE
from .refusals import NoteError

PROOF_HEADER = "c2sp.org/tlog-proof@v1"
TILE_WIDTH = 256
_LONGEST_NOTE = 1_000_000  #: Bytes.
_MOST_SIGNATURES = 100  #: A reader must accept 16 (c2sp.org/signed-note).
_SHORT = 80
_UINT64 = 2**64
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,19}")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_DASH = "\u2014 "


class Signature(NamedTuple):
    """One line under a note: whose key, and the bytes that it made of the text."""

    name: str
    key_id: bytes
    signature: bytes

    def __str__(self) -> str:
        return f"{_DASH}{self.name} {in_base64(self.key_id + self.signature)}\n"


class Checkpoint(NamedTuple, Generic[AnyStr]):
    """What a log vouches for: its name, how many entries it holds, and their root.

    *extension* are the lines behind these three.
    """

    origin: AnyStr
    size: int
    root_hash: bytes
    extension: tuple[AnyStr, ...] = ()


class Proof(NamedTuple, Generic[AnyStr]):
    """That an entry is in a log: its index, the hashes up to the root, and the checkpoint."""

    index: int  # type: ignore[assignment]  # hides where a tuple finds a value
    hashes: tuple[bytes, ...]
    checkpoint: AnyStr
    extra: bytes | None = None


# --- Notes -------------------------------------------------------------------------


def open_note(text: AnyStr, verifier_key: str | bytes | Verifier) -> AnyStr:
    """Return the text that the owner of *verifier_key* has signed.

    Signatures by other keys are passed over; one by this key that does not hold
    spoils the note, even beside another that does.

    Raises:
        NoteError: If it is no signed note, or this key has not signed it.
    """
    verifier = _verifier(verifier_key)
    body, signatures = _split_note(_as_text(text))
    ours = [each for each in signatures if each[:2] == (verifier.name, verifier.key_id)]
    if not ours:
        msg = f"the note is not signed by {verifier.name}"
        raise NoteError(msg)
    for each in ours:
        verifier.verify(body.encode(), each.signature)
    return _like(text, body)


def sign_note(text: AnyStr, signer: str | bytes | Signer) -> AnyStr:
    """Return *text*, which ends in a newline, with a signature under it.

    Raises:
        NoteError: If such a text could not be read back, or the key is none.
    """
    body = _as_text(text)
    if not body.endswith("\n"):
        msg = f"the text of a note ends in a newline, got {_short(body)}"
        raise NoteError(msg)
    return _like(text, _readable(f"{body}\n{_signature(body, signer)}"))


def add_signature(note: AnyStr, signer: str | bytes | Signer) -> AnyStr:
    """Return a signed *note* with one more signature under it, in place of an older one.

    Raises:
        NoteError: If it is no signed note, or the key is none.
    """
    body, signatures = _split_note(_as_text(note))
    mine = _signature(body, signer)
    kept: list[Signature] = [each for each in dict.fromkeys(signatures) if each[:2] != mine[:2]]
    return _like(note, _readable(f"{body}\n{''.join(map(str, [*kept, mine]))}"))


def _readable(note: str) -> str:
    """Return a note that others can open, which one that is too long they cannot."""
    _split_note(_as_text(note))
    return note


def _signature(body: str, signer: str | bytes | Signer) -> Signature:
    ours = signer if isinstance(signer, Signer) else Signer.parse(_as_text(signer))
    return Signature(ours.name, ours.key_id, ours.sign(body.encode()))


def _split_note(note: str) -> tuple[str, list[Signature]]:
    body, blank, lines = note.rpartition("\n\n")
    if not blank or not lines.endswith("\n"):
        msg = f"a signed note is a text, an empty line, and lines with signatures: {_short(note)}"
        raise NoteError(msg)
    signed = lines[:-1].split("\n")
    if len(signed) > _MOST_SIGNATURES:
        msg = f"a note has at most {_MOST_SIGNATURES} signatures, got {len(signed)}"
        raise NoteError(msg)
    return body + "\n", [_parse_signature(line) for line in signed]


def _parse_signature(line: str) -> Signature:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    ensure_name(name)
    blob = from_base64(encoded)
    if not line.startswith(_DASH) or len(blob) <= KEY_ID_SIZE:
        msg = f"a signature is '{_DASH}NAME BASE64', got {_short(line)}"
        raise NoteError(msg)
    return Signature(name, blob[:KEY_ID_SIZE], blob[KEY_ID_SIZE:])


# --- Checkpoints -------------------------------------------------------------------


def format_checkpoint(origin: str, size: int, root_hash: bytes) -> str:
    """Return the text of a checkpoint, to be signed.

    Raises:
        NoteError: If it could not be read back.
    """
    text = f"{origin}\n{size}\n{in_base64(root_hash)}\n"
    if parse_checkpoint(text) != (origin, size, root_hash, ()):
        msg = f"an origin is one line, got {origin!r}"
        raise NoteError(msg)
    return text


def parse_checkpoint(text: AnyStr) -> Checkpoint[AnyStr]:
    """Return what the text of a checkpoint says; :func:`open_note` shows whether it is true.

    Raises:
        NoteError: If it is none.
    """
    told = _as_text(text)
    lines = told.split("\n")
    if len(lines) <= len(Checkpoint._fields[:3]) or lines.pop():
        msg = f"a checkpoint has three lines or more, each ended, got {_short(told)}"
        raise NoteError(msg)
    if "" in lines:
        msg = f"no line of a checkpoint is empty, got {_short(told)}"
        raise NoteError(msg)
    origin, size, root_hash, *extension = lines
    return Checkpoint(
        _like(text, origin),
        _number(size, "size"),
        from_base64(root_hash),
        tuple(_like(text, each) for each in extension),
    )


def open_checkpoint(note: AnyStr, verifier_key: str | bytes | Verifier) -> Checkpoint[AnyStr]:
    """Return what a signed checkpoint says of the log that goes by the name of its key.

    Raises:
        NoteError: If this key has not signed it, or it is of another log.
    """
    verifier = _verifier(verifier_key)
    checkpoint = parse_checkpoint(open_note(note, verifier))
    if checkpoint.origin != _like(note, verifier.name):
        msg = f"a checkpoint of {checkpoint.origin!r}, another log than {verifier.name}"
        raise NoteError(msg)
    return checkpoint


# --- Proofs ------------------------------------------------------------------------


def format_proof(
    index: int, hashes: Sequence[bytes], checkpoint: AnyStr, extra: bytes | None = None
) -> AnyStr:
    """Return a proof that entry *index* is in the log of *checkpoint*, as a text.

    Raises:
        NoteError: If it could not be read back.
    """
    lines = [PROOF_HEADER]
    if extra is not None:
        lines.append(f"extra {in_base64(extra)}")
    lines += [f"index {index}", *map(in_base64, hashes), ""]
    text = "\n".join(lines) + "\n" + _as_text(checkpoint)
    if parse_proof(text) != (index, tuple(hashes), _as_text(checkpoint), extra):
        msg = f"no proof can be told of index {index!r} and {_short(_as_text(checkpoint))}"
        raise NoteError(msg)
    return _like(checkpoint, text)


def parse_proof(text: AnyStr) -> Proof[AnyStr]:
    """Return what the text of a proof says; whether it is true, its checkpoint and hashes show.

    Raises:
        NoteError: If it is none.
    """
    told = _as_text(text)
    head, blank, checkpoint = told.partition("\n\n")
    header, *lines = head.split("\n")
    if header != PROOF_HEADER or not blank or not checkpoint.endswith("\n"):
        msg = f"a proof begins with {PROOF_HEADER!r} and ends with a checkpoint: {_short(told)}"
        raise NoteError(msg)
    extra = None
    if lines and lines[0].startswith("extra "):
        extra = from_base64(lines.pop(0).removeprefix("extra "), may_be_empty=True)
    if not lines or not lines[0].startswith("index "):
        msg = f"a proof names the index of its entry, got {_short(head)}"
        raise NoteError(msg)
    index = _number(lines[0].removeprefix("index "), "index")
    hashes = tuple(map(from_base64, lines[1:]))
    for each in hashes:
        if len(each) != HASH_SIZE:
            msg = f"a hash in a proof has {HASH_SIZE} bytes, got {len(each)}"
            raise NoteError(msg)
    return Proof(index, hashes, _like(text, checkpoint), extra)


# --- Tiles -------------------------------------------------------------------------


def tile_path(index: int, width: int = TILE_WIDTH) -> str:
    """Return the place of a tile on its level: three digits a folder, none mistaken for a file.

    *width* is how many hashes it holds, if it is not full.

    >>> tile_path(1234067), tile_path(273, width=112)
    ('x001/x234/067', '273.p/112')

    Raises:
        NoteError: If there can be no such tile.
    """
    if not _is_whole(index) or not 0 <= index < _UINT64:
        msg = f"a tile has a number of 0 or more, got {index!r}"
        raise NoteError(msg)
    if not _is_whole(width) or not 1 <= width <= TILE_WIDTH:
        msg = f"a tile holds 1 to {TILE_WIDTH} hashes, got {width!r}"
        raise NoteError(msg)
    *folders, file = _groups_of_three(index)
    path = "".join(f"x{each}/" for each in folders) + file
    return path if width == TILE_WIDTH else f"{path}.p/{width}"


def _groups_of_three(number: int) -> Iterator[str]:
    digits = str(number)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    return (digits[start : start + 3] for start in range(0, len(digits), 3))


# --- Words and numbers ---------------------------------------------------------------


def _as_text(told: str | bytes) -> str:
    """Return *told* as text.

    Raises:
        NoteError: If it is neither text nor bytes, not UTF-8, or holds control characters.
    """
    if not isinstance(told, (str, bytes)):
        msg = f"a note is text or bytes, got {told!r}"
        raise NoteError(msg)
    try:
        encoded = told.encode() if isinstance(told, str) else told
        text = encoded.decode()
    except UnicodeError as error:
        msg = f"a note is written in UTF-8: {error}"
        raise NoteError(msg) from None
    if len(encoded) > _LONGEST_NOTE:
        msg = f"a note has at most {_LONGEST_NOTE} bytes, got {len(encoded)}"
        raise NoteError(msg)
    if control := _CONTROL.search(text):
        msg = f"a note has no control characters, got {control[0]!r}"
        raise NoteError(msg)
    return text


def _like(given: AnyStr, text: str) -> AnyStr:
    return text if isinstance(given, str) else text.encode()


def _verifier(key: str | bytes | Verifier) -> Verifier:
    return key if isinstance(key, Verifier) else Verifier.parse(_as_text(key))


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _short(text: str) -> str:
    return repr(text) if len(text) <= _SHORT else f"{text[:_SHORT]!r} …"


def _number(text: str, what: str) -> int:
    if not _DECIMAL.fullmatch(text) or int(text) >= _UINT64:
        msg = f"{what} is a decimal below 2**64 without leading zeros, got {_short(text)}"
        raise NoteError(msg)
    return int(text)
