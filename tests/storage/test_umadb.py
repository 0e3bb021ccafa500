"""UmaDB keeps what the log promises; its server comes with the package."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from random import randrange

import attrs
import pytest

from servicecore.storage import (
    Change,
    ClosedError,
    MissingExtraError,
    UnknownStorageError,
    UnreachableStorageError,
    open_log,
)
from servicecore.storage.umadb_storage import UmaDBStorage
from servicecore.testing.conformance import (
    DurableConformance,
    FollowerConformance,
    LogConformance,
    PolicyConformance,
    TablesConformance,
)
from servicecore.testing.conformance.events import CATALOGUE, LIN, opened
from servicecore.testing.conformance.recorders import recorder_suites
from tests.waiting import until


class Server:
    """A server in a folder of its own."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="servicecore-umadb-"))
        for _ in range(10):  # Somebody else may be faster with an address that was free.
            self.address = _free_address()
            if self.start():
                return
        pytest.fail("umadb does not start")

    def start(self):
        """Start it, and tell whether it answers; if not, it has ended."""
        program = Path(sys.executable).with_name("umadb")
        self._process = subprocess.Popen(
            [program, "--listen", self.address, "--db-path", self.folder],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until(lambda: self._process.poll() is not None or self._answers())
        return self._process.poll() is None

    def _answers(self):
        with suppress(UnreachableStorageError):
            open_log(f"umadb://{self.address}").close()
            return True
        return False

    def kill(self):
        self._process.kill()
        self._process.wait()

    def remove(self):
        self.kill()
        shutil.rmtree(self.folder)


def _free_address():
    """Return one that is free, and not among those that the system gives whoever connects."""
    while True:
        with socket.socket() as ours, suppress(OSError):
            ours.bind(("127.0.0.1", randrange(20_000, 32_000)))  # noqa: S311
            return f"127.0.0.1:{ours.getsockname()[1]}"


@pytest.fixture
def server():
    server = Server()
    yield server
    server.remove()


class TestUmaDB(
    LogConformance, FollowerConformance, PolicyConformance, TablesConformance, DurableConformance
):
    @pytest.fixture
    def url(self, server):
        return f"umadb://{server.address}"

    @pytest.fixture
    def open_it(self, url):
        return partial(open_log, url)


def _fresh(test):
    server = Server()
    test.addCleanup(server.remove)
    return UmaDBStorage(f"http://{server.address}")


globals().update(recorder_suites(_fresh))


class TestWhatIsSpecialAboutIt:
    """One log a server, and read models elsewhere."""

    def test_read_models_can_be_kept_elsewhere(self, server, tmp_path):
        there = f"sqlite:///{tmp_path}/models.db"
        with (
            open_log(f"umadb://{server.address}", tables=there) as log,
            log.tables.batch("waits", 1, upto=1) as rows,
        ):
            rows.put_many([("a", 1, b"A")])
        with open_log(f"umadb://{server.address}", tables=there) as log:
            assert {"a": b"A"} == log.tables.read("waits", 1).get_many(["a"])

    def test_what_was_acknowledged_outlives_the_server(self, server):
        with open_log(f"umadb://{server.address}", catalogue=CATALOGUE) as log:
            for n in range(20):
                log.append(opened(f"case/{n}"), provenance=LIN)
            server.kill()
            with pytest.raises(UnreachableStorageError):
                log.append(opened("case/x"), provenance=LIN)
            assert server.start()

            assert [f"case/{n}#1" for n in range(20)] == [each.id for each in log.since(0)]

    def test_a_connection_that_is_cut_while_it_is_asked(self, server, monkeypatch):
        # The client of umadb 0.7.8 raises a bare Exception then, once in sixty kills.
        class Cut:
            def head(self):
                msg = "io error: gRPC error: connection closed"
                raise Exception(msg)  # noqa: TRY002

        with open_log(f"umadb://{server.address}") as log, monkeypatch.context() as cut:
            cut.setattr(log.storage, "_client", Cut())
            with pytest.raises(UnreachableStorageError, match=r"127\.0\.0\.1.*connection closed"):
                log.head()

    def test_many_questions_do_not_wear_a_connection_out(self, server):
        """The client loses it after a thousand answers that are not read to their end."""
        with (
            open_log(f"umadb://{server.address}", catalogue=CATALOGUE) as log,
            ThreadPoolExecutor(8) as pool,
        ):
            log.append(opened("case/1", *"abcdefgh"), provenance=LIN)
            newest = {each.position for each in pool.map(lambda _: log.storage.last(), range(6000))}
            assert newest == {9}

    def test_a_command_that_led_to_nothing_is_no_event(self, server):
        with open_log(f"umadb://{server.address}", catalogue=CATALOGUE) as log:
            for n in range(3):
                command = attrs.evolve(LIN, command_id=f"c-{n}")
                log.append(Change("case/1", [], after=0), provenance=command)
            assert log.storage.last() is None
            log.append(opened("case/1", "a"), provenance=LIN)
            log.append(Change("case/1", [], after=2), provenance=attrs.evolve(LIN, command_id="c"))
            assert log.storage.last().version == 2
            assert [each.version for each in log.storage.rows(after=0, limit=2)] == [1, 2]

    def test_nobody_answers(self):
        with pytest.raises(UnreachableStorageError, match=r"127\.0\.0\.1:1.*refused"):
            open_log("umadb://127.0.0.1:1")

    @pytest.mark.parametrize("url", ["umadb:", "umadb:///x.db", "umadb://localhost/log"])
    def test_a_url_without_a_server(self, url):
        with pytest.raises(UnknownStorageError, match="umadb://localhost:50051"):
            open_log(url)

    def test_an_option_that_it_does_not_know(self):
        with pytest.raises(UnknownStorageError, match=r"'wait'; known are .*'api_key'"):
            open_log("umadb://localhost?wait=1")

    def test_the_extra_is_missing(self):
        script = (
            "import sys; sys.modules['umadb'] = None\n"
            "from servicecore.storage import open_log\n"
            "try: open_log('umadb://localhost')\n"
            "except Exception as error: print(type(error).__name__, error)"
        )
        done = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=True
        )
        assert done.stdout.startswith(MissingExtraError.__name__)
        assert "pip install 'servicecore[umadb]'" in done.stdout

    def test_a_closed_log_says_so(self, server):
        log = open_log(f"umadb://{server.address}")
        log.close()
        with pytest.raises(ClosedError):
            log.head()
