"""Customers and complaints of another system, as the counters import them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import reduce
from pathlib import Path
from typing import Any, Unpack

from ..domain.complaint import Complaint, evolve
from ..domain.complaint.record import on_record
from ..domain.days import must_be_a_date
from ..domain.events import Recorded, with_facts
from ..exchange.complaint_telling import ComplaintTeller
from ..exchange.customer_telling import CustomerTeller
from ..exchange.mappings import (
    COMPLAINT_MAPPINGS,
    CUSTOMER_MAPPINGS,
    ComplaintMapping,
    CustomerMapping,
)
from .importing_records import How, Kind, RecordImportSummary, import_records
from .office import Office


def import_customers(
    office: Office,
    file: str | Path,
    *,
    mapping: str | Path | CustomerMapping,
    as_of: date,
    **how: Unpack[How],
) -> RecordImportSummary:
    """Put the customers of a file on record, as they stood when the day *as_of* began."""
    must_be_a_date(as_of=as_of)
    known = CUSTOMER_MAPPINGS.load(mapping)
    teller = CustomerTeller(
        mapping=known,
        as_of=as_of,
        standard=office.standard.reference,
        calendar=office.calendar.reference,
    )
    kind = Kind(subjects="relationship", called="customers", tell=teller.history_of)
    return import_records(office, file, kind, mapping=known, **how)


def import_complaints(
    office: Office, file: str | Path, *, mapping: str | Path | ComplaintMapping, **how: Unpack[How]
) -> RecordImportSummary:
    """Put the complaints of a file on record, with what they promise under the standard.

    Raises:
        MissingTimesError: If the standard leaves a time of complaints open.
    """
    office.standard.must_be_whole(of="complaint")
    known = COMPLAINT_MAPPINGS.load(mapping)
    teller = ComplaintTeller(
        mapping=known,
        standard=office.standard.reference,
        calendar=office.calendar.reference,
    )

    def finish(steps: Sequence[Any], recorded: Sequence[Recorded]) -> Sequence[Any]:
        events = (each.event for each in recorded)
        complaint: Complaint | None = reduce(evolve, events, None)
        served = complaint or steps[0]
        terms = office.rulebook.terms(served.standard, served.calendar, of="complaint")
        return on_record(complaint, *steps, terms=terms, tell_levels=False)

    kind = Kind(
        subjects="complaint",
        called="complaints",
        tell=teller.history_of,
        finish=finish,
        bare=lambda event: with_facts(event, promises=(), readings=(), counted_at=None),
    )
    return import_records(office, file, kind, mapping=known, **how)
