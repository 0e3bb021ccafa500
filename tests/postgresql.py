"""A real PostgreSQL server for tests: made when the first test asks, gone with the last.

It is a cluster of its own, started from the binaries of the system as a user
without rights, and reached by a socket in its own folder; no server that runs
already is touched.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path

import psycopg
import pytest

from servicecore.storage import migrate_log

#: What a test server need not do: nobody pulls its plug, and nobody clears up while we look.
CARELESS = ("fsync=off", "full_page_writes=off", "autovacuum=off")
#: How many seconds a server may take to start or to stop.
_PATIENCE = "300"


def binaries() -> Path | None:
    """Return the folder of the newest PostgreSQL here, if there is one."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4])
    )
    on_path = shutil.which("initdb")
    if found:
        return found[-1].parent
    return Path(on_path).resolve().parent if on_path else None


def missing() -> str:
    """Say what is missing; with CI=true, that is an error."""
    told = "there is no PostgreSQL here: apt-get install postgresql"
    if os.environ.get("CI") == "true":
        pytest.fail(told)
    pytest.skip(told)


class Cluster:
    """One server with one database; a schema is as good as a database of one's own."""

    def __init__(self, *settings: str) -> None:
        found = binaries()
        if found is None:
            missing()
        self._binaries, self._settings = found, settings
        self._schemas = count(1)
        self.folder = Path(tempfile.mkdtemp(prefix="servicecore-pg-"))
        self._user = _somebody_without_rights()
        if self._user:
            shutil.chown(self.folder, self._user)
        self.folder.chmod(0o755)
        self._run(
            "initdb", "--pgdata", self.data, "--username=postgres", "--auth=trust",
            "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions",
        )  # fmt: skip
        self.start()

    @property
    def data(self) -> str:
        """Where it keeps everything."""
        return str(self.folder / "data")

    def start(self) -> None:
        """Let it answer."""
        settings = [
            "listen_addresses=",
            f"unix_socket_directories={self.folder}",
            "shared_buffers=32MB",
            *self._settings,
        ]
        options = " ".join(f"-c {each}" for each in settings)
        log = str(self.folder / "server.log")
        self._control("start", "-o", options, "-l", log)

    def stop(self, mode: str = "fast") -> None:
        """Let it stop: ``fast``, or ``immediate`` as if somebody had pulled the plug."""
        self._control("stop", "-m", mode)

    def remove(self) -> None:
        """Stop it, and leave nothing behind."""
        self.stop("immediate")
        shutil.rmtree(self.folder)

    # --- Ways in -------------------------------------------------------------------

    def url(self, schema: str = "public", *, user: str = "postgres", **options: object) -> str:
        """Return the URL of the log in one schema."""
        told = "".join(f"&{name}={value}" for name, value in options.items())
        patient = f"host={self.folder}&connect_timeout={_PATIENCE}"
        return f"postgresql://{user}@/postgres?{patient}&schema={schema}{told}"

    def fresh(self, **options: object) -> str:
        """Return the URL of a log that nobody has written to."""
        url = self.url(f"test_{next(self._schemas)}", **options)
        migrate_log(url)
        return url

    def connect(self, user: str = "postgres") -> psycopg.Connection:
        """Return a connection that knows nothing of us."""
        return psycopg.connect(f"host={self.folder} user={user} dbname=postgres", autocommit=True)

    def files(self, folder: str = ".") -> Iterator[bytes]:
        """Yield what is in each file that it keeps; what it removes meanwhile is left out."""
        for path in sorted(Path(self.data, folder).rglob("*")):
            if path.is_file():
                with suppress(FileNotFoundError):
                    yield path.read_bytes()

    def _control(self, what: str, *options: str) -> None:
        self._run("pg_ctl", what, "-w", "-t", _PATIENCE, "-D", self.data, *options)

    def _run(self, program: str, *arguments: str) -> None:
        user = {"user": self._user, "extra_groups": []} if self._user else {}
        done = subprocess.run(
            [self._binaries / program, *arguments],
            stdout=subprocess.DEVNULL,  # The server would hold a pipe open.
            stderr=subprocess.PIPE if program == "initdb" else subprocess.DEVNULL,
            cwd=self.folder,
            check=False,
            **user,
        )
        if done.returncode:
            log = self.folder / "server.log"
            told = log.read_text() if log.exists() else (done.stderr or b"").decode()
            pytest.fail(f"{program} failed: {told}")


def _somebody_without_rights() -> str | None:
    """Return whom to become: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    known = {each.pw_name for each in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in known)
