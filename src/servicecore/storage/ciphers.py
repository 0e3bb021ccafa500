"""AES-256-GCM, with the nonce in front of what it seals."""

from __future__ import annotations

import os
from typing import Any

from .errors import MissingExtraError

KEY_SIZE, NONCE_SIZE = 32, 12  # As NIST SP 800-38D recommends the nonce.


def cipher(key: bytes) -> Any:
    """Return what seals and opens under *key*.

    Raises:
        MissingExtraError: If the extra ``audit`` is not installed.
    """
    try:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - an extra
    except ImportError as error:
        msg = f"sealing needs a package more: pip install 'servicecore[audit]' ({error})"
        raise MissingExtraError(msg) from error
    return AESGCM(key)


def seal(under: Any, told: bytes, place: bytes) -> bytes:
    """Return *told* so that only this cipher opens it, and only at this *place*."""
    nonce = os.urandom(NONCE_SIZE)
    sealed: bytes = under.encrypt(nonce, told, place)
    return nonce + sealed


def unseal(under: Any, box: bytes, place: bytes) -> bytes | None:
    """Return what was sealed; None if it was changed, or stands in another place."""
    try:
        told: bytes = under.decrypt(box[:NONCE_SIZE], box[NONCE_SIZE:], place)
    except (_invalid_tag(), ValueError):
        return None
    return told


def _invalid_tag() -> type[Exception]:
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - an extra; few need it

    return InvalidTag
