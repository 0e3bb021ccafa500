"""Every clause that anybody cites exists, and every clause called covered is proved."""

from __future__ import annotations

import pytest

from docs.generate import PAGES, covered, regulations

from . import citations


class TestTheListOfClauses:
    """``clauses.txt`` is our list of what the four documents demand, in their order."""

    def test_is_in_the_order_of_the_documents_and_names_each_once(self):
        listed = citations.clauses()
        assert listed == sorted(set(listed), key=citations.place)

    def test_is_complete(self, shared):
        document = (shared / "design" / "regulations.md").read_text(encoding="utf-8")
        assert citations.clauses() == citations.clauses_in(document)


class TestACitation:
    """Whoever cites a clause, cites one that exists."""

    @pytest.mark.parametrize(
        "where",
        [
            citations.in_standards,
            citations.in_tables,
            citations.in_code,
            citations.in_tests,
            citations.proofs,
        ],
        ids=lambda where: where.__name__,
    )
    def test_cites_a_clause_of_the_documents(self, where):
        known = set(citations.clauses())
        assert [each for each in where() if each.clause not in known] == []

    def test_stands_in_the_standards_for_every_figure(self):
        assert {each.clause for each in citations.in_standards()} >= {"om2025:2.2b", "om2025:8.1b"}


class TestAProof:
    """A class of tests headed by a clause, in the file of its chapter."""

    @pytest.mark.parametrize("proof", citations.proofs(), ids=lambda proof: proof.clause)
    def test_holds_tests_or_a_reason_and_the_rule_in_plain_words(self, proof):
        assert proof.tests or proof.outside
        assert proof.rule.endswith(".")

    @pytest.mark.parametrize("proof", citations.proofs(), ids=lambda proof: proof.clause)
    def test_stands_in_the_file_of_its_chapter(self, proof):
        prefix, _, number = proof.clause.partition(":")
        assert proof.file.endswith(f"/test_{prefix}_{number.partition('.')[0]}.py")

    def test_there_is_exactly_one_for_every_clause(self):
        """A clause that nothing covers, and nobody gives a reason for, is a gap."""
        proved = [each.clause for each in citations.proofs()]
        assert sorted(proved, key=citations.place) == citations.clauses()


class TestThePageOfTheRegulations:
    """What is covered, where, and what is still open: readers can rely on it."""

    def test_is_up_to_date(self):
        on_file = PAGES[regulations].read_text(encoding="utf-8")
        assert on_file == regulations(), "run `make refresh`, and commit docs/regulations/index.md"

    def test_calls_nothing_covered_that_has_no_test(self):
        tested = {each.clause for each in citations.proofs() if each.tests}
        assert set(covered()) <= tested

    def test_lists_every_clause(self):
        page = regulations()
        assert [each for each in citations.clauses() if f"| {each} |" not in page] == []
