"""What programs of ours say: a sentence for people, and the same as fields for machines."""

from __future__ import annotations

import json
import logging
import re
from pathlib import Path

import pytest

import servicecore
from servicecore import ServiceDesk
from servicecore.journal import Journal, JsonLines
from servicecore.storage.follower import Follower
from servicecore.storage.patience import Patience
from tests.moments import NINE, REQUEST

SOURCES = Path(servicecore.__file__).parent
PAGE = SOURCES.parents[1] / "docs" / "how-to" / "postgresql.md"


def lines(caplog):
    return [json.loads(JsonLines().format(record)) for record in caplog.records]


class TestALine:
    """People read a sentence; whoever collects lines finds its facts under their names."""

    def test_has_its_event_and_its_fields_beside_the_sentence(self, caplog):
        Journal("servicecore.here").warning(
            "storage_away", "waiting %(seconds)s s: %(error)s", seconds=0.5, error=OSError("gone")
        )

        (record,) = caplog.records
        assert record.getMessage() == "waiting 0.5 s: gone"
        assert (record.event, record.seconds, record.error) == ("storage_away", 0.5, "gone")
        assert record.funcName == "test_has_its_event_and_its_fields_beside_the_sentence"

    def test_is_one_json_object_with_all_of_it(self, caplog):
        Journal("servicecore.here").error("lost", "%(who)s\nis lost", who="李")

        (record,) = caplog.records
        told = JsonLines().format(record)
        assert "\n" not in told
        assert json.loads(told) == {
            "at": json.loads(told)["at"],
            "level": "error",
            "logger": "servicecore.here",
            "message": "李\nis lost",
            "event": "lost",
            "who": "李",
        }
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", json.loads(told)["at"])

    def test_of_a_failure_has_its_trace(self, caplog):
        try:
            raise ZeroDivisionError("x")  # noqa: EM101, TRY301
        except ZeroDivisionError as error:
            Journal("servicecore").failure("failed", "%(who)s failed: %(error)s", error, who="Lin")

        (told,) = lines(caplog)
        assert (told["error"], told["message"]) == (
            "ZeroDivisionError('x')",
            "Lin failed: ZeroDivisionError('x')",
        )
        assert "test_of_a_failure_has_its_trace" in told["trace"]

    def test_of_others_is_told_too(self, caplog):
        logging.getLogger("somebody").warning("it is %s", "late", extra={"minutes": 3})

        (told,) = lines(caplog)
        assert (told["message"], told["minutes"], "event" in told) == ("it is late", 3, False)


class TestWhatIsTold:
    """Every event has a name of its own, which the docs know."""

    NAMES = re.compile(r'ournal\.(?:debug|info|warning|error|failure)\(\s*"([a-z_]+)"')

    def test_is_on_the_page(self):
        told = {
            name
            for path in SOURCES.rglob("*.py")
            for name in self.NAMES.findall(path.read_text(encoding="utf-8"))
        }
        _, _, table = PAGE.read_text(encoding="utf-8").partition("| event |")
        known = set(re.findall(r"^\| `([a-z_]+)` ", table, re.MULTILINE))
        assert told == known

    def test_of_an_event_set_aside_is_who_did_where_and_why(self, caplog):
        def handle(batch, recorded):
            raise ZeroDivisionError

        with ServiceDesk.open("memory:", clock=lambda: NINE) as desk:
            desk.tickets.open("T-1", **REQUEST, at=NINE)
            Follower(desk.log, "broken", handle, patience=Patience(tries=1)).catch_up()

        told = next(each for each in lines(caplog) if each.get("event") == "event_set_aside")
        assert told["level"] == "error"
        assert (told["follower"], told["position"], told["topic"]) == ("broken", 1, "ticket.opened")
        assert told["error"] == "ZeroDivisionError()"

    @pytest.mark.parametrize("level", [logging.INFO, logging.DEBUG])
    def test_every_step_only_if_somebody_wants_to_hear_it(self, caplog, level):
        from servicecore.cli.worker import worker_of  # noqa: PLC0415

        with ServiceDesk.open("memory:", react="worker", clock=lambda: NINE) as desk:
            desk.tickets.open("T-1", **REQUEST, at=NINE)
            with caplog.at_level(level, logger="servicecore"):
                worker_of(desk, name="Lin", lease=None).run_once()

        rounds = [each for each in lines(caplog) if each["event"] == "worker_round"]
        behind = [each for each in lines(caplog) if each["event"] == "follower_position"]
        assert bool(rounds) == bool(behind) == (level == logging.DEBUG)
        for each in rounds:
            assert each["worker"] == "Lin"
            assert each["seconds"] >= 0
        assert {each["lag"] for each in behind} <= {0.0}
