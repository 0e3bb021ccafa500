"""What a policy answers: it only says what should happen, and somebody else makes it happen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar, Protocol

import attrs

from ..domain.events import Recorded
from ..domain.standard import Rulebook


@attrs.frozen
class Wanted:
    """Something that should be decided about *subject*, given its state at that moment."""

    subject: str
    decide: Callable[[Any], Iterable[Any]]


@attrs.frozen
class Consider:
    """A look at *subject* first: *then* says what should happen, given its state.

    The state is None if nothing is on record of it.
    """

    subject: str
    then: Callable[[Any], Iterable[Wanted | Consider]]


@attrs.frozen
class Due(Wanted):
    """Something that time has brought about; *told_by* is the event that set the deadline."""

    told_by: str = attrs.field(kw_only=True)
    correlation_id: str = attrs.field(kw_only=True)


class Policy(Protocol):
    """A rule of the form "whenever … then …", under the *name* and *version* it has on record."""

    def __init__(self, rulebook: Rulebook) -> None:
        """Know the standards that cases are served under."""

    name: ClassVar[str]  #: The name on record of whatever it causes.
    version: ClassVar[str]  #: The version of its rule.
    listens: ClassVar[tuple[type, ...]]  #: The kinds of event it reacts to; others pass it by.

    def react(self, recorded: Recorded) -> Sequence[Wanted | Consider]:
        """Tell what should follow from this event."""
