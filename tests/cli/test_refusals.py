"""What cannot be done is told in one line, with an exit code a script can act on."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
from datetime import datetime, timezone

import pytest

from servicecore import ServiceDesk
from servicecore.cli import main
from servicecore.domain.events import Provenance
from servicecore.domain.ticket import TicketAnswered
from servicecore.storage import Change, open_log

from .conftest import COMMAND, OPEN, PATIENCE, REQUEST, STANDARD, environment, servicecore

ON = ("--url", "{url}")
NEW = ("ticket", "open", "T-2", *OPEN[3:])
FAILURE, USAGE, NOT_FOUND = 1, 2, 4
NEVER_OPEN = 'timezone = "Asia/Shanghai"\n[week]\n'

#: These go through the executable …
BAD = {
    "an unknown command": (("sing",), USAGE, "'sing'"),
    "no place": (("ticket", "show", "T-1"), USAGE, "--url"),
    "a moment without an offset": (
        ("ticket", "confirm", "T-1", "--at", "2026-01-05T09:00", *ON),
        USAGE,
        "'2026-01-05T09:00' has no UTC offset",
    ),
    "an unknown priority": ((*NEW, "--priority", "Z", *ON), USAGE, "one of A, B, C, got 'Z'"),
    "an empty contact": (
        (*NEW[:-1], "", *ON),
        USAGE,
        "contact must not be empty, got ''",
    ),
    "reopening what was never resolved": (
        ("ticket", "reopen", "T-1", "--reason", "x", *ON),
        FAILURE,
        "ticket T-1 is open",
    ),
    "an answer before the opening": (
        ("ticket", "answer", "T-1", "--by", "x", "--at", "2026-01-05T08:59:59+08:00", *ON),
        FAILURE,
        "so it cannot have been answered at 2026-01-05T00:59:59+00:00",
    ),
    "an unknown ticket": (
        ("ticket", "answer", "T-9", "--by", "x", *ON),
        NOT_FOUND,
        "there is no ticket 'T-9'",
    ),
    "an unknown storage": (
        ("ticket", "show", "T-1", "--url", "mongo://x"),
        USAGE,
        "no storage goes by 'mongo://x'",
    ),
    "a database that is none": (
        ("ticket", "list", "--url", "sqlite:///{here}/text.db"),
        FAILURE,
        "text.db is not a database",
    ),
    "a calendar that never opens": (
        ("calendar", "show", "--calendar", "{here}/never.toml"),
        USAGE,
        "no open hour",
    ),
}
#: … and these, for the sake of time, do not.
MORE = {
    "bytes that are no text": (("ticket", "show", "\udcff", *ON), USAGE, "is not written in UTF-8"),
    "a position beyond all logs": (
        ("log", "tail", "--after", "9" * 20, *ON),
        USAGE,
        "is not a position in a log",
    ),
    "more working days than there are": (
        ("calendar", "add", "2026-01-05T09:00Z", "99999 working days"),
        USAGE,
        "not enough working days",
    ),
    "a grouping with a name missing": (
        ("report", "text", "--by", "product,,month", *ON),
        USAGE,
        "'product,,month' has a name missing",
    ),
    "something known at neither a position nor a moment": (
        ("report", "text", "--known-at", "2025-12-01", *ON),
        USAGE,
        "'2025-12-01' is neither a position of the log, like 120, nor a moment",
    ),
    "an option that only another command has": (
        ("report", "html", "--by", "product", *ON),
        USAGE,
        "unrecognized arguments: --by product (help: servicecore report html --help)",
    ),
    "an option before the command": (
        ("--by", "report", "html", *ON),
        USAGE,
        "unrecognized arguments: --by (help: servicecore --help)",
    ),
    "no command": ((), USAGE, "COMMAND"),
    "an unknown verb": (("ticket", "sing"), USAGE, "'sing'"),
    "no moment": (("calendar", "is-open", "tomorrow"), USAGE, "'tomorrow' is not a moment"),
    "a moment before all time": (
        ("calendar", "is-open", "0001-01-01T00:00+08:00"),
        USAGE,
        "too far away",
    ),
    "no length": (
        ("calendar", "add", "2026-01-05T09:00Z", "soon"),
        USAGE,
        "'soon' is not a length of time",
    ),
    "an unknown kind": (
        (*NEW, "--priority", "A", "--kind", "odd", *ON),
        USAGE,
        "got 'odd'",
    ),
    "a fact that is missing": (("ticket", "answer", "T-1", *ON), USAGE, "--by"),
    "a number that is taken": ((*OPEN, *ON), FAILURE, "ticket T-1 was opened at"),
    "an unknown ticket to merge into": (
        ("ticket", "merge", "T-1", "--into", "T-9", *ON),
        NOT_FOUND,
        "there is no ticket 'T-9'",
    ),
    "an unknown subject": (
        ("log", "history", "ticket/T-9", *ON),
        NOT_FOUND,
        "nothing is on record of 'ticket/T-9'",
    ),
    "a subject that is none": (("log", "history", "T 1/", *ON), USAGE, "'T 1/'"),
    "a number without its kind": (
        ("log", "history", "T-1", *ON),
        NOT_FOUND,
        "nothing is on record of 'T-1'; did you mean ticket/T-1?",
    ),
    "a number that nothing has": (
        ("audit", "show", "T-9", *ON),
        NOT_FOUND,
        "nothing is on record of 'T-9'; expected a kind and an id, such as ticket/T-1",
    ),
    "changes of a number without its kind": (
        ("audit", "diff", "T-1", "--since", "1", *ON),
        NOT_FOUND,
        "did you mean ticket/T-1?",
    ),
    "a subject where a number of another kind is asked for": (
        ("complaint", "show", "ticket/T-1", *ON),
        NOT_FOUND,
        "there is no complaint 'ticket/T-1'",
    ),
    "a place that is not there": (
        (*NEW, "--url", "sqlite:////no/such/folder/service.db"),
        FAILURE,
        "/no/such/folder",
    ),
    "an unknown standard": (
        ("sla", "show", "best_effort"),
        USAGE,
        "'best_effort' is neither a readable file",
    ),
    "an unknown period": (
        ("report", "json", "--period", "soon", *ON),
        USAGE,
        "'soon' is no period",
    ),
    "an unknown grouping": (("report", "text", "--by", "mood", *ON), USAGE, "'mood'"),
    "an unknown read model": (("project", "rebuild", "mood", *ON), NOT_FOUND, "'mood'"),
    "a calendar that is not there": (
        ("calendar", "show", "--calendar", "{here}/nowhere.toml"),
        NOT_FOUND,
        "there is no file",
    ),
    "a calendar that is no TOML": (
        ("calendar", "show", "--calendar", "{here}/text.db"),
        USAGE,
        "TOML",
    ),
    "a scenario that is no JSON": (
        ("sla", "assess", "{here}/never.toml"),
        USAGE,
        "never.toml is not JSON",
    ),
    "a scenario that is too deep": (("sla", "assess", "{here}/deep.json"), USAGE, "is not JSON"),
    "a scenario that is none": (("sla", "assess", "{here}/list.json"), USAGE, "no scenario"),
    "no number": (("ticket", "list", "--limit", "0", *ON), USAGE, "'0'"),
    "a demo where others are served": (("demo", *ON), FAILURE, "the demo needs an empty place"),
}


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    """A folder with a desk that has one ticket, and with files that are not what they should be."""
    folder = tmp_path_factory.mktemp("here")
    (folder / "text.db").write_text("this is a text, and long enough to be looked at " * 9)
    (folder / "never.toml").write_text(NEVER_OPEN)
    (folder / "deep.json").write_text("[" * 100_000)
    (folder / "list.json").write_text(json.dumps({"scenarios": ["one"]}))
    with ServiceDesk.open(f"sqlite:///{folder / 'service.db'}", standard=STANDARD) as desk:
        desk.tickets.open("T-1", **REQUEST, at=datetime(2026, 1, 5, 1, tzinfo=timezone.utc))
    return folder


class TestBadInput:
    """Whatever is given, the answer is one line; nothing is stored, and nobody sees a traceback."""

    @pytest.mark.parametrize(("argv", "code", "told"), BAD.values(), ids=BAD)
    def test_it_is_told_in_one_line(self, here, argv, code, told):
        url = f"sqlite:///{here / 'service.db'}"
        answer = servicecore(*(each.format(url=url, here=here) for each in argv))
        assert (answer.code, answer.out) == (code, "")
        assert told in answer.err
        assert answer.err.startswith("servicecore")
        assert answer.err.count("\n") == 1

    @pytest.mark.parametrize(("argv", "code", "told"), MORE.values(), ids=MORE)
    def test_so_is_everything_else(self, here, capsys, monkeypatch, argv, code, told):
        monkeypatch.delenv("SERVICECORE_URL", raising=False)
        url = f"sqlite:///{here / 'service.db'}"
        try:
            answered = main([each.format(url=url, here=here) for each in argv])
        except SystemExit as stop:
            answered = stop.code
        out, err = capsys.readouterr()
        assert (answered, out) == (code, "")
        assert told in err
        assert err.startswith("servicecore")
        assert err.count("\n") == 1

    def test_debug_shows_where_it_comes_from(self, here):
        answer = servicecore("sla", "assess", here / "never.toml", "--debug")
        assert (answer.code, "Traceback" in answer.err) == (1, True)


class TestExitCodes:
    """A script can tell apart what to do next."""

    def test_3_when_a_check_finds_something(self, desk_url):
        monday = datetime(2026, 1, 5, 2, tzinfo=timezone.utc)
        with ServiceDesk.open(desk_url, standard=STANDARD) as desk:
            silent = TicketAnswered(ticket_id="T-1", by="x", is_first=True, at=monday)
            change = Change("ticket/T-1", [silent], after=3)
            desk.log.append(change, provenance=Provenance(actor="a forger"))
        found = servicecore("project", "check", "--url", desk_url)
        assert (found.code, found.err) == (3, "")
        assert "ticket/T-1#4: reading of first_response, round 1: nothing on record" in found.out
        assert servicecore("project", "check", "--json", "--url", desk_url).json["agrees"] is False

    def test_5_when_somebody_else_keeps_the_storage_to_himself(self, desk_url, tmp_path):
        other = sqlite3.connect(tmp_path / "service.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        try:
            answer = servicecore(
                "ticket", "answer", "T-1", "--by", "x", "--url", f"{desk_url}?wait=0.1"
            )
        finally:
            other.close()
        assert answer.code == 5
        assert answer.err.count("\n") == 1

    def test_5_when_the_ticket_has_gone_on_since_somebody_looked(self, desk_url):
        head = servicecore("log", "head", "--url", desk_url).out
        stale = servicecore(
            *("ticket", "answer", "T-1", "--by", "x", "--expected-version", "1"),
            *("--url", desk_url),
        )
        assert (stale.code, stale.err.count("\n")) == (5, 1)
        assert "ticket/T-1: expected 1 events in its history, found" in stale.err
        assert servicecore("log", "head", "--url", desk_url).out == head

    def test_130_when_interrupted(self, desk_url):
        tail = subprocess.Popen(
            [*COMMAND, "log", "tail", "--follow", "--jsonl", "--url", desk_url],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(),
        )
        with open_log(desk_url) as log:
            told = [tail.stdout.readline() for _ in range(log.head())]  # Now it only waits.
        assert b"ticket.opened" in told[0]
        tail.send_signal(signal.SIGINT)
        _, err = tail.communicate(timeout=PATIENCE)
        assert (tail.returncode, err) == (130, b"")

    def test_0_and_silence_when_the_reader_has_enough(self, year):
        tail = subprocess.Popen(
            [*COMMAND, "log", "tail", "-n", "100000", "--jsonl", "--url", year],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(),
        )
        assert tail.stdout.readline().startswith(b'{"position":1,')
        tail.stdout.close()
        assert (tail.stderr.read(), tail.wait(timeout=PATIENCE)) == (b"", 0)
        tail.stderr.close()
