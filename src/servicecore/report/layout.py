"""What cards are laid out with: a title, a question, a plot, and the numbers under it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from . import figures
from .words import Words


def document(title: str, under: str, body: str, *, language: str) -> str:
    """Return one HTML file that needs nothing else, with a line *under* its title."""
    named = f"{title} – {under.partition(' · ')[0]}"
    style = Path(__file__).with_name("style.css").read_text(encoding="utf-8")
    return (
        f"<!doctype html><html lang={language}><head><meta charset=utf-8>"
        '<meta name=viewport content="width=device-width,initial-scale=1">'
        f"<title>{escape(named)}</title><style>{style}</style></head><body><main>"
        f"<header><h1>{escape(title)}</h1><p>{escape(under)}</p></header>"
        f"{body}</main></body></html>\n"
    )


def card(title: str, question: str, plot: str, *, under: str = "", wide: bool = False) -> str:
    """Return one card."""
    return (
        f'<section class="card{" wide" if wide else ""}"><h2>{escape(title)}</h2>'
        f"<p class=q>{escape(question)}</p>{plot}{under}</section>"
    )


def numbers(words: Words, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return the table under a plot."""
    told = figures.table(head, rows)
    return f"<details><summary>{escape(words('Numbers'))}</summary>{told}</details>"


def note(text: str) -> str:
    """Return a remark under a plot."""
    return f"<p class=note>{escape(text)}</p>"


def key(styles: Sequence[tuple[str, str]]) -> str:
    """Return which style stands for what."""
    told = "".join(f'<i class="key {style}"></i>{escape(name)}' for style, name in styles)
    return f"<p class=note>{told}</p>"
