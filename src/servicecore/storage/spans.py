"""Spans for OpenTelemetry: a command, the policies that follow, the read models that take it in.

They are there as soon as a program imports ``opentelemetry.trace``; for all others
this costs a look into a dictionary.
"""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext
from typing import Any

_OURS = "servicecore"


def span(name: str, **facts: str | int | None) -> AbstractContextManager[Any]:
    """Return what surrounds a piece of work, and tells *facts* of it to whoever traces."""
    trace = sys.modules.get("opentelemetry.trace")
    if trace is None:
        return nullcontext()
    known = {f"{_OURS}.{fact}": value for fact, value in facts.items() if value is not None}
    tracer = trace.get_tracer(_OURS)
    spanning: AbstractContextManager[Any] = tracer.start_as_current_span(
        f"{_OURS} {name}", attributes=known
    )
    return spanning
