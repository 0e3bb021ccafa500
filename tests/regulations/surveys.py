"""What the clauses about satisfaction are told with: services, answers, a campaign, a rating."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Any

from servicecore import ServiceDesk
from servicecore.domain.quality_review import Figure
from servicecore.domain.standard import ServiceStandard
from servicecore.projections.quality_figures import figures
from servicecore.standards import parse_standard

MONDAY = datetime(2025, 3, 3, 1, tzinfo=timezone.utc)  # Nine in Shanghai.
A_DAY, AN_HOUR = timedelta(days=1), timedelta(hours=1)
CUSTOMERS = {"Acme": "Ms Lin", "Borg": "Mr Wu", "Cole": ""}


def served(desk: ServiceDesk, number: str = "T-1", *, at: datetime = MONDAY) -> None:
    """Serve a customer from the request to the confirmation."""
    desk.tickets.open(
        number,
        customer_id="Acme",
        product="pump",
        model="P-200",
        fault="it leaks",
        contact="Ms Lin",
        at=at,
    )
    desk.tickets.assign(number, to="Wu", team="pumps", at=at)
    desk.tickets.resolve(number, by="Wu", solution="a seal", at=at + AN_HOUR)
    desk.tickets.confirm(number, at=at + 2 * AN_HOUR)


def asked(desk: ServiceDesk, number: str = "S-1", *, at: datetime = MONDAY, **facts: Any) -> None:
    told = {"customer_id": "Acme", "about": "delivery/D-1", "contact": "Ms Lin", **facts}
    desk.surveys.send(number, **told, at=at)


def satisfied(desk: ServiceDesk, k: int, n: int, *, at: datetime = MONDAY) -> None:
    """Let *k* of *n* customers be satisfied."""
    for each in range(n):
        number = f"S-{at:%m%d}-{each}"
        asked(desk, number, at=at)
        desk.surveys.answer(number, overall=5 if each < k else 3, at=at)


def announced(desk: ServiceDesk, number: str = "K-1", *, at: datetime = MONDAY) -> None:
    desk.campaigns.announce(
        number,
        title="spring",
        first_on=date(2024, 9, 1),
        last_on=date(2025, 2, 28),
        customers=CUSTOMERS,
        at=at,
    )


def judged(desk: ServiceDesk, name: str) -> Figure:
    """Return how an indicator of the standard is met by what was measured."""
    answer = desk.reports.everything(by=(), as_of=MONDAY + 30 * A_DAY)
    [found] = [
        each
        for each in figures(answer, desk.standard.indicators)
        if each.name == name and each.clause
    ]
    return found


def with_a_time_to_rate(within: str) -> ServiceStandard:
    """Return the regulation with the time that it leaves to the organisation."""
    ours = f"""
        id = "ours"
        title = "Ours"
        extends = "post_delivery_regulation"
        [[clock]]
        of = "rating"
        name = "rating"
        within = "{within}"
        clause = "pdr:3.2c"
    """
    return parse_standard(ours, source="ours.toml")
