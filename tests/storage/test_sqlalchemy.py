"""What SQLAlchemy knows can keep a log: shown on its SQLite, and on MariaDB where there is one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from servicecore.storage import ConflictError, UnreachableStorageError, open_log
from servicecore.testing.conformance import (
    DurableConformance,
    FollowerConformance,
    LogConformance,
    PolicyConformance,
)
from servicecore.testing.conformance.events import CATALOGUE, LIN, opened

PROGRAM = shutil.which("mariadbd") or "/usr/sbin/mariadbd"
_SECONDS = 60


class TestInShort:
    """What is tried of it every time; all that a log promises, every night."""

    def test_it_keeps_a_history_over_a_restart_and_refuses_what_is_stale(self, tmp_path):
        url = f"sqlite+pysqlite:///{tmp_path}/log.db"
        with open_log(url, catalogue=CATALOGUE) as log:
            log.append(opened("case/1"), provenance=LIN)
        with open_log(url, catalogue=CATALOGUE) as log:
            assert [each.id for each in log.history("case/1")] == ["case/1#1"]
            with pytest.raises(ConflictError):
                log.append(opened("case/1"), provenance=LIN)
            assert log.head() == 1

    def test_a_second_process_is_told_that_its_sqlite_serves_one(self, tmp_path):
        url = f"sqlite+pysqlite:///{tmp_path}/log.db"
        with open_log(url) as log, open_log(url):
            refused = _head_in_another_process(url)
            assert "log.db is open in another process" in refused
            assert "'sqlite:///' serves many" in refused
            with open_log(url):
                pass
            assert "BusyError" in _head_in_another_process(url)
            log.head()
        assert _head_in_another_process(url) == "0"


def _head_in_another_process(url):
    code = (
        "import sys\n"
        "from servicecore.storage import StorageError, open_log\n"
        "try: print(open_log(sys.argv[1]).head())\n"
        "except StorageError as error: print(type(error).__name__, error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, url], capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout.strip()


@pytest.mark.skipif(
    not os.environ.get("SERVICECORE_SLOW"), reason="tried every night: SERVICECORE_SLOW=1"
)
class TestItsSQLite(LogConformance, FollowerConformance, PolicyConformance, DurableConformance):
    """For one process at a time: theirs switches SQLite to its WAL whenever a process comes.

    Several processes on one file have ``sqlite:///``.
    """

    test_several_processes_write_one_log = None  # type: ignore[assignment]
    test_another_process_is_heard_of = None  # type: ignore[assignment]

    @pytest.fixture
    def url(self, tmp_path):
        return f"sqlite+pysqlite:///{tmp_path}/log.db"

    @pytest.fixture
    def open_it(self, url):
        return partial(open_log, url)


class Server:
    """A MariaDB of its own, on a socket in a folder of its own."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="servicecore-mariadb-"))
        self.socket = self.folder / "socket"
        owner = ["--user=mysql"] if os.geteuid() == 0 else []
        if owner:
            shutil.chown(self.folder, "mysql", "mysql")
        data = self.folder / "data"
        made = [
            "mariadb-install-db",
            f"--datadir={data}",
            "--auth-root-authentication-method=normal",
        ]
        subprocess.run([*made, *owner], check=True, capture_output=True)
        options = [f"--datadir={data}", f"--socket={self.socket}", "--skip-networking", *owner]
        self._process = subprocess.Popen(
            [PROGRAM, "--no-defaults", *options],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._made = 0
        self.wait()

    def wait(self):
        patience = time.monotonic() + _SECONDS
        while subprocess.run(
            ["mariadb-admin", f"--socket={self.socket}", "ping"], capture_output=True, check=False
        ).returncode:
            assert time.monotonic() < patience, "MariaDB does not answer"
            time.sleep(0.2)

    def url(self):
        """Return the URL of a new database."""
        self._made += 1
        name = f"desk{self._made}"
        argv = ["mariadb", f"--socket={self.socket}", "-e", f"CREATE DATABASE {name}"]
        subprocess.run(argv, check=True, capture_output=True)
        return f"mysql+pymysql://root@localhost/{name}?unix_socket={self.socket}"

    def remove(self):
        self._process.kill()
        self._process.wait()
        shutil.rmtree(self.folder)


@pytest.fixture(scope="module")
def mariadb():
    if not os.environ.get("SERVICECORE_SLOW"):
        pytest.skip("MariaDB is tried every night: SERVICECORE_SLOW=1")
    if not Path(PROGRAM).exists():
        pytest.skip("MariaDB is not installed: apt-get install mariadb-server")
    server = Server()
    yield server
    server.remove()


@pytest.mark.slow
class TestMariaDB(LogConformance, FollowerConformance, PolicyConformance, DurableConformance):
    @pytest.fixture
    def url(self, mariadb):
        return mariadb.url()

    @pytest.fixture
    def open_it(self, url):
        return partial(open_log, url)

    def test_eight_writers_commit_in_the_order_of_their_numbers(self, open_it):
        """Whoever follows the log passes nothing by."""
        with open_it(catalogue=CATALOGUE) as log:
            followed = []

            def write(writer):
                with open_it(catalogue=CATALOGUE) as mine:
                    for n in range(15):
                        mine.append(opened(f"case/{writer}-{n}"), provenance=LIN)

            with ThreadPoolExecutor(8) as writers:
                done = [writers.submit(write, n) for n in range(8)]
                while not all(each.done() for each in done):
                    after = followed[-1] if followed else 0
                    followed += [row.position for row in log.rows_since(after)]
                for each in done:
                    each.result()
            after = followed[-1] if followed else 0
            followed += [row.position for row in log.rows_since(after)]
            assert followed == [row.position for row in log.rows_since(0)]
            assert len(followed) == 8 * 15


class TestWhatIsWrong:
    def test_a_database_that_is_not_there(self):
        with pytest.raises(
            UnreachableStorageError, match=r"mysql\+pymysql://lin:\*\*\*@127.0.0.1:1/"
        ):
            open_log("mysql+pymysql://lin:secret@127.0.0.1:1/desk")

    def test_a_driver_that_is_not_there(self):
        with pytest.raises(UnreachableStorageError, match="no log at"):
            open_log("mysql+nosuchdriver://localhost/desk")

    def test_without_the_extra_it_says_what_to_install(self):
        code = (
            "import sys; sys.modules['sqlalchemy'] = None\n"
            "from servicecore.storage import open_log\n"
            "try: open_log('mysql+pymysql://localhost/desk')\n"
            "except Exception as error: print(type(error).__name__, error)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
        assert done.stdout.startswith("MissingExtraError")
        assert "pip install 'servicecore[sqlalchemy]'" in done.stdout
