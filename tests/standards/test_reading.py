"""Standards are read whole or not at all; whatever cannot be meant is named with its place."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicecore.domain.people import Level
from servicecore.domain.sla import WALL, Rung
from servicecore.standards import (
    BadStandardError,
    load_standard,
    parse_length,
    parse_standard,
    shipped_standards,
)
from tests.moments import HOUR, MINUTE, SECOND

GOOD = """
id = "ours"
title = "What we promise"
channels = ["mail"]
pause_reasons = ["customer", "parts"]

[calendar]
name = "our_office"
timezone = "Asia/Shanghai"
week = { mon = [["09:00", "17:00"]], tue = [["09:00", "17:00"]] }

[[ladder]]
at = 0.8
to = "assignee"

[[clock]]
name = "first_response"
within = "2 h"
stops = ["answered"]
clause = "ours:1"

[[clock]]
name = "resolution"
within = "5 working days"
when = { priority = "A" }
stops = "resolved"
pauses = ["customer"]
clause = "ours:2"

[[clock]]
name = "next_reply"
within = "30 min"
starts = ["message_received"]
stops = ["answered"]
repeats = true
credit = "wall"
on_reopening = "restart"
on_change = "from_now"
clause = "ours:3"

[[clock.ladder]]
name = "first"
at = 1
to = "supervisor"

[[clock.ladder]]
name = "last"
at = 2.5
to = "manager"

[[indicator]]
name = "response"
at_most = "4.5 h"
clause = "ours:4"

[[indicator]]
name = "solution_rate"
at_least = 0.95
clause = "ours:5"

[[starting_level]]
when = { kind = ["complex", "special"] }
level = "supervisor"
clause = "ours:6"
"""

CHOSEN = """
[[clock]]
name = "call_back"
within = "30 min"
starts_after = "75 min"
stops = ["answered"]
hidden_on_hold = true
runs_when_closed = true
on_attachment = "from_now"
on_merging = "own_clock"
clause = "ours:7"
"""


def read(text):
    return parse_standard(text, source="ours.toml")


class TestAGoodFile:
    """What it says is what is meant."""

    standard = read(GOOD)

    def test_it_has_a_name_and_a_version_on_record(self):
        assert (self.standard.id, self.standard.title) == ("ours", "What we promise")
        assert self.standard.reference == "ours@1"
        assert read("version = 7" + GOOD).reference == "ours@7"

    def test_lists_of_words(self):
        assert self.standard.channels == ("mail",)
        assert self.standard.pause_reasons == ("customer", "parts")

    def test_its_calendar(self):
        assert self.standard.calendar.reference == "our_office@1"
        assert str(self.standard.calendar.zone) == "Asia/Shanghai"

    def test_a_promise_by_the_clock_runs_day_and_night_and_stands_still_for_anything(self):
        clock, *_ = self.standard.targets

        assert (clock.clock, clock.of, clock.within) == ("first_response", "ticket", 2 * HOUR)
        assert (clock.calendar, clock.starts, clock.stops) == (WALL, ("opened",), ("answered",))
        assert (clock.pauses, clock.repeats, clock.clause) == (("*",), False, "ours:1")

    def test_the_ladder_of_the_standard_holds_where_a_clock_has_none(self):
        first, _, with_its_own = self.standard.targets

        assert first.ladder == (Rung(name="assignee", to="assignee", share=0.8),)
        assert with_its_own.ladder == (
            Rung(name="first", to="supervisor", share=1.0),
            Rung(name="last", to="manager", share=2.5),
        )

    def test_every_named_choice_can_be_made(self):
        *_, chosen = read(GOOD + CHOSEN).targets

        assert (chosen.starts_after, chosen.hidden_on_hold, chosen.runs_when_closed) == (
            75 * MINUTE,
            True,
            True,
        )
        assert (chosen.on_attachment, chosen.on_merging) == ("from_now", "own_clock")

    def test_a_promise_in_working_days_counts_on_the_calendar(self):
        clock = self.standard.targets[1]

        assert (clock.within, clock.working_days, clock.calendar) == (None, 5, "working")
        assert dict(clock.when) == {"priority": ("A",)}
        assert (clock.stops, clock.pauses) == (("resolved",), ("customer",))

    def test_choices(self):
        clock = self.standard.targets[2]

        assert (clock.starts, clock.repeats, clock.credit) == (("message_received",), True, "wall")
        assert (clock.on_reopening, clock.on_change) == ("restart", "from_now")

    def test_indicators(self):
        length, share = self.standard.indicators

        assert (length.name, length.at_most, length.at_least) == ("response", 4.5 * HOUR, None)
        assert (share.at_most, share.at_least, share.clause) == (None, 0.95, "ours:5")

    def test_levels_at_which_cases_begin(self):
        [level] = self.standard.starting_levels

        assert (level.level, level.clause) == (Level.SUPERVISOR, "ours:6")
        assert dict(level.when) == {"kind": ("complex", "special")}

    def test_most_of_it_may_be_left_out(self):
        bare = read(
            'id = "x"\ntitle = "X"\n[calendar]\ntimezone = "UTC"\n'
            'week = { mon = [["09:00", "10:00"]] }'
        )

        assert (bare.targets, bare.indicators, bare.starting_levels) == ((), (), ())
        assert (bare.pause_reasons, bare.channels) == ((), ())


#: What to write instead of what, the key that is named, what was found, and what was expected.
BAD = [
    ('id = "ours"', "", "id", "nothing", "a lasting name"),
    ('id = "ours"', "id = 7", "id", "7", "a lasting name"),
    ('title = "What we promise"', "", "title", "nothing", "title"),
    ('title = "What we promise"', "title = 2025-01-01", "title", "2025, 1, 1", "title"),
    ('id = "ours"', 'id = "ours"\nversion = "1"', "version", "'1'", "a whole number"),
    ('id = "ours"', 'id = "ours"\nversion = 1.5', "version", "1.5", "a whole number"),
    ('id = "ours"', 'id = "ours"\nversion = true', "version", "True", "a whole number"),
    ('id = "ours"', 'id = "ours"\nauthor = "Lin"', "author", "'Lin'", "one of id, version"),
    ('channels = ["mail"]', "channels = [1]", "channels", "[1]", "a list of words"),
    ('channels = ["mail"]', "channels = 1", "channels", "1", "a list of words"),
    ('["customer", "parts"]', "true", "pause_reasons", "True", "a list of words"),
    # --- The calendar ---
    ('timezone = "Asia/Shanghai"', 'timezone = "Asia/Peking"', "calendar", "Peking", "a working"),
    ('timezone = "Asia/Shanghai"', "", "calendar", "timezone", "a working calendar"),
    ('["09:00", "17:00"]], tue', '["09:00", "25:00"]], tue', "calendar", "25:00", "a working"),
    ('["09:00", "17:00"]], tue', '["17:00", "09:00"]], tue', "calendar", "17:00", "a working"),
    ('name = "our_office"', 'opens = "nine"', "calendar", "opens", "a working calendar"),
    ('name = "our_office"', "china = [1999]", "calendar", "", "a working calendar"),
    # --- Clocks ---
    ('name = "first_response"', "", "clock[1].name", "nothing", "name"),
    ('name = "first_response"', "name = 1", "clock[1].name", "1", "name"),
    ('within = "2 h"', "", "clock[1].within", "nothing", "a length such as '2 h'"),
    ('within = "2 h"', "within = 2", "clock[1].within", "2", "a length such as '2 h'"),
    ('within = "2 h"', 'within = "2h"', "clock[1].within", "'2h'", "a length such as"),
    ('within = "2 h"', 'within = "2 weeks"', "clock[1].within", "'2 weeks'", "a length such as"),
    ('within = "2 h"', 'within = "-2 h"', "clock[1].within", "'-2 h'", "a length such as"),
    ('within = "2 h"', 'within = "9999999999 d"', "clock[1].within", "9999999999", "a length"),
    ('within = "2 h"', 'within = "1.5 working days"', "clock[1].within", "1.5 working", "a length"),
    (
        'within = "5 working days"',
        'within = "5 working days"\ncalendar = "wall"',
        "clock[2].within",
        "wall",
        "a length",
    ),
    ('stops = ["answered"]', "", "clock[1].stops", "nothing", "a list of words"),
    ('stops = "resolved"', "stops = [3]", "clock[2].stops", "[3]", "a list of words"),
    ('clause = "ours:1"', "", "clock[1].clause", "nothing", "the clause it comes from"),
    ('clause = "ours:1"', 'claus = "ours:1"', "clock[1].claus", "'ours:1'", "one of name, of"),
    (
        'pauses = ["customer"]',
        'pauses = ["lunch"]',
        "clock[2].pauses",
        "'lunch'",
        "one of customer",
    ),
    ('when = { priority = "A" }', 'when = "A"', "clock[2].when", "'A'", "a table"),
    (
        'when = { priority = "A" }',
        "when = { priority = 1 }",
        "clock[2].when.priority",
        "1",
        "a list of words",
    ),
    ("repeats = true", 'repeats = "yes"', "clock[3].repeats", "'yes'", "true or false"),
    ("repeats = true", "repeats = 1", "clock[3].repeats", "1", "true or false"),
    ('credit = "wall"', 'credit = "half"', "clock[3].credit", "'half'", "one of working, wall, no"),
    (
        'on_change = "from_now"',
        'on_change = "later"',
        "clock[3].on_change",
        "'later'",
        "from_start",
    ),
    ('on_reopening = "restart"', "on_reopening = 1", "clock[3].on_reopening", "1", "one of contin"),
    (
        'stops = "resolved"',
        'stops = "resolved"\ncalendar = "moon"',
        "clock[2].calendar",
        "'moon'",
        "'wall' or 'working'",
    ),
    # --- Ladders ---
    ('to = "assignee"', 'to = "boss"', "ladder[1].to", "'boss'", "'assignee', 'supervisor' or"),
    ('to = "assignee"', "", "ladder[1].to", "nothing", "'assignee', 'supervisor' or 'manager'"),
    ("at = 0.8", "at = 0", "ladder[1].at", "0", "a share of the target, such as 0.8"),
    ("at = 0.8", "at = 80", "ladder[1].at", "80", "a share of the target"),
    ("at = 0.8", "at = nan", "ladder[1].at", "nan", "a share of the target"),
    ("at = 0.8", "at = true", "ladder[1].at", "True", "a share of the target"),
    ("at = 0.8", 'at = "80%"', "ladder[1].at", "'80%'", "a share of the target"),
    ("at = 0.8", 'at = "0.8"', "ladder[1].at", "'0.8'", "a share of the target"),
    ("at = 0.8", "", "ladder[1].at", "nothing", "a share of the target"),
    ("at = 0.8", "at = 0.8\nafter = 1", "ladder[1].after", "1", "one of name, at, to"),
    ('name = "first"\nat = 1', 'name = "first"\nat = -1', "clock[3].ladder[1].at", "-1", "a share"),
    ('name = "last"', 'name = "first"', "clock[3].ladder", "'first'", "a name"),
    # --- Indicators and starting levels ---
    ('at_most = "4.5 h"', "", "indicator[1].at_most", "both or none", "either at_most or at_least"),
    (
        'at_most = "4.5 h"',
        'at_most = "4.5 h"\nat_least = 0.5',
        "indicator[1].at_most",
        "both or none",
        "either at_most or at_least",
    ),
    ('at_most = "4.5 h"', "at_most = 4.5", "indicator[1].at_most", "4.5", "a length"),
    ("at_least = 0.95", "at_least = 95", "indicator[2].at_least", "95", "a share from 0 to 1"),
    (
        "at_least = 0.95",
        'at_least = "95%"',
        "indicator[2].at_least",
        "'95%'",
        "a share from 0 to 1",
    ),
    ("at_least = 0.95", "at_least = true", "indicator[2].at_least", "True", "a share from 0 to 1"),
    ('clause = "ours:4"', "", "indicator[1].clause", "nothing", "the clause it comes from"),
    ('level = "supervisor"', 'level = "boss"', "starting_level[1].level", "'boss'", "'supervisor'"),
    ('level = "supervisor"', "", "starting_level[1].level", "nothing", "'supervisor' or 'manager'"),
    (
        'clause = "ours:6"',
        "clause = 6",
        "starting_level[1].clause",
        "6",
        "the clause it comes from",
    ),
]


class TestBadFiles:
    """The error names the file, the key, what stands there and what was expected."""

    @pytest.mark.parametrize(("written", "instead", "key", "found", "expected"), BAD)
    def test_one_thing_wrong(self, written, instead, key, found, expected):
        assert written in GOOD

        with pytest.raises(BadStandardError) as refused:
            read(GOOD.replace(written, instead, 1))

        place, _, told = str(refused.value).partition(": expected ")
        wanted, _, got = told.partition(", got ")
        assert place == f"ours.toml: {key}"
        assert expected in wanted
        assert found in got

    @pytest.mark.parametrize("name", ["clock", "indicator", "ladder", "starting_level"])
    def test_a_table_where_a_list_of_tables_belongs(self, name):
        rows = GOOD.partition("[[ladder]]")[0]

        with pytest.raises(
            BadStandardError, match=rf"{name}: expected a list of tables \[\[{name}"
        ):
            read(rows + f"[{name}]\nname = 'x'\n")

    def test_a_list_of_anything_else(self):
        with pytest.raises(BadStandardError, match="indicator: expected a table, got 'fast'"):
            read('indicator = ["fast"]\n' + GOOD.partition("[[indicator]]")[0])

    def test_what_is_no_toml_at_all(self):
        with pytest.raises(BadStandardError, match=r"ours.toml: this is not TOML: .*line 1"):
            read("promise: fast")

    def test_it_is_a_value_error(self):
        with pytest.raises(ValueError, match="id"):
            read("")


class TestLoading:
    """By the name of a shipped one, or from a file."""

    def test_a_shipped_one_by_name(self):
        assert (
            load_standard("operations_manual_2025") is shipped_standards()["operations_manual_2025"]
        )

    @pytest.mark.parametrize("as_text", [True, False])
    def test_a_file(self, tmp_path, as_text):
        path = tmp_path / "ours.toml"
        path.write_text(GOOD, encoding="utf-8")

        assert load_standard(str(path) if as_text else path) == read(GOOD)

    def test_the_error_names_the_file(self, tmp_path):
        path = tmp_path / "theirs.toml"
        path.write_text(GOOD.replace('"2 h"', '"soon"'), encoding="utf-8")

        with pytest.raises(BadStandardError, match=r"theirs.toml: clock\[1\].within: .*'soon'"):
            load_standard(path)

    def test_what_is_not_there_or_cannot_be_read(self, tmp_path):
        binary = tmp_path / "picture.toml"
        binary.write_bytes(b"\xff\xfe\x00")

        for source in ("nobody_knows", tmp_path, binary):
            with pytest.raises(
                BadStandardError, match=r"neither a readable file nor one of .*oper"
            ):
                load_standard(source)


class TestLengths:
    """A number, a space, a unit."""

    @pytest.mark.parametrize(
        ("text", "length"),
        [
            ("2 h", 2 * HOUR),
            ("4.5 h", 4.5 * HOUR),
            ("15 min", 15 * MINUTE),
            ("90 s", 90 * SECOND),
            ("3 d", 72 * HOUR),
            ("0 s", timedelta()),
        ],
    )
    def test_what_is_meant(self, text, length):
        assert parse_length(text) == length

    @pytest.mark.parametrize(
        "text", ["", "2", "h", "2h", "two h", "-1 h", "1 H", ".5 h", "1. h", "1 h "]
    )
    def test_anything_else_is_refused(self, text):
        with pytest.raises(
            ValueError, match=f"{text!r} is not a length; expected one such as '2 h'"
        ):
            parse_length(text)

    @given(st.integers(0, 10_000), st.sampled_from([("s", 1), ("min", 60), ("h", 3600)]))
    def test_units_are_what_they_always_were(self, number, unit):
        name, seconds = unit

        assert parse_length(f"{number} {name}") == timedelta(seconds=number * seconds)
