"""The four documents as data: every figure stands in its standard, under its own clause.

The figures are restated here from the documents, in numbers of the tests' own.
"""

from __future__ import annotations

import json
import tomllib
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from importlib import resources

import jsonschema
import pytest

from servicecore.domain.people import Level
from servicecore.domain.spans import Span
from servicecore.standards import (
    BadStandardError,
    load_standard,
    parse_standard,
    shipped_standards,
)
from servicecore.standards.reading import _CLOCK_KEYS, _PAGE_KEYS

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
MONDAY = datetime(2025, 3, 3, tzinfo=timezone.utc)  # Eight in Shanghai.
HOUSE_CHOICE = "house choice"  # What figures cite that no document holds.
MONTH, YEAR, YEARS_3 = Span(months=1), Span(months=12), Span(months=36)

MANUAL = load_standard("operations_manual_2025")
PLAN = load_standard("project_service_plan")
TENDER = load_standard("tender_standard")
REGULATION = load_standard("post_delivery_regulation")
FOUR = [MANUAL, PLAN, TENDER, REGULATION]


def clocks(standard, of):
    """Return what is promised on such a case: clock, condition, clause, and the figure."""
    return {
        (each.clock, *(word for words in each.when.values() for word in words), each.clause): (
            each.within or each.working_days
        )
        for each in standard.targets
        if each.of == of
    }


def indicators(standard):
    return {(e.name, e.clause): e.at_most or e.at_least for e in standard.indicators}


class TestAShippedStandard:
    def test_there_are_four(self):
        assert sorted(shipped_standards()) == sorted(each.id for each in FOUR)

    @pytest.mark.parametrize("standard", FOUR, ids=lambda each: each.id)
    def test_has_a_version_and_the_title_of_its_document(self, standard):
        assert standard.reference == f"{standard.id}@1"
        assert standard.title.strip()

    @pytest.mark.parametrize("standard", FOUR, ids=lambda each: each.id)
    def test_counts_working_days_in_chinese_office_hours(self, standard):
        calendar = standard.calendar
        assert calendar.name == "china_office"
        assert str(calendar.zone) == "Asia/Shanghai"
        assert calendar.published_through == date(2026, 12, 31)
        # 2024-02-01 and five working days: Sunday the 4th was worked.
        assert calendar.working_days_between(date(2024, 2, 1), date(2024, 2, 7)) == 5
        assert calendar.working_days_between(date(2026, 9, 30), date(2026, 10, 13)) == 5
        opening, closing = calendar.periods(MONDAY, 1)[0]
        assert (opening.hour, opening.minute, closing.hour, closing.minute) == (9, 0, 12, 0)

    @pytest.mark.parametrize("standard", FOUR, ids=lambda each: each.id)
    def test_warns_at_four_fifths_then_goes_to_supervisor_and_manager(self, standard):
        for target in standard.targets:
            ladder = [(rung.share, rung.to) for rung in target.ladder]
            assert ladder == [(0.8, "assignee"), (1.0, "supervisor"), (1.5, "manager")]

    @pytest.mark.parametrize("standard", FOUR, ids=lambda each: each.id)
    def test_counts_hours_day_and_night_and_days_on_the_calendar(self, standard):
        for target in standard.targets:
            assert target.calendar == ("wall" if target.within else "working"), target.clock


class TestTheOperationsManual:
    def test_promises_on_complaints(self):
        assert clocks(MANUAL, "complaint") == {("handling_start", "om2025:5.3b"): 24 * HOUR}

    def test_promises_on_tickets(self):
        assert clocks(MANUAL, "ticket") == {
            ("acknowledgement", "om2025:4.2a"): 15 * MINUTE,
            ("first_assessment", "om2025:2.1c"): 48 * HOUR,
            ("handling_limit", "om2025:4.2b"): 72 * HOUR,
            ("first_response", "A", "om2025:2.2b"): 2 * HOUR,
            ("first_response", "B", "om2025:2.2c"): 24 * HOUR,
            ("first_response", "C", "om2025:2.2d"): 48 * HOUR,
            ("resolution", "A", "om2025:2.2b"): 48 * HOUR,
            ("resolution", "B", "om2025:2.2c"): 72 * HOUR,
            ("resolution", "C", "om2025:2.2d"): 120 * HOUR,
            ("emergency_answer", "emergency", "om2025:8.1b"): 24 * HOUR,
            ("general_handling", "general", "om2025:8.1b"): 48 * HOUR,
            ("complex_resolution", "complex", "special", "om2025:8.1b"): 72 * HOUR,
        }

    def test_promises_on_orders_and_on_what_customers_tell(self):
        assert clocks(MANUAL, "order") == {("confirmation", "om2025:5.1c"): 3 * HOUR}
        assert clocks(MANUAL, "feedback") == {
            ("first_feedback", "customer", "om2025:5.1d"): 24 * HOUR,
            ("analysis", "om2025:2.3c"): 2,
            ("measures", "om2025:2.3c"): 3,
        }

    def test_measures_over_many(self):
        assert indicators(MANUAL) == {
            ("answered_within", "om2025:2.1c"): 24 * HOUR,
            ("average_response", "om2025:3.1a"): 24 * HOUR,
            ("response", "om2025:4.1a"): 2 * HOUR,
            ("solution_rate", "om2025:4.1a"): 0.95,
            ("response_after_reaction", "om2025:4.2a"): 2 * HOUR,
            ("handling_time", "om2025:4.2b"): 48 * HOUR,
            ("timely_response", "om2025:6.1a"): 4.5 * HOUR,
            ("handling_efficiency", "om2025:6.1a"): 0.80,
            ("outlet_response", "om2025:8.1a"): 24 * HOUR,
            ("outlet_first_handling", "om2025:8.1a"): 48 * HOUR,
            ("satisfaction", "om2025:3.1c"): 0.95,
            ("satisfaction_watched", "om2025:6.1a"): 0.88,
            ("survey_coverage", "om2025:4.2d"): 0.90,
            ("training_coverage", "om2025:3.3a"): 1.0,
            ("appraisal_coverage", "om2025:3.3b"): 0.90,
            ("complaint_answer", "om2025:5.1b"): 24 * HOUR,
        }

    def test_asks_for_training_drills_and_appraisals(self):
        asked = {(e.name, e.clause): (e.at_least, e.per, e.each) for e in MANUAL.quotas}
        assert asked == {
            ("training", "om2025:7.2b"): (80 * HOUR, "year", None),
            ("emergency_training", "om2025:7.3b"): (4, "year", 2 * HOUR),
            ("drills", "om2025:7.1c"): (1, "quarter", None),
            ("appraisals", "om2025:3.3b"): (1, "quarter", None),
            ("yearly_appraisals", "om2025:3.3b"): (1, "year", None),
        }

    def test_revisits_within_thirty_days_of_use(self):
        [revisit] = [each for each in MANUAL.revisits if each.clause != HOUSE_CHOICE]
        assert (revisit.after, revisit.spans) == ("first_use", (Span(days=30),))
        assert (revisit.roll, revisit.clause) == ("back", "om2025:5.2c")

    def test_keeps_records_for_three_years(self):
        [kept] = [each for each in MANUAL.durations if each.clause != HOUSE_CHOICE]
        assert (kept.name, kept.at_least, kept.clause) == ("records_kept", YEARS_3, "om2025:4.3b")

    def test_gives_a_major_complaint_to_the_manager_and_to_three_levels(self):
        start = MANUAL.starting_level({"severity": "major"})
        assert (start.level, start.clause) == (Level.MANAGER, "om2025:7.1a")
        assert MANUAL.starting_level({"severity": "complex"}) is None
        levels = MANUAL.setting("response_levels")
        assert levels.values == ("headquarters", "regional_centre", "local_branch")


class TestTheProjectServicePlan:
    def test_promises_on_each_case(self):
        assert clocks(PLAN, "ticket") == {
            ("first_response", "psp:4.1a"): HOUR,
            ("resolution", "psp:4.1a"): 48 * HOUR,
        }
        assert clocks(PLAN, "complaint") == {
            ("registration", "psp:3.4a"): 24 * HOUR,
            ("proposed_solution", "psp:3.4b"): 48 * HOUR,
        }

    def test_measures_and_wants(self):
        assert indicators(PLAN) == {
            ("satisfaction", "psp:1.1a"): 0.85,
            ("feedback_processing", "psp:2.1a"): 48 * HOUR,
        }
        wanted = {(each.name, each.clause): (each.change, each.per) for each in PLAN.goals}
        assert wanted == {
            ("churn", "psp:5.2a"): (-0.05, "year"),
            ("sales", "psp:5.2b"): (0.15, "year"),
        }

    def test_revisits_after_one_three_and_six_months(self):
        [revisit] = [each for each in PLAN.revisits if each.clause != HOUSE_CHOICE]
        assert revisit.spans == (MONTH, Span(months=3), Span(months=6))
        assert (revisit.after, revisit.clause) == ("delivery", "psp:3.3a")

    def test_surveys_twice_a_year_and_reviews_every_quarter(self):
        asked = {(each.name, each.clause): (each.at_least, each.per) for each in PLAN.quotas}
        assert asked == {
            ("survey_campaigns", "psp:5.1a"): (2, "year"),
            ("quality_reviews", "psp:4.2a"): (1, "quarter"),
            ("product_training", "house choice"): (1, "quarter"),
            ("skill_training", "house choice"): (1, "quarter"),
        }

    def test_costs_what_the_plan_says(self):
        assert {each.clause for each in PLAN.costs} == {"psp:5.1b"}
        assert {each.currency for each in PLAN.costs} == {"CNY"}
        assert {each.name: (each.amount, each.per) for each in PLAN.costs} == {
            "training": (Decimal(30_000), "quarter"),
            "support_system": (Decimal(100_000), "once"),
            "support_system_upkeep": (Decimal(20_000), "year"),
            "survey": (Decimal(10_000), "campaign"),
        }


class TestTheTenderStandard:
    def test_promises_on_each_case(self):
        assert clocks(TENDER, "ticket") == {
            ("first_response", "tender:1.2a"): 24 * HOUR,
            ("on_site", "tender:2.1a"): 24 * HOUR,
            ("on_site", "remote", "tender:2.1a"): 48 * HOUR,
        }
        assert clocks(TENDER, "complaint") == {
            ("preliminary_answer", "tender:2.1d"): 5,
            ("closing", "tender:2.1e"): 30,
        }

    def test_a_remote_area_has_the_longer_promise_alone(self):
        promised = TENDER.terms().promised_to({"area": "remote"})
        assert promised["on_site"].target.within == 48 * HOUR
        assert TENDER.terms().promised_to({})["on_site"].target.within == 24 * HOUR

    def test_warrants_a_year_and_key_parts_up_to_two(self):
        promised = [each for each in TENDER.durations if each.clause != HOUSE_CHOICE]
        assert {each.name: (each.at_least, each.at_most) for each in promised} == {
            "warranty": (YEAR, None),
            "key_parts_warranty": (None, Span(months=24)),
        }

    def test_asks_for_forty_hours_of_training(self):
        [training] = TENDER.quotas
        assert (training.at_least, training.per) == (40 * HOUR, "year")


class TestThePostDeliveryRegulation:
    """It fixes no times of its own: they are the organisation's to set."""

    def test_promises_nothing_yet(self):
        assert REGULATION.targets == ()

    def test_names_every_time_it_leaves_open(self):
        assert {(each.of, each.name, each.clause) for each in REGULATION.missing()} == {
            ("rating", "rating", "pdr:3.2c"),
            ("complaint", "verification", "pdr:5.2a"),
            ("complaint", "satisfactory_answer", "pdr:5.3b"),
            ("revisit", "key_customers", "pdr:2.1b"),
        }

    @pytest.mark.parametrize("standard", [MANUAL, PLAN, TENDER], ids=lambda each: each.id)
    def test_the_others_leave_none_open(self, standard):
        assert standard.missing() == ()

    @pytest.mark.parametrize("facts", [{"kind": "complex"}, {"severity": "complex"}])
    def test_reports_complex_problems_upwards(self, facts):
        assert REGULATION.starting_level(facts).level is Level.SUPERVISOR


SETTINGS = {
    "operations_manual_2025": {
        "departments": ("om2025:1.2b", 4),
        "request_channels": ("om2025:2.1b", 3),
        "service_channels": ("om2025:3.2c", 5),
        "classes": ("om2025:2.2a", 3),
        "layers": ("om2025:3.1b", 3),
        "frequent_customers": ("om2025:5.2b", 2),
        "training_layers": ("om2025:3.3a", 3),
        "training_topics": ("om2025:3.3a", 4),
        "appraised_on": ("om2025:3.3b", 4),
        "service_quality_index": ("om2025:6.1d", 4),
        "optimisation_committee": ("om2025:6.3a", 4),
        "effect_tracked": ("om2025:6.3b", 3),
        "drill_scenarios": ("om2025:7.1c", 3),
        "each_emergency_level_has": ("om2025:7.1d", 2),
        "response_levels": ("om2025:7.1a", 3),
        "survey_after": ("om2025:4.2c", 1),
    },
    "project_service_plan": {
        "services": ("psp:1.2a", 4),
        "departments": ("psp:3.1a", 3),
        "hotline_hours": ("psp:3.2b", 1),
        "survey_asks": ("psp:3.3b", 3),
        "survey_after": ("psp:3.3b", 1),
        "training_topics": ("psp:3.1b", 2),
    },
    "tender_standard": {
        "technical_support_hours": ("tender:1.2b", 1),
        "support_channels": ("tender:2.1b", 3),
        "teams": ("tender:3.1a", 1),
        "complaint_team": ("tender:2.1c", 1),
        "survey_asks": ("tender:2.3b", 4),
    },
    "post_delivery_regulation": {
        "departments": ("pdr:6.1a", 5),
        "teams": ("pdr:3.1a", 1),
        "revisit_manners": ("pdr:2.2a", 3),
        "complaint_channels": ("pdr:5.1a", 3),
        "survey_asks": ("pdr:2.3a", 5),
        "quality_reviewed": ("pdr:6.4a", 1),
    },
}


class TestHowTheServiceIsSetUp:
    @pytest.mark.parametrize("standard", FOUR, ids=lambda each: each.id)
    def test_each_list_has_its_clause(self, standard):
        of_the_document = [each for each in standard.settings if each.clause != HOUSE_CHOICE]
        told = {each.name: (each.clause, len(each.values)) for each in of_the_document}
        assert told == SETTINGS[standard.id]

    def test_what_a_standard_does_not_say_it_does_not_have(self):
        assert TENDER.setting("response_levels") is None


#: The clauses that the table of the regulations marks as data of a standard.
DATA = """
    om2025: 1.2b 2.1b 2.1c 2.2a 2.2b 2.2c 2.2d 3.1a 3.1b 3.1c 3.2c 4.1a 4.2a 4.2b 4.3b 5.1b 5.2b
    om2025: 5.2c 2.3c 5.3b 6.1a 6.3a 7.1d 7.2b 7.3b 8.1a 8.1b
    psp: 1.1a 1.2a 3.1a 3.2b 3.3a 3.3b 3.4a 3.4b 4.1a 5.1a 5.1b 5.2a 5.2b
    tender: 1.2a 1.2b 1.2c 2.1a 2.1b 2.1c 2.1d 2.1e 2.1f 2.3b 3.1a 3.2a
    pdr: 2.1b 2.2a 3.1a 3.2c 5.1a 5.2a 5.3b 6.1a
"""


class TestEveryClauseOfData:
    """Whatever the documents give as a figure can be read from a standard."""

    @pytest.mark.parametrize("line", DATA.strip().splitlines())
    def test_is_cited_by_a_figure_of_its_standard(self, line):
        prefix, *numbers = line.replace(":", "").split()
        cited = {
            figure.clause
            for each in FOUR
            for figures in (
                each.targets,
                each.indicators,
                each.starting_levels,
                each.revisits,
                each.quotas,
                each.durations,
                each.goals,
                each.costs,
                each.settings,
                each.open_times,
            )
            for figure in figures
        }
        assert {f"{prefix}:{number}" for number in numbers} <= cited

    def test_the_list_is_that_of_the_regulations(self, shared):
        page = (shared / "design" / "regulations.md").read_text(encoding="utf-8")
        rows = [line.strip("| ").split(" | ") for line in page.splitlines() if ":" in line[:12]]
        marked = {row[0] for row in rows if len(row) == 3 and "S" in row[2].split()}
        listed = {
            f"{prefix}:{number}"
            for line in DATA.strip().splitlines()
            for prefix, *numbers in [line.replace(":", "").split()]
            for number in numbers
        }
        assert marked
        assert marked <= listed


class TestTheSchema:
    """Editors check a standard's file against its schema before we read it."""

    schema = json.loads(
        resources.files("servicecore.standards").joinpath("standard.schema.json").read_text("utf-8")
    )

    def errors(self, text):
        validator = jsonschema.Draft202012Validator(self.schema)
        return [each.message for each in validator.iter_errors(tomllib.loads(text))]

    def test_is_a_schema(self):
        jsonschema.Draft202012Validator.check_schema(self.schema)

    @pytest.mark.parametrize("standard", FOUR, ids=lambda each: each.id)
    def test_the_shipped_files_conform(self, standard):
        file = resources.files("servicecore.standards").joinpath(f"{standard.id}.toml")
        assert self.errors(file.read_text("utf-8")) == []

    def test_it_knows_every_word_that_is_read_and_no_other(self):
        assert set(self.schema["properties"]) == set(_PAGE_KEYS)
        assert set(self.schema["$defs"]["clock"]["properties"]) == set(_CLOCK_KEYS)

    @pytest.mark.parametrize(
        "wrong",
        [
            '[[clock]]\nname = "c"\nwithin = "2 hours"\nclause = "x:1"',
            '[[clock]]\nname = "c"\nwithin = "2 h"',
            '[[clock]]\nname = "c"\nwithin = "2 h"\nclause = "x:1"\ncolour = "red"',
            '[[indicator]]\nname = "i"\nat_most = "1 h"\nat_least = 0.5\nclause = "x:1"',
            '[[quota]]\nname = "q"\nat_least = 0\nper = "year"\nclause = "x:1"',
            '[[cost]]\nname = "k"\namount = 1.5\nper = "year"\nclause = "x:1"',
            '[[revisit]]\nname = "r"\nafter = "delivery"\nin = ["1 h"]\nclause = "x:1"',
        ],
    )
    def test_it_refuses_what_the_reader_refuses(self, wrong):
        head = 'id = "x"\ntitle = "X"\n'
        assert self.errors(f'{head}extends = "tender_standard"\n{wrong}') != []
        with pytest.raises(BadStandardError):
            parse_standard(f'{head}extends = "tender_standard"\n{wrong}', source="x.toml")

    def test_only_who_extends_may_leave_out_the_calendar(self):
        assert self.errors('id = "x"\ntitle = "X"') != []
        assert self.errors('id = "x"\ntitle = "X"\nextends = "tender_standard"') == []
