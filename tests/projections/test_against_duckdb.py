"""The same questions in SQL, over the events, by somebody who never saw the other way."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

import pytest

from servicecore.domain.events import CATALOGUE
from servicecore.projections.period import Period
from tests.moments import NINE

from .busy_desk import busy_desk, told

duckdb = pytest.importorskip("duckdb")

AS_OF = NINE + timedelta(days=210)
PERIODS = [None, "2025-04", "2025-Q2", "2025-05-10..2025-06-20"]
EVENT = """CREATE TABLE event (subject VARCHAR, version INT, name VARCHAR, occurred_at TIMESTAMP,
    who VARCHAR, reason VARCHAR, raised_to VARCHAR, priority VARCHAR,
    customer VARCHAR, product VARCHAR, fault VARCHAR, due TIMESTAMP)"""
READING = """CREATE TABLE reading (subject VARCHAR, version INT, clock VARCHAR, round INT,
    state VARCHAR, spent BIGINT, due TIMESTAMP, decided TIMESTAMP, told TIMESTAMP)"""
#: One row a ticket: what its events say of it.
TICKET = """CREATE VIEW ticket AS SELECT subject,
    coalesce(arg_max(priority, version) FILTER (priority IS NOT NULL), '') AS priority,
    min(occurred_at) FILTER (name = 'ticket.opened') AS opened,
    any_value(customer || '/' || product || '/' || fault) AS problem,
    min(occurred_at) FILTER (name = 'ticket.answered') AS answered,
    arg_min(occurred_at, version) FILTER (name = 'ticket.resolved') AS first_resolved,
    arg_min(occurred_at, version) FILTER (name = 'ticket.reopened') AS reopened,
    bool_or(name = 'ticket.merged') AS merged,
    min(due) FILTER (name = 'ticket.escalated') AS escalated,
    bool_or(name = 'ticket.escalated' AND raised_to = 'manager') AS to_manager
    FROM event GROUP BY subject"""


@pytest.fixture(scope="module", params=[1, 2])
def desk(request):
    with busy_desk(seed=request.param, tickets=70) as desk:
        yield desk


@pytest.fixture(scope="module")
def sql(desk):
    with duckdb.connect() as sql:
        sql.execute("SET TimeZone = 'UTC'")
        for table in (EVENT, READING, TICKET):
            sql.execute(table)
        names = {cls: name for name, cls in CATALOGUE.classes().items()}
        for each in told(desk):
            sql.execute("INSERT INTO event VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", row_of(each, names))
            for reading in getattr(each.event, "readings", ()):
                sql.execute(
                    "INSERT INTO reading VALUES (?,?,?,?,?,?,?,?,?)", reading_of(each, reading)
                )
        yield sql


def row_of(recorded, names):
    event = recorded.event
    raised_to = getattr(getattr(event, "to", None), "value", None)
    priority = getattr(getattr(event, "priority", None), "value", None)
    return [
        recorded.subject,
        recorded.version,
        names[type(event)],
        naive(event.at),
        getattr(event, "by", None),
        getattr(event, "reason", None),
        raised_to,
        priority,
        getattr(event, "customer_id", None),
        getattr(event, "product", None),
        getattr(event, "fault", None),
        naive(event.due) if hasattr(event, "due") else None,
    ]


def reading_of(recorded, reading):
    return [
        recorded.subject,
        recorded.version,
        reading.clock,
        reading.round,
        reading.state.value,
        reading.spent // timedelta(microseconds=1),
        naive(reading.due),
        reading.decided_at and naive(reading.decided_at),
        naive(recorded.event.at),
    ]


def naive(moment):
    return moment.replace(tzinfo=None)


def bounds(period):
    if period is None:
        return [datetime(1, 1, 1), datetime(9999, 1, 1)]  # noqa: DTZ001  # as SQL has them
    asked = Period.parse(period, zone="Asia/Shanghai")
    return [naive(asked.start), naive(asked.end)]


def shares(answer, measure):
    if measure not in answer.measures():
        return {}
    return {dict(each.group)["priority"]: (each.k, each.n) for each in answer[measure] if each.n}


def asked(sql, query, period, *more):
    rows = sql.execute(query, [*more, *bounds(period)]).fetchall()
    return {priority: (k, n) for priority, k, n in rows if n}


@pytest.mark.parametrize("period", PERIODS)
class TestTheSameInSQL:
    """Shares and distributions of every ticket measure."""

    def test_attainment_of_every_clock(self, desk, sql, period):
        query = """
            WITH last AS (
                SELECT *, row_number() OVER (
                    PARTITION BY subject, clock, round ORDER BY version DESC) AS back
                FROM reading),
            decision AS (
                SELECT clock, priority, state = 'met' AS kept, CASE
                    WHEN decided IS NOT NULL THEN decided
                    WHEN state = 'running' AND due < ? THEN due
                    WHEN state = 'paused' AND due < told THEN due END AS decided
                FROM last JOIN ticket USING (subject) WHERE back = 1)
            SELECT clock, priority, count(*) FILTER (kept), count(*) FROM decision
            WHERE decided >= ? AND decided < ? GROUP BY ALL"""
        found = sql.execute(query, [naive(AS_OF), *bounds(period)]).fetchall()
        expected = {(clock, priority): (k, n) for clock, priority, k, n in found}
        answer = desk.reports.response_times(period=period, as_of=AS_OF)
        reported = {
            (each.measure.removesuffix("_attainment"), dict(each.group)["priority"]): (
                each.k,
                each.n,
            )
            for each in answer
            if each.measure.endswith("_attainment") and each.n
        }
        assert reported == expected

    def test_first_responses(self, desk, sql, period):
        """A nearest-rank percentile is a discrete quantile."""
        query = """
            SELECT priority, count(*),
                quantile_disc(answered - opened, 0.5), quantile_disc(answered - opened, 0.95)
            FROM ticket WHERE answered IS NOT NULL AND opened >= ? AND opened < ? GROUP BY ALL"""
        rows = sql.execute(query, bounds(period)).fetchall()
        expected = {
            priority: (n, p50.total_seconds(), p95.total_seconds())
            for priority, n, p50, p95 in rows
        }
        answer = desk.reports.response_times(period=period, as_of=AS_OF)
        assert {
            dict(each.group)["priority"]: (each.n, each.p50, each.p95)
            for each in answer["first_response_wall"]
        } == expected

    def test_reopened_within_thirty_days(self, desk, sql, period):
        query = """
            SELECT priority, count(*) FILTER (reopened - first_resolved <= INTERVAL 30 DAY),
                count(*)
            FROM ticket WHERE first_resolved >= ? AND first_resolved < ? GROUP BY ALL"""
        answer = desk.reports.reopenings(period=period, as_of=AS_OF)
        assert shares(answer, "reopen_rate") == asked(sql, query, period)

    def test_resolved_at_first_contact(self, desk, sql, period):
        query = """
            WITH counted AS (
                SELECT t.subject, count(*) FILTER (e.name = 'ticket.answered'
                    AND e.occurred_at <= t.first_resolved) AS answers
                FROM ticket t JOIN event e USING (subject) GROUP BY ALL)
            SELECT priority, count(*) FILTER (answers = 1 AND
                (reopened IS NULL OR reopened - first_resolved > INTERVAL 30 DAY)), count(*)
            FROM ticket JOIN counted USING (subject)
            WHERE first_resolved >= ? AND first_resolved < ? GROUP BY ALL"""
        answer = desk.reports.first_contact(period=period, as_of=AS_OF)
        assert shares(answer, "first_contact_resolution") == asked(sql, query, period)

    def test_repairs_that_lasted(self, desk, sql, period):
        query = """
            SELECT t.priority, count(*) FILTER (NOT (
                    coalesce(t.reopened - t.first_resolved <= INTERVAL 30 DAY, false)
                    OR EXISTS (FROM ticket o WHERE o.problem = t.problem AND NOT o.merged
                        AND o.opened > t.first_resolved
                        AND o.opened <= t.first_resolved + INTERVAL 30 DAY))), count(*)
            FROM ticket t WHERE t.priority <> ''
                AND t.first_resolved >= ? AND t.first_resolved < ? GROUP BY ALL"""
        answer = desk.reports.repairs(period=period, as_of=AS_OF)
        assert shares(answer, "repair_success") == asked(sql, query, period)

    def test_problems_that_came_again(self, desk, sql, period):
        query = """
            SELECT t.priority, count(*) FILTER (EXISTS (
                    FROM ticket o WHERE o.problem = t.problem AND NOT o.merged
                    AND (o.opened, o.subject) < (t.opened, t.subject)
                    AND o.opened >= t.opened - INTERVAL 90 DAY)), count(*)
            FROM ticket t WHERE NOT t.merged AND t.opened >= ? AND t.opened < ? GROUP BY ALL"""
        answer = desk.reports.repeat_problems(period=period, as_of=AS_OF)
        assert shares(answer, "repeat_problems") == asked(sql, query, period)

    def test_escalations(self, desk, sql, period):
        query = """
            WITH decided AS (SELECT *, least(first_resolved, escalated) AS decision FROM ticket)
            SELECT priority, count(*) FILTER (to_manager), count(*) FROM decided
            WHERE decision >= ? AND decision < ? GROUP BY ALL"""
        answer = desk.reports.escalations(period=period, as_of=AS_OF)
        assert shares(answer, "escalated_to_manager") == asked(sql, query, period)

    def test_backlog_at_the_end(self, desk, sql, period):
        """What began to be work and had not ceased to be, however often, the moment before."""
        query = """
            WITH turn AS (
                SELECT subject, arg_max(name, version) FILTER (name IN ('ticket.opened',
                    'ticket.reopened', 'ticket.resolved', 'ticket.cancelled', 'ticket.closed',
                    'ticket.merged')) AS last
                FROM event WHERE occurred_at < ? GROUP BY subject)
            SELECT priority, count(*) FROM turn JOIN ticket USING (subject)
            WHERE last IN ('ticket.opened', 'ticket.reopened') GROUP BY ALL"""
        end = min(bounds(period)[1], naive(AS_OF))
        expected = dict(sql.execute(query, [end]).fetchall())
        answer = desk.reports.backlog(period=period, as_of=AS_OF)
        assert {dict(each.group)["priority"]: each.n for each in answer["backlog"]} == expected
        by_age = defaultdict(int)
        for each in answer["backlog_by_age"]:
            by_age[dict(each.group)["priority"]] += each.n
        assert by_age == expected


class TestWaitsInSQL:
    """Requester wait, agent wait and on hold are the parts of a ticket's life until resolved."""

    def test_they_are_the_time_between_neighbouring_steps(self, desk, sql):
        query = """
            WITH step AS (
                SELECT subject, version, name, reason, occurred_at,
                    lead(occurred_at) OVER (PARTITION BY subject ORDER BY version) AS next
                FROM event WHERE name IN ('ticket.opened', 'ticket.paused', 'ticket.resumed',
                    'ticket.resolved', 'ticket.reopened', 'ticket.closed', 'ticket.cancelled')),
            last AS (
                SELECT subject, arg_max(name, version) AS name,
                    max(occurred_at) FILTER (name = 'ticket.resolved') AS resolved
                FROM event WHERE name IN ('ticket.resolved', 'ticket.reopened') GROUP BY subject)
            SELECT
                sum(epoch_us(next - occurred_at)) FILTER (step.name = 'ticket.paused'
                    AND reason = 'customer'),
                sum(epoch_us(next - occurred_at)) FILTER (step.name = 'ticket.paused'
                    AND reason <> 'customer'),
                sum(epoch_us(next - occurred_at)) FILTER (step.name NOT IN
                    ('ticket.resolved', 'ticket.closed', 'ticket.cancelled')
                    AND NOT (step.name = 'ticket.paused' AND reason = 'customer'))
            FROM step JOIN last USING (subject)
            WHERE last.name = 'ticket.resolved' AND next <= resolved"""
        customer, others, ours = sql.execute(query).fetchone()
        answer = desk.reports.waits(by=(), as_of=AS_OF)
        for measure, micros in (
            ("agent_wait", customer),
            ("on_hold", others),
            ("requester_wait", ours),
        ):
            [told] = answer[measure]
            assert told.value * told.n == pytest.approx(micros / 1e6, abs=0.001)
