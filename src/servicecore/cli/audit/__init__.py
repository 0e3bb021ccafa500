"""``servicecore audit``: seal what was recorded, prove it, and look into it."""

from __future__ import annotations

from .. import arguments
from ..arguments import Groups
from . import archive, compliance, evidence, looking, sealing, stamps


def add(groups: Groups) -> None:
    """Add the commands of auditors."""
    commands = arguments.group(groups, "audit", "seal, prove and look into what was recorded")
    sealing.add(commands)
    evidence.add(commands)
    looking.add(commands)
    compliance.add(commands)
    archive.add(commands)
    stamps.add(commands)
