"""Errors, as one line and an exit code; only loaded when there is one."""

from __future__ import annotations

from textwrap import shorten

from ..audit.certifying import UnknownClockError
from ..audit.refusals import UnknownSubjectError
from ..desk import TicketExistsError, UnknownRecordError, UnknownTicketError
from ..desk.complaints import UnknownComplaintError
from ..desk.projects import UnknownReadModelError
from ..domain.refusals import RefusedError
from ..domain.standard import UnknownCalendarError, UnknownStandardError
from ..exchange.errors import ExchangeError
from ..projections.behind import UnknownMeasureError
from ..storage import BusyError, ConflictError, StorageError, UnknownTableError
from ..storage.rebuilding import RebuildRunningError
from ..storage.skipping import NotSetAsideError
from . import outcome
from .outcome import CommandError

_NOT_FOUND = (
    FileNotFoundError,
    NotSetAsideError,
    UnknownCalendarError,
    UnknownClockError,
    UnknownComplaintError,
    UnknownMeasureError,
    UnknownReadModelError,
    UnknownRecordError,
    UnknownStandardError,
    UnknownSubjectError,
    UnknownTableError,
    UnknownTicketError,
)
_LONGEST = 400
_CONFLICT = (BusyError, ConflictError, RebuildRunningError)
_NAMED = (CommandError, RefusedError, StorageError, ExchangeError, *_NOT_FOUND, OSError)


def exit_code_of(error: Exception) -> int:
    """Return what *error* tells the shell.

    Refusals of the rules are failures; values that no rule could allow are usage.
    """
    if isinstance(error, CommandError):
        return error.exit_code
    if isinstance(error, _NOT_FOUND):
        return outcome.NOT_FOUND
    if isinstance(error, _CONFLICT):
        return outcome.CONFLICT
    if isinstance(error, TicketExistsError):
        return outcome.FAILURE
    if isinstance(error, ValueError) and _is_ours(error):
        return outcome.USAGE
    return outcome.FAILURE


def told_in_one_line(error: Exception) -> str:
    """Return what went wrong, in one line; a bug says that it is one."""
    told = shorten(str(error), _LONGEST, placeholder=" …")
    if _is_ours(error) or isinstance(error, _NAMED):
        return told or type(error).__name__
    return f"this is a bug: {type(error).__name__}: {told} (--debug shows where)"


def _is_ours(error: Exception) -> bool:
    return type(error).__module__.partition(".")[0] == "servicecore"
