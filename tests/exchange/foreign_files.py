"""Small foreign files, made up row by row, in the form of the incident log."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path

HEADING = (
    "number",
    "incident_state",
    "caller_id",
    "opened_at",
    "sys_created_at",
    "sys_updated_by",
    "sys_updated_at",
    "contact_type",
    "category",
    "subcategory",
    "u_symptom",
    "cmdb_ci",
    "priority",
    "assignment_group",
    "assigned_to",
    "closed_code",
    "resolved_by",
    "resolved_at",
    "closed_at",
)


def row(at: str, state: str, **told: str) -> dict[str, str]:
    """Return a row of INC1, opened at nine on 5 March 2016; *at* may tell the hour alone."""
    return {
        "number": "INC1",
        "incident_state": state,
        "caller_id": "Caller 7",
        "opened_at": "5/3/2016 09:00",
        "sys_created_at": "?",
        "sys_updated_by": "Lin",
        "sys_updated_at": at if " " in at else f"5/3/2016 {at}",
        "contact_type": "Phone",
        "category": "Pump",
        "subcategory": "P-100",
        "u_symptom": "leaks",
        "cmdb_ci": "?",
        "priority": "3 - Moderate",
        "assignment_group": "?",
        "assigned_to": "?",
        "closed_code": "code 5",
        "resolved_by": "Zhao",
        "resolved_at": "9/3/2016 18:00",
        "closed_at": "14/3/2016 18:00",
        **told,
    }


def csv_text(rows: Iterable[dict[str, str]], *, heading: Iterable[str] = HEADING) -> str:
    """Return *rows* as a CSV."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(heading), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def csv_file(folder: Path, rows: Iterable[dict[str, str]], *, name: str = "incidents.csv") -> Path:
    """Write *rows* to a CSV in *folder*."""
    path = folder / name
    path.write_text(csv_text(rows), encoding="utf-8")
    return path


def xes_text(*traces: tuple[str, list[dict[str, str]]]) -> str:
    """Return traces of events as an XES log."""
    told = []
    for name, events in traces:
        told.append(f'<trace><string key="concept:name" value="{name}"/>')
        for event in events:
            attributes = (
                f'<{"date" if key == "time:timestamp" else "string"} key="{key}" value="{value}"/>'
                for key, value in event.items()
            )
            told.append(f"<event>{''.join(attributes)}</event>")
        told.append("</trace>")
    return f'<log xmlns="http://www.xes-standard.org/">{"".join(told)}</log>'


def volvo(at: str, state: str, **told: str) -> dict[str, str]:
    """Return an event in the form of the Volvo incidents, on 31 March 2010."""
    return {
        "time:timestamp": f"2010-03-31T{at}:00+02:00",
        "lifecycle:transition": state,
        "impact": "Medium",
        "org:resource": "Åsa",
        "org:group": "G97",
        "product": "PROD582",
        **told,
    }
