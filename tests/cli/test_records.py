"""The counters, asked from a shell: each kind of record has its group, each verb its command."""

from __future__ import annotations

import argparse
import inspect
import json
import subprocess
import sys
from datetime import date, timedelta
from decimal import Decimal

import pytest

from docs.generate import PAGES, verbs
from servicecore.cli.counters import counter_class, verbs_at
from servicecore.cli.records import KINDS
from servicecore.cli.verbs import Option, verbs_of
from servicecore.desk.registry import AGGREGATES

from .conftest import servicecore

WHEN = ("--at", "2026-01-05T09:00+08:00")
PLANNED = {
    "what": "call back",
    "department": "service",
    "person": "Wu",
    "due": "2026-01-09T09:00:00Z",
}


@pytest.fixture
def run(tmp_path):
    """Run commands at a desk of their own; each must go well."""
    url = f"sqlite:///{tmp_path / 'service.db'}?synchronous=off"

    def run(*argv, at=WHEN):
        done = servicecore(*argv, *at, SERVICECORE_URL=url)
        assert (done.code, done.err) == (0, ""), argv
        return done

    return run


class TestTheGroups:
    def test_there_is_one_for_every_kind_of_record(self):
        assert {each.name for each in KINDS} == set(AGGREGATES)

    @pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.group)
    def test_each_offers_whatever_its_counter_does(self, kind):
        told = {
            name: list(inspect.signature(method).parameters)[2:]  # Behind itself and the number.
            for name, method in inspect.getmembers(counter_class(kind.counter), inspect.isfunction)
            if not name.startswith("_")
            and {"at", "why"} <= inspect.signature(method).parameters.keys()
        }
        offered = {
            each.method: {one.fact for one in each.options} for each in verbs_of(kind.counter)
        }
        assert offered == {name: set(each) - {"at", "why"} for name, each in told.items()}

    def test_the_list_of_verbs_is_up_to_date(self):
        on_file = PAGES[verbs].read_text(encoding="utf-8")
        assert on_file == verbs(), "run `make refresh`, and commit src/servicecore/cli/verbs.json"

    @pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.group)
    def test_each_command_has_help(self, kind):
        done = servicecore(kind.group, "--help")
        assert done.code == 0
        assert all(f"    {each.name}" in done.out for each in verbs_of(kind.counter))

    @pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.group)
    def test_each_record_can_be_looked_at(self, kind):
        assert {"get", "history"} <= set(dir(counter_class(kind.file)))

    def test_help_does_not_wait_for_the_desk(self):
        code = "import sys, servicecore.cli.command; print('servicecore.desk' in sys.modules)"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
        assert done.stdout == b"False\n"

    def test_a_sentence_of_help_is_that_of_the_counter(self):
        [void] = [each for each in verbs_at("warranties") if each.method == "void"]
        assert void.help == "let a warranty count no more, for a reason"


class TestACourse:
    """What people do at the counter, they can do in a shell."""

    def test_a_complaint_is_handled_until_the_customer_is_satisfied(self, run):
        run("complaint", "receive", "C-1", "--customer", "Acme", "--what", "nobody calls back")
        run("complaint", "register", "C-1", "--by", "Li", "--contact", "Lin", "--demand", "a call")
        run("complaint", "set-team", "C-1", "Wu=quality", "Li=sales")
        run("complaint", "investigate", "C-1", "--by", "Wu", "--facts", "the list was lost")
        run("complaint", "find-cause", "C-1", "--by", "Wu", "--cause", "one list")
        run("complaint", "propose-solution", "C-1", "--by", "Wu", "--solution", "two lists")
        run("complaint", "plan", "C-1", json.dumps(PLANNED), "--by", "Wu")
        run("complaint", "carry-out", "C-1", "1", "--by", "Wu", "--result", "called")
        run("complaint", "feed-back", "C-1", "--by", "Wu", "--result", "we called")
        run("complaint", "satisfy", "C-1", "--asked-by", "Li")
        shown = run("complaint", "show", "C-1", "--json", at=()).json
        assert (shown["status"], shown["team"][0]["person"]) == ("satisfied", "Wu")

    def test_a_part_goes_through_the_ledger(self, run):
        run("spare-part", "register", "S-1", "--name", "seal", "--reorder-level", "2")
        argv = ("--batch", "B-1", "--quantity", "10")
        run("spare-part", "purchase", "S-1", *argv, "--source", "genuine")
        run("spare-part", "receive", "S-1", *argv, "--expires-on", "2027-01-31")
        run("spare-part", "count", "S-1", "--counted", "B-1=10", "--by", "Wu")
        told = run("spare-part", "history", "S-1", at=()).out
        assert "counted" in told

    def test_a_flag_that_must_be_said_is_said_either_way(self, run):
        run(
            *("upgrade", "wish", "U-1", "--product", "pump", "--origin", "customer"),
            *("--aspect", "function", "--wish", "quieter"),
        )
        run(
            *("upgrade", "assess", "U-1", "--by", "Wu", "--strategy", "fits", "--feasibility"),
            *("yes", "--cost-benefit", "good", "--priority", "high"),
        )
        run(
            *("upgrade", "plan", "U-1", "--by", "Wu", "--goal", "quiet", "--content", "a damper"),
            *("--steps", "build", "--tests", "listen", "--risks", "heat=watch it"),
        )
        run("upgrade", "approve", "U-1", "--by", "Zhao")
        run("upgrade", "back-up", "U-1", "--by", "Wu", "--kept-at", "vault")
        run("upgrade", "do-step", "U-1", "--step", "build", "--by", "Wu")
        argv = ("upgrade", "test", "U-1", "--test", "listen", "--by", "Wu", "--result", "loud")
        run(*argv, "--no-has-passed")
        assert "test" in run("upgrade", "history", "U-1", at=()).out

    def test_a_dry_run_knows_the_records_that_are_named(self, run):
        run("warranty", "grant", "SN-1", "--product", "pump", "--customer", "A", *_FROM_2026)
        argv = ("warranty", "void", "SN-1", "--by", "Wu", "--reason", "misuse", "--dry-run")
        told = run(*argv, "--json").json
        assert [each["name"] for each in told["events"]] == ["warranty.voided"]
        assert (told["warranty"], told["position"], told["dry_run"]) == ("SN-1", None, True)
        assert "voided" not in run("warranty", "history", "SN-1", at=()).out

    def test_what_is_there_can_be_listed(self, run):
        run("warranty", "grant", "SN-1", "--product", "pump", "--customer", "A", *_FROM_2026)
        [listed] = run("warranty", "list", "--json", at=()).json
        assert (listed["warranty"], listed["product"]) == ("SN-1", "pump")
        assert json.loads(run("warranty", "list", "--jsonl", at=()).out) == listed
        assert "SN-1      pump" in run("warranty", "list", at=()).out

    def test_a_portrait_shows_every_fact_and_every_promise(self, run):
        run("complaint", "receive", "C-1", "--customer", "Acme", "--what", "too slow")
        told = run("complaint", "show", "C-1", at=()).out
        assert "customer id           Acme" in told
        assert "running   handling start     due Tue 2026-01-06 09:00  (om2025:5.3b)" in told

    def test_no_record_of_that_number_is_not_found(self, desk_url):
        done = servicecore("warranty", "show", "SN-9", "--url", desk_url)
        assert (done.code, done.err) == (4, "servicecore: there is no warranty 'SN-9'\n")


_FROM_2026 = ("--delivered-on", "2026-01-05", "--months", "12")


class TestValues:
    """Each value is read as the counter takes it; one that does not fit is named."""

    @pytest.mark.parametrize(
        ("kind", "text", "value"),
        [
            ("text", "a b", "a b"),
            ("whole", "-3", -3),
            ("share", "0.5", 0.5),
            ("amount", "12.50", Decimal("12.50")),
            ("day", "2026-01-31", date(2026, 1, 31)),
            ("length", "1 h 30 min", timedelta(hours=1, minutes=30)),
        ],
    )
    def test_is_read(self, kind, text, value):
        assert Option("x", "", kind).read(text) == value

    @pytest.mark.parametrize(
        ("kind", "text"),
        [("whole", "1.5"), ("share", "x"), ("amount", "x"), ("day", "31.1."), ("length", "long")],
    )
    def test_is_refused_by_name(self, kind, text):
        with pytest.raises(argparse.ArgumentTypeError, match=f"'{text}' is not an? "):
            Option("x", "", kind).read(text)

    def test_a_pair_has_a_name_and_a_value(self):
        option = Option("x", "", "whole", is_list=True, is_mapping=True, may_be_empty=True)
        assert [option.read("a=1"), option.read("b=")] == [("a", 1), ("b", None)]
        for text in ("a", "=1"):
            with pytest.raises(argparse.ArgumentTypeError, match="expected NAME=VALUE"):
                option.read(text)

    def test_what_is_no_json_of_its_kind_is_usage(self, desk_url):
        argv = ("complaint", "plan", "C-1", '{"what": 1}', "--by", "Wu", "--url", desk_url)
        done = servicecore(*argv)
        assert done.code == 2
        assert "is not a Measure in JSON" in done.err

    def test_json_may_stand_in_a_file(self, tmp_path):
        file = tmp_path / "measure.json"
        file.write_text(json.dumps(PLANNED), encoding="utf-8")
        shape = "servicecore.domain.complaint.events:Measure"
        measure = Option("x", "", "json", shape=shape).read(f"@{file}")
        assert measure.person == "Wu"
