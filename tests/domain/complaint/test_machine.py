"""Whatever people do with a complaint, and whenever: its promises hold, and it never just ends.

A clerk keeps a card of the complaint and counts days off a wall calendar of his
own: a test that asked the code for the deadline would believe whatever it said.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta, timezone

import pytest
from attrs import Factory, define
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from servicecore import Level, ServiceDesk, UnknownTicketError
from servicecore.domain.complaint import (
    ComplaintClosed,
    ComplaintEndedError,
    ComplaintEscalated,
    ComplaintExhausted,
    ComplaintSatisfied,
    ComplaintWarned,
    CustomerNotSatisfiedError,
    HandlerIsSubjectError,
    Measure,
    MeasuresLeftError,
    NoCauseError,
    NotFedBackError,
    NotHandledAgainError,
    NotInHandError,
    NotInvestigatedError,
    NotRegisteredError,
)
from servicecore.domain.refusals import RefusedError

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
#: The wall calendar of autumn 2025: a week off, and two Sundays or Saturdays worked for it.
OFF = {date(2025, 10, day) for day in range(1, 9)}
WORKED = {date(2025, 9, 28), date(2025, 10, 11)}
FIRST_DAY, LAST_DAY = datetime(2025, 9, 22), datetime(2025, 10, 13)  # noqa: DTZ001

#: What each document promises: hours, or working days, and what keeps the promise.
PROMISED = {
    "project_service_plan": {
        "registration": (timedelta(hours=24), {"registered"}),
        "proposed_solution": (timedelta(hours=48), {"solution"}),
    },
    "operations_manual_2025": {
        "handling_start": (timedelta(hours=24), {"assigned", "team", "investigated"})
    },
    "tender_standard": {
        "preliminary_answer": (5, {"answered", "fed back"}),
        "closing": (30, {"closed"}),
    },
}
SHARES = {"warning": 0.8, "supervisor": 1.0, "manager": 1.5}
SUBJECT = "Zhao"


def is_worked(day: date) -> bool:
    return day in WORKED or (day.weekday() < 5 and day not in OFF)


def counted_off(received_at: datetime, days: int) -> datetime:
    """Return six in the evening, in Shanghai, of that working day after the receipt."""
    day = (received_at + 8 * HOUR).date()
    while days:
        day += timedelta(days=1)
        days -= is_worked(day)
    return datetime(day.year, day.month, day.day, 10, tzinfo=timezone.utc)


@define
class Card:
    """What a careful clerk would write on a card about one complaint."""

    due: dict[str, datetime]
    kept_by: dict[str, set[str]]
    hours: dict[str, timedelta]
    received_at: datetime
    stage: str = "received"
    known: set[str] = Factory(set)  # What was done in this round, or for good.
    refusals: int = 0
    kept_at: dict[str, datetime] = Factory(dict)
    told: set[tuple[str, str]] = Factory(set)
    is_major: bool = False

    def tell_levels(self, now: datetime) -> None:
        """Note the steps of ladders that were reached by *now* and not kept before."""
        for clock, due in self.due.items():
            if clock in self.kept_at:
                continue
            if clock not in self.hours:
                self.told |= {(clock, "supervisor")} if now > due else set()
                continue
            for rung, share in SHARES.items():
                if now > self.received_at + share * self.hours[clock]:
                    self.told.add((clock, rung))

    def done(self, what: str, now: datetime) -> None:
        self.tell_levels(now)
        self.known.add(what)
        for clock, keeps in self.kept_by.items():
            if what in keeps:
                self.kept_at.setdefault(clock, now)


def is_in_hand(machine: AComplaintAtWork) -> bool:
    return machine.card.stage == "in hand"


#: What people may try at any time; the clerk knows when it is refused.
ANYTIME = [
    "set_team",
    "investigate",
    "find_cause",
    "answer",
    "propose",
    "feed_back",
    "is_satisfied",
    "is_dissatisfied",
    "give_up",
    "close",
]


class AComplaintAtWork(RuleBasedStateMachine):
    """Staff handle, forget and misuse; the customer judges; time passes."""

    @initialize(
        standard=st.sampled_from(sorted(PROMISED)),
        received=st.datetimes(FIRST_DAY, LAST_DAY, timezones=st.just(timezone.utc)),
        handled_in_vain=st.sampled_from([None, 0, 1, 2]),
    )
    def begins(self, standard: str, received: datetime, handled_in_vain: int | None) -> None:
        """Not every run can begin at the beginning: hardly one would come to the end."""
        self.now = received.replace(microsecond=0)
        self.standard = standard
        self.desk = ServiceDesk.open("memory:", standard=standard)
        self.desk.complaints.receive(
            "C-1", customer_id="Acme", what="it broke", product="pump", person=SUBJECT, at=self.now
        )
        promised = PROMISED[standard].items()
        self.card = Card(
            received_at=self.now,
            due={
                clock: self.now + figure
                if isinstance(figure, timedelta)
                else counted_off(self.now, figure)
                for clock, (figure, _) in promised
            },
            hours={c: figure for c, (figure, _) in promised if isinstance(figure, timedelta)},
            kept_by={clock: keeps for clock, (_, keeps) in promised},
        )
        if handled_in_vain is not None:
            self.register()
            for _ in range(handled_in_vain):
                self.one_whole_round("is_dissatisfied")

    def teardown(self) -> None:
        if hasattr(self, "desk"):
            self.desk.close()

    # --- Time passes -------------------------------------------------------------------

    @rule(hours=st.integers(0, 30))
    def waits(self, hours: int) -> None:
        self.now += hours * HOUR

    @rule(data=st.data(), nudge=st.sampled_from([-SECOND, timedelta(), SECOND]))
    def waits_for_a_deadline(self, data: st.DataObject, nudge: timedelta) -> None:
        clock = data.draw(st.sampled_from(sorted(self.card.due)))
        self.now = max(self.now, self.card.due[clock] + nudge)

    @rule()
    def somebody_looks(self) -> None:
        self.desk.run_due(self.now)
        self.card.tell_levels(self.now)

    # --- People do what they should, and what they should not ------------------------------

    def does(
        self, verb: str, what: str, *args, expected: type[RefusedError] | None = None, **facts
    ):
        """Ask the desk, and see that it refuses exactly what the clerk would refuse."""
        command = getattr(self.desk.complaints, verb)
        refusal = expected or self.not_in_hand
        if refusal is not None:
            before = self.desk.log.head()
            with pytest.raises(refusal):
                command("C-1", *args, at=self.now, **facts)
            assert self.desk.log.head() == before
            return False
        command("C-1", *args, at=self.now, **facts)
        self.card.done(what, self.now)
        return True

    @property
    def not_in_hand(self) -> type[RefusedError] | None:
        return {
            "received": NotRegisteredError,
            "in hand": None,
            "fed back": NotInHandError,
            "satisfied": NotInHandError,
            "exhausted": NotInHandError,
            "closed": ComplaintEndedError,
        }[self.card.stage]

    @rule(step=st.sampled_from(ANYTIME))
    def somebody_tries(self, step: str) -> None:
        getattr(self, step)()

    @precondition(lambda self: self.card.stage == "received")
    @rule()
    def register(self) -> None:
        self.desk.complaints.register(
            "C-1", by="Li", contact="Lin", demand="a new one", at=self.now
        )
        self.card.done("registered", self.now)
        self.card.stage = "in hand"

    @precondition(lambda self: is_in_hand(self) and "classified" not in self.card.known)
    @rule(category=st.sampled_from(["product_quality", "other"]))
    def classify(self, category: str) -> None:
        if self.does("classify", "classified", category, by="Li"):
            self.card.known.add(category)

    @precondition(lambda self: is_in_hand(self) and "major" not in self.card.known)
    @rule()
    def turns_out_major(self) -> None:
        if self.does("assess", "major", "major", by="Li", reason="in the press"):
            self.card.is_major = True

    @precondition(is_in_hand)
    @rule(who=st.sampled_from(["Wu", SUBJECT]))
    def assign(self, who: str) -> None:
        unfit = HandlerIsSubjectError if who == SUBJECT and self.not_in_hand is None else None
        self.does("assign", "assigned", to=who, department="quality", expected=unfit)

    @precondition(is_in_hand)
    @rule()
    def set_team(self) -> None:
        self.does("set_team", "team", {"Wu": "quality", "Li": "sales"})

    @precondition(is_in_hand)
    @rule()
    def investigate(self) -> None:
        self.does("investigate", "investigated", by="Wu", facts="the seal was worn")

    @precondition(is_in_hand)
    @rule()
    def find_cause(self) -> None:
        self.does(
            "find_cause",
            "cause",
            by="Wu",
            cause="?",
            expected=self.without(NotInvestigatedError, "investigated"),
        )

    @precondition(is_in_hand)
    @rule()
    def answer(self) -> None:
        self.does("answer", "answered", by="Wu", answer="we look into it")

    @precondition(is_in_hand)
    @rule()
    def propose(self) -> None:
        self.does(
            "propose_solution",
            "solution",
            by="Wu",
            solution="a seal",
            expected=self.without(NoCauseError, "cause"),
        )

    @precondition(is_in_hand)
    @rule()
    def bring_the_outcome(self) -> None:
        self.feed_back()

    def feed_back(self) -> None:
        unready = self.without(MeasuresLeftError, "carried out")
        if self.does("feed_back", "fed back", by="Wu", result="replaced", expected=unready):
            self.card.stage = "fed back"

    @precondition(is_in_hand)
    @rule(word=st.sampled_from(["none yet", "is_satisfied", "is_dissatisfied"]))
    def one_whole_round(self, word: str) -> None:
        self.investigate()
        self.find_cause()
        self.propose()
        measure = Measure(what="a seal", department="repair", person="Wu", due=self.now)
        self.does("plan", "planned", [measure], by="Wu")
        number = len(self.desk.complaints.get("C-1").measures)
        self.does("carry_out", "carried out", number, by="Wu", result="done")
        self.feed_back()
        if word != "none yet":
            getattr(self, word)()

    def without(self, refusal: type[RefusedError], step: str) -> type[RefusedError] | None:
        return refusal if self.not_in_hand is None and step not in self.card.known else None

    # --- The customer judges -----------------------------------------------------------------

    @property
    def not_asked(self) -> type[RefusedError] | None:
        if self.card.stage == "closed":
            return ComplaintEndedError
        return None if self.card.stage == "fed back" else NotFedBackError

    def asks(self, verb: str, **facts) -> bool:
        if self.not_asked is not None:
            return self.does(verb, verb, asked_by="Li", expected=self.not_asked, **facts)
        getattr(self.desk.complaints, verb)("C-1", asked_by="Li", at=self.now, **facts)
        self.card.done(verb, self.now)
        return True

    @precondition(lambda self: self.card.stage == "fed back")
    @rule()
    def is_satisfied(self) -> None:
        if self.asks("satisfy"):
            self.card.stage = "satisfied"

    @precondition(lambda self: self.card.stage == "fed back")
    @rule()
    def is_dissatisfied(self) -> None:
        if self.asks("dissatisfy", reason="it broke again"):
            self.card.refusals += 1
            self.card.stage = "in hand"  # It is handled again by itself.
            self.card.known -= {"solution", "planned", "carried out"}

    @precondition(lambda self: self.card.refusals >= 2)
    @rule()
    def give_up(self) -> None:
        too_early = NotHandledAgainError if self.card.refusals < 2 else None
        expected = self.not_in_hand or too_early
        facts = {"by": "Wu", "reason": "nothing left", "alternatives": ["the court"]}
        if self.does("exhaust", "exhausted", expected=expected, **facts):
            self.card.stage = "exhausted"

    @precondition(lambda self: self.card.stage in {"satisfied", "exhausted"})
    @rule()
    def close(self) -> None:
        if self.card.stage in {"satisfied", "exhausted"}:
            self.desk.complaints.close("C-1", by="Wu", at=self.now)
            self.card.done("closed", self.now)
            self.card.stage = "closed"
            return
        ended = self.card.stage == "closed"
        self.does(
            "close",
            "",
            by="Wu",
            expected=ComplaintEndedError if ended else CustomerNotSatisfiedError,
        )

    # --- What always holds ---------------------------------------------------------------------

    @property
    def history(self) -> list:
        return [each.event for each in self.desk.complaints.history("C-1")]

    @invariant()
    def it_never_closes_without_satisfaction_or_recorded_exhaustion(self) -> None:
        for n, event in enumerate(self.history):
            if isinstance(event, ComplaintClosed):
                ends = [
                    each
                    for each in self.history[:n]
                    if isinstance(each, ComplaintSatisfied)
                    or (isinstance(each, ComplaintExhausted) and each.alternatives)
                ]
                assert ends

    @invariant()
    def every_promise_is_what_the_document_says(self) -> None:
        promises = self.desk.complaints.get("C-1").promises
        assert {clock: each.due for (clock, _), each in promises.items()} == self.card.due

    @invariant()
    def every_promise_is_kept_or_broken_as_the_clerk_saw_it(self) -> None:
        for (clock, _), reading in self.desk.complaints.get("C-1").readings.items():
            kept_at = self.card.kept_at.get(clock)
            if kept_at is None:
                assert reading.state.value == "running"
            else:
                in_time = kept_at <= self.card.due[clock]
                assert reading.state.value == ("met" if in_time else "missed")

    @invariant()
    def every_level_is_told_once_and_none_is_lost(self) -> None:
        told = Counter(
            (each.clock, each.rung)
            for each in self.history
            if isinstance(each, ComplaintWarned | ComplaintEscalated) and each.clock
        )
        assert set(told.values()) <= {1}
        counted = {each for each in told if each[0] in self.card.hours or each[1] == "supervisor"}
        assert counted == self.card.told

    @invariant()
    def a_major_complaint_is_with_the_manager(self) -> None:
        if self.card.is_major and self.standard == "operations_manual_2025":
            complaint = self.desk.complaints.get("C-1")
            assert complaint.level is Level.MANAGER
            assert len(complaint.response_levels) == 3

    @invariant()
    def a_bad_product_is_being_repaired(self) -> None:
        if "product_quality" in self.card.known:
            assert self.desk.tickets.get("C-1-repair").product == "pump"
        else:
            with pytest.raises(UnknownTicketError):
                self.desk.tickets.get("C-1-repair")


TestAComplaintAtWork = AComplaintAtWork.TestCase
