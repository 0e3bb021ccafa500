"""Everything that can be asked in a shell, with the answer."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from datetime import datetime, timezone
from pathlib import Path

import pytest

import servicecore as package
from servicecore import ServiceDesk
from servicecore.cli import main
from servicecore.storage import new_master_key

from .conftest import REQUEST, STANDARD, servicecore

PYPROJECT = Path(__file__).parents[2] / "pyproject.toml"

SCENARIO = {
    "id": "late by a minute",
    "calendar": {"timezone": "UTC", "week": {"mon": [["09:00", "17:00"]]}},
    "policy": {"targets": {"first_response": 3600}},
    "semantics": [],
    "timeline": [
        {"at": "2026-01-05T09:00:00Z", "type": "created"},
        {"at": "2026-01-05T10:01:00Z", "type": "first_response_recorded"},
    ],
    "checkpoints": [
        {
            "at": "2026-01-05T12:00:00Z",
            "ask": ["first_response_elapsed", "first_response_breached"],
        }
    ],
}
NOON = "2026-01-05T12:00:00+08:00"
ANSWERS = [{"first_response_elapsed": 3660, "first_response_breached": True}]

PROVISIONAL = ", provisional: the holidays of that year are not published"

#: A New Year's holiday in China; Sunday 4 January 2026 is worked for it.
CALENDAR = {
    "add": (("add", "2026-01-02T17:00+08:00", "2 h"), "2026-01-04T11:00:00+08:00 (Sun)\n"),
    "add days": (
        ("add", "2024-02-01T12:00+08:00", "5 working days"),
        "2024-02-07T18:00:00+08:00 (Wed)\n",
    ),
    "add beyond what is published": (
        ("add", "2026-12-31T17:00+08:00", "9 h"),
        f"2027-01-04T09:30:00+08:00 (Mon{PROVISIONAL})\n",
    ),
    "elapsed": (
        ("elapsed", "2026-01-02T17:00+08:00", "2026-01-05T09:20:05+08:00"),
        "7 h 50 min 5 s\n",
    ),
    "open": (("is-open", "2026-01-04T11:59:59+08:00"), "open\n"),
    "closed": (
        ("is-open", "2026-01-02T11:00+08:00"),
        "closed (holiday); opens Sun 2026-01-04 09:00 (Asia/Shanghai)\n",
    ),
}


class TestWorkingTime:
    """A calendar answers in a shell what it answers in a program."""

    @pytest.mark.parametrize(("argv", "told"), CALENDAR.values(), ids=CALENDAR)
    def test_it_is_told_in_words(self, argv, told):
        answer = servicecore("calendar", *argv)
        assert (answer.code, answer.out, answer.err) == (0, told, "")

    def test_json_tells_lengths_in_seconds(self):
        argv = ("calendar", "elapsed", "2026-01-05T09:00+08:00", "2026-01-05T11:30+08:00", "--json")
        assert servicecore(*argv).json["elapsed"] == 9000.0

    def test_a_calendar_can_come_from_stdin_and_be_shown(self):
        hours = json.dumps({"timezone": "UTC", "week": {"mon": [["09:00", "17:00"]]}})
        shown = servicecore("calendar", "show", "--calendar", "-", stdin=hours)
        assert "  Monday       09:00-17:00\n  Tuesday      closed\n" in shown.out
        again = servicecore("calendar", "show", "--calendar", "-", "--json", stdin=hours).json
        assert again["week"] == {"mon": [["09:00", "17:00"]]}


class TestPromises:
    """What is promised, what falls due, and how a timeline would be judged."""

    def test_a_standard_is_shown_with_the_clause_of_every_figure(self):
        shown = servicecore("sla", "show")
        assert "first response      priority A" in shown.out
        assert "om2025:2.2b" in shown.out
        assert "  solution rate           at least 95% (om2025:4.1a)" in shown.out
        told = servicecore("sla", "show", "operations_manual_2025", "--json").json
        figures = [
            each for chapter in told.values() if isinstance(chapter, list) for each in chapter
        ]
        assert all(each["clause"] and each["says"] for each in figures if isinstance(each, dict))

    def test_two_standards_can_be_compared(self):
        told = servicecore("sla", "compare", "operations_manual_2025", "tender_standard").out
        assert "first response" in told
        assert "(tender:1.2a)" in told
        same = servicecore("sla", "compare", "tender_standard", "tender_standard")
        assert same.out == "they say the same\n"

    def test_one_scenario_is_answered(self):
        answer = servicecore("sla", "assess", "-", "--json", stdin=json.dumps(SCENARIO))
        assert answer.json == {"id": "late by a minute", "answers": ANSWERS}
        told = servicecore("sla", "assess", "-", stdin=json.dumps(SCENARIO)).out
        assert "first_response_elapsed       3660" in told

    def test_several_scenarios_are_answered(self, tmp_path):
        file = tmp_path / "scenarios.json"
        file.write_text(json.dumps({"scenarios": [SCENARIO, SCENARIO]}))
        answer = servicecore("sla", "assess", file, "--json")
        assert [each["answers"] for each in answer.json["scenarios"]] == [ANSWERS, ANSWERS]

    def test_what_falls_due_is_told_and_put_on_record_once(self, desk_url):
        on, noon = ("--url", desk_url), ("--at", "2026-01-05T11:00:01+08:00")
        assert servicecore("sla", "next", *on).out == "Mon 2026-01-05 10:36 (Asia/Shanghai)\n"
        assert (
            servicecore("sla", "next", "T-1", *on).out == "Mon 2026-01-05 10:36 (Asia/Shanghai)\n"
        )
        unknown = servicecore("sla", "next", "T-9", *on)
        assert (unknown.code, unknown.out) == (4, "")
        due = servicecore("sla", "due", *noon, *on)
        assert due.out.splitlines()[2:] == [
            "ticket/T-1  first response  Mon 2026-01-05 10:36  warning to whoever has it",
            "ticket/T-1  first response  Mon 2026-01-05 11:00  supervisor",
        ]
        assert servicecore("sla", "run-due", "--dry-run", *noon, *on).out == due.out
        done = servicecore("sla", "run-due", *noon, *on)
        assert "escalated: first response is late: it went up to the supervisor" in done.out
        assert done.out.endswith("2 put on record\n")
        assert servicecore("sla", "run-due", *noon, "--json", *on).json == []
        assert servicecore("sla", "due", *noon, *on).out == "nothing is due\n"


class TestTheWorkingOfClocks:
    """Why a clock shows what it shows, where its time went, and what if."""

    def test_each_step_is_explained(self, desk_url):
        noon = ("--at", "2026-01-05T10:00+08:00", "--url", desk_url)
        told = servicecore("sla", "explain", "T-1", *noon).out
        assert "  Mon 2026-01-05 09:00  classified       started: 2 h promised" in told
        assert "next: warning of first response, Mon 2026-01-05 10:36, if nobody acts" in told
        steps = servicecore("sla", "explain", "T-1", "--json", *noon).json["steps"]
        assert {each["clause"] for each in steps} >= {"om2025:2.2b", "om2025:4.2a"}

    @pytest.mark.parametrize(
        "asked",
        [
            ("sla", "explain", "{}", "--at", NOON),
            ("sla", "attribute", "{}", "--at", NOON),
            ("sla", "certify", "{}", "resolution", "--at", NOON),
            ("sla", "next", "{}"),
            ("ticket", "show", "{}"),
            ("ticket", "history", "{}"),
            ("ticket", "pause", "{}", "--reason", "parts", "--dry-run", "--at", NOON),
            ("sla", "what-if", "tender_standard", "--ticket", "{}", "--as-of", NOON),
        ],
    )
    def test_a_ticket_can_be_named_as_a_subject(self, desk_url, capsys, asked):
        def answer(number):
            code = main([*(each.format(number) for each in asked), "--url", desk_url])
            return code, capsys.readouterr()

        assert answer("ticket/T-1") == answer("T-1")
        assert answer("T-1")[0] == 0

    def test_what_was_decided_tells_how_long_it_took_of_how_long(self, desk_url):
        late = ("--at", "2026-01-05T11:01+08:00", "--url", desk_url)
        assert servicecore("ticket", "answer", "T-1", "--by", "Lin", *late).code == 0
        told = " ".join(servicecore("sla", "explain", "T-1", *late).out.split())
        assert "stopped: missed, 2 h 1 min of 2 h, due Mon 2026-01-05 11:00 (om2025:2.2b)" in told

    def test_a_promise_made_late_is_counted_from_a_time_on_the_wall_of_the_office(self, desk_url):
        on, later = ("--url", desk_url), ("--at", "2026-01-05T10:00+08:00")
        with ServiceDesk.open(desk_url, standard=STANDARD) as desk:
            desk.tickets.open("T-2", **REQUEST, at=datetime(2026, 1, 5, 1, tzinfo=timezone.utc))
        classified = servicecore("ticket", "classify", "T-2", "A", *later, *on)
        assert classified.code == 0, classified.err
        told = servicecore("sla", "explain", "T-2", *later, *on).out
        assert "2 h promised, counted from Mon 2026-01-05 09:00 (" in " ".join(told.split())

    def test_a_clock_is_certified_for_whoever_checks_it_without_us(self, desk_url, tmp_path):
        noon = ("--at", "2026-01-05T10:00+08:00", "--url", desk_url)
        paper = tmp_path / "paper.json"
        paper.write_text(servicecore("sla", "certify", "T-1", "resolution", "--json", *noon).out)
        verifier = Path(__file__).parents[2] / "docs" / "verify_certificate.py"
        assert subprocess.run([sys.executable, verifier, paper], check=False).returncode == 0
        assert servicecore("sla", "certify", "T-1", "on_site", *noon).code == 4

    def test_a_certificate_is_a_table_of_what_counted(self, desk_url):
        with ServiceDesk.open(desk_url, standard=STANDARD) as desk:
            desk.tickets.pause(
                "T-1", reason="customer", at=datetime(2026, 1, 5, 2, tzinfo=timezone.utc)
            )
        then = ("--at", "2026-01-05T12:30:15+08:00", "--url", desk_url)
        assert servicecore("sla", "certify", "T-1", "resolution", *then).out.splitlines() == [
            "resolution of T-1: paused, in time (times in Asia/Shanghai)",
            "promised  48 h (om2025:2.2b, operations_manual_2025@1, always@1)",
            "started   2026-01-05 09:00:00",
            "due       2026-01-07 11:30:15",
            "until     2026-01-05 12:30:15",
            "spent     1 h of 48 h",
            "",
            "since                counted      not counted  why",
            "-------------------  -------  ---------------  -------------------",
            "2026-01-05 09:00:00      1 h                -  day and night",
            "2026-01-05 10:00:00        -  2 h 30 min 15 s  hold: customer",
            "2026-01-05 12:30:15     47 h                -  left: day and night",
            "2026-01-07 11:30:15        -                -  due",
        ]

    def test_a_certificate_tells_apart_what_was_spent_and_what_was_left(self, desk_url):
        then = ("--at", "2026-01-05T12:00+08:00", "--url", desk_url)
        told = servicecore("sla", "certify", "T-1", "resolution", *then).out.splitlines()
        assert told[-3:] == [
            "2026-01-05 09:00:00      3 h            -  day and night",
            "2026-01-05 12:00:00     45 h            -  left: day and night",
            "2026-01-07 09:00:00        -            -  due",
        ]

    def test_the_parts_of_its_time_sum_to_the_whole(self, desk_url):
        on = ("--at", "2026-01-05T10:00+08:00", "--url", desk_url)
        for each in servicecore("sla", "attribute", "T-1", "--json", *on).json:
            assert sum(part.get("spent", 0) for part in each["parts"]) == each["total"]
        assert (
            "first response    nobody  -     staff  -            1 h"
            in servicecore("sla", "attribute", "T-1", *on).out
        )

    def test_nothing_is_told_of_a_time_before_the_opening(self, desk_url):
        early = ("--at", "2026-01-05T08:00+08:00", "--url", desk_url)
        answer = servicecore("sla", "explain", "T-1", *early)
        assert (answer.code, answer.out) == (4, "")
        assert answer.err.count("\n") == 1

    def test_another_standard_would_have_made_other_promises(self, year):
        argv = ("sla", "what-if", "project_service_plan", "--as-of", "2026-02-01T00:00Z")
        told = servicecore(*argv, "--json", "--url", year).json["first_response"]
        assert told["would_be_late"] > told["late"]
        rows = servicecore(*argv, "--ticket", "T-0001", "--jsonl", "--url", year).out.splitlines()
        assert {json.loads(each)["subject"] for each in rows} == {"ticket/T-0001"}
        assert "first response" in servicecore(*argv, "--url", year).out

    def test_what_another_choice_or_calendar_would_have_made(self, desk_url, tmp_path):
        hours = tmp_path / "hours.toml"
        hours.write_text('timezone = "UTC"\nweek = { mon = [["09:00", "10:00"]] }\n')
        argv = ("sla", "what-if", "--as-of", "2026-01-05T12:00+08:00", "--url", desk_url)
        otherwise = ("--choice", "credit=none", "--calendar", hours)
        head, *rows = servicecore(*argv, *otherwise, "--csv").out.splitlines()
        clocks = servicecore(*argv, *otherwise, "--json").json
        assert head.startswith("subject,clock,round,was_due,")
        assert sorted(clocks) == [row.split(",")[1] for row in rows]

    def test_a_what_if_needs_something_that_is_otherwise(self, desk_url):
        for argv, said in (
            ((), "say what should be different"),
            (("--choice", "credit"), "'credit' is not a choice; expected one like credit=none"),
            (("--choice", "credti=none"), "there is no choice 'credti'; expected one of credit"),
            (("--choice", "credit=half"), "credit must be one of 'working', 'wall', 'none'"),
        ):
            answer = servicecore("sla", "what-if", *argv, "--url", desk_url)
            assert (answer.code, answer.out, answer.err.count("\n")) == (2, "", 1)
            assert said in answer.err

    def test_draw_two_standards_side_by_side(self, year, tmp_path):
        page, on = tmp_path / "two.html", ("--as-of", "2026-02-01T00:00Z", "--url", year)
        argv = ("sla", "what-if", "project_service_plan", "--ticket", "T-0001", *on)
        assert servicecore(*argv, "--page", page).out == servicecore(*argv).out
        assert "<h1>Two standards side by side</h1>" in page.read_text(encoding="utf-8")

    def test_a_quarter_is_told_under_another_standard(self, year):
        def ask(*argv):
            on = ("--as-of", "2026-02-01T00:00Z", "--url", year)
            return servicecore("sla", "what-if", "project_service_plan", "--csv", *argv, *on)

        def told(*argv):
            return {row.split(",")[0] for row in ask(*argv).out.splitlines()[1:]}

        quarters = [told("--period", f"2025-Q{n}") for n in range(1, 5)]
        assert all(quarters)
        assert sum(map(len, quarters)) == len(told())
        one = min(quarters[0]).removeprefix("ticket/")
        assert told("--period", "2025-Q1", "--ticket", one) == {f"ticket/{one}"}
        none = ask("--period", "2025-Q2", "--ticket", one)
        assert (none.code, "no such ticket was opened in 2025-Q2" in none.err) == (4, True)

    def test_what_another_standard_does_not_promise_is_told_apart(self, desk_url):
        at = ("--as-of", "2026-01-05T12:00+08:00", "--url", desk_url)
        told = servicecore("sla", "what-if", "tender_standard", *at).out
        (row,) = [each for each in told.splitlines() if each.startswith("acknowledgement")]
        assert row.split()[1:] == ["1", "1", "0", "-", "-", "0", "-"]


class TestReports:
    """Figures for people and for programs, from the same read models."""

    def test_json_says_what_it_was_made_from(self, year):
        report = servicecore("report", "json", "--period", "2025-Q1", "--url", year).json
        assert (report["period"], report["zone"]) == ("2025-Q1", "Asia/Shanghai")
        head = servicecore("log", "head", "--json", "--url", year).json["head"]
        assert report["log_head"] == head
        kept = report["measures"]["first_response_attainment"]
        assert [each["priority"] for each in kept] == ["A", "B", "C"]
        decided = [each for each in kept if each["n"]]
        assert decided
        assert all(0 <= each["low"] <= each["value"] <= each["high"] <= 1 for each in decided)

    def test_text_stays_within_a_terminal(self, year):
        told = servicecore("report", "text", "--by", "kind", "--url", year)
        assert "complex resolution" in told.out
        assert max(map(len, told.out.splitlines())) <= 80

    def test_several_names_to_group_by_are_told_at_once_or_one_by_one(self, year, capsys):
        def told(*by):
            assert main(["report", "json", *by, "--as-of", NOON, "--url", year]) == 0
            return json.loads(capsys.readouterr().out)["measures"]

        at_once = told("--by", "kind, month")
        assert at_once == told("--by", "kind", "--by", "month")
        assert {"kind", "month"} <= set(at_once["tickets_opened"][0])

    def test_cases_can_be_chosen(self, year):
        argv = ("report", "json", "--where", "priority=A", "--where", "priority=B")
        told = servicecore(*argv, "--url", year).json["measures"]["tickets_opened"]
        assert [each["priority"] for each in told] == ["A", "B"]
        answer = servicecore("report", "json", "--where", "priority", "--url", year)
        assert (answer.code, answer.out) == (2, "")
        assert "'priority' chooses nothing; expected one like team=pumps" in answer.err

    def test_what_was_known_then_can_be_asked(self, year):
        head = int(servicecore("log", "head", "--url", year).out)

        def opened(known_at):
            told = servicecore("report", "json", "--known-at", known_at, "--url", year).json
            assert told["log_head"] == known_at
            return sum(each["value"] for each in told["measures"].get("tickets_opened", ()))

        assert 0 == opened(1) < opened(head // 2) < opened(head)
        assert servicecore("report", "json", "--known-at", "0", "--url", year).code == 2

    def test_list_the_cases_behind_a_figure(self, year):
        asked = ("--as-of", "2026-02-01T00:00Z", "--url", year)
        told = servicecore("report", "json", *asked).json["measures"]["first_response_attainment"]
        kept, all_ = (sum(each[of] for each in told) for of in ("k", "n"))
        argv = ("report", "list", "first_response_attainment", *asked)
        assert len(servicecore(*argv, "--only", "yes", "--json").json) == kept
        every = servicecore(*argv)
        assert (every.code, every.out.splitlines()[0].split()[0]) == (0, "case")
        assert every.out.splitlines()[-1] == f"{all_ + sum(each['open'] for each in told)} cases"
        late = servicecore(*argv, "--only", "late")
        assert (late.code, "a share has no part 'late'" in late.err) == (2, True)
        unknown = servicecore("report", "list", "speed", *asked)
        assert (unknown.code, "nothing is measured as 'speed'" in unknown.err) == (4, True)

    def test_the_cases_tell_more_of_themselves(self, year):
        asked = ("--only", "no", "--as-of", "2026-02-01T00:00Z", "--url", year)
        argv = ("report", "list", "first_response_attainment", "--by", "product,customer", *asked)
        head, _, *rows, last = servicecore(*argv).out.splitlines()
        assert head.split() == ["case", "product", "customer", "first_response_attainment"]
        assert {row.split()[-1] for row in rows} == {"no"}
        assert last == f"{len(rows)} cases"

    def test_list_customers_that_may_be_lost(self, year):
        argv = ("report", "at-risk", "--as-of", "2026-02-01T00:00Z", "--url", year)
        told = servicecore(*argv, "--json").json
        assert told == [json.loads(row) for row in servicecore(*argv, "--jsonl").out.splitlines()]
        with ServiceDesk.open(year) as desk:
            found = desk.reports.at_risk(as_of=datetime(2026, 2, 1, tzinfo=timezone.utc))
        assert [(each["customer_id"], each["points"]) for each in told] == [
            (each.customer_id, each.points) for each in found
        ]
        assert found
        told = servicecore(*argv).out.splitlines()
        assert len(told) - 2 == sum(len(each.lines) for each in found)

    def test_tell_which_risks_rise(self, year):
        argv = ("report", "risks", "--as-of", "2026-02-01T00:00Z", "--url", year)
        head, _, *rows = servicecore(*argv, "--period", "2025-Q4").out.splitlines()
        assert head.split() == ["risk", "2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4", "trend"]
        assert {row.split()[-1] for row in rows} <= {"rising", "falling", "steady", "-"}
        assert rows
        assert servicecore(*argv).code == 2

    def test_tell_the_service_quality_index(self, year):
        argv = ("report", "quality-index", "--as-of", "2026-02-01T00:00Z", "--url", year)
        told = servicecore(*argv, "--json").json
        with ServiceDesk.open(year) as desk:
            index = desk.reports.service_quality_index(
                as_of=datetime(2026, 2, 1, tzinfo=timezone.utc)
            )
        assert told == index.as_dict()
        assert [row.split()[0] for row in servicecore(*argv).out.splitlines()[-4:]] == [
            each.name for each in index.parts
        ]

    def test_a_page_is_written_or_told(self, year, tmp_path):
        argv = ("report", "html", "--as-of", "2026-02-01T00:00Z", "--url", year)
        told = servicecore(*argv)
        assert told.out.startswith("<!doctype html><html lang=en>")
        file = tmp_path / "report.html"
        written = servicecore(*argv, "--lang", "en", "--out", file)
        assert (written.code, written.out) == (0, "")
        assert file.read_text(encoding="utf-8") == told.out
        assert servicecore(*argv, "--json").json["html"] == told.out
        chinese = servicecore(*argv, "--lang", "zh", "--period", "2025-02").out
        assert "售后服务质量报告" in chinese
        assert servicecore(*argv, "--lang", "fr").err.count("\n") == 1


class TestReadModels:
    """How far they are, anew, and whether they tell the truth."""

    def test_they_can_be_built_anew_and_agree(self, year):
        on = ("--url", year)
        head = servicecore("log", "head", *on).out.strip()
        dry = servicecore("project", "rebuild", "ticket_facts", "--dry-run", *on)
        assert dry.out == f"ticket_facts would be built anew, up to position {head}\n"
        before = servicecore("report", "json", "--as-of", "2026-02-01T00:00Z", *on).json
        built = servicecore("project", "rebuild", *on)
        assert f"ticket_facts was built anew, up to position {head}\n" in built.out
        assert servicecore("report", "json", "--as-of", "2026-02-01T00:00Z", *on).json == before
        status = servicecore("project", "status", "--json", *on).json
        facts = next(each for each in status if each["name"] == "ticket_facts")
        assert (facts["events_behind"], facts["dead_letters"]) == (0, 0)

    def test_a_check_finds_nothing(self, year):
        found = servicecore("project", "check", "--url", year)
        assert (found.code, found.out[:10], found.err) == (0, "all agrees", "")


class TestTheLog:
    """What was recorded, in the order in which it was recorded."""

    def test_the_tail_is_the_newest(self, desk_url):
        lines = servicecore("log", "tail", "-n", 2, "--jsonl", "--url", desk_url).out.splitlines()
        assert [json.loads(each)["position"] for each in lines] == [2, 3]
        after = servicecore("log", "tail", "--after", 2, "--json", "--url", desk_url).json
        assert [each["name"] for each in after] == ["ticket.acknowledged"]

    def test_a_history_can_be_read_by_subject(self, desk_url):
        told = servicecore("log", "history", "ticket/T-1", "--url", desk_url)
        assert "Mon 2026-01-05 09:00  ticket/T-1  opened: 华兴精密机械 asked for help" in told.out

    def test_a_history_tells_what_was_recorded_long_after_it_happened(self, tmp_path):
        url = ("--url", f"sqlite:///{tmp_path}/service.db")
        opened = ("ticket", "open", "T-1", "--customer", "C", "--product", "pump")
        told = ("--model", "P", "--fault", "leak", "--contact", "Lin", *url)
        servicecore(*opened, *told)
        assert "recorded" not in servicecore("log", "history", "ticket/T-1", *url).out
        late = ("ticket", "open", "T-2", *opened[3:], *told, "--at", "2026-01-05T09:00+08:00")
        servicecore(*late)
        assert "(recorded " in servicecore("log", "history", "ticket/T-2", *url).out


class TestTheDoctor:
    """What is installed, and whether the storage can be used."""

    def test_it_tells_versions_and_what_is_stored(self, desk_url):
        told = servicecore("doctor", "--json", SERVICECORE_URL=desk_url).json
        assert told["packages"]["eventsourcing"].startswith("9.5")
        assert told["storage"] == {
            "storage": desk_url,
            "events": 3,
            "tickets": 1,
            "migrations": "none missing",
            "lag": "at most 3 events, of deadlines; they catch up when asked",
            "outdated": "no read model",
            "set aside": 0,
            "seals": "nothing is sealed: servicecore audit seal",
            "keys": "no key store is named, so nothing personal is sealed",
        }

    def test_it_tells_of_keys(self, tmp_path):
        url, keys = f"sqlite:///{tmp_path}/service.db", f"sqlite:///{tmp_path}/keys.db"
        here = {"SERVICECORE_MASTER_KEY": new_master_key(), "SERVICECORE_KEYS": keys}
        opened = ("ticket", "open", "T-1", "--customer", "C-1", "--product", "pump")
        told = ("--model", "P", "--fault", "leak", "--contact", "Lin", "--url", url)
        servicecore(*opened, *told, **here)

        with_keys = servicecore("doctor", SERVICECORE_URL=url, **here)
        assert "keys           1 active" in with_keys.out
        without = servicecore("doctor", SERVICECORE_URL=url)
        assert "this log is sealed: name its key store" in without.out

    def test_it_tells_of_every_extra_there_is(self):
        project = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]
        told = servicecore("doctor", "--json").json["extras"]
        assert set(told) == set(project["optional-dependencies"]) - {"all"}
        assert told["audit"]["cryptography"]

    def test_it_needs_no_storage(self):
        told = servicecore("doctor")
        assert (told.code, told.err) == (0, "")
        assert "operations_manual_2025@1" in told.out


class TestHelp:
    """Help is there at once: it does not wait for the desk."""

    def test_it_loads_none_of_the_rules_and_no_storage(self):
        folder = Path(package.__file__).parent
        look = (
            "import sys, types\n"
            "package = sys.modules['servicecore'] = types.ModuleType('servicecore')\n"
            f"package.__path__ = [{str(folder)!r}]\n"
            "from servicecore.cli import main\n"
            "try:\n    main(['ticket', 'open', '--help'])\n"
            "except SystemExit:\n    pass\n"
            "heavy = {'attr', 'msgspec', 'eventsourcing', 'servicecore.domain'}\n"
            "print(sorted(heavy & set(sys.modules)))\n"
        )
        done = subprocess.run([sys.executable, "-c", look], capture_output=True, check=True)
        assert done.stdout.decode().splitlines()[-1] == "[]"

    def test_it_tells_the_exit_codes_and_the_version(self):
        assert "5 conflict, may be retried" in servicecore("--help").out
        assert servicecore("--version").out.startswith("servicecore 0.")

    def test_the_module_is_the_command(self):
        done = subprocess.run(
            [sys.executable, "-m", "servicecore", "--version"], capture_output=True, check=True
        )
        assert done.stdout == servicecore("--version").out.encode()
