"""Why a campaign refuses: each error is a sentence of the regulation."""

from __future__ import annotations

from ..refusals import RefusedError


class NobodyToAskError(RefusedError, ValueError):
    """A campaign is about customers, and asks at least one of them."""


class NotMentionedError(RefusedError, ValueError):
    """A problem is one that customers mentioned."""


class PeriodReversedError(RefusedError, ValueError):
    """The period that customers are asked about ends after it begins."""


class BeforeCampaignError(RefusedError):
    """Nothing happens to a campaign before it came to where it stands."""


class NotThatFarError(RefusedError):
    """A campaign is announced, closed, summed up, acted upon: in this order (tender:2.3c)."""


class AlreadyAnnouncedError(RefusedError):
    """Customers are asked once in a campaign."""


class NotOfThisCampaignError(RefusedError, LookupError):
    """The campaign has no such problem, or no such measure."""


class TrackingEndedError(RefusedError):
    """The effect of a measure lasts, so nobody has to look again."""
