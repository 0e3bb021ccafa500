"""Check an evidence bundle without servicecore: python verify_bundle.py FILE.zip KEY [MAKER]

KEY is the verifier key of the log, NAME+ID+BASE64, as it came to you from outside:
never the one in the bundle.  MAKER is that of whoever made the bundle under a
checkpoint of the log, if that was somebody else.

The program says "holds" and what, and exits with 0: every event in the bundle is on
record as it is shown here, in whole histories from their first event on, in the log
that the checkpoint vouches for.  Or it says what it refuses and exits with 1; with 2
if it was not given what it needs.
It needs Python 3.11 or newer and the openssl program, 3.0 or newer.
"""

import base64
import hashlib
import io
import json
import shutil
import subprocess
import sys
import tempfile
import uuid
import zipfile
from pathlib import Path
from typing import NoReturn

FORMAT = "servicecore/bundle/v1"
LEAF = b"servicecore/leaf/v1"
STREAMS = uuid.UUID("6f4a2c1e-5d0b-5a7e-9b51-3c8f1d2e7a90")
NAMES = ["manifest.note", "checkpoint.note", "events.jsonl", "proofs.jsonl", "key.txt"]
IN_MANIFEST = {"events", "files", "origin", "root", "size", "subjects"}
ED25519_IN_DER = bytes.fromhex("302a300506032b6570032100")
LARGEST = 1 << 30


class Refused(Exception):  # noqa: N818  # it is said to an auditor
    """The bundle does not prove what it says."""


def ensure(holds: bool, complaint: str) -> None:  # noqa: FBT001
    """Refuse the bundle unless something holds."""
    if not holds:
        raise Refused(complaint)


def check(data: bytes, key: str, maker: str = "") -> dict:
    """Return the manifest of a bundle in which everything holds; refuse it otherwise."""
    try:
        return proved(unpacked(data), key, maker or key)
    except (
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        OverflowError,
        RecursionError,
    ) as error:
        complaint = f"something is not written as it should be: {error!r}"
        raise Refused(complaint) from error


def proved(files: dict, key: str, maker: str) -> dict:
    """Return the manifest, if the files are what it says, and the proofs hold."""
    header, line = opened(files["manifest.note"], maker).split("\n")[:-1]
    ensure(header == FORMAT, f"a format that is not {FORMAT}")
    manifest = read(line)
    ensure(set(manifest) == IN_MANIFEST, "a manifest with other facts")
    sums = {
        name: {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for name, data in files.items()
        if name != "manifest.note"
    }
    ensure(manifest["files"] == sums, "a file that is not the one in the manifest")
    keys = "".join(f"{each}\n" for each in dict.fromkeys((key, maker)))
    ensure(files["key.txt"].decode() == keys, "another key in the bundle than yours")
    origin, size, root = opened(files["checkpoint.note"], key).split("\n")[:-1]
    ensure(origin == key.partition("+")[0], "a checkpoint of another log")
    ensure(size == str(int(size)), "a size with leading zeros")
    told = {"origin": origin, "size": int(size), "root": unbase64(root).hex()}
    ensure(
        {name: manifest[name] for name in told} == told, "another checkpoint than in the manifest"
    )
    events, proofs = lines(files["events.jsonl"]), lines(files["proofs.jsonl"])
    ensure(len(events) == len(proofs) == manifest["events"] > 0, "another number of events")
    for event, proof in zip(events, proofs, strict=True):
        ensure_included(event, proof, int(size), unbase64(root))
    indexes = [proof["index"] for proof in proofs]
    ensure(indexes == sorted(set(indexes)), "events out of order, or one twice")
    ensure(counted(events) == manifest["subjects"], "a history that is not whole")
    return manifest


# --- The file ----------------------------------------------------------------------


def unpacked(data: bytes) -> dict:
    """Return the files of a bundle, which can be packed in one way only."""
    ensure(len(data) < LARGEST, "a file that is too large")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as bundle:
            names = [each.filename for each in bundle.infolist()]
            ensure(names == NAMES, f"files other than {', '.join(NAMES)}, in this order")
            stored = all(each.compress_type == zipfile.ZIP_STORED for each in bundle.infolist())
            ensure(stored, "a file that is compressed")
            files = {name: bundle.read(name) for name in NAMES}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        complaint = f"no zip file: {error}"
        raise Refused(complaint) from error
    ensure(packed(files) == data, "bytes in the zip file that belong to none of its files")
    return files


def packed(files: dict) -> bytes:
    """Return the one zip file that holds *files*."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as bundle:
        for name in NAMES:
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            bundle.writestr(entry, files[name])
    return target.getvalue()


def lines(data: bytes) -> list:
    """Return the values of a file of JSON lines."""
    *told, last = data.decode().split("\n")
    ensure(not last, "a last line that does not end")
    return [read(line) for line in told]


def read(line: str) -> dict:
    """Return what a line of JSON tells, which can be written in one way only."""
    value = json.loads(line)
    again = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    ensure(line == again, "a line of JSON that is written another way")
    return value


# --- Signatures --------------------------------------------------------------------


def opened(note: bytes, key: str) -> str:
    """Return the text of a note that has one signature, by *key*."""
    name, ours, public = parts(key)
    text, _, line = note.decode().rpartition("\n\n")
    start = f"\u2014 {name} "
    ensure(line.startswith(start) and line.endswith("\n"), "a note that your key has not signed")
    blob = unbase64(line[len(start) : -1])
    ensure(blob[:4] == ours and len(blob) == 68, "a signature by another key")  # noqa: PLR2004
    ensure(signed(f"{text}\n".encode(), blob[4:], public), "a signature that does not hold")
    return f"{text}\n"


def parts(key: str) -> tuple:
    """Return the name, the id and the bytes of a verifier key."""
    name, key_id, told = key.split("+", 2)
    public = unbase64(told)
    ensure(len(public) == 33 and public[0] == 1, "a key that is not of Ed25519")  # noqa: PLR2004
    ours = hashlib.sha256(name.encode() + b"\n" + public).digest()[:4]
    ensure(ours.hex() == key_id, "a key whose name and id do not belong together")
    return name, ours, public[1:]


def signed(text: bytes, signature: bytes, public: bytes) -> bool:
    """Ask openssl whether a signature holds."""
    with tempfile.TemporaryDirectory() as folder:
        given = {"text": text, "signature": signature, "key": ED25519_IN_DER + public}
        paths = {name: Path(folder, name) for name in given}
        for name, data in given.items():
            paths[name].write_bytes(data)
        command = ["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-keyform", "DER"]
        command += ["-inkey", paths["key"], "-in", paths["text"], "-sigfile", paths["signature"]]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603


def unbase64(text: str) -> bytes:
    """Return what base64 says, of which there is one spelling."""
    data = base64.b64decode(text, validate=True)
    ensure(base64.b64encode(data).decode() == text, "base64 that is spelt another way")
    return data


# --- Events and proofs -------------------------------------------------------------


def leaf(event: dict) -> bytes:
    """Return the hash under which an event is sealed."""
    fields = [LEAF, event["stream"].encode(), str(event["version"]).encode()]
    fields += [event["name"].encode(), event["state"].encode()]
    return hashlib.sha256(
        b"\x00" + b"".join(len(each).to_bytes(4, "big") + each for each in fields)
    ).digest()


def ensure_included(event: dict, proof: dict, size: int, root: bytes) -> None:
    """See to it that an event is in the tree, by RFC 9162, section 2.1.3.2."""
    ensure(set(event) == {"stream", "version", "name", "state"}, "an event with other facts")
    ensure(set(proof) == {"index", "hashes"}, "a proof with other facts")
    place, last = proof["index"], size - 1
    ensure(type(place) is int and 0 <= place <= last, "an index that is not in the log")
    found = leaf(event)
    for told in proof["hashes"]:
        other = unbase64(told)
        ensure(len(other) == 32 and last > 0, "a proof that is too long")  # noqa: PLR2004
        if place % 2 or place == last:
            found = hashlib.sha256(b"\x01" + other + found).digest()
            while place % 2 == 0 and place:
                place, last = place // 2, last // 2
        else:
            found = hashlib.sha256(b"\x01" + found + other).digest()
        place, last = place // 2, last // 2
    ensure(last == 0, "a proof that is too short")
    ensure(found == root, "an event that is not the one on record")


def counted(events: list) -> dict:
    """Return how many events each subject has, if each history is whole."""
    versions: dict = {}
    for event in events:
        subject = json.loads(event["state"])["subject"]
        ensure(event["stream"] == uuid.uuid5(STREAMS, subject).hex, "an event of another subject")
        versions.setdefault(subject, []).append(event["version"])
    for told in versions.values():
        ensure(told == list(range(1, len(told) + 1)), "a history with a gap")
    return {subject: len(told) for subject, told in versions.items()}


# --- From a shell ------------------------------------------------------------------


def given(words: list) -> tuple:
    """Return the bytes of the bundle and the keys; without them, there is nothing to check."""
    if len(words) not in {2, 3} or "--help" in words:
        useless("usage: python verify_bundle.py FILE.zip KEY [MAKER]")
    file, *keys = (each.strip() for each in words)
    try:
        for key in keys:
            parts(key)
    except (ValueError, Refused):  # It is not told again: it might be the one that signs.
        useless(
            "KEY is no verifier key of a log, NAME+ID+BASE64, as `servicecore audit key` tells it"
        )
    if not shutil.which("openssl"):
        useless("the openssl program is not there, and signatures are checked with it")
    try:
        return Path(file).read_bytes(), *keys
    except OSError as error:
        useless(f"{file} cannot be read: {error.strerror}")


def useless(why: str) -> NoReturn:
    """Say why nothing could be checked."""
    print(why, file=sys.stderr)
    sys.exit(2)


if __name__ == "__main__":
    try:
        shown = check(*given(sys.argv[1:]))
    except Refused as refused:
        sys.exit(f"refused: {refused}")
    held = ", ".join(f"{subject} ({count})" for subject, count in shown["subjects"].items())
    print(f"holds: {held}, of {shown['size']} events of {shown['origin']}")
