"""A customer's file: who it is, what was delivered, who may call."""

from __future__ import annotations

from datetime import date

import pytest

from servicecore.domain.days import NoDateError
from servicecore.domain.figures import MissingTimesError
from servicecore.domain.refusals import IncompleteError
from servicecore.domain.relationship import (
    AlreadyDeliveredError,
    AlreadyInUseError,
    BeforeFileError,
    Consent,
    Delivery,
    Grade,
    NotDeliveredYetError,
    RevisitStatus,
    UnknownChoiceError,
    UnknownDeliveryError,
    decisions,
)
from servicecore.standards import load_standard

from .given import (
    CALENDAR,
    DAY,
    FILE,
    MICROSECOND,
    MONDAY,
    NINE,
    PLAN,
    consenting,
    delivered,
    given,
    going_on,
    opened,
    planned,
)


class TestOpening:
    """A file says who the customer is, and who looks after it (om2025:5.2a)."""

    def test_holds_what_was_told(self):
        file = given(*opened())
        assert {name: getattr(file, name) for name in FILE} == FILE
        assert (file.grade, file.consent) == (Grade.ORDINARY, Consent.NOT_ASKED)

    @pytest.mark.parametrize("empty", FILE)
    def test_leaves_nothing_out(self, empty):
        with pytest.raises(IncompleteError, match=empty):
            opened(**{empty: " "})

    def test_knows_three_grades(self):
        assert given(*opened(grade="key")).grade is Grade.KEY
        with pytest.raises(UnknownChoiceError, match=r"Acme: grade must be one of .*'gold'"):
            opened(grade="gold")

    def test_reminds_of_the_year_only_where_revisits_are_planned_by_it(self):
        assert given(*opened()).reminders == ()
        regulation = load_standard("post_delivery_regulation")
        [reminder] = given(*opened(standard=regulation)).reminders
        assert (reminder.clock, reminder.round) == ("annual_plan", 2026)

    def test_refuses_a_key_customer_while_nobody_says_how_often(self):
        regulation = load_standard("post_delivery_regulation")
        with pytest.raises(MissingTimesError, match=r"key_customers \(pdr:2\.1b\)"):
            opened(standard=regulation, grade="key")
        ordinary = given(*opened(standard=regulation))
        facts = {"reason": "grew", "standard": regulation, "at": NINE}
        with pytest.raises(MissingTimesError):
            decisions.grade(ordinary, grade="key", **facts)
        assert decisions.grade(ordinary, grade="frequent", **facts) != []

    def test_comes_before_everything_else(self):
        consent = {"evidence": "form 7", "at": NINE - MICROSECOND}
        with pytest.raises(BeforeFileError, match="opened at"):
            decisions.give_consent(given(*opened()), **consent)


class TestCorrecting:
    def test_changes_what_is_told_and_nothing_else(self):
        corrected = going_on(opened(), decisions.correct, contact="Mr Wu", reason="she left")
        file = given(*corrected)
        assert (file.contact, file.name) == ("Mr Wu", "Acme Ltd")
        assert (file.kind, file.responsible) == ("factory", "Li")

    @pytest.mark.parametrize("empty", [*FILE, "reason"])
    def test_leaves_nothing_empty(self, empty):
        with pytest.raises(IncompleteError, match=empty):
            going_on(opened(), decisions.correct, **{"reason": "moved", empty: ""})


class TestGrading:
    def test_counts_from_then_on(self):
        graded = going_on(
            opened(), decisions.grade, grade="frequent", reason="orders weekly", standard=PLAN
        )
        assert given(*graded).grade is Grade.FREQUENT

    def test_says_nothing_new_twice(self):
        same = {"grade": "ordinary", "reason": "as before", "standard": PLAN, "at": NINE}
        assert decisions.grade(given(*opened()), **same) == []


class TestConsent:
    """Nobody is contacted without having agreed to it."""

    def test_is_on_record_with_its_evidence(self):
        [*_, given_then] = consenting()
        assert given_then.evidence == "form 7"
        assert given(*consenting()).consent is Consent.GIVEN
        assert going_on(consenting(), decisions.give_consent, evidence="again") == consenting()

    def test_withdrawn_takes_all_revisits_to_come_with_it(self):
        file = given(*going_on(planned(planned()), decisions.withdraw_consent))
        assert file.consent is Consent.WITHDRAWN
        assert {each.status for each in file.revisits.values()} == {RevisitStatus.UNWANTED}
        assert file.reminders == ()
        assert decisions.withdraw_consent(file, at=NINE) == []


class TestWhatStandsInTheFile:
    """Orders, service, preferences, feedback (om2025:5.2a)."""

    def test_a_preference_is_what_was_said_last(self):
        noted = going_on(opened(), decisions.note_preference, about="time", preference="mornings")
        noted = going_on(noted, decisions.note_preference, about="time", preference="evenings")
        assert given(*noted).preferences == {"time": "evenings"}

    def test_a_service_stands_there_once(self):
        once = going_on(opened(), decisions.record_service, record="ticket/T-1")
        assert given(*once).services == {"ticket/T-1": NINE}
        assert going_on(once, decisions.record_service, record="ticket/T-1") == once

    def test_every_purchase_but_the_first_is_a_repurchase(self):
        bought = opened()
        for order_id in ("O-1", "O-2", "O-1"):
            bought = going_on(bought, decisions.record_purchase, order_id=order_id)
        assert [each.is_repurchase for each in bought[1:]] == [False, True]
        assert given(*bought).purchases == ("O-1", "O-2")


class TestADelivery:
    """Revisits count from the day of a delivery, and of its first use."""

    def test_is_recorded_with_product_and_day(self):
        [delivery] = given(*delivered()).deliveries.values()
        expected = Delivery(id="D-1", product="pump", project="", delivered_on=MONDAY)
        assert delivery == expected

    def test_is_recorded_once(self):
        with pytest.raises(AlreadyDeliveredError, match="D-1 came on 2025-03-03"):
            delivered(delivered())

    def test_is_not_recorded_ahead(self):
        with pytest.raises(NotDeliveredYetError, match="today is 2025-03-03"):
            delivered(on=MONDAY + DAY)

    def test_has_a_day_and_not_a_moment(self):
        with pytest.raises(NoDateError, match="delivered_on"):
            delivered(on=NINE)

    @pytest.mark.parametrize("used_on", [MONDAY, MONDAY + 2 * DAY])
    def test_is_used_from_its_day_on(self, used_on):
        used = self.used(delivered(), used_on)
        assert given(*used).deliveries["D-1"].used_on == used_on

    @pytest.mark.parametrize("used_on", [MONDAY - DAY, MONDAY + 3 * DAY])
    def test_is_not_used_before_it_nor_ahead(self, used_on):
        with pytest.raises(NotDeliveredYetError, match=str(used_on)):
            self.used(delivered(), used_on)

    def test_is_used_for_the_first_time_once(self):
        with pytest.raises(AlreadyInUseError, match="since 2025-03-03"):
            self.used(self.used(delivered(), MONDAY), MONDAY + DAY)

    def test_must_be_on_record(self):
        with pytest.raises(UnknownDeliveryError, match="no delivery 'D-2'; on record are D-1"):
            self.used(delivered(), MONDAY, delivery_id="D-2")

    def used(self, history, used_on: date, delivery_id="D-1"):
        facts = {"delivery_id": delivery_id, "used_on": used_on, "calendar": CALENDAR}
        return going_on(history, decisions.begin_use, **facts, at=NINE + 2 * DAY)
