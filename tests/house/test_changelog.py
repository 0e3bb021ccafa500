"""The changelog tells readers what they can do now, in the past tense."""

from __future__ import annotations

import re
import tomllib

import pytest

from .sources import ROOT

FRAGMENTS = sorted((ROOT / "changelog.d").glob("*.md"))
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
KINDS = {each["directory"] for each in PYPROJECT["tool"]["towncrier"]["type"]}


class TestAFragment:
    """One sentence or two, in a file called ``what.kind.md``."""

    @pytest.mark.parametrize("path", FRAGMENTS, ids=lambda path: path.name)
    def test_is_called_by_what_changed_and_how(self, path):
        subject, kind, _ = path.name.split(".")
        assert re.fullmatch(r"[a-z][a-z0-9_]*", subject)
        assert kind in KINDS

    @pytest.mark.parametrize("path", FRAGMENTS, ids=lambda path: path.name)
    def test_is_made_of_whole_sentences(self, path):
        text = path.read_text(encoding="utf-8")
        assert text[0].isupper()
        assert text.endswith(".\n")
        assert not re.search(r"#\d", text), "a reader does not know our numbers"

    @pytest.mark.parametrize("path", FRAGMENTS, ids=lambda path: path.name)
    def test_tells_in_the_past_tense_what_became_possible(self, path):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\b(You can|will|Add|Fix)\b", text)
        assert re.search(r"\b(could|had|was|were|[a-z]+ed)\b", text)
