"""What follows by itself, at a shell: which policies there are, and how far each has come."""

from __future__ import annotations

import pytest

from servicecore import ServiceDesk
from servicecore.desk.extension import Known
from tests.cli.conftest import servicecore


class TestTheList:
    """Every policy of the house, in the order in which they follow, after the one of deadlines."""

    def test_names_each_with_what_it_listens_to(self):
        told = servicecore("policy", "list", "--json").json

        assert [each["name"] for each in told] == [
            "escalation",
            *[p.name for p in Known.of().policies],
        ]
        assert all(each["says"] and each["listens"] for each in told)
        assert {
            "name": "acknowledgement",
            "version": "1",
            "says": "the automatic reply, which is not an answer and stops no response clock",
            "listens": ["ticket.opened"],
        } in told

    def test_reads_in_lines_that_fit(self):
        lines = servicecore("policy", "list").out.splitlines()

        assert "splitting (version 1): the second request found in a ticket" in "\n".join(lines)
        assert "  listens to ticket.split" in lines
        assert max(map(len, lines)) <= 80


class TestTheStatus:
    """How far, without the read models, which ``project status`` tells of too."""

    def test_tells_of_policies_alone(self, desk_url):
        told = servicecore("policy", "status", "--url", desk_url, "--json").json

        assert [each["name"] for each in told] == [p.name for p in Known.of().policies]
        with ServiceDesk.open(desk_url) as desk:
            assert {each["head"] for each in told} == {desk.log.head()}

    def test_is_a_table_for_people(self, desk_url):
        head, _, first, *_ = servicecore("policy", "status", "--url", desk_url).out.splitlines()

        assert head.split() == ["policy", "position", "behind", "lag", "set", "aside"]
        assert first.startswith("acknowledgement ")

    @pytest.mark.parametrize(
        ("words", "code"), [([], 2), (["status"], 2), (["status", "--url", "sqlite:///no.db"], 4)]
    )
    def test_says_in_a_line_what_is_missing(self, words, code):
        told = servicecore("policy", *words)

        assert (told.code, told.out, told.err.count("\n")) == (code, "", 1)
