"""Events as plain JSON under lasting names, and nothing that could not be read again."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from fractions import Fraction

import attrs
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicecore.domain.events import (
    Catalogue,
    EventDeclarationError,
    Provenance,
    UnknownEventError,
    event,
    stream_of,
    upcast,
)
from servicecore.domain.moments import NaiveMomentError, instant
from servicecore.storage import (
    Change,
    Fold,
    StorageError,
    UnreadableEventError,
    UnstorableEventError,
    open_log,
)
from servicecore.storage.codec import Codec, stream_id

NINE = datetime(2025, 3, 3, 9, tzinfo=timezone.utc)
LIN = Provenance(actor="Lin")
THINGS = Catalogue()


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


@attrs.frozen
class Part:
    name: str
    lasts: timedelta
    made: datetime | None = instant(default=None)


@event("thing.made", catalogue=THINGS)
class Made:
    text: str
    whole: int
    price: Decimal
    colours: frozenset[Colour]
    parts: tuple[Part, ...]
    pair: tuple[int, str]
    by_name: dict[str, timedelta]
    day: date | None
    at: datetime = instant()


moments = st.datetimes(min_value=datetime(1, 1, 3), max_value=datetime(9999, 12, 29)).map(  # noqa: DTZ001
    lambda moment: moment.replace(tzinfo=timezone.utc)
)
durations = st.timedeltas(timedelta(days=-100_000), timedelta(days=100_000))
texts = st.text(st.characters(exclude_categories=["Cs"]))
parts = st.builds(Part, texts, durations, st.none() | moments)
things = st.builds(
    Made,
    text=texts,
    whole=st.integers(-(2**63), 2**64 - 1),
    price=st.decimals(allow_nan=False, allow_infinity=False),
    colours=st.frozensets(st.sampled_from(Colour)),
    parts=st.lists(parts).map(tuple),
    pair=st.tuples(st.integers(-9, 9), texts),
    by_name=st.dictionaries(texts, durations),
    day=st.none() | st.dates(),
    at=moments,
)


def stored(log):
    """Return the newest row as an auditor would read it."""
    *_, row = log.rows_since(0)
    return row, json.loads(row.state)


class TestWhatIsWrittenIsWhatIsRead:
    """Every kind of value an event may hold comes back equal, whatever it is."""

    @given(thing=things)
    def test_any_event_comes_back_equal(self, thing):
        log = open_log("memory:", catalogue=THINGS)
        log.append(Change("thing/1", [thing], after=0), provenance=LIN)

        [recorded] = log.since(0)

        assert thing == recorded.event
        assert thing == log.load("thing/1", Fold(lambda _, made: made, name="last"))[0]

    @given(one=moments, other=moments)
    def test_the_column_sorts_as_the_moments_do(self, one, other):
        log = open_log("memory:", catalogue=TOLD)
        for n, at in enumerate((one, other)):
            log.append(Change(f"thing/{n}", [Told(at=at)], after=0), provenance=LIN)

        first, second = (row.occurred_at for row in log.rows_since(0))

        assert (first < second, first == second) == (one < other, one == other)

    def test_what_goes_on_record_together_has_each_its_own_moment(self):
        log = open_log("memory:", catalogue=TOLD)
        moments = [NINE, NINE + timedelta(hours=1), NINE + timedelta(hours=1), NINE]
        log.append(Change("thing/1", [Told(at=at) for at in moments], after=0), provenance=LIN)

        assert [row.occurred_at for row in log.rows_since(0)] == [at.isoformat() for at in moments]

    def test_a_row_is_plain_json_under_a_lasting_name(self):
        log = open_log("memory:", catalogue=TOLD, clock=lambda: NINE)
        said = Provenance(actor="林", role="agent", rule="om2025:2.2b")
        at = NINE.astimezone(timezone(timedelta(hours=8)))
        log.append(Change("thing/1", [Told(at=at)], after=0), provenance=said)

        row, told = stored(log)

        assert ("thing.told", "2025-03-03T09:00:00+00:00") == (row.topic, row.occurred_at)
        assert {
            "subject": "thing/1",
            "recorded_at": "2025-03-03T09:00:00Z",
            "actor": "林",
            "role": "agent",
            "rule": "om2025:2.2b",
            "event": {"at": "2025-03-03T09:00:00Z"},
        } == told


TOLD = Catalogue()


@event("thing.told", catalogue=TOLD)
class Told:
    at: datetime = instant()


class TestWhatCannotBeReadIsNotDeclared:
    """Start-up fails, naming the class, rather than a replay in three years."""

    @pytest.mark.parametrize("kind", [Fraction, complex, object])
    def test_a_type_that_json_does_not_have(self, kind):
        catalogue = Catalogue()

        @event("thing.odd", catalogue=catalogue)
        class Odd:
            odd: kind | None = None  # type: ignore[valid-type]
            at: datetime = instant()

        Odd.__annotations__["odd"] = kind | None
        with pytest.raises(UnstorableEventError, match=f"Odd: .* no form for {kind.__name__}"):
            open_log("memory:", catalogue=catalogue)

    def test_one_of_two_classes_that_look_alike(self):
        with pytest.raises(UnstorableEventError, match="EitherMade"):
            open_log("memory:", catalogue=EITHER)

    def test_an_annotation_that_nobody_can_resolve(self):
        catalogue = Catalogue()

        @event("thing.lost", catalogue=catalogue)
        class Lost:
            what: Nowhere  # noqa: F821
            at: datetime = instant()

        with pytest.raises(UnstorableEventError, match="Lost"):
            open_log("memory:", catalogue=catalogue)

    def test_a_private_field_of_a_part(self):
        with pytest.raises(UnstorableEventError, match=r"Boxed: Secretive\._secret"):
            open_log("memory:", catalogue=BOXED)

    def test_a_version_that_nobody_reads(self):
        catalogue = Catalogue()

        @event("thing.told@2", catalogue=catalogue)
        class Told2:
            at: datetime = instant()

        with pytest.raises(EventDeclarationError, match=r"Told2.*'thing\.told'"):
            open_log("memory:", catalogue=catalogue)

    def test_an_event_that_is_declared_late_is_checked_when_it_is_used(self):
        catalogue = Catalogue()
        log = open_log("memory:", catalogue=catalogue)

        @event("thing.late", catalogue=catalogue)
        class Late:
            what: Nowhere  # noqa: F821
            at: datetime = instant()

        with pytest.raises(UnstorableEventError, match="Late"):
            log.append(Change("thing/1", [Late(what=1, at=NINE)], after=0), provenance=LIN)
        assert 0 == log.head()

    def test_what_is_no_event_is_not_written(self):
        log = open_log("memory:", catalogue=TOLD)

        with pytest.raises(EventDeclarationError, match="Part is not an event"):
            log.append(Change("thing/1", [Part("x", timedelta())], after=0), provenance=LIN)

    def test_a_moment_without_an_offset_is_not_written(self):
        log = open_log("memory:", catalogue=PLAIN)

        with pytest.raises(NaiveMomentError, match="at needs a UTC offset"):
            log.append(
                Change("thing/1", [Plain(at=datetime(2025, 3, 3, 9))], after=0),  # noqa: DTZ001
                provenance=LIN,
            )
        assert 0 == log.head()

    def test_a_number_that_json_does_not_have_is_not_written(self):
        log = open_log("memory:", catalogue=PLAIN)

        with pytest.raises(UnstorableEventError, match="nan"):
            log.append(
                Change("thing/1", [Plain(share=float("nan"), at=NINE)], after=0), provenance=LIN
            )


PART = Part("lid", timedelta(hours=1), NINE)
MADE = Made(
    text="a lid",
    whole=1,
    price=Decimal("9.90"),
    colours=frozenset({Colour.RED}),
    parts=(PART,),
    pair=(1, "one"),
    by_name={"lid": timedelta(hours=1)},
    day=date(2025, 3, 3),
    at=NINE,
)


class TestWhatCouldNotBeReadAgainIsNotWritten:
    """Python lets anybody put anything anywhere; the log does not."""

    @pytest.mark.parametrize(
        "wrong",
        [
            {"text": 5},
            {"text": None},
            {"whole": 1.5},
            {"whole": "one"},
            {"colours": frozenset({"green"})},
            {"parts": PART},
            {"parts": (attrs.evolve(PART, name=None),)},
            {"parts": (PART, attrs.evolve(PART, lasts=3600.5j))},
            {"parts": (PART, attrs.evolve(PART, lasts="an hour"))},
            {"parts": (MADE,)},
            {"pair": (1, "one", "more")},
            {"pair": ("one", 1)},
            {"by_name": {"lid": "long"}},
            {"day": "tomorrow"},
        ],
    )
    def test_whatever_is_wrong_with_it(self, wrong):
        log = open_log("memory:", catalogue=THINGS)
        bad = attrs.evolve(MADE, **wrong)

        with pytest.raises(UnstorableEventError, match="cannot be stored"):
            log.append(Change("thing/1", [MADE, bad], after=0), provenance=LIN)
        assert 0 == log.head()

    def test_nor_what_a_part_of_it_would_refuse_when_it_is_made_again(self):
        log = open_log("memory:", catalogue=PICKY)
        odd = Picky(2)
        object.__setattr__(odd, "even", 3)

        with pytest.raises(UnstorableEventError, match="3 is odd"):
            log.append(Change("thing/1", [Picked(what=odd, at=NINE)], after=0), provenance=LIN)

    def test_a_part_that_may_be_missing_may_be_there(self):
        log = open_log("memory:", catalogue=PICKY)
        told = [Picked(what=Picky(2), at=NINE), Picked(what=None, within=PART, at=NINE)]
        log.append(Change("thing/1", told, after=0), provenance=LIN)

        assert told == [each.event for each in log.history("thing/1")]


PICKY = Catalogue()


@attrs.frozen
class Picky:
    even: int

    def __attrs_post_init__(self):
        if self.even % 2:
            msg = f"{self.even} is odd"
            raise ValueError(msg)


@event("thing.picked", catalogue=PICKY)
class Picked:
    what: Picky | None
    within: Part | None = None
    at: datetime = instant()


PLAIN = Catalogue()


@event("thing.plain", catalogue=PLAIN)
class Plain:
    share: float = 1.0
    at: datetime  # Without instant(), nobody converts it.


EITHER = Catalogue()


@event("thing.either_made", catalogue=EITHER)
class EitherMade:
    what: Part | Told
    at: datetime = instant()


BOXED = Catalogue()


@attrs.frozen
class Secretive:
    _secret: str


@event("thing.boxed", catalogue=BOXED)
class Boxed:
    inside: tuple[Secretive, ...] = ()
    at: datetime = instant()


class TestOldRecords:
    """What was written under an older name or form reads as it is told today."""

    def test_an_old_form_is_told_in_the_words_of_today(self):
        then, now = Catalogue(), Catalogue()

        @event("thing.weighed", catalogue=then)
        class Weighed:
            grams: int
            at: datetime = instant()

        event("thing.weighed@3", catalogue=now)(_Weighed3)
        upcast("thing.weighed", to="thing.weighed@2", catalogue=now)(
            lambda old: {"kilos": old["grams"] / 1000, "at": old["at"]}
        )
        upcast("thing.weighed@2", to="thing.weighed@3", catalogue=now)(
            lambda old: {"kilos": old["kilos"], "lasted": "PT1S", "at": old["at"]}
        )
        log = open_log("memory:", catalogue=then)
        log.append(Change("thing/1", [Weighed(grams=1500, at=NINE)], after=0), provenance=LIN)
        log = type(log)(log.storage, catalogue=now)

        [recorded] = log.since(0)
        loaded, _ = log.load("thing/1", Fold(lambda _, weighed: weighed, name="last"))

        told = (recorded.event.kilos, recorded.event.lasted, recorded.occurred_at)
        assert (1.5, timedelta(seconds=1), NINE) == told
        assert loaded == recorded.event

    def test_a_name_it_had_before_is_understood(self):
        then, now = Catalogue(), Catalogue()
        old = event("thing.spoken", catalogue=then)(_Spoken)
        log = open_log("memory:", catalogue=then)
        log.append(Change("thing/1", [old(at=NINE)], after=0), provenance=LIN)
        new = event("thing.said", aliases=["thing.spoken"], catalogue=now)(_Said)

        [recorded] = type(log)(log.storage, catalogue=now).since(0)

        assert new(at=NINE) == recorded.event

    def test_a_name_that_nobody_declared_is_told_with_its_place(self):
        log = open_log("memory:", catalogue=TOLD)
        log.append(Change("thing/1", [Told(at=NINE)], after=0), provenance=LIN)
        log = type(log)(log.storage, catalogue=Catalogue())

        with pytest.raises(UnknownEventError, match=r"thing\.told.*position 1, thing/1"):
            list(log.since(0))
        with pytest.raises(UnknownEventError, match=r"thing\.told.*thing/1, version 1"):
            log.load("thing/1", Fold(lambda _, told: told, name="last"))

    @pytest.mark.parametrize(
        "state", [b"", b"{", b'{"subject":"thing/1"}', b'{"subject":"thing/1","event":{}}']
    )
    def test_a_damaged_record_is_told_with_its_place(self, state):
        log = open_log("memory:", catalogue=TOLD)
        log.append(Change("thing/1", [Told(at=NINE)], after=0), provenance=LIN)
        [row] = log.rows_since(0)
        log.storage.write(lambda writing: writing.insert([(row.stream, 2, row.topic, None, state)]))

        with pytest.raises(UnreadableEventError, match=r"position 2.*thing\.told"):
            list(log.since(0))
        with pytest.raises(UnreadableEventError, match=r"thing/1, version 2.*thing\.told"):
            log.load("thing/1", Fold(lambda _, told: told, name="last"))
        assert issubclass(UnreadableEventError, StorageError)


class TestOpening:
    """Whoever asks for parts gets the fields of an event, read as the event would be."""

    STATE = b'{"subject":"parcel/1","event":{"items":[{"what":"a pump","kilos":3}],"at":"%s"}}'

    def opener(self, parts):
        catalogue = Catalogue()
        catalogue.declare("parcel.sent", attrs.frozen(Sent, kw_only=True))
        return Codec(catalogue).opener("parcel.sent", parts=parts)

    def test_what_came_later_has_its_default(self):
        told = self.opener({})(self.STATE % b"2025-03-03T09:00:00Z")

        assert told.subject == "parcel/1"
        assert (told.event.by, told.event.stops, told.event.at) == ("road", [], NINE)

    def test_values_inside_are_read_as_far_as_is_wanted(self):
        told = self.opener({Item: OnlyKilos})(self.STATE % b"2025-03-03T09:00:00Z")

        assert told.event.items == (OnlyKilos(kilos=3),)

    @pytest.mark.parametrize("parts", [None, {}])
    def test_what_the_event_refuses_is_refused(self, parts):
        with pytest.raises(msgspec.ValidationError):
            self.opener(parts)(self.STATE % b"yesterday")


@attrs.frozen
class Item:
    what: str
    kilos: int


class OnlyKilos(msgspec.Struct):
    kilos: int


class Sent:
    items: tuple[Item, ...]
    by: str = "road"
    stops: list[str] = attrs.field(factory=list)
    at: datetime = instant()


class _Weighed3:
    kilos: float
    lasted: timedelta
    at: datetime = instant()


class _Spoken:
    at: datetime = instant()


class _Said:
    at: datetime = instant()


@pytest.mark.parametrize("subject", ["ticket/T-1", "complaint/投诉 7", "desk/calendars"])
def test_a_stream_is_stored_under_the_uuid_of_its_subject(subject):
    assert stream_id(subject) == stream_of(subject).hex
