"""Events keep their names for ever, and every form they ever had can be read."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from uuid import UUID

import attrs
import pytest

from servicecore.domain.events import (
    Catalogue,
    EventDeclarationError,
    Provenance,
    Recorded,
    UnknownEventError,
    event,
    stream_of,
    upcast,
)
from servicecore.domain.moments import MomentOutOfReachError, NaiveMomentError, instant

NINE = datetime(2025, 3, 3, 9, tzinfo=timezone.utc)


@pytest.fixture
def catalogue():
    return Catalogue()


def declared(catalogue, name, *, aliases=()):
    class Happened:
        at: datetime = instant()

    return event(name, aliases=aliases, catalogue=catalogue)(Happened)


def noop(fields):
    return fields


class TestDeclaration:
    """An event is a frozen value with a lasting name that says when it happened."""

    def test_it_is_frozen_and_tells_its_moment_in_utc(self, catalogue):
        happened = declared(catalogue, "ticket.opened")
        beijing = NINE.astimezone(timezone(timedelta(hours=8)))

        one = happened(at=beijing)

        assert (timezone.utc, happened(at=NINE)) == (one.at.tzinfo, one)
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            one.at = NINE
        with pytest.raises(TypeError):
            happened(NINE)
        with pytest.raises(NaiveMomentError, match="at needs a UTC offset"):
            happened(at=NINE.replace(tzinfo=None))
        before_all = datetime.min.replace(tzinfo=beijing.tzinfo)
        with pytest.raises(MomentOutOfReachError, match="at must lie in the years 1 to 9999"):
            happened(at=before_all)

    @pytest.mark.parametrize("name", ["ticket.opened", "spare_part.sent_back", "ticket.opened@12"])
    def test_a_name_is_an_aggregate_and_what_happened(self, catalogue, name):
        cls = declared(catalogue, name)

        assert name == catalogue.name_of(cls)
        assert {name: cls} == catalogue.classes()
        assert (cls, ()) == catalogue.resolve(name)

    @pytest.mark.parametrize(
        "name",
        ["", "opened", "Ticket.Opened", "ticket.opened@1", "ticket.opened@0", "ticket.opened@02",
         "ticket.opened@", "ticket..opened", "ticket.opened.twice", "ticket opened",
         "ticket.opened\n"],
    )  # fmt: skip
    def test_anything_else_is_no_name(self, catalogue, name):
        with pytest.raises(EventDeclarationError, match=r"Happened.*is not an event name") as told:
            declared(catalogue, name)
        assert repr(name) in str(told.value)

    def test_an_event_says_when_it_happened(self, catalogue):
        with pytest.raises(EventDeclarationError, match="Timeless must say when it happened"):

            @event("ticket.opened", catalogue=catalogue)
            class Timeless:
                ticket_id: str

        assert {} == catalogue.classes()

    def test_a_private_field_would_be_lost(self, catalogue):
        with pytest.raises(EventDeclarationError, match=r"Secretive: '_note' would be lost"):

            @event("ticket.opened", catalogue=catalogue)
            class Secretive:
                _note: str
                at: datetime = instant()

        assert {} == catalogue.classes()

    def test_what_was_never_declared_has_no_name(self, catalogue):
        with pytest.raises(EventDeclarationError, match="datetime is not an event"):
            catalogue.name_of(datetime)


class TestNamesAreTakenForEver:
    """One name, one class; an alias takes a name as well."""

    @pytest.mark.parametrize("second", ["ticket.opened", "ticket.created"])
    def test_a_name_or_alias_cannot_be_declared_again(self, catalogue, second):
        declared(catalogue, "ticket.opened", aliases=["ticket.created"])

        with pytest.raises(EventDeclarationError, match=f"{second!r} already names .*Happened"):
            declared(catalogue, second)

    @pytest.mark.parametrize("alias", ["ticket.opened", "ticket.created"])
    def test_nor_can_it_become_an_alias(self, catalogue, alias):
        declared(catalogue, "ticket.opened", aliases=["ticket.created"])

        with pytest.raises(EventDeclarationError, match=f"{alias!r} already names .*Happened"):
            declared(catalogue, "ticket.reported", aliases=[alias])
        assert ["ticket.opened"] == list(catalogue.classes())

    def test_an_alias_reads_as_the_name_of_today(self, catalogue):
        cls = declared(catalogue, "ticket.opened", aliases=["ticket.created", "case.opened"])

        assert (cls, ()) == catalogue.resolve("case.opened")
        assert "ticket.opened" == catalogue.name_of(cls)


class TestOldForms:
    """Every form there ever was is read by a class or by an upcast."""

    def test_upcasts_follow_each_other_to_the_class_of_today(self, catalogue):
        cls = declared(catalogue, "ticket.opened@3")

        @upcast("ticket.opened", to="ticket.opened@2", catalogue=catalogue)
        def first(fields):
            return fields | {"second": True}

        @upcast("ticket.opened@2", to="ticket.opened@3", catalogue=catalogue)
        def second(fields):
            return fields | {"third": True}

        assert (cls, (first, second)) == catalogue.resolve("ticket.opened")
        assert (cls, (second,)) == catalogue.resolve("ticket.opened@2")
        assert {"second": True} == first({})
        catalogue.check()

    def test_an_alias_may_lead_into_an_older_form(self, catalogue):
        old = declared(catalogue, "ticket.opened", aliases=["case.opened"])
        new = declared(catalogue, "ticket.opened@2")
        catalogue.check()

        assert (old, new) == (
            catalogue.resolve("case.opened")[0],
            catalogue.resolve("ticket.opened@2")[0],
        )

    def test_a_version_that_only_changed_its_name_needs_an_alias_only(self, catalogue):
        cls = declared(catalogue, "ticket.opened@2", aliases=["ticket.opened"])

        catalogue.check()
        assert (cls, ()) == catalogue.resolve("ticket.opened")

    @pytest.mark.parametrize("missing", ["ticket.opened", "ticket.opened@2"])
    def test_a_form_that_nobody_reads_is_told(self, catalogue, missing):
        declared(catalogue, "ticket.opened@3")
        for old, new in [
            ("ticket.opened", "ticket.opened@2"),
            ("ticket.opened@2", "ticket.opened@3"),
        ]:
            if old != missing:
                upcast(old, to=new, catalogue=catalogue)(noop)

        with pytest.raises(EventDeclarationError, match=f"Happened .*no upcast reads {missing!r}"):
            catalogue.check()

    def test_an_upcast_that_leads_nowhere_is_told(self, catalogue):
        upcast("ticket.opened", to="ticket.opened@2", catalogue=catalogue)(noop)

        with pytest.raises(
            EventDeclarationError, match=r"'ticket.opened' leads to 'ticket.opened@2'"
        ):
            catalogue.check()
        with pytest.raises(UnknownEventError, match=r"ticket\.opened"):
            catalogue.resolve("ticket.opened")

    def test_upcasts_that_lead_in_a_circle_are_told(self, catalogue):
        upcast("ticket.opened", to="ticket.opened@2", catalogue=catalogue)(noop)

        with pytest.raises(EventDeclarationError, match="leads back to itself"):
            upcast("ticket.opened@2", to="ticket.opened", catalogue=catalogue)(noop)

    def test_a_form_has_one_upcast(self, catalogue):
        upcast("ticket.opened", to="ticket.opened@2", catalogue=catalogue)(noop)

        with pytest.raises(EventDeclarationError, match=r"'ticket.opened' already has an upcast"):
            upcast("ticket.opened", to="ticket.opened@3", catalogue=catalogue)(noop)

    def test_an_unknown_name_is_told(self, catalogue):
        with pytest.raises(UnknownEventError, match=r"no event is declared as 'ticket\.shut'"):
            catalogue.resolve("ticket.shut")


class TestStreams:
    """A history is found by its subject, on every storage, for ever."""

    def test_the_stream_of_a_subject_never_changes(self):
        assert UUID("279743e0-683d-5360-aa21-0ed983fae264") == stream_of("ticket/T-1")
        assert stream_of("ticket/T-1") != stream_of("complaint/T-1")

    def test_a_record_knows_its_identity_and_when_it_happened(self, catalogue):
        happened = declared(catalogue, "ticket.opened")
        recorded = Recorded(
            event=happened(at=NINE),
            position=7,
            stream=stream_of("ticket/T-1"),
            version=2,
            subject="ticket/T-1",
            recorded_at=NINE + timedelta(hours=1),
            provenance=Provenance(actor="Lin"),
        )

        assert ("ticket/T-1#2", NINE) == (recorded.id, recorded.occurred_at)
