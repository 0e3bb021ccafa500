"""A desk for somebody in a post: it does and tells what the post allows, and nothing else.

Who somebody is, and in which post, the program around it has to know; here it is
seen to that they do no more, and that what they do stands under their names.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from operator import attrgetter
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import attrs

from ..audit.access_log import AccessLog
from ..audit.keys import Signer
from ..domain.access import AccessDeniedError, AccessRules, Separation
from ..domain.events import CATALOGUE, Recorded
from ..storage import EventLog, open_log

if TYPE_CHECKING:
    from .desk import ServiceDesk

_HIDDEN = frozenset({"log", "standard"})  #: No counters.
_PEOPLE = ("by", "asked_by")  #: The arguments and facts that name who did something.
_WHY = "why"  #: What takes who asked is a command.
_ITSELF = "desk"  #: Who acts where nobody is named: no person.


@attrs.frozen
class ActingDesk:
    """The counters of a desk, as *actor* finds them in the post *role*.

    Every command goes on record with both; one that the post does not allow is
    refused.  What is looked at goes on record in *access_log*, if there is one.
    """

    actor: str
    role: str
    _desk: ServiceDesk
    _rules: AccessRules
    _access_log: AccessLog | None = None
    _opened: EventLog | None = None  #: The log that is ours to close.

    @classmethod
    def of(
        cls,
        desk: ServiceDesk,
        *,
        actor: str,
        role: str,
        rules: AccessRules,
        access_log: str | EventLog | None,
        access_key: Signer | None = None,
    ) -> Self:
        """Let *actor* act at *desk*.

        Raises:
            AccessDeniedError: If nobody is named.
            UnknownRoleError: If there is no such post.
        """
        if not actor.strip():
            msg = f"who acts as {role} must be named, got {actor!r}"
            raise AccessDeniedError(msg)
        rules.role(role)
        kept, opened = access_log, None
        if isinstance(access_log, str):
            kept = opened = open_log(access_log, clock=desk.log.now)
        told = _access_log(kept, access_key) if isinstance(kept, EventLog) else None
        return cls(actor, role, desk, rules, told, opened)

    def __getattr__(self, name: str) -> Guarded:
        """Return a counter, which sees to it that the post allows what is asked of it."""
        counter = None if name.startswith("_") or name in _HIDDEN else getattr(self._desk, name)
        if counter is None or callable(counter):
            msg = f"there is no counter {name!r} for {self.actor} as {self.role}"
            raise AttributeError(msg)
        return Guarded(self, name, counter)

    def counter(self, name: str) -> Guarded:
        """Return a counter that an extension opened.

        Raises:
            LookupError: If none did.
        """
        return Guarded(self, name, self._desk.counter(name))

    def may(self, command: str) -> bool:
        """Tell whether the post allows *command*, such as ``tickets.answer``."""
        return self._rules.may(self.role, command)

    def must_be_let(self, command: str, counter: Any, about: str, told: dict[str, Any]) -> None:
        """Refuse what the post does not allow, or what somebody else has to do.

        Raises:
            AccessDeniedError: Naming the role, the command and who may.
        """
        try:
            self._rules.must_be_allowed(command, actor=self.actor, role=self.role)
            self._must_speak_for_himself(command, told)
            for separation in self._rules.separations_of(command):
                others = list(_others(separation, counter, about))
                separation.must_hold(command, people=self._people(told), others=others)
        except AccessDeniedError as refusal:
            if self._access_log:
                self._access_log.refused(
                    command, about, actor=self.actor, role=self.role, reason=str(refusal)
                )
            raise
        if self._access_log and self._rules.is_question(command):
            self._access_log.asked(command, about, actor=self.actor, role=self.role)

    def _must_speak_for_himself(self, command: str, told: dict[str, Any]) -> None:
        for fact, own in (("actor", self.actor), ("role", self.role)):
            if told.get(fact, own) != own:
                msg = f"{self.actor} as {self.role} may not {command} as {fact} {told[fact]!r}"
                raise AccessDeniedError(msg)

    def _people(self, told: dict[str, Any]) -> Iterator[str]:
        yield self.actor
        yield from (told[each] for each in _PEOPLE if isinstance(told.get(each), str))

    def close(self) -> None:
        """Close the access log if it was opened for this; the desk stays open."""
        if self._opened is not None:
            self._opened.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _access_log(kept: EventLog, key: Signer | None) -> AccessLog:
    return AccessLog(kept) if key is None else AccessLog.sealed(kept, key)


@attrs.frozen
class Guarded:
    """A counter, at which somebody in a post is let do what the post allows."""

    _acting: ActingDesk
    _name: str
    _counter: Any

    def __getattr__(self, verb: str) -> Any:
        """Return what does *verb* if that is allowed; a fact is asked for at once."""
        found = None if verb.startswith("_") else inspect.getattr_static(self._counter, verb, None)
        if isinstance(found, property):
            self._acting.must_be_let(f"{self._name}.{verb}", self._counter, "", {})
            return getattr(self._counter, verb)
        if not inspect.isfunction(found):
            msg = f"the counter {self._name!r} has no command {verb!r}"
            raise AttributeError(msg)
        return self._guarded(verb, getattr(self._counter, verb))

    def _guarded(self, verb: str, carry_out: Callable[..., Any]) -> Callable[..., Any]:
        acting, takes = self._acting, inspect.signature(carry_out)
        signed = {
            name: value
            for name, value in (("actor", acting.actor), ("role", acting.role))
            if name in takes.parameters or _WHY in takes.parameters
        }

        @wraps(carry_out)
        def let(*args: Any, **told: Any) -> Any:
            known = takes.bind_partial(*args, **told).arguments
            first = next(iter(known.values()), "")  # What it is about stands first.
            about = first if isinstance(first, str) else ""
            facts = {**known, **known.get(_WHY, {})}
            acting.must_be_let(f"{self._name}.{verb}", self._counter, about, facts)
            return carry_out(*args, **{**told, **signed})

        return let


def _others(separation: Separation, counter: Any, about: str) -> Iterable[str]:
    """Yield whom the deed is kept from; of a record that is not there, nobody."""
    try:
        if separation.is_named:
            return [attrgetter(separation.is_named)(counter.get(about))]
        history: list[Recorded] = counter.history(about)
    except LookupError:
        return []
    done = [each for each in history if _name_of(each.event) in separation.did]
    return [person for last in done[-1:] for person in _doers(last)]


def _doers(recorded: Recorded) -> Iterator[str]:
    if recorded.provenance.actor != _ITSELF:
        yield recorded.provenance.actor
    yield from (who for each in _PEOPLE if (who := getattr(recorded.event, each, "")))


def _name_of(event: Any) -> str:
    return CATALOGUE.name_of(type(event)).partition("@")[0]
