"""Old records leave the log when nobody has to keep them there, and no figure is lost with them."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import attrs
import pytest

from servicecore import ServiceDesk
from servicecore.audit.archiving import pruning
from servicecore.audit.keys import Signer
from servicecore.audit.refusals import SealError
from servicecore.audit.sealer import Sealer
from servicecore.audit.verifying import verify
from servicecore.desk.keeping import TooShortError
from servicecore.desk.registry import FACTS
from servicecore.desk.retention import StillReadError
from servicecore.domain.access import AccessDeniedError
from servicecore.domain.figures import Duration
from servicecore.domain.personal_data import HeldError, NoSuchHoldError, RetentionError
from servicecore.domain.refusals import IncompleteError
from servicecore.domain.spans import Span
from servicecore.exchange.exports.parquet import export_parquet
from servicecore.standards import load_standard
from servicecore.storage import PrunedError
from servicecore.storage.codec import stream_id
from servicecore.storage.pruned import is_pruned

MONDAY = datetime(2022, 1, 3, 1, tzinfo=timezone.utc)  # Nine in Shanghai.
YEARS_3 = datetime(2025, 1, 3, 1, tzinfo=timezone.utc)
KEY = Signer(name="service.example/log", seed=b"\x07" * 32)
REQUEST = {"product": "pump", "model": "P-200", "fault": "it leaks", "contact": "Ms Lin"}


@attrs.define
class Clock:
    """Somebody else turns its hands."""

    time: datetime = MONDAY

    def __call__(self):
        return self.time


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    if request.param == "postgresql":
        return request.getfixturevalue("postgresql").fresh()
    return f"sqlite:///{tmp_path}/service.db?synchronous=off"


def opened(url, clock, **options):
    return ServiceDesk.open(url, clock=clock, keys="", **options)


def live(desk):
    """Let two requests of 2022 be cancelled, and leave a third open."""
    for number, customer in (("T-1", "C-1"), ("T-2", "C-2"), ("T-3", "C-1")):
        desk.tickets.open(number, customer_id=customer, at=MONDAY, **REQUEST)
    for number in ("T-1", "T-2"):
        at = MONDAY + timedelta(hours=1)
        desk.tickets.cancel(number, reason="it was the tap", at=at)


@pytest.fixture
def desk(url, clock):
    with opened(url, clock) as desk:
        live(desk)
        yield desk


@pytest.fixture
def memory(clock):
    with opened("memory:", clock) as desk:
        live(desk)
        yield desk


def later(desk, clock, time=YEARS_3 + timedelta(days=1)):
    clock.time = time
    Sealer(desk.log, KEY).seal()


def archived(desk, folder, **options):
    desk.retention.archive(folder / "2022.parquet", verifier=KEY.verifier, **options)
    return folder / "2022.parquet"


def take_out(desk, path):
    return desk.retention.prune(path, verifier=KEY.verifier, by="Wu")


class TestWhatMayLeave:
    """A record leaves three years after its closing, and not a day before (om2025:4.3b)."""

    def test_nothing_on_the_last_of_its_days(self, memory, clock, tmp_path):
        later(memory, clock, YEARS_3 + timedelta(hours=14, minutes=59))  # 23:59 in Shanghai.
        assert memory.retention.due() == []
        path = archived(memory, tmp_path, histories=["ticket/T-1"])
        with pytest.raises(RetentionError, match="kept through 2025-01-03, 3 years after its clos"):
            take_out(memory, path)

    def test_a_closed_one_on_the_day_after(self, memory, clock, tmp_path):
        later(memory, clock, YEARS_3 + timedelta(hours=15))
        due = memory.retention.due()
        assert [(each.subject, each.kept_until) for each in due] == [
            ("ticket/T-1", date(2025, 1, 3)),
            ("ticket/T-2", date(2025, 1, 3)),
        ]
        assert take_out(memory, archived(memory, tmp_path)).histories == 2
        assert memory.retention.due() == []

    def test_never_an_open_one(self, memory, clock, tmp_path):
        later(memory, clock)
        path = archived(memory, tmp_path, histories=["ticket/T-1", "ticket/T-3"])
        before = list(memory.log.rows_since(0))
        with pytest.raises(RetentionError, match="ticket/T-3 is open"):
            take_out(memory, path)
        assert list(memory.log.rows_since(0)) == before

    def test_never_what_is_not_closed_at_all(self, memory, clock, tmp_path):
        memory.retention.hold("x", histories=["ticket/T-3"], by="Chen", reason="a lawsuit")
        later(memory, clock)
        path = archived(memory, tmp_path, histories=["log/holds"])
        with pytest.raises(RetentionError, match="log/holds is never closed, so it stays"):
            take_out(memory, path)

    def test_nothing_that_is_not_sealed(self, memory, clock, tmp_path):
        clock.time = YEARS_3 + timedelta(days=1)
        with pytest.raises(SealError, match="nothing is sealed yet"):
            archived(memory, tmp_path)

    @pytest.mark.parametrize("name", ["records_kept", "records_kept_ticket"])
    def test_not_by_a_standard_that_is_laxer_than_the_regulation(self, clock, name):
        lax = with_duration(name, Span(months=35))
        with opened("memory:", clock, standard=lax) as desk:
            live(desk)
            clock.time = YEARS_3 + timedelta(days=1)
            told = r"lax@1 would keep a ticket for 35 months .* om2025:4.3b demands 3 years"
            with pytest.raises(TooShortError, match=told):
                desk.retention.due()

    def test_later_by_a_standard_that_is_stricter_for_that_kind(self, clock):
        strict = with_duration("records_kept_ticket", Span(months=60))
        with opened("memory:", clock, standard=strict) as desk:
            live(desk)
            clock.time = YEARS_3 + timedelta(days=1)
            assert desk.retention.due() == []
            clock.time = MONDAY + timedelta(days=5 * 366)
            assert len(desk.retention.due()) == 2


def with_duration(name, span):
    manual = load_standard("operations_manual_2025")
    others = [each for each in manual.durations if each.name != name]
    own = Duration(name=name, clause="house choice", at_least=span)
    return attrs.evolve(manual, id="lax", durations=(*others, own))


class TestHolds:
    """What somebody needs stays, however old it is."""

    @pytest.fixture
    def path(self, memory, clock, tmp_path):
        later(memory, clock)
        return archived(memory, tmp_path)

    def hold(self, desk, *histories):
        return desk.retention.hold("lawsuit", histories=histories, by="Chen", reason="a lawsuit")

    def test_of_a_record(self, memory, path):
        self.hold(memory, "ticket/T-2")
        assert [each.subject for each in memory.retention.due()] == ["ticket/T-1"]
        with pytest.raises(HeldError, match="ticket/T-2 is held under 'lawsuit'"):
            take_out(memory, path)
        memory.retention.release_hold("lawsuit", by="Chen", reason="it is over")
        assert memory.retention.holds() == {}
        assert take_out(memory, path).histories == 2

    def test_of_all_that_is_on_record_of_a_customer(self, memory, path):
        memory.privacy.hold("C-2", hold="warranty", by="Chen", reason="a claim")
        assert [each.subject for each in memory.retention.due()] == ["ticket/T-1"]
        with pytest.raises(HeldError, match="ticket/T-2 is held under 'warranty'"):
            take_out(memory, path)

    @pytest.mark.parametrize("left", [0, 1])
    @pytest.mark.parametrize("whose", ["of a record", "of a customer"])
    def test_count_also_if_they_come_while_others_leave(
        self, memory, path, monkeypatch, left, whose
    ):
        ensure_same, looked_at = pruning._ensure_same, []

        def hold_meanwhile(here, archived):
            looked_at.append(archived)
            if len(looked_at) == 3 + left:  # Both were looked at before, and are once more now.
                number = 1 + left
                if whose == "of a record":
                    self.hold(memory, f"ticket/T-{number}")
                else:
                    memory.privacy.hold(f"C-{number}", hold="lawsuit", by="Chen", reason="a claim")
            return ensure_same(here, archived)

        monkeypatch.setattr(pruning, "_ensure_same", hold_meanwhile)
        with pytest.raises(HeldError, match=f"ticket/T-{1 + left} is held under 'lawsuit'"):
            take_out(memory, path)
        gone = {row.stream for row in memory.log.rows_since(0) if is_pruned(row.state)}
        assert gone == {stream_id(f"ticket/T-{n}") for n in range(1, 1 + left)}
        assert verify(memory.log, KEY.verifier).holds

    def test_are_told(self, memory):
        self.hold(memory, "ticket/T-1")
        held = memory.retention.holds()["lawsuit"]
        assert (held.histories, held.by, held.reason) == (("ticket/T-1",), "Chen", "a lawsuit")

    def test_have_one_name_each(self, memory):
        self.hold(memory, "ticket/T-1")
        with pytest.raises(HeldError, match="'lawsuit' is there already"):
            self.hold(memory, "ticket/T-2")
        with pytest.raises(NoSuchHoldError, match="nothing is held under 'other'"):
            memory.retention.release_hold("other", by="Chen", reason="it is over")

    def test_say_who_needs_what_and_why(self, memory):
        for histories, by in (((), "Chen"), (("ticket/T-1",), " ")):
            if histories:
                with pytest.raises(IncompleteError):
                    memory.retention.hold("x", histories=histories, by=by, reason="y")
        with pytest.raises(IncompleteError, match="must be a list"):
            memory.retention.hold("x", histories="ticket/T-1", by="Chen", reason="y")


class TestFigures:
    """What has left is missed by name, never in silence; with the archive at hand, nothing is."""

    @pytest.fixture
    def taken(self, desk, clock, tmp_path):
        self.figures = {name: rows_of(desk, name) for name in FACTS}
        later(desk, clock)
        assert take_out(desk, archived(desk, tmp_path)).events >= 6
        return desk

    def test_stand_as_they_were(self, taken):
        assert {name: rows_of(taken, name) for name in FACTS} == self.figures
        assert verify(taken.log, KEY.verifier).holds

    @pytest.mark.usefixtures("taken")
    def test_are_not_built_anew_without_the_archive(self, url, clock):
        with opened(url, clock) as desk:
            with pytest.raises(PrunedError, match="ticket/T-1 was archived: its history lies in"):
                desk.projects.rebuild("ticket_facts")
            assert rows_of(desk, "ticket_facts") == self.figures["ticket_facts"]
            with pytest.raises(PrunedError):
                desk.compliance.look("2022-01")
            with pytest.raises(PrunedError):
                desk.tickets.get("T-1")
            with pytest.raises(PrunedError):
                desk.privacy.status("C-2")

    @pytest.mark.usefixtures("taken")
    def test_are_the_same_with_it(self, url, clock, tmp_path):
        sign = "&" if "?" in url else "?"
        with opened(f"{url}{sign}archives={tmp_path}", clock) as desk:
            for name in FACTS:
                desk.projects.rebuild(name)
            assert {name: rows_of(desk, name) for name in FACTS} == self.figures
            (check,) = (e for e in desk.compliance.look("2022-01") if e.id == "log.archives")
            assert (check.verdict.value, check.population) == ("pass", 2)
            assert desk.tickets.get("T-1").contact == "Ms Lin"
            assert desk.privacy.status("C-2").records

    def test_are_taken_in_before_anything_leaves(self, url, clock, tmp_path):
        with opened(url, clock, react="worker") as desk:
            live(desk)
            later(desk, clock)
            path = archived(desk, tmp_path)
            with pytest.raises(StillReadError, match=r"is at position 0, .* until \d+ first"):
                take_out(desk, path)
            for follower in desk._office.followers().values():
                follower.catch_up()
            assert take_out(desk, path).histories == 2

    def test_come_back_with_what_is_restored(self, taken, tmp_path):
        taken.retention.restore(tmp_path / "2022.parquet", by="Wu")
        taken.projects.rebuild("ticket_facts")
        assert rows_of(taken, "ticket_facts") == self.figures["ticket_facts"]
        assert taken.tickets.get("T-1").contact == "Ms Lin"


def rows_of(desk, name):
    return [(row.key, row.value) for row in desk._office.rows(name).scan()]


class TestAnExport:
    """A folder with an export of the log is gone on with, whatever has left the log since."""

    def test_after_what_is_in_it_was_archived(self, memory, clock, tmp_path):
        export_parquet(memory.log, tmp_path / "export")
        later(memory, clock)
        before = export_parquet(memory.log, tmp_path / "export").position
        take_out(memory, archived(memory, tmp_path))

        done = export_parquet(memory.log, tmp_path / "export")
        assert (done.position, done.events) == (memory.log.head(), memory.log.head() - before)


class TestWhoMay:
    """Who decides what leaves is not who takes it out."""

    def test_the_manager_writes_the_archive_and_the_custodian_prunes(self, memory, clock, tmp_path):
        later(memory, clock)
        manager = memory.acting_as("Chen", role="manager")
        custodian = memory.acting_as("Wu", role="key_custodian")
        path = tmp_path / "2022.parquet"
        with pytest.raises(AccessDeniedError):
            custodian.retention.archive(path, verifier=KEY.verifier)
        manager.retention.archive(path, verifier=KEY.verifier)
        with pytest.raises(AccessDeniedError):
            manager.retention.prune(path, verifier=KEY.verifier, by="Chen")
        assert custodian.retention.prune(path, verifier=KEY.verifier, by="Wu").histories == 2
        (certificate,) = memory.log.history("archive/2022")
        assert (certificate.provenance.actor, certificate.provenance.role) == (
            "Wu",
            "key_custodian",
        )

    def test_an_agent_may_do_nothing_of_it(self, memory):
        agent = memory.acting_as("Lin", role="agent")
        for ask in (agent.retention.due, agent.retention.holds):
            with pytest.raises(AccessDeniedError):
                ask()
