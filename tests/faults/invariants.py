"""What must be true of a log, whatever was done to those who wrote it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from servicecore import ServiceDesk
from servicecore.domain.events import Recorded, stream_of
from servicecore.storage import EventLog, Follower, Receipt
from servicecore.storage.comparing import compare
from servicecore.storage.memory_tables import MemoryTables
from servicecore.storage.protocol import Row

from .commands import Command, Course, course

_RECORDED_AT = re.compile(rb'"recorded_at":"([^"]*)Z"')

#: A read model of all kinds of record, and one that policies depend on.
READ_MODELS = ("deadlines", "ticket_facts")


def check(
    desk: ServiceDesk,
    *,
    expected: Course,
    commands: Iterable[Command] = (),
    receipts: Mapping[str, Receipt] | None = None,
    set_aside: str = "",
) -> None:
    """See to it that nothing was lost, doubled or reordered.

    Args:
        desk: Where it is on record.
        expected: What comes of it where nothing goes wrong.
        commands: All that were sent.
        receipts: What was acknowledged, by command.
        set_aside: A subject whose history no policy can deal with.
    """
    desk.run_due()
    rows = list(desk.log.rows_since(0))
    in_order(rows)
    log = list(_readable(desk.log, rows, stream_of(set_aside).hex if set_aside else ""))
    assert {command.id for command in commands} <= each_once(log)
    for command_id, receipt in (receipts or {}).items():
        kept(log, command_id, receipt)
    assert course(log) == expected
    for name in READ_MODELS:
        tells_what_happened(desk, name)
    assert all(each.position <= len(rows) for each in desk.log.storage.trackings())


def _readable(log: EventLog, rows: Iterable[Row], set_aside: str) -> Iterator[Recorded]:
    return (log.codec.recorded(row) for row in rows if row.stream != set_aside)


def in_order(rows: Iterable[Row]) -> None:
    """Positions and versions have no gap, and time only goes on."""
    versions, before = Counter[str](), ""
    for n, row in enumerate(rows, start=1):
        versions[row.stream] += 1
        assert (row.position, row.version) == (n, versions[row.stream])
        found = _RECORDED_AT.search(row.state)
        now = found[1].decode() if found else before
        assert before <= now, f"position {n} was recorded at {now}, the one before at {before}"
        before = now


def each_once(log: Iterable[Recorded]) -> set[str]:
    """What a command or a policy led to stands together, and only once; return the commands."""
    seen = set[tuple[str, str, str]]()
    for reason, _ in groupby(log, key=_reason):
        assert reason is None or reason not in seen, reason
        if reason:
            seen.add(reason)
    return {command for what, command, _ in seen if what == "command"}


def _reason(each: Recorded) -> tuple[str, str, str] | None:
    why = each.provenance
    if why.command_id:
        return "command", why.command_id, ""
    if why.actor.startswith("policy/") and why.actor != "policy/escalation" and why.causation_id:
        # A clock is looked at as often as it has levels.
        return why.actor, why.causation_id, each.subject
    return None


def kept(log: Sequence[Recorded], command_id: str, receipt: Receipt) -> None:
    """What was acknowledged is on record, where it was said to be."""
    found = [each for each in log if each.provenance.command_id == command_id]
    assert found, f"{command_id} was acknowledged at {receipt.position}, and is not on record"
    assert found[-1].position == receipt.position
    assert tuple(each.event for each in found) == receipt.events


def tells_what_happened(desk: ServiceDesk, name: str) -> None:
    """A read model has the rows that the log alone leads to."""
    in_use = desk._office.rows(name)
    beside = EventLog(desk.log.storage, tables=MemoryTables())
    model = desk._office.known.read_models[name]
    Follower(beside, name, model.observe, topics=model.topics).catch_up()
    compared = compare(in_use, beside.tables.read(name, 1))
    assert compared.agrees, (name, compared)
