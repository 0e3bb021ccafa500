"""The command line: a service desk for shells, scripts and people who look around.

Data goes to stdout; progress and warnings go to stderr.
"""

from .command import main

__all__ = ["main"]
