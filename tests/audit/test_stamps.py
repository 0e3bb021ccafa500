"""An authority outside tells when a checkpoint was there, and nobody else is believed."""

from __future__ import annotations

import shutil
import subprocess
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import attrs
import pytest

from servicecore.audit.refusals import StampError
from servicecore.audit.stamps import fetch_stamp, stamp_request, verify_stamp
from tests.cli.conftest import servicecore

pytest.importorskip("rfc3161_client")
if shutil.which("openssl") is None:
    pytest.skip("the openssl program is not there", allow_module_level=True)

NOTE = "service.example/log\n12\nCdphk/FOrMT+J509FtP3LXFK6+kHFDMRkhCJhmtGUWE=\n\n\u2014 x y\n"
SETTINGS = """\
[tsa]
serial = {folder}/serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
[stamping]
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[serving]
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,serverAuth
"""


@attrs.frozen
class Authority:
    """A time-stamp authority that the openssl program runs."""

    folder: object

    @classmethod
    def founded(cls, folder, *, purpose="stamping"):
        folder.mkdir()
        authority = cls(folder)
        (folder / "settings").write_text(SETTINGS.format(folder=folder))
        (folder / "serial").write_text("01\n")
        new = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
        authority.run("req", "-x509", *new, "-keyout", "root.key", "-out", "root.pem",
                      "-subj", "/CN=Root of tests", "-days", "30",
                      "-config", "settings", "-extensions", "root")  # fmt: skip
        authority.run("req", *new, "-keyout", "tsa.key", "-out", "tsa.csr",
                      "-subj", "/CN=Authority of tests", "-config", "settings")  # fmt: skip
        authority.run("x509", "-req", "-in", "tsa.csr", "-CA", "root.pem", "-CAkey", "root.key",
                      "-CAcreateserial", "-out", "tsa.pem", "-days", "30",
                      "-extfile", "settings", "-extensions", purpose)  # fmt: skip
        return authority

    @property
    def roots(self):
        return (self.folder / "root.pem").read_bytes()

    def stamp(self, request):
        (self.folder / "asked").write_bytes(request)
        self.run("ts", "-reply", "-config", "settings", "-section", "tsa", "-queryfile", "asked",
                 "-signer", "tsa.pem", "-inkey", "tsa.key", "-out", "answer")  # fmt: skip
        return (self.folder / "answer").read_bytes()

    def run(self, *words):
        command = ["openssl", *words]
        environment = {"OPENSSL_CONF": str(self.folder / "settings"), "PATH": "/usr/bin:/bin"}
        subprocess.run(command, cwd=self.folder, env=environment, check=True, capture_output=True)


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority.founded(tmp_path_factory.mktemp("tsa") / "one")


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    return Authority.founded(tmp_path_factory.mktemp("tsa") / "other")


@pytest.fixture(scope="module")
def answer(authority):
    return authority.stamp(stamp_request(NOTE))


class TestAStamp:
    """It binds the very bytes of a note to a moment that an authority tells."""

    def test_tells_when_and_by_whom(self, authority, answer):
        stamp = verify_stamp(NOTE, answer, roots=authority.roots)
        assert abs(stamp.at - datetime.now(timezone.utc)) < timedelta(minutes=5)
        assert (stamp.authority, stamp.policy, stamp.serial) == ("CN=Root of tests", "1.2.3.4.1", 2)

    def test_is_believed_under_one_of_several_roots(self, authority, other, answer):
        assert verify_stamp(NOTE, answer, roots=[other.roots, authority.roots]).serial == 2
        assert verify_stamp(NOTE, answer, roots=other.roots + authority.roots).serial == 2

    def test_is_of_no_other_note(self, authority, answer):
        with pytest.raises(StampError, match="Mismatch between messages"):
            verify_stamp(NOTE.replace("12", "13"), answer, roots=authority.roots)

    def test_of_an_authority_that_is_not_believed_is_refused(self, authority, other, answer):
        with pytest.raises(StampError, match="certificate"):
            verify_stamp(NOTE, answer, roots=other.roots)
        with pytest.raises(StampError, match="certificate"):
            verify_stamp(NOTE, other.stamp(stamp_request(NOTE)), roots=authority.roots)

    @pytest.mark.parametrize("roots", [b"", [], b"no certificate"])
    def test_is_not_believed_without_a_root(self, answer, roots):
        with pytest.raises(StampError):
            verify_stamp(NOTE, answer, roots=roots)

    def test_is_refused_when_a_byte_is_changed(self, authority, answer):
        believed = []
        for place in range(0, len(answer), 7):
            changed = bytearray(answer)
            changed[place] ^= 0x10
            try:
                believed.append((place, verify_stamp(NOTE, bytes(changed), roots=authority.roots)))
            except StampError:
                continue
        # What is not signed may change, and then says nothing: the certificates beside it.
        true = verify_stamp(NOTE, answer, roots=authority.roots)
        assert all(stamp == true for _, stamp in believed)
        assert len(believed) < len(answer) / 7 / 10

    @pytest.mark.parametrize("nonsense", [b"", b"\x30\x00", b"no stamp", b"\x30\x80" * 99])
    def test_is_not_nonsense(self, authority, nonsense):
        with pytest.raises(StampError):
            verify_stamp(NOTE, nonsense, roots=authority.roots)

    def test_is_not_given_by_whom_only_websites_may_believe(self, tmp_path):
        serving = Authority.founded(tmp_path / "web", purpose="serving")
        with pytest.raises((StampError, subprocess.CalledProcessError)):
            verify_stamp(NOTE, serving.stamp(stamp_request(NOTE)), roots=serving.roots)


@pytest.fixture
def served(authority):
    """The authority at an address of this machine, and what else it may be made to say."""

    class Counter(BaseHTTPRequestHandler):
        says = None
        kind = "application/timestamp-reply"

        def do_POST(self):
            asked = self.rfile.read(int(self.headers["Content-Length"]))
            told = Counter.says or authority.stamp(asked)
            self.send_response(200)
            self.send_header("Content-Type", Counter.kind)
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, *_):
            """Tell nobody."""

    server = HTTPServer(("127.0.0.1", 0), Counter)
    Thread(target=server.serve_forever, daemon=True).start()
    Counter.url = f"http://127.0.0.1:{server.server_port}/"
    yield Counter
    server.shutdown()
    server.server_close()


class TestAskingAnAuthority:
    """Over HTTP, by RFC 3161, section 3.4."""

    def test_gives_a_stamp(self, authority, served):
        answer = fetch_stamp(served.url, stamp_request(NOTE))
        assert verify_stamp(NOTE, answer, roots=authority.roots).policy == "1.2.3.4.1"

    def test_of_another_kind_is_refused(self, served):
        served.kind = "text/html"
        with pytest.raises(StampError, match="text/html, which is no stamp"):
            fetch_stamp(served.url, stamp_request(NOTE))

    def test_that_never_ends_is_refused(self, served):
        served.says = bytes(2 << 20)
        with pytest.raises(StampError, match="which is no stamp"):
            fetch_stamp(served.url, stamp_request(NOTE))

    @pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://x/", "nowhere"])
    def test_anywhere_else_is_refused(self, url):
        with pytest.raises(StampError, match="http:// or https://"):
            fetch_stamp(url, b"")

    def test_where_nobody_is_fails_by_name(self):
        with pytest.raises(StampError, match="gave no stamp"):
            fetch_stamp("http://127.0.0.1:1/", b"", patience=2)


class TestFromAShell:
    def test_it_goes_its_way(self, authority, other, served, tmp_path):
        where = {"SERVICECORE_URL": f"sqlite:///{tmp_path / 'service.db'}?synchronous=off"}
        made = servicecore("audit", "key", "service.example/log", "--out", tmp_path / "seal.key")
        where["SERVICECORE_VERIFIER_KEY"] = made.out.strip()
        told = ("--contact", "Lin", "--product", "pump", "--model", "P", "--fault", "it leaks")
        servicecore("ticket", "open", "T-1", "--customer", "C-1", *told, **where)
        sealed = servicecore("audit", "seal", "--key", tmp_path / "seal.key", **where)
        note = tmp_path / "checkpoint"
        note.write_text(sealed.out, encoding="utf-8")
        roots = ("--roots", authority.folder / "root.pem")
        answer = tmp_path / "stamp.tsr"
        done = servicecore("audit", "stamp", note, "--tsa", served.url, *roots, "--out", answer,
                           **where)  # fmt: skip
        assert (done.code, "2 events were sealed by 20" in done.out) == (0, True)
        checked = servicecore("audit", "verify-stamp", note, answer, *roots, "--json", **where)
        assert checked.json["size"] == 2
        lied = servicecore("audit", "verify-stamp", note, answer, "--roots",
                           other.folder / "root.pem", **where)  # fmt: skip
        assert (lied.code, "proves nothing" in lied.err) == (3, True)
        servicecore("audit", "stamp-request", note, "--out", tmp_path / "ask.tsq")
        by_hand = authority.stamp((tmp_path / "ask.tsq").read_bytes())
        assert verify_stamp(note.read_text(encoding="utf-8"), by_hand, roots=authority.roots)
