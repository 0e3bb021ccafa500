"""What an event is: something that happened, kept under a name that lasts.

A class declared with :func:`event` is frozen and has the name under which it
stands in the history for ever.  Classes get renamed and modules get moved; the
name on record does not change, so a history written today can still be read in
three years.  When the stored form of an event must change, the new form gets a
new version (``ticket.opened@2``), and an :func:`upcast` tells how an old record
reads today.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar, dataclass_transform
from uuid import UUID, uuid5

import attrs

from .moments import instant

T = TypeVar("T")
Fields = dict[str, Any]  #: A stored event as plain JSON values.
Upcast = Callable[[Fields], Fields]

IMPORT = "import/"  #: Begins the rule under which another system's history stands on record.

_NAME = re.compile(r"[a-z][a-z_]*\.[a-z][a-z_]*(@([2-9]|[1-9][0-9]+))?")
#: The namespace of all streams; ours alone, and never to be changed.
STREAMS = UUID("6f4a2c1e-5d0b-5a7e-9b51-3c8f1d2e7a90")


class EventDeclarationError(TypeError):
    """An event class was declared in a way that would make histories unreadable."""


class UnknownEventError(LookupError):
    """A history holds an event under a name that nobody declared."""


class ImpossibleHistoryError(Exception):
    """A history tells something that cannot have happened: the auditor's alarm."""


@attrs.frozen
class Catalogue:
    """Every event there is, by the name it has on record.

    One catalogue serves a program; tests make their own.
    """

    _classes: dict[str, type] = attrs.field(factory=dict)
    _names: dict[type, str] = attrs.field(factory=dict)
    _aliases: dict[str, str] = attrs.field(factory=dict)
    _upcasts: dict[str, tuple[str, Upcast]] = attrs.field(factory=dict)

    def declare(self, name: str, cls: type, *, aliases: Iterable[str] = ()) -> None:
        """Put *cls* on record under *name*, and under *aliases* it had before."""
        if not _NAME.fullmatch(name):
            msg = (
                f"{cls.__qualname__}: {name!r} is not an event name; "
                "expected one like 'ticket.opened' or 'ticket.opened@2'"
            )
            raise EventDeclarationError(msg)
        for each in (name, *aliases):
            self._must_be_free(each, cls)
        self._classes[name], self._names[cls] = cls, name
        self._aliases.update(dict.fromkeys(aliases, name))

    def declare_upcast(self, old: str, new: str, upcast: Upcast) -> None:
        """Put on record how an event stored as *old* reads as *new*."""
        if old in self._upcasts:
            msg = f"{old!r} already has an upcast, to {self._upcasts[old][0]!r}"
            raise EventDeclarationError(msg)
        if old in self._forms_after(new):
            msg = f"the upcast of {old!r} to {new!r} leads back to itself"
            raise EventDeclarationError(msg)
        self._upcasts[old] = (new, upcast)

    def name_of(self, cls: type) -> str:
        """Return the name *cls* was declared under.

        Raises:
            EventDeclarationError: If it was not declared.
        """
        try:
            return self._names[cls]
        except KeyError:
            msg = f"{cls.__qualname__} is not an event: declare it with @event('...')"
            raise EventDeclarationError(msg) from None

    def resolve(self, stored: str) -> tuple[type, tuple[Upcast, ...]]:
        """Return the class that reads events stored as *stored*, and the upcasts on the way.

        Raises:
            UnknownEventError: If no class and no upcast has that name.
        """
        name, upcasts = self._aliases.get(stored, stored), []
        while name not in self._classes:
            if name not in self._upcasts:
                msg = f"no event is declared as {stored!r}"
                raise UnknownEventError(msg)
            name, upcast = self._upcasts[name]
            upcasts.append(upcast)
        return self._classes[name], tuple(upcasts)

    def classes(self) -> Mapping[str, type]:
        """Return every event class of today, by name."""
        return dict(self._classes)

    def check(self) -> None:
        """See to it that every version ever declared can still be read.

        Raises:
            EventDeclarationError: If a version below the newest has neither a class
                nor an upcast nor an alias, or an upcast leads nowhere.
        """
        for name, cls in self._classes.items():
            for older in _versions_before(name):
                if not self._reads(older):
                    msg = f"{cls.__qualname__} is {name!r}, but no upcast reads {older!r}"
                    raise EventDeclarationError(msg)
        for old, (new, _) in self._upcasts.items():
            if new not in self._classes and new not in self._upcasts:
                msg = f"the upcast of {old!r} leads to {new!r}, which no class declares"
                raise EventDeclarationError(msg)

    def _reads(self, name: str) -> bool:
        return name in self._classes or name in self._upcasts or name in self._aliases

    def _forms_after(self, name: str) -> list[str]:
        forms = [name]
        while forms[-1] in self._upcasts:
            forms.append(self._upcasts[forms[-1]][0])
        return forms

    def _must_be_free(self, name: str, cls: type) -> None:
        taken = self._classes.get(name) or self._classes.get(self._aliases.get(name, ""))
        if taken is not None:
            msg = f"{cls.__qualname__}: {name!r} already names {taken.__qualname__}"
            raise EventDeclarationError(msg)


#: The events of this program; :func:`event` and :func:`upcast` write here.
CATALOGUE = Catalogue()


# --- What tells of a person ---------------------------------------------------------

_PERSONAL = "servicecore/personal"


@attrs.frozen(kw_only=True)
class Personal:
    """What is special about a personal field; see :func:`personal`."""

    of_each: bool = False
    recognisable: bool = False


def personal(*, of_each: bool = False, recognisable: bool = False, **options: Any) -> Any:
    """Declare an event field that tells who a customer is, how to reach them, or what they said.

    A log with a key store seals it under the customer's own key, so that it can be
    forgotten without touching the record.  No ``repr`` shows it: error messages and
    logs quote events.

    Args:
        of_each: The field is a mapping with an entry for each of many customers, by
            their ids, and each entry is sealed under the key of its own customer.
        recognisable: Figures need to tell whether two records of one customer say the
            same, such as the same fault; they can, without being able to read it.
        options: What :func:`attrs.field` takes.
    """
    marked = Personal(of_each=of_each, recognisable=recognisable)
    return attrs.field(metadata={_PERSONAL: marked}, repr=_unsaid, **options)


def personal_fields(cls: type) -> Mapping[str, Personal]:
    """Return the personal fields of an event class."""
    fields = attrs.fields(cls)  # every event is an attrs class
    return {each.name: each.metadata[_PERSONAL] for each in fields if _PERSONAL in each.metadata}


def _unsaid(value: object) -> str:
    return "<personal>" if value else repr(value)


# --- Declaring ----------------------------------------------------------------------


@dataclass_transform(
    frozen_default=True, kw_only_default=True, field_specifiers=(attrs.field, instant, personal)
)
def fact(cls: type[T]) -> type[T]:
    """Declare what several events have in common; it has no name of its own on record."""
    return attrs.frozen(cls, kw_only=True)


@dataclass_transform(
    frozen_default=True, kw_only_default=True, field_specifiers=(attrs.field, instant, personal)
)
def event(
    name: str, *, aliases: Iterable[str] = (), catalogue: Catalogue = CATALOGUE
) -> Callable[[type[T]], type[T]]:
    """Declare an event under the name it keeps in the history for ever.

    Args:
        name: Aggregate and past tense, such as ``"ticket.opened"``; later forms
            add their version, ``"ticket.opened@2"``.
        aliases: Names under which older histories hold the same event.
        catalogue: Where the name is kept; tests pass their own.

    Raises:
        EventDeclarationError: If the name is not one, is taken, or the class
            does not say when the event happened (``at``).
    """

    def declare(cls: type[T]) -> type[T]:
        frozen = attrs.frozen(cls, kw_only=True)
        fields = list(attrs.fields_dict(frozen))  # type: ignore[arg-type]  # attrs made it
        if "at" not in fields:
            msg = f"{cls.__qualname__} must say when it happened: add 'at: datetime = instant()'"
            raise EventDeclarationError(msg)
        if hidden := [each for each in fields if each.startswith("_")]:
            msg = f"{cls.__qualname__}: {hidden[0]!r} would be lost in storage; name it openly"
            raise EventDeclarationError(msg)
        catalogue.declare(name, frozen, aliases=aliases)
        return frozen

    return declare


def upcast(old: str, *, to: str, catalogue: Catalogue = CATALOGUE) -> Callable[[Upcast], Upcast]:
    """Declare how an event stored as *old* reads as its newer form *to*.

    The function takes the stored fields as plain JSON values and returns those
    of the newer form.
    """

    def declare(function: Upcast) -> Upcast:
        catalogue.declare_upcast(old, to, function)
        return function

    return declare


def with_facts(event: T, **facts: Any) -> T:
    """Return *event* telling these *facts* too."""
    told: T = attrs.evolve(event, **facts)  # type: ignore[misc]  # every event is an attrs class
    return told


def stream_of(subject: str) -> UUID:
    """Return the stream that keeps the history of *subject*, such as ``"ticket/T-1"``."""
    return uuid5(STREAMS, subject)


@attrs.frozen(kw_only=True)
class Provenance:
    """Who did something, as what, and why.

    *rule* names the regulation or policy that asked for it, *causation_id* the
    event it follows from, and *correlation_id* the chain of events it belongs to.
    """

    actor: str
    role: str | None = None
    command_id: str | None = None
    correlation_id: str | None = None
    causation_id: str | None = None
    rule: str | None = None
    rule_version: str | None = None


@attrs.frozen(kw_only=True)
class Recorded:
    """An event with all that the log knows of it.

    *position* is its place in the whole log, *version* its place in the history
    of its *subject*.  *recorded_at* is when we learnt of it; when it happened in
    the world is :attr:`occurred_at`.
    """

    event: Any
    position: int
    stream: UUID
    version: int
    subject: str
    recorded_at: datetime
    provenance: Provenance

    @property
    def id(self) -> str:
        """The identity of this record: its subject and its place there."""
        return f"{self.subject}#{self.version}"

    @property
    def is_imported(self) -> bool:
        """Whether it is the history of another system, taken over as it was."""
        return (self.provenance.rule or "").startswith(IMPORT)

    @property
    def occurred_at(self) -> datetime:
        """When it happened in the world."""
        moment: datetime = self.event.at
        return moment


def _versions_before(name: str) -> list[str]:
    base, _, version = name.partition("@")
    newest = int(version or 1)
    return [base if each == 1 else f"{base}@{each}" for each in range(1, newest)]
