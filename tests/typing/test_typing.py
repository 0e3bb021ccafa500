"""What type checkers see of the public names: right uses pass, wrong ones do not."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
EXTENSION = ROOT / "examples" / "extension"

pytest.importorskip("mypy")


def errors(*paths):
    """Return what mypy finds, as file, line and kind."""
    told = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", *map(str, paths)],
        cwd=ROOT,
        env={**os.environ, "MYPYPATH": f"src:{EXTENSION}"},
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    return re.findall(r"^(\S+?):(\d+): error: .*\[([a-z-]+)\]$", told, flags=re.MULTILINE), told


def test_right_uses_and_the_example_of_an_extension_pass():
    found, told = errors(
        HERE / "right.py", EXTENSION / "loaners", *(ROOT / "examples").glob("a_web*.py")
    )
    assert found == [], told
    assert "error" not in told


def test_wrong_uses_do_not():
    path = HERE / "wrong.py"
    lines = path.read_text(encoding="utf-8").splitlines()
    expected = {
        (n, kind)
        for n, line in enumerate(lines, start=1)
        if "# E: " in line
        for kind in line.partition("# E: ")[2].split(", ")
    }
    found, told = errors(path)
    assert {(int(line), kind) for _, line, kind in found} == expected, told


def test_the_package_says_that_it_is_typed():
    assert (ROOT / "src" / "servicecore" / "py.typed").exists()
