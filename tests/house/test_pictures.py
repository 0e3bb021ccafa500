"""Pictures show what is there: they are drawn from the code, and from histories on record."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from docs.pictures import PICTURES, WAYS, house, life, policies, ways
from servicecore.desk.registry import POLICIES
from servicecore.domain.complaint import Status as OfComplaint
from servicecore.domain.ticket import Status as OfTicket

from .sources import SRC


def read(picture):
    return ET.fromstring(picture)  # noqa: S314  # our own


def words(picture):
    return [each.text for each in read(picture).iter() if each.tag.endswith("text")]


class TestThePictureOfTheHouse:
    """Every room stands in it, on the floor that import-linter sees to."""

    def test_shows_every_room(self):
        rooms = {each.stem for each in SRC.iterdir() if not each.name.startswith("_")}
        assert rooms - set(words(house())) <= {"py", "extending"}  # A menu is no room.

    def test_tells_whom_a_room_imports(self):
        told = words(house())
        below = told[told.index("policies") :]
        assert next(each for each in below if each.startswith("imports")) == "imports domain"


class TestThePicturesOfWhatHappens:
    """A step names code that is there; every policy is shown with what it hears and does."""

    def test_a_step_into_code_that_is_gone_is_not_drawn(self, monkeypatch):
        monkeypatch.setitem(WAYS, "A command", (("gone", "servicecore.desk:Nobody"),))
        with pytest.raises(AttributeError, match="Nobody"):
            ways()

    def test_every_policy_hears_something_and_acts_on_something(self):
        drawn = policies()
        assert {each.__name__ for each in POLICIES} <= set(words(drawn))
        starts = set(re.findall(r'd="M500,([\d.]+)C', drawn))
        ends = set(re.findall(r" 280,([\d.]+)\"", drawn))
        assert len(starts) == len(ends) == len(POLICIES)


class TestThePictureOfALife:
    """Every status that there is was gone through by a history on record."""

    @pytest.mark.parametrize(
        ("kind", "statuses"), [("ticket", OfTicket), ("complaint", OfComplaint)]
    )
    def test_shows_every_status(self, kind, statuses):
        assert {each.value.replace("_", " ") for each in statuses} <= set(words(life(kind)))

    def test_what_leads_back_is_told_from_what_leads_on(self):
        assert life("ticket").count('class="way back"') == len(["resumed", "reopened"])


@pytest.mark.parametrize("draw", PICTURES, ids=lambda draw: PICTURES[draw].stem)
def test_a_picture_can_be_read_to_those_who_do_not_see_it(draw):
    assert read(draw()).get("aria-label")
