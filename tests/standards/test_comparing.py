"""Two standards, side by side: where they differ, and only there."""

from __future__ import annotations

import pytest

from servicecore.standards import compare, load_standard, parse_standard, shipped_standards

TENDER, PLAN = load_standard("tender_standard"), load_standard("project_service_plan")


def own(text, base="tender_standard"):
    return parse_standard(
        f'id = "ours"\ntitle = "Ours"\nextends = "{base}"\n{text}', source="ours.toml"
    )


def row(rows, kind, name, applies_to=""):
    [found] = [e for e in rows if (e.kind, e.name, e.applies_to) == (kind, name, applies_to)]
    return found


class TestAComparison:
    @pytest.mark.parametrize("standard", shipped_standards().values(), ids=lambda each: each.id)
    def test_with_itself_finds_nothing(self, standard):
        assert compare(standard, standard) == []

    def test_of_one_that_changes_nothing_finds_nothing_though_its_name_is_another(self):
        assert compare(TENDER, own("")) == []

    def test_finds_the_one_figure_that_was_changed(self):
        [only] = compare(
            TENDER, own('[[duration]]\nname = "warranty"\nat_least = "2 years"\nclause = "ours:1"')
        )
        assert (only.kind, only.name) == ("duration", "warranty")
        assert (only.left, only.left_clause) == ("at least 1 year", "tender:1.2c")
        assert (only.right, only.right_clause) == ("at least 2 years", "ours:1")

    def test_another_clause_for_the_same_figure_is_no_difference(self):
        ours = own('[[duration]]\nname = "warranty"\nat_least = "1 year"\nclause = "ours:1"')
        assert compare(TENDER, ours) == []

    @pytest.mark.parametrize(
        "otherwise",
        [
            'within = "25 h"',
            'calendar = "working"',
            'stops = ["answered", "resolved"]',
            'starts = ["classified"]',
            'pauses = ["customer"]',
            'ladder = [{ at = 1.0, to = "manager" }]',
        ],
    )
    def test_finds_a_clock_that_counts_otherwise(self, otherwise):
        ours = own(f'[[clock]]\nname = "first_response"\n{otherwise}\nclause = "ours:1"')
        [only] = compare(TENDER, ours)
        assert (only.kind, only.name, only.applies_to) == ("clock", "first_response", "ticket")
        assert only.left != only.right

    def test_tells_a_promise_as_a_manager_would(self):
        response = row(compare(TENDER, PLAN), "clock", "first_response", "ticket")
        assert response.left.startswith("24 h, day and night; from opened to answered")
        assert response.right.startswith("1 h, day and night; from opened to answered")
        assert (response.left_clause, response.right_clause) == ("tender:1.2a", "psp:4.1a")

    @pytest.mark.parametrize("swapped", [False, True])
    def test_holds_a_promise_to_some_against_the_one_that_covers_them(self, swapped):
        urgent = own(
            '[[clock]]\nname = "first_response"\nwithin = "2 h"\nwhen = { priority = ["A"] }\n'
            'starts = ["opened"]\nstops = ["answered"]\nclause = "ours:1"'
        )
        rows = compare(urgent, TENDER) if swapped else compare(TENDER, urgent)
        [only] = rows
        assert (only.name, only.applies_to) == ("first_response", "ticket, priority A")
        both = ((only.left[:4], only.left_clause), (only.right[:4], only.right_clause))
        assert both == ((("2 h,", "ours:1"), ("24 h", "tender:1.2a"))[:: 1 if swapped else -1])

    @pytest.mark.parametrize(
        ("wide", "applies_to"),
        [
            ('when = { priority = ["A", "B"] }', "ticket, priority A or B"),
            ("", "ticket"),
        ],
    )
    def test_a_narrower_promise_covers_nothing(self, wide, applies_to):
        narrow, wider = (
            own(
                f'[[clock]]\nname = "answer"\nof = "ticket"\nwithin = "2 h"\nstarts = ["opened"]\n'
                f'stops = ["answered"]\n{when}\nclause = "ours:1"'
            )
            for when in ('when = { priority = ["A"] }', wide)
        )
        rows = compare(narrow, wider)
        assert [(each.applies_to, bool(each.left), bool(each.right)) for each in rows] == [
            (applies_to, False, True)
        ]

    def test_leaves_a_side_empty_that_says_nothing(self):
        rows = compare(TENDER, PLAN)
        closing = row(rows, "clock", "closing", "complaint")
        assert closing.left.startswith("30 working days")
        assert (closing.right, closing.right_clause) == ("", "")

    def test_begins_with_what_both_have(self):
        rows = compare(TENDER, PLAN)
        both = [bool(each.left and each.right) for each in rows]
        assert True in both
        assert False in both
        assert both == sorted(both, reverse=True)

    def test_finds_another_calendar(self):
        ours = own('[calendar]\nname = "night_shift"\nchina = [2026]')
        [only] = compare(TENDER, ours)
        assert (only.left, only.right) == ("china_office@1", "night_shift@1")

    def test_finds_a_time_that_one_leaves_open(self):
        regulation = load_standard("post_delivery_regulation")
        ours = own(
            '[[clock]]\nname = "verification"\nof = "complaint"\nwithin = "9 h"\nclause = "ours:1"',
            base="post_delivery_regulation",
        )
        [only] = compare(regulation, ours)
        assert (only.name, only.left) == ("verification", "left to the organisation")
        assert only.right.startswith("9 h")

    def test_finds_another_starting_level(self):
        own_level = (
            '[[starting_level]]\nwhen = { kind = "special" }\nlevel = "manager"\nclause = "o:1"'
        )
        [only] = compare(TENDER, own(own_level))
        assert (only.kind, only.applies_to) == ("starting_level", "kind special")
        assert (only.left, only.right) == ("", "manager")
