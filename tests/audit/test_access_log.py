"""Who looked at what is sealed by itself; whoever takes an entry back is found out."""

from __future__ import annotations

from threading import Thread

import pytest

from servicecore import ServiceDesk
from servicecore.audit.access_log import AccessAsked, AccessLog, AccessRefused
from servicecore.audit.refusals import SealError
from servicecore.audit.sealer import Sealer
from servicecore.audit.seals import Seals
from servicecore.audit.verifying import verify
from servicecore.domain.access import AccessDeniedError
from tests.audit.conftest import CATALOGUE, KEY, NINE

CATALOGUE.declare("access.asked", AccessAsked)
CATALOGUE.declare("access.refused", AccessRefused)
POST = {"actor": "Qi", "role": "auditor"}
ENOUGH = 0.5  # Seconds; two entries of a test take a few milliseconds.
REQUEST = {"product": "pump", "model": "P-200", "fault": "it leaks", "contact": "Ms Lin"}


@pytest.fixture
def access(log):
    """An access log with entries of two people."""
    access = AccessLog.sealed(log, KEY)
    for n in range(6):
        access.asked("tickets.get", f"T-{n}", actor="Qi" if n % 2 else "Wu", role="auditor")
    return access


def found(log):
    return [str(each) for each in verify(log, KEY.verifier).flaws]


class TestASealedAccessLog:
    """Each entry is under a seal as soon as it is made."""

    @pytest.mark.usefixtures("access")
    def test_holds(self, log):
        verdict = verify(log, KEY.verifier)
        assert (verdict.holds, verdict.size, verdict.unsealed) == (True, 6, 0)

    @pytest.mark.usefixtures("access")
    def test_shows_an_entry_that_was_removed(self, log, hand):
        hand.delete("position = 3")
        assert found(log) == ["deleted: access/Wu#2, sealed at position 3"]

    @pytest.mark.usefixtures("access")
    def test_shows_all_entries_of_somebody_that_were_removed(self, log, hand):
        hand.delete("position IN (2, 4)")
        assert [each.partition(":")[0] for each in found(log)] == ["deleted", "deleted"]

    @pytest.mark.usefixtures("access")
    def test_shows_an_entry_that_was_changed(self, log, hand):
        hand.rewrite(2, old=b"T-1", new=b"T-8")
        assert found(log) == ["changed: access/Qi#1 (access.asked), at position 2"]

    @pytest.mark.usefixtures("access")
    def test_shows_that_the_newest_were_cut_off(self, log, hand):
        hand.delete("position > 4")
        told = "cut off: the last 2 of 6 sealed events are gone, from access/Wu#3 on"
        assert found(log) == [told]

    def test_takes_nothing_in_behind_an_entry_that_was_changed(self, access, hand):
        hand.rewrite(6, old=b"T-5", new=b"T-8")
        access = AccessLog.sealed(access.log, KEY)  # As whoever opens it the next time.
        with pytest.raises(SealError, match="position 6 is not what it was"):
            access.asked("tickets.get", "T-9", actor="Qi", role="auditor")

    def test_goes_on_for_whoever_opens_it_next(self, access):
        again = AccessLog.sealed(access.log, KEY)
        again.refused("tickets.close", "T-1", actor="Wu", role="agent", reason="he may not")
        assert [each.size for each in Seals(access.log.tables).all()] == [1, 2, 3, 4, 5, 6, 7]
        assert found(access.log) == []

    @pytest.mark.parametrize("step", ["_ensure_signed", "_seal"])
    def test_holds_if_somebody_else_looks_while_an_entry_is_sealed(self, access, monkeypatch, step):
        other = Thread(target=access.asked, args=("tickets.get", "T-9"), kwargs=POST)
        take_step = getattr(Sealer, step)

        def let_another_in(sealer, told):
            if other.ident is None:
                other.start()
                other.join(ENOUGH)  # By now it is done, or waits for its turn.
            return take_step(sealer, told)

        monkeypatch.setattr(Sealer, step, let_another_in)
        access.asked("tickets.get", "T-8", **POST)
        other.join()
        access.asked("tickets.get", "T-7", **POST)
        assert (found(access.log), verify(access.log, KEY.verifier).size) == ([], 9)

    def test_is_not_sealed_without_a_key(self, log):
        AccessLog(log).asked("tickets.get", "T-1", actor="Qi", role="auditor")
        assert Seals(log.tables).latest() is None


class TestAPost:
    def test_seals_what_it_looks_at_and_is_refused(self, log):
        with ServiceDesk.open("memory:", keys="", clock=lambda: NINE) as desk:
            desk.tickets.open("T-1", customer_id="C-1", at=NINE, **REQUEST)
            agent = desk.acting_as("Wu", role="agent", access_log=log, access_key=KEY)
            assert agent.tickets.get("T-1").id == "T-1"
            with pytest.raises(AccessDeniedError):
                agent.complaints.close("C-1", by="Wu")
        assert verify(log, KEY.verifier).size == 2

    def test_is_shown_nothing_once_somebody_has_changed_the_newest_entry(self, log, hand):
        with ServiceDesk.open("memory:", keys="", clock=lambda: NINE) as desk:
            desk.tickets.open("T-1", customer_id="C-1", at=NINE, **REQUEST)
            auditor = desk.acting_as("Qi", role="auditor", access_log=log, access_key=KEY)
            auditor.tickets.get("T-1")
            hand.rewrite(1, old=b"T-1", new=b"T-8")
            auditor = desk.acting_as("Qi", role="auditor", access_log=log, access_key=KEY)
            with pytest.raises(SealError):
                auditor.tickets.get("T-1")
