"""Every fault by its name, with the story that is told of it and where it can strike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random

import attrs

from tests.postgresql import Cluster

from . import astray, disk, killed, plug, server, together
from .places import POSTGRESQL, SQLITE, Place, a_place

#: Lets the fault strike at a place, and returns how many commands were sent.
Story = Callable[[Place, Random], int]


@attrs.frozen
class Fault:
    """Something that goes wrong, and at which kinds of place it can."""

    story: Story
    kinds: tuple[str, ...] = (SQLITE, POSTGRESQL)

    @property
    def told(self) -> str:
        """What happens, in a sentence."""
        return (self.story.__doc__ or "").splitlines()[0]

    def strike(self, kind: str, seed: int, cluster: Cluster | None) -> int:
        """Let it happen with *seed*; return how many commands were sent."""
        with a_place(kind, cluster) as place:
            luck = Random(f"{self.story.__name__} {seed}")  # noqa: S311 - it has to be told again
            return self.story(place, luck)


FAULTS: Mapping[str, Fault] = {
    "a writer is killed": Fault(killed.a_writer),
    "a worker is killed": Fault(killed.a_worker),
    "a rebuild is killed": Fault(killed.a_rebuild),
    "the plug is pulled": Fault(plug.pulled, (SQLITE,)),
    "the server is killed": Fault(server.killed, (POSTGRESQL,)),
    "connections are cut": Fault(server.connections_cut, (POSTGRESQL,)),
    "the disk is full": Fault(disk.full),
    "six on the same deadlines": Fault(together.on_the_same_deadlines),
    "eight on one ticket": Fault(together.on_one_ticket),
    "eight on a new log": Fault(together.on_a_new_log),
    "commands doubled and reordered": Fault(together.doubled_and_reordered),
    "the clock set back": Fault(astray.clock_set_back),
    "a poison event": Fault(astray.poison),
}
