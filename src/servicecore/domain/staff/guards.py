"""What must be true of somebody before anything goes on record of them."""

from __future__ import annotations

from datetime import datetime

from . import refusals
from .employee import Employee


def must_be_on_record(employee: Employee, done: str, at: datetime) -> None:
    """Refuse what comes before their record begins.

    Raises:
        BeforeRecordError: If it does.
    """
    if at < employee.joined_at:
        msg = (
            f"the record of {employee.id} begins at {employee.joined_at.isoformat()}, "
            f"so they were not {done} at {at.isoformat()}"
        )
        raise refusals.BeforeRecordError(msg)


def must_be_on_the_staff(employee: Employee, done: str, at: datetime) -> None:
    """Refuse it of somebody who left.

    Raises:
        BeforeRecordError: If it comes before their record begins.
        NotOnTheStaffError: If they left.
    """
    must_be_on_record(employee, done, at)
    if employee.left_on is not None:
        msg = f"{employee.id} left on {employee.left_on}, so they cannot be {done}"
        raise refusals.NotOnTheStaffError(msg)
