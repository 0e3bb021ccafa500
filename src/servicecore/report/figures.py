"""How figures are told on the page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape

from ..projections.answer import Measured
from ..projections.intervals import newcombe
from ..projections.statistics import Share
from .words import Words

_HOUR, _DAY = 3600.0, 86400.0
_LONG = 4 * _DAY  #: Longer than this is told in days.


def percent(share: float) -> str:
    """Tell a share to a tenth of a percent.

    >>> percent(0.9321), percent(1.0)
    ('93.2%', '100%')
    """
    return f"{100 * share:.1f}".removesuffix(".0") + "%"


def whole(value: float) -> str:
    """Tell a number with its thousands apart."""
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"


def length(seconds: float) -> str:
    """Tell a length of time in the unit that people would use.

    >>> length(90), length(5400), length(864000)
    ('2 min', '1.5 h', '10 d')
    """
    if seconds < _HOUR:
        return f"{seconds / 60:.0f} min"
    unit, name = (_DAY, "d") if seconds >= _LONG else (_HOUR, "h")
    return f"{seconds / unit:.1f}".removesuffix(".0") + f" {name}"


def axis(longest: float) -> tuple[float, Callable[[float], str]]:
    """Return in which unit lengths up to the *longest* are drawn, and how they are told."""
    unit, name = (_DAY, "d") if longest >= _LONG else (_HOUR, "h")
    return unit, lambda value: f"{value:.2f}".rstrip("0").rstrip(".") + f" {name}"


def sure(figure: Measured) -> str:
    """Tell between what a share lies."""
    if figure.low is None or figure.high is None:
        return ""
    return f"{100 * figure.low:.1f}–{100 * figure.high:.1f}"


def change(now: Measured, before: Measured | None, words: Words, *, less_is_better: bool) -> str:
    """Tell how a share differs from the period before; what is not sure has no colour."""
    if before is None or now.value is None or before.value is None or now.k is None:
        return f"<span class=same>{words('none before')}</span>"
    points = f"{100 * (now.value - before.value):+.1f} pp".replace("-", "−")
    interval = newcombe(Share(before.k or 0, before.n), Share(now.k, now.n))
    if interval is None or interval[0] <= 0 <= interval[1]:
        return f"<span class=same>■ {points} · {words('no clear change')}</span>"
    is_up = now.value > before.value
    good = "down" if is_up is less_is_better else "up"
    return f"<span class={good}>{'▲' if is_up else '▼'} {points}</span>"


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *, few: Iterable[int] = ()) -> str:
    """Lay out cells; those that are markup already begin with a tag of ours."""
    grey = set(few)
    body = "".join(
        f"<tr{' class=few' if n in grey else ''}>{''.join(map(_cell, row))}</tr>"
        for n, row in enumerate(rows)
    )
    top = "".join(f"<th scope=col>{escape(each)}</th>" for each in head)
    return (
        f"<div class=scroll><table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>"
    )


class Markup(str):
    """Text that is markup already, made by this page and by nobody else."""

    __slots__ = ()


def meter(share: float | None) -> str:
    """Draw a share as a bar within a table."""
    if share is None:
        return "–"
    return Markup(
        f'<span class=meter><i style="width:{100 * share:.0f}%"></i></span>{percent(share)}'
    )


def lines(texts: Iterable[str]) -> str:
    """Tell several things in one cell, one below the other."""
    told = "<br>".join(map(escape, texts))
    return Markup(f"<span class=why>{told}</span>")


def anchor(name: str, text: str) -> str:
    """Tell something that the page can be opened at: ``page.html#name``."""
    return Markup(f'<span id="{escape(name)}">{escape(text)}</span>')


def code(text: str) -> str:
    """Tell what to type."""
    return Markup(f'<code class="why">{escape(text)}</code>')


def heat(share: float) -> str:
    """Tell a share on a ground that is the deeper the larger it is."""
    return Markup(f'<span class=heat style="--of:{100 * share:.0f}%">{percent(share)}</span>')


def _cell(text: str) -> str:
    return f"<td>{text if isinstance(text, Markup) else escape(text)}</td>"
