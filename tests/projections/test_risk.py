"""Which customers we may lose, line by line, and which risks are watched."""

from __future__ import annotations

from datetime import date

import attrs
import pytest

from servicecore import ServiceDesk
from servicecore.domain.figures import MissingTimesError
from servicecore.projections.risk import UnknownRiskError
from servicecore.projections.risk_watch import RiskFigure
from servicecore.standards import BadStandardError, load_standard
from servicecore.standards.reading import parse_standard
from tests.regulations import complaints as regulations

from .customers import DAY, MOMENT, answers, delivered, midnight, nine, opened, signed

MONDAY = nine(2025, 3, 3)
REQUEST = {
    "customer_id": "Acme",
    "product": "pump",
    "model": "P-200",
    "fault": "it leaks",
    "contact": "Ms Lin",
}
COMPLAINT = {"customer_id": "Acme", "channel": "hotline", "what": "rude"}


@pytest.fixture
def desk():
    with ServiceDesk.open("memory:", standard="operations_manual_2025") as desk:
        yield desk


HEAD = """
id = "ours"
title = "Our standard"
extends = "operations_manual_2025"
"""
POINTS = """
[[scale]]
name = "risk_points"
values = { contract_ends = 3 }
clause = "our manual, 4"
"""
LOOK_AHEAD = """
[[duration]]
name = "risk_look_ahead"
at_most = "9 days"
clause = "our manual, 4"
"""


def own(figures):
    """Return an organisation's own standard, which says these figures otherwise."""
    return parse_standard(HEAD + figures, source="ours.toml")


def silent_on(name):
    """Return the manual without one of its figures."""
    manual = load_standard("operations_manual_2025")
    return attrs.evolve(
        manual,
        id="silent",
        durations=tuple(each for each in manual.durations if each.name != name),
        scales=tuple(each for each in manual.scales if each.name != name),
    )


def reasons(desk, as_of, **asked):
    """Return what makes us fear for Acme."""
    found = desk.reports.at_risk(as_of=as_of, **asked)
    return {line.reason: line.points for each in found for line in each.lines}


class TestACustomerAtRisk:
    """Points add up; each line says what it is because of."""

    def test_is_none_for_whom_nothing_is_to_be_feared(self, desk):
        opened(desk, "Acme", MONDAY)
        assert desk.reports.at_risk(as_of=MONDAY) == []

    def test_has_a_line_for_each_reason(self, desk):
        signed(desk, "Acme", MONDAY, date(2025, 4, 30))
        desk.relationships.mark_at_risk("Acme", reason="a new buyer", at=MONDAY)
        [told] = desk.reports.at_risk(as_of=MONDAY)
        assert [(each.reason, each.because, each.points) for each in told.lines] == [
            ("said_to_be_at_risk", "a new buyer", 40),
            ("contract_ends", "the contract ends on 2025-04-30", 25),
        ]
        assert (told.customer_id, told.points) == ("Acme", 65)

    def test_is_no_longer_one_when_that_was_cleared(self, desk):
        opened(desk, "Acme", MONDAY)
        desk.relationships.mark_at_risk("Acme", reason="a new buyer", at=MONDAY)
        desk.relationships.clear_risk("Acme", reason="met", at=MONDAY + DAY)
        assert reasons(desk, MONDAY) == {"said_to_be_at_risk": 40}
        assert reasons(desk, MONDAY + DAY) == {}

    def test_who_has_left_is_at_risk_no_more(self, desk):
        opened(desk, "Acme", MONDAY)
        desk.relationships.mark_at_risk("Acme", reason="a new buyer", at=MONDAY)
        desk.relationships.lose("Acme", reason="moved", at=MONDAY + DAY)
        assert reasons(desk, MONDAY + 2 * DAY) == {}

    def test_contracts_count_from_sixty_days_before_their_end(self, desk):
        signed(desk, "Acme", MONDAY, date(2025, 12, 31))
        first = midnight(2026, 1, 1) - 60 * DAY
        asked = {"points": {"contract_ends": 1}}
        assert reasons(desk, first - MOMENT, **asked) == {}
        assert reasons(desk, first, **asked) == {"contract_ends": 1}
        desk.relationships.renew_contract("Acme", "K-1", until=date(2027, 12, 31), at=first)
        assert reasons(desk, first, **asked) == {}

    def test_silence_counts_from_half_of_a_year_on(self, desk):
        opened(desk, "Acme", MONDAY)
        half = MONDAY + 182 * DAY
        assert reasons(desk, half) == {}
        assert reasons(desk, half + MOMENT) == {"silent": 15}

    def test_missed_revisits_and_open_findings_count(self, desk):
        delivered(desk, "Acme", MONDAY)
        for day in (4, 5):
            desk.revisits.plan("Acme", content="use", clause="x", on=date(2025, 3, day), at=MONDAY)
        desk.revisits.hold(
            "Acme", 1, by="Li", answers=answers(problems=("hums",)), at=nine(2025, 3, 4)
        )
        assert reasons(desk, midnight(2025, 3, 6) - MOMENT) == {"finding_unsettled": 10}
        assert reasons(desk, midnight(2025, 3, 6)) == {
            "finding_unsettled": 10,
            "revisit_missed": 5,
        }

    def test_an_open_complaint_counts_until_it_is_closed(self, desk):
        opened(desk, "Acme", MONDAY)
        desk.complaints.receive("C-1", **COMPLAINT, at=MONDAY)
        [told] = desk.reports.at_risk(as_of=MONDAY)
        assert [each.because for each in told.lines] == ["complaint C-1 is open"]
        desk.complaints.register("C-1", by="Li", contact="Ms Lin", demand="sorry", at=MONDAY)
        at = MONDAY + DAY
        regulations.handled(desk, at=at)
        desk.complaints.satisfy("C-1", asked_by="Li", at=at)
        desk.complaints.close("C-1", by="Li", at=at)
        assert "complaint_open" in reasons(desk, at - MOMENT)
        assert "complaint_open" not in reasons(desk, at)

    def test_the_last_answer_to_a_survey_counts(self, desk):
        opened(desk, "Acme", MONDAY)
        about = {"customer_id": "Acme", "contact": "Ms Lin"}
        for n, overall in enumerate((1, 5)):
            desk.surveys.send(f"S-{n}", about=f"delivery/D-{n}", **about, at=MONDAY + n * DAY)
            desk.surveys.answer(f"S-{n}", overall=overall, at=MONDAY + n * DAY)
        assert reasons(desk, MONDAY)["dissatisfied"] == 20
        assert "dissatisfied" not in reasons(desk, MONDAY + DAY)

    def test_a_broken_promise_counts_for_half_a_year(self, desk):
        opened(desk, "Acme", MONDAY)
        desk.tickets.open("T-1", **REQUEST, priority="A", at=MONDAY)
        desk.tickets.answer("T-1", by="Wu", at=MONDAY + DAY / 12 + MOMENT)
        desk.tickets.resolve("T-1", by="Wu", solution="a seal", at=MONDAY + DAY / 12 + MOMENT)
        desk.tickets.confirm("T-1", at=MONDAY + DAY / 8)
        due = MONDAY + DAY / 12  # A is answered within two hours.
        assert reasons(desk, due) == {}
        assert reasons(desk, MONDAY + DAY)["promise_broken"] == 10
        assert "promise_broken" in reasons(desk, due + 180 * DAY)
        assert "promise_broken" not in reasons(desk, due + 180 * DAY + DAY)

    def test_weighs_what_whoever_asks_says(self, desk):
        signed(desk, "Acme", MONDAY, date(2025, 4, 30))
        assert reasons(desk, MONDAY, points={"contract_ends": 7}) == {"contract_ends": 7}
        with pytest.raises(UnknownRiskError, match="'the moon'"):
            desk.reports.at_risk(points={"the moon": 1})

    def test_weighs_what_the_organisation_says(self):
        with ServiceDesk.open("memory:", standard=own(POINTS)) as desk:
            signed(desk, "Acme", MONDAY, date(2025, 3, 12))
            assert reasons(desk, MONDAY) == {"contract_ends": 3}

    def test_is_looked_for_as_far_as_the_organisation_says(self):
        with ServiceDesk.open("memory:", standard=own(LOOK_AHEAD)) as desk:
            signed(desk, "Acme", MONDAY, date(2025, 3, 12))
            assert reasons(desk, MONDAY) == {}
            assert reasons(desk, MONDAY + DAY) == {"contract_ends": 25}

    @pytest.mark.parametrize(
        ("left_out", "error"),
        [
            ("risk_points", UnknownRiskError),
            ("risk_look_back", MissingTimesError),
            ("risk_look_ahead", MissingTimesError),
            ("risk_silence", MissingTimesError),
            ("churn_grace", MissingTimesError),
            ("churn_silence", MissingTimesError),
        ],
    )
    def test_is_not_assumed_where_the_standard_says_nothing(self, left_out, error):
        with (
            ServiceDesk.open("memory:", standard=silent_on(left_out)) as desk,
            pytest.raises(error, match=f"silent@1 does not say.*{left_out}"),
        ):
            desk.reports.at_risk(as_of=MONDAY)

    @pytest.mark.parametrize("points", ['"the moon" = 1', "silent = -1", 'silent = "much"'])
    def test_weighs_no_nonsense(self, points):
        standard = POINTS.replace("contract_ends = 3", points)
        with (
            pytest.raises((UnknownRiskError, BadStandardError)),
            ServiceDesk.open("memory:", standard=own(standard)) as desk,
        ):
            desk.reports.at_risk(as_of=MONDAY)

    def test_is_told_as_was_known_then(self, desk):
        opened(desk, "Acme", MONDAY)
        known = desk.log.head()
        desk.relationships.mark_at_risk("Acme", reason="a new buyer", at=MONDAY)
        assert reasons(desk, MONDAY, known_at=known) == {}
        assert reasons(desk, MONDAY, known_at=known + 1) == {"said_to_be_at_risk": 40}

    def test_the_heaviest_comes_first(self, desk):
        for name in ("Borg", "Acme", "Cole"):
            opened(desk, name, MONDAY, kind="dealer" if name == "Cole" else "factory")
            desk.relationships.mark_at_risk(name, reason="quiet", at=MONDAY)
        desk.relationships.sign_contract("Cole", "K-1", until=date(2025, 4, 30), at=MONDAY)
        told = desk.reports.at_risk(as_of=MONDAY)
        assert [each.customer_id for each in told] == ["Cole", "Acme", "Borg"]
        [only] = desk.reports.at_risk(as_of=MONDAY, where={"kind": "dealer"})
        assert only.customer_id == "Cole"


class TestTheRisksThatAreWatched:
    """om2025:7.2a, 7.2c: churn, complaints, delay, failures; with history, feedback and trend."""

    @pytest.fixture
    def watched(self, desk):
        for name in ("Acme", "Borg"):
            opened(desk, name, nine(2024, 12, 2))
        for n, at in enumerate([nine(2025, 2, 3), nine(2025, 4, 8), nine(2025, 5, 6)]):
            desk.tickets.open(f"T-{n}", **REQUEST, priority="A", at=at)
            desk.tickets.answer(f"T-{n}", by="Wu", at=at + DAY * n / 20)
            desk.complaints.receive(f"C-{n}", **COMPLAINT, at=at)
            desk.tickets.resolve(f"T-{n}", by="Wu", solution="a seal", at=at + DAY * n / 20)
        desk.relationships.lose("Borg", reason="moved", at=nine(2025, 6, 3))
        asked = desk.reports.risks(period="2025-Q2", as_of=nine(2025, 7, 1))
        return {each.name: each for each in asked}

    def test_are_told_beside_those_before(self, watched):
        assert watched["churn"].history == (
            RiskFigure(period="2024-Q3", k=0, n=0),
            RiskFigure(period="2024-Q4", k=0, n=0),
            RiskFigure(period="2025-Q1", k=0, n=2),
            RiskFigure(period="2025-Q2", k=1, n=2),
        )

    @pytest.mark.parametrize(
        ("name", "k", "n", "trend"),
        [
            ("churn", 1, 2, "rising"),
            ("complaint_rate", 2, 2, "rising"),
            ("equipment_failure", 2, 2, "rising"),
            ("dissatisfied", 0, 0, None),
        ],
    )
    def test_each_has_its_figure_and_its_trend(self, watched, name, k, n, trend):
        found = watched[name]
        assert (found.now.k, found.now.n, found.trend) == (k, n, trend)

    def test_delay_is_what_was_promised_and_not_kept(self, watched):
        assert watched["delay"].now.k == 1
        assert watched["delay"].history[-2].k == 0
        assert watched["delay"].trend == "rising"

    def test_what_does_not_change_is_steady(self, desk):
        opened(desk, "Acme", nine(2024, 12, 2))
        churn, *_ = desk.reports.risks(period="2025-Q2", as_of=nine(2025, 7, 1))
        assert (churn.trend, churn.now.value) == ("steady", 0.0)
