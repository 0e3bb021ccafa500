"""On a log to rehearse on, everything goes as on the log itself, and nothing of it stays."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from hashlib import sha256

import pytest

from servicecore import ServiceDesk
from servicecore.domain.personal_data import NoSuchHoldError
from servicecore.storage import (
    AlreadyTrackedError,
    Change,
    ConflictError,
    DuplicateEventError,
    ErasedPersonError,
    UnreachableStorageError,
    open_keys,
    open_log,
)
from servicecore.storage.keys import KeyState
from servicecore.storage.protocol import Row
from servicecore.storage.rehearsal import Rehearsal
from servicecore.testing.conformance import (
    FollowerConformance,
    LogConformance,
    PolicyConformance,
    TablesConformance,
)
from servicecore.testing.conformance.events import CATALOGUE, FOLD, LIN, noted, opened
from tests.moments import NINE, REQUEST


class TestOneThatBeginsEmpty(
    LogConformance, FollowerConformance, PolicyConformance, TablesConformance
):
    @pytest.fixture
    def open_it(self):
        return partial(open_log, "memory:", dry_run=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    if request.param == "postgresql":
        return request.getfixturevalue("postgresql").fresh()
    return f"sqlite:///{tmp_path}/log.db"


@pytest.fixture
def log(url):
    with open_log(url, catalogue=CATALOGUE) as log:
        log.append(opened("case/1", "a"), provenance=LIN)
        log.append(opened("case/2"), provenance=LIN)
        yield log


def rehearsing(url):
    return open_log(url, catalogue=CATALOGUE, dry_run=True)


def go_on(log):
    log.append(Change("case/1", [noted("b")], after=2), provenance=LIN)
    log.append(opened("case/3", "x"), provenance=LIN)


def all_told(log):
    storage = log.storage
    streams = {row.stream for row in log.rows_since(0)}
    told = [(e.id, e.position, e.subject, e.event) for e in log.since(0)]
    begun = sorted((row.position, row.stream) for row in storage.beginnings())
    versions = {each: [row.version for row in storage.stream(each)] for each in streams}
    return told, begun, versions, log.head(), [*log.subjects()], log.load("case/1", FOLD)


class TestALogThatIsThere:
    """Whoever rehearses goes on where it stands, and leaves it there."""

    def test_what_is_recorded_stands_behind_what_was(self, url, log):
        with rehearsing(url) as rehearsal:
            go_on(rehearsal)
            told = all_told(rehearsal)
        before = all_told(log)
        go_on(log)

        assert told == all_told(log)
        assert before != told

    def test_page_by_page(self, url, log):
        with rehearsing(url) as rehearsal:
            go_on(rehearsal)
            pages = [rehearsal.storage.rows(after=n, limit=2) for n in range(7)]
        go_on(log)

        assert [[row[:4] for row in page] for page in pages] == [
            [row[:4] for row in log.storage.rows(after=n, limit=2)] for n in range(7)
        ]

    def test_what_others_record_meanwhile_is_not_seen(self, url, log):
        with rehearsing(url) as rehearsal:
            go_on(log)
            assert (rehearsal.head(), len([*rehearsal.since(0)])) == (3, 3)
            assert rehearsal.load("case/1", FOLD)[1] == 2

    def test_it_refuses_what_the_log_refuses(self, url, log):
        with rehearsing(url) as rehearsal:
            with pytest.raises(ConflictError):
                rehearsal.append(Change("case/1", [noted("b")], after=1), provenance=LIN)
            row = rehearsal.storage.rows(after=0, limit=1)[0]
            with pytest.raises(DuplicateEventError):
                rehearsal.storage.write(lambda writing: writing.insert([row[1:]]))
            assert rehearsal.head() == log.head()

    @pytest.mark.usefixtures("log")
    def test_who_has_come_to_the_beginning_has_been_there(self, url):
        with rehearsing(url) as rehearsal:
            rehearsal.append(provenance=LIN, tracking=("copy", 0))
            with pytest.raises(AlreadyTrackedError):
                rehearsal.append(provenance=LIN, tracking=("copy", 0))

    def test_places_are_exchanged_in_the_rehearsal_alone(self, url, log):
        with rehearsing(url) as rehearsal:
            olds = rehearsal.storage.stream(rehearsal.storage.rows(after=0, limit=1)[0].stream)
            news = [Row(*row[:5], b"{}") for row in olds]
            assert rehearsal.storage.exchange(olds, news)
            assert not rehearsal.storage.exchange(olds, news)
            assert rehearsal.storage.rows(after=0, limit=2) == news
            assert next(rehearsal.storage.beginnings()) == news[0]
        assert [*log.rows_since(0, 2)] == list(olds)

    def test_it_is_not_copied(self, url, log, tmp_path):
        log.wait(1)
        with rehearsing(url) as rehearsal, pytest.raises(UnreachableStorageError, match="rehears"):
            rehearsal.backup(f"{tmp_path}/copy.db")


def test_a_storage_that_gives_nothing_out_gives_nothing_out_in_a_rehearsal():
    class Dull:
        def __init__(self):
            self.tables = None

        def head(self):
            return 0

    with pytest.raises(Exception, match="nothing can be taken out of Dull"):
        Rehearsal(Dull()).exchange([], [])


class TestADesk:
    """All of it can be rehearsed: commands, questions, and what nobody could undo."""

    def test_nothing_of_it_stays(self, tmp_path):
        url, keys = f"sqlite:///{tmp_path}/service.db", f"sqlite:///{tmp_path}/keys.db"
        store = open_keys(keys, master=bytes(32))
        with ServiceDesk.open(url, keys=store) as desk:
            desk.tickets.open("T-1", **REQUEST, at=NINE)
            desk.reports.backlog()
        before = digests(tmp_path)

        with (
            closing(open_keys(keys, master=bytes(32))) as store,
            ServiceDesk.open(url, keys=store, dry_run=True) as desk,
        ):
            desk.tickets.answer("T-1", by="Lin", at=NINE)
            desk.tickets.open("T-2", **REQUEST | {"customer_id": "C-77"}, at=NINE)
            assert len(desk.reports.worklist()) == 2
            desk.projects.rebuild("ticket_facts")
            customer = REQUEST["customer_id"]
            desk.log.sealing.keys.destroy(customer)
            with pytest.raises(ErasedPersonError):
                desk.log.sealing.keys.key_for(customer)
            with pytest.raises(NoSuchHoldError):
                desk.retention.release_hold("none", by="Lin", reason="x")
            assert store.state_of(customer) is KeyState.ACTIVE
            assert store.state_of("C-77") is None

        assert digests(tmp_path) == before

    def test_no_key_store_is_made(self, tmp_path):
        url, keys = f"sqlite:///{tmp_path}/service.db", f"sqlite:///{tmp_path}/keys.db"
        ServiceDesk.open(url).close()
        with ServiceDesk.open(url, keys=keys, dry_run=True) as desk:
            desk.tickets.open("T-1", **REQUEST, at=NINE)
        assert [each.name for each in tmp_path.glob("*.db")] == ["service.db"]


def digests(folder):
    return {each.name: sha256(each.read_bytes()).hexdigest() for each in folder.glob("*.db")}
