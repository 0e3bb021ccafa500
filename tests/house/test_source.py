"""How the house is built: files of one story, rules without a clock, names that explain."""

from __future__ import annotations

import ast
import inspect

import pytest

import servicecore

from .sources import SRC, files, imported, place, tree

LONGEST_STORY = 450
CLOCKS = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
    ("time", "time_ns"),
    ("time", "monotonic"),
    ("time", "perf_counter"),
    ("time", "localtime"),
    ("time", "gmtime"),
}


def called(path):
    """Yield the last two names of every attribute that a file uses, such as (datetime, now)."""
    for node in ast.walk(tree(path)):
        match node:
            case ast.Attribute(value=ast.Name(id=owner) | ast.Attribute(attr=owner), attr=name):
                yield (owner, name), node.lineno
            case ast.ImportFrom(module=str(owner)):
                yield from (((owner, each.name), node.lineno) for each in node.names)


class TestAFile:
    """One file tells one story, from top to bottom."""

    @pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(SRC)))
    def test_is_not_too_long_to_be_one_story(self, path):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_STORY

    def test_is_never_empty(self):
        assert [str(each) for each in files() if not each.read_text(encoding="utf-8").strip()] == []


class TestTime:
    """Nobody in the domain, the policies or the read models asks what time it is."""

    @pytest.mark.parametrize("room", ["domain", "policies", "projections"])
    def test_no_clock_is_read(self, room):
        read = [
            f"{place(path, line)} reads {'.'.join(name)}"
            for path in files(room)
            for name, line in called(path)
            if name in CLOCKS
        ]
        assert read == []

    def test_a_clock_would_be_noticed(self):
        """The check is worth something only if it finds the one clock there is."""
        assert any(name in CLOCKS for path in files("storage") for name, _ in called(path))


class TestAggregates:
    """Aggregates do not import each other: what they share stands beside them."""

    def test_none_imports_another(self):
        aggregates = {
            name
            for path in files("domain")
            for node in ast.walk(tree(path))
            if isinstance(node, ast.ClassDef) and _is_event(node)
            for name in [path.relative_to(SRC / "domain").parts[0].removesuffix(".py")]
        }
        assert "ticket" in aggregates
        neighbours = [
            f"{place(path, line)} imports {module}"
            for path in files("domain")
            if (own := path.relative_to(SRC / "domain").parts[0].removesuffix(".py")) in aggregates
            for module, line in imported(path)
            if module.startswith("servicecore.domain.")
            and module.split(".")[2] in aggregates - {own}
        ]
        assert neighbours == []


class TestThePublicNames:
    """The menu of the house: few names, each with a sentence that a manager understands."""

    def test_are_in_order(self):
        assert list(servicecore.__all__) == sorted(servicecore.__all__)

    @pytest.mark.parametrize("name", servicecore.__all__)
    def test_is_documented(self, name):
        thing = getattr(servicecore, name)
        assert inspect.getdoc(thing), f"servicecore.{name} has no docstring"

    @pytest.mark.parametrize("name", servicecore.__all__)
    def test_so_is_everything_it_offers(self, name):
        thing = getattr(servicecore, name)
        if not inspect.isclass(thing) or not thing.__module__.startswith("servicecore"):
            pytest.skip("only classes of ours offer methods of ours")
        silent = [
            each
            for each, value in vars(thing).items()
            if not each.startswith("_")
            and (inspect.isfunction(value) or isinstance(value, (property, classmethod)))
            and not inspect.getdoc(getattr(thing, each))
        ]
        assert silent == []


def _is_event(node: ast.ClassDef) -> bool:
    return any(
        isinstance(each, ast.Call) and isinstance(each.func, ast.Name) and each.func.id == "event"
        for each in node.decorator_list
    )
