from __future__ import annotations

import pytest

from servicecore.exchange.errors import BadMappingError
from servicecore.exchange.mappings import TICKET_MAPPINGS, Meaning

SMALL = """
id = "ours"
title = "A small file"
first_answer = "working"
[file]
format = "csv"
backfilled = ["solved_at"]
[row]
ticket = "no"
at = "when"
state = "status"
[states]
new = "open"
busy = "working"
[waiting]
held = "customer"
"""


class TestShippedMappings:
    """Four real files can be read with what comes with the package."""

    def test_they_are_known_by_name(self):
        assert set(TICKET_MAPPINGS.shipped()) == {
            "bpic2013_incidents",
            "bpic2013_problems",
            "helpdesk_italy",
            "uci_incident",
        }

    def test_every_word_of_the_vocabulary_is_used_or_explained_in_one_of_them(self, pytestconfig):
        folder = pytestconfig.rootpath / "src/servicecore/exchange/mappings/shipped/tickets"
        text = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.toml"))
        for meaning in set(Meaning) - {Meaning.WAITING}:
            assert f'"{meaning.value}"' in text

    def test_a_waiting_state_means_waiting(self):
        mapping = TICKET_MAPPINGS.load("uci_incident")
        assert mapping.states["Awaiting Vendor"] is Meaning.WAITING
        assert mapping.waiting["Awaiting Vendor"] == "third_party"


class TestReadingOne:
    """A mapping is read whole or not at all; an error says where, what, and what was expected."""

    def test_what_is_left_out_has_a_sensible_value(self):
        mapping = TICKET_MAPPINGS.parse(SMALL, source="ours.toml")
        assert mapping.rule == "import/ours"
        assert mapping.otherwise == "not recorded"
        assert mapping.file.time_zone.key == "UTC"
        assert mapping.file.encoding == "utf-8"
        assert mapping.columns == ("no", "when", "status")

    @pytest.mark.parametrize(
        ("was", "becomes", "says"),
        [
            (
                'format = "csv"',
                'format = "xlsx"',
                "file.format: expected 'csv' or 'xes', got 'xlsx'",
            ),
            (
                'format = "csv"',
                'encoding = "utf-8"',
                "file.format: expected 'csv' or 'xes', got not",
            ),
            (
                'format = "csv"',
                'format = "csv"\nencoding = "utf-9"',
                "file.encoding: expected an enc",
            ),
            (
                'format = "csv"',
                'format = "csv"\ndelimiter = ";;"',
                "file.delimiter: expected one ch",
            ),
            (
                'format = "csv"',
                'format = "csv"\ntime_zone = "Rome"',
                "file.time_zone: expected a zo",
            ),
            (
                'format = "csv"',
                'format = "csv"\ntimes = "dd/mm"',
                "file.times: expected 'iso', or f",
            ),
            (
                'format = "csv"',
                'format = "csv"\norder = "random"',
                "file.order: expected 'oldest f",
            ),
            ('format = "csv"', 'format = "csv"\nzone = "UTC"', "file.zone: expected one of format"),
            ('ticket = "no"', "", "row.ticket: expected the name of a column, got nothing"),
            ('at = "when"', "at = 3", "row.at: expected a list of words, got 3"),
            ('at = "when"', 'at = "solved_at"', "row.at: expected a column that is not backfilled"),
            (
                'busy = "working"',
                'busy = "at work"',
                "states.busy: expected open, working, resolved",
            ),
            ('busy = "working"', 'busy = "waiting"', "states: expected such a state in [waiting]"),
            ('held = "customer"', 'new = "customer"', "waiting.new: expected it once"),
            ('held = "customer"', 'held = ""', "waiting.held: expected whom or what"),
            ('"working"\n[file]', '"never"\n[file]', "first_answer: expected a list of open, wor"),
            ('title = "A small file"', "", "title: expected what the file is, got nothing"),
            ('id = "ours"', 'id = "ours"\npriority = 1', "priority: expected one of id, version"),
        ],
    )
    def test_what_does_not_fit_is_named(self, was, becomes, says):
        with pytest.raises(BadMappingError) as refused:
            TICKET_MAPPINGS.parse(SMALL.replace(was, becomes, 1), source="ours.toml")
        assert str(refused.value).startswith(f"ours.toml: {says}")

    def test_a_mapping_without_states_is_refused(self):
        text = SMALL[: SMALL.index("[states]")]
        with pytest.raises(BadMappingError, match="states: expected what each state means"):
            TICKET_MAPPINGS.parse(text, source="ours.toml")

    def test_what_is_no_toml_is_refused(self):
        with pytest.raises(BadMappingError, match=r"ours\.toml: this is not TOML"):
            TICKET_MAPPINGS.parse("id =", source="ours.toml")

    def test_a_name_that_is_no_file_tells_the_shipped_ones(self):
        with pytest.raises(BadMappingError, match=r"'zendesk' is neither .* uci_incident"):
            TICKET_MAPPINGS.load("zendesk")

    def test_a_file_of_ones_own(self, tmp_path):
        path = tmp_path / "ours.toml"
        path.write_text(SMALL, encoding="utf-8")
        assert TICKET_MAPPINGS.load(path).id == "ours"


class TestMoments:
    """Times are read in the forms of the mapping; without a zone they are in its zone."""

    def moment(self, text: str, **form: str):
        told = "\n".join(f"{key} = '{value}'" for key, value in form.items())
        mapping = TICKET_MAPPINGS.parse(
            SMALL.replace('"csv"', f'"csv"\n{told}', 1), source="ours.toml"
        )
        return mapping.file.moment(text).isoformat()

    def test_without_a_zone_it_is_utc(self):
        assert self.moment("2016-07-01T12:00") == "2016-07-01T12:00:00+00:00"

    def test_the_zone_of_the_mapping_counts_where_the_time_tells_none(self):
        told = self.moment("1/7/2016 12:00", times="%d/%m/%Y %H:%M", time_zone="Europe/Rome")
        assert told == "2016-07-01T10:00:00+00:00"

    def test_a_time_that_tells_its_zone_is_believed(self):
        told = self.moment("2016-07-01T12:00:00+08:00", time_zone="Europe/Rome")
        assert told == "2016-07-01T04:00:00+00:00"
