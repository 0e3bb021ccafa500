"""An auditor gets a log and a key: was anything changed, and were the promises kept?

Run it with ``python examples/an_audit.py``.  Somebody makes a late answer look early
in the database; the seals name the event, and the rules name the broken promise.
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from our_company import first_complaint, first_day, first_month, open_company

from servicecore.audit.keys import Signer
from servicecore.audit.sealer import Sealer
from servicecore.audit.verifying import verify

with TemporaryDirectory() as folder:
    file, key = Path(folder) / "service.db", Signer.generate("pumps.example/log")
    with open_company(f"sqlite:///{file}") as desk:
        for page in (first_day, first_complaint, first_month):
            page(desk)
        Sealer(desk.log, key).seal()
        for check in desk.compliance.look("2025-03"):
            if check.findings and check.id.startswith("ticket.first_response"):
                print("broken:", check.clause, ", ".join(each.id for each in check.findings))
        print("as it was sealed:", verify(desk.log, key.verifier).holds)

    with closing(sqlite3.connect(file)) as database, database:
        database.execute(
            "UPDATE log_events SET state = CAST(replace(CAST(state AS TEXT), '13:00', '10:30') "
            "AS BLOB) WHERE topic = 'ticket.answered' AND position < 10"
        )

    with open_company(f"sqlite:///{file}") as desk:
        for flaw in verify(desk.log, key.verifier).flaws:
            print(flaw)
