"""Why the review of a quarter refuses: each error is a sentence of the regulations."""

from __future__ import annotations

from ..refusals import RefusedError


class BeforeReviewError(RefusedError):
    """Nothing happens to a review before it is scheduled."""


class QuarterNotOverError(RefusedError):
    """A quarter is reviewed when it is over."""


class CommitteeIncompleteError(RefusedError):
    """The heads of service, operations, technology and quality take part (om2025:6.3a)."""


class ReviewHeldError(RefusedError):
    """A review is held once."""


class ReviewNotHeldError(RefusedError):
    """Figures are published when those responsible have met over them."""


class NoProductAssessedError(RefusedError):
    """The quality of delivered products is assessed in every review (pdr:6.4a)."""


class FiguresFrozenError(RefusedError):
    """Published figures do not change."""


class NotPublishedError(RefusedError):
    """The strategy is adjusted to figures that were published."""
