"""Why the personal data of a customer are not touched."""

from __future__ import annotations

from ..refusals import RefusedError


class ErasureAskedError(RefusedError):
    """Erasure is asked for once."""


class NoErasureAskedError(RefusedError):
    """Nobody has asked for erasure."""


class OutOfTurnError(RefusedError):
    """Each step of an erasure comes after the one before it."""


class OwnErasureError(RefusedError):
    """Whoever asks for an erasure does not approve it."""


class NotApprovedError(RefusedError):
    """Nothing is erased before somebody else has approved it."""


class HeldError(RefusedError):
    """A hold stands in the way of erasure."""


class NoSuchHoldError(RefusedError, LookupError):
    """No hold goes by that name."""


class RetentionError(RefusedError):
    """A record has to be kept for longer."""


class PersonErasedError(RefusedError):
    """The data are gone."""


class NotErasedError(RefusedError):
    """The data are still there."""


class MayNotOpenError(RefusedError):
    """Data that are to be erased are opened by few, and for a purpose."""
