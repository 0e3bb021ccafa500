"""Boxes, arrows and words as SVG: no script, and the colours of the page it stands in."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from textwrap import wrap


def picture(label: str, parts: Iterable[str], *, wide: float, high: float) -> str:
    """Return a picture; its *label* is read to those who cannot see it."""
    return (
        f'<svg class="picture" viewBox="0 0 {wide:g} {high:g}" style="max-width: {wide:g}px" '
        f'role="img" aria-label="{escape(label)}">\n'
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" '
        'markerHeight="7" orient="auto"><path class="tip" d="M0,0.5L8,4L0,7.5z"/></marker></defs>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def box(x: float, y: float, wide: float, high: float, style: str = "") -> str:
    """Return a box."""
    shape = f'x="{x:g}" y="{y:g}" width="{wide:g}" height="{high:g}" rx="6"'
    return f'<rect class="{style}" {shape}/>'


def word(x: float, y: float, text: str, *, style: str = "", anchor: str = "start") -> str:
    """Return a word or a few."""
    return (
        f'<text class="{style}" x="{x:g}" y="{y:g}" text-anchor="{anchor}">'
        f"{escape(text, quote=False)}</text>"
    )


def lines(x: float, y: float, told: Iterable[str], *, style: str = "said") -> list[str]:
    """Return lines of text, one below the other."""
    return [word(x, y + 15 * n, line, style=style) for n, line in enumerate(told)]


def folded(text: str, *, wide: float) -> list[str]:
    """Return *text* in lines that are about so *wide*."""
    return wrap(text, max(int(wide / 5.9), 1))


def arrow(*points: tuple[float, float], style: str = "") -> str:
    """Return an arrow through *points*; four of them make a curve."""
    start, *rest = (f"{x:g},{y:g}" for x, y in points)
    bend = "C" if len(points) == 4 else "L"  # noqa: PLR2004  # two ends, two hands
    return f'<path class="way {style}" d="M{start}{bend}{" ".join(rest)}" marker-end="url(#tip)"/>'


def link(x: float, y: float, to: tuple[float, float], *, style: str = "") -> str:
    """Return a curve from left to right, without a tip."""
    half = (x + to[0]) / 2
    return (
        f'<path class="way {style}" d="M{x:g},{y:g}C{half:g},{y:g} {half:g},{to[1]:g} '
        f'{to[0]:g},{to[1]:g}"/>'
    )
