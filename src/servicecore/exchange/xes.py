"""Reads an XES log (IEEE 1849) event by event.

Writers differ, so this is lenient: namespaces, versions and nested attributes do
not matter.  What it insists on is a log with events in traces.
"""

from __future__ import annotations

import xml.parsers.expat
from collections.abc import Iterator
from typing import IO

CASE = "case:"  #: Stands before what is told of a whole trace.
_ATTRIBUTES = frozenset({"string", "date", "int", "float", "boolean", "id"})
_CHUNK = 1 << 16


class NotXesError(ValueError):
    """Something other than an XES log was found."""


def read_xes(stream: IO[bytes]) -> Iterator[dict[str, str]]:
    """Yield the attributes of each event, with those of its trace under ``case:…``.

    Raises:
        NotXesError: If *stream* is something else, or breaks off.
    """
    parser = _Parser()
    while chunk := stream.read(_CHUNK):
        yield from parser.feed(chunk)
    yield from parser.feed(b"", is_last=True)


class _Parser:
    """Keeps what stands between the events, and gives each event away as it ends."""

    def __init__(self) -> None:
        self._expat = xml.parsers.expat.ParserCreate()
        self._expat.buffer_text = True
        self._expat.StartElementHandler = self._begins
        self._expat.EndElementHandler = self._ends
        # No log needs a document type; files that attack a reader do.
        self._expat.StartDoctypeDeclHandler = self._refuse
        self._path: list[str] = []
        self._trace: dict[str, str] = {}
        self._event: dict[str, str] = {}
        self._done: list[dict[str, str]] = []

    def feed(self, chunk: bytes, *, is_last: bool = False) -> list[dict[str, str]]:
        """Return the events that end in *chunk*."""
        try:
            self._expat.Parse(chunk, is_last)
        except xml.parsers.expat.ExpatError as error:
            raise NotXesError(str(error)) from None
        done, self._done = self._done, []
        return done

    def _begins(self, element: str, attributes: dict[str, str]) -> None:
        name = element.rpartition(":")[2]
        if not self._path and name != "log":
            msg = f"expected a log, found <{element}>"
            raise NotXesError(msg)
        parent = self._path[-1] if self._path else ""
        self._path.append(name)
        if name == "event" and parent == "trace":
            self._event = {}
        elif name == "trace" and parent == "log":
            self._trace = {}
        elif name in _ATTRIBUTES and "key" in attributes:
            self._attribute(parent, attributes["key"], attributes.get("value", ""))

    def _attribute(self, parent: str, key: str, value: str) -> None:
        if parent == "event":
            self._event[key] = value
        elif parent == "trace":
            self._trace[CASE + key] = value

    def _ends(self, _: str) -> None:
        if self._path.pop() == "event" and self._path and self._path[-1] == "trace":
            self._done.append(self._event | self._trace)

    def _refuse(self, *_: object) -> None:
        msg = "it declares a document type"
        raise NotXesError(msg)
