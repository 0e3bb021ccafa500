"""The counter for compliance checks: is what is on record as the regulations demand?"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Unpack

import attrs

from ..audit import verifying
from ..audit.compliance import Inquiry, Rule, Scope, chronicle, indicators, posts
from ..audit.keys import Verifier
from ..audit.seals import Seals
from ..domain.compliance import Check, Compliance, ComplianceEvent, decisions
from ..projections.period import Period
from ..projections.quality_figures import figures
from ..standards.access import shipped_access
from ..storage import EventLog, Receipt, open_log
from .counter import Counter
from .drawer import Drawer
from .office import Office, Why
from .registry import COMPLIANCE
from .reports import Reports

Progress = Callable[[int, int], None]  #: Records looked at, of how many.


@attrs.frozen
class ComplianceChecks(Counter[Compliance]):
    """Checks a period such as ``2026-Q3`` by every rule there is, and records what was found."""

    _reports: Reports

    @classmethod
    def of(cls, office: Office, reports: Reports) -> ComplianceChecks:
        """Open the counter."""
        return cls(Drawer(office, "compliance", COMPLIANCE), reports)

    def schedule(
        self, compliance_id: str, *, at: datetime | None = None, **why: Unpack[Why]
    ) -> Receipt:
        """Expect the check of a quarter; each check of one schedules the next by itself.

        Raises:
            RecordExistsError: If that quarter is scheduled.
            NotAQuarterError: If it is a month, or a year.
        """
        office = self._drawer.office
        allowed = office.standard.duration(decisions.CHECK)
        return self._drawer.begin(
            compliance_id,
            decisions.schedule,
            why,
            at,
            within=allowed.at_most if allowed else None,
            standard=office.standard.reference,
            calendar=office.calendar,
        )

    def check(
        self,
        period: str,
        *,
        by: str,
        verifier: str = "",
        seals: str = "",
        access_log: str | EventLog = "",
        rules: Iterable[Rule] = (),
        progress: Progress | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Check a period as it is known now, and put on record what was found (om2025:4.3f).

        Args:
            period: ``2026-Q3``, ``2026``, ``2026-09`` or ``2026-09-01..2026-10-01``.
            by: Who checks.
            verifier: The key that checks the seals; without it, nobody can tell whether they hold.
            seals: Where seals are; beside the log, by default.
            access_log: Where it stands who looked at what, and who was refused.
            rules: Rules of your own, besides those of the package.
            progress: Is told how many records were looked at, of how many.
            why: Who asked for it, and why.

        Raises:
            UnknownPeriodError: If it is no period.
            NoteError: If *verifier* is no key.
        """
        office, now = self._drawer.office, self._drawer.office.moment(None)
        read_at, asked = office.log.head(), self._period(period)
        inquiry = self._inquiry(asked, now, read_at, rules)
        found = self._found(inquiry, asked, _Beside(verifier, seals, access_log), progress=progress)

        def put_on_record(before: Compliance | None) -> Iterable[ComplianceEvent]:
            return decisions.put_on_record(
                before,
                period,
                by=by,
                first=asked.first,
                until=asked.until,
                checks=found,
                read_at=read_at,
                standard=office.standard.reference,
                calendar=office.calendar,
                at=now,
            )

        subject = self._drawer.subject(period)
        return office.execute(subject, put_on_record, self._drawer.fold, why)

    def look(
        self,
        period: str,
        *,
        verifier: str = "",
        seals: str = "",
        access_log: str | EventLog = "",
        rules: Iterable[Rule] = (),
        progress: Progress | None = None,
    ) -> tuple[Check, ...]:
        """Return what a check would find now; nothing goes on record."""
        office = self._drawer.office
        now, read_at = office.moment(None), office.log.head()
        asked = self._period(period)
        inquiry = self._inquiry(asked, now, read_at, rules)
        return self._found(inquiry, asked, _Beside(verifier, seals, access_log), progress=progress)

    # -------------------------------------------------------------------------------------

    def _period(self, name: str) -> Period:
        return Period.parse(name, zone=self._drawer.office.calendar.zone.key)

    def _inquiry(
        self, period: Period, now: datetime, read_at: int, rules: Iterable[Rule]
    ) -> Inquiry:
        office = self._drawer.office
        return Inquiry(
            log=office.log,
            rulebook=office.rulebook,
            standard=office.standard,
            folds={kind: each.fold for kind, each in office.known.aggregates.items()},
            start=period.start,
            end=period.end,
            zone=period.zone,
            as_of=now,
            read_at=read_at,
            access=shipped_access(),
            own_rules=tuple(rules),
        )

    def _found(
        self, inquiry: Inquiry, period: Period, beside: _Beside, *, progress: Progress | None
    ) -> tuple[Check, ...]:
        found = [
            *inquiry.checks(progress=progress),
            beside.sealed(inquiry.log),
            beside.refused(inquiry.scope),
            *self._indicators(period, inquiry.as_of, inquiry.read_at),
        ]
        return tuple(sorted(found, key=lambda each: (each.id, each.clause)))

    def _indicators(self, period: Period, now: datetime, read_at: int) -> Iterable[Check]:
        answer = self._reports.everything(
            period=period.name, by=(), zone=period.zone.key, as_of=now, known_at=read_at or None
        )
        measured = figures(answer, self._drawer.office.standard.indicators)
        return indicators.checks(measured, read_at=read_at)


@attrs.frozen
class _Beside:
    """What is looked at besides the log: its seals, and who asked for what."""

    _verifier: str
    _seals: str
    _access_log: str | EventLog

    def sealed(self, log: EventLog) -> Check:
        """Check the seals; without the key, nobody can tell."""
        if not self._verifier:
            return chronicle.sealed(None)
        key = Verifier.parse(self._verifier)
        if not self._seals:
            return chronicle.sealed(verifying.verify(log, key))
        with open_log(self._seals) as elsewhere:
            return chronicle.sealed(verifying.verify(log, key, seals=Seals(elsewhere.tables)))

    def refused(self, scope: Scope) -> Check:
        """Check whom a desk has refused; without its access log, nobody can tell."""
        if isinstance(self._access_log, EventLog):
            return posts.refused(self._access_log, scope)
        if not self._access_log:
            return posts.refused(None, scope)
        with open_log(self._access_log) as seen:
            return posts.refused(seen, scope)
