"""Why a file of another system cannot be used at all; then nothing of it is stored."""

from __future__ import annotations


class ExchangeError(Exception):
    """A file does not say what it should."""


class BadMappingError(ExchangeError, ValueError):
    """A mapping holds something that makes no sense."""


class UnreadableFileError(ExchangeError, OSError):
    """The file is not there, is damaged, or is of another kind."""


class EmptyFileError(ExchangeError, ValueError):
    """The file holds nothing."""


class WrongEncodingError(ExchangeError, ValueError):
    """The file holds bytes that its encoding does not know."""


class MissingColumnsError(ExchangeError, LookupError):
    """The mapping reads columns that the file does not have."""


class QuarantineError(ExchangeError, OSError):
    """There is no place for the rows that cannot be used."""
