"""Pictures of the house, of the ways that data walk in it, and of the lives of records.

Nothing in them is told twice: the rooms come from the contracts in ``pyproject.toml``
and from the imports there are, the ways name code that must be there, policies
are read for what they listen to and decide, and a life is what the recorded
histories went through.
"""

from __future__ import annotations

import inspect
import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import Enum
from functools import cache, partial
from pathlib import Path
from pkgutil import resolve_name
from types import CodeType, FunctionType, ModuleType
from typing import Any

import grimp

from servicecore.desk.registry import AGGREGATES, POLICIES
from servicecore.domain.events import CATALOGUE
from servicecore.policies import Policy
from servicecore.storage.codec import Codec
from tests.histories.replaying import EVOLVE, Line

from .markdown import first_sentence
from .svg import arrow, box, folded, lines, link, picture, word

ROOT = Path(__file__).parents[1]
PLACE = Path(__file__).with_name("_pictures")
WIDE = 780

# --- The house ------------------------------------------------------------------------


def house() -> str:
    """Draw the rooms, floor by floor; each tells what it is for and whom it asks."""
    parts: list[str] = []
    y = 8.0
    for floor in _floors():
        wide = (WIDE - 16 - 12 * (len(floor) - 1)) / len(floor)
        rooms = [_told_of(room, wide=wide - 24) for room in floor]
        high = 34 + 15 * max(len(said) + len(asks) for _, said, asks in rooms)
        for n, told in enumerate(rooms):
            parts += _room(*told, x=8 + n * (wide + 12), y=y, wide=wide, high=high)
        y += high + 14
    label = "The rooms of the package; whoever stands higher may import what stands lower"
    return picture(label, parts, wide=WIDE, high=y)


def _told_of(room: str, *, wide: float) -> tuple[str, list[str], list[str]]:
    said = first_sentence(resolve_name(f"servicecore.{room}")).replace("*", "")
    asks = f"imports {', '.join(_asked_by(room)) or 'no other'}"
    return room, folded(said, wide=wide), folded(asks, wide=wide * 0.92)


def _room(
    name: str, said: list[str], asks: list[str], *, x: float, y: float, wide: float, high: float
) -> Iterator[str]:
    yield box(x, y, wide, high)
    yield word(x + 12, y + 21, name, style="name")
    yield from lines(x + 12, y + 39, said)
    yield from lines(x + 12, y + 41 + 15 * len(said), asks, style="code")


@cache
def _floors() -> tuple[tuple[str, ...], ...]:
    """Return the layers that import-linter sees to, from the top."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    [layers] = [
        each["layers"] for each in told["tool"]["importlinter"]["contracts"] if "layers" in each
    ]
    return tuple(
        tuple(name.strip("() ").removeprefix("servicecore.") for name in layer.split("|"))
        for layer in layers
    )


@cache
def _asked_by(room: str) -> list[str]:
    graph = _imports()
    whole = f"servicecore.{room}"
    inside = graph.find_descendants(whole) | {whole}
    asked = {found for each in inside for found in graph.find_modules_directly_imported_by(each)}
    rooms = [name for floor in _floors() for name in floor]
    return [
        name
        for name in rooms
        if name != room and any(f"{each}.".startswith(f"servicecore.{name}.") for each in asked)
    ]


@cache
def _imports() -> grimp.ImportGraph:
    return grimp.build_graph("servicecore", exclude_type_checking_imports=True, cache_dir=None)


# --- The ways -------------------------------------------------------------------------

_LOG = "servicecore.storage:EventLog"
#: Each way, step by step: what happens, and in which code.
WAYS: dict[str, tuple[tuple[str, str], ...]] = {
    "A command": (
        ("a counter takes it", "servicecore.desk.tickets:Tickets.answer"),
        ("history becomes a state", "servicecore.storage:Fold"),
        ("a rule decides", "servicecore.domain.ticket.decisions:answer"),
        ("events go on record", f"{_LOG}.append"),
        ("a receipt tells where", "servicecore.storage:Receipt"),
    ),
    "A policy": (
        ("the log is read in order", f"{_LOG}.since"),
        ("has this happened?", "servicecore.policies:Policy.react"),
        ("then that is wanted", "servicecore.policies:Wanted"),
        ("a rule decides", "servicecore.domain.ticket.decisions:acknowledge"),
        ("once, with its place", "servicecore.storage.policy:PolicyFollower"),
    ),
    "A deadline": (
        ("promises stand in events", "servicecore.domain.sla:Promise"),
        ("a list of what is due", "servicecore.projections.deadlines:observe"),
        ("when to look again", "servicecore:ServiceDesk.next_wake_up"),
        ("looked at", "servicecore:ServiceDesk.run_due"),
        ("a rule decides", "servicecore.domain.ticket.decisions:escalate_if_due"),
    ),
    "A read model": (
        ("the log is read in order", "servicecore.storage.follower:Follower"),
        ("events become facts", "servicecore.projections.facts:Facts.observe"),
        ("rows, with their place", "servicecore.storage:Batch"),
        ("a question is asked", "servicecore.desk.reports:Reports.response_times"),
        ("and shown", "servicecore.report.page"),
    ),
    "A notice": (
        ("the log is read in order", f"{_LOG}.since"),
        ("who should hear of it", "servicecore.policies:notices_of"),
        ("the outbox sends it", "servicecore.storage.outbox"),
        ("by your handler", "servicecore.desk.notices:NoticeCounter.register"),
        ("failed? again", "servicecore.desk.notices:NoticeCounter.retry"),
    ),
    "A rebuild": (
        ("the log in portions", "servicecore.storage.portions"),
        ("folded on any executor", "servicecore.desk.projects:Projects.rebuild"),
        ("rows beside those in use", "servicecore.storage.rebuilding:Rebuild"),
        ("compared", "servicecore.desk.projects:Projects.compare"),
        ("and swapped", "servicecore.storage.model_notes"),
    ),
    "An audit": (
        ("the stored bytes", "servicecore.audit.leaves:leaf_data"),
        ("become a tree", "servicecore.audit.merkle:root"),
        ("whose root is signed", "servicecore.audit.sealer"),
        ("verified", "servicecore.audit.verifying:verify"),
        ("and explained", "servicecore.audit.explain:explain"),
    ),
}


def ways() -> str:
    """Draw what a command, a policy, a deadline … goes through, step by step."""
    parts: list[str] = []
    for n, (name, steps) in enumerate(WAYS.items()):
        parts += _way(name, steps, y=8 + n * 88)
    label = "The ways that data walk, each from left to right: " + ", ".join(WAYS)
    return picture(label, parts, wide=WIDE, high=len(WAYS) * 88)


def _way(name: str, steps: Sequence[tuple[str, str]], *, y: float) -> Iterator[str]:
    wide, apart = 142.0, 154.0
    yield word(8, y + 12, name, style="name")
    for n, (said, code) in enumerate(steps):
        resolve_name(code)  # A picture of what is no longer there is not drawn.
        x = 8 + n * apart
        yield box(x, y + 20, wide, 48, "log" if code.startswith(_LOG) else "")
        yield word(x + wide / 2, y + 40, said, style="said", anchor="middle")
        yield word(x + wide / 2, y + 57, _short(code), style="code", anchor="middle")
        if n:
            yield arrow((x - (apart - wide), y + 44), (x - 1, y + 44))


def _short(code: str) -> str:
    module, _, name = code.partition(":")
    told = name or module.removeprefix("servicecore.")
    return told if len(told) < 22 else told.rpartition(".")[2]  # noqa: PLR2004  # as wide as a box


# --- Policies -------------------------------------------------------------------------


def policies() -> str:
    """Draw which records each policy listens to, and on which it lets something happen."""
    heard = {each: _kinds_heard(each) for each in POLICIES}
    decided = {each: sorted(_kinds_decided(each)) for each in POLICIES}
    high, step = 40 + len(POLICIES) * 27, 27
    left = _column({kind for kinds in heard.values() for kind in kinds}, high)
    right = _column({kind for kinds in decided.values() for kind in kinds}, high)
    parts = [
        *(word(x, 16, text, style="name", anchor=anchor) for x, text, anchor in _HEADS),
        *(word(150, y + 4, _words(kind), anchor="end") for kind, y in left.items()),
        *(word(WIDE - 150, y + 4, _words(kind)) for kind, y in right.items()),
    ]
    for n, policy in enumerate(POLICIES):
        y = 43.0 + n * step
        parts += [link(156, left[kind], (280, y), style="thin") for kind in heard[policy]]
        parts += [link(500, y, (WIDE - 156, right[kind]), style="thin") for kind in decided[policy]]
        parts.append(box(280, y - 11, 220, 22))
        parts.append(word(390, y + 4, policy.__name__, style="said", anchor="middle"))
    return picture("Whenever, then: every policy", parts, wide=WIDE, high=high)


_HEADS = (
    (150, "what happens to a …", "end"),
    (390, "is heard by this policy", "middle"),
    (WIDE - 150, "which acts on a …", "start"),
)


def _kinds_heard(policy: type[Policy]) -> list[str]:
    return sorted({CATALOGUE.name_of(each).partition(".")[0] for each in policy.listens})


def _kinds_decided(policy: type[Policy]) -> set[str]:
    """Return the kinds of record whose decisions the methods of *policy* come to."""
    seen: set[str] = set()
    own = [each for _, each in inspect.getmembers(policy, inspect.isfunction)]
    return {kind for each in own for kind in _reached(each, seen)}


def _reached(function: FunctionType, seen: set[str]) -> Iterator[str]:
    if function.__qualname__ in seen:
        return
    seen.add(function.__qualname__)
    for name in _named(function.__code__):
        thing = function.__globals__.get(name)
        if not isinstance(thing, FunctionType | ModuleType):
            continue
        room, _, rest = _module_of(thing).removeprefix("servicecore.").partition(".")
        kind = rest.partition(".")[0]
        if room == "domain" and kind in AGGREGATES:
            yield kind
        elif room == "policies" and isinstance(thing, FunctionType):
            yield from _reached(thing, seen)


def _named(code: CodeType) -> set[str]:
    inner = (each for each in code.co_consts if isinstance(each, CodeType))
    return {*code.co_names, *(name for each in inner for name in _named(each))}


def _module_of(thing: FunctionType | ModuleType) -> str:
    return thing.__name__ if isinstance(thing, ModuleType) else thing.__module__


def _column(kinds: Iterable[str], high: float) -> dict[str, float]:
    """Return how far down each kind of record stands, in the order of the registry."""
    told = [kind for kind in AGGREGATES if kind in set(kinds)]
    apart = (high - 40) / len(told)
    return {kind: 40 + apart * (n + 0.5) for n, kind in enumerate(told)}


# --- Lives ----------------------------------------------------------------------------

_STEP = 70.0  #: From one status down to the next.

Moves = dict[tuple[Enum | None, Enum], list[str]]


def life(kind: str) -> str:
    """Draw how records of a *kind* have gone from one status to the next."""
    moves = _moves(kind)
    stands = _statuses(kind)
    middle, top = WIDE / 2, 62.0
    at = {status: top + n * _STEP for n, status in enumerate(stands)}
    left = {was for was, _ in moves}
    born = word(middle + 10, 24, _told(moves[None, stands[0]]), style="said tag")
    parts = [born, arrow((middle, 4), (middle, 43))]
    taken: set[float] = set()
    for n, ((was, now), names) in enumerate(moves.items()):
        if was is not None:
            way = (at[was] + (n % 3 - 1) * 6, at[now])
            parts += _move(way, _told(names), middle=middle, taken=taken)
    for status, y in at.items():
        parts.append(box(middle - 66, y - 18, 132, 36, "" if status in left else "over"))
        parts.append(word(middle, y + 5, _words(status.value), style="name", anchor="middle"))
    label = f"The life of a record of the kind {_words(kind)}"
    return picture(label, parts, wide=WIDE, high=top + (len(stands) - 1) * _STEP + 30)


def _move(
    way: tuple[float, float], told: str, *, middle: float, taken: set[float]
) -> Iterator[str]:
    """Draw a step down below the box, a jump at its right, and a way back at its left."""
    y, to = way
    if 0 < to - y < _STEP + 7:
        yield arrow((middle, y + 12), (middle, to - 19))
        yield word(middle + 10, (y + to) / 2 + 5, told, style="said tag")
        return
    side = 1 if to > y else -1
    edge, away = middle + side * 66, 44 + abs(to - y) * 0.42
    hands = ((edge + side * away, y), (edge + side * away, to + side * 6))
    yield arrow(
        (edge, y), *hands, (edge + side * 2, to + side * 6), style="" if side > 0 else "back"
    )
    beside = (y + to) / 2 + 4
    while any(abs(beside - each) < 16 for each in taken):  # noqa: PLR2004  # a line of text
        beside += 8
    taken.add(beside)
    anchor = "start" if side > 0 else "end"
    yield word(edge + side * (away * 0.75 + 8), beside, told, style="said tag", anchor=anchor)


def _statuses(kind: str) -> list[Enum]:
    """Return the statuses that were gone through, in the order in which they are declared."""
    gone = {now for _, now in _moves(kind)}
    return [each for each in type(next(iter(gone))) if each in gone]


@cache
def _moves(kind: str) -> Moves:
    """Return which events led from one status to another, in all histories on record."""
    codec, moves = Codec(CATALOGUE), Moves()
    for recording in sorted((ROOT / "tests" / "histories").glob("*.jsonl")):
        states: dict[str, Any] = {}
        told = map(Line.read, recording.read_text(encoding="utf-8").splitlines())
        for line in (each for each in told if each.subject.startswith(f"{kind}/")):
            event, was = codec.recorded(line.row(1)).event, states.get(line.subject)
            states[line.subject] = now = EVOLVE[kind](was, event)
            move, name = (was.status if was else None, now.status), type(event).__name__
            if move[0] != move[1] and name not in moves.setdefault(move, []):
                moves[move].append(name)
    return moves


def _told(names: Iterable[str]) -> str:
    return " or ".join(names)


def _words(name: str) -> str:
    return name.replace("_", " ")


PICTURES: dict[Callable[[], str], Path] = {
    house: PLACE / "house.svg",
    ways: PLACE / "ways.svg",
    policies: PLACE / "policies.svg",
    **{
        partial(life, kind): PLACE / f"life_of_{kind}.svg"
        for kind in ("ticket", "complaint", "improvement", "upgrade", "emergency")
    },
}
