"""Policies: whenever *this* has happened, *that* should follow."""

from .acknowledgement import AcknowledgeAtOnce
from .escalation import EscalateByDeadline
from .starting_level import StartAtTheRightLevel
from .wanted import Due, Policy, Wanted

__all__ = [
    "AcknowledgeAtOnce",
    "Due",
    "EscalateByDeadline",
    "Policy",
    "StartAtTheRightLevel",
    "Wanted",
]
