"""The counter for the working of clocks: why they show what they show, and what if."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from datetime import datetime
from pathlib import Path
from typing import Any, Unpack

import attrs

from ..audit.attribution import Attribution, attribute
from ..audit.certifying import certify
from ..audit.explain import Explanation, explain
from ..domain.calendar import WorkingCalendar
from ..domain.sla import Certificate, Target, TargetError, Terms
from ..domain.standard import Rulebook, ServiceStandard
from ..projections import deadlines, response_times, side_by_side, ticket_facts
from ..projections.answer import Answer
from ..projections.asking import Question, names
from ..projections.counting import count
from ..projections.what_if import Difference, Served, observe, what_if
from ..report import two_standards
from ..standards import load_standard
from ..storage import EventLog, Fold
from ..storage.portions import Opener
from ..storage.sharing import in_turn, opener_of
from ..storage.worker_processes import worker_processes
from .asked import Ask, facts_for, question_of
from .office import Office
from .tickets import Tickets, UnknownTicketError

SERVED: Fold[Served] = Fold(observe, name="served")
_PORTION = 250  #: Tickets that are looked at together.


@attrs.frozen
class Clocks:
    """Explains, attributes and replays the clocks of tickets; it never writes."""

    _office: Office
    _tickets: Tickets

    def explain(self, ticket_id: str, *, at: datetime | None = None) -> Explanation:
        """Tell which event did what to each clock, what did not start, and what comes next.

        Raises:
            UnknownTicketError: If there is no such ticket.
        """
        history = self._tickets.history(ticket_id)
        return explain(history, self._office.rulebook, as_of=self._office.moment(at))

    def certify(
        self,
        ticket_id: str,
        clock: str,
        *,
        round: int | None = None,  # noqa: A002  # the word of the domain
        at: datetime | None = None,
    ) -> Certificate:
        """Tell each stretch that counted on one clock and each that did not, so that it adds up.

        Its ``as_dict()`` is checked without this library by ``docs/verify_certificate.py``.

        Raises:
            UnknownTicketError: If there is no such ticket.
            UnknownClockError: If it has no such clock; without *round*, the last one is told.
        """
        history, until = self._tickets.history(ticket_id), self._office.moment(at)
        return certify(history, self._office.rulebook, clock, round_=round, as_of=until)

    def next_wake_up(self, ticket_id: str | None = None) -> datetime | None:
        """Return the first instant at which a level will have passed, if nobody acts before.

        Args:
            ticket_id: Of which ticket; of everything at the desk, by default.

        Raises:
            UnknownTicketError: If there is no such ticket.
        """
        if ticket_id is None:
            return self._office.next_wake_up()
        due = self._tickets.get(ticket_id).next_level()
        return None if due is None else deadlines.just_after(due)

    def attribute(self, ticket_id: str, *, at: datetime | None = None) -> list[Attribution]:
        """Tell where the time of each clock went, by owner, team, level and waiting reason.

        Raises:
            UnknownTicketError: If there is no such ticket.
        """
        history = self._tickets.history(ticket_id)
        return attribute(history, self._office.rulebook, as_of=self._office.moment(at))

    def what_if(
        self,
        *,
        standard: str | Path | ServiceStandard | None = None,
        calendar: WorkingCalendar | None = None,
        choices: Mapping[str, Any] | None = None,
        tickets: Iterable[str] | None = None,
        as_of: datetime | None = None,
        executor: Executor | None = None,
        jobs: int = 1,
        progress: Callable[[int, int], None] | None = None,
    ) -> Iterator[Difference]:
        """Yield every clock of every ticket as it was, and as it would have been.

        Whoever looks at the tickets, and however many do, they are told in one order.

        Args:
            standard: Other promises; those each ticket has, by default.
            calendar: Another calendar to count working time on.
            choices: Other named choices for every target, such as ``{"credit": "none"}``.
            tickets: Which ones; all, by default.
            as_of: Up to when an open clock runs; now, by default.
            executor: Any of ``concurrent.futures``, or one that behaves so: it looks at
                some of the tickets at a time.
            jobs: How often it does so at once; without *executor*, in as many processes
                of this machine.
            progress: Told how many are done, of how many.

        Raises:
            UnknownTicketError: If there is no such ticket.
            UnsharedLogError: If others should read a log that they cannot open.
        """
        office, subjects = self._office, _subjects(self._office, tickets)
        instead = Instead.of(office, standard, calendar, choices or {})
        with worker_processes(jobs if executor is None else 1) as ours:
            where = executor or ours
            look = LookAgain(
                opener=opener_of(office.log, where),
                rulebook=office.rulebook,
                instead=instead,
                as_of=office.moment(as_of),
            )
            done = 0
            for some, found in in_turn(where, look, _portions(subjects), ahead=2 * jobs):
                yield from found
                done += len(some)
                if progress is not None:
                    progress(done, len(subjects))

    def response_times(
        self,
        *,
        standard: str | Path | ServiceStandard | None = None,
        calendar: WorkingCalendar | None = None,
        choices: Mapping[str, Any] | None = None,
        **ask: Unpack[Ask],
    ) -> Answer:
        """Tell response times twice: as they were, and as they would have been.

        It takes what :meth:`Reports.response_times` takes, and what :meth:`what_if`
        takes; the group ``standard`` always tells the two apart.
        """
        by = names(ask.get("by", ()))
        told: Ask = {**ask, "by": by if "standard" in by else ("standard", *by)}
        question = question_of(self._office, told)
        instead = Instead.of(self._office, standard, calendar, choices or {})
        return count(
            self._twice(question, instead),
            question,
            of="tickets",
            dimensions=side_by_side.DIMENSIONS,
            measures=[response_times.measure],
        )

    def html(
        self,
        *,
        standard: str | Path | ServiceStandard | None = None,
        calendar: WorkingCalendar | None = None,
        choices: Mapping[str, Any] | None = None,
        language: str = "en",
        **ask: Unpack[Ask],
    ) -> str:
        """Return the same as one page: a plot and a table of both, side by side.

        Raises:
            UnknownLanguageError: If it is not written in that *language*.
        """
        told = self.response_times(standard=standard, calendar=calendar, choices=choices, **ask)
        return two_standards(told, language=language)

    def _twice(self, question: Question, instead: Instead) -> Iterator[side_by_side.PromisedFact]:
        for fact in facts_for(self._office, ticket_facts.FACTS, question):
            history = self._office.log.history(
                f"ticket/{fact.ticket_id}",
                upto_position=question.known_at,
                upto_occurred=question.as_of,
            )
            served = SERVED.over(None, [each.event for each in history])
            if served is not None:
                yield side_by_side.as_it_was(fact, standard=served.standard)
                yield side_by_side.as_it_would_be(
                    fact,
                    served.timeline,
                    instead=instead(served.standard),
                    as_of=question.as_of,
                )


@attrs.frozen
class Instead:
    """The terms that take the place of those of a standard; it travels as bytes."""

    rulebook: Rulebook
    standard: ServiceStandard | None
    calendar: WorkingCalendar | None
    choices: Mapping[str, Any]
    _known: dict[str, Terms] = attrs.field(factory=dict, init=False, eq=False, repr=False)

    @classmethod
    def of(
        cls,
        office: Office,
        standard: str | Path | ServiceStandard | None,
        calendar: WorkingCalendar | None,
        choices: Mapping[str, Any],
    ) -> Instead:
        """Return what tells them, of a standard that may have to be loaded first."""
        other = load_standard(standard) if isinstance(standard, str | Path) else standard
        return cls(office.rulebook, other, calendar, choices)

    def __call__(self, standard: str) -> Terms:
        """Return what is promised instead to whoever was served under *standard*."""
        if standard not in self._known:
            promising = self.standard or self.rulebook.standard(standard)
            terms = promising.terms(calendar=self.calendar)
            self._known[standard] = _choosing(terms, self.choices)
        return self._known[standard]


@attrs.frozen(kw_only=True)
class LookAgain:
    """What is asked of each ticket: how it went, and how it would have gone."""

    opener: Opener
    rulebook: Rulebook
    instead: Instead
    as_of: datetime

    def __call__(self, subjects: Sequence[str]) -> list[Difference]:
        """Return every clock of these tickets, in their order."""
        with self.opener() as log:
            return [each for subject in subjects for each in self._of(subject, log)]

    def _of(self, subject: str, log: EventLog) -> list[Difference]:
        served = _served(subject, log)
        return what_if(
            subject,
            served.timeline,
            was=self.rulebook.terms(served.standard, served.calendar),
            instead=self.instead(served.standard),
            as_of=self.as_of,
        )


def _served(subject: str, log: EventLog) -> Served:
    loaded: tuple[Served | None, int] = log.load(subject, SERVED)
    if loaded[0] is None:
        msg = f"there is no ticket {subject.removeprefix('ticket/')!r}"
        raise UnknownTicketError(msg)
    return loaded[0]


def _subjects(office: Office, tickets: Iterable[str] | None) -> list[str]:
    if tickets is None:
        return list(office.log.subjects("ticket"))
    return [f"ticket/{each}" for each in tickets]


def _portions(subjects: Sequence[str]) -> Iterator[Sequence[str]]:
    return (subjects[start : start + _PORTION] for start in range(0, len(subjects), _PORTION))


def _choosing(terms: Terms, choices: Mapping[str, Any]) -> Terms:
    """Return *terms* with the same named choices in every target.

    Raises:
        TargetError: If a target has no such choice.
    """
    if not choices:
        return terms
    known = {field.name for field in attrs.fields(Target)}
    if unknown := sorted(set(choices) - known):
        msg = f"a target has no choice {unknown[0]!r}; expected {', '.join(sorted(known))}"
        raise TargetError(msg)
    targets = tuple(attrs.evolve(each, **choices) for each in terms.targets)
    return attrs.evolve(terms, targets=targets)
