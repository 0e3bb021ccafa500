"""An analyst tells last quarter under another standard, and why it comes out otherwise.

Run it with ``python examples/another_standard.py``.  Nothing on record is changed:
the timelines are counted again under other promises.
"""

from datetime import timedelta

from our_company import first_complaint, first_day, first_month, open_company


def moved(length: timedelta) -> str:
    """Tell which way a deadline would be moved."""
    return f"{abs(length)} {'later' if length > timedelta() else 'earlier'}"


with open_company() as desk:
    for page in (first_day, first_complaint, first_month):
        page(desk)

    twice = desk.sla.response_times(standard="tender_standard", period="2025-Q1")
    for row in twice["first_response_attainment"]:
        print(f"{dict(row.group)['standard']}: {row.k} of {row.n} answered in time")

    for case in desk.sla.what_if(standard="tender_standard"):
        was, would_be = case.was, case.would_be
        if case.clock == "first_response" and was and would_be and was.state != would_be.state:
            told = f"{was.state}, would be {would_be.state}"
            print(f"{case.subject}: {told}, due {moved(case.is_moved)}")
