"""The page: what is most important at the top, then the cards, then what it was made from."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path

from . import drawing, figures
from .cards import cards
from .figures import percent, whole
from .findings import Findings
from .shares import SHARES
from .words import Words


def page(found: Findings, *, language: str = "en") -> str:
    """Return the report as one HTML file that needs nothing else.

    Raises:
        UnknownLanguageError: If it is not written in that *language*.
    """
    words = Words(language)
    title = words(found.title)
    body = "".join(cards(found, words)) or f"<p>{escape(words('No cases in this period.'))}</p>"
    return (
        f"<!doctype html><html lang={language}><head><meta charset=utf-8>"
        '<meta name=viewport content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)} – {escape(words(found.period))}</title>"
        f"<style>{_style()}</style></head>"
        f"<body><main>{_header(found, words, title)}"
        f"<div class=tiles>{''.join(_tiles(found, words))}</div>"
        f"<div class=cards>{body}</div>{_footer(found, words)}</main></body></html>\n"
    )


def _style() -> str:
    return Path(__file__).with_name("style.css").read_text(encoding="utf-8")


def _header(found: Findings, words: Words, title: str) -> str:
    told = [words(found.period), found.zone]
    if found.before_period:
        told.append(f"{words('compared with')} {found.before_period}")
    return f"<header><h1>{escape(title)}</h1><p>{escape(' · '.join(told))}</p></header>"


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
