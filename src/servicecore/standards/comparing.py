"""Where two standards differ: figure by figure, each with its clause."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import attrs

from ..domain.sla import WALL, Target
from ..domain.standard import ServiceStandard

_Key = tuple[str, str, str]
_Told = tuple[str, str]
_NOTHING: _Told = ("", "")


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

    Figures are the same when they say the same, whatever clause says it.  A promise
    to some cases is held against what the other side promises to more of them.
    """
    ours, theirs = _figures(left), _figures(right)
    of_left, of_right = _covered(left, right), _covered(right, left)
    rows = [
        _row(
            key,
            ours.get(key) or of_left.get(key, _NOTHING),
            theirs.get(key) or of_right.get(key, _NOTHING),
        )
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
        yield [(_key(each), (_promised(each), each.clause))]
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


def _covered(standard: ServiceStandard, other: ServiceStandard) -> dict[_Key, _Told]:
    """Return what *standard* promises to all the cases that a promise of the *other* is about."""
    return {
        _key(theirs): (_promised(ours), ours.clause)
        for theirs in other.targets
        for ours in standard.targets
        if (ours.clock, ours.of) == (theirs.clock, theirs.of) and _is_wider(ours.when, theirs.when)
    }


def _is_wider(when: Mapping[str, tuple[str, ...]], than: Mapping[str, tuple[str, ...]]) -> bool:
    return all(name in than and {*than[name]} <= {*wanted} for name, wanted in when.items())


def _key(target: Target) -> _Key:
    return "clock", target.clock, _applies_to(target)


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
