"""The counter for customers: their files, deliveries, points, contracts, recoveries.

Their revisits, and what those found, have a counter of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any, Unpack

import attrs

from ..domain.relationship import (
    CustomerRelationship,
    Grade,
    decisions,
    loyalty,
    standing,
)
from ..exchange.mappings import CustomerMapping
from ..storage import Receipt
from .counter import Counter
from .drawer import Drawer
from .importing_customers import import_customers
from .importing_records import How, RecordImportSummary
from .office import Office, Why
from .registry import RELATIONSHIP


@attrs.frozen
class Relationships(Counter[CustomerRelationship]):
    """Keeps what is between each customer and us, from the first delivery on.

    Every command may say when it happened (``at``), and who asked for it.
    Revisits that a standard demands plan themselves; so do recoveries when a
    promise was broken.
    """

    @classmethod
    def of(cls, office: Office) -> Relationships:
        """Open the counter."""
        return cls(Drawer(office, "relationship", RELATIONSHIP))

    # --- The file ---------------------------------------------------------------------

    def open(
        self,
        customer_id: str,
        *,
        name: str,
        contact: str,
        kind: str,
        responsible: str,
        grade: Grade | str = Grade.ORDINARY,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Open a customer's file.

        Raises:
            RecordExistsError: If there is one.
        """
        office = self._drawer.office
        return self._drawer.begin(
            customer_id,
            decisions.open_file,
            why,
            at,
            name=name,
            contact=contact,
            kind=kind,
            responsible=responsible,
            grade=grade,
            standard=office.standard,
            calendar=office.calendar,
        )

    def correct(
        self,
        customer_id: str,
        *,
        reason: str,
        name: str | None = None,
        contact: str | None = None,
        kind: str | None = None,
        responsible: str | None = None,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Put right what a file says of its customer; what is not told stays."""
        return self._drawer.decide(
            customer_id,
            decisions.correct,
            why,
            at,
            name=name,
            contact=contact,
            kind=kind,
            responsible=responsible,
            reason=reason,
        )

    def grade(
        self,
        customer_id: str,
        grade: Grade | str,
        *,
        reason: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Say how important a customer is; key and frequent ones are revisited more often."""
        standard = self._drawer.standard_of(customer_id)
        return self._drawer.decide(
            customer_id, decisions.grade, why, at, grade=grade, reason=reason, standard=standard
        )

    def give_consent(
        self, customer_id: str, *, evidence: str, at: datetime | None = None, **why: Unpack[Why]
    ) -> Receipt:
        """Put on record that a customer agreed to be contacted."""
        return self._drawer.decide(customer_id, decisions.give_consent, why, at, evidence=evidence)

    def withdraw_consent(
        self, customer_id: str, *, at: datetime | None = None, **why: Unpack[Why]
    ) -> Receipt:
        """Put on record that a customer wants no more contact; revisits to come are not made."""
        return self._drawer.decide(customer_id, decisions.withdraw_consent, why, at)

    def note_preference(
        self,
        customer_id: str,
        *,
        about: str,
        preference: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Note how a customer likes something done."""
        return self._drawer.decide(
            customer_id, decisions.note_preference, why, at, about=about, preference=preference
        )

    def deliver(
        self,
        customer_id: str,
        delivery_id: str,
        *,
        product: str,
        delivered_on: date,
        project: str = "",
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Record a delivery; the revisits that follow from it get their days."""
        return self._drawer.decide_by_calendar(
            customer_id,
            decisions.deliver,
            why,
            at,
            delivery_id=delivery_id,
            product=product,
            project=project,
            delivered_on=delivered_on,
        )

    def begin_use(
        self,
        customer_id: str,
        delivery_id: str,
        *,
        used_on: date,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Record since when a delivery is used."""
        return self._drawer.decide_by_calendar(
            customer_id, decisions.begin_use, why, at, delivery_id=delivery_id, used_on=used_on
        )

    # --- Loyalty and contracts --------------------------------------------------------

    def earn_points(
        self,
        customer_id: str,
        points: int,
        *,
        reason: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Give a customer loyalty points."""
        return self._drawer.decide(
            customer_id, loyalty.earn_points, why, at, points=points, reason=reason
        )

    def spend_points(
        self,
        customer_id: str,
        points: int,
        *,
        on: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Let a customer spend points, as many as there are."""
        return self._drawer.decide(
            customer_id, loyalty.spend_points, why, at, points=points, spent_on=on
        )

    def grant_benefit(
        self,
        customer_id: str,
        benefit: str,
        *,
        reason: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Give a customer what others do not get."""
        return self._drawer.decide(
            customer_id, loyalty.grant_benefit, why, at, benefit=benefit, reason=reason
        )

    def sign_contract(
        self,
        customer_id: str,
        contract_id: str,
        *,
        until: date,
        served_under: str | None = None,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Sign a contract until the end of a day; somebody is told ahead.

        Args:
            customer_id: Whose it is.
            contract_id: Its number.
            until: Its last day.
            served_under: The standard, as on record, that counts for them meanwhile.
            at: When it is signed; now, if nobody tells.
            why: Who asked for it.

        Raises:
            UnknownStandardError: If the desk does not know that standard.
        """
        if served_under:
            self._drawer.office.rulebook.standard(served_under)
        return self._do_by_standard(
            customer_id,
            loyalty.sign_contract,
            why,
            at,
            contract_id=contract_id,
            until=until,
            served_under=served_under or "",
        )

    def renew_contract(
        self,
        customer_id: str,
        contract_id: str,
        *,
        until: date,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Let a contract hold for longer."""
        return self._do_by_standard(
            customer_id, loyalty.renew_contract, why, at, contract_id=contract_id, until=until
        )

    # --- Staying and leaving ----------------------------------------------------------

    def mark_at_risk(
        self, customer_id: str, *, reason: str, at: datetime | None = None, **why: Unpack[Why]
    ) -> Receipt:
        """Say that we may lose a customer."""
        return self._drawer.decide(customer_id, standing.mark_at_risk, why, at, reason=reason)

    def clear_risk(
        self, customer_id: str, *, reason: str, at: datetime | None = None, **why: Unpack[Why]
    ) -> Receipt:
        """Say that a customer is likely to stay."""
        return self._drawer.decide(customer_id, standing.clear_risk, why, at, reason=reason)

    def lose(
        self, customer_id: str, *, reason: str, at: datetime | None = None, **why: Unpack[Why]
    ) -> Receipt:
        """Put on record that a customer has left us."""
        return self._drawer.decide(customer_id, standing.lose, why, at, reason=reason)

    def win_back(
        self, customer_id: str, *, reason: str, at: datetime | None = None, **why: Unpack[Why]
    ) -> Receipt:
        """Put on record that a customer came back."""
        return self._drawer.decide(customer_id, standing.win_back, why, at, reason=reason)

    def begin_recovery(
        self,
        customer_id: str,
        *,
        reason: str,
        because_of: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Set out to make up for something, one thing at a time."""
        return self._drawer.decide(
            customer_id, standing.begin_recovery, why, at, reason=reason, because_of=because_of
        )

    def end_recovery(
        self,
        customer_id: str,
        *,
        by: str,
        outcome: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Put on record what a recovery came to."""
        return self._drawer.decide(
            customer_id, standing.end_recovery, why, at, by=by, outcome=outcome
        )

    # --- From elsewhere ---------------------------------------------------------------

    def import_history(
        self,
        file: str | Path,
        *,
        mapping: str | Path | CustomerMapping,
        as_of: date,
        **how: Unpack[How],
    ) -> RecordImportSummary:
        """Put the customers of a foreign file on record, as they stood when a day began.

        Running it again with the same day adds nothing; rows that cannot be used
        are set aside in a *quarantine*, with a reason each.  *mapping* is one of
        those shipped, a TOML file, or a mapping.

        Raises:
            ExchangeError: If the file, the mapping or the quarantine cannot be used;
                nothing is stored then.
            NoDateError: If *as_of* is no date.
        """
        office = self._drawer.office
        return import_customers(office, file, mapping=mapping, as_of=as_of, **how)

    # --- Questions --------------------------------------------------------------------

    # ----------------------------------------------------------------------------------

    def _do_by_standard(
        self,
        customer_id: str,
        verb: Callable[..., Iterable[Any]],
        why: Why,
        at: datetime | None,
        **facts: Any,
    ) -> Receipt:
        """Go on with a file where its standard has a say."""
        standard = self._drawer.standard_of(customer_id)
        return self._drawer.decide_by_calendar(
            customer_id, verb, why, at, standard=standard, **facts
        )
