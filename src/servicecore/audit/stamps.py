"""When a checkpoint was there at the latest, by the word of an authority outside (RFC 3161).

A signature tells who; its time is what the signer says.  A time-stamp authority
signs the hash of a checkpoint together with its own time, and learns nothing of
the log.  Which authorities are believed, whoever checks decides, by their roots.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone
from hashlib import sha256
from types import ModuleType
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import attrs

from .refusals import MissingStampsError, StampError

_LARGEST = 1 << 20  #: Bytes; an answer has a few thousand.
_PATIENCE = 30.0


@attrs.frozen(kw_only=True)
class Stamp:
    """That something was there at a moment, as *authority* says."""

    at: datetime
    authority: str
    serial: int
    policy: str


def stamp_request(note: str) -> bytes:
    """Return what to send to an authority, so that it stamps *note*."""
    library = _library()
    builder = library.TimestampRequestBuilder().data(note.encode())
    request: bytes = (
        builder.hash_algorithm(library.HashAlgorithm.SHA256)
        .cert_request(cert_request=True)
        .build()
        .as_bytes()
    )
    return request


def fetch_stamp(url: str, request: bytes, *, patience: float = _PATIENCE) -> bytes:
    """Send *request* to the authority at *url*, and return what it answers, unread.

    Raises:
        StampError: If it cannot be reached, or answers with something else.
    """
    if urlsplit(url).scheme not in {"http", "https"}:
        msg = f"an authority is asked at http:// or https://, not at {url!r}"
        raise StampError(msg)
    headers = {"Content-Type": "application/timestamp-query"}
    asked = Request(url, data=request, headers=headers, method="POST")  # noqa: S310 - see above
    try:
        with urlopen(asked, timeout=patience) as answer:  # noqa: S310
            kind, told = answer.headers.get_content_type(), answer.read(_LARGEST + 1)
    except (URLError, OSError) as error:
        msg = f"{url} gave no stamp: {error}"
        raise StampError(msg) from error
    if kind != "application/timestamp-reply" or len(told) > _LARGEST:
        msg = f"{url} answered with {len(told)} bytes of {kind}, which is no stamp"
        raise StampError(msg)
    return bytes(told)


def verify_stamp(note: str, response: bytes, *, roots: bytes | Sequence[bytes]) -> Stamp:
    """See to it that an authority under one of *roots* has stamped *note*.

    An older answer of the same authority for the same note is as true as the newest,
    so nobody has to keep what it was asked.

    Args:
        note: What was stamped, as it was then: one more signature makes it another.
        response: What the authority answered.
        roots: Certificates in PEM; they come from outside, never with the stamp.

    Raises:
        StampError: Naming why it proves nothing.
    """
    library = _library()
    try:
        answer = library.decode_timestamp_response(response)
        builder = library.VerifierBuilder()
        for root in _certificates(roots):
            builder = builder.add_root_certificate(root)
        builder.build().verify(answer, sha256(note.encode()).digest())
        told = answer.tst_info
        moment, policy = told.gen_time, told.policy.dotted_string
        (signer,) = answer.signed_data.signer_infos
    except (library.VerificationError, ValueError, TypeError) as error:
        msg = f"the stamp proves nothing of this checkpoint: {error}"
        raise StampError(msg) from error
    at = moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
    issuer = signer.issuer.rfc4514_string()
    return Stamp(at=at, authority=issuer, serial=told.serial_number, policy=policy)


def _certificates(roots: bytes | Sequence[bytes]) -> list[Any]:
    from cryptography.x509 import load_pem_x509_certificates  # noqa: PLC0415 - an extra

    texts = [roots] if isinstance(roots, bytes) else roots
    return [each for text in texts for each in load_pem_x509_certificates(text)]


def _library() -> ModuleType:
    try:
        import rfc3161_client  # noqa: PLC0415 - an extra; few need it
    except ImportError as error:
        raise MissingStampsError from error
    return rfc3161_client
