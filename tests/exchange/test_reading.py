from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import attrs
import pytest

from servicecore.exchange.errors import (
    EmptyFileError,
    MissingColumnsError,
    UnreadableFileError,
    WrongEncodingError,
)
from servicecore.exchange.mappings import TICKET_MAPPINGS
from servicecore.exchange.reading import ForeignFile, survey
from tests.exchange.foreign_files import HEADING, csv_file, csv_text, row, volvo, xes_text

ROWS = [row("09:10", "New"), row("10:00", "Active", caller_id="Müller, K.")]


def incidents(path: Path) -> ForeignFile:
    return ForeignFile(path, TICKET_MAPPINGS.load("uci_incident"))


def of_volvo(path: Path) -> ForeignFile:
    return ForeignFile(path, TICKET_MAPPINGS.load("bpic2013_incidents"))


def written(folder: Path, content: bytes, name: str = "incidents.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


class TestCsv:
    """Rows come one by one, each with its place as a spreadsheet shows it."""

    def test_rows_are_what_stands_in_the_cells(self, tmp_path):
        found = list(incidents(csv_file(tmp_path, ROWS)).rows())
        assert [(each.number, each.values) for each in found] == [(2, ROWS[0]), (3, ROWS[1])]

    def test_a_byte_order_mark_is_no_part_of_the_first_column(self, tmp_path):
        path = written(tmp_path, b"\xef\xbb\xbf" + csv_text(ROWS).encode())
        assert survey(incidents(path)).rows == 2

    def test_another_encoding_and_delimiter(self, tmp_path):
        content = csv_text(ROWS).replace(",", ";").replace('"Müller; K."', "Müller")
        form = attrs.evolve(
            TICKET_MAPPINGS.load("uci_incident").file, encoding="iso8859-1", delimiter=";"
        )
        mapping = attrs.evolve(TICKET_MAPPINGS.load("uci_incident"), file=form)
        path = written(tmp_path, content.encode("latin-1"))
        assert [each.values["caller_id"] for each in ForeignFile(path, mapping).rows()] == [
            "Caller 7",
            "Müller",
        ]

    def test_blank_lines_are_no_rows_but_count_in_no_number_either(self, tmp_path):
        lines = csv_text(ROWS).splitlines()
        path = written(tmp_path, "\n".join([*lines[:2], "", lines[2]]).encode())
        assert [each.number for each in incidents(path).rows()] == [2, 4]

    def test_line_breaks_inside_a_quotation_belong_to_the_row(self, tmp_path):
        path = csv_file(tmp_path, [row("09:10", "New", u_symptom="leaks\nbadly"), *ROWS])
        assert [each.number for each in incidents(path).rows()] == [2, 3, 4]

    @pytest.mark.parametrize("cells", ["INC1,New", csv_text(ROWS).splitlines()[1] + ",more"])
    def test_a_row_with_too_few_or_too_many_cells_is_faulty(self, tmp_path, cells):
        path = written(tmp_path, f"{csv_text(ROWS)}{cells}\n".encode())
        *sound, faulty = incidents(path).rows()
        assert not any(each.fault for each in sound)
        assert faulty.fault.endswith(f"the heading has {len(HEADING)}")
        assert faulty.values == {"line": cells}

    def test_a_malformed_row_is_faulty_and_the_next_one_is_sound(self, tmp_path):
        first, second, third = csv_text(ROWS).splitlines()
        path = written(tmp_path, f'{first}\n"INC1"x,New\n{second}\n{third}\n'.encode())
        faulty, *sound = incidents(path).rows()
        assert faulty.values == {"line": '"INC1"x,New'}
        assert [each.values for each in sound] == ROWS

    def test_what_a_malformed_row_swallowed_is_shown_with_it(self, tmp_path):
        first, second, third = csv_text(ROWS).splitlines()
        path = written(tmp_path, f'{first}\n"INC1,New\n{third}\n{second}\n'.encode())
        faulty, sound = incidents(path).rows()
        assert faulty.values == {"line": f'"INC1,New\n{third}'}
        assert sound.values == ROWS[0]


class TestWrapping:
    """A file may come in a zip or a gz, whatever it is called."""

    def test_in_a_zip(self, tmp_path):
        with zipfile.ZipFile(tmp_path / "log.data", "w") as archive:
            archive.writestr("folder/incidents.csv", csv_text(ROWS))
            archive.writestr("__MACOSX/incidents.csv", "resource fork")
        assert survey(incidents(tmp_path / "log.data")).rows == 2

    def test_in_a_gz(self, tmp_path):
        path = written(tmp_path, gzip.compress(csv_text(ROWS).encode()))
        assert survey(incidents(path)).rows == 2

    @pytest.mark.parametrize("names", [[], ["a.csv", "b.csv"]])
    def test_a_zip_of_none_or_several_is_refused(self, tmp_path, names):
        path = tmp_path / "log.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("folder/", "")
            for name in names:
                archive.writestr(name, csv_text(ROWS))
        with pytest.raises(UnreadableFileError, match="should hold one file, it holds"):
            survey(incidents(path))

    def test_a_damaged_gz_is_refused(self, tmp_path):
        whole = gzip.compress(csv_text(ROWS * 500).encode())
        with pytest.raises(UnreadableFileError, match="is damaged"):
            survey(incidents(written(tmp_path, whole[: len(whole) // 2])))

    def test_a_damaged_zip_is_refused(self, tmp_path):
        with pytest.raises(UnreadableFileError, match="is damaged"):
            survey(incidents(written(tmp_path, b"PK\x03\x04 and no more")))


class TestXes:
    """Each event is a row; what its trace tells has "case:" before it."""

    def test_events_know_their_trace(self, tmp_path):
        event = volvo("17:00", "Assigned")
        path = written(tmp_path, xes_text(("1-1", [event]), ("1-2", [event])).encode())
        found = list(of_volvo(path).rows())
        assert [each.number for each in found] == [1, 2]
        assert [each.values["case:concept:name"] for each in found] == ["1-1", "1-2"]
        assert found[0].values == event | {"case:concept:name": "1-1"}

    def test_nested_attributes_and_those_of_the_log_are_left_out(self, tmp_path):
        text = (
            '<xes:log xmlns:xes="http://www.xes-standard.org/"><xes:string key="a" value="log"/>'
            '<xes:global scope="event"><xes:string key="b" value="UNKNOWN"/></xes:global>'
            '<xes:trace><xes:event><xes:string key="c" value="1">'
            '<xes:string key="d" value="nested"/></xes:string></xes:event></xes:trace></xes:log>'
        )
        found = [each.values for each in of_volvo(written(tmp_path, text.encode())).rows()]
        assert found == [{"c": "1"}]

    def test_the_running_example_of_the_standard(self, shared):
        rows = list(of_volvo(shared / "data/xes_schema/running_example.xes").rows())
        assert (len(rows), rows[0].values["concept:name"]) == (42, "register request")

    @pytest.mark.parametrize(
        "content",
        [
            b"<html><body>not found</body></html>",
            b"<log><trace>",
            b"no markup at all",
            b'<!DOCTYPE log [<!ENTITY a "aaaaaaaaaa">]><log>&a;</log>',
        ],
    )
    def test_what_is_no_xes_is_refused(self, tmp_path, content):
        with pytest.raises(UnreadableFileError, match="is not XES"):
            survey(of_volvo(written(tmp_path, content)))


class TestSurvey:
    """What is wrong with a file as a whole is found before anything of it is used."""

    def test_it_counts_rows_and_tickets(self, tmp_path):
        found = survey(incidents(csv_file(tmp_path, [*ROWS, row("09:00", "New", number="INC2")])))
        assert (found.rows, found.tickets, found.is_scattered) == (3, 2, False)

    def test_it_sees_tickets_whose_rows_do_not_stand_together(self, tmp_path):
        rows = [ROWS[0], row("09:00", "New", number="INC2"), ROWS[1]]
        assert survey(incidents(csv_file(tmp_path, rows))).is_scattered

    def test_a_file_that_is_not_there(self, tmp_path):
        with pytest.raises(UnreadableFileError, match="No such file"):
            survey(incidents(tmp_path / "nothing.csv"))

    def test_a_directory(self, tmp_path):
        with pytest.raises(UnreadableFileError, match="Is a directory"):
            survey(incidents(tmp_path))

    def test_an_empty_file(self, tmp_path):
        with pytest.raises(EmptyFileError, match="is empty"):
            survey(incidents(written(tmp_path, b"")))

    def test_a_heading_alone(self, tmp_path):
        with pytest.raises(EmptyFileError, match="holds no rows"):
            survey(incidents(csv_file(tmp_path, [])))

    def test_a_log_without_events(self, tmp_path):
        with pytest.raises(EmptyFileError, match="holds no rows"):
            survey(of_volvo(written(tmp_path, b"<log/>")))

    def test_missing_columns_are_named_with_those_there_are(self, tmp_path):
        content = csv_text(ROWS).replace("priority", "urgency").encode()
        with pytest.raises(MissingColumnsError, match="no column 'priority'; it has assigned_to"):
            survey(incidents(written(tmp_path, content)))

    def test_a_file_that_is_cut_by_something_else(self, tmp_path):
        content = csv_text(ROWS).replace(",", ";").encode()
        with pytest.raises(MissingColumnsError, match="something else than ',', its delimiter"):
            survey(incidents(written(tmp_path, content)))

    def test_an_attribute_that_no_event_has_is_a_missing_column(self, tmp_path):
        event = volvo("17:00", "Assigned")
        del event["impact"]
        with pytest.raises(MissingColumnsError, match="no column 'impact'"):
            survey(of_volvo(written(tmp_path, xes_text(("1", [event])).encode())))

    def test_a_column_that_is_there_twice(self, tmp_path):
        content = csv_text(ROWS).replace("caller_id", "number").encode()
        with pytest.raises(MissingColumnsError, match="has 2 columns called 'number'"):
            survey(incidents(written(tmp_path, content)))

    def test_a_wrong_encoding(self, tmp_path):
        with pytest.raises(WrongEncodingError, match="is not written in utf-8"):
            survey(incidents(written(tmp_path, csv_text(ROWS).encode("latin-1"))))

    def test_a_picture(self, tmp_path):
        with pytest.raises(WrongEncodingError):
            survey(incidents(written(tmp_path, b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")))

    def test_a_quotation_that_never_ends_would_swallow_sound_rows(self, tmp_path):
        content = csv_text([*ROWS, ROWS[0]]).replace('"Müller, K."', '"Müller').encode()
        with pytest.raises(UnreadableFileError, match="a quotation that does not end, at line 4"):
            survey(incidents(written(tmp_path, content)))

    def test_a_file_of_faulty_rows_alone(self, tmp_path):
        content = f"{','.join(HEADING)}\nINC1,New\n".encode()
        with pytest.raises(UnreadableFileError, match="no row that can be read; row 2: it has 2"):
            survey(incidents(written(tmp_path, content)))
