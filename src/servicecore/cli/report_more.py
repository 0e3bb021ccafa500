"""``servicecore report at-risk``, ``risks`` and ``quality-index``: answers of their own shape."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..exchange.plain import plain
from . import arguments
from .asking import asked, asked_besides, takes_question
from .desks import desk_for
from .figures import percent
from .output import answer, answer_with_each, table, words

if TYPE_CHECKING:
    from ..projections.quality_index import QualityIndex
    from ..projections.risk import CustomerRisk
    from ..projections.risk_watch import WatchedRisk


def add(commands: Any) -> None:
    """Add the commands to those of the reports."""
    text = "list the customers that may be lost, and why"
    parser = arguments.command(commands, "at-risk", text, run=at_risk)
    arguments.takes_jsonl(parser)
    takes_question(parser)
    text = "tell which risks rise: churn, complaints, delay, failures, dissatisfaction"
    takes_question(arguments.command(commands, "risks", text, run=risks), needs_period=True)
    text = "tell the service quality index of 100, with its four parts"
    takes_question(arguments.command(commands, "quality-index", text, run=quality_index))


def at_risk(args: argparse.Namespace) -> int:
    """List the customers that may be lost, those with the most points first."""
    with desk_for(args) as desk:
        found = desk.reports.at_risk(**asked(args))
    return answer_with_each(
        args,
        ({**plain(each), "points": each.points} for each in found),
        rows=(row for each in found for row in _reasons(each)),
        head=("customer", "points", "reason", "because of"),
        right=(1,),
        none="nobody",
    )


def _reasons(customer: CustomerRisk) -> Iterator[tuple[str, ...]]:
    """Yield a row for each reason; only the first says whose they are."""
    who, points = customer.customer_id, f"{customer.points:g}"
    for line in customer.lines:
        yield who, points, f"{words(line.reason)} ({line.points:g})", line.because
        who = points = ""


def risks(args: argparse.Namespace) -> int:
    """Tell what was measured of each risk in a period and those before, and whether it rises."""
    with desk_for(args) as desk:
        found = desk.reports.risks(period=args.period, **asked_besides(args))
    periods = [each.period for each in found[0].history] if found else []
    rows = [_watched(each) for each in found]
    told = table(rows, head=("risk", *periods, "trend"), right=range(1, len(periods) + 1))
    return answer(args, [{**plain(each), "trend": each.trend} for each in found], told)


def _watched(risk: WatchedRisk) -> tuple[str, ...]:
    figures = (f"{each.k}/{each.n}" for each in risk.history)
    return (words(risk.name), *figures, risk.trend or "-")


def quality_index(args: argparse.Namespace) -> int:
    """Tell the index, what it is made of, and the grade that it earns."""
    with desk_for(args) as desk:
        ask = asked_besides(args)
        found = desk.reports.service_quality_index(period=args.period, **ask)
    rows = [
        (words(each.name), percent(each.value), f"{each.weight:g}", str(each.n))
        for each in found.parts
    ]
    told = table(rows, head=("part", "share", "weight", "n"), right=range(1, 4))
    return answer(args, found.as_dict(), _headline(found), told)


def _headline(index: QualityIndex) -> str:
    if index.value is None:
        return "The index cannot be told: a part of it has not been measured."
    grade = f", {words(index.grade)}" if index.grade else ""
    return f"{index.value:.1f} of 100{grade} ({index.weights_of})"
