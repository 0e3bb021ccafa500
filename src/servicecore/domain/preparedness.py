"""What may happen, and who answers for it: the words of plans, drills and emergencies."""

from __future__ import annotations

from enum import Enum

import attrs

from .choices import one_of
from .refusals import RefusedError, must_be_told

EMERGENCY = "emergency"  #: The topic of trainings that an emergency plan counts (om2025:7.3b).


class UnknownScenarioError(RefusedError, ValueError):
    """Nobody has planned for something of that kind (om2025:7.1c, om2025:7.3a)."""


class Scenario(Enum):
    """What may happen, and is rehearsed (om2025:7.1c, om2025:7.3a)."""

    COMPLAINT = "complaint"
    EQUIPMENT_FAULT = "equipment_fault"
    SYSTEM_DOWN = "system_down"
    NATURAL_DISASTER = "natural_disaster"

    @classmethod
    def told_as(cls, word: Scenario | str, *, whose: str) -> Scenario:
        """Return the scenario that *word* names.

        Raises:
            UnknownScenarioError: If it names none.
        """
        return one_of(
            cls,
            word,
            called=f"{whose}: scenario",
            refusal=UnknownScenarioError,
            clause="om2025:7.1c, om2025:7.3a",
        )


@attrs.frozen(kw_only=True)
class ResponseLevel:
    """A level of response: what is done then, and who answers for it (om2025:7.1d)."""

    name: str
    process: str
    responsible: str

    def must_be_whole(self) -> None:
        """Refuse a level without a process or a responsible person.

        Raises:
            IncompleteError: Naming what is missing.
        """
        must_be_told(name=self.name, process=self.process, responsible=self.responsible)
