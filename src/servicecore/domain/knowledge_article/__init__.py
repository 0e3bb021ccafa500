"""The knowledge base: how common problems are solved, and how often that was of use.

Read `events` first (what can happen), then `article` (what its history leaves),
and `decisions` (the verbs).
"""

from . import decisions
from .article import ArticleStatus, KnowledgeArticle, Revision, evolve
from .events import (
    KnowledgeArticleDrafted,
    KnowledgeArticleEvent,
    KnowledgeArticlePublished,
    KnowledgeArticleRetired,
    KnowledgeArticleReviewDue,
    KnowledgeArticleReviewed,
    KnowledgeArticleRevised,
    KnowledgeArticleUsed,
)
from .refusals import (
    AlreadyUsedError,
    ArticleNotPublishedError,
    ArticleRetiredError,
    BeforeDraftError,
    NothingNewError,
    NotReviewedError,
    OwnArticleError,
)

__all__ = [
    "AlreadyUsedError",
    "ArticleNotPublishedError",
    "ArticleRetiredError",
    "ArticleStatus",
    "BeforeDraftError",
    "KnowledgeArticle",
    "KnowledgeArticleDrafted",
    "KnowledgeArticleEvent",
    "KnowledgeArticlePublished",
    "KnowledgeArticleRetired",
    "KnowledgeArticleReviewDue",
    "KnowledgeArticleReviewed",
    "KnowledgeArticleRevised",
    "KnowledgeArticleUsed",
    "NotReviewedError",
    "NothingNewError",
    "OwnArticleError",
    "Revision",
    "decisions",
    "evolve",
]
