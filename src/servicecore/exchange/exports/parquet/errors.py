"""Why a folder cannot be exported to, or read."""

from __future__ import annotations

from ...errors import ExchangeError


class NotAnExportError(ExchangeError, ValueError):
    """The folder holds something else, or an export by another version of this package."""


class OtherLogError(ExchangeError, ValueError):
    """The folder holds the export of another log."""


class ExportRunningError(ExchangeError):
    """Somebody else is exporting to the folder."""
