"""Why the safekeeping of records refuses."""

from __future__ import annotations

from ..refusals import RefusedError


class UnknownCopyError(RefusedError, ValueError):
    """Records are kept safe by a backup, or in an archive."""


class CopiesInOrderError(RefusedError, ValueError):
    """Copies are recorded in the order in which they were made; each holds what is on record."""
