"""The year told on a terminal: what was promised, what was kept, and the worst of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from zoneinfo import ZoneInfo

from ...desk import ServiceDesk
from ...domain.sla import State
from ...domain.standard import ServiceStandard
from ..figures import percent
from ..output import table, to_the_minute, words, wrapped
from ..telling import story
from . import chapters
from .findings import Findings, Lateness, class_of
from .lives import END, START

CLASSES = ("A", "B", "C")
_CHAPTERS = {
    "Who complained, and how it ended": chapters.complaints,
    "Who came, and who left": chapters.customers,
    "What customers said": chapters.voices,
    "Warranties, parts, maintenance": chapters.products,
    "Prepared for the worst": chapters.people,
    "The quality of each quarter, and what was learnt": chapters.quality,
}
_LEVELS = ("whoever had it", "supervisor", "manager")
_ENDS = ("open", "paused", "resolved", "closed", "cancelled", "merged")
_WORST = 5


def tale(desk: ServiceDesk, found: Findings, *, seed: int, refused: Counter[str]) -> Iterator[str]:
    """Yield the lines of the story."""
    zone = desk.standard.calendar.zone
    yield from _title("A year of a service organisation")
    yield wrapped(
        f"From {START} up to {END}, times in {zone.key}. {len(found.tickets)} requests for help "
        f"were served under {desk.standard.title} ({desk.standard.reference}). "
        "The desk works in shifts, every day but the first three of the Chinese new year, "
        f"28 to 30 January. What people do is made up (seed {seed}); the promises, the "
        "deadlines and the figures are computed by the desk as for real customers."
    )
    yield from _chapter("What came in")
    yield from _what_came_in(found)
    yield from _chapter("What was promised, and what became of it")
    yield from _promises(found)
    yield from _chapter("Who had to be told")
    yield from _escalations(found)
    yield ""
    yield wrapped(" ".join(when_somebody_is_told(desk.standard)))
    for title, told in _CHAPTERS.items():
        yield from _chapter(title)
        yield from told(desk, found)
    if refused:
        yield from _chapter("What was refused")
        yield from chapters.refusals(refused)
    if found.late:
        yield from _chapter("The latest of all")
        yield from _latest(found)
        yield from _chapter(f"The whole story of {found.late[0].ticket.id}")
        yield from _worst(desk, found.late[0], zone)
    yield from _chapter("Does what is on record agree?")
    yield from _check(found, desk.log.head())


def _what_came_in(found: Findings) -> Iterator[str]:
    ends = Counter((class_of(each), each.status.value) for each in found.tickets)
    classes = [each for each in (*CLASSES, "-") if any(key[0] == each for key in ends)]
    rows = [
        (_class(each), *(str(ends[each, end]) for end in _ENDS), str(_sum(ends, each)))
        for each in classes
    ]
    totals = [sum(ends[each, end] for each in classes) for end in _ENDS]
    rows.append(("all", *map(str, totals), str(sum(totals))))
    yield table(rows, head=("now", *_ENDS, "all"), right=range(1, 8))
    yield ""
    yield wrapped(
        f"On the way, {found.happened('TicketAnswered')} answers were given, "
        f"{found.happened('TicketPaused')} pauses made, "
        f"{found.happened('TicketPriorityChanged')} priorities changed, and "
        f"{found.happened('TicketReopened')} tickets reopened."
    )


def _promises(found: Findings) -> Iterator[str]:
    rows = [
        (
            words(clock),
            priority,
            str(tally.made),
            str(tally.kept),
            str(tally.broken),
            str(tally.dropped),
            str(tally.open),
            percent(tally.share),
        )
        for (clock, priority), tally in sorted(found.promises.items())
        if priority in CLASSES
    ]
    head = ("promise", "class", "made", "kept", "broken", "dropped", "open", "share")
    yield table(rows, head=head, right=range(2, 8))
    yield ""
    yield wrapped(
        "Share: the part that was kept, of those decided. Dropped: the ticket was cancelled or "
        "merged, or another promise took its place. Open: neither kept nor broken yet."
    )


def _escalations(found: Findings) -> Iterator[str]:
    rows = [
        (
            level,
            *(str(found.told.get((level, each), 0)) for each in CLASSES),
            str(sum(found.told.get((level, each), 0) for each in CLASSES)),
        )
        for level in _LEVELS
    ]
    head = ("told", *(f"class {each}" for each in CLASSES), "all")
    yield table(rows, head=head, right=range(1, 5))


def when_somebody_is_told(standard: ServiceStandard) -> Iterator[str]:
    """Yield what *standard* says of it, in sentences: shares of the time, and where cases begin."""
    ladders = (each.ladder for each in standard.targets if each.of == "ticket")
    shares = {rung.name: rung.share for ladder in ladders for rung in ladder}
    if shares:
        rungs = ", ".join(f"{name} at {100 * share:g} %" for name, share in shares.items())
        yield f"A level is told when so much of the promised time is used up: {rungs}."
    yield "Each is told once for each promise, at the very moment, though nobody watches a clock."
    starts = [each for each in standard.starting_levels if "kind" in each.when]
    if starts:
        cases = (f"{', '.join(each.when['kind'])} ({each.level.value})" for each in starts)
        yield f"Some kinds of case begin above the staff: {'; '.join(cases)}."


def _latest(found: Findings) -> Iterator[str]:
    rows = [
        (
            each.ticket.id,
            class_of(each.ticket),
            words(each.reading.clock),
            to_the_minute(each.late_by),
            "done" if each.reading.state is State.MISSED else "not done",
            each.ticket.customer_id,
        )
        for each in islice(_one_a_ticket(found.late), _WORST)
    ]
    head = ("ticket", "class", "promise", "late by", "now", "customer")
    yield table(rows, head=head, right=(3,))


def _one_a_ticket(late: Iterable[Lateness]) -> Iterator[Lateness]:
    seen: set[str] = set()
    for each in late:
        if each.ticket.id not in seen:
            seen.add(each.ticket.id)
            yield each


def _worst(desk: ServiceDesk, worst: Lateness, zone: ZoneInfo) -> Iterator[str]:
    yield from story(desk.tickets.history(worst.ticket.id), zone)


def _check(found: Findings, head: int) -> Iterator[str]:
    if found.discrepancies:
        yield f"{len(found.discrepancies)} of what is on record does not agree:"
        yield from (wrapped(str(each), indent=2) for each in found.discrepancies)
        return
    yield wrapped(
        f"All {head} events were read back, and every promise, measurement and level of "
        "escalation computed once more from the bare steps and the standard: all agree."
    )


def _class(name: str) -> str:
    return "no class yet" if name == "-" else f"class {name}"


def _title(text: str) -> Iterator[str]:
    yield text
    yield "=" * len(text)
    yield ""


def _chapter(text: str) -> Iterator[str]:
    yield ""
    yield ""
    yield text
    yield "-" * len(text)
    yield ""


def _sum(ends: Counter[tuple[str, str]], priority: str) -> int:
    return sum(n for (each, _), n in ends.items() if each == priority)
