"""Tenants share a server and nothing else: no query of one sees a row of the other."""

from __future__ import annotations

import psycopg
import pytest

from servicecore import ServiceDesk
from servicecore.cli.worker import worker_of
from servicecore.storage import ReadOnlyError, migrate_log, open_log
from tests.moments import NINE, REQUEST

HOUSES = ("tenant_north", "tenant_south")


@pytest.fixture
def url_of(postgresql):
    """Two houses on one server, each with a user who has the key to that house alone."""
    with postgresql.connect() as connection:
        for house in HOUSES:
            migrate_log(postgresql.url(house))
            connection.execute(f"CREATE ROLE {house} LOGIN")
            connection.execute(f"GRANT USAGE, CREATE ON SCHEMA {house} TO {house}")
            connection.execute(f"GRANT ALL ON ALL TABLES IN SCHEMA {house} TO {house}")
    yield lambda house, user=None: postgresql.url(house, user=user or house)
    with postgresql.connect() as connection:
        for house in HOUSES:
            connection.execute(f"DROP SCHEMA {house} CASCADE; DROP ROLE {house}")


def lives(url, house):
    """Do all that a desk does: commands, policies, deadlines, read models, figures."""
    with ServiceDesk.open(url, react="worker", clock=lambda: NINE.replace(day=20)) as desk:
        told = REQUEST | {"fault": f"it leaks in {house}"}
        desk.tickets.open("T-1", **told, at=NINE, command_id="c-1")
        desk.tickets.answer("T-1", by=house, at=NINE, command_id="c-2")
        worker_of(desk, name=house, lease=None).run_once()
        desk.projects.rebuild("ticket_facts")
        return keeps(desk)


def keeps(desk):
    """Return all that is kept for a desk, as text."""
    storage, tables = desk.log.storage, desk.log.tables
    rows = [row.state for row in desk.log.rows_since(0)]
    rows += [each.outcome for each in storage.commands()]
    rows += [row.value for name in desk.projects.names() for row in tables.read(name).scan()]
    return b"\n".join(rows).decode(errors="replace") + str(storage.trackings())


def test_the_same_numbers_mean_other_tickets(url_of):
    for house in HOUSES:
        lives(url_of(house), house)

    for house, other in (HOUSES, HOUSES[::-1]):
        with ServiceDesk.open(url_of(house)) as desk:
            assert len(desk.tickets.history("T-1")) > 3
            assert house in keeps(desk)
            assert other not in keeps(desk)


def test_whatever_a_desk_does_it_needs_the_key_to_one_house_only(postgresql, url_of):
    north, south = (lives(url_of(house), house) for house in HOUSES)
    assert north.replace("north", "south") == south

    with postgresql.connect(user="tenant_north") as connection:
        tables = connection.execute(
            "SELECT table_schema, table_name FROM information_schema.tables "
            "WHERE table_schema LIKE 'tenant%'"
        ).fetchall()
        assert {schema for schema, _ in tables} == {"tenant_north"}
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("SELECT * FROM tenant_south.log_events")


def test_who_knocks_at_the_wrong_door_stays_outside(url_of):
    with pytest.raises(ReadOnlyError, match="permission denied for schema tenant_south"):
        open_log(url_of("tenant_south", user="tenant_north"))
