"""What is personal stands in the log sealed, and is gone when its key is."""

from __future__ import annotations

import logging
from datetime import datetime, timezone

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicecore.domain.events import Catalogue, Provenance, event, personal, upcast
from servicecore.domain.moments import instant
from servicecore.storage import (
    BrokenSealError,
    Change,
    ErasedPersonError,
    Fold,
    NoKeysError,
    PersonalIdError,
    PolicyFollower,
    open_keys,
    open_log,
    sealing,
)
from servicecore.storage.codec import Codec, stream_id
from servicecore.storage.pseudonyms import ensure_pseudonym
from servicecore.storage.sealing import Sealing

MONDAY = datetime(2026, 1, 5, 9, tzinfo=timezone.utc)
LIN = Provenance(actor="Lin")
OURS = Catalogue()
WANG = "Wang Fang, 138 0013 8000"


@attrs.frozen
class Told:
    text: str
    points: int = 0


@event("case.opened", catalogue=OURS)
class Opened:
    customer_id: str | None
    product: str = "pump"
    contact: str = personal()
    fault: str = personal(default="", recognisable=True)
    answers: tuple[Told, ...] = personal(default=())
    at: datetime = instant()


@event("case.told@2", catalogue=OURS)
class WasTold:
    words: str = personal()
    at: datetime = instant()


@upcast("case.told", to="case.told@2", catalogue=OURS)
def in_words(fields):
    return {"words": fields.pop("text"), **fields}


@event("round.announced", catalogue=OURS)
class Announced:
    customers: dict[str, str] = personal(of_each=True)
    at: datetime = instant()


@attrs.frozen
class Case:
    contact: str = ""
    words: str = ""


def evolve(case: Case | None, happened: object) -> Case:
    match happened:
        case Opened(contact=contact):
            return Case(contact)
        case WasTold(words=words):
            return attrs.evolve(case, words=words)
        case _:
            return case or Case()


FOLD: Fold[Case] = Fold(evolve, name="case")


def opened(contact=WANG, customer_id="C-1", **facts):
    return Opened(customer_id=customer_id, contact=contact, at=MONDAY, **facts)


def told(words):
    return WasTold(words=words, at=MONDAY)


@pytest.fixture
def keys():
    kept = open_keys("memory:")
    yield kept
    kept.close()


@pytest.fixture
def log(keys):
    with open_log("memory:", catalogue=OURS, keys=keys) as log:
        yield log


def record(log, subject, *events, after=0):
    log.append(Change(subject, events, after=after), provenance=LIN)


def rows(log):
    return list(log.rows_since(0))


def read(log):
    return [log.opened(row).event for row in rows(log)]


class TestWhatIsPersonal:
    """It cannot be read in the log, and can be by whoever acts on it."""

    def test_is_not_in_the_stored_bytes(self, log):
        record(log, "case/1", opened(fault="leaks at Wang Fang's"), told("call 138 0013 8000"))
        stored = b"".join(row.state for row in rows(log))
        found = [told in stored for told in (b"Wang Fang", b"138 0013", b"pump")]
        assert found == [False, False, True]

    def test_comes_back_to_whoever_acts(self, log):
        events = [opened(fault="leaks", answers=(Told("a bit", 3), Told(""))), told("well")]
        record(log, "case/1", *events)
        assert read(log) == events
        assert log.load("case/1", FOLD) == (Case(WANG, "well"), 2)

    def test_stays_sealed_for_whoever_only_reads(self, log):
        record(log, "case/1", opened(answers=(Told("a bit", 3), Told(""))))
        [recorded] = log.since(0)
        sealed = (Told("[sealed]", 3), Told(""))
        assert (recorded.event.contact, recorded.event.answers) == ("[sealed]", sealed)
        assert log.history("case/1") == [recorded]
        [shown] = log.history("case/1", opened=True)
        assert shown.event.contact == WANG

    def test_belongs_to_the_customer_of_the_first_event(self, log, keys):
        record(log, "case/1", opened())
        record(log, "case/1", told("later"), after=1)
        keys.destroy("C-1")
        assert [each.event.words for each in log.history("case/1", opened=True)[1:]] == ["[erased]"]

    def test_belongs_to_the_customer_of_a_history_begun_in_the_same_append(self, log):
        both = Change("case/1", [opened()], after=0), Change("case/1", [told(WANG)], after=1)
        log.append(*both, provenance=LIN)
        assert b"Wang Fang" not in rows(log)[1].state

    def test_of_nobody_stays_as_it_is(self, log):
        record(log, "case/1", opened(customer_id=None))
        assert b"Wang Fang" in rows(log)[0].state
        assert rows(log)[0] == log.sealing.opened(rows(log)[0])

    def test_that_says_nothing_is_not_sealed(self, log, keys):
        record(log, "case/1", opened("", answers=(Told("", 2),)))
        assert b'"contact":""' in rows(log)[0].state
        assert keys.state_of("C-1") is None

    def test_of_many_is_sealed_for_each(self, log, keys):
        record(log, "round/1", Announced(customers={"C-1": WANG, "C-2": "b", "C-3": ""}, at=MONDAY))
        keys.destroy("C-1")
        keys.restrict("C-2")
        assert b"Wang Fang" not in rows(log)[0].state
        assert read(log)[0].customers == {"C-1": "[erased]", "C-2": "[restricted]", "C-3": ""}
        keys.lift("C-2")
        assert read(log)[0].customers == {"C-1": "[erased]", "C-2": "b", "C-3": ""}

    def test_can_be_recognised_where_figures_need_it(self, log):
        record(log, "case/1", opened(fault="leaks"))
        record(log, "case/2", opened(fault="leaks"))
        record(log, "case/3", opened(fault="smells"))
        record(log, "case/4", opened(fault="leaks", customer_id="C-2"))
        one, same, other, of_another = (each.event.fault for each in log.since(0))
        assert one == same
        assert len({one, other, of_another}) == 3

    def test_of_an_old_form_is_told_in_todays(self, log):
        record(log, "case/1", opened(), told("well"))
        _, second = rows(log)
        old = Catalogue()

        @event("case.told", catalogue=old)
        class WasToldOnce:
            text: str = personal()
            at: datetime = instant()

        once = Sealing(Codec(old), log.storage, log.sealing.keys)
        change = Change("case/1", [WasToldOnce(text="well", at=MONDAY)], after=1)
        [[(name, _, state)]] = once.encode([change])
        before = second.state[: second.state.index(b'"event":') + len(b'"event":')]
        kept = second._replace(topic=name, state=before + state + b"}")
        assert log.opened(kept).event == told("well")

    def test_shows_in_no_error_message(self):
        assert WANG not in f"{opened()!r}"

    def test_is_stored_as_ever_without_a_key_store(self):
        with open_log("memory:", catalogue=OURS) as plain:
            record(plain, "case/1", opened())
            assert b'"contact":"Wang Fang, 138 0013 8000"' in rows(plain)[0].state
            assert b"sealed" not in rows(plain)[0].state
            assert plain.storage.tracked("servicecore/sealed") is None


class TestABox:
    """It opens under the key of its person alone, at its own place alone."""

    @given(st.text(min_size=1), st.text())
    def test_gives_back_what_was_put_in(self, contact, fault):
        with open_log("memory:", catalogue=OURS, keys="memory:") as log:
            record(log, "case/1", opened(contact, fault=fault))
            assert read(log) == [opened(contact, fault=fault)]

    @given(st.data())
    def test_is_refused_with_any_byte_changed(self, data):
        with open_log("memory:", catalogue=OURS, keys="memory:") as log:
            record(log, "case/1", opened())
            [row] = rows(log)
            begin = row.state.index(b'"box":"') + len(b'"box":"')
            at = data.draw(st.integers(begin, len(row.state) - len(b'"}]}') - 1))
            other = data.draw(st.integers(0, 255).filter(lambda byte: byte != row.state[at]))
            changed = row.state[:at] + bytes([other]) + row.state[at + 1 :]
            with pytest.raises(BrokenSealError, match=r"case\.opened, version 1 of stream"):
                log.opened(row._replace(state=changed))

    @pytest.mark.parametrize(
        "elsewhere",
        [{"stream": stream_id("case/2")}, {"version": 2}, {"topic": "case.told@2"}],
        ids=["another history", "another place in it", "another event"],
    )
    def test_is_refused_in_another_place(self, log, elsewhere):
        record(log, "case/1", opened())
        with pytest.raises(BrokenSealError, match="stands in another place"):
            log.opened(rows(log)[0]._replace(**elsewhere))

    def test_is_refused_under_another_name(self, log, keys):
        record(log, "case/1", opened())
        keys.key_for("C-2")
        [row] = rows(log)
        with pytest.raises(BrokenSealError, match="stands in another place"):
            log.opened(row._replace(state=row.state.replace(b'"of":"C-1"', b'"of":"C-2"')))

    def test_is_refused_by_a_key_store_that_never_had_its_key(self, log):
        record(log, "case/1", opened())
        with open_log("memory:", catalogue=OURS, keys="memory:") as another:
            row = rows(log)[0]
            with pytest.raises(BrokenSealError, match="key 1 of 'C-1' was never in"):
                another.opened(row)

    def test_tells_little_by_its_length(self, log):
        record(log, "case/1", opened("ab"))
        record(log, "case/2", opened("abcde"))
        assert len({len(row.state) for row in rows(log)}) == 1

    def test_is_another_one_each_time(self, log):
        record(log, "case/1", opened("ab"))
        record(log, "case/2", opened("ab"))
        one, other = (row.state.partition(b'"box":')[2] for row in rows(log))
        assert one != other


class TestWithoutTheKey:
    """Everything can still be read, but for what is sealed."""

    def test_an_erased_persons_record_loads(self, log, keys):
        record(log, "case/1", opened(fault="leaks"), told("well"))
        keys.destroy("C-1")
        assert log.load("case/1", FOLD) == (Case("[erased]", "[erased]"), 2)
        assert read(log)[0].fault.startswith("[erased:")

    def test_a_restricted_persons_record_shows_only_on_purpose(self, log, keys):
        record(log, "case/1", opened())
        keys.restrict("C-1")
        [row] = rows(log)
        assert log.load("case/1", FOLD) == (Case("[restricted]"), 1)
        shown = log.sealing.opened(row, even_restricted=True)
        assert log.codec.event(shown) == opened()

    def test_a_restricted_persons_record_goes_on(self, log, keys):
        record(log, "case/1", opened())
        keys.restrict("C-1")
        record(log, "case/1", told(WANG), after=1)
        assert b"Wang Fang" not in rows(log)[1].state

    def test_a_log_opened_without_keys_can_be_read(self, tmp_path, keys):
        url = f"sqlite:///{tmp_path}/service.db"
        with open_log(url, catalogue=OURS, keys=keys) as log:
            record(log, "case/1", opened())
        with open_log(url, catalogue=OURS) as log:
            assert log.load("case/1", FOLD) == (Case("[sealed]"), 1)

    def test_a_log_opened_without_keys_takes_nothing_in(self, tmp_path, keys):
        url = f"sqlite:///{tmp_path}/service.db"
        with open_log(url, catalogue=OURS, keys=keys) as log:
            record(log, "case/1", opened())
        with open_log(url, catalogue=OURS) as log:
            with pytest.raises(NoKeysError, match="open it with its key store"):
                record(log, "case/2", opened())
            assert log.head() == 1

    def test_a_log_opened_without_keys_takes_nothing_in_from_when_others_seal(
        self, tmp_path, keys, monkeypatch
    ):
        monkeypatch.setattr(sealing, "A_MOMENT", 0.0)  # It is told at once, not a moment later.
        url = f"sqlite:///{tmp_path}/service.db"
        with open_log(url, catalogue=OURS) as early:
            record(early, "case/1", opened())
            with open_log(url, catalogue=OURS, keys=keys) as log:
                record(log, "case/2", opened())
            with pytest.raises(NoKeysError, match="open it with its key store"):
                record(early, "case/3", opened())
            assert early.head() == 2


class TestAnErasedPerson:
    """Nothing personal goes on record of them again, unless they come back."""

    def test_is_not_written_of(self, log, keys):
        record(log, "case/1", opened())
        keys.destroy("C-1")
        with pytest.raises(ErasedPersonError, match="'C-1' was erased"):
            record(log, "case/1", told("she called"), after=1)
        assert log.head() == 1

    def test_may_have_records_that_tell_nothing(self, log, keys):
        record(log, "case/1", opened())
        keys.destroy("C-1")
        record(log, "case/1", told("[erased]"), after=1)
        assert rows(log)[1].state.count(b"erased") == 1

    def test_gets_a_new_key_that_opens_nothing_old(self, log, keys):
        record(log, "case/1", opened())
        keys.destroy("C-1")
        keys.renew("C-1")
        record(log, "case/2", opened("Ms Fang"))
        assert [each.contact for each in read(log)] == ["[erased]", "Ms Fang"]

    def test_is_erased_under_every_key_they_had(self, log, keys):
        record(log, "case/1", opened())
        keys.destroy("C-1")
        keys.renew("C-1")
        record(log, "case/2", opened("Ms Fang"))
        keys.destroy("C-1")
        assert [each.contact for each in read(log)] == ["[erased]", "[erased]"]

    def test_gets_no_new_key_while_the_old_one_is_there(self, log, keys):
        record(log, "case/1", opened())
        keys.renew("C-1")
        assert [each.contact for each in read(log)] == [WANG]
        assert rows(log)[0].state.count(b'"key":1') == 1


class TestASnapshot:
    """It is sealed like the history it is made of, or not kept."""

    def test_cannot_be_read_without_the_key(self, log):
        record(log, "case/1", opened())
        assert log.take_snapshot("case/1", FOLD)
        kept = log.storage.snapshot(stream_id("case/1"), fold="case", schema=1)
        assert b"Wang Fang" not in kept.state
        record(log, "case/1", told("well"), after=1)
        assert log.load("case/1", FOLD) == (Case(WANG, "well"), 2)
        assert log._load("case/1", FOLD).replayed == 1

    def test_of_an_erased_person_is_no_use(self, log, keys):
        record(log, "case/1", opened())
        log.take_snapshot("case/1", FOLD)
        keys.destroy("C-1")
        assert log.load("case/1", FOLD) == (Case("[erased]"), 1)
        assert not log.take_snapshot("case/1", FOLD)

    def test_of_a_restricted_person_is_passed_over(self, log, keys):
        record(log, "case/1", opened())
        log.take_snapshot("case/1", FOLD)
        keys.restrict("C-1")
        assert log.load("case/1", FOLD) == (Case("[restricted]"), 1)

    def test_kept_before_there_were_keys_is_passed_over(self, tmp_path, keys):
        url = f"sqlite:///{tmp_path}/service.db"
        with open_log(url, catalogue=OURS) as log:
            record(log, "case/1", opened())
            log.take_snapshot("case/1", FOLD)
        with open_log(url, catalogue=OURS, keys=keys) as log:
            assert log._load("case/1", FOLD).replayed == 1

    def test_of_many_people_is_not_kept(self, log):
        record(log, "round/1", Announced(customers={"C-1": WANG}, at=MONDAY))
        assert not log.take_snapshot("round/1", FOLD)

    def test_of_nobody_is_kept_as_ever(self, log):
        record(log, "round/1", Announced(customers={"C-1": ""}, at=MONDAY))
        assert log.take_snapshot("round/1", FOLD)
        assert log._load("round/1", FOLD).replayed == 0


class TestADeadLetter:
    """It names the failure, and does not repeat what the failure says."""

    def test_quotes_nobody(self, log, caplog):
        def react(recorded):
            raise ValueError(recorded.event.contact)

        record(log, "case/1", opened())
        with caplog.at_level(logging.DEBUG):
            PolicyFollower(log, "curious", react).catch_up()
        [letter] = log.tables.dead_letters("curious", 1)
        assert "Wang" not in caplog.text + letter.error
        assert letter.error.startswith("ValueError")

    def test_says_everything_where_nothing_is_sealed(self):
        def react(recorded):
            raise ValueError(recorded.event.contact)

        with open_log("memory:", catalogue=OURS) as log:
            record(log, "case/1", opened())
            PolicyFollower(log, "curious", react).catch_up()
            [letter] = log.tables.dead_letters("curious", 1)
        assert "Wang" in letter.error


class TestTheNumberOfACustomer:
    """It stays when the key is gone, so it must not tell who it is."""

    @pytest.mark.parametrize(
        "number",
        [
            "13800138000",
            "+86 138 0013 8000",
            "010-12345678",
            "0571 87654321",
            "+49 170 1234567",
            "wang@example.com",
            "11010519491231002X",
        ],
    )
    def test_must_not_tell_who_it_is(self, log, number):
        with pytest.raises(PersonalIdError, match="numbers of your own"):
            record(log, "case/1", opened(customer_id=number))
        assert log.head() == 0

    @pytest.mark.parametrize("number", ["C-1", "20250001", "Acme", "9f2c", "10000000000"])
    def test_may_be_any_other(self, number):
        ensure_pseudonym(number)
