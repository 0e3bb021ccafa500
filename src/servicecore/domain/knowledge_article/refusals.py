"""Why an article of the knowledge base refuses."""

from __future__ import annotations

from ..refusals import RefusedError


class BeforeDraftError(RefusedError):
    """Nothing happens to an article before it is written, or before it came to where it stands."""


class ArticleRetiredError(RefusedError):
    """A retired article stays retired."""


class OwnArticleError(RefusedError):
    """Nobody reviews what they wrote."""


class NothingNewError(RefusedError):
    """A revision is reviewed and published once."""


class NotReviewedError(RefusedError):
    """An article is published once somebody else has found it right."""


class ArticleNotPublishedError(RefusedError):
    """Nobody uses what is not published."""


class AlreadyUsedError(RefusedError):
    """The use of an article on a ticket is counted once."""
