"""What can happen to an article of the knowledge base, and to its use."""

from __future__ import annotations

from datetime import date, datetime

from ..case import LevelEvent
from ..events import event, fact
from ..moments import instant
from ..people import Level
from ..sla import Reading


@fact
class _Fact:
    """Something that happened to the article."""

    article_id: str
    at: datetime = instant()


@event("knowledge_article.drafted")
class KnowledgeArticleDrafted(_Fact):
    """Somebody wrote down how a common problem is solved, as was learnt on a ticket."""

    by: str
    product: str
    problem: str
    solution: str
    ticket_id: str = ""
    standard: str
    calendar: str


@event("knowledge_article.reviewed")
class KnowledgeArticleReviewed(_Fact):
    """Somebody else looked at revision *revision*, and found it right or not."""

    revision: int
    by: str
    is_right: bool
    remarks: str


@event("knowledge_article.published")
class KnowledgeArticlePublished(_Fact):
    """Everybody may use it; it is looked at again on *review_on*, if that was said."""

    revision: int
    by: str
    review_on: date | None = None
    readings: tuple[Reading, ...] = ()


@event("knowledge_article.used")
class KnowledgeArticleUsed(_Fact):
    """A ticket was solved with it, or it did not help there."""

    ticket_id: str
    by: str
    has_helped: bool


@event("knowledge_article.revised")
class KnowledgeArticleRevised(_Fact):
    """It was written anew; the revision before is used until this one is published."""

    revision: int
    by: str
    problem: str
    solution: str
    reason: str


@event("knowledge_article.review_due")
class KnowledgeArticleReviewDue(LevelEvent):
    """The day came on which it is looked at again: is it still right?"""

    article_id: str
    to: Level


@event("knowledge_article.retired")
class KnowledgeArticleRetired(_Fact):
    """Nobody should use it any more."""

    by: str
    reason: str
    readings: tuple[Reading, ...] = ()


KnowledgeArticleEvent = (
    KnowledgeArticleDrafted
    | KnowledgeArticleReviewed
    | KnowledgeArticlePublished
    | KnowledgeArticleUsed
    | KnowledgeArticleRevised
    | KnowledgeArticleReviewDue
    | KnowledgeArticleRetired
)
