"""The page: what is most important at the top, then the cards, then what it was made from."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from . import drawing, figures
from .cards import cards
from .figures import percent, whole
from .findings import Findings
from .layout import document
from .shares import SHARES
from .words import Words


def page(found: Findings, *, language: str = "en") -> str:
    """Return the report as one HTML file that needs nothing else.

    Raises:
        UnknownLanguageError: If it is not written in that *language*.
    """
    words = Words(language)
    body = "".join(cards(found, words)) or f"<p>{escape(words('No cases in this period.'))}</p>"
    tiles = "".join(_tiles(found, words))
    told = f"<div class=tiles>{tiles}</div><div class=cards>{body}</div>{_footer(found, words)}"
    return document(words(found.title), _under(found, words), told, language=language)


def _under(found: Findings, words: Words) -> str:
    told = [words(found.period), found.zone]
    if found.before_period:
        told.append(f"{words('compared with')} {found.before_period}")
    return " · ".join(told)


def _tiles(found: Findings, words: Words) -> Iterator[str]:
    for share in (each for each in SHARES if each.on_top):
        now = found.figure(share.measure)
        if now is None or now.value is None:
            continue
        known = f"{figures.sure(now)} % · n = {whole(now.n)}"
        if share.measure in found.goals:
            known += f" · {words('target')} ≥ {percent(found.goals[share.measure])}"
        course = drawing.spark(found.course(share.measure, lambda each: each.value))
        before = found.figure_before(share.measure)
        change = figures.change(now, before, words, less_is_better=share.less_is_better)
        figure = f'<a href="#{share.measure}">{percent(now.value)}</a>'
        yield _tile(words(share.name), figure, known, f"{course}{change}")
    stock = found.figure("backlog")
    if stock is not None:
        known = f"P50 {figures.length(stock.p50 or 0)} · P95 {figures.length(stock.p95 or 0)}"
        course = drawing.spark(found.course("backlog", lambda each: float(each.n)))
        yield _tile(words("To do"), whole(stock.n), known, course)


def _tile(name: str, figure: str, known: str, under: str) -> str:
    return (
        f"<div class=tile><h3>{escape(name)}</h3><div class=num>{figure}</div>"
        f"<div class=sub>{escape(known)}</div><div class=row>{under}</div></div>"
    )


def _footer(found: Findings, words: Words) -> str:
    made = found.provenance
    told = " · ".join(
        escape(each)
        for each in (
            f"{words('Drawn from the events up to position')} {made.position}",
            f"{words('standard')} {made.standard}",
            f"{words('calendar')} {made.calendar}",
            f"{words('as of')} {made.as_of}",
        )
    )
    newest = f"{escape(words('newest event'))} <code>sha256 {escape(made.fingerprint)}</code>"
    note = escape(words("Times are working times of the clock unless they say wall."))
    again = escape(words("The same figures, byte for byte:"))
    return f"<footer>{told} · {newest}. {note} {again} <code>{escape(made.command)}</code></footer>"
