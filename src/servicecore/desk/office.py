"""What every counter of the desk shares: the log, the rulebook, the clock, the policies."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext, suppress
from datetime import datetime
from typing import Any, Literal, NotRequired, TypedDict, TypeVar

import attrs

from ..domain.calendar import WorkingCalendar
from ..domain.days import day_of
from ..domain.events import Provenance, Recorded
from ..domain.moments import in_utc
from ..domain.sla import Terms
from ..domain.standard import (
    Rulebook,
    ServiceStandard,
    UnknownCalendarError,
    UnknownStandardError,
)
from ..journal import Journal
from ..policies import Consider, Due, EscalateByDeadline, Policy, Wanted
from ..projections import deadlines
from ..storage import AlreadyTrackedError, EventLog, Fold, Receipt, UnknownTableError
from ..storage.beside import Beside
from ..storage.follower import Follower, FollowerStatus
from ..storage.model_notes import Note, Notes, OutdatedReadModelError
from ..storage.policy import Decision, PolicyFollower
from ..storage.spans import span
from ..storage.tables import Reading as Rows
from .chains import Chains
from .extension import Known, UnknownKindError
from .published import PUBLISHED, SUBJECT, published
from .rows_in_use import RowsInUse

S = TypeVar("S")
React = Literal["inline", "worker"]

_journal = Journal(__name__)


class Why(TypedDict):
    """Who asked for something, as what, and why; every command takes these.

    With *expected_version* it is only carried out if the record has just so many
    events: nothing has happened to it since somebody looked.
    """

    actor: NotRequired[str]
    role: NotRequired[str]
    command_id: NotRequired[str]
    correlation_id: NotRequired[str]
    causation_id: NotRequired[str]
    expected_version: NotRequired[int]


_WHY = ", ".join(Why.__annotations__)


@attrs.define(repr=False)  # Every counter holds it: a look at one must not tell all the rest.
class Office:
    """The back room: it carries out decisions, and lets policies follow."""

    log: EventLog
    rulebook: Rulebook
    standard: ServiceStandard
    _calendar: WorkingCalendar
    react: React = "inline"
    known: Known = attrs.field(factory=Known.of)
    read_models: dict[str, Follower] = attrs.field(init=False)
    _policies: list[PolicyFollower] = attrs.field(init=False)
    _chains: Chains = attrs.field(init=False)
    _escalation: EscalateByDeadline = attrs.field(init=False)
    _current_ones: set[tuple[str, int]] = attrs.field(factory=set, init=False)
    _followed: int | None = attrs.field(default=None, init=False)  #: How far all policies are.
    _notices_read: int = attrs.field(default=0, init=False)

    def __attrs_post_init__(self) -> None:
        kinds = self.known.aggregates.values()
        verbs = {each.kind: each.when_due for each in kinds if each.when_due}
        called = {each.kind: each.promised_as for each in kinds if each.promised_as}
        self._escalation = EscalateByDeadline(self.rulebook, verbs, called)
        self._chains = Chains(self.log)
        self._policies = [self._following(policy(self.rulebook)) for policy in self.known.policies]
        self.read_models = {name: self._follower(name) for name in self.known.read_models}

    def moment(self, at: datetime | None) -> datetime:
        """Return *at*, or the time by the desk's clock if nobody told."""
        return self.log.now() if at is None else in_utc(at, "at")

    def terms(self, standard: str, calendar: str, *, of: str = "ticket") -> Terms:
        """Return what was promised, knowing when what happens now is registered."""
        terms = self.rulebook.terms(standard, calendar, of=of)
        if terms.allowed_delay is None:
            return terms
        return attrs.evolve(terms, registered_at=self.log.now())

    def promised_to(self, customer_id: str, *, at: datetime, of: str) -> tuple[str, str]:
        """Return the standard and calendar a new case of a customer is served under.

        What a contract in force at that moment says, or else what all are promised.

        Raises:
            MissingTimesError: If that standard leaves a time of such cases open.
        """
        told = self._contracted(customer_id, at)
        standard = self.rulebook.standard(told) if told else self.standard
        standard.must_be_whole(of=of)
        calendar = standard.calendar if told else self.calendar
        return standard.reference, calendar.reference

    def grade_of(self, customer_id: str) -> str:
        """Return the grade that a customer has now, if there is a file."""
        file = self._file_of(customer_id)
        return file.grade.value if file else ""

    def _contracted(self, customer_id: str, at: datetime) -> str:
        file = self._file_of(customer_id)
        return file.served_under(day_of(at, self.calendar)) if file else ""

    def _file_of(self, customer_id: str) -> Any:
        if not isinstance(customer_id, str) or not customer_id.strip():
            return None  # The rules of the case refuse that, by its name.
        subject = f"relationship/{customer_id}"
        file, _ = self.log.load(subject, self.known.fold_of(subject))
        return file

    @property
    def calendar(self) -> WorkingCalendar:
        """The calendar that counts now, also if another desk published it a moment ago."""
        self.read_notices()
        return self._calendar

    def read_notices(self) -> None:
        """Take up every calendar that was published since somebody looked."""
        _, notices = self.log.load(SUBJECT, PUBLISHED)
        if notices > self._notices_read:
            for each in published(self.log):
                self._take_up(each)
            self._notices_read = notices

    def _take_up(self, calendar: WorkingCalendar) -> None:
        """Know a calendar, and count on it if it follows the desk's own."""
        self.rulebook.learn(calendar)
        if calendar.name == self._calendar.name and calendar.version > self._calendar.version:
            self._calendar = calendar

    def execute(
        self,
        subject: str,
        decide: Callable[[S | None], Iterable[Any]],
        fold: Fold[S],
        why: Why,
        *,
        within: Callable[[], AbstractContextManager[object]] = nullcontext,
    ) -> Receipt:
        """Carry out a command, *within* what has to go well with it, and let policies follow."""
        with span("command", subject=subject, command_id=why.get("command_id")):
            receipt = self.log.execute(
                subject,
                decide,
                fold=fold,
                provenance=provenance_of(why),
                after=why.get("expected_version"),
                within=within,
            )
            if self.react == "inline":
                self.catch_up()
        return receipt

    def catch_up(self, *, upto: int | None = None) -> None:
        """Let every policy that it concerns deal with what was recorded, and with what follows.

        With *upto*, only with what stands until that position: others may record faster
        than policies act, and then one policy would never leave off for the next.
        """
        if self._followed is None:
            self._followed = min(each.position for each in self._policies)
        after = self._followed  # Before the head: another thread may come further meanwhile.
        while (head := self.log.head() if upto is None else upto) > after:
            self._let_policies_follow(after, upto=head)
            after = self._followed = head

    def _let_policies_follow(self, after: int, *, upto: int) -> None:
        topics = {row.topic for row in self.log.rows_since(after, limit=upto - after)}
        for policy in self._policies:
            if not policy.pass_by(upto, after=after, topics=topics):
                policy.catch_up(upto=upto)

    def settle(self) -> None:
        """Let every policy note how far it has come."""
        for policy in self._policies:
            policy.settle()

    def run_due(self, now: datetime, *, upto: int | None = None) -> list[Receipt]:
        """Put on record every level of escalation that was reached by *now*."""
        self.catch_up(upto=upto)
        done: list[Receipt] = []
        while receipts := [each for each in self._fire(now) if each.events]:
            done += receipts
            self.catch_up(upto=upto)
        return done

    def next_wake_up(self) -> datetime | None:
        """Return the first instant at which :meth:`run_due` will have something to do."""
        return deadlines.next_wake_up(self.rows(deadlines.NAME))

    # --- Read models -------------------------------------------------------------

    def rows(self, name: str) -> Rows:
        """Return the rows of a read model that has caught up with the log.

        Whoever reads them may go on when a rebuild has put another version in their place.
        """
        return RowsInUse(lambda: self._rows(name))

    def _rows(self, name: str) -> Rows:
        while True:
            version = self.follow(name)
            with suppress(UnknownTableError):
                return self.log.tables.read(name, version)

    def follow(self, name: str, *, upto: int | None = None) -> int:
        """Let a read model catch up with the log, and return the version that is in use.

        If somebody has built another version meanwhile, that is the one.
        """
        while True:
            follower = self._current(name)
            try:
                follower.catch_up(upto=upto)
            except UnknownTableError:
                if self.log.tables.active(name) == follower.version:
                    raise  # Nobody has; it is missing.
            else:
                return follower.version

    def position(self, name: str) -> int:
        """Return the position in the log that a read model tells of."""
        return self._current(name).position

    def edition(self, name: str) -> str:
        """Return the rule by which this program builds a read model."""
        return str(getattr(self.known.read_models[name], "edition", "1"))

    def ensure_current(self, name: str) -> None:
        """See to it that a read model was built by the rule of this program.

        Raises:
            OutdatedReadModelError: If it was not.
        """
        version = self.following(name).version
        if (name, version) not in self._current_ones:
            try:
                Notes(self.log.tables).ensure_current(name, version, self.edition(name))
            except OutdatedReadModelError:
                if not isinstance(self.log.tables, Beside):
                    raise
                version = self._built_beside(name, version)
            self._current_ones.add((name, version))

    def _built_beside(self, name: str, outdated: int) -> int:
        """Build a read model anew in memory, for whoever may only read; return its version."""
        tables = self.log.tables
        versions = (each.version for each in tables.status() if each.name == name)
        version = max(versions, default=outdated) + 1
        self._begin(name, version)
        tables.activate(name, version)
        return self.following(name).version

    def status(self) -> list[FollowerStatus]:
        """Tell how far each read model and each policy has come."""
        return [each.status() for each in self.followers().values()]

    def followers(self) -> dict[str, Follower | PolicyFollower]:
        """Return whatever follows the log, by name: read models and policies."""
        models = {name: self.following(name) for name in self.read_models}
        return models | {each.name: each for each in self._policies}

    def following(self, name: str) -> Follower:
        """Return the follower of the version in use, whoever has built it by whatever rule."""
        # Another desk may have built it anew, and let that take its place.
        if self.log.tables.active(name) != self.read_models[name].version:
            self.read_models[name] = self._follower(name)
        return self.read_models[name]

    def _current(self, name: str) -> Follower:
        self.ensure_current(name)
        return self.read_models[name]

    def _follower(self, name: str) -> Follower:
        tables = self.log.tables
        if tables.active(name) is None:
            self._begin(name, 1)
            if tables.active(name) is None:  # Else others have begun, and may have built it anew.
                tables.activate(name, 1)
        return self._follower_of(name, tables.active(name) or 1)

    def _follower_of(self, name: str, version: int) -> Follower:
        model = self.known.read_models[name]
        return Follower(self.log, name, model.observe, version=version, topics=model.topics)

    def _begin(self, name: str, version: int) -> None:
        tables, notes = self.log.tables, Notes(self.log.tables)
        if notes.of(name, version) is None:
            notes.keep(name, version, Note(edition=self.edition(name)))
        # Whoever opens the same log may have been faster, and have gone on.
        with suppress(AlreadyTrackedError), tables.batch(name, version, after=0, upto=0):
            pass  # An empty batch makes the table.

    # --- What falls due -------------------------------------------------------------

    def _fire(self, now: datetime) -> list[Receipt]:
        passed = list(deadlines.passed(self.rows(deadlines.NAME), now))
        if passed:
            # Policies may have to answer what was recorded a moment ago, and is late already.
            self.catch_up(upto=self.position(deadlines.NAME))
        due = self._escalation.what_is_due(passed, now=now)
        return [receipt for each in due if (receipt := self._carry_out(each)) is not None]

    def _carry_out(self, due: Due) -> Receipt | None:
        """Let one case look at its clocks; one that we know no rules for must not stop the rest."""
        policy = self._escalation
        provenance = Provenance(
            actor=f"policy/{policy.name}",
            rule=policy.name,
            rule_version=policy.version,
            causation_id=due.told_by,
            correlation_id=due.correlation_id,
        )
        try:
            fold = self.known.fold_of(due.subject)
            return self.log.execute(due.subject, due.decide, fold=fold, provenance=provenance)
        except (UnknownStandardError, UnknownCalendarError, UnknownKindError) as error:
            sentence = "%(subject)s was not escalated: %(error)s"
            _journal.error("not_escalated", sentence, subject=due.subject, error=error)
            return None

    def _following(self, policy: Policy) -> PolicyFollower:
        def react(recorded: Recorded) -> list[Decision]:
            if recorded.is_imported:
                return []  # What followed from it, followed in the system it comes from.
            wanted = list(self._considered(policy.react(recorded)))
            if wanted:
                self._chains.must_end(recorded)
            fold_of = self.known.fold_of
            return [Decision(e.subject, e.decide, fold=fold_of(e.subject)) for e in wanted]

        def provenance(recorded: Recorded) -> Provenance:
            return Provenance(
                actor=f"policy/{policy.name}",
                rule=policy.name,
                rule_version=policy.version,
                causation_id=recorded.id,
                correlation_id=recorded.provenance.correlation_id or recorded.id,
            )

        return PolicyFollower(
            self.log, policy.name, react, listens=policy.listens, provenance=provenance
        )

    def _considered(self, told: Iterable[Wanted | Consider]) -> Iterator[Wanted]:
        """Yield what is wanted, looking first where that has to be looked at."""
        for each in told:
            if isinstance(each, Wanted):
                yield each
            else:
                state, _ = self.log.load(each.subject, self.known.fold_of(each.subject))
                yield from self._considered(each.then(state))


def provenance_of(why: Why) -> Provenance:
    """Return what goes on record of who asked; the desk itself, if nobody is named.

    Raises:
        TypeError: If it says something else; most likely that is misspelt.
    """
    if unknown := why.keys() - Why.__annotations__.keys():
        msg = f"a command has no argument {min(unknown)!r}; of whoever asks it takes {_WHY}"
        raise TypeError(msg)
    return Provenance(
        actor=why.get("actor", "desk"),
        role=why.get("role"),
        command_id=why.get("command_id"),
        correlation_id=why.get("correlation_id"),
        causation_id=why.get("causation_id"),
    )
