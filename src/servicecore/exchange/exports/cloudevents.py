"""CloudEvents 1.0, one JSON object a line: what message brokers and webhooks take.

The extension attributes have the names of the CloudEvents documents where they
give one: ``correlationid``, ``causationid``, ``recordedtime``, ``sequence``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import IO, Any

from ...domain.events import Recorded
from .facts import facts_of, in_utc_text, name_of

SPECIFICATION = "1.0"
_PREFIX = "servicecore."
_DIGITS = 20  #: Sequences are compared as text.


def write_cloudevents(history: Iterable[Recorded], to: IO[str], *, source: str) -> int:
    """Write *history*, and return how many events it has.

    Args:
        history: What to write, in order.
        to: Where.
        source: A URI that names this log, such as ``urn:service-desk:shanghai``.
    """
    count = 0
    for recorded in history:
        told = json.dumps(cloudevent(recorded, source), ensure_ascii=False, separators=(",", ":"))
        to.write(told + "\n")
        count += 1
    return count


def cloudevent(recorded: Recorded, source: str) -> dict[str, Any]:
    """Return one event as CloudEvents tell it."""
    known = recorded.provenance
    told = {
        "specversion": SPECIFICATION,
        "id": recorded.id,
        "source": source,
        "type": _PREFIX + name_of(recorded),
        "subject": recorded.subject,
        "time": in_utc_text(recorded.occurred_at),
        "recordedtime": in_utc_text(recorded.recorded_at),
        "sequence": f"{recorded.position:0{_DIGITS}}",
        "correlationid": known.correlation_id,
        "causationid": known.causation_id,
        "actor": known.actor,
        "role": known.role,
        "rule": known.rule,
        "ruleversion": known.rule_version,
        "datacontenttype": "application/json",
        "data": facts_of(recorded),
    }
    return {name: value for name, value in told.items() if value is not None}
