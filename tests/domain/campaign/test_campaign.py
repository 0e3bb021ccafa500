"""Campaigns: planned in time, asked once, closed with their coverage, and acted upon."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from functools import reduce

import attrs
import pytest

from servicecore.domain.campaign import (
    AlreadyAnnouncedError,
    BeforeCampaignError,
    CampaignEffectTracked,
    CampaignOverdue,
    CampaignStatus,
    CampaignTrackingDue,
    Coverage,
    NobodyToAskError,
    NotMentionedError,
    NotOfThisCampaignError,
    NotThatFarError,
    PeriodReversedError,
    TrackingEndedError,
    decisions,
    evolve,
)
from servicecore.domain.events import ImpossibleHistoryError
from servicecore.domain.people import Level
from servicecore.domain.refusals import RefusedError
from servicecore.domain.spans import Span
from servicecore.standards import load_standard

PLAN = load_standard("project_service_plan")
TENDER = load_standard("tender_standard")
NINE = datetime(2025, 3, 3, 1, tzinfo=timezone.utc)  # A Monday, nine in Shanghai.
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
DUE_ON = date(2025, 3, 31)
END_OF_MARCH = datetime(2025, 3, 31, 16, tzinfo=timezone.utc)  # Midnight in Shanghai.
CUSTOMERS = {"Acme": "Ms Lin", "Borg": "Mr Wu", "Cole": ""}
QUARTER = Span(months=3)


def planned(**facts):
    told = {"due_on": DUE_ON, "clause": "psp:5.1a", "at": NINE}
    place = {"standard": PLAN.reference, "calendar": PLAN.calendar}
    return decisions.plan("K-1", **{**told, **place, **facts})


def announced(history=(), **facts):
    told = {
        "title": "spring",
        "first_on": date(2024, 9, 1),
        "last_on": date(2025, 2, 28),
        "customers": CUSTOMERS,
        "asks": ("response_time", "attitude", "ability_to_solve"),
        "clause": "psp:3.3b",
        "standard": PLAN.reference,
        "calendar": PLAN.calendar,
        "at": NINE,
    }
    known = given(history) if history else None
    return [*history, *decisions.announce(known, "K-1", **{**told, **facts})]


def closed(history=None, *, asked=("Acme", "Borg"), answered=("Acme",)):
    return going_on(
        announced() if history is None else history,
        decisions.close,
        by="Gao",
        asked=asked,
        answered=answered,
    )


def summarised(**facts):
    told = {"what": "slow parts", "mentions": 3, "by": "Gao"}
    return going_on(closed(), decisions.summarise, **{**told, **facts})


def acted_upon(**facts):
    told = {"problem": 1, "what": "more stock", "responsible": "Wu", "ready_on": DUE_ON}
    told |= {"every": QUARTER, "calendar": PLAN.calendar}
    return going_on(summarised(), decisions.set_measure, **{**told, **facts})


def tracked(history, *, is_lasting=False, at=NINE + DAY, **facts):
    told = {"measure": 1, "finding": "faster", "by": "Gao", "every": QUARTER}
    told |= {"calendar": PLAN.calendar, "is_lasting": is_lasting}
    return going_on(history, decisions.track_effect, at=at, **{**told, **facts})


def given(history):
    return reduce(evolve, history, None)


def going_on(history, decide, *, at=NINE + DAY, **facts):
    return [*history, *decide(given(history), at=at, **facts)]


def looked(history, at):
    return decisions.remind_if_due(given(history), at=at, terms=PLAN.terms(of="campaign"))


class TestThePlan:
    """Campaigns are held so many times a year, so each has a day to begin by (psp:5.1a)."""

    def test_of_the_next_is_half_a_year_later(self):
        assert decisions.next_due(PLAN, after=date(2025, 3, 3)) == (date(2025, 9, 3), "psp:5.1a")

    def test_follows_the_quota(self):
        [quota] = [each for each in PLAN.quotas if each.name == "survey_campaigns"]
        often = attrs.evolve(PLAN, quotas=(attrs.evolve(quota, at_least=3, per="quarter"),))
        assert decisions.next_due(often, after=DUE_ON) == (date(2025, 4, 30), "psp:5.1a")

    def test_is_demanded_by_no_other_standard(self):
        assert decisions.next_due(TENDER, after=DUE_ON) is None

    def test_is_raised_to_the_manager_when_its_day_is_over(self):
        assert looked(planned(), END_OF_MARCH) == []
        [overdue] = looked(planned(), END_OF_MARCH + SECOND)
        assert isinstance(overdue, CampaignOverdue)
        assert (overdue.to, overdue.clause) == (Level.MANAGER, "psp:5.1a")
        history = [*planned(), overdue]
        assert given(history).is_overdue
        assert looked(history, END_OF_MARCH + 9 * DAY) == []

    def test_is_kept_by_announcing_it(self):
        assert looked(announced(planned()), END_OF_MARCH + DAY) == []

    def test_is_dropped_for_a_reason(self):
        history = going_on(planned(), decisions.withdraw, reason="asked under another number")
        assert given(history).status is CampaignStatus.WITHDRAWN
        assert looked(history, END_OF_MARCH + DAY) == []
        with pytest.raises(RefusedError, match="reason"):
            going_on(planned(), decisions.withdraw, reason="")

    def test_cannot_be_dropped_once_it_is_announced(self):
        with pytest.raises(NotThatFarError, match="announced"):
            going_on(announced(), decisions.withdraw, reason="late")


class TestTheAnnouncement:
    """Its customers are asked about the service of a period, once (tender:2.3b)."""

    def test_is_of_a_campaign_planned_or_new(self):
        for history in (announced(), announced(planned())):
            campaign = given(history)
            assert campaign.status is CampaignStatus.ANNOUNCED
            assert (campaign.title, campaign.customers) == ("spring", CUSTOMERS)
            assert campaign.asks == ("response_time", "attitude", "ability_to_solve")

    @pytest.mark.parametrize("done", [announced, closed])
    def test_is_made_once(self, done):
        with pytest.raises(AlreadyAnnouncedError, match="K-1"):
            announced(done())

    @pytest.mark.parametrize("customers", [{}, {"Cole": ""}, {"Cole": "  "}])
    def test_asks_somebody(self, customers):
        with pytest.raises(NobodyToAskError, match="K-1"):
            announced(customers=customers)

    def test_is_about_a_period_that_ends_after_it_begins(self):
        with pytest.raises(PeriodReversedError):
            announced(first_on=DUE_ON, last_on=DUE_ON - DAY)
        assert announced(first_on=DUE_ON, last_on=DUE_ON)

    def test_does_not_come_before_the_plan(self):
        with pytest.raises(BeforeCampaignError):
            announced(planned(), at=NINE - SECOND)


class TestTheEnd:
    """It is closed with how many of its customers were asked, and how many answered."""

    def test_tells_its_coverage(self):
        assert given(closed()).coverage == Coverage(customers=3, asked=2, answered=1)

    def test_does_not_count_strangers(self):
        history = closed(asked=["Acme", "Dune"], answered=["Dune"])
        assert given(history).coverage == Coverage(customers=3, asked=1, answered=0)

    @pytest.mark.parametrize("done", [planned, closed])
    def test_comes_once_and_after_the_announcement(self, done):
        with pytest.raises(NotThatFarError, match=r"tender:2\.3c"):
            closed(done())

    def test_does_not_come_before_the_announcement_of_what_was_planned(self):
        history = announced(planned(), at=NINE + 2 * DAY)
        with pytest.raises(BeforeCampaignError, match="has been announced since 2025-03-"):
            closed(history)


class TestWhatFollows:
    """Problems are summed up, measures set, and their effect is tracked (tender:2.3c)."""

    def test_nothing_comes_before_the_end_of_the_asking(self):
        with pytest.raises(BeforeCampaignError, match="has been closed since"):
            summarised(at=NINE + DAY - SECOND)
        with pytest.raises(BeforeCampaignError):
            acted_upon(at=NINE + DAY - SECOND)
        with pytest.raises(BeforeCampaignError):
            tracked(acted_upon(), at=NINE + DAY - SECOND)

    def test_problems_come_after_the_end(self):
        with pytest.raises(NotThatFarError):
            going_on(announced(), decisions.summarise, what="slow", mentions=1, by="Gao")
        [problem] = given(summarised()).problems.values()
        assert (problem.what, problem.mentions) == ("slow parts", 3)

    @pytest.mark.parametrize("mentions", [0, -1, 1.5, True])
    def test_problems_were_mentioned(self, mentions):
        with pytest.raises(NotMentionedError):
            summarised(mentions=mentions)

    def test_measures_are_about_a_problem_and_somebodys(self):
        [measure] = given(acted_upon()).measures.values()
        assert (measure.problem, measure.responsible) == (1, "Wu")
        with pytest.raises(NotOfThisCampaignError, match="2"):
            acted_upon(problem=2)
        with pytest.raises(RefusedError, match="responsible"):
            acted_upon(responsible="")

    def test_their_effect_is_looked_at_in_turn(self):
        history = acted_upon()
        first = datetime(2025, 6, 30, 1, tzinfo=timezone.utc)  # A Monday, nine in Shanghai.
        assert looked(history, first) == []
        [due] = looked(history, first + SECOND)
        assert isinstance(due, CampaignTrackingDue)
        assert due.to == "Wu"
        history = tracked([*history, due], at=first + DAY)
        again = datetime(2025, 10, 9, 1, tzinfo=timezone.utc)  # After the National Day holidays.
        assert looked(history, again) == []
        assert looked(history, again + SECOND) != []

    def test_until_it_lasts(self):
        history = tracked(acted_upon(), is_lasting=True)
        assert isinstance(history[-1], CampaignEffectTracked)
        assert given(history).measures[1].findings == ("faster",)
        assert looked(history, NINE + 999 * DAY) == []
        with pytest.raises(TrackingEndedError, match=r"tender:2\.3c"):
            tracked(history)

    def test_of_a_measure_that_was_set(self):
        with pytest.raises(NotOfThisCampaignError, match="2"):
            tracked(acted_upon(), measure=2)

    def test_a_standard_that_does_not_say_how_often_leaves_it_to_people(self):
        silent = attrs.evolve(PLAN, durations=())
        assert decisions.tracked_every(silent) is None
        assert decisions.tracked_every(PLAN) == QUARTER
        assert looked(acted_upon(every=None), NINE + 999 * DAY) == []


class TestAnImpossibleHistory:
    """What cannot follow is an alarm."""

    def test_begins_in_the_middle(self):
        with pytest.raises(ImpossibleHistoryError, match="before the campaign"):
            given(closed()[1:])

    def test_holds_another_campaign(self):
        with pytest.raises(ImpossibleHistoryError, match="K-1"):
            given([*announced(), attrs.evolve(closed()[-1], campaign_id="K-9")])

    def test_is_planned_twice(self):
        with pytest.raises(ImpossibleHistoryError, match="twice"):
            given(planned() + planned())

    def test_tracks_a_measure_that_was_never_set(self):
        with pytest.raises(ImpossibleHistoryError, match="K-1"):
            given([*announced(), tracked(acted_upon())[-1]])
