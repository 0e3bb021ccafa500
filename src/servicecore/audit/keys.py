"""Keys that sign notes, and keys that check them, in the text form of c2sp.org/signed-note.

A verifier key may be shown to everybody: ``NAME+ID+BASE64``.  A signer key must
not: ``PRIVATE+KEY+NAME+ID+BASE64``.  Both hold the name, and an id that is
computed from name and key, so neither can be mixed up.
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode, b64encode
from hashlib import sha256
from types import ModuleType
from typing import Any, Self

import attrs

from .refusals import MissingCryptographyError, NoteError

ED25519 = 0x01
COSIGNATURE = 0x04  #: Of a witness: it signs the time at which it looked, too.
KEY_ID_SIZE = 4
_KEY_SIZE, _SIGNATURE_SIZE, _TIME_SIZE = 32, 64, 8
_LATEST = 2**63
_PRIVATE = "PRIVATE+KEY+"
_KEY_ID = re.compile(r"[0-9a-f]{8}")


@attrs.frozen(kw_only=True)
class Verifier:
    """A key that checks signatures."""

    name: str
    kind: int
    public: bytes

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the key that *text* tells.

        Raises:
            NoteError: If it tells none, or name and id do not belong together.
        """
        if text.startswith(_PRIVATE):
            msg = "this is the key that signs, to be kept secret; expected the one that checks"
            raise NoteError(msg)
        name, key_id, kind, public = _parse_key(text)
        if kind not in {ED25519, COSIGNATURE}:
            msg = f"the key of {name} is of kind {kind}; known are {ED25519} and {COSIGNATURE}"
            raise NoteError(msg)
        key = cls(name=name, kind=kind, public=public)
        _ensure_own_id(key, key_id)
        return key

    @property
    def key_id(self) -> bytes:
        """The four bytes that stand before each signature by this key."""
        hashed = sha256(f"{self.name}\n".encode() + bytes([self.kind]) + self.public)
        return hashed.digest()[:KEY_ID_SIZE]

    def verify(self, text: bytes, signature: bytes) -> None:
        """See to it that this key has signed *text*.

        Raises:
            NoteError: If it has not.
        """
        size = _SIGNATURE_SIZE + (_TIME_SIZE if self.kind == COSIGNATURE else 0)
        if len(signature) != size:
            msg = f"a signature by {self.name} has {size} bytes, got {len(signature)}"
            raise NoteError(msg)
        message = text
        if self.kind == COSIGNATURE:
            seconds = int.from_bytes(signature[:_TIME_SIZE])
            message, signature = _cosigned(text, seconds), signature[_TIME_SIZE:]
        ed25519, invalid = _ed25519(), _exceptions().InvalidSignature
        try:
            ed25519.Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except invalid:
            msg = f"a signature by {self.name} does not hold: the text or the key is another"
            raise NoteError(msg) from None

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{in_base64(bytes([self.kind]) + self.public)}"


@attrs.frozen(kw_only=True)
class Signer:
    """A key that signs; a witness passes the *seconds* since 1970 at which it looked."""

    name: str
    kind: int = ED25519
    seed: bytes = attrs.field(repr=False)
    seconds: int | None = None

    @classmethod
    def parse(cls, text: str, *, kind: int | None = None, seconds: int | None = None) -> Self:
        """Return the key that *text* tells.

        Raises:
            NoteError: If it tells none, or name and id do not belong together.
        """
        if not text.startswith(_PRIVATE):
            msg = f"a signer key begins with {_PRIVATE!r}"
            raise NoteError(msg)
        try:
            name, key_id, told, seed = _parse_key(text.removeprefix(_PRIVATE))
        except NoteError:  # What it says of the key may hold the secret.
            msg = f"a signer key is {_PRIVATE}NAME+ID+BASE64; this one is not, and is not shown"
            raise NoteError(msg) from None
        if told not in {ED25519, COSIGNATURE} or kind not in {None, told}:
            msg = f"the signer key of {name} is of kind {told}, expected {kind or ED25519}"
            raise NoteError(msg)
        signer = cls(name=name, kind=told, seed=seed, seconds=seconds)
        _ensure_own_id(signer.verifier, key_id)
        return signer

    @classmethod
    def generate(cls, name: str, *, kind: int = ED25519) -> Self:
        """Make a new key.

        Raises:
            NoteError: If no key can have that name.
        """
        ensure_name(name)
        return cls(
            name=name, kind=kind, seed=_ed25519().Ed25519PrivateKey.generate().private_bytes_raw()
        )

    @property
    def verifier(self) -> Verifier:
        """The key that checks what this one signs."""
        public = self._private().public_key().public_bytes_raw()
        return Verifier(name=self.name, kind=self.kind, public=public)

    @property
    def key_id(self) -> bytes:
        """The four bytes that stand before each signature by this key."""
        return self.verifier.key_id

    def sign(self, text: bytes) -> bytes:
        """Return the signature of *text*.

        Raises:
            NoteError: If a witness does not say when it looked.
        """
        if self.kind == ED25519:
            signature: bytes = self._private().sign(text)
            return signature
        if self.seconds is None or not 0 <= self.seconds < _LATEST:
            msg = f"the witness {self.name} must say when it looked, got {self.seconds!r}"
            raise NoteError(msg)
        cosigned: bytes = self._private().sign(_cosigned(text, self.seconds))
        return self.seconds.to_bytes(_TIME_SIZE) + cosigned

    def to_text(self) -> str:
        """Return the key as a text, to be kept secret."""
        secret = in_base64(bytes([self.kind]) + self.seed)
        return f"{_PRIVATE}{self.name}+{self.key_id.hex()}+{secret}"

    def _private(self) -> Any:
        return _ed25519().Ed25519PrivateKey.from_private_bytes(self.seed)


# --- How keys are written ------------------------------------------------------------


def ensure_name(name: str) -> None:
    """See to it that a key can have that name.

    Raises:
        NoteError: If it is empty, or holds a space, a plus or a control character.
    """
    if not name or "+" in name or any(each.isspace() or each < " " for each in name):
        msg = f"a key has a name without spaces and plus signs, got {name!r}"
        raise NoteError(msg)


def _parse_key(text: str) -> tuple[str, str, int, bytes]:
    name, _, rest = text.partition("+")
    key_id, _, encoded = rest.partition("+")
    ensure_name(name)
    blob = from_base64(encoded)
    if not _KEY_ID.fullmatch(key_id) or len(blob) != 1 + _KEY_SIZE:
        msg = f"a key is NAME+ID+BASE64, with 8 digits and {1 + _KEY_SIZE} bytes: that of {name!r}"
        raise NoteError(msg)
    return name, key_id, blob[0], blob[1:]


def _ensure_own_id(key: Verifier, key_id: str) -> None:
    if key.key_id.hex() != key_id:
        msg = f"the key of {key.name} has the id {key.key_id.hex()}, not {key_id}"
        raise NoteError(msg)


def in_base64(data: bytes) -> str:
    """Return *data* in base64.

    Raises:
        NoteError: If it is not made of bytes.
    """
    if not isinstance(data, bytes):
        msg = f"only bytes are told in base64, got {data!r}"
        raise NoteError(msg)
    return b64encode(data).decode()


def from_base64(text: str, *, may_be_empty: bool = False) -> bytes:
    """Return what *text* says in base64, of which there is only one spelling.

    Raises:
        NoteError: If it says nothing, or is spelt another way.
    """
    try:
        data = b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        data = None
    # Bits that do not count could be anything; padding could be doubled.
    if data is None or in_base64(data) != text or not (data or may_be_empty):
        msg = f"{text[:80]!r} is not in base64"
        raise NoteError(msg)
    return data


def _cosigned(text: bytes, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n".encode() + text


# --- The package that computes ----------------------------------------------------------


def _ed25519() -> ModuleType:
    try:
        from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415  # an extra
    except ImportError:
        raise MissingCryptographyError from None
    return ed25519


def _exceptions() -> ModuleType:
    from cryptography import exceptions  # noqa: PLC0415  # an extra

    return exceptions
