"""Why a compliance check refuses."""

from __future__ import annotations

from ..refusals import RefusedError


class BeforeLastCheckError(RefusedError):
    """What was found is put on record in the order in which it was looked at."""
