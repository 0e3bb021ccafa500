"""The personal data of a customer: in use, restricted, erased."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from functools import reduce

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicecore.domain import personal_data
from servicecore.domain.calendar import WorkingCalendar
from servicecore.domain.events import ImpossibleHistoryError, personal_fields
from servicecore.domain.personal_data import (
    ErasureAskedError,
    HeldError,
    KeptRecord,
    MayNotOpenError,
    NoErasureAskedError,
    NoSuchHoldError,
    NotApprovedError,
    NotErasedError,
    OutOfTurnError,
    OwnErasureError,
    PersonalData,
    PersonalDataDisclosed,
    PersonalDataErased,
    PersonalDataErasureApproved,
    PersonalDataErasureAsked,
    PersonalDataErasureWithdrawn,
    PersonalDataEvent,
    PersonalDataHeld,
    PersonalDataHoldReleased,
    PersonalDataReadmitted,
    PersonalDataState,
    PersonErasedError,
    RetentionError,
    decisions,
    evolve,
)
from servicecore.domain.refusals import IncompleteError, RefusedError
from servicecore.domain.spans import Span

MONDAY = datetime(2026, 1, 5, 1, tzinfo=timezone.utc)
SHANGHAI = WorkingCalendar(timezone="Asia/Shanghai", week={"mon": [("09:00", "18:00")]})
THREE_YEARS = Span(months=36)


def given_that(*happened):
    return reduce(evolve, happened, None)


def fact(cls, by="Chen", **facts):
    return cls(customer_id="C-1", by=by, at=MONDAY, **facts)


ASKED = fact(PersonalDataErasureAsked, reason="a letter")
WITHDRAWN = fact(PersonalDataErasureWithdrawn, reason="another letter")
APPROVED = fact(PersonalDataErasureApproved, by="Lin")
HELD = fact(PersonalDataHeld, by="He", hold="suit 7", reason="a law suit")
RELEASED = fact(PersonalDataHoldReleased, by="He", hold="suit 7", reason="settled")
ERASED = fact(PersonalDataErased, by="Lin", records=("ticket/T-1",))
READMITTED = fact(PersonalDataReadmitted, by="Lin", reason="a new order")
SHOWN = fact(PersonalDataDisclosed, role="auditor", purpose="a check", records=("ticket/T-1",))


def ask(person, by="Chen"):
    return decisions.ask_erasure(person, "C-1", by=by, reason="a letter", at=MONDAY)


def erase(person, *records, at=MONDAY):
    return decisions.erase(person, "C-1", by="Lin", records=records, calendar=SHANGHAI, at=at)


class TestAsking:
    """Erasure is asked for once, until it is withdrawn."""

    def test_goes_on_record(self):
        assert ask(None) == [ASKED]

    def test_restricts_the_data(self):
        person = given_that(ASKED)
        assert (person.state, person.asked_by) == (PersonalDataState.RESTRICTED, "Chen")

    def test_is_refused_a_second_time(self):
        with pytest.raises(ErasureAskedError, match="C-1 was asked for by Chen"):
            ask(given_that(ASKED))

    def test_may_be_withdrawn_and_made_anew(self):
        person = given_that(ASKED, APPROVED)
        withdrawn = decisions.withdraw(person, "C-1", by="Chen", reason="another letter", at=MONDAY)
        assert withdrawn == [WITHDRAWN]
        again = given_that(ASKED, APPROVED, WITHDRAWN)
        assert (again.state, again.approved_by) == (PersonalDataState.ACTIVE, "")
        assert ask(again) == [ASKED]

    def test_must_have_been_asked_to_be_withdrawn(self):
        with pytest.raises(NoErasureAskedError, match="nobody asked"):
            decisions.withdraw(None, "C-1", by="Chen", reason="a letter", at=MONDAY)

    @pytest.mark.parametrize("left_out", ["by", "reason"])
    def test_says_who_and_why(self, left_out):
        told = {"by": "Chen", "reason": "a letter", left_out: " "}
        with pytest.raises(IncompleteError, match=left_out):
            decisions.ask_erasure(None, "C-1", at=MONDAY, **told)


class TestApproval:
    """Somebody other than who asked approves it."""

    def test_is_given_by_somebody_else(self):
        assert decisions.approve(given_that(ASKED), "C-1", by="Lin", at=MONDAY) == [APPROVED]

    @pytest.mark.parametrize("by", ["Chen", "chen", " CHEN "])
    def test_is_not_given_by_who_asked(self, by):
        with pytest.raises(OwnErasureError, match="asked for by Chen"):
            decisions.approve(given_that(ASKED), "C-1", by=by, at=MONDAY)

    def test_given_twice_is_given_once(self):
        assert decisions.approve(given_that(ASKED, APPROVED), "C-1", by="He", at=MONDAY) == []

    def test_needs_something_to_approve(self):
        with pytest.raises(NoErasureAskedError):
            decisions.approve(None, "C-1", by="Lin", at=MONDAY)

    def test_does_not_outlive_the_asking(self):
        person = given_that(ASKED, APPROVED, WITHDRAWN, ASKED)
        with pytest.raises(NotApprovedError):
            erase(person)


class TestTheOrder:
    """Each step of an erasure comes after the one before it, and after a readmission."""

    EARLIER = MONDAY - timedelta(seconds=1)

    def test_nothing_is_approved_before_it_was_asked_for(self):
        with pytest.raises(OutOfTurnError, match="have been restricted since 2026-01-05T01:00:00"):
            decisions.approve(given_that(ASKED), "C-1", by="Lin", at=self.EARLIER)

    def test_nothing_is_withdrawn_before_it_was_asked_for(self):
        told = {"by": "Chen", "reason": "another letter", "at": self.EARLIER}
        with pytest.raises(OutOfTurnError):
            decisions.withdraw(given_that(ASKED), "C-1", **told)

    def test_nothing_is_erased_before_it_was_approved(self):
        with pytest.raises(OutOfTurnError):
            erase(given_that(ASKED, APPROVED), at=self.EARLIER)

    def test_nobody_is_readmitted_before_the_erasure(self):
        told = {"by": "Lin", "reason": "a new order", "at": self.EARLIER}
        with pytest.raises(OutOfTurnError, match="have been erased since"):
            decisions.readmit(given_that(ASKED, APPROVED, ERASED), "C-1", **told)

    def test_erasure_is_not_asked_for_before_the_readmission(self):
        person = given_that(ASKED, APPROVED, ERASED, READMITTED)
        told = {"by": "Chen", "reason": "a letter", "at": self.EARLIER}
        with pytest.raises(OutOfTurnError):
            decisions.ask_erasure(person, "C-1", **told)

    def test_whoever_opened_the_data_in_between_does_not_matter(self):
        shown = attrs.evolve(SHOWN, at=MONDAY + timedelta(days=1))
        assert decisions.approve(given_that(ASKED, shown), "C-1", by="Lin", at=MONDAY)


class TestErasure:
    """It is carried out when it is approved, nothing is held, and nothing has to be kept."""

    def test_leaves_a_receipt(self):
        closed = KeptRecord(subject="ticket/T-1", closed_at=MONDAY, kept=THREE_YEARS)
        file = KeptRecord(subject="relationship/C-1")
        at = datetime(2029, 1, 6, 1, tzinfo=timezone.utc)
        assert erase(given_that(ASKED, APPROVED), closed, file, at=at) == [
            PersonalDataErased(
                customer_id="C-1",
                by="Lin",
                records=("ticket/T-1", "relationship/C-1"),
                kept_until=date(2029, 1, 5),
                at=at,
            )
        ]

    def test_of_what_was_never_kept_tells_no_day(self):
        [erased] = erase(given_that(ASKED, APPROVED), KeptRecord(subject="relationship/C-1"))
        assert erased.kept_until is None

    def test_is_refused_unasked(self):
        with pytest.raises(NoErasureAskedError):
            erase(None)

    def test_is_refused_unapproved(self):
        with pytest.raises(NotApprovedError, match="waits for somebody to approve it"):
            erase(given_that(ASKED))

    def test_is_refused_while_a_hold_runs(self):
        with pytest.raises(HeldError, match="held under 'suit 7': a law suit"):
            erase(given_that(ASKED, APPROVED, HELD))
        assert erase(given_that(ASKED, APPROVED, HELD, RELEASED))

    def test_is_refused_while_a_case_is_open(self):
        with pytest.raises(RetentionError, match="ticket/T-1 is open"):
            erase(given_that(ASKED, APPROVED), KeptRecord(subject="ticket/T-1", kept=THREE_YEARS))

    @given(st.integers(-400, 400))
    def test_is_refused_through_the_last_day_of_three_years_in_shanghai(self, hours):
        """Closed on 5 January at nine in Shanghai; kept through 5 January 2029 there."""
        day_after = datetime(2029, 1, 5, 16, tzinfo=timezone.utc)
        closed = KeptRecord(subject="ticket/T-1", closed_at=MONDAY, kept=THREE_YEARS)
        at, person = day_after + timedelta(hours=hours), given_that(ASKED, APPROVED)
        if hours >= 0:
            assert erase(person, closed, at=at)
        else:
            with pytest.raises(RetentionError, match="through 2029-01-05, 3 years after"):
                erase(person, closed, at=at)

    def test_is_final(self):
        person = given_that(ASKED, APPROVED, ERASED)
        assert (person.state, person.erased_at) == (PersonalDataState.ERASED, MONDAY)
        for again in (ask, erase):
            with pytest.raises(PersonErasedError, match="were erased at 2026-01-05"):
                again(person)


class TestAHold:
    """It stands in the way of erasure until it is released, and may come at any time before."""

    def test_is_placed_whether_or_not_erasure_was_asked_for(self):
        for person in (None, given_that(ASKED), given_that(ASKED, APPROVED)):
            placed = decisions.hold(
                person, "C-1", hold="suit 7", by="He", reason="a law suit", at=MONDAY
            )
            assert placed == [HELD]

    def test_has_a_name_of_its_own(self):
        with pytest.raises(HeldError, match="under 'suit 7' already"):
            decisions.hold(
                given_that(HELD), "C-1", hold="suit 7", by="He", reason="again", at=MONDAY
            )

    def test_comes_too_late_for_the_erased(self):
        with pytest.raises(PersonErasedError):
            decisions.hold(
                given_that(ASKED, APPROVED, ERASED),
                "C-1",
                hold="suit 7",
                by="He",
                reason="late",
                at=MONDAY,
            )

    def test_is_released_by_its_name(self):
        released = decisions.release_hold(
            given_that(HELD), "C-1", hold="suit 7", by="He", reason="settled", at=MONDAY
        )
        assert released == [RELEASED]
        assert given_that(HELD, RELEASED).holds == {}
        with pytest.raises(NoSuchHoldError, match="'suit 8'"):
            decisions.release_hold(
                given_that(HELD), "C-1", hold="suit 8", by="He", reason="settled", at=MONDAY
            )


class TestOpening:
    """Restricted data are opened by few; whoever opens them goes on record."""

    def open(self, person, role):
        return decisions.disclose(
            person,
            "C-1",
            by="Chen",
            role=role,
            purpose="a check",
            records=["ticket/T-1"],
            at=MONDAY,
        )

    @pytest.mark.parametrize("role", ["", "agent", "auditor"])
    def test_is_for_everybody_while_they_are_in_use(self, role):
        [shown] = self.open(None, role)
        assert (shown.role, shown.records) == (role, ("ticket/T-1",))

    def test_is_for_privacy_and_audit_while_they_are_restricted(self):
        assert self.open(given_that(ASKED), "auditor") == [SHOWN]
        assert self.open(given_that(ASKED), "privacy_officer")
        for role in ("", "agent", "Auditor"):
            with pytest.raises(MayNotOpenError, match="privacy_officer or auditor"):
                self.open(given_that(ASKED), role)

    def test_is_for_nobody_once_they_are_erased(self):
        with pytest.raises(PersonErasedError):
            self.open(given_that(ASKED, APPROVED, ERASED), "auditor")

    def test_is_counted(self):
        assert given_that(SHOWN, ASKED, SHOWN).times_disclosed == 2


class TestReadmission:
    """An erased customer comes back by a decision, and their data are in use again."""

    def test_makes_them_a_customer_again(self):
        person = given_that(ASKED, APPROVED, ERASED)
        back = decisions.readmit(person, "C-1", by="Lin", reason="a new order", at=MONDAY)
        assert back == [READMITTED]
        again = given_that(ASKED, APPROVED, ERASED, READMITTED)
        assert (again.state, again.asked_by, again.approved_by) == (
            PersonalDataState.ACTIVE,
            "",
            "",
        )
        assert ask(again) == [ASKED]

    @pytest.mark.parametrize("happened", [[], [ASKED]])
    def test_is_for_the_erased_alone(self, happened):
        with pytest.raises(NotErasedError):
            decisions.readmit(given_that(*happened), "C-1", by="Lin", reason="why", at=MONDAY)


class TestAHistory:
    """Whatever can be decided can be told; what cannot have happened is an alarm."""

    @pytest.mark.parametrize(
        "happened",
        [
            [APPROVED],
            [ERASED],
            [WITHDRAWN],
            [READMITTED],
            [RELEASED],
            [ASKED, ASKED],
            [ASKED, APPROVED, ERASED, ASKED],
            [ASKED, PersonalDataErasureAsked(customer_id="C-2", by="a", reason="b", at=MONDAY)],
        ],
    )
    def test_that_cannot_have_happened_is_refused(self, happened):
        with pytest.raises(ImpossibleHistoryError):
            given_that(*happened)

    @given(
        st.lists(
            st.sampled_from(
                ["ask", "withdraw", "approve", "erase", "hold", "release", "readmit", "show"]
            ),
            max_size=15,
        )
    )
    def test_of_whatever_was_decided_can_be_told(self, verbs):
        person: PersonalData | None = None
        approved = held = 0
        for verb in verbs:
            try:
                happened = DECIDE[verb](person)
            except RefusedError:
                continue
            person = reduce(evolve, happened, person)
            approved += verb == "approve" and bool(happened)
            held += {"hold": 1, "release": -1}.get(verb, 0)
            if verb == "erase":
                assert (approved > 0, held) == (True, 0)
                approved = 0
            if verb == "withdraw":
                approved = 0

    def test_tells_nothing_personal(self):
        for each in PersonalDataEvent.__args__:
            assert personal_fields(each) == {}


DECIDE = {
    "ask": ask,
    "erase": erase,
    "withdraw": lambda p: decisions.withdraw(p, "C-1", by="a", reason="b", at=MONDAY),
    "approve": lambda p: decisions.approve(p, "C-1", by="Lin", at=MONDAY),
    "hold": lambda p: decisions.hold(p, "C-1", hold="h", by="a", reason="b", at=MONDAY),
    "release": lambda p: decisions.release_hold(p, "C-1", hold="h", by="a", reason="b", at=MONDAY),
    "readmit": lambda p: decisions.readmit(p, "C-1", by="a", reason="b", at=MONDAY),
    "show": lambda p: decisions.disclose(
        p, "C-1", by="a", role="", purpose="b", records=[], at=MONDAY
    ),
}


def test_every_public_name_is_there():
    assert all(hasattr(personal_data, name) for name in personal_data.__all__)
