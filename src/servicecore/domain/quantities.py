"""Whole numbers: so many pieces, points or mentions; and scores."""

from __future__ import annotations

SCORES = range(1, 6)  #: From the worst to the best (house choice).


def is_whole(number: object, *, at_least: int) -> bool:
    """Tell whether *number* is a whole one, and not too small; True is no number."""
    return isinstance(number, int) and not isinstance(number, bool) and number >= at_least


def is_on(scale: range, score: object) -> bool:
    """Tell whether *score* is a whole number on the *scale*."""
    return is_whole(score, at_least=scale[0]) and score in scale
