from __future__ import annotations

import json
import os
from pathlib import Path

import attrs
import pytest

from servicecore.exchange.cases import Case, cases
from servicecore.exchange.errors import QuarantineError
from servicecore.exchange.mappings import TICKET_MAPPINGS
from servicecore.exchange.quarantine import Quarantine, Reason, Rejected
from servicecore.exchange.reading import ForeignFile, Row, survey
from tests.exchange.foreign_files import csv_file, csv_text, row

ONE, TWO = row("09:10", "New"), row("10:00", "Active")
OTHER = row("09:10", "New", number="INC2")


def found_in(path: Path, *, newest_first: bool = False) -> tuple[list[Case], list[Rejected]]:
    mapping = TICKET_MAPPINGS.load("uci_incident")
    form = attrs.evolve(mapping.file, newest_first=newest_first)
    file = ForeignFile(path, attrs.evolve(mapping, file=form))
    rejected: list[Rejected] = []
    return list(cases(file, survey(file), reject=rejected.extend)), rejected


class TestCases:
    """All rows of one ticket come together, wherever they stand in the file."""

    def test_rows_that_stand_together(self, tmp_path):
        found, _ = found_in(csv_file(tmp_path, [ONE, TWO, OTHER]))
        assert found == [
            Case("INC1", [Row(2, ONE), Row(3, TWO)]),
            Case("INC2", [Row(4, OTHER)]),
        ]

    def test_rows_that_are_scattered_keep_their_order_and_their_place(self, tmp_path):
        found, _ = found_in(csv_file(tmp_path, [OTHER, ONE, OTHER, TWO]))
        assert found == [
            Case("INC1", [Row(3, ONE), Row(5, TWO)]),
            Case("INC2", [Row(2, OTHER), Row(4, OTHER)]),
        ]

    def test_a_file_with_the_newest_first_is_turned_around(self, tmp_path):
        found, _ = found_in(csv_file(tmp_path, [TWO, ONE]), newest_first=True)
        assert found == [Case("INC1", [Row(3, ONE), Row(2, TWO)])]

    @pytest.mark.parametrize("number", ["?", "", "  ", "INC\x071"])
    def test_rows_without_a_number_are_rejected(self, tmp_path, number):
        found, rejected = found_in(csv_file(tmp_path, [ONE, row("09:10", "New", number=number)]))
        assert [case.ticket for case in found] == ["INC1"]
        assert [(each.row.number, each.reason) for each in rejected] == [(3, Reason.NO_TICKET)]

    def test_a_bad_row_between_two_of_a_ticket_does_not_part_them(self, tmp_path):
        first, *rest = csv_text([ONE, TWO]).splitlines()
        path = tmp_path / "incidents.csv"
        path.write_text("\n".join([first, rest[0], "INC1,New", rest[1]]), encoding="utf-8")
        found, rejected = found_in(path)
        assert found == [Case("INC1", [Row(2, ONE), Row(4, TWO)])]
        assert [(each.row.number, each.reason) for each in rejected] == [(3, Reason.MALFORMED)]


class TestQuarantine:
    """Every row that is not used is written down with its reason."""

    def test_a_line_tells_file_row_ticket_reason_and_the_row_itself(self, tmp_path):
        path = tmp_path / "bad.jsonl"
        bad = Rejected(Row(7, {"a": "ü"}), Reason.UNKNOWN_STATE, "a is 'ü'; expected b", "INC1")
        with Quarantine(path, source=Path("x/incidents.csv")) as quarantine:
            quarantine.add([bad])
        assert json.loads(path.read_text(encoding="utf-8")) == {
            "file": "incidents.csv",
            "row": 7,
            "case": "INC1",
            "reason": "unknown state",
            "because": "a is 'ü'; expected b",
            "values": {"a": "ü"},
        }

    def test_it_tells_of_one_run_alone(self, tmp_path):
        path = tmp_path / "bad.jsonl"
        path.write_text("of another run", encoding="utf-8")
        with Quarantine(path, source=tmp_path / "incidents.csv"):
            pass
        assert not path.exists()

    def test_it_may_be_thrown_away(self):
        with Quarantine(Path(os.devnull), source=Path("incidents.csv")) as quarantine:
            quarantine.add([Rejected(Row(7, {}), Reason.MALFORMED, "it is malformed")])
        assert Path(os.devnull).is_char_device()

    def test_it_is_never_the_file_that_is_read(self, tmp_path):
        path = csv_file(tmp_path, [ONE])
        with pytest.raises(QuarantineError, match="must be another file"):
            Quarantine(tmp_path / "." / "incidents.csv", source=path)
        assert path.exists()

    def test_it_needs_a_place_before_the_first_row_is_read(self, tmp_path):
        nowhere = tmp_path / "nowhere" / "bad.jsonl"
        with pytest.raises(QuarantineError, match="no quarantine can be written"):
            Quarantine(nowhere, source=tmp_path / "incidents.csv")
