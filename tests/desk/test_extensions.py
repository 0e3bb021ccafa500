"""What an organisation adds to a desk is known there like the desk's own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from loaners import EXTENSION, Loaners
from loaners.asking_back import AskItBack
from loaners.decisions import AlreadyBackError
from servicecore import ServiceDesk
from servicecore.desk import extension
from servicecore.extending import (
    Aggregate,
    Extension,
    ExtensionError,
    Fold,
    ReadModel,
    UnknownKindError,
    UnknownRecordError,
)
from servicecore.standards import BadStandardError
from tests.moments import HOUR, NINE, REQUEST

DAY = 24 * HOUR
EXAMPLE = Path(__file__).parents[2] / "examples" / "extension"
#: Seven days after a Tuesday end with the Tuesday after it, which ends in China at 16:00 UTC.
BACK_BY = datetime(2025, 3, 11, 16, tzinfo=timezone.utc)


@pytest.fixture
def desk():
    with ServiceDesk.open("memory:", standard="loaner_house", extensions=[EXTENSION]) as desk:
        yield desk


def lent(desk):
    desk.tickets.open("T-1", **REQUEST, priority="A", at=NINE)
    desk.counter(Loaners).lend("T-1", device="pump 7", customer_id="Acme", at=NINE)
    return desk.counter(Loaners)


def closed(desk):
    desk.tickets.resolve("T-1", by="Lin", solution="a new seal", at=NINE + HOUR)
    desk.tickets.confirm("T-1", at=NINE + DAY)


class TestACounter:
    """It stands at the desk under its name, and is found by its class."""

    def test_by_its_class_and_by_its_name_is_the_same(self, desk):
        assert desk.counter("loaners") is desk.counter(Loaners)

    def test_keeps_its_records(self, desk):
        loaners = lent(desk)
        assert (loaners.get("T-1").device, loaners.get("T-1").is_back) == ("pump 7", False)

    def test_refuses_as_its_rules_say(self, desk):
        loaners = lent(desk)
        loaners.bring_back("T-1", at=NINE + HOUR)
        with pytest.raises(AlreadyBackError, match="'pump 7', lent for ticket T-1, is back"):
            loaners.bring_back("T-1", at=NINE + HOUR)

    def test_knows_no_record_that_was_never_begun(self, desk):
        with pytest.raises(UnknownRecordError, match="there is no loaner 'T-9'"):
            desk.counter(Loaners).get("T-9")

    @pytest.mark.parametrize("which", ["lamps", int])
    def test_that_nobody_opened_is_missed_by_name(self, desk, which):
        with pytest.raises(LookupError, match=r"open are \['loaners'\]"):
            desk.counter(which)

    def test_cannot_stand_where_the_desk_has_one(self):
        with pytest.raises(ExtensionError, match="'tickets': the desk has one of its own"):
            ServiceDesk.open(
                "memory:", extensions=[Extension(name="x", counters={"tickets": Loaners.of})]
            )


class TestAPolicy:
    """It reacts to the desk's own events, once each."""

    def test_follows_at_once(self, desk):
        loaners = lent(desk)
        assert loaners.get("T-1").back_by is None
        closed(desk)
        assert loaners.get("T-1").back_by == BACK_BY

    def test_is_named_in_the_record(self, desk):
        lent(desk)
        closed(desk)
        asked = desk.log.history("loaner/T-1")[-1]
        assert asked.provenance.rule == "asking_back"
        assert asked.provenance.causation_id == desk.tickets.history("T-1")[-1].id

    def test_leaves_a_ticket_without_a_loaner_alone(self, desk):
        desk.tickets.open("T-1", **REQUEST, priority="A", at=NINE)
        closed(desk)
        assert desk.log.history("loaner/T-1") == []


class TestADeadline:
    """What falls due of a record of one's own is put on record like everything else."""

    def test_at_the_moment_itself_is_in_time(self, desk):
        loaners = lent(desk)
        closed(desk)
        desk.run_due(BACK_BY)
        assert not loaners.get("T-1").is_overdue
        desk.run_due(BACK_BY + timedelta(seconds=1))
        assert loaners.get("T-1").is_overdue

    def test_is_off_the_list_when_the_device_is_back(self, desk):
        loaners = lent(desk)
        closed(desk)
        loaners.bring_back("T-1", at=NINE + 2 * DAY)
        desk.run_due(BACK_BY + DAY)
        assert not loaners.get("T-1").is_overdue


class TestAReadModel:
    """Its rows are kept like those of the desk, and can be built anew."""

    def test_answers_the_questions_of_its_counter(self, desk):
        loaners = lent(desk)
        assert [each.device for each in loaners.out()] == ["pump 7"]
        loaners.bring_back("T-1", at=NINE + HOUR)
        assert loaners.out() == []

    def test_is_listed_and_rebuilt_with_the_others(self, desk):
        loaners = lent(desk)
        before = loaners.out()
        assert "loans" in {each.name for each in desk.projects.status()}
        desk.projects.rebuild("loans")
        assert loaners.out() == before

    def test_may_be_written_by_hand(self):
        seen = []
        by_hand = ReadModel(
            name="seen",
            observe=lambda _, recorded: seen.extend(each.id for each in recorded),
            topics="ticket.",
        )
        with ServiceDesk.open(
            "memory:", extensions=[Extension(name="x", read_models=[by_hand])]
        ) as desk:
            desk.tickets.open("T-1", **REQUEST, at=NINE)
            desk.projects.rebuild("seen")
        assert seen[0] == "ticket/T-1#1"
        assert {each.split("/")[0] for each in seen} == {"ticket"}


class TestAStandard:
    """It goes by its id, and its figures are promised."""

    def test_is_served_by_its_name(self, desk):
        lent(desk)
        assert desk.tickets.get("T-1").promises["first_response", 1].clause == "ours:1.1"

    def test_is_known_to_a_desk_that_serves_another(self):
        with ServiceDesk.open("memory:", extensions=[EXTENSION]) as desk:
            lent(desk)
            assert desk.tickets.get("T-1").promises["first_response", 1].clause == "om2025:2.2b"

    def test_that_cannot_be_read_is_refused_when_it_is_listed(self):
        with pytest.raises(BadStandardError, match=r"nowhere\.toml"):
            Extension(name="x", standards=["nowhere.toml"])


class TestTwoOfTheSameName:
    """Nobody takes the place of something that is there: histories depend on it."""

    @pytest.mark.parametrize(
        ("brought", "message"),
        [
            (
                {"aggregates": [Aggregate(kind="ticket", fold=Fold(lambda *_: None, name="x"))]},
                "'x' brings the kind of record 'ticket', which 'servicecore' has",
            ),
            ({"policies": [AskItBack]}, "'x' brings the policy 'asking_back', which 'loaners' has"),
            (
                {"read_models": [ReadModel(name="deadlines", observe=lambda *_: None)]},
                "'x' brings the read model 'deadlines', which 'servicecore' has",
            ),
            ({"counters": {"loaners": Loaners.of}}, "the counter 'loaners', which 'loaners' has"),
            ({"standards": EXTENSION.standards}, "the standard 'loaner_house', which 'loaners'"),
        ],
        ids=["aggregate", "policy", "read model", "counter", "standard"],
    )
    def test_is_refused_when_the_desk_opens(self, brought, message):
        with pytest.raises(ExtensionError, match=message):
            ServiceDesk.open("memory:", extensions=[EXTENSION, Extension(name="x", **brought)])

    def test_one_that_is_listed_twice_is_one(self):
        ServiceDesk.open("memory:", extensions=[EXTENSION, EXTENSION]).close()


class TestAnInstalledPackage:
    """Its extension is found by every desk, without being listed."""

    @pytest.fixture
    def installed(self, monkeypatch):
        def install(value):
            entry = EntryPoint("loaners", value, extension.ENTRY_POINTS)
            monkeypatch.setattr(extension, "entry_points", lambda **_: [entry])
            extension.installed.cache_clear()

        yield install
        monkeypatch.undo()
        extension.installed.cache_clear()

    def test_opens_its_counter(self, installed):
        installed("loaners:EXTENSION")
        with ServiceDesk.open("memory:") as desk:
            assert lent(desk).get("T-1").device == "pump 7"

    def test_that_is_listed_too_is_one(self, installed):
        installed("loaners:EXTENSION")
        ServiceDesk.open("memory:", extensions=[EXTENSION]).close()

    @pytest.mark.parametrize(
        ("value", "message"),
        [
            ("loaners:NOTHING", r"'loaners' \(loaners:NOTHING\) cannot be loaded: AttributeError"),
            ("loaners:Loaners", r"\(loaners:Loaners\) must be an Extension, got <class"),
        ],
    )
    def test_that_cannot_be_loaded_stops_the_desk(self, installed, value, message):
        installed(value)
        with pytest.raises(ExtensionError, match=message):
            ServiceDesk.open("memory:")


class TestAnExtensionThatIsMissing:
    """What it recorded stays; the rest of the desk goes on."""

    def test_stops_nothing_else(self, tmp_path):
        url = f"sqlite:///{tmp_path}/service.db"
        with ServiceDesk.open(url, standard="loaner_house", extensions=[EXTENSION]) as desk:
            lent(desk)
            closed(desk)
        with ServiceDesk.open(url) as desk:
            desk.tickets.open("T-2", **REQUEST, priority="A", at=NINE + 3 * DAY)
            desk.run_due(NINE + 60 * DAY)
            assert desk.tickets.get("T-2").level.value == "manager"
        with ServiceDesk.open(url, standard="loaner_house", extensions=[EXTENSION]) as desk:
            desk.run_due(NINE + 60 * DAY)
            assert desk.counter(Loaners).get("T-1").is_overdue

    def test_is_named_where_its_rules_are_needed(self, desk):
        without = extension.Known.of()
        with pytest.raises(UnknownKindError, match=r"knows what a 'loaner' is \(loaner/T-1\)"):
            without.fold_of("loaner/T-1")
        assert desk._office.known.fold_of("loaner/T-1").name == "loaner"


class TestAMisspeltArgument:
    """It is not taken for something said of whoever asked."""

    def test_is_refused_before_anything_is_stored(self, desk):
        head = desk.log.head()
        with pytest.raises(TypeError, match=r"no argument 'divice'; .* takes actor, role"):
            desk.counter(Loaners).lend("T-1", device="x", customer_id="A", divice="y", at=NINE)
        assert desk.log.head() == head


def test_a_standard_without_the_figure_leaves_the_return_open():
    """The policy asks for nothing that nobody promised."""
    with ServiceDesk.open("memory:", extensions=[EXTENSION]) as desk:
        loaners = lent(desk)
        closed(desk)
        assert loaners.get("T-1").back_by is None


class TestAShell:
    """It knows what installed packages bring, as every desk does."""

    @pytest.fixture
    def servicecore(self, tmp_path):
        """Run the command where the package of loaners is installed, and return what it told."""
        package = tmp_path / "site" / "loaners-0.1.0.dist-info"
        package.mkdir(parents=True)
        (package / "METADATA").write_text("Metadata-Version: 2.1\nName: loaners\nVersion: 0.1.0\n")
        names = package / "entry_points.txt"
        names.write_text("[servicecore.extensions]\nloaners = loaners:EXTENSION\n")

        def run(*argv):
            return subprocess.run(
                [sys.executable, "-m", "servicecore", *argv],
                env={
                    **os.environ,
                    "PYTHONPATH": os.pathsep.join([str(EXAMPLE), str(package.parent)]),
                    "SERVICECORE_URL": f"sqlite:///{tmp_path}/service.db",
                    "SERVICECORE_STANDARD": "loaner_house",
                },
                capture_output=True,
                text=True,
                check=False,
            )

        run.names = names
        return run

    def test_reads_a_history_of_an_installed_extension(self, servicecore, tmp_path):
        url = f"sqlite:///{tmp_path}/service.db"
        with ServiceDesk.open(url, standard="loaner_house", extensions=[EXTENSION]) as desk:
            lent(desk)
        assert "loaner/T-1" in servicecore("log", "history", "loaner/T-1").stdout
        shown = servicecore("audit", "show", "loaner/T-1", "--at", "2030-01-01T00:00Z").stdout
        assert [line.split() for line in shown.splitlines() if line.startswith("device")] == [
            ["device", "pump", "7"]
        ]

    def test_tells_of_its_standards(self, servicecore):
        assert "loaner return" in servicecore("sla", "show").stdout
        told = servicecore("sla", "compare", "operations_manual_2025", "loaner_house")
        assert (told.returncode, "loaner return" in told.stdout) == (0, True), told

    def test_has_a_group_for_its_records(self, servicecore):
        # How wide the columns are is Python's to say.
        told, of_loaners = (servicecore(*of, "--help").stdout.split() for of in ((), ("loaner",)))
        assert "loaner lends devices, and takes them in again" in " ".join(told)
        assert "bring-back take the device in again" in " ".join(of_loaners)

    def test_carries_its_commands_out(self, servicecore):
        lent = servicecore("loaner", "lend", "T-1", "--device", "pump 7", "--customer", "Acme")
        assert (lent.returncode, lent.stdout.partition(":")[0]) == (0, "T-1"), lent.stderr
        assert "pump 7" in servicecore("loaner", "list").stdout
        assert servicecore("loaner", "bring-back", "T-1", "--dry-run").returncode == 0
        assert servicecore("loaner", "bring-back", "T-1").returncode == 0
        again = servicecore("loaner", "bring-back", "T-1")
        assert (again.returncode, "is back already" in again.stderr) == (1, True)
        [_, back] = json.loads(servicecore("loaner", "history", "T-1", "--json").stdout)
        assert back["name"] == "loaner.brought_back"

    def test_helps_even_if_an_extension_cannot_be_loaded(self, servicecore):
        servicecore.names.write_text("[servicecore.extensions]\nlost = loaners:LOST\n")
        told = servicecore("--help")
        assert (told.returncode, "worker" in told.stdout) == (0, True)
        assert "extension 'lost' (loaners:LOST) cannot be loaded" in told.stderr
