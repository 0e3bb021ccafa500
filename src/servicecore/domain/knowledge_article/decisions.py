"""What can be decided about an article: written, reviewed by somebody else, published, used."""

from __future__ import annotations

from datetime import datetime

from ..calendar import WorkingCalendar
from ..days import beginning_of, day_of
from ..people import Level, same_person
from ..refusals import must_be_told
from ..reminders import passed, reminder, settled, told
from ..sla import Reading, State, Terms
from ..spans import Span
from . import events, refusals
from .article import ArticleStatus, KnowledgeArticle
from .events import KnowledgeArticleEvent

REVIEW, DUE = "knowledge_review", "due"  #: The reminder to look at it again, and its level.
_CLAUSE = "om2025:3.2b"


def draft(
    article_id: str,
    *,
    by: str,
    product: str,
    problem: str,
    solution: str,
    ticket_id: str = "",
    standard: str,
    calendar: str,
    at: datetime,
) -> list[KnowledgeArticleEvent]:
    """Write down how a common problem is solved, as was learnt on a ticket (om2025:3.2b)."""
    must_be_told(article_id=article_id, by=by, product=product, problem=problem, solution=solution)
    drafted = events.KnowledgeArticleDrafted(
        article_id=article_id,
        by=by,
        product=product,
        problem=problem,
        solution=solution,
        ticket_id=ticket_id,
        standard=standard,
        calendar=calendar,
        at=at,
    )
    return [drafted]


def review(
    article: KnowledgeArticle, *, by: str, is_right: bool, remarks: str = "", at: datetime
) -> list[KnowledgeArticleEvent]:
    """Say whether the newest revision is right; whoever wrote it does not.

    Raises:
        OwnArticleError: If it is the author who says so.
        NothingNewError: If it was reviewed, or published.
        IncompleteError: If what is wrong is not said.
    """
    _must_go_on(article, "reviewed", at)
    must_be_told(by=by)
    if article.status is not ArticleStatus.DRAFT:
        msg = f"knowledge article {article.id}: revision {article.newest.number} was reviewed"
        raise refusals.NothingNewError(msg)
    if same_person(by, article.newest.author):
        msg = (
            f"knowledge article {article.id} was written by {article.newest.author}, "
            "who cannot review it"
        )
        raise refusals.OwnArticleError(msg)
    if not is_right:
        must_be_told(remarks=remarks)
    reviewed = events.KnowledgeArticleReviewed(
        article_id=article.id,
        revision=article.newest.number,
        by=by,
        is_right=is_right,
        remarks=remarks,
        at=at,
    )
    return [reviewed]


def publish(
    article: KnowledgeArticle,
    *,
    by: str,
    review_after: Span | None,
    calendar: WorkingCalendar,
    at: datetime,
) -> list[KnowledgeArticleEvent]:
    """Let everybody use the newest revision; it is looked at again *review_after* that.

    Raises:
        NotReviewedError: If nobody else found it right.
    """
    _must_go_on(article, "published", at)
    must_be_told(by=by)
    if article.status is not ArticleStatus.REVIEWED:
        msg = (
            f"knowledge article {article.id}: revision {article.newest.number} is "
            f"{article.status.value}; it is published once somebody else has found it right"
        )
        raise refusals.NotReviewedError(msg)
    review_on = None if review_after is None else review_after.after(day_of(at, calendar))
    reminders: tuple[Reading, ...] = settled(article.reminders, state=State.MET)
    if review_on is not None:
        opening = calendar.next_open(beginning_of(review_on, calendar))
        again = reminder(REVIEW, round_=article.newest.number, due=opening, rungs={DUE: opening})
        reminders = (*reminders, again)
    published = events.KnowledgeArticlePublished(
        article_id=article.id,
        revision=article.newest.number,
        by=by,
        review_on=review_on,
        readings=reminders,
        at=at,
    )
    return [published]


def use(
    article: KnowledgeArticle, *, ticket_id: str, by: str, has_helped: bool = True, at: datetime
) -> list[KnowledgeArticleEvent]:
    """Link it from a ticket on which it was tried; that is counted once.

    Raises:
        ArticleNotPublishedError: If it had not been published.
        AlreadyUsedError: If it is linked from that ticket.
    """
    _must_not_be_retired(article, "used")
    must_be_told(ticket_id=ticket_id, by=by)
    if article.published_at is None or at < article.published_at:
        msg = f"knowledge article {article.id} was not published by {at.isoformat()}"
        raise refusals.ArticleNotPublishedError(msg)
    if ticket_id in article.uses:
        msg = f"knowledge article {article.id} is linked from ticket {ticket_id} already"
        raise refusals.AlreadyUsedError(msg)
    used = events.KnowledgeArticleUsed(
        article_id=article.id, ticket_id=ticket_id, by=by, has_helped=has_helped, at=at
    )
    return [used]


def revise(
    article: KnowledgeArticle,
    *,
    by: str,
    reason: str,
    problem: str | None = None,
    solution: str | None = None,
    at: datetime,
) -> list[KnowledgeArticleEvent]:
    """Write it anew; what is not told stays.

    Looking at it again, and finding that nothing changes, is a revision, too.
    """
    _must_go_on(article, "revised", at)
    problem = article.newest.problem if problem is None else problem
    solution = article.newest.solution if solution is None else solution
    must_be_told(by=by, reason=reason, problem=problem, solution=solution)
    revised = events.KnowledgeArticleRevised(
        article_id=article.id,
        revision=article.newest.number + 1,
        by=by,
        problem=problem,
        solution=solution,
        reason=reason,
        at=at,
    )
    return [revised]


def retire(
    article: KnowledgeArticle, *, by: str, reason: str, at: datetime
) -> list[KnowledgeArticleEvent]:
    """Let nobody use it any more."""
    _must_go_on(article, "retired", at)
    must_be_told(by=by, reason=reason)
    retired = events.KnowledgeArticleRetired(
        article_id=article.id, by=by, reason=reason, readings=settled(article.reminders), at=at
    )
    return [retired]


def remind_if_due(
    article: KnowledgeArticle,
    /,
    *,
    at: datetime,
    terms: Terms,  # noqa: ARG001  # one signature for all
) -> list[KnowledgeArticleEvent]:
    """Put on record that it is to be looked at again, once."""
    return [
        events.KnowledgeArticleReviewDue(
            article_id=article.id,
            to=Level.SUPERVISOR,
            **told(reading, rung, clause=_CLAUSE, at=at),
        )
        for reading, rung in passed(article.reminders, at)
    ]


# -------------------------------------------------------------------------------------


def _must_go_on(article: KnowledgeArticle, done: str, at: datetime) -> None:
    _must_not_be_retired(article, done)
    if at < article.changed_at:
        msg = (
            f"knowledge article {article.id} has been {article.status.value} since "
            f"{article.changed_at.isoformat()}, so it cannot have been {done} at {at.isoformat()}"
        )
        raise refusals.BeforeDraftError(msg)


def _must_not_be_retired(article: KnowledgeArticle, done: str) -> None:
    if article.status is ArticleStatus.RETIRED:
        msg = (
            f"knowledge article {article.id} is retired ({article.retired_because}), "
            f"so it cannot be {done}"
        )
        raise refusals.ArticleRetiredError(msg)
