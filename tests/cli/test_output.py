"""Answers are laid out for terminals on which Chinese takes two columns a character."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from enum import Enum
from pathlib import Path
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicecore.cli import progress
from servicecore.cli.arguments import length
from servicecore.cli.output import (
    padded,
    say,
    table,
    to_the_minute,
    told_at,
    told_length,
    width,
    wrapped,
)
from servicecore.exchange.plain import plain


class Colour(Enum):
    RED = "red"


@attrs.frozen
class Thing:
    at: datetime
    took: timedelta
    colour: Colour
    names: frozenset[str]
    _own: int = 0


class TestPlainValues:
    """Whatever a command answers, JSON can tell it."""

    def test_moments_are_iso_and_lengths_are_seconds(self):
        thing = Thing(
            datetime(2026, 1, 5, 9, tzinfo=timezone.utc),
            timedelta(minutes=1.5),
            Colour.RED,
            frozenset({"b", "a"}),
        )
        assert plain({("clock", 2): [thing, Path("x")]}) == {
            "clock#2": [
                {
                    "at": "2026-01-05T09:00:00+00:00",
                    "took": 90.0,
                    "colour": "red",
                    "names": ["a", "b"],
                },
                "x",
            ]
        }


class TestColumns:
    """Columns stand straight, whatever is written in them."""

    @given(
        st.text(alphabet="ab 华兴、é\u0301", max_size=12), st.integers(min_value=24, max_value=30)
    )
    def test_a_cell_is_as_wide_as_asked(self, text, columns):
        assert width(padded(text, columns)) == columns

    def test_chinese_takes_two_columns(self):
        told = table([("华兴", "1"), ("Acme", "12")], head=("who", "n"), right=(1,))
        assert told == "who    n\n----  --\n华兴   1\nAcme  12"

    @given(st.text(alphabet="ab 华兴，。", max_size=200))
    def test_no_line_is_too_long_and_nothing_is_lost(self, text):
        lines = wrapped(text, columns=30).split("\n")
        assert all(width(line) <= 31 or " " not in line.strip() for line in lines)
        assert "".join("".join(lines).split()) == "".join(text.split())


class TestWhatCustomersWrote:
    """Texts from outside are shown, never obeyed by the terminal."""

    def test_control_characters_are_made_visible(self, capsys):
        say("fault \x1b[2J\x9b gone")
        assert capsys.readouterr().out == "fault \\x1b[2J\\x9b gone\n"

    def test_a_cell_stays_one_line(self):
        assert table([("two\nlines",)], head=("fault",)) == "fault\n---------\ntwo lines"


class TestLengths:
    """Lengths of time are read and told as people say them."""

    @pytest.mark.parametrize(
        ("text", "minutes"), [("2 h", 120), ("90min", 90), ("1 h 30 min", 90), ("1.5 d", 2160)]
    )
    def test_they_are_read(self, text, minutes):
        assert length(text) == timedelta(minutes=minutes)

    @given(
        st.timedeltas(timedelta(), timedelta(days=400)).map(
            lambda one: one - one % timedelta(seconds=1)
        )
    )
    def test_what_is_told_reads_back(self, one):
        assert length(told_length(one)) == one

    def test_rough_ones_are_rounded_to_the_minute(self):
        assert to_the_minute(timedelta(hours=1, seconds=31)) == "1 h 1 min"
        assert to_the_minute(timedelta(seconds=31.4)) == "31 s"

    def test_moments_are_told_in_the_zone_of_the_desk(self):
        sunday = datetime(2026, 1, 4, 16, 0, 59, tzinfo=timezone.utc)
        assert told_at(sunday, ZoneInfo("Asia/Shanghai")) == "Mon 2026-01-05 00:00"


class TestProgress:
    """Progress is for people at a terminal, and for nobody else."""

    def test_it_is_silent_when_nobody_watches(self, capsys):
        with progress.progress("work") as advance:
            advance(1, 2)
        assert capsys.readouterr() == ("", "")

    def test_without_rich_there_is_a_plain_bar_that_goes_away_again(self, capsys):
        bar = progress._plain("work")
        advance = next(bar)
        advance(1, 2)
        advance(1, 2)
        assert list(bar) == []
        shown = capsys.readouterr().err
        assert shown.count("work") == 1
        assert "[###############               ]  50 %" in shown
        assert shown.endswith("\r")
