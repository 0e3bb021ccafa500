"""What comes into the house with `pip install servicecore`, and what stays outside."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib

import pytest

from .sources import ROOT, files, imported, place

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
BASE = {"eventsourcing", "attrs", "msgspec"}
#: Where a module is not called as its distribution.
MODULE_OF = {"attrs": {"attr", "attrs"}}
HEAVY = {
    "asyncio",
    "concurrent.futures",
    "cryptography",
    "duckdb",
    "holidays",
    "http",
    "icalendar",
    "multiprocessing",
    "numpy",
    "psycopg",
    "pyarrow",
    "rich",
    "sqlalchemy",
    "unittest",
    "urllib.request",
}


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[^A-Za-z0-9_-]", each)[0] for each in requirements}


class TestTheBaseInstall:
    """eventsourcing, attrs and msgspec; whatever else is an extra."""

    def test_needs_exactly_three_distributions(self):
        assert names(PROJECT["dependencies"]) == BASE

    def test_all_means_every_extra(self):
        extras = PROJECT["optional-dependencies"]
        listed = re.search(r"\[(.*)\]", extras["all"][0])
        assert listed is not None
        assert set(listed[1].split(",")) == set(extras) - {"all"}

    def test_importing_servicecore_stays_light(self):
        """Whoever only asks for help must not wait for numpy."""
        script = "import sys, servicecore; print(*sys.modules, sep='\\n')"
        loaded = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=True
        )
        assert HEAVY & set(loaded.stdout.split()) == set()


class TestWhatTheSourceImports:
    """Nothing that is not declared; so nothing whose licence nobody has read."""

    declared = BASE | names([e for x in PROJECT["optional-dependencies"].values() for e in x])
    modules = (
        {module for name in declared for module in MODULE_OF.get(name, {name.replace("-", "_")})}
        | set(sys.stdlib_module_names)
        | {"servicecore", "pytest", "hypothesis"}  # The last two for servicecore.testing.
    )

    @pytest.mark.parametrize("path", files(), ids=lambda path: path.stem)
    def test_is_declared(self, path):
        undeclared = [
            f"{place(path, line)} imports {module}"
            for module, line in imported(path)
            if module.partition(".")[0] not in self.modules
        ]
        assert undeclared == []

    def test_only_the_testing_room_needs_test_tools(self):
        outside = [
            f"{place(path, line)} imports {module}"
            for path in files()
            if "testing" not in path.parts
            for module, line in imported(path)
            if module.partition(".")[0] in {"pytest", "hypothesis"}
        ]
        assert outside == []


class TestAConstraint:
    """A name and a version; where it comes from is the machine's to say."""

    def test_is_a_plain_pin(self):
        lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
        odd = [
            line
            for line in lines
            if not line.startswith("#") and not re.fullmatch(r"[a-z0-9-]+==[0-9a-z.]+", line)
        ]
        assert odd == []

    def test_no_file_names_a_registry(self):
        """Checked in every file that git keeps."""
        listed = subprocess.run(
            ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
        )
        if listed.returncode:
            pytest.skip("this is no git checkout")
        registry = re.compile(
            r"py[p]i\.|pytho[n]hosted|ana[c]onda\.|npm[j]s|/sim[p]le\b|(extra-)?inde[x]-url"
            r"|truste[d]-host|find-link[s]"
        )
        found = [
            f"{name}: {hit[0]}"
            for name in listed.stdout.splitlines()
            if (text := _text(name)) and (hit := registry.search(text))
        ]
        assert found == []


def _text(name: str) -> str:
    try:
        return (ROOT / name).read_text(encoding="utf-8")
    except (UnicodeDecodeError, FileNotFoundError):
        return ""
