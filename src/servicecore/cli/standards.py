"""A standard on the screen: every figure, with the clause it comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..domain.figures import OpenTime
from ..domain.sla import Target
from ..domain.standard import ServiceStandard, StartingLevel
from ..exchange.plain import plain
from ..standards import Row
from .output import table, words, wrapped

_NAMES = 26

#: What a standard calls its figures, and what people do.
_CHAPTERS = {
    "indicators": "Measured over many cases",
    "starting_levels": "Begins above the staff",
    "revisits": "Customers are asked how things are",
    "quotas": "To be done every so often",
    "durations": "How long things last",
    "goals": "To be reached",
    "costs": "What it costs",
    "settings": "How the service is set up",
    "open_times": "Left to the organisation",
}


def as_values(standard: ServiceStandard) -> dict[str, Any]:
    """Return every figure of *standard* as plain values."""
    told: dict[str, Any] = {
        "standard": standard.reference,
        "title": standard.title,
        "calendar": standard.calendar.reference,
        "pause_reasons": standard.pause_reasons,
        "promises": [_promise(each) for each in standard.targets],
    }
    for chapter in _CHAPTERS:
        figures = getattr(standard, chapter)
        told[chapter] = [{**plain(each), "says": _says(each)} for each in figures]
    return told


def as_lines(standard: ServiceStandard) -> Iterator[str]:
    """Yield *standard* as people read it."""
    yield f"{standard.title} ({standard.reference}), calendar {standard.calendar.reference}"
    if standard.targets:
        yield ""
        yield _promises(standard)
    for chapter, title in _CHAPTERS.items():
        if figures := getattr(standard, chapter):
            yield ""
            yield title
            for each in figures:
                told = f"{_says(each)} ({each.clause})"
                yield wrapped(told, indent=_NAMES, first=f"  {_named(each):<{_NAMES - 3}} ")


def differences(rows: list[Row]) -> Iterator[str]:
    """Yield where two standards differ, figure by figure."""
    for row in rows:
        about = f", {row.applies_to}" if row.applies_to else ""
        yield f"{words(row.kind)}: {words(row.name)}{about}"
        for side, says, clause in (
            ("left", row.left, row.left_clause),
            ("right", row.right, row.right_clause),
        ):
            told = f"{says} ({clause})" if clause else says or "nothing"
            yield wrapped(told, indent=10, first=f"  {side:<8}")


def _promises(standard: ServiceStandard) -> str:
    rows = [
        (
            words(each.clock),
            _cases(each),
            str(each),
            _pauses(each.pauses, standard.pause_reasons),
            each.clause,
        )
        for each in standard.targets
    ]
    return table(rows, head=("promise", "to", "within", "pauses", "clause"))


def _cases(target: Target) -> str:
    if not target.when:
        return f"every {target.of}"
    conditions = _conditions(target.when)
    return conditions if target.of == "ticket" else f"{target.of}, {conditions}"


def _promise(target: Target) -> dict[str, Any]:
    return {**plain(target), "says": str(target)}


def _pauses(pauses: tuple[str, ...], every: tuple[str, ...]) -> str:
    if "*" in pauses or (every and set(pauses) >= set(every)):
        return "yes"
    return ", ".join(map(words, pauses)) or "no"


def _named(figure: Any) -> str:
    return words(getattr(figure, "name", "")) or _conditions(figure.when)


def _says(figure: Any) -> str:
    if isinstance(figure, StartingLevel):
        return f"with the {figure.level.value}"
    if isinstance(figure, OpenTime):
        return f"a time for every {words(figure.of)}"
    return str(figure)


def _conditions(when: Mapping[str, tuple[str, ...]]) -> str:
    return ", ".join(f"{fact} {' or '.join(each)}" for fact, each in when.items())
