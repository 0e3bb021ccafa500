"""What the end of a command tells the shell."""

from __future__ import annotations

FINE = 0
FAILURE = 1
USAGE = 2
FOUND_SOMETHING = 3
NOT_FOUND = 4
CONFLICT = 5
INTERRUPTED = 130

#: A history that was forged with care is sound, and agrees with itself.
UNSEALED = "whether it is what was sealed, servicecore audit verify tells"


class CommandError(Exception):
    """A command cannot do what it was asked to."""

    exit_code = FAILURE


class UsageError(CommandError):
    """An argument on the command line is not valid."""

    exit_code = USAGE


class NotFoundError(CommandError):
    """What the command should look at is not there."""

    exit_code = NOT_FOUND
