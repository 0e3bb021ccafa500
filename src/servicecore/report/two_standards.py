"""A page on which two standards stand side by side: what was kept, and what would have been."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from ..projections.answer import Answer, Group, Measured
from ..projections.side_by_side import WHAT_IF
from . import drawing, figures
from .drawing import Row
from .figures import percent, whole
from .layout import card, document, note
from .words import Words

_SHARE = "_attainment"
_Place = tuple[str, Group]  #: A measure, and the group besides the standard.
_Pair = tuple[_Place, Measured | None, Measured | None]  #: As it was, and as it would be.


def two_standards(told: Answer, *, language: str = "en") -> str:
    """Return kept promises under both standards as one HTML file that needs nothing else.

    *told* is grouped by ``standard``, and by whatever else.

    Raises:
        UnknownLanguageError: If it is not written in that *language*.
    """
    words = Words(language)
    title = words("Two standards side by side")
    pairs = list(_pairs(told))
    body = "".join(_cards(pairs, words)) if pairs else note(words("No cases in this period."))
    when = told.period.name if told.period else words("everything")
    under = f"{when} · {told.zone} · {words('as of')} {told.as_of.isoformat()}"
    return document(title, under, f"<div class=cards>{body}</div>", language=language)


def _cards(pairs: Sequence[_Pair], words: Words) -> Iterator[str]:
    rows, table = [], []
    for (measure, group), was, would_be in pairs:
        name = " · ".join([words.of(measure), *(value or words("not told") for _, value in group)])
        table.append((name, *_told(was), *_told(would_be)))
        if would_be is not None and would_be.value is not None:
            rows.append(
                Row(
                    name=name,
                    value=would_be.value,
                    text=percent(would_be.value),
                    low=would_be.low,
                    high=would_be.high,
                    was=None if was is None else was.value,
                )
            )
    title = words("Kept promises")
    if rows:
        question = words("Hollow dots are what was; filled ones what would have been, with 95 %.")
        yield card(title, question, drawing.dots(rows, label=title, told=percent))
    head = (words("promise"), words("was kept"), "n", words("would be kept"), "n")
    question = words("What either of them does not promise has no figure there.")
    yield card(title, question, figures.table(head, table))


def _told(figure: Measured | None) -> tuple[str, str]:
    if figure is None or figure.value is None:
        return "–", "–"
    return percent(figure.value), whole(figure.n)


def _pairs(told: Answer) -> Iterator[_Pair]:
    """Yield each share as it was and as it would be; one of them where it was not promised."""
    sides: dict[_Place, dict[bool, Measured]] = defaultdict(dict)
    for each in told:
        if each.measure.endswith(_SHARE) and each.n:
            standard = dict(each.group)["standard"]
            rest = tuple(pair for pair in each.group if pair[0] != "standard")
            sides[each.measure, rest][standard.endswith(WHAT_IF)] = each
    for place, side in sides.items():
        yield place, side.get(False), side.get(True)
