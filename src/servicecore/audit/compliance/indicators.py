"""Rules about figures: each indicator of the standard, judged by what reports measure.

Whatever is measured over many cases is held against its bound here; an indicator
that nothing is measured of has nobody to fail.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...domain.compliance import Check, Finding
from ...domain.quality_review import Figure


def checks(figures: Iterable[Figure], *, read_at: int) -> Iterator[Check]:
    """Yield a check for each of the *figures* that a standard gives a bound for."""
    for figure in figures:
        if figure.bound:
            yield _check(figure, read_at)


def _check(figure: Figure, read_at: int) -> Check:
    found = Finding(
        id=figure.name, what=f"{_told(figure)}, expected {figure.bound}", evidence=(read_at,)
    )
    return Check.of(
        f"indicator.{figure.name}",
        clause=figure.clause,
        version="1",
        rule=f"{figure.name.replace('_', ' ').capitalize()} is {figure.bound}.",
        population=figure.n,
        findings=(found,) if figure.is_met is False else (),
    )


def _told(figure: Figure) -> str:
    value = figure.value or 0.0
    if figure.k is not None:
        return f"{figure.k} of {figure.n}, {value:.1%}"
    return f"{value / 3600:.1f} h on average of {figure.n}"
