"""A read model that another rule has built is noticed, never read wrongly."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum

import attrs
import pytest

from servicecore import ServiceDesk
from servicecore.extending import Extension, Facts, ReadModel
from servicecore.projections.shapes import shape_of
from servicecore.storage.model_notes import Notes, OutdatedReadModelError
from tests.moments import NINE, REQUEST


@attrs.define
class Length:
    events: int = 0


@attrs.define
class LengthAndLast:
    events: int = 0
    last: str = ""


def count(fact, event):
    return Length((fact.events if fact else 0) + 1)


def count_double(fact, event):
    return Length((fact.events if fact else 0) + 2)


def count_and_tell(fact, event):
    return LengthAndLast((fact.events if fact else 0) + 1, type(event).__name__)


OLD = Facts(name="lengths", kind="ticket", row=Length, fold=count)
OTHER_RULE = Facts(name="lengths", kind="ticket", row=Length, fold=count_double, version=2)
OTHER_FIELDS = Facts(name="lengths", kind="ticket", row=LengthAndLast, fold=count_and_tell)


def desk_with(url, model):
    extension = Extension(name="lengths", read_models=[model])
    return ServiceDesk.open(url, react="worker", extensions=[extension])


def lengths(desk, model):
    return [each.events for each in model.every(desk._office.rows("lengths"))]


@pytest.fixture
def url(tmp_path):
    url = f"sqlite:///{tmp_path / 'service.db'}?synchronous=off"
    with desk_with(url, OLD) as desk:
        desk.tickets.open("T-1", **REQUEST, at=NINE)
        assert lengths(desk, OLD) == [1]
    return url


@pytest.mark.parametrize("new", [OTHER_RULE, OTHER_FIELDS], ids=["rule", "fields"])
class TestAnotherRule:
    """Another version, or other fields: the table is refused until it is rebuilt."""

    def test_it_says_what_to_do(self, url, new):
        with desk_with(url, new) as desk:
            told = "servicecore project rebuild lengths"
            with pytest.raises(OutdatedReadModelError, match=f"lengths was built by .*: {told}"):
                desk._office.rows("lengths")
            with pytest.raises(OutdatedReadModelError):
                desk._office.position("lengths")
            assert list(desk.projects.outdated()) == ["lengths"]
            assert told in desk.projects.outdated()["lengths"]

    def test_rebuilding_helps_and_the_old_program_refuses_then(self, url, new):
        with desk_with(url, OLD) as old, desk_with(url, new) as desk:
            assert lengths(old, OLD) == [1]
            desk.projects.rebuild("lengths")

            assert lengths(desk, new) == [2 if new is OTHER_RULE else 1]
            assert desk.projects.outdated() == {}
            with pytest.raises(OutdatedReadModelError):
                old._office.rows("lengths")

    def test_nothing_is_added_to_it_meanwhile_and_the_others_go_on(self, url, new):
        with desk_with(url, new) as desk:
            desk.tickets.open("T-2", **REQUEST, at=NINE)
            with pytest.raises(OutdatedReadModelError):
                desk.projects.catch_up()

            assert desk.log.tables.position("lengths", 1) == 1
            assert desk._office.position("ticket_facts") == desk.log.head()
            assert desk.next_wake_up() is not None


class TestTheSameRule:
    """Whoever opens it again reads on."""

    def test_it_is_read(self, url):
        with desk_with(url, OLD) as desk:
            assert lengths(desk, OLD) == [1]

    def test_a_table_from_before_anything_was_noted_is_refused(self, url):
        with desk_with(url, OLD) as desk:
            Notes(desk.log.tables).forget("lengths", 1)
        with (
            desk_with(url, OLD) as desk,
            pytest.raises(OutdatedReadModelError, match="by a rule nobody noted"),
        ):
            desk._office.rows("lengths")

    def test_one_written_by_hand_has_a_version_too(self, url):
        def nothing(batch, recorded):
            """Keep nothing."""

        by_hand = ReadModel(name="mine", observe=nothing)
        with desk_with(url, by_hand) as desk:
            assert list(desk._office.rows("mine").scan()) == []
        with (
            desk_with(url, attrs.evolve(by_hand, version=2)) as desk,
            pytest.raises(OutdatedReadModelError, match=r"mine was built by 1, .* has 2"),
        ):
            desk._office.rows("mine")


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class FewerColours(Enum):
    RED = "red"


FewerColours.__name__ = "Colour"


def row(**fields):
    return attrs.make_class("Row", {name: attrs.field(type=hint) for name, hint in fields.items()})


class TestWhatRowsLookLike:
    """One word for all fields: it changes when one of them does, and else never."""

    @pytest.mark.parametrize(
        "other",
        [
            row(b=int),
            row(a=str),
            row(a=int, b=int),
            row(a=int | None),
            row(a=list[int]),
            row(a=row(x=int)),
        ],
    )
    def test_any_change_is_noticed(self, other):
        assert shape_of(other) != shape_of(row(a=int))

    def test_so_is_one_within(self):
        assert shape_of(row(a=list[row(x=int)])) != shape_of(row(a=list[row(x=str)]))
        assert shape_of(row(a=dict[str, int])) != shape_of(row(a=dict[str, str]))

    def test_and_one_in_the_values_of_an_enumeration(self):
        assert shape_of(row(a=Colour)) != shape_of(row(a=FewerColours))

    def test_the_same_fields_are_the_same_word_everywhere(self):
        fields = {"a": int | None, "b": dict[str, timedelta], "at": datetime, "c": Colour}

        assert shape_of(row(**fields)) == shape_of(row(**fields))
        assert shape_of(row(**fields)) == "d10c16c6"
        assert shape_of(row(a=int | str)) == shape_of(row(a=str | int))
