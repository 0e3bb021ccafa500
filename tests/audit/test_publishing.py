"""Checkpoints that left the house, and witnesses who remember what they saw."""

from __future__ import annotations

from pathlib import Path
from threading import Thread

import pytest

from servicecore.audit import publishing
from servicecore.audit.keys import COSIGNATURE, Signer
from servicecore.audit.notes import Checkpoint, NoteError, open_note, parse_checkpoint
from servicecore.audit.publishing import Addition, ensure_grown, publish, published, witness
from servicecore.audit.refusals import WitnessError
from servicecore.audit.seals import Seals
from servicecore.storage import open_log

from .conftest import CATALOGUE, KEY, OTHER_KEY, live, note, seal

ENOUGH = 0.5  # Seconds; to publish something in a test takes a few milliseconds.
WITNESS = Signer(name="witness.example/w1", kind=COSIGNATURE, seed=b"\x0a" * 32, seconds=1)


class KilledError(Exception):
    """It was killed."""


@pytest.fixture
def log():
    with open_log("memory:", catalogue=CATALOGUE) as log:
        live(log)
        yield log


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "published"


@pytest.fixture
def look(folder, tmp_path):
    """Let the witness look at what is published."""
    return lambda: witness(folder, KEY.verifier, WITNESS, state=tmp_path / "seen")


def let_out(log, folder):
    seal(log)
    return publish(Seals(log.tables), KEY.verifier, folder)


def go_on(log, folder, *texts):
    note(log, "T-1", *texts)
    return let_out(log, folder)


def another_past(log):
    """Return a log of as many events in which something else happened."""
    other = open_log("memory:", catalogue=CATALOGUE)
    note(other, "T-1", *(f"lie {n}" for n in range(log.head())))
    return other


class TestPublishing:
    """What was published once stays published, and the next goes on from there."""

    def test_of_nothing_publishes_nothing(self, folder):
        with open_log("memory:") as empty:
            assert publish(Seals(empty.tables), KEY.verifier, folder) is None
        assert not folder.exists()

    def test_keeps_every_checkpoint(self, log, folder):
        first = let_out(log, folder)
        second = go_on(log, folder, "more")
        assert list(published(folder, KEY.verifier)) == [first, second]
        assert list(published(folder / "checkpoint", KEY.verifier)) == [second]

    def test_twice_changes_nothing(self, log, folder):
        let_out(log, folder)
        before = {file: file.read_text() for file in folder.rglob("*") if file.is_file()}
        assert let_out(log, folder).size == 12
        assert before == {file: file.read_text() for file in folder.rglob("*") if file.is_file()}

    @pytest.mark.parametrize("files", range(3))
    @pytest.mark.parametrize("more", [(), ("and more",)])
    def test_goes_on_after_a_publisher_who_was_killed(
        self, log, folder, look, monkeypatch, files, more
    ):
        let_out(log, folder)
        look()
        write, written = publishing._write, []

        def killed(file, told):
            if len(written) == files:
                raise KilledError
            written.append(write(file, told))

        monkeypatch.setattr(publishing, "_write", killed)
        with pytest.raises(KilledError):
            go_on(log, folder, "more")
        monkeypatch.undo()
        go_on(log, folder, *more) if more else let_out(log, folder)

        assert parse_checkpoint(open_note(look(), KEY.verifier)).size == log.head()

    def test_leaves_a_proof_that_the_log_only_grew(self, log, folder):
        let_out(log, folder)
        go_on(log, folder, *"abcde")
        text = (folder / "additions" / f"{17:020}").read_text(encoding="utf-8")
        assert text.startswith("old 12\n")
        assert str(Addition.parse(text)) == text

    @pytest.mark.parametrize("more", [0, 1])
    def test_refuses_another_past(self, log, folder, more):
        let_out(log, folder)
        with another_past(log) as other:
            note(other, "T-1", *("and more" for _ in range(more)))
            with pytest.raises(WitnessError, match="does not begin with"):
                let_out(other, folder)
        assert len(list(published(folder, KEY.verifier))) == 1

    def test_refuses_a_log_that_became_shorter(self, log, folder):
        let_out(log, folder)
        with open_log("memory:", catalogue=CATALOGUE) as shorter:
            note(shorter, "T-1", "one")
            with pytest.raises(WitnessError, match="12 events were published, and now 1"):
                let_out(shorter, folder)

    def test_refuses_what_another_key_signed(self, log, folder):
        seal(log, OTHER_KEY)
        with pytest.raises(NoteError):
            publish(Seals(log.tables), KEY.verifier, folder)

    @pytest.mark.parametrize(
        "text", ["", "old x\n\nnote\n", "new 5\n\nnote\n", "old 5\n!\n\nnote\n"]
    )
    def test_reads_no_addition_that_is_none(self, text):
        with pytest.raises(NoteError):
            Addition.parse(text)

    def test_refuses_to_go_on_from_another_log(self):
        one = Checkpoint("one.example", 1, bytes(32))
        with pytest.raises(WitnessError, match=r"one\.example is not followed by one of other"):
            ensure_grown(one, one._replace(origin="other.example"), ())


class TestTwoPublishersAtOnce:
    """They take turns, and whoever reads the folder meanwhile finds it whole."""

    @pytest.fixture
    def interrupt(self, log, folder, monkeypatch):
        """Let another publish while the first is about to take that step."""

        def interrupt(step, *texts, of=publishing):
            take_step = getattr(of, step)
            other = Thread(target=go_on, args=(log, folder, *texts))

            def let_another_in(*told):
                if other.ident is None:
                    other.start()
                    other.join(ENOUGH)  # By now it is done, or waits for its turn.
                return take_step(*told)

            monkeypatch.setattr(of, step, let_another_in)
            return other

        return interrupt

    @pytest.mark.parametrize("step", ["_alone", "newest_published", "_proof", "_write"])
    def test_never_go_back(self, log, folder, look, interrupt, step):
        let_out(log, folder)
        look()
        other = interrupt(step, "of the other")
        go_on(log, folder, "of the one")
        other.join()
        assert "\n14\n" in look()
        assert not list(folder.rglob("*.new"))

    def test_may_have_the_same_to_tell(self, log, folder, look, interrupt):
        let_out(log, folder)
        look()
        other = interrupt("replace", of=Path)
        assert go_on(log, folder, "of both").size == 13
        other.join()
        assert "\n13\n" in look()

    def test_leave_nothing_that_is_taken_for_a_checkpoint(self, log, folder):
        newest = let_out(log, folder)
        names = {each.name for each in folder.rglob("*") if each.is_file()}
        assert names == {"checkpoint", f"{12:020}", ".publishing.lock"}
        (folder / "checkpoints" / f"{12:020}").unlink()
        (folder / "checkpoints").rmdir()
        (folder / "additions" / f"{12:020}").unlink()
        (folder / "additions").rmdir()
        assert list(published(folder, KEY.verifier)) == [newest]

    def test_write_no_draft_that_is_taken_for_a_checkpoint(self, log, folder, monkeypatch):
        replace, seen = Path.replace, []

        def look_first(draft, target):
            if (folder / "checkpoints").exists():
                seen.append([each.size for each in published(folder, KEY.verifier)])
            return replace(draft, target)

        let_out(log, folder)
        monkeypatch.setattr(Path, "replace", look_first)
        go_on(log, folder, "more")
        assert seen == [[12], [12, 13], [12, 13]]


class TestAWitness:
    """It signs only what goes on from what it saw last."""

    def test_takes_the_first_as_it_is(self, log, folder, look):
        published_one = let_out(log, folder)
        signed = look()
        assert parse_checkpoint(open_note(signed, WITNESS.verifier)) == published_one
        assert open_note(signed, KEY.verifier) == open_note(signed, WITNESS.verifier)

    def test_follows_a_log_that_grows(self, log, folder, look):
        let_out(log, folder)
        look()
        for text in "abc":
            go_on(log, folder, text)
        assert "\n15\n" in look()
        assert look() == look()

    def test_who_comes_while_something_is_published_signs_what_was_there_before(
        self, log, folder, look, monkeypatch
    ):
        let_out(log, folder)
        look()
        write, signed = publishing._write, []

        def let_it_look(file, text):
            if file.parent == folder:
                monkeypatch.undo()
                signed.append(look())
            write(file, text)

        monkeypatch.setattr(publishing, "_write", let_it_look)
        go_on(log, folder, "more")
        assert "\n12\n" in signed[0]
        assert "\n13\n" in look()

    def test_may_look_twice_at_once(self, log, folder, look, monkeypatch):
        let_out(log, folder)
        replace, signed = Path.replace, []

        def look_first(draft, target):
            if not signed:
                signed.append("now")
                signed.append(look())
            return replace(draft, target)

        monkeypatch.setattr(Path, "replace", look_first)
        assert look() == signed[-1]
        assert not list(folder.rglob("*.new"))

    def test_leaves_what_it_signed_where_others_find_it(self, log, folder, look):
        let_out(log, folder)
        signed = look()
        kept = folder / "witnessed" / "witness.example_w1" / f"{12:020}"
        assert kept.read_text(encoding="utf-8") == signed

    def test_refuses_another_past_of_the_same_length(self, log, folder, look, tmp_path):
        let_out(log, folder)
        look()
        seen = (tmp_path / "seen").read_text()
        with another_past(log) as other:
            republish(other, folder)
        with pytest.raises(WitnessError, match="is not the last addition"):
            look()
        assert (tmp_path / "seen").read_text() == seen

    def test_refuses_another_past_with_more_behind_it(self, log, folder, look):
        let_out(log, folder)
        look()
        with another_past(log) as other:
            republish(other, folder)
            go_on(other, folder, "and more")
        with pytest.raises(WitnessError, match="does not begin with"):
            look()

    def test_refuses_a_log_that_became_shorter(self, log, folder, look):
        let_out(log, folder)
        look()
        with open_log("memory:", catalogue=CATALOGUE) as shorter:
            note(shorter, "T-1", "one")
            republish(shorter, folder)
        with pytest.raises(WitnessError, match="12 events were witnessed, and now 1"):
            look()

    def test_refuses_a_proof_that_is_missing(self, log, folder, look):
        let_out(log, folder)
        look()
        go_on(log, folder, "a")
        go_on(log, folder, "b")
        (folder / "additions" / f"{13:020}").unlink()
        with pytest.raises(WitnessError, match="go on from 13"):
            look()

    def test_refuses_what_the_log_has_not_signed(self, log, folder, look):
        let_out(log, folder)
        look()
        text = (folder / "checkpoint").read_text(encoding="utf-8")
        (folder / "checkpoint").write_text(text.replace("\n12\n", "\n13\n"), encoding="utf-8")
        with pytest.raises(NoteError):
            look()


def republish(log, folder):
    """Publish as somebody does who can change the folder, too."""
    for file in sorted(folder.rglob("*")):
        if file.is_file() and "witnessed" not in file.parts:
            file.unlink()
    let_out(log, folder)
