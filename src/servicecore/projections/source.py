"""What measures are made from: the facts, the standard's figures, and what others tell."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import attrs

from ..domain.standard import Indicator
from .problems import Case, Problems

if TYPE_CHECKING:
    from .cells import Cells
    from .rows import Portion
    from .spells import Patience

#: What a case can be among: *asked* are those that customers were asked about, *lasting*
#: the tickets that were resolved for good, *repeated* those about what had been asked before.
Among = Literal["asked", "lasting", "repeated"]


def _no_columns(_look: Callable[[Sequence[Portion]], Cells]) -> None:
    return None


def _nothing(_part: type[Any] | None) -> Iterable[Any]:
    return ()


@attrs.frozen(kw_only=True)
class Source:
    """What measures are made from: the facts, or a part of each, and the standard's figures.

    *asked* tells what customers were asked about, such as ``ticket/T-1``, and
    *patience* how long one waits before taking a customer for lost; where nobody
    says, nobody is.  *columns* are what the *recorded* measures told of the facts: they return
    what a look at them tells, or nothing if that is not written down.
    """

    facts: Callable[[type[Any] | None], Iterable[Any]] = _nothing
    indicators: tuple[Indicator, ...] = ()
    asked: Callable[[], Collection[str]] = frozenset
    problems: Callable[[], Problems] | None = None
    patience: Patience | None = None
    recorded: Mapping[str, Callable[..., None]] = attrs.field(factory=dict)
    columns: Callable[[Callable[[Sequence[Portion]], Cells]], Cells | None] = _no_columns

    def those(self, among: Among) -> Collection[str]:
        """Return the names of all that are *among* those."""
        if among == "asked":
            return self._asked
        return self._problems.lasting if among == "lasting" else self._problems.repeated

    def allowed(self, indicator: str) -> timedelta | None:
        """Return how long that may take, if the standard says."""
        return self._allowed.get(indicator)

    @cached_property
    def _asked(self) -> Collection[str]:
        return self.asked()

    @cached_property
    def _problems(self) -> Problems:
        return self.problems() if self.problems else Problems.of(self.facts(Case))

    @cached_property
    def _allowed(self) -> dict[str, timedelta | None]:
        return {each.name: each.at_most for each in self.indicators}
