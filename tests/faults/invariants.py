"""What must be true of a log, whatever was done to those who wrote it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from servicecore import ServiceDesk
from servicecore.domain.events import CATALOGUE, Recorded, stream_of
from servicecore.storage import Receipt
from servicecore.storage.comparing import compare
from servicecore.storage.memory_tables import MemoryTables
from servicecore.storage.protocol import Row
from servicecore.storage.topics import Topics

from .commands import Command, Course, course

_RECORDED_AT = re.compile(rb'"recorded_at":"([^"]*)Z"')


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
    aside = stream_of(set_aside).hex if set_aside else ""
    log = [desk.log.codec.recorded(row) for row in rows if row.stream != aside]
    done = each_once(log)
    assert {command.id for command in commands} == done
    assert {each.id: each.position for each in desk.log.storage.commands()} == done_at(log)
    for command_id, receipt in (receipts or {}).items():
        kept(log, command_id, receipt)
    assert not (other := _otherwise(course(log), expected)), str(other)[:1000]
    for name in desk._office.known.read_models:
        tells_what_happened(desk, name, log)
    nothing_is_left(desk, set_aside=set_aside)
    assert all(each.position <= len(rows) for each in desk.log.storage.trackings())


def _otherwise(found: Course, expected: Course) -> dict[str, tuple[object, object]]:
    """Return what happened otherwise than expected."""
    subjects = found.keys() | expected.keys()
    return {
        subject: (found.get(subject), expected.get(subject))
        for subject in sorted(subjects)
        if found.get(subject) != expected.get(subject)
    }


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


def done_at(log: Iterable[Recorded]) -> dict[str, int]:
    """Return where the last event of each command stands."""
    return {each.provenance.command_id: each.position for each in log if each.provenance.command_id}


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


def tells_what_happened(desk: ServiceDesk, name: str, log: Sequence[Recorded]) -> None:
    """A read model has the rows that the log alone leads to, taken in at once."""
    in_use, beside = desk._office.rows(name), MemoryTables()
    model = desk._office.known.read_models[name]
    with beside.batch(name, 1, after=0, upto=len(log)) as batch:
        model.observe(batch, [each for each in log if topic_of(each) in Topics.of(model.topics)])
    compared = compare(in_use, beside.read(name, 1))
    assert compared.agrees, (name, compared)


def topic_of(each: Recorded) -> str:
    """Return what an event is called in the log."""
    return CATALOGUE.name_of(type(each.event))


def nothing_is_left(desk: ServiceDesk, *, set_aside: str) -> None:
    """Nothing is due, everybody has dealt with everything, and only one history is set aside."""
    due = desk.next_wake_up()
    assert due is None or due > desk.log.now(), f"something has been due since {due}"
    desk.projects.catch_up()
    for each in desk.projects.status():
        assert each.events_behind == 0, each
        assert {set_aside} >= set(each.parked), each
