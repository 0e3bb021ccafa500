"""The cards of the page: each answers one question, with a plot and the numbers under it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate
from unicodedata import east_asian_width

from ..projections.answer import Measured
from ..projections.scorecards import FEW
from . import drawing, figures
from .customers import customers
from .drawing import Row, Series
from .figures import percent, whole
from .findings import Findings, by_group
from .layout import card, key, note, numbers
from .shares import SHARES
from .words import Words

_PRIORITIES = 4  #: As many lines as can be told apart.
_WEAKEST = 8
_LONGEST = 25  #: Letters that fit beside a bar; a Chinese one is as wide as two.


def cards(found: Findings, words: Words) -> Iterator[str]:
    """Yield every card that has something to tell."""
    for each in (first_response, kept_promises, in_and_out, glance, ages, waits, complaints):
        yield from each(found, words)
    for each in (weak_points, dimensions, customers, teams, people, behind):
        yield from each(found, words)


# --- Tickets over time -----------------------------------------------------------------


def first_response(found: Findings, words: Words) -> Iterator[str]:
    """Tell how long customers wait for a person."""
    told = by_group(found.by_time, "first_response")
    longest = max((each.p95 or 0.0 for each in told.values()), default=0.0)
    if not told:
        return
    unit, tell = figures.axis(longest)
    courses = {
        name: [None if each is None else each / unit for each in found.course("first_response", of)]
        for name, of in (("P50", _p50), ("P90", _p90), ("P95", _p95))
    }
    series = [
        Series(name=name, values=values, style=style)
        for (name, values), style in zip(courses.items(), ("s0", "s3", "s2"), strict=True)
    ]
    title = words("First response")
    plot = drawing.lines(series, times=found.times, label=title, told=tell)
    counts = found.course("first_response", _n)
    rows = [
        (time, _or_dash(n, whole), *(_or_dash(values[at], tell) for values in courses.values()))
        for at, (time, n) in enumerate(zip(found.times, counts, strict=True))
    ]
    question = words("How long do customers wait for a person, on the clock of the promise?")
    why = words("P90 and P95 of fewer than 10 answers are not told.")
    under = note(why) + numbers(words, (words(found.unit), "n", *courses), rows)
    yield card(title, question, plot, under=under)


def kept_promises(found: Findings, words: Words) -> Iterator[str]:
    """Tell which priority drifts."""
    told = by_group(found.by_priority, "resolution_attainment")
    weight: dict[str, int] = {}
    for group, each in told.items():
        priority = dict(group)["priority"]
        weight[priority] = weight.get(priority, 0) + each.n
    most = sorted(weight, key=lambda each: (-weight[each], each))[:_PRIORITIES]
    if not most:
        return
    series, rows = [], []
    for style, priority in zip(("s2", "s1", "s0", "s3"), sorted(most), strict=False):
        of = (("priority", priority),)
        name = priority or words("not told")
        values = found.along(told, _value, of)
        series.append(
            Series(
                name=name,
                values=values,
                lows=found.along(told, lambda each: each.low, of),
                highs=found.along(told, lambda each: each.high, of),
                style=style,
            )
        )
        for time in found.times:
            figure = told.get(frozenset({*of, (found.unit, time)}))
            if figure is not None and figure.value is not None:
                cells = (percent(figure.value), figures.sure(figure))
                rows.append((time, name, whole(figure.n), *cells))
    title = f"{words('Kept promises')}: {words.of('resolution')}"
    plot = drawing.lines(series, times=found.times, label=title, told=percent, share=True)
    head = (words(found.unit), words("priority"), "n", words("share"), words("95 % interval"))
    question = words("Which priority drifts? Bands are 95 % intervals.")
    yield card(title, question, plot, under=numbers(words, head, rows))


def in_and_out(found: Findings, words: Words) -> Iterator[str]:
    """Tell whether we keep up with what comes in."""
    opened = found.course("tickets_opened", _value)
    resolved = found.course("tickets_resolved", _value)
    stock = found.course("backlog", _n)
    if not any(opened):
        return
    bars = [
        Series(name=words("opened"), values=opened, style="s4"),
        Series(name=words("resolved"), values=resolved, style="s0"),
    ]
    line = Series(name=words("to do"), values=stock, style="s2")
    title = words("In and out")
    plot = drawing.flow(bars, line, times=found.times, label=title, told=whole)
    rows = [
        (time, *(_or_dash(each, whole) for each in three))
        for time, *three in zip(found.times, opened, resolved, stock, strict=True)
    ]
    head = (words(found.unit), words("opened"), words("resolved"), words("to do"))
    named = key([("s4", words("opened")), ("s0", words("resolved"))])
    question = words("Do we keep up with what comes in?")
    yield card(title, question, plot, under=named + numbers(words, head, rows))


# --- Tickets of the period ---------------------------------------------------------------


def ages(found: Findings, words: Words) -> Iterator[str]:
    """Tell what has been lying for how long."""
    told = [each for each in found.now if each.measure == "backlog_by_age"]
    if told:
        rows = [_counted(words(_last_of(each)), each) for each in told]
        plot = drawing.bars(rows, label=words("Age of what is to do"), style="s2")
        question = words("What has been lying for how long?")
        yield card(words("Age of what is to do"), question, plot)


def glance(found: Findings, words: Words) -> Iterator[str]:
    """Show every share with what it was before."""
    rows, told = [], []
    for share in SHARES:
        now, before = found.figure(share.measure), found.figure_before(share.measure)
        if now is None or now.value is None:
            continue
        was = None if before is None else before.value
        rows.append(
            Row(
                name=words(share.name),
                value=now.value,
                text=percent(now.value),
                low=now.low,
                high=now.high,
                was=was,
            )
        )
        cells = (percent(now.value), figures.sure(now), whole(now.n), whole(now.open or 0))
        told.append((words(share.name), *cells, "–" if was is None else percent(was)))
    if not rows:
        return
    plot = drawing.dots(rows, label=words("At a glance"), told=percent)
    head = ("figure", "now", "95 % interval", "n", "open", "before")
    under = numbers(words, [words(each) for each in head], told)
    question = words("Dots are this period with its 95 % interval; hollow ones the period before.")
    yield card(words("At a glance"), question, plot, under=under)


def waits(found: Findings, words: Words) -> Iterator[str]:
    """Tell whose turn it was, and how long."""
    parts = (("requester_wait", "ours", "s0"), ("agent_wait", "the customer's", "s1"))
    shown = (*parts, ("on_hold", "on hold", "s3"))
    named = [(style, words(name)) for _, name, style in shown]
    means = {measure: found.figure(measure) for measure, _, _ in shown}
    before = {measure: found.figure_before(measure) for measure, _, _ in shown}
    rows = []
    for when, told in ((words("now"), means), (words("before"), before)):
        lengths = {name: each.value for name, each in told.items() if each and each.value}
        if not lengths:
            continue
        # What is on hold is a part of the time that the customer waits for us.
        lengths["requester_wait"] = lengths.get("requester_wait", 0) - lengths.get("on_hold", 0)
        pieces = tuple(
            (
                style,
                lengths.get(measure, 0.0),
                f"{words(name)} {figures.length(lengths.get(measure, 0.0))}",
            )
            for measure, name, style in shown
        )
        total = sum(lengths.values())
        rows.append(Row(name=when, value=total, text=figures.length(total), parts=pieces))
    if not rows:
        return
    title = words("Where the time goes")
    told_rows = [(row.name, *(figures.length(part[1]) for part in row.parts)) for row in rows]
    under = key(named) + numbers(words, ["", *(name for _, name in named)], told_rows)
    question = words("Mean hours until the resolution: ours, the customer's, and on hold.")
    yield card(title, question, drawing.bars(rows, label=title), under=under)


# --- Complaints and surveys ----------------------------------------------------------------


def complaints(found: Findings, words: Words) -> Iterator[str]:
    """Tell for which step complaints wait."""
    told = [each for each in found.now if each.measure == "complaints_open_by_step"]
    if told:
        rows = [_counted(words(_last_of(each)), each) for each in told]
        plot = drawing.bars(rows, label=words("Open complaints"), style="s1")
        yield card(words("Open complaints"), words("For which step do they wait?"), plot)


def weak_points(found: Findings, words: Words) -> Iterator[str]:
    """Tell what customers complain of."""
    told = [each for each in found.now if each.measure == "weak_points"]
    told.sort(key=lambda each: (-each.n, each.group))
    if told:
        rows = []
        for each in told[:_WEAKEST]:
            group = dict(each.group)
            what = words(group["what"].replace("_", " "))
            rows.append(_counted(_shortened(f"{words(group['of'])}: {what}"), each))
        plot = drawing.bars(rows, label=words("Weak points"), style="s2")
        table = [
            (words(dict(each.group)["of"]), dict(each.group)["what"], whole(each.n))
            for each in told
        ]
        under = numbers(words, ["", words("figure"), "n"], table)
        yield card(words("Weak points"), words("What do customers complain of?"), plot, under=under)


def dimensions(found: Findings, words: Words) -> Iterator[str]:
    """Tell what customers would have us improve first."""
    before = {} if found.before is None else by_group(found.before, "score")
    rows = []
    for group, each in sorted(by_group(found.now, "score").items(), key=lambda one: sorted(one[0])):
        was = before.get(group)
        name = words(dict(group).get("dimension", "").replace("_", " "))
        if each.value is not None:
            rows.append(
                Row(
                    name=name,
                    value=(each.value - 1) / 4,
                    text=f"{each.value:.2f}",
                    was=None if was is None or was.value is None else (was.value - 1) / 4,
                )
            )
    if rows:
        title = words("Satisfaction by dimension")
        plot = drawing.dots(rows, label=title, told=lambda share: f"{1 + 4 * share:g}")
        yield card(title, words("What would customers have us improve first?"), plot)


# --- Who serves -----------------------------------------------------------------------------


def teams(found: Findings, words: Words) -> Iterator[str]:
    """Tell whether each team answers and takes up in time."""
    columns = ("within_outlet_response", "within_outlet_first_handling", "resolution_attainment")
    told = {measure: by_group(found.teams, measure) for measure in columns}
    groups = sorted({group for each in told.values() for group in each}, key=sorted)
    rows = [
        (
            dict(group).get("team", "") or words("not told"),
            whole(max((each[group].n for each in told.values() if group in each), default=0)),
            *(figures.meter(_share_in(told[measure], group)) for measure in columns),
        )
        for group in groups
    ]
    if rows:
        head = (
            "team",
            "n",
            "answered within the standard",
            "taken up within the standard",
            "in time",
        )
        table = figures.table([words(each) for each in head], rows)
        yield card(
            words("Outlets"), words("Does each team answer and take up in time?"), table, wide=True
        )


def people(found: Findings, words: Words) -> Iterator[str]:
    """Tell where coaching or relief is needed."""
    columns = ("resolution_attainment", "first_contact_resolution", "reopen_rate")
    resolved = by_group(found.people, "tickets_resolved")
    told = {measure: by_group(found.people, measure) for measure in columns}
    groups = sorted(resolved, key=lambda group: (dict(group)["priority"], dict(group)["served_by"]))
    rows = [
        (
            dict(group)["served_by"] or words("not told"),
            dict(group)["priority"] or words("not told"),
            whole(resolved[group].n),
            *(figures.meter(_share_in(told[measure], group)) for measure in columns),
        )
        for group in groups
    ]
    few = [n for n, group in enumerate(groups) if resolved[group].few]
    if rows:
        head = ("person", "priority", "resolved", "in time", "first contact", "reopened")
        table = figures.table([words(each) for each in head], rows, few=few)
        question = words("Compare only within one priority; grey rows rest on fewer than 10 cases.")
        yield card(words("Who serves"), question, table, wide=True)


# --- What it is made of ------------------------------------------------------------------------


def behind(found: Findings, words: Words) -> Iterator[str]:
    """Tell of each share which command lists the cases that somebody should look into."""
    rows = []
    for share in SHARES:
        figure = found.figure(share.measure)
        if figure is not None and figure.k is not None and figure.n:
            failures = figure.k if share.less_is_better else figure.n - figure.k
            part = f"report list {share.measure} --only {share.failures}"
            command = found.provenance.command.replace("report html", part, 1)
            rows.append(
                (
                    figures.anchor(share.measure, words(share.name)),
                    f"{whole(failures)} / {whole(figure.n)}",
                    figures.code(command),
                )
            )
    if rows:
        head = (words("figure"), words("failures"), words("the cases"))
        title = words("Behind the figures")
        question = words("Which cases should somebody look into?")
        yield card(title, question, figures.table(head, rows), wide=True)


# ---------------------------------------------------------------------------------------------


def _counted(name: str, figure: Measured) -> Row:
    return Row(name=name, value=float(figure.n), text=whole(figure.n))


def _shortened(name: str) -> str:
    ends = list(accumulate(2 if east_asian_width(each) in "WF" else 1 for each in name))
    if not ends or ends[-1] <= _LONGEST:
        return name
    return f"{name[: bisect_left(ends, _LONGEST)]}…"


def _last_of(figure: Measured) -> str:
    return figure.group[-1][1]


def _share_in(
    told: dict[frozenset[tuple[str, str]], Measured], group: frozenset[tuple[str, str]]
) -> float | None:
    return told[group].value if group in told else None


def _or_dash(value: float | None, tell: drawing.Told) -> str:
    return "–" if value is None else tell(value)


def _value(figure: Measured) -> float | None:
    return figure.value


def _n(figure: Measured) -> float | None:
    return float(figure.n)


def _p50(figure: Measured) -> float | None:
    return figure.p50


def _p90(figure: Measured) -> float | None:
    return figure.p90 if figure.n >= FEW else None


def _p95(figure: Measured) -> float | None:
    return figure.p95 if figure.n >= FEW else None
