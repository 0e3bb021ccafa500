"""Whoever may only read can ask for every figure, however old the read models are."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from servicecore import ServiceDesk
from servicecore.storage import ReadOnlyError
from servicecore.storage.model_notes import Note, Notes, OutdatedReadModelError

MONDAY = datetime(2025, 3, 3, 1, tzinfo=timezone.utc)
REQUEST = {"product": "pump", "model": "P-200", "fault": "it leaks", "contact": "Ms Lin"}


def opened(url, **options):
    return ServiceDesk.open(url, keys="", clock=lambda: MONDAY + timedelta(hours=3), **options)


def reading(url):
    return opened(f"{url}{'&' if '?' in url else '?'}mode=ro")


def take_in(desk, number):
    desk.tickets.open(number, customer_id="C-1", at=MONDAY, **REQUEST)
    desk.tickets.answer(number, by="Lin", at=MONDAY + timedelta(hours=1))


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    if request.param == "postgresql":
        return request.getfixturevalue("postgresql").fresh()
    return f"sqlite:///{tmp_path}/service.db"


@pytest.fixture
def desk(url):
    with opened(url) as desk:
        take_in(desk, "T-1")
        yield desk


def outdate(desk):
    """Let every read model be one that an older program has built."""
    for name in desk._office.read_models:
        desk._office.rows(name)
        version = desk._office.following(name).version
        Notes(desk.log.tables).keep(name, version, Note(edition="0.old"))


class TestAnAuditorWhoMayOnlyRead:
    @pytest.mark.usefixtures("desk")
    def test_asks_where_no_read_model_was_ever_brought_up_to_date(self, url):
        with reading(url) as auditor:
            assert len(auditor.reports.worklist()) == 1

    def test_sees_what_came_in_since(self, url, desk):
        desk.reports.worklist()
        take_in(desk, "T-2")
        with reading(url) as auditor:
            assert len(auditor.reports.worklist()) == 2
            take_in(desk, "T-3")
            assert len(auditor.reports.worklist()) == 3

    def test_has_the_same_figures_as_whoever_may_write(self, url, desk):
        with reading(url) as auditor:
            assert auditor.reports.response_times() == desk.reports.response_times()
            assert auditor.compliance.look("2025-03") == desk.compliance.look("2025-03")
            assert auditor.next_wake_up() == desk.next_wake_up()

    def test_works_on_read_models_that_an_older_program_has_built(self, url, desk):
        figures = desk.reports.response_times()
        outdate(desk)
        with opened(url) as other, pytest.raises(OutdatedReadModelError):
            other.reports.response_times()
        with reading(url) as auditor:
            assert auditor.reports.response_times() == figures
            assert auditor.reports.response_times() == figures
            assert auditor.compliance.look("2025-03")

    def test_changes_nothing_there(self, url, desk):
        desk.reports.worklist()
        outdate(desk)
        before = desk.log.tables.status(), list(desk.log.rows_since(0))
        with reading(url) as auditor:
            auditor.reports.response_times()
            auditor.compliance.look("2025-03")
            with pytest.raises(ReadOnlyError):
                take_in(auditor, "T-2")
        assert (desk.log.tables.status(), list(desk.log.rows_since(0))) == before

    def test_is_told_what_is_set_aside(self, url, desk):
        desk.reports.worklist()
        with reading(url) as auditor:
            (before,) = (e for e in auditor.log.tables.status() if e.name == "ticket_facts")
            auditor.reports.worklist()
            (after,) = (e for e in auditor.log.tables.status() if e.name == "ticket_facts")
            assert (before.rows, before.dead_letters) == (after.rows, after.dead_letters) == (1, 0)
