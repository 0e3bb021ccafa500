"""What type checkers see of the public names: right uses pass, wrong ones do not."""

from __future__ import annotations

import json
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


def expected_in(path):
    """Return what mypy must find: the lines, and what is wrong there."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return {
        (n, kind)
        for n, line in enumerate(lines, start=1)
        if "# E: " in line
        for kind in line.partition("# E: ")[2].split(", ")
    }


def test_wrong_uses_do_not():
    found, told = errors(HERE / "wrong.py")
    assert {(int(line), kind) for _, line, kind in found} == expected_in(HERE / "wrong.py"), told


def test_pyright_refuses_the_same_lines(tmp_path):
    pytest.importorskip("basedpyright")
    config = tmp_path / "pyrightconfig.json"
    config.write_text(
        json.dumps(
            {
                "include": [str(HERE / "wrong.py")],
                "extraPaths": [str(ROOT / "src"), str(EXTENSION)],
                "typeCheckingMode": "standard",
            }
        ),
        encoding="utf-8",
    )
    told = subprocess.run(
        [sys.executable, "-m", "basedpyright", "--outputjson", "--project", str(config)],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    found = {each["range"]["start"]["line"] + 1 for each in json.loads(told)["generalDiagnostics"]}
    assert found == {line for line, _ in expected_in(HERE / "wrong.py")}, told


def test_the_package_says_that_it_is_typed():
    assert (ROOT / "src" / "servicecore" / "py.typed").exists()
