"""The compliance check of a period: when it is due, and what each check of it found.

Read `check` first (what one check tells), then `events` (what can happen),
`compliance` (what its history leaves) and `decisions` (the verbs).  The rules that
are checked are in `servicecore.audit.compliance`.
"""

from . import decisions
from .check import Check, Finding, Verdict
from .compliance import Compliance, evolve
from .events import ComplianceChecked, ComplianceDue, ComplianceEvent, ComplianceScheduled
from .refusals import BeforeLastCheckError

__all__ = [
    "BeforeLastCheckError",
    "Check",
    "Compliance",
    "ComplianceChecked",
    "ComplianceDue",
    "ComplianceEvent",
    "ComplianceScheduled",
    "Finding",
    "Verdict",
    "decisions",
    "evolve",
]
