"""Whoever traces sees a command, the policies that follow from it, and the read models."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timezone

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from servicecore import ServiceDesk

MONDAY = datetime(2025, 3, 3, 9, tzinfo=timezone.utc)
FACTS = {"product": "pump", "model": "P-200", "fault": "it leaks", "contact": "Ms Lin"}


@pytest.fixture
def spans(monkeypatch):
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "get_tracer", provider.get_tracer)
    yield exporter.get_finished_spans
    provider.shutdown()


def test_a_policy_stands_under_the_command_it_follows_from(spans):
    with ServiceDesk.open("memory:") as desk:
        desk.tickets.open("T-1", customer_id="Acme", at=MONDAY, command_id="c-1", **FACTS)
    told = {each.name: each for each in spans()}
    command, policy = told["servicecore command"], told["servicecore policy acknowledgement"]
    assert command.attributes == {
        "servicecore.subject": "ticket/T-1",
        "servicecore.command_id": "c-1",
    }
    assert policy.parent.span_id == command.context.span_id
    assert policy.attributes["servicecore.causation_id"] == "ticket/T-1#1"


def test_a_read_model_tells_how_far_it_came(spans):
    with ServiceDesk.open("memory:") as desk:
        desk.tickets.open("T-1", customer_id="Acme", at=MONDAY, **FACTS)
        desk.reports.response_times()
        head = desk.log.head()
    [model] = [each for each in spans() if each.name == "servicecore read model ticket_facts"]
    assert model.attributes["servicecore.upto"] == head


def test_who_does_not_trace_does_not_load_it():
    code = (
        "import sys; from servicecore import ServiceDesk\n"
        "ServiceDesk.open('memory:').close()\n"
        "print([each for each in sys.modules if each.startswith('opentelemetry')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
