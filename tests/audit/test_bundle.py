"""An evidence bundle convinces somebody who has only it and a key; nothing else does."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from hashlib import sha256
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from servicecore.audit.bundle import make_bundle, make_bundle_under
from servicecore.audit.keys import COSIGNATURE, Signer
from servicecore.audit.notes import NoteError, add_signature, sign_note
from servicecore.audit.refusals import BundleError
from servicecore.audit.seals import NAME, VERSION
from servicecore.storage import open_log

from .conftest import CATALOGUE, KEY, OTHER_KEY, live, note, seal

VERIFIER = Path(__file__).parents[2] / "docs" / "verify_bundle.py"
OUR_KEY = str(KEY.verifier)
MAKER = str(OTHER_KEY.verifier)
SUBJECTS = ("ticket/T-2", "ticket/工单-7")


def stand_alone():
    spec = spec_from_file_location("verify_bundle", VERIFIER)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


verifier = stand_alone()


@pytest.fixture(scope="module")
def log():
    with open_log("memory:", catalogue=CATALOGUE) as log:
        live(log)
        note(log, "工单-7", "它漏水\u2028", "修好了")
        live(log)
        seal(log)
        yield log


@pytest.fixture(scope="module")
def bundle(log):
    return make_bundle(log, SUBJECTS, KEY)


def refused(data, key=OUR_KEY):
    """Return why the stand-alone verifier refuses a bundle; fail if it does not."""
    with pytest.raises(verifier.Refused) as told:
        verifier.check(data, key)
    return str(told.value)


# --- Making a bundle say something else -------------------------------------------------


def files_in(data):
    with zipfile.ZipFile(io.BytesIO(data)) as bundle:
        return {each.filename: bundle.read(each) for each in bundle.infolist()}


def packed(files, **options):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as bundle:
        for name, data in files if isinstance(files, list) else files.items():
            entry = zipfile.ZipInfo(name, options.get("date", (1980, 1, 1, 0, 0, 0)))
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            entry.compress_type = options.get("compression", zipfile.ZIP_STORED)
            bundle.writestr(entry, data)
        bundle.comment = options.get("comment", b"")
    return target.getvalue()


def line(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def lines(values):
    return "".join(f"{line(each)}\n" for each in values).encode()


def told(data):
    return [json.loads(each) for each in data.decode().split("\n")[:-1]]


def signed_again(files, key=KEY, **facts):
    """Return the files with a manifest that fits them, as only the owner of the key can sign."""
    manifest = json.loads(files["manifest.note"].decode().split("\n")[1])
    manifest["files"] = {
        name: {"bytes": len(data), "sha256": sha256(data).hexdigest()}
        for name, data in files.items()
        if name != "manifest.note"
    }
    text = f"{verifier.FORMAT}\n{line(manifest | facts)}\n"
    return packed({**files, "manifest.note": sign_note(text, key).encode()})


def changed(files, name, change):
    """Return the files with the values in one of them changed."""
    values = told(files[name])
    return {**files, name: lines(change(values) or values)}


def in_state(old, new):
    def change(values):
        values[0]["state"] = values[0]["state"].replace(old, new)

    return change


def put(n, **facts):
    return lambda values: values[n].update(facts)


def without(n):
    return lambda values: values.pop(n) and None


#: What a thief does who has no key: the manifest stays as it was signed.
WITHOUT_THE_KEY = {
    "a byte of an event": lambda files: changed(files, "events.jsonl", in_state("note", "nota")),
    "the actor": lambda files: changed(files, "events.jsonl", in_state("Lin", "Wu!")),
    "a name": lambda files: changed(files, "events.jsonl", put(0, name="ticket.closed")),
    "a version": lambda files: changed(files, "events.jsonl", put(0, version=7)),
    "a stream": lambda files: changed(files, "events.jsonl", put(0, stream="0" * 32)),
    "an event left out": lambda files: changed(files, "events.jsonl", without(1)),
    "an event twice": lambda files: changed(files, "events.jsonl", lambda each: [*each, each[0]]),
    "events in another order": lambda files: changed(files, "events.jsonl", lambda v: v[::-1]),
    "a hash of a proof": lambda files: changed(
        files, "proofs.jsonl", lambda values: values[0]["hashes"].reverse()
    ),
    "an index": lambda files: changed(files, "proofs.jsonl", put(0, index=0)),
    "the size": lambda files: replaced(files, "checkpoint.note", b"\n26\n", b"\n27\n"),
    "the origin": lambda files: replaced(files, "checkpoint.note", b"service.", b"servise."),
    "the key": lambda files: files | {"key.txt": f"{OTHER_KEY.verifier}\n".encode()},
    "a count": lambda files: replaced(files, "manifest.note", b'"events":8', b'"events":7'),
    "a fact in the manifest": lambda files: replaced(files, "manifest.note", b"T-2", b"T-3"),
    "an empty file": lambda files: files | {"events.jsonl": b"", "proofs.jsonl": b""},
    "no signature": lambda files: (
        files | {"manifest.note": files["manifest.note"].partition(b"\n\n")[0] + b"\n"}
    ),
    "a signature by another key": lambda files: resigned(files, OTHER_KEY),
    "a signature by another name": lambda files: resigned(files, Signer(name="x", seed=KEY.seed)),
    "two notes exchanged": lambda files: (
        files
        | {"manifest.note": files["checkpoint.note"], "checkpoint.note": files["manifest.note"]}
    ),
    "a byte that is not UTF-8": lambda files: files | {"events.jsonl": b"\xff\n"},
}


def replaced(files, name, old, new):
    assert old in files[name]
    return files | {name: files[name].replace(old, new)}


def resigned(files, key):
    text = files["manifest.note"].decode().rpartition("\n\n")[0] + "\n"
    return files | {"manifest.note": sign_note(text, key).encode()}


#: What even the owner of the key cannot do: the checkpoint was published long ago.
WITH_THE_KEY = {
    "a byte of an event": in_state("note", "nota"),
    "a state in another order": in_state('{"subject"', '{ "subject"'),
    "a name": put(0, name="ticket.closed"),
    "a version": put(0, version=2),
    "a version that is no number": put(0, version="1"),
    "a version that is true": put(0, version=True),
    "a stream": put(0, stream="0" * 32),
    "a fact more": put(0, comment="trust me"),
    "no state": put(0, state=None),
    "a state that is no JSON": put(0, state="[]"),
    "an event exchanged for another": lambda values: values.__setitem__(0, values[1]),
    "events in another order": lambda values: values[::-1],
}
WITH_THE_KEY_IN_PROOFS = {
    "a hash more": lambda values: values[0]["hashes"].append(values[0]["hashes"][0]),
    "a hash less": lambda values: values[0]["hashes"].pop() and None,
    "no hash": put(0, hashes=[]),
    "hashes in another order": lambda values: values[0]["hashes"].reverse(),
    "a hash that is too short": lambda values: values[0]["hashes"].__setitem__(0, "AAAA"),
    "a hash that is no base64": lambda values: values[0]["hashes"].__setitem__(0, "!"),
    "a hash spelt another way": lambda values: values[0]["hashes"].__setitem__(
        0, values[0]["hashes"][0][:-2] + chr(ord(values[0]["hashes"][0][-2]) + 1) + "="
    ),
    "another index": put(0, index=0),
    "an index behind the end": put(0, index=26),
    "an index below 0": put(0, index=-1),
    "an index that is a text": put(0, index="1"),
    "an index that is true": put(0, index=True),
    "a fact more": put(0, comment="trust me"),
}


class TestABundle:
    """Whole histories, proved against the checkpoint that is known outside."""

    def test_holds(self, bundle):
        manifest = verifier.check(bundle, OUR_KEY)
        assert manifest["subjects"] == {"ticket/T-2": 6, "ticket/工单-7": 2}
        assert (manifest["origin"], manifest["size"]) == (KEY.name, 26)

    def test_is_the_same_whenever_it_is_made(self, log, bundle):
        assert make_bundle(log, reversed(SUBJECTS), KEY) == bundle
        assert make_bundle(log, [*SUBJECTS, *SUBJECTS], KEY) == bundle

    @pytest.mark.parametrize("size", [1, 2, 3, 7, 256, 257])
    def test_holds_in_a_log_of_any_size(self, size):
        with open_log("memory:", catalogue=CATALOGUE) as log:
            note(log, "T-1", *(str(n) for n in range(size)))
            seal(log)
            data = make_bundle(log, ["ticket/T-1"], KEY)
        assert verifier.check(data, OUR_KEY)["events"] == size

    def test_can_be_read_with_any_tool(self, bundle):
        files = files_in(bundle)
        assert list(files) == verifier.NAMES
        states = [json.loads(each["state"]) for each in told(files["events.jsonl"])]
        assert [each["event"]["text"] for each in states[-5:]] == [
            "它漏水\u2028", "修好了", "note 0 of 2", "note 1 of 2", "note 2 of 2",
        ]  # fmt: skip

    def test_is_checked_by_a_program_of_its_own(self, bundle, tmp_path):
        (tmp_path / "evidence.zip").write_bytes(bundle)
        script = "import sys; sys.modules['servicecore'] = sys.modules['cryptography'] = None\n"
        script += VERIFIER.read_text(encoding="utf-8")
        (tmp_path / "verify.py").write_text(script, encoding="utf-8")

        def check(*arguments):
            command = [sys.executable, "-I", "verify.py", *arguments]
            return subprocess.run(
                command, cwd=tmp_path, capture_output=True, text=True, check=False
            )

        held = check("evidence.zip", OUR_KEY)
        assert (held.returncode, held.stderr) == (0, "")
        assert held.stdout.startswith("holds: ticket/T-2 (6), ")
        refusal = check("evidence.zip", str(OTHER_KEY.verifier))
        assert refusal.returncode == 1
        assert refusal.stderr.startswith("refused: ")

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            ([], "usage: "),
            (["--help"], "usage: "),
            (["evidence.zip"], "usage: "),
            (["evidence.zip", "house+key"], "KEY is no verifier key"),
            (["evidence.zip", KEY.to_text()], "KEY is no verifier key"),
            (["none.zip", OUR_KEY], "none.zip cannot be read: "),
        ],
    )
    def test_is_not_checked_without_a_file_and_a_key(self, words, said):
        ran = subprocess.run(
            [sys.executable, VERIFIER, *words], capture_output=True, text=True, check=False
        )
        assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (2, "", 1)
        assert ran.stderr.startswith(said)
        assert KEY.to_text() not in ran.stderr

    def test_is_not_made_of_what_is_not_on_record(self, log):
        with pytest.raises(BundleError, match="nothing is on record of 'ticket/none'"):
            make_bundle(log, ["ticket/none"], KEY)

    def test_is_not_made_of_what_is_not_sealed(self):
        with open_log("memory:", catalogue=CATALOGUE) as log:
            with pytest.raises(BundleError, match="nothing is sealed"):
                make_bundle(log, ["ticket/T-1"], KEY)
            note(log, "T-1", "sealed")
            seal(log)
            note(log, "T-1", "not sealed")
            with pytest.raises(BundleError, match="seal it first"):
                make_bundle(log, ["ticket/T-1"], KEY)

    def test_is_not_made_of_what_was_changed_since(self):
        with open_log("memory:", catalogue=CATALOGUE) as log:
            note(log, "T-1", "as it was")
            seal(log)
            row = log.storage._rows[0]
            changed_row = row._replace(state=row.state.replace(b"was", b"is!"))
            log.storage._streams[row.stream][1] = changed_row
            with pytest.raises(BundleError, match="position 1 is not what was sealed"):
                make_bundle(log, ["ticket/T-1"], KEY)
            log.storage._streams[row.stream][1] = row._replace(state=b"\xff")
            with pytest.raises(BundleError, match="holds no JSON"):
                make_bundle(log, ["ticket/T-1"], KEY)

    def test_is_not_signed_with_another_key(self, log):
        with pytest.raises(NoteError):
            make_bundle(log, SUBJECTS, OTHER_KEY)


class TestUnderAPublishedCheckpoint:
    """Whoever has a copy and a checkpoint proves with them, and needs neither key nor seals."""

    @pytest.fixture
    def copied(self):
        """Return a log, what was published when it had 26 events, and a bundle of then."""
        with open_log("memory:", catalogue=CATALOGUE) as log:
            live(log)
            note(log, "工单-7", "它漏水\u2028", "修好了")
            live(log)
            published, proved = seal(log).note, make_bundle(log, SUBJECTS, KEY)
            live(log)
            log.tables.drop(NAME, VERSION)
            yield log, published, proved

    def made(self, copied, signer=OTHER_KEY, **others):
        log, published, *_ = copied
        given = {"note": published, "verifier": KEY.verifier, "subjects": SUBJECTS} | others
        return make_bundle_under(log=log, signer=signer, **given)

    def test_holds_for_whoever_has_both_keys(self, copied):
        manifest = verifier.check(self.made(copied), OUR_KEY, MAKER)
        assert manifest["subjects"] == {"ticket/T-2": 6, "ticket/工单-7": 2}
        assert (manifest["origin"], manifest["size"]) == (KEY.name, 26)

    def test_by_the_key_of_the_log_it_is_the_bundle_that_seals_give(self, copied):
        assert self.made(copied, KEY) == copied[2]

    @pytest.mark.parametrize("keys", [(OUR_KEY,), (MAKER,), (MAKER, OUR_KEY), (MAKER, MAKER)])
    def test_holds_under_no_other_keys(self, copied, keys):
        with pytest.raises(verifier.Refused):
            verifier.check(self.made(copied), *keys)

    def test_a_bundle_of_the_log_is_not_one_of_somebody_elses(self, bundle):
        with pytest.raises(verifier.Refused):
            verifier.check(bundle, OUR_KEY, MAKER)

    def test_the_word_of_a_witness_does_not_matter(self, copied):
        witness = Signer(name="witness", seed=b"w" * 32, kind=COSIGNATURE, seconds=1)
        seen = add_signature(copied[1], witness)
        assert self.made(copied, note=seen) == self.made(copied)

    # Another key is that of its maker here, who has signed it.
    @pytest.mark.parametrize(
        "what", sorted(WITHOUT_THE_KEY.keys() - {"a signature by another key"})
    )
    def test_nothing_can_be_changed_in_it(self, copied, what):
        files = WITHOUT_THE_KEY[what](files_in(self.made(copied)))
        if what == "the key":
            files["key.txt"] = f"{MAKER}\n{OUR_KEY}\n".encode()
        with pytest.raises(verifier.Refused):
            verifier.check(packed(files), OUR_KEY, MAKER)

    def test_not_even_its_maker_shows_what_is_not_under_the_checkpoint(self, copied):
        for what, change in WITH_THE_KEY.items():
            files = changed(files_in(self.made(copied)), "events.jsonl", change)
            with pytest.raises(verifier.Refused):
                verifier.check(signed_again(files, OTHER_KEY), OUR_KEY, MAKER), what

    def test_is_not_made_of_another_log(self, copied):
        with open_log("memory:", catalogue=CATALOGUE) as other:
            live(other)
            note(other, "工单-7", "它不漏水", "修好了")
            live(other)
            with pytest.raises(BundleError, match="is not the one of 26 events"):
                self.made((other, copied[1]))

    def test_is_not_made_of_a_log_that_was_cut(self, copied):
        with open_log("memory:", catalogue=CATALOGUE) as shorter:
            live(shorter)
            with pytest.raises(BundleError, match="is not the one of 26 events"):
                self.made((shorter, copied[1]))

    def test_is_not_made_of_what_came_later(self, copied):
        note(copied[0], "T-99", "later")
        with pytest.raises(BundleError, match="nothing was on record of 'ticket/T-99' under 26"):
            self.made(copied, subjects=["ticket/T-99"])

    def test_is_not_made_under_a_checkpoint_that_somebody_else_signed(self, copied):
        with pytest.raises(NoteError):
            self.made(copied, verifier=OTHER_KEY.verifier)


class TestWithoutTheKey:
    """Nothing can be changed in a bundle by whoever passes it on."""

    @pytest.mark.parametrize("what", WITHOUT_THE_KEY)
    def test_is_refused(self, bundle, what):
        files = WITHOUT_THE_KEY[what](files_in(bundle))
        assert refused(packed(files))

    @pytest.mark.parametrize("name", ["events.jsonl", "proofs.jsonl", "key.txt", "checkpoint.note"])
    def test_a_changed_file_is_refused_before_it_is_read(self, bundle, name):
        files = files_in(bundle)
        told = refused(packed(files | {name: files[name] + b"\n"}))
        assert told == "a file that is not the one in the manifest"

    def test_nothing_else_than_the_files_is_refused(self, bundle):
        assert packed(files_in(bundle)) == bundle

    @pytest.mark.parametrize(
        "name",
        ["note.txt", "../events.jsonl", "/etc/passwd", "a/../key.txt", "key.txt ", "KEY.TXT", "x/"],
    )
    def test_an_added_file_is_refused(self, bundle, name):
        assert "files other than" in refused(packed({**files_in(bundle), name: b""}))

    @pytest.mark.parametrize("name", verifier.NAMES)
    def test_a_file_left_out_is_refused(self, bundle, name):
        files = files_in(bundle)
        del files[name]
        assert "files other than" in refused(packed(files))

    @pytest.mark.filterwarnings("ignore:Duplicate name")
    @pytest.mark.parametrize("name", verifier.NAMES)
    def test_a_name_that_comes_twice_is_refused(self, bundle, name):
        files = list(files_in(bundle).items())
        assert "files other than" in refused(packed([*files, (name, b"")]))
        assert "files other than" in refused(packed([(name, b""), *files]))

    def test_another_way_to_pack_the_same_files_is_refused(self, bundle):
        files = files_in(bundle)
        assert "compressed" in refused(packed(files, compression=zipfile.ZIP_DEFLATED))
        others = (
            packed(files, comment=b"trust me"),
            packed(files, date=(2026, 1, 1, 0, 0, 0)),
            b"trust me" + bundle,
            bundle + b"\x00",
        )
        for each in others:
            assert refused(each)
        assert "in this order" in refused(packed(dict(reversed(files.items()))))

    @pytest.mark.parametrize("data", [b"", b"PK", b"no zip at all", bytes(1000)])
    def test_what_is_no_bundle_is_refused(self, data):
        assert "no zip file" in refused(data)

    def test_half_a_bundle_is_refused(self, bundle):
        for length in range(0, len(bundle), 97):
            assert refused(bundle[:length])

    @pytest.mark.parametrize(
        "key",
        ["", "x", "a+b", OUR_KEY + "=", OUR_KEY[:-1], OUR_KEY.replace("service", "servise"),
         str(OTHER_KEY.verifier), "\ud800+x+y"],
    )  # fmt: skip
    def test_another_key_from_outside_refuses_it(self, bundle, key):
        assert refused(bundle, key)

    @settings(max_examples=100)
    @given(st.data())
    def test_a_flipped_bit_anywhere_is_refused(self, bundle, data):
        place = data.draw(st.integers(0, len(bundle) - 1))
        bit = data.draw(st.integers(0, 7))
        flipped = bundle[:place] + bytes([bundle[place] ^ 1 << bit]) + bundle[place + 1 :]
        assert refused(flipped)

    @settings(max_examples=60)
    @given(st.data())
    def test_a_piece_cut_out_or_put_in_is_refused(self, bundle, data):
        start = data.draw(st.integers(0, len(bundle)))
        end = data.draw(st.integers(start, len(bundle)))
        spoilt = bundle[:start] + data.draw(st.binary(max_size=30)) + bundle[end:]
        if spoilt != bundle:
            assert refused(spoilt)

    @given(st.dictionaries(st.sampled_from(verifier.NAMES), st.binary(max_size=60), min_size=1))
    def test_nonsense_in_the_files_is_refused(self, bundle, nonsense):
        assert refused(packed(files_in(bundle) | nonsense))


class TestWithTheKey:
    """Not even the owner of the key can show what is not under the checkpoint."""

    def test_an_honest_manifest_signed_again_is_the_same(self, bundle):
        assert signed_again(files_in(bundle)) == bundle

    @pytest.mark.parametrize("what", WITH_THE_KEY)
    def test_another_event_is_refused(self, bundle, what):
        files = changed(files_in(bundle), "events.jsonl", WITH_THE_KEY[what])
        assert "the manifest" not in refused(signed_again(files))

    @pytest.mark.parametrize("what", WITH_THE_KEY_IN_PROOFS)
    def test_another_proof_is_refused(self, bundle, what):
        files = changed(files_in(bundle), "proofs.jsonl", WITH_THE_KEY_IN_PROOFS[what])
        assert "the manifest" not in refused(signed_again(files))

    @pytest.mark.parametrize("n", [0, 1, 2, 3, 5, 6])
    def test_a_gap_in_a_history_is_refused(self, bundle, n):
        files = files_in(bundle)
        for name in ("events.jsonl", "proofs.jsonl"):
            files = changed(files, name, without(n))
        assert refused(signed_again(files, events=7)) == "a history with a gap"

    def test_the_same_event_twice_is_refused(self, bundle):
        files = files_in(bundle)
        for name in ("events.jsonl", "proofs.jsonl"):
            files = changed(files, name, lambda values: [values[0], *values])
        assert "out of order, or one twice" in refused(signed_again(files, events=9))

    @pytest.mark.parametrize(
        "facts",
        [{"size": 25}, {"root": "00" * 32}, {"origin": "x"}, {"events": 7}, {"subjects": {}},
         {"subjects": {"ticket/T-2": 6}}, {"comment": "trust me"}],
        ids=str,
    )  # fmt: skip
    def test_a_manifest_that_says_something_else_is_refused(self, bundle, facts):
        assert refused(signed_again(files_in(bundle), **facts))

    def test_a_manifest_in_another_format_is_refused(self, bundle):
        files = files_in(bundle)
        text = files["manifest.note"].decode().rpartition("\n\n")[0] + "\n"
        for lie in (text.replace("v1", "v2"), text + "more\n", text.replace(":", ": ", 1)):
            assert refused(packed(files | {"manifest.note": sign_note(lie, KEY).encode()}))

    def test_a_checkpoint_of_another_log_is_refused(self, bundle):
        files = files_in(bundle)
        text = files["checkpoint.note"].decode().rpartition("\n\n")[0] + "\n"
        other = sign_note(text.replace(KEY.name, "other.example"), KEY).encode()
        lie = signed_again(files | {"checkpoint.note": other}, origin="other.example")
        assert refused(lie) == "a checkpoint of another log"

    def test_another_key_to_compare_with_is_refused(self, bundle):
        files = files_in(bundle) | {"key.txt": f"{OTHER_KEY.verifier}\n".encode()}
        assert refused(signed_again(files)) == "another key in the bundle than yours"

    def test_an_event_that_was_sealed_in_the_history_of_somebody_else_is_refused(self):
        with open_log("memory:", catalogue=CATALOGUE) as log:
            note(log, "T-1", "mine")
            (row,) = log.rows_since(0)
            state = row.state.replace(b"ticket/T-1", b"ticket/T-2")
            foreign = row._replace(version=2, state=state)[1:]
            log.storage.write(lambda writing: writing.insert([foreign]))
            seal(log)
            data = make_bundle(log, ["ticket/T-1"], KEY)
        assert refused(data) == "an event of another subject"

    def test_an_empty_bundle_is_refused(self, bundle):
        files = files_in(bundle) | {"events.jsonl": b"", "proofs.jsonl": b""}
        assert "number of events" in refused(signed_again(files, events=0, subjects={}))

    def test_an_event_of_another_history_under_this_name_is_refused(self, bundle):
        files = changed(files_in(bundle), "events.jsonl", in_state("ticket/T-2", "ticket/T-3"))
        assert refused(signed_again(files, subjects={"ticket/T-3": 6, "ticket/工单-7": 2}))
