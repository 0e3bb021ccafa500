"""Why an order refuses."""

from __future__ import annotations

from ..refusals import RefusedError


class BeforeOrderError(RefusedError):
    """Nothing happens to an order before it is placed."""


class OrderOverError(RefusedError):
    """An order is confirmed or cancelled once, and not cancelled before it was confirmed."""
