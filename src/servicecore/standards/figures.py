"""How the figures of a standard are read that are no promises on one case."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from math import inf
from typing import Any, get_args

from ..domain.figures import (
    COUNTED_FROM,
    TOLD_IN_DAYS,
    Cost,
    CostCycle,
    Cycle,
    Duration,
    Goal,
    OpenTime,
    Quota,
    RevisitRule,
    Roll,
    Scale,
    Setting,
)
from ..domain.standard import Indicator
from .lengths import LENGTH_EXPECTED, SPAN_EXPECTED, parse_length, parse_span
from .table import Table

#: What the documents do say of a time that they leave open; a clock keeps it.
_OPEN_KEYS = ("name", "of", "clause", "starts", "stops", "pauses", "ladder")


def indicator(table: Table) -> Indicator:
    """Read a figure measured over many cases."""
    table = _only(table, "at_most", "at_least")
    table.must_hold_one_of("at_most", "at_least")
    return Indicator(
        **_head(table),
        at_most=table.read("at_most", parse_length, LENGTH_EXPECTED, None),
        at_least=table.read("at_least", _share_of_all, "a share from 0 to 1", None),
    )


def revisit(table: Table) -> RevisitRule:
    """Read when customers are revisited."""
    table = _only(table, "after", "in", "roll")
    spans = tuple(
        Table(table.source, table.path, {"in": each}).read("in", parse_span, SPAN_EXPECTED)
        for each in table.texts("in")
    )
    return RevisitRule(
        **_head(table),
        after=table.read("after", _anchor, f"one of {', '.join(COUNTED_FROM)}"),
        spans=spans,
        roll=table.read("roll", _roll, f"one of {', '.join(get_args(Roll))}", "forward"),
    )


def quota(table: Table) -> Quota:
    """Read how often, or how long, something is done in each period."""
    table = _only(table, "at_least", "per", "each")
    return Quota(
        **_head(table),
        at_least=table.read("at_least", _times_or_length, "a number of times, or a length"),
        per=table.read("per", _cycle, f"one of {', '.join(get_args(Cycle))}"),
        each=table.read("each", parse_length, LENGTH_EXPECTED, None),
    )


def duration(table: Table) -> Duration:
    """Read how long something lasts."""
    table = _only(table, "at_least", "at_most")
    table.must_hold_one_of("at_least", "at_most")
    told = Duration(
        **_head(table),
        at_least=table.read("at_least", parse_span, SPAN_EXPECTED, None),
        at_most=table.read("at_most", parse_span, SPAN_EXPECTED, None),
    )
    if told.name in TOLD_IN_DAYS and (told.at_most is None or told.at_most.months):
        raise table.bad(
            key="at_most", found=repr(str(told)), expected="a number of days, such as '30 days'"
        )
    return told


def goal(table: Table) -> Goal:
    """Read a change that is wanted."""
    table = _only(table, "change", "per")
    return Goal(
        **_head(table),
        change=table.take("change", float, "a share such as -0.05"),
        per=table.read("per", _cycle, f"one of {', '.join(get_args(Cycle))}"),
    )


def cost(table: Table) -> Cost:
    """Read what something costs."""
    table = _only(table, "amount", "currency", "per")
    return Cost(
        **_head(table),
        amount=table.read("amount", _amount, "an amount, such as 30000 or '99.50'"),
        currency=table.take("currency", str, "a currency", "CNY"),
        per=table.read("per", _cost_cycle, f"one of {', '.join(get_args(CostCycle))}"),
    )


def setting(table: Table) -> Setting:
    """Read how the service is set up."""
    table = _only(table, "values")
    return Setting(**_head(table), values=table.texts("values"))


def scale(table: Table) -> Scale:
    """Read numbers by name."""
    table = _only(table, "values")
    values = table.read("values", _numbers, "at least one number by name, none below 0")
    return Scale(**_head(table), values=values)


def open_time(table: Table) -> OpenTime:
    """Read a time that the organisation has to set."""
    table.must_only_hold(*_OPEN_KEYS)
    return OpenTime(**_head(table), of=table.take("of", str, "the kind of case", "ticket"))


def _only(table: Table, *keys: str) -> Table:
    """Return *table* alone: a figure is replaced as a whole, not in parts."""
    table.must_only_hold("name", "clause", *keys)
    return table.alone()


def _head(table: Table) -> dict[str, str]:
    return {
        "name": table.take("name", str, "a name"),
        "clause": table.take("clause", str, "the clause it comes from"),
    }


def _share_of_all(value: float) -> float:
    if isinstance(value, str) or not 0 <= value <= 1:
        raise ValueError(value)
    return float(value)


def _times_or_length(value: int | str) -> int | timedelta:
    if isinstance(value, str):
        return parse_length(value)
    if not isinstance(value, int) or value < 1:
        raise ValueError(value)
    return value


def _amount(value: int | str) -> Decimal:
    # A float has lost its cents before anybody could ask for them.
    if not isinstance(value, int | str):
        raise TypeError(value)
    amount = Decimal(value)
    if not (amount.is_finite() and amount >= 0):
        raise ValueError(value)
    return amount


def _numbers(values: object) -> dict[str, float]:
    if not isinstance(values, dict) or not values:
        raise TypeError(values)
    return {name: _number(each) for name, each in values.items()}


def _number(value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value < inf:
        raise ValueError(value)
    return float(value)


def _cycle(value: str) -> Any:
    return _one_of(value, get_args(Cycle))


def _anchor(value: str) -> str:
    return _one_of(value, COUNTED_FROM)


def _roll(value: str) -> Any:
    return _one_of(value, get_args(Roll))


def _cost_cycle(value: str) -> Any:
    return _one_of(value, get_args(CostCycle))


def _one_of(value: str, offered: tuple[str, ...]) -> str:
    if value not in offered:
        raise ValueError(value)
    return value
