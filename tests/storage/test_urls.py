"""A log opens by its URL, or says in plain words why it does not."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from servicecore.domain.events import Provenance
from servicecore.storage import (
    Change,
    ClosedError,
    NewerSchemaError,
    NotOurDatabaseError,
    ReadOnlyError,
    UnknownStorageError,
    UnreachableStorageError,
    UnsafeSettingError,
    open_log,
    urls,
)
from servicecore.storage.memory import MemoryStorage
from servicecore.testing.conformance.events import CATALOGUE, LIN, opened


def log_in(path, **options):
    return open_log(f"sqlite:///{path}", catalogue=CATALOGUE, **options)


class TestURLs:
    """The URL names the storage, and options that it knows."""

    @pytest.mark.parametrize(
        "url", ["", "service.db", "sqllite:///x.db", "mysql://localhost/x", "/var/x.db"]
    )
    def test_a_storage_that_nobody_knows_is_refused_with_those_that_are_known(self, url):
        with pytest.raises(
            UnknownStorageError, match=r"known are kurrentdb:, memory:, postgresql:, sqlite:"
        ) as refused:
            open_log(url)
        assert repr(url) in str(refused.value)

    def test_the_name_of_a_file_alone_is_told_how_it_is_called(self):
        with pytest.raises(UnknownStorageError, match=r"like 'sqlite:///service\.db'"):
            open_log("service.db")

    @pytest.mark.parametrize(
        "url",
        [
            *("sqlite:", "sqlite://", "sqlite:///", "sqlite://service.db"),
            *("sqlite:service.db", "sqlite:///:memory:"),
        ],
    )
    def test_a_sqlite_url_without_a_file_is_refused(self, url):
        with pytest.raises(UnknownStorageError, match=r"sqlite:///service\.db"):
            open_log(url)

    @pytest.mark.parametrize("url", ["umadb://db:x", "postgresql://lin:pw@db:x/a", "umadb://[::1"])
    def test_what_is_no_url_at_all_is_refused_without_its_password(self, url):
        with pytest.raises(UnknownStorageError, match="is no URL of a storage") as refused:
            open_log(url)
        assert "pw" not in str(refused.value)

    @pytest.mark.parametrize("url", [5, Path("service.db"), b"memory:"])
    def test_so_is_what_is_no_text(self, url):
        with pytest.raises(UnknownStorageError, match=r"sqlite:///service\.db', got") as refused:
            open_log(url)
        assert repr(url) in str(refused.value)

    def test_keys_are_told_by_a_store_or_its_url(self, tmp_path):
        with pytest.raises(UnknownStorageError, match="a key store or its URL, got 5"):
            log_in(tmp_path / "service.db", keys=5)
        assert list(tmp_path.iterdir()) == []

    def test_several_hosts_may_have_a_port_each(self):
        with pytest.raises(UnreachableStorageError):
            open_log("postgresql://127.0.0.1:1,127.0.0.1:2/db?wait=1")

    def test_memory_has_no_name(self):
        with pytest.raises(UnknownStorageError, match="memory:"):
            open_log("memory://mine")

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            ("synchronus=full", "'synchronus'; known are .*'synchronous'"),
            ("synchronous=sometimes", "'sometimes' is not among full, normal, off"),
            ("wait=soon", "'soon'"),
            ("wait=-1", "'-1'"),
            ("mode=x", "'x' is not among rw, ro"),
            ("log=My Log", "'My Log'"),
        ],
    )
    def test_an_option_that_it_does_not_know_is_refused(self, tmp_path, options, said):
        with pytest.raises(UnknownStorageError, match=said):
            open_log(f"sqlite:///{tmp_path}/log.db?{options}")
        assert [] == list(tmp_path.iterdir())

    def test_memory_knows_no_options(self):
        with pytest.raises(UnknownStorageError, match="'synchronous'"):
            open_log("memory:", synchronous="full")

    def test_a_relative_and_an_absolute_path(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        open_log("sqlite:///here.db").close()
        open_log(f"sqlite:///{tmp_path}/the%20re.db").close()

        assert {"here.db", "the re.db"} <= {each.name for each in tmp_path.iterdir()}

    def test_others_register_their_storages(self, monkeypatch):
        mine = EntryPoint("mine", f"{__name__}:open_mine", urls.ENTRY_POINTS)
        monkeypatch.setattr(urls, "entry_points", lambda **_: [mine])
        monkeypatch.setattr(EntryPoint, "load", lambda _: open_mine)

        with open_log("mine://there?depth=3", catalogue=CATALOGUE) as log:
            assert 1 == log.append(opened("case/1"), provenance=LIN).position
            assert {"depth": "3"} == log.storage.told


def open_mine(url, options):
    storage = MemoryStorage()
    storage.told = dict(options)
    return storage


class TestFilesThatDoNotFit:
    """Whatever is wrong with the file is said before anything is stored."""

    def test_a_directory(self, tmp_path):
        with pytest.raises(UnreachableStorageError, match="is a directory"):
            log_in(tmp_path)

    def test_a_directory_that_is_not_there(self, tmp_path):
        with pytest.raises(UnreachableStorageError, match="no directory"):
            log_in(tmp_path / "nowhere" / "log.db")
        assert [] == list(tmp_path.iterdir())

    def test_a_file_that_is_no_database(self, tmp_path):
        path = tmp_path / "letter.txt"
        path.write_text("Dear customer, " * 100)

        with pytest.raises(NotOurDatabaseError, match=r"letter\.txt"):
            log_in(path)
        assert path.read_text() == "Dear customer, " * 100

    def test_a_database_of_a_later_version(self, tmp_path):
        log_in(tmp_path / "log.db").close()
        with closing(sqlite3.connect(tmp_path / "log.db")) as connection, connection:
            connection.execute("UPDATE servicecore_logs SET schema = 2")

        with pytest.raises(NewerSchemaError, match="schema 2"):
            log_in(tmp_path / "log.db")

    def test_reading_only_refuses_to_write(self, tmp_path):
        with log_in(tmp_path / "log.db") as log:
            log.append(opened("case/1"), provenance=LIN)

        with log_in(tmp_path / "log.db", mode="ro") as log:
            assert 1 == len(log.history("case/1"))
            with pytest.raises(ReadOnlyError, match="reading only"):
                log.append(opened("case/2"), provenance=LIN)
            with (
                pytest.raises(ReadOnlyError),
                log.tables.batch("count", 1, after=0, upto=1) as rows,
            ):
                rows.put_many([("a", None, b"")])

    def test_reading_only_does_not_make_a_log(self, tmp_path):
        with pytest.raises(UnreachableStorageError):
            log_in(tmp_path / "log.db", mode="ro")
        assert [] == list(tmp_path.iterdir())

        sqlite3.connect(tmp_path / "other.db").close()
        with pytest.raises(NotOurDatabaseError, match="holds no log"):
            log_in(tmp_path / "other.db", mode="ro")

    def test_a_closed_log_says_so(self, tmp_path):
        log = log_in(tmp_path / "log.db")
        log.close()

        with pytest.raises(ClosedError):
            log.head()
        with pytest.raises(ClosedError):
            log.append(opened("case/1"), provenance=LIN)


class TestSettingsThatLoseEvents:
    """eventsourcing 9.5.6 with database functions lost 231 of 13,290 events for a reader."""

    @pytest.mark.parametrize(
        "name", ["POSTGRES_ENABLE_DB_FUNCTIONS", "A_POSTGRES_ENABLE_DB_FUNCTIONS"]
    )
    @pytest.mark.parametrize("value", ["y", "TRUE", "1", " on "])
    def test_database_functions_are_refused(self, monkeypatch, name, value):
        monkeypatch.setenv(name, value)

        with pytest.raises(UnsafeSettingError, match=name):
            open_log("postgresql://localhost/service")

    def test_switched_off_they_do_no_harm(self, monkeypatch):
        monkeypatch.setenv("POSTGRES_ENABLE_DB_FUNCTIONS", "n")

        with pytest.raises(UnknownStorageError):
            open_log("others://localhost/service")
        open_log("memory:").close()


def test_two_logs_share_a_file_and_nothing_else(tmp_path):
    with (
        log_in(tmp_path / "log.db", log="one") as one,
        log_in(tmp_path / "log.db", log="two") as two,
    ):
        one.append(opened("case/1", "a"), provenance=Provenance(actor="Lin", command_id="c-1"))
        two.append(Change("case/1", opened("case/1").events, after=0), provenance=LIN)

        assert (2, 1) == (one.head(), two.head())
        assert (True, False) == (one.has_command("c-1"), two.has_command("c-1"))
