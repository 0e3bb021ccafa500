"""The tables of a log in PostgreSQL: made once, by whoever may, and never in passing.

Several programs that start at once must not make tables at once; so none does,
and ``servicecore log migrate`` does it under a lock.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager

import attrs

from .errors import NewerSchemaError, NotOurDatabaseError, UnmigratedError
from .migrating import Migration
from .postgres_server import Connection, PostgresOptions, Server

#: What each version of the schema of a log adds to the one before.
STEPS: tuple[str, ...] = (
    """
CREATE TABLE {events} (
    position BIGINT PRIMARY KEY,
    stream TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    topic TEXT NOT NULL,
    occurred_at TEXT COLLATE "C",
    state BYTEA NOT NULL,
    UNIQUE (stream, version)
);
CREATE TABLE {head} (position BIGINT NOT NULL) WITH (fillfactor = 10);
INSERT INTO {head} VALUES (0);
CREATE TABLE {commands} (
    id TEXT COLLATE "C" PRIMARY KEY,
    outcome BYTEA NOT NULL,
    position BIGINT NOT NULL
);
CREATE TABLE {tracking} (name TEXT COLLATE "C" PRIMARY KEY, position BIGINT NOT NULL);
CREATE TABLE {snapshots} (
    stream TEXT COLLATE "C" NOT NULL,
    fold TEXT COLLATE "C" NOT NULL,
    schema INTEGER NOT NULL,
    version BIGINT NOT NULL,
    state BYTEA NOT NULL,
    PRIMARY KEY (stream, fold, schema)
);
CREATE TABLE {models} (
    name TEXT COLLATE "C" NOT NULL,
    version INTEGER NOT NULL,
    position BIGINT NOT NULL,
    active BOOLEAN NOT NULL DEFAULT FALSE,
    PRIMARY KEY (name, version)
);
CREATE TABLE {dead_letters} (
    name TEXT COLLATE "C" NOT NULL,
    version INTEGER NOT NULL,
    position BIGINT NOT NULL,
    stream TEXT NOT NULL,
    subject TEXT NOT NULL,
    error TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    set_aside_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (name, version, position)
);
CREATE VIEW {readable} AS
SELECT
    position,
    convert_from(state, 'UTF8')::json ->> 'subject' AS subject,
    version,
    topic,
    occurred_at,
    convert_from(state, 'UTF8')::json ->> 'recorded_at' AS recorded_at,
    convert_from(state, 'UTF8')::json ->> 'actor' AS actor,
    convert_from(state, 'UTF8')::json -> 'event' AS event
FROM {events};
""",
    # Record what several writers have gathered, if the log is as they took it to be: return
    # the position behind which it stands, or nothing, and then nothing was recorded.  Who had
    # to wait is recorded no earlier than whom he waited for: of one alone, the moment that
    # stands at the marks is set right, and the event that was recorded later is returned.
    """
CREATE FUNCTION {append}(
    streams TEXT[], versions BIGINT[], topics TEXT[], moments TEXT[], states BYTEA[],
    taken_head BIGINT, taken_streams TEXT[], taken_versions BIGINT[],
    command_ids TEXT[], outcomes BYTEA[], places BIGINT[], names TEXT[], positions BIGINT[],
    recorded_at TEXT, marks INT[], outcome_mark INT, OUT head BIGINT, OUT later BYTEA
) LANGUAGE plpgsql AS $$
DECLARE
    moment TEXT;
BEGIN
    SELECT position INTO head FROM {head} FOR UPDATE;
    IF head <> taken_head OR EXISTS (
        SELECT FROM unnest(taken_streams, taken_versions) AS taken (stream, version)
        WHERE version <> COALESCE(
            (SELECT MAX(found.version) FROM {events} AS found WHERE found.stream = taken.stream), 0
        )
    ) OR EXISTS (
        SELECT FROM unnest(names, positions) AS told (name, position)
        JOIN {tracking} AS kept USING (name) WHERE kept.position >= told.position
    ) THEN
        head := NULL;
        RETURN;
    END IF;
    SELECT state, convert_from(state, 'UTF8')::json ->> 'recorded_at' INTO later, moment
    FROM {events} ORDER BY position DESC LIMIT 1;
    IF recorded_at IS NULL OR later IS NULL OR moment::timestamptz <= recorded_at::timestamptz THEN
        later := NULL;
    ELSIF taken_head IS NOT NULL THEN
        head := NULL;
        RETURN;
    ELSE
        SELECT array_agg(
            overlay(state PLACING moment::bytea FROM mark FOR length(recorded_at)) ORDER BY place
        ) INTO states
        FROM unnest(states, marks) WITH ORDINALITY AS new (state, mark, place);
        SELECT array_agg(
            overlay(outcome PLACING moment::bytea FROM outcome_mark FOR length(recorded_at))
        ) INTO outcomes
        FROM unnest(outcomes) AS done (outcome);
    END IF;
    IF cardinality(streams) > 0 THEN
        INSERT INTO {events}
        SELECT head + place, stream, version, topic, occurred_at, state
        FROM unnest(streams, versions, topics, moments, states)
        WITH ORDINALITY AS new (stream, version, topic, occurred_at, state, place);
        UPDATE {head} SET position = head + cardinality(streams);
        NOTIFY {channel};
    END IF;
    IF cardinality(command_ids) > 0 THEN
        INSERT INTO {commands}
        SELECT id, outcome, head + place
        FROM unnest(command_ids, outcomes, places) AS new (id, outcome, place);
    END IF;
    IF cardinality(names) > 0 THEN
        INSERT INTO {tracking} SELECT * FROM unnest(names, positions)
        ON CONFLICT (name) DO UPDATE SET position = excluded.position;
    END IF;
END;
$$;
""",
)
_END = re.compile(r";\n(?=[A-Z]+ |\Z)")  # What stands further in belongs to a function.
_OR_UPDATE = "ON CONFLICT (log) DO UPDATE SET schema = excluded.schema"
_NAMES = (
    "events",
    "head",
    "commands",
    "tracking",
    "snapshots",
    "models",
    "dead_letters",
    "readable",
    "append",
)


@attrs.frozen(kw_only=True)
class Plan:
    """The tables of *what* is kept, version by version, and the *command* that makes them."""

    what: str
    command: str
    names: tuple[str, ...]
    steps: tuple[str, ...]


def _plan_of_a_log() -> Plan:
    return Plan(what="log", command="servicecore log migrate", names=_NAMES, steps=STEPS)


def migrate(server: Server, plan: Plan | None = None, *, dry_run: bool = False) -> Migration:
    """Bring the tables of a log, or of what *plan* is about, up to date; or only tell how.

    Raises:
        NewerSchemaError: If a later version of this package made them.
        NotOurDatabaseError: If the database does not keep text as UTF-8.
        ReadOnlyError: If this user may not make tables.
        UnreachableStorageError: If the server does not answer.
    """
    with closing(server.connect()) as connection, server.named_errors():
        plan = plan or _plan_of_a_log()
        if dry_run:
            return _planned(connection, server, plan)
        with _alone(connection, server.options):
            planned = _planned(connection, server, plan)
            for statement in planned.statements:
                connection.execute(statement)
    return planned


def ensure_migrated(server: Server, plan: Plan | None = None) -> None:
    """See to it that the tables are there, and of a version that we know.

    Raises:
        UnmigratedError: If they are not there, or older.
        NewerSchemaError: If a later version of this package made them.
        NotOurDatabaseError: If the database does not keep text as UTF-8.
        UnreachableStorageError: If the server does not answer.
    """
    options, plan = server.options, plan or _plan_of_a_log()
    with closing(server.connect()) as connection, server.named_errors():
        found = _found(connection, server, plan)
    if found != len(plan.steps):
        has = f"schema {found}" if found else "no tables"
        msg = (
            f"{server.name} has {has} of the {plan.what} {options.log!r} in {options.schema!r}, "
            f"and schema {len(plan.steps)} is needed: run '{plan.command}' as a user who may make "
            "tables"
        )
        raise UnmigratedError(msg)


def _planned(connection: Connection, server: Server, plan: Plan) -> Migration:
    found, newest = _found(connection, server, plan), len(plan.steps)
    if found == newest:
        return Migration(found=found, schema=found)
    options = server.options
    names = {name: options.table(name) for name in plan.names} | {"channel": options.channel}
    steps = (step.format(**names) for step in plan.steps[found or 0 :])
    books = f'"{options.schema}".servicecore_logs'
    statements = (
        f'CREATE SCHEMA IF NOT EXISTS "{options.schema}"',
        f"CREATE TABLE IF NOT EXISTS {books} (log TEXT PRIMARY KEY, schema INTEGER NOT NULL)",
        *(each.strip() for step in steps for each in _END.split(step) if each.strip()),
        f"INSERT INTO {books} VALUES ('{options.log}', {newest}) {_OR_UPDATE}",
    )
    # A schema that is there need not be made, and not everybody may.
    return Migration(
        found=found,
        schema=newest,
        statements=statements[1:] if _has_schema(connection, options) else statements,
    )


def _found(connection: Connection, server: Server, plan: Plan) -> int | None:
    """Return the version of the schema that is there."""
    options = server.options
    (encoding,) = _one(connection, "SELECT current_setting('server_encoding')")
    if encoding != "UTF8":
        msg = f"{server.name} keeps text as {encoding}; a log needs UTF8"
        raise NotOurDatabaseError(msg)
    books = f'"{options.schema}".servicecore_logs'
    if _one(connection, "SELECT to_regclass(%s)", books) == (None,):
        return None
    found = connection.execute(f"SELECT schema FROM {books} WHERE log = %s", (options.log,))
    row = found.fetchone()
    if row and row[0] > len(plan.steps):
        msg = (
            f"{server.name} has schema {row[0]} of {options.log!r}; this version knows "
            f"{len(plan.steps)}: install the version of servicecore that made it, or a later one"
        )
        raise NewerSchemaError(msg)
    return row[0] if row else None


def _has_schema(connection: Connection, options: PostgresOptions) -> bool:
    return _one(connection, "SELECT to_regnamespace(%s)", f'"{options.schema}"') != (None,)


def _one(connection: Connection, statement: str, *values: object) -> tuple[object, ...]:
    row = connection.execute(statement, values).fetchone()
    assert row is not None  # noqa: S101 - it is a question with one answer
    return row


@contextmanager
def _alone(connection: Connection, options: PostgresOptions) -> Iterator[None]:
    """Let nobody else make tables in that schema: all its logs share the schema and its books."""
    key = f"servicecore {options.schema}"
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", (key,))
        yield
