"""The counter for the knowledge base: how common problems are solved."""

from __future__ import annotations

from datetime import datetime
from typing import Unpack

import attrs

from ..domain.knowledge_article import KnowledgeArticle, decisions
from ..storage import Receipt
from .counter import Counter
from .drawer import Drawer
from .office import Office, Why
from .registry import KNOWLEDGE_ARTICLE


@attrs.frozen
class Knowledge(Counter[KnowledgeArticle]):
    """Keeps articles: written from a ticket, found right by somebody else, used on others.

    Every command may say when it happened (``at``), and who asked for it.
    """

    @classmethod
    def of(cls, office: Office) -> Knowledge:
        """Open the counter."""
        return cls(Drawer(office, "knowledge_article", KNOWLEDGE_ARTICLE))

    def draft(
        self,
        article_id: str,
        *,
        by: str,
        product: str,
        problem: str,
        solution: str,
        ticket_id: str = "",
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Write down how a common problem is solved, as was learnt on a ticket.

        Raises:
            RecordExistsError: If the number is taken.
        """
        office = self._drawer.office
        return self._drawer.begin(
            article_id,
            decisions.draft,
            why,
            at,
            by=by,
            product=product,
            problem=problem,
            solution=solution,
            ticket_id=ticket_id,
            standard=office.standard.reference,
            calendar=office.calendar.reference,
        )

    def review(
        self,
        article_id: str,
        *,
        by: str,
        is_right: bool,
        remarks: str = "",
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Say whether what was written last is right; whoever wrote it does not."""
        return self._drawer.decide(
            article_id, decisions.review, why, at, by=by, is_right=is_right, remarks=remarks
        )

    def publish(
        self, article_id: str, *, by: str, at: datetime | None = None, **why: Unpack[Why]
    ) -> Receipt:
        """Let everybody use it; the standard says when it is looked at again."""
        again = self._drawer.standard_of(article_id).duration("knowledge_review")
        return self._drawer.decide_by_calendar(
            article_id,
            decisions.publish,
            why,
            at,
            by=by,
            review_after=again.at_most if again else None,
        )

    def use(
        self,
        article_id: str,
        *,
        ticket_id: str,
        by: str,
        has_helped: bool = True,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Link it from a ticket on which it was tried; that is counted once."""
        return self._drawer.decide(
            article_id, decisions.use, why, at, ticket_id=ticket_id, by=by, has_helped=has_helped
        )

    def revise(
        self,
        article_id: str,
        *,
        by: str,
        reason: str,
        problem: str | None = None,
        solution: str | None = None,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Write it anew; what was published stays in use until this is."""
        return self._drawer.decide(
            article_id,
            decisions.revise,
            why,
            at,
            by=by,
            reason=reason,
            problem=problem,
            solution=solution,
        )

    def retire(
        self,
        article_id: str,
        *,
        by: str,
        reason: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Let nobody use it any more."""
        return self._drawer.decide(article_id, decisions.retire, why, at, by=by, reason=reason)
