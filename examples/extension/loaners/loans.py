"""A fact for each loan, ready for questions: who has what, since when, and was it late."""

from __future__ import annotations

from datetime import datetime

import attrs

from servicecore.extending import Facts, ImpossibleHistoryError

from .events import LoanerAskedBack, LoanerBroughtBack, LoanerEvent, LoanerLent, LoanerOverdue


@attrs.frozen(kw_only=True)
class Loan:
    """What one wants to know of a loan."""

    ticket_id: str
    device: str
    customer_id: str
    lent_at: datetime
    back_by: datetime | None = None
    was_late: bool = False
    back_at: datetime | None = None


def loan_after(loan: Loan | None, event: LoanerEvent) -> Loan:
    """Return the fact as *event* leaves it."""
    match loan, event:
        case None, LoanerLent(loaner_id=number, device=device, customer_id=customer, at=at):
            return Loan(ticket_id=number, device=device, customer_id=customer, lent_at=at)
        case Loan(), LoanerAskedBack(by=by):
            return attrs.evolve(loan, back_by=by)
        case Loan(), LoanerOverdue():
            return attrs.evolve(loan, was_late=True)
        case Loan(), LoanerBroughtBack(at=at):
            return attrs.evolve(loan, back_at=at)
        case _:
            msg = f"{event} cannot follow {loan}"
            raise ImpossibleHistoryError(msg)


LOANS = Facts(name="loans", kind="loaner", row=Loan, fold=loan_after)
