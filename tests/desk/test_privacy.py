"""A customer is forgotten: nothing of what they said or who they are is left anywhere."""

from __future__ import annotations

import io
import os
import re
import time
from collections import Counter
from contextlib import contextmanager, suppress
from datetime import date, datetime, timedelta, timezone
from itertools import count
from threading import Thread

import msgspec
import pytest

from servicecore import ServiceDesk
from servicecore.audit.bundle import make_bundle
from servicecore.audit.keys import Signer
from servicecore.audit.leaves import leaf_of
from servicecore.audit.merkle import root
from servicecore.audit.sealer import Sealer
from servicecore.desk.privacy import Privacy, StandsInClearError
from servicecore.desk.registry import AGGREGATES, FACTS, READ_MODELS, TICKET, fold_of
from servicecore.domain.complaint import Measure
from servicecore.domain.events import CATALOGUE, personal_fields
from servicecore.domain.personal_data import (
    ErasureAskedError,
    HeldError,
    MayNotOpenError,
    NoErasureAskedError,
    NotApprovedError,
    NotErasedError,
    OwnErasureError,
    PersonalDataState,
    PersonErasedError,
    RetentionError,
)
from servicecore.domain.relationship import Answers
from servicecore.exchange.exports import (
    write_cloudevents,
    write_ocel,
    write_table,
    write_xes,
)
from servicecore.storage import (
    ErasedPersonError,
    KeyState,
    NoKeysError,
    PersonalIdError,
    ReadOnlyError,
    UnstorableEventError,
    migrate_keys,
    open_keys,
)

MONDAY = datetime(2026, 1, 5, 1, tzinfo=timezone.utc)  # Nine in Shanghai.
FOUR_YEARS = timedelta(days=4 * 366)
#: What C-1 says and is, and what C-2 does, begins so; keys and hashes hold that by no chance.
MINE, THEIRS = b"zq-mine-", b"yx-theirs-"
_schemas = count(1)


def moments():
    at = MONDAY
    while True:
        at += timedelta(minutes=5)
        yield at


def handle(desk, complaint, at):
    """Do all that has to be done before a customer is told the outcome."""
    desk.complaints.investigate(complaint, by="Wu", facts="the list was lost", at=next(at))
    desk.complaints.find_cause(complaint, by="Wu", cause="one list", at=next(at))
    desk.complaints.propose_solution(complaint, by="Wu", solution="two lists", at=next(at))
    plan = Measure(what="two lists", department="quality", person="Wu", due=MONDAY + timedelta(9))
    desk.complaints.plan(complaint, by="Wu", measures=[plan], at=next(at))
    number = max(desk.complaints.get(complaint).measures_left)
    desk.complaints.carry_out(complaint, number, by="Wu", result="done", at=next(at))
    desk.complaints.feed_back(complaint, by="Wu", result="we called", at=next(at))


def live(desk, customer="C-1", mark="zq-mine"):
    """Let a customer meet us wherever something personal is told."""
    at = moments()
    n = customer.removeprefix("C-")
    ticket, complaint, survey = f"T-{n}", f"K-{n}", f"S-{n}"

    def say(what):
        return f"{mark}-{what}"

    desk.relationships.open(
        customer,
        name=say("name"),
        contact=say("contact"),
        kind="end user",
        responsible="Lin",
        at=next(at),
    )
    desk.relationships.correct(
        customer, name=say("new name"), contact=say("new contact"), reason="told us", at=next(at)
    )
    desk.relationships.give_consent(customer, evidence=say("evidence"), at=next(at))
    desk.relationships.note_preference(
        customer, about="calls", preference=say("preference"), at=next(at)
    )
    desk.relationships.deliver(
        customer, f"D-{n}", product="pump", delivered_on=date(2026, 1, 5), at=next(at)
    )
    desk.revisits.record_finding(customer, kind="suggestion", what=say("finding"), at=next(at))
    desk.revisits.plan(
        customer, on=date(2026, 1, 6), content="how it goes", clause="house choice", at=next(at)
    )
    planned = max(each.number for each in desk.revisits.of_customer(customer))
    desk.revisits.hold(
        customer,
        planned,
        by="Lin",
        answers=Answers(
            function=say("function"),
            performance="fine",
            quality="fine",
            speed=4,
            ability=5,
            problems=(say("problem"),),
            new_needs=(say("need"),),
        ),
        at=next(at),
    )
    desk.tickets.open(
        ticket,
        customer_id=customer,
        product="pump",
        model="P-200",
        fault=say("fault"),
        contact=say("caller"),
        at=next(at),
    )
    desk.tickets.classify(ticket, "B", at=next(at))
    desk.tickets.receive_message(ticket, text=say("message"), at=next(at))
    desk.tickets.note(ticket, by="Wu", text=say("note"), at=next(at))
    desk.tickets.split(ticket, into=f"{ticket}b", fault=say("second fault"), at=next(at))
    desk.tickets.cancel(f"{ticket}b", reason="it works", at=next(at))
    desk.tickets.resolve(ticket, by="Wu", solution="a new seal", at=next(at))
    desk.tickets.reopen(ticket, reason=say("reopening"), at=next(at))
    desk.tickets.resolve(ticket, by="Wu", solution="a new seal", at=next(at))
    desk.tickets.confirm(ticket, at=next(at))
    asked = [each for each in desk.log.subjects("survey") if ticket in each]
    for each in asked:
        number = each.partition("/")[2]
        desk.surveys.answer(number, overall=1, nps=0, comment=say("comment"), at=next(at))
    desk.surveys.send(
        survey, customer_id=customer, about=f"ticket/{ticket}", contact=say("mailbox"), at=next(at)
    )
    desk.surveys.decline(survey, reason=say("declining"), at=next(at))
    desk.complaints.receive(
        complaint,
        customer_id=customer,
        what=say("complaint"),
        product="pump",
        model="P-200",
        at=next(at),
    )
    desk.complaints.register(
        complaint, by="Li", contact=say("complainant"), demand=say("demand"), at=next(at)
    )
    desk.complaints.classify(complaint, by="Li", category="product_quality", at=next(at))
    desk.complaints.set_team(complaint, {"Wu": "quality", "Li": "sales"}, at=next(at))
    handle(desk, complaint, at)
    desk.complaints.dissatisfy(complaint, asked_by="Li", reason=say("dissatisfaction"), at=next(at))
    handle(desk, complaint, at)
    desk.complaints.satisfy(complaint, asked_by="Li", at=next(at))
    desk.complaints.close(complaint, by="Li", at=next(at))
    desk.improvements.collect(
        f"I-{n}", source="complaint", about=say("wish"), customer_id=customer, at=next(at)
    )
    desk.run_due(next(at))


def live_together(desk):
    """Let two customers live, and be asked together."""
    live(desk)
    live(desk, "C-2", "yx-theirs")
    desk.campaigns.announce(
        "Y-1",
        title="the year",
        first_on=date(2026, 1, 1),
        last_on=date(2026, 1, 6),
        customers={"C-1": "zq-mine-campaign", "C-2": "yx-theirs-campaign"},
        at=MONDAY + timedelta(days=1),
    )


def without_words(told):
    """Return figures without the words of customers, sealed or not."""
    match told:
        case dict():
            return {name: without_words(each) for name, each in told.items()}
        case list() | tuple():
            return [without_words(each) for each in told]
        case str() if told.startswith(("zq-mine-", "yx-theirs-", "[sealed")):
            return "words"
        case _:
            return told


def close_what_is_open(desk, customer="C-1"):
    status = desk.privacy.status(customer)
    for subject in status.open:
        desk.tickets.cancel(subject.partition("/")[2], reason="done", at=MONDAY + timedelta(days=9))


def forget(desk, customer="C-1", at=MONDAY + FOUR_YEARS):
    close_what_is_open(desk, customer)
    desk.privacy.ask_erasure(customer, by="Chen", reason="a letter", at=at)
    desk.privacy.approve(customer, by="Lin", at=at)
    desk.privacy.erase(customer, by="Lin", at=at)


@pytest.fixture
def keys():
    return open_keys("memory:")


@pytest.fixture
def desk(keys):
    with ServiceDesk.open("memory:", keys=keys, clock=lambda: MONDAY) as desk:
        yield desk


def open_ticket(desk, customer="C-1", number="T-1", contact="zq-mine-caller"):
    desk.tickets.open(
        number,
        customer_id=customer,
        product="pump",
        model="P-200",
        fault="zq-mine-fault",
        contact=contact,
        at=MONDAY,
    )


class TestNothingLeaks:
    """Before and after the erasure, no byte of what is personal lies anywhere."""

    @pytest.fixture
    def lived(self, tmp_path):
        master = os.urandom(32)
        desk = ServiceDesk.open(
            f"sqlite:///{tmp_path}/service.db",
            keys=open_keys(f"sqlite:///{tmp_path}/keys.db", master=master),
            clock=lambda: MONDAY + timedelta(days=1),
        )
        live_together(desk)
        kept = set()
        for subject in desk.log.subjects():
            with suppress(
                KeyError, TypeError, UnstorableEventError
            ):  # Not every state can be kept.
                if desk.log.take_snapshot(subject, fold_of(subject)):
                    kept.add(subject.partition("/")[0])
        assert {"relationship", "survey"} <= kept
        for name in READ_MODELS:
            desk._office.rows(name)
        with desk:
            yield desk

    def bytes_in(self, folder):
        return b"".join(each.read_bytes() for each in sorted(folder.iterdir()))

    @pytest.mark.usefixtures("lived")
    def test_into_any_file(self, tmp_path):
        assert [MINE in self.bytes_in(tmp_path), THEIRS in self.bytes_in(tmp_path)] == [False] * 2

    def test_into_any_field_that_is_not_sealed(self, lived):
        """Every personal field was told in the course, so none was forgotten by this test."""
        told = Counter()
        for row in lived.log.rows_since(0):
            event = lived.log.opened(row).event
            for name in personal_fields(type(event)):
                if getattr(event, name):
                    told[CATALOGUE.name_of(type(event)), name] += 1
        declared = {
            (topic, name)
            for topic, cls in CATALOGUE.classes().items()
            if cls.__module__.startswith("servicecore.domain")
            for name in personal_fields(cls)
        }
        not_lived_through = {
            ("warranty.fees_declined", "reason"),
            ("relationship.answer_rated", "comment"),
        }
        assert declared - set(told) == not_lived_through

    def test_into_a_bundle(self, lived):
        key = Signer.generate("service.example/log")
        Sealer(lived.log, key).seal()
        bundle = make_bundle(lived.log, [*lived.log.subjects("ticket"), "complaint/K-1"], key)
        assert [b"[sealed" in bundle, MINE in bundle, THEIRS in bundle] == [True, False, False]

    def test_into_an_export(self, lived):
        log, files = lived.log, [io.StringIO() for _ in range(4)]
        write_table(log.since(0), files[0])
        write_cloudevents(log.since(0), files[1], source="here")
        write_ocel(log.since(0), files[2])
        write_xes([log.history(each) for each in log.subjects("ticket")], files[3])
        texts = [each.getvalue() for each in files]
        assert all(texts)
        assert not any("zq-mine-" in each or "yx-theirs-" in each for each in texts)

    def test_after_the_erasure(self, lived, tmp_path):
        before = [leaf_of(row) for row in lived.log.rows_since(0)]
        folded = {
            each: lived.log.load(each, fold_of(each))[1]
            for each in lived.log.subjects()
            if each.partition("/")[0] in AGGREGATES
        }
        forget(lived)
        assert MINE not in self.bytes_in(tmp_path)
        after = [leaf_of(row) for row in lived.log.rows_since(0)]
        assert root(after[: len(before)]) == root(before)
        for subject, version in folded.items():
            assert lived.log.load(subject, fold_of(subject))[1] >= version
        for name in READ_MODELS:
            lived.projects.rebuild(name)
        assert not any(each.dead_letters for each in lived.projects.status())
        assert lived.tickets.get("T-1").contact == "[erased]"
        assert lived.tickets.get("T-2").contact == "yx-theirs-caller"
        assert lived.campaigns.get("Y-1").customers == {
            "C-1": "[erased]",
            "C-2": "yx-theirs-campaign",
        }

    def test_what_was_told_is_told_to_the_customer_alone(self, lived):
        mine = str(lived.privacy.export("C-1", by="Lin", purpose="a letter"))
        said = ["name", "fault", "message", "comment", "demand", "finding", "wish", "campaign"]
        assert [each for each in said if f"zq-mine-{each}" not in mine] == []
        assert "yx-theirs-" not in mine

    def test_what_an_export_holds_of_a_campaign_is_that_the_customer_was_asked(self, lived):
        lived.campaigns.close("Y-1", by="Lin", at=MONDAY + timedelta(days=2))
        told = lived.privacy.export("C-1", by="Lin", purpose="a letter")
        [asked] = told["records"]["campaign/Y-1"]
        assert asked["facts"]["customers"] == {"C-1": "zq-mine-campaign"}

    def test_complaints_are_kept_like_tickets(self, lived):
        records = lived.privacy.status("C-1").records
        assert records["complaint/K-1"] == records["ticket/T-1"] == date(2029, 1, 5)
        assert records["relationship/C-1"] is None

    def test_figures_are_those_of_a_log_that_is_not_sealed(self, lived):
        with ServiceDesk.open("memory:", clock=lambda: MONDAY + timedelta(days=1)) as plain:
            live_together(plain)
            for name in FACTS:
                ours, theirs = (
                    [
                        without_words(msgspec.to_builtins(e))
                        for e in FACTS[name].every(d._office.rows(name))
                    ]
                    for d in (lived, plain)
                )
                assert ours == theirs, name

    def test_on_postgresql(self, postgresql):
        """No file of the server tells what customers said, its write-ahead log neither."""
        keys, at = postgresql.url("keys_of_customers"), MONDAY + timedelta(days=1)
        migrate_keys(keys)
        opened = open_keys(keys, master=os.urandom(32))
        with ServiceDesk.open(postgresql.fresh(), keys=opened, clock=lambda: at) as desk:
            live_together(desk)
            assert desk.tickets.get("T-1").contact == "zq-mine-caller"
            assert self.told_in(postgresql) == set()
            forget(desk)
            assert desk.tickets.get("T-1").contact == "[erased]"
            assert self.told_in(postgresql) == set()
        with postgresql.connect() as connection:  # It would be found.
            connection.execute("CREATE TABLE found AS SELECT 'zq-mine-caller' AS told")
        assert self.told_in(postgresql) == {b"zq-mine-caller"}

    def told_in(self, postgresql):
        with postgresql.connect() as connection:
            connection.execute("CHECKPOINT")
        said = re.compile(
            rb"zq-mine-(?:caller|fault|message|name|contact|complaint|mailbox|campaign)"
        )
        return {found for each in postgresql.files() for found in said.findall(each)}

    @pytest.mark.usefixtures("lived")
    def test_a_desk_without_keys_still_tells_the_figures(self, tmp_path):
        with ServiceDesk.open(f"sqlite:///{tmp_path}/service.db", keys="") as reader:
            assert reader.tickets.get("T-1").contact == "[sealed]"
            with pytest.raises(NoKeysError):
                open_ticket(reader, number="T-9")


class TestErasure:
    """It is asked for, approved by somebody else, and carried out when nothing is kept any more."""

    def test_restricts_the_data_at_once(self, desk, keys):
        open_ticket(desk)
        desk.privacy.ask_erasure("C-1", by="Chen", reason="a letter")
        assert desk.privacy.get("C-1").state is PersonalDataState.RESTRICTED
        assert keys.state_of("C-1") is KeyState.RESTRICTED
        assert desk.tickets.get("T-1").contact == "[restricted]"

    def test_waits_for_the_case_to_be_closed(self, desk):
        open_ticket(desk)
        desk.privacy.ask_erasure("C-1", by="Chen", reason="a letter")
        desk.privacy.approve("C-1", by="Lin")
        with pytest.raises(RetentionError, match="ticket/T-1 is open; it is kept for 3 years"):
            desk.privacy.erase("C-1", by="Lin", at=MONDAY + FOUR_YEARS)

    @pytest.mark.parametrize("days_more", [0, 1])
    def test_waits_for_three_years_after_the_closing(self, desk, keys, days_more):
        open_ticket(desk)
        desk.tickets.cancel("T-1", reason="done", at=MONDAY + timedelta(days=1))
        desk.privacy.ask_erasure("C-1", by="Chen", reason="a letter")
        desk.privacy.approve("C-1", by="Lin")
        at = datetime(2029, 1, 6 + days_more, 1, tzinfo=timezone.utc)
        if not days_more:
            with pytest.raises(RetentionError, match="kept through 2029-01-06, 3 years after"):
                desk.privacy.erase("C-1", by="Lin", at=at)
            assert keys.state_of("C-1") is KeyState.RESTRICTED
            return
        receipt = desk.privacy.erase("C-1", by="Lin", at=at)
        [erased] = receipt.events
        assert (erased.records, erased.kept_until) == (("ticket/T-1",), date(2029, 1, 6))
        assert keys.state_of("C-1") is KeyState.ERASED
        assert desk.tickets.get("T-1").contact == "[erased]"

    def test_waits_for_a_hold_to_be_released(self, desk):
        open_ticket(desk)
        close_what_is_open(desk)
        desk.privacy.hold("C-1", hold="suit 7", by="He", reason="a law suit")
        with pytest.raises(HeldError, match="held under 'suit 7': a law suit"):
            forget(desk)
        desk.privacy.release_hold("C-1", hold="suit 7", by="He", reason="settled")
        desk.privacy.erase("C-1", by="Lin", at=MONDAY + FOUR_YEARS)
        assert desk.privacy.get("C-1").state is PersonalDataState.ERASED

    def test_is_not_approved_by_who_asked(self, desk):
        open_ticket(desk)
        desk.privacy.ask_erasure("C-1", by="Chen", reason="a letter")
        with pytest.raises(OwnErasureError, match="asked for by Chen, who cannot approve it"):
            desk.privacy.approve("C-1", by=" chen ")
        with pytest.raises(NotApprovedError):
            desk.privacy.erase("C-1", by="Chen", at=MONDAY + FOUR_YEARS)

    def test_is_asked_for_once(self, desk):
        open_ticket(desk)
        desk.privacy.ask_erasure("C-1", by="Chen", reason="a letter")
        with pytest.raises(ErasureAskedError, match="was asked for by Chen"):
            desk.privacy.ask_erasure("C-1", by="Lin", reason="another letter")

    def test_can_be_withdrawn(self, desk, keys):
        open_ticket(desk)
        desk.privacy.ask_erasure("C-1", by="Chen", reason="a letter")
        desk.privacy.withdraw("C-1", by="Chen", reason="another letter")
        assert keys.state_of("C-1") is KeyState.ACTIVE
        assert desk.tickets.get("T-1").contact == "zq-mine-caller"

    def test_cannot_take_back_what_was_recorded_in_clear(self, tmp_path, keys):
        url = f"sqlite:///{tmp_path}/service.db"
        with ServiceDesk.open(url, keys="", clock=lambda: MONDAY) as desk:
            open_ticket(desk)
        with ServiceDesk.open(url, keys=keys, clock=lambda: MONDAY) as desk:
            with pytest.raises(StandsInClearError, match="ticket/T-1#1 was recorded before"):
                forget(desk)
            assert desk.privacy.get("C-1").state is PersonalDataState.RESTRICTED

    def test_is_told_beforehand_what_stands_in_clear(self, tmp_path, keys, caplog):
        url = f"sqlite:///{tmp_path}/service.db"
        with ServiceDesk.open(url, keys="", clock=lambda: MONDAY) as desk:
            open_ticket(desk)
            before = desk.log.head()
            assert desk.privacy.status("C-1").in_clear == ("ticket/T-1#1",)
        with ServiceDesk.open(url, keys=keys, clock=lambda: MONDAY) as desk:
            desk.tickets.note("T-1", by="Wu", text="zq-mine-note", at=MONDAY)
            desk.tickets.note("T-1", by="Wu", text="zq-mine-more", at=MONDAY)
            assert desk.privacy.status("C-1").in_clear == ("ticket/T-1#1",)
        told = f"up to position {before}, nothing was sealed: no key can take away what is there"
        assert [each.message for each in caplog.records if "sealed" in each.message] == [told]

    def test_of_whom_all_is_sealed_there_is_nothing_in_clear(self, desk, caplog):
        open_ticket(desk)
        assert desk.privacy.status("C-1").in_clear == ()
        assert "nothing was sealed" not in caplog.text

    def test_interrupted_before_its_receipt_is_carried_out_again(self, desk, keys):
        open_ticket(desk)
        close_what_is_open(desk)
        desk.privacy.ask_erasure("C-1", by="Chen", reason="a letter")
        desk.privacy.approve("C-1", by="Lin")
        keys.destroy("C-1")
        desk.privacy.erase("C-1", by="Lin", at=MONDAY + FOUR_YEARS)
        assert desk.privacy.get("C-1").state is PersonalDataState.ERASED

    def test_that_could_not_be_put_on_record_leaves_the_data_restricted(
        self, desk, keys, monkeypatch
    ):
        open_ticket(desk)

        def fail(*_, **__):
            raise OSError

        monkeypatch.setattr(desk.log, "append", fail)
        with pytest.raises(OSError):  # noqa: PT011 - it is ours
            desk.privacy.ask_erasure("C-1", by="Chen", reason="a letter")
        assert keys.state_of("C-1") is KeyState.RESTRICTED

    def test_needs_a_key_store(self):
        with ServiceDesk.open("memory:", keys="", clock=lambda: MONDAY) as desk:
            open_ticket(desk)
            with pytest.raises(NoKeysError, match="open the desk with keys="):
                desk.privacy.ask_erasure("C-1", by="Chen", reason="a letter")

    def test_needs_somebody_to_be_known(self, desk):
        with pytest.raises(LookupError, match="nothing is on record of customer 'C-9'"):
            desk.privacy.ask_erasure("C-9", by="Chen", reason="a letter")


class TestMeanwhile:
    """Another desk is at work on the same customer: the key does what the record says."""

    @pytest.fixture(params=["SQLite", "PostgreSQL"])
    def stores(self, request, tmp_path):
        """Tell where the log and its keys lie."""
        if request.param == "SQLite":
            return f"sqlite:///{tmp_path}/service.db", f"sqlite:///{tmp_path}/keys.db"
        postgresql = request.getfixturevalue("postgresql")
        keys = postgresql.url(f"keys_of_desks_{next(_schemas)}")
        migrate_keys(keys)
        return postgresql.fresh(), keys

    @pytest.fixture
    def open_desk(self, stores):
        """Open as many desks of the same log as one likes."""
        opened, (log, keys) = [], stores

        def open_once_more():
            store = open_keys(keys, master=b"m" * 32)
            opened.append(ServiceDesk.open(log, keys=store, clock=lambda: MONDAY))
            return opened[-1]

        yield open_once_more
        for each in opened:
            each.close()

    @pytest.fixture
    def desk(self, open_desk):
        """A desk that may erase a customer now."""
        desk = open_desk()
        open_ticket(desk)
        close_what_is_open(desk)
        desk.privacy.ask_erasure("C-1", by="Chen", reason="a letter", at=MONDAY)
        desk.privacy.approve("C-1", by="Lin", at=MONDAY)
        return desk

    @pytest.fixture
    def before_the_key(self, desk, monkeypatch):
        """Let something happen when everything was decided, and before a key is touched."""

        def let(happen):
            tables = desk.log.sealing.keys._tables
            _once_before(monkeypatch, tables, "erasing", happen)

        return let

    @pytest.fixture
    def before_the_receipt(self, desk, monkeypatch):
        """Let something go on record just before the erasure would."""
        at_work = []

        def let(happen):
            def until_it_is_on_record():
                head = desk.log.head()
                at_work.append(Thread(target=happen))  # It may have to wait for the key.
                at_work[-1].start()
                desk.log.wait(head + 1, timeout=30)

            _once_before(monkeypatch, desk.log, "append", until_it_is_on_record)

        yield let
        for each in at_work:
            each.join()

    def erase(self, desk):
        return desk.privacy.erase("C-1", by="Lin", at=MONDAY + FOUR_YEARS)

    def stand(self, desk):
        """Return where the data of the customer stand, on record and in the key store."""
        return desk.privacy.get("C-1").state.value, desk.log.sealing.keys.state_of("C-1").value

    @pytest.mark.parametrize("moment", ["before_the_key", "before_the_receipt"])
    def test_a_hold_keeps_the_key(self, desk, open_desk, moment, request):
        let, other = request.getfixturevalue(moment), open_desk()
        let(lambda: other.privacy.hold("C-1", hold="suit 7", by="He", reason="a law suit"))
        with pytest.raises(HeldError, match="suit 7"):
            self.erase(desk)
        assert self.stand(other) == ("restricted", "restricted")
        desk.privacy.withdraw("C-1", by="Chen", reason="another letter", at=MONDAY)
        assert desk.tickets.get("T-1").contact == "zq-mine-caller"

    def test_a_withdrawal_keeps_the_key(self, desk, open_desk, before_the_key):
        other = open_desk()
        before_the_key(
            lambda: other.privacy.withdraw("C-1", by="Chen", reason="another letter", at=MONDAY)
        )
        with pytest.raises(NoErasureAskedError):
            self.erase(desk)
        assert self.stand(other) == ("active", "active")
        assert other.tickets.get("T-1").contact == "zq-mine-caller"

    def test_a_new_ticket_keeps_the_key(self, desk, open_desk, before_the_key):
        other = open_desk()
        before_the_key(lambda: open_ticket(other, number="T-9"))
        with pytest.raises(RetentionError, match="ticket/T-9 is open"):
            self.erase(desk)
        assert self.stand(other) == ("restricted", "restricted")

    @pytest.mark.parametrize(
        "words", ["zq-mine-late", "[sealed]"], ids=["of the customer", "of nobody"]
    )
    def test_what_follows_on_a_record_that_is_known_is_looked_at_again(
        self, desk, open_desk, before_the_key, looked, words
    ):
        other = open_desk()
        before_the_key(lambda: other.tickets.note("T-1", by="Wu", text=words, at=MONDAY))
        receipt = self.erase(desk)
        assert receipt.events[0].records == ("ticket/T-1",)
        assert self.stand(other) == ("erased", "erased")
        assert len(looked) == 2

    def test_of_another_customer_nothing_has_to_be_looked_at_again(
        self, desk, open_desk, before_the_key, looked
    ):
        other = open_desk()
        before_the_key(lambda: open_ticket(other, customer="C-2", number="T-9"))
        self.erase(desk)
        assert len(looked) == 1

    @pytest.fixture
    def looked(self, monkeypatch):
        """How often all records of a customer were looked at."""
        times, real = [], Privacy._records
        monkeypatch.setattr(Privacy, "_records", lambda *told: times.append(told) or real(*told))
        return times

    def test_what_cannot_be_recorded_keeps_the_key(self, desk, monkeypatch):
        _once_before(monkeypatch, desk.log, "append", lambda: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            self.erase(desk)
        assert self.stand(desk) == ("restricted", "restricted")
        self.erase(desk)
        assert self.stand(desk) == ("erased", "erased")

    @pytest.mark.parametrize("next_step", ["erase", "readmit", "open"])
    def test_whose_process_was_killed_between_both_commits_is_erased_at_the_next_step(
        self, desk, open_desk, monkeypatch, next_step
    ):
        self.erase_and_be_killed(desk, monkeypatch)
        assert self.stand(desk) == ("erased", "restricted")
        match next_step:
            case "erase":
                with pytest.raises(PersonErasedError):
                    self.erase(desk)
            case "readmit":
                at = MONDAY + FOUR_YEARS
                desk.privacy.readmit("C-1", by="Lin", reason="a new order", at=at)
            case _:
                desk = open_desk()
        assert desk.log.sealing.keys.key("C-1", 1) is None
        assert desk.tickets.get("T-1").contact == "[erased]"

    def test_whose_process_was_killed_and_who_was_readmitted_keeps_the_new_key(
        self, desk, open_desk, monkeypatch
    ):
        other, at = open_desk(), MONDAY + FOUR_YEARS
        self.erase_and_be_killed(desk, monkeypatch)
        _once_before(
            monkeypatch,
            desk.log.sealing.keys._tables,
            "erasing",
            lambda: other.privacy.readmit("C-1", by="Lin", reason="a new order", at=at),
        )
        with pytest.raises(NoErasureAskedError):
            self.erase(desk)
        assert desk.log.sealing.keys.key_for("C-1").number == 2

    def test_whoever_cannot_finish_an_erasure_opens_a_desk_all_the_same(
        self, desk, open_desk, monkeypatch, caplog
    ):
        self.erase_and_be_killed(desk, monkeypatch)
        with monkeypatch.context() as patched:
            tables = type(desk.log.sealing.keys._tables)
            patched.setattr(tables, "erasing", self.refused)
            other = open_desk()
        assert "an erasure that was interrupted is still to be finished: not yours" in caplog.text
        assert other.tickets.get("T-1").contact == "[restricted]"

    def erase_and_be_killed(self, desk, monkeypatch):
        """Erase, and be killed when the receipt is on record, and the key not destroyed yet."""
        tables = desk.log.sealing.keys._tables
        with monkeypatch.context() as patched:
            patched.setattr(tables, "erasing", self.killed_at_its_end(tables.erasing))
            with pytest.raises(KeyboardInterrupt):
                self.erase(desk)

    @staticmethod
    def refused(_):
        msg = "not yours"
        raise ReadOnlyError(msg)

    @staticmethod
    def killed_at_its_end(erasing):
        @contextmanager
        def killed():
            with erasing() as rows:
                yield rows
                raise KeyboardInterrupt  # Whatever is not committed is rolled back.

        return killed

    def test_an_erasure_that_is_asked_for_completely_restricts_the_key(
        self, open_desk, monkeypatch
    ):
        one, other = open_desk(), open_desk()
        open_ticket(one)
        keys = one.log.sealing.keys
        _once_before(
            monkeypatch,
            keys,
            "state_of",
            lambda: other.privacy.ask_erasure("C-1", by="Chen", reason="a letter", at=MONDAY),
        )
        one.privacy.hold("C-1", hold="suit 7", by="He", reason="a law suit", at=MONDAY)
        assert self.stand(other) == ("restricted", "restricted")


def _once_before(monkeypatch, of, name, happen):
    """Let something happen once, just before *name* is called."""
    real = getattr(of, name)

    def late(*args, **kwargs):
        monkeypatch.setattr(of, name, real)
        happen()
        return real(*args, **kwargs)

    monkeypatch.setattr(of, name, late)


class TestAnErasedCustomer:
    """Addressed again, they are refused; taken on again, they get a new key."""

    def test_is_refused(self, desk):
        open_ticket(desk)
        forget(desk)
        with pytest.raises(ErasedPersonError, match="readmit them first"):
            open_ticket(desk, number="T-2")
        with pytest.raises(PersonErasedError):
            desk.privacy.export("C-1", by="Lin", purpose="a letter", role="auditor")

    def test_comes_back_by_an_explicit_decision(self, desk):
        open_ticket(desk)
        forget(desk)
        desk.privacy.readmit("C-1", by="Lin", reason="a new order", at=MONDAY + FOUR_YEARS)
        open_ticket(desk, number="T-2")
        assert desk.tickets.get("T-1").contact == "[erased]"
        assert desk.tickets.get("T-2").contact == "zq-mine-caller"

    def test_only_they_can_come_back(self, desk):
        open_ticket(desk)
        with pytest.raises(NotErasedError):
            desk.privacy.readmit("C-1", by="Lin", reason="a new order")

    def test_is_erased_in_another_process_too(self, tmp_path):
        master, url = os.urandom(32), f"sqlite:///{tmp_path}/service.db"
        one, other = (
            ServiceDesk.open(
                url,
                keys=open_keys(f"sqlite:///{tmp_path}/keys.db", master=master),
                clock=lambda: MONDAY,
            )
            for _ in range(2)
        )
        with one, other:
            open_ticket(one)
            assert other.tickets.get("T-1").contact == "zq-mine-caller"
            forget(one)
            time.sleep(0.06)
            assert other.tickets.get("T-1").contact == "[erased]"


class TestOpening:
    """While erasure is asked for, few may open the data, and each time goes on record."""

    @pytest.fixture
    def restricted(self, desk):
        open_ticket(desk)
        desk.privacy.ask_erasure("C-1", by="Chen", reason="a letter")
        return desk

    @pytest.mark.parametrize("role", ["privacy_officer", "auditor"])
    def test_is_for_some_roles(self, restricted, role):
        told = restricted.privacy.export("C-1", by="Lin", purpose="a suit", role=role)
        [opened, *_] = told["records"]["ticket/T-1"]
        assert opened["facts"]["contact"] == "zq-mine-caller"

    @pytest.mark.parametrize("role", ["", "agent", "manager"])
    def test_is_not_for_others(self, restricted, role):
        with pytest.raises(MayNotOpenError, match="privacy_officer or auditor"):
            restricted.privacy.export("C-1", by="Lin", purpose="a suit", role=role)
        assert restricted.privacy.get("C-1").times_disclosed == 0

    def test_goes_on_record_each_time(self, restricted):
        for _ in range(2):
            restricted.privacy.export("C-1", by="Lin", purpose="a suit", role="auditor")
        [*_, last] = restricted.privacy.history("C-1")
        told = (last.event.by, last.event.role, last.event.purpose, last.provenance.actor)
        assert told == ("Lin", "auditor", "a suit", "Lin")
        assert restricted.privacy.get("C-1").times_disclosed == 2

    def test_a_command_does_not_open_them(self, restricted):
        restricted.tickets.receive_message("T-1", text="zq-mine-more", at=MONDAY)
        [*_, row] = restricted.log.storage.stream(next(restricted.log.rows_since(0)).stream)
        assert MINE not in row.state


class TestAStatus:
    """It tells what stands in the way of erasure."""

    def test_names_what_is_kept_and_until_when(self, desk):
        open_ticket(desk)
        open_ticket(desk, number="T-2")
        desk.tickets.cancel("T-2", reason="done", at=MONDAY)
        desk.privacy.hold("C-1", hold="suit 7", by="He", reason="a law suit")
        status = desk.privacy.status("C-1")
        assert (status.state, status.key) == (PersonalDataState.ACTIVE, KeyState.ACTIVE)
        assert status.records["ticket/T-2"] == date(2029, 1, 5)
        assert (status.open, status.holds) == (("ticket/T-1",), {"suit 7": "a law suit"})

    def test_of_a_stranger_is_not_told(self, desk):
        open_ticket(desk)
        with pytest.raises(LookupError):
            desk.privacy.status("C-9")


def test_a_customers_number_is_no_telephone_number(desk):
    with pytest.raises(PersonalIdError, match="'13800138000'"):
        open_ticket(desk, customer="13800138000")
    assert desk.log.load("ticket/T-1", TICKET) == (None, 0)
