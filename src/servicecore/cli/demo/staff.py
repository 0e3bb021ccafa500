"""What the staff do: complaints, revisits, findings, parts, maintenance, improvements."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import attrs

from ...domain import improvement
from ...domain.complaint import (
    ComplaintReceived,
    ComplaintSatisfied,
    ComplaintTakenUpAgain,
    Measure,
)
from ...domain.events import Recorded
from ...domain.improvement import ImprovementCheckDue, ImprovementCollected
from ...domain.maintenance import MaintenanceVisitDue
from ...domain.order import OrderEscalated, OrderPlaced, OrderStatus
from ...domain.rating import RatingRequested
from ...domain.relationship import (
    Answers,
    Consent,
    CustomerAtRisk,
    FindingKind,
    FindingRouted,
    RecoveryBegun,
    RevisitDue,
    RevisitMissed,
)
from ...domain.ticket import TicketOpened, TicketWorkRecorded
from ...domain.warranty import FeeLine, WarrantyFeesAccepted
from . import cast
from .stage import Stage

_DAY, _HOUR, _MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


@attrs.define
class Staff:
    """Everybody at the desk, who hear of what came in and of what is due."""

    stage: Stage

    def begin(self) -> None:
        """Come to work."""
        self.stage.listen(self.hear)

    def hear(self, recorded: Recorded) -> None:
        """React to what came in, or fell due."""
        event, at_work = recorded.event, self.stage.at_work
        match event:
            case ComplaintReceived():
                at_work(3 * _HOUR, self._register, event.complaint_id)
            case ComplaintTakenUpAgain():
                at_work(8 * _HOUR, self._propose, event.complaint_id)
            case ComplaintSatisfied():
                at_work(4 * _HOUR, self._close, event.complaint_id)
            case TicketOpened() if recorded.provenance.rule:
                at_work(_HOUR, self._take_on, event.ticket_id)
            case RatingRequested():
                at_work(9 * _HOUR, self._rate, event.ticket_id)
            case _:
                self._hear_of_customers(recorded)

    def _hear_of_customers(self, recorded: Recorded) -> None:
        event, at_work = recorded.event, self.stage.at_work
        match event:
            case OrderPlaced():
                at_work(50 * _MINUTE, self._confirm_order, event.order_id)
            case OrderEscalated():
                at_work(20 * _MINUTE, self._follow_order_up, event.order_id)
            case RevisitDue() if self.stage.happens(0.9):
                at_work(3 * _HOUR, self._revisit, event.customer_id, event.revisit)
            case RevisitMissed() if self.stage.happens(0.7):
                at_work(15 * _HOUR, self._revisit, event.customer_id, event.revisit)
            case FindingRouted():
                at_work(10 * _HOUR, self._look_into_finding, event.customer_id, event.finding)
            case CustomerAtRisk():
                at_work(20 * _HOUR, self._talk_to, event.customer_id)
            case RecoveryBegun():
                at_work(30 * _HOUR, self._make_up, event.customer_id)
            case _:
                self._hear_of_repairs(recorded)

    def _hear_of_repairs(self, recorded: Recorded) -> None:
        event, at_work = recorded.event, self.stage.at_work
        match event:
            case TicketWorkRecorded(on_site=True):
                self.stage.after(5 * _MINUTE, self._judge_warranty, event.ticket_id)
            case WarrantyFeesAccepted():
                at_work(_HOUR, self._begin_repair, event)
            case MaintenanceVisitDue():
                at_work(4 * _HOUR, self._maintain, event.maintenance_id, event.visit)
            case ImprovementCollected():
                self._improve(event)
            case ImprovementCheckDue():
                at_work(8 * _HOUR, self._check, event.improvement_id, event.check)

    # --- Complaints ---------------------------------------------------------------------

    def _register(self, number: str) -> None:
        desk, stage = self.stage.desk.complaints, self.stage
        known = desk.get(number)
        by = stage.chance.choice(cast.STAFF)
        demand = stage.chance.choice(cast.DEMANDS)
        desk.register(number, by=by, contact="as in the file", demand=demand)
        desk.acknowledge(number, by=by)
        (category,) = [name for name, what in cast.COMPLAINTS.items() if what == known.what]
        desk.classify(number, category, by=by)
        (severity,) = stage.chance.choices(("ordinary", "complex", "major"), (80, 14, 6))
        desk.assess(number, severity, by=by, reason="how long production stood still")
        stage.at_work(3 * _HOUR, self._assign, number)

    def _assign(self, number: str) -> None:
        desk, chance = self.stage.desk.complaints, self.stage.chance
        to, other = chance.sample(cast.STAFF, 2)
        desk.assign(number, to=to, department=cast.DEPARTMENTS[0])
        desk.set_team(number, {to: cast.DEPARTMENTS[0], other: cast.DEPARTMENTS[3]})
        self.stage.at_work(8 * _HOUR, self._investigate, number, to)

    def _investigate(self, number: str, by: str) -> None:
        desk = self.stage.desk.complaints
        desk.investigate(number, by=by, facts="the course was read back from the record")
        desk.find_cause(number, by=by, cause="two shifts, and no handing over between them")
        desk.answer(number, by=by, answer="we know what happened, and put it right")
        self.stage.at_work(5 * _HOUR, self._propose, number)

    def _propose(self, number: str) -> None:
        desk = self.stage.desk.complaints
        by = desk.get(number).handler or cast.SUPERVISOR
        desk.propose_solution(number, by=by, solution="the visit is repeated at our cost")
        call = Measure(
            what="repeat the visit",
            department=cast.DEPARTMENTS[2],
            person=by,
            due=self.stage.now + 5 * _DAY,
        )
        desk.plan(number, [call], by=by)
        self.stage.at_work(9 * _HOUR, self._carry_out, number, by)

    def _carry_out(self, number: str, by: str) -> None:
        desk = self.stage.desk.complaints
        (left, *_) = desk.get(number).measures_left
        desk.carry_out(number, left, by=by, result="done, and shown to the customer")
        desk.feed_back(number, by=by, result="the visit was repeated")

    def _close(self, number: str) -> None:
        desk, by = self.stage.desk.complaints, cast.SUPERVISOR
        desk.close(number, by=by)
        desk.report(
            number,
            by=by,
            facts="promised, and not kept",
            course="as on record",
            result="the customer is satisfied",
            cause="no handing over between shifts",
            improvement="a list that both shifts sign",
            prevention="the list is checked every evening",
        )

    def _take_on(self, number: str) -> None:
        """Handle a ticket that nobody called about, such as the repair a complaint begins."""
        desk, by = self.stage.desk.tickets, self.stage.chance.choice(cast.STAFF)
        desk.classify(number, "A")
        desk.assign(number, to=by, team=self.stage.chance.choice(cast.TEAMS))
        desk.answer(number, by=by)
        self.stage.at_work(4 * _HOUR, self._repair, number, by)

    def _repair(self, number: str, by: str) -> None:
        desk = self.stage.desk.tickets
        desk.diagnose(number, by=by, finding="worn before its time")
        desk.resolve(number, by=by, solution="replaced, and measured under load")
        self.stage.at_work(6 * _HOUR, desk.confirm, number)

    def _rate(self, number: str) -> None:
        (score,) = self.stage.chance.choices((5, 4, 3, 2), (50, 35, 10, 5))
        self.stage.desk.ratings.give(number, by=cast.SUPERVISOR, score=score)

    # --- Customers ------------------------------------------------------------------------

    def _confirm_order(self, number: str) -> None:
        self.stage.desk.orders.confirm(number, by=self.stage.chance.choice(cast.STAFF))

    def _follow_order_up(self, number: str) -> None:
        by = self.stage.chance.choice(cast.STAFF)
        if self.stage.desk.orders.get(number).status is OrderStatus.PLACED:
            self.stage.desk.orders.follow_up(number, by=by, result="the stock was checked")

    def _revisit(self, customer: str, revisit: int) -> None:
        stage, chance = self.stage, self.stage.chance
        known = stage.desk.relationships.get(customer)
        if known.revisits[revisit].status.is_over:
            return
        if known.consent is not Consent.GIVEN:
            stage.desk.revisits.call_off(customer, revisit, reason="they never agreed to be called")
            return
        answers = Answers(
            function="as expected",
            performance="as expected" if stage.happens(0.8) else "slower than we hoped",
            quality="good",
            speed=chance.choices((5, 4, 3, 2), (45, 35, 15, 5))[0],
            ability=chance.choices((5, 4, 3), (55, 35, 10))[0],
            problems=self._some(0.1, cast.PROBLEMS),
            suggestions=self._some(0.08, cast.SUGGESTIONS),
            quality_findings=self._some(0.04, cast.QUALITY_FINDINGS),
            new_needs=self._some(0.06, ("a second line next year",)),
        )
        stage.desk.revisits.hold(customer, revisit, by=known.responsible, answers=answers)

    def _some(self, share: float, of: tuple[str, ...]) -> tuple[str, ...]:
        return (self.stage.chance.choice(of),) if self.stage.happens(share) else ()

    def _look_into_finding(self, customer: str, number: int) -> None:
        desk, by = self.stage.desk.revisits, self.stage.chance.choice(cast.STAFF)
        finding = self.stage.desk.relationships.get(customer).findings[number]
        if finding.kind is FindingKind.QUALITY:
            measures = ("the supplier changes the compound",)
            desk.investigate_finding(
                customer, number, by=by, cause="a new supplier", measures=measures
            )
            self.stage.after(
                30 * _DAY,
                desk.track_effect,
                customer,
                number,
                by=by,
                has_helped=True,
                effect="none came back for a month",
            )
        desk.answer_finding(customer, number, by=by, answer="it is looked after, by name")

    def _talk_to(self, customer: str) -> None:
        if self.stage.happens(0.4):
            self.stage.desk.relationships.clear_risk(customer, reason="we talked, they stay")

    def _make_up(self, customer: str) -> None:
        by = self.stage.desk.relationships.get(customer).responsible
        outcome = "apologised, and a visit for nothing"
        self.stage.desk.relationships.end_recovery(customer, by=by, outcome=outcome)

    # --- Improvements -----------------------------------------------------------------------

    def _improve(self, collected: ImprovementCollected) -> None:
        number = collected.improvement_id
        if collected.customer_id is not None:
            self.stage.at_work(4 * _HOUR, self._answer_feedback, number)
        self.stage.at_work(9 * _HOUR, self._analyse, number)

    def _answer_feedback(self, number: str) -> None:
        by = self.stage.chance.choice(cast.STAFF)
        self.stage.desk.improvements.answer(number, by=by, answer="thank you; we look into it")

    def _analyse(self, number: str) -> None:
        cause = "what one shift knows, the next does not"
        desk = self.stage.desk.improvements
        desk.find_cause(number, by=cast.SUPERVISOR, level="supervisor", cause=cause)
        self.stage.at_work(5 * _HOUR, self._set_measures, number)

    def _set_measures(self, number: str) -> None:
        desk, person = self.stage.desk.improvements, self.stage.chance.choice(cast.STAFF)
        measure = improvement.Measure(
            what="hand over in writing",
            department=cast.DEPARTMENTS[0],
            person=person,
            due=self.stage.now + 10 * _DAY,
        )
        desk.set_measures(number, [measure], by=cast.MANAGER, level="manager")
        self.stage.at_work(30 * _HOUR, self._do_measure, number, person)

    def _do_measure(self, number: str, by: str) -> None:
        self.stage.desk.improvements.carry_out(number, measure=1, by=by, result="it is done so now")

    def _check(self, number: str, check: str) -> None:
        desk = self.stage.desk.improvements
        if check not in desk.get(number).checks_left:
            return  # Somebody was faster.
        finding = "fewer are late" if self.stage.happens(0.9) else "no difference yet"
        has_effect = finding == "fewer are late"
        desk.check_effect(
            number, check=check, by=cast.SUPERVISOR, has_effect=has_effect, finding=finding
        )
        if has_effect and check == "quarterly":
            practice = "shifts hand over in writing"
            desk.adopt(number, by=cast.MANAGER, standard_practice=practice)

    # --- Repairs -----------------------------------------------------------------------------

    def _judge_warranty(self, ticket_id: str) -> None:
        """Decide whether a visit is free, where the customer has a product with a warranty."""
        desk = self.stage.desk
        customer = desk.tickets.get(ticket_id).customer_id
        try:
            deliveries = desk.relationships.get(customer).deliveries
        except LookupError:
            return  # Not every caller has a file yet.
        if not deliveries:
            return
        serial, excluded = f"SN-{next(iter(deliveries))[2:]}", self.stage.happens(0.12)
        desk.warranties.decide_coverage(
            serial,
            ticket_id=ticket_id,
            by=cast.SUPERVISOR,
            excluded_because="a part of another maker was built in" if excluded else "",
        )
        if excluded:
            self._offer_fees(serial, ticket_id)

    def _offer_fees(self, serial: str, ticket_id: str) -> None:
        hours = self.stage.chance.randrange(1, 6)
        lines = [
            FeeLine(what="labour", quantity=hours, unit_price=Decimal(180)),
            FeeLine(what="journey", quantity=1, unit_price=Decimal(240)),
        ]
        self.stage.desk.warranties.offer_fees(serial, ticket_id=ticket_id, lines=lines)

    def _begin_repair(self, accepted: WarrantyFeesAccepted) -> None:
        self.stage.desk.warranties.begin_repair(
            accepted.warranty_id,
            ticket_id=accepted.ticket_id,
            by=self.stage.chance.choice(cast.STAFF),
        )

    def _maintain(self, plan: str, visit: int) -> None:
        by = self.stage.chance.choice(cast.STAFF)
        self.stage.desk.maintenance.carry_out(
            plan, visit=visit, by=by, content="oil, filters, a test run", result="in order"
        )
