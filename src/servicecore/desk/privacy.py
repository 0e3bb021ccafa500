"""The counter for personal data: what we know of a customer, and how it is forgotten.

What is personal lies sealed under a key for each customer.  When somebody asks for
erasure, the key is set aside, and when nothing has to be kept any more, destroyed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from datetime import date, datetime
from typing import Any, Self, Unpack

import attrs
import msgspec

from ..domain.events import CATALOGUE, Recorded, personal_fields
from ..domain.personal_data import (
    KeptRecord,
    PersonalData,
    PersonalDataEvent,
    PersonalDataState,
    decisions,
)
from ..domain.refusals import RefusedError
from ..journal import Journal
from ..storage import ConflictError, KeyState, KeyStore, NoKeysError, Receipt, StorageError
from ..storage.beside import Beside
from ..storage.codec import stream_id
from ..storage.protocol import Row
from ..storage.pruned import ensure_here
from ..storage.sealing import person_of, stands_in_clear
from .drawer import UnknownRecordError
from .keeping import kept_record
from .office import Office, Why
from .registry import PERSONAL_DATA

KIND = "personal_data"

_journal = Journal(__name__)


class StandsInClearError(RefusedError):
    """Something was recorded before there was a key, so no key can take it away."""


@attrs.frozen(kw_only=True)
class PrivacyStatus:
    """Where the data of a customer stand: *records* tells until when each has to be kept.

    What was recorded *in_clear*, before there was a key store, no key can take away:
    as long as there is such an event, an erasure is refused.
    """

    customer_id: str
    state: PersonalDataState
    key: KeyState | None
    asked_by: str
    approved_by: str
    holds: dict[str, str]
    times_disclosed: int
    erased_at: datetime | None
    records: dict[str, date | None]
    open: tuple[str, ...]
    in_clear: tuple[str, ...]


@attrs.frozen
class Privacy:
    """Tells customers what is known of them, and forgets it when it may be forgotten.

    Every command may say when it happened (``at``), and who asked for it.
    """

    _office: Office

    @classmethod
    def of(cls, office: Office) -> Self:
        """Open the counter, and finish what a process left that was killed."""
        counter = cls(office)
        if office.log.sealing is not None and not isinstance(office.log.tables, Beside):
            counter._finish()
        return counter

    # --- Erasure, step by step --------------------------------------------------------

    def ask_erasure(
        self,
        customer_id: str,
        *,
        by: str,
        reason: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Ask that the data of a customer be erased; from now on, they are restricted.

        Raises:
            UnknownRecordError: If nothing is on record of the customer.
            NoKeysError: If the desk has no key store.
        """
        keys, moment = self._keys(), self._office.moment(at)
        self._must_be_known(customer_id)

        def decide(person: PersonalData | None) -> list[PersonalDataEvent]:
            asked = decisions.ask_erasure(person, customer_id, by=by, reason=reason, at=moment)
            keys.restrict(customer_id)  # First, lest anybody see more than the record allows.
            return asked

        return self._execute(customer_id, decide, why)

    def withdraw(
        self,
        customer_id: str,
        *,
        by: str,
        reason: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Let the data be used again, since they are not to be erased after all."""
        self._keys()
        return self._decide(customer_id, decisions.withdraw, why, at, by=by, reason=reason)

    def approve(
        self, customer_id: str, *, by: str, at: datetime | None = None, **why: Unpack[Why]
    ) -> Receipt:
        """Find that the data may be erased; whoever asked for it does not."""
        return self._decide(customer_id, decisions.approve, why, at, by=by)

    def erase(
        self, customer_id: str, *, by: str, at: datetime | None = None, **why: Unpack[Why]
    ) -> Receipt:
        """Destroy the key of a customer, and with it all that it has sealed.

        Raises:
            HeldError: If a hold is not released.
            RetentionError: If a case is open, or has to be kept for longer.
            StandsInClearError: If something was recorded before there was a key store.
            NoKeysError: If the desk has no key store.
        """
        keys, office, moment = self._keys(), self._office, self._office.moment(at)
        seen, records = 0, list[KeptRecord]()
        self._bring_in_line(customer_id)  # Whoever was interrupted has left a key.

        def decide(person: PersonalData | None) -> list[PersonalDataEvent]:
            nonlocal seen, records
            seen, records = office.log.head(), self._records(customer_id)
            receipt = decisions.erase(
                person, customer_id, by=by, records=records, calendar=office.calendar, at=moment
            )
            self._must_be_sealed(customer_id, [each.subject for each in records])
            return receipt

        @contextmanager
        def destroying() -> Iterator[None]:
            # The receipt is recorded before the key is gone for good, but after all that may
            # fail: neither is there without the other, unless the process is killed between
            # both commits.  Then the key is destroyed at the next step, or when a desk opens.
            with keys.destroying(customer_id):
                self._must_have_rested(customer_id, records, since=seen)
                yield

        receipt = self._execute(customer_id, decide, why, within=destroying)
        office.log.forget_snapshots()
        return receipt

    def readmit(
        self,
        customer_id: str,
        *,
        by: str,
        reason: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Take an erased customer on again, under a new key; what was erased stays erased."""
        self._keys()
        moment = self._office.moment(at)

        def decide(person: PersonalData | None) -> list[PersonalDataEvent]:
            readmitted = decisions.readmit(person, customer_id, by=by, reason=reason, at=moment)
            self._destroy_what_is_left(customer_id)  # Else it would be lifted, and not renewed.
            return readmitted

        return self._execute(customer_id, decide, why)

    # --- What stands in the way -------------------------------------------------------

    def hold(
        self,
        customer_id: str,
        *,
        hold: str,
        by: str,
        reason: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """See to it that the data are not erased while somebody needs them."""
        return self._decide(customer_id, decisions.hold, why, at, hold=hold, by=by, reason=reason)

    def release_hold(
        self,
        customer_id: str,
        *,
        hold: str,
        by: str,
        reason: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """End a hold."""
        return self._decide(
            customer_id, decisions.release_hold, why, at, hold=hold, by=by, reason=reason
        )

    # --- Questions --------------------------------------------------------------------

    def get(self, customer_id: str) -> PersonalData:
        """Return where the data of a customer stand; of whom nothing was asked, they are active."""
        person, _ = self._office.log.load(_subject(customer_id), PERSONAL_DATA)
        return person or PersonalData(customer_id=customer_id)

    def history(self, customer_id: str) -> list[Recorded]:
        """Return everything that was done with the data of a customer, oldest first."""
        return self._office.log.history(_subject(customer_id))

    def status(self, customer_id: str) -> PrivacyStatus:
        """Return where the data of a customer stand, and what stands in the way of erasure.

        Raises:
            UnknownRecordError: If nothing is on record of the customer.
        """
        self._must_be_known(customer_id)
        person, calendar = self.get(customer_id), self._office.calendar
        records, sealing = self._records(customer_id), self._office.log.sealing
        return PrivacyStatus(
            customer_id=customer_id,
            state=person.state,
            key=sealing.keys.state_of(customer_id) if sealing else None,
            asked_by=person.asked_by,
            approved_by=person.approved_by,
            holds=dict(person.holds),
            times_disclosed=person.times_disclosed,
            erased_at=person.erased_at,
            records={each.subject: each.until(calendar) for each in records},
            open=tuple(each.subject for each in records if each.kept and not each.closed_at),
            in_clear=tuple(self._in_clear(each.subject for each in records)),
        )

    def export(
        self, customer_id: str, *, by: str, purpose: str, role: str = "", at: datetime | None = None
    ) -> dict[str, Any]:
        """Return all that is on record of a customer, to be given to them; that goes on record.

        Raises:
            UnknownRecordError: If nothing is on record of the customer.
            MayNotOpenError: If erasure was asked for, and the role may not open it then.
            PersonErasedError: If it is gone.
        """
        subjects, moment = self._must_be_known(customer_id), self._office.moment(at)
        self._decide(
            customer_id,
            decisions.disclose,
            {"actor": by, "role": role} if role else {"actor": by},
            moment,
            by=by,
            role=role,
            purpose=purpose,
            records=subjects,
        )
        records = {each: list(self._told(each, customer_id)) for each in subjects}
        return {"customer_id": customer_id, "as_of": moment.isoformat(), "records": records}

    # --- What is known of a customer --------------------------------------------------

    def _must_be_known(self, customer_id: str) -> list[str]:
        subjects = list(self._subjects(customer_id))
        if not subjects:
            msg = f"nothing is on record of customer {customer_id!r}"
            raise UnknownRecordError(msg)
        return subjects

    def _subjects(self, customer_id: str) -> Iterator[str]:
        """Yield every record that tells of a customer, in the order in which they began."""
        log, name, seen = self._office.log, msgspec.json.encode(customer_id), {""}
        for row in log.rows_since(0):
            ensure_here(row.state)  # Else what lies in an archive would be left out in silence.
            if name not in row.state:
                continue
            recorded = log.codec.recorded(row)
            subject = recorded.subject
            if subject in seen or subject == _subject(customer_id):
                continue
            if _tells_of(recorded.event, customer_id):
                seen.add(subject)
                yield subject

    def _records(self, customer_id: str) -> list[KeptRecord]:
        return [kept_record(self._office, each) for each in self._subjects(customer_id)]

    def _told(self, subject: str, customer_id: str) -> Iterator[dict[str, Any]]:
        rows = self._office.log.storage.stream(stream_id(subject))
        is_theirs = person_of(rows[0]) == customer_id  # All of it; else, what tells of them.
        for row in rows:
            recorded = self._opened(row)
            if is_theirs or _tells_of(recorded.event, customer_id):
                yield {
                    "event": CATALOGUE.name_of(type(recorded.event)),
                    "occurred_at": recorded.occurred_at.isoformat(),
                    "recorded_at": recorded.recorded_at.isoformat(),
                    "facts": _facts(recorded.event, customer_id),
                }

    def _opened(self, row: Row) -> Recorded:
        log = self._office.log
        if log.sealing is not None:
            row = log.sealing.opened(row, even_restricted=True)
        return log.codec.recorded(row)

    def _must_be_sealed(self, customer_id: str, subjects: Iterable[str]) -> None:
        if event := next(self._in_clear(subjects), None):
            msg = (
                f"{event} was recorded before there was a key store, so no key can "
                f"take away what it says of customer {customer_id}"
            )
            raise StandsInClearError(msg)

    def _in_clear(self, subjects: Iterable[str]) -> Iterator[str]:
        histories = map(self._office.log.history, subjects)
        return (each.id for told in histories for each in told if stands_in_clear(each.event))

    # ----------------------------------------------------------------------------------

    def _keys(self) -> KeyStore:
        if self._office.log.sealing is None:
            msg = "nothing can be erased without a key store: open the desk with keys=…"
            raise NoKeysError(msg)
        return self._office.log.sealing.keys

    def _decide(
        self,
        customer_id: str,
        verb: Callable[..., list[PersonalDataEvent]],
        why: Why,
        at: datetime | None,
        **facts: Any,
    ) -> Receipt:
        facts["at"] = self._office.moment(at)

        def decide(person: PersonalData | None) -> list[PersonalDataEvent]:
            return verb(person, customer_id, **facts)

        return self._execute(customer_id, decide, why)

    def _execute(
        self,
        customer_id: str,
        decide: Callable[[PersonalData | None], list[PersonalDataEvent]],
        why: Why,
        within: Callable[[], AbstractContextManager[object]] = nullcontext,
    ) -> Receipt:
        subject = _subject(customer_id)
        receipt = self._office.execute(subject, decide, PERSONAL_DATA, why, within=within)
        if self._office.log.sealing is not None:
            self._bring_in_line(customer_id)
        return receipt

    # --- Record and key ---------------------------------------------------------------

    def _finish(self) -> None:
        """Destroy the keys that are left of those who are erased on record."""
        try:
            for customer_id in self._keys().restricted():
                if self.get(customer_id).state is PersonalDataState.ERASED:
                    self._bring_in_line(customer_id)
        except StorageError as error:  # Who only uses the keys must not fail to open a desk.
            sentence = "an erasure that was interrupted is still to be finished: %(error)s"
            _journal.warning("erasure_unfinished", sentence, error=error)

    def _bring_in_line(self, customer_id: str) -> None:
        """Give a key the state that the record says; also after an interruption."""
        keys, is_another = self._keys(), True
        while is_another:  # Another desk may have changed the record meanwhile, or the key.
            match self.get(customer_id).state, keys.state_of(customer_id):
                case PersonalDataState.ACTIVE, KeyState.RESTRICTED:
                    keys.lift(customer_id)
                case PersonalDataState.ACTIVE, KeyState.ERASED:
                    keys.renew(customer_id)
                case PersonalDataState.RESTRICTED, KeyState.ACTIVE | None:
                    keys.restrict(customer_id)
                case PersonalDataState.ERASED, KeyState.ACTIVE | KeyState.RESTRICTED:
                    with suppress(ConflictError):
                        self._destroy_what_is_left(customer_id)
                case _:
                    is_another = False

    def _destroy_what_is_left(self, customer_id: str) -> None:
        """Destroy the key of somebody who is erased on record.

        Raises:
            ConflictError: If somebody else has readmitted them meanwhile.
        """
        with self._keys().destroying(customer_id):
            history = self.history(customer_id)  # As it is stored: no key can be read now.
            person = PERSONAL_DATA.over(None, (each.event for each in history))
            if person.state is not PersonalDataState.ERASED:
                found = len(history)
                raise ConflictError(_subject(customer_id), expected=found - 1, found=found)

    def _must_have_rested(
        self, customer_id: str, records: Iterable[KeptRecord], *, since: int
    ) -> None:
        """See to it that nothing was recorded of a customer after it was looked at.

        Raises:
            ConflictError: Naming what was; all has to be looked at again.
        """
        log, name = self._office.log, msgspec.json.encode(customer_id)
        streams = {stream_id(each.subject) for each in records}
        for row in log.rows_since(since):
            if row.stream in streams or name in row.state:
                subject = log.codec.recorded(row).subject
                raise ConflictError(subject, expected=row.version - 1, found=row.version)


def _tells_of(event: Any, customer_id: str) -> bool:
    if getattr(event, "customer_id", None) == customer_id:
        return True
    of_each = (name for name, each in personal_fields(type(event)).items() if each.of_each)
    return any(customer_id in getattr(event, name) for name in of_each)


def _facts(event: Any, customer_id: str) -> dict[str, Any]:
    """Return what an event says, without what it says of other customers."""
    told: dict[str, Any] = msgspec.to_builtins(event)
    for name, each in personal_fields(type(event)).items():
        if each.of_each:
            told[name] = {who: said for who, said in told[name].items() if who == customer_id}
    return told


def _subject(customer_id: str) -> str:
    return f"{KIND}/{customer_id}"
