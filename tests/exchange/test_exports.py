"""What stands on record, in the formats of other systems: by their own schemas, and all of it."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections import Counter
from contextlib import closing
from datetime import datetime, timedelta, timezone

import jsonschema
import pytest
import xmlschema

from servicecore import ServiceDesk
from servicecore.domain.events import CATALOGUE
from servicecore.exchange.exports import (
    OcelFileExistsError,
    write_cloudevents,
    write_ocel,
    write_ocel_sqlite,
    write_table,
    write_xes,
)
from servicecore.exchange.xes import read_xes

MONDAY = datetime(2025, 3, 3, 9, tzinfo=timezone.utc)
HOUR = timedelta(hours=1)
FACTS = {"product": "pump", "model": "P-200", "contact": "林晓雯"}
NASTY = "=cmd|\"<&>' \n\x01 it leaks"


@pytest.fixture(scope="module")
def log():
    """A log of two tickets, one merged into the other, and of a complaint about it."""
    with ServiceDesk.open("memory:", clock=lambda: MONDAY + 9 * HOUR) as desk:
        desk.tickets.open("T-1", customer_id="Acme", fault="it leaks", at=MONDAY, **FACTS)
        desk.tickets.open("T-2", customer_id="Acme", fault=NASTY, at=MONDAY + HOUR, **FACTS)
        desk.tickets.answer("T-1", by="Wu", at=MONDAY + 2 * HOUR, actor="Wu", role="agent")
        desk.tickets.merge("T-2", into="T-1", at=MONDAY + 3 * HOUR)
        desk.tickets.pause("T-1", reason="customer", at=MONDAY + 4 * HOUR)
        desk.complaints.receive(
            "C-1", customer_id="Acme", what="slow", channel="mail", at=MONDAY + 5 * HOUR
        )
        yield desk.log


@pytest.fixture(scope="module")
def history(log):
    return list(log.since(0))


def written(write, history, **options):
    file = io.StringIO()
    assert write(history, file, **options) == len(history)
    return file.getvalue()


def name_of(recorded):
    return CATALOGUE.name_of(type(recorded.event))


class TestEveryFormat:
    """Streams what is on record; equal logs give equal bytes."""

    @pytest.mark.parametrize("write", [write_table, write_ocel])
    def test_is_the_same_bytes_each_time(self, write, history):
        assert written(write, history) == written(write, history)

    @pytest.mark.parametrize("write", [write_table, write_ocel])
    def test_takes_a_log_without_events(self, write):
        assert written(write, [])


class TestCloudEvents:
    @pytest.fixture
    def events(self, history):
        told = written(write_cloudevents, history, source="urn:desk:1")
        return [json.loads(line) for line in told.splitlines()]

    def test_pass_the_schema_of_cloudevents(self, events, shared):
        file = shared / "data" / "cloudevents" / "cloudevents.schema.json"
        schema = json.loads(file.read_text(encoding="utf-8"))
        for each in events:
            jsonschema.validate(each, schema)

    def test_tell_when_it_happened_and_when_it_was_recorded(self, events):
        first = events[0]
        assert first["time"] == "2025-03-03T09:00:00Z"
        assert first["recordedtime"] == "2025-03-03T18:00:00Z"
        assert (first["id"], first["type"]) == ("ticket/T-1#1", "servicecore.ticket.opened")

    def test_tell_what_follows_from_what(self, events):
        acknowledged = next(each for each in events if each["type"].endswith(".acknowledged"))
        assert acknowledged["causationid"] == acknowledged["correlationid"] == "ticket/T-1#1"
        assert acknowledged["actor"] == "policy/acknowledgement"

    def test_are_in_the_order_of_their_sequence(self, events):
        assert [each["sequence"] for each in events] == sorted(each["sequence"] for each in events)

    def test_have_attributes_of_small_letters_and_digits_only(self, events):
        assert all(name.isalnum() and name.islower() for each in events for name in each)

    def test_hold_everything_the_event_says(self, events):
        opened = next(each for each in events if each["id"] == "ticket/T-2#1")["data"]
        assert (opened["fault"], opened["contact"]) == (NASTY, "林晓雯")


class TestTheTable:
    @pytest.fixture
    def rows(self, history):
        return list(csv.DictReader(io.StringIO(written(write_table, history), newline="")))

    def test_has_a_row_an_event(self, rows, history):
        assert [row["position"] for row in rows] == [str(each.position) for each in history]

    def test_holds_what_the_event_says_as_json(self, rows):
        opened = next(each for each in rows if each["subject"] == "ticket/T-2")
        assert json.loads(opened["facts"])["fault"] == NASTY

    def test_no_cell_is_taken_for_a_formula(self):
        with ServiceDesk.open("memory:") as desk:
            desk.tickets.open(
                "T-1", customer_id="Acme", fault="leaks", actor="=1+1", at=MONDAY, **FACTS
            )
            told = written(write_table, list(desk.log.since(0)))
        assert ",'=1+1," in told


class TestOcel:
    @pytest.fixture
    def ocel(self, history):
        return json.loads(written(write_ocel, history))

    def test_passes_the_schema_of_ocel(self, ocel, shared):
        file = shared / "data" / "ocel2" / "schema_ocel2.json"
        jsonschema.validate(ocel, json.loads(file.read_text(encoding="utf-8")))

    def test_holds_every_event_and_every_record_once(self, ocel, history):
        assert [each["id"] for each in ocel["events"]] == [each.id for each in history]
        subjects = [each["id"] for each in ocel["objects"]]
        assert sorted(subjects) == ["complaint/C-1", "customer/Acme", "ticket/T-1", "ticket/T-2"]

    def test_a_merge_is_about_both_tickets(self, ocel):
        merged = next(each for each in ocel["events"] if each["type"] == "ticket.merged")
        about = {each["objectId"]: each["qualifier"] for each in merged["relationships"]}
        assert about == {"ticket/T-2": "record", "ticket/T-1": "into"}

    def test_a_ticket_is_tied_to_its_customer(self, ocel):
        ticket = next(each for each in ocel["objects"] if each["id"] == "ticket/T-1")
        assert {"objectId": "customer/Acme", "qualifier": "customer"} in ticket["relationships"]

    def test_declares_every_attribute_it_uses(self, ocel):
        declared = {
            each["name"]: {one["name"] for one in each["attributes"]} for each in ocel["eventTypes"]
        }
        for each in ocel["events"]:
            assert {one["name"] for one in each["attributes"]} <= declared[each["type"]]


class TestOcelAsADatabase:
    @pytest.fixture
    def database(self, history, tmp_path):
        assert write_ocel_sqlite(history, tmp_path / "log.sqlite") == len(history)
        with closing(sqlite3.connect(tmp_path / "log.sqlite")) as database:
            yield database

    def test_holds_every_event_in_the_table_of_its_kind(self, database, history):
        expected = Counter(name_of(each) for each in history)
        tables = database.execute("SELECT ocel_type, ocel_type_map FROM event_map_type").fetchall()
        found = {
            kind: database.execute(f"SELECT count(*) FROM event_{table}").fetchone()[0]
            for kind, table in tables
        }
        assert found == dict(expected)

    def test_says_the_same_as_the_json(self, database, history):
        told = json.loads(written(write_ocel, history))
        links = {
            (event["id"], each["objectId"], each["qualifier"])
            for event in told["events"]
            for each in event["relationships"]
        }
        assert set(database.execute("SELECT * FROM event_object")) == links
        objects = {(each["id"], each["type"]) for each in told["objects"]}
        assert set(database.execute("SELECT * FROM object")) == objects

    def test_every_reference_leads_somewhere(self, database):
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []

    def test_has_the_tables_of_the_published_example(self, database, shared):
        example = shared / "data" / "ocel2" / "ocel20_example.sqlite"
        with closing(sqlite3.connect(f"file:{example}?immutable=1", uri=True)) as theirs:
            for table in ("event", "object", "event_object", "object_object", "event_map_type"):
                columns = f"SELECT name FROM pragma_table_info('{table}')"
                assert database.execute(columns).fetchall() == theirs.execute(columns).fetchall()

    def test_a_file_that_is_there_is_left_alone(self, history, tmp_path):
        file = tmp_path / "mine.txt"
        file.write_text("mine", encoding="utf-8")
        with pytest.raises(OcelFileExistsError, match=r"mine\.txt exists"):
            write_ocel_sqlite(history, file)
        assert file.read_text(encoding="utf-8") == "mine"


class TestXes:
    @pytest.fixture
    def xes(self, log):
        file = io.StringIO()
        count = write_xes([log.history("ticket/T-1"), log.history("ticket/T-2")], file)
        assert count == len(log.history("ticket/T-1")) + len(log.history("ticket/T-2"))
        return file.getvalue()

    def test_passes_the_schema_of_the_ieee(self, xes, shared):
        schema = xmlschema.XMLSchema(str(shared / "data" / "xes_schema" / "xes-ns-wrapper.xsd"))
        schema.validate(xes)

    def test_our_own_reader_reads_it_back(self, xes, log):
        events = list(read_xes(io.BytesIO(xes.encode())))
        told = [(each["case:concept:name"], each["concept:name"]) for each in events]
        histories = [*log.history("ticket/T-1"), *log.history("ticket/T-2")]
        assert told == [(each.subject, name_of(each)) for each in histories]
        assert [each["time:timestamp"] for each in events] == [
            each.occurred_at.isoformat() for each in histories
        ]

    def test_whatever_a_customer_wrote_comes_through(self, xes):
        opened = [each for each in read_xes(io.BytesIO(xes.encode())) if "sc:fault" in each]
        assert opened[1]["sc:fault"] == NASTY.replace("\x01", "\ufffd")
