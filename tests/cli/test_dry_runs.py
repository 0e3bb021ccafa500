"""Whatever changes something can be rehearsed: it is checked and told, and nothing is changed."""

from __future__ import annotations

from argparse import _SubParsersAction
from contextlib import redirect_stderr, redirect_stdout
from hashlib import sha256
from io import StringIO

import pytest

from servicecore.cli.command import main, parser

from .conftest import Answer

OPENED = ("--at", "2021-01-04T09:00+08:00")
LATER = ("--at", "2025-01-06T09:00+08:00")
TOLD = ("--contact", "Quenbarel Lin", "--product", "pump", "--model", "P-200", "--fault", "x")
BY = ("--by", "Chen", "--reason", "a letter")

LOOKS = {
    *("sla compare", "sla assess", "sla due", "sla next", "sla explain", "sla attribute"),
    *("sla certify", "sla what-if", "calendar elapsed", "calendar add", "calendar is-open"),
    *("report json", "report text", "report html", "report at-risk", "report risks"),
    *("report quality-index", "project status", "project aside", "project check"),
    *("policy status", "ticket worklist", "audit status", "audit verify", "audit diff"),
    *("audit trace", "audit why", "audit fsck", "audit sample", "audit archive due"),
    *("audit archive holds", "audit archive verify", "audit verify-stamp", "privacy status"),
    *("privacy export", "log head", "log tail", "doctor", "completion"),
}
MAKES_NOTHING_BUT_A_NEW_FILE = {
    *("export csv", "export cloudevents", "export ocel", "export ical", "export xes"),
    *("export ocel-sqlite", "export parquet", "audit key", "audit stamp-request", "audit stamp"),
    "privacy new-key",
}
GOES_ON_UNTIL_STOPPED = {"worker", "audit watch"}
LIVES_THROUGH_A_YEAR_OF_ITS_OWN = {"demo"}


def leaves(parser, path=()):
    """Yield every command, and its options."""
    groups = [each for each in parser._actions if isinstance(each, _SubParsersAction)]
    if not groups:
        yield " ".join(path), {each for action in parser._actions for each in action.option_strings}
    for group in groups:
        for name, inner in group.choices.items():
            yield from leaves(inner, (*path, name))


def test_every_command_that_changes_something_can_be_rehearsed():
    cannot = {name for name, options in leaves(parser()) if "--dry-run" not in options}
    looks = {each for each in cannot if each.endswith((" show", " list", " history"))} | LOOKS
    others = MAKES_NOTHING_BUT_A_NEW_FILE | GOES_ON_UNTIL_STOPPED | LIVES_THROUGH_A_YEAR_OF_ITS_OWN
    assert cannot == looks | others


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("place")


@pytest.fixture(scope="module")
def run(place):
    """Run commands where there is something of everything."""
    where = {
        "SERVICECORE_URL": f"sqlite:///{place / 'service.db'}?synchronous=off",
        "SERVICECORE_KEYS": f"sqlite:///{place / 'keys.db'}",
        "SERVICECORE_MASTER_KEY_FILE": str(place / "master.key"),
    }

    def run(*argv):
        out, err = StringIO(), StringIO()
        with pytest.MonkeyPatch.context() as shell, redirect_stdout(out), redirect_stderr(err):
            for name, value in where.items():
                shell.setenv(name, value)
            code = main([*map(str, argv)])
        return Answer(code, out.getvalue(), err.getvalue())

    def must(*argv):
        done = run(*argv)
        assert done.code == 0, done.err
        return done

    for name in ("master.key", "next.key"):
        must("privacy", "new-key", place / name)
    key = ("audit", "key", "service.example/log", "--out", place / "seal.key", "--json")
    where["SERVICECORE_VERIFIER_KEY"] = must(*key).json["verifier_key"]
    must("audit", "key", "witness.example", "--witness", "--out", place / "witness.key")
    for number, customer in (("T-1", "C-1"), ("T-2", "C-2")):
        must("ticket", "open", number, "--customer", customer, *TOLD, *OPENED)
    must("ticket", "cancel", "T-1", "--reason", "it was the tap", *OPENED)
    must("privacy", "ask-erasure", "C-1", *BY, *LATER)
    must("privacy", "approve", "C-1", "--by", "Wu", *LATER)
    must("project", "rebuild", "ticket_facts", "--version", 9)
    must("audit", "seal", "--key", place / "seal.key")
    must("audit", "publish", place / "published")
    must("audit", "archive", "make", place / "2021.parquet")
    must("audit", "archive", "hold", "tax", "ticket/T-2", *BY)
    must("audit", "seal", "--key", place / "seal.key")
    must("log", "backup", place / "copy.db")
    other = ("--url", f"sqlite:///{place / 'other.db'}")
    must("ticket", "open", "T-9", "--customer", "C-9", *TOLD, *OPENED, *other)
    return run


def everything_in(folder):
    """Return what lies there, but for the two files that SQLite puts beside what it reads."""
    files = (each for each in folder.rglob("*") if each.is_file())
    return {
        str(each.relative_to(folder)): sha256(each.read_bytes()).hexdigest()
        for each in files
        if not each.name.endswith(("-shm", "-wal"))
    }


@pytest.mark.parametrize(
    "command",
    [
        ("ticket answer T-2 --by Lin", *LATER),
        ("complaint receive K-1 --customer C-2 --what late", *LATER),
        ("privacy ask-erasure C-2", *BY),
        ("privacy withdraw C-1", *BY),
        ("privacy hold C-2 --hold tax", *BY),
        ("privacy erase C-1 --by Wu", *LATER),
        ("privacy rotate {place}/next.key",),
        ("project drop ticket_facts --version 9",),
        ("project retry --all",),
        ("audit heads",),
        ("audit publish {place}/published",),
        ("audit witness {place}/published --state {place}/seen --key {place}/witness.key",),
        ("audit archive hold lawsuit ticket/T-1", *BY),
        ("audit archive release tax", *BY),
        ("audit archive make {place}/again.parquet",),
        ("audit archive prune {place}/2021.parquet --by Wu",),
        ("log move {url} sqlite:///{place}/moved.db",),
        ("log backup {place}/another.db",),
        ("log restore {place}/copy.db --url sqlite:///{place}/restored.db",),
    ],
    ids=lambda command: " ".join(command[0].split()[:3]),
)
def test_nothing_is_changed(run, place, command):
    words, *more = command
    argv = words.format(place=place, url=f"sqlite:///{place / 'service.db'}").split()
    before = everything_in(place)

    done = run(*argv, *more, "--dry-run", "--json")

    assert (done.code, done.err) == (0, "")
    assert done.json["dry_run"]
    assert done.json.get("position") is None
    assert everything_in(place) == before


def test_the_folder_in_which_one_stands_is_left_as_it_is(run, place, monkeypatch):
    monkeypatch.chdir(place / "published")
    before = everything_in(place)
    assert run("audit", "publish", ".", "--dry-run").code == 0
    assert everything_in(place) == before


class TestWhatIsRefusedIsRefusedInARehearsal:
    """So whoever rehearses learns of it before."""

    @pytest.mark.parametrize(
        ("words", "why"),
        [
            ("privacy approve C-2 --by Chen", "nobody asked"),
            ("project drop ticket_facts --version 1", "in use"),
            ("project drop ticket_facts --version 5", "no version 5"),
            ("project skip deadlines 1 --reason x", "1"),
            ("audit archive release none --by Chen --reason x", "nothing is held under 'none'"),
            ("log backup {place}/copy.db", "already"),
            ("log move {url} sqlite:///{place}/other.db", "position 1 of one log"),
        ],
        ids=lambda told: " ".join(told.split()[:3]),
    )
    def test_in_the_same_words(self, run, place, words, why):
        argv = words.format(place=place, url=f"sqlite:///{place / 'service.db'}").split()
        rehearsed = run(*argv, "--dry-run")

        assert rehearsed.code != 0
        assert why in rehearsed.err
        assert run(*argv) == rehearsed


def test_a_sealed_log_takes_in_how_long_its_histories_are(run):
    """What is put on record there tells of nobody, but it is put on record with the keys."""
    assert run("audit", "heads", "--json").json["histories"] >= 2
