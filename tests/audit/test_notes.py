"""Notes are read to the letter: whatever anybody else writes under our name is refused."""

from __future__ import annotations

import json
import subprocess
import sys
from base64 import b64decode, b64encode
from hashlib import sha256

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from servicecore.audit.keys import COSIGNATURE, Signer, Verifier
from servicecore.audit.merkle import EMPTY_ROOT, leaf_hash
from servicecore.audit.notes import (
    Checkpoint,
    NoteError,
    Proof,
    add_signature,
    format_checkpoint,
    format_proof,
    open_checkpoint,
    open_note,
    parse_checkpoint,
    parse_proof,
    sign_note,
    tile_path,
)

OURS = Signer(name="service.example/log", seed=b"\x07" * 32)
THEIRS = Signer(name="witness.example", seed=b"\x08" * 32)
NAMESAKE = Signer(name=OURS.name, seed=b"\x09" * 32)
KEY = str(OURS.verifier)
TEXT = "service.example/log\n3\n" + b64encode(leaf_hash(b"?")).decode() + "\n"
NOTE = sign_note(TEXT, OURS)
LINE = NOTE.removeprefix(TEXT + "\n")
HASH = b64encode(leaf_hash(b"!")).decode()
PROOF = f"c2sp.org/tlog-proof@v1\nindex 5\n{HASH}\n\n{NOTE}"


def base64(data):
    return b64encode(data).decode()


@pytest.fixture(scope="module")
def formats(shared):
    return json.loads((shared / "cases" / "tlog_formats.json").read_text(encoding="utf-8"))


class TestASignedCheckpoint:
    """It is of the log that goes by the name of its key, and of no other."""

    def test_is_opened(self):
        assert open_checkpoint(NOTE, KEY) == parse_checkpoint(TEXT)
        assert open_checkpoint(NOTE.encode(), KEY) == parse_checkpoint(TEXT.encode())

    def test_of_another_log_is_refused_though_the_key_is_right(self):
        other = sign_note(TEXT.replace("service.", "another."), OURS)
        for note in (other, other.encode()):
            with pytest.raises(NoteError, match=r"another log than service\.example/log"):
                open_checkpoint(note, KEY)

    def test_by_another_key_is_refused(self):
        with pytest.raises(NoteError):
            open_checkpoint(NOTE, str(NAMESAKE.verifier))


class TestPublishedCases:
    """What others wrote, we read; what others refuse, we refuse."""

    def test_signed_notes(self, formats):
        for case in formats["signed_note"]:
            text = open_note(case["note"], case["vkey"])
            assert open_note(case["note"].encode(), case["vkey"].encode()) == text.encode()
            if "origin" in case:
                assert parse_checkpoint(text)[:2] == (case["origin"], case["size"])

    def test_checkpoints(self, formats):
        for case in formats["checkpoint_body_unmarshal"]:
            if case["err"]:
                with pytest.raises(NoteError):
                    parse_checkpoint(case["m"].encode())
                continue
            told = parse_checkpoint(case["m"].encode())
            assert (told.origin.decode(), told.size) == (case["origin"], case["size"])
            assert b"".join(line + b"\n" for line in told.extension).decode() == case["rest"]
            if "hash_ascii" in case:
                assert told.root_hash == case["hash_ascii"].encode()

    def test_proofs(self, formats):
        for case in formats["tlog_proof_format"]:
            hashes = [sha256(each.encode()).digest() for each in case["hash_preimages_ascii"]]
            expected = case["template"]
            for each in case["hash_preimages_ascii"]:
                told = base64(sha256(each.encode()).digest())
                expected = expected.replace(f"{{b64(sha256({each}))}}", told)
            extra = case["extra_ascii"] and case["extra_ascii"].encode()
            told = format_proof(case["index"], hashes, case["checkpoint"].encode(), extra)
            assert told == expected.encode()
            assert parse_proof(told) == (
                case["index"],
                tuple(hashes),
                case["checkpoint"].encode(),
                extra,
            )

    def test_what_is_no_proof(self, formats):
        for case in formats["tlog_proof_reject"]:
            with pytest.raises(NoteError):
                parse_proof(case["proof"].encode())

    def test_tiles(self, formats):
        for case in formats["tile_facts"]:
            if "path" in case:
                assert tile_path(case["tile_index"]) == case["path"]


class TestASignedNote:
    """Only the text above the last empty line is vouched for, and only by the key we hold."""

    def test_is_opened_with_the_key_that_signed_it(self):
        assert open_note(NOTE, KEY) == TEXT
        assert open_note(NOTE.encode(), KEY.encode()) == TEXT.encode()
        assert open_note(NOTE, OURS.verifier) == TEXT
        assert sign_note(TEXT.encode(), OURS.to_text()) == NOTE.encode()

    @pytest.mark.parametrize(
        "text",
        ["\n", "a\n", "a\n\nb\n", "a\n\n\n", f"a\n\n{LINE}", "è subito sera 工单 \u2028\n", " \n"],
    )
    def test_may_hold_anything_that_can_be_printed(self, text):
        assert open_note(sign_note(text, OURS), KEY) == text

    def test_may_be_signed_by_many(self):
        both = add_signature(NOTE, THEIRS)
        assert both == NOTE + sign_note(TEXT, THEIRS).removeprefix(TEXT + "\n")
        assert open_note(both, KEY) == open_note(both, str(THEIRS.verifier)) == TEXT
        assert open_note(TEXT + "\n" + LINE * 16, KEY) == TEXT

    def test_is_not_signed_twice_by_one(self):
        assert add_signature(add_signature(NOTE, THEIRS), OURS).count("\n\u2014 ") == 2

    def test_is_refused_without_our_signature(self):
        for others in (THEIRS, NAMESAKE):
            with pytest.raises(NoteError, match="not signed by"):
                open_note(sign_note(TEXT, others), KEY)

    def test_is_refused_if_one_of_our_signatures_does_not_hold(self):
        wrong = sign_note(TEXT + "\n", OURS).rpartition("\n\n")[2]
        for lines in (wrong, LINE + wrong, wrong + LINE):
            with pytest.raises(NoteError, match="does not hold"):
                open_note(f"{TEXT}\n{lines}", KEY)

    def test_is_refused_if_our_signature_is_too_long_or_too_short(self):
        blob = OURS.key_id + OURS.sign(TEXT.encode())
        for data in (blob + b"\x00", blob[:-1], blob[:5]):
            with pytest.raises(NoteError):
                open_note(f"{TEXT}\n\u2014 {OURS.name} {base64(data)}\n", KEY)

    @pytest.mark.parametrize(
        "note",
        [
            "",
            "\n\n",
            TEXT,
            TEXT + "\n",
            TEXT + LINE,
            NOTE.rstrip("\n"),
            NOTE + "\n",
            NOTE + " ",
            NOTE + "x\n",
            NOTE.replace("\n", "\r\n"),
            NOTE.replace("\n", "\n\x00", 1),
            NOTE.replace("\u2014", "-"),
            NOTE.replace("\u2014", "\u2013"),
            NOTE.replace("\u2014 ", "\u2014"),
            NOTE.replace("\u2014 ", "\u2014  "),
            NOTE.replace("\u2014 ", "\u2014\u00a0"),
            NOTE.replace("\u2014 ", " \u2014 "),
            NOTE.replace("\u2014 service.example/log ", "\u2014 service.example/log  "),
            NOTE.replace("\u2014 service.example/log ", "\u2014 service.example/log\t"),
            NOTE.replace("\u2014 service.example/log ", "\u2014 "),
            NOTE.replace("\u2014 service", "\u2014 ser+vice"),
            NOTE.replace("\u2014 service", "\u2014 ser\u3000vice"),
            NOTE[:-1] + " \n",
            NOTE[:-1] + "=\n",
            NOTE[:-2] + "\n",
            NOTE[:-1] + NOTE[-20:],
            f"{TEXT}\n\u2014 {OURS.name} \n",
            f"{TEXT}\n\u2014 {OURS.name}\n",
            f"{TEXT}\n\u2014 {OURS.name} AAAA\n",
            f"{TEXT}\n\u2014 {OURS.name} AAAAAA==\n",
            f"{TEXT}\n{LINE}\n{LINE}\n",
            TEXT + "\n" + LINE * 101,
            "x" * 1_000_000 + "\n\n" + LINE,
            "\ud800" + NOTE,
            None,
            5,
        ],
    )
    def test_is_refused_if_it_is_written_in_any_other_way(self, note):
        with pytest.raises(NoteError):
            open_note(note, KEY)

    @pytest.mark.parametrize("data", [b"\xff", b"\xed\xa0\x80", b"\xc0\x8a"])
    def test_is_refused_if_it_is_not_utf_8(self, data):
        for place in (0, 5, len(NOTE.encode()) - 3):
            spoilt = NOTE.encode()[:place] + data + NOTE.encode()[place:]
            with pytest.raises(NoteError):
                open_note(spoilt, KEY)

    def test_is_refused_if_any_bit_is_flipped(self):
        data = NOTE.encode()
        for place in range(len(data)):
            for bit in range(8):
                spoilt = data[:place] + bytes([data[place] ^ 1 << bit]) + data[place + 1 :]
                with pytest.raises(NoteError):
                    open_note(spoilt, KEY)

    @given(st.text())
    def test_is_read_back_or_never_signed(self, text):
        try:
            note = sign_note(text, OURS)
        except NoteError:
            return
        assert open_note(note, KEY) == text

    @given(st.binary(max_size=300))
    def test_is_refused_if_it_is_nonsense(self, data):
        with pytest.raises(NoteError):
            open_note(data, KEY)

    def test_is_never_longer_than_a_million_bytes(self):
        note = sign_note("x" * 999_000 + "\n", OURS)
        assert open_note(note, KEY).startswith("xxx")
        for text in ("x" * 1_000_000 + "\n", "工" * 333_334 + "\n", "x" * 999_990 + "\n"):
            with pytest.raises(NoteError, match="at most 1000000 bytes"):
                sign_note(text, OURS)
        with pytest.raises(NoteError, match="at most 1000000 bytes"):
            open_note("x" * 1_000 + note, KEY)

    @pytest.mark.parametrize("text", ["", "a", "a\r\n", "\x00\n", "\ud800\n", "\t\n", None])
    def test_is_never_made_of_a_text_that_could_not_be_read_back(self, text):
        with pytest.raises(NoteError):
            sign_note(text, OURS)


class TestAWitness:
    """A witness signs when it looked as well as what it saw."""

    key = Signer(
        name="witness.example/w1", kind=COSIGNATURE, seed=b"\x0a" * 32, seconds=1_679_315_147
    )

    def test_signs_the_time_too(self):
        note = add_signature(NOTE, self.key)
        assert open_note(note, str(self.key.verifier)) == TEXT
        assert open_note(note, KEY) == TEXT

    def test_is_refused_if_the_time_is_another(self):
        note = sign_note(TEXT, self.key)
        body, _, line = note.rpartition(" ")
        blob = bytearray(b64decode(line))
        blob[11] ^= 1
        with pytest.raises(NoteError, match="does not hold"):
            open_note(f"{body} {base64(bytes(blob))}\n", str(self.key.verifier))

    def test_must_say_when_it_looked(self):
        for seconds in (None, -1, 2**63):
            signer = Signer(name="w", kind=COSIGNATURE, seed=b"\x0a" * 32, seconds=seconds)
            with pytest.raises(NoteError, match="when it looked"):
                sign_note(TEXT, signer)

    def test_cannot_sign_as_a_log(self):
        as_log = Signer(name=self.key.name, seed=self.key.seed)
        with pytest.raises(NoteError, match="not signed"):
            open_note(sign_note(TEXT, self.key), as_log.verifier)

    def test_follows_the_published_example(self):
        """c2sp.org/tlog-cosignature shows its message byte by byte."""
        message = b"cosignature/v1\ntime 1679315147\n" + TEXT.encode()
        as_log = Signer(name=self.key.name, seed=self.key.seed)
        stamp = (1_679_315_147).to_bytes(8, "big")
        assert self.key.sign(TEXT.encode()) == stamp + as_log.sign(message)


class TestAKey:
    """A key is one text; any other text is none."""

    published = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"

    def test_is_read_back(self):
        assert str(Verifier.parse(self.published)) == self.published
        assert Signer.parse(OURS.to_text()) == OURS
        made = Signer.generate("工单.example")
        assert Signer.parse(made.to_text()).verifier == Verifier.parse(str(made.verifier))

    def test_shows_no_secret(self):
        assert OURS.seed.hex() not in repr(OURS)
        assert repr(OURS.seed) not in repr(OURS)

    def test_is_refused_if_anything_of_it_is_changed(self):
        private = OURS.to_text()
        for key, parse in ((self.published, Verifier.parse), (private, Signer.parse)):
            parts = {key[a:b] for a in range(len(key)) for b in range(a, len(key) + 1)} - {key}
            changed = {key[:n] + chr(ord(key[n]) + 1) + key[n + 1 :] for n in range(len(key))}
            around = {f" {key}", f"{key} ", f"{key}\n", f"+{key}", f"{key}+", f"{key}="}
            for each in parts | changed | around:
                with pytest.raises(NoteError):
                    parse(each)

    @pytest.mark.parametrize(
        "key",
        [
            "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
            "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            "",
            None,
        ],
    )
    def test_is_refused_if_it_is_of_another_kind(self, key):
        with pytest.raises(NoteError):
            open_note(NOTE, key)

    @pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "a\u2003b", "\x1f", "\x85"])
    def test_has_a_name_without_spaces(self, name):
        with pytest.raises(NoteError):
            Signer.generate(name)

    def test_needs_a_package_that_is_an_extra(self):
        script = (
            "import sys; sys.modules['cryptography'] = None\n"
            "from servicecore.audit.notes import open_note, parse_checkpoint, tile_path\n"
            f"open_note({NOTE!r}, {KEY!r})"
        )
        told = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=False
        )
        assert "MissingCryptographyError" in told.stderr
        assert "pip install servicecore[audit]" in told.stderr

    def test_that_signs_is_no_key_that_checks_and_is_not_shown(self):
        secret = Signer.generate("desk").to_text()
        with pytest.raises(NoteError, match="the key that signs") as refused:
            Verifier.parse(secret)
        assert secret[-20:] not in str(refused.value)

    @pytest.mark.parametrize("cut", [1, 5, 20])
    def test_that_signs_is_not_shown_when_it_is_damaged(self, cut):
        secret = Signer.generate("desk").to_text()
        with pytest.raises(NoteError) as refused:
            Signer.parse(secret[:-cut])
        *_, bare = secret.split("+", 4)  # BASE64 has a plus of its own now and then.
        assert bare[:12] not in str(refused.value)


class TestACheckpoint:
    """Origin, size and root, each on its line."""

    def test_is_read_back(self):
        text = format_checkpoint("Log", 2**64 - 1, EMPTY_ROOT)
        assert parse_checkpoint(text) == Checkpoint("Log", 2**64 - 1, EMPTY_ROOT, ())
        assert parse_checkpoint(text + "one\n two \n").extension == ("one", " two ")

    def test_of_bytes_is_told_in_bytes(self):
        told = parse_checkpoint("工单 log\n0\nYQ==\nmore\n".encode())
        assert told == ("工单 log".encode(), 0, b"a", (b"more",))

    @pytest.mark.parametrize(
        "size",
        ["-1", "+1", "01", "00", "1.0", "1e3", " 1", "1 ", "0x1", "1_000", "", "bananas", "\u0661",
         "²", "18446744073709551616", "3438945738945739845734895735", "9" * 5000],
    )  # fmt: skip
    def test_has_a_size_in_plain_digits(self, size):
        with pytest.raises(NoteError):
            parse_checkpoint(f"Log\n{size}\nYQ==\n")

    @pytest.mark.parametrize(
        "told",
        ["", "YQ", "YQ=", "YQ===", "YR==", "Y Q==", "YQ== ", "-_==", "ThisIsn'tBase64", "YQ==YQ==",
         "=", "\u0430Q=="],
    )  # fmt: skip
    def test_has_a_root_in_base64_of_which_there_is_one_spelling(self, told):
        with pytest.raises(NoteError):
            parse_checkpoint(f"Log\n1\n{told}\n")

    @pytest.mark.parametrize(
        "text",
        ["", "\n", "Log\n", "Log\n1\n", "Log\n1\nYQ==", "\n1\nYQ==\n", "Log\n1\nYQ==\nmore",
         "Log\n1\nYQ==\n\n", "Log\n1\nYQ==\n\nmore\n", "Log\n1\nYQ==\nmore\n\n", "Log\n\n1\nYQ==\n",
         "Log\r\n1\r\nYQ==\r\n", "Log\x00\n1\nYQ==\n", "Log\t\n1\nYQ==\n", NOTE, None, 7],
    )  # fmt: skip
    def test_has_no_line_that_is_missing_or_empty(self, text):
        with pytest.raises(NoteError):
            parse_checkpoint(text)

    def test_is_never_made_so_that_it_reads_as_another(self):
        for origin, size in (("Log\n7", 1), ("", 1), ("Log", -1), ("Log", 2**64), ("Log", True)):
            with pytest.raises(NoteError):
                format_checkpoint(origin, size, EMPTY_ROOT)

    @given(st.text(), st.integers(-1, 2**65), st.binary(max_size=40))
    def test_is_read_back_or_never_made(self, origin, size, digest):
        try:
            text = format_checkpoint(origin, size, digest)
        except NoteError:
            assume(origin.isprintable() and origin and 0 <= size < 2**64 and digest)
            raise
        assert parse_checkpoint(text) == (origin, size, digest, ())


class TestAProof:
    """One entry, the hashes from it up to the root, and the checkpoint word for word."""

    def test_is_read_back(self):
        told = parse_proof(PROOF)
        assert told == Proof(5, (leaf_hash(b"!"),), NOTE, None)
        assert open_note(told.checkpoint, KEY) == TEXT
        assert format_proof(*told) == PROOF

    @pytest.mark.parametrize("extra", [None, b"", b"\x00\xff", b"x" * 500])
    def test_may_carry_more(self, extra):
        told = format_proof(0, [], NOTE.encode(), extra)
        assert parse_proof(told) == (0, (), NOTE.encode(), extra)

    @pytest.mark.parametrize(
        "proof",
        [
            "",
            None,
            PROOF.replace("@v1", "@v2"),
            " " + PROOF,
            "\n" + PROOF,
            PROOF.replace("\n", "\r\n"),
            PROOF.replace("index 5\n", ""),
            PROOF.replace("index 5\n", "index 5\nindex 5\n"),
            PROOF.replace("index 5", "index  5"),
            PROOF.replace("index 5", "index 05"),
            PROOF.replace("index 5", "index -5"),
            PROOF.replace("index 5", "index +5"),
            PROOF.replace("index 5", "index "),
            PROOF.replace("index 5", "index"),
            PROOF.replace("index 5", "Index 5"),
            PROOF.replace("index 5", "index 5 "),
            PROOF.replace("index 5", "index 18446744073709551616"),
            PROOF.replace("index 5", "extra !!notbase64!!\nindex 5"),
            PROOF.replace("index 5", "extra YQ\nindex 5"),
            PROOF.replace("index 5", "extra YQ==\nextra YQ==\nindex 5"),
            PROOF.replace("index 5", "extra\nindex 5"),
            PROOF.replace("index 5", "index 5\nextra YQ=="),
            PROOF.replace(HASH, HASH[:-1]),
            PROOF.replace(HASH, HASH + " "),
            PROOF.replace(HASH, base64(b"x" * 31)),
            PROOF.replace(HASH, base64(b"x" * 33)),
            PROOF.replace(HASH, base64(b"x" * 64)),
            PROOF.replace(HASH, "!!notbase64!!"),
            PROOF.replace(HASH, leaf_hash(b"!").hex()),
            PROOF.partition("\n\n")[0],
            PROOF.partition("\n\n")[0] + "\n",
            PROOF.partition("\n\n")[0] + "\n\n",
            PROOF.rstrip("\n"),
            "c2sp.org/tlog-proof@v1\nindex 0\n" + "a" * 65 * 1024 + "\n",
        ],
    )
    def test_is_refused_if_it_is_written_in_any_other_way(self, proof):
        with pytest.raises(NoteError):
            parse_proof(proof)

    @pytest.mark.parametrize("index", [-1, 2**64, "5", 5.0, None])
    def test_is_never_made_of_a_place_that_is_none(self, index):
        with pytest.raises(NoteError):
            format_proof(index, [], NOTE)

    def test_is_never_made_of_hashes_that_are_none(self):
        for hashes in ([b"x"], [b""], [b"x" * 33], ["x" * 32], [None]):
            with pytest.raises(NoteError):
                format_proof(0, hashes, NOTE)

    def test_is_never_made_with_a_checkpoint_that_does_not_end(self):
        for checkpoint in ("", "Log", "a\r\n"):
            with pytest.raises(NoteError):
                format_proof(0, [], checkpoint)


class TestATile:
    """Three digits a folder, so that none holds more than a thousand files."""

    @pytest.mark.parametrize(
        ("index", "path"),
        [
            (0, "000"),
            (7, "007"),
            (999, "999"),
            (1000, "x001/000"),
            (1001, "x001/001"),
            (999_999, "x999/999"),
            (1_000_000, "x001/x000/000"),
            (1_234_067, "x001/x234/067"),
            (2**63, "x009/x223/x372/x036/x854/x775/808"),
        ],
    )
    def test_lies_at_its_number(self, index, path):
        assert tile_path(index) == path
        assert tile_path(index, width=1) == f"{path}.p/1"
        assert tile_path(index, width=255) == f"{path}.p/255"

    @pytest.mark.parametrize("index", [-1, 2**64, 1.0, "1", None, True])
    def test_has_a_number(self, index):
        with pytest.raises(NoteError):
            tile_path(index)

    @pytest.mark.parametrize("width", [0, -1, 257, 1.0, "1", None, True])
    def test_holds_one_to_256_hashes(self, width):
        with pytest.raises(NoteError):
            tile_path(1, width)
