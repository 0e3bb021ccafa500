"""What plots are made of: lines with bands, bars and dots, as SVG without a script.

Series differ by dash and by the name at their end as well as by colour.
Coordinates are told to a tenth, so that equal figures are equal bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape
from itertools import groupby
from math import floor, log10

import attrs

WIDTH, HEIGHT = 460, 210
LEFT, RIGHT, TOP, BOTTOM = 46, 62, 12, 26
_APART = 13.0  #: Names at the ends of lines stand so far apart.
_MOST_LABELS = 7

Point = tuple[float, float]
Told = Callable[[float], str]


@attrs.frozen(kw_only=True)
class Series:
    """A line: its values in order, None for a gap, and how sure each is."""

    name: str
    values: Sequence[float | None]
    lows: Sequence[float | None] = ()
    highs: Sequence[float | None] = ()
    style: str = "s0"


@attrs.frozen(kw_only=True)
class Scale:
    """From figures to a length on the paper, with round figures to read it by."""

    low: float
    high: float
    start: float
    end: float
    ticks: tuple[float, ...]

    def __call__(self, value: float) -> float:
        """Return where *value* stands."""
        span = self.high - self.low or 1.0
        return self.start + (value - self.low) / span * (self.end - self.start)


def scale_of(values: Iterable[float], *, start: float, end: float, share: bool = False) -> Scale:
    """Return a scale that holds all *values*; one of shares ends at 100 %."""
    known = list(values) or [0.0]
    high = 1.0 if share else max(*known, 0.0) or 1.0
    low = max(min(floor(min(known) * 20 - 1) / 20, 0.95), 0.0) if share else min(*known, 0.0)
    step = _round_step((high - low) / 4)
    first = floor(low / step)
    ticks = [n * step for n in range(first, first + 12)]
    top = high if share else next(each for each in ticks if each >= high - 1e-9)
    kept = tuple(round(each, 9) for each in ticks if low - 1e-9 <= each <= top + 1e-9)
    return Scale(low=min(low, kept[0]), high=top, start=start, end=end, ticks=kept)


# --- Plots ---------------------------------------------------------------------------


def lines(
    series: Sequence[Series],
    *,
    times: Sequence[str],
    label: str,
    told: Told,
    share: bool = False,
    rule: tuple[float, str] | None = None,
) -> str:
    """Draw values over time, with bands of certainty and perhaps a *rule* to keep to."""
    drawn = (values for each in series for values in (each.values, each.lows))
    shown = [value for values in drawn for value in values if value is not None]
    ruled = [rule[0]] if rule else []
    up = scale_of([*shown, *ruled], start=HEIGHT - BOTTOM, end=TOP, share=share)
    across = _across(len(times))
    parts = [_grid(up, told), *_times(times, across)]
    if rule:
        parts.append(_rule(up(rule[0]), rule[1]))
    parts += [_band(each, across, up) for each in series if each.lows]
    for each in series:
        parts += _line(each, times, across, up, told)
    parts += _names(series, up)
    return _svg(label, HEIGHT, parts)


def flow(
    bars: Sequence[Series], stock: Series, *, times: Sequence[str], label: str, told: Told
) -> str:
    """Draw what comes in and goes out as bars, and the stock as a line over them."""
    shown = [value for each in (*bars, stock) for value in each.values if value is not None]
    up = scale_of(shown, start=HEIGHT - BOTTOM, end=TOP)
    inset = (WIDTH - LEFT - RIGHT) / max(len(times), 1) / 2
    across = _across(len(times), inset=inset)
    wide = min(2 * inset * 0.7 / len(bars), 18.0)
    parts = [_grid(up, told), *_times(times, across)]
    for n, each in enumerate(bars):
        for x, time, value in zip(across, times, each.values, strict=True):
            if value:
                left, title = x + (n - len(bars) / 2) * wide, f"{time} {each.name} {told(value)}"
                box = _box(left, up(value), wide - 1, up(0) - up(value), each.style)
                parts.append(_titled(box, title))
    parts += [*_line(stock, times, across, up, told), *_names([stock], up)]
    return _svg(label, HEIGHT, parts)


@attrs.frozen(kw_only=True)
class Row:
    """A figure beside its name; *was* is what it was before."""

    name: str
    value: float
    text: str
    low: float | None = None
    high: float | None = None
    was: float | None = None
    parts: tuple[tuple[str, float, str], ...] = ()  #: Style, value and title of each part.


_ROW, _NAMES = 27, 190


def dots(rows: Sequence[Row], *, label: str, told: Told) -> str:
    """Draw shares as dots with their intervals, and as hollow dots what they were before."""
    scale = scale_of([0.0], start=_NAMES, end=WIDTH - RIGHT, share=True)
    scale = attrs.evolve(scale, low=0.0, ticks=(0.0, 0.25, 0.5, 0.75, 1.0))
    parts = [_upright(scale, told, len(rows))]
    for y, row in _placed(rows):
        parts.append(_text("txt", _NAMES - 8, y + 4, row.name, "end"))
        x = scale(row.value)
        if row.was is not None:
            was = scale(row.was)
            parts.append(f"<line class=rule x1={was:.1f} x2={x:.1f} y1={y:.1f} y2={y:.1f} />")
            parts.append(f"<circle class=was cx={was:.1f} cy={y:.1f} r=4 />")
        if row.low is not None and row.high is not None:
            low, high = scale(row.low), scale(row.high)
            parts.append(f"<line class=whisk x1={low:.1f} x2={high:.1f} y1={y:.1f} y2={y:.1f} />")
        dot = f'<circle class="dot s0" cx={x:.1f} cy={y:.1f} r=4.5 />'
        parts += [_titled(dot, f"{row.name} {row.text}"), _text("txt", WIDTH - 54, y + 4, row.text)]
    return _svg(label, _height(rows), parts)


def bars(rows: Sequence[Row], *, label: str, style: str = "s0") -> str:
    """Draw figures as bars beside their names; a row of parts is a bar of parts."""
    most = max((sum(part[1] for part in row.parts) or row.value for row in rows), default=0.0)
    scale = Scale(low=0.0, high=most or 1.0, start=_NAMES, end=WIDTH - RIGHT, ticks=())
    parts = []
    for y, row in _placed(rows):
        parts.append(_text("txt", _NAMES - 8, y + 4, row.name, "end"))
        x = scale.start
        for kind, value, title in row.parts or ((style, row.value, f"{row.name} {row.text}"),):
            wide = scale(value) - scale.start
            parts.append(_titled(_box(x, y - 8, max(wide, 0.0), 16, kind), title))
            x += wide
        parts.append(_text("txt", x + 6, y + 4, row.text))
    return _svg(label, _height(rows), parts)


@attrs.frozen(kw_only=True)
class Step:
    """From *at* onwards a share is this, and so sure."""

    at: float
    share: float
    low: float
    high: float


def steps(
    down: Sequence[Step],
    *,
    until: float,
    ticks: Sequence[tuple[float, str]],
    label: str,
    told: Told,
) -> str:
    """Draw a share that begins at 100 % and goes down step by step, with its band."""
    whole = Step(at=0.0, share=1.0, low=1.0, high=1.0)
    stairs = [whole, *down]
    up = scale_of([each.low for each in stairs], start=HEIGHT - BOTTOM, end=TOP, share=True)
    across = Scale(low=0.0, high=until, start=LEFT, end=WIDTH - RIGHT, ticks=())
    ends = [*(each.at for each in down), until]
    edges = [
        (each, across(at), across(end))
        for each, at, end in zip(stairs, [0.0, *ends], ends, strict=False)
    ]

    def side(height: Callable[[Step], float]) -> list[tuple[float, float | None]]:
        return [(x, up(height(each))) for each, *both in edges for x in both]

    band = side(lambda each: each.high) + side(lambda each: each.low)[::-1]
    parts = [
        _grid(up, told),
        *(_text("tick", across(at), HEIGHT - 8, name, "middle") for at, name in ticks),
        f'<path class="band s0" d="{_path(band)}Z"/>',
        f'<path class="ln s0" d="{_path(side(lambda each: each.share))}"/>',
        _text("lab s0", WIDTH - RIGHT + 7, up(stairs[-1].share) + 4, told(stairs[-1].share)),
    ]
    return _svg(label, HEIGHT, parts)


def spark(values: Sequence[float | None]) -> str:
    """Draw the course of a figure, small and without axes."""
    known = [value for value in values if value is not None]
    if len(known) < 2:  # noqa: PLR2004  # a line needs two ends
        return ""
    up = Scale(low=min(known), high=max(known), start=26.0, end=4.0, ticks=())
    step = 116 / (len(values) - 1)
    places = [(2 + n * step, None if each is None else up(each)) for n, each in enumerate(values)]
    x, y = next((x, y) for x, y in reversed(places) if y is not None)
    return (
        '<svg class=spark viewBox="0 0 124 30" aria-hidden=true>'
        f'<path class="ln s0" d="{_path(places)}"/>'
        f'<circle class="dot s0" cx={x:.1f} cy={y:.1f} r=3 />'
        "</svg>"
    )


# --- Parts of plots ------------------------------------------------------------------


def _svg(label: str, height: float, parts: Iterable[str]) -> str:
    return (
        f'<div class=plot><svg viewBox="0 0 {WIDTH} {height:g}" role=img '
        f'aria-label="{escape(label)}">{"".join(parts)}</svg></div>'
    )


def _grid(up: Scale, told: Told) -> str:
    right = WIDTH - RIGHT
    return "".join(
        f"<line class=grid x1={LEFT} x2={right} y1={up(each):.1f} y2={up(each):.1f} />"
        + _text("tick", LEFT - 6, up(each) + 3.5, told(each), "end")
        for each in up.ticks
    )


def _upright(scale: Scale, told: Told, rows: int) -> str:
    bottom = 8 + rows * _ROW
    return "".join(
        f"<line class=grid x1={scale(each):.1f} x2={scale(each):.1f} y1=8 y2={bottom} />"
        + _text("tick", scale(each), bottom + 15, told(each), "middle")
        for each in scale.ticks
    )


def _times(times: Sequence[str], across: Sequence[float]) -> list[str]:
    every = -(-len(times) // _MOST_LABELS)
    shown = [
        (x, time) for n, (x, time) in enumerate(zip(across, times, strict=True)) if n % every == 0
    ]
    years = ["", *(time[:4] for _, time in shown)]
    return [
        _text("tick", x, HEIGHT - 8, _short(time, is_new=time[:4] != year), "middle")
        for (x, time), year in zip(shown, years, strict=False)
    ]


def _short(time: str, *, is_new: bool) -> str:
    """Return ``2025-11`` as ``11’25``, or as ``11`` where the year is known; a day as ``11-30``."""
    year, _, rest = time.partition("-")
    if not rest:
        return year
    return f"{rest}’{year[2:]}" if is_new and "-" not in rest else rest


def _line(
    series: Series, times: Sequence[str], across: Sequence[float], up: Scale, told: Told
) -> list[str]:
    places = [
        (x, None if each is None else up(each))
        for x, each in zip(across, series.values, strict=True)
    ]
    points = [
        _titled(
            f'<circle class="pt {series.style}" cx={x:.1f} cy={y:.1f} r=3.2 />',
            f"{time} {series.name} {told(value)}",
        )
        for (x, y), time, value in zip(places, times, series.values, strict=True)
        if y is not None and value is not None
    ]
    return [f'<path class="ln {series.style}" d="{_path(places)}"/>', *points]


def _band(series: Series, across: Sequence[float], up: Scale) -> str:
    known = [
        (x, low, high)
        for x, low, high in zip(across, series.lows, series.highs, strict=True)
        if low is not None and high is not None
    ]
    # What reaches beyond the scale is cut off there: the line is what matters.
    edge: list[tuple[float, float | None]] = [(x, up(min(high, up.high))) for x, _, high in known]
    edge += [(x, up(max(low, up.low))) for x, low, _ in reversed(known)]
    return f'<path class="band {series.style}" d="{_path(edge)}Z"/>' if known else ""


def _names(series: Sequence[Series], up: Scale) -> list[str]:
    """Write the name of each line at its end, none over another."""
    ends = [(up(value), each) for each in series if (value := _last(each.values)) is not None]
    told, above = [], -_APART
    for y, each in sorted(ends, key=lambda end: end[0]):
        above = max(y, above + _APART)
        told.append(_text(f"lab {each.style}", WIDTH - RIGHT + 7, above + 4, each.name))
    return told


def _rule(y: float, text: str) -> str:
    line = f"<line class=rule x1={LEFT} x2={WIDTH - RIGHT} y1={y:.1f} y2={y:.1f} />"
    return line + _text("tick", LEFT + 4, y - 4, text)


def _box(x: float, y: float, wide: float, high: float, style: str) -> str:
    return (
        f'<rect class="bar {style}" x={x:.1f} y={y:.1f} width={wide:.1f} height={high:.1f} rx=2 />'
    )


def _titled(shape: str, title: str) -> str:
    name = shape[1 : shape.index(" ")]
    return f"{shape.removesuffix('/>').rstrip()}><title>{escape(title)}</title></{name}>"


def _text(kind: str, x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text class="{kind}" x={x:.1f} y={y:.1f} text-anchor={anchor}>{escape(text)}</text>'


def _path(places: Iterable[tuple[float, float | None]]) -> str:
    """Return a path through *places*; where there is nothing, it begins anew."""
    runs = (
        list(run)
        for is_there, run in groupby(places, key=lambda each: each[1] is not None)
        if is_there
    )
    return "".join("M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in run) for run in runs)


def _placed(rows: Sequence[Row]) -> list[tuple[float, Row]]:
    return [(22.0 + n * _ROW, row) for n, row in enumerate(rows)]


def _height(rows: Sequence[Row]) -> float:
    return len(rows) * _ROW + 30


def _across(n: int, *, inset: float = 0.0) -> list[float]:
    left, right = LEFT + inset, WIDTH - RIGHT - inset
    if n == 1:
        return [(left + right) / 2]
    return [left + (right - left) * each / (n - 1) for each in range(n)]


def _last(values: Sequence[float | None]) -> float | None:
    return next((each for each in reversed(values) if each is not None), None)


def _round_step(rough: float) -> float:
    """Return 1, 2, 2.5 or 5 times a power of ten, at least *rough*."""
    power = 10.0 ** floor(log10(rough)) if rough > 0 else 1.0
    return next(each * power for each in (1, 2, 2.5, 5, 10) if each * power >= rough - 1e-12)
