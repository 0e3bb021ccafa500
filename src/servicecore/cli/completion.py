"""``servicecore completion``: what a shell needs to complete commands and options."""

# ruff: noqa: PLC0415  # --help must not wait for what makes the script.

from __future__ import annotations

import argparse

from . import arguments
from .arguments import Groups
from .outcome import CommandError
from .output import answer

_SHELLS = ("bash", "zsh", "tcsh")
EPILOG = """\
bash:  servicecore completion bash > ~/.local/share/bash-completion/completions/servicecore
zsh:   servicecore completion zsh > ~/.zfunc/_servicecore    (a folder of $fpath)
"""


def add(groups: Groups) -> None:
    """Add the command that writes the script."""
    parser = arguments.command(groups, "completion", "let a shell complete commands and options")
    parser.epilog = EPILOG
    parser.set_defaults(run=run)
    parser.add_argument("shell", choices=_SHELLS, help="which shell")


def run(args: argparse.Namespace) -> int:
    """Write the script that a shell reads, once for each version of the package."""
    try:
        import shtab
    except ImportError:
        msg = "this needs the package 'shtab': pip install servicecore[cli]"
        raise CommandError(msg) from None
    from .command import parser

    script = shtab.complete(parser(), shell=args.shell)
    return answer(args, {"shell": args.shell, "script": script}, script)
