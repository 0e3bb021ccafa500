"""A shell completes commands, their options and their choices."""

from __future__ import annotations

import shutil
import subprocess
from shlex import quote

import pytest

from .conftest import servicecore

pytest.importorskip("shtab")

ASKED = """
source {script}
COMP_WORDS=({words})
COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
$(complete -p servicecore | sed 's/.*-F \\([^ ]*\\).*/\\1/') servicecore "${{COMP_WORDS[-1]}}"
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
PREPARED = (  # TAB completes; another key tells what stands there then.
    "TERM=dumb PROMPT=; fpath=({folder} $fpath); autoload -Uz compinit; compinit -D -u; "
    "tell() {{ print; print -r - $BUFFER; print that\\ is all }}; zle -N tell; "
    "bindkey '^I' complete-word '^T' tell; print all' 'set"
)
ASKED_OF_ZSH = """
zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z {prepared}
zpty -r z told '*all set*'
zpty -w -n z {typed}$'\t\x14'
zpty -r z told '*that is all*'
print -r - $told
zpty -d z
"""


@pytest.fixture(scope="module")
def offered(tmp_path_factory):
    """Return what a real bash offers after some words, the last of which is only begun."""
    if shutil.which("bash") is None:
        pytest.skip("there is no bash")
    script = tmp_path_factory.mktemp("bash") / "servicecore"
    script.write_text(servicecore("completion", "bash").out, encoding="utf-8")

    def ask(*words):
        shown = " ".join(f"'{each}'" for each in words)
        asked = ASKED.format(script=script, words=shown)
        told = subprocess.run(["bash", "-c", asked], capture_output=True, text=True, check=True)
        return set(told.stdout.split())

    return ask


class TestBash:
    """What is offered is what the parser takes."""

    def test_completes_a_command(self, offered):
        assert offered("servicecore", "compl") == {"complaint", "completion", "compliance"}

    def test_completes_what_can_be_done_with_a_record(self, offered):
        assert {"open", "answer", "pause"} <= offered("servicecore", "ticket", "")

    def test_completes_an_option(self, offered):
        assert offered("servicecore", "report", "html", "--per") == {"--period"}


@pytest.fixture(scope="module")
def completed(tmp_path_factory):
    """Return what stands at the terminal when TAB was pressed behind some words."""
    if shutil.which("zsh") is None:
        pytest.skip("there is no zsh")
    folder = tmp_path_factory.mktemp("zsh")
    script = servicecore("completion", "zsh").out
    (folder / "_servicecore").write_text(script, encoding="utf-8")

    def ask(typed):
        prepared = PREPARED.format(folder=folder)
        asked = ASKED_OF_ZSH.format(prepared=quote(prepared), typed=quote(typed))
        told = subprocess.run(
            ["zsh", "-f", "-c", asked], capture_output=True, text=True, check=True, timeout=60
        )
        return told.stdout

    return ask


class TestZsh:
    """A zsh at a terminal of its own, to which somebody types the beginning of a word and TAB."""

    def test_completes_a_command(self, completed):
        assert "completion" in completed("servicecore completi")

    def test_completes_what_can_be_done_with_a_record(self, completed):
        told = completed("servicecore ticket re")
        assert all(verb in told for verb in ("record-work", "reopen", "resolve", "resume"))

    def test_completes_an_option(self, completed):
        assert "--period" in completed("servicecore report html --per")


def test_a_shell_that_is_not_known_is_refused():
    told = servicecore("completion", "basic")
    assert (told.code, "choose from" in told.err) == (2, True)
