"""How a period is checked: once through the log, then record by record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import attrs

from ...domain.access import AccessRules
from ...domain.compliance import Check
from ...domain.events import ImpossibleHistoryError, Recorded
from ...domain.figures import Quota
from ...domain.staff import StaffTrained
from ...domain.standard import Rulebook, ServiceStandard
from ...domain.survey import SurveySent
from ...storage import BrokenHistoryError, EventLog, Fold
from . import (
    chronicle,
    complaints,
    duties,
    erasure,
    in_time,
    posts,
    products,
    promises,
    references,
    tickets,
)
from .rules import Case, Record, Rule, Scope
from .sheets import Sheet

Progress = Callable[[int, int], None]  #: Records looked at, of how many.

RULES = (
    *complaints.RULES,
    *tickets.RULES,
    *products.RULES,
    *duties.RULES,
    *erasure.RULES,
    *in_time.RULES,
)
_STEP = 100


def rules_of(rulebook: Rulebook) -> list[Rule]:
    """Return every rule about records: those above, each promise, each duty and each revisit."""
    figures = (promises, duties, in_time)
    return [*RULES, *(rule for each in figures for rule in each.rules_of(rulebook))]


@attrs.frozen(kw_only=True)
class Inquiry:
    """What is to be checked: a period, as far as the log went at *read_at*.

    *folds* tell how the history of each kind of record becomes a state; *own_rules*
    are those of an organisation, *access* its posts.
    """

    log: EventLog
    rulebook: Rulebook
    standard: ServiceStandard
    folds: Mapping[str, Fold[Any]]
    start: datetime
    end: datetime
    zone: ZoneInfo
    as_of: datetime
    read_at: int
    access: AccessRules
    own_rules: tuple[Rule, ...] = ()

    def checks(self, *, progress: Progress | None = None) -> list[Check]:
        """Return what each rule about the log and its records found."""
        survey = self._survey()
        return [
            *survey.chronicle.checks(),
            *survey.posts.checks(),
            survey.references.check(),
            chronicle.whole(self.log),
            chronicle.archived(self.log),
            *self._owed_by_all(survey),
            *self._of_records(survey.scope, progress),
        ]

    # --- Once through the log ------------------------------------------------------------

    def _survey(self) -> _Survey:
        survey = _Survey(
            chronicle=chronicle.Chronicle(self.scope, self._event_rules()),
            posts=posts.Posts(self.scope, self.access),
            references=references.References(self.scope, frozenset(self.folds)),
        )
        for recorded in self.log.since(0, self.read_at):
            survey.take(recorded)
        return survey

    def _event_rules(self) -> tuple[chronicle.EventRule, ...]:
        allowed = self.standard.duration("recording")
        if allowed is None or allowed.at_most is None:
            return chronicle.EVENT_RULES
        late = chronicle.in_good_time(self.scope, allowed.at_most)
        return (*chronicle.EVENT_RULES, late)

    @property
    def scope(self) -> Scope:
        """Which time is looked at."""
        return Scope(
            start=self.start,
            end=self.end,
            zone=self.zone,
            as_of=self.as_of,
            read_at=self.read_at,
            rulebook=self.rulebook,
        )

    def _owed_by_all(self, survey: _Survey) -> Iterator[Check]:
        for quota in self.standard.quotas:
            if quota.name in duties.COUNTED:
                yield _counted(quota, survey)

    # --- Record by record ----------------------------------------------------------------

    def _of_records(self, scope: Scope, progress: Progress | None) -> Iterator[Check]:
        sheets = {rule: Sheet.of(rule) for rule in (*rules_of(self.rulebook), *self.own_rules)}
        whole = Sheet(
            id="record.whole",
            clause="om2025:4.3b",
            says="The history of every record is kept, from its first event to its last.",
        )
        subjects = list(self.log.subjects())
        for done, subject in enumerate(subjects, 1):
            kind = subject.partition("/")[0]
            record = self._record(subject, kind, whole)
            if record is not None:
                for rule, sheet in sheets.items():
                    if rule.of == kind:
                        sheet.take(rule.look(record, scope))
            if progress and done % _STEP == 0:
                progress(done, len(subjects))
        for sheet in (whole, *sheets.values()):
            yield from sheet.checks()

    def _record(self, subject: str, kind: str, whole: Sheet) -> Record | None:
        """Return a record of ours; one that cannot have happened is a finding of its own."""
        fold = self.folds.get(kind)
        if fold is None:
            return None
        try:
            history = self.log.history(subject, upto_position=self.read_at)
            if not history:
                return None  # It began after we had read.
            state = fold.over(None, [each.event for each in history])
        except (BrokenHistoryError, ImpossibleHistoryError) as error:
            whole.take([Case(id=subject, amiss=str(error))])
            return None
        whole.take([Case(id=subject)])
        return Record(subject=subject, history=tuple(history), state=state)


@attrs.define(kw_only=True)
class _Survey:
    """What one walk through the log tells: who was asked how it was, and what all did."""

    chronicle: chronicle.Chronicle
    posts: posts.Posts
    references: references.References
    began_at: datetime | None = None
    surveyed: set[str] = attrs.field(factory=set)
    trained: dict[str, datetime] = attrs.field(factory=dict)
    counted: dict[type, list[Recorded]] = attrs.field(factory=dict)

    @property
    def scope(self) -> Scope:
        """The scope, knowing who was asked, and who was trained."""
        return attrs.evolve(
            self.chronicle.scope, surveyed=frozenset(self.surveyed), trained=dict(self.trained)
        )

    def take(self, recorded: Recorded) -> None:
        """Look at the next event."""
        self.chronicle.take(recorded)
        self.posts.take(recorded)
        self.references.take(recorded)
        if self.began_at is None or recorded.occurred_at < self.began_at:
            self.began_at = recorded.occurred_at
        if isinstance(recorded.event, SurveySent):
            self.surveyed.add(recorded.event.about)
        elif isinstance(recorded.event, StaffTrained):
            self.trained.setdefault(recorded.event.staff_id, recorded.occurred_at)
        elif type(recorded.event) in duties.COUNTED.values():
            self.counted.setdefault(type(recorded.event), []).append(recorded)


def _counted(quota: Quota, survey: _Survey) -> Check:
    done = survey.counted.get(duties.COUNTED[quota.name], [])
    cases: Iterable[Case] = ()
    if survey.began_at is not None:
        cases = duties.owed_by_all(quota, done, begun_at=survey.began_at, scope=survey.scope)
    sheet = Sheet(
        id=f"organisation.{quota.name}",
        clause=quota.clause,
        says=f"{quota.name.replace('_', ' ').capitalize()}: {quota}.",
    )
    sheet.take(cases)
    (check,) = sheet.checks()
    return check
