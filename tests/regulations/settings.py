"""What a standard says of how the service is set up: departments, channels, hours."""

from __future__ import annotations

from servicecore.standards import load_standard


def said(standard: str, name: str) -> tuple[tuple[str, ...], str]:
    """Return what the shipped *standard* lists under a *name*, and the clause it cites."""
    setting = load_standard(standard).setting(name)
    assert setting is not None, f"{standard} says nothing of {name}"
    return setting.values, setting.clause
