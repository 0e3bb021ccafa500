"""Shares of the best that is possible: how well somebody did, from 0.0 to 1.0."""

from __future__ import annotations

from collections.abc import Mapping

from .refusals import RefusedError


class NoShareError(RefusedError, ValueError):
    """How well somebody did is a share of the best that is possible, from 0.0 to 1.0."""


def must_be_shares(shares: Mapping[str, float]) -> None:
    """Refuse anything that is not a share.

    Raises:
        NoShareError: Naming the first.
    """
    for name, share in shares.items():
        if isinstance(share, bool) or not isinstance(share, (int, float)) or not 0 <= share <= 1:
            msg = f"{name} must be a share from 0.0 to 1.0, got {share!r}"
            raise NoShareError(msg)
