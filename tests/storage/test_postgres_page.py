"""What the page "Store in PostgreSQL" tells is true."""

from __future__ import annotations

import re
from pathlib import Path

import psycopg
import pytest

from servicecore import ServiceDesk
from servicecore.domain.events import Provenance
from servicecore.storage import ReadOnlyError, migrate_log, open_log
from servicecore.storage.places import _POSTGRES_OPTIONS
from tests.moments import NINE, REQUEST

PAGE = (Path(__file__).parents[2] / "docs/how-to/postgresql.md").read_text(encoding="utf-8")


@pytest.fixture
def tenant(postgresql):
    """The house of the page, with the doors of the page."""
    url = postgresql.url("tenant_7")
    migrate_log(url)
    with postgresql.connect() as connection:
        connection.execute("CREATE ROLE desk LOGIN")
        connection.execute("DROP ROLE IF EXISTS auditor")
        connection.execute("CREATE ROLE auditor LOGIN")
        connection.execute(re.search(r"```sql\n(.*?)```", PAGE, re.DOTALL)[1])
    yield lambda user: postgresql.url("tenant_7", user=user)
    with postgresql.connect() as connection:
        connection.execute("DROP SCHEMA tenant_7 CASCADE; DROP ROLE desk; DROP ROLE auditor")


def test_the_desk_can_work_and_cannot_change_what_is_on_record(postgresql, tenant):
    with ServiceDesk.open(tenant("desk")) as desk:
        desk.tickets.open("T-1", **REQUEST, at=NINE, command_id="c-1")
        desk.run_due(NINE.replace(day=20))
        desk.projects.rebuild("deadlines")
        assert len(desk.tickets.history("T-1")) > 2

    with postgresql.connect(user="desk") as connection:
        for meddling in (
            "DELETE FROM tenant_7.log_events",
            "UPDATE tenant_7.log_events SET state = ''",
            "DELETE FROM tenant_7.log_commands",
            "DELETE FROM tenant_7.log_head",
            "DROP TABLE tenant_7.log_events",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(meddling)


def test_the_auditor_reads(postgresql, tenant):
    with ServiceDesk.open(tenant("desk")) as desk:
        desk.tickets.open("T-1", **REQUEST, at=NINE, actor="Lin")

    with open_log(tenant("auditor")) as log, postgresql.connect(user="auditor") as connection:
        assert log.head() == 2
        with pytest.raises(ReadOnlyError):
            log.append(provenance=Provenance(actor="Wu"), tracking=("x", 1))
        told = "SELECT subject, actor FROM tenant_7.log_readable WHERE position = 1"
        assert [("ticket/T-1", "Lin")] == connection.execute(told).fetchall()


def test_every_option_is_told():
    table = PAGE.partition("| option |")[2].partition("\n\n")[0]
    assert sorted(_POSTGRES_OPTIONS) == sorted(re.findall(r"^\| `(\w+)`", table, re.MULTILINE))
