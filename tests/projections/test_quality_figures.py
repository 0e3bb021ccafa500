"""Which figures a review freezes: every indicator with its verdict, and all that was measured."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from servicecore.domain.quality_review import Figure
from servicecore.domain.standard import Indicator
from servicecore.projections.answer import Answer, Measured
from servicecore.projections.quality_figures import TOLD_BY, figures, index_figures
from servicecore.projections.quality_index import PARTS, quality_index
from servicecore.standards.reading import shipped_standards

SATISFACTION = Indicator(name="satisfaction", clause="om2025:3.1c", at_least=0.95)
RESPONSE = Indicator(name="response", clause="om2025:4.1a", at_most=timedelta(hours=2))
HOUR = 3600.0


def answer(*measured):
    now = datetime(2025, 4, 1, tzinfo=timezone.utc)
    return Answer(period=None, as_of=now, measured=measured)


def csat(value, group=()):
    return Measured(measure="csat", group=group, n=20, k=19, value=value)


def wait(seconds):
    return Measured(measure="first_response_wall", group=(), n=3, value=seconds)


class TestAnIndicator:
    """Held against its measure; exactly on its bound is met."""

    @pytest.mark.parametrize(
        ("value", "is_met"), [(0.95, True), (0.94999, False), (1.0, True), (None, None)]
    )
    def test_of_a_share_is_met_from_its_bound_on(self, value, is_met):
        judged, _ = figures(answer(csat(value)), [SATISFACTION])
        assert judged == Figure(
            name="satisfaction",
            n=20,
            k=19,
            value=value,
            bound="at least 95%",
            clause="om2025:3.1c",
            is_met=is_met,
        )

    @pytest.mark.parametrize(("seconds", "is_met"), [(2 * HOUR, True), (2 * HOUR + 1, False)])
    def test_of_a_time_is_met_up_to_its_bound(self, seconds, is_met):
        judged, _ = figures(answer(wait(seconds)), [RESPONSE])
        assert (judged.bound, judged.value, judged.is_met) == ("at most 2 h", seconds, is_met)

    def test_that_nothing_was_measured_of_is_neither_met_nor_missed(self):
        [judged] = figures(answer(), [SATISFACTION])
        assert (judged.n, judged.value, judged.is_met) == (0, None, None)

    def test_that_nothing_tells_is_neither(self):
        unknown = Indicator(name="luck", clause="house choice", at_least=0.5)
        judged, _ = figures(answer(csat(0.2)), [unknown])
        assert (judged.name, judged.is_met) == ("luck", None)

    def test_is_not_told_by_the_figure_of_a_group(self):
        judged, of_pumps = figures(answer(csat(0.2, (("product", "pump"),))), [SATISFACTION])
        assert judged.is_met is None
        assert (of_pumps.name, of_pumps.group) == ("csat", "product=pump")

    def test_is_one_that_a_standard_names(self):
        named = {e.name for standard in shipped_standards().values() for e in standard.indicators}
        assert TOLD_BY.keys() <= named


class TestWhatIsMeasured:
    """All of it is frozen, not only what is asked for."""

    def test_stands_beside_the_indicators_without_a_verdict(self):
        _, measured = figures(answer(csat(0.2)), [SATISFACTION])
        assert measured == Figure(name="csat", n=20, k=19, value=0.2)

    def test_so_does_the_service_quality_index_with_its_parts(self):
        index = quality_index(dict.fromkeys(PARTS, (0.8, 9)), grades={})
        whole, *parts = index_figures(index)
        assert (whole.name, whole.value, whole.is_met) == ("service_quality_index", 80, None)
        assert [(each.name, each.value, each.n) for each in parts] == [
            (f"service_quality_{name}", 0.8, 9) for name in PARTS
        ]
