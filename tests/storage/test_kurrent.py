"""KurrentDB, as far as it goes without its server: ours is tried on a stand-in for one.

The stand-in answers to the two calls that are used as their documentation says;
whether a real server does is not shown here.
"""

from __future__ import annotations

import subprocess
import sys
from functools import partial
from uuid import uuid4

import pytest
from kurrentdbclient import RecordedEvent, StreamState
from kurrentdbclient.exceptions import NotFoundError, WrongCurrentVersionError

from servicecore.storage import EventLog, UnknownStorageError, UnreachableStorageError, open_log
from servicecore.storage.kurrent_storage import KurrentStorage
from servicecore.testing.conformance import (
    FollowerConformance,
    LogConformance,
    PolicyConformance,
)
from servicecore.testing.conformance.events import CATALOGUE, LIN, opened

STREAM = "servicecore-log"


class Server:
    """One stream, appended to if it is as long as the writer believes."""

    def __init__(self):
        self._events = []

    def append_to_stream(self, name, *, events, current_version):
        believed = -1 if current_version is StreamState.NO_STREAM else current_version
        if (name, believed) != (STREAM, len(self._events) - 1):
            raise WrongCurrentVersionError
        self._events += events

    def read_stream(self, name, *, stream_position):
        if not self._events:
            raise NotFoundError
        for revision, new in enumerate(self._events[stream_position:], start=stream_position):
            yield RecordedEvent(
                type=new.type,
                data=new.data,
                metadata=new.metadata,
                content_type=new.content_type,
                id=uuid4(),
                stream_name=name,
                stream_position=revision,
                commit_position=revision,
                prepare_position=revision,
            )

    def close(self):
        """Nothing is open."""


@pytest.fixture
def server():
    return Server()


@pytest.fixture
def open_it(server):
    return partial(opened_at, server)


def opened_at(server, **more):
    return EventLog(KurrentStorage(server, stream=STREAM, name="kurrentdb://here"), **more)


class TestOnAStandIn(LogConformance, FollowerConformance, PolicyConformance):
    """What every log promises."""


class TestSeveralPrograms:
    def test_whoever_was_overtaken_looks_again(self, server, open_it):
        with open_it(catalogue=CATALOGUE) as one, open_it(catalogue=CATALOGUE) as other:
            append, overtaken = server.append_to_stream, [True]

            def too_late(*args, **facts):
                if overtaken and overtaken.pop():
                    other.append(opened("case/2", "a"), provenance=LIN)
                append(*args, **facts)

            server.append_to_stream = too_late
            receipt = one.append(opened("case/1"), provenance=LIN)

            assert receipt.position == 3
            assert [each.id for each in one.since(0)] == ["case/2#1", "case/2#2", "case/1#1"]
            assert list(one.since(0)) == list(other.since(0))

    def test_another_program_finds_commands_and_followers(self, open_it):
        with open_it(catalogue=CATALOGUE) as log:
            log.append(opened("case/1"), provenance=LIN, tracking=("p", 4))
        with open_it(catalogue=CATALOGUE) as log:
            assert (log.head(), log.storage.tracked("p")) == (1, 4)


class TestWhatIsWrong:
    def test_no_server_answers(self):
        with pytest.raises(UnreachableStorageError, match=r"kurrentdb://lin:\*\*\*@127.0.0.1:1"):
            open_log("kurrentdb://lin:secret@127.0.0.1:1?tls=false")

    @pytest.mark.parametrize(
        "url", ["kurrentdb:///service", "kurrentdb://localhost/service", "kurrentdb://h?x=1"]
    )
    def test_a_url_that_is_none(self, url):
        with pytest.raises(UnknownStorageError):
            open_log(url)

    def test_without_the_extra_it_says_what_to_install(self):
        code = (
            "import sys; sys.modules['kurrentdbclient'] = None\n"
            "from servicecore.storage import open_log\n"
            "try: open_log('kurrentdb://localhost')\n"
            "except Exception as error: print(type(error).__name__, error)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
        assert done.stdout.startswith("MissingExtraError")
        assert "pip install 'servicecore[kurrentdb]'" in done.stdout
