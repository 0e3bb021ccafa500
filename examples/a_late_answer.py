"""A customer waits too long: what happens, and what the history tells afterwards.

Run it with ``python examples/a_late_answer.py``.
"""

from datetime import datetime, timedelta, timezone

from servicecore import ServiceDesk

monday_nine = datetime(2025, 3, 3, 9, tzinfo=timezone.utc)
request = {"product": "pump", "model": "P-200", "fault": "it leaks", "contact": "Ms Lin"}

with ServiceDesk.open("memory:", standard="operations_manual_2025") as desk:
    desk.tickets.open("T-1", customer_id="Acme", priority="A", at=monday_nine, **request)
    desk.run_due(monday_nine + timedelta(hours=3))  # Class A is answered within two.
    desk.tickets.answer("T-1", by="Supervisor Wu", at=monday_nine + timedelta(hours=4))

    for recorded in desk.tickets.history("T-1"):
        print(recorded.occurred_at.strftime("%a %H:%M"), type(recorded.event).__name__)

    print(desk.tickets.get("T-1").readings["first_response", 1].state.value)
