"""The source files of the house, as text and as trees."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SRC = ROOT / "src" / "servicecore"


def files(*rooms: str) -> list[Path]:
    """Return the Python files of these *rooms*, of all if none is named."""
    return sorted(each for room in rooms or (".",) for each in (SRC / room).rglob("*.py"))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(path: Path) -> Iterator[tuple[str, int]]:
    """Yield every module that a file imports, relative ones too, told from the top."""
    package = ("servicecore", *path.relative_to(SRC).parent.parts)
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((each.name, node.lineno) for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join((*base, *([node.module] if node.module else [])))
            yield module, node.lineno
            yield from ((f"{module}.{each.name}", node.lineno) for each in node.names)


def place(path: Path, line: int) -> str:
    return f"{path.relative_to(ROOT)}:{line}"
