"""2025年售后服务操作手册, chapter 1: what after-sales service is."""

from __future__ import annotations

from datetime import date

import pytest

from servicecore import Status

from . import customers
from .figures import figure, share
from .office import REQUEST, after, opened, told
from .settings import said


class TestTheCourseOfARequest:
    """om2025:1.2a: Received, diagnosed, offered a solution, executed, confirmed by the customer."""

    def test_stands_on_record_in_this_order(self, desk):
        opened(desk)
        desk.tickets.diagnose("T-1", by="Wu", finding="worn seal", at=after(hours=1))
        desk.tickets.offer_solution(
            "T-1",
            by="Wu",
            solution="a new seal",
            responsible="Wu",
            ready_by=after(days=1),
            cost="CNY 120.50",
            at=after(hours=2),
        )
        desk.tickets.record_work("T-1", by="Wu", work="seal replaced", at=after(hours=3))
        desk.tickets.resolve("T-1", by="Wu", solution="a new seal", at=after(hours=4))
        desk.tickets.confirm("T-1", at=after(hours=5))
        assert told(desk) == [
            "TicketOpened",
            "TicketAcknowledged",
            "TicketDiagnosed",
            "TicketSolutionOffered",
            "TicketWorkRecorded",
            "TicketResolved",
            "TicketConfirmed",
            "TicketClosed",
        ]
        assert desk.tickets.get("T-1").status is Status.CLOSED


class TestTheDepartments:
    """om2025:1.2b: Customer service, technical support, repair and quality inspection have duties.

    Outside: who does what inside a department is for the organisation to say.
    """

    DEPARTMENTS = ("customer_service", "technical_support", "repair", "quality_inspection")

    def test_stand_in_the_manual(self):
        assert said("operations_manual_2025", "departments") == (self.DEPARTMENTS, "om2025:1.2b")

    @pytest.mark.parametrize("department", DEPARTMENTS)
    def test_a_ticket_goes_to_the_one_that_has_the_duty(self, desk, department):
        opened(desk)
        desk.tickets.assign("T-1", to="Wu", team=department, at=after(minutes=10))
        assert desk.tickets.history("T-1")[-1].event.team == department


class TestTheTimesThatAreWatched:
    """om2025:1.3a: First-response time, mean processing time and completion time are watched."""

    def test_each_has_its_figure(self, desk):
        opened(desk, priority="B")
        desk.tickets.answer("T-1", by="Wu", at=after(hours=2))
        desk.tickets.resolve("T-1", by="Wu", solution="a new seal", at=after(hours=6))
        answer = desk.reports.response_times()
        assert figure(answer, "first_response").value == 2 * 3600
        assert figure(answer, "resolution").value == 6 * 3600
        assert figure(answer, "last_resolution_wall").value == 6 * 3600


class TestCoverage:
    """om2025:1.3b: Coverage of customers, areas and service outlets is watched."""

    def test_areas_are_counted_once_each(self, desk):
        for n, area in enumerate(("remote", "Pudong", "remote", "")):
            desk.tickets.open(f"T-{n}", **REQUEST, area=area, at=after(hours=n))
        assert figure(desk.reports.coverage(), "areas_served").value == 2
        told = desk.reports.coverage(by="area")
        assert figure(told, "customers_served", area="remote").n == 2

    def test_customers_and_outlets_are_counted_once_each(self, desk):
        opened(desk)
        desk.tickets.open("T-2", **REQUEST, at=after(hours=1))
        desk.tickets.assign("T-1", to="Wu", team="Pudong", at=after(hours=2))
        answer = desk.reports.coverage()
        assert figure(answer, "customers_served").value == 1
        assert figure(answer, "customers_served").n == 2
        assert figure(answer, "teams_serving").value == 1


class TestRetention:
    """om2025:1.3c: Retention is watched by the repurchase rate and the renewal rate."""

    LATER = customers.MONDAY + 700 * customers.A_DAY

    def test_repurchase_is_ordered_again_of_ordered(self, desk):
        for customer, orders in {"Acme": 2, "Borg": 1}.items():
            told_ = {"name": customer, "contact": "x", "kind": "factory", "responsible": "Li"}
            desk.relationships.open(customer, **told_, at=customers.MONDAY)
            for n in range(orders):
                number, at = f"O-{customer}-{n}", customers.MONDAY + n * customers.A_DAY
                desk.orders.place(number, customer_id=customer, what="a pump", at=at)
                desk.orders.confirm(number, by="Li", at=at)
        assert share(desk.reports.repurchase(as_of=self.LATER), "repurchase_rate") == (1, 2)

    def test_renewal_is_renewed_of_contracts_that_ended(self, desk):
        customers.customer(desk)
        for number in ("K-1", "K-2"):
            until = {"until": date(2025, 12, 31), "at": customers.MONDAY}
            desk.relationships.sign_contract("Acme", number, **until)
        at = customers.MONDAY + 290 * customers.A_DAY
        desk.relationships.renew_contract("Acme", "K-2", until=date(2028, 12, 31), at=at)
        told_ = desk.reports.renewal(period="2025", as_of=self.LATER)
        assert share(told_, "renewal_rate") == (1, 2)
