"""Keys lie in a database of their own, and a destroyed one leaves no byte there."""

from __future__ import annotations

import os
import time
from base64 import b64encode
from contextlib import suppress
from itertools import count
from threading import Thread

import pytest

from servicecore.storage import (
    BusyError,
    ErasedPersonError,
    KeyState,
    MasterKeyError,
    NewerSchemaError,
    PersonalIdError,
    ReadOnlyError,
    UnknownStorageError,
    UnmigratedError,
    UnreachableStorageError,
    UnsafeSettingError,
    migrate_keys,
    migrate_log,
    new_master_key,
    open_keys,
    open_log,
    parse_master_key,
)
from servicecore.storage.ciphers import cipher, unseal

MASTER, ANOTHER = b"m" * 32, b"n" * 32
_schemas = count(1)


@pytest.fixture
def open_it(url):
    """Open the same key store as often as one likes."""
    opened = []

    def open_once_more(master=MASTER):
        opened.append(open_keys(url, master=master))
        return opened[-1]

    yield open_once_more
    for each in opened:
        each.close()


@pytest.fixture
def keys(open_it):
    return open_it()


class Promises:
    """What every key store keeps, wherever it lies."""

    def test_a_key_opens_what_it_sealed(self, keys):
        box = keys.key_for("C-1").seal(b"told", b"here")
        assert keys.key("C-1", 1).open(box, b"here") == b"told"
        assert keys.state_of("C-1") is KeyState.ACTIVE

    def test_everybody_has_a_key_of_their_own(self, keys):
        assert keys.key_for("C-1").secret != keys.key_for("C-2").secret
        assert keys.state_of("C-3") is None

    def test_restricted_and_lifted_it_is_the_same_key(self, keys):
        secret = keys.key_for("C-1").secret
        keys.restrict("C-1")
        assert [keys.key("C-1", 1).is_restricted, keys.state_of("C-1").value] == [
            True,
            "restricted",
        ]
        keys.lift("C-1")
        assert keys.key("C-1", 1).secret == keys.key_for("C-1").secret == secret
        assert not keys.key("C-1", 1).is_restricted

    def test_who_had_no_key_is_restricted_all_the_same(self, keys):
        keys.restrict("C-1")
        assert keys.key_for("C-1").is_restricted

    def test_a_destroyed_key_is_gone_and_remembered_as_gone(self, keys):
        keys.key_for("C-1")
        keys.destroy("C-1")
        assert [keys.key("C-1", 1), keys.state_of("C-1")] == [None, KeyState.ERASED]
        with pytest.raises(ErasedPersonError, match="'C-1' was erased"):
            keys.key_for("C-1")

    def test_what_is_destroyed_is_neither_restricted_nor_lifted(self, keys):
        keys.destroy("C-1")
        keys.restrict("C-1")
        keys.lift("C-1")
        assert keys.state_of("C-1") is KeyState.ERASED

    def test_only_the_erased_get_a_new_key(self, keys):
        keys.key_for("C-1")
        keys.renew("C-1")
        assert keys.key_for("C-1").number == 1
        keys.destroy("C-1")
        keys.renew("C-1")
        assert [keys.key_for("C-1").number, keys.key("C-1", 1)] == [2, None]

    def test_who_is_in_which_state_is_counted_person_by_person(self, keys):
        for who in ("C-1", "C-2", "C-3", "C-4"):
            keys.key_for(who)
        keys.restrict("C-2")
        keys.destroy("C-3")
        keys.destroy("C-4")
        keys.renew("C-4")
        assert keys.states() == {
            KeyState.ACTIVE: 2,
            KeyState.RESTRICTED: 1,
            KeyState.ERASED: 1,
        }

    def test_the_master_key_can_be_another(self, keys, open_it):
        box = keys.key_for("C-1").seal(b"told", b"here")
        keys.key_for("C-2")
        keys.destroy("C-2")
        assert keys.rotate(ANOTHER) == 1
        assert keys.key("C-1", 1).open(box, b"here") == b"told"
        assert keys.key_for("C-3").number == 1
        with pytest.raises(MasterKeyError):
            open_it()
        again = open_it(ANOTHER)
        assert again.key("C-1", 1).open(box, b"here") == b"told"
        assert [again.state_of("C-2"), again.key("C-3", 1).number] == [KeyState.ERASED, 1]

    def test_a_new_customers_number_must_not_tell_who_it_is(self, keys):
        with pytest.raises(PersonalIdError):
            keys.key_for("13800138000")
        assert keys.state_of("13800138000") is None


class Lasting(Promises):
    """What a key store keeps that others open, too."""

    def test_it_keeps_its_keys(self, keys, open_it):
        box = keys.key_for("C-1").seal(b"told", b"here")
        keys.close()
        assert open_it().key("C-1", 1).open(box, b"here") == b"told"

    def test_it_opens_under_no_other_master_key(self, open_it):
        open_it()
        with pytest.raises(MasterKeyError, match="not that of the key store"):
            open_it(ANOTHER)

    def test_a_customer_has_one_key_whoever_asks_first(self, open_it):
        stores = [open_it() for _ in range(4)]
        for number in range(5):
            _at_once([lambda each=each: each.key_for(f"C-{number}") for each in stores])  # noqa: B023
        for number in range(5):
            assert len({each.key_for(f"C-{number}").secret for each in stores}) == 1

    @pytest.mark.parametrize("what", ["a new customer", "to restrict", "to renew", "to rotate"])
    def test_after_a_rotation_elsewhere_no_key_is_made_under_the_old_master_key(
        self, open_it, what
    ):
        """Nobody would open it: not the new master key, and soon nothing at all."""
        ours, theirs = open_it(), open_it()
        ours.destroy("C-2")
        theirs.rotate(ANOTHER)
        attempt = {
            "a new customer": lambda: ours.key_for("C-1"),
            "to restrict": lambda: ours.restrict("C-1"),
            "to renew": lambda: ours.renew("C-2"),
            "to rotate": lambda: ours.rotate(b"x" * 32),
        }
        with pytest.raises(MasterKeyError, match="if it was rotated, give the new one"):
            attempt[what]()
        again = open_it(ANOTHER)
        assert [again.state_of("C-1"), again.state_of("C-2")] == [None, KeyState.ERASED]
        assert again.key_for("C-1").number == 1
        assert again.rotate(MASTER) == 1

    def test_nobody_reads_on_while_it_is_being_asked_what_another_process_erased(
        self, open_it, monkeypatch
    ):
        ours, theirs = open_it(), open_it()
        ours.refresh()
        ours.key_for("C-1")
        theirs.destroy("C-1")
        time.sleep(0.06)
        seen, edition = [], ours._tables.edition

        def meanwhile():
            monkeypatch.undo()  # Whoever reads meanwhile asks, too.
            ours.refresh()
            seen.append(ours.key("C-1", 1))
            return edition()

        monkeypatch.setattr(ours._tables, "edition", meanwhile)
        ours.refresh()
        assert seen == [None]

    def test_it_hears_of_what_another_process_erased(self, open_it):
        ours, theirs = open_it(), open_it()
        ours.restrict("C-2")  # Whoever changes something hears of others all the same.
        ours.refresh()
        ours.key_for("C-1")  # It is at hand from now on.
        theirs.destroy("C-1")
        time.sleep(0.06)
        ours.refresh()
        assert ours.key("C-1", 1) is None
        with pytest.raises(ErasedPersonError):
            ours.key_for("C-1")

    def test_a_destroyed_key_leaves_no_byte_in_the_files(self, keys, files):
        wrapped = self.wrapped_key(keys, "C-1")
        others = [self.wrapped_key(keys, f"C-{n}") for n in range(2, 12)]
        assert wrapped in files()
        keys.restrict("C-1")  # Whatever rewrites a row leaves an old one somewhere.
        keys.lift("C-1")
        keys.destroy("C-1")
        left = files()
        assert [each in left for each in (wrapped, wrapped[:16], wrapped[-16:])] == [False] * 3
        assert all(each in left for each in others)
        assert keys.key_for("C-11").number == 1

    def test_a_rotation_leaves_nothing_that_the_old_master_key_opens(self, keys, files):
        wrapped = [self.wrapped_key(keys, f"C-{n}") for n in range(9)]
        keys.rotate(ANOTHER)
        left = files()
        assert not any(each in left for each in wrapped)

    def test_what_goes_wrong_midway_changes_nothing(self, keys):
        secret = keys.key_for("C-1").secret
        with suppress(ZeroDivisionError), keys._tables.erasing() as rows:
            rows.put(rows.of("C-1")[0]._replace(wrapped=None))
            rows.wipe()
            rows.put(1 / 0)
        assert keys.key("C-1", 1).secret == secret

    def test_is_destroyed_only_if_what_is_done_meanwhile_goes_well(self, keys):
        secret = keys.key_for("C-1").secret
        with suppress(ZeroDivisionError), keys.destroying("C-1"):
            keys.refresh()
            raise ZeroDivisionError
        assert keys.key("C-1", 1).secret == secret
        with keys.destroying("C-1"):
            keys.refresh()
        assert keys.key("C-1", 1) is None

    @staticmethod
    def wrapped_key(keys, subject):
        keys.key_for(subject)
        with keys._tables.reading() as rows:
            return rows.of(subject)[0].wrapped


class TestInMemory(Promises):
    @pytest.fixture
    def url(self):
        return "memory:"

    def test_the_master_key_can_be_another(self, keys):
        secret = keys.key_for("C-1").secret
        assert keys.rotate(ANOTHER) == 1
        assert keys.key("C-1", 1).secret == secret


class TestInSQLite(Lasting):
    @pytest.fixture
    def url(self, tmp_path):
        return f"sqlite:///{tmp_path}/keys.db"

    @pytest.fixture
    def files(self, tmp_path):
        return lambda: b"".join(each.read_bytes() for each in tmp_path.iterdir())

    def test_it_overwrites_what_it_deletes(self, keys):
        with keys._tables.reading() as rows:
            assert rows._execute("PRAGMA secure_delete").fetchone() == (1,)

    def test_a_file_that_is_none_is_refused_by_name(self, tmp_path):
        (tmp_path / "keys.db").write_bytes(b"no database" * 100)
        with pytest.raises(UnreachableStorageError, match="no key store can be opened at"):
            open_keys(f"sqlite:///{tmp_path}/keys.db", master=MASTER)


class TestInPostgreSQL(Lasting):
    """In a schema of their own, in a server that is really there."""

    @pytest.fixture
    def url(self, postgresql):
        url = postgresql.url(f"keys_{next(_schemas)}")
        migrate_keys(url)
        return url

    @pytest.fixture
    def files(self, postgresql):
        def everything():
            with postgresql.connect() as connection:
                connection.execute("CHECKPOINT")
            return b"".join(postgresql.files("base"))

        return everything

    def test_what_its_write_ahead_log_holds_opens_under_no_new_master_key(self, keys, postgresql):
        wrapped = {who: self.wrapped_key(keys, who) for who in ("C-1", "C-2", "C-3", "C-4")}
        for who in wrapped:
            keys.destroy(who)
        keys.rotate(ANOTHER)
        wal = [*postgresql.files("pg_wal")]
        # Nobody can forbid it that; one that lies across two of its pages is cut in two there.
        found = [who for who, key in wrapped.items() if any(key in each for each in wal)]
        assert found
        for who in found:
            name = f"servicecore/key/v1\n1\n{who}".encode()
            assert unseal(cipher(MASTER), wrapped[who], name) is not None
            assert unseal(cipher(ANOTHER), wrapped[who], name) is None

    def test_it_makes_no_tables_in_passing(self, postgresql):
        with pytest.raises(UnmigratedError, match="run 'servicecore privacy migrate'"):
            open_keys(postgresql.url("nobody_was_here"), master=MASTER)

    def test_its_tables_are_made_once(self, url):
        assert migrate_keys(url).statements == ()

    def test_a_rehearsal_makes_no_tables(self, postgresql):
        url = postgresql.url(f"keys_{next(_schemas)}")
        assert any("keys_people" in each for each in migrate_keys(url, dry_run=True).statements)
        with pytest.raises(UnmigratedError):
            open_keys(url, master=MASTER)

    def test_many_who_make_its_tables_make_them_once(self, postgresql):
        url = postgresql.url(f"keys_{next(_schemas)}")
        _at_once([lambda: migrate_keys(url)] * 4)
        open_keys(url, master=MASTER).close()

    def test_tables_of_a_later_version_are_left_alone(self, url, postgresql):
        schema = url.partition("schema=")[2]
        with postgresql.connect() as connection:
            connection.execute(f"UPDATE {schema}.servicecore_logs SET schema = 99")
        with pytest.raises(NewerSchemaError, match="99"):
            open_keys(url, master=MASTER)

    def test_it_lies_beside_logs_of_other_schemas(self, url, postgresql):
        with open_log(postgresql.fresh(), keys=open_keys(url, master=MASTER)) as log:
            assert log.head() == 0

    def test_one_connection_is_enough_to_destroy_a_key(self, url):
        keys = open_keys(f"{url}&connections=1&wait=0.2", master=MASTER)
        with keys.destroying("C-1"):
            keys.refresh()
        assert keys.state_of("C-1") is KeyState.ERASED
        keys.close()

    def test_its_password_is_shown_to_nobody(self):
        with pytest.raises(UnreachableStorageError) as refused:
            open_keys("postgresql://lin:secret@127.0.0.1:1/keys", master=MASTER)
        assert "secret" not in str(refused.value)

    def test_who_only_uses_the_tables_seals_and_does_not_erase(self, keys, url, postgresql):
        schema = url.partition("schema=")[2]
        secret = keys.key_for("C-1").secret
        with postgresql.connect() as connection:
            connection.execute(f"CREATE ROLE {schema} LOGIN")
            connection.execute(f"GRANT USAGE ON SCHEMA {schema} TO {schema}")
            connection.execute(f"GRANT ALL ON ALL TABLES IN SCHEMA {schema} TO {schema}")
        desk = open_keys(postgresql.url(schema, user=schema), master=MASTER)
        assert [desk.key_for("C-1").secret, desk.key_for("C-2").number] == [secret, 1]
        with pytest.raises(ReadOnlyError, match="must be owner"):
            desk.destroy("C-1")
        assert desk.key("C-1", 1).secret == secret
        desk.close()

    def test_who_may_only_read_opens_and_makes_no_key(self, keys, url):
        secret = keys.key_for("C-1").secret
        reader = open_keys(f"{url}&mode=ro", master=MASTER)
        assert reader.key("C-1", 1).secret == secret
        with pytest.raises(ReadOnlyError, match="for reading only"):
            reader.key_for("C-2")
        reader.close()

    def test_a_copy_under_way_is_waited_for_and_told_of(self, keys, url, postgresql):
        """``pg_dump`` reads the table all the while: a key is destroyed after it, or not at all."""
        schema, secret = url.partition("schema=")[2], keys.key_for("C-1").secret
        hurried = open_keys(f"{url}&wait=0.2", master=MASTER)
        with postgresql.connect() as dump, dump.transaction():
            dump.execute(f"SELECT count(*) FROM {schema}.keys_people")
            with pytest.raises(BusyError):
                hurried.destroy("C-1")
            assert hurried.key("C-1", 1).secret == secret
        hurried.destroy("C-1")
        assert hurried.key("C-1", 1) is None
        hurried.close()

    def test_it_survives_a_server_that_goes_and_comes_back(self, keys, postgresql):
        keys.key_for("C-1")
        postgresql.stop("immediate")
        postgresql.start()
        assert keys.state_of("C-1") is KeyState.ACTIVE


class TestTheMasterKey:
    """Without it, a key store opens nothing."""

    @pytest.mark.parametrize("way", ["environment", "file", "url"])
    def test_is_found(self, tmp_path, monkeypatch, way):
        text, file, url = new_master_key(), tmp_path / "master", f"sqlite:///{tmp_path}/keys.db"
        file.write_text(f"{text}\n", encoding="ascii")
        match way:
            case "environment":
                monkeypatch.setenv("SERVICECORE_MASTER_KEY", text)
            case "file":
                monkeypatch.setenv("SERVICECORE_MASTER_KEY_FILE", str(file))
            case _:
                url += f"?master={file}"
        open_keys(url).close()
        open_keys(f"sqlite:///{tmp_path}/keys.db", master=parse_master_key(text)).close()

    def test_is_needed(self, tmp_path, monkeypatch):
        monkeypatch.delenv("SERVICECORE_MASTER_KEY", raising=False)
        monkeypatch.delenv("SERVICECORE_MASTER_KEY_FILE", raising=False)
        with pytest.raises(MasterKeyError, match="set SERVICECORE_MASTER_KEY"):
            open_keys(f"sqlite:///{tmp_path}/keys.db")

    def test_is_told_in_base64_or_in_hexadecimal_digits(self):
        key = os.urandom(32)
        told = (f" {key.hex()}\n", b64encode(key).decode())
        assert [parse_master_key(each) for each in told] == [key, key]

    @pytest.mark.parametrize("text", ["", "short", "AAAA", "Ä" * 44])
    def test_is_whole(self, text):
        with pytest.raises(MasterKeyError, match="32 bytes in base64"):
            parse_master_key(text)


class TestWhereKeysLie:
    """Elsewhere than the log, under a URL of their own."""

    @pytest.mark.parametrize("url", ["mysql://db/keys", "sqlite://", "keys.db", "memory://x", "x:"])
    def test_is_told_by_a_url(self, url):
        with pytest.raises(UnknownStorageError, match=r"'sqlite:///keys\.db', 'postgresql://"):
            open_keys(url)

    def test_is_told_with_options_that_are_known(self, tmp_path):
        with pytest.raises(UnknownStorageError, match=r"not \['colour'\]"):
            open_keys(f"sqlite:///{tmp_path}/keys.db?colour=red", master=MASTER)

    @pytest.mark.parametrize("way", ["{}/./service.db", "{0}/../{1}/service.db"])
    def test_is_not_the_file_of_the_log(self, tmp_path, way):
        keys = f"sqlite:///{way.format(tmp_path, tmp_path.name)}"
        with pytest.raises(UnsafeSettingError, match="a database of their own"):
            open_log(f"sqlite:///{tmp_path}/service.db?synchronous=off", keys=keys)
        assert list(tmp_path.iterdir()) == []

    def test_is_not_the_schema_of_the_log(self, postgresql):
        url = postgresql.fresh()
        migrate_keys(url)
        with pytest.raises(UnsafeSettingError, match="or a schema"):
            open_log(url, keys=url)

    def test_needs_no_tables_made_beforehand_but_in_postgresql(self, tmp_path):
        assert migrate_keys(f"sqlite:///{tmp_path}/keys.db").schema is None
        assert migrate_log("memory:").schema is None


def _at_once(works):
    threads = [Thread(target=each) for each in works]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
