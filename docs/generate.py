"""Write the pages that are read off the code: what stands there is what runs.

``make refresh`` writes the table of the regulations, which is kept in git; the
reference pages are written whenever the documentation is built.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import servicecore
from servicecore.cli import counters
from servicecore.cli.records import KINDS
from servicecore.cli.verbs import TABLE
from servicecore.domain.events import CATALOGUE, personal_fields
from servicecore.domain.figures import OpenTime
from servicecore.domain.sla import WALL, Target
from servicecore.domain.standard import ServiceStandard, StartingLevel
from servicecore.standards.reading import shipped_standards
from tests.histories.stored_forms import forms_today
from tests.regulations import citations
from tests.regulations.citations import Citation, Proof

from .looking_up import command_line, documented, errors, extending
from .markdown import Row, first_sentence, page, table
from .pictures import PICTURES

HERE = Path(__file__).parent
STATES = ("covered", "in part", "outside", "cited", "open")


# --- Regulations --------------------------------------------------------------------


def covered() -> list[str]:
    """Return the clauses that a class of tests proves, in whole or in part."""
    return [each.clause for each in citations.proofs() if each.tests]


def regulations() -> str:
    """Tell of every clause which standard, code and test it stands in, or that it is open."""
    standards, code = citations.in_standards(), [*citations.in_code(), *citations.in_tables()]
    proofs = {each.clause: each for each in citations.proofs() if each.tests or each.outside}
    rows = []
    for clause in citations.clauses():
        proof, cited = proofs.get(clause), _places(code, clause)
        rows.append(
            (
                clause,
                _state(proof, cited),
                _rule(proof),
                "<br>".join(sorted({each.where for each in standards if each.clause == clause})),
                cited,
                _link(proof.file, proof.name) if proof else "",
            )
        )
    states = [row[1] for row in rows]
    counted = [f"{states.count(each)} {each}" for each in STATES]
    return page(
        "Regulations",
        "Every clause of the four documents, and where it is kept.\n"
        "*Covered* means that a class of tests proves it.\n"
        "*In part* means that it proves some of it; the page says what is open.\n"
        "*Outside* means that no program can see to it; the page says who does.\n"
        "*Cited* means that a figure or a line of code names it, but no test of its own does.\n"
        "*Open* means that nothing does yet.\n\n"
        f"Of {len(rows)} clauses: {', '.join(counted)}.",
        table(("Clause", "State", "What it says", "Standard", "Code", "Test"), rows),
    )


def _state(proof: Proof | None, cited: str) -> str:
    if proof:
        return "outside" if not proof.tests else "in part" if proof.open else "covered"
    return "cited" if cited else "open"


def _rule(proof: Proof | None) -> str:
    if proof is None:
        return ""
    told = [proof.rule]
    told += [f"*Open:* {proof.open}"] if proof.open else []
    told += [f"*Outside:* {proof.outside}"] if proof.outside else []
    return "<br>".join(told)


def _places(found: list[Citation], clause: str) -> str:
    places = {(each.file, each.where) for each in found if each.clause == clause}
    return "<br>".join(_link(file, where) for file, where in sorted(places))


def _link(file: str, where: str) -> str:
    name = file.removeprefix("src/servicecore/").removeprefix("tests/regulations/")
    return f"`{name}`" + (f" {where}" if where else "")


# --- Reference ------------------------------------------------------------------------


def events() -> str:
    """Tell of every event its name on record, its version, its fields, and what it says."""
    forms, classes = forms_today(), CATALOGUE.classes()
    chapters = []
    for name, form in forms.items():
        base, _, version = name.partition("@")
        said = first_sentence(classes[name])
        personal = personal_fields(classes[name])
        rows = [
            (f"`{field.removesuffix('?')}`", kind, _remark(field, personal))
            for field, kind in form["fields"].items()
        ]
        heading = f"## {base}\n\n{said}\nVersion {version or 1}; class `{classes[name].__name__}`."
        chapters.append(f"{heading}\n\n{table(('Field', 'Holds', ''), rows)}")
    held = {part: what for form in forms.values() for part, what in form["holding"].items()}
    chapters.append("## What fields hold\n\n" + table(("Name", "Holds"), _held(held)))
    return page(
        "Events",
        "What may stand in the history, under names that last for ever.\nMoments are kept in UTC.",
        "\n\n".join(chapters),
    )


def _remark(field: str, personal: Collection[str]) -> str:
    told = ["may be missing"] if field.endswith("?") else []
    return ", ".join(["personal", *told] if field.removesuffix("?") in personal else told)


def _held(parts: dict[str, dict[str, str] | list[str]]) -> Iterable[Row]:
    for name, what in sorted(parts.items()):
        if isinstance(what, list):
            yield f"`{name}`", " or ".join(f"`{each}`" for each in what)
        else:
            yield f"`{name}`", "<br>".join(f"`{field}`: {kind}" for field, kind in what.items())


def standards() -> str:
    """Tell of every shipped standard its figures, each with the clause it comes from."""
    return page(
        "Service standards",
        "The figures that come with the package; a standard of your own is a file like theirs.",
        "\n\n".join("\n\n".join(_standard(each)) for each in shipped_standards().values()),
    )


def _standard(standard: ServiceStandard) -> Iterable[str]:
    days = standard.calendar.reference
    yield f"## {standard.title}\n\n`{standard.reference}`, working days on `{days}`."
    for name, group in groupby(citations.figures_of(standard), key=itemgetter(0)):
        figures = [figure for _, figure in group]
        yield f"### {_words(name).capitalize()}\n\n{_figures(figures)}"


def _figures(figures: Sequence[Any]) -> str:
    match figures[0]:
        case Target():
            heads, rows = (
                ("Clause", "Clock", "Applies to", "Within", "Counts"),
                map(_target, figures),
            )
            return table(heads, rows)
        case StartingLevel():
            return table(
                ("Clause", "Applies to", "Level"),
                ((each.clause, _when(each.when), each.level.value) for each in figures),
            )
        case OpenTime():
            return "Left to the organisation; its own standard must say them.\n\n" + table(
                ("Clause", "Time", "Of"),
                ((each.clause, _words(each.name), each.of) for each in figures),
            )
        case _:
            return table(
                ("Clause", "Name", "Says"),
                ((each.clause, _words(each.name), str(each)) for each in figures),
            )


def _target(target: Target) -> Row:
    applies = f"{target.of}, {_when(target.when)}" if target.when else f"every {target.of}"
    return target.clause, _words(target.clock), applies, str(target), _counted(target)


def _when(conditions: Mapping[str, tuple[str, ...]]) -> str:
    return ", ".join(f"{name} {' or '.join(words)}" for name, words in conditions.items())


def _counted(target: Target) -> str:
    held = ", ".join(map(_words, target.pauses))
    counted = "day and night" if target.calendar == WALL else "working time"
    return counted + (f"; stands still for {'any reason' if held == '*' else held}" if held else "")


def _words(name: str) -> str:
    return name.replace("_", " ")


def api() -> str:
    """List the public names, in the words of their docstrings."""
    return page("Public names", "What `servicecore` offers.", documented(servicecore))


def decisions() -> str:
    """List the decision records there are."""
    records = "\n".join(f"adr/{each.stem}" for each in sorted((HERE / "adr").glob("*.md")))
    body = f"```{{toctree}}\n:maxdepth: 1\n{records}\n```" if records else "There are none yet."
    return page("Decisions", "Why it is so, and what else was weighed.", body)


def verbs() -> str:
    """List what can be done at each counter, for the command line."""
    return counters.table(each.counter for each in KINDS)


PAGES: dict[Callable[[], str], Path] = {
    regulations: HERE / "regulations" / "index.md",
    events: HERE / "reference" / "events.md",
    standards: HERE / "reference" / "standards.md",
    api: HERE / "reference" / "api.md",
    extending: HERE / "reference" / "extending.md",
    command_line: HERE / "reference" / "command_line.md",
    errors: HERE / "reference" / "errors.md",
    decisions: HERE / "decisions.md",
    verbs: TABLE,
    **PICTURES,
}


def write(*pages: Callable[[], str]) -> None:
    """Write these pages, all if none is named; one that has not changed is left alone."""
    for each in pages or PAGES:
        text, path = each(), PAGES[each]
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
