"""XES (IEEE 1849-2016): one trace a record, for the tools of process mining."""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO
from xml.sax.saxutils import quoteattr

from ...domain.events import Recorded
from .facts import facts_of, name_of, words_of

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849.2016" xes.features="" xmlns="http://www.xes-standard.org/">
  <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
  <extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
  <extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
  <global scope="trace">
    <string key="concept:name" value=""/>
  </global>
  <global scope="event">
    <string key="concept:name" value=""/>
    <date key="time:timestamp" value="1970-01-01T00:00:00+00:00"/>
    <string key="org:resource" value=""/>
  </global>
  <classifier name="Activity" scope="event" keys="concept:name"/>
"""
_UNPRINTABLE = {each: "\ufffd" for each in range(0x20) if chr(each) not in "\t\n\r"}


def write_xes(histories: Iterable[Iterable[Recorded]], to: IO[str]) -> int:
    """Write each history as a trace, and return how many events there are.

    What a tool needs stands under the names of XES; what else an event says, under
    ``sc:`` and its own name.
    """
    count = 0
    to.write(_HEAD)
    for history in histories:
        recorded = list(history)
        to.write("  <trace>\n")
        to.write(_string("concept:name", recorded[0].subject, depth=2))
        for each in recorded:
            _write_event(each, to)
        to.write("  </trace>\n")
        count += len(recorded)
    to.write("</log>\n")
    return count


def _write_event(recorded: Recorded, to: IO[str]) -> None:
    moment = quoteattr(recorded.occurred_at.isoformat())
    to.write("    <event>\n")
    to.write(_string("concept:name", name_of(recorded)))
    to.write(f'      <date key="time:timestamp" value={moment}/>\n')
    to.write(_string("org:resource", recorded.provenance.actor))
    if recorded.provenance.role:
        to.write(_string("org:role", recorded.provenance.role))
    for name, value in words_of(facts_of(recorded)).items():
        to.write(_string(f"sc:{name}", value))
    to.write("    </event>\n")


def _string(key: str, value: str, *, depth: int = 3) -> str:
    told = quoteattr(value.translate(_UNPRINTABLE), {"\n": "&#10;", "\t": "&#9;", "\r": "&#13;"})
    return f'{"  " * depth}<string key="{key}" value={told}/>\n'
