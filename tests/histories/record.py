"""Record what a little office writes, so that it can be read for ever.

A recording is made once and never edited; a new one is made beside it when
events appear that no recording holds::

    python -m tests.histories.record first_office
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

from .change_office import change_office
from .complaint_office import complaint_office
from .compliance_office import compliance_office
from .notice_office import notice_office
from .office import Office
from .people_office import people_office
from .privacy_office import privacy_office
from .product_office import product_office
from .quality_office import quality_office
from .relationship_office import relationship_office
from .replaying import Line, states, summary
from .safekeeping_office import safekeeping_office
from .survey_office import survey_office
from .ticket_office import first_office
from .training_office import training_office

HERE = Path(__file__).parent
OFFICES = {
    "relationship_office": relationship_office,
    "first_office": first_office,
    "complaint_office": complaint_office,
    "compliance_office": compliance_office,
    "product_office": product_office,
    "survey_office": survey_office,
    "change_office": change_office,
    "people_office": people_office,
    "privacy_office": privacy_office,
    "quality_office": quality_office,
    "safekeeping_office": safekeeping_office,
    "training_office": training_office,
    "notice_office": notice_office,
}


def main(name: str, office: Office) -> None:
    """Write a recording, and beside it what it amounts to."""
    recording = HERE / f"{name}.jsonl"
    if recording.exists():
        sys.exit(f"{recording.name} is on record; a recording is never made twice")
    with office.desk as desk:
        lines = [Line.of(row) for row in desk.log.rows_since(0)]
    recording.write_text("".join(f"{each}\n" for each in lines), encoding="utf-8")
    found = {
        "sha256": hashlib.sha256(recording.read_bytes()).hexdigest(),
        "states": {subject: summary(state) for subject, state in states(lines).items()},
    }
    text = json.dumps(found, indent=1, ensure_ascii=False)
    (HERE / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], OFFICES[sys.argv[1]]())
