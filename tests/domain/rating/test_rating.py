"""Customer service rates each repair, within a time that the organisation sets (pdr:3.2c)."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from functools import reduce

import attrs
import pytest

from servicecore.domain.events import ImpossibleHistoryError
from servicecore.domain.people import Level
from servicecore.domain.rating import (
    AlreadyRatedError,
    BeforeRepairError,
    NoRatingError,
    OwnRepairError,
    RatingEscalated,
    RatingWarned,
    decisions,
    evolve,
)
from servicecore.domain.refusals import RefusedError
from servicecore.domain.sla import State
from servicecore.standards import parse_standard

OURS = parse_standard(
    """
id = "ours"
title = "Ours"
extends = "post_delivery_regulation"
[[clock]]
of = "rating"
name = "rating"
within = "48 h"
clause = "pdr:3.2c"
""",
    source="ours.toml",
)
TERMS = OURS.terms(of="rating")
NINE = datetime(2025, 3, 3, 1, tzinfo=timezone.utc)
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


def requested():
    told = {"ticket_id": "T-1", "product": "pump", "team": "pumps", "person": "Wu"}
    place = {"standard": OURS.reference, "calendar": OURS.calendar.reference}
    return decisions.request("T-1", **told, **place, at=NINE, terms=TERMS)


def given(history):
    return reduce(evolve, history, None)


def rated(history=None, *, at=NINE + HOUR, **facts):
    known = requested() if history is None else history
    told = {"by": "Gao", "score": 4}
    return known + decisions.give(given(known), **{**told, **facts}, at=at, terms=TERMS)


def looked(history, at):
    return decisions.escalate_if_due(given(history), at=at, terms=TERMS)


class TestARating:
    """A score from 1 to 5, given once, by somebody else than whoever did the repair."""

    def test_is_on_record(self):
        rating = given(rated(comment="neat"))
        assert (rating.by, rating.score, rating.comment) == ("Gao", 4, "neat")
        assert (rating.ticket_id, rating.team, rating.person) == ("T-1", "pumps", "Wu")

    @pytest.mark.parametrize("score", [0, 6, 2.5, "4", True, None])
    def test_lies_on_the_scale(self, score):
        with pytest.raises(NoRatingError, match=r"pdr:3\.2c"):
            rated(score=score)

    @pytest.mark.parametrize("score", [1, 5])
    def test_reaches_to_both_ends(self, score):
        assert given(rated(score=score)).score == score

    def test_is_given_once(self):
        with pytest.raises(AlreadyRatedError):
            rated(rated())

    @pytest.mark.parametrize("by", ["Wu", " wu "])
    def test_is_not_given_by_whoever_did_the_repair(self, by):
        with pytest.raises(OwnRepairError, match="Wu did the repair"):
            rated(by=by)

    def test_is_given_by_somebody(self):
        with pytest.raises(RefusedError, match="by"):
            rated(by="")

    def test_does_not_come_before_the_repair(self):
        with pytest.raises(BeforeRepairError):
            rated(at=NINE - SECOND)
        assert given(rated(at=NINE)).score == 4


class TestItsTime:
    """It runs from the repair, and its last moment is in time."""

    @pytest.mark.parametrize(
        ("late", "state"), [(timedelta(), State.MET), (SECOND, State.MISSED)], ids=["last", "late"]
    )
    def test_ends_with_the_rating(self, late, state):
        history = rated(at=NINE + 48 * HOUR + late)
        assert given(history).readings["rating", 1].state is state

    def test_is_told_of_before_and_after(self):
        told = looked(requested(), NINE + 72 * HOUR + SECOND)
        assert [type(each) for each in told] == [RatingWarned, RatingEscalated, RatingEscalated]
        assert given(requested() + told).level is Level.MANAGER
        assert looked(requested() + told, NINE + 999 * HOUR) == []

    def test_is_told_of_once_it_is_over(self):
        assert looked(rated(), NINE + 999 * HOUR) == []


class TestAnImpossibleHistory:
    """What cannot follow is an alarm."""

    def test_begins_with_the_rating(self):
        with pytest.raises(ImpossibleHistoryError, match="before the rating was requested"):
            given(rated()[-1:])

    def test_rates_twice(self):
        with pytest.raises(ImpossibleHistoryError, match="T-1"):
            given([*rated(), rated()[-1]])

    def test_holds_the_rating_of_another_repair(self):
        with pytest.raises(ImpossibleHistoryError, match="T-1"):
            given([*requested(), attrs.evolve(rated()[-1], rating_id="T-9")])
