"""What can go wrong between us and the histories, each under its own name.

Whatever is raised here is raised before anything was stored.
"""

from __future__ import annotations


class StorageError(Exception):
    """The histories could not be read or written."""


# --- Opening -------------------------------------------------------------------


class UnknownStorageError(StorageError, ValueError):
    """No storage goes by that URL, or it does not know that option."""


class MissingExtraError(StorageError, ImportError):
    """The storage needs a package that is not installed."""


class UnsafeSettingError(StorageError):
    """A setting is known to lose events, or to keep what shall be forgotten."""


class UnreachableStorageError(StorageError, OSError):
    """The place that should hold the histories cannot be opened."""


class NotOurDatabaseError(StorageError):
    """The file is there, but it is no database."""


class NewerSchemaError(StorageError):
    """A later version of this package wrote the database; this one might damage it."""


class UnmigratedError(StorageError):
    """The database has no tables for this log yet, or older ones."""


class ReadOnlyError(StorageError):
    """The histories were opened for reading only."""


class BusyError(StorageError, TimeoutError):
    """Somebody else kept the storage to himself for too long."""


class ClosedError(StorageError):
    """The log was closed."""


# --- Writing ------------------------------------------------------------------


class ConflictError(StorageError):
    """The history went on while a decision was being made.

    *subject* was expected to have *expected* events, and *found* were there.
    """

    def __init__(self, subject: str, *, expected: int, found: int) -> None:
        super().__init__(f"{subject}: expected {expected} events in its history, found {found}")
        self.subject, self.expected, self.found = subject, expected, found


class DuplicateEventError(StorageError):
    """That place in that history is taken."""


class AlreadyTrackedError(StorageError):
    """A follower has already dealt with that position; doing it again would count it twice."""


class CommandReusedError(StorageError, ValueError):
    """The id of a command was given to a second command, about something else."""


class InvalidSubjectError(StorageError, ValueError):
    """A history belongs to a kind and an id, such as ``"ticket/T-1"``."""


class AnonymousError(StorageError, ValueError):
    """Nobody was named who did it."""


class UnstorableEventError(StorageError, TypeError):
    """An event could be written but never be read again, so it is not written."""


# --- Reading ------------------------------------------------------------------


class UnreadableEventError(StorageError):
    """What stands in the history is not what its name says."""


class BrokenHistoryError(StorageError):
    """A history has a gap: an event was lost or removed."""


class NotYetRecordedError(StorageError, TimeoutError):
    """The log did not get that far in the time given."""


# --- Archives -------------------------------------------------------------------


class PrunedError(StorageError):
    """What is asked for lies in an archive, which is not at hand."""


class BadArchiveError(StorageError, ValueError):
    """A file is no archive, or not the one that it should be."""


# --- Keys ----------------------------------------------------------------------


class NoKeysError(StorageError):
    """The log seals what is personal, and was opened without its key store."""


class MasterKeyError(StorageError, ValueError):
    """There is no master key, it is none, or it is that of another key store."""


class ErasedPersonError(StorageError):
    """Somebody was erased; nothing personal goes on record of them again."""


class PersonalIdError(StorageError, ValueError):
    """A customer's number tells who it is: it would outlive the key."""


class BrokenSealError(UnreadableEventError):
    """What is sealed was changed, stands in another place, or belongs to another key store."""


# --- Read models ---------------------------------------------------------------


class UnknownTableError(StorageError, LookupError):
    """No read model has that name and version."""


class VersionInUseError(StorageError, ValueError):
    """That version answers questions, so it is not taken away, and none is built in its place."""


#: Whoever follows the log waits for the storage to come back.
AWAY = (BusyError, UnreachableStorageError)

#: No event is to blame for these: whoever follows the log waits and goes on later.
TROUBLE = (
    AlreadyTrackedError,
    BusyError,
    ClosedError,
    ConflictError,
    MasterKeyError,
    NoKeysError,
    NotOurDatabaseError,
    PrunedError,
    ReadOnlyError,
    UnknownTableError,
    UnmigratedError,
    UnreachableStorageError,
)
