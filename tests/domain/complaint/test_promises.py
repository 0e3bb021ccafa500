"""What each standard promises on a complaint, to the second."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from servicecore.domain.complaint import Severity, decisions, ending, events
from servicecore.domain.complaint.record import on_record
from servicecore.domain.people import Level
from servicecore.standards import load_standard, parse_standard

from .given import (
    HOUR,
    NINE,
    SECOND,
    TEAM,
    TERMS,
    fed_back,
    given,
    going_on,
    received,
    registered,
    satisfied,
    understood,
)

MANUAL, TENDER = load_standard("operations_manual_2025"), load_standard("tender_standard")
FIVE_DAYS = datetime(2025, 3, 10, 10, tzinfo=timezone.utc)  # Monday the 10th, six in Shanghai.
THIRTY_DAYS = datetime(2025, 4, 15, 10, tzinfo=timezone.utc)  # 4 April is a day off.


def under(standard, **facts):
    terms = standard.terms(of="complaint")
    return received(terms=terms, standard=standard.reference, **facts), terms


def shown(history, clock):
    return given(history).readings[clock, 1].state.value


class TestRegistrationInTime:
    """psp:3.4a: registered within 24 hours."""

    @pytest.mark.parametrize(
        ("at", "state"), [(NINE + 24 * HOUR, "met"), (NINE + 24 * HOUR + SECOND, "missed")]
    )
    def test_the_last_second_counts(self, at, state):
        assert shown(registered(at=at), "registration") == state

    def test_it_is_promised_under_its_clause(self):
        promise = given(received()).promises["registration", 1]
        assert (promise.due, promise.clause) == (NINE + 24 * HOUR, "psp:3.4a")
        assert promise.standard == "project_service_plan@1"


class TestASolutionInTime:
    """psp:3.4b: analysed within 48 hours, with a proposed solution; counted from the receipt."""

    @pytest.mark.parametrize(
        ("at", "state"), [(NINE + 48 * HOUR, "met"), (NINE + 48 * HOUR + SECOND, "missed")]
    )
    def test_the_last_second_counts(self, at, state):
        history = going_on(
            understood(), decisions.propose_solution, by="Wu", solution="a list", at=at
        )
        assert shown(history, "proposed_solution") == state

    def test_an_analysis_without_a_solution_is_not_enough(self):
        assert shown(understood(), "proposed_solution") == "running"

    def test_a_second_round_is_promised_nothing_new(self):
        history = going_on(fed_back(), ending.dissatisfy, asked_by="Li", reason="rude")
        again = given(going_on(history, ending.take_up_again))
        assert set(again.readings) == {("registration", 1), ("proposed_solution", 1)}


class TestTheStartOfHandling:
    """om2025:5.3b: handling starts within 24 hours."""

    @pytest.mark.parametrize(
        ("verb", "facts"),
        [
            (decisions.assign, {"to": "Wu", "department": "q"}),
            (decisions.set_team, {"members": TEAM}),
            (decisions.investigate, {"by": "Wu", "facts": "nobody called"}),
        ],
    )
    @pytest.mark.parametrize(
        ("at", "state"), [(NINE + 24 * HOUR, "met"), (NINE + 24 * HOUR + SECOND, "missed")]
    )
    def test_somebody_or_a_team_takes_it_up(self, verb, facts, at, state):
        history, terms = under(MANUAL)
        history = going_on(
            history, decisions.register, by="Li", contact="Lin", demand="a call", terms=terms
        )
        assert shown(history, "handling_start") == "running"
        assert (
            shown(going_on(history, verb, **facts, at=at, terms=terms), "handling_start") == state
        )


class TestTheTenderStandard:
    """tender:2.1d and 2.1e: answered within 5 working days, closed within 30."""

    def test_promises_days_of_the_chinese_calendar(self):
        promises = given(under(TENDER)[0]).promises
        assert promises["preliminary_answer", 1].due == FIVE_DAYS
        assert promises["closing", 1].due == THIRTY_DAYS

    @pytest.mark.parametrize(("at", "state"), [(FIVE_DAYS, "met"), (FIVE_DAYS + SECOND, "missed")])
    def test_an_answer_stops_the_first(self, at, state):
        history, terms = under(TENDER)
        history = going_on(
            history, decisions.register, by="Li", contact="Lin", demand="a call", terms=terms
        )
        history = going_on(history, decisions.answer, by="Wu", answer="soon", at=at, terms=terms)
        assert shown(history, "preliminary_answer") == state

    @pytest.mark.parametrize(
        ("at", "state"), [(THIRTY_DAYS, "met"), (THIRTY_DAYS + SECOND, "missed")]
    )
    def test_only_the_closing_stops_the_second(self, at, state):
        terms = TENDER.terms(of="complaint")
        history = _under_other_terms(satisfied(), terms)
        assert shown(history, "closing") == "running"
        history = going_on(history, ending.close, by="Wu", at=at, terms=terms)
        assert shown(history, "closing") == state

    def test_the_outcome_is_an_answer_too(self):
        history = _under_other_terms(fed_back(), TENDER.terms(of="complaint"))
        assert shown(history, "preliminary_answer") == "met"


class TestASatisfactoryAnswer:
    """pdr:5.3b: within the time the organisation sets; it is the customer who says what it is."""

    terms = parse_standard(
        'id = "ours"\ntitle = "Ours"\nextends = "post_delivery_regulation"\n'
        '[[clock]]\nname = "satisfactory_answer"\nof = "complaint"\nwithin = "2 h"\n'
        'clause = "o:1"\n'
        '[[clock]]\nname = "verification"\nof = "complaint"\nwithin = "2 h"\nclause = "o:2"',
        source="ours.toml",
    ).terms(of="complaint")

    def test_is_given_when_the_customer_is_satisfied(self):
        history = _under_other_terms(fed_back(), self.terms)
        assert shown(history, "satisfactory_answer") == "running"
        assert shown(history, "verification") == "met"
        history = going_on(
            history, ending.satisfy, asked_by="Li", at=NINE + 2 * HOUR, terms=self.terms
        )
        assert shown(history, "satisfactory_answer") == "met"


class TestTheLadder:
    """Warned at four fifths, then supervisor, then manager: each once, however late one looks."""

    due = NINE + 24 * HOUR

    def look(self, history, at):
        return ending.escalate_if_due(given(history), at=at, terms=TERMS)

    @pytest.mark.parametrize("share", [0.8, 1.0, 1.5])
    def test_a_step_is_reached_a_moment_after_its_share(self, share):
        moment = NINE + share * 24 * HOUR
        before, after = self.look(received(), moment), self.look(received(), moment + SECOND)
        assert len(after) == len(before) + 1
        assert after[-1].due == moment

    def test_the_steps_go_up(self):
        told = self.look(received(), NINE + 36 * HOUR + SECOND)
        ours = [each for each in told if each.clock == "registration"]
        assert [(type(e).__name__, e.to) for e in ours] == [
            ("ComplaintWarned", "assignee"),
            ("ComplaintEscalated", Level.SUPERVISOR),
            ("ComplaintEscalated", Level.MANAGER),
        ]
        assert {each.clause for each in ours} == {"psp:3.4a"}

    def test_each_is_told_once(self):
        at = NINE + 25 * HOUR
        history = received()
        history = [*history, *self.look(history, at)]
        assert self.look(history, at) == []
        assert self.look(history, at + timedelta(hours=1)) == []

    def test_what_was_reached_before_a_step_goes_on_record_before_it(self):
        told = registered(at=NINE + 25 * HOUR)[1:]
        kinds = [type(each) for each in told]
        assert kinds == [
            events.ComplaintWarned,
            events.ComplaintEscalated,
            events.ComplaintRegistered,
        ]

    def test_nothing_is_reached_once_the_promise_was_kept(self):
        told = self.look(registered(at=NINE + HOUR), NINE + 100 * HOUR)
        assert {each.clock for each in told} == {"proposed_solution"}

    def test_a_level_once_reached_stays(self):
        history = registered(at=NINE + 25 * HOUR)
        history = going_on(
            history,
            decisions.assess,
            Severity.ORDINARY,
            by="Li",
            reason="a trifle",
            at=NINE + 26 * HOUR,
        )
        assert given(history).level is Level.SUPERVISOR


def _under_other_terms(history, terms):
    """Return the same steps as they would have gone on record under other promises."""
    told = []
    for step in history:
        told += on_record(given(told), step, terms=terms)
    return told
