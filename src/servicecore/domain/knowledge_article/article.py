"""An article of the knowledge base as its history leaves it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any

import attrs

from ..events import ImpossibleHistoryError
from ..histories import must_begin, must_belong
from ..reminders import Reminders, outstanding
from . import events
from .events import KnowledgeArticleEvent


class ArticleStatus(Enum):
    """Where an article, or its newest revision, stands."""

    DRAFT = "draft"
    REVIEWED = "reviewed"
    PUBLISHED = "published"
    RETIRED = "retired"


@attrs.frozen(kw_only=True)
class Revision:
    """What an article says, as one *author* wrote it; the first is number one."""

    number: int
    author: str
    problem: str
    solution: str


@attrs.frozen(kw_only=True)
class KnowledgeArticle:
    """How a common problem of a product is solved (om2025:3.2b).

    *newest* is what was written last, *published* what everybody may use, if
    anything.  *uses* tells for each ticket on which it was tried, whether it helped.
    """

    id: str
    product: str
    ticket_id: str
    standard: str
    calendar: str
    changed_at: datetime
    newest: Revision
    status: ArticleStatus = ArticleStatus.DRAFT
    published: Revision | None = None
    published_at: datetime | None = None
    uses: Mapping[str, bool] = attrs.field(factory=dict)
    retired_because: str = ""
    reminders: Reminders = ()

    @property
    def times_used(self) -> int:
        """On how many tickets it was tried."""
        return len(self.uses)

    @property
    def times_helped(self) -> int:
        """On how many of these it helped."""
        return sum(self.uses.values())


def evolve(article: KnowledgeArticle | None, event: KnowledgeArticleEvent) -> KnowledgeArticle:
    """Return *article* as *event* leaves it; there is none before it is written.

    Raises:
        ImpossibleHistoryError: If *event* cannot come at this point.
    """
    if article is None:
        return _drafted(event)
    must_belong(event, "article_id", article.id, "the history of knowledge article")
    if article.status is ArticleStatus.RETIRED:
        msg = f"{event} cannot happen to knowledge article {article.id}: it is retired"
        raise ImpossibleHistoryError(msg)
    reminders = outstanding(article.reminders, event)
    return attrs.evolve(article, reminders=reminders, **_facts(article, event))


def _drafted(event: KnowledgeArticleEvent) -> KnowledgeArticle:
    event = must_begin(event, events.KnowledgeArticleDrafted, "the article was written")
    return KnowledgeArticle(
        id=event.article_id,
        product=event.product,
        ticket_id=event.ticket_id,
        standard=event.standard,
        calendar=event.calendar,
        changed_at=event.at,
        newest=Revision(number=1, author=event.by, problem=event.problem, solution=event.solution),
    )


def _facts(article: KnowledgeArticle, event: KnowledgeArticleEvent) -> dict[str, Any]:
    match event:
        case events.KnowledgeArticleReviewed(is_right=is_right):
            status = ArticleStatus.REVIEWED if is_right else ArticleStatus.DRAFT
            return {"status": status, "changed_at": event.at}
        case events.KnowledgeArticlePublished(revision=number) if number == article.newest.number:
            return {
                "status": ArticleStatus.PUBLISHED,
                "published": article.newest,
                "published_at": article.published_at or event.at,
                "changed_at": event.at,
            }
        case events.KnowledgeArticleUsed():
            return {"uses": {**article.uses, event.ticket_id: event.has_helped}}
        case events.KnowledgeArticleRevised() if event.revision == article.newest.number + 1:
            newest = Revision(
                number=event.revision,
                author=event.by,
                problem=event.problem,
                solution=event.solution,
            )
            return {"status": ArticleStatus.DRAFT, "newest": newest, "changed_at": event.at}
        case events.KnowledgeArticleReviewDue():
            return {}
        case events.KnowledgeArticleRetired():
            return {
                "status": ArticleStatus.RETIRED,
                "retired_because": event.reason,
                "changed_at": event.at,
            }
        case _:
            msg = f"{event} cannot happen to knowledge article {article.id} at this point"
            raise ImpossibleHistoryError(msg)
