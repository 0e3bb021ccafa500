"""A year of a service organisation, lived through in a shell."""

from __future__ import annotations

import os
import pty
import subprocess
from datetime import datetime, timedelta
from random import Random
from threading import Thread

import pytest

from servicecore import ServiceDesk
from servicecore.cli.demo import cast
from servicecore.cli.demo.lives import END, START, midnight, shifts_in, steps_of_a_year
from servicecore.cli.demo.stage import SimulatedClock, Stage
from servicecore.cli.demo.tale import when_somebody_is_told
from servicecore.cli.demo.year import live_through, made_whole, over_at
from servicecore.cli.output import width
from servicecore.domain.calendar import WorkingCalendar
from servicecore.domain.refusals import RefusedError
from servicecore.standards import load_standard, shipped_standards

from .conftest import COMMAND, PATIENCE, environment, servicecore

AN_INSTANT = timedelta(microseconds=1)  # A deadline itself is still in time.
ZONE = WorkingCalendar.china(2025).zone
SMALL = ("demo", "--scale", "0.01")
CHAPTERS = (
    "What came in",
    "What was promised",
    "Who had to be told",
    "Who complained",
    "Who came, and who left",
    "What customers said",
    "Warranties, parts, maintenance",
    "Prepared for the worst",
    "The quality of each quarter",
    "all agree.",
)


@pytest.fixture(scope="module")
def told():
    """What the small demo tells."""
    answer = servicecore(*SMALL)
    assert answer.code == 0, answer.err
    return answer.out


class TestTheDemo:
    """One command shows a newcomer what the desk does, the same each time."""

    @pytest.mark.parametrize(
        ("standard", "ladder", "above_the_staff"),
        [
            (
                "operations_manual_2025",
                "warning at 80 %, supervisor at 100 %, manager at 150 %.",
                "complex (supervisor); special, emergency (manager).",
            ),
            ("post_delivery_regulation", None, "complex, special, emergency (supervisor)."),
            ("tender_standard", "warning at 80 %, supervisor at 100 %, manager at 150 %.", None),
        ],
    )
    def test_who_is_told_when_is_read_off_the_standard(self, standard, ladder, above_the_staff):
        said = [*when_somebody_is_told(load_standard(standard))]
        assert [each.rpartition(": ")[2] for each in said if ": " in each] == [
            each for each in (ladder, above_the_staff) if each
        ]

    def test_another_seed_tells_another_story(self, told):
        assert servicecore(*SMALL, "--seed", 2).out != told

    def test_it_tells_what_was_promised_kept_broken_and_learnt_and_that_all_agrees(self, told):
        assert [each for each in CHAPTERS if each not in told] == []
        assert max(map(width, told.splitlines())) <= 80

    def test_the_same_seed_tells_the_same_and_nothing_goes_where_the_environment_points(
        self, told, tmp_path
    ):
        url = f"sqlite:///{tmp_path / 'real.db'}"
        assert servicecore(*SMALL, SERVICECORE_URL=url, PYTHONHASHSEED="7").out == told
        assert list(tmp_path.iterdir()) == []

    def test_as_json_it_is_the_report(self):
        told = servicecore(*SMALL, "--json").json
        assert told["as_of"] == "2026-01-24T16:00:00+00:00"
        assert "first_response_attainment" in told["measures"]

    def test_at_a_terminal_progress_is_shown_beside_the_answer(self, told):
        answer, shown = at_a_terminal(*SMALL)
        assert answer.decode() == told
        assert b"the year" in shown

    @pytest.mark.parametrize("scale", ["0", "-1", "large", "1001"])
    def test_a_scale_is_a_number_that_can_be_lived_through(self, scale):
        answer = servicecore("demo", f"--scale={scale}")
        assert (answer.code, f"'{scale}' is not a scale" in answer.err) == (2, True)


class TestTheYear:
    """Whatever standard the organisation serves under, everything in it comes to pass."""

    @pytest.fixture(scope="class", params=sorted(shipped_standards()))
    @classmethod
    def played(cls, request):
        standard = made_whole(load_standard(request.param))
        clock = SimulatedClock(midnight(START, standard.calendar.zone))
        with ServiceDesk.open("memory:", standard=standard, clock=clock) as desk:
            stage = live_through(desk, clock, seed=1, scale=0.04, tell=lambda *_: None)
            yield desk, stage

    def test_every_kind_of_record_is_begun(self, played):
        desk, _ = played
        kinds = {each.partition("/")[0] for each in desk.log.subjects()}
        assert kinds >= {
            *("ticket", "relationship", "order", "survey", "campaign", "warranty"),
            *("spare_part", "maintenance", "upgrade", "improvement"),
            *("quality_review", "standard_review"),
        }

    def test_each_quarter_is_reviewed_and_its_figures_are_frozen(self, played):
        desk, _ = played
        for n in range(1, 5):
            assert desk.quality_reviews.get(f"2025-Q{n}").published_at is not None

    def test_the_clock_ends_where_the_play_does(self, played):
        desk, stage = played
        assert stage.now == over_at(desk.standard)

    def test_what_is_on_record_agrees(self, played):
        desk, _ = played
        assert list(desk.projects.check()) == []

    def test_people_are_refused_only_what_rules_are_made_against(self, played):
        _, stage = played
        assert set(stage.refused) <= {"NotEnoughError", "AlreadyDecidedError", "RevisitOverError"}


class TestTheStage:
    """People intend things; the clock goes on; what is due comes at its own moment."""

    @pytest.fixture
    def stage(self):
        clock = SimulatedClock(datetime(2025, 3, 3, 9, tzinfo=ZONE))
        with ServiceDesk.open("memory:", clock=clock) as desk:
            yield Stage(desk, clock, Random(1), shifts_in(ZONE))  # noqa: S311

    def play(self, stage, **time):
        stage.play(stage.now + timedelta(**time), lambda _: None)

    def test_things_are_done_in_order_of_time(self, stage):
        done = []
        stage.after(timedelta(hours=2), done.append, "second")
        stage.after(timedelta(hours=1), done.append, "first")
        stage.after(timedelta(hours=9), done.append, "too late")
        self.play(stage, hours=3)
        assert done == ["first", "second"]

    def test_what_falls_due_comes_at_its_own_moment(self, stage):
        facts = {"product": "pump", "model": "P", "fault": "it leaks", "contact": "Lin"}
        opened_at = stage.now
        stage.desk.tickets.open("T-1", customer_id="Acme", priority="A", **facts)
        self.play(stage, days=1)
        told = [each for each in stage.desk.tickets.history("T-1") if hasattr(each.event, "due")]
        warned, escalated, *_ = told
        assert warned.event.due - opened_at == timedelta(hours=1, minutes=36)
        assert escalated.event.due - opened_at == timedelta(hours=2)
        assert [each.occurred_at - each.event.due for each in told] == [AN_INSTANT] * len(told)

    def test_people_hear_of_everything_once(self, stage):
        heard = []
        stage.listen(lambda recorded: heard.append(recorded.position))
        stage.after(timedelta(hours=1), stage.desk.tickets.note, "T-1", by="Wu", text="hm")
        facts = {"product": "pump", "model": "P", "fault": "it leaks", "contact": "Lin"}
        stage.desk.tickets.open("T-1", customer_id="Acme", **facts)
        self.play(stage, hours=2)
        assert heard == list(range(1, stage.desk.log.head() + 1))

    def test_what_the_rules_refuse_is_counted(self, stage):
        def refuse():
            raise RefusedError

        stage.after(timedelta(hours=1), refuse)
        self.play(stage, hours=2)
        assert stage.refused == {"RefusedError": 1}


class TestTheLives:
    """What callers do is drawn from its seed alone, and every life makes sense."""

    @staticmethod
    def steps(*, seed, tickets):
        people = cast.customers(32)
        return steps_of_a_year(seed=seed, tickets=tickets, customers=people, zone=ZONE)

    def test_nothing_happens_outside_the_year(self):
        steps = self.steps(seed=7, tickets=200)
        assert midnight(START, ZONE) <= steps[0].at
        assert steps[-1].at < midnight(END, ZONE)

    def test_each_ticket_is_opened_first_and_in_order(self):
        begun = {}
        for step in self.steps(seed=7, tickets=200):
            begun.setdefault(step.ticket, step.verb)
        assert set(begun.values()) == {"open"}
        assert list(begun) == sorted(begun)

    def test_everything_that_can_happen_happens(self):
        verbs = {each.verb for each in self.steps(seed=1, tickets=600)}
        assert verbs >= {
            *("open", "classify", "assign", "answer", "receive_message", "diagnose", "pause"),
            *("resume", "change_priority", "offer_solution", "record_work", "resolve", "confirm"),
            *("close", "reopen", "cancel", "merge", "note"),
        }

    def test_some_answers_are_late(self):
        steps = self.steps(seed=1, tickets=600)
        opened = {each.ticket: each.at for each in steps if each.verb == "open"}
        waits = [each.at - opened[each.ticket] for each in steps if each.verb == "answer"]
        assert min(waits) < timedelta(minutes=30)
        assert max(waits) > timedelta(days=2)

    def test_customers_are_always_the_same_and_all_different(self):
        many = cast.customers(1000)
        assert many == cast.customers(1000)
        assert len({each.id for each in many}) == len({each.name for each in many}) == 1000


def at_a_terminal(*argv):
    """Run the command with a terminal as its stderr; return what came out there and on stdout."""
    ours, theirs = pty.openpty()
    shown = []
    command = subprocess.Popen(
        [*COMMAND, *argv],
        stdout=subprocess.PIPE,
        stderr=theirs,
        env=environment(TERM="xterm"),
    )
    os.close(theirs)

    def watch():
        try:
            while piece := os.read(ours, 4096):
                shown.append(piece)
        except OSError:  # The terminal is gone.
            pass

    watcher = Thread(target=watch)
    watcher.start()
    told, _ = command.communicate(timeout=PATIENCE)
    watcher.join(timeout=PATIENCE)
    os.close(ours)
    return told, b"".join(shown)
