"""The tutorial and the glossary are told in Chinese: every sentence, as they stand today."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from babel.messages.pofile import read_po

from .sources import ROOT

CATALOGUES = ROOT / "docs" / "locale" / "zh_CN" / "LC_MESSAGES"
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
LINK = re.compile(r"\]\(([^)]+)\)|`([^`]+)`")


def messages(path):
    with path.open("rb") as file:
        return read_po(file, locale="zh_CN")


@pytest.fixture(scope="module")
def to_be_told(tmp_path_factory):
    """Return what stands in the pages today, by the name of the page."""
    pages = re.search(r"^TRANSLATED := (.*)$", MAKEFILE, flags=re.MULTILINE)[1]
    out = tmp_path_factory.mktemp("gettext")
    told = ["-Q", "-b", "gettext", "-D", f"include_patterns={pages}", "docs", out]
    subprocess.run([sys.executable, "-m", "sphinx", *told], cwd=ROOT, check=True)
    return {
        str(path.relative_to(out).with_suffix("")): [each.id for each in messages(path) if each.id]
        for path in out.rglob("*.pot")
    }


class TestTheChineseCatalogues:
    """Run ``make catalogues`` when this fails, and translate what is new."""

    def test_there_is_one_for_every_page(self, to_be_told):
        found = {
            str(path.relative_to(CATALOGUES).with_suffix("")) for path in CATALOGUES.rglob("*.po")
        }
        assert found == set(to_be_told)

    def test_every_sentence_is_translated_and_none_is_out_of_date(self, to_be_told):
        for page, told in to_be_told.items():
            catalogue = messages(CATALOGUES / f"{page}.po")
            untold = [each for each in told if each not in catalogue or not catalogue[each].string]
            assert untold == [], f"{page} is not translated"
            assert [each.id for each in catalogue if each.id and each.id not in told] == []
            assert [each.id for each in catalogue if each.fuzzy] == []
            assert list(catalogue.obsolete) == []

    @pytest.mark.parametrize("path", sorted(CATALOGUES.rglob("*.po")), ids=lambda path: path.stem)
    def test_code_and_links_stay_what_they_are(self, path):
        for each in messages(path):
            if each.id:
                assert sorted(LINK.findall(each.string)) == sorted(LINK.findall(each.id)), each.id
