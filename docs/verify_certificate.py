"""python verify_certificate.py FILE.json says what is wrong in it; nothing said means it holds."""

import json
import sys
from datetime import datetime, timedelta
from pathlib import Path

MOMENTS = ("started_at", "until", "due", "judged_at")
COUNTED = ("open hours", "make-up day", "day and night")
KNOWN = (*COUNTED, "closed hours", "holiday", "break", "closed")
HOLD_IN, HOLD_OUT, CLOSED_IN = "hold in hours: ", "hold out of hours: ", "closed in hours"
STILL = ("hold: ", HOLD_IN, HOLD_OUT, CLOSED_IN, "closed out of hours")
IN_DAYS = ("same_time", "roll_first", "then_roll", "then_roll_back", "origin_rolls")


def problems(paper: dict) -> list[str]:
    """Return what does not add up in a certificate."""
    read, none, late = datetime.fromisoformat, timedelta(), paper["late"]
    start, until, due, judged = (read(paper[name]) for name in MOMENTS)
    rows = [(read(row["from"]), read(row["to"]), row["why"], row) for row in paper["intervals"]]
    still = [(a, b) for a, b, why, _ in rows if why == "closed" or why.startswith(STILL)]
    runs = still + [(a, b) for a, b, _, row in rows if row["counted"]]
    edges = [start, *(edge for a, b, *_ in rows for edge in (a, b)), max(until, due)]

    def length(end: datetime, *whys: str) -> timedelta:
        return sum((min(b, end) - a for a, b, w, _ in rows if a < end and w.startswith(whys)), none)

    moving = due  # What stands still from the deadline on moves it, too.
    for a, b in still:
        moving = max(moving, b) if a <= moving else moving
    unmoved = due - length(moving, HOLD_IN, HOLD_OUT)  # Credited by the wall, all of it moves.
    spent = max(none, length(until, *COUNTED) - length(until, HOLD_OUT))
    target = length(unmoved, *COUNTED, HOLD_IN, CLOSED_IN) - length(moving, CLOSED_IN)
    since = length(until, *COUNTED) - length(judged, *COUNTED)
    rolled = paper["due_rule"] == "next_opening" and any(b == unmoved for _, b, *_ in rows)
    runs_out = rolled or any(a < unmoved <= b for a, b in runs) or unmoved <= start
    checks = {
        "another format": paper["format"] == "servicecore.certificate/1",
        "a gap or an overlap": edges[0::2] == edges[1::2],
        "a stretch that does not go forward": all(a < b for a, b, *_ in rows),
        "another length": all((b - a).total_seconds() == r["seconds"] for a, b, _, r in rows),
        "another reason": all(r["counted"] == (why in COUNTED) for _, _, why, r in rows),
        "an unknown reason": all(why in KNOWN or why.startswith(STILL) for _, _, why, _ in rows),
        "another sum until the end": spent.total_seconds() == paper["spent_seconds"],
        "another sum until the deadline": target.total_seconds() == paper["target_seconds"],
        "a deadline where nothing runs out": paper["due_rule"] in IN_DAYS or runs_out,
        "judged while it went on": judged <= until and not since,
        "another verdict": late == (judged > due),
        "another state": paper["state"] != ("met" if late or paper["breaches"] else "missed"),
    }
    return [name for name, holds in checks.items() if not holds]


if __name__ == "__main__":
    try:
        sys.exit("\n".join(problems(json.loads(Path(*sys.argv[1:]).read_bytes()))) or 0)
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        print(f"usage: {sys.argv[0]} FILE.json, not {sys.argv[1:]}: {error!r}", file=sys.stderr)
        sys.exit(2)
