"""A year of a service organisation: everybody comes on stage, and it is played."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from ...desk import ServiceDesk
from ...domain.figures import OpenTime
from ...domain.standard import ServiceStandard
from ...standards import parse_standard
from . import cast
from .customers import Customers
from .lives import END, START, Step, midnight, shifts_in, steps_of_a_year
from .managers import Managers
from .staff import Staff
from .stage import SimulatedClock, Stage
from .store import Store

TICKETS, CUSTOMERS = 2000, 320
_FEWEST = 12
_EPILOGUE = timedelta(days=24)  #: In which the last quarter is reviewed.
_OURS = "the organisation's own"


def over_at(standard: ServiceStandard) -> datetime:
    """Return when the play is over."""
    return midnight(END, standard.calendar.zone) + _EPILOGUE


def made_whole(standard: ServiceStandard) -> ServiceStandard:
    """Return *standard* with the times set that it leaves to the organisation on stage."""
    if not standard.missing():
        return standard
    head = f'id = "organisation_on_stage"\ntitle = "{standard.title}"\nextends = "{standard.id}"\n'
    return parse_standard(head + "".join(map(_set, standard.missing())), source="the demo")


def _set(time: OpenTime) -> str:
    if time.of == "revisit":
        rule = 'after = "delivery"\nin = ["1 month", "3 months", "6 months", "9 months"]'
        return f'\n[[revisit]]\nname = "{time.name}"\n{rule}\nclause = "{_OURS}"\n'
    promise = f'of = "{time.of}"\nwithin = "5 working days"'
    return f'\n[[clock]]\nname = "{time.name}"\n{promise}\nclause = "{_OURS}"\n'


def live_through(
    desk: ServiceDesk,
    clock: SimulatedClock,
    *,
    seed: int,
    scale: float,
    tell: Callable[[int, int], None],
) -> Stage:
    """Live through the year: *scale* 1 has 320 customers and 2,000 requests for help."""
    zone = desk.standard.calendar.zone
    chance = Random(f"servicecore {seed} people")  # noqa: S311 - a play, no secret
    people = cast.customers(max(_FEWEST, round(CUSTOMERS * scale)))
    stage = Stage(desk, clock, chance, shifts_in(zone))
    for each in (Managers(stage, people), Store(stage), Customers(stage, people), Staff(stage)):
        each.begin()
    tickets = max(1, round(TICKETS * scale))
    for step in steps_of_a_year(seed=seed, tickets=tickets, customers=people, zone=zone):
        stage.at(step.at, _carry_out, desk, step)
    began, over = midnight(START, zone), over_at(desk.standard)
    days = (over - began).days
    stage.play(over, lambda moment: tell((moment - began).days, days))
    return stage


def _carry_out(desk: ServiceDesk, step: Step) -> None:
    verb = getattr(desk.tickets, step.verb)
    verb(step.ticket, actor=step.facts.get("by", "desk"), **step.facts)
