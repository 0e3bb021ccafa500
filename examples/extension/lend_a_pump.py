"""A customer works with our pump until theirs is repaired, and forgets to bring it back.

Run it with ``python examples/extension/lend_a_pump.py``.
"""

from datetime import datetime, timedelta, timezone

from loaners import EXTENSION, Loaners
from servicecore import ServiceDesk

monday_nine = datetime(2025, 3, 3, 9, tzinfo=timezone.utc)

with ServiceDesk.open("memory:", standard="loaner_house", extensions=[EXTENSION]) as desk:
    loaners = desk.counter(Loaners)
    desk.tickets.open(
        "T-1",
        customer_id="Acme",
        product="pump",
        model="P-200",
        fault="it leaks",
        contact="Ms Lin",
        priority="A",
        at=monday_nine,
    )
    print("promised:", desk.tickets.get("T-1").promises["first_response", 1].within)

    loaners.lend("T-1", device="pump 7", customer_id="Acme", at=monday_nine + timedelta(hours=1))
    desk.tickets.resolve("T-1", by="Lin", solution="seal replaced", at=monday_nine)
    desk.tickets.confirm("T-1", at=monday_nine + timedelta(days=1))
    print("back by:", loaners.get("T-1").back_by)

    desk.run_due(monday_nine + timedelta(days=30))
    for loan in loaners.out():
        print("still out:", loan.device, "late" if loan.was_late else "in time")
