"""What is done to a log is found while others write to it, and nothing else is."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Event

import pytest

from servicecore.audit.notes import open_note, parse_checkpoint
from servicecore.audit.verifying import verify
from servicecore.storage import StorageError
from servicecore.storage.codec import stream_id
from tests.audit.conftest import KEY, live, note, seal


@pytest.fixture
def others(place):
    """Two who go on writing, whatever happens."""
    stop, begun = Event(), [Event(), Event()]

    def write(n):
        with place.open() as log:
            while not stop.wait(0.005):
                with suppress(StorageError):  # Somebody may have torn their histories.
                    note(log, f"W-{n}", "goes on")
                begun[n].set()

    with ThreadPoolExecutor(2) as pool, place.open():
        writing = [pool.submit(write, n) for n in range(2)]
        yield [each.wait(60) for each in begun]
        stop.set()
        for each in writing:
            each.result(timeout=60)


@pytest.fixture
def sealed(log, others):
    """A log that was sealed while they wrote, and goes on."""
    assert others == [True, True]
    live(log, tickets=3, notes=3)
    seal(log)
    return log


@pytest.fixture
def kept(sealed):
    checkpoint = parse_checkpoint(open_note(seal(sealed).note, KEY.verifier))
    note(sealed, "T-9", "a complaint that nobody shall know of")
    return [checkpoint]


def position(log, ticket, version):
    return log.storage.stream(stream_id(f"ticket/{ticket}"))[version - 1].position


def kinds(log, kept=()):
    return {each.kind for each in verify(log, KEY.verifier, kept=kept).flaws}


def change(hand, log):
    hand.rewrite(position(log, "T-2", 2))


def delete(hand, log):
    hand.delete(f"position = {position(log, 'T-2', 2)}")


def delete_history(hand, log):
    hand.delete(f"stream = '{log.storage.stream(stream_id('ticket/T-2'))[0].stream}'")


def swap(hand, log):
    one, other = position(log, "T-1", 1), position(log, "T-3", 2)
    read, write = (
        "SELECT state FROM log_events WHERE position = ?",
        "UPDATE log_events SET state = ?",
    )
    ((mine,),), ((theirs,),) = hand.ask(read, one), hand.ask(read, other)
    where = "WHERE position = ?"
    hand.execute((f"{write} {where}", theirs, one), (f"{write} {where}", mine, other))


class TestWhileOthersWrite:
    """On SQLite and PostgreSQL, with two writers at work before, during and after."""

    @pytest.mark.usefixtures("kept")
    def test_an_honest_log_holds(self, sealed):
        for _ in range(3):
            seal(sealed)
            assert kinds(sealed) == set()

    @pytest.mark.parametrize(
        ("how", "what"),
        [
            (change, {"changed"}),
            (delete, {"deleted"}),
            (delete_history, {"history deleted"}),
            (swap, {"swapped"}),
        ],
    )
    def test_what_somebody_does_is_named(self, sealed, hand, how, what):
        how(hand, sealed)
        assert kinds(sealed) == what

    def test_a_tail_that_was_cut_is_found_though_others_go_on_in_its_place(self, sealed, hand):
        hand.delete(f"position >= {position(sealed, 'T-3', 3)}")
        found = kinds(sealed)
        assert found & {"cut off", "history deleted", "deleted"}
        # What the two had written there, they write anew as they know no better.
        assert found <= {"cut off", "history deleted", "deleted", "changed", "inserted", "moved"}

    def test_two_sealers_do_not_fork(self, place, sealed):
        with place.open() as same, ThreadPoolExecutor(2) as pool:
            for _ in range(3):
                assert len([*pool.map(seal, (sealed, same))]) == 2
        assert kinds(sealed) == set()

    def test_an_insider_who_seals_anew_is_found_by_one_old_checkpoint(self, sealed, hand, kept):
        change(hand, sealed)
        sealed.tables.drop("seal", 1)
        seal(sealed)
        assert kinds(sealed) == set()
        assert kinds(sealed, kept) == {"sealed anew"}

    def test_a_rolled_back_database_is_found(self, place, sealed):
        yesterday = place.copied()
        note(sealed, "T-9", "a complaint that nobody shall know of")
        kept = [parse_checkpoint(open_note(seal(sealed).note, KEY.verifier))]
        with yesterday.open() as rolled_back:
            assert kinds(rolled_back, kept) == {"rolled back"}
