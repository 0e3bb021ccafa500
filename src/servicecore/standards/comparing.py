"""Where two standards differ: figure by figure, each with its clause."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import attrs

from ..domain.sla import WALL, Target
from ..domain.standard import ServiceStandard

_Key = tuple[str, str, str]
_Told = tuple[str, str]


@attrs.frozen(kw_only=True)
class Row:
    """A figure on which two standards do not agree; a side that has no such figure is empty.

    *kind* is the kind of table it stands in, *applies_to* the cases it is about.
    """

    kind: str
    name: str
    applies_to: str
    left: str
    left_clause: str
    right: str
    right_clause: str


def compare(left: ServiceStandard, right: ServiceStandard) -> list[Row]:
    """Return where *left* and *right* differ, what both have first, then by kind and name.

    Figures are the same when they say the same, whatever clause says it.
    """
    ours, theirs = _figures(left), _figures(right)
    rows = [
        _row(key, ours.get(key, ("", "")), theirs.get(key, ("", "")))
        for key in dict.fromkeys([*ours, *theirs])
    ]
    differing = [each for each in rows if each.left != each.right]
    return sorted(differing, key=lambda each: not (each.left and each.right))


def _row(key: _Key, left: _Told, right: _Told) -> Row:
    kind, name, applies_to = key
    return Row(
        kind=kind,
        name=name,
        applies_to=applies_to,
        left=left[0],
        left_clause=left[1],
        right=right[0],
        right_clause=right[1],
    )


def _figures(standard: ServiceStandard) -> dict[_Key, _Told]:
    return {key: told for each in _chapters(standard) for key, told in each}


def _chapters(standard: ServiceStandard) -> Iterator[Iterable[tuple[_Key, _Told]]]:
    yield [(("calendar", "calendar", ""), (standard.calendar.reference, ""))]
    for each in standard.targets:
        yield [(("clock", each.clock, _applies_to(each)), (_promised(each), each.clause))]
    for start in standard.starting_levels:
        key = ("starting_level", "starting_level", _conditions(start.when))
        yield [(key, (start.level.value, start.clause))]
    for kind, figures in (
        ("indicator", standard.indicators),
        ("revisit", standard.revisits),
        ("quota", standard.quotas),
        ("duration", standard.durations),
        ("goal", standard.goals),
        ("cost", standard.costs),
        ("setting", standard.settings),
        ("scale", standard.scales),
    ):
        yield [((kind, each.name, ""), (str(each), each.clause)) for each in figures]
    yield [
        (("clock", each.name, each.of), ("left to the organisation", each.clause))
        for each in standard.open_times
    ]


def _promised(target: Target) -> str:
    """Tell a promise so that two that are counted differently read differently."""
    counted = "day and night" if target.calendar == WALL else "working time"
    told = [str(target) if target.working_days is not None else f"{target}, {counted}"]
    told.append(f"from {_words(target.starts)} to {_words(target.stops)}")
    if target.pauses:
        held = "any reason" if "*" in target.pauses else _words(target.pauses)
        told.append(f"stands still for {held}")
    ladder = ", ".join(f"{each.to} at {each.share:.0%}" for each in target.ladder)
    return "; ".join([*told, *([ladder] if ladder else [])])


def _applies_to(target: Target) -> str:
    return f"{target.of}, {_conditions(target.when)}" if target.when else target.of


def _conditions(when: Mapping[str, tuple[str, ...]]) -> str:
    return ", ".join(f"{name} {_words(wanted)}" for name, wanted in sorted(when.items()))


def _words(words: Iterable[str]) -> str:
    return " or ".join(each.replace("_", " ") for each in words) or "nothing"
