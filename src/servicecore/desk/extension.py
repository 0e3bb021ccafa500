"""What an organisation adds to a desk: its own kinds of record, rules, figures and counters.

Whatever is listed here is known to the desk from then on, as its own are::

    LOANERS = Extension(name="loaners", aggregates=[Aggregate(kind="loaner", fold=LOANER)], …)

    with ServiceDesk.open("sqlite:///service.db", extensions=[LOANERS]) as desk: …

A package that is installed with it need not be listed; it names its extension in
the entry points ``servicecore.extensions``, and every desk finds it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeVar

import attrs

from ..domain.standard import ServiceStandard
from ..policies import Policy
from ..projections import deadlines
from ..standards import load_standard
from ..storage import Fold
from ..storage.follower import Handler
from ..storage.topics import Topics
from .registry import AGGREGATES, FACTS, POLICIES, Aggregate

if TYPE_CHECKING:
    from .office import Office

ENTRY_POINTS = "servicecore.extensions"

T = TypeVar("T")


class ExtensionError(ValueError):
    """An extension cannot be loaded, or brings what is there already."""


class UnknownKindError(LookupError):
    """Nothing here knows records of that kind; the extension that brings them may be missing."""


class Observer(Protocol):
    """A read model: what it is called, which events it is made of, how it takes them in.

    ``projections.facts.Facts`` is one already.
    """

    @property
    def name(self) -> str:
        """What the desk keeps its rows under."""

    @property
    def topics(self) -> str | Topics:
        """What its events are called, or what their names begin with; ``""`` for all."""

    @property
    def observe(self) -> Handler:
        """Takes events in, in order."""


@attrs.frozen(kw_only=True)
class ReadModel:
    """A read model written by hand: *observe* changes the rows of a batch as events tell.

    Give it another *version* whenever it makes other rows of the same events.
    """

    name: str
    observe: Handler
    topics: str = ""
    version: int = 1

    @property
    def edition(self) -> str:
        """By which rule its rows are made."""
        return str(self.version)


def _standard(told: ServiceStandard | str | Path) -> ServiceStandard:
    return told if isinstance(told, ServiceStandard) else load_standard(told)


def _standards(
    told: Iterable[ServiceStandard | str | Path],
) -> tuple[ServiceStandard, ...]:
    return tuple(map(_standard, told))


@attrs.frozen(kw_only=True)
class Extension:
    """What is added to a desk under one name.

    Args:
        name: What it is called when something about it is wrong.
        aggregates: Kinds of record, and how their histories become a state.
        policies: Classes of rules "whenever … then …".
        read_models: What is kept ready for questions.
        counters: How a counter is opened, by the name it has at the desk.
        standards: Standards, or the TOML files they stand in.
    """

    name: str
    aggregates: tuple[Aggregate, ...] = attrs.field(default=(), converter=tuple[Aggregate, ...])
    policies: tuple[type[Policy], ...] = attrs.field(default=(), converter=tuple[type[Policy], ...])
    read_models: tuple[Observer, ...] = attrs.field(default=(), converter=tuple[Observer, ...])
    counters: Mapping[str, Callable[[Office], Any]] = attrs.field(factory=dict)
    standards: tuple[ServiceStandard, ...] = attrs.field(default=(), converter=_standards)


#: What the desk knows without any extension.
HOUSE = Extension(
    name="servicecore",
    aggregates=AGGREGATES.values(),
    policies=POLICIES,
    read_models=(
        ReadModel(name=deadlines.NAME, observe=deadlines.observe, version=deadlines.VERSION),
        *FACTS.values(),
    ),
)


@attrs.frozen(kw_only=True)
class Known:
    """Everything a desk knows: what the house brings, and what extensions add."""

    aggregates: Mapping[str, Aggregate]
    policies: tuple[type[Policy], ...]
    read_models: Mapping[str, Observer]
    counters: Mapping[str, Callable[[Office], Any]]
    standards: Mapping[str, ServiceStandard]

    @classmethod
    def of(cls, extensions: Iterable[Extension] = ()) -> Self:
        """Return what the house, the packages installed here, and *extensions* bring.

        Raises:
            ExtensionError: If one cannot be loaded, or two bring something of the same name.
        """
        every: list[Extension] = []
        for each in (HOUSE, *installed(), *extensions):
            if each not in every:  # One that is both installed and listed is one.
                every.append(each)
        policies = _by_name(every, "policy", lambda e: _named(e.policies, "name"))
        return cls(
            aggregates=_by_name(every, "kind of record", lambda e: _named(e.aggregates, "kind")),
            policies=tuple(policies.values()),
            read_models=_by_name(every, "read model", lambda e: _named(e.read_models, "name")),
            counters=_by_name(every, "counter", lambda e: e.counters.items()),
            standards=_by_name(every, "standard", lambda e: _named(e.standards, "id")),
        )

    def fold_of(self, subject: str) -> Fold[Any]:
        """Return how the history of *subject* becomes a state.

        Raises:
            UnknownKindError: If nothing here knows such records.
        """
        kind, _, _ = subject.partition("/")
        if kind not in self.aggregates:
            msg = f"nothing here knows what a {kind!r} is ({subject}); is an extension missing?"
            raise UnknownKindError(msg)
        return self.aggregates[kind].fold


@cache
def installed() -> tuple[Extension, ...]:
    """Return the extensions of the packages installed here, by the names of their entry points.

    Raises:
        ExtensionError: If one cannot be loaded; without its rules the desk would be another.
    """
    return tuple(map(_loaded, sorted(entry_points(group=ENTRY_POINTS))))


def _loaded(entry_point: EntryPoint) -> Extension:
    where = f"extension {entry_point.name!r} ({entry_point.value})"
    try:
        extension = entry_point.load()
    except Exception as error:
        msg = f"{where} cannot be loaded: {error!r}"
        raise ExtensionError(msg) from error
    if not isinstance(extension, Extension):
        msg = f"{where} must be an Extension, got {extension!r}"
        raise ExtensionError(msg)
    return extension


def _named(things: Iterable[T], name: str) -> list[tuple[str, T]]:
    return [(getattr(each, name), each) for each in things]


def _by_name(
    extensions: Iterable[Extension],
    what: str,
    brought: Callable[[Extension], Iterable[tuple[str, T]]],
) -> dict[str, T]:
    known: dict[str, T] = {}
    by: dict[str, str] = {}
    for extension in extensions:
        for name, thing in brought(extension):
            if name in known:
                msg = (
                    f"extension {extension.name!r} brings the {what} {name!r}, "
                    f"which {by[name]!r} has brought already"
                )
                raise ExtensionError(msg)
            known[name], by[name] = thing, extension.name
    return known
