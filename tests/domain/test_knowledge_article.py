"""The knowledge base: written by one, found right by another, used, and looked at again."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from functools import reduce

import attrs
import pytest

from servicecore.domain.events import ImpossibleHistoryError
from servicecore.domain.knowledge_article import (
    AlreadyUsedError,
    ArticleNotPublishedError,
    ArticleRetiredError,
    ArticleStatus,
    BeforeDraftError,
    NothingNewError,
    NotReviewedError,
    OwnArticleError,
    Revision,
    decisions,
    evolve,
)
from servicecore.domain.people import Level
from servicecore.domain.refusals import IncompleteError
from servicecore.domain.spans import Span
from servicecore.standards import load_standard

MANUAL = load_standard("operations_manual_2025")
SECOND, A_DAY = timedelta(seconds=1), timedelta(days=1)
NINE = datetime(2025, 3, 3, 1, tzinfo=timezone.utc)
AGAIN = datetime(2026, 3, 3, 1, tzinfo=timezone.utc)  # A year later, nine in Shanghai.

VERBS = {
    "review": (decisions.review, {"by": "Gao", "is_right": True}),
    "publish": (
        decisions.publish,
        {"by": "Gao", "review_after": Span(months=12), "calendar": MANUAL.calendar},
    ),
    "use": (decisions.use, {"ticket_id": "T-2", "by": "Li"}),
    "revise": (decisions.revise, {"by": "Li", "reason": "a new seal", "solution": "a blue seal"}),
    "retire": (decisions.retire, {"by": "Gao", "reason": "no such pump any more"}),
}


def given(history):
    return reduce(evolve, history, None)


def does(history, verb, at=NINE, **facts):
    decide, usual = VERBS[verb]
    return history + decide(given(history), **{**usual, **facts}, at=at)


def drafted(**facts):
    told = {"by": "Wu", "product": "pump", "problem": "it leaks", "solution": "a seal"}
    return decisions.draft(
        "K-1",
        **{**told, "ticket_id": "T-1", **facts},
        standard=MANUAL.reference,
        calendar=MANUAL.calendar.reference,
        at=NINE,
    )


def reviewed():
    return does(drafted(), "review")


def published():
    return does(reviewed(), "publish")


def retired():
    return does(published(), "retire")


READY = {
    "review": drafted,
    "publish": reviewed,
    "use": published,
    "revise": published,
    "retire": published,
}


def fell_due(history, at):
    terms = MANUAL.terms(of="knowledge_article")
    due = decisions.remind_if_due(given(history), at=at, terms=terms)
    return [(each.round, each.rung, each.to) for each in due]


class TestAnArticle:
    """om2025:3.2b: solutions of common problems are shared."""

    def test_comes_from_a_ticket(self):
        article = given(drafted())
        assert (article.ticket_id, article.product) == ("T-1", "pump")
        assert article.newest == Revision(
            number=1, author="Wu", problem="it leaks", solution="a seal"
        )
        assert article.published is None

    def test_may_come_from_none(self):
        assert given(drafted(ticket_id="")).ticket_id == ""

    @pytest.mark.parametrize("left_out", ["by", "product", "problem", "solution"])
    def test_is_written_in_full(self, left_out):
        with pytest.raises(IncompleteError, match=left_out):
            drafted(**{left_out: " "})

    def test_goes_from_draft_to_publication(self):
        steps = (drafted, reviewed, published, retired)
        assert [given(each()).status for each in steps] == [
            ArticleStatus.DRAFT,
            ArticleStatus.REVIEWED,
            ArticleStatus.PUBLISHED,
            ArticleStatus.RETIRED,
        ]


class TestItsReview:
    """Whoever wrote it does not judge it."""

    @pytest.mark.parametrize("author", ["Wu", " wu ", "WU"])
    def test_is_not_the_authors(self, author):
        with pytest.raises(OwnArticleError, match="written by Wu, who cannot review it"):
            does(drafted(), "review", by=author)

    def test_of_a_revision_is_not_its_authors_but_may_be_the_first_ones(self):
        revised = does(published(), "revise")
        with pytest.raises(OwnArticleError, match="written by Li"):
            does(revised, "review", by="Li")
        assert given(does(revised, "review", by="Wu")).status is ArticleStatus.REVIEWED

    def test_that_finds_it_wrong_says_why_and_sends_it_back(self):
        with pytest.raises(IncompleteError, match="remarks"):
            does(drafted(), "review", is_right=False)
        sent_back = does(drafted(), "review", is_right=False, remarks="which seal?")
        assert given(sent_back).status is ArticleStatus.DRAFT
        with pytest.raises(NotReviewedError, match="revision 1 is draft"):
            does(sent_back, "publish")

    @pytest.mark.parametrize("history", [reviewed, published])
    def test_happens_once_a_revision(self, history):
        with pytest.raises(NothingNewError, match="revision 1 was reviewed"):
            does(history(), "review")


class TestPublication:
    """Everybody may use what somebody else found right."""

    @pytest.mark.parametrize("history", [drafted, published])
    def test_needs_a_review_of_the_newest(self, history):
        with pytest.raises(NotReviewedError, match="found it right"):
            does(history(), "publish")

    def test_says_when_it_is_looked_at_again(self):
        assert published()[-1].review_on == date(2026, 3, 3)
        assert fell_due(published(), AGAIN) == []
        assert fell_due(published(), AGAIN + SECOND) == [(1, "due", Level.SUPERVISOR)]

    def test_says_nothing_where_no_time_is_set(self):
        history = does(reviewed(), "publish", review_after=None)
        assert history[-1].review_on is None
        assert fell_due(history, AGAIN + 1000 * A_DAY) == []

    def test_of_a_revision_takes_the_place_of_the_one_before(self):
        revised = does(published(), "revise", at=NINE + A_DAY)
        assert given(revised).published.solution == "a seal"
        anew = does(does(revised, "review", at=NINE + A_DAY), "publish", at=NINE + A_DAY)
        assert given(anew).published == Revision(
            number=2, author="Li", problem="it leaks", solution="a blue seal"
        )
        assert fell_due(anew, AGAIN + A_DAY) == []
        assert fell_due(anew, AGAIN + A_DAY + SECOND) == [(2, "due", Level.SUPERVISOR)]

    def test_is_reminded_of_once(self):
        terms = MANUAL.terms(of="knowledge_article")
        due = decisions.remind_if_due(given(published()), at=AGAIN + SECOND, terms=terms)
        assert fell_due(published() + due, AGAIN + 9 * A_DAY) == []


class TestItsUse:
    """It is linked from the tickets it was tried on, and its use is counted."""

    def test_is_counted_by_ticket_and_by_help(self):
        history = does(published(), "use")
        history = does(history, "use", ticket_id="T-3", has_helped=False)
        article = given(history)
        assert (article.times_used, article.times_helped) == (2, 1)
        assert article.uses == {"T-2": True, "T-3": False}

    def test_is_counted_once_a_ticket(self):
        with pytest.raises(AlreadyUsedError, match="K-1 is linked from ticket T-2"):
            does(does(published(), "use"), "use", has_helped=False)

    @pytest.mark.parametrize("history", [drafted, reviewed])
    def test_needs_a_publication(self, history):
        with pytest.raises(ArticleNotPublishedError, match="was not published by"):
            does(history(), "use")

    def test_goes_on_while_a_revision_is_written(self):
        assert given(does(does(published(), "revise"), "use")).times_used == 1

    def test_is_not_before_the_publication(self):
        late = does(reviewed(), "publish", at=NINE + A_DAY)
        with pytest.raises(ArticleNotPublishedError):
            does(late, "use", at=NINE + A_DAY - SECOND)

    def test_may_be_registered_late(self):
        revised = does(published(), "revise", at=NINE + A_DAY)
        anew = does(does(revised, "review", at=NINE + A_DAY), "publish", at=NINE + A_DAY)
        assert given(does(anew, "use", at=NINE)).times_used == 1


class TestAnyStep:
    @pytest.mark.parametrize("verb", VERBS)
    def test_is_refused_when_it_is_retired(self, verb):
        with pytest.raises(ArticleRetiredError, match="K-1 is retired"):
            does(retired(), verb)

    @pytest.mark.parametrize("verb", [each for each in VERBS if each != "use"])
    def test_is_refused_before_what_it_rests_on(self, verb):
        with pytest.raises(BeforeDraftError, match="since 2025-03-03T01:00"):
            does(READY[verb](), verb, at=NINE - SECOND)

    @pytest.mark.parametrize(
        ("verb", "left_out"),
        [
            (v, name)
            for v, (_, told) in VERBS.items()
            for name in told
            if isinstance(told[name], str)
        ],
    )
    def test_is_told_in_full(self, verb, left_out):
        with pytest.raises(IncompleteError, match=left_out):
            does(READY[verb](), verb, **{left_out: ""})

    def test_of_a_revision_keeps_what_is_not_told(self):
        assert given(does(published(), "revise", solution=None)).newest.solution == "a seal"
        assert given(does(published(), "revise")).newest.problem == "it leaks"

    def test_a_retired_article_reminds_of_nothing(self):
        assert fell_due(retired(), AGAIN + 9 * A_DAY) == []


class TestAnImpossibleHistory:
    """The auditor's alarm."""

    def test_does_not_begin_in_the_middle(self):
        with pytest.raises(ImpossibleHistoryError, match="before the article was written"):
            evolve(None, reviewed()[-1])

    def test_does_not_go_on_after_its_end(self):
        with pytest.raises(ImpossibleHistoryError, match=r"cannot happen to .*it is retired"):
            given([*retired(), reviewed()[-1]])

    def test_does_not_hold_the_steps_of_another(self):
        with pytest.raises(ImpossibleHistoryError, match="does not belong"):
            given([*drafted(), attrs.evolve(reviewed()[-1], article_id="K-2")])

    @pytest.mark.parametrize(
        "event",
        [
            drafted()[-1],
            attrs.evolve(published()[-1], revision=2),
            attrs.evolve(does(published(), "revise")[-1], revision=4),
        ],
    )
    def test_counts_its_revisions(self, event):
        with pytest.raises(ImpossibleHistoryError, match="at this point"):
            given([*published(), event])
