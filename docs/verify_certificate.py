"""Check a certificate without servicecore: python verify_certificate.py FILE.json

It adds up the stretches and says what is wrong; nothing said means it holds.
"""

import json
import sys
from datetime import datetime, timedelta
from pathlib import Path

COUNTED = ("open hours", "make-up day", "day and night")
MOMENTS = ("started_at", "until", "due", "judged_at")
EXCLUDED = ("closed hours", "holiday", "break")


def stood_still(row: dict) -> bool:
    """Tell whether it was on hold, or closed, rather than out of hours."""
    return row["why"] == "closed" or row["why"].startswith("hold: ")


def problems(paper: dict) -> list[str]:
    """Return what does not add up in a certificate."""
    read = datetime.fromisoformat
    start, until, due, judged = (read(paper[name]) for name in MOMENTS)
    rows = [(read(row["from"]), read(row["to"]), row) for row in paper["intervals"]]

    def counted(end: datetime) -> float:
        inside = (min(b, end) - a for a, b, row in rows if row["counted"] and a < end)
        return round(sum(inside, timedelta()).total_seconds(), 6)

    edges = [start, *(edge for a, b, _ in rows for edge in (a, b)), max(until, due)]
    lies = [row for a, b, row in rows if a < due <= b and (row["counted"] or stood_still(row))]
    rolled = paper["due_rule"] == "next_opening" and any(b == due for _, b, _ in rows)
    told_in_days = paper["due_rule"] not in ("closing", "next_opening", "end_of_day")
    decided = paper["state"] in ("met", "missed")
    checks = {
        "another format": paper["format"] == "servicecore.certificate/1",
        "a gap or an overlap": edges[0::2] == edges[1::2],
        "a stretch that does not go forward": all(a < b for a, b, _ in rows),
        "a stretch of another length": all(
            round((b - a).total_seconds(), 6) == row["seconds"] for a, b, row in rows
        ),
        "a reason that does not fit": all(
            row["why"] in COUNTED if row["counted"] else row["why"] in EXCLUDED or stood_still(row)
            for *_, row in rows
        ),
        "another sum until the end": counted(until) == paper["spent_seconds"],
        "another sum until the deadline": counted(due) == paper["target_seconds"],
        "a deadline where nothing runs out": lies or rolled or told_in_days or due <= start,
        "judged while it went on": judged <= until and counted(judged) == counted(until),
        "another verdict": paper["late"] == (judged > due),
        "another state": not decided
        or (paper["state"] == "missed") == bool(paper["late"] or paper["breaches"]),
    }
    return [name for name, holds in checks.items() if not holds]


if __name__ == "__main__":
    found = problems(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    sys.exit("\n".join(found) or 0)
