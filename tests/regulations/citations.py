"""Where the clauses of the four regulations are cited: in standards, code and tests."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attrs

from servicecore.domain.standard import ServiceStandard
from servicecore.standards.reading import shipped_standards

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
CLAUSE = re.compile(r"\b(?:psp|om2025|tender|pdr):\d+\.\d+[a-z]\b")
HOUSE_CHOICE = "house choice"  #: What figures cite that no document holds.
_ROW = re.compile(r"^\| (\w+:\d+\.\d+[a-z]) \|", re.MULTILINE)


@attrs.frozen(kw_only=True)
class Proof:
    """The class of tests that proves one clause, and the rule in its own words.

    *open* says what of the clause it does not prove yet, and *outside* why no
    program can: somebody attests it, or sees to it elsewhere.
    """

    clause: str
    rule: str
    open: str
    outside: str
    file: str
    name: str
    tests: tuple[str, ...]


@attrs.frozen
class Citation:
    """A place that cites a clause: a file, and what stands around it there."""

    clause: str
    file: str
    where: str


def clauses() -> list[str]:
    """Return every clause there is, in the order of the documents."""
    lines = (HERE / "clauses.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if not line.startswith("#")]


def clauses_in(document: str) -> list[str]:
    """Return the clauses that the rows of a Markdown *document* begin with."""
    return sorted(_ROW.findall(document), key=place)


def place(clause: str) -> tuple[int, int, int, str]:
    prefix, _, number = clause.partition(":")
    chapter, rest = number.split(".")
    order = ["psp", "om2025", "tender", "pdr"]
    return order.index(prefix), int(chapter), int(rest[:-1]), rest[-1]


def figures_of(standard: ServiceStandard) -> Iterator[tuple[str, Any]]:
    """Yield every figure of a standard that cites a clause, after the name of its list."""
    for each in attrs.fields(ServiceStandard):
        found = getattr(standard, each.name)
        if isinstance(found, tuple):
            yield from ((each.name, figure) for figure in found if hasattr(figure, "clause"))


def in_standards() -> list[Citation]:
    """Return the clauses that figures of the shipped standards cite; house choices have none."""
    return [
        Citation(figure.clause, f"src/servicecore/standards/{each.id}.toml", each.id)
        for each in shipped_standards().values()
        for _, figure in figures_of(each)
        if figure.clause != HOUSE_CHOICE
    ]


def in_code() -> list[Citation]:
    """Return the clauses that docstrings and comments cite, with the function or class around."""
    found = _cited("src/servicecore/**/*.py", _around)
    return [each for each in found if not each.file.startswith("src/servicecore/testing/")]


def in_tables() -> list[Citation]:
    """Return every clause in a TOML file of the package, comments included."""
    return list(_cited("src/servicecore/**/*.toml", lambda _source, _line: ""))


def in_tests() -> list[Citation]:
    """Return the clauses that tests outside this folder cite."""
    about_clauses = ("tests/regulations/", "tests/house/")
    found = _cited("tests/**/*.py", _around)
    return [each for each in found if not each.file.startswith(about_clauses)]


def proofs() -> list[Proof]:
    """Return the classes of this folder that are headed by a clause."""
    return [
        proof
        for path in sorted(HERE.glob("test_*.py"))
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef) and (proof := _proof(path, node))
    ]


def _proof(path: Path, node: ast.ClassDef) -> Proof | None:
    heading, *paragraphs = (ast.get_docstring(node) or "").split("\n\n")
    found = re.match(rf"({CLAUSE.pattern}): (.+)", heading)
    if found is None:
        return None
    methods = (each.name for each in node.body if isinstance(each, ast.FunctionDef))
    return Proof(
        clause=found[1],
        rule=found[2],
        open=_paragraph("Open: ", paragraphs),
        outside=_paragraph("Outside: ", paragraphs),
        file=str(path.relative_to(ROOT)),
        name=node.name,
        tests=tuple(each for each in methods if each.startswith("test_")),
    )


def _paragraph(heading: str, paragraphs: list[str]) -> str:
    found = [each.removeprefix(heading) for each in paragraphs if each.startswith(heading)]
    return " ".join(found[0].split()) if found else ""


def _cited(pattern: str, around: Callable[[str, int], str]) -> Iterator[Citation]:
    for path in sorted(ROOT.glob(pattern)):
        source = path.read_text(encoding="utf-8")
        for n, line in enumerate(source.splitlines(), start=1):
            for clause in CLAUSE.findall(line):
                yield Citation(clause, str(path.relative_to(ROOT)), around(source, n))


def _around(source: str, line: int) -> str:
    """Return the innermost function or class around *line*, or nothing at the top of a file."""
    name = ""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)) and node.end_lineno is not None:
            first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            if first <= line <= node.end_lineno:
                name = node.name  # ast.walk goes from the outside in.
    return name
