"""What is released: its version is the tag of the commit, and its import is quick."""

from __future__ import annotations

import shutil
import subprocess
import sys
from statistics import median

import pytest

from .sources import ROOT

IMPORT_LIMIT_MS = 150
GIT = ("git", "-c", "user.name=Wu", "-c", "user.email=wu@example.org", "-c", "commit.gpgsign=false")


def version_of(checkout):
    told = [sys.executable, "-m", "setuptools_scm"]
    return subprocess.run(told, cwd=checkout, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def checkout(tmp_path):
    if shutil.which("git") is None:
        pytest.skip("there is no git")
    pytest.importorskip("setuptools_scm")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for told in (("init", "-q"), ("add", "."), ("commit", "-q", "-m", "All there is")):
        subprocess.run([*GIT, *told], cwd=tmp_path, check=True)
    return tmp_path


class TestTheVersion:
    """It is written down once: as the tag of a commit."""

    def test_is_the_tag(self, checkout):
        subprocess.run([*GIT, "tag", "v9.8.7"], cwd=checkout, check=True)
        assert version_of(checkout).strip() == "9.8.7"

    def test_of_a_clone_without_tags_is_one_on_the_way_to_the_first(self, checkout):
        assert version_of(checkout).startswith("0.1.0.dev1+g")

    def test_of_files_outside_of_git_is_known_too(self, checkout):
        shutil.rmtree(checkout / ".git")
        assert version_of(checkout).strip() == "0.1.0.dev0"


class TestTheImport:
    """Whoever imports `servicecore` does not wait for what is not asked for."""

    def test_takes_less_than_150_milliseconds(self):
        script = "from time import process_time as t; a = t(); import servicecore; print(t() - a)"
        told = [sys.executable, "-c", script]
        took = [
            1000 * float(subprocess.run(told, capture_output=True, check=True).stdout)
            for _ in range(3)
        ]
        assert median(took) < IMPORT_LIMIT_MS
