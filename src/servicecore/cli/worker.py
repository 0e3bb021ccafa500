"""``servicecore worker``: keep policies, deadlines and read models going."""

# ruff: noqa: PLC0415  # --help must not wait for the desk.

from __future__ import annotations

import argparse
import logging
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

from ..exchange.plain import plain
from ..journal import Journal
from . import arguments
from .arguments import Groups
from .audit.keys import seals_for, signer_of, takes_seals, takes_signer
from .desks import place
from .outcome import FINE, UsageError
from .output import say_json

if TYPE_CHECKING:
    from ..audit.sealer import Sealer
    from ..desk import ServiceDesk
    from ..worker import Health, Worker

_journal = Journal(__name__)

_LEASE = "worker_lease"
_LEASE_LENGTH = timedelta(seconds=15)


def add(groups: Groups) -> None:
    """Add the command that works until it is stopped."""
    parser = arguments.command(
        groups, "worker", "keep policies, deadlines and read models going", run=run
    )
    parser.add_argument("--once", action="store_true", help="do everything once, and stop")
    parser.add_argument("--name", help="its name among workers; default: machine and process")
    parser.add_argument(
        "--listen", type=_address, metavar="[HOST]:PORT", help="serve /health and /metrics there"
    )
    parser.add_argument(
        "--beside", action="store_true", help="work beside others instead of standing by"
    )
    parser.add_argument(
        "--lease",
        type=arguments.length,
        default=_LEASE_LENGTH,
        metavar="LENGTH",
        help="how long it may be silent before another takes over; default: 15 s",
    )
    parser.add_argument(
        "--notices",
        metavar="FILE",
        help="append notices to FILE, one JSON value per line; - prints them",
    )
    parser.add_argument("--seal", action="store_true", help="seal what comes in, with --key")
    takes_signer(parser)
    takes_seals(parser)
    parser.add_argument(
        "--log", choices=("text", "json"), default="text", help="the form of its own log lines"
    )
    parser.add_argument("--verbose", action="store_true", help="also report every round")
    arguments.takes_place(parser)


def run(args: argparse.Namespace) -> int:
    """Work until the signal comes to stop."""
    from ..desk import ServiceDesk

    _log_to_stderr(args.log, verbose=args.verbose)
    url = place(args, must_exist=True)
    with (
        ServiceDesk.open(url, standard=args.standard, react="worker") as desk,
        _sealing(args, desk) as sealer,
    ):
        if args.notices:
            _carry_notices(desk, args.notices)
        lease = None if args.beside or args.once else args.lease
        worker = worker_of(desk, name=args.name, lease=lease, sealer=sealer)
        if args.once:
            worker.run_once()
        else:
            with _listening(worker, args.listen) if args.listen else nullcontext():
                worker.run(_stop_on_signals())
        if args.json:
            say_json(told(worker.health()))
    return FINE


def _log_to_stderr(form: str, *, verbose: bool) -> None:
    """Send the log lines of this program to the error stream, for people or for machines."""
    from ..journal import JsonLines

    lines = logging.StreamHandler(sys.stderr)
    text = logging.Formatter("%(asctime)s %(levelname)s %(message)s")
    lines.setFormatter(JsonLines() if form == "json" else text)
    logging.basicConfig(level=logging.INFO, handlers=[lines])
    if verbose:
        logging.getLogger("servicecore").setLevel(logging.DEBUG)


@contextmanager
def _sealing(args: argparse.Namespace, desk: ServiceDesk) -> Iterator[Sealer | None]:
    """Lend what seals the log, if somebody wants it sealed here."""
    if not args.seal:
        yield None
        return
    from ..audit.sealer import Sealer

    with seals_for(args, desk.log) as seals:
        yield Sealer(desk.log, signer_of(args), seals=seals)


def _carry_notices(desk: ServiceDesk, to: str) -> None:
    """Let notices go to the file *to*, or to stdout for a dash.

    Raises:
        UsageError: If there can be no such file.
    """
    from ..desk.notices import on_console, to_file

    if to == "-":
        desk.notices.register("console", on_console(sys.stdout))
        return
    if Path(to).is_dir() or not Path(to).absolute().parent.is_dir():
        msg = f"there can be no file {to!r} for notices: its folder must be there"
        raise UsageError(msg)
    desk.notices.register("file", to_file(to))


def worker_of(
    desk: ServiceDesk,
    *,
    name: str | None = None,
    lease: timedelta | None = _LEASE_LENGTH,
    sealer: Sealer | None = None,
) -> Worker:
    """Return a worker for *desk*; without *lease*, it works beside others.

    With a *sealer*, it seals what came in when all else is done.
    """
    from ..storage import Lease
    from ..worker import Worker

    called = name or f"{socket.gethostname()}-{os.getpid()}"
    return Worker(
        desk.log,
        [
            desk.calendars.catch_up,
            lambda: desk.run_due(upto=desk.log.head()),
            desk.notices.deliver,
            desk.projects.catch_up,
            *([sealer.seal] if sealer else []),
        ],
        name=called,
        next_wake_up=desk.next_wake_up,
        settle=[desk.projects.settle, desk.notices.settle],
        followers=lambda: [
            *desk.projects.status(),
            *desk.notices.status(),
            *([sealer.follower_status()] if sealer else []),
        ],
        lease=Lease(desk.log, name=_LEASE, holder=called, length=lease) if lease else None,
    )


def told(health: Health) -> dict[str, Any]:
    """Return *health* as plain values, with the answer to whether all is well."""
    fields: dict[str, Any] = plain(health)
    return {"well": health.is_well} | fields


def _stop_on_signals() -> Event:
    """Return an event that the first signal sets; a second one stops us in the middle."""
    stop = Event()

    def asked(number: int, _: object) -> None:
        name = signal.Signals(number).name
        _journal.info("worker_stopping", "%(signal)s: stopping", signal=name)
        stop.set()
        signal.signal(number, signal.SIG_DFL)

    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, asked)
    return stop


# --- For those who watch ---------------------------------------------------------


@contextmanager
def _listening(worker: Worker, address: tuple[str, int]) -> Iterator[None]:
    from http.server import ThreadingHTTPServer
    from threading import Thread

    server = ThreadingHTTPServer(address, _answering(worker))
    server.daemon_threads = True
    Thread(target=server.serve_forever, name="health", daemon=True).start()
    host, port = server.server_address[:2]
    _journal.info("listening", "listening on %(host)s:%(port)d", host=host, port=port)
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


def _answering(worker: Worker) -> type[Any]:
    import json
    from http.server import BaseHTTPRequestHandler

    from ..storage import StorageError
    from ..worker import open_metrics

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            try:
                health = worker.health()
            except StorageError as error:
                self._answer(503, "text/plain; charset=utf-8", str(error))
                return
            if self.path == "/health":
                text = json.dumps(told(health), ensure_ascii=False)
                self._answer(200 if health.is_well else 503, "application/json", text)
            elif self.path == "/metrics":
                kind = "application/openmetrics-text; version=1.0.0; charset=utf-8"
                self._answer(200, kind, open_metrics(health))
            else:
                self._answer(404, "text/plain; charset=utf-8", "there are /health and /metrics")

        def _answer(self, code: int, kind: str, text: str) -> None:
            body = text.encode()
            self.send_response(code)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # theirs
            """Say nothing; who watches comes every few seconds."""

    return Answering


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not port.isascii() or not port.isdigit() or int(port) >= 1 << 16:
        msg = f"{text!r} is not an address; expected one like 127.0.0.1:9464"
        raise argparse.ArgumentTypeError(msg)
    return host or "127.0.0.1", int(port)
