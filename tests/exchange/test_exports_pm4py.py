"""A process-mining tool reads our exports, and notices what is missing from them.

pm4py is AGPL: it is looked at from here, and never imported by the package.  It
comes with the dependency group ``nightly``.
"""

from __future__ import annotations

import warnings
from datetime import datetime, timedelta, timezone

import pytest

from servicecore import ServiceDesk
from servicecore.exchange.exports import write_ocel, write_ocel_sqlite, write_xes

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    pm4py = pytest.importorskip("pm4py", reason="pm4py comes with the group nightly")

pytestmark = pytest.mark.filterwarnings("ignore")
MONDAY = datetime(2025, 3, 3, 1, tzinfo=timezone.utc)
HOUR = timedelta(hours=1)
TICKETS = 12
FACTS = {"product": "pump", "model": "P-200", "fault": "it leaks", "contact": "Ms Lin"}


@pytest.fixture(scope="module")
def log():
    """A log of tickets that all took the same course."""
    with ServiceDesk.open("memory:") as desk:
        for n in range(TICKETS):
            at = MONDAY + n * timedelta(days=1)
            desk.tickets.open(f"T-{n:02}", customer_id=f"C-{n % 3}", at=at, priority="C", **FACTS)
            desk.tickets.answer(f"T-{n:02}", by="Wu", at=at + HOUR)
            desk.tickets.resolve(f"T-{n:02}", by="Wu", solution="a seal", at=at + 2 * HOUR)
            desk.tickets.confirm(f"T-{n:02}", at=at + 3 * HOUR)
        yield desk.log


@pytest.fixture(scope="module")
def history(log):
    return list(log.since(0))


def counts(ocel):
    return len(ocel.events), len(ocel.objects), len(ocel.relations)


def test_it_reads_the_json_and_the_database_alike(history, tmp_path):
    with (tmp_path / "log.jsonocel").open("w", encoding="utf-8") as file:
        write_ocel(history, file)
    write_ocel_sqlite(history, tmp_path / "log.sqlite")
    of_json = pm4py.read_ocel2_json(str(tmp_path / "log.jsonocel"))
    of_database = pm4py.read_ocel2_sqlite(str(tmp_path / "log.sqlite"))
    assert counts(of_json) == counts(of_database)
    assert counts(of_json)[0] == len(history)
    kinds = of_json.objects[of_json.object_type_column].value_counts().to_dict()
    assert (kinds["ticket"], kinds["customer"]) == (TICKETS, 3)


def test_it_finds_the_ticket_from_which_an_event_was_taken(log, tmp_path):
    subjects = list(log.subjects("ticket"))
    with (tmp_path / "whole.xes").open("w", encoding="utf-8") as file:
        count = write_xes([log.history(each) for each in subjects], file)
    robbed = [log.history(each) for each in subjects]
    robbed[4] = [each for each in robbed[4] if type(each.event).__name__ != "TicketResolved"]
    with (tmp_path / "robbed.xes").open("w", encoding="utf-8") as file:
        assert write_xes(robbed, file) == count - 1

    whole = pm4py.read_xes(str(tmp_path / "whole.xes"))
    net = pm4py.discover_petri_net_inductive(whole)
    fits = pm4py.conformance_diagnostics_token_based_replay(whole, *net)
    assert all(each["trace_is_fit"] for each in fits)
    found = pm4py.conformance_diagnostics_token_based_replay(
        pm4py.read_xes(str(tmp_path / "robbed.xes")), *net
    )
    assert [n for n, each in enumerate(found) if not each["trace_is_fit"]] == [4]
