"""For tests of what one builds on this package: given a history, when something is decided, then.

A test on plain events needs nothing else::

    def test_a_device_is_brought_back_once():
        given(LENT, BACK).when(bring_back, at=FRIDAY).refused(AlreadyBackError, match="pump 7")

In pytest, the fixture ``service_desk`` is a desk in memory whose clock can be
moved: ``service_desk.clock.advance(hours=2)`` fires what falls due on the way.
:mod:`.strategies` draws calendars, standards, timelines and histories with
Hypothesis, :class:`OfficeMachine` lets a whole office work, and a storage of
one's own proves itself with :mod:`.conformance`.  Those two need the extra
``testing``.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .desks import MONDAY, DeskOnTrial, DeskOptions, MovableClock, open_desk
    from .machine import OfficeMachine
    from .scenario import Given, given, like
    from .telling import timeline

__all__ = [
    "MONDAY",
    "DeskOnTrial",
    "DeskOptions",
    "Given",
    "MovableClock",
    "OfficeMachine",
    "given",
    "like",
    "open_desk",
    "timeline",
]

#: Fetched when first asked for: pytest loads this room in every run.
_ROOMS = {
    ".desks": ("MONDAY", "DeskOnTrial", "DeskOptions", "MovableClock", "open_desk"),
    ".scenario": ("Given", "given", "like"),
    ".machine": ("OfficeMachine",),
    ".telling": ("timeline",),
}
_FROM = {name: room for room, names in _ROOMS.items() for name in names}


def __getattr__(name: str) -> Any:
    """Fetch a public name when it is first asked for."""
    if name not in _FROM:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(import_module(_FROM[name], __name__), name)
