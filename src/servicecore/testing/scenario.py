"""Given a history, when something is decided or happens, then this goes on record.

It works on plain events and plain decisions: no desk is opened, nothing is stored.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import attrs

from ..desk.extension import Extension, Known
from ..domain.events import CATALOGUE, Provenance, Recorded, stream_of
from ..domain.standard import Rulebook
from ..policies import Consider, Policy, Wanted
from ..standards import shipped_standards
from .telling import differences, indented, timeline, told

_NEW = "nothing on record"


def given(*history: Any, extensions: Iterable[Extension] = ()) -> Given:
    """Begin with these events on record, of one record or of several.

    Events of your own fold by the rules of their *extensions*; those of packages
    installed here need not be listed.
    """
    return Given(history, Known.of(extensions))


def subject_of(event: Any) -> str:
    """Return the record that *event* belongs to: ``ticket/T-1``.

    >>> from servicecore.testing.desks import MONDAY
    >>> from servicecore.domain.ticket import TicketAnswered
    >>> subject_of(TicketAnswered(ticket_id="T-1", by="Lin", is_first=True, at=MONDAY))
    'ticket/T-1'

    Raises:
        LookupError: If it names none.
    """
    kind = CATALOGUE.name_of(type(event)).partition(".")[0]
    names = [field.name for field in attrs.fields(type(event)) if field.name.endswith("_id")]
    if not names:
        msg = f"{type(event).__name__} does not say whose it is: it has no field like '{kind}_id'"
        raise LookupError(msg)
    own = f"{kind}_id" if f"{kind}_id" in names else names[0]
    return f"{kind}/{getattr(event, own)}"


@attrs.frozen
class Given:
    """What is on record when something is decided."""

    history: tuple[Any, ...]
    known: Known = attrs.field(repr=False)

    def when(
        self,
        decide: Callable[..., Iterable[Any]],
        *args: Any,
        about: str | None = None,
        **facts: Any,
    ) -> When:
        """Let *decide* look at the record, and be told *facts*.

        A decision that begins a record is given none.  If several are on record,
        *about* says which it is about: ``"ticket/T-1"``.
        """
        arguments = [*map(told, args), *(f"{name}={told(fact)}" for name, fact in facts.items())]
        return When(
            self,
            f"{getattr(decide, '__name__', decide)}({', '.join(arguments)})",
            lambda: list(decide(*self._state(about), *args, **facts)),
        )

    def whenever(self, event: Any, *, policy: type[Policy] | Policy) -> When:
        """Let *event* happen, and *policy* tell what follows from it."""
        ruled = policy(self._rulebook()) if isinstance(policy, type) else policy
        after = attrs.evolve(self, history=(*self.history, event))
        heard = f"{ruled.name} hears of {timeline([event])}"
        return When(after, heard, lambda: _followed(after, event, ruled))

    def state(self, subject: str) -> Any:
        """Return a record as it is now; None if nothing is on record of it."""
        events = [each for each in self.history if subject_of(each) == subject]
        return self.known.fold_of(subject).over(None, events)

    def _state(self, about: str | None) -> list[Any]:
        subjects = {about} if about else {subject_of(each) for each in self.history}
        if len(subjects) > 1:
            msg = f"several are on record, {sorted(subjects)}: say which it is about, about=…"
            raise ValueError(msg)
        states = [self.state(each) for each in subjects]
        return [each for each in states if each is not None]

    def _rulebook(self) -> Rulebook:
        return Rulebook((*shipped_standards().values(), *self.known.standards.values()))


@attrs.frozen
class Like:
    """An event of which only some facts matter."""

    kind: type
    facts: Mapping[str, Any]

    def __str__(self) -> str:
        """Tell it as a line of a timeline."""
        facts = " ".join(f"{name}={told(fact)}" for name, fact in self.facts.items())
        return f"at some time  {self.kind.__name__}  {facts}".rstrip()

    def fits(self, event: Any) -> bool:
        """Tell whether *event* is one."""
        return isinstance(event, self.kind) and all(
            getattr(event, name) == fact for name, fact in self.facts.items()
        )


def like(kind: type, **facts: Any) -> Like:
    """Expect an event of this kind with these facts, whatever else it tells.

    Raises:
        LookupError: If such events have no fact of that name.
    """
    names = attrs.fields_dict(kind)
    if unknown := facts.keys() - names.keys():
        msg = f"{kind.__name__} has no {min(unknown)!r}; it tells {', '.join(names)}"
        raise LookupError(msg)
    return Like(kind, facts)


@attrs.frozen
class When:
    """Something about to be decided: say what comes of it, or why it is refused."""

    given: Given
    done: str
    _decide: Callable[[], list[Any]] = attrs.field(repr=False)

    def then(self, *expected: Any) -> Given:
        """See to it that exactly these events go on record; none, if none is named.

        Instead of an event, :func:`like` says which of its facts matter.

        Returns:
            What is on record afterwards, for the next step.

        Raises:
            AssertionError: If others do; it shows the timeline.
        """
        got = self._decide()
        if not _are(expected, got):
            wanted = "\n".join(map(_line, expected)) or timeline(())
            raise AssertionError(self._story(wanted, timeline(got), *_why(expected, got)))
        return attrs.evolve(self.given, history=(*self.given.history, *got))

    def refused(self, error: type[Exception], *, match: str = "") -> Given:
        """See to it that the rules refuse it, with a message in which *match* is found.

        Raises:
            AssertionError: If they allow it, or say something else; it shows the timeline.
        """
        wanted = f"{error.__name__}{f' saying {match!r}' if match else ''}"
        try:
            got = self._decide()
        except error as refusal:
            if not re.search(match, str(refusal)):
                said = f"{type(refusal).__name__} saying {str(refusal)!r}"
                raise AssertionError(self._story(wanted, said)) from refusal
            return self.given
        raise AssertionError(self._story(wanted, timeline(got)))

    def _story(self, expected: str, got: str, *why: str) -> str:
        history = timeline(self.given.history) if self.given.history else _NEW
        parts = {"given": history, "when": self.done, "expected": expected, "but got": got}
        if why:
            parts["that is"] = "\n".join(why)
        return "\n".join(f"{name}\n{indented(text)}" for name, text in parts.items())


def _are(expected: Sequence[Any], got: Sequence[Any]) -> bool:
    return len(expected) == len(got) and all(map(_is, expected, got))


def _is(expected: Any, got: Any) -> bool:
    return expected.fits(got) if isinstance(expected, Like) else bool(expected == got)


def _line(expected: Any) -> str:
    return str(expected) if isinstance(expected, Like) else timeline([expected])


def _why(expected: Sequence[Any], got: Sequence[Any]) -> Iterator[str]:
    for one, other in zip(expected, got, strict=False):
        if type(one) is type(other) and one != other:
            yield from (f"{type(one).__name__}.{each}" for each in differences(one, other))


# --- Policies -----------------------------------------------------------------------------


def _followed(given: Given, event: Any, policy: Policy) -> list[Any]:
    """Return what follows from *event*, the last of what is *given*, as a desk carries it out."""
    if not isinstance(event, tuple(policy.listens)):
        return []  # A desk does not even tell it.
    now, decided = given, []
    for wanted in _wanted(given, policy.react(_recorded(given, event))):
        events = list(wanted.decide(now.state(wanted.subject)))
        now = attrs.evolve(now, history=(*now.history, *events))
        decided += events
    return decided


def _wanted(given: Given, asked: Iterable[Wanted | Consider]) -> Iterator[Wanted]:
    for each in asked:
        if isinstance(each, Wanted):
            yield each
        else:
            yield from _wanted(given, each.then(given.state(each.subject)))


def _recorded(given: Given, event: Any) -> Recorded:
    subject = subject_of(event)
    return Recorded(
        event=event,
        position=len(given.history),
        stream=stream_of(subject),
        version=sum(subject_of(each) == subject for each in given.history),
        subject=subject,
        recorded_at=event.at,
        provenance=Provenance(actor="test"),
    )
