"""The service desk: it only wires."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar, get_args, overload

import attrs

from ..audit.keys import Signer
from ..domain.access import AccessRules
from ..domain.calendar import WorkingCalendar
from ..domain.standard import ServiceStandard
from ..standards import load_standard, shipped_standards
from ..standards.access import shipped_access
from ..storage import EventLog, KeyStore, Receipt, open_log
from ..storage.beside import Beside
from ..storage.places import without_password
from .acting import ActingDesk
from .calendars import Calendars
from .campaigns import Campaigns
from .complaints import Complaints
from .compliance import ComplianceChecks
from .costs import Costs
from .drills import Drills
from .emergencies import Emergencies
from .emergency_plans import EmergencyPlans
from .extension import Extension, ExtensionError, Known
from .improvements import Improvements
from .knowledge import Knowledge
from .maintenance import Maintenance
from .notices import NoticeCounter
from .office import Office, React
from .orders import Orders
from .privacy import Privacy
from .projects import Projects
from .published import RulebookOfADesk
from .quality_reviews import QualityReviews
from .ratings import Ratings
from .relationships import Relationships
from .reports import Reports
from .retention import Retention
from .revisits import Revisits
from .safekeeping import SafekeepingCounter
from .sla import Clocks
from .spare_parts import SpareParts
from .staff import Staff
from .standard_reviews import StandardReviews
from .surveys import Surveys
from .tickets import Tickets
from .trainings import Trainings
from .upgrades import Upgrades
from .warranties import Warranties

if TYPE_CHECKING:
    from .aio import AsyncDesk

DEFAULT_STANDARD = "operations_manual_2025"

C = TypeVar("C")


@attrs.frozen(repr=False)
class ServiceDesk:
    """Takes in requests, keeps promises, and tells how well they were kept.

    Commands stand at counters (``desk.tickets.open(…)``).  Whatever follows by
    the regulations (an acknowledgement, an escalation) follows by itself: at
    once, or when :meth:`run_due` is asked what is due.
    """

    log: EventLog
    tickets: Tickets
    complaints: Complaints
    warranties: Warranties
    spare_parts: SpareParts
    maintenance: Maintenance
    upgrades: Upgrades
    surveys: Surveys
    campaigns: Campaigns
    ratings: Ratings
    improvements: Improvements
    quality_reviews: QualityReviews
    standard_reviews: StandardReviews
    compliance: ComplianceChecks
    safekeeping: SafekeepingCounter
    knowledge: Knowledge
    orders: Orders
    relationships: Relationships
    revisits: Revisits
    emergency_plans: EmergencyPlans
    emergencies: Emergencies
    drills: Drills
    trainings: Trainings
    staff: Staff
    costs: Costs
    privacy: Privacy
    retention: Retention
    sla: Clocks
    notices: NoticeCounter
    calendars: Calendars
    reports: Reports
    projects: Projects
    _place: str = attrs.field(alias="place")
    _office: Office = attrs.field(alias="office")
    _counters: Mapping[str, Any] = attrs.field(factory=dict, alias="counters")

    @classmethod
    def open(
        cls,
        url: str | None = None,
        *,
        standard: str | Path | ServiceStandard | None = None,
        calendar: WorkingCalendar | None = None,
        clock: Callable[[], datetime] | None = None,
        standards: Iterable[ServiceStandard] = (),
        calendars: Iterable[WorkingCalendar] = (),
        react: React = "inline",
        extensions: Iterable[Extension] = (),
        keys: str | KeyStore | None = None,
        dry_run: bool = False,
    ) -> Self:
        """Open the desk that keeps its histories at *url*; without one, they end with the program.

        Args:
            url: ``memory:``, ``sqlite:///service.db`` …; by default what
                ``SERVICECORE_URL`` says, else memory, which nothing outlives.
            standard: What is promised to new customers: the name of a shipped
                standard, a TOML file, or a standard; by default what
                ``SERVICECORE_STANDARD`` says, else the operations manual.
            calendar: On which its working days count, if not on its own.
            clock: Tells the time; the computer's, by default.
            standards: Others that promises on record were made under.
            calendars: The same for calendars.
            react: ``"inline"`` lets policies follow each command at once;
                ``"worker"`` leaves that to workers.
            extensions: Kinds of record, policies, read models, standards and counters of
                your own, besides those of the packages installed here.
            keys: The key store that seals what is personal: ``sqlite:///keys.db``,
                ``memory:`` …; by default what ``SERVICECORE_KEYS`` says, else none
                (``""``), and nothing is sealed.
            dry_run: Rehearse: whatever is done is checked and told as it would be, and
                forgotten.

        Raises:
            ExtensionError: If an extension cannot be loaded, or brings what is there already.
            BadStandardError: If the standard cannot be read.
            StorageError: If nothing can be kept at *url*.
            TypeError: If *calendar* is none, or *clock* cannot be called; nothing was opened.
            ValueError: If nobody knows *react*; nothing was opened.
        """
        known = Known.of(extensions)
        _must_be_new(known.counters)
        told = standard or os.environ.get("SERVICECORE_STANDARD") or DEFAULT_STANDARD
        served = _standard(told, known.standards)
        counted_on = calendar or served.calendar
        at_hand = (*calendars, WorkingCalendar.always(), counted_on)
        _must_be_usable(react, clock, at_hand)
        where = url or os.environ.get("SERVICECORE_URL") or "memory:"
        locked = os.environ.get("SERVICECORE_KEYS") if keys is None else keys
        timed = partial(open_log, where) if clock is None else partial(open_log, where, clock=clock)
        log = timed(keys=locked or None, dry_run=dry_run)
        if getattr(log.storage, "is_read_only", False):
            log.tables = Beside(log.tables)  # Who may only read can still ask for figures.
        book = RulebookOfADesk(
            log,
            standards=(
                *shipped_standards().values(),
                *known.standards.values(),
                *standards,
                served,
            ),
            calendars=at_hand,
        )
        office = Office(log, book, served, counted_on, react=react, known=known)
        office.read_notices()
        tickets, reports = Tickets(office), Reports(office)
        return cls(
            log=log,
            tickets=tickets,
            complaints=Complaints(office),
            warranties=Warranties.of(office),
            spare_parts=SpareParts.of(office),
            maintenance=Maintenance.of(office),
            upgrades=Upgrades.of(office),
            surveys=Surveys.of(office),
            campaigns=Campaigns.of(office),
            ratings=Ratings.of(office),
            improvements=Improvements.of(office),
            quality_reviews=QualityReviews.of(office, reports),
            standard_reviews=StandardReviews.of(office),
            compliance=ComplianceChecks.of(office, reports),
            safekeeping=SafekeepingCounter.of(office),
            knowledge=Knowledge.of(office),
            orders=Orders.of(office),
            relationships=Relationships.of(office),
            revisits=Revisits.of(office),
            emergency_plans=EmergencyPlans.of(office),
            emergencies=Emergencies.of(office),
            drills=Drills.of(office),
            trainings=Trainings.of(office),
            staff=Staff.of(office),
            costs=Costs.of(office),
            privacy=Privacy.of(office),
            retention=Retention(office),
            sla=Clocks(office, tickets),
            notices=NoticeCounter(office),
            calendars=Calendars(office),
            reports=reports,
            projects=Projects(office),
            place=without_password(where),
            office=office,
            counters={name: opened(office) for name, opened in known.counters.items()},
        )

    @overload
    def counter(self, which: type[C]) -> C: ...
    @overload
    def counter(self, which: str) -> Any: ...
    def counter(self, which: type[C] | str) -> C | Any:
        """Return a counter that an extension opened: by its class, or by its name.

        Raises:
            LookupError: If none did.
        """
        for name, counter in self._counters.items():
            if which == name or (isinstance(which, type) and isinstance(counter, which)):
                return counter
        msg = f"no extension opened the counter {which!r}; open are {sorted(self._counters)}"
        raise LookupError(msg)

    def acting_as(
        self,
        actor: str,
        *,
        role: str,
        rules: AccessRules | None = None,
        access_log: str | EventLog | None = None,
        access_key: Signer | None = None,
    ) -> ActingDesk:
        """Return the desk as *actor* finds it in the post *role* (om2025:4.3d).

        Args:
            actor: Who acts; everything done goes on record under this name.
            role: ``agent``, ``supervisor``, ``manager``, ``quality``, ``auditor`` …
            rules: What each post allows; that of the package, by default.
            access_log: Where it goes on record who looked at what: a log, or its URL.
            access_key: Seals each entry of that log as it is made.

        Raises:
            UnknownRoleError: If there is no such post.
        """
        known = rules or shipped_access()
        return ActingDesk.of(
            self,
            actor=actor,
            role=role,
            rules=known,
            access_log=access_log,
            access_key=access_key,
        )

    def run_due(self, now: datetime | None = None, *, upto: int | None = None) -> list[Receipt]:
        """Put on record whatever fell due by *now*: call it as often as you like.

        Before that, policies deal with all that was recorded; with *upto*, only with
        what stands until that position, and with the rest the next time.
        """
        return self._office.run_due(self._office.moment(now), upto=upto)

    def next_wake_up(self) -> datetime | None:
        """Return the first instant at which :meth:`run_due` will have something to do."""
        return self._office.next_wake_up()

    @property
    def standard(self) -> ServiceStandard:
        """What new customers are promised."""
        return self._office.standard

    @property
    def aio(self) -> AsyncDesk:
        """The same desk for programs that await."""
        from .aio import AsyncDesk  # noqa: PLC0415  # few need asyncio

        return AsyncDesk(self)

    def close(self) -> None:
        """Close the storage; whatever was recorded stays."""
        self.log.close()

    def __repr__(self) -> str:
        under = self.standard.reference
        return f"<ServiceDesk at {self._place} under {under}, {self.log.head()} events>"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _standard(
    told: str | Path | ServiceStandard, own: Mapping[str, ServiceStandard]
) -> ServiceStandard:
    if isinstance(told, ServiceStandard):
        return told
    return own[told] if isinstance(told, str) and told in own else load_standard(told)


def _must_be_usable(react: object, clock: object, calendars: Iterable[object]) -> None:
    """Refuse here what nobody could use, before a file is made for it."""
    if react not in get_args(React):
        known = " or ".join(get_args(React))
        msg = f"react says who lets policies follow: expected {known}, got {react!r}"
        raise ValueError(msg)
    if clock is not None and not callable(clock):
        msg = f"clock is what returns the time when it is called, got {clock!r}"
        raise TypeError(msg)
    for each in calendars:
        if not isinstance(each, WorkingCalendar):
            msg = f"a calendar is what WorkingCalendar.from_toml and the like return, got {each!r}"
            raise TypeError(msg)


def _must_be_new(counters: Iterable[str]) -> None:
    for name in counters:
        if hasattr(ServiceDesk, name):
            msg = f"an extension cannot open the counter {name!r}: the desk has one of its own"
            raise ExtensionError(msg)
