"""How a figure of a report is picked out."""

from __future__ import annotations

from servicecore.projections.answer import Answer, Measured


def figure(answer: Answer, measure: str, **group: str) -> Measured:
    """Return the one figure of that measure, of that group."""
    [found] = [each for each in answer[measure] if group.items() <= dict(each.group).items()]
    return found


def share(answer: Answer, measure: str, **group: str) -> tuple[int | None, int]:
    """Return how many of how many."""
    found = figure(answer, measure, **group)
    return found.k, found.n
