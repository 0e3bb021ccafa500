"""A shell completes commands, their options and their choices."""

from __future__ import annotations

import shutil
import subprocess

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


@pytest.mark.skipif(shutil.which("zsh") is None, reason="there is no zsh")
def test_zsh_can_read_its_script(tmp_path):
    script = servicecore("completion", "zsh").out
    (tmp_path / "_servicecore").write_text(script, encoding="utf-8")
    subprocess.run(["zsh", "-n", tmp_path / "_servicecore"], check=True)


def test_a_shell_that_is_not_known_is_refused():
    told = servicecore("completion", "basic")
    assert (told.code, "choose from" in told.err) == (2, True)
