"""A survey is sent to one customer, about one thing, and they are reminded a few times."""

from __future__ import annotations

import attrs
import pytest

from servicecore.domain.events import ImpossibleHistoryError
from servicecore.domain.refusals import IncompleteError
from servicecore.domain.spans import Span
from servicecore.domain.survey import (
    NoContactError,
    NothingToAskError,
    Questionnaire,
    SurveyDeclined,
    SurveyExpired,
    SurveyReminded,
    SurveyStatus,
    decisions,
    evolve,
)
from servicecore.standards import load_standard

from .given import (
    ASKED,
    DAY,
    FIRST_REMINDER,
    NINE,
    OPEN_UNTIL,
    PLAN,
    SECOND,
    SECOND_REMINDER,
    answered,
    given,
    going_on,
    looked,
    sent,
)


class TestWhatIsAsked:
    """The standard says which dimensions (psp:3.3b, tender:2.3b); anybody may name their own."""

    @pytest.mark.parametrize(
        ("standard", "asks", "clause"),
        [
            (
                "project_service_plan",
                ("response_time", "attitude", "ability_to_solve"),
                "psp:3.3b",
            ),
            (
                "tender_standard",
                ("attitude", "response_speed", "repair_quality", "parts_supply"),
                "tender:2.3b",
            ),
        ],
    )
    def test_is_what_the_standard_asks(self, standard, asks, clause):
        asked = Questionnaire.of(load_standard(standard))
        assert (asked.asks, asked.clause) == (asks, clause)

    def test_can_be_chosen(self):
        asked = Questionnaire.of(PLAN, asks=["price", "manuals"])
        assert (asked.asks, asked.clause) == (("price", "manuals"), "house choice")

    @pytest.mark.parametrize("asks", [[], [""], ["price", "price"], [3]])
    def test_is_something_and_each_once(self, asks):
        with pytest.raises(NothingToAskError):
            Questionnaire.of(PLAN, asks=asks)

    def test_is_told_by_nobody_if_the_standard_does_not(self):
        silent = attrs.evolve(PLAN, settings=())
        with pytest.raises(NothingToAskError, match=r"psp:3\.3b"):
            Questionnaire.of(silent)

    def test_ends_some_day(self):
        endless = attrs.evolve(PLAN, durations=())
        with pytest.raises(NothingToAskError, match="survey_answers"):
            Questionnaire.of(endless)


class TestSending:
    """One customer is asked about one thing, where they can be reached."""

    def test_puts_it_on_record(self):
        survey = given(sent(product="pump", team="pumps", person="Wu"))
        assert (survey.customer_id, survey.about, survey.contact) == (
            "Acme",
            "ticket/T-1",
            "Ms Lin",
        )
        assert (survey.product, survey.team, survey.person) == ("pump", "pumps", "Wu")
        assert (survey.asks, survey.clause) == (ASKED.asks, "psp:3.3b")
        assert (survey.status, survey.answer) == (SurveyStatus.SENT, None)
        assert (survey.sent_at, survey.open_until) == (NINE, OPEN_UNTIL)

    @pytest.mark.parametrize("contact", ["", "  ", None])
    def test_needs_a_contact(self, contact):
        with pytest.raises(NoContactError, match="Acme"):
            sent(contact=contact)

    @pytest.mark.parametrize("about", ["", "T-1", "ticket/", "Ticket/T-1", "/T-1", None])
    def test_needs_to_be_about_something(self, about):
        with pytest.raises(NothingToAskError, match="S-1"):
            sent(about=about)

    def test_needs_a_customer(self):
        with pytest.raises(IncompleteError):
            sent(customer_id="")


class TestReminders:
    """Who has not answered is asked once more on the days the standard names, then never again."""

    def test_nobody_is_reminded_before_the_day(self):
        assert looked(sent(), FIRST_REMINDER) == []

    def test_the_first_is_given_when_the_office_opens(self):
        [reminded] = looked(sent(), FIRST_REMINDER + SECOND)
        assert isinstance(reminded, SurveyReminded)
        assert (reminded.to, reminded.due) == ("Ms Lin", FIRST_REMINDER)

    def test_each_is_given_once(self):
        history = sent() + looked(sent(), FIRST_REMINDER + SECOND)
        assert looked(history, SECOND_REMINDER) == []
        history += looked(history, SECOND_REMINDER + SECOND)
        assert given(history).times_reminded == 2
        assert looked(history, OPEN_UNTIL) == []

    def test_whoever_looks_late_reminds_once(self):
        history = sent() + looked(sent(), SECOND_REMINDER + SECOND)
        assert given(history).times_reminded == 1
        assert looked(history, OPEN_UNTIL) == []

    def test_a_day_off_is_no_day_to_remind_on(self):
        """Three days after a Wednesday is a Saturday."""
        history = sent(at=NINE + 2 * DAY)
        monday = NINE + 7 * DAY
        assert looked(history, monday) == []
        assert looked(history, monday + SECOND) != []

    def test_none_is_given_when_the_time_is_over(self):
        short = attrs.evolve(ASKED, open_for=Span(days=5))
        [reading] = sent(questionnaire=short)[0].readings
        assert [each.name for each in reading.rungs] == ["reminder 1", "expired"]

    def test_who_has_answered_is_not_reminded(self):
        assert looked(answered(), OPEN_UNTIL + DAY) == []

    def test_who_has_declined_is_not_reminded(self):
        history = going_on(sent(), decisions.decline, reason="no time", at=NINE + DAY)
        assert looked(history, OPEN_UNTIL + DAY) == []


class TestExpiry:
    """After thirty days nobody asks any more."""

    def test_comes_after_the_last_moment(self):
        history = sent() + looked(sent(), SECOND_REMINDER + SECOND)
        assert looked(history, OPEN_UNTIL) == []
        [expired] = looked(history, OPEN_UNTIL + SECOND)
        assert isinstance(expired, SurveyExpired)
        assert given([*history, expired]).status is SurveyStatus.EXPIRED

    def test_comes_once_and_without_the_reminders_nobody_gave(self):
        history = sent() + looked(sent(), OPEN_UNTIL + SECOND)
        assert [type(each) for each in history[1:]] == [SurveyExpired]
        assert given(history).reminders == ()
        assert looked(history, OPEN_UNTIL + 9 * DAY) == []


class TestAnImpossibleHistory:
    """What cannot follow is an alarm."""

    def test_begins_with_anything_but_the_sending(self):
        with pytest.raises(ImpossibleHistoryError, match="before the survey was sent"):
            evolve(None, answered()[-1])

    def test_holds_the_answer_to_another_survey(self):
        stray = attrs.evolve(answered()[-1], survey_id="S-9")
        with pytest.raises(ImpossibleHistoryError, match="S-1"):
            given([*sent(), stray])

    def test_is_sent_twice(self):
        with pytest.raises(ImpossibleHistoryError, match="S-1"):
            given(sent() + sent())

    def test_expires_after_an_answer(self):
        [expired] = looked(sent(), OPEN_UNTIL + SECOND)
        with pytest.raises(ImpossibleHistoryError, match="answered"):
            given([*answered(), expired])

    def test_declines_after_an_answer(self):
        declined = SurveyDeclined(survey_id="S-1", reason="no", at=NINE + 2 * DAY)
        with pytest.raises(ImpossibleHistoryError, match="answered"):
            given([*answered(), declined])
