"""What customers do: they buy, complain, answer what they are asked, stay or leave."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from zoneinfo import ZoneInfo

import attrs

from ...domain.complaint import ComplaintFedBack
from ...domain.events import Recorded
from ...domain.people import Level
from ...domain.relationship import (
    ContractEnding,
    ContractLapsed,
    FindingAnswered,
    RecoveryEnded,
)
from ...domain.spans import Span
from ...domain.survey import SurveySent
from ...domain.ticket import TicketEscalated
from ...domain.warranty import WarrantyFeesOffered
from . import cast
from .lives import END, START, midnight
from .stage import Stage

_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)
_GRADES, _GRADE_WEIGHTS = ("key", "frequent", "ordinary"), (8, 14, 78)


@attrs.define
class Customers:
    """All customers, and how often each was let down."""

    stage: Stage
    people: list[cast.Customer]
    complain_about: dict[str, str] = attrs.field(factory=dict)  #: Their last tickets.
    _let_down: Counter[str] = attrs.field(factory=Counter)
    _complaints: int = 0
    _orders: int = 0

    def begin(self) -> None:
        """Let each come to us at some time: most were customers before the year began."""
        self.stage.listen(self.hear)
        for each in self.people:
            known_for = timedelta(days=self.stage.chance.uniform(1, 12))
            if self.stage.happens(0.25):
                known_for = timedelta(days=self.stage.chance.uniform(12, 300))
            self.stage.at(midnight(START, self._zone) + known_for + 9 * _HOUR, self._come, each)

    def hear(self, recorded: Recorded) -> None:
        """React to what the desk did."""
        event = recorded.event
        match event:
            case SurveySent():
                self._is_asked(event)
            case ComplaintFedBack():
                self.stage.at_work(10 * _HOUR, self._judge, event.complaint_id)
            case TicketEscalated(to=Level.MANAGER):
                self._is_let_down(event.ticket_id)
            case ContractEnding():
                wait = timedelta(days=self.stage.chance.uniform(3, 25))
                self.stage.after(wait, self._think_of_renewing, event.customer_id, event)
            case ContractLapsed():
                self.stage.at_work(4 * _HOUR, self._leave, event.customer_id)
            case RecoveryEnded():
                self._let_down[event.customer_id] = 0
            case FindingAnswered():
                self.stage.at_work(12 * _HOUR, self._judge_answer, event)
            case WarrantyFeesOffered():
                self.stage.at_work(5 * _HOUR, self._think_of_paying, event)

    # --- They come, and buy -----------------------------------------------------------

    def _come(self, customer: cast.Customer) -> None:
        stage, files = self.stage, self.stage.desk.relationships
        (grade,) = stage.chance.choices(_GRADES, _GRADE_WEIGHTS)
        files.open(
            customer.id,
            name=customer.name,
            contact=customer.contact,
            kind="company",
            responsible=stage.chance.choice(cast.STAFF),
            grade=grade,
        )
        if stage.happens(0.93):
            files.give_consent(customer.id, evidence="signed with the order")
        if stage.happens(0.7):
            days = stage.chance.randrange(60, 700)
            files.sign_contract(
                customer.id, f"S-{customer.id[2:]}", until=self.stage.today + days * _DAY
            )
        stage.after(_DAY * stage.chance.uniform(0, 9), self._get, customer, 1)
        for _ in range(stage.chance.choices((0, 1, 2), (55, 35, 10))[0]):
            day = stage.now + _DAY * stage.chance.uniform(5, 340)
            stage.at(stage.shifts.next_open(day) + self._a_while(), self._order, customer)

    def _a_while(self) -> timedelta:
        return _HOUR * self.stage.chance.uniform(0, 7)

    def _order(self, customer: cast.Customer) -> None:
        if self.stage.now >= midnight(END, self._zone) - 20 * _DAY:
            return
        self._orders += 1
        what = self.stage.chance.choice(cast.PRODUCTS).name
        order = f"O-{self._orders:04}"
        self.stage.desk.orders.place(order, customer_id=customer.id, what=what)
        wait = _DAY * self.stage.chance.uniform(6, 18)
        self.stage.after(wait, self._get, customer, 1 + self._orders)

    def _get(self, customer: cast.Customer, number: int) -> None:
        stage, product = self.stage, self.stage.chance.choice(cast.PRODUCTS)
        delivery, today = f"D-{customer.id[2:]}-{number}", stage.today
        stage.desk.relationships.deliver(
            customer.id, delivery, product=product.name, delivered_on=today
        )
        stage.desk.warranties.grant(
            f"SN-{delivery[2:]}",
            product=product.name,
            customer_id=customer.id,
            delivered_on=today,
            months=12,
        )
        stage.at_work(20 * _HOUR, self._use, customer.id, delivery)

    def _use(self, customer: str, delivery: str) -> None:
        self.stage.desk.relationships.begin_use(customer, delivery, used_on=self.stage.today)

    # --- They are asked ----------------------------------------------------------------

    def _is_asked(self, asked: SurveySent) -> None:
        chance = self.stage.chance.random()
        if chance < 0.56:  # noqa: PLR2004 - shares of a play
            self.stage.after(_DAY * self.stage.chance.expovariate(0.4), self._answer, asked)
        elif chance < 0.6:  # noqa: PLR2004
            self.stage.after(_DAY, self._decline, asked)

    def _answer(self, asked: SurveySent) -> None:
        survey = self.stage.desk.surveys.get(asked.survey_id)
        mood = 4.6 - 0.7 * min(self._let_down[asked.customer_id], 3)
        scores = {each: self._score(mood) for each in survey.asks}
        overall = self._score(mood) or 3
        self.stage.desk.surveys.answer(
            asked.survey_id,
            scores=scores,
            overall=overall,
            nps=max(0, min(10, 2 * overall + self.stage.chance.choice((-1, 0, 1)))),
            ces=min(7, overall + 2),
            comment=self.stage.chance.choice(cast.COMMENTS),
        )

    def _decline(self, asked: SurveySent) -> None:
        self.stage.desk.surveys.decline(asked.survey_id, reason="no time")

    def _score(self, mood: float) -> int | None:
        if self.stage.happens(0.04):
            return None  # It does not apply.
        return max(1, min(5, round(self.stage.chance.gauss(mood, 0.7))))

    def _judge_answer(self, answered: FindingAnswered) -> None:
        self.stage.desk.revisits.rate_answer(
            answered.customer_id,
            answered.finding,
            by=self.stage.chance.choice(cast.STAFF),
            is_satisfied=self.stage.happens(0.88),
        )

    # --- They are let down -----------------------------------------------------------

    def _is_let_down(self, ticket_id: str) -> None:
        customer = self.stage.desk.tickets.get(ticket_id).customer_id
        self._let_down[customer] += 1
        if self.complain_about.get(customer) != ticket_id and self.stage.happens(0.16):
            self.complain_about[customer] = ticket_id
            self.stage.at_work(6 * _HOUR, self._complain, customer, ticket_id)

    def _complain(self, customer: str, ticket_id: str) -> None:
        self._complaints += 1
        what = self.stage.chance.choice(list(cast.COMPLAINTS.values()))
        ticket = self.stage.desk.tickets.get(ticket_id)
        self.stage.desk.complaints.receive(
            f"C-{self._complaints:03}",
            customer_id=customer,
            what=what,
            channel=self.stage.chance.choice(("telephone", "mail", "website")),
            ticket_id=ticket_id,
            product=ticket.product,
            model=ticket.model,
        )

    def _judge(self, complaint_id: str) -> None:
        complaints, asked_by = self.stage.desk.complaints, self.stage.chance.choice(cast.STAFF)
        if self.stage.happens(0.8):
            complaints.satisfy(complaint_id, asked_by=asked_by)
            return
        customer = complaints.get(complaint_id).customer_id
        self._let_down[customer] += 1
        complaints.dissatisfy(complaint_id, asked_by=asked_by, reason="nothing has changed")

    # --- They stay, or leave ------------------------------------------------------------

    def _think_of_renewing(self, customer: str, ending: ContractEnding) -> None:
        if self.stage.happens(0.9 - 0.25 * min(self._let_down[customer], 3)):
            until = Span(months=12).after(ending.until)
            self.stage.desk.relationships.renew_contract(customer, ending.contract_id, until=until)
        else:
            reason = "hesitates to renew the contract"
            self.stage.desk.relationships.mark_at_risk(customer, reason=reason)

    def _leave(self, customer: str) -> None:
        self.stage.desk.relationships.lose(customer, reason="the contract was not renewed")
        if self.stage.happens(0.2):
            wait = _DAY * self.stage.chance.uniform(30, 80)
            self.stage.after(wait, self._come_back, customer)

    def _come_back(self, customer: str) -> None:
        self.stage.desk.relationships.win_back(customer, reason="the others were not better")

    def _think_of_paying(self, offered: WarrantyFeesOffered) -> None:
        desk = self.stage.desk.warranties
        decides = desk.accept_fees if self.stage.happens(0.85) else desk.decline_fees
        decides(offered.warranty_id, ticket_id=offered.ticket_id, by="the customer")

    # -----------------------------------------------------------------------------------

    @property
    def _zone(self) -> ZoneInfo:
        return self.stage.shifts.zone
