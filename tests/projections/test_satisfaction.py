"""How satisfied customers are: by the definitions, restated here in the test's own words."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from itertools import count as numbers

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicecore.domain.ticket import Status
from servicecore.projections.answer import Answer
from servicecore.projections.asking import Question, UnknownGroupingError
from servicecore.projections.counting import cells_of
from servicecore.projections.period import Period
from servicecore.projections.satisfaction import answers, change, responses
from servicecore.projections.source import Source
from servicecore.projections.survey_facts import DIMENSIONS, SurveyFact
from servicecore.projections.themes import SURVEY_COVERAGE, SURVEYS, TICKETS
from servicecore.projections.ticket_facts import TicketFact

NINE = datetime(2025, 3, 3, 1, tzinfo=timezone.utc)
DAY = timedelta(days=1)
LATER = NINE + 90 * DAY
PUMPS = {"product": "pump", "team": "pumps", "person": "Wu"}
_number = numbers(1)


def surveyed(*, sent_at=NINE, answered_at=NINE + DAY, **told) -> SurveyFact:
    number = next(_number)
    facts = {"survey_id": f"S-{number}", "customer_id": "Acme", "about": f"ticket/T-{number}"}
    return SurveyFact(
        **{**facts, **PUMPS, **told},
        sent_at=sent_at,
        open_until=sent_at + 30 * DAY,
        answered_at=answered_at,
        is_over=answered_at is not None,
    )


def closed(number: str, *, opened_at=NINE, at=NINE, status=Status.CLOSED) -> TicketFact:
    return TicketFact(
        ticket_id=number,
        customer_id="Acme",
        product="pump",
        channel="web",
        opened_at=opened_at,
        status=status,
        turns=[opened_at, at],
    )


def asked(facts, *, by=(), period=None, as_of=LATER, where=None) -> Answer:
    known = None if period is None else Period.parse(period)
    question = Question(as_of=as_of, by=tuple(by), period=known, where=where or {})
    return SURVEYS.answer(Source(facts=lambda _: facts), question)


def covered(tickets, about, **ask) -> Answer:
    source = Source(facts=lambda _: tickets, asked=lambda: frozenset(about))
    question = Question(as_of=LATER, **ask)
    return TICKETS.answer(source, question, SURVEY_COVERAGE)


def only(answer, measure):
    [found] = answer[measure]
    return found


class TestCsat:
    """4 or 5 of 5 is satisfied; what does not apply does not count."""

    def test_is_a_share_of_the_answers(self):
        found = only(asked([surveyed(overall=each) for each in (1, 3, 4, 5, 5)]), "csat")
        assert (found.k, found.n, found.value) == (3, 5, 0.6)
        assert (found.low, found.high) == pytest.approx((0.2307, 0.8824), abs=5e-5)

    def test_leaves_out_answers_without_it(self):
        told = asked([surveyed(overall=5), surveyed(overall=None, scores={"attitude": 1})])
        assert only(told, "csat").n == 1

    def test_of_none_is_not_measured(self):
        told = asked([surveyed(answered_at=None)])
        assert "csat" not in told.measures()

    def test_counts_the_dissatisfied_apart(self):
        told = asked([surveyed(overall=1, dissatisfied=True), surveyed(overall=5)])
        assert (only(told, "dissatisfied").k, only(told, "dissatisfied").n) == (1, 2)


class TestMeans:
    """Each dimension has its own number of answers."""

    def test_of_dimensions_leave_out_what_does_not_apply(self):
        told = asked([surveyed(scores={"attitude": 5, "speed": 2}), surveyed(scores={"speed": 3})])
        means = {dict(each.group)["dimension"]: (each.value, each.n) for each in told["score"]}
        assert means == {"attitude": (5.0, 1), "speed": (2.5, 2)}

    def test_of_effort_say_which_end_is_the_good_one(self):
        found = only(asked([surveyed(ces=7), surveyed(ces=4)]), "ces")
        assert (found.value, found.n) == (5.5, 2)
        assert dict(found.group) == {"direction": "7 is easiest"}

    def test_of_all_in_all(self):
        assert only(asked([surveyed(overall=2), surveyed(overall=5)]), "overall_score").value == 3.5


class TestTheRecommendation:
    """NPS: 9 and 10 promote, 0 to 6 do not."""

    @pytest.mark.parametrize(
        ("nps", "score"), [(0, -100.0), (6, -100.0), (7, 0.0), (8, 0.0), (9, 100.0), (10, 100.0)]
    )
    def test_has_its_bounds(self, nps, score):
        assert only(asked([surveyed(nps=nps)]), "nps").value == score

    def test_is_told_with_how_sure_it_is(self):
        found = only(asked([surveyed(nps=each) for each in [10] * 5 + [7] * 3 + [3] * 2]), "nps")
        assert (found.value, found.n) == (30.0, 10)
        assert (found.low, found.high) == pytest.approx((-19.05, 65.20), abs=0.01)


class TestTheResponseRate:
    """Answered / sent, of the period of the sending; some may still answer."""

    def test_tells_who_may_still_answer(self):
        facts = [surveyed(), surveyed(answered_at=None)]
        found = only(asked(facts, as_of=NINE + 30 * DAY), "response_rate")
        assert (found.k, found.n, found.open) == (1, 2, 1)
        found = only(asked(facts, as_of=NINE + 31 * DAY), "response_rate")
        assert (found.k, found.n, found.open) == (1, 2, 0)

    def test_belongs_to_the_sending_and_answers_to_themselves(self):
        late = surveyed(sent_at=NINE, answered_at=NINE + 29 * DAY, overall=5)
        march, april = (asked([late], period=month) for month in ("2025-03", "2025-04"))
        assert march.measures() == ["response_rate"]
        assert "response_rate" not in april.measures()
        assert only(april, "csat").n == 1


class TestCoverage:
    """Asked / services that are over: tickets closed, when they ceased to be work (om2025:4.2d)."""

    def test_counts_closed_tickets_alone(self):
        tickets = [closed("T-1"), closed("T-2"), closed("T-3", status=Status.RESOLVED)]
        found = only(
            covered(tickets, {"ticket/T-1", "ticket/T-3", "delivery/T-2"}), "survey_coverage"
        )
        assert (found.k, found.n) == (1, 2)

    def test_belongs_to_the_end_of_the_work(self):
        tickets = [closed("T-1"), closed("T-2", opened_at=NINE, at=NINE + 40 * DAY)]
        told = covered(tickets, {"ticket/T-1"}, period=Period.parse("2025-03"))
        assert (only(told, "survey_coverage").k, only(told, "survey_coverage").n) == (1, 1)


class TestGroups:
    """By what it is about, product, customer, team, person and time."""

    def test_are_told_apart(self):
        facts = [surveyed(overall=5), surveyed(overall=1, about="campaign/K-1", team="")]
        by_about = {each.group: each.value for each in asked(facts, by=["about"])["csat"]}
        assert by_about == {(("about", "ticket"),): 1.0, (("about", "campaign"),): 0.0}
        [chosen] = asked(facts, where={"team": frozenset({"pumps"})})["csat"]
        assert (chosen.k, chosen.n) == (1, 1)

    def test_of_anything_else_are_refused(self):
        with pytest.raises(UnknownGroupingError, match="surveys cannot be grouped by 'priority'"):
            asked([surveyed()], by=["priority"])


class TestBeforeAndAfter:
    """The difference of two shares of satisfied customers, group by group (psp:6.2b)."""

    @staticmethod
    def of(satisfied, total, **told):
        return [surveyed(overall=5 if n < satisfied else 2, **told) for n in range(total)]

    def test_has_its_interval(self):
        told = change(asked(self.of(48, 80)), asked(self.of(56, 70)))
        assert only(told, "csat_before").value == 0.6
        assert only(told, "csat_after").value == 0.8
        found = only(told, "csat_difference")
        assert (found.n, found.value) == (150, pytest.approx(0.2))
        assert (found.low, found.high) == pytest.approx((0.0524, 0.3339), abs=5e-5)

    def test_of_what_was_not_asked_before_is_none(self):
        told = change(
            asked(self.of(1, 2), by=["team"]), asked(self.of(1, 1, team="valves"), by=["team"])
        )
        assert [each.value for each in told["csat_difference"]] == [None, None]
        assert [each.n for each in told["csat_before"]] == [2, 0]


drawn = st.builds(
    surveyed,
    sent_at=st.timedeltas(timedelta(), 80 * DAY).map(lambda later: NINE + later),
    answered_at=st.none() | st.timedeltas(timedelta(), 89 * DAY).map(lambda later: NINE + later),
    overall=st.none() | st.integers(1, 5),
    nps=st.none() | st.integers(0, 10),
    ces=st.none() | st.integers(1, 7),
    scores=st.dictionaries(st.sampled_from(["attitude", "speed"]), st.integers(1, 5)),
    team=st.sampled_from(["pumps", "valves"]),
)


@given(facts=st.lists(drawn, max_size=12), cut=st.integers(0, 12))
def test_portions_add_up_and_can_be_taken_out_again(facts, cut):
    question = Question(as_of=LATER, by=("team",))

    def cells(some):
        return cells_of(some, question, dimensions=DIMENSIONS, measures=[responses, answers])

    whole, one, other = cells(facts), cells(facts[:cut]), cells(facts[cut:])
    assert (one + other).answer(question) == whole.answer(question)
    assert told(whole - other, question) == told(one, question)


def told(cells, question):
    """Return what is left of cells in which something counts."""
    return [each for each in cells.answer(question) if each.n]


@given(facts=st.lists(drawn, max_size=12))
def test_csat_is_what_a_look_at_every_answer_finds(facts):
    given_ = [each.overall for each in facts if each.answered_at is not None and each.overall]
    answer = asked(facts)
    if not given_:
        assert "csat" not in answer.measures()
    else:
        found = only(answer, "csat")
        assert (found.k, found.n) == (sum(each > 3 for each in given_), len(given_))
