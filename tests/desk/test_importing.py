from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections import Counter
from datetime import datetime, timedelta, timezone
from pathlib import Path

import attrs
import pytest

from servicecore.audit import check_ticket
from servicecore.domain.events import Provenance
from servicecore.domain.people import Level
from servicecore.domain.standard import Rulebook
from servicecore.domain.ticket import (
    Status,
    TicketEscalated,
    TicketNoted,
    TicketOpened,
    TicketResolved,
    decisions,
)
from servicecore.exchange.errors import BadMappingError, ExchangeError
from servicecore.exchange.mappings import TICKET_MAPPINGS
from servicecore.storage import Change, open_log
from tests.desk.foreign_imports import BOOK, MANUAL, TODAY, everything, imported, ticket
from tests.exchange.foreign_files import csv_file, csv_text, row

LIFE = [
    row("09:10", "New", assignment_group="G1"),
    row("10:00", "Active", assignment_group="G1", assigned_to="Wu"),
    row("11:00", "Awaiting User Info", assignment_group="G1", assigned_to="Wu"),
    row("12:00", "Resolved", assignment_group="G1", assigned_to="Wu"),
    row("13:00", "Active", assignment_group="G1", assigned_to="Wu"),
    row("14:00", "Closed", assignment_group="G1", assigned_to="Wu"),
]
OTHER = [row("09:10", "New", number="INC2"), row("09:20", "Active", number="INC2")]


@pytest.fixture
def log():
    with open_log("memory:", clock=lambda: TODAY) as log:
        yield log


def quarantined(path: Path) -> list[dict[str, object]]:
    bad = path.with_suffix(".bad.jsonl")
    return [json.loads(line) for line in bad.read_text(encoding="utf-8").splitlines()]


class TestWhatGoesOnRecord:
    """A history comes in with its own times, the promises of our standard, and today's date."""

    def test_a_ticket_is_what_its_history_leaves(self, log, tmp_path):
        imported(log, csv_file(tmp_path, LIFE))
        found = ticket(log)
        assert (found.status, found.reopenings, found.assignee) == (Status.CLOSED, 1, "Wu")
        assert found.answered_at == datetime(2016, 3, 5, 10, tzinfo=timezone.utc)

    def test_it_happened_then_and_is_known_since_today(self, log, tmp_path):
        imported(log, csv_file(tmp_path, LIFE))
        history = log.history("ticket/INC1")
        assert history[-1].occurred_at == datetime(2016, 3, 5, 14, tzinfo=timezone.utc)
        assert {each.recorded_at for each in history} == {TODAY}

    def test_the_log_tells_that_it_was_imported_by_whom_and_by_which_mapping(self, log, tmp_path):
        imported(log, csv_file(tmp_path, LIFE), actor="Lin")
        (provenance,) = {each.provenance for each in log.history("ticket/INC1")}
        assert provenance == Provenance(actor="Lin", rule="import/uci_incident", rule_version="1")

    def test_the_audit_computes_the_same_promises_and_misses_no_level(self, log, tmp_path):
        late = [row("09:10", "New"), row("22:00", "Active"), row("23:00", "Resolved")]
        imported(log, csv_file(tmp_path, [*late, *OTHER]))
        found = [
            each
            for subject in log.subjects("ticket")
            for each in check_ticket(log.history(subject), BOOK)
        ]
        assert found == []

    def test_imported_events_can_be_told_from_those_of_the_desk(self, log, tmp_path):
        imported(log, csv_file(tmp_path, LIFE))
        note = decisions.note(ticket(log), by="Lin", text="rang up", at=TODAY)
        after = len(log.history("ticket/INC1"))
        log.append(Change("ticket/INC1", note, after=after), provenance=Provenance(actor="Lin"))
        *theirs, ours = log.history("ticket/INC1")
        assert all(each.is_imported for each in theirs)
        assert not ours.is_imported

    def test_it_is_promised_and_measured_under_our_standard(self, log, tmp_path):
        imported(log, csv_file(tmp_path, LIFE))
        found = ticket(log)
        response = found.readings["first_response", 1]
        assert (response.state.value, response.spent) == ("met", timedelta(hours=1))
        assert found.promises["first_response", 1].due == datetime(
            2016, 3, 6, 9, tzinfo=timezone.utc
        )

    def test_waiting_for_the_customer_is_no_working_time(self, log, tmp_path):
        imported(log, csv_file(tmp_path, LIFE[:4]))
        assert ticket(log).readings["resolution", 1].spent == timedelta(hours=2)

    def test_steps_that_our_rules_refuse_are_facts(self, log, tmp_path):
        imported(log, csv_file(tmp_path, [LIFE[0], LIFE[5], row("15:00", "Active")]))
        assert (ticket(log).status, ticket(log).reopenings) == (Status.OPEN, 1)

    def test_nobody_was_warned_then_so_no_escalation_stands_in_the_history(self, log, tmp_path):
        rows = [LIFE[0], row("20/3/2016 09:00", "Resolved"), row("21/3/2016 09:00", "Closed")]
        imported(log, csv_file(tmp_path, rows))
        assert ticket(log).readings["resolution", 1].state.value == "missed"
        assert ticket(log).level is Level.STAFF
        found = [each.event for each in log.history("ticket/INC1")]
        assert not [each for each in found if isinstance(each, TicketEscalated)]

    def test_a_row_that_goes_back_in_time_is_counted_in_order_of_time(self, log, tmp_path):
        rows = [row("11:10", "New"), row("09:52", "New"), row("11:03", "Resolved")]
        imported(log, csv_file(tmp_path, rows))
        assert ticket(log).readings["resolution", 1].spent == timedelta(hours=2, minutes=3)
        assert [each.at for each in ticket(log).timeline] == sorted(
            each.at for each in ticket(log).timeline
        )


class TestAgain:
    """An import adds what is not there yet, however often and after whatever break."""

    def test_a_second_run_adds_nothing(self, log, tmp_path):
        path = csv_file(tmp_path, [*LIFE, *OTHER])
        first = imported(log, path)
        head = log.head()
        second = imported(log, path)
        assert (second.added, second.already_there, log.head()) == (0, first.events, head)

    @pytest.mark.parametrize("grown_from", range(1, len(LIFE)))
    def test_a_file_that_grew_leaves_what_one_import_would_have_left(
        self, log, tmp_path, grown_from
    ):
        imported(log, csv_file(tmp_path, LIFE[:grown_from]))
        before = log.head()
        summary = imported(log, csv_file(tmp_path, [*LIFE, *OTHER]))
        with open_log("memory:") as at_once:
            imported(at_once, csv_file(tmp_path, [*LIFE, *OTHER]))
            assert everything(log) == everything(at_once)
        assert (summary.already_there, summary.added) == (before, log.head() - before)

    def test_a_row_that_turns_up_late_is_registered_late(self, log, tmp_path):
        imported(log, csv_file(tmp_path, [*LIFE[:2], *LIFE[3:]]))
        summary = imported(log, csv_file(tmp_path, LIFE))
        assert summary.added == 2
        *_, paused, resumed = (each.event for each in log.history("ticket/INC1"))
        assert (paused.at.hour, resumed.at.hour) == (11, 12)
        assert ticket(log).readings["resolution", 1].spent == timedelta(hours=3)
        assert imported(log, csv_file(tmp_path, LIFE)).already_there == log.head()

    def test_work_done_at_the_desk_in_between_stays(self, log, tmp_path):
        imported(log, csv_file(tmp_path, LIFE[:2]))
        note = decisions.note(ticket(log), by="Lin", text="rang up", at=TODAY)
        after = len(log.history("ticket/INC1"))
        log.append(Change("ticket/INC1", note, after=after), provenance=Provenance(actor="Lin"))
        assert imported(log, csv_file(tmp_path, LIFE[:2])).added == 0
        imported(log, csv_file(tmp_path, LIFE[:4]))
        found = [each.event for each in log.history("ticket/INC1")]
        assert isinstance(found[after], TicketNoted)
        assert isinstance(found[-1], TicketResolved)

    def test_tickets_keep_the_standard_they_were_promised_under(self, log, tmp_path):
        imported(log, csv_file(tmp_path, LIFE[:2]))
        newer = attrs.evolve(MANUAL, version=2)
        told = {"rulebook": Rulebook((MANUAL, newer)), "standard": newer.reference}
        summary = imported(log, csv_file(tmp_path, [*LIFE, *OTHER]), **told)
        assert summary.quarantined == {}
        assert ticket(log).standard == MANUAL.reference
        assert ticket(log, "INC2").standard == newer.reference

    def test_a_trial_stores_nothing_and_tells_what_it_would_add(self, log, tmp_path):
        path = csv_file(tmp_path, LIFE)
        trial = imported(log, path, dry_run=True)
        assert log.head() == 0
        assert trial.added == imported(log, path).added

    def test_scattered_rows_lead_to_the_same_tickets(self, log, tmp_path):
        imported(log, csv_file(tmp_path, [*LIFE, *OTHER]))
        scattered = [LIFE[0], OTHER[0], *LIFE[1:4], OTHER[1], *LIFE[4:]]
        assert imported(log, csv_file(tmp_path, scattered)).added == 0


class TestQuarantine:
    """Rows that cannot be used stop nothing, and none is lost."""

    def test_every_row_is_used_or_in_the_quarantine(self, log, tmp_path):
        rows = [LIFE[0], row("09:30", "-100"), LIFE[1], row("?", "New", number="INC3"), *OTHER]
        summary = imported(log, csv_file(tmp_path, rows))
        assert summary.quarantined == {"unknown state": 1, "unreadable time": 1}
        assert (summary.rows, summary.cases) == (6, 2)
        told = [(each["row"], each["case"]) for each in quarantined(tmp_path / "incidents.csv")]
        assert told == [(3, "INC1"), (5, "INC3")]

    def test_a_ticket_of_our_own_with_that_number_is_left_alone(self, log, tmp_path):
        ours = decisions.open_ticket(
            "INC1",
            customer_id="Acme",
            channel="telephone",
            product="Pump",
            model="P-100",
            fault="leaks",
            contact="Lin",
            standard=MANUAL.reference,
            calendar=MANUAL.calendar.reference,
            at=TODAY,
            terms=MANUAL.terms(),
        )
        log.append(Change("ticket/INC1", ours, after=0), provenance=Provenance(actor="Lin"))
        summary = imported(log, csv_file(tmp_path, [*LIFE, *OTHER]))
        assert summary.quarantined == {"ticket not from this import": len(LIFE)}
        assert [each.event for each in log.history("ticket/INC1")] == ours
        assert ticket(log, "INC2").status is Status.OPEN

    def test_a_file_that_tells_another_past_changes_nothing(self, log, tmp_path):
        imported(log, csv_file(tmp_path, LIFE))
        before = everything(log)
        changed = [LIFE[0], row("10:30", "Active", assigned_to="An"), *LIFE[2:], row("x", "New")]
        summary = imported(log, csv_file(tmp_path, changed))
        assert summary.quarantined == {"another past on record": 6, "unreadable time": 1}
        assert everything(log) == before

    def test_a_ticket_under_a_standard_that_is_not_known_any_more(self, log, tmp_path):
        imported(log, csv_file(tmp_path, LIFE[:2]))
        newer = attrs.evolve(MANUAL, version=2)
        told = {"rulebook": Rulebook((newer,)), "standard": newer.reference}
        summary = imported(log, csv_file(tmp_path, [*LIFE, *OTHER]), **told)
        assert summary.quarantined == {"no promise can be made": len(LIFE)}
        assert summary.cases == 1

    def test_a_ticket_so_late_that_no_deadline_can_be_told(self, log, tmp_path):
        late = row("31/12/9999 23:00", "New", opened_at="31/12/9999 22:00", number="INC3")
        summary = imported(log, csv_file(tmp_path, [*LIFE, late, *OTHER]))
        assert summary.quarantined == {"no promise can be made": 1}
        assert summary.cases == 2


class TestNothingIsStored:
    """What is wrong with the file as a whole, or with the mapping, is found first."""

    def test_a_file_that_breaks_at_its_end(self, log, tmp_path):
        path = tmp_path / "incidents.csv"
        path.write_bytes(csv_text(LIFE * 500).encode() + b"\xff\n")
        with pytest.raises(ExchangeError, match="is not written in utf-8"):
            imported(log, path)
        assert log.head() == 0

    def test_a_pause_for_a_reason_the_standard_does_not_know(self, log, tmp_path):
        mapping = attrs.evolve(
            TICKET_MAPPINGS.load("uci_incident"), waiting={"Awaiting User Info": "moon"}
        )
        with pytest.raises(BadMappingError, match=r"Awaiting User Info: expected .* got 'moon'"):
            imported(log, csv_file(tmp_path, LIFE), mapping=mapping)
        assert log.head() == 0


class TestSummary:
    """It says what was found, what was added, and what was taken for granted."""

    def test_its_figures(self, log, tmp_path):
        summary = imported(log, csv_file(tmp_path, [*LIFE, *OTHER]))
        assert (summary.rows, summary.cases, summary.events) == (8, 2, log.head())
        assert (summary.reopened, summary.reopenings) == (1, 1)
        assert summary.waiting == timedelta(hours=1)

    def test_it_can_be_read(self, log, tmp_path):
        text = str(imported(log, csv_file(tmp_path, [*LIFE, row("15:00", "-100")])))
        for line in (
            "incidents.csv, read as uci_incident@1: 7 rows",
            "1 tickets reopened, 1 times in all",
            "tickets waited 3,600 s in all",
            "times without a zone are taken as UTC",
            "1 rows in quarantine: unknown state",
        ):
            assert line in text

    def test_progress_is_told_in_rows(self, log, tmp_path):
        many = [row("09:10", "New", number=f"INC{n}") for n in range(450)]
        told: list[tuple[int, int]] = []
        imported(log, csv_file(tmp_path, many), progress=lambda *done: told.append(done))
        assert told == [(200, 450), (400, 450), (450, 450)]


class TestConflicts:
    """If somebody else writes on a ticket meanwhile, the import looks again."""

    def test_two_imports_at_once_add_everything_once(self, log, tmp_path, monkeypatch):
        path = csv_file(tmp_path, [*LIFE, *OTHER])
        append, raced = log.append, []

        def slower(*changes, **told):
            if not raced:
                raced.append(True)
                imported(log, path)
            return append(*changes, **told)

        monkeypatch.setattr(log, "append", slower)
        assert imported(log, path).added == 0
        assert Counter(type(each.event) for each in log.since(0))[TicketOpened] == 2


#: Whoever is killed by somebody else may be done by then; so its own clock kills it, as by force.
IMPORT = """
import signal, sys
from pathlib import Path
from tests.desk.foreign_imports import imported
from servicecore.storage import open_log

def set_the_clock(done, of):
    if not signal.getitimer(signal.ITIMER_PROF)[0]:
        signal.setitimer(signal.ITIMER_PROF, float(sys.argv[3]))

with open_log(sys.argv[1]) as log:
    imported(log, Path(sys.argv[2]), progress=set_the_clock)
"""


class TestKilled:
    """A process that is killed at any point leaves whole tickets; the next run does the rest."""

    @pytest.mark.parametrize("seconds_of_work", [0.001, 0.02])
    def test_in_the_middle_of_its_work(self, tmp_path, seconds_of_work):
        many = [{**each, "number": f"INC{n:05}"} for n in range(1000) for each in LIFE[:2]]
        path = csv_file(tmp_path, many)
        url = f"sqlite:///{tmp_path / 'desk.db'}"
        child = [sys.executable, "-c", IMPORT, url, str(path), str(seconds_of_work)]
        assert subprocess.run(child, check=False).returncode == -signal.SIGPROF
        with open_log(url) as log, open_log("memory:") as unbroken:
            broken_off = everything(log)
            assert 0 < len(broken_off) < 1000
            summary = imported(log, path)
            imported(unbroken, path)
            whole = everything(unbroken)
            assert all(history == whole[subject] for subject, history in broken_off.items())
            assert everything(log) == whole
            assert summary.already_there == sum(map(len, broken_off.values()))
