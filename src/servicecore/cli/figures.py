"""A report's figures as tables: promises kept and broken, and how long customers waited."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from .output import clipped, table, to_the_minute, told_at, words

Report = Mapping[str, Any]

_ATTAINMENT = "_attainment"
_APART = 28  #: Columns for what is counted apart; the JSON report tells all of it.
_SCORES = frozenset({"ces", "nps", "overall_score", "rating_score", "score"})


def report_lines(report: Report, *, by: Sequence[str]) -> Iterator[str]:
    """Yield the report in lines."""
    as_of = told_at(datetime.fromisoformat(report["as_of"]), ZoneInfo(report["zone"]))
    yield f"Period {report['period'] or 'all'} ({report['zone']}), as of {as_of}"
    yield f"Standard {report['standard']}, log up to position {report['log_head']}"
    if not report["measures"]:
        yield ""
        yield "Nothing was measured."
        return
    yield ""
    yield shares(report, by=by)
    yield ""
    yield waits(report, by=by)
    for told in (scores(report, by=by), sums(report, by=by)):
        if told:
            yield ""
            yield told


def shares(report: Report, *, by: Sequence[str]) -> str:
    """Lay out every share: of what, how many, and how sure one can be."""
    rows = [
        (_share_of(measure, figure, by), *_group(figure, by), *_share(figure))
        for measure, figure in _figures(report)
        if "k" in figure
    ]
    first = len(by) + 1
    head = ("share", *by, "n", "k", "share", "95 % interval", "open")
    return table(rows, head=head, right=range(first, first + 5))


def waits(report: Report, *, by: Sequence[str]) -> str:
    """Lay out every distribution: half of the customers waited no longer than its p50."""
    rows = [
        (words(measure), *_group(figure, by), str(figure["n"]), *_lengths(figure))
        for measure, figure in _figures(report)
        if "p50" in figure
    ]
    first = len(by) + 1
    head = ("time until", *by, "n", "mean", "p50", "p95")
    return table(rows, head=head, right=range(first, first + 4))


def scores(report: Report, *, by: Sequence[str]) -> str:
    """Lay out what customers, and those who rate, gave on average: of what, and how many did."""
    rows = [
        (words(measure), *_group(figure, by), _apart(figure, by), *_score(figure))
        for measure, figure in _figures(report)
        if measure in _SCORES
    ]
    first = len(by) + 2
    head = ("score", *by, "of", "n", "value", "95 % interval")
    return table(rows, head=head, right=range(first, first + 3)) if rows else ""


def sums(report: Report, *, by: Sequence[str]) -> str:
    """Lay out whatever is counted or added up, with what is counted apart."""
    rows = [
        (words(measure), *_group(figure, by), _apart(figure, by), f"{figure['value']:g}")
        for measure, figure in _figures(report)
        if not figure.keys() & {"k", "p50"} and figure["value"] is not None
        if measure not in _SCORES
    ]
    first = len(by) + 1
    return table(rows, head=("sum", *by, "of", "value"), right=[first + 1]) if rows else ""


def percent(value: float | None) -> str:
    """Tell a share to a tenth of a percent."""
    return "-" if value is None else f"{100 * value:.1f} %"


def _figures(report: Report) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield each figure behind the name of its measure."""
    for measure, figures in report["measures"].items():
        for figure in figures:
            yield measure, figure


def _share_of(measure: str, figure: Mapping[str, Any], by: Sequence[str]) -> str:
    apart = _apart(figure, by)
    share = words(measure.removesuffix(_ATTAINMENT))
    return share if apart == "-" else f"{share}, {apart}"


def _group(figure: Mapping[str, Any], by: Sequence[str]) -> list[str]:
    return [str(figure.get(name) or "-") for name in by]


def _apart(figure: Mapping[str, Any], by: Sequence[str]) -> str:
    told = (value for name, value in figure.items() if isinstance(value, str) and name not in by)
    return clipped(", ".join(told) or "-", _APART)


def _share(figure: Mapping[str, Any]) -> tuple[str, ...]:
    sure = "-"
    if figure.get("low") is not None:
        sure = f"{100 * figure['low']:.1f} to {100 * figure['high']:.1f}"
    n, k = str(figure["n"]), str(figure["k"])
    return n, k, percent(figure["value"]), sure, str(figure.get("open") or 0)


def _score(figure: Mapping[str, Any]) -> tuple[str, str, str]:
    sure = "-"
    if figure.get("low") is not None:
        sure = f"{figure['low']:.1f} to {figure['high']:.1f}"
    return str(figure["n"]), "-" if figure["value"] is None else f"{figure['value']:.2f}", sure


def _lengths(figure: Mapping[str, Any]) -> Iterator[str]:
    for name in ("value", "p50", "p95"):
        seconds = figure.get(name)
        yield "-" if seconds is None else to_the_minute(timedelta(seconds=seconds))
