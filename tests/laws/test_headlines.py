"""Counted from the columns of an export, the headline figures are the desk's own, to the digit."""

from __future__ import annotations

import json
import tempfile
from datetime import timedelta

import attrs
import pytest
from hypothesis import given, settings

from servicecore import ServiceDesk
from servicecore.desk.customers_asked import patience_told
from servicecore.domain.events import personal_fields
from servicecore.exchange.exports.parquet import (
    NotAnExportError,
    export_parquet,
    headline,
    told,
    writing,
)
from servicecore.projections.asking import TIMES, UnknownChoiceError, UnknownGroupingError
from servicecore.projections.themes import CUSTOMERS, SURVEYS, TICKETS
from servicecore.storage import PrunedError, open_log
from servicecore.storage.pruned import pruned
from tests.desk.foreign_imports import imported
from tests.exchange.foreign_files import csv_file, row
from tests.laws.recorded_logs import BUSIEST, FILES, a_desk_with
from tests.laws.test_read_models import a_desk, work, works
from tests.moments import NINE, REQUEST
from tests.projections.busy_desk import busy_desk

DAY = timedelta(days=1)
PERIODS = [None, "2025-Q2", "2025-03-05..2025-04-02"]
GROUPS = [
    (),
    ("priority",),
    ("product", "month"),
    ("status", "level", "kind"),
    ("served_by", "about"),
    ("person", "team"),
    ("customer", "grade", "week"),
    ("model", "channel", "area"),
]


def from_the_desk(desk, *, by, **ask):
    """Return the figures of the desk's own reports, each by those of the names that it knows."""
    reports, standard = desk.reports, desk._office.standard

    def known(theme):
        return tuple(name for name in by if name in theme.dimensions or name in TIMES)

    figures = [*reports.response_times(by=known(TICKETS), **ask)]
    satisfaction = reports.satisfaction(by=known(SURVEYS), **ask)
    figures += [each for each in satisfaction if each.measure != "survey_coverage"]
    if patience_told(standard):
        figures += reports.churn(by=known(CUSTOMERS), **ask)
    return figures


def from_columns(desk, folder, **ask):
    patience = patience_told(desk._office.standard)
    waits = {} if patience is None else attrs.asdict(patience)
    return [*headline(folder, zone=desk.reports.zone, **ask, **waits)]


def must_be_the_same(desk, folder, *, moments):
    for as_of in moments:
        for period in PERIODS:
            for by in GROUPS:
                asked = {"as_of": as_of, "period": period, "by": by}
                assert from_columns(desk, folder, **asked) == from_the_desk(desk, **asked), asked


def some_moments(desk):
    """Return one when little had happened, one in the middle, the last, and one long after."""
    moments = sorted(each.occurred_at for each in desk.log.since(0))
    return [moments[len(moments) // 5], moments[len(moments) // 2], moments[-1] + 400 * DAY]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_of_every_history(path, tmp_path):
    with a_desk_with(path, "memory:") as desk:
        export_parquet(desk.log, tmp_path, buckets=3)
        must_be_the_same(desk, tmp_path, moments=some_moments(desk))


@pytest.mark.parametrize("seed", [1, 2])
def test_of_a_busy_desk(seed, tmp_path):
    """Tickets are reopened, cancelled, paused and changed in priority; many are late."""
    with busy_desk(seed=seed, tickets=40) as desk:
        export_parquet(desk.log, tmp_path)
        must_be_the_same(desk, tmp_path, moments=some_moments(desk))


def test_at_the_very_moment_of_a_deadline_or_a_decision(tmp_path):
    with busy_desk(seed=1, tickets=10) as desk:
        export_parquet(desk.log, tmp_path)
        told = [
            each for event in desk.log.since(0) for each in getattr(event.event, "readings", ())
        ]
        decided = [each.decided_at for each in told if each.decided_at][:8]
        for moment in [each.due for each in told][:8] + decided:
            asked = {"as_of": moment, "by": ("priority",)}
            assert from_columns(desk, tmp_path, **asked) == from_the_desk(desk, **asked)


@settings(max_examples=settings().max_examples // 5)
@given(works=works)
def test_of_any_history(works):
    """Merged tickets, too, and such as nobody classified."""
    with a_desk("memory") as desk, tempfile.TemporaryDirectory() as folder:
        work(desk, works)
        export_parquet(desk.log, folder, buckets=1)
        for moment in (NINE + DAY, NINE + 30 * DAY):
            asked = {"by": ("priority", "status", "day"), "as_of": moment}
            assert from_columns(desk, folder, **asked) == from_the_desk(desk, **asked)


def test_of_what_another_system_recorded(tmp_path):
    lives = [
        row("09:10", "New", assignment_group="G1"),
        row("10:00", "Active", assignment_group="G1", assigned_to="Wu"),
        row("11:00", "Awaiting User Info", assignment_group="G1", assigned_to="Wu"),
        row("12:00", "Resolved", assignment_group="G1", assigned_to="Wu"),
        row("13:00", "Active", assignment_group="G1", assigned_to="Wu"),
        row("14:00", "Closed", assignment_group="G1", assigned_to="Wu"),
    ]
    url = f"sqlite:///{tmp_path / 'service.db'}"
    with open_log(url) as log:
        imported(log, csv_file(tmp_path, lives))
    with ServiceDesk.open(url, react="worker") as desk:
        export_parquet(desk.log, tmp_path / "events")
        must_be_the_same(desk, tmp_path / "events", moments=some_moments(desk))


def test_of_an_export_that_grew(tmp_path, monkeypatch):
    """What is told of a record may stand in several files, and in many groups of rows."""
    monkeypatch.setattr(writing, "_AT_ONCE", 3)
    monkeypatch.setattr(writing, "_WAITING", 7)
    with a_desk_with(BUSIEST, "memory:") as desk:
        for number in "XYZ":
            desk.tickets.open(number, **REQUEST, priority="B", at=NINE + 199 * DAY)
        export_parquet(desk.log, tmp_path, buckets=2)
        desk.tickets.assign("X", to="Zhou", team="later", at=NINE + 300 * DAY)
        desk.tickets.change_priority("Y", priority="A", reason="seen", at=NINE + 300 * DAY)
        desk.tickets.resolve("Z", by="Lin", solution="a seal", at=NINE + 300 * DAY)
        export_parquet(desk.log, tmp_path)
        must_be_the_same(desk, tmp_path, moments=[NINE + 200 * DAY, NINE + 301 * DAY])


def test_of_some_cases(tmp_path):
    with busy_desk(seed=3, tickets=30) as desk:
        export_parquet(desk.log, tmp_path)
        for where in ({"product": "pump"}, {"priority": ["A", "B"]}, {"team": ["pumps", ""]}):
            asked = {"as_of": NINE + 90 * DAY, "by": ("priority",), "where": where}
            theirs = desk.reports.response_times(**asked)
            ours = headline(tmp_path, zone=desk.reports.zone, **asked)
            assert [each for each in ours if each.measure in theirs.measures()] == [*theirs]


def test_of_what_is_exported_at_the_moment_nothing_is_told(tmp_path):
    """Only what the note of an export tells of is whole."""
    with a_desk_with(BUSIEST, "memory:") as desk:
        export_parquet(desk.log, tmp_path)
        note = (tmp_path / "export.json").read_bytes()
        asked = {"by": ("priority",), "as_of": NINE + 500 * DAY}
        before = from_columns(desk, tmp_path, **asked)
        desk.tickets.open("NEW", **REQUEST, priority="B", at=NINE + 300 * DAY)
        export_parquet(desk.log, tmp_path)
        assert from_columns(desk, tmp_path, **asked) != before
        (tmp_path / "export.json").write_bytes(note)
        assert from_columns(desk, tmp_path, **asked) == before


class TestRefused:
    """Errors are named, and say what to do."""

    @pytest.fixture
    def folder(self, tmp_path):
        with a_desk_with(BUSIEST, "memory:") as desk:
            export_parquet(desk.log, tmp_path / "events")
        return tmp_path / "events"

    def test_no_export(self, tmp_path):
        with pytest.raises(NotAnExportError, match="holds no export"):
            headline(tmp_path, as_of=NINE)

    def test_an_older_export(self, folder):
        note = folder / "export.json"
        note.write_text(json.dumps(json.loads(note.read_text()) | {"format": 1}))
        with pytest.raises(NotAnExportError, match=r"format 1 .* choose a new folder"):
            headline(folder, as_of=NINE)

    @pytest.mark.parametrize("name", ["colour", "fault"])
    def test_what_has_no_column(self, folder, name):
        """The fault of a ticket is sealed, where anything is."""
        with pytest.raises(UnknownGroupingError, match=f"told by '{name}'; expected priority"):
            headline(folder, as_of=NINE, by=name)

    def test_a_word_that_is_none(self, folder):
        with pytest.raises(UnknownChoiceError, match="no priority is called 'Z'"):
            headline(folder, as_of=NINE, where={"priority": "Z"})

    def test_what_was_archived_before(self, tmp_path):
        with a_desk_with(BUSIEST, "memory:") as desk:
            first, *others = desk.log.rows_since(0)
        rows = [pruned(first, bytes(32), archive="2025", kept_at="/srv"), *others]
        with ServiceDesk.open("memory:", react="worker") as other:
            other.log.storage.write(lambda log: log.insert([tuple(each)[1:] for each in rows]))
            export_parquet(other.log, tmp_path)
            with pytest.raises(PrunedError, match="restore them and export anew"):
                headline(tmp_path, as_of=NINE + 500 * DAY)


def test_nothing_personal_has_a_column():
    for cls, fields in told._TELLS.items():
        assert personal_fields(cls).keys().isdisjoint(fields.values())
