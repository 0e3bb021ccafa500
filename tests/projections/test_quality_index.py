"""The service quality index: four parts, what they weigh, and the grade they earn."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicecore.projections.answer import Answer, Measured
from servicecore.projections.quality_index import (
    PARTS,
    BadWeightsError,
    consistency,
    grade,
    parts_of,
    quality_index,
)
from servicecore.projections.statistics import Share

GRADES = {"pass": 70, "three_star": 80, "four_star": 90, "five_star": 95}
shares = st.builds(lambda n, k: Share(min(n, k), n), st.integers(1, 40), st.integers(0, 40))


def parts(*values):
    return {name: (value, 10) for name, value in zip(PARTS, values, strict=True)}


def answer(*measured):
    told = [
        Measured.of_share(measure, (("team", team),) if team else (), share, open_=0)
        for measure, team, share in measured
    ]
    now = datetime(2025, 4, 1, tzinfo=timezone.utc)
    return Answer(period=None, as_of=now, measured=tuple(told))


class TestTheIndex:
    """om2025:6.1d: satisfaction, timeliness, professionalism and consistency in one figure."""

    def test_weighs_each_part_the_same_unless_told_otherwise(self):
        assert quality_index(parts(1.0, 0.8, 0.6, 0.4), grades=GRADES).value == 70

    def test_weighs_as_the_standard_says(self):
        weights = dict(zip(PARTS, (0.4, 0.3, 0.2, 0.1), strict=True))
        assert quality_index(parts(1.0, 0.5, 0.5, 0), weights=weights, grades=GRADES).value == 65

    def test_never_comes_without_its_parts(self):
        index = quality_index(parts(1.0, 0.8, 0.6, 0.4), grades=GRADES)
        assert [each.name for each in index.parts] == list(PARTS)
        assert (index["timeliness"].value, index["timeliness"].weight) == (0.8, 0.25)
        assert index.as_dict()["parts"][3] == {
            "name": "consistency",
            "value": 0.4,
            "n": 10,
            "weight": 0.25,
        }

    @pytest.mark.parametrize("unknown", range(4))
    def test_is_not_told_of_three_parts(self, unknown):
        values = [0.9] * 4
        values[unknown] = None
        index = quality_index(parts(*values), grades=GRADES)
        assert (index.value, index.grade) == (None, "")

    def test_of_nothing_at_all_is_nothing(self):
        assert quality_index(parts(0.0, 0.0, 0.0, 0.0), grades=GRADES).value == 0

    @pytest.mark.parametrize(
        "weights",
        [
            dict.fromkeys(PARTS, 0.3),
            dict.fromkeys(PARTS[:3], 1 / 3),
            {**dict.fromkeys(PARTS, 0.25), "price": 0.0},
        ],
    )
    def test_refuses_weights_that_are_not_its_own(self, weights):
        with pytest.raises(BadWeightsError, match="weights must be those of satisfaction, time"):
            quality_index(parts(1, 1, 1, 1), weights=weights, grades=GRADES)

    def test_tells_what_was_asked(self):
        index = quality_index(parts(1, 1, 1, 1), grades=GRADES, weights_of="ours@1")
        assert (index.weights_of, index.grade, index.period) == ("ours@1", "five_star", None)


class TestTheGrade:
    """GB/T 27922: 70 is a pass, and there are three stars from 80, four from 90, five from 95."""

    @pytest.mark.parametrize(
        ("value", "earned"),
        [
            (69.99, ""),
            (70, "pass"),
            (79.99, "pass"),
            (80, "three_star"),
            (89.99, "three_star"),
            (90, "four_star"),
            (94.99, "four_star"),
            (95, "five_star"),
            (100, "five_star"),
            (None, ""),
        ],
    )
    def test_exactly_on_the_line_is_enough(self, value, earned):
        assert grade(value, GRADES) == earned

    @pytest.mark.parametrize("share", [0.7, 0.8, 0.9, 0.95])
    def test_the_last_bit_of_a_float_costs_nobody_a_star(self, share):
        weights = dict(zip(PARTS, (0.1, 0.2, 0.3, 0.4), strict=True))
        index = quality_index(parts(*[share] * 4), weights=weights, grades=GRADES)
        assert index.value == 100 * share
        assert index.grade

    def test_there_may_be_none(self):
        assert grade(99.0, {}) == ""


class TestConsistency:
    """Alike is alike: what chance alone scatters is no difference."""

    def test_of_groups_that_do_the_same_is_whole(self):
        assert consistency([Share(80, 100), Share(40, 50), Share(8, 10)]) == 1

    def test_does_not_blame_few_cases_for_chance(self):
        assert consistency([Share(2, 4), Share(3, 4)]) == 1

    def test_sees_the_same_shares_of_many_cases_as_a_difference(self):
        found = consistency([Share(200, 400), Share(300, 400)])
        # Scattered: 2 · 400 · 0.125²; by chance: 0.625 · 0.375; over 800 − 400 pairs.
        spread = ((2 * 400 * 0.125**2 - 0.625 * 0.375) / 400) ** 0.5
        assert found == pytest.approx(1 - 2 * spread)

    def test_of_always_and_never_is_none_at_all(self):
        assert consistency([Share(100, 100), Share(0, 100)]) == 0

    @pytest.mark.parametrize("groups", [[], [Share(3, 4)], [Share(3, 4), Share(0, 0)]])
    def test_of_fewer_than_two_groups_cannot_be_told(self, groups):
        assert consistency(groups) is None

    @given(st.lists(shares, min_size=2, max_size=6))
    def test_is_a_share_whoever_is_named_first(self, groups):
        found = consistency(groups)
        assert 0 <= found <= 1
        assert consistency(reversed(groups)) == pytest.approx(found)


class TestItsParts:
    """Each part is told by figures that stand in the reports, too."""

    def test_are_made_of_what_was_measured(self):
        told = parts_of(
            satisfaction=answer(("csat", "", Share(9, 10)), ("dissatisfied", "", Share(1, 10))),
            timeliness=answer(
                ("first_response_attainment", "", Share(8, 10)),
                ("resolution_attainment", "", Share(5, 10)),
                ("reopen_rate", "", Share(1, 10)),
            ),
            professionalism=answer(("first_contact_resolution", "", Share(3, 4))),
            by_team=answer(
                ("first_response_attainment", "north", Share(3, 5)),
                ("resolution_attainment", "north", Share(2, 5)),
                ("first_response_attainment", "south", Share(5, 5)),
                ("resolution_attainment", "south", Share(3, 5)),
            ),
        )
        assert told == {
            "satisfaction": (0.9, 10),
            "timeliness": (0.65, 20),
            "professionalism": (0.75, 4),
            "consistency": (consistency([Share(5, 10), Share(8, 10)]), 20),
        }

    def test_cannot_be_told_where_nothing_was_measured(self):
        nothing = answer()
        told = parts_of(
            satisfaction=nothing, timeliness=nothing, professionalism=nothing, by_team=nothing
        )
        assert told == dict.fromkeys(PARTS, (None, 0))
